"""What can happen, and by what it can be chosen: registered by the apps that tell it, when the site starts.

An app above says for each kind which subjects a person may see, so that pages, feeds and letters all ask the page's own
rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django_stubs_ext import StrOrPromise

    from kumppani.accounts.models import Person

    Anybody = Person | AnonymousUser

REGIONS = "regions"
KINDS = "kinds"


@dataclass(frozen=True)
class Kind:
    name: str
    label: StrOrPromise
    """What such things are called together: a heading, and a choice."""
    model: type[Model]
    visible: Callable[[Anybody, date], QuerySet[Any]]
    """The subjects that a person may see on this day."""
    address: Callable[[Any], str]
    language: Callable[[Any], str]
    """In which language the subject's own words are."""
    title: Callable[[Any], str] = str
    """What the subject is called where it is told."""
    related: tuple[str, ...] = ()
    """What is fetched with the subjects, because address, language or title ask for it."""

    def subjects(self, keys: Iterable[int]) -> dict[int, Any]:
        found = self.model._default_manager.filter(pk__in=keys)
        return {subject.pk: subject for subject in (found.select_related(*self.related) if self.related else found)}


@dataclass(frozen=True)
class Facet:
    """A way to choose: by theme, by organisation."""

    name: str
    label: StrOrPromise
    choices: Callable[[], list[tuple[str, str]]] | None
    """All codes with their names, in order; None where there are too many to be listed."""
    names: Callable[[Iterable[str]], Mapping[str, str]]
    """The names of some codes in the reader's language."""


class UnknownKind(LookupError):
    """Something was told that no app has registered."""


_kinds: dict[str, Kind] = {}
_facets: dict[str, Facet] = {}


def register_kind(kind: Kind) -> None:
    if kind.name in _kinds:
        raise ValueError(f"The kind {kind.name!r} is registered twice.")
    _kinds[kind.name] = kind


def register_facet(facet: Facet) -> None:
    if facet.name in _facets:
        raise ValueError(f"The facet {facet.name!r} is registered twice.")
    _facets[facet.name] = facet


def kind_of(name: str) -> Kind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"No app registers the kind {name!r}.") from None


def kinds() -> tuple[Kind, ...]:
    return tuple(_kinds.values())


def facets() -> tuple[Facet, ...]:
    """What and where come first, whichever app starts first."""
    return tuple(sorted(_facets.values(), key=lambda facet: (facet.name != KINDS, facet.name != REGIONS)))


def facet_of(name: str) -> Facet:
    return _facets[name]
