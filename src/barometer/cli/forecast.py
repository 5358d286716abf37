"""`forecast`: what a wave of so many answers can publish, before there are any."""

from __future__ import annotations

import argparse
from pathlib import Path
from time import monotonic  # noqa: TID251 - a command is where time comes in; the forecast itself is handed a question
from typing import Any

from barometer import pipeline
from barometer.cli.console import FINE, Console
from barometer.disclosure.policy import read_policy
from barometer.forecast import Setting, as_plain, expect, foretell, read_shares, tell
from barometer.problems import Problem, UnusableInput
from barometer.release import read_release

WAVES, SECONDS = 12, 60
LANGUAGES = ("en", "fi", "sv")

DESCRIPTION = """\
Say what a wave of so many answers can and cannot publish under its policy, while both can still be changed.

Formulas come first: which groups of each background will reach m respondents, what smaller ones are merged into, and
which figures fall between 1 and k-1. Then made-up waves go through the same protection and audit as a release, and are
counted: how often each table by background comes out in full, with fewer answers, with figures withheld, or not at all.
Last come the groups to join and the scales to shorten that would help most, each of them tried.

Who will answer, and what, is taken from --shares, else from --previous, else assumed; the assumptions are printed.
No answer of anybody is read."""


def add_commands(commands: Any) -> None:
    forecasting = commands.add_parser(
        "forecast",
        help="what can N answers publish?",
        description=DESCRIPTION,
        epilog="Example: barometer forecast examples/demonstration-2026 --respondents 375 --language fi",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    forecasting.add_argument("wave", type=Path, help="wave folder; its answers, if there are any, are not read")
    forecasting.add_argument("--respondents", type=int, required=True, help="how many answers to expect")
    forecasting.add_argument("--shares", type=Path, help="shares.yaml: expected shares, in percent")
    forecasting.add_argument("--previous", type=Path, help="release folder of an earlier wave, to take shares from")
    forecasting.add_argument("--policy", type=Path, help="another policy.yaml than the wave folder's")
    forecasting.add_argument("--quick", action="store_true", help="formulas alone; takes no time")
    forecasting.add_argument("--waves", type=int, default=WAVES, help="waves to simulate (default %(default)s)")
    forecasting.add_argument(
        "--seconds", type=int, default=SECONDS, help="start no further wave after this time (default %(default)s)"
    )
    forecasting.add_argument("--seed", type=int, default=1, help="a whole number from 0 up (default %(default)s)")
    forecasting.add_argument("--all", action="store_true", help="list every table, not those alone that lose most")
    forecasting.add_argument("--language", choices=LANGUAGES, default="en", help="language of the text (default en)")
    forecasting.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    forecasting.set_defaults(run=_forecast)


def _forecast(given: argparse.Namespace, console: Console) -> int:
    for option, value, least in (
        ("--respondents", given.respondents, 1),
        ("--waves", given.waves, 1),
        ("--seconds", given.seconds, 1),
        ("--seed", given.seed, 0),
    ):
        if value < least:
            remedy = f"Give a whole number from {least} up."
            raise UnusableInput([Problem("option-too-small", f"{value} is too small.", remedy, item=option)])
    setting = _setting(given)
    console.progress("formulas")
    end = monotonic() + given.seconds
    forecast = foretell(
        setting,
        seed=given.seed,
        waves=0 if given.quick else given.waves,
        go_on=lambda made: monotonic() < end,
        progress=console.progress,
    )
    console.say(tell(forecast, given.language, everything=given.all))
    console.result(as_plain(forecast))
    return FINE


def _setting(given: argparse.Namespace) -> Setting:
    questionnaire = pipeline.read_wave_questionnaire(given.wave)
    file = given.policy or given.wave / "policy.yaml"
    policy = read_policy(pipeline.content_of(file), questionnaire, file=file.name)
    shares = None if given.shares is None else read_shares(pipeline.content_of(given.shares), file=given.shares.name)
    earlier = None if given.previous is None else read_release(given.previous).tables
    return Setting(
        questionnaire, policy, expect(questionnaire, policy, earlier=earlier, given=shares), given.respondents
    )
