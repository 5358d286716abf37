"""Worlds in which others were asked: a filter is answered otherwise, and what it shows is answered by others.

First a cycle over how many of each group were asked, whatever else they answered: to skip the filter shows no more than
to say no. Then who is newly asked takes the answers of those who no longer are; and the filter, and every question
behind it, is put right by moves among those on one route.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.conditions import Truth, items_in, truth
from barometer.questionnaire.model import Questionnaire
from barometer.tabulation import NOT_SHOWN
from barometer.tabulation.routes import condition_of
from barometer.worlds.atoms import ANY, Atoms, Indices, kept_changes
from barometer.worlds.changes import Change, Changes, Values
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import Mask, PrintedItem, numbered
from barometer.worlds.retabulating import reproduces
from barometer.worlds.searching import KEEP, Search
from barometer.worlds.settling import Settling

MOST_MOVES = 64
ATTEMPTS = 6
"""Ways in which the newly asked take the answers of those who no longer are."""


@dataclass(frozen=True, eq=False)
class Behind:
    """A question that one filter alone decides about."""

    ledger: Ledger
    shown: NDArray[np.bool_]
    """Of every answer to the filter: whether who gave it is asked."""


def filters(questionnaire: Questionnaire, ledgers: Mapping[str, Ledger]) -> dict[str, list[Behind]]:
    """Give the single choices that decide alone about questions which decide about nothing themselves."""
    conditions = {item: each for item, each in condition_of(questionnaire).items() if item in ledgers}
    deciding = {name for condition in conditions.values() for name in items_in(condition)}
    found: dict[str, list[Behind]] = {}
    tangled: set[str] = set()
    for item, condition in conditions.items():
        names = items_in(condition)
        plain = len(names) == 1 and item not in deciding and ledgers[item].item.answers.ticks is None
        for name in names:
            if not plain or name not in ledgers or name in conditions or ledgers[name].item.answers.ticks is not None:
                tangled.add(name)
                continue
            codes = ledgers[name].item.answers.codes
            shown = [truth(condition, {} if code.startswith("_") else {name: code}) is Truth.TRUE for code in codes]
            found.setdefault(name, []).append(Behind(ledgers[item], np.array(shown)))
    return {name: behind for name, behind in found.items() if name not in tangled}


def search_of_routes(
    deciding: Ledger, behind: Sequence[Behind], chance: np.random.Generator, *, keep: int = KEEP
) -> Search:
    """Give the walk among worlds in which others were asked; it records for the filter and for all behind it."""
    search = Search(_Joint(deciding, behind), _Routes(deciding, behind), chance, keep=keep)
    search.items = 1 + len(behind)
    return search


class _Joint(Ledger):
    """The ledger of a filter, which records in those of the questions behind it, too.

    A world is a row of answers to the filter and one for each of these questions.
    """

    is_joint = True

    def __init__(self, deciding: Ledger, behind: Sequence[Behind]) -> None:
        self.__dict__ = deciding.__dict__  # one ledger, which the search of the filter alone fills as well
        self.behind = tuple(behind)

    def record(self, values: Values) -> bool:
        ledgers = [each.ledger for each in self.behind]
        if not all(reproduces(of.item, found) for of, found in zip(ledgers, values[1:], strict=True)):
            return False
        if not reproduces(self.item, values[0]):
            return False
        before = [of.told for of in (self, *ledgers)]
        for of, found in zip((self, *ledgers), values, strict=True):
            of.take_in(found)
        if [of.told for of in (self, *ledgers)] != before:
            self.kept_jointly.append(values.copy())
        return True

    @property
    def standing(self) -> Mask:
        """Of a question behind: about whom anything stands that asking others would deny."""
        return np.column_stack([self.open, *(each.ledger.open.any(axis=1) for each in self.behind)])

    @property
    def has_unmoved(self) -> bool:
        return super().has_unmoved or any(each.ledger.has_unmoved for each in self.behind)

    def could_deny(self) -> Mask:
        found = super().could_deny()
        for each in self.behind:
            was_asked = each.shown[self.item.answers.values]
            found |= each.ledger.open.any(axis=1, keepdims=True) & (was_asked[:, None] != each.shown[None, :])
        return found

    def denying(self, person: Values, to: Values) -> Mask:
        return np.asarray(self.could_deny()[person, to])


def _by_who_is_asked(item: PrintedItem, behind: Sequence[Behind]) -> PrintedItem:
    """Let answers be on one route that show the same questions: to skip a filter shows no more than to say no."""
    route = numbered(np.column_stack([each.shown for each in behind]))
    return replace(item, answers=replace(item.answers, route=route))


class _Routes(Changes):
    """The changes of a filter's answers by which others are asked."""

    def __init__(self, deciding: Ledger, behind: Sequence[Behind]) -> None:
        super().__init__(_by_who_is_asked(deciding.item, behind), ANY)
        self.behind = behind
        self.others = [Settling(Atoms(each.ledger.item, ANY)) for each in behind]
        self.hidden = [each.ledger.item.answers.codes.index(NOT_SHOWN) for each in behind]
        self.answered = [each.ledger.item.answers.values for each in behind]

    def go_to(self, world: Values) -> None:
        self.values, self.answered = world[0], list(world[1:])

    def tried(self) -> Iterator[Change]:
        """Give the changes between every two routes."""
        for here, there in combinations(self.atoms.clusters, 2):
            yield replace(self._between(here, there, self.atoms.clusters), most_moves=MOST_MOVES)

    def _effects(self, person: Indices, to: Indices, change: Change) -> tuple[NDArray[np.int64], Indices]:
        """Add what the moves do to the sums of rows that hold all who were asked, or none of them."""
        effect, part = super()._effects(person, to, change)
        found, parts = [effect], [part]
        for each, other, hidden in zip(self.behind, self.others, self.hidden, strict=True):
            atoms = other.atoms
            asked = atoms.clusters[0][0] if atoms.clusters else atoms.of_answer[hidden]
            source, target = (
                np.where(each.shown[of], asked, atoms.of_answer[hidden]) for of in (self.values[person], to)
            )
            for table in atoms.crossed:
                found.append(kept_changes(atoms, table, person, source, target))
                parts.append(np.full(found[-1].shape[1], int(parts[-1].max(initial=0)) + 1))
        return np.concatenate(found, axis=1), np.concatenate(parts)

    def world(self, change: Change, person: Indices, to: Indices, chance: np.random.Generator) -> Values | None:
        """Give everybody's answers to the filter and to all behind it; None where these cannot be put right."""
        values = super().world(change, person, to, chance)
        worlds = [] if values is None else [values]
        for place, each in enumerate(self.behind):
            answered = None if values is None else self._answered(place, each.shown[values], chance)
            if answered is None:
                return None
            worlds.append(answered)
        return np.array(worlds)

    def _answered(self, place: int, asked: Mask, chance: np.random.Generator) -> Values | None:
        """Give the answers of a question when these are asked; None where its tables cannot be put right."""
        settling, before = self.others[place], self.answered[place]
        atoms = settling.atoms
        hidden, target = int(atoms.of_answer[self.hidden[place]]), atoms.of_answer[before]
        gone, come = np.flatnonzero(~asked & (target != hidden)), np.flatnonzero(asked & (target == hidden))
        if len(gone) != len(come):
            return None
        taken = target[gone]
        target[gone] = hidden
        for _ in range(ATTEMPTS):
            target[come] = chance.permutation(taken)
            repaired = settling.repaired(target, chance)
            if repaired is not None:
                found = atoms.filled(repaired, before, chance)
                if reproduces(atoms.item, found):
                    return found
        return None
