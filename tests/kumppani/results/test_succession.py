"""What is taken in is tried with everything public: editions and corrections replace it, the rest waits unseen."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.translation import override

from barometer.cli import main
from barometer.pipeline import release_folder
from barometer.release.ledger import read_ledger
from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.results import ledger
from kumppani.results.actions import NotNow, approve_release, check_again, publish_release, take_in_release
from kumppani.results.models import Release, State
from tests.barometer.cli.folders import ANSWERS, QUESTIONNAIRE, WAVE, write_wave_folder
from tests.kumppani.conftest import MakePerson
from tests.kumppani.results.conftest import NOW, Files, files_in

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
Made = Callable[..., Files]

CORRECTED = "org,works\n" + "city,yes\n" * 30 + "city,no\n" * 30 + "ngo,\n" * 55
ONE_WITHDREW = ANSWERS.replace("city,yes\n", "", 1)
OTHER_WORDS = QUESTIONNAIRE.replace("Do you work with partners?", "Do you work together with partners?")
NEXT_WAVE = WAVE.replace("small-1", "small-2").replace("2026", "2027")


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Make a small release on the analyst's machine, with other contents for some files of its wave."""

    def make(*previous: Release, **changed: str) -> Files:
        place = tmp_path / f"made-{len(list(tmp_path.iterdir()))}"
        folders = [release.folder for release in previous]
        release_folder(write_wave_folder(place / "wave", **changed), place / "release", previous=folders)
        return files_in(place / "release")

    return make


@pytest.fixture
def take_in(somebody: MakePerson) -> Callable[[Files], Release]:
    return lambda files: take_in_release(files=files, involved=(), by=somebody(Role.ANALYST), at=NOW)


@pytest.fixture
def publish(somebody: MakePerson, take_in: Callable[[Files], Release]) -> Callable[[Files], Release]:
    """Walk a release to its publication."""

    def walk(files: Files) -> Release:
        release = take_in(files)
        assert release.problems_said == []
        approve_release(release=release, by=somebody(Role.APPROVER), at=NOW)
        publish_release(release=release, by=somebody(Role.COORDINATOR), at=NOW)
        release.refresh_from_db()
        return release

    return walk


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00ad", "").split())


def test_a_correction_replaces_the_first_release_which_stays_readable(
    made: Made, publish: Callable[[Files], Release], client: Client
):
    first = publish(made())
    later = publish(made(answers=CORRECTED))
    first.refresh_from_db()

    assert (first.state, first.replaced_by, later.state) == (State.SUPERSEDED, later, State.PUBLISHED)
    assert f"It replaces release {first.identity}." in later.standing_said[0]
    old = text_of(client.get(f"/en/results/releases/{first.identity}/"))
    new = text_of(client.get(f"/en/results/waves/{first.wave}/"))
    assert f'Replaced by <a href="/en/results/releases/{later.identity}/">the release of' in old
    assert f'This is a correction. It replaces <a href="/en/results/releases/{first.identity}/">' in new
    for release in (first, later):
        assert client.get(f"/en/results/files/{release.digest}/tables.csv").status_code == 200


def test_an_edition_keeps_the_address_of_its_release(made: Made, publish: Callable[[Files], Release], client: Client):
    first = publish(made())
    edition = publish(made(questionnaire=OTHER_WORDS))
    first.refresh_from_db()

    assert edition.identity == first.identity
    assert (first.state, first.replaced_by) == (State.SUPERSEDED, edition)
    page = text_of(client.get(f"/en/results/releases/{first.identity}/"))
    assert "work together with partners" in page
    assert "correction" not in page
    assert client.get(f"/en/results/files/{first.digest}/report.en.html").status_code == 200


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_release_after_a_withdrawal_waits_for_the_next_wave(
    language: str, made: Made, publish: Callable[[Files], Release], take_in: Callable[[Files], Release],
    somebody: MakePerson,
):  # fmt: skip
    publish(made())

    held = take_in(made(answers=ONE_WITHDREW))

    wait = {"fi": "Odottakaa seuraavaa kierrosta", "sv": "Vänta till nästa omgång", "en": "Wait for the next wave"}
    assert held.state == State.REFUSED
    with override(language):
        assert held.problems_said[-1].startswith(wait[language])
    with pytest.raises(NotNow):
        approve_release(release=held, by=somebody(Role.APPROVER), at=NOW)


def test_a_refused_release_shows_no_number_to_anybody(
    made: Made, publish: Callable[[Files], Release], take_in: Callable[[Files], Release], somebody: MakePerson,
    signed_in: SignedIn,
):  # fmt: skip
    publish(made())
    sent = made(answers=ONE_WITHDREW)
    assert b"114" in sent["release.json"]

    held = take_in(sent)

    assert kept_of(held) == []
    reviewer = signed_in(somebody(Role.APPROVER, Role.COORDINATOR, Role.ANALYST))

    page = text_of(reviewer.get(f"/en/results/review/{held.digest}/"))
    assert "Why it was refused" in page
    assert not re.search(r"\b114\b", page)
    for name in ("release.json", "report.en.html", "tables.csv"):
        assert reviewer.get(f"/en/results/files/{held.digest}/{name}").status_code == 404
    assert reviewer.get(f"/en/results/files/{held.digest}.zip").status_code == 404


def kept_of(release: Release) -> list[Path]:
    """The files that the server keeps of a release: its own, and the pages made of them."""
    folders = release.folder, release.folder.parent / "pages" / release.digest
    return [file for folder in folders if folder.exists() for file in folder.iterdir()]


def test_no_public_page_shows_a_number_of_what_is_not_released(
    made: Made, publish: Callable[[Files], Release], take_in: Callable[[Files], Release], client: Client
):
    """Every address of the results that takes a wave, an identity or a digest is tried, later ones too."""
    publish(made())
    waiting = [take_in(made(answers=CORRECTED + "ngo,\n" * 30)), take_in(made(answers=ONE_WITHDREW))]
    waiting.append(take_in(made(wave=NEXT_WAVE, answers=CORRECTED + "ngo,\n" * 30)))
    assert [release.respondents for release in waiting] == [145, 114, 145]

    tried = 0
    for release in waiting:
        known = {"wave": release.wave, "identity": release.identity, "digest": release.digest, "name": "release.json"}
        for name, places in addresses_of_results().items():
            response = client.get(reverse(name, kwargs={place: known[place] for place in places}))
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert not re.search(rb"\b(145|114)\b", _unpacked(body)), name
            tried += 1
    assert tried >= 3 * 12


def addresses_of_results() -> dict[str, tuple[str, ...]]:
    """The names of all addresses under results/, with what each takes."""
    named = get_resolver("kumppani.results.urls").reverse_dict
    return {name: tuple(named[name][0][0][1]) for name in named if isinstance(name, str)}


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist() if name.endswith((".json", ".csv", ".html")))


def test_what_was_published_meanwhile_is_tried_before_approval_and_before_publication(
    made: Made, publish: Callable[[Files], Release], take_in: Callable[[Files], Release], somebody: MakePerson
):
    early, late = take_in(made(wave=NEXT_WAVE)), take_in(made(wave=NEXT_WAVE.replace("small-2", "small-3")))
    late_wave = made(wave=WAVE.replace("small-1", "small-4").replace("2026", "2029"))
    approver, coordinator = somebody(Role.APPROVER), somebody(Role.COORDINATOR)
    approve_release(release=early, by=approver, at=NOW)
    first = publish(late_wave)

    with pytest.raises(NotNow, match="Check it again"):
        publish_release(release=early, by=coordinator, at=NOW)
    with pytest.raises(NotNow, match="Check it again"):
        approve_release(release=late, by=approver, at=NOW)

    check_again(release=early, by=coordinator, at=NOW)
    early.refresh_from_db()
    assert (early.state, early.approved_by, early.attacked_with) == (State.CHECKED, None, [first.identity])
    approve_release(release=early, by=approver, at=NOW)
    publish_release(release=early, by=coordinator, at=NOW)
    check_again(release=late, by=coordinator, at=NOW)
    late.refresh_from_db()
    assert late.state == State.REFUSED  # the same questionnaire and days under another name
    assert [line.what for line in Line.objects.all()][:2] == ["release refused", "release published"]


def test_of_two_releases_of_a_wave_that_wait_together_the_second_is_held(
    made: Made, publish: Callable[[Files], Release], take_in: Callable[[Files], Release], somebody: MakePerson,
    signed_in: SignedIn,
):  # fmt: skip
    held = take_in(made(answers=ONE_WITHDREW))
    publish(made())
    reviewer = signed_in(somebody(Role.COORDINATOR))

    page = text_of(reviewer.get(f"/en/results/review/{held.digest}/"))
    assert "Check it again together with them" in page
    assert "Approve this release" not in page
    assert len(kept_of(held)) > 10
    reviewer.post(f"/en/results/review/{held.digest}/check-again/")

    held.refresh_from_db()
    assert held.state == State.REFUSED
    assert "Wait for the next wave" in text_of(reviewer.get(f"/en/results/review/{held.digest}/"))
    assert kept_of(held) == []


def test_the_reviewer_reads_how_it_stands_beside_what_is_public(
    made: Made, publish: Callable[[Files], Release], take_in: Callable[[Files], Release], somebody: MakePerson,
    signed_in: SignedIn,
):  # fmt: skip
    publish(made())
    waiting = take_in(made(wave=NEXT_WAVE))

    page = text_of(signed_in(somebody(Role.APPROVER)).get(f"/en/results/review/{waiting.digest}/"))

    assert "It is the first release of its wave." in page
    assert "It was attacked together with the one release that is public; nothing new follows from the two." in page


@pytest.mark.parametrize(
    ("language", "warning"),
    [
        ("en", "The certificate was made without these releases, although they are public: <a"),
        ("fi", "Todistus on tehty ilman näitä julkaisuja, vaikka ne ovat julkisia: <a"),
        ("sv", "Intyget har gjorts utan dessa publikationer, fast de är offentliga: <a"),
    ],
)
def test_the_reviewer_is_told_when_the_certificate_was_made_without_what_is_public(
    language: str, warning: str, made: Made, publish: Callable[[Files], Release], take_in: Callable[[Files], Release],
    somebody: MakePerson, signed_in: SignedIn,
):  # fmt: skip
    first = publish(made())
    alone = take_in(made(wave=NEXT_WAVE))
    together = take_in(made(first, wave=NEXT_WAVE))
    reviewer = signed_in(somebody(Role.APPROVER))

    said, unsaid = (
        text_of(reviewer.get(f"/{language}/results/review/{release.digest}/")) for release in (alone, together)
    )

    assert f'{warning} href="/{language}/results/releases/{first.identity}/">' in said
    assert warning.partition(":")[0] not in unsaid


def test_publishing_wants_a_second_press(
    made: Made, take_in: Callable[[Files], Release], somebody: MakePerson, signed_in: SignedIn
):
    release = take_in(made())
    approve_release(release=release, by=somebody(Role.APPROVER), at=NOW)

    page = text_of(signed_in(somebody(Role.COORDINATOR)).get(f"/en/results/review/{release.digest}/"))

    asked, _, after = page.partition('<details class="deed"><summary class="button">Publish</summary>')
    assert f'action="/en/results/review/{release.digest}/publish/"' not in asked
    assert "Publishing cannot be taken back" in after.partition("</details>")[0]
    assert "Yes, publish" in after.partition("</details>")[0]


def test_the_ledger_is_kept_without_anybody_writing_it(
    made: Made, publish: Callable[[Files], Release], client: Client, tmp_path: Path,
    django_assert_num_queries: Any,
):  # fmt: skip
    assert read_ledger(client.get("/en/results/ledger/ledger.json").content).releases == ()
    first = publish(made())
    edition = publish(made(questionnaire=OTHER_WORDS))
    corrected = publish(made(answers=CORRECTED))
    other = publish(made(wave=NEXT_WAVE))

    entries = read_ledger(client.get("/en/results/ledger/ledger.json").content).releases
    assert [entry.release for entry in entries] == [release.identity for release in (first, edition, corrected, other)]
    assert [entry.replaces for entry in entries] == ["", first.identity, first.identity, ""]
    assert entries[3].audited_with == (first.identity, corrected.identity)
    with django_assert_num_queries(1):
        page = text_of(client.get("/en/results/ledger/"))
    assert "edition: other words, the same numbers; replaced by a later one" in page

    packed = client.get("/en/results/ledger/everything.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(packed.streaming_content))) as archive:
        archive.extractall(tmp_path / "everything")
    place = tmp_path / "everything"
    assert main(["ledger", str(place / "ledger.json")]) == 0
    wave = write_wave_folder(tmp_path / "third", wave=NEXT_WAVE.replace("small-2", "small-3").replace("2027", "2028"))
    assert main(["release", str(wave), "--ledger", str(place / "ledger.json"), "--to", str(tmp_path / "out")]) == 0


def test_the_ledger_asks_the_database_once_however_long_it_is(
    made: Made, publish: Callable[[Files], Release], django_assert_num_queries: Any
):
    publish(made())
    with django_assert_num_queries(1):
        ledger.lines()
    publish(made(wave=NEXT_WAVE))
    with django_assert_num_queries(1):
        assert len(ledger.lines()) == 2
