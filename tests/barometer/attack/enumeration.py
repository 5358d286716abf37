"""A slow, obvious attacker: small surveys of which every possible world is written down and looked at.

A respondent is of a *type*: what he answered to everything, and his groups. A world is a number of people of each
type. All worlds of so many people are made, those kept that would have been published the same, and the least and
the most of every withheld cell read off. `disagreements` compares with the real attack; it is what a long run calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations_with_replacement, product
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barometer.attack import attack
from barometer.published import Category, Group, Part, PublishedTables, Status, Table
from tests.barometer.attack.building import Row, multiple, release_of, single, withhold

Counts = NDArray[np.int64]
Place = tuple[str, str, str]
"""Table, category, group."""

MOST_PEOPLE = {6: 14, 8: 10, 12: 7}
"""By the number of types; more people make too many worlds to write down."""

MOST_WORLDS = 400_000
"""More are not written down."""

KINDS = ("crossed", "twice crossed", "net and mean", "shares", "multiple", "routed", "merged")
SCORES = {"1": 1.0, "2": 2.0, "3": 5.0}
ANSWERS = dict.fromkeys("123", Part.ANSWER)


MIDDLING_K = 2
"""Of the attack that stops as soon as it knows: about as many cells fall as hold."""


class TooManyWorlds(Exception):
    """The survey has more worlds than can be written down."""


@dataclass(frozen=True)
class SmallSurvey:
    """A release with the types of respondents there can be."""

    kind: str
    release: PublishedTables
    types: tuple[Row, ...]
    rows: tuple[Row, ...]

    @property
    def truth(self) -> dict[Place, int]:
        """The true count of every withheld cell."""
        world = np.array([sum(row is one for row in self.rows) for one in self.types])
        return {place: int(world @ people) for place, people in _withheld(self)}


def small_survey(seed: int) -> SmallSurvey:
    """Draw a survey of 4 to 14 people of one of the kinds, and withhold cells at random."""
    chance = np.random.default_rng(seed)
    kind = KINDS[int(chance.integers(len(KINDS)))]
    types = tuple(_types(kind))
    people = int(chance.integers(4, MOST_PEOPLE[len(types)] + 1))
    leaning = chance.dirichlet(np.full(len(types), 0.7))
    rows = [types[number] for number in chance.choice(len(types), people, p=leaning)]
    tables = [_hide(chance, table, hide_base=kind == "shares") for table in _tables(kind, rows, chance)]
    if kind == "shares":
        tables = [_as_shares(chance, table) for table in tables]
    return SmallSurvey(kind, release_of(*tables, respondents=people, policy={"k": 5, "m": 1}), types, tuple(rows))


def disagreements(survey: SmallSurvey, colluders: int, told: Counter[str] | None = None) -> list[str]:
    """Give what is wrong with the attack: a possible world outside an interval, an end that none reaches, a span for
    colluders that is not the true one, or a cell that falls to the one and not to the other.

    Counts in ``told`` what was compared. Raises TooManyWorlds.
    """
    told, worlds = Counter() if told is None else told, worlds_of(survey)
    truth, for_colluders = intervals(survey, worlds), spans_for_colluders(survey, worlds, colluders)
    found = attack([survey.release], k=colluders + 1, m=1, complete=True, colluders=colluders)
    wrong, stopped = [], any(step.rule == "not_tried_every_placing" for step in found.not_tried)
    told["attacks that stopped at their limit"] += stopped
    for confined in found.withheld:
        place = (confined.cell.table, confined.cell.category, confined.cell.group)
        low, high = truth[place]
        told["intervals"] += 1
        told["intervals, exact"] += confined.exact
        if not confined.low <= low <= high <= confined.high:
            wrong.append(f"{place}: {confined.low}..{confined.high} leaves out {low}..{high}")
        if confined.exact and (confined.low, confined.high) != (low, high):
            wrong.append(f"{place}: {confined.low}..{confined.high} is called exact, {low}..{high} is")
        span = confined.span_for_colluders
        told["spans for colluders"] += span is not None
        if span not in (None, for_colluders[place]) and confined.exact and not stopped:
            wrong.append(f"{place}: {colluders} leave {span}, truly {for_colluders[place]}")
    return wrong + _falling(survey, colluders, for_colluders, told)


def _falling(survey: SmallSurvey, colluders: int, for_colluders: Mapping[Place, int], told: Counter[str]) -> list[str]:
    """Give the cells that fall to a span below k in the attack and not in truth, or the other way round."""
    k = max(MIDDLING_K, colluders + 1)
    found = attack([survey.release], k=k, m=1, colluders=colluders)
    open_to_search = any(step.rule == "not_tried_every_placing" for step in found.not_tried)
    told["attacks that stopped at their limit"] += open_to_search
    wrong = []
    for confined in found.withheld:
        place = (confined.cell.table, confined.cell.category, confined.cell.group)
        left = confined.span if confined.span_for_colluders is None else confined.span_for_colluders
        told["cells that fell"] += left < k
        told["cells that held"] += left >= k
        is_bound = not confined.exact or open_to_search
        if (left < k) != (for_colluders[place] < k) and not (is_bound and left >= k):
            wrong.append(f"{place}: {colluders} leave {left} of k = {k}, truly {for_colluders[place]}")
    return wrong


def intervals(survey: SmallSurvey, worlds: Counts) -> dict[Place, tuple[int, int]]:
    """Give the least and the most of each withheld cell in these worlds."""
    counts = {place: worlds @ members for place, members in _withheld(survey)}
    return {place: (int(count.min()), int(count.max())) for place, count in counts.items()}


def spans_for_colluders(survey: SmallSurvey, worlds: Counts, colluders: int) -> dict[Place, int]:
    """Give the least span over all placings of so many colluders that some world has room for."""
    places, members = zip(*_withheld(survey), strict=True) if _withheld(survey) else ((), ())
    counts = worlds @ np.array(members, np.int64).T if places else np.zeros((len(worlds), 0), np.int64)
    least = np.full(len(places), np.iinfo(np.int64).max)
    for placing in combinations_with_replacement(range(len(survey.types)), colluders):
        seats = np.bincount(placing, minlength=len(survey.types))
        held = counts[(worlds >= seats).all(axis=1)]
        if len(held):
            least = np.minimum(least, np.ptp(held, axis=0))
    return dict(zip(places, least.tolist(), strict=True))


def facts_hold(survey: SmallSurvey, small: set[Place], k: int) -> Counts:
    """Give the worlds in which, moreover, these withheld cells are below k and the other ones are not."""
    worlds = worlds_of(survey)
    for place, people in _withheld(survey):
        counts = worlds @ people
        worlds = worlds[counts < k if place in small else counts >= k]
    return worlds


def withheld_counts(survey: SmallSurvey, worlds: Counts) -> dict[Place, set[int]]:
    """Give the counts that each withheld cell has in these worlds."""
    return {place: set((worlds @ people).tolist()) for place, people in _withheld(survey)}


def worlds_of(survey: SmallSurvey) -> Counts:
    """Give every world that would have been published the same: group by group, then the groups together."""
    worlds = _worlds_by_group(survey)
    for table in survey.release.tables:
        for group in table.groups:
            for fits in _facts(survey, table, group):
                worlds = worlds[fits(worlds)]
    return worlds


def _worlds_by_group(survey: SmallSurvey) -> Counts:
    crossed = [table for table in survey.release.tables if table.by == "g"]
    parts = [_worlds_of_group(survey, crossed, place) for place in range(len(crossed[0].groups))] if crossed else []
    if not parts or sum(part.shape[0] > 0 for part in parts) < len(parts):
        return _all_worlds(survey.release.wave.respondents, len(survey.types))
    whole = [table for table in survey.release.tables if table.by is None]
    limits = [limit for table in whole for limit in _limits(survey, table)]
    worlds = parts[0]
    for part in parts[1:]:
        if len(worlds) * len(part) > MOST_WORLDS:
            raise TooManyWorlds
        worlds = (worlds[:, None, :] + part[None, :, :]).reshape(-1, len(survey.types))
        for people, most in limits:
            worlds = worlds[worlds @ people <= most]
    return worlds


def _limits(survey: SmallSurvey, table: Table) -> Iterator[tuple[Counts, int]]:
    """What no part of a world may pass: the counts that are printed of everybody."""
    for cell in table.cells:
        if cell.count is not None:
            yield _people(survey, table, table.group(cell.group), table.category(cell.category)), cell.count


def _worlds_of_group(survey: SmallSurvey, crossed: Sequence[Table], place: int) -> Counts:
    """Give how the people of one group can have answered, by its own columns alone."""
    group = crossed[0].groups[place]
    held = np.flatnonzero(_people(survey, crossed[0], group))
    if comb(group.respondents + len(held) - 1, len(held) - 1) > MOST_WORLDS:
        raise TooManyWorlds
    worlds = np.zeros((0, len(survey.types)), np.int64)
    if len(held):
        own = _all_worlds(group.respondents, len(held))
        worlds = np.zeros((len(own), len(survey.types)), np.int64)
        worlds[:, held] = own
    for table in crossed:
        for fits in _facts(survey, table, table.groups[place]):
            worlds = worlds[fits(worlds)]
    return worlds


# -- what is published of a world


def _facts(survey: SmallSurvey, table: Table, group: Group) -> Iterator[Callable[[Counts], NDArray[np.bool_]]]:
    everybody = _people(survey, table, group)
    yield lambda worlds, people=everybody, size=group.respondents: worlds @ people == size
    based = sum(_people(survey, table, group, table.category(code)) for code in table.base.categories)
    if group.base is not None:
        yield lambda worlds, people=based, base=group.base: worlds @ people == base
    for category in table.categories:
        yield from _facts_of_cell(survey, table, group, category, based)
    for mean in (mean for mean in table.means if mean.group == group.code):
        held = [_people(survey, table, table.group(mean.group), table.category(code)) for code in SCORES]
        if mean.value is not None:
            yield lambda worlds, held=held, mean=mean: _means_fit(worlds, held, mean.value, mean.decimals)


def _facts_of_cell(
    survey: SmallSurvey, table: Table, group: Group, category: Category, based: Any
) -> Iterator[Callable[[Counts], NDArray[np.bool_]]]:
    cell, people = table.cell(category.code, group.code), _people(survey, table, group, category)
    if cell.status is Status.CONFIDENTIAL:
        yield lambda worlds: worlds @ people >= 1
    elif cell.count is not None:
        yield lambda worlds: worlds @ people == cell.count
    if cell.share is not None:
        share = cell.share
        yield lambda worlds: _shares_fit(worlds @ people, worlds @ based, share)


def _shares_fit(counts: Counts, bases: Counts, share: float) -> NDArray[np.bool_]:
    return (bases > 0) & (np.abs(counts / np.maximum(bases, 1) - share) <= 0.005 + 1e-12)


def _means_fit(worlds: Counts, held: Sequence[Counts], value: float, decimals: int) -> NDArray[np.bool_]:
    numbers = [worlds @ people for people in held]
    total = sum(score * number for score, number in zip(SCORES.values(), numbers, strict=True))
    answers = sum(numbers)
    return (answers > 0) & (np.abs(total / np.maximum(answers, 1) - value) <= 0.5 / 10**decimals + 1e-12)


def _people(survey: SmallSurvey, table: Table, group: Group, category: Category | None = None) -> Counts:
    """Give, for each type, whether a person of it is counted there."""
    return np.array(
        [
            (table.by is None or row[table.by] in (group.members or (group.code,)))
            and (category is None or _counts(row[table.item], category))
            for row in survey.types
        ],
        np.int64,
    )


def _counts(answer: Any, category: Category) -> bool:
    if not isinstance(answer, frozenset):
        return answer in category.members
    return category.code in answer if category.part is Part.TICKED else bool(answer) == (category.part is Part.ANSWERED)


def _withheld(survey: SmallSurvey) -> list[tuple[Place, Counts]]:
    return [
        (
            (table.id, cell.category, cell.group),
            _people(survey, table, table.group(cell.group), table.category(cell.category)),
        )
        for table, cell in survey.release.cells()
        if cell.status is Status.CONFIDENTIAL
    ]


@cache
def _all_worlds(people: int, types: int) -> Counts:
    if types == 1:
        return np.array([[people]])
    parts = [
        np.hstack([np.full((len(rest), 1), first), rest])
        for first in range(people + 1)
        for rest in [_all_worlds(people - first, types - 1)]
    ]
    return np.vstack(parts)


# -- the surveys


def _types(kind: str) -> Iterator[Row]:
    groups = [{"g": g, "h": "-"} for g in "ab"]
    if kind == "twice crossed":
        groups = [{"g": g, "h": h} for g, h in product("ab", "xy")]
    answers: list[Mapping[str, Any]] = [{"q": code} for code in "123"]
    if kind == "multiple":
        answers = [{"q": frozenset(ticked)} for ticked in ("", "x", "y", "xy")]
    if kind == "routed":
        answers = [
            {"f": "y", "q": "1"},
            {"f": "y", "q": "2"},
            {"f": "n", "q": "_not_shown"},
            {"f": "m", "q": "_not_shown"},
        ]
    return ({**answer, **group} for answer in answers for group in groups)


def _tables(kind: str, rows: Sequence[Row], chance: np.random.Generator) -> list[Table]:
    own = {"a": ("a",), "b": ("b",)}
    if kind == "multiple":
        return [multiple(rows, "q", "xy"), multiple(rows, "q", "xy", by="g", groups=own)]
    if kind == "routed":
        shown = {"1": Part.ANSWER, "2": Part.ANSWER, "_not_shown": Part.NOT_SHOWN}
        filters = dict.fromkeys("ynm", Part.ANSWER)
        follow = [single(rows, "q", shown), single(rows, "q", shown, by="g", groups=own)]
        return [
            single(rows, "f", filters),
            single(rows, "f", filters, by="g", groups=own),
            *(replace(table, routed_by=("f",), shown_if="f = 'y'") for table in follow),
        ]
    nets = {"low": ("1", "2")} if kind == "net and mean" else None
    decimals = int(chance.integers(0, 2)) if kind == "net and mean" else None
    spec: dict[str, Part | tuple[str, ...]] = {"low": ("1", "2"), "3": Part.ANSWER} if kind == "merged" else {**ANSWERS}
    tables = [single(rows, "q", ANSWERS, scores=SCORES, mean_decimals=decimals)]
    tables.append(single(rows, "q", spec, by="g", groups=own, nets=nets))
    if kind == "twice crossed":
        tables.append(single(rows, "q", ANSWERS, by="h", groups={"x": ("x",), "y": ("y",)}))
    return tables


def _hide(chance: np.random.Generator, table: Table, *, hide_base: bool) -> Table:
    """Withhold some cells that are not zero; bases only where the survey is about them."""
    often = chance.choice([0.3, 0.6, 1.0])
    chosen = [(c.category, c.group) for c in table.cells if c.count and chance.random() < often]
    bases = [group.code for group in table.groups] if hide_base and chance.random() < 0.7 else []
    return withhold(table, *chosen, bases=bases)


def _as_shares(chance: np.random.Generator, table: Table) -> Table:
    """Print some withheld cells as whole percents."""
    people = {(c.category, c.group): c for c in table.cells}
    cells = []
    for cell in table.cells:
        base = table.group(cell.group).base or table.group(cell.group).respondents
        if cell.count is not None and chance.random() < 0.5 and base:
            cell = replace(people[cell.category, cell.group], count=None, share=round(cell.count / base, 2))
        cells.append(cell)
    return table.with_cells(cells)
