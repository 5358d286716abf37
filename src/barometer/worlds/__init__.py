"""Worlds: other answers of the same respondents, with the same backgrounds, that give every published number again.

Whoever knows everybody's backgrounds cannot tell the true world from these. Questions that no published number joins
are searched apart. Worlds are found from the true answers and stay in memory: only shares leave.

Not modelled: that who left before one page also left before the next. Questions are told apart by their answers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from barometer.published import Measure, PublishedTables
from barometer.responses import ResponseSet
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import printed_items
from barometer.worlds.proving import is_proved_exact
from barometer.worlds.retabulating import reproduces
from barometer.worlds.routes import filters, search_of_routes
from barometer.worlds.searching import search_of

__all__ = ["Deniability", "ItemDeniability", "OtherAnswers", "Unmoved", "deniability"]


ROUNDS = (0.4, 0.7, 0.9, 1.0)
"""The share of the time that is spent after each round.

Every round shares its time out evenly among the questions of which something still stands.
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
class Deniability:
    """What the worlds show about a whole release against the attacker who knows all backgrounds."""

    items: tuple[ItemDeniability, ...]
    k: int
    unmoved: tuple[Unmoved, ...] = ()

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
) -> Deniability:
    """Search worlds for every published question that is no background.

    ``seconds`` of ``clock`` are shared out in rounds; what one question leaves over, the others have. Raises
    OtherAnswers where the answers as they are do not give the published numbers.
    """
    if tables.wave.respondents != responses.respondents:
        raise OtherAnswers(f"{tables.wave.respondents} answers were published, these are {responses.respondents}")
    items = list(printed_items(responses, tables))
    for item in items:
        if not reproduces(item, item.answers.values):
            raise OtherAnswers(f"these answers give other numbers of {item.item}")
    k = int(tables.policy["k"])
    began, chance = clock(), np.random.default_rng(seed)
    searches = [search_of(item, k, chance) for item in items]
    ledgers = {search.item: search.ledger for search in searches}
    for name, behind in filters(responses.questionnaire, ledgers).items():
        searches.append(search_of_routes(ledgers[name], behind, chance))
    spent = dict.fromkeys(ledgers, 0.0)
    for share in ROUNDS:
        left = [search for search in searches if not search.is_done]
        to_come = sum(search.weight for search in left)
        for search in left:
            progress(f"worlds of {search.item}")
            start = clock()
            until = start + max(0.0, began + share * seconds - start) * search.weight / to_come
            to_come -= search.weight
            search.run(lambda until=until: clock() < until)  # type: ignore[misc]
            spent[search.item] += clock() - start
    summaries = tuple(_summary(ledger, spent[name]) for name, ledger in ledgers.items())
    unmoved = (each for ledger in ledgers.values() for each in _unmoved(ledger, tables))
    return Deniability(summaries, k, tuple(unmoved))


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
