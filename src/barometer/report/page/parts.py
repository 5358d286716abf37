"""Small pieces of HTML: escaped text, attributes, tables that scroll in a named place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from barometer.report.model import Mark, Number, Said
from barometer.report.words import Words


def element(tag: str, content: str, **attributes: str) -> str:
    """Write an element around content that is HTML already.

    ``class_`` is the class; an underscore inside a name is a hyphen; an attribute without a value is left out.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"' for name, value in attributes.items() if value
    )
    return f"<{tag}{written}>{content}</{tag}>"


def text(tag: str, content: str, **attributes: str) -> str:
    """Write an element around plain text; nothing at all for no text."""
    return element(tag, escape(content), **attributes) if content else ""


def said(tag: str, prose: Said | None, **attributes: str) -> str:
    """Write prose, in its own language where that is not the report's."""
    return "" if prose is None else text(tag, prose.text, lang=prose.language, **attributes)


def number(shown: Number | None) -> str:
    """Write a number; its mark is explained beside the table."""
    if shown is None:
        return ""
    if not shown.mark:
        return escape(shown.text)
    figure = shown.text.removesuffix(f"[{shown.mark}]").rstrip("\u00a0")
    mark = text("span", f"[{shown.mark}]", class_="mark")
    return f"{escape(figure)}\u00a0{mark}" if figure else mark


def table(caption: str, head: Sequence[str], bodies: Iterable[str], *, words: Words, class_: str = "") -> str:
    """Write a table with its caption in a place that scrolls by itself; the first head is that of the row headers."""
    heads = "".join(text("th", label, scope="col") for label in head)
    whole = element("caption", text("span", caption)) + element("thead", element("tr", heads)) + "".join(bodies)
    label = words.say("table.region", title=caption)
    return element(
        "div", element("table", whole, class_=class_), class_="scroll", role="group", tabindex="0", aria_label=label
    )


def row(label: str, cells: Iterable[str], *, class_: str = "") -> str:
    """Write a table row from a plain label and cells that are HTML already."""
    return element("tr", text("th", label, scope="row") + "".join(cells), class_=class_)


def marks_note(marks: Sequence[Mark], words: Words) -> str:
    """Explain the marks used beside the table that uses them."""
    if not marks:
        return ""
    parts = "; ".join(words.say("mark.legend_part", mark=mark.letter, meaning=mark.meaning) for mark in marks)
    return text("p", words.say("mark.legend", parts=parts), class_="note")
