"""What stands around the results on the page: cited figures, methods, losses, protection, data files."""

from __future__ import annotations

from html import escape

from barometer.report.model import Cited, CitedLine, LossGroup, LossLine, MethodItem, Report
from barometer.report.page.parts import element, row, said, table, text
from barometer.report.words import Words


def cited_html(cited: Cited, words: Words) -> str:
    head = [words.say(f"cited.{key}") for key in ("about", "figure", "wave", "base", "source")]
    rows = "".join(_cited_row(figure, words) for figure in cited.figures)
    return (
        text("p", words.say("cited.intro"))
        + said("p", cited.note)
        + table(words.say("cited.caption"), head, [element("tbody", rows)], words=words, class_="prose")
    )


def _cited_row(figure: CitedLine, words: Words) -> str:
    cells = "".join(text("td", cell) for cell in (figure.wave, words.say("cited.no_base"), figure.source))
    about = said("th", figure.about, scope="row")
    return element("tr", about + text("td", figure.figure, class_="share") + cells)


def methods_html(report: Report) -> str:
    words = report.words
    items = "".join(_method_html(item, words) for item in report.methods)
    missing = ""
    if report.missing_method_items:
        headings = ", ".join(item.heading for item in report.methods if item.text is None)
        missing = text("p", words.say("method.missing_many", items=headings), class_="warning")
    return text("p", words.say("method.intro")) + missing + element("dl", items, class_="methods")


def _method_html(item: MethodItem, words: Words) -> str:
    missing = text("dd", words.say("method.missing"), class_="warning")
    return element("div", text("dt", item.heading) + (missing if item.text is None else said("dd", item.text)))


def losses_html(report: Report) -> str:
    words = report.words
    if not report.losses:
        return text("p", words.say("loss.none"))
    return text("p", words.say("loss.intro")) + "".join(_loss_group(group, words) for group in report.losses)


def _loss_group(group: LossGroup, words: Words) -> str:
    """A sentence that opens to the reasons and the tables they hold for."""
    head = [words.say(f"loss.{key}") for key in ("why", "tables")]
    rows = "".join(_loss_row(loss) for loss in group.lines)
    whole = table(group.sentence, head, [element("tbody", rows)], words=words, class_="prose")
    return element("details", text("summary", group.sentence) + whole)


def _loss_row(loss: LossLine) -> str:
    names = element("ul", "".join(text("li", name) for name in loss.tables))
    return element("tr", said("th", loss.why, scope="row") + element("td", names))


def protection_html(report: Report) -> str:
    words, protection = report.words, report.protection
    body = "".join(text("p", sentence) for sentence in protection.sentences)
    if protection.not_modelled:
        beyond = "".join(said("li", item) for item in protection.not_modelled)
        body += text("p", words.say("protect.not_modelled")) + element("ul", beyond)
    if protection.audits:
        head = [words.say(f"protect.{key}") for key in ("table", "kind", "cells", "span")]
        rows = "".join(
            row(audit.table, [text("td", cell) for cell in (audit.kind, audit.withheld, audit.span)])
            for audit in protection.audits
        )
        audits = table(words.say("protect.caption"), head, [element("tbody", rows)], words=words, class_="prose")
        body += element("details", text("summary", words.say("protect.details")) + audits)
    return body + element(
        "ul", "".join(text("li", identity) for identity in protection.identities), class_="identities"
    )


def marks_html(report: Report) -> str:
    parts = "".join(element("div", text("dt", f"[{mark.letter}]") + text("dd", mark.meaning)) for mark in report.marks)
    return element("dl", parts, class_="marks")


def files_html(report: Report, files_at: str) -> str:
    entries = "".join(
        element(
            "li",
            element("a", escape(file.name), href=files_at + file.name, class_="file") + " " + text("span", file.holds),
        )
        for file in report.files
    )
    return text("p", report.words.say("data.intro")) + element("ul", entries, class_="files")
