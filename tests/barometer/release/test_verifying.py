"""`barometer verify` notices one changed byte in any file, and what a forger who knows the format would do."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from barometer.cli import main
from barometer.problems import UnusableInput
from barometer.release import read_release, verify

FILES = [
    "SHA256SUMS",
    "certificate.json",
    "datapackage.json",
    "ddi.xml",
    "questionnaire.en.html",
    "questionnaire.fi.html",
    "questionnaire.sv.html",
    "release.json",
    "report.en.html",
    "report.en.pdf",
    "report.fi.html",
    "report.fi.pdf",
    "report.sv.html",
    "report.sv.pdf",
    "tables.csv",
    "tables.xlsx",
]


@pytest.fixture
def copy(release_2022: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(release_2022, tmp_path / "copy"))


def codes(folder: Path) -> set[str]:
    try:
        return {problem.code for problem in verify(folder)}
    except UnusableInput as error:
        return {problem.code for problem in error.problems}


def test_a_release_is_whole_as_it_was_written(release_2022: Path) -> None:
    assert verify(release_2022) == ()
    assert sorted(path.name for path in release_2022.iterdir()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_noticed(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(bytes(content))

    assert main(["verify", str(copy)]) in (1, 2)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_noticed(copy: Path, name: str) -> None:
    (copy / name).unlink()

    assert "release-file-missing" in codes(copy)


def test_an_added_file_is_noticed(copy: Path) -> None:
    (copy / "answers.csv").write_text("org_type\nngo\n")

    assert codes(copy) == {"release-file-unexpected"}


def test_a_changed_count_is_noticed_although_every_digest_was_recomputed(copy: Path) -> None:
    release = json.loads((copy / "release.json").read_text("utf-8"))
    cell = next(cell for cell in release["tables"][0]["cells"] if cell.get("count", 0) > 20)
    cell["count"] += 1
    (copy / "release.json").write_text(json.dumps(release, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _recompute_sums(copy)

    assert {"release-identity", "release-certificate", "release-derived-differs", "release-sum"} <= codes(copy)


def test_another_identity_than_the_announced_one_is_noticed(release_by_organisation: Path) -> None:
    announced = read_release(release_by_organisation).id

    assert main(["verify", str(release_by_organisation), "--id", announced]) == 0
    assert main(["verify", str(release_by_organisation), "--id", "0" * 64]) == 1


def test_a_folder_that_is_no_release_is_unusable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path)]) == 2
    assert main(["verify", str(tmp_path / "nowhere")]) == 2

    assert capsys.readouterr().err.count("\n") == 2


def _recompute_sums(folder: Path) -> None:
    files = sorted(path for path in folder.iterdir() if path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines))
