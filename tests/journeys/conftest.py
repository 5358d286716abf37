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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

KUMPPANI = Path(sys.executable).with_name("kumppani")
SECONDS_TO_START = 120


@dataclass(frozen=True)
class LiveSite:
    """A running demonstration: its address, its data folder, and the log it writes."""

    url: str
    data: Path
    log: Path

    @property
    def letters(self) -> list[Path]:
        """The letters it has sent, oldest first."""
        return sorted((self.data / "mail").iterdir(), key=lambda letter: letter.stat().st_mtime_ns)


@pytest.fixture(scope="session")
def made_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's release folders, once a site has made them: they are the same bytes every time."""
    return tmp_path_factory.mktemp("releases") / "made"


@pytest.fixture(scope="module")
def live_site(
    tmp_path_factory: pytest.TempPathFactory, made_releases: Path, request: pytest.FixtureRequest
) -> Iterator[LiveSite]:
    """A demonstration that nobody has touched; each module of journeys has its own."""
    folder = tmp_path_factory.mktemp("site")
    site = LiveSite(f"http://127.0.0.1:{_free_port()}", folder / "data", folder / "log")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "KUMPPANI_"))}
    environment["KUMPPANI_DATA"] = str(site.data)
    if made_releases.exists():
        shutil.copytree(made_releases, site.data / "made")
    if "DATABASE_URL" in environment:
        environment["DATABASE_URL"] = _new_databases(
            environment["DATABASE_URL"], f"journey_{os.getpid()}_{request.node.name}"
        )
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
            if not made_releases.exists():
                shutil.copytree(site.data / "made", made_releases, ignore=shutil.ignore_patterns("*.published"))
            yield site
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


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
