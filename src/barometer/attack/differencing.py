"""Subtracting published things from each other: releases of one wave, and overlapping groups of one background."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from barometer.attack.findings import Cell, Fact, Finding, Kind, Severity, Step
from barometer.attack.system import System
from barometer.attack.worlds import World, group_members, members
from barometer.published import PublishedTables, Table

Key = tuple[str, str | None, frozenset[str], str, frozenset[str]]


def worlds_of(releases: Sequence[PublishedTables]) -> tuple[World, ...]:
    """Sort the releases of one wave by the answers they rest on: those whose numbers agree are one world."""
    gathered: list[list[PublishedTables]] = []
    for release in dict.fromkeys(map(id, releases)):
        tables = next(one for one in releases if id(one) == release)
        for world in gathered:
            if all(_agree(tables, other) for other in world):
                world.append(tables)
                break
        else:
            gathered.append([tables])
    ordered = sorted(gathered, key=lambda world: world[0].wave.respondents)
    return tuple(World(number, tuple(world)) for number, world in enumerate(ordered))


def release_findings(worlds: Sequence[World], k: int) -> Iterator[Finding]:
    """Compare every pair of worlds of one wave."""
    for position, earlier in enumerate(worlds):
        for later in worlds[position + 1 :]:
            yield from _late_answers(earlier, later, k)
            yield from _changes(earlier, later, k)


def assume_answers_were_only_added(worlds: Sequence[World], system: System) -> None:
    """Each later world holds the earlier one's respondents and some more."""
    for earlier, later in pairwise(worlds):
        more = later.respondents - earlier.respondents
        if more <= 0:
            continue
        step = Step("answers_were_only_added", {"wave": later.wave, "count": more})
        for variable, key in enumerate(list(system.keys)):
            if key.world == earlier.number:
                grown = system.known(key._replace(world=later.number))
                if grown is not None:
                    system.require(((grown, 1), (variable, -1)), 0, more, step)


def overlap_findings(world: World, m: int) -> Iterator[Finding]:
    """A published group inside another leaves a difference about which everything is published too."""
    seen: dict[tuple[str, frozenset[str]], tuple[Table, str, int]] = {}
    for table in world.tables():
        for group in table.groups:
            if table.by is not None:
                seen.setdefault((table.by, group_members(group)), (table, group.code, group.respondents))
    for (background, inner), (_, _, fewer) in seen.items():
        for (other, outer), (table, code, respondents) in seen.items():
            if background == other and inner < outer and 0 < respondents - fewer < m:
                facts: dict[str, Fact] = {
                    "background": background,
                    "codes": ", ".join(sorted(outer - inner)),
                    "count": respondents - fewer,
                }
                place = Cell.of(world.wave, table, group=code)
                rest = respondents - fewer
                yield Finding(Kind.SMALL_GROUP, Severity.RULE, place, rest, rest, (Step("group_inside_group", facts),))


def _shown_counts(tables: PublishedTables) -> dict[Key, tuple[Table, str, str, int]]:
    counts: dict[Key, tuple[Table, str, str, int]] = {}
    for table in tables.tables:
        for cell in table.cells:
            if cell.status.is_shown and cell.count is not None:
                category, group = table.category(cell.category), table.group(cell.group)
                key = (table.item, table.by, members(category), category.part.value, group_members(group))
                counts[key] = (table, cell.category, cell.group, cell.count)
    return counts


def _agree(one: PublishedTables, other: PublishedTables) -> bool:
    if one.wave.respondents != other.wave.respondents:
        return False
    counts, others = _shown_counts(one), _shown_counts(other)
    return all(count[3] == others[key][3] for key, count in counts.items() if key in others)


def _late_answers(earlier: World, later: World, k: int) -> Iterator[Finding]:
    more = later.respondents - earlier.respondents
    if 0 < more < k:
        facts: dict[str, Fact] = {"wave": later.wave, "count": earlier.respondents, "later": later.respondents}
        place = Cell(later.wave, "", later.releases[0].wave.title)
        yield Finding(Kind.LATE_ANSWERS, Severity.EXACT, place, more, more, (Step("releases_differ", facts),))


def _changes(earlier: World, later: World, k: int) -> Iterator[Finding]:
    before = {key: count for release in earlier.releases for key, count in _shown_counts(release).items()}
    after = {key: count for release in later.releases for key, count in _shown_counts(release).items()}
    for key, (table, category, group, count) in after.items():
        if key in before and 0 < (change := abs(count - before[key][3])) < k:
            facts: dict[str, Fact] = {"table": table.id, "count": before[key][3], "later": count}
            place = Cell.of(later.wave, table, category, group)
            yield Finding(Kind.CHANGE, Severity.EXACT, place, change, change, (Step("cell_changed", facts),))
