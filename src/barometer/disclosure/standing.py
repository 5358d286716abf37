"""How the tables by one background stand while they are settled together: what is drafted, hidden and dropped.

Several ways of settling the tables of a condition are tried from the same standing, and the one is kept of which
readers lose least.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from barometer.disclosure.drafts import MOST_LOST, Draft

Unasked = frozenset[int]
"""The groups in which it is withheld how many were not asked; printed in all others."""


@dataclass(frozen=True)
class Way:
    """One way of drafting the tables of a condition."""

    unasked: Unasked | None
    """Where it is withheld who was not asked; None where they are merged into others everywhere."""
    forced: Unasked = frozenset()
    """Where the answers are withheld from the first."""
    by_groups: bool = True
    """Whether answers are withheld in further groups before a table is made coarser."""
    spares: bool = True
    """Whether the tables settled before are left as they are."""


def ways_of(unasked: Unasked | None) -> Sequence[Way]:
    """Give the ways to be tried, that first which hides least."""
    merged = [Way(None), Way(None, by_groups=False), Way(None, by_groups=False, spares=False)]
    if unasked is None:
        return merged
    if not unasked:
        return [Way(unasked), *merged]
    return [Way(unasked), Way(unasked, unasked), Way(unasked, by_groups=False), *merged]


@dataclass
class Standing:
    """All tables by one background, as they stand."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    """Why, by item: a key of `words`."""
    unasked: dict[str, Unasked | None] = field(default_factory=dict)
    """By routed item: where it is withheld who was not asked; None where they are merged into others everywhere."""
    forced: dict[str, frozenset[int]] = field(default_factory=dict)
    """By item: the groups in which all answers are withheld."""
    left_out: dict[str, frozenset[str]] = field(default_factory=dict)
    """By multiple choice: the options left out."""
    spans: dict[str, int] = field(default_factory=dict)

    def copy(self) -> Standing:
        """Give the same standing, to go on from in another way."""
        return Standing(*(dict(each) for each in vars(self).values()))

    def lost(self, items: Iterable[str]) -> float:
        """Say what readers lose of these tables, by published numbers."""
        return sum(self.drafts[item].lost if item in self.drafts else MOST_LOST for item in items)

    def force(self, item: str, groups: Iterable[int]) -> bool:
        """Withhold the answers in these groups as well; False if they are withheld already."""
        before = self.forced.get(item, frozenset())
        self.forced[item] = before.union(groups)
        return self.forced[item] != before
