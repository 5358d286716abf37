"""What somebody wrote as a page shows it: safe whatever was written, headings in order, links with their language."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kumppani.publishing.text import as_html, cells_in


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# One\n\n### Two", "<h2>One</h2>\n<h4>Two</h4>\n"),
        ("## One\n\n### Two", "<h2>One</h2>\n<h3>Two</h3>\n"),
        ("[here](/en/news/)", '<p><a href="/en/news/">here</a></p>\n'),
        (
            '[the report](https://example.org "sv")',
            '<p><a href="https://example.org" rel="noopener" hreflang="sv">the report (in Swedish)</a></p>\n',
        ),
        (
            '[the report in Swedish](https://example.org "sv")',
            '<p><a href="https://example.org" rel="noopener" hreflang="sv">the report in Swedish</a></p>\n',
        ),
        ('[here](/en/ "en")', '<p><a href="/en/" hreflang="en">here</a></p>\n'),
        ("[[cell: a/b <c>]]", "<p><code>a/b &lt;c&gt;</code></p>\n"),
        ("<b onclick='x'>bold</b>", "<p>&lt;b onclick='x'&gt;bold&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](//example.org)", '<p><a href="#">x</a></p>\n'),
        ("[x](ftp://example.org)", '<p><a href="#">x</a></p>\n'),
        ("![a](https://example.org/a.png)", '<p>!<a href="https://example.org/a.png" rel="noopener">a</a></p>\n'),
    ],
)
def test_what_is_written_and_what_is_shown(source: str, html: str):
    assert as_html(source) == html


def test_a_link_says_its_language_in_the_reader_s_words():
    with override("sv"):
        assert "(på finska)" in as_html('[rapporten](https://example.org "fi")')


def test_a_table_can_be_scrolled_by_keyboard():
    assert '<div class="scroll" tabindex="0" role="region"' in as_html("| a | b |\n|---|---|\n| 1 | 2 |")


def test_the_cells_of_a_text_are_found_once_each():
    assert cells_in("[[cell: a/b]] [[cell:a/b]] [[cell: c/d @ 00ff00ff]]") == ["a/b", "c/d @ 00ff00ff"]


PIECES = st.lists(
    st.sampled_from(
        [
            "<script>",
            "</p>",
            "<img src=x onerror=alert(1)>",
            "[",
            "](",
            ")",
            "javascript:",
            "data:text/html,",
            "\n\n",
            "#",
            "`",
            "*",
            "[[cell: ",
            "]]",
            '"',
            "'",
            "&lt;",
            "&#106;avascript:",
            "|",
            "-",
            "x",
            " ",
            "<a href='",
            "![",
            "//",
        ]
    ),
    max_size=30,
)
TAG = re.compile(r"<\s*/?\s*(\w+)([^>]*)>")
ALLOWED = {
    *("p", "a", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "code", "pre", "blockquote"),
    *("hr", "br", "table", "thead", "tbody", "tr", "th", "td", "div"),
}


@given(PIECES)
def test_nothing_a_writer_types_becomes_a_tag_of_hers(pieces: list[str]):
    html = as_html("".join(pieces))

    for name, attributes in TAG.findall(html):
        assert name in ALLOWED
        assert not re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', '""', attributes))
        for address in re.findall(r'href="([^"]*)"', attributes):
            assert re.match(r"https?://|mailto:|/(?!/)|#", address)
