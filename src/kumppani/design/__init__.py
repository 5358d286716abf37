"""How pages look: base template, components, style sheets, and the headers that keep foreign code out."""
