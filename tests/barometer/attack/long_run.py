"""A long run against every world, with seeds drawn anew: `python -m tests.barometer.attack.long_run 2000`.

Surveys drawn at random have the attack's intervals compared with the true ones, alone and with two colluders. With
``--protection`` waves are protected first, and no withheld cell may be left with a span below k by any placing. The
seeds are printed: `--seed` repeats a run.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator

from tests.barometer.attack.enumeration import TooManyWorlds, disagreements, small_survey
from tests.barometer.attack.protected import small_release, weak_cells

COLLUDERS = (0, 2)


def check_attack(seed: int, told: Counter[str]) -> Iterator[str]:
    """Compare the attack with every world of one survey."""
    survey = small_survey(seed)
    told[f"surveys, {survey.kind}"] += 1
    told["surveys"] += 1
    for colluders in COLLUDERS:
        told["attacks"] += 1
        yield from (f"{survey.kind}, {colluders} colluders, {each}" for each in disagreements(survey, colluders, told))


def check_protection(seed: int, told: Counter[str]) -> Iterator[str]:
    """Look at every world of one protected wave, and compare the attack with it."""
    colluders = COLLUDERS[-1]
    survey = small_release(seed, colluders)
    told["waves"] += 1
    if survey is None:
        told["waves with nothing crossed"] += 1
        return
    try:
        withheld, weak = weak_cells(survey, colluders)
    except TooManyWorlds:
        told["waves with too many worlds"] += 1
        return
    told["withheld cells"] += withheld
    told["waves with withheld cells"] += withheld > 0
    yield from weak
    for each in COLLUDERS:
        yield from (f"{survey.kind}, {each} colluders, {wrong}" for wrong in disagreements(survey, each, told))


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.barometer.attack.long_run", description=__doc__)
    arguments.add_argument("count", type=int, help="how many surveys")
    arguments.add_argument("--seed", type=int, help="the first seed (default: drawn anew)")
    arguments.add_argument("--protection", action="store_true", help="protect waves instead of attacking surveys")
    given = arguments.parse_args()
    first = secrets.randbelow(2**31) if given.seed is None else given.seed
    print(f"Seeds {first} to {first + given.count - 1}", flush=True)
    began, told, wrong = time.process_time(), Counter[str](), 0
    for seed in range(first, first + given.count):
        for each in (check_protection if given.protection else check_attack)(seed, told):
            wrong += 1
            print(f"seed {seed}: {each}", flush=True)
    for what, count in sorted(told.items()):
        print(f"{what}: {count}")
    print(f"{wrong} wrong; {time.process_time() - began:.1f} CPU seconds")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
