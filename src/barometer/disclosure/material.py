"""What every step of the protection reads: the cube under its policy, by merged groups, and the routes that hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from barometer.disclosure.drafts import Draft
from barometer.disclosure.forms import Leaves, leaves_of
from barometer.disclosure.joining import Bound, JoinedTables
from barometer.disclosure.merging import MergedGroups
from barometer.disclosure.network import Whole
from barometer.disclosure.policy import Method, Policy
from barometer.published import Group
from barometer.questionnaire.conditions import Expression
from barometer.questionnaire.model import Kind, Question
from barometer.tabulation import NOT_REACHED, Cube, RouteBlock
from barometer.tabulation.routes import condition_of


@dataclass(frozen=True, eq=False)
class Material:
    """The exact counts of one wave, never to be published as they are."""

    cube: Cube
    policy: Policy
    groups: Mapping[str, MergedGroups]
    without: Set[str] = frozenset()
    """Tables that are left out: item/background, or an item with all its tables."""

    @property
    def is_audited(self) -> bool:
        return self.policy.method is Method.AUDITED

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """By item."""
        return {item: question for question in self.cube.questionnaire.questions() for item in question.items}

    @cached_property
    def conditions(self) -> Mapping[str, Expression]:
        """By item: who is shown it, where the answers follow that. Imported answers may not; then nothing follows."""
        conditions = condition_of(self.cube.questionnaire)
        return {item: each for item, each in conditions.items() if self._routing_holds(item)}

    @cached_property
    def astray(self) -> tuple[str, ...]:
        """The routed items whose answers do not follow the routing."""
        return tuple(
            item
            for item in condition_of(self.cube.questionnaire)
            if item in self.cube.items and not self._routing_holds(item)
        )

    def _routing_holds(self, item: str) -> bool:
        return item in self.cube.items and self.cube.items[item].routing_holds

    @cached_property
    def blocks(self) -> tuple[RouteBlock, ...]:
        """The blocks of the cube, with no equation about an item whose answers do not follow the routing."""
        return tuple(
            replace(
                block,
                hidden_by=MappingProxyType({i: h for i, h in block.hidden_by.items() if self._routing_holds(i)}),
            )
            for block in self.cube.routes
        )

    def is_joined(self, item: str) -> bool:
        return any(block.modelled and item in block.items for block in self.blocks)

    def is_sensitive(self, item: str) -> bool:
        return self.policy.is_sensitive(self.questions[item].id)

    @cached_property
    def _orders(self) -> Mapping[str, bool]:
        return {scale.id: scale.ordered for scale in self.cube.questionnaire.scales}

    def leaves(self, item: str) -> Leaves:
        """Give the finest categories of the item, with their counts over everybody."""
        counts, question = self.cube.items[item], self.questions[item]
        total = dict(zip(counts.codes, counts.total.tolist(), strict=True))
        ordered = self._orders.get(question.scale or "", bool(question.nets) or question.kind is Kind.NUMBER)
        scored = sum(option.score is not None for option in question.options) > 1
        languages = self.cube.questionnaire.languages
        return leaves_of(
            question,
            counts.codes,
            total,
            ordered=ordered or scored,
            languages=languages,
            some_stopped=self.some_stopped,
        )

    @cached_property
    def some_stopped(self) -> bool:
        """Whether somebody did not get to every page."""
        return any(counts.total[counts.codes.index(NOT_REACHED)] > 0 for counts in self.cube.items.values())

    def groups_of(self, by: str) -> tuple[Group, ...]:
        return self.groups[by].groups

    def table(self, item: str, by: str | None) -> Whole:
        """Give the counts of an item, a row a code, a column a group."""
        counts = self.cube.items[item]
        return counts.total[:, None] if by is None else self._grouped(by, counts.by[by])

    def ticks(self, item: str, by: str | None) -> Whole:
        counts = self.cube.items[item]
        return counts.tick_total[:, None] if by is None else self._grouped(by, counts.tick_by[by])

    def routes(self, block: RouteBlock, by: str | None) -> Whole:
        return block.total[:, None] if by is None else self._grouped(by, block.by[by])

    def _grouped(self, by: str, table: Whole) -> Whole:
        grouped: Whole = table @ self._members[by]
        return grouped

    @cached_property
    def _members(self) -> Mapping[str, Whole]:
        """By background, its answer and group: whether it belongs there."""
        return {
            by: np.array(
                [[code in group.members for group in merged.groups] for code in self.cube.backgrounds[by].codes],
                np.int64,
            )
            for by, merged in self.groups.items()
        }

    def bounds(self, drafts: Sequence[Draft], block: RouteBlock | None) -> Iterator[Bound]:
        """Bound what an attacker could tell from these tables together; all are by the same background, or whole."""
        return self.joined(drafts, block).bounds()

    def joined(self, drafts: Sequence[Draft], block: RouteBlock | None) -> JoinedTables:
        """Give what these tables say together."""
        by = drafts[0].by
        none = np.zeros((0, len(drafts[0].groups)), np.int64)
        leaves = {
            draft.item: dict(zip(self.cube.items[draft.item].codes, self.table(draft.item, by), strict=True))
            for draft in drafts
        }
        routes = none if block is None else self.routes(block, by)
        return JoinedTables(drafts, self.questions, block, routes, leaves, self.policy.demand)


def routed_alike(block: RouteBlock, items: Sequence[str]) -> list[tuple[str, ...]]:
    """Put together those of the items that the same respondents are shown, in order; filters are left out."""
    alike: dict[bytes, list[str]] = {}
    for item in items:
        if item in block.hidden_by:
            alike.setdefault(block.hidden_by[item].tobytes(), []).append(item)
    return [tuple(each) for each in alike.values()]


def smallest_spans(bounds: Iterable[Bound], k: int) -> dict[str, int]:
    """Give by table how far its least protected cell is known to span, of those that carry a mark, and at most k.

    Of other counts only the small ones are bounded, and how far a search went beyond k may hang on them: said in a
    certificate, it would tell which counts are small.
    """
    found: dict[str, int] = {}
    for bound in bounds:
        if bound.draft is not None and bound.interval is not None and bound.is_cell:
            table, span = bound.draft.id, min(bound.interval.span, k)
            found[table] = min(span, found.get(table, span))
    return found
