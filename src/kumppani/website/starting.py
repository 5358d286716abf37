"""Before a server starts: is its address free, and does nobody else serve the same data folder?

Two servers on one SQLite file would count attempts to sign in apart and wait for each other's locks; so the second one
is told where the first is.
"""

from __future__ import annotations

import errno
import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kumppani.settings.data_folder import CannotStart

LAST_PORT = 65_535


def require_free(host: str, port: int) -> None:
    """Raise CannotStart unless a server could listen there now."""
    if not 0 < port <= LAST_PORT:
        raise CannotStart(f"There is no port {port}. Name one from 1 to {LAST_PORT}, for example --port 8001.")
    try:
        family, kind, _proto, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as fault:
        raise CannotStart(_reason(fault, host, port)) from fault


def _reason(fault: OSError, host: str, port: int) -> str:
    if fault.errno == errno.EADDRINUSE:
        other = port + 1 if port < LAST_PORT else port - 1
        return f"Port {port} is taken by another program. Choose another: --port {other} (make demo PORT={other})."
    if fault.errno == errno.EACCES:
        return f"Port {port} is kept for the system. Choose one above 1023, for example --port 8001."
    return f"Nothing can be served at {host}:{port}: {fault.strerror}."


@contextmanager
def only_server_of(folder: Path, *, at: str) -> Iterator[None]:
    """Hold the data folder while serving. The lock goes with the process, so a crash leaves nothing to clean up."""
    with (folder / "served").open("a+", encoding="utf-8") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mark.seek(0)
            raise CannotStart(
                f"{folder} is in use already, by {mark.read() or 'another process'}. "
                "Stop that first, or set KUMPPANI_DATA to another folder."
            ) from None
        mark.truncate(0)
        mark.write(at)
        mark.flush()
        yield
