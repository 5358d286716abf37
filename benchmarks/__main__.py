"""`make bench` times the whole road on the example wave and prints a table; status 1 when a limit is passed."""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
WAVE = REPOSITORY / "examples" / "partnership-barometer-2022"
BAROMETER = Path(sys.executable).with_name("barometer")


@dataclass(frozen=True)
class Step:
    """A command of the road, and the CPU seconds it may take."""

    name: str
    arguments: tuple[str, ...]
    limit: float | None = None


@dataclass(frozen=True)
class Measure:
    """The best of several runs: what else the machine does can only make a run slower."""

    step: Step
    cpu: float
    wall: float

    @property
    def is_within_limit(self) -> bool:
        return self.step.limit is None or self.cpu <= self.step.limit


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument("--runs", type=int, default=3, help="runs of each command (default 3)")
    runs = arguments.parse_args().runs
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, best of {runs}\n"
    )
    print(f"{'command':<12}{'CPU s':>8}{'wall s':>8}{'limit':>8}")
    measures = list(measured(runs))
    return 0 if all(measure.is_within_limit for measure in measures) else 1


def measured(runs: int) -> Iterator[Measure]:
    """Run every step and print it as it is done."""
    with tempfile.TemporaryDirectory(prefix="kumppani-bench-") as folder:
        release = f"{folder}/release-0"
        steps = [
            Step("check", ("check", str(WAVE))),
            Step("release", ("release", str(WAVE), "--to", f"{folder}/release-{{run}}"), limit=8.0),
            Step("attack", ("attack", release)),
            Step("verify", ("verify", release)),
        ]
        for step in steps:
            measure = best_of(runs, step)
            limit = "" if step.limit is None else f"{step.limit:.1f}"
            passed = "" if measure.is_within_limit else "  over the limit"
            print(f"{step.name:<12}{measure.cpu:>8.2f}{measure.wall:>8.2f}{limit:>8}{passed}", flush=True)
            yield measure


def best_of(runs: int, step: Step) -> Measure:
    """Give the run that took the least CPU; a command that fails ends the whole benchmark."""
    taken = [_run([argument.format(run=run) for argument in step.arguments]) for run in range(runs)]
    cpu, wall = min(taken)
    return Measure(step, cpu, wall)


def _run(arguments: list[str]) -> tuple[float, float]:
    before, began = _cpu_of_children(), time.monotonic()
    done = subprocess.run([BAROMETER, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"barometer {' '.join(arguments)} ended with status {done.returncode}:\n{done.stderr}")
    return _cpu_of_children() - before, time.monotonic() - began


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
