"""The kinds of writing that can be reported. The app that has a kind registers it when the site starts.

Nothing here knows the kinds; a kind says itself who wrote a thing, where it belongs and how it is erased. Whether a
thing is hidden is asked of `gate` alone, by the kind's one function that says what somebody may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kumppani.accounts.models import Person
    from kumppani.regions.models import Region


def _nothing(_thing: Any) -> None:
    """Most kinds need nothing done beside the gate."""


@dataclass(frozen=True)
class Moderated:
    model: type[models.Model]
    name: str
    """Stands in addresses: "notice"."""
    label: StrOrPromise
    """What a reader calls it: "a need or an offer"."""
    visible: Callable[..., models.QuerySet[Any]]
    """``visible(person, on=day)``: what this person may see, and so may report."""
    title_of: Callable[[Any], str]
    words_of: Callable[[Any], str]
    language_of: Callable[[Any], str]
    region_of: Callable[[Any], Region]
    """Whose moderators decide."""
    authors_of: Callable[[Any], Iterable[Person]]
    """Who is told of a decision and may appeal."""
    concerned_with: Callable[[Any], set[int]]
    """The keys of all people who may not decide: the authors, and everybody on whose behalf it was written."""
    address_of: Callable[[Any], str]
    """Its page, "" where it has none."""
    erase: Callable[[Any], None]
    """Delete the words for good, once a hidden thing has been kept long enough for an appeal."""
    hide: Callable[[Any], None] = _nothing
    """What has to be done beside the gate when it is hidden."""
    unhide: Callable[[Any], None] = _nothing

    @property
    def label_lower(self) -> str:
        return self.model._meta.label_lower


_kinds: dict[str, Moderated] = {}


def register_moderated(kind: Moderated) -> None:
    """Let a kind be reported; a model and a name are registered once."""
    if kind.label_lower in _kinds or any(kind.name == other.name for other in _kinds.values()):
        raise ValueError(f"{kind.label_lower} ({kind.name}) is registered twice.")
    _kinds[kind.label_lower] = kind


def registered_kinds() -> tuple[Moderated, ...]:
    return tuple(_kinds.values())


def kind_of_model(label_lower: str) -> Moderated | None:
    """The kind of a model; None when the app that had it is gone."""
    return _kinds.get(label_lower)


def kind_named(name: str) -> Moderated | None:
    return next((kind for kind in _kinds.values() if kind.name == name), None)
