"""Small releases built by hand: respondents as rows, tables counted from them, cells withheld by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from barometer.published import (
    TOTAL,
    Base,
    Category,
    Cell,
    Group,
    Mean,
    Part,
    PublishedTables,
    Status,
    Table,
    Wave,
)
from barometer.texts import Text

NOTHING = Text()
Row = Mapping[str, Any]


def rows_of(*counted: tuple[int, Row]) -> list[Row]:
    """Repeat rows: ``rows_of((3, {"q": "y"}))`` is three respondents who said yes."""
    return [row for count, row in counted for _ in range(count)]


def release_of(
    *tables: Table, respondents: int, wave: str = "w1", policy: Mapping[str, Any] | None = None
) -> PublishedTables:
    about = Wave(wave, Text.of({"en": f"Wave {wave}"}), "q", "1", "0", ("en",), respondents)
    return PublishedTables(about, policy or {"k": 5, "m": 20}, tables)


def categories(spec: Mapping[str, Part | tuple[str, ...]], scores: Mapping[str, float] | None = None) -> list[Category]:
    """Read ``{"y": Part.ANSWER, "top2": ("4", "5")}``; a tuple makes a merged answer of these codes."""
    made = []
    for code, what in spec.items():
        part, members = (Part.ANSWER, what) if isinstance(what, tuple) else (what, (code,))
        made.append(Category(code, Text.of({"en": code}), part, members, (scores or {}).get(code)))
    return made


def single(
    rows: Sequence[Row],
    item: str,
    spec: Mapping[str, Part | tuple[str, ...]],
    *,
    by: str | None = None,
    groups: Mapping[str, tuple[str, ...]] | None = None,
    nets: Mapping[str, tuple[str, ...]] | None = None,
    scores: Mapping[str, float] | None = None,
    mean_decimals: int | None = None,
    routed_by: tuple[str, ...] = (),
) -> Table:
    """Count one single-choice item. Rows hold a code per item; a merged category counts all its members."""
    adding = categories(spec, scores)
    netted = [Category(code, Text.of({"en": code}), Part.NET, union) for code, union in (nets or {}).items()]
    based = tuple(c.code for c in adding if c.part in (Part.ANSWER, Part.CANNOT_SAY, Part.REFUSE))
    return _table(
        rows, item, by, groups, [*adding, *netted], Base("answered", NOTHING, based), "partition",
        lambda row, category: row[item] in category.members, scores, mean_decimals, routed_by,
    )  # fmt: skip


def multiple(
    rows: Sequence[Row],
    item: str,
    options: Iterable[str],
    *,
    by: str | None = None,
    groups: Mapping[str, tuple[str, ...]] | None = None,
) -> Table:
    """Count one multiple choice. Rows hold a set of codes (empty: skipped)."""
    made = [
        Category("answered", NOTHING, Part.ANSWERED, ("answered",)),
        Category("skipped", NOTHING, Part.SKIPPED, ("skipped",)),
        *(Category(option, Text.of({"en": option}), Part.TICKED, (option,)) for option in options),
    ]

    def holds(row: Row, category: Category) -> bool:
        if category.part is Part.TICKED:
            return category.code in row[item]
        return bool(row[item]) == (category.part is Part.ANSWERED)

    return _table(rows, item, by, groups, made, Base("answered", NOTHING, ("answered",)), "multiple", holds)


def withhold(table: Table, *places: tuple[str, str], bases: Iterable[str] = (), means: Iterable[str] = ()) -> Table:
    """Mark these cells (category, group), bases and means as [c]."""
    cells = tuple(
        Cell(cell.category, cell.group, Status.CONFIDENTIAL) if (cell.category, cell.group) in places else cell
        for cell in table.cells
    )
    hidden = set(bases)
    groups = tuple(replace(group, base=None) if group.code in hidden else group for group in table.groups)
    kept = tuple(
        Mean(m.group, Status.CONFIDENTIAL, None, m.decimals) if m.group in set(means) else m for m in table.means
    )
    return replace(table, cells=cells, groups=groups, means=kept)


def withhold_below(table: Table, k: int) -> Table:
    """Withhold every count from 1 to k - 1, and each base that would give one away: a threshold and nothing more."""
    return withhold(table, *((c.category, c.group) for c in table.cells if c.count is not None and 0 < c.count < k))


def _table(
    rows: Sequence[Row],
    item: str,
    by: str | None,
    groups: Mapping[str, tuple[str, ...]] | None,
    made: Sequence[Category],
    base: Base,
    kind: str,
    holds: Callable[[Row, Category], bool],
    scores: Mapping[str, float] | None = None,
    mean_decimals: int | None = None,
    routed_by: tuple[str, ...] = (),
) -> Table:
    held: dict[str, list[Row]] = {TOTAL: list(rows)}
    members: dict[str, tuple[str, ...]] = {TOTAL: ()}
    if by is not None:
        members = dict(groups or {code: (code,) for code in dict.fromkeys(row[by] for row in rows)})
        held = {code: [row for row in rows if row[by] in union] for code, union in members.items()}
    counts = {(c.code, g): sum(holds(row, c) for row in held[g]) for c in made for g in held}
    based = {g: sum(counts[code, g] for code in base.categories) for g in held}
    cells = tuple(Cell(category, group, Status.SHOWN, count) for (category, group), count in counts.items())
    means = []
    if mean_decimals is not None and scores is not None:
        for group, own in held.items():
            scored = [scores[row[item]] for row in own if row[item] in scores]
            if scored:
                value = round(sum(scored) / len(scored), mean_decimals)
                means.append(Mean(group, Status.SHOWN, value, mean_decimals, len(scored)))
    return Table(
        item, by, Text.of({"en": f"Question {item}"}), NOTHING, NOTHING, kind, base, tuple(made),
        tuple(
            Group(g, NOTHING if g == TOTAL else Text.of({"en": g}), len(own), members[g], based[g])
            for g, own in held.items()
        ),
        cells, tuple(means), routed_by,
    )  # fmt: skip
