"""The release of the 2022 example, made once as a person makes it: on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from barometer.cli import main

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "partnership-barometer-2022"


@pytest.fixture(scope="session")
def release_2022(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases") / "2022"
    assert main(["release", str(EXAMPLE), "--to", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def unsafe_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same answers under a base threshold alone, as survey tools protect; marked unsafe, for tests."""
    making = tmp_path_factory.mktemp("unsafe")
    policy = making / "policy.yaml"
    policy.write_text(
        (EXAMPLE / "policy.yaml").read_text("utf-8").replace("method: audited", "method: threshold_only"), "utf-8"
    )
    assert main(["release", str(EXAMPLE), "--policy", str(policy), "--to", str(making / "release")]) == 1
    return making / "release"
