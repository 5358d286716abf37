"""Two waves side by side: a line where a person said the questions are the same, both points where they nearly are.

Only released cells are added up. A sum with a withheld part is withheld, and groups are compared only where both waves
publish groups that hold the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from barometer.comparison.changes import Difference, newcombe, smallest_change
from barometer.comparison.comparability import (
    Class,
    Comparability,
    GroupPair,
    ItemPair,
    codes_to_common,
)
from barometer.comparison.standing import Change, Comparison, ItemComparison, Point, Standing
from barometer.comparison.words import say
from barometer.estimation import RELIABLE_FROM, wilson
from barometer.published import TOTAL, Category, Part, PublishedTables, Status, Table
from barometer.texts import Text

NOTES = ("note.independence", "note.random", "note.changed_mix", "note.several_tests")


def compare(earlier: PublishedTables, later: PublishedTables, comparability: Comparability) -> Comparison:
    """Compare every table of the later wave with its predecessor; refuse what may not be, with a reason."""
    pairs = {pair.item: pair for pair in comparability.items}
    backgrounds = {pair.by: pair for pair in comparability.groups}
    compared = [
        _compare_table(table, earlier, pairs.get(table.item), backgrounds.get(table.by) if table.by else None)
        for table in later.tables
        if table.by is None or (table.item in pairs and pairs[table.item].kind is not Class.NOT_COMPARABLE)
    ]
    return Comparison(earlier.wave, later.wave, tuple(compared), tuple(say(note) for note in NOTES))


@dataclass(frozen=True)
class _Piece:
    """One row or group of a comparison: the codes of it that each wave publishes."""

    code: str
    label: Text
    earlier: tuple[str, ...]
    later: tuple[str, ...]


def _compare_table(
    table: Table, earlier: PublishedTables, pair: ItemPair | None, groups: GroupPair | None
) -> ItemComparison:
    before = None if pair is None else _predecessor(table, earlier, pair, groups)
    reason = _refusal(table, before, pair, groups)
    if reason is not None or before is None or pair is None:
        return ItemComparison(
            table.item, pair.was if pair else table.item, table.by, table.title, pair.kind if pair else None,
            Standing.REFUSED, reason or say("refused.unpublished"),
        )  # fmt: skip
    changes = tuple(_changes(before, table, pair, groups))
    standing = Standing.BROKEN if pair.kind is Class.REWORDED else Standing.LINE
    if not changes:
        standing, reason = Standing.REFUSED, say("refused.answers" if table.by is None else "refused.groups")
    elif pair.kind in (Class.REWORDED, Class.RECODED):
        reason = say(f"note.{pair.kind.value}", why=pair.why)
    return ItemComparison(
        table.item, pair.was, table.by, table.title, pair.kind, standing, reason or Text(), changes
    )  # fmt: skip


def _predecessor(table: Table, earlier: PublishedTables, pair: ItemPair, groups: GroupPair | None) -> Table | None:
    by = None if table.by is None else groups.was if groups else table.by
    return next((other for other in earlier.tables if other.item == pair.was and other.by == by), None)


def _refusal(table: Table, before: Table | None, pair: ItemPair | None, groups: GroupPair | None) -> Text | None:
    if pair is None:
        return say("refused.not_listed")
    if pair.kind is Class.NOT_COMPARABLE:
        return say("refused.not_comparable", why=pair.why)
    if before is None:
        return say("refused.unpublished")
    if table.by is not None and groups is None:
        return say("refused.groups")
    if table.kind != before.kind:
        return say("refused.kind")
    return say("refused.base") if table.base.rule != before.base.rule else None


def _changes(before: Table, table: Table, pair: ItemPair, groups: GroupPair | None) -> Iterator[Change]:
    rows = [*_common_answers(before, table, pair), *_common_nets(before, table, pair)]
    for group in _common_groups(before, table, groups):
        for row in rows:
            earlier_point = _point(before, row.earlier, group.earlier)
            later_point = _point(table, row.later, group.later)
            yield _change(row, group, earlier_point, later_point, is_line=pair.kind is not Class.REWORDED)


def _change(row: _Piece, group: _Piece, before: Point, now: Point, *, is_line: bool) -> Change:
    difference = smallest = None
    if is_line and None not in (before.count, before.base, now.count, now.base):
        difference = _difference(before, now)
        smallest = smallest_change(now.base or 1, before.base or 1)
    status = _status(before, now) if is_line else Status.BREAK
    return Change(row.code, row.label, group.code, group.label, before, now, status, difference, smallest)


def _difference(before: Point, now: Point) -> Difference | None:
    if before.count is None or now.count is None or not before.base or not now.base:
        return None
    return newcombe(now.count, now.base, before.count, before.base)


def _status(before: Point, now: Point) -> Status:
    for status in (Status.CONFIDENTIAL, Status.NOT_AVAILABLE, Status.UNRELIABLE):
        if status in (before.status, now.status):
            return status
    return Status.SHOWN


def _point(table: Table, categories: Sequence[str], groups: Sequence[str]) -> Point:
    """Add up released cells; withheld as soon as one of them, or of their bases, is."""
    cells = [table.cell(category, group) for category in categories for group in groups]
    counts = [cell.count for cell in cells if cell.status.is_shown]
    bases = [table.group(group).base for group in groups]
    if len(counts) < len(cells) or None in counts or None in bases:
        hidden = any(cell.status is Status.CONFIDENTIAL for cell in cells) or None in bases
        return Point(Status.CONFIDENTIAL if hidden else Status.NOT_AVAILABLE)
    count, base = sum(c for c in counts if c is not None), sum(b for b in bases if b is not None)
    if base == 0:
        return Point(Status.NOT_APPLICABLE, count, base)
    interval = wilson(count, base)
    status = Status.UNRELIABLE if base < RELIABLE_FROM else Status.SHOWN
    return Point(status, count, base, count / base, interval.low, interval.high)


# ---- what both waves can be added up to


def _common_answers(before: Table, table: Table, pair: ItemPair) -> list[_Piece]:
    """Give the finest steps that the published answers of both waves add up to."""
    earlier_map, later_map = codes_to_common(pair.recode, "earlier"), codes_to_common(pair.recode, "later")
    labels = {step.code: step.label for step in pair.recode}
    if table.kind == "multiple":
        return _same_unions(_ticked(before, earlier_map), _ticked(table, later_map), labels)
    return _joined(_in_base(before, earlier_map), _in_base(table, later_map), labels, bool(pair.recode))


def _common_nets(before: Table, table: Table, pair: ItemPair) -> list[_Piece]:
    if pair.recode:
        return []
    earlier = {c.code: c for c in before.categories if c.part is Part.NET}
    return [
        _Piece(net.code, net.label, (net.code,), (net.code,))
        for net in table.categories
        if net.part is Part.NET and net.code in earlier and set(earlier[net.code].members) == set(net.members)
    ]


Published = list[tuple[str, Text, frozenset[str]]]
"""Categories or groups as published: code, label, and the common codes they hold."""


def _in_base(table: Table, common: Mapping[str, str]) -> Published:
    return [_mapped(c, common) for c in table.categories if c.part.adds_up and c.code in table.base.categories]


def _ticked(table: Table, common: Mapping[str, str]) -> Published:
    return [_mapped(c, common) for c in table.categories if c.part is Part.TICKED]


def _mapped(category: Category, common: Mapping[str, str]) -> tuple[str, Text, frozenset[str]]:
    return (
        category.code,
        category.label,
        frozenset(common.get(code, code) for code in category.members or (category.code,)),
    )


def _same_unions(earlier: Published, later: Published, labels: Mapping[str, Text]) -> list[_Piece]:
    """Overlapping options cannot be added up: only those that stand for the same codes are compared."""
    before = {union: code for code, _, union in earlier}
    return [
        _Piece(code, _label([label], union, labels), (before[union],), (code,))
        for code, label, union in later
        if union in before
    ]


def _joined(earlier: Published, later: Published, labels: Mapping[str, Text], mapped_only: bool) -> list[_Piece]:
    """Merge whatever overlaps until both waves are cut the same way; a piece that one wave lacks is left out."""
    pieces: list[tuple[set[str], list[str], list[str], list[Text]]] = []
    sides = [(0, each) for each in earlier] + [(1, each) for each in later]
    for side, (code, label, union) in sides:
        if mapped_only and not union & set(labels):
            continue
        merged: tuple[set[str], list[str], list[str], list[Text]] = (set(union), [], [], [])
        (merged[1] if side == 0 else merged[2]).append(code)
        if side == 1:
            merged[3].append(label)
        for piece in [piece for piece in pieces if piece[0] & union]:
            pieces.remove(piece)
            merged = (merged[0] | piece[0], [*piece[1], *merged[1]], [*piece[2], *merged[2]], [*piece[3], *merged[3]])
        pieces.append(merged)
    whole = [
        piece for piece in pieces if piece[1] and piece[2] and _same_codes(piece[0], piece[1], piece[2], earlier, later)
    ]
    order = [code for code, _, _ in later]
    whole.sort(key=lambda piece: order.index(piece[2][0]))
    return [_Piece(_name(p[0], p[2]), _label(p[3], frozenset(p[0]), labels), tuple(p[1]), tuple(p[2])) for p in whole]


def _same_codes(
    union: set[str], before: Iterable[str], now: Iterable[str], earlier: Published, later: Published
) -> bool:
    """Whether both waves' parts of a piece hold all its codes, so that none of them is an answer only one wave had."""
    held_before = set().union(*(codes for code, _, codes in earlier if code in set(before)))
    held_now = set().union(*(codes for code, _, codes in later if code in set(now)))
    return held_before == held_now == union


def _name(union: set[str], codes: Sequence[str]) -> str:
    return next(iter(union)) if len(union) == 1 else codes[0] if len(codes) == 1 else "+".join(codes)


def _label(labels_now: Sequence[Text], union: frozenset[str], common: Mapping[str, Text]) -> Text:
    if union <= set(common):
        labels_now = [common[code] for code in common if code in union]
    if len(labels_now) == 1:
        return labels_now[0]
    languages = dict.fromkeys(language for label in labels_now for language in label.languages)
    return Text.of({language: " / ".join(label.in_(language) for label in labels_now) for language in languages})


def _common_groups(before: Table, table: Table, pair: GroupPair | None) -> list[_Piece]:
    if pair is None:
        return [_Piece(TOTAL, table.group(TOTAL).label, (TOTAL,), (TOTAL,))]
    earlier_map, later_map = codes_to_common(pair.common, "earlier"), codes_to_common(pair.common, "later")
    if not pair.common:
        return _joined(_groups(before, {}), _groups(table, {}), {}, mapped_only=False)
    labels = {step.code: step.label for step in pair.common}
    complete = [
        _Piece(step.code, step.label, tuple(earlier), tuple(later))
        for step in pair.common
        if (earlier := _exactly(before, set(step.earlier))) and (later := _exactly(table, set(step.later)))
    ]
    found = {piece.code for piece in complete}
    rest_before = [each for each in _groups(before, earlier_map) if not each[2] & found]
    rest_now = [each for each in _groups(table, later_map) if not each[2] & found]
    merged = _joined(rest_before, rest_now, labels, mapped_only=True)
    return [*complete, *(piece for piece in merged if _covers(piece, before, table, pair))]


def _covers(piece: _Piece, before: Table, table: Table, pair: GroupPair) -> bool:
    """Whether a piece of several common groups holds all codes of each of them, and nothing else, in both waves."""
    for side, own, codes in (("earlier", before, piece.earlier), ("later", table, piece.later)):
        held = {member for code in codes for member in own.group(code).members}
        wanted = [set(getattr(step, side)) for step in pair.common if set(getattr(step, side)) & held]
        if held != set().union(*wanted):
            return False
    return True


def _groups(table: Table, common: Mapping[str, str]) -> Published:
    return [
        (g.code, g.label, frozenset(common.get(code, code) for code in g.members or (g.code,))) for g in table.groups
    ]


def _exactly(table: Table, codes: set[str]) -> list[str]:
    """Give the published groups that together hold exactly these codes; none where they do not."""
    inside = [group for group in table.groups if set(group.members or (group.code,)) <= codes]
    held = {code for group in inside for code in group.members or (group.code,)}
    return [group.code for group in inside] if held == codes else []
