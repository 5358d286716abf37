"""Keep a file, give it out, forget it.

What is kept is of few types, told by its ending and by its first bytes. It is given out as something to save and never
as a page of this site, so that no file can act in its reader's name.
"""

from __future__ import annotations

import logging
import re
import secrets
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from kumppani.files.models import StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LARGEST = 10 * 1024 * 1024
ZIPPED = b"PK\x03\x04"
ANYTHING = b""
OFFICE = "application/vnd.openxmlformats-officedocument"
OASIS = "application/vnd.oasis.opendocument"
TYPES: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".docx": (f"{OFFICE}.wordprocessingml.document", ZIPPED),
    ".xlsx": (f"{OFFICE}.spreadsheetml.sheet", ZIPPED),
    ".pptx": (f"{OFFICE}.presentationml.presentation", ZIPPED),
    ".odt": (f"{OASIS}.text", ZIPPED),
    ".ods": (f"{OASIS}.spreadsheet", ZIPPED),
    ".odp": (f"{OASIS}.presentation", ZIPPED),
    ".txt": ("text/plain", ANYTHING),
    ".csv": ("text/csv", ANYTHING),
}
"""By the ending of the name: the type, and what such a file begins with."""
ACCEPTED = ",".join(TYPES)
A_DAY = timedelta(days=1)
NAME_GIVEN = re.compile(r"[0-9a-f]{40}")

logger = logging.getLogger(__name__)


class Refused(Exception):
    """This file is not kept. The message is the sentence the page shows."""


def keep_file(upload: UploadedFile, *, by: AbstractBaseUser, at: datetime) -> StoredFile:
    """Write the file and its row; the caller's transaction says whether the row stays."""
    name = _plain_name(upload.name or "")
    if not upload.size or upload.size > LARGEST:
        raise Refused(_("The file is empty or larger than 10 MB."))
    kind = TYPES.get(Path(name).suffix.lower())
    content = upload.read()
    if kind is None or not content.startswith(kind[1]):
        raise Refused(_("Files of this type are not taken. Send a PDF, a picture, a text or an office document."))
    kept_as = secrets.token_hex(20)  # as NAME_GIVEN says
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / kept_as).write_bytes(content)
    return StoredFile.objects.create(
        name=name,
        kept_as=kept_as,
        content_type=kind[0],
        size=len(content),
        added_by=by,  # type: ignore[misc]  # a person; files may not know the app that defines one
        added_at=at,
    )


def as_download(file: StoredFile) -> FileResponse:
    """Answer with the file as something to save. Ask first whether this reader may have it."""
    path = path_of(file)
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def forget_file(file: StoredFile) -> None:
    """Delete the row, and the file once that is committed."""
    transaction.on_commit(partial(path_of(file).unlink, missing_ok=True))
    file.delete()


def sweep(*, at: datetime) -> int:
    """Delete files that no row names, such as those of an upload that was broken off a day ago or earlier.

    Only files under a name that `keep_file` gives; and none where the database names none of those that are there: then
    it is more likely the wrong database than all of them left behind.
    """
    known = set(StoredFile.objects.values_list("kept_as", flat=True))
    try:
        found = [path for path in _found() if NAME_GIVEN.fullmatch(path.name) and _is_plain(path)]
        last = (at - A_DAY).timestamp()
        left = [path for path in found if path.name not in known and path.stat().st_mtime < last]
        if left and known.isdisjoint(path.name for path in found):
            said = "The database names none of the %s files in %s, so none is deleted. Is it this site's database?"
            logger.warning(said, len(found), folder())
            return 0
        for path in left:
            path.unlink(missing_ok=True)
    except OSError as failure:  # what else is deleted with the files is not held up by them
        logger.warning("The files in %s were not swept: %s", folder(), type(failure).__name__)
        return 0
    return len(left)


def _found() -> list[Path]:
    return sorted(folder().iterdir()) if folder().is_dir() else []


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def path_of(file: StoredFile) -> Path:
    return folder() / file.kept_as


def folder() -> Path:
    return Path(settings.FILES_FOLDER)


def _plain_name(name: str) -> str:
    """The last part of the name, without what could end a line or hide its ending."""
    plain = "".join(letter for letter in Path(name.replace("\\", "/")).name if letter.isprintable())
    ending = Path(plain).suffix
    return plain.removesuffix(ending)[: 150 - len(ending)] + ending[:10]
