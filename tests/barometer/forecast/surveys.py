"""A small survey to forecast, and waves of it drawn in another way than the forecast draws its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from barometer.disclosure.policy import Background, Grouping, NamedGroup, Policy
from barometer.disclosure.protecting import protect
from barometer.forecast import Expected, Setting, Source, Split
from barometer.published import PublishedTables
from barometer.questionnaire.model import Kind, Questionnaire
from barometer.responses import ChoiceColumn, Column, Missing, MultipleColumn, ResponseSet
from barometer.tabulation import tabulate
from tests.barometer.disclosure.surveys import (
    AGREE,
    YES_NO,
    background,
    is_,
    multiple,
    questionnaire,
    said,
    single,
    wave_of,
)

AREA = background("area", 4)
ASKED = questionnaire(
    AREA,
    single("works", AGREE),
    single("takes_part", YES_NO),
    single("how", AGREE, show_if=is_("takes_part", "yes")),
    multiple("uses", ["news", "training", "events"]),
)
HALVES = Grouping(
    "halves",
    (
        NamedGroup("north", said("north"), ("area0", "area1")),
        NamedGroup("south", said("south"), ("area2", "area3")),
    ),
)
POLICY = Policy((Background("area", (HALVES,)),), k=5, m=10)
AREAS = {"area0": 0.45, "area1": 0.35, "area2": 0.12, "area3": 0.08}
SHARES: dict[str, dict[str, float]] = {
    "works": {"a5": 0.15, "a4": 0.35, "a3": 0.25, "a2": 0.15, "a1": 0.05, "cannot_say": 0.05},
    "takes_part": {"yes": 0.6, "no": 0.3, "cannot_say": 0.1},
    "how": {"a5": 0.15, "a4": 0.35, "a3": 0.25, "a2": 0.15, "a1": 0.05, "cannot_say": 0.05},
    "uses": {"news": 0.6, "training": 0.3, "events": 0.1, "none": 0.0},
}


def expected(areas: Mapping[str, float] = AREAS, *, unanswered: float = 0.05) -> Expected:
    splits = {item: Split(shares, unanswered, Source.GIVEN) for item, shares in SHARES.items()}
    return Expected({"area": Split(areas, 0.0, Source.GIVEN), **splits})


def setting(respondents: int, areas: Mapping[str, float] = AREAS, *, policy: Policy = POLICY) -> Setting:
    return Setting(ASKED, policy, expected(areas), respondents)


def real_wave(
    respondents: int, seed: int, areas: Mapping[str, float] = AREAS, *, asked: Questionnaire = ASKED
) -> ResponseSet:
    """Draw a wave as the world would, column by column, with no code of the forecast."""
    chance = np.random.default_rng(seed)
    columns: dict[str, Column] = {}
    shown = np.ones(respondents, np.bool_)
    for question in asked.questions():
        codes = tuple(option.code for option in question.options)
        answered = chance.random(respondents) >= (0.0 if question.id == "area" else 0.05)
        state = np.where(answered, 0, Missing.SKIPPED)
        if question.id == "how":
            part = columns["takes_part"]
            assert isinstance(part, ChoiceColumn)
            shown = part.values == part.codes.index("yes")
            state = np.where(shown, state, Missing.NOT_SHOWN)
        if question.kind is Kind.MULTIPLE:
            ticked = chance.random((respondents, len(codes))) < np.array([SHARES["uses"][code] for code in codes])
            ticked[~ticked.any(axis=1), 0] = True
            columns[question.id] = MultipleColumn(
                question.id, codes, ticked & (state == 0)[:, None], state.astype("i1")
            )
            continue
        shares = areas if question.id == "area" else SHARES[question.id]
        values = chance.choice(len(codes), size=respondents, p=[shares[code] for code in codes])
        columns[question.id] = ChoiceColumn(question.id, codes, np.where(state == 0, values, state).astype(np.int16))
    return ResponseSet(asked, respondents, columns)


def published(responses: ResponseSet, policy: Policy = POLICY) -> PublishedTables:
    return protect(tabulate(responses), policy, wave_of(responses)).tables
