"""Two waves are compared where a person said so, on groups that hold the same people, from released cells alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.comparison import (
    Class,
    Common,
    Comparability,
    GroupPair,
    ItemPair,
    Point,
    Standing,
    compare,
    newcombe,
    smallest_change,
    tell,
)
from barometer.published import Part, PublishedTables, Status, Table
from barometer.texts import Text
from tests.barometer.attack.building import Row, multiple, release_of, rows_of, single, withhold

SHARED = Path(os.environ.get("KUMPPANI_SHARED", Path(__file__).parents[3] / ".." / "shared"))
REFERENCE = SHARED / "reference" / "expected.json"

YES_NO = {"y": Part.ANSWER, "n": Part.ANSWER}
WHY = Text.of({"en": "The wording changed."})


def wave(name: str, rows: list[Row], *tables: Table) -> PublishedTables:
    return release_of(*tables, respondents=len(rows), wave=name)


def votes(yes: int, no: int, **background: str) -> list[Row]:
    return rows_of((yes, {"q": "y", **background}), (no, {"q": "n", **background}))


def plain_pair(kind: Class = Class.IDENTICAL, **fields: object) -> Comparability:
    why = WHY if kind in (Class.REWORDED, Class.NOT_COMPARABLE, Class.RECODED) else Text()
    return Comparability("a", "b", (ItemPair("q", "q", kind, why, **fields),))  # type: ignore[arg-type]


BEFORE, NOW = votes(113, 87), votes(124, 76)
EARLIER, LATER = wave("a", BEFORE, single(BEFORE, "q", YES_NO)), wave("b", NOW, single(NOW, "q", YES_NO))


@pytest.mark.skipif(not REFERENCE.is_file(), reason="not run: the reference numbers are not beside the repository")
def test_the_change_of_a_share_is_the_reference_number() -> None:
    tests = json.loads(REFERENCE.read_text("utf-8"))["tests"]
    (expected,) = (test["expected"]["unweighted"] for test in tests if test["id"] == "T16")

    found = newcombe(expected["B"]["yes"], expected["B"]["n"], expected["A"]["yes"], expected["A"]["n"])

    assert found.value == pytest.approx(expected["difference"], rel=1e-6)
    assert (found.low, found.high) == pytest.approx(expected["newcombe"], rel=1e-6)
    assert found.p == pytest.approx(expected["chi2_p"], abs=1e-6)


@pytest.mark.parametrize(
    ("counts", "ends"),
    [  # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ],
)
def test_the_interval_is_that_of_the_paper(counts: tuple[int, int, int, int], ends: tuple[float, float]) -> None:
    found = newcombe(*counts)

    assert (found.low, found.high) == pytest.approx(ends, abs=6e-5)


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_a_change_turns_round_with_its_waves_and_lies_inside_its_interval(a: int, b: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, a)), data.draw(st.integers(0, b))
    there, back = newcombe(x, a, y, b), newcombe(y, b, x, a)

    assert -1 <= there.low <= there.value <= there.high <= 1
    assert (back.low, back.high, back.p) == pytest.approx((-there.high, -there.low, there.p))


def test_a_wave_against_itself_has_not_changed() -> None:
    (change, *_) = compare(EARLIER, EARLIER, plain_pair()).item("q").changes

    assert change.difference is not None
    assert (change.difference.value, change.difference.p) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("bases", "points"), [((375, 375), 10.2), ((800, 375), 8.8), ((100, 100), 19.8), ((50, 50), 28.0)]
)
def test_the_smallest_change_that_can_be_seen(bases: tuple[int, int], points: float) -> None:
    assert round(100 * smallest_change(*bases), 1) == points


@pytest.mark.parametrize("kind", [Class.IDENTICAL, Class.EDITORIAL])
def test_the_same_question_gives_a_line_with_a_difference(kind: Class) -> None:
    compared = compare(EARLIER, LATER, plain_pair(kind)).item("q")

    assert (compared.standing, compared.reason) == (Standing.LINE, Text())
    (yes, _) = compared.changes
    assert (yes.category, yes.earlier.count, yes.later.count, yes.status) == ("y", 113, 124, Status.SHOWN)
    assert yes.difference == newcombe(124, 200, 113, 200)
    assert yes.smallest == smallest_change(200, 200)


def test_the_assumption_of_independence_is_said() -> None:
    notes = compare(EARLIER, LATER, plain_pair()).notes

    assert "different people answered in the two waves" in notes[0].in_("en")
    assert all(set(note.languages) == {"fi", "sv", "en"} for note in notes)


def test_a_reworded_question_shows_both_points_and_no_line() -> None:
    compared = compare(EARLIER, LATER, plain_pair(Class.REWORDED)).item("q")

    assert compared.standing is Standing.BROKEN
    assert "The wording changed." in compared.reason.in_("en")
    assert {(c.status, c.difference) for c in compared.changes} == {(Status.BREAK, None)}
    assert [c.later.count for c in compared.changes] == [124, 76]


def test_what_is_not_comparable_or_not_listed_is_refused_with_a_reason() -> None:
    refused = compare(EARLIER, LATER, plain_pair(Class.NOT_COMPARABLE)).item("q")
    unlisted = compare(EARLIER, LATER, Comparability("a", "b", ())).item("q")

    assert (refused.standing, refused.changes) == (Standing.REFUSED, ())
    assert refused.reason.in_("en") == "Not compared: The wording changed."
    assert (unlisted.standing, unlisted.kind) == (Standing.REFUSED, None)


def test_a_recoded_question_is_compared_on_the_common_scale() -> None:
    before = rows_of(*((n, {"q": code}) for code, n in {"1": 10, "2": 20, "3": 30, "4": 25, "5": 15}.items()))
    now = rows_of(*((n, {"q": code}) for code, n in {"low": 40, "mid": 20, "high": 60}.items()))
    steps = (
        Common("poor", Text.of({"en": "poor"}), ("1", "2"), ("low",)),
        Common("fair", Text.of({"en": "fair"}), ("3",), ("mid",)),
        Common("good", Text.of({"en": "good"}), ("4", "5"), ("high",)),
    )
    earlier = wave("a", before, single(before, "q", dict.fromkeys("12345", Part.ANSWER)))
    later = wave("b", now, single(now, "q", dict.fromkeys(("low", "mid", "high"), Part.ANSWER)))

    compared = compare(earlier, later, plain_pair(Class.RECODED, recode=steps)).item("q")

    assert compared.standing is Standing.LINE
    assert "common scale" in compared.reason.in_("en")
    assert [(c.category, c.label.in_("en"), c.earlier.count, c.later.count) for c in compared.changes] == [
        ("poor", "poor", 30, 40), ("fair", "fair", 30, 20), ("good", "good", 40, 60),
    ]  # fmt: skip
    assert [c.earlier.base for c in compared.changes] == [100, 100, 100]


def test_answers_merged_in_one_wave_are_merged_in_the_other() -> None:
    """The earlier wave merged two answers to protect; the later one prints them apart."""
    rows = rows_of(*((n, {"q": code}) for code, n in {"1": 10, "2": 20, "3": 70}.items()))
    merged = single(rows, "q", {"1-2": ("1", "2"), "3": ("3",)})
    apart = single(rows, "q", dict.fromkeys("123", Part.ANSWER))

    for earlier, later in ((merged, apart), (apart, merged)):
        changes = compare(wave("a", rows, earlier), wave("b", rows, later), plain_pair()).item("q").changes
        assert [(c.earlier.count, c.later.count) for c in changes] == [(30, 30), (70, 70)]


def test_an_answer_that_one_wave_did_not_have_is_left_out() -> None:
    now = rows_of((50, {"q": "y"}), (30, {"q": "n"}), (20, {"q": "new"}))
    later = wave("b", now, single(now, "q", {**YES_NO, "new": Part.ANSWER}))

    changes = compare(EARLIER, later, plain_pair(Class.REWORDED)).item("q").changes

    assert [c.category for c in changes] == ["y", "n"]


def test_nets_of_the_same_answers_are_compared() -> None:
    rows = rows_of(*((n, {"q": code}) for code, n in {"1": 10, "2": 20, "3": 70}.items()))
    spec = dict.fromkeys("123", Part.ANSWER)
    with_net = wave("a", rows, single(rows, "q", spec, nets={"low": ("1", "2")}))
    other_net = wave("b", rows, single(rows, "q", spec, nets={"low": ("1", "3")}))

    same = compare(with_net, with_net, plain_pair()).item("q").changes
    different = compare(with_net, other_net, plain_pair()).item("q").changes

    assert [(c.category, c.later.count) for c in same][-1] == ("low", 30)
    assert [c.category for c in different] == ["1", "2", "3"]


def test_withheld_stays_withheld() -> None:
    hidden = wave("b", NOW, withhold(single(NOW, "q", YES_NO), ("y", "-"), ("n", "-")))

    (yes, _) = compare(EARLIER, hidden, plain_pair()).item("q").changes

    assert (yes.status, yes.later, yes.difference) == (Status.CONFIDENTIAL, Point(Status.CONFIDENTIAL), None)
    assert yes.earlier.count == 113


def test_a_small_base_is_marked() -> None:
    few = votes(20, 20)

    (yes, _) = compare(EARLIER, wave("b", few, single(few, "q", YES_NO)), plain_pair()).item("q").changes

    assert yes.status is Status.UNRELIABLE


def test_single_and_multiple_choice_are_not_compared() -> None:
    rows = rows_of((30, {"q": {"y"}}), (20, {"q": {"y", "n"}}))

    compared = compare(EARLIER, wave("b", rows, multiple(rows, "q", "yn")), plain_pair()).item("q")

    assert "several answers" in compared.reason.in_("en")


def test_options_of_multiple_choices_are_compared_one_by_one() -> None:
    rows = rows_of((30, {"q": {"y"}}), (20, {"q": {"y", "n"}}), (10, {"q": set()}))
    waves = [wave(name, rows, multiple(rows, "q", options)) for name, options in (("a", "yn"), ("b", "yz"))]

    changes = compare(*waves, plain_pair()).item("q").changes

    assert [(c.category, c.earlier.count, c.earlier.base) for c in changes] == [("y", 50, 50)]


# ---- groups

AREAS = [*votes(20, 10, area="u"), *votes(10, 15, area="k"), *votes(12, 18, area="l")]
REGIONS = [*votes(40, 20, area="south"), *votes(15, 20, area="l")]
COMMON = (
    Common("S", Text.of({"en": "South"}), ("u", "k"), ("south",)),
    Common("L", Text.of({"en": "Lapland"}), ("l",), ("l",)),
)


def regional(common: tuple[Common, ...], earlier: Table, later: Table) -> list[tuple[str, int | None, int | None]]:
    comparability = Comparability(
        "a", "b", (ItemPair("q", "q", Class.IDENTICAL),), (GroupPair("area", "area", common),)
    )
    compared = compare(wave("a", AREAS, earlier), wave("b", REGIONS, later), comparability).item("q", "area")
    return [(c.group, c.earlier.count, c.later.count) for c in compared.changes if c.category == "y"]


def test_groups_are_added_up_to_the_common_ones() -> None:
    earlier, later = single(AREAS, "q", YES_NO, by="area"), single(REGIONS, "q", YES_NO, by="area")

    assert regional(COMMON, earlier, later) == [("S", 30, 40), ("L", 12, 15)]


def test_a_withheld_part_withholds_the_sum() -> None:
    earlier = withhold(single(AREAS, "q", YES_NO, by="area"), ("y", "k"), ("n", "k"), ("y", "l"), ("n", "l"))

    assert regional(COMMON, earlier, single(REGIONS, "q", YES_NO, by="area")) == [("S", None, 40), ("L", None, 15)]


def test_groups_that_do_not_add_up_to_the_common_ones_are_merged_or_left_out() -> None:
    """The earlier wave had to merge across the border of the common groups."""
    earlier = single(AREAS, "q", YES_NO, by="area", groups={"u": ("u",), "kl": ("k", "l")})
    later = single(REGIONS, "q", YES_NO, by="area")

    assert regional(COMMON, earlier, later) == [("south+l", 42, 55)]


def test_groups_without_a_common_grouping_are_refused() -> None:
    tables = [single(AREAS, "q", YES_NO, by="area"), single(REGIONS, "q", YES_NO, by="area")]
    comparability = Comparability("a", "b", (ItemPair("q", "q", Class.IDENTICAL),))

    compared = compare(wave("a", AREAS, tables[0]), wave("b", REGIONS, tables[1]), comparability).item("q", "area")

    assert compared.standing is Standing.REFUSED
    assert "do not add up to the same people" in compared.reason.in_("en")


def test_groups_whose_codes_mean_the_same_are_compared_where_both_waves_hold_them() -> None:
    earlier, later = single(AREAS, "q", YES_NO, by="area"), single(REGIONS, "q", YES_NO, by="area")

    assert regional((), earlier, later) == [("l", 12, 15)]


def test_a_comparison_is_told_in_lines() -> None:
    line = tell(compare(EARLIER, LATER, plain_pair()), "en").splitlines()[0]
    broken = tell(compare(EARLIER, LATER, plain_pair(Class.REWORDED)), "sv").splitlines()
    hidden = wave("b", NOW, withhold(single(NOW, "q", YES_NO), ("y", "-"), ("n", "-")))

    assert line == "q, y, all: 57 % of 200, then 62 % of 200; change 6 points (95 %: -4 to 15)"
    assert broken[0] == "q: Frågan var formulerad på ett annat sätt, därför är linjen avbruten: The wording changed."
    assert broken[1] == "q, y, alla: 57 % av 200, sedan 62 % av 200; inte samma fråga"
    assert "salattu" in tell(compare(EARLIER, hidden, plain_pair()), "fi").splitlines()[0]
