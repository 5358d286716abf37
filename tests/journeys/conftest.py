"""The demonstration as a visitor meets it: the real command, in a process of its own, on a port of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from playwright.sync_api import expect

from tests.inbox import Inbox, receiving
from tests.journeys.people import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from kumppani.accounts.models import Person
    from tests.journeys.desks import Desk

KUMPPANI = Path(sys.executable).with_name("kumppani")
MILLISECONDS_TO_WAIT = 60_000
"""A page may be long in coming: the site attacks a release while its sender waits, with other tests beside it."""
SECONDS_TO_START = 300
"""The site's releases are made meanwhile; a machine that does much else at once needs long for them."""


@dataclass(frozen=True)
class LiveSite:
    """A running demonstration: its address, its data folder, and the log it writes."""

    url: str
    data: Path
    log: Path
    environment: dict[str, str]
    """What every command that works on this site has to be told."""

    @property
    def letters(self) -> list[Path]:
        """The letters it has sent, oldest first."""
        return sorted((self.data / "mail").iterdir(), key=lambda letter: letter.stat().st_mtime_ns)


@pytest.fixture(scope="session")
def live_site(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, release_2025: Path, release_2026: Path
) -> Iterator[LiveSite]:
    """One demonstration for all journeys: each story prepares a wave of its own and leaves the others alone.

    The browser is asked for first: where there is none, no site is started for nothing. The site makes the release of
    2022 itself; those of the invented waves lie there, as after a start that was broken off.
    """
    folder = tmp_path_factory.mktemp("site")
    for year, release in ((2025, release_2025), (2026, release_2026)):
        shutil.copytree(release, folder / "data" / "made" / f"demonstration-{year}")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "KUMPPANI_"))}
    environment["KUMPPANI_DATA"] = str(folder / "data")
    if "DATABASE_URL" in environment:
        environment["DATABASE_URL"] = _new_databases(environment["DATABASE_URL"], f"journeys_{os.getpid()}")
    site = LiveSite(f"http://127.0.0.1:{_free_port()}", folder / "data", folder / "log", environment)
    expect.set_options(timeout=MILLISECONDS_TO_WAIT)
    with site.log.open("wb") as log:
        process = subprocess.Popen(
            [KUMPPANI, "demo", "--port", site.url.rpartition(":")[2]],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_it_serves(site, process)
            yield site
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


@pytest.fixture(scope="session")
def at_work(browser: Browser, live_site: LiveSite) -> Iterator[Callable[[str], Page]]:
    """Give the page of somebody with a role, signed in by an e-mailed code, in a browser of her own."""
    pages: dict[str, Page] = {}

    def page_of(who: str) -> Page:
        if who not in pages:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.set_default_timeout(MILLISECONDS_TO_WAIT)
            pages[who] = context.new_page()
            sign_in(pages[who], live_site, who)
        return pages[who]

    yield page_of
    for page in pages.values():
        page.context.close()


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    """Where the letters of a site beside the test come, over SMTP."""
    with receiving(settings) as inbox:
        yield inbox


@pytest.fixture
def desk_of(browser: Browser, live_server: Any, inbox: Inbox) -> Iterator[Callable[[Person], Desk]]:
    """Give somebody a desk with a browser, at a site that runs beside the test; she has not signed in yet."""
    from tests.journeys.desks import Desk

    desks: list[Desk] = []

    def desk_of(person: Person) -> Desk:
        desks.append(Desk(browser, live_server.url, inbox, person))
        return desks[-1]

    yield desk_of
    for desk in desks:
        desk.page.context.close()


def _wait_until_it_serves(site: LiveSite, process: subprocess.Popen[bytes]) -> None:
    last_moment = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < last_moment:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{site.url}/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"the demonstration did not start:\n{site.log.read_text(errors='replace')}")


def _new_databases(address: str, name: str) -> str:
    """Create the site's database and the answers' beside it on the server of the test run."""
    server = address.rpartition("/")[0]
    safe = "".join(letter if letter.isalnum() else "_" for letter in name.lower())[:40]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for database in (safe, f"{safe}_answers"):
            connection.execute(f'CREATE DATABASE "{database}"')
    return f"{server}/{safe}"


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
