"""The demonstration wave of 2022: the fifteen published shares are exact, and everything else is labelled invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from barometer.cited import read_cited
from barometer.generating import generate_from_recipe, read_recipe
from barometer.generating.margins import counted
from barometer.responses import ChoiceColumn, MultipleColumn, ResponseSet
from barometer.responses_csv import read_answers, write_answers
from tests.barometer.examples.waves import EXAMPLES, questionnaire_of

FOLDER = EXAMPLES / "partnership-barometer-2022"

PUBLISHED_SHARES = {
    ("benefit", "very fairly"): (180, 300, 60),
    ("info_enough.national", "fully_agree agree"): (186, 351, 53),
    ("info_enough.regional", "fully_agree agree"): (186, 351, 53),
    ("did", "newsletter"): (186, 300, 62),
    ("did", "training"): (147, 300, 49),
    ("did", "events"): (135, 300, 45),
    ("did", "platform"): (135, 300, 45),
    ("use_nat.training", "very fairly"): (168, 240, 70),
    ("use_nat.webinars", "very fairly"): (166, 240, 69),
    ("use_nat.newsletter", "very fairly"): (163, 240, 68),
    ("use_reg.training", "very fairly"): (119, 195, 61),
    ("use_reg.webinars", "very fairly"): (117, 195, 60),
    ("use_reg.newsletter", "very fairly"): (115, 195, 59),
    ("impact.inclusion", "none"): (87, 300, 29),
    ("impact.receptiveness", "none"): (63, 300, 21),
}
"""Item and options; how many of how many, and the published whole percent."""


@pytest.fixture(scope="module")
def responses() -> ResponseSet:
    return read_answers((FOLDER / "answers.csv").read_bytes(), questionnaire_of(FOLDER))


def counts(responses: ResponseSet, item: str) -> dict[str, int]:
    column = responses.columns[item]
    if isinstance(column, MultipleColumn):
        return dict(zip(column.codes, column.ticked.sum(axis=0).tolist(), strict=True))
    assert isinstance(column, ChoiceColumn)
    return {code: int((column.values == place).sum()) for place, code in enumerate(column.codes)}


def leading(counted_by_code: dict[str, int], how_many: int) -> set[str]:
    return set(sorted(counted_by_code, key=lambda code: -counted_by_code[code])[:how_many])


def useful(responses: ResponseSet, question: str) -> dict[str, int]:
    ways = ("newsletter", "training", "webinars", "events", "platform", "networks")
    return {way: counted(responses, f"{question}.{way}", ["very", "fairly"])[0] for way in ways}


def test_the_committed_answers_are_those_of_the_recipe_and_its_seed():
    recipe = read_recipe((FOLDER / "recipe.yaml").read_bytes())

    generated = generate_from_recipe(questionnaire_of(FOLDER), recipe)

    assert write_answers(generated) == (FOLDER / "answers.csv").read_bytes()


def test_there_are_375_answers(responses: ResponseSet):
    assert responses.respondents == 375


@pytest.mark.parametrize(("item", "options"), PUBLISHED_SHARES)
def test_a_published_share_is_met_exactly_under_its_base(responses: ResponseSet, item: str, options: str):
    count, base, percent = PUBLISHED_SHARES[item, options]

    assert counted(responses, item, options.split()) == (count, base)
    assert int(100 * count / base + 0.5) == percent


def test_the_recipe_promises_the_same_fifteen_figures():
    recipe = read_recipe((FOLDER / "recipe.yaml").read_bytes())

    promised = {(f.item, " ".join(f.options)): (f.count, f.base, f.percent) for f in recipe.figures}

    assert promised == PUBLISHED_SHARES


class TestWhatWasPublishedInWords:
    def test_municipalities_and_organisations_are_the_two_largest_groups(self, responses: ResponseSet):
        assert leading(counts(responses, "org_type"), 2) == {"municipality", "ngo"}

    def test_uusimaa_gave_a_little_under_a_third(self, responses: ResponseSet):
        assert 0.30 <= counts(responses, "region")["uusimaa"] / 375 < 1 / 3

    def test_the_largest_benefits(self, responses: ResponseSet):
        largest = {"new_partners", "third_sector_authority_cooperation", "information_exchange"}

        assert leading(counts(responses, "benefits"), 3) == largest

    @pytest.mark.parametrize("question", ["use_nat", "use_reg"])
    def test_the_most_useful_activities(self, responses: ResponseSet, question: str):
        assert leading(useful(responses, question), 3) == {"training", "webinars", "newsletter"}

    def test_the_same_three_were_the_commonest(self, responses: ResponseSet):
        assert leading(counts(responses, "did"), 3) == {"newsletter", "webinars", "training"}

    def test_inclusion_and_receptiveness_have_the_least_effect(self, responses: ResponseSet):
        rows = [f"impact.{row.code}" for row in responses.questionnaire.question("impact").rows]
        no_effect = {row: counts(responses, row)["none"] for row in rows}

        assert leading(no_effect, 2) == {"impact.inclusion", "impact.receptiveness"}

    def test_the_wishes(self, responses: ResponseSet):
        assert leading(counts(responses, "future"), 3) == {"information_sharing", "communications", "events"}

    def test_most_can_take_part_nationally_and_few_see_immigrants_take_part(self, responses: ResponseSet):
        agree = ["fully_agree", "agree"]
        national, immigrants = (
            counted(responses, item, agree) for item in ("can_take_part.national", "immigrants_take_part")
        )

        assert national[0] / national[1] > 0.5
        assert immigrants[0] / immigrants[1] < 0.4


def test_the_recipe_is_the_one_of_the_stored_facts(shared_folder: Path):
    facts = json.loads((shared_folder / "facts" / "barometer-2022.json").read_bytes())["demonstration_answers"]
    recipe = read_recipe((FOLDER / "recipe.yaml").read_bytes())

    matrix = {f"{question}.{row}": of for question, rows in facts["matrix"].items() for row, of in rows.items()}
    assert recipe.single == {**facts["single"], **matrix}
    assert {item: {"answered": t.answered, "ticks": t.ticks} for item, t in recipe.multiple.items()} == facts["multi"]
    assert recipe.languages == facts["answer_language"]


def test_every_published_figure_is_cited_exactly_as_published(shared_folder: Path):
    facts = json.loads((shared_folder / "facts" / "published-figures.json").read_bytes())
    cited = {figure.id: figure for figure in read_cited((FOLDER / "cited.yaml").read_bytes()).figures}

    for figure in facts["figures"]:
        ours = cited.pop(figure["id"])
        low, high = figure.get("published_range", [figure["value"]] * 2)
        assert (ours.low, ours.high, ours.kind, ours.wave) == (low, high, figure["kind"], figure["wave"])
        assert all(source["page"] in ours.source for source in figure["source"])
    assert list(cited) == ["kb2020.responses"]
    assert cited["kb2020.responses"].printed == "almost 800"


def test_the_cited_figures_carry_no_base_and_no_interval():
    text = (FOLDER / "cited.yaml").read_text()

    assert "base:" not in text
    assert "interval:" not in text
    assert "range: [68, 70]" in text


def test_open_texts_say_that_they_are_examples(responses: ResponseSet):
    for item in ("needs_open", "future_open", "did.other", "benefits.other", "future.other"):
        written = [text for text in responses.columns[item].values if text]
        assert written
        assert all(text.startswith(("Esimerkki: ", "Exempel: ", "Example: ")) for text in written)
