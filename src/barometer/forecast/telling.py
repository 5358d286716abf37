"""A forecast as plain lines, for a terminal: backgrounds, tables, what would help, and what it all rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from barometer.forecast.model import Forecast, ForecastBackground, ForecastCrossing, Outcome
from barometer.forecast.summary import change_sentence, sentences
from barometer.forecast.words import say

MOST_TABLES = 30
"""Tables listed unless all are wanted."""
MOST_CHANGES = 6
WIDEST = 34
"""Characters of a label in a column."""


def tell(forecast: Forecast, language: str, *, everything: bool = False) -> str:
    """Say the forecast in this language; ``everything`` lists every table."""
    return "\n".join(_Telling(forecast, language).lines(None if everything else MOST_TABLES))


class _Telling:
    def __init__(self, forecast: Forecast, language: str) -> None:
        self.forecast, self.language = forecast, language

    def _say(self, key: str, **places: object) -> str:
        return say(key, **places).in_(self.language)

    def lines(self, most: int | None) -> Iterator[str]:
        forecast = self.forecast
        yield self._say(
            "head.title",
            respondents=forecast.respondents,
            questionnaire=forecast.questionnaire,
            k=forecast.k,
            m=forecast.m,
        )
        for background in forecast.backgrounds:
            yield from self._background(background)
        yield from self._crossings(forecast.crossings, most)
        yield from ["", self._say("head.changes")]
        yield from [
            f"  {change_sentence(change).in_(self.language)}" for change in forecast.changes[:MOST_CHANGES]
        ] or [f"  {self._say('head.no_changes')}"]
        yield from ["", self._say("head.notes")]
        yield from (f"  {note.in_(self.language)}" for note in forecast.notes)
        yield f"  {self._say('head.seed', seed=forecast.seed)}"

    def _background(self, background: ForecastBackground) -> Iterator[str]:
        yield from ["", f"{background.label.in_(self.language)} ({background.question})"]
        yield f"  {self._say(f'head.source_{background.source.value}')}"
        rows = [self._say("head.answers", m=self.forecast.m).split(" | ")]
        rows += [
            [
                _short(answer.label.in_(self.language)),
                str(round(answer.expected)),
                percent(answer.reaches),
                percent(answer.alone),
                _short(answer.joined_to.in_(self.language)) or "–",
                self._count(answer.alone_from),
            ]
            for answer in background.answers
        ]
        yield from table(rows, left=(0, 4))
        yield from (f"  {each.in_(self.language)}" for each in sentences(self.forecast, background))

    def _crossings(self, crossings: Sequence[ForecastCrossing], most: int | None) -> Iterator[str]:
        yield from ["", self._say("head.crossings")]
        simulated = bool(self.forecast.waves)
        rows = [self._say("head.columns" if simulated else "head.columns_quick").split(" | ")]
        shown = crossings[:most]
        rows += [self._figures(each) for each in shown]
        lines = list(table(rows, left=(0,)))
        yield lines[0]
        why = ""
        for line, crossing in zip(lines[1:], shown, strict=True):
            if why != (why := crossing.why.in_(self.language)):
                yield f"    {why}"
            yield line
        if len(crossings) > len(shown):
            yield f"  {self._say('head.more', count=len(crossings) - len(shown))}"

    def _figures(self, crossing: ForecastCrossing) -> list[str]:
        name, needed = f"{crossing.item} / {crossing.by}", self._count(crossing.needed)
        if crossing.simulated is None:
            return [name, percent(crossing.full), percent(crossing.small_cells), needed]
        of = crossing.simulated
        outcomes = [percent(of.outcomes[outcome]) for outcome in Outcome]
        return [name, *outcomes, percent(of.respondents), percent(of.cells), f"{of.answers:.1f}", needed]

    def _count(self, count: int | None) -> str:
        return self._say("head.never") if count is None else rounded_up(count)


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def rounded_up(count: int) -> str:
    """Give a number of respondents to two digits, upwards: more is not known."""
    step = 10 ** max(len(str(count)) - 2, 0)
    return f"{-(-count // step) * step:,}".replace(",", "\N{NO-BREAK SPACE}")


def table(rows: Sequence[Sequence[str]], *, left: Sequence[int]) -> Iterator[str]:
    """Give the rows with their columns below each other, those named to the left and the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()


def _short(label: str) -> str:
    return label if len(label) <= WIDEST else f"{label[: WIDEST - 1].rstrip()}…"
