"""Answers like the demonstration's, in any number: 60 items by 10 backgrounds, all invented.

Whoever is in a good mood leans upwards on every scale, and so do some regions and organisations: answers are correlated
with backgrounds and with each other, as real ones are. Everything is drawn from the generator that is handed in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from barometer.questionnaire.canonical import as_plain
from barometer.questionnaire.conditions import Compare, Comparison
from barometer.questionnaire.model import (
    Kind,
    Net,
    Option,
    OptionKind,
    Page,
    Question,
    Questionnaire,
    Role,
    Row,
    Scale,
    Section,
)
from barometer.responses import ChoiceColumn, Column, Missing, MultipleColumn, ResponseSet
from barometer.responses_csv import write_answers
from barometer.texts import Text
from benchmarks.background import BACKGROUNDS

PAGES = 6
"""Pages after the one with the backgrounds; ten items each."""
LEAVES_EARLY, SKIPS, CANNOT_SAY, SKIPS_BACKGROUND = 0.05, 0.03, 0.06, 0.01
WEIGHTS = np.array([0.5, 0.75, 1.0, 1.25, 2.0])
"""Coarse, as a stratified sample's are; each is a sum of powers of two, so that sums are exact."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A wave of invented answers, and how it is to be published."""

    questionnaire: Questionnaire
    responses: ResponseSet
    policy: str


def draw(respondents: int, chance: np.random.Generator, *, weighted: bool = False) -> Drawn:
    """Draw a wave: 60 items (scales, yes/no, two multiple choices, a filter with three followers), 10 backgrounds."""
    questionnaire = benchmark_questionnaire()
    drawing = _Drawing(questionnaire, respondents, chance)
    columns = drawing.columns()
    weights = WEIGHTS[drawing.stratum] if weighted else None
    responses = ResponseSet(
        questionnaire,
        respondents,
        columns,
        weights=weights,
        last_pages=drawing.last_pages if respondents <= 10_000 else (),
    )
    return Drawn(questionnaire, responses, policy_text())


def policy_text(**others: object) -> str:
    """Write policy.yaml for these backgrounds: the default policy but for what is said otherwise."""
    policy: dict[str, object] = {"version": 1, "k": 5}
    policy |= others
    policy["backgrounds"] = [background.as_policy() for background in BACKGROUNDS]
    return yaml.safe_dump(policy, sort_keys=False, width=120)


def without(responses: ResponseSet, gone: NDArray[np.intp]) -> ResponseSet:
    """Give the answers as they are once these respondents have withdrawn theirs."""
    kept = np.setdiff1d(np.arange(responses.respondents), gone)
    columns: dict[str, Column] = {}
    for item, column in responses.columns.items():
        if isinstance(column, MultipleColumn):
            columns[item] = replace(column, ticked=column.ticked[kept], state=column.state[kept])
        elif isinstance(column, ChoiceColumn):
            columns[item] = replace(column, values=column.values[kept])
        else:
            raise TypeError(f"{item} is neither a single nor a multiple choice")
    return replace(
        responses,
        respondents=len(kept),
        columns=columns,
        weights=None if responses.weights is None else responses.weights[kept],
        last_pages=tuple(responses.last_pages[place] for place in kept) if responses.last_pages else (),
    )


def write_wave_folder(drawn: Drawn, folder: Path, *, wave: str = "benchmark") -> None:
    """Write what `barometer release` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "questionnaire.json").write_text(json.dumps(as_plain(drawn.questionnaire)), "utf-8")
    (folder / "answers.csv").write_bytes(write_answers(drawn.responses))
    (folder / "policy.yaml").write_text(drawn.policy, "utf-8")
    (folder / "wave.yaml").write_text(wave_text(wave), "utf-8")


def wave_text(id: str) -> str:
    """Write wave.yaml for these answers."""
    methods = (
        "strategy sponsor instrument population recruitment modes dates sample_sizes weighting processing limitations"
    )
    wave = {
        "schema": "kumppani/wave/1",
        "id": id,
        "title": {"en": "Benchmark"},
        "demonstration": True,
        "label": {"en": "Invented answers"},
        "methods": {item: {"en": "Invented for measuring."} for item in methods.split()},
    }
    return yaml.safe_dump(wave, sort_keys=False)


def _en(text: str) -> Text:
    return Text.of({"en": text})


def _options(*codes: str, scores: tuple[float, ...] = (), cannot_say: bool = True) -> tuple[Option, ...]:
    padded = (*scores, *[None] * len(codes))
    options = [Option(code, _en(code), score=score) for code, score in zip(codes, padded, strict=False)]
    return (*options, Option("cannot_say", _en("cannot say"), OptionKind.CANNOT_SAY)) if cannot_say else tuple(options)


_AGREE = ("fully_agree", "agree", "neither", "disagree", "fully_disagree")
_NETS = (Net("positive", _en("agree"), _AGREE[:2]), Net("negative", _en("disagree"), _AGREE[3:]))
SCALES = (
    Scale("agree5", _options(*_AGREE, scores=(5, 4, 3, 2, 1)), _NETS),
    Scale("grade5", _options("1", "2", "3", "4", "5", scores=(1, 2, 3, 4, 5))),
    Scale("impact5", _options("none", "little", "some", "great", "very_great"), (
        Net("positive", _en("some impact"), ("some", "great", "very_great")),
        Net("negative", _en("no impact"), ("none", "little")),
    )),
    Scale("yesno", _options("yes", "no")),
)  # fmt: skip
FILTER = "took_part"


def _asked(id: str, scale: str, *, rows: int = 0, routed: bool = False) -> Question:
    of = next(each for each in SCALES if each.id == scale)
    return Question(
        id,
        Kind.MATRIX if rows else Kind.SINGLE,
        _en(id.replace("_", " ")),
        options=of.options,
        nets=of.nets,
        scale=scale,
        rows=tuple(Row(f"r{place}", _en(f"row {place}")) for place in range(1, rows + 1)),
        show_if=Compare(FILTER, Comparison.EQUAL, "yes") if routed else None,
        show_if_source=f"{FILTER} = 'yes'" if routed else "",
        role=Role.FILTER if id == FILTER else None,
    )


def _ticked(id: str, options: int) -> Question:
    codes = [f"{id}_{place}" for place in range(1, options + 1)]
    none = Option("none_of_these", _en("none of these"), exclusive=True)
    return Question(id, Kind.MULTIPLE, _en(id), options=(*_options(*codes, cannot_say=False), none))


def benchmark_questionnaire() -> Questionnaire:
    """Give 10 backgrounds and 60 items on pages of ten: 20 rows of matrices, 38 single and 2 multiple choices."""
    matrices = [_asked(f"matrix_{n}", "agree5" if n <= 3 else "grade5", rows=4) for n in range(1, 6)]
    agree = [_asked(f"agree_{n}", "agree5") for n in range(1, 21)]
    impact = [_asked(f"impact_{n}", "impact5") for n in range(1, 9)]
    yes_no = [_asked(f"yesno_{n}", "yesno") for n in range(1, 7)]
    routed = [_asked(FILTER, "yesno"), *(_asked(f"use_{n}", "agree5", routed=True) for n in range(1, 4))]
    ticked = [_ticked("ways", 7), _ticked("wishes", 9)]
    pages = _pages([*matrices, *routed, *agree, *impact, *yes_no, *ticked])
    asked = [
        Question(
            each.id, Kind.SINGLE, _en(each.id), options=_options(*each.sizes, cannot_say=False), role=Role.BACKGROUND
        )
        for each in BACKGROUNDS
    ]
    return Questionnaire(
        id="benchmark",
        version="1.0",
        title=_en("Benchmark"),
        source_language="en",
        languages=("en",),
        sections=(Section("all", _en("All"), (Page("about_you", _en("About you"), tuple(asked)), *pages)),),
        scales=SCALES,
    )


def _pages(questions: list[Question]) -> list[Page]:
    """Deal the questions onto pages, about ten items each; a filter stands on the page before those it shows."""
    items = [len(question.items) for question in questions]
    page_of = (np.cumsum(items) - 1) * PAGES // sum(items)
    filter_at = next(place for place, question in enumerate(questions) if question.id == FILTER)
    page_of[filter_at] = page_of[filter_at + 1] - 1
    return [
        Page(
            f"page_{n + 1}", _en(f"Page {n + 1}"), tuple(q for q, at in zip(questions, page_of, strict=True) if at == n)
        )
        for n in range(PAGES)
    ]


class _Drawing:
    """Draws all columns of one wave."""

    def __init__(self, questionnaire: Questionnaire, respondents: int, chance: np.random.Generator) -> None:
        self.questionnaire, self.respondents, self.chance = questionnaire, respondents, chance
        self.pages = [page for _, page in questionnaire.pages()]
        leaves = chance.random(respondents) < LEAVES_EARLY
        self.last = np.where(leaves, chance.integers(0, PAGES, respondents), PAGES).astype(np.int8)
        self.stratum = np.zeros(respondents, np.int8)

    @property
    def last_pages(self) -> tuple[str, ...]:
        return tuple(self.pages[place].id for place in self.last)

    def columns(self) -> dict[str, Column]:
        backgrounds = {each.id: self._background(each.id, each.sizes) for each in BACKGROUNDS}
        leaning = 0.6 * self._normal()
        for each in BACKGROUNDS[:4]:
            lean = self.chance.normal(0, 0.25, len(each.sizes) + 1).astype(np.float32)
            leaning += lean[backgrounds[each.id].values]
        self.stratum = (np.maximum(backgrounds["org_type"].values, 0) % len(WEIGHTS)).astype(np.int8)
        found: dict[str, Column] = dict(backgrounds)
        for place, page in enumerate(self.pages[1:], 1):
            for question in page.questions:
                shown = found[FILTER].values == 0 if question.show_if else None  # type: ignore[union-attr]
                for item in question.items:
                    found[item] = self._column(item, question, leaning, place, shown)
        return found

    def _background(self, id: str, sizes: dict[str, int]) -> ChoiceColumn:
        share = np.array([*sizes.values()], float)
        values = self.chance.choice(len(sizes), self.respondents, p=share / share.sum()).astype(np.int16)
        if id != "region":
            values[self.chance.random(self.respondents) < SKIPS_BACKGROUND] = Missing.SKIPPED
        return ChoiceColumn(id, tuple(sizes), values)

    def _normal(self) -> NDArray[np.float32]:
        return self.chance.standard_normal(self.respondents, dtype=np.float32)

    def _missing(self, place: int, shown: NDArray[np.bool_] | None) -> NDArray[np.int8]:
        """Give 0 for who answers; not shown comes before not reached, and that before skipped."""
        state = np.where(self.chance.random(self.respondents) < SKIPS, np.int8(Missing.SKIPPED), np.int8(0))
        state[self.last < place] = Missing.NOT_REACHED
        if shown is not None:
            state[~shown] = Missing.NOT_SHOWN
        return state

    def _column(
        self, item: str, question: Question, leaning: NDArray[np.float32], place: int, shown: NDArray[np.bool_] | None
    ) -> Column:
        state = self._missing(place, shown)
        codes = tuple(option.code for option in question.options)
        if question.kind is Kind.MULTIPLE:
            likely = self.chance.uniform(0.1, 0.6, len(codes))
            ticked = self.chance.random((self.respondents, len(codes)), dtype=np.float32) < likely
            ticked[:, -1] = ~ticked[:, :-1].any(axis=1)  # "none of these" is exclusive, and so an answer of its own
            return MultipleColumn(item, codes, ticked & (state == 0)[:, None], state)
        answers = len(codes) - 1
        cuts = np.sort(np.linspace(-2.4, 2.4, answers + 1)[1:-1] + self.chance.normal(0, 0.4))
        values = np.searchsorted(cuts.astype(np.float32), -leaning - self._normal()).astype(np.int16)
        values[self.chance.random(self.respondents, dtype=np.float32) < CANNOT_SAY] = answers
        return ChoiceColumn(item, codes, np.where(state < 0, state, values).astype(np.int16))
