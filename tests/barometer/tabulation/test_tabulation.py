"""The cube, against a slow second implementation that looks at one respondent after another."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.questionnaire.model import Kind, Option, Question
from barometer.responses import (
    ChoiceColumn,
    Missing,
    MultipleColumn,
    NumberColumn,
    RankingColumn,
    ResponseSet,
    TextColumn,
)
from barometer.tabulation import NOT_ANSWERED, Cube, ItemKind, tabulate
from tests.barometer.disclosure.surveys import (
    AGREE,
    YES_NO,
    background,
    drawn,
    is_,
    multiple,
    questionnaire,
    said,
    single,
    typical,
)

STATE = {Missing.SKIPPED: "_skipped", Missing.NOT_SHOWN: "_not_shown", Missing.NOT_REACHED: "_not_reached"}


def counted_one_by_one(
    responses: ResponseSet, weights: list[float] | None = None
) -> Counter[tuple[str, str, str, str]]:
    """Count, or weigh, (item, code, background or nothing, leaf) by walking the respondents."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for respondent in range(responses.respondents):
        each = 1 if weights is None else weights[respondent]
        leaves = [("", "")]
        for question in responses.questionnaire.backgrounds:
            column = responses.columns[question.id]
            assert isinstance(column, ChoiceColumn)
            value = column.values[respondent]
            leaves.append((question.id, NOT_ANSWERED if value < 0 else column.codes[value]))
        for item, column in responses.columns.items():
            for code in codes_given(column, respondent):
                for by, leaf in leaves:
                    found[item, code, by, leaf] += each
    return found


def codes_given(column: object, respondent: int) -> list[str]:
    match column:
        case ChoiceColumn():
            value = int(column.values[respondent])
            return [STATE[Missing(value)] if value < 0 else column.codes[value]]
        case MultipleColumn():
            state = int(column.state[respondent])
            if state < 0:
                return [STATE[Missing(state)]]
            ticked = [code for code, mark in zip(column.codes, column.ticked[respondent], strict=True) if mark]
            return ["_answered", *ticked]
    raise NotImplementedError(column)


def weighted_cells_of(cube: Cube) -> Counter[tuple[str, str, str, str]]:
    found: Counter[tuple[str, str, str, str]] = Counter()
    for item, counts in cube.items.items():
        assert counts.weighted_total is not None
        for row, code in enumerate((*counts.codes, *counts.tick_codes)):
            found[item, code, "", ""] += float(counts.weighted_total[row])
            for name, table in counts.weighted_by.items():
                for column, leaf in enumerate(cube.backgrounds[name].codes):
                    found[item, code, name, leaf] += float(table[row, column])
    return found


def cells_of(cube: Cube) -> Counter[tuple[str, str, str, str]]:
    found: Counter[tuple[str, str, str, str]] = Counter()
    for item, counts in cube.items.items():
        for codes, total, by in (
            (counts.codes, counts.total, counts.by),
            (counts.tick_codes, counts.tick_total, counts.tick_by),
        ):
            for row, code in enumerate(codes):
                found[item, code, "", ""] += int(total[row])
                for name, table in by.items():
                    for column, leaf in enumerate(cube.backgrounds[name].codes):
                        found[item, code, name, leaf] += int(table[row, column])
    return found


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), respondents=st.integers(1, 80), backgrounds=st.integers(1, 4))
def test_the_cube_counts_what_walking_through_the_respondents_counts(
    seed: int, respondents: int, backgrounds: int
) -> None:
    responses = typical(respondents, seed, backgrounds=backgrounds).responses

    assert +cells_of(tabulate(responses)) == counted_one_by_one(responses)


def test_many_backgrounds_are_counted_in_several_bundles_to_the_same_numbers() -> None:
    responses = typical(3000, 5, backgrounds=4).responses

    assert +cells_of(tabulate(responses)) == counted_one_by_one(responses)


def test_more_than_eight_options_are_counted_in_several_masks() -> None:
    asked = questionnaire(background("b", 3), multiple("many", [f"o{place}" for place in range(20)]))
    responses = drawn(asked, 60, 1)

    counts = tabulate(responses).items["many"]

    assert counts.kind is ItemKind.MULTIPLE
    assert +cells_of(tabulate(responses)) == counted_one_by_one(responses)


def test_weights_are_summed_beside_the_exact_counts() -> None:
    asked = questionnaire(single("q", YES_NO))
    column = ChoiceColumn("q", ("yes", "no", "cannot_say"), np.array([0, 0, 1, -1], np.int16))
    responses = ResponseSet(asked, 4, {"q": column}, weights=np.array([0.5, 1.5, 2.0, 4.0]))

    counts = tabulate(responses).items["q"]

    assert dict(zip(counts.codes, counts.total.tolist(), strict=True))["yes"] == 2
    assert counts.weighted_total is not None
    assert counts.weighted_total.tolist() == [2.0, 2.0, 0.0, 4.0, 0.0, 0.0]


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), different=st.integers(1, 60))
def test_weights_are_summed_by_background_as_they_are_one_by_one(seed: int, different: int) -> None:
    drawn_ones = typical(70, seed, backgrounds=2).responses
    weights = np.random.default_rng(seed).integers(1, different + 1, 70) / 4
    responses = replace(drawn_ones, weights=weights)

    cube = tabulate(responses)

    assert +weighted_cells_of(cube) == counted_one_by_one(responses, weights.tolist())


def test_a_number_is_counted_in_classes_that_the_questionnaire_decides() -> None:
    age = Question("age", Kind.NUMBER, said("age"), minimum=0, maximum=100)
    column = NumberColumn("age", np.array([0.0, 9.0, 10.0, 100.0, np.nan]), np.array([0, 0, 0, 0, -1], np.int8))

    counts = tabulate(ResponseSet(questionnaire(age), 5, {"age": column})).items["age"]

    assert counts.codes[:2] == ("0..10", "10..20")
    assert counts.total.tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0]


def test_of_a_ranking_the_first_choice_is_counted() -> None:
    asked = Question("r", Kind.RANKING, said("r"), options=(Option("a", said("a")), Option("b", said("b"))))
    column = RankingColumn(
        "r", ("a", "b"), np.array([[1, 2], [2, 1], [0, 1], [0, 0]], np.int16), np.array([0, 0, 0, -1], np.int8)
    )

    counts = tabulate(ResponseSet(questionnaire(asked), 4, {"r": column})).items["r"]

    assert counts.total.tolist() == [1, 2, 1, 0, 0]


def test_of_an_open_text_only_its_state_is_counted() -> None:
    asked = Question("t", Kind.TEXT, said("t"))
    column = TextColumn("t", ("hello", "", ""), np.array([0, -1, -3], np.int8))

    counts = tabulate(ResponseSet(questionnaire(asked), 3, {"t": column})).items["t"]

    assert dict(zip(counts.codes, counts.total.tolist(), strict=True)) == {
        "_answered": 1, "_skipped": 1, "_not_shown": 0, "_not_reached": 1,
    }  # fmt: skip


def test_routes_count_who_is_asked_what() -> None:
    responses = typical(200, 3).responses

    cube = tabulate(responses)

    (block,) = cube.routes
    assert block.filters == ("f1", "f2", "did")
    assert block.total.sum() == 200
    for item, hidden in block.hidden_by.items():
        counts = cube.items[item]
        assert counts.routing_holds
        assert block.total[hidden].sum() == counts.total[counts.codes.index("_not_shown")]


def test_answers_that_break_the_routing_are_noticed() -> None:
    asked = questionnaire(single("f", YES_NO), single("q", AGREE, show_if=is_("f", "yes")))
    codes = tuple(option.code for option in AGREE.options)
    columns = {
        "f": ChoiceColumn("f", ("yes", "no", "cannot_say"), np.array([0, 1], np.int16)),
        "q": ChoiceColumn("q", codes, np.array([0, 0], np.int16)),
    }

    assert not tabulate(ResponseSet(asked, 2, columns)).items["q"].routing_holds


def test_the_csv_of_the_cube_holds_every_count() -> None:
    cube = tabulate(typical(40, 2).responses)

    lines = cube.as_csv().decode().splitlines()

    assert lines[0] == "item,code,by,group,count"
    assert len(lines) - 1 == len(cells_of(cube))


def test_sixty_questions_by_ten_backgrounds_of_375_answers_are_counted_in_a_moment() -> None:
    asked = questionnaire(
        *(background(f"b{at}", 7) for at in range(10)), *(single(f"q{at}", AGREE) for at in range(60))
    )
    responses = drawn(asked, 375, 1)

    began = time.process_time()
    tabulate(responses)
    spent = time.process_time() - began

    print(f"cube of 375 x 60 questions x 10 backgrounds: {1000 * spent:.1f} ms CPU")
    assert spent < 1.0
