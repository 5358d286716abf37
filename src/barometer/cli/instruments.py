"""`check`, `generate`, `convert`: questionnaires before there are answers, and other people's surveys."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from barometer import pipeline
from barometer.cli.console import FINDINGS, FINE, Console
from barometer.generating import generate
from barometer.problems import Problem, Severity, UnusableInput
from barometer.questionnaire.checks import check
from barometer.responses_csv import write_answers


def add_commands(commands: Any) -> None:
    checking = commands.add_parser(
        "check",
        help="is the questionnaire right?",
        description="Find what would go wrong in the field: references that lead nowhere, items nobody can reach, "
        "missing translations, and more. Exit status 1 when something must be mended before opening.",
        epilog="Example: barometer check examples/partnership-barometer-2022",
    )
    checking.add_argument("wave", type=Path, help="wave folder")
    checking.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    checking.set_defaults(run=_check)

    generating = commands.add_parser(
        "generate",
        help="made-up answers to try a questionnaire with",
        description="Write answers.csv with made-up respondents who reach every branch; the same seed, the same bytes.",
    )
    generating.add_argument("wave", type=Path, help="wave folder")
    generating.add_argument("--respondents", type=int, required=True, help="how many")
    generating.add_argument("--seed", type=int, default=1, help="a whole number (default 1)")
    generating.add_argument("--to", type=Path, required=True, help="answers.csv to write; must be new")
    generating.set_defaults(run=_generate)


def _check(given: argparse.Namespace, console: Console) -> int:
    questionnaire = pipeline.read_wave_questionnaire(given.wave)
    problems = check(questionnaire)
    console.problems(problems)
    errors = sum(1 for problem in problems if problem.severity is Severity.ERROR)
    questions = sum(1 for _ in questionnaire.questions())
    console.say(
        f"{questions} questions in {', '.join(questionnaire.languages)}: "
        f"{errors} errors, {len(problems) - errors} warnings."
    )
    return FINDINGS if errors else FINE


def _generate(given: argparse.Namespace, console: Console) -> int:
    if given.to.exists():
        raise UnusableInput(
            [Problem("target-exists", "There is such a file already.", "Name a new one.", str(given.to))]
        )
    if given.respondents < 1:
        raise UnusableInput(
            [Problem("respondents", "At least one respondent is needed.", "Give --respondents a number from 1 up.")]
        )
    questionnaire = pipeline.read_wave_questionnaire(given.wave)
    given.to.write_bytes(write_answers(generate(questionnaire, given.respondents, given.seed)))
    console.say(f"{given.respondents} made-up answers written to {given.to}.")
    return FINE
