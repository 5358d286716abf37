"""From posted fields to typed answers; nothing a browser can send raises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.answering.faults import ANSWER_FAULTS
from barometer.answering.validation import OTHER_TEXT_CHARACTERS, TEXT_CHARACTERS, PageReading, read_page
from barometer.questionnaire.model import Kind, Page, Question, Questionnaire
from barometer.questionnaire.reading import read_questionnaire_folder
from tests.barometer.questionnaire.drawing import draw
from tests.barometer.questionnaire.strategies import lean_questionnaires

EXAMPLE = Path(__file__).parents[3] / "examples/partnership-barometer-2022/questionnaire"

FORM = draw("""
a: single y n s?
m: multiple x y z other+ none! max_choices=2 min_choices=2
g: matrix r1 r2 by 1 2 s?
r: ranking x y z max_choices=2
n: number minimum=0 maximum=10.5 decimals=1
e: number
d: date earliest=2022-11-04 latest=2023-02-24
t: text max_characters=10
i: info
""")


def read(question: str, **posted: list[str] | str) -> PageReading:
    page = next(page for _, page in FORM.pages() if page.id == f"page_{question}")
    fields = {name.replace("__", "."): [v] if isinstance(v, str) else v for name, v in posted.items()}
    return read_page(FORM, page, fields)


def answers(question: str, **posted: list[str] | str) -> dict[str, Any]:
    reading = read(question, **posted)
    assert reading.problems == ()
    return dict(reading.answers)


def faults(question: str, **posted: list[str] | str) -> list[tuple[str, str]]:
    reading = read(question, **posted)
    assert not {problem.item for problem in reading.problems} & set(reading.answers)
    return [(problem.item, problem.code) for problem in reading.problems]


def test_one_of_the_options_is_an_answer() -> None:
    assert answers("a", a="y") == {"a": "y"}
    assert answers("a", a="s") == {"a": "s"}
    assert answers("a", a=["y", "y"]) == {"a": "y"}


def test_nothing_chosen_is_no_answer_and_no_fault() -> None:
    assert [answers(name) for name in "amgrnedti"] == [{}] * 9
    assert answers("a", a="") == answers("a", a=[]) == answers("t", t=" \r\n ") == answers("n", n=" ") == {}


def test_a_code_that_is_not_offered_or_a_second_one_is_a_fault() -> None:
    assert faults("a", a="maybe") == [("a", "answer-unknown-option")]
    assert faults("a", a=" y") == [("a", "answer-unknown-option")]
    assert faults("a", a=["y", "n"]) == [("a", "answer-several")]
    assert faults("m", m=["x", "w"]) == [("m", "answer-unknown-option")]


def test_each_row_of_a_matrix_is_read_by_itself() -> None:
    reading = read("g", g__r1="2", g__r2="9", g="1", g__r3="1")

    assert reading.answers == {"g.r1": "2"}
    assert [(problem.item, problem.code) for problem in reading.problems] == [("g.r2", "answer-unknown-option")]


def test_several_choices_are_kept_in_the_order_of_the_questionnaire() -> None:
    assert answers("m", m=["y", "x", "y"]) == {"m": ("x", "y")}


def test_an_exclusive_option_stands_alone_whatever_the_least_number() -> None:
    assert answers("m", m="none") == {"m": ("none",)}
    assert faults("m", m=["none", "x"]) == [("m", "answer-exclusive")]


def test_the_number_of_choices_has_its_limits() -> None:
    assert faults("m", m="x") == [("m", "answer-too-few")]
    assert faults("m", m=["x", "y", "z"]) == [("m", "answer-too-many")]


def test_the_text_of_other_belongs_to_its_option() -> None:
    assert answers("m", m=["x", "other"], m__other=" a cooperative\r\n") == {
        "m": ("x", "other"),
        "m.other": "a cooperative",
    }
    assert answers("m", m=["x", "other"], m__other="") == {"m": ("x", "other")}
    assert faults("m", m=["x", "y"], m__other="typed") == [("m.other", "answer-other-without-option")]
    assert faults("m", m=["x", "other"], m__other="ä" * (OTHER_TEXT_CHARACTERS + 1)) == [("m.other", "answer-too-long")]
    assert answers("a", a="y", a__other="ignored: nothing asks for a text") == {"a": "y"}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("5", 5.0),
        ("5,5", 5.5),
        ("5.5", 5.5),
        (" 10,50 ", 10.5),
        ("+3", 3.0),
        ("-0", 0.0),
        ("007", 7.0),
        ("٥", 5.0),
    ],
)
def test_a_number_is_read_with_a_comma_or_a_point(written: str, number: float) -> None:
    assert answers("n", n=written) == {"n": number}
    assert str(answers("n", n=written)["n"]) == str(number)


@pytest.mark.parametrize(
    ("written", "number"), [("1 234", 1234.0), ("1\u00a0234\u202f567", 1234567.0), ("\u22125", -5.0)]
)
def test_a_number_may_be_grouped_by_spaces(written: str, number: float) -> None:
    assert answers("e", e=written) == {"e": number}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("five", "answer-not-a-number"),
        ("1.234,5", "answer-not-a-number"),
        ("12 34", "answer-not-a-number"),
        ("1e5", "answer-not-a-number"),
        ("NaN", "answer-not-a-number"),
        ("Infinity", "answer-not-a-number"),
        ("0x10", "answer-not-a-number"),
        ("1" * 16, "answer-not-a-number"),
        ("1" * 15, "answer-too-large"),
        ("²", "answer-not-a-number"),
        ("5,55", "answer-too-many-decimals"),
        ("-0,1", "answer-too-small"),
        ("10.6", "answer-too-large"),
    ],
)
def test_what_is_no_number_or_out_of_bounds_is_a_fault(written: str, code: str) -> None:
    assert faults("n", n=written) == [("n", code)]


def test_a_point_between_thousands_is_never_taken_for_decimals() -> None:
    assert faults("e", e="1.234") == [("e", "answer-too-many-decimals")]
    assert faults("e", e=["1", "2"]) == [("e", "answer-several")]


def test_a_day_is_read_as_browsers_and_as_people_write_it() -> None:
    assert answers("d", d="2023-02-01") == answers("d", d=" 1.2.2023 ") == answers("d", d="01.02.2023")
    assert answers("d", d="1.2.2023") == {"d": "2023-02-01"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("30.2.2023", "answer-not-a-date"),
        ("24.2.023", "answer-not-a-date"),
        ("1/2/2023", "answer-not-a-date"),
        ("2023-2-1", "answer-not-a-date"),
        ("0000-01-01", "answer-not-a-date"),
        ("3.11.2022", "answer-too-early"),
        ("2023-02-25", "answer-too-late"),
    ],
)
def test_what_is_no_day_or_out_of_bounds_is_a_fault(written: str, code: str) -> None:
    assert faults("d", d=written) == [("d", code)]


def test_characters_are_counted_as_the_browser_counts_them() -> None:
    assert answers("t", t="äöåé\r\nabcde") == {"t": "äöåé\nabcde"}
    assert answers("t", t="a\u0308" * 10) == {"t": "ä" * 10}
    assert faults("t", t="a" * 11) == [("t", "answer-too-long")]
    assert faults("t", t="a" * 10_000_000) == [("t", "answer-too-long")]


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x85", "\ud800"])
def test_control_characters_are_a_fault(character: str) -> None:
    assert faults("t", t=f"a{character}b") == [("t", "answer-control-characters")]


def test_a_tab_and_a_joiner_are_writing() -> None:
    assert answers("t", t="a\tb می\u200cخ") == {"t": "a\tb می\u200cخ"}


def test_a_text_without_a_limit_of_its_own_has_the_common_one() -> None:
    form = draw("t: text")
    _, page = next(form.pages())

    assert read_page(form, page, {"t": ["a" * TEXT_CHARACTERS]}).problems == ()
    assert read_page(form, page, {"t": ["a" * (TEXT_CHARACTERS + 1)]}).problems[0].code == "answer-too-long"


def test_a_ranking_is_read_from_first_to_last() -> None:
    assert answers("r", r__z="1", r__x=" 2 ", r__y="") == {"r": ("z", "x")}


@pytest.mark.parametrize(
    ("ranks", "code"),
    [
        ({"r__x": "1", "r__y": "1"}, "answer-ranks-not-in-row"),
        ({"r__x": "1", "r__y": "3"}, "answer-ranks-not-in-row"),
        ({"r__x": "0"}, "answer-ranks-not-in-row"),
        ({"r__x": "first"}, "answer-not-a-rank"),
        ({"r__x": "-1"}, "answer-not-a-rank"),
        ({"r__x": "9" * 5000}, "answer-not-a-rank"),
        ({"r__x": "1", "r__y": "2", "r__z": "3"}, "answer-too-many"),
    ],
)
def test_ranks_are_one_two_three_each_once(ranks: dict[str, list[str] | str], code: str) -> None:
    assert faults("r", **ranks) == [("r", code)]


def test_only_a_required_question_asks_for_an_answer() -> None:
    form = draw("a: single y n required=true\ni: info required=true")
    (_, page), (_, info) = form.pages()

    assert [problem.code for problem in read_page(form, page, {}).problems] == ["answer-required"]
    assert [problem.code for problem in read_page(form, page, {"a": ["w"]}).problems] == ["answer-unknown-option"]
    assert read_page(form, page, {"a": ["n"]}).problems == ()
    assert read_page(form, info, {}).problems == ()


def test_every_row_of_a_required_matrix_asks_for_an_answer() -> None:
    form = draw("g: matrix r1 r2 by y n required=true")
    _, page = next(form.pages())

    found = read_page(form, page, {"g.r1": ["y"]}).problems

    assert [(problem.item, problem.code) for problem in found] == [("g.r2", "answer-required")]


def test_a_text_is_not_kept_when_the_choice_it_belongs_to_was_refused() -> None:
    assert read("m", m=["other", "w"], m__other="typed").answers == {}


def test_fields_of_other_pages_and_unknown_ones_are_ignored() -> None:
    assert answers("a", a="y", m="x", n="no number", csrf="1", a__zz="2", **{"": "x"}) == {"a": "y"}


def test_every_fault_names_its_item_and_what_to_do() -> None:
    limit = read("n", n="11").problems[0]

    assert str(limit) == "n: The number is larger than 10.5. Write 10.5 or less. [answer-too-large]"
    assert str(read("m", m=["x", "y", "z"]).problems[0]) == (
        "m: At most 2 can be chosen. Take some away. [answer-too-many]"
    )


WILD = st.text(max_size=12) | st.sampled_from(["y", "x", "1", "2", "none", "other", "0", "9" * 30, "1.2.2023", "\x00"])


@settings(max_examples=100)
@given(st.data())
def test_nothing_that_can_be_posted_raises_and_all_that_is_accepted_is_valid(data: Any) -> None:
    form = data.draw(st.just(FORM) | lean_questionnaires(sensible=True))
    fields = [f for question in form.questions() for f in _fields(question)]
    posted = data.draw(st.dictionaries(st.sampled_from([*fields, "zz"]), st.lists(WILD, max_size=3)))

    for _, page in form.pages():
        reading = read_page(form, page, posted)

        assert all(problem.code in ANSWER_FAULTS for problem in reading.problems)
        assert read_page(form, page, _posted_again(form, page, reading)) == PageReading(reading.answers, ())


def _fields(question: Question) -> list[str]:
    ranks = [f"{question.id}.{option.code}" for option in question.options] if question.kind is Kind.RANKING else []
    return [*question.items, f"{question.id}.other", *ranks]


def _posted_again(form: Questionnaire, page: Page, reading: PageReading) -> dict[str, list[str]]:
    """Write the accepted answers into fields once more."""
    posted: dict[str, list[str]] = {}
    for item, answer in reading.answers.items():
        if isinstance(answer, tuple) and form.question_of_item(item).kind is Kind.RANKING:
            posted |= {f"{item}.{code}": [str(rank)] for rank, code in enumerate(answer, 1)}
        elif isinstance(answer, float):
            posted[item] = [f"{answer:.6f}"]
        else:
            posted[item] = list(answer) if isinstance(answer, tuple) else [answer]
    return posted


def test_the_example_is_answered_page_by_page() -> None:
    example = read_questionnaire_folder(EXAMPLE)
    page = next(page for _, page in example.pages() if page.id == "cooperation_now")
    posted = {"grade.municipal": ["7"], "grade.national": ["cannot_say"], "key_partners": ["ngo", "education"]}

    assert read_page(example, page, posted) == PageReading(
        {"grade.municipal": "7", "grade.national": "cannot_say", "key_partners": ("education", "ngo")}, ()
    )
