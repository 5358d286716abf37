"""The controller's record says which withheld cells are small; it goes to a file of its own and nowhere else."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from barometer.attack import Findings, attack
from barometer.cli import main
from barometer.cli.schemas import schema_text
from barometer.controller_record import WARNING, AuditedCell, read_controller_document
from barometer.controlling import attacked_knowing_the_small, controller_record, small_cells, true_count
from barometer.pipeline import WaveFolder, read_wave_folder
from barometer.published import Part, Status
from barometer.release import Release, read_release, verify
from barometer.release.union import Attacks
from barometer.tabulation import Cube, tabulate
from tests.barometer.cli.folders import write_wave_folder
from tests.conftest import EXAMPLE_2022

ANSWERS = (EXAMPLE_2022 / "answers.csv").read_bytes()


@pytest.fixture(scope="module")
def wave_folder() -> WaveFolder:
    return read_wave_folder(EXAMPLE_2022)


@pytest.fixture(scope="module")
def cube(wave_folder: WaveFolder) -> Cube:
    return tabulate(wave_folder.responses)


@pytest.fixture(scope="module")
def release(release_by_organisation: Path) -> Release:
    return read_release(release_by_organisation)


def test_cells_are_counted_as_the_release_counts_them(release_2022: Path, cube: Cube) -> None:
    counted = [
        (true_count(table, category, table.group(cell.group), cube), cell.count)
        for table, cell in read_release(release_2022).tables.cells()
        if cell.count is not None and (category := table.category(cell.category)).part is not Part.NET
    ]

    assert len(counted) > 1000
    assert [pair for pair in counted if pair[0] != pair[1]] == []


def test_every_withheld_cell_is_in_the_record_with_an_interval_around_its_true_count(
    release: Release, cube: Cube
) -> None:
    record = controller_record(release.tables, release.certificate, cube, answers=ANSWERS)

    assert record.release == release.id
    assert record.input_digest == hashlib.sha256(ANSWERS).hexdigest()
    withheld = [(t.id, c.category, c.group) for t, c in release.tables.cells() if c.status is Status.CONFIDENTIAL]
    assert Counter((cell.table, cell.category, cell.group) for cell in record.cells) == Counter(withheld)
    kinds = set()
    for cell in record.cells:
        table = release.tables.table(*cell.table.split("/"))
        count = true_count(table, table.category(cell.category), table.group(cell.group), cube)
        assert cell.low <= count <= cell.high
        assert cell.primary == (1 <= count <= 4)
        kinds.add(cell.primary)
    assert kinds == {True, False}


def test_the_controllers_own_attack_is_remembered_without_what_only_he_knows(release: Release, cube: Cube) -> None:
    asked: list[bool] = []

    def recorded(*releases: Any, **measure: Any) -> Findings:
        asked.append("primary" in measure)
        return attack(*releases, **measure)

    attacks = Attacks(recorded)

    known = attacked_knowing_the_small(release.tables, cube, attacks)

    assert known.is_clean
    assert attacks.on_all([release.tables]).found == ()
    assert asked == [True]


def test_small_cells_are_the_withheld_ones_of_one_to_four(release: Release, cube: Cube) -> None:
    record = controller_record(release.tables, release.certificate, cube, answers=ANSWERS)

    small = small_cells(release.tables, cube, 5)

    assert {(table, *cell) for table, cells in small.items() for cell in cells} == {
        (cell.table, cell.category, cell.group) for cell in record.cells if cell.primary
    }


def test_the_command_writes_it_beside_the_release_and_says_that_it_is_not_to_be_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wave, release, file = write_wave_folder(tmp_path / "wave"), tmp_path / "release", tmp_path / "controller.json"

    assert main(["release", str(wave), "--to", str(release), "--controller", str(file)]) == 0

    document = json.loads(file.read_text("utf-8"))
    jsonschema.Draft202012Validator(json.loads(schema_text("controller"))).validate(document)
    assert document["warning"] == WARNING
    assert read_controller_document(document).software
    assert "NOT for publication" in capsys.readouterr().err
    digest = document["input_digest"].encode()
    assert [path.name for path in release.iterdir() if digest in path.read_bytes()] == []


@pytest.mark.parametrize("name", ["release/controller.json", "release/deep/controller.json"])
def test_it_is_never_written_into_the_release_folder(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    release = tmp_path / "release"
    (release / "deep").mkdir(parents=True)

    assert main(["release", str(EXAMPLE_2022), "--to", str(release), "--controller", str(tmp_path / name)]) == 2

    assert "may not lie in the release folder" in capsys.readouterr().err


def test_a_release_folder_with_the_record_in_it_is_not_whole(release: Release) -> None:
    record = AuditedCell("q", "y", "north", True, 1, 9, "lp")
    files = {**release.files, "controller.json": json.dumps(record.__dict__).encode()}

    found = verify(Release(release.id, release.tables, release.certificate, release.cited, files))

    assert {fault.code for fault in found} == {"release-file-unexpected"}
