"""Worlds: other answers of the same respondents, with the same backgrounds, that give every published number again.

Whoever knows everybody's backgrounds cannot tell the true world from these. Questions that no published number joins
are searched apart. Worlds are found from the true answers and stay in memory: only shares leave.

Not modelled: that who left before one page also left before the next. Questions are told apart by their answers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np

from barometer.published import Measure, PublishedTables
from barometer.questionnaire.conditions import items_in
from barometer.questionnaire.model import Questionnaire
from barometer.responses import ResponseSet
from barometer.tabulation.routes import condition_of
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import printed_items
from barometer.worlds.proving import is_proved_exact
from barometer.worlds.retabulating import reproduces
from barometer.worlds.routes import filters, search_of_routes
from barometer.worlds.searching import Search, search_of

__all__ = ["Deniability", "ItemDeniability", "OtherAnswers", "Pinned", "Unmoved", "deniability"]


ROUNDS = (0.4, 0.7, 0.9, 1.0)
"""The share of the time that is spent after each round.

Every round shares its time out among the questions of which something still stands, those with a cell that no world
moved first; the last is theirs alone, where there are any.
"""


class OtherAnswers(ValueError):
    """The tables were not made of these answers."""


@dataclass(frozen=True)
class ItemDeniability:
    """What was found for one item. Counts of respondents: for whom some world shows what the name says."""

    item: str
    respondents: int
    """All but those whom their backgrounds alone left out of the question."""
    another_answer: int
    """The weak form: another answer code."""
    another_class: int
    """Another of the finest categories that any published table of the item tells apart."""
    every_category: int
    """The strict form: each published category that holds the true answer is left in some world."""
    cells: int
    """Withheld cells."""
    cells_moved: int
    """Those that two worlds give different counts: known not to be exactly inferable."""
    cells_wide: int
    """Those on which two worlds differ by k or more."""
    worlds: int
    """How many worlds were recorded, each counted anew."""
    seconds: float


@dataclass(frozen=True)
class Unmoved:
    """A withheld cell that every world found gives the same count. Not for print: who reads it knows where to look."""

    table: str
    category: str
    group: str
    is_proved: bool
    """Whether no world can give it another: whoever knows all backgrounds can infer it, so it must be coarsened."""


@dataclass(frozen=True)
class Pinned:
    """A table that may keep respondents at their answers: of its question it has them in the smallest groups.

    The search of the question came to an end of its own without a world for them, not for want of time. Not for print.
    """

    table: str
    respondents: int


@dataclass(frozen=True)
class Deniability:
    """What the worlds show about a whole release against the attacker who knows all backgrounds."""

    items: tuple[ItemDeniability, ...]
    k: int
    unmoved: tuple[Unmoved, ...] = ()
    pinned: tuple[Pinned, ...] = ()
    ledgers: tuple[Ledger, ...] = field(default=(), repr=False, compare=False)
    """With the worlds themselves, for a later search to begin with. They are never written anywhere."""

    def updated(self, later: Deniability, tables: PublishedTables) -> Deniability:
        """Put a later search of some questions in place of what was found of them, and forget those no longer there."""
        again, there = {item.item for item in later.items}, {table.item for table in tables.tables}
        kept = {item.item for item in self.items} & there - again
        return replace(
            later,
            items=(*(item for item in self.items if item.item in kept), *later.items),
            unmoved=(*(cell for cell in self.unmoved if _item_of(cell.table) in kept), *later.unmoved),
            pinned=(*(each for each in self.pinned if _item_of(each.table) in kept), *later.pinned),
            ledgers=(*(each for each in self.ledgers if each.item.item in kept), *later.ledgers),
        )

    def total(self, name: str) -> int:
        return sum(int(getattr(item, name)) for item in self.items)

    def measures(self) -> tuple[Measure, ...]:
        """Give the shares as the certificate states them; what was not found may exist all the same."""
        tried = (
            ("deniability", "respondents", "another_class"),
            ("category_deniability", "respondents", "every_category"),
            ("exact", "cells", "cells_moved"),
            ("width", "cells", "cells_wide"),
        )
        return tuple(Measure("A1", what, self.total(of), self.total(held), "rate") for what, of, held in tried)


def deniability(
    responses: ResponseSet,
    tables: PublishedTables,
    *,
    seconds: float,
    seed: int,
    clock: Callable[[], float],
    progress: Callable[[str], None] = lambda _: None,
    only: Set[str] | None = None,
    before: Deniability | None = None,
) -> Deniability:
    """Search worlds for every published question that is no background, or ``only`` for some and what routing joins.

    A search of the same answers ``before`` gives its worlds to begin with, as far as they hold for these tables.
    ``seconds`` of ``clock`` are shared out in rounds; what one question leaves over, the others have. Raises
    OtherAnswers where the answers as they are do not give the published numbers.
    """
    if tables.wave.respondents != responses.respondents:
        raise OtherAnswers(f"{tables.wave.respondents} answers were published, these are {responses.respondents}")
    wanted = None if only is None else _with_those_joined(only, responses.questionnaire)
    items = [item for item in printed_items(responses, tables) if wanted is None or item.item in wanted]
    for item in items:
        if not reproduces(item, item.answers.values):
            raise OtherAnswers(f"these answers give other numbers of {item.item}")
    k = int(tables.policy["k"])
    began, chance = clock(), np.random.default_rng(seed)
    searches = [search_of(item, k, chance) for item in items]
    ledgers = {search.item: search.ledger for search in searches}
    for name, behind in filters(responses.questionnaire, ledgers).items():
        searches.append(search_of_routes(ledgers[name], behind, chance))
    for search in searches:
        _begin_with(search.ledger, () if before is None else before.ledgers)
    spent = dict.fromkeys(ledgers, 0.0)
    for share in ROUNDS:
        left = sorted((search for search in searches if not search.is_done), key=_can_wait)
        if share == ROUNDS[-1] and not all(map(_can_wait, left)):
            left = [search for search in left if not _can_wait(search)]
        weights = [search.weight for search in left]
        to_come = sum(weights)
        for search, weight in zip(left, weights, strict=True):
            progress(f"worlds of {search.item}")
            start = clock()
            until = start + max(0.0, began + share * seconds - start) * weight / to_come
            to_come -= weight
            search.run(lambda until=until: clock() < until)  # type: ignore[misc]
            spent[search.item] += clock() - start
    summaries = tuple(_summary(ledger, spent[name]) for name, ledger in ledgers.items())
    unmoved = (each for ledger in ledgers.values() for each in _unmoved(ledger, tables))
    short_of_time = {search.item for search in searches if not search.is_done}
    pinned = (each for name, ledger in ledgers.items() if name not in short_of_time for each in _pinned(ledger))
    return Deniability(summaries, k, tuple(unmoved), tuple(pinned), (*ledgers.values(),))


def _begin_with(ledger: Ledger, before: Sequence[Ledger]) -> None:
    """Record the worlds found before: those of routes for all questions they join, those of a question for it alone."""
    for then in before:
        if then.item.item == ledger.item.item:
            for world in then.kept_jointly if ledger.is_joint else then.kept:
                ledger.record(world)


def _can_wait(search: Search) -> bool:
    """Whether it can wait: every withheld cell of its questions has moved. Where time is short, the others go first."""
    return not search.ledger.has_unmoved


def _with_those_joined(items: Set[str], questionnaire: Questionnaire) -> Set[str]:
    """Add every item that a condition joins to one of these: their worlds are searched together."""
    wanted = set(items)
    blocks = [{item, *items_in(condition)} for item, condition in condition_of(questionnaire).items()]
    while joined := {item for block in blocks if block & wanted for item in block} - wanted:
        wanted |= joined
    return wanted


def _item_of(table: str) -> str:
    return table.partition("/")[0]


def _pinned(ledger: Ledger) -> Iterator[Pinned]:
    """Name the crossed table that has those without a world in the smallest groups, if there is any."""
    item = ledger.item
    left = np.flatnonzero(item.concerned & item.answers.is_movable & ~ledger.another_class)
    crossed = [table for table in item.tables if not table.is_whole]
    if len(left) and crossed:
        alone = [(1 / np.bincount(table.group)[table.group[left]]).sum() for table in crossed]
        yield Pinned(crossed[int(np.argmax(alone))].id, len(left))


def _unmoved(ledger: Ledger, tables: PublishedTables) -> Iterator[Unmoved]:
    for (table, row, group), low, high in zip(ledger.cells, ledger.low, ledger.high, strict=True):
        if low == high:
            of = next(each for each in tables.tables if each.id == ledger.item.tables[table].id)
            proved = is_proved_exact(ledger.item, (table, row, group))
            yield Unmoved(of.id, of.categories[row].code, of.groups[group].code, proved)


def _summary(ledger: Ledger, seconds: float) -> ItemDeniability:
    concerned = ledger.item.concerned
    return ItemDeniability(
        item=ledger.item.item,
        respondents=int(concerned.sum()),
        another_answer=int(ledger.another_answer[concerned].sum()),
        another_class=int(ledger.another_class[concerned].sum()),
        every_category=int(ledger.every_category[concerned].sum()),
        cells=len(ledger.cells),
        cells_moved=int((ledger.high > ledger.low).sum()),
        cells_wide=int(ledger.wide.sum()),
        worlds=ledger.worlds,
        seconds=seconds,
    )
