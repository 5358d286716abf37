from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.results.intake import files_of_zip
from kumppani.results.models import Release
from tests.kumppani.conftest import MakePerson
from tests.kumppani.results.conftest import Files, zip_of

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]


@pytest.mark.parametrize(("language", "words"), [("fi", "Tulokset"), ("sv", "Resultat"), ("en", "Results")])
def test_the_results_are_listed_and_shown_in_every_language(
    language: str, words: str, published: Release, client: Client
):
    listed = client.get(f"/{language}/results/").content.decode()
    shown = client.get(f"/{language}/results/waves/{published.wave}/").content.decode()

    assert f"<h1>{words}</h1>" in listed
    assert published.titles[language] in listed.replace("\u00ad", "")
    assert f'<article class="report" lang="{language}"' in shown
    assert shown.count("<h1") == 1


def test_what_no_release_says_in_arabic_stands_in_its_own_language_and_direction(published: Release, client: Client):
    first = published.languages[0]
    listed = client.get("/ar/results/").content.decode()
    shown = client.get(f"/ar/results/waves/{published.wave}/").content.decode()

    assert f'<dl class="numbers" lang="{first}" dir="ltr">' in listed
    assert published.headlines[first][0]["question"] in listed
    assert f'<div lang="{first}" dir="ltr"><article class="report" lang="{first}"' in shown


def test_a_release_page_reads_the_release_and_what_it_replaces_and_no_answers(
    published: Release, client: Client, django_assert_num_queries: Any
):
    with django_assert_num_queries(2):
        client.get(f"/fi/results/waves/{published.wave}/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_results_asks_the_database_as_often_for_one_as_for_three(
    count: int, published: Release, client: Client, django_assert_num_queries: Any
):
    for number in range(1, count):
        copy_of(published, number)

    with django_assert_num_queries(2):
        page = client.get("/fi/results/").content.decode()
    assert page.count("card-link") == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_waiting_releases_asks_the_database_as_often_for_one_as_for_three(
    count: int, taken_in: Callable[..., Release], somebody: MakePerson, signed_in: SignedIn,
    django_assert_num_queries: Any,
):  # fmt: skip
    release = taken_in()
    for number in range(1, count):
        copy_of(release, number)
    client = signed_in(somebody(Role.APPROVER))

    with django_assert_num_queries(6):
        client.get("/en/results/review/")


def copy_of(release: Release, number: int) -> None:
    release.pk = None
    release.digest, release.wave = f"{number:064}", f"copy-{number}"
    release.save(force_insert=True)


def test_downloads_are_the_very_bytes_and_open_alone(published: Release, client: Client, files: Files):
    for name, content in files.items():
        response = client.get(f"/en/results/files/{published.digest}/{name}")
        assert b"".join(response.streaming_content) == content
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize("name", ["nothing.json", "..%2Fpages", "../secret-key", "%2e%2e"])
def test_there_is_no_way_out_of_a_release_folder(name: str, published: Release, client: Client):
    assert client.get(f"/en/results/files/{published.digest}/{name}").status_code == 404


def test_files_of_an_unpublished_release_are_for_reviewers(
    taken_in: Callable[..., Release], somebody: MakePerson, signed_in: SignedIn, client: Client
):
    address = f"/en/results/files/{taken_in().digest}/release.json"

    assert client.get(address).status_code == 302
    assert signed_in(somebody(Role.CUSTODIAN)).get(address).status_code == 403
    assert signed_in(somebody(Role.APPROVER)).get(address).status_code == 200


REVIEWERS = {Role.COORDINATOR, Role.ANALYST, Role.APPROVER}
TAKERS = {Role.COORDINATOR, Role.ANALYST}


@pytest.mark.parametrize("role", [*Role, None])
def test_who_may_open_which_page_of_the_review(role: Role | None, somebody: MakePerson, signed_in: SignedIn):
    client = signed_in(somebody(*([role] if role else [])))

    opened = {page: client.get(f"/en/results/{page}").status_code for page in ("review/", "review/take-in/")}

    assert opened == {
        "review/": 200 if role in REVIEWERS else 403,
        "review/take-in/": 200 if role in TAKERS else 403,
    }


def test_the_whole_road_in_the_browser(files: Files, somebody: MakePerson, signed_in: SignedIn, client: Client):
    analyst, approver = signed_in(somebody(Role.ANALYST)), signed_in(somebody(Role.APPROVER))
    coordinator = signed_in(somebody(Role.COORDINATOR))

    sent = analyst.post("/en/results/review/take-in/", {"folder": SimpleUploadedFile("release.zip", zip_of(files))})
    review = sent.headers["Location"]
    preview = approver.get(review).content.decode()
    refused = analyst.post(f"{review}approve/")
    approved = approver.post(f"{review}approve/", follow=True).content.decode()
    coordinator.post(f"{review}publish/")

    assert "It found nothing." in preview
    assert "<summary></summary>" not in preview
    assert "Approve this release" in preview
    assert refused.status_code == 403
    assert "Only an approver may approve a release." in refused.content.decode()
    assert "Approved. A coordinator can publish it now." in approved
    assert client.get("/en/results/waves/kb2022-demonstration/").status_code == 200


def test_an_upload_that_is_no_release_is_told_so_on_the_form(somebody: MakePerson, signed_in: SignedIn):
    client = signed_in(somebody(Role.ANALYST))

    page = client.post("/en/results/review/take-in/", {"folder": SimpleUploadedFile("release.zip", b"no zip")})

    assert page.status_code == 400
    assert "The file is not a zip that can be read." in page.content.decode()
    assert not Release.objects.exists()


def test_dates_are_written_as_the_language_writes_them(published: Release, client: Client):
    assert "4 November 2022" in client.get("/en/results/").content.decode()
    assert "4. marraskuuta 2022" in client.get("/fi/results/").content.decode()
    assert timezone.get_current_timezone_name() == "Europe/Helsinki"


def test_nothing_of_a_release_page_is_inline(published: Release, client: Client):
    page = client.get(f"/en/results/waves/{published.wave}/").content.decode()

    assert not re.findall(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)


def test_everything_can_be_downloaded_at_once(published: Release, files: dict[str, bytes], client: Client):
    answer = client.get(f"/en/results/files/{published.digest}.zip")

    assert files_of_zip(io.BytesIO(answer.content)) == files
    assert answer.content == client.get(f"/fi/results/files/{published.digest}.zip").content
