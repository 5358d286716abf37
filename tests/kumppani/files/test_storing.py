"""Files that no row names are swept away, and nothing else ever is."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from kumppani.files.models import StoredFile
from kumppani.files.storing import forget_file, keep_file, path_of, sweep
from kumppani.history.ending import end_what_is_over
from kumppani.history.retention import everything_kept
from kumppani.projects.models import Workspace
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db
NOBODY_S = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    settings.FILES_FOLDER.mkdir()
    return settings.FILES_FOLDER


@pytest.fixture
def kept(folder: Path, somebody: MakePerson) -> StoredFile:
    """A file that a row names, a week old."""
    file = keep_file(SimpleUploadedFile("minutes.txt", b"minutes"), by=somebody(), at=timezone.now())
    aged(path_of(file))
    return file


def aged(path: Path, *, days: int = 7) -> Path:
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
    return path


def written(path: Path) -> Path:
    path.write_text("words")
    return aged(path)


def test_what_a_broken_off_upload_left_goes_after_a_day_and_what_a_row_names_stays(folder: Path, kept: StoredFile):
    left, fresh = written(folder / NOBODY_S), folder / NOBODY_S[::-1]
    fresh.write_text("an upload that is going on")

    assert sweep(at=timezone.now()) == 1
    assert (left.exists(), fresh.exists(), path_of(kept).exists()) == (False, True, True)


@pytest.mark.parametrize("name", ["kumppani.sqlite3", NOBODY_S.upper(), NOBODY_S[1:], f"{NOBODY_S}0", f"{NOBODY_S}\n"])
def test_only_what_bears_a_name_of_ours_is_swept(name: str, folder: Path, kept: StoredFile):
    other = written(folder / name)

    assert sweep(at=timezone.now()) == 0
    assert other.exists()


def test_folders_and_links_stay_and_stop_nothing(folder: Path, kept: StoredFile, tmp_path: Path):
    (folder / "lost+found").mkdir()
    (folder / NOBODY_S[::-1]).mkdir()
    elsewhere = written(tmp_path / "elsewhere")
    (folder / NOBODY_S.replace("0", "f")).symlink_to(elsewhere)
    for inside in ("lost+found", NOBODY_S[::-1]):
        aged(folder / inside)
    left = written(folder / NOBODY_S)

    assert sweep(at=timezone.now()) == 1
    assert len(list(folder.iterdir())) == 4
    assert not left.exists()


def test_a_database_that_names_none_of_the_files_is_not_believed(
    folder: Path, kept: StoredFile, caplog: pytest.LogCaptureFixture
):
    """Such as a new one, or another site's, because an address was set wrong."""
    StoredFile.objects.all().delete()
    with caplog.at_level(logging.WARNING):
        assert sweep(at=timezone.now()) == 0
    assert path_of(kept).exists()
    assert "names none of the 1 files" in caplog.text

    StoredFile.objects.create(
        name="a.txt", kept_as=NOBODY_S, content_type="text/plain", size=1, added_at=timezone.now()
    )
    assert sweep(at=timezone.now()) == 0
    assert path_of(kept).exists()


def test_an_empty_folder_and_no_folder_are_nothing_to_warn_of(
    folder: Path, settings: Any, caplog: pytest.LogCaptureFixture
):
    assert sweep(at=timezone.now()) == 0
    settings.FILES_FOLDER = folder / "none"
    assert sweep(at=timezone.now()) == 0
    assert caplog.text == ""


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_forgotten_goes_with_the_commit(kept: StoredFile):
    with transaction.atomic():
        forget_file(kept)
        assert path_of(kept).exists()

    assert not path_of(kept).exists()


def test_whatever_lies_in_the_folder_deleted_workspaces_come_to_their_end(folder: Path, kept: StoredFile):
    now = timezone.now()
    Workspace.objects.create(name="Over", is_open=True, founded_at=now, ends_on=timezone.localdate(now))
    (folder / "lost+found").mkdir()
    aged(folder / "lost+found")
    rows = [row for row in everything_kept() if "projects.workspace" in row.models]

    end_what_is_over(at=now + timedelta(days=2), rows=rows)

    assert not Workspace.objects.exists()
