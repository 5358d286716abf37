"""The page that says, before a wave is opened, what so many answers could publish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from barometer import pipeline
from barometer.sealing import new_wave_key
from kumppani.results.models import Release
from kumppani.surveys import actions
from kumppani.surveys.freezing import freeze
from kumppani.surveys.models import State, Wave
from tests.accessibility import violations_of
from tests.barometer.cli.folders import FILES, write_wave_folder

pytestmark = pytest.mark.django_db(databases=["default", "answers"])


@pytest.fixture
def wave(who, custodians) -> Wave:
    """A prepared wave of one question by one background."""
    today = timezone.localdate()
    files = {name: content.encode() for name, content in FILES.items() if name != "answers.csv"}
    return actions.prepare_wave(
        frozen=freeze(files),
        wave_key=new_wave_key([pair.public for pair in custodians], 2),
        privacy={"en": "Sealed."},
        contact="barometer@example.org",
        minutes=5,
        opens_on=today,
        closes_on=today + timedelta(days=10),
        destroy_on=today + timedelta(days=90),
        channels=[],
        demonstration=True,
        by=who.coordinator,
        at=timezone.now(),
    )


def asked(person, wave: Wave, question: str = "", language: str = "en") -> tuple[int, str]:
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    response = client.get(f"/{language}/waves/{wave.code}/forecast/{question}")
    return response.status_code, response.content.decode()


def test_the_page_of_a_wave_asks_until_it_is_open(who, wave):
    client = Client()
    client.force_login(who.coordinator)
    address = f"/en/waves/{wave.code}/"

    before = client.get(address).content.decode()
    Wave.objects.update(state=State.OPEN)
    after = client.get(address).content.decode()

    assert f'action="{address}forecast/"' in before
    assert "forecast" not in after
    assert asked(who.coordinator, wave)[0] == 404


def test_a_number_is_answered_at_once_in_plain_words(who, wave):
    status, page = asked(who.coordinator, wave, "?respondents=100")

    assert status == 200
    assert "Likely groups: City" in page
    assert "With 100 answers" in page
    assert '<td class="figure">47</td>' in page
    assert "?respondents=100&amp;simulate=on" in page


def test_made_up_waves_are_tried_on_request(who, wave):
    _, page = asked(who.coordinator, wave, "?respondents=100&simulate=on")

    assert "3 made-up waves went through the same protection as a release." in page
    assert "of the respondents are in a figure that can be read" in page


@pytest.fixture
def earlier(who, settings, tmp_path) -> Release:
    """The published release of an earlier wave of the same questions: 60 cities and 55 organisations."""
    settings.RELEASES_FOLDER = tmp_path / "releases"
    made = pipeline.release_folder(write_wave_folder(tmp_path / "wave"), tmp_path / "made")
    digest = "e" * 64
    settings.RELEASES_FOLDER.mkdir()
    (tmp_path / "made").rename(settings.RELEASES_FOLDER / digest)
    return Release.objects.create(
        digest=digest, identity=made.id, wave="small-1", titles={"en": "Small survey 2025"}, languages=["en"],
        respondents=115, demonstration=True, has_cited=False, state="published", received_by=who.analyst,
        received_at=timezone.now(), approved_by=who.coordinator, approved_at=timezone.now(),
        published_at=timezone.now(),
    )  # fmt: skip


def test_shares_come_from_the_published_release_that_fits(who, wave, earlier):
    _, page = asked(who.coordinator, wave, "?respondents=230")

    assert "is taken from “Small survey 2025”" in page
    assert '<td class="figure">120</td>' in page
    assert '<td class="figure">110</td>' in page


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "Todennäköiset ryhmät: City"), ("sv", "Sannolika grupper: City")]
)
def test_it_speaks_the_readers_language(who, wave, language, words):
    assert words in asked(who.coordinator, wave, "?respondents=100", language)[1]


@pytest.mark.parametrize("respondents", ["4", "0", "-3", "many", "1000001", ""])
def test_a_number_that_makes_no_sense_is_answered_by_a_sentence(who, wave, respondents):
    status, page = asked(who.coordinator, wave, f"?respondents={respondents}")

    assert status == 400
    assert "There is something to correct" in page


def test_only_those_who_run_waves_may_ask(who, wave):
    assert asked(who.stranger, wave, "?respondents=100")[0] == 403
    assert Client().get(f"/en/waves/{wave.code}/forecast/").status_code == 302


@pytest.mark.journey
@pytest.mark.django_db(databases=["default", "answers"], transaction=True)
@pytest.mark.same_on_every_database("templates and style sheets make the look of a page")
def test_it_is_accessible_on_a_phone_and_in_the_dark(browser: Browser, live_server, who, wave):
    client = Client()
    client.force_login(who.coordinator)
    found = {}

    for width, scheme in ((320, "light"), (1280, "light"), (1280, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        for address in ("forecast/?respondents=100", "forecast/?respondents=4", ""):
            page.goto(f"{live_server.url}/fi/waves/{wave.code}/{address}")
            found[width, scheme, address] = violations_of(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()

    assert found == dict.fromkeys(found, ())
