"""Whether published tables hang together, so that whoever reads them need not ask: every cell has its place, every
share a base it is part of, every condition can be read. Whether the numbers disclose anybody is for `attack`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from barometer.published import TOTAL, Certificate, Part, PublishedTables, Table
from barometer.questionnaire.conditions import ConditionSyntaxError, parse_condition

MOST_DECIMALS = 9
"""Of a mean."""
ATTACKERS = ("A0", "R", "A1", "A2", "A3", "union")
HOWS = ("exact", "bound", "rate")
"""How sure a measure is; `published.Measure` says what each means."""
RULES = ("threshold", "margins", "agreement", "fixed_sums", "shares", "means", "routing", "multiple", "same_pattern")
"""What a certificate may say was applied. Every code has its sentence in the report's messages."""


def faults_of(tables: PublishedTables) -> Iterator[tuple[str, str]]:
    """Give path and message of everything that cannot be; nothing for tables that `disclosure` made."""
    if tables.wave.respondents < 0:
        yield "wave.respondents", "There cannot be fewer than no respondents"
    seen: set[str] = set()
    for number, table in enumerate(tables.tables):
        path = f"tables[{number}]"
        if table.id in seen:
            yield path, f"The table {table.id} stands here a second time"
        seen.add(table.id)
        for message in (*_faults_of_parts(table), *_faults_of_counts(table)):
            yield path, message


def _faults_of_parts(table: Table) -> Iterator[str]:
    categories = [category.code for category in table.categories]
    groups = [group.code for group in table.groups]
    if table.kind not in ("partition", "multiple"):
        yield f"The kind must be partition or multiple, not {table.kind!r}"
    if not table.item or not all(categories) or not all(groups):
        yield "The item, and every category and group, needs a code"
    if len(set(categories)) < len(categories) or len(set(groups)) < len(groups):
        yield "A category or a group stands twice in the table"
    if table.by is None and groups != [TOTAL]:
        yield f"A table that is not crossed has the one group {TOTAL!r}"
    if [(cell.category, cell.group) for cell in table.cells] != list(product(categories, groups)):
        yield "There must be one cell for every category and group, category by category"
    if not set(table.base.categories) <= set(categories):
        yield "The base names a category that the table does not have"
    means = [mean.group for mean in table.means]
    if not set(means) <= set(groups) or len(set(means)) < len(means):
        yield "Every mean belongs to one group of the table, and every group has at most one"
    if table.shown_if and (reason := _syntax_fault(table.shown_if)):
        yield f"The condition cannot be read {reason.rstrip('.')}"


def _syntax_fault(condition: str) -> str:
    try:
        parse_condition(condition)
    except ConditionSyntaxError as error:
        return str(error)
    return ""


def _faults_of_counts(table: Table) -> Iterator[str]:
    counts = [cell.count for cell in table.cells] + [group.base for group in table.groups]
    counts += [group.respondents for group in table.groups] + [mean.n for mean in table.means]
    if any(count is not None and count < 0 for count in counts):
        yield "A count cannot be below nought"
    if any(not 0 <= mean.decimals <= MOST_DECIMALS for mean in table.means):
        yield f"A mean has from 0 to {MOST_DECIMALS} decimals"
    bases = {group.code: group.base for group in table.groups}
    in_base = {
        category.code
        for category in table.categories
        if category.code in table.base.categories or category.part in (Part.TICKED, Part.NET)
    }
    for cell in table.cells:
        base = bases.get(cell.group)
        if cell.category in in_base and base and cell.count is not None and cell.count > base:
            yield f"The count of {cell.category} in {cell.group} is greater than its base"
            return


def faults_of_certificate(certificate: Certificate) -> Iterator[tuple[str, str]]:
    """Give path and message of everything that cannot be, whatever release the certificate belongs to."""
    for number, measure in enumerate(certificate.measures):
        path = f"measures[{number}]"
        if measure.attacker not in ATTACKERS:
            yield f"{path}.attacker", f"The attacker must be one of {', '.join(ATTACKERS)}, not {measure.attacker!r}"
        if measure.how not in HOWS:
            yield f"{path}.how", f"How it was measured must be one of {', '.join(HOWS)}, not {measure.how!r}"
        if not measure.what or not 0 <= measure.held <= measure.tried:
            yield path, "A measure says what was tried, and no more can have held than was tried"
    if certificate.colluders < 0:
        yield "colluders", "There cannot be fewer than no colluders"
