"""The finest parts that published unions cut answers and groups into, the same for all worlds of one wave.

What a crossed table merges stays one part, even where another table tells it apart: the finer parts can always be
filled in so that they match their margins. Of questions that routing joins only what decides who is asked, and who was
not asked, is told apart besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from barometer.attack.guessing import filters_to_guess
from barometer.attack.routing import unions_that_decide
from barometer.attack.system import Classes
from barometer.attack.worlds import MISSING, UNANSWERED, World, adds_up_within, group_members, members
from barometer.published import Table
from barometer.questionnaire.conditions import Compare, Selected, items_in, parse_condition, parts_of


def cut_classes(worlds: Sequence[World]) -> None:
    """Find the classes of answers and groups that the worlds of one wave distinguish, the same for all."""
    cuts = _Cuts(worlds)
    for world in worlds:
        world.answers = {item: Classes.cut_by(unions) for item, unions in cuts.answers.items()}
        world.groups = {background: Classes.cut_by(unions) for background, unions in cuts.groups.items()}
    cuts.join(worlds)
    answers = {place: Classes.cut_by(unions) for place, unions in cuts.crossed_answers.items()}
    groups = {place: Classes.cut_by(unions) for place, unions in cuts.crossed_groups.items()}
    for world in worlds:
        world.crossed_answers, world.crossed_groups = answers, groups
        world.joined_groups = {by: Classes.cut_by(unions) for by, unions in cuts.joined_groups.items()}


class _Cuts:
    """The unions of codes that tables publish: of each item and background, and of each crossing of the two."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self.answers: dict[str, list[frozenset[str]]] = {}
        self.groups: dict[str, list[frozenset[str]]] = {}
        self.crossed_answers: dict[tuple[str, str], list[frozenset[str]]] = {}
        self.crossed_groups: dict[tuple[str, str], list[frozenset[str]]] = {}
        self.joined_groups: dict[str, list[frozenset[str]]] = {}
        for table in (table for world in worlds for table in world.tables()):
            self._take_in(table)
        for item, codes in _codes_in_conditions(worlds):
            if item in self.answers and any(codes <= union for union in self.answers[item]):
                self.answers[item].append(codes)
        self._match_backgrounds()

    def _take_in(self, table: Table) -> None:
        unions = [members(category) for category in table.categories if adds_up_within(table, category)]
        self.answers.setdefault(table.item, []).extend(unions)
        if table.by is not None:
            if any(mean.status.is_shown for mean in table.means):
                unions += [frozenset({code}) for union in unions for code in union]
            groups = [group_members(group) for group in table.groups]
            self.groups.setdefault(table.by, []).extend(groups)
            self.crossed_answers.setdefault((table.item, table.by), []).extend(unions)
            self.crossed_groups.setdefault((table.item, table.by), []).extend(groups)

    def join(self, worlds: Sequence[World]) -> None:
        """Tell apart, by every background, what the questions that routing joins say about each other."""
        held_together = _joined_by_routing(worlds)
        joined = [item for item in self.answers if item in held_together]
        guesses = [guess for world in worlds for guess in filters_to_guess(world).items()]
        guessed = {item for own, filters in guesses for item in (own, *filters)}
        for item, by in self.crossed_groups:
            if item in joined:
                self.joined_groups.setdefault(by, []).extend(self.crossed_groups[item, by])
        deciding = [unions_that_decide(world) for world in worlds]
        for item in joined:
            decisive = [union for each in deciding for union in each.get(item, ())]
            for by, groups in self.joined_groups.items():
                unions = self.crossed_answers.setdefault((item, by), [])
                unions.extend(self.answers[item] if item in guessed else decisive)
                self.crossed_groups[item, by] = groups

    def _match_backgrounds(self) -> None:
        """A background's own table counts its groups too: each cuts the other."""
        for background, groups in self.groups.items():
            grouped = frozenset().union(*groups)
            if background in self.answers:
                own = [union & grouped for union in self.answers[background] if union & grouped]
                self.answers[background].extend(union - {UNANSWERED} for union in groups if union - {UNANSWERED})
                groups.extend(own)


def _joined_by_routing(worlds: Sequence[World]) -> set[str]:
    """Give the items that routing joins with others, filters and followers alike."""
    joined: set[str] = set()
    for table in (table for world in worlds for table in world.tables()):
        filters = {*table.routed_by, *(items_in(parse_condition(table.shown_if)) if table.shown_if else ())}
        if filters:
            joined |= {table.item, *filters}
    return joined


def _codes_in_conditions(worlds: Sequence[World]) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the answers that decide what is shown: they have to be told apart even where no table does."""
    for condition in dict.fromkeys(table.shown_if for world in worlds for table in world.tables() if table.shown_if):
        for part in parts_of(parse_condition(condition)):
            if isinstance(part, Compare | Selected):
                value = part.code if isinstance(part, Selected) else part.value
                yield part.item, frozenset({value if isinstance(value, str) else f"{value:g}"})
            yield from ((part.item, frozenset({code})) for code in MISSING)
