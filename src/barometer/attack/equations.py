"""From published tables to equations: everything that one world's tables say about each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from barometer.attack import shares
from barometer.attack.averages import write_mean
from barometer.attack.findings import Cell, Fact, Step
from barometer.attack.system import Counted, Key, System, Ticked
from barometer.attack.ticking import tick, write_not_ticked, write_ticks
from barometer.attack.variables import Variables
from barometer.attack.worlds import UNANSWERED, Target, World, adds_up_within, group_members, members
from barometer.published import TOTAL, Category, Group, Part, Status, Table


def write_equations(world: World, system: System, *, is_alone: bool) -> None:
    """Add everything the world's tables say to the system, and note its unprinted cells as targets.

    ``is_alone``: no other release of the wave is joined with this one.
    """
    variables = Variables(world, system)
    for background in world.groups:
        _write_group_sizes(variables, background)
    for item in world.items:
        for table in world.tables_of(item):
            _OneTable(variables, table, is_alone=is_alone).write()
        _write_totals(variables, item)
        write_ticks(variables, item)


def _write_group_sizes(variables: Variables, background: str) -> None:
    """The groups of a background hold everybody; its own table, where there is one, counts them again."""
    world, system = variables.world, variables.system
    classes = world.groups[background]
    everybody = tuple((variables.size(background, number), 1) for number in classes.all)
    step = Step("groups_hold_everybody", {"background": background, "count": world.respondents})
    system.require(everybody, world.respondents, world.respondents, step)
    if background not in world.answers:
        return
    answers = world.answers[background]
    for number in classes.all:
        own = answers.within(code for code in classes.codes(number) if code != UNANSWERED)
        if own and UNANSWERED not in classes.codes(number):
            parts = variables.counted(background, None, (0,), own)
            step = Step("group_is_answers", {"background": background, "codes": ", ".join(classes.codes(number))})
            system.equal(parts, [variables.size(background, number)], step)


def _write_totals(variables: Variables, item: str) -> None:
    """Each crossed table of the item adds up, over its groups, to the same totals."""
    world = variables.world
    (totals,) = variables.grid(item, None)
    for background in world.backgrounds_of(item):
        grid = variables.grid(item, background)
        step = Step("groups_add_up", {"item": item, "background": background})
        crossed = world.answers_of(item, background)
        for answer in crossed.all:
            whole = [totals[number] for number in world.answers[item].within(crossed.codes(answer))]
            variables.system.equal([row[answer] for row in grid], whole, step)


class _OneTable:
    """Writes what one table says."""

    def __init__(self, variables: Variables, table: Table, *, is_alone: bool) -> None:
        self.variables, self.table, self.is_alone = variables, table, is_alone
        self.world, self.system = variables.world, variables.system
        self.ceiling = self.world.respondents
        self.answers = self.world.answers_of(table.item, table.by)
        self.group_names: Mapping[str, Fact] = {group.code: group.label or group.code for group in table.groups}
        self.groups = {group.code: self._classes_of(group) for group in table.groups}
        self.categories = {category.code: category for category in table.categories}

    def write(self) -> None:
        held = [code for category in self.table.categories if category.part.adds_up for code in members(category)]
        self._write_absent(held)
        within = self.answers.within(held)
        for group in self.table.groups:
            self._write_group(group, within)
        for category in self.table.categories:
            self._write_category(category)
        for bound in shares.counts_behind_shares(self.table, self.ceiling):
            variable = self._variable(self.categories[bound.category], bound.group)
            self.system.require(((variable, 1),), bound.low, bound.high, bound.step)
        self._write_shares_of_unknown_bases()
        for mean in self.table.means:
            if mean.status.is_shown and mean.value is not None:
                write_mean(self.variables, self.table, mean, self.groups[mean.group])

    def _classes_of(self, group: Group) -> tuple[int, ...]:
        by = self.table.by
        return (0,) if by is None else self.world.groups_of(self.table.item, by).within(group_members(group))

    def _counted(self, classes: Iterable[int], answers: Iterable[int]) -> list[int]:
        return self.variables.counted(self.table.item, self.table.by, classes, answers)

    # -- groups and bases

    def _write_group(self, group: Group, within: tuple[int, ...]) -> None:
        """All adding-up categories make the group; the base's categories make the base.

        That a group of one class is so large is said of its answers at once, so that what its classes of respondents
        are in other tables joins no two questions. Only between releases is it asked who left the group itself.
        """
        table, name, classes = self.table, self.group_names[group.code], self.groups[group.code]
        if table.by is not None:
            sizes = tuple(
                (size, 1) for number in classes for size in self.variables.sizes(table.item, table.by, number)
            )
            step = Step("group_size", {"group": name, "count": group.respondents})
            self.system.require(sizes, group.respondents, group.respondents, step)
        step = Step("answers_make_group", {"table": table.id, "group": name})
        is_known = table.by is None or (len(classes) == 1 and self.is_alone)
        for number in classes:
            parts = self._counted((number,), within)
            if is_known:
                self.system.require(tuple((part, 1) for part in parts), group.respondents, group.respondents, step)
            else:
                self.system.equal(parts, self.variables.sizes(table.item, str(table.by), number), step)
        if group.base is not None:
            facts: dict[str, Fact] = {"table": table.id, "group": name, "count": group.base}
            form = tuple((part, 1) for part in self._base(classes))
            self.system.require(form, group.base, group.base, Step("base", facts))

    def _write_absent(self, held: Sequence[str]) -> None:
        """Everybody is in one of the table's categories, so nobody gave an answer that the table does not hold."""
        table, whole = self.table, self.world.answers[self.table.item]
        step = Step("answers_make_group", {"table": table.id, "group": TOTAL})
        for number in set(whole.all) - set(whole.within(held)):
            (variable,) = self.variables.counted(table.item, None, (0,), (number,))
            self.system.require(((variable, 1),), 0, 0, step)
        every = [number for classes in self.groups.values() for number in classes]
        for number in set(self.answers.all) - set(self.answers.within(held)):
            for variable in self._counted(every, (number,)):
                self.system.require(((variable, 1),), 0, 0, step)

    def _base(self, classes: Sequence[int]) -> list[int]:
        based = [code for name in self.table.base.categories for code in members(self.categories[name])]
        return self._counted(classes, self.answers.within(based))

    # -- cells

    def _write_category(self, category: Category) -> None:
        for group in self.table.groups:
            variable = self._variable(category, group.code)
            if category.part is Part.TICKED:
                write_not_ticked(self.variables, self.table, category, group, self.groups[group.code], variable)
            self._write_cell(category, group.code, variable)

    def _variable(self, category: Category, group: str) -> int:
        """Give the variable of one published cell."""
        table, classes = self.table, self.groups[group]
        if adds_up_within(table, category):
            answers = self.answers.within(members(category))
            parts = self._counted(classes, answers)
            if len(parts) == 1:
                return parts[0]
            key: Key = Counted(self.world.number, table.item, table.by, classes, answers)
            rule = "net" if category.part is Part.NET else "merged"
            return self._sum(key, parts, rule, category, group)
        parts = [tick(self.variables, table.item, table.by, number, category) for number in classes]
        if len(parts) == 1:
            return parts[0]
        key = Ticked(self.world.number, table.item, table.by, classes, members(category))
        return self._sum(key, parts, "merged", category, group)

    def _sum(self, key: Key, parts: Sequence[int], rule: str, category: Category, group: str) -> int:
        known = self.system.known(key)
        if known is not None:
            return known
        variable = self.system.variable(key, self.ceiling)
        self.system.equal(parts, [variable], Step(rule, self._facts(category, group)))
        return variable

    def _facts(self, category: Category, group: str) -> dict[str, Fact]:
        return {
            "table": self.table.id,
            "category": category.label or category.code,
            "group": self.group_names[group],
        }

    def _write_cell(self, category: Category, group: str, variable: int) -> None:
        cell = self.table.cell(category.code, group)
        if cell.status.is_shown and cell.count is not None:
            step = Step("shown", {**self._facts(category, group), "count": cell.count})
            self.system.require(((variable, 1),), cell.count, cell.count, step)
            return
        is_withheld = cell.status is Status.CONFIDENTIAL
        if is_withheld:
            step = Step("withheld_is_not_zero", self._facts(category, group))
            self.system.require(((variable, 1),), 1, self.ceiling, step)
        place = Cell.of(self.world.wave, self.table, category.code, group)
        self.world.targets.append(Target(place, variable, is_withheld))

    def _write_shares_of_unknown_bases(self) -> None:
        """A share is a count over its base even where neither is printed: an equation between the two."""
        hidden = {group.code for group in self.table.groups if group.base is None}
        for cell in self.table.cells:
            if cell.group not in hidden or cell.count is not None or cell.share is None:
                continue
            category = self.categories[cell.category]
            facts = {**self._facts(category, cell.group), "share": f"{cell.share * 100:g}"}
            variable, base = self._variable(category, cell.group), self._base(self.groups[cell.group])
            for form, low, high in shares.equations_of_share(cell.share, variable, base, self.ceiling):
                self.system.require(form, low, high, Step("share_of_base", facts))
