"""The attack against the protection: waves that are hard to protect, audited and under a threshold alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from barometer.attack import Findings, Kind, attack
from barometer.attack.accounts import account
from barometer.controlling import small_cells
from barometer.disclosure.joining import JoinedTables
from barometer.disclosure.policy import Method, Policy
from barometer.disclosure.protecting import protect
from barometer.estimation import estimate
from barometer.pipeline import WaveFolder, attacked_tables, protected_tables
from barometer.published import PublishedTables
from barometer.release.union import Attacks
from barometer.tabulation import tabulate
from tests.barometer.attack.surveys import Survey, hard_survey
from tests.barometer.disclosure.surveys import pairs_of, wave_of
from tests.barometer.disclosure.test_routed_crossings import answered

WAVES = [
    (60, 2), (60, 4), (90, 5), (140, 5), (140, 12), (220, 11), (300, 5), (300, 16), (375, 17), (140, 1), (300, 6),
    # Waves in which a follow-up question's "not asked" would tell apart what its filter's table merges.
    (60, 8), (140, 3), (300, 1), (300, 12), (140, 23), (140, 36), (60, 113), (60, 118), (140, 122), (140, 123),
    (300, 130), (140, 144), (300, 148),
]  # fmt: skip


def released(survey: Survey, method: Method = Method.AUDITED) -> PublishedTables:
    return estimate(protect(tabulate(survey.responses), replace(survey.policy, method=method), survey.wave).tables)


def attacked(respondents: int, seed: int, method: Method = Method.AUDITED) -> Findings:
    return attack([released(hard_survey(respondents, seed), method)])


def folder_of(survey: Survey) -> WaveFolder:
    return WaveFolder(survey.responses.questionnaire, survey.responses, survey.policy, survey.wave, None, None)


@pytest.mark.parametrize(("respondents", "seed"), WAVES)
def test_nothing_is_found_under_the_default_policy(respondents: int, seed: int) -> None:
    folder = folder_of(hard_survey(respondents, seed))

    made, _ = attacked_tables(folder, Attacks())

    findings = attack([made.tables])
    assert [account(finding, "en") for finding in findings] == []
    assert all(confined.span >= 5 for confined in findings.withheld)
    assert made.tables.tables == protected_tables(folder).tables.tables, "the attack had to take a table out"


def test_a_table_that_the_attack_breaks_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was asked something knows of two, were the protection not to try the seats of colluders."""
    folder = folder_of(hard_survey(300, 200))
    monkeypatch.setattr(JoinedTables, "told_to_colluders", lambda _: iter(()))
    broken = {finding.cell.table for finding in attack([protected_tables(folder).tables])}
    assert broken

    made, findings = attacked_tables(folder, Attacks())

    assert findings is not None
    assert findings.is_clean
    assert broken.isdisjoint(table.id for table in made.tables.tables)
    assert broken <= {loss.table for loss in made.tables.losses if loss.what == "dropped"}


def test_a_table_that_tells_more_to_who_knows_the_small_counts_is_left_out_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four were asked in a group, and two of their answers carry a mark, were the protection not to ask of it."""
    yes, no, undecided = np.array([4, 13, 20, 30]), np.array([16, 14, 13, 23]), np.array([6, 3, 3, 6])
    responses = answered(yes, no, undecided, seed=0)
    policy = Policy(backgrounds=(pairs_of(responses.questionnaire.question("b")),), m=10)
    folder = WaveFolder(responses.questionnaire, responses, policy, wave_of(responses), None, None)
    cube = tabulate(responses)
    monkeypatch.setattr(JoinedTables, "told_by_the_small", lambda _: iter(()))
    tables = protected_tables(folder).tables
    assert attack([tables], primary=small_cells(tables, cube, 5)).of_kind(Kind.PRIMARY)

    made, findings = attacked_tables(folder, Attacks())

    assert findings is not None
    assert findings.is_clean
    assert attack([made.tables], primary=small_cells(made.tables, cube, 5)).is_clean
    assert "f/b" in {loss.table for loss in made.tables.losses if loss.what == "dropped"}


@pytest.mark.parametrize(("respondents", "seed"), WAVES[2:5])
def test_a_threshold_alone_protects_nobody(respondents: int, seed: int) -> None:
    findings = attacked(respondents, seed, Method.THRESHOLD_ONLY)

    exact, narrow = findings.of_kind(Kind.EXACT), findings.of_kind(Kind.NARROW)
    assert len(exact) > 5
    assert len(exact) + len(narrow) > 15


def test_what_the_attack_knows_exactly_is_the_truth() -> None:
    """An attack that is wrong would be no attack: exact findings are compared with the answers themselves."""
    survey = hard_survey(140, 5)
    cube = tabulate(survey.responses)
    release = released(survey, Method.THRESHOLD_ONLY)

    exact = [finding for finding in attack([release]).of_kind(Kind.EXACT) if finding.cell.table in cube.items]

    for finding in exact:
        counts = cube.items[finding.cell.table]
        truth = dict(zip((*counts.codes, *counts.tick_codes), (*counts.total, *counts.tick_total), strict=True))
        category = release.table(finding.cell.table).category(finding.cell.category)
        assert finding.low == sum(truth[code] for code in category.members)
    assert exact
