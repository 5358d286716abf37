"""The report as an accessible page that stands alone, or as a fragment for a site that brings its own frame.

The standalone page holds its style sheet and a Content-Security-Policy that allows that style sheet and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path

from barometer.report.charts import patterns_svg
from barometer.report.model import Report
from barometer.report.page.parts import element, said, text
from barometer.report.page.results import backgrounds_html, comparison_html, questions_html, summary_html
from barometer.report.page.statements import (
    cited_html,
    files_html,
    losses_html,
    marks_html,
    methods_html,
    protection_html,
)

STYLE_SHEET = Path(__file__).parent.parent / "report.css"
"""The style of `render_body`'s fragment; everything in it lies under ``.report``."""

__all__ = ["STYLE_SHEET", "policy_of", "render_body", "render_page", "standalone"]


def render_page(report: Report) -> str:
    """Write the whole report as one HTML file that needs nothing else."""
    title = " – ".join((*("[UNSAFE]" for _ in range(report.unsafe)), report.title, report.words.say("report")))
    banners = "".join(text("p", banner, class_="page-banner") for banner in report.banners)
    body = (
        text("a", report.words.say("skip"), href="#report", class_="skip")
        + element("div", banners, class_="page-foot", aria_hidden="true")
        + element("main", render_body(report), id="report", tabindex="-1")
    )
    return standalone(
        body, title=title, language=report.language, direction=report.direction, demonstration=report.demonstration
    )


def standalone(body: str, *, title: str, language: str, direction: str, demonstration: bool) -> str:
    """Frame a body as a document with its style sheet inside."""
    css = _style_sheet()
    metadata = '<meta name="demonstration" content="true">' if demonstration else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy_of(css))}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"{metadata}<title>{escape(title)}</title>\n<style>{css}</style>\n</head>\n"
        f'<body class="report-page">\n{body}\n</body>\n</html>\n'
    )


def policy_of(css: str) -> str:
    """Allow exactly this style sheet, and no script, picture, form or frame."""
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style_sheet() -> str:
    return STYLE_SHEET.read_text("utf-8")


def render_body(report: Report, *, files_at: str = "") -> str:
    """Write the report as a fragment without style: one ``article`` whose first heading is its ``h1``.

    ``files_at`` is put before the names of the release's files in their links, for a page that is not beside them.
    """
    sections = _sections(report, files_at)
    article = (
        patterns_svg()
        + _head(report)
        + _contents(sections, report)
        + element("div", "".join(_section(anchor, title, body) for anchor, title, body in sections), class_="sections")
    )
    return element("article", article, class_="report", lang=report.language, dir=report.direction)


def _head(report: Report) -> str:
    banners = "".join(
        text("p", banner, class_="banner unsafe" if report.unsafe and place == 0 else "banner")
        for place, banner in enumerate(report.banners)
    )
    return element(
        "header",
        banners
        + text("p", report.words.say("report"), class_="kicker")
        + text("h1", report.title)
        + said("p", report.label, class_="lead")
        + said("p", report.attribution, class_="attribution"),
        class_="head",
    )


def _sections(report: Report, files_at: str) -> list[tuple[str, str, str]]:
    words = report.words
    sections = [
        ("summary", summary_html(report)),
        ("results", questions_html(report)),
        ("backgrounds", backgrounds_html(report)),
        ("comparison", "" if report.comparison is None else comparison_html(report.comparison, words)),
        ("cited", "" if report.cited is None else cited_html(report.cited, words)),
        ("methods", methods_html(report)),
        ("losses", losses_html(report)),
        ("protection", protection_html(report)),
        ("marks", marks_html(report)),
        ("data", files_html(report, files_at)),
    ]
    return [(anchor, words.say(f"section.{anchor}"), body) for anchor, body in sections if body]


def _section(anchor: str, title: str, body: str) -> str:
    heading = text("h2", title, id=anchor)
    return element("section", heading + body, class_=f"part {anchor}", aria_labelledby=anchor)


def _contents(sections: list[tuple[str, str, str]], report: Report) -> str:
    entries = "".join(
        element("li", element("a", escape(title), href=f"#{anchor}") + _within(anchor, report))
        for anchor, title, _ in sections
    )
    heading = text("h2", report.words.say("contents"), id="contents")
    return element("nav", heading + element("ol", entries), class_="contents", aria_labelledby="contents")


def _within(anchor: str, report: Report) -> str:
    """List the questions under the results, and the backgrounds under theirs."""
    under = {
        "results": [(question.anchor, question.wording) for question in report.questions],
        "backgrounds": [(background.anchor, background.label) for background in report.backgrounds],
    }.get(anchor, [])
    links = "".join(element("li", element("a", escape(title), href=f"#{name}")) for name, title in under)
    return element("ol", links) if links else ""
