"""One who reruns the choice of form and cells: what he finds on tables small enough to try them all."""

from __future__ import annotations

from itertools import product

import numpy as np

from benchmarks.finer_tables import Printed, agreeing
from benchmarks.reruns import Counts
from benchmarks.reruns_of_forms import Survey, leaves_of, made_up, rerun_forms_on


def tables_by_trying(counts: Counts, printed: Printed) -> list[list[list[int]]]:
    """Give the finer tables that look alike in print, by trying all of them."""
    found = []
    for numbers in product(range(int(counts.max()) + 4), repeat=counts.size):
        other = np.array(numbers).reshape(counts.shape)
        same_sums = (other.sum(0) == counts.sum(0)).all() and (other.sum(1) == counts.sum(1)).all()
        table = printed.of(other)
        if same_sums and (table == printed.of(counts))[~printed.hidden].all() and (table >= 1)[printed.marked].all():
            found.append(other.tolist())
    return found


def test_every_finer_table_that_agrees_is_found_once() -> None:
    counts = np.array([[2, 1], [1, 2], [3, 1]])
    together = np.array([[1, 1, 0], [0, 0, 1]])
    apart = np.eye(3, dtype=np.int64)
    nothing, first = np.zeros((2, 2), np.bool_), np.array([[True, True], [True, True]])
    some = np.array([[True, True], [False, False], [True, False]])
    for printed in (
        Printed(together, nothing, nothing),
        Printed(together, first, nothing),
        Printed(apart, some, np.array([[False, False], [False, False], [False, True]])),
    ):
        found = agreeing(counts, printed)

        assert found is not None
        assert sorted(table.tolist() for table in found) == sorted(tables_by_trying(counts, printed))


def test_hardly_any_small_count_is_told_by_form_and_cells_together() -> None:
    told = rerun_forms_on(made_up(250, np.random.default_rng(7)))

    assert told.enumerated.small > 15
    assert told.inside.small > 150
    assert told.enumerated.exact == told.inside.exact == 0
    assert told.enumerated.narrow + told.inside.narrow <= 0.05 * (told.enumerated.small + told.inside.small)
    assert told.enumerated.impossible == 0


def test_an_answer_that_hardly_anybody_gave_does_not_stand_apart_whatever_its_counts() -> None:
    """Five who skipped, in groups of any sizes: where they all sat in one group, that would be seen otherwise."""
    survey = Survey.of(leaves_of([86, 52, 5], ordered=True))
    assert survey is not None
    for skipped in ([1, 3, 1], [5, 0, 0], [0, 0, 5]):
        rest = np.array([48, 42, 53]) - skipped
        first = (rest * 86) // 138
        first[0] += 86 - first.sum()
        draft = survey.protect(np.array([first, rest - first, skipped]))

        assert draft is not None
        assert not any(category.members == ("_skipped",) for category in draft.form.categories)
