"""The results by background: for each background question its crosstabs, all respondents first, the base first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from barometer.estimation import RELIABLE_FROM
from barometer.published import TOTAL, Category, Group, Part, Table
from barometer.report import numbers
from barometer.report.drawing import bar_chart
from barometer.report.figures import Writer, nets_of, outside_of, shares_of
from barometer.report.model import Background, BarChart, Beside, Column, CrossLine, Crosstab, Number
from barometer.report.topline import question_id


def backgrounds_of(writer: Writer) -> tuple[Background, ...]:
    """Gather the crossed tables under the background they are crossed by."""
    gathered: dict[str, list[Table]] = {}
    for table in writer.tables.tables:
        if table.by is not None:
            gathered.setdefault(table.by, []).append(table)
    return tuple(
        Background(
            code=by,
            anchor=f"by-{by}",
            label=writer.text(tables[0].by_title),
            crosstabs=tuple(crosstab_of(table, writer) for table in tables),
        )
        for by, tables in gathered.items()
    )


def crosstab_of(table: Table, writer: Writer) -> Crosstab:
    groups = [group for group in table.groups if group.code != TOTAL]
    whole = _table_of_all(table, writer)
    nets = nets_of(table)
    lines = tuple(
        _line(table, whole, code, groups, writer, shares=code not in outside_of(table))
        for code in (*shares_of(table), *nets, *outside_of(table))
    )
    base = (_sum(_base_of_all(table, whole), writer), *(writer.base(group) for group in groups))
    means = _means(table, whole, groups, writer)
    used = [*base, *means, *(number for line in lines for number in (*line.shares, *line.counts))]
    return Crosstab(
        id=table.id,
        anchor=f"x-{table.item.replace('.', '-')}-{table.by}",
        item=question_id(table),
        by=table.by or "",
        question=writer.text(table.title),
        row=writer.text(table.row_title),
        columns=(_column_of_all(writer), *(_column(group, writer) for group in groups)),
        base=base,
        base_wording=writer.said(table.base.wording),
        lines=lines,
        means=means,
        marks=writer.marks(used),
        notes=tuple(dict.fromkeys(writer.said(note) for note in table.notes if note)),
        chart=_chart(table, nets, groups, writer),
    )


def _beside(table: Table, whole: Table | None, code: str, writer: Writer) -> Beside | None:
    """Give the share of all respondents as the results print it, where its base is another than this table's.

    Without it a reader takes 65 % of 279 and 60 % of 300 for a mistake. None where they are the same, or not there.
    """
    if whole is None or whole is table or whole.group(TOTAL).base == _base_of_all(table, whole):
        return None
    if code not in {*shares_of(whole), *nets_of(whole)}:
        return None
    size = writer.base(whole.group(TOTAL)).text
    return Beside(writer.share(whole, whole.cell(code)), writer.words.say("table.size", n=size))


def _table_of_all(table: Table, writer: Writer) -> Table | None:
    """Find where the numbers of all respondents are: in the table itself, or in the table that is not crossed."""
    if any(group.code == TOTAL for group in table.groups):
        return table
    return next((other for other in writer.tables.tables if other.item == table.item and other.by is None), None)


def _line(
    table: Table, whole: Table | None, code: str, groups: Sequence[Group], writer: Writer, *, shares: bool
) -> CrossLine:
    all_count = _count_of_all(table, whole, code)
    all_base = _base_of_all(table, whole)
    cells = [table.cell(code, group.code) for group in groups]
    counts = (_sum(all_count, writer), *(writer.count(table, cell) for cell in cells))
    all_share = _share_of_all(all_count, all_base, writer)
    return CrossLine(
        code=code,
        label=writer.label(table, code),
        part=table.category(code).part,
        shares=(all_share, *(writer.share(table, cell) for cell in cells)) if shares else (None,) * len(counts),
        counts=counts,
        beside=_beside(table, whole, code, writer) if shares else None,
    )


def _count_of_all(table: Table, whole: Table | None, code: str) -> int | None:
    """Add up the published cells of all respondents that make up this category; None where one is missing.

    Crossed tables merge answers that the whole table shows apart, so the same base needs the same merging.
    """
    if whole is None:
        return None
    category = table.category(code)
    wanted = set(category.members or (code,))
    if category.part is Part.TICKED:
        parts = [other for other in whole.categories if other.part is Part.TICKED and other.code == code]
    else:
        parts = [other for other in whole.categories if other.part.adds_up and set(_members(other)) <= wanted]
    counts = [whole.cell(part.code, TOTAL).count for part in parts]
    if {member for part in parts for member in _members(part)} != wanted or None in counts:
        return None
    return sum(count for count in counts if count is not None)


def _members(category: Category) -> tuple[str, ...]:
    return category.members or (category.code,)


def _base_of_all(table: Table, whole: Table | None) -> int | None:
    """Give the size of this table's base among all respondents, by its own rule and not the whole table's."""
    counts = [_count_of_all(table, whole, code) for code in table.base.categories]
    return None if None in counts else sum(count for count in counts if count is not None)


def _sum(count: int | None, writer: Writer) -> Number:
    return Number("[x]", None, "x") if count is None else writer.plain(count)


def _share_of_all(count: int | None, base: int | None, writer: Writer) -> Number:
    if count is None or not base:
        return Number("[x]", None, "x")
    mark = "u" if base < RELIABLE_FROM else ""
    return writer.marked(numbers.percent(count, base, writer.language), count / base, mark)


def _means(table: Table, whole: Table | None, groups: Sequence[Group], writer: Writer) -> tuple[Number, ...]:
    if not table.means:
        return ()
    by_group = {mean.group: mean for mean in table.means}
    of_all = next((mean for mean in whole.means if mean.group == TOTAL), None) if whole is not None else None
    missing = Number("[x]", None, "x")
    written = [writer.mean(by_group[group.code]) if group.code in by_group else missing for group in groups]
    return (missing if of_all is None else writer.mean(of_all), *written)


def _column_of_all(writer: Writer) -> Column:
    return Column(TOTAL, writer.words.say("table.total"), writer.plain(writer.tables.wave.respondents))


def _column(group: Group, writer: Writer) -> Column:
    return Column(group.code, writer.text(group.label), writer.plain(group.respondents), group.members)


def _chart(table: Table, nets: Sequence[str], groups: Sequence[Group], writer: Writer) -> BarChart | None:
    """Draw the first net group by group, as bars with intervals."""
    if not nets:
        return None
    title = writer.words.say("alt.by_title", net=writer.quoted(writer.label(table, nets[0])))
    lines = [writer.line(table, nets[0], with_share=True, group=group.code) for group in groups]
    named = [replace(line, label=writer.text(group.label)) for line, group in zip(lines, groups, strict=True)]
    return bar_chart(named, title, writer)
