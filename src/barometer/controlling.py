"""The controller's record of a release: what the exact counts add to what anybody can compute from the published files.

Whether a withheld cell is small itself is read from the cube; how far it stays open, from a complete attack. Neither is
asked of the protection, whose own notes could hide its own mistake. And the controller's own attack knows it too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from barometer.attack import Findings, Kind, Primary, attack
from barometer.controller_record import AuditedCell, ControllerRecord
from barometer.published import Category, Certificate, Group, Part, PublishedTables, Status, Table
from barometer.published_json import release_id
from barometer.release.union import Attacks, strictness_of
from barometer.tabulation import Cube
from barometer.tabulation.cube import Counts


def controller_record(
    tables: PublishedTables, certificate: Certificate, cube: Cube, *, answers: bytes
) -> ControllerRecord:
    """Make the record of a release from the counts it was made of. ``answers`` is answers.csv as it was read."""
    return ControllerRecord(
        release=release_id(tables),
        input_digest=hashlib.sha256(answers).hexdigest(),
        software=certificate.software,
        cells=tuple(_cells(tables, certificate, cube)),
    )


def _cells(tables: PublishedTables, certificate: Certificate, cube: Cube) -> Iterator[AuditedCell]:
    named = {table.id: table for table in tables.tables}
    for confined in attack([tables], complete=True).withheld:
        cell = confined.cell
        table = named[cell.table]
        count = true_count(table, table.category(cell.category), table.group(cell.group), cube)
        yield AuditedCell(
            table=cell.table,
            category=cell.category,
            group=cell.group,
            primary=0 < count < certificate.k,
            low=confined.low,
            high=confined.high,
            kind="lp",
        )


def attacked_knowing_the_small(tables: PublishedTables, cube: Cube, attacks: Attacks) -> Findings:
    """Attack a release as nobody outside can: knowing which of its withheld cells are small.

    ``attacks`` remembers what was found without that.
    """
    by = strictness_of([tables])
    small = small_cells(tables, cube, by.k)
    findings = attacks.attack([tables], k=by.k, m=by.m, colluders=by.colluders, primary=small)
    others = tuple(finding for finding in findings.found if finding.kind is not Kind.PRIMARY)
    attacks.remember([tables], by, replace(findings, found=others))
    return findings


def small_cells(tables: PublishedTables, cube: Cube, k: int) -> Primary:
    """Give by table the withheld cells that hold 1 to k - 1, as their category and group. Never to be published."""
    return {
        table.id: frozenset(
            (cell.category, cell.group)
            for cell in table.cells
            if cell.status is Status.CONFIDENTIAL
            and 0 < true_count(table, table.category(cell.category), table.group(cell.group), cube) < k
        )
        for table in tables.tables
    }


def true_count(table: Table, category: Category, group: Group, cube: Cube) -> int:
    """Count a cell exactly: its categories by its groups, as merging joined them."""
    item = cube.items[table.item]
    is_tick = category.part is Part.TICKED
    codes = item.tick_codes if is_tick else item.codes
    rows = _places(codes, category.members)
    if table.by is None:
        return _sum((item.tick_total if is_tick else item.total)[rows])
    columns = _places(cube.backgrounds[table.by].codes, group.members)
    return _sum((item.tick_by if is_tick else item.by)[table.by][np.ix_(rows, columns)])


def _places(codes: Sequence[str], members: Sequence[str]) -> list[int]:
    return [place for place, code in enumerate(codes) if code in members]


def _sum(counts: Counts) -> int:
    return int(counts.sum())
