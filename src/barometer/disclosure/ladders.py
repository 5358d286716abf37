"""The ladder of forms of every item, made once for all of its tables, as forms and their worth follow from totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from barometer.disclosure.crossed_forms import crossing_forms, headline
from barometer.disclosure.drafts import Draft, Rung
from barometer.disclosure.material import Material


@dataclass(frozen=True, eq=False)
class Ladders:
    """The ladders of the items whose answers are a partition, below their whole tables."""

    material: Material
    totals: Mapping[str, Draft]
    _made: dict[tuple[str, bool], tuple[Rung, ...]] = field(default_factory=dict)

    def of(self, item: str, *, asked_is_visible: bool) -> tuple[Rung, ...]:
        """Give the ladder, finest form first; see `crossing_forms` for what ``asked_is_visible`` says."""
        key = item, asked_is_visible
        if key not in self._made:
            self._made[key] = self._climbed(item, asked_is_visible)
        return self._made[key]

    def _climbed(self, item: str, asked_is_visible: bool) -> tuple[Rung, ...]:
        finest, leaves = self.totals[item].form, self.material.leaves(item)
        codes, quoted = self.material.cube.items[item].codes, headline(finest, leaves)
        forms = crossing_forms(finest, leaves, asked_is_visible=asked_is_visible)
        return tuple(Rung.of(form, codes, finest=finest, headline=quoted) for form in forms)
