"""The results by background: for each background question its crosstabs, all respondents first, the base first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from barometer.published import TOTAL, Group, Part, Table
from barometer.report.drawing import bar_chart
from barometer.report.figures import Writer, nets_of, outside_of, shares_of
from barometer.report.model import Background, BarChart, Column, CrossLine, Crosstab, Number
from barometer.report.topline import question_id

_ANSWERS = frozenset({Part.ANSWER, Part.NET})
"""A crossed table may show as one answer what the whole table shows as a net."""


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
    base = (_base_of_all(whole, writer), *(writer.base(group) for group in groups))
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


def _table_of_all(table: Table, writer: Writer) -> Table | None:
    """Find where the numbers of all respondents are: in the table itself, or in the table that is not crossed."""
    if any(group.code == TOTAL for group in table.groups):
        return table
    return next((other for other in writer.tables.tables if other.item == table.item and other.by is None), None)


def _line(
    table: Table, whole: Table | None, code: str, groups: Sequence[Group], writer: Writer, *, shares: bool
) -> CrossLine:
    all_count, all_share = _numbers_of_all(table, whole, code, writer)
    cells = [table.cell(code, group.code) for group in groups]
    return CrossLine(
        code=code,
        label=writer.label(table, code),
        part=table.category(code).part,
        shares=(all_share, *(writer.share(table, cell) for cell in cells)) if shares else (None,) * (len(groups) + 1),
        counts=(all_count, *(writer.count(table, cell) for cell in cells)),
    )


def _numbers_of_all(table: Table, whole: Table | None, code: str, writer: Writer) -> tuple[Number, Number]:
    """Give count and share of all respondents in the category that stands for the same answers; [x] where none does."""
    alike = None if whole is None else _alike(table, whole, code)
    if whole is None or alike is None:
        return Number("[x]", None, "x"), Number("[x]", None, "x")
    cell = whole.cell(alike, TOTAL)
    return writer.count(whole, cell), writer.share(whole, cell)


def _alike(table: Table, whole: Table, code: str) -> str | None:
    category = table.category(code)
    members = set(category.members or (code,))
    for other in whole.categories:
        if (other.code == code and other.part is category.part) or (
            set(other.members or (other.code,)) == members and {other.part, category.part} <= _ANSWERS
        ):
            return other.code
    return None


def _base_of_all(whole: Table | None, writer: Writer) -> Number:
    return Number("[x]", None, "x") if whole is None else writer.base(whole.group(TOTAL))


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
