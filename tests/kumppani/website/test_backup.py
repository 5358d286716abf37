from __future__ import annotations

import io
import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.history.recording import record
from kumppani.mailing.models import Letter
from kumppani.regions.models import Area, Region
from kumppani.website.backup import CannotBackUp, read_backup, write_backup
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db(databases=["default", "answers"])
NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def backup(somebody: MakePerson, settings: Any, tmp_path: Path) -> Path:
    """A backup of a site with a person, her role, a line of history, a letter that waits, a release and a file."""
    settings.RELEASES_FOLDER, settings.FILES_FOLDER = tmp_path / "releases", tmp_path / "files"
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a1b2").write_text("an attachment")
    person = somebody(Role.COORDINATOR)
    record("wave opened", about=person, by=person, at=NOW)
    code = {"subject": "code", "body": "ABCD-1234", "language": "fi"}
    person.idle_letter = Letter.objects.create(to=person.email, written_at=NOW, **code)
    person.save(update_fields=["idle_letter"])
    (tmp_path / "releases" / "digest").mkdir(parents=True)
    (tmp_path / "releases" / "digest" / "release.json").write_text("{}")
    write_backup(tmp_path / "backup.tar.gz")
    return tmp_path / "backup.tar.gz"


def test_a_site_comes_back_from_its_backup(backup: Path, settings: Any, tmp_path: Path):
    name = Person.objects.get().name
    Letter.objects.all().delete()
    Line.objects.all().delete()
    Grant.objects.all().delete()
    Person.objects.all().delete()
    settings.RELEASES_FOLDER, settings.FILES_FOLDER = tmp_path / "elsewhere", tmp_path / "files elsewhere"

    read_backup(backup)

    assert (Person.objects.get().name, Person.objects.get().idle_letter) == (name, None)
    assert Grant.objects.get().role == Role.COORDINATOR
    assert Line.objects.get().by_name == name
    assert (Region.objects.count(), Area.objects.count()) == (20, 41)
    assert (tmp_path / "elsewhere" / "digest" / "release.json").read_text() == "{}"
    assert (tmp_path / "files elsewhere" / "a1b2").read_text() == "an attachment"


def test_a_backup_holds_no_letter_and_no_session(backup: Path):
    with tarfile.open(backup) as archive:
        member = archive.extractfile("rows.json")
        assert member is not None
        rows = member.read().decode()

    assert "ABCD-1234" not in rows
    assert {row["model"].split(".")[0] for row in json.loads(rows)} >= {"accounts", "history", "regions"}
    assert "sessions.session" not in rows


def test_a_backup_is_not_read_into_a_site_that_has_people(backup: Path):
    with pytest.raises(CannotBackUp, match="has people already"):
        read_backup(backup)


def test_a_backup_is_not_written_over_another(backup: Path):
    with pytest.raises(CannotBackUp, match="is there already"):
        write_backup(backup)


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_a_file_that_is_no_backup_is_refused(content: bytes, tmp_path: Path):
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(CannotBackUp, match="is not a backup"):
        read_backup(tmp_path / "file")


def test_a_backup_cannot_write_outside_its_place(tmp_path: Path):
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("../outside")
        entry.size = 4
        archive.addfile(entry, io.BytesIO(b"evil"))

    with pytest.raises(CannotBackUp, match="is not a backup"):
        read_backup(tmp_path / "evil.tar.gz")


def changed(backup: Path, name: str, content: bytes) -> Path:
    """The same backup with one file of it changed."""
    other = backup.with_name("changed.tar.gz")
    with tarfile.open(backup) as old, tarfile.open(other, "w:gz") as new:
        for member in old.getmembers():
            kept = old.extractfile(member)
            assert kept is not None
            entry = tarfile.TarInfo(member.name)
            written = content if member.name == name else kept.read()
            entry.size = len(written)
            new.addfile(entry, io.BytesIO(written))
    return other


@pytest.mark.parametrize("name", ["rows.json", "releases/digest/release.json"])
def test_a_backup_with_a_changed_file_is_refused_and_nothing_is_written(name: str, backup: Path, settings: Any):
    Grant.objects.all().delete()
    Person.objects.all().delete()
    settings.RELEASES_FOLDER = backup.parent / "elsewhere"

    with pytest.raises(CannotBackUp, match=f"damaged: {name} is not what was backed up"):
        read_backup(changed(backup, name, b"[]"))

    assert not Person.objects.exists()
    assert not (backup.parent / "elsewhere").exists()


def test_a_backup_that_cannot_be_written_leaves_no_half_of_one(somebody: MakePerson, tmp_path: Path):
    somebody()

    with pytest.raises(CannotBackUp, match="cannot be written"):
        write_backup(tmp_path / "no folder" / "backup.tar.gz")
    assert list(tmp_path.iterdir()) == []
