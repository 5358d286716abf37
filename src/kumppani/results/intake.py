"""From a zip file somebody sends to the files of a release: nothing is unpacked before its name and size are known.

A zip can lie about sizes, so reading stops at the limits whatever the directory of the zip says.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

MOST_FILES = 64
LARGEST_FILE = 30 * 1024 * 1024
LARGEST_TOTAL = 120 * 1024 * 1024
LARGEST_RATIO = 200
"""How many times larger than packed a file may be; real reports reach about 40."""

PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
ENCRYPTED = 0x1


class Unacceptable(ValueError):
    """The upload is not a release folder. The message is a sentence for the person who sent it."""


def files_of_zip(stream: IO[bytes]) -> dict[str, bytes]:
    """Read the files of a zip that holds one release folder, or its files at the top."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _refuse_odd(members)
            return _read(archive, members)
    except Unacceptable:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
    ) as fault:
        raise Unacceptable(_("The file is not a zip that can be read. Pack the release folder again.")) from fault


def files_of_folder(folder: Path) -> dict[str, bytes]:
    """Read the files of a release folder on this machine, under the same limits."""
    if not folder.is_dir():
        raise Unacceptable(_("There is no such folder."))
    paths = sorted(folder.iterdir())
    if len(paths) > MOST_FILES or any(path.is_symlink() or not path.is_file() for path in paths):
        raise Unacceptable(_("A release folder holds plain files only, and not this many."))
    if sum(path.stat().st_size for path in paths) > LARGEST_TOTAL:
        raise Unacceptable(_("The files are larger than a release can be."))
    return {path.name: path.read_bytes() for path in paths}


def _refuse_odd(members: list[zipfile.ZipInfo]) -> None:
    if not members:
        raise Unacceptable(_("The zip holds no files."))
    if len(members) > MOST_FILES:
        raise Unacceptable(_("The zip holds more files than a release has."))
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise Unacceptable(_("The zip is encrypted. Pack the release folder without a password."))
    if sum(member.file_size for member in members) > LARGEST_TOTAL:
        raise Unacceptable(_("The files are larger than a release can be."))
    for member in members:
        if member.file_size > LARGEST_RATIO * max(member.compress_size, 1) and member.file_size > 1_000_000:
            raise Unacceptable(_("A file in the zip is packed suspiciously tight. Pack the release folder again."))
        if _is_link(member):
            raise Unacceptable(_("The zip holds a link. A release folder holds plain files only."))


def _is_link(member: zipfile.ZipInfo) -> bool:
    return (member.external_attr >> 16) & 0o170000 == 0o120000


def _read(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    folders = {PurePosixPath(member.filename).parent for member in members}
    if len(folders) != 1 or len(PurePosixPath(next(iter(folders))).parts) > 1:
        raise Unacceptable(_("The zip holds more than one folder. Pack one release folder alone."))
    files: dict[str, bytes] = {}
    for member in members:
        name = PurePosixPath(member.filename).name
        parts = PurePosixPath(member.filename).parts
        if not PLAIN_NAME.fullmatch(name) or {"..", "/"} & set(parts) or name in files:
            raise Unacceptable(_("A file in the zip has a name that no release has."))
        files[name] = _content(archive, member)
    return files


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    limit = min(member.file_size, LARGEST_FILE)
    with archive.open(member) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise Unacceptable(_("A file in the zip is larger than it says or than a release file can be."))
    return content
