"""Change between two waves, from released cells and a person's word on what may be compared."""

from barometer.comparison.changes import Difference, newcombe, smallest_change
from barometer.comparison.comparability import (
    Class,
    Common,
    Comparability,
    GroupPair,
    ItemPair,
    earlier_wave,
    read_comparability,
)
from barometer.comparison.comparing import compare
from barometer.comparison.standing import Change, Comparison, ItemComparison, Point, Standing
from barometer.comparison.telling import tell

__all__ = [
    "Change",
    "Class",
    "Common",
    "Comparability",
    "Comparison",
    "Difference",
    "GroupPair",
    "ItemComparison",
    "ItemPair",
    "Point",
    "Standing",
    "compare",
    "earlier_wave",
    "newcombe",
    "read_comparability",
    "smallest_change",
    "tell",
]
