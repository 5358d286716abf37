"""The whole protection of a wave: what must be shown, what may not, and an attacker who finds nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.attack import attack
from barometer.disclosure.audit import audit_tables
from barometer.disclosure.blocks import Blocks
from barometer.disclosure.patterns import Judge
from barometer.disclosure.policy import Method, Policy, Sensitivity, read_policy
from barometer.disclosure.protecting import Protected, ReleaseRefused, protect
from barometer.disclosure.puzzle import Pattern
from barometer.published import TOTAL, Cell, Part, Status, Table
from barometer.questionnaire.reading import read_questionnaire_folder
from barometer.responses import ChoiceColumn, Missing, MultipleColumn, ResponseSet
from barometer.responses_csv import read_answers
from barometer.tabulation import NOT_REACHED, SKIPPED, tabulate
from tests.barometer.disclosure.surveys import (
    AGREE,
    Survey,
    background,
    drawn,
    matrix,
    multiple,
    pairs_of,
    questionnaire,
    single,
    typical,
    wave_of,
)

WAVE_2022 = Path(__file__).resolve().parents[3] / "examples" / "partnership-barometer-2022"
FIFTEEN_SHARES = [
    ("benefit", "positive", 180, 300),
    ("info_enough.regional", "positive", 186, 351),
    ("info_enough.national", "positive", 186, 351),
    ("did", "newsletter", 186, 300),
    ("did", "training", 147, 300),
    ("did", "events", 135, 300),
    ("did", "platform", 135, 300),
    ("use_nat.training", "positive", 168, 240),
    ("use_nat.webinars", "positive", 166, 240),
    ("use_nat.newsletter", "positive", 163, 240),
    ("use_reg.training", "positive", 119, 195),
    ("use_reg.webinars", "positive", 117, 195),
    ("use_reg.newsletter", "positive", 115, 195),
    ("impact.inclusion", "none", 87, 300),
    ("impact.receptiveness", "none", 63, 300),
]


def protected(survey: Survey) -> Protected:
    return protect(tabulate(survey.responses), survey.policy, wave_of(survey.responses))


@pytest.fixture(scope="module")
def survey_2022() -> Survey:
    asked = read_questionnaire_folder(WAVE_2022 / "questionnaire")
    answers = read_answers((WAVE_2022 / "answers.csv").read_bytes(), asked)
    return Survey(asked, answers, read_policy((WAVE_2022 / "policy.yaml").read_bytes(), asked))


@pytest.fixture
def typical_with_some_who_stop() -> Survey:
    """The last seven of a hundred do not get to the second half of the questions."""
    survey = typical(100, 3)
    answers = dict(survey.responses.columns)
    asked = [item for item in answers if not survey.responses.questionnaire.question_of_item(item).role]
    for item in asked[len(asked) // 2 :]:
        column = answers[item]
        if isinstance(column, ChoiceColumn):
            values = column.values.copy()
            values[-7:] = Missing.NOT_REACHED
            answers[item] = replace(column, values=values)
    return replace(survey, responses=replace(survey.responses, columns=answers))


@pytest.fixture(scope="module")
def release_2022(survey_2022: Survey) -> Protected:
    return protected(survey_2022)


@pytest.mark.parametrize(("item", "category", "count", "base"), FIFTEEN_SHARES)
def test_the_published_shares_of_2022_are_all_shown(
    release_2022: Protected, item: str, category: str, count: int, base: int
) -> None:
    table = release_2022.tables.table(item)

    assert table.base.rule == "answered"
    assert table.group(TOTAL).base == base
    assert table.cell(category) == Cell(category, TOTAL, Status.SHOWN, count)


def test_the_attack_finds_nothing_in_the_release_of_2022(release_2022: Protected) -> None:
    findings = attack([release_2022.tables])

    assert findings.is_clean
    assert len(findings.withheld) == sum(audit.withheld for audit in release_2022.certificate.audits) > 0


def test_every_audit_of_the_certificate_spans_k(release_2022: Protected) -> None:
    certificate = release_2022.certificate

    assert {audit.table for audit in certificate.audits} == {table.id for table in release_2022.tables.tables}
    for audit in certificate.audits:
        assert (audit.withheld == 0) == (audit.kind == "open")
        assert audit.smallest_span is None if audit.kind == "open" else (audit.smallest_span or 0) >= certificate.k
    assert certificate.attacker == "A0"
    assert any(fact.startswith("A1") for fact in certificate.not_modelled)


def test_everybody_is_in_one_group_and_one_category(release_2022: Protected) -> None:
    for table in release_2022.tables.tables:
        assert sum(group.respondents for group in table.groups) == release_2022.tables.wave.respondents
        for group in table.groups:
            cells = [table.cell(category.code, group.code) for category in table.categories if category.part.adds_up]
            if all(cell.count is not None for cell in cells):
                assert sum(cell.count or 0 for cell in cells) == group.respondents
        assert set(table.base.categories) <= {category.code for category in table.categories}
        assert len(table.cells) == len(table.categories) * len(table.groups)


def test_every_loss_and_every_base_is_said_in_three_languages(release_2022: Protected) -> None:
    texts = [loss.why for loss in release_2022.tables.losses]
    texts += [table.base.wording for table in release_2022.tables.tables]
    texts += [category.label for table in release_2022.tables.tables for category in table.categories]
    texts += [group.label for table in release_2022.tables.tables if table.by for group in table.groups]

    for text in texts:
        assert all(text.said_in(language) for language in ("fi", "sv", "en")), text


def test_backgrounds_are_not_crossed_with_each_other(release_2022: Protected) -> None:
    backgrounds = {"org_type", "region"}

    assert {table.by for table in release_2022.tables.tables} == {None, *backgrounds}
    assert not [table.id for table in release_2022.tables.tables if table.by and table.item in backgrounds]


def test_the_same_answers_are_always_protected_in_the_same_way(survey_2022: Survey, release_2022: Protected) -> None:
    assert protected(survey_2022) == release_2022


def test_a_base_threshold_alone_is_marked_unsafe_and_falls() -> None:
    survey = typical(375, 3)
    naive = replace(survey, policy=replace(survey.policy, method=Method.THRESHOLD_ONLY))

    made = protected(naive)

    assert made.tables.unsafe
    assert made.certificate.unsafe
    found = attack([made.tables])
    assert len([finding for finding in found if finding.low == finding.high]) > 20


@settings(max_examples=12)
@given(seed=st.integers(0, 100_000), respondents=st.sampled_from([60, 150, 375, 700]), m=st.sampled_from([10, 20]))
def test_the_attack_finds_nothing_in_made_up_surveys(seed: int, respondents: int, m: int) -> None:
    made = protected(typical(respondents, seed, m=m))

    findings = attack([made.tables])

    assert findings.is_clean, findings.found[0]


def test_no_small_count_is_printed_and_no_small_group() -> None:
    for seed in range(4):
        made = protected(typical(150, seed)).tables
        for table in made.tables:
            assert all(group.respondents >= 20 for group in table.groups)
            assert not [cell for cell in table.cells if cell.count is not None and 0 < cell.count < 5]


def test_a_sensitive_question_does_not_even_show_that_nobody_chose_an_answer() -> None:
    base = background("b", 6)
    asked = questionnaire(base, single("q", AGREE))
    policy = Policy(backgrounds=(pairs_of(base),), sensitivity={"q": Sensitivity.SENSITIVE})

    for seed in range(6):
        made = protected(Survey(asked, drawn(asked, 90, seed), policy)).tables
        assert not [c for table in made.tables if table.item == "q" for c in table.cells if c.count == 0]


def test_a_sensitive_option_that_nobody_ticked_is_left_out_with_a_reason() -> None:
    asked = questionnaire(multiple("m", ["x", "y", "never"]))
    responses = drawn(asked, 90, 1)
    column = responses.columns["m"]
    assert isinstance(column, MultipleColumn)
    column.ticked[:, column.codes.index("never")] = False
    policy = Policy(sensitivity={"m": Sensitivity.SENSITIVE})

    made = protected(Survey(asked, responses, policy)).tables

    assert "never" not in {category.code for category in made.table("m").categories}
    assert [loss.what for loss in made.losses if "never" in loss.why.in_("en")] == ["withheld"]
    ordinary = protected(Survey(asked, responses, Policy())).tables
    assert ordinary.table("m").cell("never").count == 0


def test_where_everybody_ticked_something_an_option_of_few_is_hidden_by_another_one() -> None:
    """Fifteen ticked y, fourteen none of these, and three of 32 are left: who knows that x is small, knew 3 or 4."""
    base, asked = background("b", 2), multiple("did", ["x", "y"])
    ticks = np.repeat(np.eye(3, dtype=np.bool_), (3, 15, 14), axis=0)
    columns = {
        "b": ChoiceColumn("b", ("b0", "b1"), np.repeat((0, 1), 16).astype(np.int16)),
        "did": MultipleColumn("did", ("x", "y", "none"), ticks, np.zeros(32, np.int8)),
    }
    responses = ResponseSet(questionnaire(base, asked), 32, columns)

    table = protected(Survey(responses.questionnaire, responses, Policy(backgrounds=(pairs_of(base),)))).tables

    ticked = {cell.category: cell.count for cell in table.table("did").cells if cell.category in ("x", "y", "none")}
    assert ticked == {"x": None, "y": 15, "none": None}


def test_a_public_question_is_protected_as_an_ordinary_one() -> None:
    survey = typical(150, 3)
    public = replace(survey.policy, sensitivity={"plain": Sensitivity.PUBLIC})

    assert protected(replace(survey, policy=public)).tables.tables == protected(survey).tables.tables


def test_no_table_tells_who_skipped_from_who_had_stopped_before(typical_with_some_who_stop: Survey) -> None:
    released = protected(typical_with_some_who_stop).tables

    apart = {
        (table.id, category.code)
        for table in released.tables
        for category in table.categories
        if category.part is not Part.NET and len({SKIPPED, NOT_REACHED} & set(category.members)) == 1
    }
    assert any(NOT_REACHED in category.members for table in released.tables for category in table.categories)
    assert apart == set()


def test_too_few_answers_are_not_published_at_all() -> None:
    asked = questionnaire(single("q", AGREE))

    made = protected(Survey(asked, drawn(asked, 4, 1), Policy())).tables

    assert made.tables == ()
    assert [(loss.table, loss.what) for loss in made.losses] == [("q", "dropped")]


def uncovered(table: Table) -> Table:
    """The same table with one withheld cell printed after all."""
    place = next(i for i, cell in enumerate(table.cells) if cell.status is Status.CONFIDENTIAL)
    opened = replace(table.cells[place], status=Status.SHOWN, count=7)
    return table.with_cells([*table.cells[:place], opened, *table.cells[place + 1 :]])


def test_the_last_audit_rejects_a_pattern_with_a_hole(release_2022: Protected) -> None:
    tables = list(release_2022.tables.tables)
    planted = next(
        i
        for i, table in enumerate(tables)
        if table.kind == "partition"
        and {Status.SHOWN, Status.CONFIDENTIAL} == {cell.status for cell in table.cells}
        and sum(cell.status is Status.CONFIDENTIAL for cell in table.cells) == 4
    )
    tables[planted] = uncovered(tables[planted])

    failures = audit_tables(tables, Policy(), {}, strict=True).failures

    assert [failure for failure in failures if failure.startswith(tables[planted].id)]


@pytest.mark.parametrize(
    ("count", "fault"),
    [(3, "shows 3"), (1, "shows 1")],
)
def test_the_last_audit_rejects_a_small_count(release_2022: Protected, count: int, fault: str) -> None:
    table = release_2022.tables.table("benefit")
    cells = [replace(cell, count=count) if cell.category == "none" else cell for cell in table.cells]

    failures = audit_tables([table.with_cells(cells)], Policy(), {}, strict=True).failures

    assert any(fault in failure for failure in failures)


def test_the_last_audit_rejects_a_group_where_all_but_one_agree(release_2022: Protected) -> None:
    table = release_2022.tables.table("benefit")
    base = table.group(TOTAL).base
    assert base is not None
    cells = [replace(cell, count=base - 1) if cell.category == "very" else cell for cell in table.cells]

    failures = audit_tables([table.with_cells(cells)], Policy(), {}, strict=True).failures

    assert any("all but 1" in failure for failure in failures)


def test_a_release_that_fails_the_audit_is_refused(survey_2022: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    """One who withholds the small cells alone: the audit does not believe it."""

    def careless(blocks: Blocks, judge: Judge, *, below: float) -> Pattern:
        puzzle = blocks.puzzle
        return Pattern(puzzle.primary & puzzle.may, np.zeros_like(puzzle.primary), 0.0)

    monkeypatch.setattr("barometer.disclosure.drafts.choose_among", careless)

    with pytest.raises(ReleaseRefused, match="spans"):
        protected(survey_2022)


def test_a_wave_of_375_with_sixty_questions_and_ten_backgrounds_is_protected_in_seconds() -> None:
    bases = [background(f"b{at}", 7) for at in range(10)]
    asked = questionnaire(*bases, *(matrix(f"q{at}", ["r1", "r2", "r3"], AGREE) for at in range(20)))
    survey = Survey(asked, drawn(asked, 375, 1), Policy(backgrounds=tuple(pairs_of(base) for base in bases)))

    began = time.process_time()
    made = protected(survey)
    spent = time.process_time() - began

    withheld = sum(audit.withheld for audit in made.certificate.audits)
    print(
        f"375 x 60 questions x 10 backgrounds: {spent:.2f} s CPU, "
        f"{withheld} of {sum(1 for _ in made.tables.cells())} withheld"
    )
    assert spent < 60
    assert Part.ANSWER in {category.part for table in made.tables.tables for category in table.categories}
