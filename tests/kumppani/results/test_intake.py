from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from kumppani.results.intake import LARGEST_FILE, MOST_FILES, Unacceptable, files_of_folder, files_of_zip
from tests.kumppani.results.conftest import zip_of

SOME = {"release.json": b"{}", "SHA256SUMS": b""}


@pytest.mark.parametrize("folder", ["", "release-2022/"])
def test_a_zip_of_a_folder_or_of_its_files_is_read(folder: str):
    assert files_of_zip(io.BytesIO(zip_of(SOME, folder))) == SOME


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"", "not a zip"),
        (b"PK\x03\x04 and then nothing", "not a zip"),
        (zip_of({}), "holds no files"),
        (zip_of({f"{number}.json": b"" for number in range(MOST_FILES + 1)}), "more files"),
        (zip_of(SOME, "a/b/"), "more than one folder"),
        (zip_of({"one/a.json": b"", "two/b.json": b""}, ""), "more than one folder"),
        (zip_of({"../../etc/passwd": b""}, ""), "more than one folder"),
        (zip_of({"..": b""}, ""), "a name that no release has"),
        (zip_of({"passwd": b""}, "../"), "a name that no release has"),
        (zip_of({"passwd": b""}, "/"), "a name that no release has|more than one folder"),
        (zip_of({"a\\b.json": b""}, ""), "a name that no release has|more than one folder"),
        (zip_of({".hidden": b""}, ""), "a name that no release has"),
        (zip_of({"bomb.json": b"0" * 20_000_000}), "suspiciously tight"),
    ],
)
def test_a_zip_that_is_no_release_is_refused_in_a_sentence(packed: bytes, reason: str):
    with pytest.raises(Unacceptable, match=reason):
        files_of_zip(io.BytesIO(packed))


def test_any_changed_byte_of_a_zip_is_refused_in_a_sentence_or_does_no_harm():
    whole = {"release.json": b'{"respondents": 375}' * 20}
    packed = zip_of(whole)

    for place in range(len(packed)):
        changed = bytearray(packed)
        changed[place] ^= 0xFF
        try:
            read = files_of_zip(io.BytesIO(bytes(changed)))
        except Unacceptable:
            continue
        assert list(read.values()) == list(whole.values()), place


def test_a_zip_that_says_a_file_is_smaller_than_it_is_is_refused():
    packed = bytearray(zip_of({"release.json": bytes(range(256)) * 40}))
    for header, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = packed.index(header) + offset
        packed[place : place + 4] = struct.pack("<I", 10)

    with pytest.raises(Unacceptable):
        files_of_zip(io.BytesIO(bytes(packed)))


def test_a_link_in_a_zip_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("release.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(Unacceptable, match="holds a link"):
        files_of_zip(packed)


def test_an_encrypted_zip_is_refused():
    packed = bytearray(zip_of(SOME, ""))
    for header, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = packed.index(header) + offset
        packed[place] |= 1

    with pytest.raises(Unacceptable, match="encrypted"):
        files_of_zip(io.BytesIO(bytes(packed)))


def test_a_file_larger_than_any_of_a_release_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kumppani.results.intake.LARGEST_FILE", 100)
    assert LARGEST_FILE > 100

    with pytest.raises(Unacceptable, match="larger than it says or than a release file can be"):
        files_of_zip(io.BytesIO(zip_of({"release.json": bytes(range(256))})))


def test_a_folder_with_a_link_in_it_is_refused(tmp_path: Path):
    (tmp_path / "release.json").symlink_to("/etc/passwd")

    with pytest.raises(Unacceptable, match="plain files only"):
        files_of_folder(tmp_path)
