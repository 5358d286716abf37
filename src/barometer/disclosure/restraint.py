"""Tables that may not be published as they would be, for what was found of them after their protection.

The audit bounds what follows from one question's tables by one background. Whoever knows everybody's backgrounds puts
all tables of a question together: where no other answers are found then, the table is published more coarsely, or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from barometer.disclosure.words import say
from barometer.published import Category, Loss, Table

Shape = tuple[tuple[str, ...], ...]
"""Which answers stand together in a table: the members of every category that adds up."""
COARSER = 2
"""So many forms of a table are refused before it is left out."""


def shape_of(categories: Sequence[Category]) -> Shape:
    return tuple(category.members for category in categories if category.part.adds_up)


@dataclass(frozen=True)
class Restraint:
    """What is refused, by table (item/background, or an item)."""

    refused: Mapping[str, frozenset[Shape]] = field(default_factory=lambda: MappingProxyType({}))
    """The table is made in a form that comes after all of these on its ladder."""
    left_out: frozenset[str] = frozenset()

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(sorted({*self.refused, *self.left_out}))

    def refusing(self, table: Table) -> Restraint:
        """Refuse the table as it is. What has no ladder, or was refused often enough, is left out."""
        known = self.refused.get(table.id, frozenset())
        if table.by is None or table.kind == "multiple" or len(known) >= COARSER:
            return replace(self, left_out=self.left_out | {table.id})
        refused = {**self.refused, table.id: known | {shape_of(table.categories)}}
        return replace(self, refused=MappingProxyType(refused))

    def told_in(self, losses: Sequence[Loss], published: Sequence[Table]) -> Iterator[Loss]:
        """Give the losses with the reason of those that are due to this."""
        named = {*self.refused, *self.left_out}
        for loss in losses:
            is_ours = loss.what == "dropped" and loss.table in named
            yield replace(loss, why=say("loss.no_other_answers")) if is_ours else loss
        for table in published:
            if table.id in self.refused:
                yield Loss(table.id, "merged", say("loss.coarser_for_other_answers"))
