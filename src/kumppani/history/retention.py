"""What is kept of people, why, how long, and what ends it: declared beside the models, shown to everybody, and done.

Every app has a module `retention` that declares its models, and it is found by itself when the site starts. A test
fails when a model is declared nowhere; the page for everybody and the nightly command are made from the same rows.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

End = Callable[[datetime], int]
"""Ends what is over at this moment and gives how many; a second time it finds nothing."""


@dataclass(frozen=True)
class Retention:
    models: tuple[str, ...]
    """Labels of the models, such as "mailing.letter"."""
    what: StrOrPromise
    why: StrOrPromise
    until: StrOrPromise
    """How long, counted from what, and what becomes of it: a sentence for the person it is about."""
    end: End | None = None
    """None where something else ends it, which ``until`` tells of."""


_kept: list[Retention] = []
_nothing: set[str] = set()


def keep(*models: str, what: StrOrPromise, why: StrOrPromise, until: StrOrPromise, end: End | None = None) -> Retention:
    """Declare what is kept in these models; each is declared once."""
    twice = declared_models() & set(models)
    if twice:
        raise ValueError(f"Declared twice: {', '.join(sorted(twice))}.")
    _kept.append(Retention(models, what, why, until, end))
    return _kept[-1]


def nothing_about_people(*models: str) -> None:
    """Declare models that name nobody and hold nobody's words."""
    _nothing.update(models)


def everything_kept() -> tuple[Retention, ...]:
    return tuple(_kept)


def declared_models() -> set[str]:
    return _nothing | {model for row in _kept for model in row.models}


def models_about_nobody() -> frozenset[str]:
    return frozenset(_nothing)


def find_declarations() -> None:
    """Import the module `retention` of every app that has one."""
    autodiscover_modules("retention")


def months_before(day: date, months: int) -> datetime:
    """The beginning of the day so many months earlier, in the last month's last day where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    earlier = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return datetime.combine(earlier, time.min, tzinfo=timezone.get_current_timezone())


def _declare_own() -> None:
    from django.utils.translation import gettext_lazy as _

    keep(
        "history.line",
        what=_("The history: who did what and when"),
        why=_("So that roles, decisions and releases can be explained and checked later."),
        until=_("As long as the programme lasts. Your name is taken out of it when you leave."),
    )
    nothing_about_people("history.run", "contenttypes.contenttype", "auth.permission", "auth.group")


_declare_own()
