"""The attack against the protection: waves that are hard to protect, audited and under a threshold alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barometer.attack import Findings, Kind, attack
from barometer.disclosure.policy import Method
from barometer.disclosure.protecting import protect
from barometer.estimation import estimate
from barometer.published import PublishedTables
from barometer.questionnaire.conditions import to_source
from barometer.tabulation import tabulate
from barometer.tabulation.routes import condition_of
from tests.barometer.attack.surveys import Survey, hard_survey

WAVES = [(60, 2), (60, 4), (90, 5), (140, 5), (140, 12), (220, 11), (300, 5), (300, 16), (375, 17), (140, 1), (300, 6)]
OPENED_BY_ROUTING = [(60, 8), (140, 3)]
"""Waves in which a follow-up question's "not asked" tells apart what its filter's table merges."""


def released(survey: Survey, method: Method = Method.AUDITED) -> PublishedTables:
    """Protect the wave, and write beside each table the condition that any reader finds in the questionnaire."""
    conditions = {item: to_source(each) for item, each in condition_of(survey.responses.questionnaire).items()}
    tables = estimate(protect(tabulate(survey.responses), replace(survey.policy, method=method), survey.wave).tables)
    said = tuple(replace(table, shown_if=conditions.get(table.item, "")) for table in tables.tables)
    return replace(tables, tables=said)


def attacked(respondents: int, seed: int, method: Method = Method.AUDITED) -> Findings:
    return attack([released(hard_survey(respondents, seed), method)])


@pytest.mark.parametrize(("respondents", "seed"), WAVES)
def test_nothing_is_found_under_the_default_policy(respondents: int, seed: int) -> None:
    findings = attacked(respondents, seed)

    assert [str(finding) for finding in findings] == []
    assert all(confined.span >= 5 for confined in findings.withheld)


@pytest.mark.parametrize(("respondents", "seed"), OPENED_BY_ROUTING)
@pytest.mark.xfail(reason="merged answers are told apart by the routing of another table", strict=True)
def test_routing_tells_nothing_apart_that_was_merged(respondents: int, seed: int) -> None:
    assert attacked(respondents, seed).of_kind(Kind.DERIVED_COUNT) == ()


@pytest.mark.parametrize(("respondents", "seed"), OPENED_BY_ROUTING)
def test_withheld_cells_keep_their_span_whatever_routing_tells(respondents: int, seed: int) -> None:
    findings = attacked(respondents, seed)

    assert {finding.kind for finding in findings} <= {Kind.DERIVED_COUNT}
    assert all(confined.span >= 5 for confined in findings.withheld)


@pytest.mark.parametrize(("respondents", "seed"), WAVES[2:5])
def test_a_threshold_alone_protects_nobody(respondents: int, seed: int) -> None:
    findings = attacked(respondents, seed, Method.THRESHOLD_ONLY)

    assert len(findings.of_kind(Kind.EXACT)) > 5
    assert len(findings.of_kind(Kind.NARROW)) > 5


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
