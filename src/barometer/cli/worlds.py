"""`deny`, and `release --thorough`: who could have answered otherwise, against a reader who knows all backgrounds."""

from __future__ import annotations

import argparse
from collections.abc import Set
from dataclasses import asdict
from pathlib import Path
from secrets import randbelow
from time import process_time
from typing import Any

from barometer import pipeline
from barometer.cli.console import FINDINGS, FINE, Console
from barometer.coarsening import Thorough
from barometer.problems import Problem, UnusableInput
from barometer.published import PublishedTables
from barometer.release import read_release
from barometer.responses import ResponseSet
from barometer.worlds import Deniability, ItemDeniability, OtherAnswers, deniability

SECONDS = 600
FIRST = 0.75
"""Of the time of `release --thorough`, what the first search may take; each later one takes half of what is left."""

DESCRIPTION = """\
Look, for every respondent and question, for other answers of the same respondents that give every published number
again: a world in which this person answered otherwise. Whoever knows all backgrounds cannot tell it from the truth.

Every world is counted anew before it counts. What is not found may exist all the same: more time finds more. The
shares may be published; the worlds were found from the true answers and are not written anywhere."""


def add_commands(commands: Any) -> None:
    denying = commands.add_parser(
        "deny",
        help="could everybody have answered otherwise?",
        description=DESCRIPTION,
        epilog="Example: barometer deny examples/demonstration-2026 release-2026 --seconds 120",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    denying.add_argument("wave", type=Path, help="wave folder the release was made of")
    denying.add_argument("release", type=Path, help="release folder")
    denying.add_argument("--seconds", type=int, default=SECONDS, help=f"processor time, of all (default {SECONDS})")
    denying.add_argument("--seed", type=int, help="repeat an earlier search; drawn and printed otherwise")
    denying.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    denying.set_defaults(run=_deny)


def searching(console: Console, seconds: int, seed: int | None = None, *, first: float = 1.0) -> Thorough:
    """Give the search of worlds, with the time it may take; its seed is printed, so that it can be repeated.

    It may be asked again, about fewer questions: the ``first`` time it takes this share, then half of what is left.
    """
    chosen = randbelow(2**32) if seed is None else seed
    left, share = float(seconds), first
    console.say(f"Worlds: seed {chosen}, at most {seconds} s of processor time.")

    def search(
        responses: ResponseSet,
        tables: PublishedTables,
        only: Set[str] | None = None,
        before: Deniability | None = None,
    ) -> Deniability:
        nonlocal left, share
        if only is not None:
            console.say(f"Made more coarsely, and searched again: {', '.join(sorted(only))}.")
        began = process_time()
        found = deniability(
            responses,
            tables,
            seconds=share * left,
            seed=chosen,
            clock=process_time,
            progress=console.progress,
            only=only,
            before=before,
        )
        left, share = max(0.0, left - (process_time() - began)), 0.5
        return found

    return search


def tell(found: Deniability, console: Console) -> None:
    """Say the shares of all questions together."""
    asked, cells = found.total("respondents"), found.total("cells")
    for share, of, what in (
        (found.total("another_class"), asked, "answers for which a world gives another published answer"),
        (found.total("every_category"), asked, "answers for which worlds leave every published category they are in"),
        (found.total("cells_moved"), cells, "withheld numbers that differ between two worlds"),
        (found.total("cells_wide"), cells, f"withheld numbers that differ by {found.k} or more"),
    ):
        console.say(f"{share} of {of} ({_percent(share, of)}) {what}")


def _percent(part: int, of: int) -> str:
    """Round down, so that 100 % means all."""
    return f"{1000 * part // of / 10:.1f} %" if of else "none asked"


def _deny(given: argparse.Namespace, console: Console) -> int:
    responses = pipeline.read_wave_folder(given.wave).responses
    tables = read_release(given.release).tables
    try:
        found = searching(console, given.seconds, given.seed)(responses, tables, None, None)
    except OtherAnswers as error:
        message, remedy = f"The release is of other answers: {error}.", "Name the folder it was made of."
        raise UnusableInput([Problem("release-other-wave", message, remedy, "answers.csv")]) from error
    for item in found.items:
        console.say(_line(item))
    tell(found, console)
    console.result({"k": found.k, "items": [asdict(item) for item in found.items]})
    held = found.total("another_class") == found.total("respondents")
    return FINE if held and found.total("cells_moved") == found.total("cells") else FINDINGS


def _line(item: ItemDeniability) -> str:
    of = item.respondents
    return (
        f"{item.item}: {item.another_class} of {of} another answer, {item.every_category} every category; "
        f"{item.cells_moved} of {item.cells} withheld move, {item.cells_wide} by enough; "
        f"{item.worlds} worlds, {item.seconds:.1f} s"
    )
