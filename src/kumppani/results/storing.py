"""Release folders on disk, each under the digest of its content; what is there is never changed, and
what is refused is not kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and SHA-256 digests of all files, in the order of their names."""
    listing = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return hashlib.sha256(listing.encode()).hexdigest()


def digest_on_disk(folder: Path) -> str:
    """The digest of the folder as it lies there now; of a missing folder, that of no files."""
    paths = folder.iterdir() if folder.is_dir() else ()
    return digest_of({path.name: path.read_bytes() for path in paths})


def store(files: Mapping[str, bytes]) -> Path:
    """Write the folder whole or not at all; one that is there already stays."""
    folder = Path(settings.RELEASES_FOLDER) / digest_of(files)
    if not folder.exists():
        write_whole(files, folder)
    return folder


def remove(digest: str) -> None:
    """Remove what is stored of a release that was refused: beside what is public it may tell of people."""
    shutil.rmtree(Path(settings.RELEASES_FOLDER) / digest, ignore_errors=True)


def write_whole(files: Mapping[str, bytes], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        for name, content in files.items():
            (making / name).write_bytes(content)
        making.chmod(0o755)
        os.replace(making, folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
