"""Markdown as a page shows it: no HTML of the writer's, headings below the page's own, links that say their language.

``[report](https://… "fi")`` leads to a page in Finnish and says so. ``[[cell: …]]`` is a number of a release.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kumppani.publishing.tongues import IN_IT, base_of

Quote = Callable[[str], SafeString]
"""What stands in the text for a cell of a release."""
LARGEST_HEADING = 2
SMALLEST_HEADING = 6
CELL = re.compile(r"\[\[cell:\s*([^\]\n]{1,300}?)\s*\]\]")
ADDRESS = re.compile(r"(?:https?://|mailto:|/(?!/)|#)", re.IGNORECASE)


def as_html(source: str, quote: Quote | None = None) -> SafeString:
    """Render what somebody wrote. Safe whatever was written."""
    parser = _parser()
    tokens = parser.parse(source)
    _shift_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = _with_said_links(token.children)
    return mark_safe(parser.renderer.render(tokens, parser.options, {"quote": quote or _code}))


def cells_in(source: str) -> list[str]:
    """The cells a text quotes, each once, as they are written."""
    return list(dict.fromkeys(CELL.findall(source)))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.inline.ruler.before("link", "cell", _cell)
    parser.add_render_rule("cell", _render_cell)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    return parser


def _cell(state: StateInline, silent: bool) -> bool:
    found = CELL.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("cell", "", 0).content = found[1]
    state.pos = found.end()
    return True


def _render_cell(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    return str(conditional_escape(env["quote"](tokens[index].content)))


def _code(cell: str) -> SafeString:
    return mark_safe(f"<code>{escape(cell)}</code>")


def _open_table(*_token: Any) -> str:
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(_("Table"))}"><table>'


def _close_table(*_token: Any) -> str:
    return "</table></div>"


def _shift_headings(tokens: Sequence[Token]) -> None:
    """The first heading of a page is its title; what the writer marks as largest comes below that."""
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = LARGEST_HEADING - min(levels, default=LARGEST_HEADING)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + shift, SMALLEST_HEADING)}"


def _with_said_links(tokens: Sequence[Token]) -> list[Token]:
    """Links elsewhere, marked for the browser; those to another language say it in words."""
    done: list[Token] = []
    said = ""
    words = ""
    for token in tokens:
        if token.type == "link_open":
            address, language = str(token.attrs.get("href", "")), str(token.attrs.pop("title", ""))
            if not ADDRESS.match(address):
                token.attrs["href"] = "#"
            if address.startswith(("http:", "https:")):
                token.attrs["rel"] = "noopener"
            said, words = "", ""
            if language in IN_IT:
                token.attrs["hreflang"] = base_of(language)
                # A link to the language one reads in needs no words.
                said = "" if base_of(language) == get_language() else str(IN_IT[language])
        elif token.type == "link_close" and said:
            if said.lower() not in words.lower():
                done.append(Token("text", "", 0, content=f" ({said})"))
            said = ""
        else:
            words += token.content
        done.append(token)
    return done
