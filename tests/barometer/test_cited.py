from __future__ import annotations

import pytest

from barometer.cited import read_cited
from barometer.problems import UnusableInput
from barometer.published import CitedFigure
from barometer.texts import Text

CITED = """
schema: kumppani/cited/1
title: {en: Figures}
note: {en: As published.}
figures:
  - id: w.share
    wave: w
    kind: share
    item: use.training
    about: {en: Useful}
    range: [68, 70]
    unit: percent
    source: A page
  - id: w.count
    wave: w
    kind: count
    about: {en: Answers}
    value: 800
    printed: almost 800
    unit: responses
    source: A page
""".lstrip()


def refusal(text: str) -> str:
    with pytest.raises(UnusableInput) as refused:
        read_cited(text.encode())
    return str(refused.value)


def test_a_range_stays_a_range_and_a_vague_count_stays_vague():
    cited = read_cited(CITED.encode())

    assert cited.figures == (
        CitedFigure("w.share", "w", "share", "use.training", Text.of({"en": "Useful"}), 68, 70, "percent", "A page"),
        CitedFigure(
            "w.count", "w", "count", None, Text.of({"en": "Answers"}), 800, 800, "responses", "A page", "almost 800"
        ),
    )


@pytest.mark.parametrize(
    ("said", "instead", "because"),
    [
        ("    source: A page\n  - id: w.count", "  - id: w.count", '"source" is missing'),
        ("range: [68, 70]", "range: [70, 68]", "does not go upwards"),
        ("range: [68, 70]", "range: [68, 70]\n    value: 69", "not exactly one of"),
        ("    value: 800\n", "", "not exactly one of"),
        ("id: w.count", "id: w.share", "cited.yaml:13: The figure w.share is cited twice"),
        ("kind: count", "kind: median", "cited.yaml:15"),
        ("    unit: percent", "    base: 240\n    unit: percent", '"base" is not known here'),
        ("    unit: percent", "    interval: [60, 75]\n    unit: percent", '"interval" is not known here'),
    ],
)
def test_a_figure_that_is_incomplete_or_says_more_than_was_published_is_refused(said: str, instead: str, because: str):
    assert because in refusal(CITED.replace(said, instead, 1))
