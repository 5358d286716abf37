"""Who knows which withheld counts are small: nothing is lost to him of our tables, and it would be seen if it were."""

from __future__ import annotations

import numpy as np

from benchmarks.answers import draw
from benchmarks.small_counts import Confined, protected_with


def confined_in(*, settling: bool) -> Confined:
    confined = Confined()
    confined.add(*protected_with(draw(375, np.random.default_rng(1)), settling=settling))
    return confined


def test_no_value_of_a_small_count_is_ruled_out() -> None:
    confined = confined_in(settling=True)

    assert confined.small > 100
    assert confined.by_table == {}


def test_what_follows_a_filter_tells_it_where_that_is_not_settled_beside_the_filter() -> None:
    confined = confined_in(settling=False)

    assert confined.lost == confined.lost_to_routing > 0
