"""One respondent's answers, before they become a row among others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Answer = str | float | tuple[str, ...]
"""The code of a single choice or matrix row; a number; an ISO date or a text as ``str``; the codes of a multiple
choice in the questionnaire's order, or of a ranking from first to last, as a tuple."""

Answers = Mapping[str, Answer]
"""By item (``question``, ``question.row``, ``question.other``); an item without an answer is absent."""


@dataclass(frozen=True)
class AnswerSheet:
    """All that one respondent sends: the answers and the coarse facts that are sealed with them."""

    answers: Answers = field(default_factory=dict)
    language: str = ""
    channel: str = ""
    mode: str = "web"
    consent: str = ""
    last_page: str = ""
    """The id of the last page sent; empty when the sheet was sent to its end."""
    flags: tuple[str, ...] = ()
    """Signals from the own sheet only: ``fast``, ``honeypot``, ``straight_line``."""
