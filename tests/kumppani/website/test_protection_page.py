"""The page for respondents: plain, in every language of the site, with an example that is true."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from barometer.attack import attack
from barometer.disclosure.policy import Policy
from tests.barometer.attack.building import release_of, rows_of, single, withhold

pytestmark = pytest.mark.django_db
LANGUAGES = ("fi", "sv", "en")
LONGEST_SENTENCE = 24
"""Words. Plain-language guides ask for short sentences; one fact each."""


def page_in(language: str, client: Client) -> str:
    with override(language):
        return unescape(client.get(reverse("protection")).content.decode())


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def sentences_of(page: str) -> list[str]:
    """Give every sentence of a paragraph or a list, without marks."""
    blocks = re.findall(r"<(p|li|dd)\b[^>]*>(.*?)</\1>", main_of(page), re.DOTALL)
    plain = (" ".join(re.sub(r"<[^>]*>", "", text).split()) for _, text in blocks)
    return [sentence for text in plain for sentence in re.split(r"(?<=[.!?:])\s+", text) if sentence]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_promises_no_more_of_groups_than_the_default_policy_keeps(language: str, client: Client):
    (line,) = re.findall(r"<li>[^<]*\b20\b[^<]*</li>", main_of(page_in(language, client)))

    least, with_one_answer = map(int, re.findall(r"\d+", line))

    assert least == Policy.m
    assert with_one_answer <= Policy.detail


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_sentences_are_short(language: str, client: Client):
    sentences = sentences_of(page_in(language, client))

    assert len(sentences) > 40
    assert [one for one in sentences if len(one.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_promises_no_more_than_was_tested(language: str, client: Client):
    claims = re.compile(r"anonym|\bsafe|\bproved|turvalli|todistet|bevisa|säker", re.IGNORECASE)

    assert claims.findall(main_of(page_in(language, client))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_example_shows_the_same_people_counted_and_published(language: str, client: Client):
    counted, published = re.findall(r"<tbody>(.*?)</tbody>", main_of(page_in(language, client)), re.DOTALL)

    assert numbers_of(counted) == [["21", "2", "23"], ["30", "6", "36"], ["51", "8", "59"]]
    assert numbers_of(published) == [["[c]", "[c]", "23"], ["[c]", "[c]", "36"], ["51", "8", "59"]]


def numbers_of(body: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", body)
    return [re.findall(r'<td class="figure">(?:<strong>)?(\[c\]|\d+)', row) for row in rows]


def test_the_withheld_number_of_its_example_can_be_what_the_page_says():
    """The page says 1 to 7; the attack finds the same."""
    rows = rows_of(
        (21, {"works": "yes", "place": "north"}), (2, {"works": "no", "place": "north"}),
        (30, {"works": "yes", "place": "south"}), (6, {"works": "no", "place": "south"}),
    )  # fmt: skip
    answers = {answer: (answer,) for answer in ("yes", "no")}
    places = [(answer, place) for answer in answers for place in ("north", "south")]
    tables = (single(rows, "works", answers), withhold(single(rows, "works", answers, by="place"), *places))

    findings = attack([release_of(*tables, respondents=59)], complete=True)

    reach = {(one.cell.category, one.cell.group): (one.low, one.high) for one in findings.withheld}
    assert findings.is_clean
    assert reach["no", "north"] == (1, 7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_step_from_every_page_of_results(language: str, client: Client):
    with override(language):
        address, results = reverse("protection"), reverse("results")

    assert f'href="{address}"' in client.get(results).content.decode()
    assert f'href="{results}"' in main_of(page_in(language, client))
