"""The `barometer` command: one subcommand a step of the road.

Exit status: 0 fine, 1 findings or unsafe, 2 unusable input. People read stderr, machines read `--json` on stdout.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from barometer.cli import forecast, instruments, keys, ledgers, releases, schemas, worlds
from barometer.cli.console import FINDINGS, UNUSABLE, Console
from barometer.disclosure.protecting import ReleaseRefused
from barometer.problems import Problem, UnusableInput

DESCRIPTION = """\
From a questionnaire to a published report in which no respondent can be singled out.

The road, a command a step:
  check      is the questionnaire right?            barometer check WAVE
  generate   made-up answers to try it with         barometer generate WAVE --respondents 400 --seed 1 --to answers.csv
  forecast   what can N answers publish?            barometer forecast WAVE --respondents 375
  convert    other people's survey files            barometer convert MAPPING --from SURVEY --to WAVE
  keys       a custodian's keys                     barometer keys new --to anna.key
  open       a sealed bundle, off the server        barometer open BUNDLE --key anna.key --to WAVE
  tabulate   exact counts, for the analyst alone    barometer tabulate WAVE --to counts.csv
  release    protect, audit, write the report       barometer release WAVE --to RELEASE
  attack     try to break a release                 barometer attack RELEASE
  deny       could all have answered otherwise?     barometer deny WAVE RELEASE
  verify     is a release whole and unchanged?      barometer verify RELEASE
  ledger     which releases are public?             barometer ledger LEDGER --add RELEASE --published DAY
  compare    two waves, where they compare          barometer compare EARLIER LATER --comparability FILE
  schema     the JSON Schemas of all files          barometer schema policy

`barometer COMMAND --help` says more, with an example. `--json` gives a machine one object on standard output.

Exit status: 0 fine, 1 findings or unsafe, 2 unusable input.
"""


def parser() -> argparse.ArgumentParser:
    """Build the whole command line; documentation and tests walk it too."""
    made = argparse.ArgumentParser(
        prog="barometer", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--version", action="version", version=f"barometer {version('kumppani')}")
    commands = made.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in (instruments, forecast, keys, releases, ledgers, schemas, worlds):
        group.add_commands(commands)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Every refusal is one line a fault; a fault in the input never leaves half a file behind."""
    given = parser().parse_args(arguments)
    console = Console(json_wanted=getattr(given, "json", False))
    try:
        status: int = given.run(given, console)
        return status
    except UnusableInput as error:
        return console.refuse(error.problems)
    except ReleaseRefused as error:
        console.say(f"No release was made: {error}")
        console.result({"refused": str(error)})
        return FINDINGS
    except OSError as error:
        message, remedy = f"{error.strerror or error}.", "Check the name, your rights and the free space."
        return console.refuse([Problem("file-system", message, remedy, str(error.filename or ""))])
    except KeyboardInterrupt:
        console.say("Stopped. Nothing was written.")
        return UNUSABLE


def run() -> None:
    sys.exit(main())
