"""Made-up waves hold answers of every kind, in the shares that were expected."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from barometer.disclosure.policy import Policy
from barometer.forecast import expect
from barometer.forecast.changing import Joined
from barometer.forecast.crossed import answers_of
from barometer.forecast.drawing import draw_wave, shares_asked
from barometer.questionnaire.model import Kind
from barometer.tabulation import tabulate
from tests.barometer.forecast.surveys import ASKED, POLICY, SHARES, expected
from tests.barometer.questionnaires import option, question, questionnaire

ALL_KINDS = questionnaire(
    [
        question("single", Kind.SINGLE, "a", "b"),
        question("ticks", Kind.MULTIPLE, "a", "b", "c", option("none", exclusive=True), max_choices=2),
        question("rows", Kind.MATRIX, "1", "2", "3", rows=["x", "y"]),
        question("order", Kind.RANKING, "a", "b", "c", max_choices=2),
        question("count", Kind.NUMBER, minimum=0, maximum=4),
        question("size", Kind.NUMBER, minimum=0.5, maximum=99.5, decimals=1),
        question("open", Kind.NUMBER),
        question("day", Kind.DATE, earliest="2026-01-31"),
        question("words", Kind.TEXT),
    ]
)


def test_every_kind_of_question_is_answered_within_its_rules():
    responses = draw_wave(ALL_KINDS, expect(ALL_KINDS, Policy()), 400, seed=1)

    cube = tabulate(responses)
    for item, counts in cube.items.items():
        asked = ALL_KINDS.question_of_item(item)
        assert counts.total.sum() == 400
        if answers_of(asked) and asked.kind is not Kind.MULTIPLE:
            assert len(counts.codes) - 3 == len(answers_of(asked))
            assert (counts.total[: len(answers_of(asked))] > 0).all()
    ticked = responses.columns["ticks"].ticked  # type: ignore[union-attr]
    assert ticked.sum(axis=1).max() == 2
    assert not (ticked[:, 3] & ticked[:, :3].any(axis=1)).any()


def test_answers_come_in_the_expected_shares_and_routing_is_kept():
    cube = tabulate(draw_wave(ASKED, expected(), 20_000, seed=2))

    for item in ("works", "takes_part"):
        counts = dict(zip(cube.items[item].codes, cube.items[item].total.tolist(), strict=True))
        answered = sum(counts[code] for code in SHARES[item])
        assert {code: counts[code] / answered for code in SHARES[item]} == pytest.approx(SHARES[item], abs=0.02)
        assert answered / 20_000 == pytest.approx(0.95, abs=0.01)
    how = dict(zip(cube.items["how"].codes, cube.items["how"].total.tolist(), strict=True))
    assert how["_not_shown"] / 20_000 == pytest.approx(1 - 0.95 * 0.6, abs=0.02)
    assert cube.items["how"].routing_holds


def test_how_many_are_asked_follows_from_the_conditions():
    asked = shares_asked(ASKED, expected(), seed=3)

    assert asked["works"] == 1
    assert asked["how"] == pytest.approx(0.95 * 0.6, abs=0.05)


def test_joined_answers_keep_everybody_and_the_tree():
    parts = (("area0",), ("area1",), ("area2", "area3"))
    joined = Joined({"area": parts, "works": (("a5", "a4"), ("a3",), ("a2", "a1"), ("cannot_say",))}, {})
    responses = draw_wave(ASKED, expected(), 500, seed=4)

    asked = joined.questionnaire(ASKED)
    after = tabulate(joined.responses(responses, asked))

    before = tabulate(responses).items["works"]
    assert after.backgrounds["area"].codes == ("area0", "area1", "area2", "_not_answered")
    assert after.items["works"].codes[:4] == ("a5", "a3", "a2", "cannot_say")
    np.testing.assert_array_equal(
        after.items["works"].by["area"].sum(axis=1),
        [before.total[0] + before.total[1], before.total[2], before.total[3] + before.total[4], *before.total[5:]],
    )
    (tree,) = joined.policy(POLICY, only="area").backgrounds[0].groupings
    assert [group.of for group in tree.groups] == [("area0", "area1"), ("area2",)]


def test_groups_that_a_joined_answer_is_torn_between_become_one():
    torn = Joined({"area": (("area0",), ("area1", "area2"), ("area3",))}, {})

    (level,) = torn.policy(replace(POLICY, crossings=()), only=None).backgrounds[0].groupings

    assert [(group.code, group.of) for group in level.groups] == [("north", ("area0", "area1", "area3"))]
