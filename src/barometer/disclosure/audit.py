"""The last look: published tables are audited from what is printed in them, as the attacker would.

It reads Table values alone and trusts nothing of how they were made. What it finds fails the release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from barometer.disclosure.network import Network, filled
from barometer.disclosure.policy import Policy
from barometer.published import Category, Part, Status, Table, TableAudit


@dataclass(frozen=True)
class Audits:
    audits: tuple[TableAudit, ...]
    failures: tuple[str, ...]


def audit_tables(tables: Sequence[Table], policy: Policy, joint: Mapping[str, int], *, strict: bool) -> Audits:
    """Audit every table. ``joint`` holds the smallest spans of tables whose equations were solved together.

    With ``strict`` a table that fails is named among the failures; without, only its spans are measured. Whether
    colluding respondents (R) could narrow a span is for the attack, which asks it of the same tables.
    """
    audits: list[TableAudit] = []
    failures: list[str] = []
    wholes = {table.item: table for table in tables if table.by is None}
    for table in tables:
        withheld = sum(cell.status is Status.CONFIDENTIAL for cell in table.cells)
        spans = list(_flow_spans(table, wholes)) if withheld else []
        smallest = min([*spans, *([joint[table.id]] if table.id in joint and withheld else [])], default=None)
        kind = "open" if not withheld else "lp" if table.id in joint else "flow"
        audits.append(TableAudit(table.id, kind, withheld, smallest))
        failures += [f"{table.id}: {fault}" for fault in _faults(table, policy.k, policy.m)] if strict else []
        if strict and withheld and (smallest is None or smallest < policy.k):
            failures.append(f"{table.id}: a withheld cell spans {smallest}")
    return Audits(tuple(audits), tuple(failures))


def _faults(table: Table, k: int, m: int) -> Iterator[str]:
    """Name what may not be printed at all."""
    bases = {group.code: group.base for group in table.groups}
    for group in table.groups:
        if table.by is not None and group.respondents < m:
            yield f"the group {group.code} has {group.respondents} respondents"
    for cell in table.cells:
        part = table.category(cell.category).part
        if cell.count is None:
            continue
        base = bases[cell.group]
        if 0 < cell.count < k:
            yield f"{cell.category} of {cell.group} shows {cell.count}"
        if part is Part.TICKED and base is not None and cell.count and base - cell.count < k:
            yield f"all but {base - cell.count} of {cell.group} ticked {cell.category}"
        is_choice = (
            part is not Part.TICKED and cell.category in table.base.categories and len(table.base.categories) > 1
        )
        if is_choice and base and cell.count >= base - 1:
            yield f"all but {base - cell.count} of {cell.group} gave the answer {cell.category}"


def _flow_spans(table: Table, wholes: Mapping[str, Table]) -> Iterator[int]:
    """Give the exact spans of the withheld cells of a crossed table, from margins that are printed."""
    whole = wholes.get(table.item)
    if table.by is None or whole is None:
        return
    rows = [category for category in table.categories if category.part.adds_up]
    if table.kind == "partition":
        totals = [_total(whole, row) for row in rows]
        yield from _spans(table, rows, totals, [group.respondents for group in table.groups], 1)
    for option in table.categories:
        bases = [group.base for group in table.groups]
        total = whole.cell(option.code).count if option.part is Part.TICKED else None
        if total is not None and None not in bases:
            everybody = [base or 0 for base in bases]
            yield from _spans(table, [option], [total, sum(everybody) - total], everybody, 2)


def _total(whole: Table, row: Category) -> int:
    """Add up the whole table's categories that this one is made of."""
    parts = [
        category for category in whole.categories if category.part.adds_up and set(category.members) <= set(row.members)
    ]
    return sum(whole.cell(part.code).count or 0 for part in parts)


def _spans(
    table: Table,
    rows: Sequence[Category],
    row_totals: Sequence[int],
    column_totals: Sequence[int],
    copies: int,
) -> Iterator[int]:
    """Measure one network; with two ``copies`` the second row is what the first leaves of every column.

    Cells that small groups leave uncounted may hold nobody, so they are bounded as freely as an attacker must.
    """
    cells = [[table.cell(row.code, group.code) for group in table.groups] for row in rows]
    marked = np.array([[cell.status is Status.CONFIDENTIAL for cell in row] for row in cells])
    withheld = marked | np.array([[cell.status is Status.NOT_AVAILABLE for cell in row] for row in cells])
    if not marked.any():
        return
    known = np.array([[cell.count or 0 for cell in row] for row in cells], np.int64)
    least = marked.astype(np.int64)
    if copies == 2:
        rest = np.where(withheld[0], 0, np.array(column_totals) - known[0])
        known, least = np.stack([known[0], rest]), np.stack([least[0], np.zeros_like(least[0])])
        withheld = np.tile(withheld, (2, 1))
    floor = known + least
    amounts = filled(withheld, np.array(row_totals) - floor.sum(axis=1), np.array(column_totals) - floor.sum(axis=0))
    if amounts is None:
        yield -1
        return
    yield from Network(floor + amounts, withheld, least).spans()[: len(rows)][marked].tolist()
