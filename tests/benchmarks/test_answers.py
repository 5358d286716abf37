"""The invented answers that everything is measured on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from barometer.pipeline import read_wave_folder
from barometer.questionnaire.checks import check
from barometer.questionnaire.model import Kind
from barometer.responses import ChoiceColumn, MultipleColumn
from barometer.tabulation import tabulate
from benchmarks.answers import benchmark_questionnaire, draw, without, write_wave_folder


def test_sixty_items_by_ten_backgrounds_that_have_no_fault() -> None:
    asked = benchmark_questionnaire()

    items = [item for question in asked.questions() for item in question.items]

    assert len(asked.backgrounds) == 10
    assert len(items) - len(asked.backgrounds) == 60
    assert sum(question.kind is Kind.MULTIPLE for question in asked.questions()) == 2
    assert list(check(asked)) == []


def test_the_same_seed_draws_the_same_answers_and_they_keep_to_their_routing() -> None:
    first, second = (draw(200, np.random.default_rng(7), weighted=True).responses for _ in range(2))

    for item, column in first.columns.items():
        other = second.columns[item]
        assert isinstance(column, ChoiceColumn | MultipleColumn) and type(column) is type(other)
    cube = tabulate(first)
    assert all(counts.routing_holds for counts in cube.items.values())
    assert cube.as_csv() == tabulate(second).as_csv()


def test_a_wave_folder_of_them_can_be_read(tmp_path: Path) -> None:
    drawn = draw(120, np.random.default_rng(3))

    write_wave_folder(drawn, tmp_path)
    read = read_wave_folder(tmp_path)

    assert tabulate(read.responses).as_csv() == tabulate(drawn.responses).as_csv()
    assert read.policy.k == 5


def test_who_withdraws_is_counted_no_more() -> None:
    responses = draw(150, np.random.default_rng(4)).responses

    fewer = tabulate(without(responses, np.array([0, 5, 149])))

    assert fewer.respondents == 147
    assert all(counts.total.sum() == 147 for counts in fewer.items.values())
