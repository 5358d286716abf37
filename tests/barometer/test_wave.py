from __future__ import annotations

from textwrap import dedent

import pytest

from barometer.problems import UnusableInput
from barometer.questionnaire.canonical import digest
from barometer.texts import Text
from barometer.wave import METHOD_ITEMS, missing_method_items, read_wave
from tests.barometer.questionnaires import SMALL

WAVE = dedent(
    """
    schema: kumppani/wave/1
    id: spring-2026
    title: {en: Spring, fi: Kevät}
    demonstration: true
    opened: 2026-03-02
    closed: 2026-04-30
    label: {en: Invented, fi: Keksitty}
    methods:
      modes: {en: Web, fi: Verkko}
      strategy: {en: Open link, fi: Avoin linkki}
    """
).lstrip()


def refusal(text: str) -> str:
    with pytest.raises(UnusableInput) as refused:
        read_wave(text.encode(), SMALL, respondents=3)
    return str(refused.value)


def test_a_wave_is_read_and_joined_with_what_is_known_of_its_questionnaire():
    wave = read_wave(WAVE.encode(), SMALL, respondents=3)

    assert (wave.id, wave.opened, wave.closed, wave.demonstration) == ("spring-2026", "2026-03-02", "2026-04-30", True)
    assert wave.title == Text.of({"en": "Spring", "fi": "Kevät"})
    assert (wave.questionnaire, wave.questionnaire_version) == (SMALL.id, SMALL.version)
    assert wave.questionnaire_digest == digest(SMALL)
    assert (wave.languages, wave.respondents) == (SMALL.languages, 3)


def test_the_method_statement_comes_in_the_order_of_the_standard_whatever_the_file_says():
    assert list(read_wave(WAVE.encode(), SMALL, respondents=3).methods) == ["strategy", "modes"]


def test_what_the_method_statement_leaves_open_is_named():
    wave = read_wave(WAVE.encode(), SMALL, respondents=3)

    assert missing_method_items(wave) == tuple(item for item in METHOD_ITEMS if item not in ("strategy", "modes"))
    assert len(METHOD_ITEMS) == 11


@pytest.mark.parametrize(
    ("said", "instead", "because"),
    [
        ("title: {en: Spring, fi: Kevät}", "title: {en: Spring}", "wave.yaml:3, title: The text in fi is missing"),
        ("modes: {en: Web, fi: Verkko}", "modes: {en: Web}", "wave.yaml:9, methods.modes: The text in fi is missing"),
        ("closed: 2026-04-30", "closed: 2026-02-28", "closes on 2026-02-28, before it opens"),
        ("opened: 2026-03-02", "opened: 2.3.2026", "wave.yaml:5"),
        ("opened: 2026-03-02", "opened: 2026-02-31", "wave.yaml:5, opened: 2026-02-31 is not a day of the calendar"),
        ("id: spring-2026", "id: Spring 2026", "wave.yaml:2"),
        ("demonstration: true", "demonstration: maybe", "wave.yaml:4"),
        ("demonstration: true\n", "", '"demonstration" is missing'),
        ("  modes:", "  mood:", '"mood" is not known here'),
        ("schema: kumppani/wave/1", "schema: kumppani/wave/2", "kumppani/wave/1"),
    ],
)
def test_a_fault_is_named_by_its_line(said: str, instead: str, because: str):
    assert because in refusal(WAVE.replace(said, instead))
