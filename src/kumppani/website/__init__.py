"""The root of the site: addresses, home, plain pages, the pages for errors, the demonstration's own pages."""
