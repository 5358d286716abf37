"""Which pages are shown, in which order, and which answers count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.answering.routing import Route, next_page, previous_page, route
from barometer.answering.validation import read_page
from barometer.questionnaire.checks import Reach, reachability
from barometer.questionnaire.conditions import Expression, Truth, truth
from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire.reading import read_questionnaire_folder
from tests.barometer.questionnaire.drawing import document_of, draw
from tests.barometer.questionnaire.strategies import answers_to, lean_questionnaires, posted_to

EXAMPLE = Path(__file__).parents[3] / "examples/partnership-barometer-2022/questionnaire"
Answer = str | float | tuple[str, ...]


def test_somebody_who_skips_the_filter_is_not_asked_what_depends_on_it() -> None:
    questionnaire = draw("""
        a: single y n
        b: single y n | a != 'y'
        c: single y n
        """)

    assert route(questionnaire, {}) == Route(frozenset({"a", "c"}), ("page_a", "page_c"), {})
    assert route(questionnaire, {"a": "n"}).pages == ("page_a", "page_b", "page_c")


def test_an_answer_that_became_irrelevant_is_dropped_before_later_conditions() -> None:
    questionnaire = draw("""
        a: single y n
        b: multiple x other+ none! | a = 'y'
        c: single y n | selected(b, 'x')
        """)
    answers: dict[str, Answer] = {"a": "n", "b": ("x", "other"), "b.other": "typed", "c": "y", "zz": "stray"}

    assert route(questionnaire, answers) == Route(frozenset({"a"}), ("page_a",), {"a": "n"})
    assert route(questionnaire, {**answers, "a": "y"}).answers == {
        "a": "y",
        "b": ("x", "other"),
        "b.other": "typed",
        "c": "y",
    }


def test_a_section_and_a_page_hide_all_that_is_in_them() -> None:
    document = document_of("""
        a: single y n
        -- | a = 'y'
        b: single y n
        c: single y n
        --
        d: single y n
        """)
    document["sections"][1]["pages"][1]["show_if"] = "b = 'y'"
    questionnaire = draw("a: single y n", sections=document["sections"])

    assert route(questionnaire, {"a": "n", "b": "y"}).pages == ("page_a", "page_d")
    assert route(questionnaire, {"a": "y"}).pages == ("page_a", "page_b", "page_d")
    assert route(questionnaire, {"a": "y", "b": "y"}).pages == ("page_a", "page_b", "page_c", "page_d")


def test_pages_are_walked_forwards_and_back() -> None:
    questionnaire = draw("""
        a: single y n
        b: single y n | a = 'y'
        c: single y n
        """)

    def walk(answers: dict[str, Answer]) -> tuple[list[str], list[str]]:
        forwards, back = [], []
        page = next_page(questionnaire, answers, None)
        while page is not None:
            forwards.append(page.id)
            page = next_page(questionnaire, answers, page.id)
        page = previous_page(questionnaire, answers, None)
        while page is not None:
            back.append(page.id)
            page = previous_page(questionnaire, answers, page.id)
        return forwards, back

    assert walk({"a": "n"}) == (["page_a", "page_c"], ["page_c", "page_a"])
    assert walk({"a": "y"}) == (["page_a", "page_b", "page_c"], ["page_c", "page_b", "page_a"])


def test_a_page_that_is_hidden_or_unknown_still_has_a_next_one() -> None:
    questionnaire = draw("""
        a: single y n
        b: single y n | a = 'y'
        c: single y n
        """)

    after_hidden = next_page(questionnaire, {"a": "n"}, "page_b")
    after_unknown = next_page(questionnaire, {"a": "n"}, "no such page")

    assert (after_hidden and after_hidden.id, after_unknown and after_unknown.id) == ("page_c", "page_a")
    assert previous_page(questionnaire, {}, "no such page") is None


def test_the_example_shows_participation_to_those_who_took_part() -> None:
    example = read_questionnaire_folder(EXAMPLE)
    asked_of_participants = {"did", "benefit", "benefits", "impact"}

    def also_shown(**answers: Answer) -> set[str]:
        return set(route(example, answers).shown_questions - route(example, {}).shown_questions)

    assert also_shown(part_national="yes", part_regional="no") == asked_of_participants | {"use_nat"}
    assert also_shown(part_regional="yes") == asked_of_participants | {"use_reg"}
    assert also_shown(part_national="no", part_regional="cannot_say") == set()
    assert len(route(example, {"part_national": "yes", "part_regional": "yes"}).pages) == 9


# A second router, slow and obvious: a question is shown when all conditions in front of it hold for the answers to
# the questions before the thing that carries the condition, as far as those are shown themselves.


def obvious_shown(questionnaire: Questionnaire, answers: dict[str, Answer]) -> set[str]:
    carried: list[tuple[str, list[tuple[Expression | None, int]]]] = []
    position = 0
    for section in questionnaire.sections:
        first_of_section = position
        for page in section.pages:
            first_of_page = position
            for question in page.questions:
                in_front = [(section.show_if, first_of_section), (page.show_if, first_of_page)]
                carried.append((question.id, [*in_front, (question.show_if, position)]))
                position += 1

    def seen_before(position: int) -> dict[str, Answer]:
        earlier = {name for index, (name, _) in enumerate(carried) if index < position and is_shown(index)}
        return {item: answer for item, answer in answers.items() if item.split(".")[0] in earlier}

    def is_shown(index: int) -> bool:
        return all(
            condition is None or truth(condition, seen_before(position)) is Truth.TRUE
            for condition, position in carried[index][1]
        )

    return {name for index, (name, _) in enumerate(carried) if is_shown(index)}


@settings(max_examples=100)
@given(st.data())
def test_routing_agrees_with_the_obvious_router(data: Any) -> None:
    questionnaire = data.draw(lean_questionnaires(sensible=False))
    answers = data.draw(answers_to(questionnaire))

    found = route(questionnaire, answers)

    assert found.shown_questions == obvious_shown(questionnaire, answers)
    assert found.pages == tuple(
        page.id
        for _, page in questionnaire.pages()
        if any(question.id in found.shown_questions for question in page.questions)
    )


@settings(max_examples=100)
@given(st.data())
def test_routing_what_was_routed_changes_nothing(data: Any) -> None:
    questionnaire = data.draw(lean_questionnaires(sensible=False))
    once = route(questionnaire, data.draw(answers_to(questionnaire)))

    assert route(questionnaire, once.answers) == once


@settings(max_examples=80)
@given(st.data())
def test_the_checker_and_the_router_agree_on_who_is_shown_what(data: Any) -> None:
    questionnaire = data.draw(lean_questionnaires(sensible=True))
    posted = data.draw(posted_to(questionnaire))
    answers: dict[str, Answer] = {}
    for _, page in questionnaire.pages():
        answers |= read_page(questionnaire, page, posted).answers

    shown = route(questionnaire, answers).shown_questions

    for reached in reachability(questionnaire):
        assert reached.reach is not Reach.UNDECIDED
        if reached.reach is Reach.ALWAYS:
            assert reached.question in shown
        if reached.reach is Reach.NEVER:
            assert reached.question not in shown
        if reached.witness is not None:
            assert reached.question in route(questionnaire, reached.witness).shown_questions
