"""Subtracting published things from each other: releases of one wave, and overlapping groups of one background."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from barometer.attack.findings import Cell, Fact, Finding, Kind, Severity, Step
from barometer.attack.turnover import fewest_changes, printed_counts
from barometer.attack.worlds import World, group_members
from barometer.published import PublishedTables, Table


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


def release_findings(worlds: Sequence[World], k: int, colluders: int) -> Iterator[Finding]:
    """Compare every pair of worlds of one wave.

    A difference of fewer than k people tells about each of them. Colluders among them subtract themselves, so that
    so many more are needed: unlike a printed count, a difference does not stand in a group of at least m.
    """
    for position, earlier in enumerate(worlds):
        for later in worlds[position + 1 :]:
            yield from _few_changed(earlier, later, k + colluders)
            yield from _changes(earlier, later, k + colluders)


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


def _agree(one: PublishedTables, other: PublishedTables) -> bool:
    if one.wave.respondents != other.wave.respondents:
        return False
    counts, others = printed_counts(one), printed_counts(other)
    return all(count[3] == others[key][3] for key, count in counts.items() if key in others)


def _few_changed(earlier: World, later: World, few: int) -> Iterator[Finding]:
    turnover = fewest_changes(earlier, later)
    if 0 < turnover.people < few:
        facts: dict[str, Fact] = {"wave": later.wave, "count": earlier.respondents, "later": later.respondents}
        place = Cell(later.wave, "", later.releases[0].wave.title)
        steps: tuple[Step, ...] = (Step("releases_differ", facts),)
        if turnover.left:
            steps = (*steps, turnover.step(later.wave))
        yield Finding(Kind.LATE_ANSWERS, Severity.EXACT, place, turnover.people, turnover.people, steps)


def _changes(earlier: World, later: World, few: int) -> Iterator[Finding]:
    before = {key: count for release in earlier.releases for key, count in printed_counts(release).items()}
    after = {key: count for release in later.releases for key, count in printed_counts(release).items()}
    for key, (table, category, group, count) in after.items():
        if key in before and 0 < (change := abs(count - before[key][3])) < few:
            facts: dict[str, Fact] = {"table": table.id, "count": before[key][3], "later": count}
            place = Cell.of(later.wave, table, category, group)
            yield Finding(Kind.CHANGE, Severity.EXACT, place, change, change, (Step("cell_changed", facts),))
