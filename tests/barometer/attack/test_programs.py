"""Ends of linear programmes, where the solver's own way to them stops short."""

from __future__ import annotations

import pytest

from barometer.attack.programs import Program, Rows

STOPS_SHORT = Rows(
    columns=[
        [0, 1], [0, 1], [2, 3], [2, 3], [4, 5, 6], [4, 5, 6], [7, 8, 9], [7, 8, 9], [0, 2, 4, 7], [1, 3, 5, 8], [6, 9],
    ],
    factors=[
        [1, 1], [1, 1], [1, 1], [1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1],
    ],
    low=[54, 54, 20, 20, 20, 20, 12, 12, 55, 41, 10],
    high=[54, 54, 20, 20, 20, 20, 12, 12, 55, 41, 10],
)  # fmt: skip
"""The counts of a table by three groups, met with two colluders in it: the primal method ends there as unknown."""


@pytest.mark.parametrize(("sign", "end"), [(1.0, 19.0), (-1.0, 49.0)])
def test_an_end_that_one_method_does_not_reach_is_found_by_another(sign: float, end: float) -> None:
    program = Program([14, *[2] * 9], [53, 40, 19, 19, 19, 19, 9, 11, 11, 9], STOPS_SHORT)

    optimum = program.extreme(0, sign)

    assert optimum is not None
    assert optimum.values[0] == end
