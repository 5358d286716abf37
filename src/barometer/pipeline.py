"""The whole road on one screen: from a wave folder, or a custodian's opened folder, to a release folder.

A wave folder holds `wave.yaml`, `policy.yaml`, `answers.csv`, the questionnaire (`questionnaire/` or the frozen
`questionnaire.json`), and if wanted `cited.yaml` and `comparability.yaml`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from barometer.attack import Findings
from barometer.cited import read_cited
from barometer.coarsening import Thorough, settled
from barometer.comparison import compare, earlier_wave, read_comparability
from barometer.controller_record import ControllerRecord
from barometer.controlling import attacked_knowing_the_small, controller_record
from barometer.disclosure.policy import Policy, read_policy
from barometer.disclosure.protecting import Protected, ReleaseRefused, protect
from barometer.disclosure.restraint import Restraint
from barometer.estimation import estimate
from barometer.formats.mapping import MappingDescription, Report, apply_mapping, read_mapping, wave_files
from barometer.problems import Problem, Severity, UnusableInput
from barometer.published import Certificate, CitedTables, PublishedTables, Wave
from barometer.published_json import release_id
from barometer.questionnaire.canonical import from_plain
from barometer.questionnaire.checks import check
from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire.reading import read_questionnaire_folder
from barometer.rechecking import measure_of, measured_by_attack
from barometer.release import Compared, Release, read_release, release_files, require_new_folder, verify, write_folder
from barometer.release.ledger import Ledger, entry_of, read_ledger_file, releases_of
from barometer.release.succession import Succession, reasons_against, succeed
from barometer.release.union import Attacks
from barometer.release.writing import Progress
from barometer.responses import ResponseSet
from barometer.responses_csv import read_answers
from barometer.sealing import Bundle
from barometer.tabulation import tabulate
from barometer.wave import read_wave
from barometer.worlds import Deniability

FROZEN = "questionnaire.json"
"""The questionnaire as it was when the wave was opened, or as it was drafted of a survey that is over."""
CONVERSION_REPORT = "conversion-report.csv"
MOST_PLACES = 5
"""Named in a refusal."""
MOST_ROUNDS = 6
"""So often are tables made again without those that our own attack breaks."""
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
    certificate: Certificate
    findings: Findings | None
    """What our own attack finds: nothing. None for tables that are marked unsafe, where it would find a great deal."""
    succession: Succession | None
    """How it stands beside the earlier releases; None where none was given, or the tables are marked unsafe."""
    compared_with: str
    """The id of the earlier release it is compared with; empty where it is compared with none."""
    worlds: Deniability | None = None
    """Who could have answered otherwise; None where no worlds were searched."""
    coarser: tuple[str, ...] = ()
    """Tables that were made more coarsely or left out because no such worlds were found."""


def read_wave_folder(folder: Path, *, policy: Path | None = None) -> WaveFolder:
    """Read a wave folder, with another policy than its own if wanted.

    Raises UnusableInput with every fault of the first file that has any.
    """
    questionnaire = read_wave_questionnaire(folder)
    if not (folder / FROZEN).exists():
        _refuse_unfit(questionnaire)
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


def _refuse_unfit(questionnaire: Questionnaire) -> None:
    """Raise UnusableInput where the questionnaire could not have been opened. A frozen one was in the field already."""
    if faults := [fault for fault in check(questionnaire) if fault.severity is Severity.ERROR]:
        raise UnusableInput(faults)


def read_wave_questionnaire(folder: Path) -> Questionnaire:
    """Read the questionnaire of a wave folder, written by people or frozen when the wave was opened."""
    if not folder.is_dir():
        message = "There is no such folder."
        raise UnusableInput([Problem("folder-missing", message, "Name the wave folder.", str(folder))])
    frozen = folder / FROZEN
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
    if path.is_dir():
        raise UnusableInput(
            [Problem("file-is-folder", "This is a folder, not a file.", "Name the file itself.", str(path))]
        )
    if not path.is_file():
        raise UnusableInput(
            [Problem("file-missing", "There is no such file.", "Check the folder and the name.", str(path))]
        )
    if path.stat().st_size > LARGEST_INPUT:
        raise UnusableInput(
            [Problem("file-too-large", "The file is over 512 MB.", "Check that it is the right file.", str(path))]
        )
    return path.read_bytes()


def protected_tables(
    wave_folder: WaveFolder, *, without: Set[str] = frozenset(), restraint: Restraint | None = None
) -> Protected:
    """Tabulate, protect and audit, ``without`` some tables (item/background, or an item with all its tables).

    Raises ReleaseRefused where no form of the tables passes the audit.
    """
    cube = tabulate(wave_folder.responses)
    made = protect(cube, wave_folder.policy, wave_folder.wave, without=without, restraint=restraint)
    return replace(made, tables=estimate(made.tables))


def attacked_tables(
    wave_folder: WaveFolder, attacks: Attacks, restraint: Restraint | None = None
) -> tuple[Protected, Findings | None]:
    """Protect the tables and attack them; a table that falls is left out, and all are made again.

    The attacker knows which withheld cells are small, as nobody outside can. That a table fell is all that a reader
    learns of it: the release names it among what was dropped, for whatever reason.
    Raises ReleaseRefused where something still falls after `MOST_ROUNDS`. No findings for tables marked unsafe.
    """
    fallen: frozenset[str] = frozenset()
    cube = tabulate(wave_folder.responses)
    for _ in range(MOST_ROUNDS):
        made = protected_tables(wave_folder, without=fallen, restraint=restraint)
        if made.tables.unsafe:
            return made, None
        findings = attacked_knowing_the_small(made.tables, cube, attacks)
        if findings.is_clean:
            return made, findings
        fallen |= {finding.cell.table for finding in findings}
    raise ReleaseRefused(f"Our own attack breaks the tables: {_places(findings)}.")


def make_release(
    wave_folder: WaveFolder,
    *,
    previous: Sequence[Release] = (),
    thorough: Thorough | None = None,
    progress: Progress = lambda _: None,
) -> MadeRelease:
    """Walk the whole road. A release that our own attack breaks is refused, unless its policy says it is unsafe.

    ``previous`` is everything public already, in the order in which it was published. Raises ReleaseRefused where the
    release would tell something together with it, or would have to wait for the next wave. ``thorough`` searches worlds
    in which respondents answered otherwise. Tables for which it finds none are made more coarsely or left out; the
    shares found at last stand in the certificate, the worlds nowhere.
    """
    progress("tables, protection, and the attack on them")
    attacks = Attacks()
    made, findings = attacked_tables(wave_folder, attacks)
    succession = _succession(made.tables, previous, attacks, progress)
    found = None
    if thorough is not None:
        progress("worlds in which respondents answered otherwise")
        found = settled(
            made,
            findings,
            responses=wave_folder.responses,
            search=thorough,
            making=lambda restraint: attacked_tables(wave_folder, attacks, restraint),
        )
        if found.made is not made:
            made, findings = found.made, found.findings
            succession = _succession(made.tables, previous, attacks, progress)
    compared = _compared(wave_folder.comparability, previous, made.tables)
    certificate = made.certificate if findings is None else measured_by_attack(made.certificate, findings)
    if succession is not None:
        certificate = _audited_with(certificate, succession, attacks.on_all(succession.together))
    if found is not None:
        certificate = _with_worlds(certificate, found.worlds)
    files = release_files(
        made.tables,
        certificate,
        wave_folder.questionnaire,
        cited=wave_folder.cited,
        compared=compared,
        progress=progress,
    )
    earlier = "" if compared is None else compared.earlier
    return MadeRelease(
        release_id(made.tables),
        files,
        made.tables,
        certificate,
        findings,
        succession,
        earlier,
        worlds=None if found is None else found.worlds,
        coarser=() if found is None else found.coarser,
    )


def _succession(
    tables: PublishedTables, previous: Sequence[Release], attacks: Attacks, progress: Progress
) -> Succession | None:
    """Set the tables beside what is public. Raises ReleaseRefused where they may not follow it."""
    if not previous or tables.unsafe:
        return None
    progress(f"attack together with {len(previous)} earlier releases")
    found = succeed(tables, [release.tables for release in previous], attacks=attacks)
    if not found.may_follow:
        raise ReleaseRefused(" ".join(reasons_against(found, "en")))
    return found


def _with_worlds(certificate: Certificate, worlds: Deniability) -> Certificate:
    """Write into the certificate what worlds show against the reader who knows all backgrounds (A1)."""
    beyond = tuple(item for item in certificate.not_modelled if item.partition(":")[0] != "A1")
    return replace(certificate, measures=(*certificate.measures, *worlds.measures()), not_modelled=beyond)


def _places(findings: Findings) -> str:
    """Name what fell and where, and no number: a refusal may be kept in a log, and the numbers are those withheld."""
    named = dict.fromkeys(
        f"{finding.kind.value} at {finding.cell.table}, {finding.cell.category}, {finding.cell.group}".rstrip(", ")
        for finding in findings
    )
    return "; ".join(list(named)[:MOST_PLACES])


def _audited_with(certificate: Certificate, succession: Succession, findings: Findings) -> Certificate:
    """Write into the certificate which releases it was audited together with, and what held against them all."""
    return replace(
        certificate,
        audited_with=succession.audited_with,
        replaces=succession.replaces or None,
        measures=(*certificate.measures, replace(measure_of(findings), attacker="union")),
        not_modelled=tuple(gap for gap in certificate.not_modelled if not gap.startswith("releases:")),
    )


def _compared(comparability: bytes | None, previous: Sequence[Release], tables: PublishedTables) -> Compared | None:
    """Compare with the newest release of the wave that comparability.yaml names, where it is among the earlier ones."""
    if comparability is None:
        return None
    named = earlier_wave(comparability)
    earlier = next((release for release in reversed(previous) if release.tables.wave.id == named), None)
    if earlier is None:
        return None
    read = read_comparability(comparability, earlier.tables, tables)
    return Compared(earlier.id, compare(earlier.tables, tables, read))


def release_folder(
    folder: Path,
    to: Path,
    *,
    previous: Sequence[Path] = (),
    ledger: Path | None = None,
    policy: Path | None = None,
    thorough: Thorough | None = None,
    progress: Progress = lambda _: None,
) -> MadeRelease:
    """Make the release of a wave folder and write it to `to`, whole or not at all.

    What is public already is named by its folders, by a ledger with the folders beside it, or by both.
    """
    require_new_folder(to)
    public = () if ledger is None else releases_of(read_ledger_file(ledger), ledger.parent)
    earlier = [*public, *(_whole_release(one) for one in previous)]
    wave_folder = read_wave_folder(folder, policy=policy)
    made = make_release(wave_folder, previous=earlier, thorough=thorough, progress=progress)
    write_folder(made.files, to)
    return made


def enter_release(ledger: Ledger, beside: Path, folder: Path, *, published: date) -> Ledger:
    """Add a release that has become public to a ledger, after trying it with all that stand there.

    ``beside`` is the ledger's own folder. Raises UnusableInput where a folder cannot be used or lies elsewhere, and
    ReleaseRefused where the release tells something together with the others.
    """
    if not folder.resolve().is_relative_to(beside.resolve()):
        message = "The release does not lie beside the ledger or below."
        raise UnusableInput([Problem("ledger-folder", message, "Move it there first.", str(folder))])
    release = _whole_release(folder)
    succession = succeed(release.tables, [one.tables for one in releases_of(ledger, beside)])
    if not succession.may_follow:
        raise ReleaseRefused(" ".join(reasons_against(succession, "en")))
    place = folder.resolve().relative_to(beside.resolve()).as_posix()
    together, replaces = succession.audited_with, succession.replaces
    return ledger.with_release(
        entry_of(release, published=published, audited_with=together, replaces=replaces, folder=place)
    )


def record_for_controller(folder: Path, made: MadeRelease) -> ControllerRecord:
    """Give what the controller keeps beside a release of this wave folder; it belongs into no release folder."""
    counted = tabulate(read_wave_folder(folder).responses)
    return controller_record(made.tables, made.certificate, counted, answers=content_of(folder / "answers.csv"))


def _whole_release(folder: Path) -> Release:
    release = read_release(folder)
    if faults := verify(release):
        raise UnusableInput(faults)
    return release


def convert_survey(
    mapping: Path, survey: Path, *, policy: Path | None = None, wave: Path | None = None
) -> tuple[dict[str, bytes], Report]:
    """Make the files of a wave folder from other people's files, and the report of every change on the way.

    Raises UnusableInput where the mapping, the survey's files, the policy or the facts of the wave cannot be used.
    """
    description = read_mapping(content_of(mapping), file=mapping.name)
    mapped = apply_mapping(description, _survey_files(description, survey))
    files = wave_files(description, mapped)
    files.pop("mapping-report.txt")
    if policy is not None:
        files["policy.yaml"] = content_of(policy)
        read_policy(files["policy.yaml"], mapped.questionnaire, file=policy.name)
    if wave is not None:
        files["wave.yaml"] = content_of(wave)
    respondents = mapped.responses.respondents
    read_wave(
        files["wave.yaml"], mapped.questionnaire, respondents=respondents, file=wave.name if wave else "wave.yaml"
    )
    return files | {CONVERSION_REPORT: _conversion_report(mapped.report)}, mapped.report


def _survey_files(description: MappingDescription, survey: Path) -> dict[str, bytes]:
    """Read the files that the mapping names, by their path inside the survey's folder."""
    if not survey.is_dir():
        message = "There is no such folder."
        raise UnusableInput(
            [Problem("folder-missing", message, "Name the folder with the survey's files.", str(survey))]
        )
    lists = description.lists.files.replace("{name}", "*")
    named = {description.answers.file, description.questions.file}
    paths = {path.relative_to(survey).as_posix(): path for path in sorted(survey.rglob("*")) if path.is_file()}
    return {name: content_of(path) for name, path in paths.items() if name in named or fnmatchcase(name, lists)}


def _conversion_report(report: Report) -> bytes:
    """Write every change as a row. It names answers that stood in no list: it stays with the analyst."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["change", "place", "detail", "times"])
    writer.writerows((*change, times) for change, times in sorted(report.changes.items()))
    return written.getvalue().encode("utf-8")
