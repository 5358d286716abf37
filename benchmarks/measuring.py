"""What is measured of one drawn wave: our road as a black box, its time, and the attackers upon it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from barometer.disclosure.policy import read_policy
from barometer.disclosure.protecting import protect
from barometer.published import PublishedTables
from barometer.published_json import release_document
from barometer.responses import ChoiceColumn, MultipleColumn, ResponseSet
from barometer.tabulation import tabulate
from barometer.wave import read_wave
from benchmarks.answers import Drawn, wave_text
from benchmarks.published_files import PublishedRelease, published
from benchmarks.second_attacker import Person

BAROMETER = Path(sys.executable).with_name("barometer")


@dataclass(frozen=True)
class Command:
    """How a command of ours ended."""

    status: int
    said: str

    @property
    def as_json(self) -> dict[str, Any]:
        return dict(json.loads(self.said))


def barometer(*arguments: str) -> Command:
    """Run the command line, as anybody would."""
    done = subprocess.run([BAROMETER, *arguments], capture_output=True, text=True, check=False)
    return Command(done.returncode, done.stdout if done.returncode < 2 and done.stdout else done.stderr)


def protected(drawn: Drawn) -> PublishedTables:
    """Tabulate, protect and audit."""
    wave = read_wave(wave_text("benchmark").encode(), drawn.questionnaire, respondents=drawn.responses.respondents)
    return protect(tabulate(drawn.responses), read_policy(drawn.policy.encode(), drawn.questionnaire), wave).tables


def as_published(tables: PublishedTables) -> PublishedRelease:
    """Take the tables through their JSON, so that nothing reaches an attacker that a reader would not have."""
    return published(json.loads(json.dumps(release_document(tables))))


def cpu_seconds(deed: Callable[[], object], runs: int) -> list[float]:
    """Give the CPU seconds of every run."""
    spent = []
    for _ in range(runs):
        began = time.process_time()
        deed()
        spent.append(time.process_time() - began)
    return spent


def median(spent: list[float]) -> str:
    return f"{statistics.median(spent):.3g} s (median of {len(spent)})"


def people_of(responses: ResponseSet) -> list[Person]:
    """Give what every respondent knows of himself: his answers, and the leaf of each background."""
    states = {-1: "_skipped", -2: "_not_shown", -3: "_not_reached"}
    answers: list[dict[str, frozenset[str]]] = [{} for _ in range(responses.respondents)]
    leaves: list[dict[str, str]] = [{} for _ in range(responses.respondents)]
    backgrounds = {question.id for question in responses.questionnaire.backgrounds}
    for item, column in responses.columns.items():
        if isinstance(column, ChoiceColumn):
            for person, value in enumerate(column.values.tolist()):
                code = states[value] if value < 0 else column.codes[value]
                answers[person][item] = frozenset({code})
                if item in backgrounds:
                    leaves[person][item] = "_not_answered" if value < 0 else code
        elif isinstance(column, MultipleColumn):
            for person, (state, ticked) in enumerate(zip(column.state.tolist(), column.ticked, strict=True)):
                some = {column.codes[place] for place in np.flatnonzero(ticked)}
                answers[person][item] = frozenset({states[state]} if state < 0 else {"_answered", *some})
    return list(zip(answers, leaves, strict=True))
