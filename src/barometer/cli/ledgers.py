"""`ledger`: which releases are public, in which order, and whether the folders beside it are the ones it names."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from barometer import pipeline
from barometer.cli.console import FINE, Console
from barometer.cli.files import replace_file
from barometer.problems import Problem, UnusableInput
from barometer.release.ledger import Entry, Ledger, ledger_json, read_ledger_file, releases_of


def add_commands(commands: Any) -> None:
    keeping = commands.add_parser(
        "ledger",
        help="which releases are public, in which order",
        description="Read the ledger of public releases and verify every folder it names. With --add, enter a release "
        "that has become public: it is first tried together with all that stand there.",
        epilog="Example: barometer ledger public/ledger.json --add public/release-2026 --published 2026-11-02",
    )
    keeping.add_argument("ledger", type=Path, help="ledger file; with --add it may be a new one")
    keeping.add_argument("--add", type=Path, metavar="RELEASE", help="release folder beside the ledger, or below")
    keeping.add_argument("--published", type=_day, metavar="DAY", help="the day it became public, such as 2026-11-02")
    keeping.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    keeping.set_defaults(run=_ledger)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{written!r} is no day of the calendar; write it as 2026-11-02") from fault


def _ledger(given: argparse.Namespace, console: Console) -> int:
    if (given.add is None) != (given.published is None):
        message = "A release is entered with the day on which it became public."
        raise UnusableInput([Problem("ledger-day", message, "Give --add and --published together.")])
    is_new = given.add is not None and not given.ledger.exists()
    ledger = Ledger() if is_new else read_ledger_file(given.ledger)
    if given.add is not None:
        console.progress(f"attack together with {len(ledger.releases)} releases")
        ledger = pipeline.enter_release(ledger, given.ledger.parent, given.add, published=given.published)
        replace_file(given.ledger, ledger_json(ledger))
    releases_of(ledger, given.ledger.parent)
    for entry in ledger.releases:
        console.say(f"{entry.published}  {entry.release[:12]}  {entry.respondents:>7}  {entry.wave}  {_what(entry)}")
    console.say(f"{len(ledger.releases)} public releases; every folder is the one the ledger names.")
    console.result({"ledger": given.ledger, "releases": [entry.release for entry in ledger.releases]})
    return FINE


def _what(entry: Entry) -> str:
    if not entry.replaces:
        return "first"
    return "edition" if entry.replaces == entry.release else f"replaces {entry.replaces[:12]}"
