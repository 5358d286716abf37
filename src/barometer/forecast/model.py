"""What a forecast says: of every background, of every table by it, and of the changes that would help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from barometer.forecast.expecting import Source
from barometer.texts import Text


class Outcome(StrEnum):
    """What becomes of a table by background, from best to worst."""

    FULL = "full"
    """Every answer by itself and nothing withheld. Cannot say may stand with those who gave no answer."""
    FEWER = "fewer_answers"
    """Nothing withheld, but answers joined or left out."""
    WITHHELD = "withheld"
    """Some figures withheld."""
    DROPPED = "dropped"


class Reason(StrEnum):
    """What keeps a table from being published in full."""

    NONE = "none"
    GROUPS = "groups"
    RARE_ANSWER = "rare_answer"
    SMALL_CELL = "small_cell"
    ROUTING = "routing"


@dataclass(frozen=True)
class ForecastAnswer:
    """One answer of a background question, as a group of respondents."""

    code: str
    label: Text
    share: float
    expected: float
    reaches: float
    """The exact chance that it has the m respondents a group needs."""
    alone: float
    """How often it stands by itself in the simulated backgrounds; merging follows the policy's tree."""
    joined_to: Text
    """What it is most often merged into; empty where it mostly stands by itself."""
    alone_from: int | None
    """The smallest number of respondents at which it is likely (9 of 10) to reach m; None beyond ten million."""


@dataclass(frozen=True)
class Fineness:
    """In how many of the groups so many answer classes could be shown without a count below k."""

    classes: int
    groups: int


@dataclass(frozen=True)
class ForecastBackground:
    question: str
    label: Text
    source: Source
    answers: tuple[ForecastAnswer, ...]
    groups: tuple[Text, ...]
    """The groups that most often come out of merging; none where results by it are most often dropped."""
    dropped: float
    """The chance that nothing can be published by it: fewer than two groups reach m."""
    finenesses: tuple[Fineness, ...]
    """Of questions with at least three answers: all their answers, three classes, two classes."""


@dataclass(frozen=True)
class Simulated:
    """What the real protection made of a table in the simulated waves, as shares of these waves."""

    outcomes: Mapping[Outcome, float]
    respondents: float
    """The mean share of respondents whose count is in print. Merging is no loss here."""
    cells: float
    """The mean share of the cells as asked, each answer in each group, in print by themselves. Merging is loss."""
    figures: float
    """How many figures are in print, in the mean."""
    answers: float
    """How many answers or joined answers stand apart where the table is published, in the mean."""


@dataclass(frozen=True)
class ForecastCrossing:
    """One item by one background."""

    item: str
    by: str
    title: Text
    full: float
    """The chance, by formula, that no cell holds 1 to k-1 respondents with every answer apart."""
    small_cells: float
    """The expected share of such cells."""
    needed: int | None
    """The smallest number of respondents at which every answer in every group as asked is likely to be in print."""
    reason: Reason
    why: Text
    simulated: Simulated | None


@dataclass(frozen=True)
class Change:
    """Something to change in the questionnaire or the tree, tried with everything else as it is."""

    kind: str
    """``join`` (answers of a background, as one) or ``scale`` (fewer answers on a scale)."""
    what: str
    """The background, or the scale (else the question)."""
    by: str | None
    label: Text
    """What to do, as a sentence."""
    figures_before: float
    figures_after: float
    """How many figures a table concerned shows, in the mean: answers, joined or not, in groups, joined or not."""
    groups_before: float
    groups_after: float
    """How many groups such a table has, or of a scale how many answers it offers."""
    tables: int
    """How many tables it concerns."""
    simulated: bool
    """Whether the figures are counted in simulated releases; otherwise they come from formulas."""

    @property
    def gain(self) -> float:
        """Give how many figures more are shown in all tables together."""
        return (self.figures_after - self.figures_before) * self.tables


@dataclass(frozen=True)
class Forecast:
    questionnaire: str
    respondents: int
    k: int
    m: int
    seed: int
    waves: int
    """How many waves were simulated; none where formulas alone speak."""
    waves_wanted: int
    backgrounds: tuple[ForecastBackground, ...]
    crossings: tuple[ForecastCrossing, ...]
    """Those that lose most first."""
    changes: tuple[Change, ...]
    """The most helpful first."""
    notes: tuple[Text, ...]
    """What the forecast assumes, and what it leaves out."""
