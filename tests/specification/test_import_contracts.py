"""Each import contract fails when it should: one forbidden import for each is planted in a copy and seen reported."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

PLANTED = {
    "library-without-web": [("barometer/texts.py", "import django.conf")],
    "one-road": [
        ("barometer/texts.py", "from barometer.questionnaire import model"),
        ("barometer/attack/planted.py", "from barometer import estimation"),
        ("barometer/unplaced.py", ""),
    ],
    "published-knows-no-answers": [
        ("barometer/attack/planted.py", "from barometer import responses"),
        ("barometer/report/planted.py", "from barometer.disclosure import policy"),
        ("barometer/report/planted.py", "from barometer import controller_record"),
    ],
    "release-without-controllers-record": [("barometer/release/planted.py", "from barometer import controller_record")],
    "worlds-stay-with-the-answers": [("barometer/release/planted.py", "from barometer import worlds")],
    "only-disclosure-publishes": [("barometer/responses.py", "from barometer import published")],
    "apps-in-one-chain": [
        ("kumppani/results/planted.py", "from kumppani.surveys import models"),
        ("kumppani/unplaced/__init__.py", ""),
    ],
    "inside-an-app": [
        ("kumppani/surveys/models.py", "from kumppani.surveys import actions"),
        ("kumppani/surveys/queries.py", "from kumppani.surveys import views"),
        ("kumppani/surveys/forms.py", "from kumppani.surveys import actions"),
    ],
    "sealed-store-is-the-surveys-own": [("kumppani/website/planted.py", "from kumppani.surveys.sealed import store")],
    "no-opened-answers-on-the-site": [
        ("kumppani/results/planted.py", "from barometer import responses"),
        ("kumppani/results/planted.py", "from barometer import controller_record"),
    ],
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the Python sources, with the modules that the planted imports name made to exist."""
    shutil.copytree(REPOSITORY / "src", tmp_path / "src", ignore=_all_but_python)
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    for app in ("surveys", "results"):
        for module in ("__init__", "models", "actions", "queries", "views"):
            _append(tmp_path / "src" / "kumppani" / app / f"{module}.py", "")
    for package in ("attack", "report", "disclosure"):
        for module in ("__init__", "policy"):
            _append(tmp_path / "src" / "barometer" / package / f"{module}.py", "")
    return tmp_path


@pytest.mark.parametrize(
    ("contract", "path", "line"),
    [(contract, path, line) for contract, plants in PLANTED.items() for path, line in plants],
)
def test_a_planted_import_breaks_its_contract(sources, contract, path, line):
    _append(sources / "src" / path, line)

    assert _broken(sources, contract), "the planted import was not noticed"


def test_the_copy_without_a_plant_breaks_nothing(sources):
    """Else the tests above would also pass on a contract that is broken anyhow."""
    assert not _broken(sources, None)


def test_every_contract_has_a_planted_import():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))

    assert {contract["id"] for contract in project["tool"]["importlinter"]["contracts"]} == set(PLANTED)


def _broken(root: Path, contract: str | None) -> bool:
    chosen = ["--contract", contract] if contract else []
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache", *chosen],
        cwd=root,
        env={"PYTHONPATH": str(root / "src"), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert " broken." in done.stdout, done.stdout + done.stderr
    return " 0 broken." not in done.stdout


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name != "__init__.py":
        _append(path.with_name("__init__.py"), "")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n" if line else "")


def _all_but_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".py") and not (Path(folder) / name).is_dir()]
