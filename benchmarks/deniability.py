"""`python -m benchmarks.deniability`: who could have answered otherwise in a release of 60 questions by 10 backgrounds.

Draws answers like the demonstration's, protects them (under the default policy, if nothing else is said) and searches
worlds. The seed is drawn anew and printed; status 1 when a withheld number was moved by no world.
"""

from __future__ import annotations

import argparse
import sys
import time
from secrets import randbelow

import numpy as np

from barometer.disclosure.policy import read_policy
from barometer.disclosure.protecting import protect
from barometer.published import Wave
from barometer.tabulation import tabulate
from barometer.worlds import Deniability, ItemDeniability, deniability
from benchmarks.answers import Drawn, draw, policy_text

COLUMNS = ("respondents", "another_answer", "another_class", "every_category", "cells", "cells_moved", "cells_wide")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.deniability", description=__doc__)
    arguments.add_argument("--respondents", type=int, default=375)
    arguments.add_argument("--seconds", type=float, default=600, help="processor time (default 600)")
    arguments.add_argument("--detail", type=int, help="below so many respondents a group shows one answer alone")
    arguments.add_argument("--colluders", type=int, help="respondents who may put their answers together")
    arguments.add_argument("--seed", type=int, help="drawn and printed otherwise")
    given = arguments.parse_args()
    seed = randbelow(2**32) if given.seed is None else given.seed
    print(
        f"seed {seed}, {given.respondents} respondents, at most {given.seconds:.0f} s of processor time\n", flush=True
    )
    drawn = draw(given.respondents, np.random.default_rng(seed))
    asked_for = {"detail": given.detail, "colluders": given.colluders}
    otherwise = policy_text(**{name: value for name, value in asked_for.items() if value is not None})
    policy = read_policy(otherwise.encode(), drawn.questionnaire)
    tables = protect(tabulate(drawn.responses), policy, _wave(drawn)).tables
    found = deniability(drawn.responses, tables, seconds=given.seconds, seed=seed, clock=time.process_time)
    print(f"{'':<16}" + "".join(f"{name.removeprefix('another_'):>16}" for name in COLUMNS) + f"{'CPU s':>8}")
    for item in found.items:
        print(_row(item))
    _tell(found)
    return 0 if found.total("cells_moved") == found.total("cells") else 1


def _wave(drawn: Drawn) -> Wave:
    asked = drawn.questionnaire
    return Wave(
        "benchmark", asked.title, asked.id, asked.version, "0" * 64, asked.languages, drawn.responses.respondents
    )


def _row(item: ItemDeniability) -> str:
    return f"{item.item:<16}" + "".join(f"{getattr(item, name):>16}" for name in COLUMNS) + f"{item.seconds:>8.1f}"


def _tell(found: Deniability) -> None:
    print()
    for measure in found.measures():
        share = 100 * measure.held / measure.tried if measure.tried else 100.0
        print(f"{measure.what:<24}{measure.held:>8} of {measure.tried:<8}{share:>8.2f} %")
    for cell in found.unmoved:
        print(f"unmoved: {cell.table}, {cell.category}, {cell.group}: {'proved' if cell.is_proved else 'open'}")
    print(f"{'CPU s':<24}{sum(item.seconds for item in found.items):>8.0f}")


if __name__ == "__main__":
    sys.exit(main())
