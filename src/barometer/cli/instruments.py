"""`check`, `generate`, `convert`: questionnaires before there are answers, and other people's surveys."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from barometer import pipeline
from barometer.answering.sheet import Answer
from barometer.cli.console import FINDINGS, FINE, Console
from barometer.cli.files import require_new_file, write_new_file
from barometer.formats.mapping import Report
from barometer.generating import generate
from barometer.problems import Problem, Severity, UnusableInput
from barometer.questionnaire.checks import check
from barometer.questionnaire.checks.reachability import Reach, Reached, reachability
from barometer.release import require_new_folder, write_folder
from barometer.responses_csv import write_answers


def add_commands(commands: Any) -> None:
    checking = commands.add_parser(
        "check",
        help="is the questionnaire right?",
        description="Find what would go wrong in the field: references that lead nowhere, items nobody can reach, "
        "missing translations, and more. Exit status 1 when something must be mended before opening.",
        epilog="Example: barometer check examples/partnership-barometer-2022 --witnesses",
    )
    checking.add_argument("wave", type=Path, help="wave folder")
    checking.add_argument(
        "--witnesses", action="store_true", help="say for every conditional question which answers lead to it"
    )
    _json(checking)
    checking.set_defaults(run=_check)

    generating = commands.add_parser(
        "generate",
        help="made-up answers to try a questionnaire with",
        description="Write answers.csv with made-up respondents who reach every branch; the same seed, the same bytes.",
        epilog="Example: barometer generate examples/demonstration-open --respondents 400 --seed 1 --to answers.csv",
    )
    generating.add_argument("wave", type=Path, help="wave folder")
    generating.add_argument("--respondents", type=int, required=True, help="how many")
    generating.add_argument("--seed", type=int, default=1, help="a whole number from 0 up (default 1)")
    generating.add_argument("--to", type=Path, required=True, help="answers.csv to write; must be new")
    _json(generating)
    generating.set_defaults(run=_generate)

    converting = commands.add_parser(
        "convert",
        help="other people's survey files",
        description="Make a wave folder of another tool's files: the mapping says how they are laid out. Writes the "
        "questionnaire, the answers, the facts of the wave and conversion-report.csv, which counts every change; that "
        "report may name single answers and is for the analyst alone.",
        epilog="Example: barometer convert examples/real-survey-mappings/2017-uk.yaml --from 2017-uk "
        "--policy examples/real-survey-mappings/policies/2017-uk.yaml --to wave",
    )
    converting.add_argument("mapping", type=Path, help="mapping.yaml")
    converting.add_argument("--from", dest="survey", type=Path, required=True, help="folder with the survey's files")
    converting.add_argument("--to", type=Path, required=True, help="wave folder to make; must be new or empty")
    converting.add_argument("--policy", type=Path, help="policy.yaml to put into it; a release needs one")
    converting.add_argument("--wave", type=Path, help="wave.yaml to put into it, instead of what the mapping says")
    _json(converting)
    converting.set_defaults(run=_convert)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print the result as JSON on stdout")


def _check(given: argparse.Namespace, console: Console) -> int:
    questionnaire = pipeline.read_wave_questionnaire(given.wave)
    problems = check(questionnaire)
    console.problems(problems)
    errors = sum(1 for problem in problems if problem.severity is Severity.ERROR)
    questions = sum(1 for _ in questionnaire.questions())
    witnesses = {}
    if given.witnesses:
        console.progress("looking for answers that lead to every question")
        witnesses = {each.question: each for each in reachability(questionnaire) if each.reach is not Reach.ALWAYS}
        for each in witnesses.values():
            console.say(_witness(each))
    console.say(
        f"{questions} questions in {', '.join(questionnaire.languages)}: "
        f"{errors} errors, {len(problems) - errors} warnings."
    )
    console.result(
        {"questions": questions, "languages": questionnaire.languages, "errors": errors}
        | {"problems": [asdict(problem) for problem in problems]}
        | ({"witnesses": {name: _plain(each) for name, each in witnesses.items()}} if given.witnesses else {})
    )
    return FINDINGS if errors else FINE


def _witness(reached: Reached) -> str:
    if reached.witness is None:
        return f"{reached.question}: {'nobody is shown it' if reached.reach is Reach.NEVER else 'not decided'}."
    answers = ", ".join(f"{item} = {_said(answer)}" for item, answer in reached.witness.items())
    return f"{reached.question}: shown after {answers or 'no answer at all'}."


def _said(answer: Answer) -> str:
    return " ".join(answer) if isinstance(answer, tuple) else str(answer)


def _plain(reached: Reached) -> dict[str, Any]:
    return {"reach": reached.reach.value, "witness": None if reached.witness is None else dict(reached.witness)}


def _generate(given: argparse.Namespace, console: Console) -> int:
    require_new_file(given.to)
    for option, value, least in (("--respondents", given.respondents, 1), ("--seed", given.seed, 0)):
        if value < least:
            remedy = f"Give a whole number from {least} up."
            raise UnusableInput([Problem("option-too-small", f"{value} is too small.", remedy, item=option)])
    questionnaire = pipeline.read_wave_questionnaire(given.wave)
    console.progress(f"{given.respondents} respondents")
    write_new_file(given.to, write_answers(generate(questionnaire, given.respondents, given.seed)))
    console.say(f"{given.respondents} made-up answers written to {given.to}.")
    console.result({"respondents": given.respondents, "seed": given.seed, "file": given.to})
    return FINE


def _convert(given: argparse.Namespace, console: Console) -> int:
    require_new_folder(given.to)
    console.progress("reading and mapping the survey's files")
    files, report = pipeline.convert_survey(given.mapping, given.survey, policy=given.policy, wave=given.wave)
    write_folder(files, given.to)
    changes = _changes(report)
    console.say(f"Wave folder of another survey: {given.to}.")
    for change, times in changes.items():
        console.say(f"  {times:>7,} {change.replace('_', ' ')}")
    console.say(f"Every change is counted in {given.to / pipeline.CONVERSION_REPORT}, for the analyst alone.")
    if given.policy is None:
        console.say("It has no policy.yaml yet; `barometer release` needs one.")
    console.result({"folder": given.to, "changes": changes, "files": sorted(files)})
    return FINE


def _changes(report: Report) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for (change, _, _), times in report.changes.items():
        counted[change.value] += times
    return dict(sorted(counted.items()))
