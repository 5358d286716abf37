"""A further release of a wave waits, unless what differs from the public one differs by k people or more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.published import Part, PublishedTables, Status, Table
from barometer.release.holding import Hold, holds_between, is_same_wave, threshold_of
from tests.barometer.attack.building import multiple, release_of, rows_of, single, withhold

YES_NO = {"y": Part.ANSWER, "n": Part.ANSWER, "skipped": Part.SKIPPED}
REGIONS = {"north": ("north",), "south": ("south",)}
SCORES = {"y": 1.0, "n": 2.0}
ROWS = rows_of(
    *((30, {"q": answer, "r": region, "m": {"a"}}) for answer in "yn" for region in ("north", "south")),
    *((10, {"q": "skipped", "r": region, "m": {"a", "b"}}) for region in ("north", "south")),
)
PUBLIC = release_of(single(ROWS, "q", YES_NO, by="r"), respondents=len(ROWS))


def reasons(earlier: PublishedTables, later: PublishedTables) -> set[str]:
    return {hold.reason for hold in holds_between(earlier, later)}


def release_without(*withdrawn: tuple[int, dict[str, str]]) -> PublishedTables:
    """Release the same wave after so many respondents with these answers have withdrawn."""
    rows = list(ROWS)
    for count, answer in withdrawn:
        for row in [row for row in rows if answer.items() <= row.items()][:count]:
            rows.remove(row)
    return release_of(single(rows, "q", YES_NO, by="r"), respondents=len(rows))


def test_the_same_numbers_are_never_held() -> None:
    assert holds_between(PUBLIC, PUBLIC) == ()


@pytest.mark.parametrize("count", [1, 3, 4])
def test_fewer_withdrawals_than_k_are_held(count: int) -> None:
    assert reasons(PUBLIC, release_without((count, {"q": "y", "r": "north"}))) >= {"respondents", "change"}


def test_many_withdrawals_spread_thinly_are_held() -> None:
    thinly = release_without(*((3, {"q": answer, "r": region}) for answer in "yn" for region in ("north", "south")))

    assert reasons(PUBLIC, thinly) == {"change"}


def test_withdrawals_that_change_every_number_by_k_pass() -> None:
    assert reasons(PUBLIC, release_without((5, {"q": "y", "r": "north"}), (6, {"q": "n", "r": "north"}))) == set()


@pytest.mark.parametrize("others", [0, 1])
def test_withdrawals_of_one_answer_are_held_however_many_they_are(others: int) -> None:
    """Whoever knows who has left knows what they had answered; the odd one out knows it of all the rest."""
    left = release_without((12, {"q": "y", "r": "north"}), (others, {"q": "n", "r": "north"}))

    assert "alike" in reasons(PUBLIC, left)


def test_answers_moved_by_a_correction_pass_when_k_or_more_move() -> None:
    def moved(count: int) -> PublishedTables:
        turned = [{**row, "q": "n"} if row["q"] == "y" and row["r"] == "north" else row for row in ROWS]
        places = [at for at, row in enumerate(ROWS) if row["q"] == "y" and row["r"] == "north"][:count]
        rows = [turned[at] if at in places else row for at, row in enumerate(ROWS)]
        return release_of(single(rows, "q", YES_NO, by="r"), respondents=len(rows))

    assert reasons(PUBLIC, moved(4)) == {"change"}
    assert reasons(PUBLIC, moved(5)) == set()


def test_what_is_left_for_withheld_cells_counts_too() -> None:
    """Every printed number changes by five or not at all; the two withheld cells together by one."""

    def release(yes: int, no: int, skipped: int) -> PublishedTables:
        rows = rows_of((yes, {"q": "y"}), (no, {"q": "n"}), (skipped, {"q": "skipped"}))
        table = withhold(single(rows, "q", YES_NO), ("n", "-"), ("skipped", "-"), bases=["-"])
        return release_of(table, respondents=len(rows))

    found = reasons(release(30, 6, 7), release(35, 6, 8))

    assert "rest" in found
    assert "change" not in found


def test_those_who_did_not_tick_are_counted_by_subtraction() -> None:
    def release(both: int, other: int) -> PublishedTables:
        rows = rows_of((both, {"m": {"a", "b"}}), (other, {"m": {"b"}}), (20, {"m": set()}))
        return release_of(multiple(rows, "m", "ab"), respondents=len(rows))

    assert "rest" in reasons(release(30, 10), release(36, 11))


def test_a_net_less_its_shown_part_is_the_withheld_part() -> None:
    def release(yes: int, no: int) -> PublishedTables:
        rows = rows_of((yes, {"q": "y"}), (no, {"q": "n"}), (60, {"q": "skipped"}))
        table = single(rows, "q", YES_NO, nets={"given": ("y", "n")})
        return release_of(withhold(table, ("n", "-"), ("skipped", "-"), bases=["-"]), respondents=200)

    assert reasons(release(30, 10), release(36, 11)) >= {"rest"}


def test_a_mean_over_withheld_counts_may_not_move() -> None:
    def release(yes: int, no: int) -> PublishedTables:
        rows = rows_of((yes, {"q": "y"}), (no, {"q": "n"}), (60, {"q": "skipped"}))
        table = single(rows, "q", YES_NO, scores=SCORES, mean_decimals=2)
        return release_of(withhold(table, ("y", "-"), ("n", "-")), respondents=len(rows))

    assert reasons(release(20, 20), release(21, 19)) == {"mean"}


def changed(change: Callable[[Table], Table]) -> PublishedTables:
    return replace(PUBLIC, tables=tuple(change(table) for table in PUBLIC.tables))


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (changed(lambda table: withhold(table, ("y", "north"), ("n", "north"))), "pattern"),
        (changed(lambda table: withhold(table, bases=["north"])), "pattern"),
        (changed(lambda table: replace(table, groups=(replace(table.groups[0], members=("x",)), *table.groups[1:]))),
         "groups"),
        (changed(lambda table: replace(table, shown_if="a = 'b'")), "answers"),
        (changed(lambda table: replace(table, base=replace(table.base, rule="all"))), "answers"),
        (replace(PUBLIC, tables=()), "tables"),
        (replace(PUBLIC, wave=replace(PUBLIC.wave, respondents=len(ROWS) + 1)), "respondents"),
        (replace(PUBLIC, wave=replace(PUBLIC.wave, id="other")), "renamed"),
    ],
)  # fmt: skip
def test_another_form_is_held(later: PublishedTables, reason: str) -> None:
    assert reasons(PUBLIC, later) == {reason}


def test_a_mark_that_hides_nothing_is_not_another_pattern() -> None:
    marked = changed(lambda t: replace(t, cells=tuple(replace(cell, status=Status.UNRELIABLE) for cell in t.cells)))

    assert reasons(PUBLIC, marked) == set()


def test_the_strictest_k_counts() -> None:
    strict = replace(PUBLIC, policy={"k": 10, "m": 20})

    assert threshold_of(PUBLIC, strict) == 10
    assert Hold("change", "q/r", PUBLIC.tables[0].title) in holds_between(
        strict, release_without((5, {"q": "y", "r": "north"}), (6, {"q": "n", "r": "north"}))
    )


def test_another_name_does_not_make_another_wave() -> None:
    days = replace(PUBLIC.wave, opened="2026-01-01", closed="2026-01-31")
    here, renamed, later = (
        replace(PUBLIC, wave=wave)
        for wave in (days, replace(days, id="other"), replace(days, id="other", closed="2026-02-28"))
    )

    assert is_same_wave(here, renamed)
    assert not is_same_wave(here, later)


rows_drawn = st.lists(
    st.tuples(st.sampled_from(["y", "n", "skipped"]), st.sampled_from(["north", "south"])), min_size=8, max_size=40
)


@given(rows_drawn, rows_drawn, st.booleans())
def test_the_rule_is_that_of_a_plain_recount(
    drawn: list[tuple[str, str]], others: list[tuple[str, str]], grows: bool
) -> None:
    """With everything printed: held exactly when some count changes by 1 to k - 1, or who came or left are alike."""
    after = [*drawn, *others] if grows else others
    earlier, later = (
        release_of(
            single([{"q": q, "r": r} for q, r in rows], "q", YES_NO, by="r", groups=REGIONS), respondents=len(rows)
        )
        for rows in (drawn, after)
    )

    before, now = Counter(drawn), Counter(after)
    expected = 0 < abs(len(after) - len(drawn)) < 5
    for region in ("north", "south"):
        change = {q: now[q, region] - before[q, region] for q in YES_NO}
        people = sum(change.values())
        expected |= any(0 < abs(number) < 5 for number in (*change.values(), change["y"] + change["n"], people))
        expected |= people != 0 and max(map(abs, change.values())) >= abs(people) - 1

    assert bool(holds_between(earlier, later)) == expected
