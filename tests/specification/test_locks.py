"""The locks: exact versions with hashes, no address of where they come from, and nothing the project does not allow."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.txt", "requirements-dev.txt")
ENTRY = re.compile(r"(?P<requirement>[^\s\\][^\\]*?) \\\n(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)")


def name_of(requirement: Requirement) -> str:
    return re.sub(r"[-_.]+", "-", requirement.name).lower()


def pinned(lock: str) -> dict[str, str]:
    """Give the exact version of every package in a lock."""
    requirements = [Requirement(found["requirement"]) for found in ENTRY.finditer((REPOSITORY / lock).read_text())]
    return {name_of(requirement): str(requirement.specifier).removeprefix("==") for requirement in requirements}


def wanted(*groups: str) -> list[Requirement]:
    """Give what pyproject.toml asks for at run time and in these groups."""
    lines = [
        *PROJECT["project"]["dependencies"],
        *(line for group in groups for line in PROJECT["dependency-groups"][group]),
    ]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_nothing_but_pinned_and_hashed_packages(lock):
    assert ENTRY.sub("", (REPOSITORY / lock).read_text()) == ""
    assert len(pinned(lock)) > 20


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_index(lock):
    text = (REPOSITORY / lock).read_text()

    assert [word for word in ("://", "--i", "--e", "--f", " @ ", "file:") if word in text] == []


@pytest.mark.parametrize(
    ("lock", "groups"), [("requirements.txt", ["build"]), ("requirements-dev.txt", ["build", "dev"])]
)
def test_a_lock_satisfies_what_the_project_asks_for(lock, groups):
    versions = pinned(lock)

    unsatisfied = [
        str(requirement)
        for requirement in wanted(*groups)
        if not requirement.specifier.contains(versions.get(name_of(requirement), "0"))
    ]
    assert unsatisfied == []


def test_the_development_lock_holds_the_whole_runtime_lock():
    assert pinned("requirements.txt").items() <= pinned("requirements-dev.txt").items()


def test_every_package_of_the_runtime_lock_is_there_for_a_reason():
    """Each is asked for by the project or, installed, by one that is."""
    environment = {**default_environment(), "extra": ""}
    reached: set[str] = set()
    waiting = wanted("build")
    while waiting:
        requirement = waiting.pop()
        extras = requirement.extras or {""}
        if name_of(requirement) in reached and not requirement.extras:
            continue
        reached.add(name_of(requirement))
        for line in requires(requirement.name) or ():
            needed = Requirement(line)
            markers = [{**environment, "extra": extra} for extra in extras]
            if needed.marker is None or any(needed.marker.evaluate(marker) for marker in markers):
                waiting.append(needed)

    # A lock serves every platform; what is needed on another one only is marked so and not installed here.
    elsewhere = {
        name_of(requirement)
        for found in ENTRY.finditer((REPOSITORY / "requirements.txt").read_text())
        if (requirement := Requirement(found["requirement"])).marker and not requirement.marker.evaluate()
    }
    assert pinned("requirements.txt").keys() - elsewhere == reached


def test_the_build_backend_is_the_one_that_is_locked():
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]
