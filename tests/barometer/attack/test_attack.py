"""Each attack succeeds on a release that leaves its way open, and finds nothing where the way is closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barometer.attack import Findings, Kind, attack
from barometer.published import Mean, Part, PublishedTables, Status, Table
from tests.barometer.attack.building import Row, multiple, release_of, rows_of, single, withhold

YES_NO = {"y": Part.ANSWER, "n": Part.ANSWER}
FIVE = dict.fromkeys("12345", Part.ANSWER)
SCORES = {code: float(code) for code in "12345"}


def kinds(findings: Findings) -> set[Kind]:
    return {finding.kind for finding in findings}


def two_by_two(counts: dict[str, tuple[int, int]]) -> list[Row]:
    """Draw rows from ``{"north": (yes, no), …}``."""
    return rows_of(
        *((yes, {"q": "y", "region": region}) for region, (yes, _) in counts.items()),
        *((no, {"q": "n", "region": region}) for region, (_, no) in counts.items()),
    )


FOUR_REGIONS = two_by_two({"north": (12, 13), "south": (15, 10), "east": (11, 14), "west": (20, 10)})


def test_a_release_where_everything_is_large_is_clean() -> None:
    tables = (single(FOUR_REGIONS, "q", YES_NO), single(FOUR_REGIONS, "q", YES_NO, by="region"))

    findings = attack([release_of(*tables, respondents=105)])

    assert findings.is_clean
    assert findings.withheld == ()


def test_a_printed_count_below_k_is_found_and_one_of_k_is_not() -> None:
    rows = two_by_two({"north": (4, 26), "south": (5, 25)})

    findings = attack([release_of(single(rows, "q", YES_NO, by="region"), respondents=60)])

    assert [(f.kind, f.cell.group, f.low) for f in findings] == [(Kind.SMALL_COUNT, "north", 4)]


def test_a_single_withheld_cell_follows_from_its_row() -> None:
    rows = two_by_two({"north": (4, 26), "south": (12, 18)})
    table = withhold(single(rows, "q", YES_NO, by="region"), ("y", "north"))

    findings = attack([release_of(table, respondents=60)])

    (exact,) = findings.of_kind(Kind.EXACT)
    assert (exact.cell.category, exact.cell.group, exact.low, exact.high) == ("y", "north", 4, 4)
    assert {step.rule for step in exact.steps} >= {"shown", "answers_make_group"}


def test_a_row_withheld_alone_follows_from_the_totals() -> None:
    rows = two_by_two({"north": (4, 26), "south": (12, 18)})
    crossed = withhold(single(rows, "q", YES_NO, by="region"), ("y", "north"), ("n", "north"))

    alone = attack([release_of(crossed, respondents=60)])
    with_total = attack([release_of(single(rows, "q", YES_NO), crossed, respondents=60)])

    assert alone.is_clean
    assert {(f.cell.category, f.low, f.high) for f in with_total.of_kind(Kind.EXACT)} == {("y", 4, 4), ("n", 26, 26)}


def test_a_cycle_of_four_withheld_cells_hides_them() -> None:
    rows = two_by_two({"north": (4, 26), "south": (12, 18), "east": (15, 15)})
    crossed = withhold(
        single(rows, "q", YES_NO, by="region"), ("y", "north"), ("n", "north"), ("y", "south"), ("n", "south")
    )

    findings = attack([release_of(single(rows, "q", YES_NO), crossed, respondents=90)], complete=True)

    assert findings.is_clean
    assert [(c.cell.category, c.cell.group, c.low, c.high) for c in findings.withheld] == [
        ("y", "north", 1, 15), ("y", "south", 1, 15), ("n", "north", 15, 29), ("n", "south", 15, 29),
    ]  # fmt: skip


def test_a_cycle_around_too_few_people_is_narrow() -> None:
    rows = two_by_two({"north": (2, 26), "south": (3, 18), "east": (15, 15)})
    crossed = withhold(
        single(rows, "q", YES_NO, by="region"), ("y", "north"), ("n", "north"), ("y", "south"), ("n", "south")
    )

    findings = attack([release_of(single(rows, "q", YES_NO), crossed, respondents=79)])

    assert {(f.kind, f.cell.category, f.cell.group) for f in findings} == {
        (Kind.NARROW, category, group) for category in "yn" for group in ("north", "south")
    }
    assert {(f.low, f.high) for f in findings if f.cell.category == "y"} == {(1, 4)}


def test_withheld_cells_of_a_row_that_leave_less_than_k_are_a_fixed_sum() -> None:
    rows = rows_of(
        *((n, {"q": code, "region": "north"}) for code, n in {"1": 1, "2": 2, "3": 20}.items()),
        *((n, {"q": code, "region": "south"}) for code, n in {"1": 10, "2": 20, "3": 20}.items()),
    )
    spec = dict.fromkeys("123", Part.ANSWER)
    table = withhold(single(rows, "q", spec, by="region"), ("1", "north"), ("2", "north"))

    findings = attack([release_of(table, respondents=73)])

    (fixed,) = findings.of_kind(Kind.FIXED_SUM)
    assert (fixed.cell.group, fixed.low) == ("north", 3)


def test_a_merged_answer_and_its_parts_are_subtracted() -> None:
    """The whole wave's table splits what the crossed one merges; the second region's parts are printed."""
    rows = rows_of((20, {"q": "1"}), (3, {"q": "2"}), (30, {"q": "3"}))
    fine = withhold(single(rows, "q", dict.fromkeys("123", Part.ANSWER)), ("2", "-"), ("3", "-"))
    merged = single(rows, "q", {"1": Part.ANSWER, "2": Part.ANSWER, "3": Part.ANSWER}, nets={"low": ("1", "2")})
    merged = withhold(merged, ("2", "-"), ("3", "-"))

    assert attack([release_of(fine, respondents=53)]).is_clean
    findings = attack([release_of(fine, merged, respondents=53)])

    assert {(f.cell.category, f.low) for f in findings.of_kind(Kind.EXACT)} == {("2", 3), ("3", 30)}
    assert any(step.rule == "net" for f in findings for step in f.steps)


MEAN_ROWS = rows_of((7, {"q": "1"}), (1, {"q": "4"}), (6, {"q": "5"}), (6, {"q": "2"}))


def test_a_mean_gives_away_what_the_counts_withhold() -> None:
    """Six answers withheld among two scores: the mean tells how they split."""
    table = single(MEAN_ROWS, "q", FIVE, scores=SCORES, mean_decimals=2)
    table = withhold(table, ("4", "-"), ("5", "-"))

    without = attack([release_of(replace(table, means=()), respondents=20)])
    findings = attack([release_of(table, respondents=20)])

    assert without.is_clean
    assert {(f.cell.category, f.low, f.high) for f in findings.of_kind(Kind.EXACT)} == {("4", 1, 1), ("5", 6, 6)}
    assert any(step.rule == "mean" for f in findings for step in f.steps)


def test_a_coarse_mean_over_many_answers_gives_nothing_away() -> None:
    rows = rows_of((100, {"q": "1"}), (100, {"q": "2"}), (60, {"q": "4"}), (60, {"q": "5"}))
    table = withhold(single(rows, "q", FIVE, scores=SCORES, mean_decimals=1), ("4", "-"), ("5", "-"))

    assert attack([release_of(table, respondents=320)]).is_clean


def routed(*, follow_up_shown: bool) -> list[Table]:
    """The follow-up is asked of those who said yes; three in the north did."""
    rows = rows_of(
        (3, {"q": "y", "f": "a", "region": "north"}), (27, {"q": "n", "f": "not_shown", "region": "north"}),
        (20, {"q": "y", "f": "a", "region": "south"}), (20, {"q": "n", "f": "not_shown", "region": "south"}),
        (17, {"q": "y", "f": "b", "region": "east"}), (13, {"q": "n", "f": "not_shown", "region": "east"}),
    )  # fmt: skip
    spec = {"a": Part.ANSWER, "b": Part.ANSWER, "not_shown": Part.NOT_SHOWN}
    filters = withhold(
        single(rows, "q", YES_NO, by="region"),
        *((code, region) for code in "yn" for region in ("north", "south", "east")),
    )
    follow_up = single(rows, "f", spec, by="region", routed_by=("q",))
    places = [("a", "north"), ("not_shown", "north"), ("a", "south"), ("b", "south"), ("not_shown", "south")]
    if not follow_up_shown:
        follow_up = withhold(follow_up, *places, bases=("north", "south", "east"))
    total = single(rows, "q", YES_NO)
    return [total, filters, single(rows, "f", spec, routed_by=("q",)), follow_up]


def test_the_base_of_a_routed_question_is_the_withheld_count_of_its_filter() -> None:
    findings = attack([release_of(*routed(follow_up_shown=True), respondents=100)])

    exact = {(f.cell.table, f.cell.category, f.cell.group): f.low for f in findings.of_kind(Kind.EXACT)}
    assert exact["q/region", "y", "north"] == 3
    assert any(step.rule == "routing" for f in findings for step in f.steps)


def test_without_the_follow_up_the_filter_stays_hidden() -> None:
    tables = [table for table in routed(follow_up_shown=True) if table.item == "q"]

    assert attack([release_of(*tables, respondents=100)]).is_clean


MULTIPLE_ROWS = rows_of(
    (12, {"q": {"a"}, "region": "north"}), (11, {"q": {"a", "b"}, "region": "north"}),
    (2, {"q": {"b"}, "region": "north"}), (20, {"q": {"a", "b"}, "region": "south"}),
    (10, {"q": {"a"}, "region": "south"}), (10, {"q": {"b"}, "region": "south"}),
)  # fmt: skip


def test_those_who_did_not_tick_are_counted_by_subtraction() -> None:
    findings = attack([release_of(multiple(MULTIPLE_ROWS, "q", "ab", by="region"), respondents=65)])

    assert [(f.kind, f.cell.category, f.cell.group, f.low) for f in findings] == [(Kind.SMALL_REST, "a", "north", 2)]


def test_a_withheld_tick_follows_from_the_other_groups_and_the_total() -> None:
    crossed = withhold(multiple(MULTIPLE_ROWS, "q", "ab", by="region"), ("a", "north"))

    findings = attack([release_of(multiple(MULTIPLE_ROWS, "q", "ab"), crossed, respondents=65)])

    assert {(f.kind, f.low) for f in findings} == {(Kind.EXACT, 23), (Kind.DERIVED_COUNT, 2)}


def test_with_two_groups_withheld_a_tick_stays_hidden() -> None:
    crossed = withhold(multiple(MULTIPLE_ROWS, "q", "ab", by="region"), ("a", "north"), ("a", "south"))

    assert attack([release_of(multiple(MULTIPLE_ROWS, "q", "ab"), crossed, respondents=65)]).is_clean


def test_almost_everybody_ticked_so_the_last_option_must_be_large() -> None:
    """Who answered ticked something: with the first option small, the withheld second one has little room."""
    rows = rows_of((28, {"q": {"b"}}), (6, {"q": {"a", "b"}}))
    table = withhold(multiple(rows, "q", "ab"), ("b", "-"))

    (finding,) = attack([release_of(table, respondents=34)], k=7).of_kind(Kind.NARROW)

    assert (finding.cell.category, finding.low, finding.high) == ("b", 28, 34)
    assert {step.rule for step in finding.steps} >= {"shown", "base", "someone_ticked_something"}


def as_shares(table: Table, decimals: int, *, hide_base: bool) -> Table:
    """Print rounded shares of the base and no counts."""
    cells = []
    for cell in table.cells:
        base = table.group(cell.group).base or 1
        cells.append(replace(cell, count=None, share=round((cell.count or 0) / base, decimals + 2)))
    groups = tuple(replace(group, base=None) for group in table.groups) if hide_base else table.groups
    return replace(table, cells=tuple(cells), groups=groups)


@pytest.mark.parametrize(("decimals", "hide_base"), [(0, False), (1, True)])
def test_shares_give_the_counts_back(decimals: int, hide_base: bool) -> None:
    rows = two_by_two({"north": (9, 28), "south": (3, 34)})
    table = as_shares(single(rows, "q", YES_NO, by="region"), decimals, hide_base=hide_base)

    findings = attack([release_of(table, respondents=74)])

    found = {(f.kind, f.cell.category, f.cell.group, f.low, f.high) for f in findings}
    assert (Kind.SMALL_COUNT, "y", "south", 3, 3) in found


def test_a_share_printed_on_a_withheld_cell_gives_it_away() -> None:
    rows = two_by_two({"north": (9, 28), "south": (12, 25)})
    table = withhold(single(rows, "q", YES_NO, by="region"), ("y", "north"), ("n", "north"))
    assert attack([release_of(table, respondents=74)]).is_clean
    leaking = table.with_cells([replace(c, share=0.24) if c == table.cell("y", "north") else c for c in table.cells])

    findings = attack([release_of(leaking, respondents=74)])

    assert {(f.cell.category, f.low) for f in findings.of_kind(Kind.EXACT)} == {("y", 9), ("n", 28)}


def test_whole_percents_of_thousands_give_no_small_count() -> None:
    rows = two_by_two({"north": (2010, 3000), "south": (1005, 4000)})
    table = as_shares(single(rows, "q", YES_NO, by="region"), 0, hide_base=False)

    assert attack([release_of(table, respondents=10015)]).is_clean


@pytest.mark.parametrize(("others", "kind"), [(0, Kind.SAME_ANSWER), (1, Kind.ALL_BUT_ONE)])
def test_a_group_that_answers_as_one_gives_everybody_away(others: int, kind: Kind) -> None:
    rows = two_by_two({"north": (30, others), "south": (15, 15)})

    findings = attack([release_of(single(rows, "q", YES_NO, by="region"), respondents=60 + others)])

    assert [(f.cell.category, f.cell.group) for f in findings.of_kind(kind)] == [("y", "north")]


def test_one_merged_answer_alone_tells_nothing() -> None:
    rows = rows_of((30, {"q": "y", "region": "north"}), (30, {"q": "n", "region": "south"}))

    assert attack([release_of(single(rows, "q", {"any": ("y", "n")}, by="region"), respondents=60)]).is_clean


def test_a_group_below_m_is_found() -> None:
    rows = two_by_two({"north": (9, 10), "south": (15, 15)})

    findings = attack([release_of(single(rows, "q", YES_NO, by="region"), respondents=49)])

    assert [(f.kind, f.cell.group, f.low) for f in findings] == [(Kind.SMALL_GROUP, "north", 19)]


def test_two_region_lists_that_overlap_leave_a_small_group() -> None:
    rows = two_by_two({"a": (20, 18), "b": (3, 2), "c": (20, 20)})
    one = single(rows, "q", YES_NO, by="region", groups={"ab": ("a", "b"), "c": ("c",)})
    other = single(rows, "q", YES_NO, by="region", groups={"a": ("a",), "bc": ("b", "c")})
    assert attack([release_of(one, respondents=83)]).is_clean
    assert attack([release_of(other, respondents=83)]).is_clean

    findings = attack([release_of(one, respondents=83), release_of(other, respondents=83)])

    assert {(f.kind, f.cell.group, f.low) for f in findings if f.kind is Kind.SMALL_GROUP} == {
        (Kind.SMALL_GROUP, "ab", 5), (Kind.SMALL_GROUP, "bc", 5),
    }  # fmt: skip
    assert {(f.cell.category, f.cell.group, f.low) for f in findings.of_kind(Kind.DERIVED_COUNT)} == {
        ("y", "b", 3), ("n", "b", 2),
    }  # fmt: skip


def test_the_background_questions_own_table_uncovers_a_merged_part() -> None:
    """A region too small to print is merged with another whose own count is printed."""
    rows = rows_of((18, {"region": "a"}), (4, {"region": "b"}), (30, {"region": "c"}), (3, {"region": "d"}))
    rows = [{**row, "q": "y" if number % 2 else "n"} for number, row in enumerate(rows)]
    own = single(rows, "region", dict.fromkeys("abcd", Part.ANSWER))
    own = withhold(own, ("b", "-"), ("d", "-"))
    crossed = single(rows, "q", YES_NO, by="region", groups={"ab": ("a", "b"), "cd": ("c", "d")})

    assert attack([release_of(own, respondents=55)], m=2).of_kind(Kind.EXACT) == ()
    findings = attack([release_of(own, crossed, respondents=55)], m=2)

    assert {(f.cell.category, f.low) for f in findings.of_kind(Kind.EXACT)} == {("b", 4), ("d", 3)}


def test_one_late_answer_changes_the_cells_it_holds() -> None:
    before = two_by_two({"north": (20, 20), "south": (20, 20)})
    after = [*before, {"q": "y", "region": "north"}]
    first = release_of(single(before, "q", YES_NO, by="region"), respondents=80)
    second = release_of(single(after, "q", YES_NO, by="region"), respondents=81)
    assert attack([first]).is_clean
    assert attack([second]).is_clean

    findings = attack([first, second])

    assert {(f.kind, f.cell.category, f.cell.group) for f in findings} == {
        (Kind.LATE_ANSWERS, "", ""), (Kind.CHANGE, "y", "north"),
    }  # fmt: skip


def test_a_late_answer_uncovers_a_cell_that_was_withheld_before() -> None:
    """Withheld before and printed after one more answer: it can only have been one less or the same."""
    before = two_by_two({"north": (4, 26), "south": (6, 24), "east": (20, 20)})
    after = [*before, {"q": "y", "region": "north"}]
    hidden = withhold(
        single(before, "q", YES_NO, by="region"), ("y", "north"), ("n", "north"), ("y", "south"), ("n", "south")
    )
    first = release_of(single(before, "q", YES_NO), hidden, respondents=100)
    second = release_of(single(after, "q", YES_NO), single(after, "q", YES_NO, by="region"), respondents=101)
    assert attack([first]).is_clean

    findings = attack([first, second])

    assert {(f.cell.category, f.cell.group, f.low) for f in findings.of_kind(Kind.EXACT)} >= {("y", "north", 4)}


def test_ten_late_answers_that_change_every_cell_by_enough_are_no_finding() -> None:
    before = two_by_two({"north": (20, 20), "south": (20, 20)})
    after = [*before, *two_by_two({"north": (5, 5), "south": (5, 5)})]

    releases = [release_of(single(rows, "q", YES_NO, by="region"), respondents=len(rows)) for rows in (before, after)]

    assert attack(releases).is_clean


def test_two_editions_that_withhold_different_cells_are_read_together() -> None:
    rows = two_by_two({"north": (4, 26), "south": (12, 18), "east": (15, 15)})
    total, crossed = single(rows, "q", YES_NO), single(rows, "q", YES_NO, by="region")
    cycles = {
        other: withhold(crossed, ("y", "north"), ("n", "north"), ("y", other), ("n", other))
        for other in ("south", "east")
    }
    editions = [release_of(total, table, respondents=90) for table in cycles.values()]
    assert all(attack([edition]).is_clean for edition in editions)

    findings = attack(editions)

    assert {(f.cell.category, f.low) for f in findings.of_kind(Kind.EXACT) if f.cell.group == "north"} == {
        ("y", 4), ("n", 26),
    }  # fmt: skip


def test_different_waves_are_not_joined() -> None:
    rows = two_by_two({"north": (20, 20), "south": (20, 20)})
    later = [*rows, {"q": "y", "region": "north"}]

    findings = attack(
        [
            release_of(single(rows, "q", YES_NO, by="region"), respondents=80, wave="w1"),
            release_of(single(later, "q", YES_NO, by="region"), respondents=81, wave="w2"),
        ]
    )

    assert findings.is_clean


def test_numbers_that_no_answers_can_have_are_a_contradiction() -> None:
    table = single(two_by_two({"north": (20, 20), "south": (20, 20)}), "q", YES_NO, by="region")
    cells = [replace(c, count=21) if (c.category, c.group) == ("y", "north") else c for c in table.cells]

    findings = attack([release_of(table.with_cells(cells), respondents=80)])

    assert kinds(findings) == {Kind.CONTRADICTION}


def test_a_withheld_mean_says_nothing() -> None:
    table = single(MEAN_ROWS, "q", FIVE, scores=SCORES, mean_decimals=2)
    table = replace(withhold(table, ("4", "-"), ("5", "-")), means=(Mean("-", Status.CONFIDENTIAL),))

    assert attack([release_of(table, respondents=20)]).is_clean


def test_the_policy_of_the_release_decides_k_and_m_unless_told() -> None:
    rows = two_by_two({"north": (4, 26), "south": (15, 15)})
    release = release_of(single(rows, "q", YES_NO, by="region"), respondents=60, policy={"k": 3, "m": 10})

    assert attack([release]).is_clean
    assert not attack([release], k=5).is_clean


def test_what_was_not_tried_is_said() -> None:
    rules = {step.rule for step in attack([]).not_tried}

    assert rules >= {"not_tried_background_file", "not_tried_own_row", "not_tried_rerunning"}


def two_filters(*, in_north: int) -> list[Table]:
    """Asked of those who said yes to either question; the first two answers of the second one are merged."""
    rows = rows_of(
        (40, {"f1": "y", "f2": "a", "q": "1", "region": "south"}),
        (30, {"f1": "y", "f2": "b", "q": "2", "region": "south"}),
        (20, {"f1": "n", "f2": "c", "q": "_not_shown", "region": "south"}),
        (10, {"f1": "y", "f2": "c", "q": "1", "region": "north"}),
        (in_north, {"f1": "n", "f2": "a", "q": "2", "region": "north"}),
        (20, {"f1": "n", "f2": "b", "q": "_not_shown", "region": "north"}),
        (20, {"f1": "n", "f2": "c", "q": "_not_shown", "region": "north"}),
    )  # fmt: skip
    shown = {"1": Part.ANSWER, "2": Part.ANSWER, "_not_shown": Part.NOT_SHOWN}
    crossed = single(rows, "q", shown, by="region")
    return [
        single(rows, "f1", YES_NO, by="region"),
        single(rows, "f2", {"a-b": ("a", "b"), "c": Part.ANSWER}, by="region"),
        replace(
            withhold(crossed, *((code, region) for code in "12" for region in ("north", "south"))),
            routed_by=("f1", "f2"),
            shown_if="f1 = 'y' or f2 = 'a'",
        ),
    ]


def test_a_condition_over_two_filters_tells_merged_answers_apart() -> None:
    """In the north ten said yes to the first question and thirteen were asked: three gave the second's first answer."""
    tables = two_filters(in_north=3)
    assert attack([release_of(*tables[:2], respondents=143)]).is_clean

    findings = attack([release_of(*tables, respondents=143)])

    assert any(step.rule == "routing" for finding in findings for step in finding.steps)
    assert {finding.kind for finding in findings} == {Kind.DERIVED_COUNT}


def test_the_same_condition_over_enough_people_tells_nothing() -> None:
    assert attack([release_of(*two_filters(in_north=12), respondents=152)]).is_clean


def test_shares_of_a_base_that_is_not_printed_are_equations_about_it() -> None:
    """Three withheld counts, 12 in all, and the share of one: its count and the base go together, in whole people."""
    rows = rows_of((6, {"q": "a"}), (4, {"q": "b"}), (2, {"q": "c"}), (8, {"q": "s"}))
    spec = {"a": Part.ANSWER, "b": Part.ANSWER, "c": Part.CANNOT_SAY, "s": Part.SKIPPED}
    table = withhold(single(rows, "q", spec), *((code, "-") for code in "abcs"), bases=["-"])
    assert attack([release_of(table, respondents=20)]).is_clean
    leaking = table.with_cells([replace(c, share=0.5) if c.category == "a" else c for c in table.cells])

    confined = {
        c.cell.category: (c.low, c.high) for c in attack([release_of(leaking, respondents=20)], complete=True).withheld
    }

    assert confined == {"a": (2, 9), "b": (1, 8), "c": (1, 8), "s": (2, 16)}


def changed(rows: list[Row], *, gone: int = 0, come: int = 0) -> list[Row]:
    """Take people who said yes in the north away, and let people who said no in the south come."""
    kept = list(rows)
    for _ in range(gone):
        kept.remove({"q": "y", "region": "north"})
    return [*kept, *({"q": "n", "region": "south"} for _ in range(come))]


def editions(*waves: list[Row], hidden: tuple[tuple[str, str], ...] = ()) -> list[PublishedTables]:
    """Publish the whole table and the crossed one; the first edition withholds these cells."""
    made = []
    for number, rows in enumerate(waves):
        crossed = single(rows, "q", YES_NO, by="region")
        tables = (single(rows, "q", YES_NO), crossed if number else withhold(crossed, *hidden))
        made.append(release_of(*tables, respondents=len(rows)))
    return made


@pytest.mark.parametrize("gone", [1, 3, 10])
def test_withdrawals_after_a_release_tell_of_those_who_left(gone: int) -> None:
    """One and three are too few; of ten who all said yes in the north, a difference of ten tells no one's answer."""
    before = two_by_two({"north": (20, 20), "south": (20, 20)})

    findings = attack(editions(before, changed(before, gone=gone)))

    few = {Kind.LATE_ANSWERS, Kind.CHANGE} if gone < 5 else set()
    assert kinds(findings) == few


def test_one_who_left_and_one_who_came_are_seen_though_the_number_of_respondents_stays() -> None:
    before = two_by_two({"north": (20, 20), "south": (20, 20)})

    findings = attack(editions(before, changed(before, gone=1, come=1)))

    (both,) = findings.of_kind(Kind.LATE_ANSWERS)
    assert (both.low, both.high) == (2, 2)
    assert {step.rule for step in both.steps} == {"releases_differ", "answers_came_and_went"}


@pytest.mark.parametrize(("gone", "come", "low", "high"), [(3, 0, 6, 9), (3, 1, 6, 9), (1, 1, 6, 7)])
def test_people_who_left_and_came_confine_what_was_withheld_before(gone: int, come: int, low: int, high: int) -> None:
    """The first edition withholds six yes in the north; the second prints what is left of them."""
    before = two_by_two({"north": (9, 25), "south": (14, 20), "east": (15, 15)})
    hidden = (("y", "north"), ("n", "north"), ("y", "south"), ("n", "south"))
    first, second = editions(before, changed(before, gone=gone, come=come), hidden=hidden)
    assert attack([first]).is_clean

    findings = attack([first, second])

    later = 9 - gone
    (found,) = [f for f in findings if (f.cell.category, f.cell.group) == ("y", "north") and f.kind is not Kind.CHANGE]
    assert later <= found.low <= 9 <= found.high <= later + gone
    assert {step.rule for step in found.steps} & {"answers_came_and_went", "answers_were_only_added"}


def test_eight_late_answers_of_one_kind_tell_nothing_but_to_four_of_them() -> None:
    """Both editions withhold the same cycle; the totals and the sizes of the groups change by eight."""
    before = two_by_two({"north": (9, 25), "south": (14, 20), "east": (15, 15)})
    after = [*before, *({"q": "y", "region": "north"} for _ in range(8))]
    hidden = (("y", "north"), ("n", "north"), ("y", "south"), ("n", "south"))
    releases = [
        release_of(
            single(rows, "q", YES_NO), withhold(single(rows, "q", YES_NO, by="region"), *hidden), respondents=len(rows)
        )
        for rows in (before, after)
    ]

    assert attack(releases).is_clean
    assert {f.kind for f in attack(releases, colluders=4)} >= {Kind.LATE_ANSWERS}


def test_colluders_among_late_answers_subtract_themselves() -> None:
    before = two_by_two({"north": (20, 20), "south": (20, 20)})
    releases = editions(before, changed(before, come=6))

    assert attack(releases).is_clean
    assert kinds(attack(releases, colluders=2)) == {Kind.LATE_ANSWERS, Kind.CHANGE}
