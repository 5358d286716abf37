"""Flags that follow from comparing opened sheets."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from barometer.answering.sheet import AnswerSheet
from barometer.sealing.signals import flag_after_opening, minutes_flag

ITEMS = [f"q{number:02}" for number in range(30)]


def sheet(answers=None, *flags) -> AnswerSheet:
    return AnswerSheet(answers or {}, "en", flags=flags)


def flags_of(sheets) -> list[tuple[str, ...]]:
    return [one.flags for one in flag_after_opening(sheets)]


def test_the_second_of_two_equal_sheets_is_a_duplicate():
    same = sheet(dict.fromkeys(ITEMS[:5], "1"))

    assert flags_of([same, sheet({"q00": "2"}), same]) == [(), (), ("duplicate",)]


def test_few_equal_answers_are_no_sign():
    assert flags_of([sheet(dict.fromkeys(ITEMS[:4], "1"))] * 2) == [(), ()]


def test_both_of_two_sheets_that_agree_on_nine_items_of_ten_are_flagged():
    one = dict.fromkeys(ITEMS, "1")
    other = one | dict.fromkeys(ITEMS[:3], "2")
    further = one | dict.fromkeys(ITEMS[:4], "3")

    assert flags_of([sheet(one), sheet(further), sheet(other)]) == [("near_duplicate",), (), ("near_duplicate",)]


def test_an_item_that_only_one_answered_counts_as_a_difference():
    one = dict.fromkeys(ITEMS, "1")
    shorter = dict.fromkeys(ITEMS[:26], "1")

    assert flags_of([sheet(one), sheet(shorter)]) == [(), ()]


def slowly(sheets) -> list[bool]:
    """The rule, pair by pair."""
    near = [False] * len(sheets)
    for one, other in combinations(range(len(sheets)), 2):
        first, second = sheets[one].answers, sheets[other].answers
        if min(len(first), len(second)) >= 20:
            agree = sum(first.get(item) == second[item] for item in second)
            if 10 * agree >= 9 * len(set(first) | set(second)):
                near[one] = near[other] = True
    return near


@given(st.lists(st.fixed_dictionaries({}, optional={item: st.sampled_from("1112") for item in ITEMS[:24]}), max_size=8))
def test_nearly_the_same_is_found_as_pair_by_pair(answers):
    sheets = [sheet(one) for one in answers]
    found = [not {"near_duplicate", "duplicate"}.isdisjoint(flags) for flags in flags_of(sheets)]

    for near, flagged, one in zip(slowly(sheets), found, sheets, strict=True):
        assert flagged or not near
        assert near or not flagged or len(one.answers) < 20


def test_who_took_certainly_less_than_half_the_median_is_flagged():
    usual = [sheet({}, "minutes_20")] * 20

    flagged = flags_of([*usual, sheet({}, "minutes_10"), sheet({}, "minutes_5"), sheet({}, "minutes_1")])

    assert flagged[20:] == [("minutes_10",), ("minutes_5", "half_median"), ("minutes_1", "half_median")]
    assert set(flagged[:20]) == {("minutes_20",)}


def test_too_few_sheets_have_no_median():
    assert flags_of([*[sheet({}, "minutes_20")] * 18, sheet({}, "minutes_1")])[-1] == ("minutes_1",)


def test_a_sheet_says_in_steps_how_long_it_took():
    assert [minutes_flag(seconds) for seconds in (0, 59, 60, 299, 300, 2399, 2400)] == [
        "minutes_1",
        "minutes_1",
        "minutes_2",
        "minutes_5",
        "minutes_10",
        "minutes_40",
        "minutes_over_40",
    ]
