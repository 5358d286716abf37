"""`tabulate`, `release`, `attack`, `verify`, `compare`: from opened answers to a folder anybody can check."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from barometer import pipeline
from barometer.attack import Finding, Primary, attack, read_primary
from barometer.attack.accounts import account, say_step
from barometer.cli import worlds
from barometer.cli.console import FINDINGS, FINE, Console
from barometer.cli.files import require_new_file, write_new_file
from barometer.comparison import compare, read_comparability, tell
from barometer.controller_record import controller_document
from barometer.problems import Problem, UnusableInput
from barometer.rechecking import recheck
from barometer.release import Compared, read_release, verify
from barometer.release.comparing import comparison_document
from barometer.release.succession import standing_of
from barometer.release.writing import pretty
from barometer.tabulation import tabulate


def add_commands(commands: Any) -> None:
    tabulating = commands.add_parser(
        "tabulate",
        help="exact counts, for the analyst alone",
        description="Count every question by every background, exactly. NOT protected: it stays with the analyst.",
        epilog="Example: barometer tabulate examples/partnership-barometer-2022 --to counts.csv",
    )
    tabulating.add_argument("wave", type=Path, help="wave folder")
    tabulating.add_argument("--to", type=Path, required=True, help="CSV file to write; must be new")
    _json(tabulating)
    tabulating.set_defaults(run=_tabulate)

    releasing = commands.add_parser(
        "release",
        help="protect, audit and write the report",
        description="Make the release folder of a wave: tables, report in every language, workbook, certificate, "
        "digests. Nothing is written when the audit or our own attack finds a weakness. Name everything that is public "
        "already: the release is attacked together with it, and a further release of a wave has to follow the hold "
        "rule. It is compared with the wave that comparability.yaml in the wave folder names.",
        epilog="Example: barometer release examples/demonstration-2026 --previous release-2025 --to release-2026",
    )
    releasing.add_argument("wave", type=Path, help="wave folder")
    releasing.add_argument("--to", type=Path, required=True, help="release folder to make; must be new or empty")
    releasing.add_argument(
        "--previous",
        type=Path,
        action="append",
        default=[],
        help="release folder that is public already; given once for each, in their order",
    )
    releasing.add_argument(
        "--ledger", type=Path, help="ledger of all releases that are public, with their folders beside it"
    )
    releasing.add_argument("--policy", type=Path, help="another policy.yaml than the wave folder's")
    releasing.add_argument(
        "--controller",
        type=Path,
        help="file to write for those who hold the answers alone: which withheld cells are small; NOT to be published",
    )
    releasing.add_argument(
        "--thorough",
        type=int,
        metavar="SECONDS",
        nargs="?",
        const=worlds.SECONDS,
        help="search worlds in which respondents answered otherwise, make tables more coarsely for which there are "
        "none, and put the shares found into the certificate; "
        f"processor time, {worlds.SECONDS} unless given (see `barometer deny`)",
    )
    _json(releasing)
    releasing.set_defaults(run=_release)

    attacking = commands.add_parser(
        "attack",
        help="try to break a release",
        description="Read published release folders as an intruder would, all of them together, and say which withheld "
        "numbers can be worked out, and how. What was not tried is said too. Exit status 1 when something falls. "
        "The intruder subtracts tables, totals, percentages, means and editions from each other, and may be some of "
        "the respondents himself. Try it on a release made with method: threshold_only to see it succeed.",
        epilog="Example: barometer attack release-2025 release-2026 --colluders 2",
    )
    attacking.add_argument("releases", type=Path, nargs="+", metavar="release", help="release folder")
    attacking.add_argument(
        "--colluders",
        type=_colluders,
        metavar="N",
        help="so many respondents pool their own answers and may sit in the worst cells (0 to k - 1; left out: as the "
        "releases' policies say)",
    )
    attacking.add_argument(
        "--primary",
        type=Path,
        metavar="FILE",
        help="JSON of the cells that were withheld for being small, which only the controller knows: "
        '{"table": [["category", "group"], ...]}; then every value below k must stay possible for each of them',
    )
    attacking.add_argument(
        "--complete", action="store_true", help="search every interval to its ends, not only until it spans k"
    )
    _json(attacking)
    attacking.set_defaults(run=_attack)

    verifying = commands.add_parser(
        "verify",
        help="is a release whole and unchanged, and its certificate true?",
        description="Recompute every digest, the identity, all that follows from release.json, and every bound that "
        "the certificate claims. Compare the identity printed with the one that was announced: a forger can recompute "
        "every digest.",
        epilog="Example: barometer verify release-2026 --id 1693a556…",
    )
    verifying.add_argument("release", type=Path, help="release folder")
    verifying.add_argument("--id", help="the identity that was announced; any other is a finding")
    verifying.add_argument(
        "--previous",
        type=Path,
        action="append",
        default=[],
        help="earlier release folder that the certificate names; may be given more than once",
    )
    _json(verifying)
    verifying.set_defaults(run=_verify)

    comparing = commands.add_parser(
        "compare",
        help="two waves, where they compare",
        description="Compare two released waves, question by question, as far as comparability.yaml allows.",
        epilog="Example: barometer compare release-2025 release-2026 "
        "--comparability examples/demonstration-2026/comparability.yaml",
    )
    comparing.add_argument("earlier", type=Path, help="release folder of the earlier wave")
    comparing.add_argument("later", type=Path, help="release folder of the later wave")
    comparing.add_argument("--comparability", type=Path, required=True, help="comparability.yaml of the later wave")
    _json(comparing)
    comparing.set_defaults(run=_compare)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print the result as JSON on stdout")


def _tabulate(given: argparse.Namespace, console: Console) -> int:
    require_new_file(given.to)
    wave_folder = pipeline.read_wave_folder(given.wave)
    console.progress("counting")
    write_new_file(given.to, tabulate(wave_folder.responses).as_csv())
    respondents = wave_folder.responses.respondents
    console.say(f"Counts of {respondents} answers written to {given.to}. NOT protected: do not publish.")
    console.result({"file": given.to, "respondents": respondents, "protected": False})
    return FINE


def _release(given: argparse.Namespace, console: Console) -> int:
    if given.controller is not None:
        _require_outside(given.controller, given.to)
    made = pipeline.release_folder(
        given.wave,
        given.to,
        previous=given.previous,
        ledger=given.ledger,
        policy=given.policy,
        thorough=None if given.thorough is None else worlds.searching(console, given.thorough, first=worlds.FIRST),
        progress=console.progress,
    )
    if given.controller is not None:
        record = pipeline.record_for_controller(given.wave, made)
        write_new_file(given.controller, pretty(controller_document(record)))
        console.say(f"Written for the controller alone, NOT for publication: {given.controller}")
    withheld = sum(1 for _, cell in made.tables.cells() if not cell.status.is_shown)
    cells = sum(1 for _ in made.tables.cells())
    console.say(f"Release {made.id} of {made.tables.wave.respondents} answers: {given.to}")
    console.say(
        f"{cells} cells, {withheld} withheld, {len(made.tables.losses)} merged or dropped; the attack finds nothing."
        if not made.tables.unsafe
        else f"{cells} cells. UNSAFE: made without protection, for tests; `barometer attack` tells what falls."
    )
    if made.worlds is not None:
        worlds.tell(made.worlds, console)
        if made.coarser:
            console.say(f"Made more coarsely or left out, as no other worlds were found: {', '.join(made.coarser)}.")
    for sentence in [] if made.succession is None else standing_of(made.succession, "en"):
        console.say(sentence)
    if (given.previous or given.ledger) and not made.compared_with:
        console.say("Not compared: no comparability.yaml names one of the earlier waves.")
    console.result(
        {
            "release": made.id,
            "folder": given.to,
            "audited_with": list(made.certificate.audited_with),
            "replaces": made.certificate.replaces or "",
            "compared_with": made.compared_with,
            "cells": cells,
            "withheld": withheld,
            "merged_or_dropped": len(made.tables.losses),
            "unsafe": made.tables.unsafe,
        }
    )
    return FINDINGS if made.tables.unsafe else FINE


def _require_outside(file: Path, release: Path) -> None:
    """Refuse a controller's record inside the folder that will be published."""
    require_new_file(file)
    if release.resolve() in file.resolve().parents:
        message = "The controller's record may not lie in the release folder, which is published."
        raise UnusableInput([Problem("controller-in-release", message, "Name a file elsewhere.", str(file))])


def _attack(given: argparse.Namespace, console: Console) -> int:
    releases = [read_release(folder).tables for folder in given.releases]
    primary = None if given.primary is None else _primary(given.primary)
    console.progress(f"attack on {len(releases)} releases")
    try:
        findings = attack(releases, complete=given.complete, colluders=given.colluders, primary=primary)
    except ValueError as unfit:
        raise _unfit_primary(str(unfit), given.primary) from None
    for finding in findings:
        console.say(account(finding, "en"))
    for step in findings.not_tried:
        console.say(say_step(step, "en"))
    with_whom = f", with up to {findings.colluders} respondents among the attackers" if findings.colluders else ""
    console.say(f"{len(findings.withheld)} withheld cells tried{with_whom}.")
    console.say("Nothing found." if findings.is_clean else f"{len(findings)} findings.")
    console.result(
        {
            "clean": findings.is_clean,
            "k": findings.k,
            "m": findings.m,
            "colluders": findings.colluders,
            "smallest_span": findings.smallest_span,
            "findings": [_plain(finding) for finding in findings],
            "withheld": [asdict(confined) for confined in findings.withheld],
            "not_tried": [say_step(step, "en") for step in findings.not_tried],
        }
    )
    return FINE if findings.is_clean else FINDINGS


def _colluders(given: str) -> int:
    if not given.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number from 0 up was expected, not {given!r}")
    return int(given)


def _primary(file: Path) -> Primary:
    try:
        return read_primary(json.loads(pipeline.content_of(file)))
    except ValueError as unreadable:
        raise _unfit_primary(str(unreadable), file) from None


def _unfit_primary(message: str, file: Path) -> UnusableInput:
    remedy = 'Write {"table": [["category", "group"], ...]} with the codes of one wave\'s release.json.'
    problem = Problem("primary-unusable", f"The small cells cannot be used: {message}.", remedy, str(file))
    return UnusableInput([problem])


def _plain(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "account": account(finding, "en")}


def _verify(given: argparse.Namespace, console: Console) -> int:
    release = read_release(given.release)
    console.progress("digests, identity, tables, shares")
    problems = list(verify(release))
    if not problems:
        console.progress("bounds, and what the certificate claims")
        rechecked = recheck(release, [read_release(folder) for folder in given.previous])
        problems.extend(rechecked.faults)
        for unchecked in rechecked.unchecked:
            console.say(f"Not checked: the certificate names the earlier release {unchecked}; give it by --previous.")
    if given.id and given.id != release.id:
        problems.append(
            Problem("release-other", f"This is release {release.id}.", "Take the announced one.", str(given.release))
        )
    for problem in problems:
        console.say(str(problem))
    if not problems:
        console.say(f"Release {release.id} is whole and unchanged, and its certificate claims what can be recomputed.")
    console.result({"release": release.id, "problems": [asdict(problem) for problem in problems]})
    return FINDINGS if problems else FINE


def _compare(given: argparse.Namespace, console: Console) -> int:
    earlier, later = read_release(given.earlier), read_release(given.later)
    content = pipeline.content_of(given.comparability)
    comparability = read_comparability(content, earlier.tables, later.tables, file=given.comparability.name)
    compared = Compared(earlier.id, compare(earlier.tables, later.tables, comparability))
    console.say(tell(compared.comparison, "en"))
    console.result(comparison_document(compared, later.id))
    return FINE
