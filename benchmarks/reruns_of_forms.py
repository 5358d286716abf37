"""Who reruns the choice of form and cells together (A3): all finer tables that are published as the true one was.

The attacker knows the whole table, the sizes of the groups and the published table. He protects every finer table that
agrees with them and keeps those that come out in the same form with the same marks. Made-up tables of a few groups,
hard on purpose, are small enough to try them all; in real ones some are tried by a walk from the true one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from barometer.disclosure.crossed_forms import crossing_forms, headline
from barometer.disclosure.drafts import Draft, Remembered, Rung, Undrafted, partition_draft, rows_of
from barometer.disclosure.forms import Form, Leaves
from barometer.disclosure.material import Material
from barometer.disclosure.policy import Policy
from barometer.disclosure.protecting import merged_groups
from barometer.disclosure.puzzle import Demand, small_groups
from barometer.disclosure.totals import Totals
from barometer.disclosure.whole_forms import whole_form
from barometer.published import Category, Part
from barometer.questionnaire.model import Role
from barometer.tabulation import Cube
from barometer.texts import Text
from benchmarks.finer_tables import Printed, agreeing
from benchmarks.reruns import TRIES, Counts, Told

DEMAND = Demand(5, colluders=2, detail=Policy.detail)
GROUPS = ((10, 30), (20, 60))
"""Between which sizes the groups of a made-up table lie."""


@dataclass(eq=False)
class Survey:
    """An item below its whole table: what the protection makes of any finer table of it. Rows are whole categories."""

    finest: Form
    leaves: Leaves
    demand: Demand = DEMAND
    rungs: tuple[Rung, ...] = field(init=False)

    def __post_init__(self) -> None:
        quoted = headline(self.finest, self.leaves)
        codes = [category.members[0] for category in self.finest.categories]
        self.rungs = tuple(
            Rung.of(form, codes, finest=self.finest, headline=quoted)
            for form in crossing_forms(self.finest, self.leaves, asked_is_visible=True)
        )

    @classmethod
    def of(cls, leaves: Leaves, demand: Demand = DEMAND) -> Survey | None:
        """Give the item with its whole table; None where that cannot be published."""
        finest = whole_form(leaves, demand.k, sensitive=False)
        return None if finest is None else cls(finest, leaves, demand)

    def protect(self, counts: Counts) -> Draft | None:
        small = frozenset(small_groups(counts.sum(axis=0).tolist(), self.demand.detail))
        undrafted = Undrafted(counts, self.demand.k, small=small)
        return partition_draft("item", "by", (), self.rungs, undrafted, Remembered(self.demand))

    def printed(self, draft: Draft) -> Printed:
        rung = next(rung for rung in self.rungs if rung.form is draft.form)
        return Printed(rung.members, draft.withheld, draft.untold)

    def is_published_as(self, counts: Counts, draft: Draft) -> bool:
        other = self.protect(counts)
        return (
            other is not None
            and other.form is draft.form
            and bool((other.withheld == draft.withheld).all() and (other.untold == draft.untold).all())
        )


@dataclass
class RerunOfForms:
    """What rerunning the choice of form and cells tells."""

    enumerated: Told = field(default_factory=Told)
    inside: Told = field(default_factory=Told)
    """Small counts that no cell prints, as their category was merged, where the published numbers alone let them
    span k."""
    walked: Told = field(default_factory=Told)

    def add(self, survey: Survey, counts: Counts, chance: np.random.Generator | None) -> None:
        """Attack one table; those too large are walked through by ``chance``, or left out."""
        draft = survey.protect(counts)
        if draft is None or (chance is not None and not draft.hidden.any()):
            return
        worlds = agreeing(counts, survey.printed(draft))
        if worlds is not None:
            self._compare(survey, counts, draft, np.array(worlds))
        elif chance is not None and draft.withheld.any():
            self._walk(survey, counts, draft, chance)

    def _compare(self, survey: Survey, counts: Counts, draft: Draft, worlds: Counts) -> None:
        k, printed = survey.demand.k, survey.printed(draft)
        alike = np.array([world for world in worlds if survey.is_published_as(world, draft)])
        self.enumerated.tables += 1
        self.inside.tables += 1
        table = printed.of(counts)
        small = printed.hidden & (table > 0) & (table < k)
        _note(self.enumerated, _spans(printed.members @ alike)[small], k)
        every = printed.members @ worlds
        informed = every[(((every < k) == (table < k)) | ~printed.marked).all(axis=(1, 2))]
        for row, column in np.argwhere(small & printed.marked).tolist():
            self.enumerated.impossible += k - 1 - len(set(informed[:, row, column].tolist()))
        merged = np.isin(
            np.arange(len(counts)), np.flatnonzero(printed.members[printed.members.sum(axis=1) > 1].any(0))
        )
        unseen = merged[:, None] & (counts > 0) & (counts < k) & (_spans(worlds) >= k)
        _note(self.inside, _spans(alike)[unseen], k)

    def _walk(self, survey: Survey, counts: Counts, draft: Draft, chance: np.random.Generator) -> None:
        k, printed = survey.demand.k, survey.printed(draft)
        table = printed.of(counts)
        self.walked.tables += 1
        for row, column in np.argwhere(printed.marked & (table < k)).tolist():
            alike, seen = [counts], {int(table[row, column])}
            for other in _walk_from(alike, printed, row, column, chance):
                if survey.is_published_as(other, draft):
                    alike.append(other)
                    seen.add(int(printed.members[row] @ other[:, column]))
                if max(seen) - min(seen) >= k:
                    break
            _note(self.walked, np.array([max(seen) - min(seen)]), k)


def _spans(tables: Counts) -> Counts:
    spans: Counts = tables.max(axis=0) - tables.min(axis=0)
    return spans


def _note(told: Told, spans: Counts, k: int) -> None:
    told.small += len(spans)
    told.exact += int((spans == 0).sum())
    told.narrow += int((spans < k).sum())


def _walk_from(
    alike: list[Counts], printed: Printed, category: int, group: int, chance: np.random.Generator
) -> Iterator[Counts]:
    """Give tables that agree, one step from one of those that are ``alike``, in which this cell holds others.

    Two rows change places in the cell's group, and the other way round in others, chosen by chance.
    """
    hidden = printed.hidden_rows
    own = np.flatnonzero(printed.members[category]).tolist()
    others = [row for row in np.flatnonzero(hidden[:, group]).tolist() if row not in own]
    for _ in range(TRIES if others else 0):
        one, other = own[chance.integers(len(own))], others[chance.integers(len(others))]
        rising, falling = (one, other) if chance.random() < 0.5 else (other, one)
        moved = alike[chance.integers(len(alike))].copy()
        beside = [each for each in np.flatnonzero(hidden[rising] & hidden[falling]).tolist() if each != group]
        most = int(min(moved[falling, group], moved[rising, beside].sum()))
        left = int(chance.integers(1, most + 1)) if most else 0
        moved[rising, group] += left
        moved[falling, group] -= left
        for each in chance.permutation(beside).tolist():
            taken = int(min(left, moved[rising, each]))
            moved[rising, each] -= taken
            moved[falling, each] += taken
            left -= taken
        if not (printed.marked & (printed.of(moved) < 1)).any():
            yield moved


def made_up(many: int, chance: np.random.Generator) -> Iterator[tuple[Survey, Counts]]:
    """Draw small tables that are hard to protect: two to five groups, two to four answers, one of them perhaps rare."""
    while many:
        groups, rows = int(chance.integers(2, 6)), 3 if chance.random() < 0.7 else 4
        sizes = chance.integers(*GROUPS[int(chance.integers(2))], groups)
        shares = np.sort(chance.dirichlet(np.full(rows, 0.8)))[::-1]
        shares = shares if chance.random() < 0.7 else chance.permutation(shares)
        counts = np.stack([chance.multinomial(size, shares) for size in sizes], axis=1)
        ordered = bool(chance.random() < 0.5)
        if not ((counts > 0) & (counts < DEMAND.k)).any():
            continue
        leaves = leaves_of(counts.sum(axis=1).tolist(), ordered=ordered)
        survey = Survey.of(leaves)
        if survey is not None:
            many -= 1
            yield survey, rows_of(survey.finest.categories, [leaf.code for leaf in leaves.categories], counts)


def leaves_of(totals: Sequence[int], *, ordered: bool) -> Leaves:
    """Give answers that so many gave; the last of them are those who gave none."""
    names = [f"a{at}" for at in range(len(totals) - 1)]
    answers = [Category(name, Text.of({"en": name}), Part.ANSWER, (name,)) for name in names]
    skipped = [Category("_skipped", Text.of({"en": "no answer"}), Part.SKIPPED, ("_skipped",))] if totals[-1] else []
    return Leaves((*answers, *skipped), dict(zip([*names, "_skipped"], totals, strict=True)), ordered)


def rerun_forms_on(tables: Iterable[tuple[Survey, Counts]], chance: np.random.Generator | None = None) -> RerunOfForms:
    """Attack these tables."""
    told = RerunOfForms()
    for survey, counts in tables:
        told.add(survey, counts, chance)
    return told


def drawn_tables(cube: Cube, policy: Policy, by: str) -> Iterator[tuple[Survey, Counts]]:
    """Give the single choices of a wave by a background, those that no routing joins to others."""
    groups, _ = merged_groups(cube, policy)
    material = Material(cube, policy, groups)
    for item, whole in Totals(material).in_order().items():
        is_background = material.questions[item].role is Role.BACKGROUND
        if by in groups and not is_background and not whole.ticks and not material.is_joined(item):
            survey = Survey(whole.form, material.leaves(item), policy.demand)
            yield survey, rows_of(whole.form.categories, cube.items[item].codes, material.table(item, by))
