"""The accessibility check itself: it must see a fault, and must find none where there is none."""

from __future__ import annotations

import pytest

from tests.accessibility import violations_of

GOOD = """<!doctype html><html lang="fi"><head><title>Etusivu</title></head>
<body><main><h1>Etusivu</h1><p>Hyvää päivää.</p></main></body></html>"""


def test_a_sound_page_has_no_violation(page):
    page.set_content(GOOD)

    assert violations_of(page) == ()


@pytest.mark.parametrize(
    ("sound", "faulty", "rule"),
    [
        ('lang="fi"', "", "html-has-lang"),
        ("<p>", '<img src="data:,"><p>', "image-alt"),
        ("<p>", '<p style="color: #bbb; background: #fff">', "color-contrast"),
        ("<h1>Etusivu</h1>", "", "page-has-heading-one"),
    ],
)
def test_a_fault_is_seen(page, sound, faulty, rule):
    page.set_content(GOOD.replace(sound, faulty))

    assert rule in {violation.rule for violation in violations_of(page)}
