"""What a respondent should correct, in plain words of the page's language, by the code of the fault."""

from __future__ import annotations

from django.utils.translation import gettext as _

from barometer.problems import Problem
from barometer.questionnaire.model import Question


def fault_said(problem: Problem, question: Question) -> str:
    """One sentence that says what to do."""
    limits = {
        "least": question.min_choices,
        "most": question.max_choices,
        "minimum": _plain(question.minimum),
        "maximum": _plain(question.maximum),
        "earliest": question.earliest,
        "latest": question.latest,
        "decimals": question.decimals,
    }
    said = {
        "answer-required": _("Please answer this question."),
        "answer-several": _("Choose only one answer."),
        "answer-unknown-option": _("Choose one of the answers offered."),
        "answer-exclusive": _("One of the answers you chose cannot be chosen together with others."),
        "answer-too-many": _("Choose at most %(most)s."),
        "answer-too-few": _("Choose at least %(least)s, or none."),
        "answer-not-a-rank": _("Choose 1 for the first, 2 for the second, and so on."),
        "answer-ranks-not-in-row": _("Give each place once: 1, 2, 3 and so on, without a gap."),
        "answer-not-a-number": _("Write a number with digits."),
        "answer-too-many-decimals": _("Write the number with at most %(decimals)s decimals."),
        "answer-too-small": _("Write a number that is %(minimum)s or more."),
        "answer-too-large": _("Write a number that is %(maximum)s or less."),
        "answer-not-a-date": _("Write the date as day.month.year, for example 24.2.2023."),
        "answer-too-early": _("Write a date that is %(earliest)s or later."),
        "answer-too-late": _("Write a date that is %(latest)s or earlier."),
        "answer-too-long": _("The text is too long. Please shorten it."),
        "answer-control-characters": _("The text holds characters that cannot be read. Please write it again."),
        "answer-other-without-option": _("You wrote a text here. Choose its answer too, or empty the text."),
    }
    return said[problem.code] % limits


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
