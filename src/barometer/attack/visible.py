"""What the printed numbers break by themselves, with no more than a subtraction."""

from __future__ import annotations

from collections.abc import Iterator

from barometer.attack.findings import Cell, Fact, Finding, Kind, Severity, Step
from barometer.published import Category, Group, Part, Status, Table
from barometer.published import Cell as PublishedCell


def visible_findings(wave: str, table: Table, k: int, m: int, colluders: int) -> Iterator[Finding]:
    """Give the findings of one table that need no other table."""
    for group in table.groups:
        if table.by is not None and group.respondents < m:
            step = Step("group_size", {"group": group.label or group.code, "count": group.respondents})
            place = Cell.of(wave, table, group=group.code)
            yield Finding(Kind.SMALL_GROUP, Severity.RULE, place, group.respondents, group.respondents, (step,))
        yield from _small_counts(wave, table, group, k)
        yield from _same_answers(wave, table, group, colluders)
        yield from _fixed_sums(wave, table, group, k)


def _small_counts(wave: str, table: Table, group: Group, k: int) -> Iterator[Finding]:
    for category in table.categories:
        cell = table.cell(category.code, group.code)
        if not cell.status.is_shown or cell.count is None:
            continue
        steps = (_shown(table, category, group, cell.count),)
        place = Cell.of(wave, table, category.code, group.code)
        if 0 < cell.count < k:
            yield Finding(Kind.SMALL_COUNT, Severity.EXACT, place, cell.count, cell.count, steps)
        rest = None if category.part is not Part.TICKED or group.base is None else group.base - cell.count
        if rest is not None and 0 < rest < k:
            yield Finding(Kind.SMALL_REST, Severity.EXACT, place, rest, rest, (*steps, _base(table, group)))


def _same_answers(wave: str, table: Table, group: Group, colluders: int) -> Iterator[Finding]:
    """All, or all but one, of those who answered gave one answer; where there was another answer to give.

    The one who did not knows everybody's answer then. So do colluders, if they are all those who did not.
    """
    if group.base is None or group.base < 2:
        return
    odd_ones = max(1, min(colluders, group.base // 2))
    choices = [category for category in table.categories if category.code in table.base.categories]
    for category in table.categories:
        is_choice = category in choices and len(choices) > 1
        if not is_choice and category.part is not Part.TICKED:
            continue
        cell = table.cell(category.code, group.code)
        if cell.status.is_shown and cell.count is not None and cell.count >= group.base - odd_ones:
            kinds = (Kind.SAME_ANSWER, Kind.ALL_BUT_ONE)
            others = group.base - cell.count
            kind = kinds[others] if others < len(kinds) else Kind.ALL_BUT_COLLUDERS
            steps = (_shown(table, category, group, cell.count), _base(table, group))
            place = Cell.of(wave, table, category.code, group.code)
            yield Finding(kind, Severity.EXACT, place, cell.count, cell.count, steps)


def _fixed_sums(wave: str, table: Table, group: Group, k: int) -> Iterator[Finding]:
    """The withheld cells of a group are what the shown ones leave of it."""
    cells = {category.code: table.cell(category.code, group.code) for category in table.categories}
    adding = [category.code for category in table.categories if category.part.adds_up]
    sums: list[tuple[list[str], int | None]] = [(adding, group.respondents)]
    sums.append(([code for code in table.base.categories if code in cells], group.base))
    for codes, whole in sums:
        withheld = [code for code in codes if cells[code].status is Status.CONFIDENTIAL]
        rest = None if whole is None else _what_is_left(whole, [cells[code] for code in codes if code not in withheld])
        if withheld and rest is not None and rest < k:
            names = ", ".join(withheld)
            facts: dict[str, Fact] = {
                "table": table.id,
                "group": group.label or group.code,
                "categories": names,
                "count": rest,
            }
            place = Cell.of(wave, table, withheld[0], group.code)
            yield Finding(Kind.FIXED_SUM, Severity.NARROW, place, rest, rest, (Step("what_is_left", facts),))
            return


def _what_is_left(whole: int, shown: list[PublishedCell]) -> int | None:
    counts = [cell.count for cell in shown]
    return None if None in counts else whole - sum(count for count in counts if count is not None)


def _shown(table: Table, category: Category, group: Group, count: int) -> Step:
    facts: dict[str, Fact] = {
        "table": table.id,
        "category": category.label or category.code,
        "group": group.label or group.code,
    }
    return Step("shown", {**facts, "count": count})


def _base(table: Table, group: Group) -> Step:
    return Step("base", {"table": table.id, "group": group.label or group.code, "count": group.base or 0})
