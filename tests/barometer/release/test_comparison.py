"""A release that is compared with an earlier one carries the comparison as data and in every report."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from barometer.cli import main
from barometer.release import read_release, verify
from barometer.report.words import words_in
from tests.barometer.cli.folders import write_wave_folder

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def compared(folder: Path) -> dict:
    return json.loads((folder / "comparison.json").read_text("utf-8"))


def test_the_comparison_stands_in_the_folder_as_data(release_2025: Path, release_2026: Path) -> None:
    document = compared(release_2026)

    assert document["schema"] == "kumppani/comparison/1"
    assert document["release"] == read_release(release_2026).id
    assert document["earlier_release"] == read_release(release_2025).id
    assert {item["standing"] for item in document["items"]} == {"line", "broken", "refused"}
    assert "  comparison.json\n" in (release_2026 / "SHA256SUMS").read_text("utf-8")
    assert verify(release_2026) == ()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_report_tells_the_change(release_2026: Path, language: str) -> None:
    from pypdf import PdfReader

    heading = words_in(language).say("section.comparison")

    assert heading in (release_2026 / f"report.{language}.html").read_text("utf-8")
    outline = PdfReader(release_2026 / f"report.{language}.pdf").outline
    assert heading in [entry.title for entry in outline if not isinstance(entry, list)]


def test_compare_says_the_same_as_the_release(release_2025: Path, release_2026: Path, capsys) -> None:
    rules = EXAMPLES / "demonstration-2026" / "comparability.yaml"

    assert main(["compare", str(release_2025), str(release_2026), "--comparability", str(rules), "--json"]) == 0

    told = capsys.readouterr()
    assert json.loads(told.out) == compared(release_2026)
    assert len(told.err.splitlines()) > len(compared(release_2026)["items"])


def test_a_wave_without_a_word_on_comparability_is_not_compared(tmp_path: Path, capsys) -> None:
    wave = str(write_wave_folder(tmp_path / "wave"))
    assert main(["release", wave, "--to", str(tmp_path / "first")]) == 0

    assert main(["release", wave, "--previous", str(tmp_path / "first"), "--to", str(tmp_path / "second")]) == 0

    assert "Not compared" in capsys.readouterr().err
    assert not (tmp_path / "second" / "comparison.json").exists()


def change_of(document: dict) -> dict:
    return next(change for item in document["items"] for change in item.get("changes", ()) if "difference" in change)


@pytest.mark.parametrize(
    "forge",
    [
        lambda document: change_of(document)["later"].update(count=change_of(document)["later"]["count"] + 1),
        lambda document: change_of(document)["earlier"].update(count=change_of(document)["earlier"]["count"] + 1),
        lambda document: change_of(document)["difference"].update(low=-1.0),
        lambda document: change_of(document)["later"].pop("low"),
        lambda document: document.update(release="0" * 64),
        lambda document: document["later"].update(respondents=1),
        lambda document: document.update(items={}),
        lambda document: document.update(more=1),
    ],
)
def test_a_forged_comparison_is_noticed_although_its_digest_was_recomputed(
    forge: Callable[[dict], object], release_2026: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(release_2026, tmp_path / "copy"))
    document = compared(copy)
    forge(document)
    _write(copy, json.dumps(document, ensure_ascii=False).encode())

    assert main(["verify", str(copy)]) in (1, 2)


def test_a_comparison_that_was_taken_out_is_missed(release_2026: Path, tmp_path: Path, capsys) -> None:
    copy = Path(shutil.copytree(release_2026, tmp_path / "copy"))
    (copy / "comparison.json").unlink()

    assert main(["verify", str(copy)]) == 1

    assert "comparison.json: The file is missing." in capsys.readouterr().err


def _write(folder: Path, content: bytes) -> None:
    (folder / "comparison.json").write_bytes(content)
    sums = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    others = [line for line in sums if not line.endswith("  comparison.json")]
    lines = [*others, f"{hashlib.sha256(content).hexdigest()}  comparison.json"]
    (folder / "SHA256SUMS").write_text("".join(f"{line}\n" for line in sorted(lines, key=lambda line: line[66:])))
