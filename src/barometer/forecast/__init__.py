"""What a wave of N answers can publish, and what it cannot, told before any answer exists.

Two ways to the same question: formulas, at once, about single cells; and made-up waves that go through the real
protection, which decides over a whole release. Neither reads an answer of anybody.
"""

from barometer.forecast.expecting import Expected, Source, Split, expect
from barometer.forecast.foretelling import MOST_RESPONDENTS, Setting, foretell
from barometer.forecast.model import Change, Forecast, ForecastAnswer, ForecastBackground, ForecastCrossing, Outcome
from barometer.forecast.plain import as_plain
from barometer.forecast.reading import GivenShares, read_shares
from barometer.forecast.summary import change_sentence, sentences
from barometer.forecast.telling import percent, rounded_up, tell

__all__ = [
    "MOST_RESPONDENTS",
    "Change",
    "Expected",
    "Forecast",
    "ForecastAnswer",
    "ForecastBackground",
    "ForecastCrossing",
    "GivenShares",
    "Outcome",
    "Setting",
    "Source",
    "Split",
    "as_plain",
    "change_sentence",
    "expect",
    "foretell",
    "percent",
    "read_shares",
    "rounded_up",
    "sentences",
    "tell",
]
