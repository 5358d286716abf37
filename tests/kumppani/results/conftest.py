"""A real release, made once for all tests by the real road, and ways to damage and to pack it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from barometer.pipeline import release_folder
from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.results.actions import approve_release, publish_release, take_in_release
from kumppani.results.models import Release
from tests.conftest import MadeOnce
from tests.kumppani.conftest import MakePerson

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "partnership-barometer-2022"
NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
Files = dict[str, bytes]


@pytest.fixture(scope="session")
def files(made_once: MadeOnce) -> Files:
    """The files of a release of the answers of 2022."""
    return files_in(made_once("release-of-totals-2022", release_of_totals))


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.RELEASES_FOLDER = tmp_path / "releases"


@pytest.fixture
def taken_in(files: Files, somebody: MakePerson) -> Callable[..., Release]:
    """Take the release in as an analyst would."""

    def take_in(*, by: Person | None = None, involved: tuple[Person, ...] = ()) -> Release:
        return take_in_release(files=files, involved=involved, by=by or somebody(Role.ANALYST), at=NOW)

    return take_in


@pytest.fixture
def published(taken_in: Callable[..., Release], somebody: MakePerson) -> Release:
    release = taken_in()
    approve_release(release=release, by=somebody(Role.APPROVER), at=NOW)
    publish_release(release=release, by=somebody(Role.COORDINATOR), at=NOW)
    release.refresh_from_db()
    return release


def zip_of(files: Mapping[str, bytes], folder: str = "release-2022/") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(folder + name, content)
    return packed.getvalue()


def release_of_totals(folder: Path, *, wave: Path = EXAMPLE, method: bytes = b"audited") -> None:
    """Make a release without tables by background, which would take longer to check."""
    policy = (wave / "policy.yaml").read_bytes()
    for usual, here in ((b"crossings: all", b"crossings: []"), (b"method: audited", b"method: " + method)):
        assert usual in policy
        policy = policy.replace(usual, here)
    folder.parent.mkdir(exist_ok=True)
    changed = folder.with_name("policy.yaml")
    changed.write_bytes(policy)
    release_folder(wave, folder, policy=changed)


def files_in(folder: Path) -> Files:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
