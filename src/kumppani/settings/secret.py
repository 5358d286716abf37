"""The site's secret key: made at the first start, kept in the data folder, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key_in(folder: Path) -> str:
    """Read the key, or make one. Two processes that start at once end up with the same key."""
    file = folder / "secret-key"
    folder.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        _write_once(file, secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii")


def _write_once(file: Path, key: str) -> None:
    """Write under another name first, then link: the file is never there half written, and the first one wins."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(key)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
