"""The whole road on one screen: from a wave folder, or a custodian's opened folder, to a release folder.

A wave folder holds `wave.yaml`, `policy.yaml`, `answers.csv`, the questionnaire (`questionnaire/` or the frozen
`questionnaire.json`), and if wanted `cited.yaml` and `comparability.yaml`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from barometer.attack import Findings, attack
from barometer.attack.accounts import account
from barometer.cited import read_cited
from barometer.comparison import Comparison, compare, read_comparability
from barometer.disclosure.policy import Policy, read_policy
from barometer.disclosure.protecting import Protected, ReleaseRefused, protect
from barometer.estimation import estimate
from barometer.problems import Problem, Severity, UnusableInput
from barometer.published import CitedTables, PublishedTables, Wave
from barometer.published_json import release_id
from barometer.questionnaire.canonical import from_plain
from barometer.questionnaire.checks import check
from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire.reading import read_questionnaire_folder
from barometer.release import read_release, release_files, write_folder
from barometer.release.writing import Progress
from barometer.responses import ResponseSet
from barometer.responses_csv import read_answers
from barometer.sealing import Bundle
from barometer.tabulation import tabulate
from barometer.wave import read_wave

LARGEST_INPUT = 512 * 1024 * 1024
"""Bytes; a larger input file is refused unread."""


@dataclass(frozen=True)
class WaveFolder:
    """Everything a release is made of, read and checked."""

    questionnaire: Questionnaire
    responses: ResponseSet
    policy: Policy
    wave: Wave
    cited: CitedTables | None
    comparability: bytes | None


@dataclass(frozen=True)
class MadeRelease:
    """What the road ended in: the files by name, and what the attack on them found."""

    id: str
    files: dict[str, bytes]
    tables: PublishedTables
    findings: Findings


def read_wave_folder(folder: Path, *, policy: Path | None = None) -> WaveFolder:
    """Read a wave folder, with another policy than its own if wanted.

    Raises UnusableInput with every fault of the first file that has any.
    """
    questionnaire = read_wave_questionnaire(folder)
    faults = [fault for fault in check(questionnaire) if fault.severity is Severity.ERROR]
    if faults:
        raise UnusableInput(faults)
    responses = read_answers(content_of(folder / "answers.csv"), questionnaire)
    wave = read_wave(content_of(folder / "wave.yaml"), questionnaire, respondents=responses.respondents)
    cited, comparability = folder / "cited.yaml", folder / "comparability.yaml"
    return WaveFolder(
        questionnaire=questionnaire,
        responses=responses,
        policy=read_policy(content_of(policy or folder / "policy.yaml"), questionnaire),
        wave=wave,
        cited=read_cited(content_of(cited)) if cited.exists() else None,
        comparability=content_of(comparability) if comparability.exists() else None,
    )


def read_wave_questionnaire(folder: Path) -> Questionnaire:
    """Read the questionnaire of a wave folder, written by people or frozen when the wave was opened."""
    frozen = folder / "questionnaire.json"
    if not frozen.exists():
        return read_questionnaire_folder(folder / "questionnaire")
    return _frozen_questionnaire(content_of(frozen), frozen.name)


def questionnaire_of_bundle(bundle: Bundle) -> Questionnaire:
    """Give the questionnaire that was frozen with a sealed wave; `open_bundle` checks that it is the one answered."""
    frozen = bundle.files.get("questionnaire.json", "")
    return _frozen_questionnaire(frozen.encode("utf-8"), "questionnaire.json in the bundle")


def _frozen_questionnaire(content: bytes, name: str) -> Questionnaire:
    try:
        return from_plain(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"The frozen questionnaire cannot be read: {error}."
        raise UnusableInput(
            [Problem("questionnaire-frozen", message, "Take it again from the bundle.", name)]
        ) from error


def content_of(path: Path) -> bytes:
    """Read a file that somebody handed in. Raises UnusableInput where it is missing or far too large."""
    if not path.is_file():
        raise UnusableInput(
            [Problem("file-missing", "There is no such file.", "Check the folder and the name.", str(path))]
        )
    if path.stat().st_size > LARGEST_INPUT:
        raise UnusableInput(
            [Problem("file-too-large", "The file is over 512 MB.", "Check that it is the right file.", str(path))]
        )
    return path.read_bytes()


def protected_tables(wave_folder: WaveFolder) -> Protected:
    """Tabulate, protect and audit. Raises ReleaseRefused where no form of the tables passes the audit."""
    made = protect(tabulate(wave_folder.responses), wave_folder.policy, wave_folder.wave)
    return replace(made, tables=estimate(made.tables))


def make_release(
    wave_folder: WaveFolder, *, previous: PublishedTables | None = None, progress: Progress = lambda _: None
) -> MadeRelease:
    """Walk the whole road. A release that our own attack breaks is refused, unless its policy says it is unsafe."""
    progress("tables and protection")
    made = protected_tables(wave_folder)
    progress("attack on the tables")
    findings = attack([made.tables])
    if not findings.is_clean and not made.tables.unsafe:
        raise ReleaseRefused(f"Our own attack breaks the tables. {account(findings.found[0], 'en')}")
    files = release_files(
        made.tables,
        made.certificate,
        wave_folder.questionnaire,
        cited=wave_folder.cited,
        comparison=_comparison(wave_folder, previous, made.tables),
        progress=progress,
    )
    return MadeRelease(id=release_id(made.tables), files=files, tables=made.tables, findings=findings)


def _comparison(
    wave_folder: WaveFolder, previous: PublishedTables | None, tables: PublishedTables
) -> Comparison | None:
    if previous is None or wave_folder.comparability is None:
        return None
    return compare(previous, tables, read_comparability(wave_folder.comparability, previous, tables))


def release_folder(
    folder: Path,
    to: Path,
    *,
    previous: Path | None = None,
    policy: Path | None = None,
    progress: Progress = lambda _: None,
) -> MadeRelease:
    """Make the release of a wave folder and write it to `to`, whole or not at all."""
    earlier = None if previous is None else read_release(previous).tables
    made = make_release(read_wave_folder(folder, policy=policy), previous=earlier, progress=progress)
    write_folder(made.files, to)
    return made
