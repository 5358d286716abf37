from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from barometer.controller_record import ControllerRecord, controller_document
from barometer.release.writing import SUMS, pretty, sums
from kumppani.accounts.permissions import NotPermitted
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.results.actions import NotNow, approve_release, publish_release, take_in_release
from kumppani.results.intake import Unacceptable
from kumppani.results.models import Release, State
from kumppani.results.storing import digest_of, digest_on_disk
from tests.kumppani.conftest import MakePerson
from tests.kumppani.results.conftest import NOW, Files, files_in, release_of_totals

pytestmark = pytest.mark.django_db
TakenIn = Callable[..., Release]


def test_a_release_is_taken_in_whole_and_waits_for_approval(taken_in: TakenIn, files: Files):
    release = taken_in()

    assert (release.state, release.problems, release.respondents) == (State.CHECKED, [], 375)
    assert release.wave == "kb2022-demonstration"
    assert release.languages == ["fi", "sv", "en"]
    assert release.digest == digest_of(files) == digest_on_disk(release.folder)
    assert [line.what for line in Line.objects.all()] == ["release taken in"]


def test_the_headlines_quote_released_cells(taken_in: TakenIn, files: Files):
    headlines = taken_in().headlines["en"]

    assert [headline["figure"] for headline in headlines] == ["20%", "46%", "60%"]
    benefit = headlines[2]["cell"]
    assert benefit == "kb2022-demonstration/benefit/share/positive/answered/-"
    assert f'"{benefit}"'.encode() in files["release.json"] or benefit.encode() in files["tables.csv"]


def test_the_same_release_is_taken_in_once(taken_in: TakenIn):
    taken_in()

    with pytest.raises(Unacceptable, match="taken in already"):
        taken_in()


@pytest.mark.parametrize("name", ["release.json", "tables.csv", "report.fi.pdf", "certificate.json", "SHA256SUMS"])
def test_a_changed_byte_is_refused_with_the_files_name(name: str, files: Files, somebody: MakePerson):
    changed = files[name].replace(b"375", b"376", 1) if b"375" in files[name] else files[name][:-1] + b"\x00"

    release = take_in_release(files={**files, name: changed}, involved=(), by=somebody(Role.ANALYST), at=NOW)

    assert release.state == State.REFUSED
    assert any(name in said for said in release.problems_said)


def test_a_file_that_does_not_belong_is_never_kept_even_with_new_digests(
    files: Files, somebody: MakePerson, settings: Any
):
    """Opened answers, or the controller's record: what was put in by mistake must not stay on the server."""
    record = ControllerRecord(release="0" * 64, input_digest="1" * 64, software="barometer 1")
    for name, content in {
        "answers.csv": b"question\n1\n",
        "controller.json": pretty(controller_document(record)),
    }.items():
        more = {**files, name: content}
        more[SUMS] = sums(more)

        with pytest.raises(Unacceptable, match=name):
            take_in_release(files=more, involved=(), by=somebody(Role.ANALYST), at=NOW)

        assert not Release.objects.exists()
        assert not Path(settings.RELEASES_FOLDER).exists() or not list(Path(settings.RELEASES_FOLDER).rglob(name))


@pytest.mark.parametrize(
    ("claimed", "boast"),
    [
        (b'"how": "bound"', b'"how": "exact"'),
        (b'"withheld": 0', b'"withheld": 1'),
        (b'"attacker": "A0"', b'"attacker": "A1"'),
    ],
)
def test_a_certificate_that_claims_more_is_refused_even_with_new_digests(
    claimed: bytes, boast: bytes, files: Files, somebody: MakePerson
):
    assert claimed in files["certificate.json"]
    forged = {**files, "certificate.json": files["certificate.json"].replace(claimed, boast, 1)}
    forged[SUMS] = sums(forged)

    release = take_in_release(files=forged, involved=(), by=somebody(Role.ANALYST), at=NOW)

    assert release.state == State.REFUSED
    assert all("claims more than can be computed" in said for said in release.problems_said)


def test_files_that_are_no_release_leave_nothing_behind(somebody: MakePerson, settings: object):
    with pytest.raises(Unacceptable, match=r"release\.json"):
        take_in_release(files={"notes.txt": b""}, involved=(), by=somebody(Role.ANALYST), at=NOW)

    assert not Release.objects.exists()
    assert not Path(settings.RELEASES_FOLDER).exists()  # type: ignore[attr-defined]


def test_a_release_the_attack_breaks_is_refused_with_what_it_found(somebody: MakePerson, tmp_path: Path):
    release_of_totals(tmp_path / "unsafe", method=b"threshold_only")

    release = take_in_release(files=files_in(tmp_path / "unsafe"), involved=(), by=somebody(Role.ANALYST), at=NOW)

    assert release.state == State.REFUSED
    assert "does not protect" in release.problems_said[0]
    assert len(release.problems_said) > 5
    assert all(said.endswith(".") for said in release.problems_said)
    with override("fi"):
        assert release.problems_said[1] == release.problems[1]["fi"] != release.problems[1]["en"]
    with pytest.raises(NotNow):
        approve_release(release=release, by=somebody(Role.APPROVER), at=NOW)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COORDINATOR, Role.ANALYST)])
def test_other_roles_cannot_take_a_release_in(role: Role, files: Files, somebody: MakePerson):
    with pytest.raises(NotPermitted, match="Only a coordinator or an analyst"):
        take_in_release(files=files, involved=(), by=somebody(role), at=NOW)


def test_another_person_approves_and_a_coordinator_publishes(published: Release):
    assert published.state == State.PUBLISHED
    assert [line.what for line in Line.objects.all()] == ["release published", "release approved", "release taken in"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.APPROVER])
def test_other_roles_cannot_approve(role: Role, taken_in: TakenIn, somebody: MakePerson):
    with pytest.raises(NotPermitted, match="Only an approver"):
        approve_release(release=taken_in(), by=somebody(role), at=NOW)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COORDINATOR])
def test_other_roles_cannot_publish(role: Role, taken_in: TakenIn, somebody: MakePerson):
    with pytest.raises(NotPermitted, match="Only a coordinator"):
        publish_release(release=taken_in(), by=somebody(role), at=NOW)


def test_whoever_took_it_in_cannot_approve_it(taken_in: TakenIn, somebody: MakePerson):
    both = somebody(Role.ANALYST, Role.APPROVER)

    with pytest.raises(NotPermitted, match="You took this release in"):
        approve_release(release=taken_in(by=both), by=both, at=NOW)


def test_whoever_opened_the_answers_cannot_approve_it(taken_in: TakenIn, somebody: MakePerson):
    opener = somebody(Role.CUSTODIAN, Role.APPROVER)

    with pytest.raises(NotPermitted, match="opened the answers"):
        approve_release(release=taken_in(involved=(opener,)), by=opener, at=NOW)


def test_the_database_itself_refuses_an_approval_by_whoever_took_it_in(taken_in: TakenIn):
    release = taken_in()
    release.state, release.approved_by, release.approved_at = State.APPROVED, release.received_by, NOW

    with pytest.raises(IntegrityError), transaction.atomic():
        release.save()


def test_a_release_is_not_published_before_it_is_approved(taken_in: TakenIn, somebody: MakePerson):
    with pytest.raises(NotNow, match="Only an approved release"):
        publish_release(release=taken_in(), by=somebody(Role.COORDINATOR), at=NOW)


@pytest.mark.parametrize("what", ["file", "page"])
def test_a_byte_changed_after_the_check_voids_the_approval(what: str, taken_in: TakenIn, somebody: MakePerson):
    release = taken_in()
    pages = release.folder.parent / "pages" / release.digest
    changed = release.folder / "tables.csv" if what == "file" else pages / "fi.html"

    original = changed.read_bytes()
    changed.write_bytes(original + b" ")
    with pytest.raises(NotNow, match="not what was checked"):
        approve_release(release=release, by=somebody(Role.APPROVER), at=NOW)
    changed.write_bytes(original)
    approve_release(release=release, by=somebody(Role.APPROVER), at=NOW)
    changed.write_bytes(original + b" ")
    with pytest.raises(NotNow, match="not what was checked"):
        publish_release(release=release, by=somebody(Role.COORDINATOR), at=NOW)

    release.refresh_from_db()
    assert release.state == State.APPROVED
