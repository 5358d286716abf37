"""From published tables to equations: everything that one world's tables say about each other.

A *world* is one state of the answers: the releases of one wave whose numbers agree. The tables of an item share one
list of answer classes and, by background, one list of group classes, so that merged categories, nets and overlapping
groupings become sums of the same variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from barometer.attack import shares
from barometer.attack.findings import Cell, Fact, Step
from barometer.attack.system import Classes, Counted, Form, Key, Size, System, Ticked
from barometer.published import Category, Group, Mean, Part, PublishedTables, Status, Table
from barometer.questionnaire.conditions import Compare, Selected, parse_condition, parts_of

UNANSWERED = "_not_answered"
"""The member code of a group for those who did not answer the background question."""

MISSING = frozenset({"_skipped", "_not_reached", "_not_shown"})
"""The member codes of categories for those without an answer, apart or merged with others."""


@dataclass(frozen=True)
class Target:
    """A cell whose count is not printed, and the variable that stands for it."""

    cell: Cell
    variable: int
    is_withheld: bool


@dataclass
class World:
    """One state of the answers of one wave, its tables, and the codes they distinguish."""

    number: int
    releases: tuple[PublishedTables, ...]
    answers: dict[str, Classes] = field(default_factory=dict)
    groups: dict[str, Classes] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)

    @property
    def respondents(self) -> int:
        return self.releases[0].wave.respondents

    @property
    def wave(self) -> str:
        return self.releases[0].wave.id

    def tables(self) -> Iterator[Table]:
        for release in self.releases:
            yield from release.tables

    def tables_of(self, item: str) -> tuple[Table, ...]:
        return tuple(table for table in self.tables() if table.item == item)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(table.item for table in self.tables()))

    def backgrounds_of(self, item: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(table.by for table in self.tables_of(item) if table.by is not None))


def members(category: Category) -> frozenset[str]:
    """Give the answer codes a category stands for."""
    return frozenset(category.members or (category.code,))


def group_members(group: Group) -> frozenset[str]:
    return frozenset(group.members or (group.code,))


def codes_of(world: World, item: str, *parts: Part) -> frozenset[str]:
    """Give the codes of an item's categories of these parts, in whichever of its tables they stand apart."""
    return frozenset(
        code
        for table in world.tables_of(item)
        for category in table.categories
        if category.part in parts
        for code in members(category)
    )


def write_equations(world: World, system: System) -> None:
    """Add everything the world's tables say to the system, and note its unprinted cells as targets."""
    writer = _Writer(world, system)
    for background in world.groups:
        writer.write_group_sizes(background)
    for item in world.items:
        for table in world.tables_of(item):
            writer.write_table(table)
        writer.write_totals(item)


def cut_classes(worlds: Sequence[World]) -> None:
    """Find the finest classes of answers and groups that the worlds of one wave distinguish, the same for all."""
    unions: dict[str, list[frozenset[str]]] = {}
    cuts: dict[str, list[frozenset[str]]] = {}
    for table in (table for world in worlds for table in world.tables()):
        unions.setdefault(table.item, []).extend(
            members(category) for category in table.categories if _adds_up_within(table, category)
        )
        if table.by is not None:
            cuts.setdefault(table.by, []).extend(group_members(group) for group in table.groups)
    for item, codes in _codes_in_conditions(worlds):
        if item in unions and any(codes <= union for union in unions[item]):
            unions[item].append(codes)
    for background, groups in cuts.items():
        grouped = frozenset().union(*groups)
        if background in unions:
            own = [union & grouped for union in unions[background] if union & grouped]
            unions[background].extend(union - {UNANSWERED} for union in groups if union - {UNANSWERED})
            groups.extend(own)
    for world in worlds:
        world.answers = {item: Classes.cut_by(sets) for item, sets in unions.items()}
        world.groups = {background: Classes.cut_by(sets) for background, sets in cuts.items()}


def _codes_in_conditions(worlds: Sequence[World]) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the answers that decide what is shown: they have to be told apart even where no table does."""
    for condition in dict.fromkeys(table.shown_if for world in worlds for table in world.tables() if table.shown_if):
        for part in parts_of(parse_condition(condition)):
            if isinstance(part, Compare | Selected):
                value = part.code if isinstance(part, Selected) else part.value
                yield part.item, frozenset({value if isinstance(value, str) else f"{value:g}"})
            yield from ((part.item, frozenset({code})) for code in MISSING)


def _adds_up_within(table: Table, category: Category) -> bool:
    return category.part.adds_up or (category.part is Part.NET and table.kind != "multiple")


class _Writer:
    """Writes one world's equations."""

    def __init__(self, world: World, system: System) -> None:
        self.world, self.system = world, system
        self.ceiling = world.respondents

    # -- variables

    def cell_variables(self, item: str, by: str | None, groups: Iterable[int], answers: Iterable[int]) -> list[int]:
        answers = tuple(answers)
        return [
            self.system.variable(Counted(self.world.number, item, by, (group,), (answer,)), self.ceiling)
            for group in groups
            for answer in answers
        ]

    def sum_variable(self, key: Key, parts: Sequence[int], step: Step) -> int:
        """Give one variable that stands for a sum; the part itself where it is alone."""
        if len(parts) == 1:
            return parts[0]
        known = self.system.known(key)
        if known is not None:
            return known
        variable = self.system.variable(key, self.ceiling)
        self.system.equal(parts, [variable], step)
        return variable

    def group_classes(self, table: Table, group: Group) -> tuple[int, ...]:
        return (0,) if table.by is None else self.world.groups[table.by].within(group_members(group))

    def size(self, background: str, group: int) -> int:
        return self.system.variable(Size(self.world.number, background, group), self.ceiling)

    # -- equations

    def write_group_sizes(self, background: str) -> None:
        """The groups of a background hold everybody; its own table, where there is one, counts them again."""
        classes = self.world.groups[background]
        everybody = [(self.size(background, number), 1) for number in classes.all]
        step = Step("groups_hold_everybody", {"background": background, "count": self.ceiling})
        self.system.require(tuple(everybody), self.ceiling, self.ceiling, step)
        if background not in self.world.answers:
            return
        answers = self.world.answers[background]
        for number in classes.all:
            own = answers.within(code for code in classes.codes(number) if code != UNANSWERED)
            if own and UNANSWERED not in classes.codes(number):
                parts = self.cell_variables(background, None, (0,), own)
                step = Step("group_is_answers", {"background": background, "codes": ", ".join(classes.codes(number))})
                self.system.equal(parts, [self.size(background, number)], step)

    def write_table(self, table: Table) -> None:
        for group in table.groups:
            self._write_group(table, group)
        for cell in table.cells:
            self._write_cell(table, table.category(cell.category), table.group(cell.group))
        for bound in shares.counts_behind_shares(table, self.ceiling):
            self._write_share(table, bound)
        for mean in table.means:
            if mean.status.is_shown and mean.value is not None:
                self._write_mean(table, mean)

    def write_totals(self, item: str) -> None:
        """Each crossed table of the item adds up, over its groups, to the same totals."""
        for background in self.world.backgrounds_of(item):
            groups = self.world.groups[background].all
            facts = {"item": item, "background": background}
            for answer in self.world.answers[item].all:
                total = self.cell_variables(item, None, (0,), (answer,))
                self.system.equal(
                    self.cell_variables(item, background, groups, (answer,)), total, Step("groups_add_up", facts)
                )
        self._write_ticks(item)

    def _write_group(self, table: Table, group: Group) -> None:
        """All adding-up categories make the group; the base's categories make the base."""
        classes, answers = self.group_classes(table, group), self.world.answers[table.item]
        if table.by is not None:
            sizes = tuple((self.size(table.by, number), 1) for number in classes)
            step = Step("group_size", {"group": group.label or group.code, "count": group.respondents})
            self.system.require(sizes, group.respondents, group.respondents, step)
        held = [code for category in table.categories if category.part.adds_up for code in members(category)]
        for number in classes:
            step = Step("answers_make_group", {"table": table.id, "group": group.label or group.code})
            parts = self.cell_variables(table.item, table.by, (number,), answers.within(held))
            if table.by is None:
                self.system.require(tuple((part, 1) for part in parts), group.respondents, group.respondents, step)
            else:
                self.system.equal(parts, [self.size(table.by, number)], step)
            self._write_absent(table, number, answers.within(held), step)
        if group.base is not None:
            based = [
                code
                for category in table.categories
                if category.code in table.base.categories
                for code in members(category)
            ]
            parts = self.cell_variables(table.item, table.by, classes, answers.within(based))
            facts: dict[str, Fact] = {"table": table.id, "group": group.label or group.code, "count": group.base}
            self.system.require(tuple((part, 1) for part in parts), group.base, group.base, Step("base", facts))

    def _write_absent(self, table: Table, group: int, held: tuple[int, ...], step: Step) -> None:
        """Everybody is in one of the table's categories, so nobody gave an answer the table does not hold."""
        for answer in set(self.world.answers[table.item].all) - set(held):
            (variable,) = self.cell_variables(table.item, table.by, (group,), (answer,))
            self.system.require(((variable, 1),), 0, 0, step)

    def variable_of(self, table: Table, category: Category, group: Group) -> int:
        """Give the variable of one published cell."""
        classes = self.group_classes(table, group)
        facts: dict[str, Fact] = {
            "table": table.id,
            "category": category.label or category.code,
            "group": group.label or group.code,
        }
        if _adds_up_within(table, category):
            answers = self.world.answers[table.item].within(members(category))
            parts = self.cell_variables(table.item, table.by, classes, answers)
            rule = "net" if category.part is Part.NET else "merged"
            key = Counted(self.world.number, table.item, table.by, classes, answers)
            return self.sum_variable(key, parts, Step(rule, facts))
        parts = [self.tick(table.item, table.by, number, category) for number in classes]
        ticked = Ticked(self.world.number, table.item, table.by, classes, members(category))
        return self.sum_variable(ticked, parts, Step("merged", facts))

    def _write_cell(self, table: Table, category: Category, group: Group) -> None:
        cell = table.cell(category.code, group.code)
        facts: dict[str, Fact] = {
            "table": table.id,
            "category": category.label or category.code,
            "group": group.label or group.code,
        }
        variable = self.variable_of(table, category, group)
        if category.part is Part.TICKED:
            self._write_rest(table, category, group, variable)
        if cell.status.is_shown and cell.count is not None:
            step = Step("shown", {**facts, "count": cell.count})
            self.system.require(((variable, 1),), cell.count, cell.count, step)
            return
        is_withheld = cell.status is Status.CONFIDENTIAL
        if is_withheld:
            self.system.require(((variable, 1),), 1, self.ceiling, Step("withheld_is_not_zero", facts))
        place = Cell.of(self.world.wave, table, category.code, group.code)
        self.world.targets.append(Target(place, variable, is_withheld))

    def _write_rest(self, table: Table, category: Category, group: Group, ticked: int) -> None:
        """Those who answered and did not tick an option are counted too, though no cell prints them."""
        answered = codes_of(self.world, table.item, Part.ANSWERED)
        classes = self.group_classes(table, group)
        base = self.cell_variables(table.item, table.by, classes, self.world.answers[table.item].within(answered))
        key = Ticked(self.world.number, table.item, table.by, classes, members(category), is_ticked=False)
        rest = self.system.variable(key, self.ceiling)
        self.system.equal(
            base, [rest, ticked], Step("ticked_or_not", {"table": table.id, "group": group.label or group.code})
        )

    def _write_share(self, table: Table, bound: shares.CountBound) -> None:
        variable = self.variable_of(table, table.category(bound.category), table.group(bound.group))
        self.system.require(((variable, 1),), bound.low, bound.high, bound.step)

    def _write_mean(self, table: Table, mean: Mean) -> None:
        """A mean rounded to so many decimals bounds a weighted sum of the answers from both sides."""
        scores = _scores(self.world, table)
        if scores is None or mean.value is None:
            return
        group = table.group(mean.group)
        answers = self.world.answers[table.item]
        classes = self.group_classes(table, group)
        by_class = {answers.of_code[code]: score for code, score in scores.items() if code in answers.of_code}
        variables = {number: self.cell_variables(table.item, table.by, classes, (number,)) for number in by_class}
        half = Fraction(1, 2 * 10**mean.decimals)
        value = Fraction(round(mean.value * 10**mean.decimals), 10**mean.decimals)
        facts: dict[str, Fact] = {
            "table": table.id,
            "group": group.label or group.code,
            "value": f"{mean.value:.{mean.decimals}f}",
        }
        self._write_weighted(
            variables, {n: score - value + half for n, score in by_class.items()}, 0, None, Step("mean", facts)
        )
        self._write_weighted(
            variables, {n: score - value - half for n, score in by_class.items()}, None, 0, Step("mean", facts)
        )
        if mean.n is not None:
            form = tuple((variable, 1) for group_of in variables.values() for variable in group_of)
            self.system.require(form, mean.n, mean.n, Step("mean_n", {**facts, "count": mean.n}))

    def _write_weighted(
        self,
        variables: dict[int, list[int]],
        factors: dict[int, Fraction],
        low: int | None,
        high: int | None,
        step: Step,
    ) -> None:
        scale = lcm(*(factor.denominator for factor in factors.values()))
        whole = {number: int(factor * scale) for number, factor in factors.items()}
        form: Form = tuple(
            (variable, whole[number]) for number, held in variables.items() for variable in held if whole[number]
        )
        limit = sum(abs(factor) for _, factor in form) * self.ceiling
        if form:
            self.system.require(form, -limit if low is None else low, limit if high is None else high, step)

    # -- multiple choice

    def tick(self, item: str, by: str | None, group: int, category: Category) -> int:
        return self.system.variable(Ticked(self.world.number, item, by, (group,), members(category)), self.ceiling)

    def _write_ticks(self, item: str) -> None:
        """Options overlap: each is at most those who answered, and together they are at least those who answered."""
        tables = [table for table in self.world.tables_of(item) if table.kind == "multiple"]
        if not tables:
            return
        options = {
            members(category): category
            for table in tables
            for category in table.categories
            if category.part in (Part.TICKED, Part.NET)
        }
        answered = codes_of(self.world, item, Part.ANSWERED)
        is_whole = any(table.by is None for table in tables)
        for by in (None, *self.world.backgrounds_of(item)):
            for group in (0,) if by is None else self.world.groups[by].all:
                ticks = {union: self.tick(item, by, group, option) for union, option in options.items()}
                base = self.cell_variables(item, by, (group,), self.world.answers[item].within(answered))
                self._write_tick_limits(item, ticks, base)
                if is_whole and all(len(union) == 1 for union in options):
                    self._write_someone_ticked(item, ticks, base)
        for by in self.world.backgrounds_of(item):
            for option in options.values():
                parts = [self.tick(item, by, group, option) for group in self.world.groups[by].all]
                step = Step("groups_add_up", {"item": item, "background": by})
                self.system.equal(parts, [self.tick(item, None, 0, option)], step)

    def _write_someone_ticked(self, item: str, ticks: Mapping[frozenset[str], int], base: Sequence[int]) -> None:
        """Who answered ticked an option; the whole table lists them all, even those a crossed table leaves out."""
        form = (*((variable, 1) for variable in ticks.values()), *((variable, -1) for variable in base))
        self.system.require(form, 0, self.ceiling * len(ticks), Step("someone_ticked_something", {"item": item}))

    def _write_tick_limits(self, item: str, ticks: Mapping[frozenset[str], int], base: Sequence[int]) -> None:
        minus_base = tuple((variable, -1) for variable in base)
        step = Step("ticked_at_most_answered", {"item": item})
        for variable in ticks.values():
            self.system.require(((variable, 1), *minus_base), -self.ceiling, 0, step)
        for union, variable in ticks.items():
            parts = [part for smaller, part in ticks.items() if smaller < union]
            for part in parts:
                self.system.require(
                    ((variable, 1), (part, -1)), 0, self.ceiling, Step("union_holds_option", {"item": item})
                )
            if parts and frozenset().union(*(smaller for smaller in ticks if smaller < union)) == union:
                form = ((variable, -1), *((part, 1) for part in parts))
                self.system.require(form, 0, self.ceiling * len(parts), Step("union_at_most_options", {"item": item}))


def _scores(world: World, table: Table) -> dict[str, Fraction] | None:
    """Give the score of every answer code that enters the mean; None where a merged category hides one."""
    scores: dict[str, Fraction] = {}
    alone: set[str] = set()
    for other in world.tables_of(table.item):
        for category in other.categories:
            if category.part is Part.ANSWER and len(members(category)) == 1:
                (code,) = members(category)
                alone.add(code)
                if category.score is not None:
                    scores[code] = Fraction(str(category.score))
    answers = {code for category in table.categories if category.part is Part.ANSWER for code in members(category)}
    return scores if scores and answers <= alone else None
