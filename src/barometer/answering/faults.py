"""What can be wrong with a respondent's answer: permanent codes, and plain words in English for the command line."""

from __future__ import annotations

from collections.abc import Mapping

from barometer.problems import Problem

ANSWER_FAULTS: Mapping[str, tuple[str, str]] = {
    "answer-required": ("An answer is needed here.", "Answer this question."),
    "answer-several": ("Only one answer can be chosen.", "Choose one."),
    "answer-unknown-option": ("The answer is not one of those offered.", "Choose again."),
    "answer-exclusive": (
        "One of the answers cannot be chosen together with others.",
        "Choose that one alone, or the others.",
    ),
    "answer-too-many": ("At most {limit} can be chosen.", "Take some away."),
    "answer-too-few": ("At least {limit} must be chosen.", "Choose more, or none."),
    "answer-not-a-rank": ("A rank is a whole number.", "Write 1 for the first, 2 for the second, and so on."),
    "answer-ranks-not-in-row": (
        "The ranks must be 1, 2, 3 and so on, each once.",
        "Give every rank once, without a gap.",
    ),
    "answer-not-a-number": ("This is not a number.", "Write digits, with a comma or a point before decimals."),
    "answer-too-many-decimals": ("The number has more than {limit} decimals.", "Round it."),
    "answer-too-small": ("The number is smaller than {limit}.", "Write {limit} or more."),
    "answer-too-large": ("The number is larger than {limit}.", "Write {limit} or less."),
    "answer-not-a-date": ("This is not a date.", "Write the date as 24.2.2023."),
    "answer-too-early": ("The date is before {limit}.", "Write a later date."),
    "answer-too-late": ("The date is after {limit}.", "Write an earlier date."),
    "answer-too-long": ("The text is longer than {limit} characters.", "Shorten it."),
    "answer-control-characters": ("The text holds characters that cannot be read.", "Write the text again."),
    "answer-other-without-option": (
        "There is a text, but its answer is not chosen.",
        "Choose the answer the text belongs to, or empty the text.",
    ),
}


def answer_fault(code: str, item: str, **names: object) -> Problem:
    message, remedy = ANSWER_FAULTS[code]
    return Problem(code, message.format(**names), remedy.format(**names), item=item)


class AnswerFault(Exception):
    """Carries the problem of one item up to the page."""

    def __init__(self, code: str, item: str, **names: object) -> None:
        self.problem = answer_fault(code, item, **names)
        super().__init__(code)
