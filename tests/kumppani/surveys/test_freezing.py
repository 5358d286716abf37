"""What somebody hands in as a wave folder: broken, hostile, or not what it says."""

import io
import json
import zipfile

import pytest

from barometer.problems import UnusableInput
from kumppani.surveys.freezing import files_of_zip, freeze, renamed
from tests.kumppani.surveys import waves

QUESTIONNAIRE = {f"questionnaire/{name}": text.encode() for name, text in waves.translations().items()}
WAVE = waves.WAVE.replace("{en: Small survey}", "{en: Small survey, fi: Pieni kysely, sv: Liten enkät}")
FOLDER = {
    "wave.yaml": WAVE.encode(),
    "policy.yaml": b"version: 1\nbackgrounds: []\n",
    "questionnaire/questionnaire.yaml": waves.QUESTIONNAIRE.encode(),
    **QUESTIONNAIRE,
}
LEVELS = [
    f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]" for before, one in zip("abcdefgh", "bcdefghi", strict=True)
]
BOMB = "\n".join(["a: &a [x, x, x, x, x, x, x, x, x]", *LEVELS]).encode()
"""A billion items in nine lines."""


def zipped(files, packing=zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def test_a_zipped_folder_is_read_whether_or_not_it_is_wrapped_in_another():
    assert files_of_zip(zipped(FOLDER)) == FOLDER
    assert files_of_zip(zipped({f"autumn/{name}": content for name, content in FOLDER.items()})) == FOLDER


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_is_refused(packing):
    data = bytearray(zipped({"wave.yaml": waves.WAVE.encode() * 50}, packing))
    start = data.find(b"wave.yaml") + 20
    data[start : start + 30] = bytes(byte ^ 0xFF for byte in data[start : start + 30])

    with pytest.raises(UnusableInput):
        files_of_zip(bytes(data))


def test_the_folder_that_the_others_spoil_is_right():
    assert freeze(FOLDER).code == "small-2026"


def test_names_that_lead_out_of_the_folder_and_answers_are_not_read():
    hostile = {"../policy.yaml": b"x", "questionnaire/../../x.txt": b"x", "answers.csv": b"x", "/etc/passwd": b"x"}

    assert files_of_zip(zipped({**FOLDER, **hostile})) == FOLDER


@pytest.mark.parametrize("name", ["../../x", "a/b", "a b", "x" * 200, "ä", "<script>", "a\nb", ""])
def test_a_wave_is_not_named_like_a_path_or_markup(name):
    wave = WAVE.replace("small-2026", json.dumps(name)).encode()

    with pytest.raises(UnusableInput):
        freeze({**FOLDER, "wave.yaml": wave})


@pytest.mark.parametrize("file", ["wave.yaml", "policy.yaml", "questionnaire/questionnaire.yaml"])
@pytest.mark.parametrize("content", [BOMB, b"\xff\xfe\x00", b"[" * 100_000], ids=["bomb", "bytes", "depth"])
def test_a_hostile_file_is_refused(file, content):
    with pytest.raises(UnusableInput):
        freeze({**FOLDER, file: content})


def test_a_file_that_only_travels_along_has_to_be_text_too():
    assert freeze({**FOLDER, "cited.yaml": "ä: 1\n".encode()}).files["cited.yaml"] == "ä: 1\n"
    with pytest.raises(UnusableInput, match=r"cited\.yaml"):
        freeze({**FOLDER, "cited.yaml": b"\xff\xfe\x00"})


def test_a_wave_under_another_name_is_compared_by_that_name():
    comparability = b"earlier: small-2025\nlater: small-2026\nitems: []\n"

    again = renamed(freeze({**FOLDER, "comparability.yaml": comparability}), "trial")

    assert again.code == "trial"
    assert "id: trial" in again.files["wave.yaml"]
    assert "later: trial" in again.files["comparability.yaml"]
