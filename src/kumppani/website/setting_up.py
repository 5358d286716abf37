"""Bring a site up to date before it serves, and fill the demonstration the first time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.events.demonstration import load_demonstration_events
from kumppani.network.demonstration import MEMBER, load_demonstration_network
from kumppani.network.demonstration_reports import load_demonstration_reports
from kumppani.projects.demonstration import load_demonstration_workspaces
from kumppani.publishing.demonstration import load_demonstration_texts
from kumppani.results.actions import approve_release, publish_release, take_in_release
from kumppani.results.intake import files_of_folder
from kumppani.results.models import Release, State
from kumppani.results.storing import digest_of
from kumppani.settings.data_folder import CannotStart
from kumppani.surveys.demonstration import open_demonstration_wave
from kumppani.website.demonstration import being_made_mark, load_people, not_made_mark

Say = Callable[[str], None]


@dataclass(frozen=True)
class ShownWave:
    """A wave of `examples/` that the demonstration shows as released, and the one it is compared with."""

    folder: str
    previous: str = ""


SHOWN_WAVES = (
    ShownWave("partnership-barometer-2022"),
    ShownWave("demonstration-2025"),
    ShownWave("demonstration-2026", previous="demonstration-2025"),
)


OPEN_WAVE = "demonstration-open"
"""The wave that visitors answer."""

BEHIND_THE_PAGES = 10
"""How nice the making of releases is to the server beside it (0 to 19)."""

BAROMETER = Path(sys.executable).with_name("barometer")
"""The library's command, installed beside this Python."""


class ExamplesAreMissing(CannotStart):
    """The demonstration is started in a checkout, where `examples/` lies."""


class ReleaseNotMade(Exception):
    """`barometer release` gave up; the message is what it wrote."""


def is_embedded() -> bool:
    return connection.vendor == "sqlite"


def prepare() -> None:
    """Migrate both databases and lay the static files out. Quick when there is nothing to do."""
    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def open_demonstration() -> None:
    """Write what is quick and not there yet: people, the wave that visitors answer, the network, workspaces, texts."""
    people = load_people()
    open_demonstration_wave(
        folder=_examples() / OPEN_WAVE,
        coordinator=people["coordinator"],
        custodian=people["custodian-1"],
        at=timezone.now(),
    )
    load_demonstration_network(coordinator=people["coordinator"], at=timezone.now())
    load_demonstration_reports(coordinator=people["coordinator"], at=timezone.now())
    load_demonstration_workspaces(coordinator=people["coordinator"], at=timezone.now())
    load_demonstration_texts(
        writer=people["coordinator"],
        reviewer=people["administrator"],
        member=Person.objects.get(email=MEMBER),
        at=timezone.now(),
    )
    load_demonstration_events(coordinator=people["coordinator"], at=timezone.now())


@contextmanager
def results_made_meanwhile() -> Iterator[None]:
    """Let another process make and publish the shown waves that are missing, while this one serves."""
    not_made_mark().unlink(missing_ok=True)
    if all(_is_released(shown) for shown in SHOWN_WAVES):
        yield
        return
    being_made_mark().parent.mkdir(parents=True, exist_ok=True)
    being_made_mark().touch()
    # In a session of its own Ctrl+C does not reach it: it is ended below, with what it has started.
    making = subprocess.Popen([sys.executable, "-m", "django", "publish_shown_waves"], start_new_session=True)
    os.setpriority(os.PRIO_PROCESS, making.pid, BEHIND_THE_PAGES)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(making.pid, signal.SIGTERM)
        making.wait()
        being_made_mark().unlink(missing_ok=True)


def publish_shown_waves(*, say: Say) -> None:
    """Make and publish the waves that the demonstration shows and that are not there yet, one after the other."""
    people = load_people()
    try:
        for shown in SHOWN_WAVES:
            if not _is_released(shown):
                _make_release(shown)
                _publish(shown, people)
                say(f"  Published: {shown.folder}")
    except Exception:
        not_made_mark().touch()
        raise
    finally:
        being_made_mark().unlink(missing_ok=True)


def simulate(respondents: int, *, wave: str = "") -> None:
    """Answer the open wave with made-up respondents; its code is needed where several are open."""
    call_command("simulate_answers", respondents, wave=wave)


def _examples() -> Path:
    for root in (Path.cwd(), Path(__file__).resolve().parents[3]):
        if (root / "examples" / SHOWN_WAVES[0].folder).is_dir():
            return root / "examples"
    raise ExamplesAreMissing("There is no folder examples/ here. Start the demonstration in a checkout of Kumppani.")


def _made(folder: str) -> Path:
    return Path(settings.DATA) / "made" / folder


def _is_released(shown: ShownWave) -> bool:
    """A release that was made is kept under its folder's name until it is published."""
    return (Path(settings.DATA) / "made" / f"{shown.folder}.published").exists()


def _make_release(shown: ShownWave) -> None:
    """Make one release in a process of its own, as an analyst would on her machine."""
    to = _made(shown.folder)
    if to.exists():
        return
    words = [str(BAROMETER), "release", str(_examples() / shown.folder), "--to", str(to)]
    for earlier in SHOWN_WAVES[: SHOWN_WAVES.index(shown)]:
        words += ["--previous", str(_made(earlier.folder))]
    made = subprocess.run(words, capture_output=True, text=True)
    if made.returncode != 0:
        raise ReleaseNotMade(made.stderr.strip())


def _publish(shown: ShownWave, people: dict[str, Person]) -> None:
    """Walk the site's own road with it: the analyst sends it in, the approver approves, the coordinator publishes."""
    files = files_of_folder(_made(shown.folder))
    comparability = _examples() / shown.folder / "comparability.yaml"
    # A start that was broken off may have come half the way.
    release = Release.objects.filter(digest=digest_of(files)).first() or take_in_release(
        files=files,
        comparability=comparability.read_bytes() if shown.previous else None,
        involved=(),
        by=people["analyst"],
        at=timezone.now(),
    )
    if release.state == State.REFUSED:
        raise ReleaseNotMade(f"The site refuses the release of {shown.folder}: {release.problems_said[0]}")
    if release.state == State.CHECKED:
        approve_release(release=release, by=people["approver"], at=timezone.now())
    release.refresh_from_db()
    if release.state == State.APPROVED:
        publish_release(release=release, by=people["coordinator"], at=timezone.now())
    _made(shown.folder).with_name(f"{shown.folder}.published").touch()
