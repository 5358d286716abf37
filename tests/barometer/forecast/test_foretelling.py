"""Forecasts against what then happens: waves drawn with other seeds and other code, protected as a release is."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import jsonschema
import numpy as np
import pytest

from barometer.checked_yaml import schema
from barometer.disclosure.policy import Crossing, Policy, Sensitivity
from barometer.forecast import Forecast, as_plain, foretell, tell
from barometer.forecast.crossed import Crossed
from barometer.forecast.drawing import draw_wave
from barometer.forecast.foretelling import Setting, _formulas
from barometer.forecast.judging import judged
from barometer.forecast.model import Outcome, Reason
from barometer.problems import UnusableInput
from barometer.published import Part, PublishedTables
from barometer.tabulation import NOT_ANSWERED, tabulate
from tests.barometer.disclosure.surveys import AGREE, background, questionnaire, single
from tests.barometer.forecast.surveys import (
    AREAS,
    ASKED,
    POLICY,
    expected,
    published,
    real_wave,
    setting,
)

N = 300
WAVES = 30


@cache
def forecast() -> Forecast:
    return foretell(setting(N), seed=1, waves=15)


@cache
def reality() -> tuple[PublishedTables, ...]:
    return tuple(published(real_wave(N, seed)) for seed in range(500, 500 + WAVES))


def figures_in_print(tables: PublishedTables) -> dict[str, int]:
    """Count by item the figures of answers that a reader finds in its table by area."""
    found = dict.fromkeys(["works", "takes_part", "how", "uses"], 0)
    for table in tables.tables:
        if table.by == "area":
            answers = {c.code for c in table.categories if c.part in (Part.ANSWER, Part.TICKED)}
            found[table.item] += sum(c.status.is_shown for c in table.cells if c.category in answers)
    return found


def test_figures_in_print_are_as_forecast():
    really = {
        item: np.mean([figures_in_print(tables)[item] for tables in reality()])
        for item in ("works", "takes_part", "uses")
    }

    for crossing in forecast().crossings:
        if crossing.item in really:
            assert crossing.simulated is not None
            assert crossing.simulated.figures == pytest.approx(really[crossing.item], rel=0.3, abs=0.5)


def test_tables_are_dropped_and_withheld_as_often_as_forecast():
    for crossing in forecast().crossings:
        found = [
            next((t for t in tables.tables if (t.item, t.by) == (crossing.item, crossing.by)), None)
            for tables in reality()
        ]
        dropped = sum(table is None for table in found) / WAVES
        withheld = sum(table is not None and any(c.status.value == "c" for c in table.cells) for table in found) / WAVES
        assert crossing.simulated is not None
        assert crossing.simulated.outcomes[Outcome.DROPPED] == pytest.approx(dropped, abs=0.3)
        assert crossing.simulated.outcomes[Outcome.WITHHELD] == pytest.approx(withheld, abs=0.35)


def test_groups_stand_alone_as_often_as_forecast():
    alone = {answer.code: answer.alone for answer in forecast().backgrounds[0].answers}
    small = foretell(setting(120), seed=1).backgrounds[0].answers
    crossed = [next((t for t in published(real_wave(120, seed)).tables if t.by), None) for seed in range(40)]
    groups = [[group.code for group in table.groups] for table in crossed if table is not None]

    assert alone == dict.fromkeys(AREAS, pytest.approx(1, abs=0.02))
    for answer in small:
        assert answer.alone == pytest.approx(sum(answer.code in each for each in groups) / len(groups), abs=0.25)


def test_the_formula_counts_small_cells_as_often_as_they_are_drawn():
    crossing = Crossed("works", "area")
    formulas = _formulas(setting(N), 1)
    clean = []
    for seed in range(300):
        cube = tabulate(draw_wave(ASKED, expected(), N, seed))
        counts = cube.items["works"].by["area"]
        keep = [place for place, code in enumerate(cube.backgrounds["area"].codes) if code != NOT_ANSWERED]
        answers = counts[:5][:, keep]
        rest = counts[5:][:, keep].sum(axis=0)
        cells = np.vstack([answers, rest])
        clean.append(not ((cells > 0) & (cells < 5)).any())

    large = _formulas(setting(2000), 1)
    assert formulas.of(crossing).full == pytest.approx(np.mean(clean), abs=0.05)
    assert large.of(crossing).full > 0.6


def test_the_exact_chance_of_reaching_m_is_what_draws_give():
    draws = np.random.default_rng(3).binomial(120, AREAS["area3"], size=20_000)

    answer = foretell(setting(120), seed=1).backgrounds[0].answers[3]

    assert answer.reaches == pytest.approx(float((draws >= POLICY.m).mean()), abs=0.02)


def test_more_respondents_never_make_reaching_m_or_full_tables_less_likely():
    made = [foretell(setting(n), seed=1) for n in (20, 60, 150, 400, 1500, 5000, 20_000)]

    for place in range(len(AREAS)):
        reaches = [each.backgrounds[0].answers[place].reaches for each in made]
        assert reaches == sorted(reaches)
    for item in ("works", "takes_part", "how"):
        full = [next(c.full for c in each.crossings if c.item == item) for each in made[3:]]
        assert full == sorted(full)
    assert len({c.needed for each in made for c in each.crossings if c.item == "works"}) == 1


def test_with_the_respondents_it_asks_for_a_table_is_published_in_full():
    needed = next(c.needed for c in forecast().crossings if c.item == "takes_part")
    assert needed is not None
    only = replace(POLICY, crossings=(Crossing("area", ("takes_part",)),))
    alone = replace(setting(needed, policy=only), questionnaire=ASKED)

    seen = [judged(draw_wave(ASKED, alone.expected, needed, seed), only) for seed in range(20)]
    full = sum(each[Crossed("takes_part", "area")].outcome is Outcome.FULL for each in seen) / 20

    assert full >= 0.7


def test_what_it_advises_helps_when_followed():
    """Areas of 45, 35, 12 and 8 percent: the last two are advised to be one, and are then asked as one."""
    made = foretell(setting(150), seed=1, waves=6)
    (best, *_) = made.changes
    assert (best.kind, best.what, best.label.in_("en")) == ("join", "area", "Join “area2” and “area3” in “area”.")
    area = background("area", 3)
    fewer = questionnaire(area, *[q for q in ASKED.questions() if q.id != "area"])
    areas = {"area0": 0.45, "area1": 0.35, "area2": 0.2}
    policy = replace(POLICY, backgrounds=(replace(POLICY.backgrounds[0], groupings=()),))

    before = [sum(figures_in_print(published(real_wave(150, seed))).values()) for seed in range(12)]
    after = [
        sum(figures_in_print(published(real_wave(150, seed, areas, asked=fewer), policy)).values())
        for seed in range(12)
    ]

    assert np.mean(after) > np.mean(before)
    assert np.mean(after) / 4 == pytest.approx(best.figures_after, rel=0.5)


def test_a_background_without_two_groups_publishes_nothing_and_says_why():
    made = foretell(setting(30, {"area0": 0.97, "area1": 0.01, "area2": 0.01, "area3": 0.01}), seed=1, waves=2)

    assert made.backgrounds[0].dropped > 0.9
    assert {(c.reason, c.simulated and c.simulated.respondents) for c in made.crossings} == {(Reason.GROUPS, 0.0)}


def test_only_the_crossings_of_the_policy_are_forecast():
    policy = replace(POLICY, crossings=(Crossing("area", ("works",)),))

    assert [(c.item, c.by) for c in foretell(setting(N, policy=policy), seed=1).crossings] == [("works", "area")]


def test_a_sensitive_question_loses_more():
    secret = replace(POLICY, sensitivity={"works": Sensitivity.SENSITIVE})

    plain, sensitive = (
        next(c for c in foretell(setting(N, policy=policy), seed=1).crossings if c.item == "works")
        for policy in (POLICY, secret)
    )

    assert sensitive.small_cells > plain.small_cells


def test_the_same_seed_gives_the_same_forecast_and_another_one_another():
    one, again, other = (foretell(setting(150), seed=seed, waves=2) for seed in (7, 7, 8))

    assert one == again
    assert as_plain(one)["crossings"] != as_plain(other)["crossings"]


def test_it_stops_when_it_is_told_to_and_says_so():
    made = foretell(setting(N), seed=1, waves=9, go_on=lambda done: False)

    assert (made.waves, made.waves_wanted) == (1, 9)
    assert "1 of 9" in made.notes[-1].in_("en")


@pytest.mark.parametrize(("respondents", "code"), [(4, "forecast-too-few"), (1_000_001, "forecast-too-many")])
def test_a_number_that_makes_no_sense_is_refused(respondents, code):
    with pytest.raises(UnusableInput) as refused:
        foretell(setting(respondents), seed=1)

    assert refused.value.problems[0].code == code


def test_its_plain_form_follows_the_schema_and_survives_json():
    plain = as_plain(forecast())

    jsonschema.validate(plain, schema("forecast"))
    assert json.loads(json.dumps(plain)) == plain


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_it_is_told_in_every_language_with_every_table(language):
    told = tell(forecast(), language, everything=True)

    assert all(f"{crossing.item} / {crossing.by}" in told for crossing in forecast().crossings)
    assert "{" not in told


def test_no_background_means_no_tables():
    bare = Setting(questionnaire(single("works", AGREE)), Policy(), expected(), 100)

    made = foretell(bare, seed=1, waves=1)

    assert (made.backgrounds, made.crossings, made.changes) == ((), (), ())
