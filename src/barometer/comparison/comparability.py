"""comparability.yaml: a person's word on which questions of two waves may be compared, and how.

The same id is not the same question. What is not listed is not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from barometer.checked_yaml import read_checked, refuse
from barometer.problems import UnusableInput
from barometer.published import PublishedTables
from barometer.questionnaire.yaml_source import Located
from barometer.texts import Text


class Class(StrEnum):
    """How a question relates to its predecessor."""

    IDENTICAL = "identical"
    EDITORIAL = "editorial"
    """Only punctuation or a slip of the pen changed."""
    RECODED = "recoded"
    """The answers changed, and an explicit map leads from both waves to a common scale."""
    REWORDED = "reworded"
    NOT_COMPARABLE = "not_comparable"


NO_REASON = Text()
NEEDS_REASON = (Class.RECODED, Class.REWORDED, Class.NOT_COMPARABLE)


@dataclass(frozen=True)
class Common:
    """A step of a common scale, or a common group: the codes of either wave that it stands for."""

    code: str
    label: Text
    earlier: tuple[str, ...]
    later: tuple[str, ...]


@dataclass(frozen=True)
class ItemPair:
    item: str
    was: str
    kind: Class
    why: Text = NO_REASON
    recode: tuple[Common, ...] = ()


@dataclass(frozen=True)
class GroupPair:
    """A background question and its predecessor. Without common groups their codes mean the same."""

    by: str
    was: str
    common: tuple[Common, ...] = ()


@dataclass(frozen=True)
class Comparability:
    earlier: str
    later: str
    items: tuple[ItemPair, ...]
    groups: tuple[GroupPair, ...] = ()


def read_comparability(
    data: bytes, earlier: PublishedTables, later: PublishedTables, *, file: str = "comparability.yaml"
) -> Comparability:
    """Read the file and check it against both waves. Raises UnusableInput naming line and remedy of the first fault.

    Questions that one of the waves could not publish, to protect its respondents, are left out.
    """
    document = read_checked(data, "comparability", file=file)
    for side, tables in (("earlier", earlier), ("later", later)):
        if document.of(side) != tables.wave.id:
            message = f"`{side}` is {document.of(side)!r}, but the wave is {tables.wave.id!r}."
            remedy = "Give the waves in the order of the file, or correct the id."
            raise refuse("comparability-wave", message, remedy, file=file, line=document[side].line)
    dropped = _dropped(earlier) | _dropped(later)
    entries = [each for each in document.each("items") if not {each.of("item"), each.of("was", "")} & dropped]
    items = tuple(_item(entry, earlier, later, file) for entry in entries)
    groups = tuple(_group(entry, file) for entry in document.each("groups"))
    _refuse_repeats([pair.item for pair in items], entries, file)
    _refuse_repeats([pair.by for pair in groups], document.each("groups"), file)
    return Comparability(document.of("earlier"), document.of("later"), items, groups)


def _dropped(tables: PublishedTables) -> set[str]:
    """Give the items that a wave could not publish at all: what was said of them beforehand is no mistake."""
    published = {table.item for table in tables.tables}
    return {loss.table for loss in tables.losses if loss.what == "dropped"} - published


def earlier_wave(data: bytes, *, file: str = "comparability.yaml") -> str:
    """Give the id of the wave that the file compares with. Raises UnusableInput where it does not fit its schema."""
    named: str = read_checked(data, "comparability", file=file).of("earlier")
    return named


def _item(entry: Located, earlier: PublishedTables, later: PublishedTables, file: str) -> ItemPair:
    item, kind = entry.of("item"), Class(entry.of("class"))
    was = entry.of("was", item)
    if kind in NEEDS_REASON and not entry.of("why"):
        raise _fault(entry, item, f"`{kind}` needs a reason for the reader.", "Add `why:` in each language.", file)
    if (kind is Class.RECODED) != bool(entry.each("recode")):
        message = "`recode` belongs to `class: recoded`, and to it alone."
        raise _fault(entry, item, message, "Add or remove `recode:`.", file)
    if kind is not Class.NOT_COMPARABLE:
        _require_published(entry, item, later, file)
        _require_published(entry, was, earlier, file)
    return ItemPair(item, was, kind, Text.of(entry.of("why", {})), _common(entry, "recode", item, file))


def _group(entry: Located, file: str) -> GroupPair:
    by = entry.of("by")
    return GroupPair(by, entry.of("was", by), _common(entry, "common", by, file))


def _common(entry: Located, key: str, item: str, file: str) -> tuple[Common, ...]:
    steps = tuple(
        Common(step.of("code"), Text.of(step.of("label")), tuple(step.of("earlier")), tuple(step.of("later")))
        for step in entry.each(key)
    )
    for side in ("earlier", "later"):
        codes = [code for step in steps for code in getattr(step, side)]
        for code, times in Counter(codes).items():
            if times > 1:
                message = f"The code `{code}` of the {side} wave is mapped twice."
                raise _fault(entry, item, message, "A map leads from many codes to one, never from one to many.", file)
    return steps


def _require_published(entry: Located, item: str, tables: PublishedTables, file: str) -> None:
    if not any(table.item == item for table in tables.tables):
        message = f"The wave `{tables.wave.id}` publishes no table of `{item}`."
        raise _fault(entry, item, message, "Correct the id, or class it `not_comparable` and say why.", file)


def _refuse_repeats(ids: Sequence[str], entries: Sequence[Located], file: str) -> None:
    seen: set[str] = set()
    for name, entry in zip(ids, entries, strict=True):
        if name in seen:
            raise _fault(entry, name, "It is listed twice.", "Keep one entry.", file)
        seen.add(name)


def _fault(entry: Located, item: str, message: str, remedy: str, file: str) -> UnusableInput:
    return refuse("comparability-entry", message, remedy, file=file, line=entry.line, item=item)


def codes_to_common(steps: Sequence[Common], side: str) -> Mapping[str, str]:
    """Give the map from one wave's codes to the common ones; ``side`` is ``earlier`` or ``later``."""
    return {code: step.code for step in steps for code in getattr(step, side)}
