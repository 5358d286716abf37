"""The attack a wave at a time gives what the attack on all at once gives, and asks of each wave once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from barometer.attack import Finding, Findings, Kind, attack
from barometer.published import Part, PublishedTables
from barometer.release import read_release
from barometer.release.succession import succeed
from barometer.release.union import Attacks
from barometer.texts import Text
from tests.barometer.attack.building import release_of, rows_of, single

ANSWERS = {"y": Part.ANSWER, "n": Part.ANSWER, "z": Part.ANSWER}
STRICT: dict[str, Any] = {"k": 8, "m": 40, "colluders": 2}


def release(wave: str, *, few: int, more: int = 0, policy: dict[str, Any] | None = None) -> PublishedTables:
    """A wave in whose north so few say z, which the attack tells of where they are fewer than k."""
    rows = rows_of(
        (few, {"q": "z", "region": "north"}),
        (20 + more, {"q": "y", "region": "north"}),
        (25, {"q": "n", "region": "south"}),
        (22, {"q": "y", "region": "south"}),
    )
    tables = single(rows, "q", ANSWERS), single(rows, "q", ANSWERS, by="region")
    return release_of(*tables, respondents=len(rows), wave=wave, policy=policy)


def in_other_words(tables: PublishedTables) -> PublishedTables:
    return replace(tables, tables=tuple(replace(table, title=Text.of({"sv": "Fråga"})) for table in tables.tables))


SAFE, LEAKING, LATER = release("w1", few=9), release("w2", few=3), release("w2", few=3, more=7)
DOUBTFUL, STRICTER = release("w3", few=6), release("w4", few=12, policy=STRICT)
ALL = (SAFE, LEAKING, DOUBTFUL, in_other_words(LEAKING), STRICTER, LATER)
SOME = [some for number in (1, 2, 3, 6) for some in combinations(ALL, number)]


@pytest.mark.parametrize("releases", SOME)
def test_a_wave_at_a_time_everything_is_found_that_is_found_at_once(releases: Sequence[PublishedTables]) -> None:
    assert Attacks().on_all(releases) == attack(releases)


def test_the_releases_of_two_whole_waves_give_the_same_too(release_2025: Path, release_2026: Path) -> None:
    releases = [read_release(folder).tables for folder in (release_2025, release_2026)]

    assert Attacks().on_all(releases) == attack(releases)


def found_at_once(new: PublishedTables, public: Sequence[PublishedTables]) -> tuple[Finding, ...]:
    """What follows from all together and not from the public ones, found by attacking everything twice."""
    known = list(attack(public)) if public else []
    return tuple(
        finding
        for finding in attack(succeed(new, public).together)
        if not any(place(old) == place(finding) and tells_as_much(old, finding) for old in known)
    )


def tells_as_much(old: Finding, finding: Finding) -> bool:
    return old.low >= finding.low and old.high <= finding.high


def place(finding: Finding) -> tuple[str, ...]:
    cell = finding.cell
    return finding.kind.value, cell.wave, cell.table, cell.category, cell.group


@pytest.mark.parametrize(("public", "new"), [*product([(), *SOME], ALL)])
def test_nothing_else_is_found_where_untouched_waves_are_left_out(
    public: Sequence[PublishedTables], new: PublishedTables
) -> None:
    succession = succeed(new, public)

    assert succession.holds or succession.found == found_at_once(new, public)


def test_a_stricter_policy_is_tried_on_the_waves_that_are_public() -> None:
    assert succeed(DOUBTFUL, [SAFE]).found == ()
    found = {(finding.cell.wave, finding.kind) for finding in succeed(STRICTER, [SAFE, DOUBTFUL]).found}

    assert ("w3", Kind.SMALL_COUNT) in found
    assert ("w1", Kind.SMALL_COUNT) not in found


# ---- asked once


class Recorded:
    """The attack, and the waves it was sent at."""

    def __init__(self) -> None:
        self.waves: list[str] = []

    def __call__(self, releases: Sequence[PublishedTables], **measure: Any) -> Findings:
        self.waves.append(", ".join(release.wave.id for release in releases))
        return attack(releases, **measure)


def test_a_wave_that_is_not_touched_is_not_attacked_again() -> None:
    recorded = Recorded()

    succeed(SAFE, [LEAKING, DOUBTFUL], attacks=Attacks(recorded))

    assert recorded.waves == ["w1"]


def test_what_was_found_is_remembered_of_the_same_releases_and_the_same_measure() -> None:
    recorded = Recorded()
    attacks = Attacks(recorded)

    attacks.on_all([SAFE])
    attacks.on_all([SAFE, DOUBTFUL])
    attacks.on_all([DOUBTFUL, SAFE])
    assert recorded.waves == ["w1", "w3"]

    attacks.on_all([SAFE, STRICTER])
    attacks.on_all([LEAKING, in_other_words(LEAKING)])
    attacks.on_all([LEAKING])
    assert recorded.waves[2:] == ["w1", "w4", "w2, w2", "w2"]
