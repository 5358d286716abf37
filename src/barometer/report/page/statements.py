"""What stands around the results on the page: cited figures, methods, losses, protection, data files."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from barometer.report.model import AuditLine, Cited, CitedLine, LossGroup, LossLine, MeasureLine, MethodItem, Report
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
    """The certificate, readable without the software: against whom, by which rules, what was measured, what is not
    claimed, and how to check it.
    """
    words, protection = report.words, report.protection
    beyond = "".join(said("li", item) for item in protection.not_modelled)
    parts = (
        ("attacker", "".join(text("p", sentence) for sentence in protection.sentences)),
        ("rules", _list(protection.rules)),
        ("measures", _measures_html(protection.measures, words) + _audits_html(protection.audits, words)),
        ("beyond", text("p", words.say("protect.not_modelled")) + element("ul", beyond) if beyond else ""),
        ("check", "".join(text("p", sentence) for sentence in protection.checks)),
    )
    if len([body for _, body in parts if body]) == 1:
        return parts[0][1] + _list(protection.identities, class_="identities")
    chapters = (
        text("h3", words.say(f"protect.heading_{key}"), id=f"protection-{key}") + body for key, body in parts if body
    )
    return "".join(chapters) + _list(protection.identities, class_="identities")


def _list(sentences: Sequence[str], class_: str = "") -> str:
    entries = "".join(text("li", sentence) for sentence in sentences)
    return element("ul", entries, class_=class_) if entries else ""


def _measures_html(measures: Sequence[MeasureLine], words: Words) -> str:
    if not measures:
        return ""
    head = [words.say(f"protect.measure_{key}") for key in ("attacker", "what", "tried", "held", "share", "how")]
    rows = "".join(
        row(line.attacker, [text("td", cell) for cell in (line.what, line.tried, line.held, line.share, line.how)])
        for line in measures
    )
    return table(words.say("protect.measures_caption"), head, [element("tbody", rows)], words=words, class_="prose")


def _audits_html(audits: Sequence[AuditLine], words: Words) -> str:
    if not audits:
        return ""
    head = [words.say(f"protect.{key}") for key in ("table", "kind", "cells", "span")]
    rows = "".join(
        row(audit.table, [text("td", cell) for cell in (audit.kind, audit.withheld, audit.span)]) for audit in audits
    )
    whole = table(words.say("protect.caption"), head, [element("tbody", rows)], words=words, class_="prose")
    return element("details", text("summary", words.say("protect.details")) + whole)


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
