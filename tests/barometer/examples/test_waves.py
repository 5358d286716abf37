"""The waves of the demonstration: complete in three languages, made again from their recipes, labelled invented."""

from __future__ import annotations

import pytest
import yaml

from barometer.comparison import Comparison, compare, read_comparability
from barometer.comparison.comparability import Class
from barometer.comparison.standing import Standing
from barometer.disclosure.policy import read_policy
from barometer.disclosure.protecting import protect
from barometer.estimation import estimate
from barometer.generating import generate_from_recipe, read_recipe
from barometer.published import PublishedTables
from barometer.questionnaire.checks import check
from barometer.responses_csv import read_answers, write_answers
from barometer.tabulation import tabulate
from barometer.wave import missing_method_items, read_wave
from tests.barometer.examples.waves import ANSWERED, EXAMPLES, WAVES, questionnaire_of


@pytest.mark.parametrize("name", WAVES)
def test_the_questionnaire_has_no_fault_and_speaks_three_languages(name: str):
    questionnaire = questionnaire_of(EXAMPLES / name)

    assert check(questionnaire) == ()
    assert set(questionnaire.languages) == {"fi", "sv", "en"}


@pytest.mark.parametrize("name", WAVES)
def test_the_wave_is_labelled_a_demonstration_and_states_its_methods(name: str):
    folder = EXAMPLES / name

    wave = read_wave((folder / "wave.yaml").read_bytes(), questionnaire_of(folder), respondents=0)

    assert wave.demonstration
    assert set(wave.label.languages) == {"fi", "sv", "en"}
    assert missing_method_items(wave) == ()


@pytest.mark.parametrize("name", ANSWERED)
def test_the_label_says_that_the_answers_are_invented(name: str):
    label = yaml.safe_load((EXAMPLES / name / "wave.yaml").read_bytes())["label"]

    assert "keksitty" in label["fi"]
    assert "påhittade" in label["sv"]
    assert "invented" in label["en"]
    assert "invented" in (EXAMPLES / name / "README.md").read_text()


@pytest.mark.parametrize("name", WAVES)
def test_the_policy_fits_the_questionnaire_and_is_the_default_one(name: str):
    policy = read_policy((EXAMPLES / name / "policy.yaml").read_bytes(), questionnaire_of(EXAMPLES / name))

    assert (policy.k, policy.m, policy.detail, policy.colluders) == (5, 10, 20, 2)
    assert {each.question: each.start for each in policy.backgrounds} == {
        "org_type": "five_groups",
        "region": "nine_areas",
    }
    levels = {each.question: [len(level.groups) for level in each.groupings] for each in policy.backgrounds}
    assert levels == {"org_type": [5, 3, 1], "region": [9, 7, 2, 1]}


def test_the_groups_of_the_policies_are_called_the_same_in_every_wave():
    named = []
    for name in WAVES:
        policy = read_policy((EXAMPLES / name / "policy.yaml").read_bytes(), questionnaire_of(EXAMPLES / name))
        named.append([[(g.code, g.label) for level in b.groupings for g in level.groups] for b in policy.backgrounds])

    assert named[1:] == named[:-1]


@pytest.mark.parametrize("name", ANSWERED)
def test_the_committed_answers_are_those_of_the_recipe_and_its_seed(name: str):
    folder = EXAMPLES / name

    generated = generate_from_recipe(questionnaire_of(folder), read_recipe((folder / "recipe.yaml").read_bytes()))

    assert write_answers(generated) == (folder / "answers.csv").read_bytes()


def test_the_two_invented_waves_have_different_numbers_of_answers():
    sizes = [read_recipe((EXAMPLES / name / "recipe.yaml").read_bytes()).respondents for name in ANSWERED]

    assert sizes == [375, 612, 498]


@pytest.mark.parametrize("name", ["demonstration-2025", "demonstration-2026"])
def test_open_texts_say_that_they_are_invented(name: str):
    texts = yaml.safe_load((EXAMPLES / name / "recipe.yaml").read_bytes())["texts"]

    for each in texts.values():
        for language, start in (("fi", "Keksitty: "), ("sv", "Påhittat: "), ("en", "Invented: ")):
            assert all(text.startswith(start) for text in each["texts"][language])


def released(name: str) -> PublishedTables:
    folder = EXAMPLES / name
    questionnaire = questionnaire_of(folder)
    responses = read_answers((folder / "answers.csv").read_bytes(), questionnaire)
    wave = read_wave((folder / "wave.yaml").read_bytes(), questionnaire, respondents=responses.respondents)
    policy = read_policy((folder / "policy.yaml").read_bytes(), questionnaire)
    return estimate(protect(tabulate(responses), policy, wave).tables)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    earlier, later = released("demonstration-2025"), released("demonstration-2026")
    data = (EXAMPLES / "demonstration-2026" / "comparability.yaml").read_bytes()
    return compare(earlier, later, read_comparability(data, earlier, later))


class TestComparingTheInventedWaves:
    def test_every_item_of_the_later_wave_was_classified_by_somebody(self, comparison: Comparison):
        assert [each.item for each in comparison.items if each.by is None and each.kind is None] == []

    def test_most_items_have_a_line_and_every_class_occurs(self, comparison: Comparison):
        whole = [each for each in comparison.items if each.by is None]

        assert {each.kind for each in whole} == set(Class)
        assert sum(each.standing is Standing.LINE for each in whole) > len(whole) / 2

    def test_the_reworded_statement_is_interrupted_and_the_changed_scale_refused(self, comparison: Comparison):
        standing = {each.item: each.standing for each in comparison.items if each.by is None}

        assert standing["dialogue"] is Standing.BROKEN
        assert standing["grade.municipal"] is Standing.REFUSED
        assert standing["impact.inclusion"] is Standing.LINE

    def test_regions_are_compared_on_common_areas_alone(self, comparison: Comparison):
        by_region = [each for each in comparison.items if each.by == "region" and each.standing is Standing.LINE]
        areas = {change.group for each in by_region for change in each.changes}

        assert by_region
        assert not areas & {"hame", "pirkanmaa", "kaakkois-suomi", "sisa-suomi"}

    def test_the_common_areas_are_those_of_the_policies(self):
        data = yaml.safe_load((EXAMPLES / "demonstration-2026" / "comparability.yaml").read_bytes())
        common = next(group["common"] for group in data["groups"] if group["by"] == "region")

        for side, name in (("earlier", "demonstration-2025"), ("later", "demonstration-2026")):
            policy = read_policy((EXAMPLES / name / "policy.yaml").read_bytes(), questionnaire_of(EXAMPLES / name))
            nine = next(b for b in policy.backgrounds if b.question == "region").groupings[0].groups
            assert {step["code"]: set(step[side]) for step in common} == {g.code: set(g.of) for g in nine}
