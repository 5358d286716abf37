"""What upper apps keep of somebody: told to her, handed over before she leaves, and ended when she does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumppani.accounts.models import Person


@dataclass(frozen=True)
class Tie:
    """Something that would be left without anybody."""

    about: str
    """What depends on her, for those who coordinate."""
    sentence: str
    """The same, said to her, with what to do."""
    address: str
    """The path of the page where she hands it over."""
    holds_back: bool = True
    """May she herself not leave before? An idle account stays for every tie."""


FindTies = Callable[["Person", date], list[Tie]]
Kept = Callable[["Person"], dict[str, object]]
Part = Callable[["Person", datetime], None]
_find: list[FindTies] = []
_part: list[Part] = []
_kept: list[Kept] = []


def register_ties(find: FindTies) -> None:
    _find.append(find)


def register_parting(part: Part) -> None:
    _part.append(part)


def register_kept(kept: Kept) -> None:
    _kept.append(kept)


def kept_elsewhere(person: Person) -> dict[str, object]:
    """All that upper apps keep of her, in plain values."""
    return {name: value for kept in _kept for name, value in kept(person).items()}


def ties_of(person: Person, *, on: date) -> list[Tie]:
    """All that would be left without anybody, in the language in force."""
    return [tie for find in _find for tie in find(person, on)]


def part_with_everything(person: Person, *, at: datetime) -> None:
    """End what the upper apps keep of her, in the transaction of her leaving."""
    for part in _part:
        part(person, at)
