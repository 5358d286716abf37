"""The ladder of forms of every item, made once for all of its tables, as forms and their worth follow from totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from barometer.disclosure.crossed_forms import crossing_forms, headline
from barometer.disclosure.drafts import Draft, Rung
from barometer.disclosure.material import Material
from barometer.disclosure.restraint import Shape, shape_of


@dataclass(frozen=True, eq=False)
class Ladders:
    """The ladders of the items whose answers are a partition, below their whole tables."""

    material: Material
    totals: Mapping[str, Draft]
    refused: Mapping[str, frozenset[Shape]] = field(default_factory=dict)
    """By item: forms that may not be used, nor any before them."""
    _made: dict[tuple[str, bool], tuple[Rung, ...]] = field(default_factory=dict)

    def by(self, background: str, refused: Mapping[str, frozenset[Shape]]) -> Ladders:
        """Give the ladders for the tables by one background, without the forms that are ``refused`` of those tables."""
        ours = {
            table.rpartition("/")[0]: shapes for table, shapes in refused.items() if table.endswith(f"/{background}")
        }
        return replace(self, refused=ours) if ours else self

    def of(self, item: str, *, asked_is_visible: bool) -> tuple[Rung, ...]:
        """Give the ladder, finest form first; see `crossing_forms` for what ``asked_is_visible`` says."""
        key = item, asked_is_visible
        if key not in self._made:
            self._made[key] = self._climbed(item, asked_is_visible)
        return self._beyond(self._made[key], self.refused.get(item, frozenset()))

    @staticmethod
    def _beyond(rungs: tuple[Rung, ...], refused: frozenset[Shape]) -> tuple[Rung, ...]:
        last = max((at for at, rung in enumerate(rungs) if shape_of(rung.form.categories) in refused), default=-1)
        return rungs[last + 1 :]

    def _climbed(self, item: str, asked_is_visible: bool) -> tuple[Rung, ...]:
        finest, leaves = self.totals[item].form, self.material.leaves(item)
        codes, quoted = self.material.cube.items[item].codes, headline(finest, leaves)
        forms = crossing_forms(finest, leaves, asked_is_visible=asked_is_visible)
        return tuple(Rung.of(form, codes, finest=finest, headline=quoted) for form in forms)
