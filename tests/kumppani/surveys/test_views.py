"""The pages of those who run waves: the next step is plain, and what is not allowed is told in a sentence."""

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from barometer.answering.sheet import AnswerSheet
from barometer.responses_csv import responses_from_sheets, write_answers
from barometer.sealing import new_wave_key, open_bundle, read_bundle, write_wave_key
from kumppani.results.models import Release
from kumppani.surveys import actions
from kumppani.surveys.demonstration_keys import demonstration_keys, example_folders
from kumppani.surveys.freezing import files_of_folder
from kumppani.surveys.models import State, Wave
from kumppani.surveys.sealed import store
from kumppani.surveys.simulating import simulate_respondents
from tests.kumppani.surveys import waves
from tests.kumppani.surveys.waves import Browser

pytestmark = pytest.mark.django_db(databases=["default", "answers"])
EXAMPLE = "demonstration-open"


def signed_in(person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def page_of(wave) -> str:
    return f"/en/waves/{wave.code}/"


def press(client, wave, deed) -> str:
    return client.post(f"/en/waves/{wave.code}/do/{deed}/", follow=True).content.decode()


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def form(**changed) -> dict:
    today = timezone.localdate()
    return {
        "opens_on": today,
        "closes_on": today + timedelta(days=30),
        "destroy_on": today + timedelta(days=300),
        "minutes": 10,
        "contact": "barometer@example.org",
        "channels": "newsletter, network",
        "privacy_fi": "Suojattu.",
        "privacy_sv": "Skyddat.",
        "privacy_en": "Protected.",
        **changed,
    }


def zipped(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"my wave/{name}", content)
    return written.getvalue()


def test_the_whole_story_in_the_browser_with_demonstration_keys(who, settings):
    coordinator, custodian = signed_in(who.coordinator), signed_in(who.custodian)
    made = coordinator.post("/en/waves/prepare/", form(example=EXAMPLE, code="spring"), follow=True)
    assert "Next comes the rehearsal" in made.content.decode()
    wave = Wave.objects.get(code="spring")
    assert wave.channels == ["open_link", "newsletter", "network"]

    assert "A rehearsal answer is sealed" in press(coordinator, wave, "rehearse")
    assert "opened with the demonstration" in press(custodian, wave, "open-rehearsal-here")
    assert "The wave is open." in press(coordinator, wave, "open")
    wave.refresh_from_db()
    simulate_respondents(wave=wave, respondents=30, seed=3)
    assert "The wave is closed." in press(coordinator, wave, "close")
    assert "The wave is cut off." in press(coordinator, wave, "cut-off")
    assert "The answers were opened" in press(custodian, wave, "open-answers-here")
    wave.refresh_from_db()

    assert wave.state == State.OPENED
    assert "waits for another person" in press(signed_in(who.analyst), wave, "release-here")
    wave.refresh_from_db()
    release = Release.objects.get()
    assert (wave.state, wave.code, wave.release_identity) == (State.OPENED, release.wave, "")
    page = signed_in(who.analyst).get(page_of(wave)).content.decode()
    assert reverse("review", args=[release.digest]) in page
    assert "Send in a release" not in page
    assert set(release.involved.all()) == {who.custodian, who.analyst}
    assert not (Path(settings.DATA) / "demonstration-opened" / "spring").exists()


def test_every_custodian_who_took_part_in_opening_can_say_so(who, open_wave):
    coordinator, custodian = signed_in(who.coordinator), signed_in(who.custodian)
    press(coordinator, open_wave, "close")
    press(coordinator, open_wave, "cut-off")
    press(custodian, open_wave, "opened")
    second = signed_in(who.second_custodian)
    offered = "We have opened the answers"
    assert offered in second.get(f"/en/waves/{open_wave.code}/").content.decode()
    assert offered not in custodian.get(f"/en/waves/{open_wave.code}/").content.decode()

    press(second, open_wave, "opened")

    assert set(open_wave.opened_by.all()) == {who.custodian, who.second_custodian}


def test_a_wave_is_prepared_from_a_zip_and_the_custodians_key(who):
    keys = waves.keys()
    files = {
        "wave_key": upload(write_wave_key(new_wave_key([pair.public for pair in keys], 2)).encode(), "wave.key"),
        "folder": upload(zipped(files_of_folder(example_folders()[EXAMPLE])), "wave.zip"),
    }

    response = signed_in(who.coordinator).post("/en/waves/prepare/", form(**files), follow=True)

    assert response.status_code == 200
    wave = Wave.objects.get()
    assert wave.wave_key.quorum == 2
    assert "2 of 3 open the answers together." in response.content.decode()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"folder": b""}, "The submitted file is empty"),
        ({"folder": b"not a zip"}, "The file is not a zip that can be read."),
        ({"folder": zipped({"other.txt": b""})}, "holds no wave.yaml"),
        ({"folder": zipped({"wave.yaml": b"id: x\n"})}, "questionnaire.yaml"),
        ({"example": EXAMPLE, "wave_key": b"nothing"}, "This is not a wave key."),
        ({"example": EXAMPLE, "wave_key": waves.keys()[0].secret.encode()}, "This is not a wave key."),
    ],
)
def test_bad_files_get_a_reason_and_nothing_is_stored(who, files, reason):
    sent = {name: upload(value, name) if isinstance(value, bytes) else value for name, value in files.items()}

    response = signed_in(who.coordinator).post("/en/waves/prepare/", form(**sent))

    assert response.status_code == 400
    assert reason in response.content.decode()
    assert "AGE-SECRET-KEY" not in response.content.decode()
    assert not Wave.objects.exists()


def test_respondents_are_told_in_each_language_of_their_wave_and_in_no_other(who):
    client = signed_in(who.coordinator)
    silent = client.post("/en/waves/prepare/", form(example=EXAMPLE, privacy_sv=" "))
    client.post("/en/waves/prepare/", form(example=EXAMPLE, privacy_ar="محمية."))

    assert silent.status_code == 400
    assert "This field is required." in silent.content.decode()
    assert Wave.objects.get().privacy == {"fi": "Suojattu.", "sv": "Skyddat.", "en": "Protected."}


def test_the_same_code_twice_and_days_out_of_order_are_form_errors(who):
    client = signed_in(who.coordinator)
    client.post("/en/waves/prepare/", form(example=EXAMPLE))
    again = client.post("/en/waves/prepare/", form(example=EXAMPLE))
    turned = client.post("/en/waves/prepare/", form(example=EXAMPLE, code="x", closes_on="2020-01-01"))

    assert "There is a wave with this code already." in again.content.decode()
    assert "The days are out of order" in turned.content.decode()
    assert Wave.objects.count() == 1


@pytest.mark.parametrize("address", ["/en/waves/", "/en/waves/prepare/", "/en/waves/small-2026/"])
def test_who_is_not_signed_in_is_led_to_sign_in(open_wave, address):
    response = Client().get(address)

    assert response.status_code == 302
    assert "sign-in" in response["Location"]


def test_a_stranger_sees_no_wave(open_wave, who):
    response = signed_in(who.stranger).get(page_of(open_wave))

    assert response.status_code == 403
    assert "Only those who run the barometer" in response.content.decode()


@pytest.mark.parametrize("deed", ["pause", "close", "destroy", "rehearse"])
def test_a_custodian_does_not_run_the_wave(open_wave, who, deed):
    response = signed_in(who.custodian).post(f"/en/waves/{open_wave.code}/do/{deed}/")

    assert response.status_code == 403
    assert "Only a coordinator may do this with a wave." in response.content.decode()
    open_wave.refresh_from_db()
    assert open_wave.state == State.OPEN


def test_wrong_order_is_told_in_a_sentence(open_wave, who):
    assert "the wave is “open”" in press(signed_in(who.coordinator), open_wave, "cut-off")
    bundle = signed_in(who.custodian).post(f"/en/waves/{open_wave.code}/bundle/", follow=True)
    assert "This cannot be done now" in bundle.content.decode()


def test_the_custodians_take_the_bundle_out_and_open_it_elsewhere(open_wave, who, custodians):
    Browser(open_wave).press("start").press("enough").press("send")
    actions.close_wave(wave=open_wave, by=who.coordinator, at=timezone.now())
    actions.cut_off(wave=open_wave, by=who.coordinator, at=timezone.now())

    response = signed_in(who.custodian).post(f"/en/waves/{open_wave.code}/bundle/")

    assert response["Content-Disposition"] == 'attachment; filename="small-2026.bundle"'
    assert len(open_bundle(read_bundle(response.content), custodians[:2], open_wave.questionnaire).sheets) == 1


def test_a_rehearsal_is_downloaded_and_proved_with_its_word(who, custodians):
    wave = waves.prepared(who, custodians)
    actions.rehearse(wave=wave, by=who.coordinator, at=timezone.now())
    client = signed_in(who.custodian)
    bundle = read_bundle(client.get(f"/en/waves/{wave.code}/rehearsal/").content)
    word = open_bundle(bundle, custodians[:2], wave.questionnaire).sheets[0].channel

    wrong = client.post(f"/en/waves/{wave.code}/rehearsal/word/", {"word": "rehearsal-nothing"})
    right = client.post(f"/en/waves/{wave.code}/rehearsal/word/", {"word": word}, follow=True)

    assert wrong.status_code == 400
    assert "This is not the word inside the rehearsal." in wrong.content.decode()
    assert "keys work" in right.content.decode()


def test_answers_sealed_to_other_keys_are_not_opened_in_the_browser(open_wave, who):
    actions.close_wave(wave=open_wave, by=who.coordinator, at=timezone.now())
    actions.cut_off(wave=open_wave, by=who.coordinator, at=timezone.now())
    assert demonstration_keys()[0].public not in open_wave.wave_key.custodians

    page = press(signed_in(who.custodian), open_wave, "open-answers-here")

    assert "0 of the keys given are theirs" in page
    open_wave.refresh_from_db()
    assert open_wave.state == State.CUT_OFF


def test_nothing_is_opened_on_a_site_that_is_not_the_demonstration(open_wave, who, settings):
    settings.DEMONSTRATION = False

    for deed in ("open-rehearsal-here", "open-answers-here", "release-here"):
        assert "Only the demonstration keeps keys" in press(signed_in(who.custodian), open_wave, deed)


def test_a_file_of_sheets_that_is_too_large_gets_a_reason(open_wave, who, monkeypatch):
    monkeypatch.setattr("kumppani.surveys.forms.LARGEST_SHEETS", 10)

    response = signed_in(who.coordinator).post(
        f"/en/waves/{open_wave.code}/sheets/", {"answers": upload(b"works\nyes\nno\n", "a.csv")}
    )

    assert response.status_code == 400
    assert "The file is too large." in response.content.decode()


def test_paper_sheets_are_sealed_from_a_file_and_a_bad_file_gets_a_reason(open_wave, who):
    client, address = signed_in(who.coordinator), f"/en/waves/{open_wave.code}/sheets/"
    paper = AnswerSheet({"works": "yes", "years": 3.0}, "fi", "paper", "paper")
    good = client.post(
        address,
        {"answers": upload(write_answers(responses_from_sheets(open_wave.questionnaire, [paper])), "a.csv")},
        follow=True,
    )
    assert "1 sheet is sealed." in good.content.decode()
    assert store.count(open_wave.code) == 1

    for bad in (b"", b"\xff\xfew\x00o\x00", b"shoes\n44\n", b"works\nperhaps\n", b"works;years\nyes;3\n"):
        response = client.post(address, {"answers": upload(bad, "a.csv")})
        assert response.status_code == 400
        assert 'class="wrong"' in response.content.decode()
    assert store.count(open_wave.code) == 1


def test_the_last_day_is_moved_on_the_page(open_wave, who):
    client, address = signed_in(who.coordinator), f"/en/waves/{open_wave.code}/extend/"
    later = open_wave.closes_on + timedelta(days=3)

    assert "The last day is moved." in client.post(address, {"closes_on": later}, follow=True).content.decode()
    assert client.post(address, {"closes_on": "2020-01-01"}).status_code == 400
    page = client.get(page_of(open_wave)).content.decode()
    assert f'type="date" value="{later.isoformat()}"' in page
    assert '<label for="id_closes_on">New last day</label>' in page


def test_the_page_of_a_wave_shows_only_rounded_counts(open_wave, who):
    for _ in range(3):
        Browser(open_wave).press("start").press("enough").press("send")

    page = signed_in(who.coordinator).get(page_of(open_wave)).content.decode()

    assert "At least 0 answers." in page
    assert not re.search(r'<td class="figure">[1-4]</td>', page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("state", State.values)
def test_the_page_of_a_wave_stands_in_every_state_and_language(open_wave, who, state, language):
    Wave.objects.update(state=state)
    for person in (who.coordinator, who.custodian, who.analyst):
        assert signed_in(person).get(f"/{language}/waves/{open_wave.code}/").status_code == 200
    assert signed_in(who.coordinator).get(f"/{language}/waves/prepare/").status_code == 200


def test_the_list_of_waves_asks_as_often_for_three_as_for_one(who, custodians, django_assert_num_queries):
    client = signed_in(who.coordinator)
    waves.prepared(who, custodians, code="one")
    with django_assert_num_queries(5) as first:
        client.get(reverse("waves"))
    for code in ("two", "three"):
        waves.prepared(who, custodians, code=code)
    with django_assert_num_queries(len(first)):
        client.get(reverse("waves"))


def test_the_demonstrations_keys_are_kept_and_readable_by_their_owner_alone(settings):
    first = demonstration_keys()

    assert demonstration_keys() == first
    files = list((Path(settings.DATA) / "demonstration-keys").iterdir())
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


@pytest.mark.parametrize(
    ("state", "deed"), [(State.OPEN, "close"), (State.CLOSED, "cut-off"), (State.RELEASED, "destroy")]
)
def test_what_cannot_be_undone_is_asked_twice_without_a_script(open_wave, who, state, deed):
    Wave.objects.update(state=state, opens_on="2026-01-01", closes_on="2026-01-31", destroy_on="2026-02-01")

    page = signed_in(who.coordinator).get(page_of(open_wave)).content.decode()

    form = f'<form method="post" action="{page_of(open_wave)}do/{deed}/">'
    before, after = page.split(form)
    opened = before.rpartition('<details class="deed">')[2]
    assert "</details>" not in opened  # the form lies inside, and a browser shows it only when it is opened
    assert re.search(r"<summary[^>]*>[^<]+</summary>.*<p>[^<]{40,}</p>", opened)
    assert after.partition("</form>")[0].count("Yes, ") == 1


def test_channels_and_days_are_said_in_the_language_of_the_page(open_wave, who):
    Wave.objects.update(opens_on="2026-03-09", channels=["open_link", "paper", "spring_days"])
    client = signed_in(who.coordinator)

    pages = {language: client.get(f"/{language}/waves/small-2026/").content.decode() for language in ("fi", "sv", "en")}

    for language, channels in {
        "fi": "julkinen osoite, paperi, spring days",
        "sv": "offentlig adress, papper, spring days",
        "en": "public address, paper, spring days",
    }.items():
        assert channels in pages[language]
        assert "2026-03-09" not in pages[language]
    assert "9.3.2026" in pages["fi"]
    assert "9.3.2026" in pages["sv"]
    assert "9 Mar 2026" in pages["en"]


def test_the_home_page_names_each_of_several_open_waves_the_newest_first(open_wave, who, custodians, client):
    assert "Answer the barometer" in client.get("/en/").content.decode()
    later = waves.opened(who, custodians, code="later")
    Wave.objects.filter(pk=later.pk).update(titles={"en": "Later survey"})

    page = client.get("/en/").content.decode()

    named = re.findall(r'class="button" href="/answer/([\w-]+)/[^>]*>\s*([^<]+?)\s*</a>', page.replace("\u00ad", ""))
    assert named == 2 * [("later", "Answer: Later survey"), ("small-2026", "Answer: Small survey")]
    assert "Answer the barometer" not in page
