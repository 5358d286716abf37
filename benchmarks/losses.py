"""How much of what readers want is published: respondents in cells of reference tables that a release gives exactly.

A reference table crosses an item in three classes (for, against, the rest) with nine areas or five groups of
organisations. A cell counts as published when shown numbers of that very group add up to it, or leave it over: a group
that was merged into a larger one is lost, however well the larger one is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.model import Question, Role
from barometer.tabulation import NOT_ANSWERED, Cube, ItemKind
from benchmarks.background import FIVE_ORGANISATIONS, NINE_AREAS, Grouping
from benchmarks.published_files import PublishedRelease, PublishedTable

REFERENCE: Mapping[str, Grouping] = {"region": NINE_AREAS, "org_type": FIVE_ORGANISATIONS}
Classes = Mapping[str, frozenset[str]]


@dataclass(frozen=True, eq=False)
class ReferenceTable:
    """Exact counts of an item in three classes by wanted groups; never published as such."""

    item: str
    by: str
    classes: Classes
    groups: Grouping
    counts: NDArray[np.int64]

    @property
    def mass(self) -> int:
        return int(self.counts.sum())


@dataclass
class Kept:
    """Respondents and cells of reference tables, and those published of them."""

    mass: int = 0
    published_mass: int = 0
    cells: int = 0
    published_cells: int = 0

    def add(self, table: ReferenceTable, published: NDArray[np.bool_]) -> None:
        there = table.counts > 0
        self.mass += table.mass
        self.published_mass += int(table.counts[published].sum())
        self.cells += int(there.sum())
        self.published_cells += int((there & published).sum())

    @property
    def share(self) -> float:
        return self.published_mass / self.mass


def sum_of(several: Iterable[Kept]) -> Kept:
    """Give what is kept of all of them together."""
    total = Kept()
    for each in several:
        total.mass += each.mass
        total.published_mass += each.published_mass
        total.cells += each.cells
        total.published_cells += each.published_cells
    return total


def reference_tables(cube: Cube) -> list[ReferenceTable]:
    """Give the reference tables of all single choices and rows of matrices."""
    found = []
    for item, counts in cube.items.items():
        question = cube.questionnaire.question_of_item(item)
        if counts.kind is not ItemKind.PARTITION or question.role is Role.BACKGROUND:
            continue
        classes = classes_of(question, counts.codes)
        rows = [[counts.codes.index(code) for code in codes] for codes in classes.values()]
        for by, groups in REFERENCE.items():
            leaves = cube.backgrounds[by].codes
            columns = [[leaves.index(leaf) for leaf in of] for of in groups.values()]
            table = np.array([[counts.by[by][np.ix_(row, column)].sum() for column in columns] for row in rows])
            found.append(ReferenceTable(item, by, classes, groups, table))
    return found


def classes_of(question: Question, codes: Sequence[str]) -> Classes:
    """Divide the answers in three: the nets where there are two, else the ends of the scale or yes and no."""
    nets = {net.id: frozenset(net.options) for net in question.nets}
    options = [option.code for option in question.options if option.kind.value == "substantive"]
    if len(nets) != 2:
        ends = len(options) // 2
        nets = {"first": frozenset(options[:ends]), "last": frozenset(options[-ends:])}
    return {**nets, "rest": frozenset(codes) - frozenset().union(*nets.values())}


def kept_in(release: PublishedRelease, tables: Iterable[ReferenceTable]) -> dict[str, Kept]:
    """Measure by background what a release publishes of the reference tables."""
    found = {by: Kept() for by in REFERENCE}
    for reference in tables:
        made = next((t for t in release.by_item.get(reference.item, ()) if t.by == reference.by), None)
        found[reference.by].add(reference, _published_cells(reference, made))
    return found


def _published_cells(reference: ReferenceTable, made: PublishedTable | None) -> NDArray[np.bool_]:
    published = np.zeros(reference.counts.shape, np.bool_)
    if made is None:
        return published
    for column, leaves in enumerate(reference.groups.values()):
        inside = {g: made.leaves(g) - {NOT_ANSWERED} for g in made.groups}
        groups = [g for g, of in inside.items() if of and of <= frozenset(leaves)]
        if frozenset().union(*(inside[g] for g in groups)) != frozenset(leaves):
            continue
        for row, codes in enumerate(reference.classes.values()):
            published[row, column] = all(_is_known(made, group, codes) for group in groups)
    return published


def _is_known(table: PublishedTable, group: str, codes: frozenset[str]) -> bool:
    """Say whether shown cells of the group, apart from each other, make up these codes or all the others."""
    apart = [c for c in table.categories if table.part(c) not in ("net", "ticked")]
    everything = frozenset().union(*(table.codes(c) for c in apart))
    shown = {c["category"] for c in table.cells if c["group"] == group and c.get("count") is not None}
    pieces = [table.codes(c) for c in shown if table.part(c) != "ticked"]
    wanted = codes & everything
    return _is_made_of(wanted, pieces) or _is_made_of(everything - wanted, pieces)


def _is_made_of(wanted: frozenset[str], pieces: Sequence[frozenset[str]]) -> bool:
    if not wanted:
        return True
    first = min(wanted)
    return any(first in piece and piece <= wanted and _is_made_of(wanted - piece, pieces) for piece in pieces)
