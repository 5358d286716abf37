"""Whether a world reproduces every published number of an item: counted anew, cell by cell, with nothing remembered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.printed import WITHHELD, PrintedItem, PrintedMean, PrintedTable, Whole

ROUNDING = 1e-9


def reproduces(item: PrintedItem, values: NDArray[np.intp]) -> bool:
    """Ask whether these answers give all shown counts, bases and means, and leave every withheld cell at least 1."""
    return all(_agrees(table, values) for table in item.tables)


def _agrees(table: PrintedTable, values: NDArray[np.intp]) -> bool:
    counted = table.counted(values)
    shown = table.counts >= 0
    return (
        bool((counted[shown] == table.counts[shown]).all())
        and bool((counted[table.counts == WITHHELD] >= 1).all())
        and all(_mean_agrees(mean, table, values) for mean in table.means)
    )


def _mean_agrees(mean: PrintedMean, table: PrintedTable, values: NDArray[np.intp]) -> bool:
    scores = mean.scores[values[table.group == mean.group]]
    scored = scores[~np.isnan(scores)]
    if mean.n is not None and len(scored) != mean.n:
        return False
    return len(scored) > 0 and mean.low - ROUNDING <= float(scored.mean()) < mean.high + ROUNDING


def cells_of(item: PrintedItem, values: NDArray[np.intp]) -> list[Whole]:
    """Count every table of the item."""
    return [table.counted(values) for table in item.tables]
