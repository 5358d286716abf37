"""Files that come in are kept in memory: they may hold answers, which never lie on the disk in clear.

Django writes what is over 2.5 MB to a temporary file. Here a request keeps so much and no more; the rest is dropped,
and the file says that it is larger than any form takes, so that the form refuses it in its own words.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class KeptInMemory(FileUploadHandler):
    """Keeps the files of one request, FILE_UPLOAD_MAX_MEMORY_SIZE bytes of them together."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        person = getattr(request, "user", None)
        # A stranger has no form that takes a file, and memory is not hers to fill.
        self.left = settings.FILE_UPLOAD_MAX_MEMORY_SIZE if person is not None and person.is_authenticated else 0

    def new_file(self, *args: Any, **named: Any) -> None:
        super().new_file(*args, **named)
        self.file = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= self.file.write(raw_data[: self.left])

    def file_complete(self, file_size: int) -> UploadedFile:
        kept = self.file.tell()
        self.file.seek(0)
        size = file_size if kept == file_size else max(file_size, settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
        return InMemoryUploadedFile(
            self.file,
            self.field_name,
            self.file_name,
            self.content_type,
            size,
            self.charset,
            self.content_type_extra,
        )
