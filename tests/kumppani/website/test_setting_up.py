from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from kumppani.results.models import Release, State
from kumppani.website import setting_up
from kumppani.website.demonstration import being_made_mark, load_people, not_made_mark
from kumppani.website.setting_up import ReleaseNotMade, ShownWave, publish_shown_waves, results_made_meanwhile
from tests.conftest import MadeOnce
from tests.kumppani.results.conftest import release_of_totals

pytestmark = pytest.mark.django_db(transaction=True)
WAVE = ShownWave("partnership-barometer-2022")


@pytest.fixture
def data(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and one wave to show."""
    settings.DATA, settings.RELEASES_FOLDER = tmp_path, tmp_path / "releases"
    (tmp_path / "made").mkdir()
    monkeypatch.setattr(setting_up, "SHOWN_WAVES", (WAVE,))
    return tmp_path


@pytest.fixture(scope="session")
def made(made_once: MadeOnce) -> Path:
    """A release of the wave that is checked in a moment: without tables by background."""
    return made_once("release-of-totals-2022", release_of_totals)


@pytest.fixture
def said() -> list[str]:
    return []


def test_a_shown_wave_is_published_once_and_by_three_people(data: Path, said: list[str], made: Path):
    shutil.copytree(made, data / "made" / WAVE.folder)
    being_made_mark().touch()

    publish_shown_waves(say=said.append)
    publish_shown_waves(say=said.append)

    release = Release.objects.get()
    people = {release.received_by, release.approved_by, release.published_by}
    assert said == [f"  Published: {WAVE.folder}"]
    assert (release.state, len(people)) == (State.PUBLISHED, 3)
    assert not being_made_mark().exists()
    assert not not_made_mark().exists()


def test_publishing_that_was_broken_off_goes_on_where_it_stood(data: Path, said: list[str], made: Path):
    shutil.copytree(made, data / "made" / WAVE.folder)
    publish_shown_waves(say=said.append)
    (data / "made" / f"{WAVE.folder}.published").unlink()
    people = load_people()
    Release.objects.update(state=State.APPROVED, approved_by=people["approver"], published_by=None, published_at=None)

    publish_shown_waves(say=said.append)

    assert Release.objects.get().state == State.PUBLISHED


def test_a_wave_that_cannot_be_made_leaves_a_mark_for_the_home_page(
    data: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, client: Any
):
    monkeypatch.setattr(setting_up, "BAROMETER", Path(shutil.which("false") or "/bin/false"))

    with pytest.raises(ReleaseNotMade):
        publish_shown_waves(say=said.append)

    assert "could not be made" in client.get("/en/").content.decode()
    assert client.get("/health").status_code == 503


def test_what_makes_the_results_ends_with_the_server(data: Path, monkeypatch: pytest.MonkeyPatch):
    sleeper = data / "sleeper"
    sleeper.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(setting_up.sys, "executable", str(sleeper))

    with results_made_meanwhile():
        during = being_made_mark().exists()

    assert during
    assert not being_made_mark().exists()
