"""A good practice in the template of the European Website on Integration: its parts, and how long each may be.

More than the most is refused when it is sent for review; fewer words than the least are only told, for Finnish says in
seventy words what takes a hundred in English.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
LONGEST_TITLE = 15
"""Words."""
MONTHS_OLD = 12
MONTHS_TO_REVIEW = 12


@dataclass(frozen=True)
class Part:
    key: str
    label: StrOrPromise
    hint: StrOrPromise
    least: int
    most: int
    is_needed: bool = True


PARTS = (
    Part("summary", _("In short"), _("What is done, for whom, and what comes of it."), 75, 100),
    Part("goals", _("Issue and goals"), _("What was wrong, and what you wanted to reach."), 100, 150),
    Part("working", _("How it works"), _("Step by step, so that somebody else can do it too."), 75, 100),
    Part("results", _("Results"), _("What has changed, and how you know."), 75, 100),
    Part("evaluation", _("Evaluation"), _("Who has assessed it, how, and what was found."), 0, 100, is_needed=False),
    Part("beneficiaries", _("Who benefits"), _("The people it is for."), 0, 40),
    Part("resources", _("Funding and resources"), _("Money, time and people that it takes."), 0, 100),
    Part("source", _("Where it comes from"), _("The original source, if there is one."), 0, 40, is_needed=False),
)


@dataclass(frozen=True)
class Length:
    """How long a part is, beside how long it may be."""

    label: StrOrPromise
    key: str
    words: int
    least: int
    most: int
    is_needed: bool

    @property
    def is_too_long(self) -> bool:
        return self.words > self.most

    @property
    def is_missing(self) -> bool:
        return self.is_needed and not self.words

    @property
    def is_short(self) -> bool:
        return 0 < self.words < self.least


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or earlier; the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def words_in(text: str) -> int:
    return len(WORD.findall(text))


def lengths(title: str, parts: Mapping[str, str]) -> list[Length]:
    """Count the title and every part."""
    own = Length(_("Title"), "title", words_in(title), 0, LONGEST_TITLE, True)
    return [own] + [
        Length(part.label, part.key, words_in(parts.get(part.key, "")), part.least, part.most, part.is_needed)
        for part in PARTS
    ]


def is_complete(title: str, parts: Mapping[str, str]) -> bool:
    return not any(each.is_too_long or each.is_missing for each in lengths(title, parts))
