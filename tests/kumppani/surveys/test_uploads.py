"""Files that come in never lie on the disk, and what is too large is refused in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from barometer.answering.sheet import AnswerSheet
from barometer.responses_csv import responses_from_sheets, write_answers
from kumppani.surveys.uploads import KeptInMemory
from tests.kumppani.surveys import waves

pytestmark = pytest.mark.django_db(databases=["default", "answers"])
ROWS = 7_500


def over_djangos_limit(wave: Any) -> bytes:
    """Three million bytes of answers; the last row has a code that the question does not know."""
    sheet = AnswerSheet({"works": "yes", "why": "Kahvia! " * 50}, "en", "paper", "paper")
    header, row = write_answers(responses_from_sheets(wave.questionnaire, [sheet])).splitlines(keepends=True)
    return header + row * ROWS + row.replace(b"yes", b"perhaps")


def send(person: Any, wave: Any, content: bytes) -> tuple[int, str]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    response = client.post(f"/en/waves/{wave.code}/sheets/", {"answers": SimpleUploadedFile("answers.csv", content)})
    return response.status_code, response.content.decode()


def test_a_large_file_of_answers_never_comes_to_the_disk(
    open_wave: Any, who: waves.People, settings: Any, tmp_path: Path
):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "missing")  # whoever wants to write there fails

    status, page = send(who.coordinator, open_wave, over_djangos_limit(open_wave))

    assert status == 400
    assert f"answers.csv:{ROWS + 2}" in page  # it was read to the end
    settings.FILE_UPLOAD_HANDLERS = global_settings.FILE_UPLOAD_HANDLERS
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = global_settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    with pytest.raises(FileNotFoundError):
        send(who.coordinator, open_wave, over_djangos_limit(open_wave))


def test_what_is_more_than_a_request_may_keep_is_refused_and_never_cut_silently(
    open_wave: Any, who: waves.People, settings: Any
):
    answers = b"works\n" + b"yes\n" * 200
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 30_000_000
    more = SimpleUploadedFile("more", b"x" * 29_999_900)
    client = Client(headers={"accept-language": "en"})
    client.force_login(who.coordinator)

    response = client.post(
        f"/en/waves/{open_wave.code}/sheets/", {"a": more, "answers": SimpleUploadedFile("answers.csv", answers)}
    )

    assert response.status_code == 400
    assert "The file is too large." in response.content.decode()


def test_nothing_that_a_stranger_sends_is_kept(who: waves.People):
    request = RequestFactory().post("/")

    for user, left in ((None, False), (who.stranger, True)):
        request.user = user
        assert (KeptInMemory(request).left > 0) == left
