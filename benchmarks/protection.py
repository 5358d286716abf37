"""Losses, safety and time of our protection, of ACRO and of the optimum: `python -m benchmarks.protection`.

Everything is drawn anew from a seed that is printed. One run measures all of it on the same answers and prints a page;
`--write` puts it where the documents are. What could not be run says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from barometer.disclosure.policy import Policy, read_policy
from barometer.disclosure.puzzle import Demand
from barometer.tabulation import tabulate
from benchmarks.answers import Drawn, draw, without, write_wave_folder
from benchmarks.losses import Kept, ReferenceTable, kept_in, reference_tables, sum_of
from benchmarks.measuring import Command, as_published, barometer, cpu_seconds, median, people_of, protected
from benchmarks.optimum import optimum
from benchmarks.others import NotToBeHadError, environment
from benchmarks.published_files import read_published
from benchmarks.reference_files import acro_on, pandas_on
from benchmarks.reruns import Told, protection, rerun_on, with_groups_of
from benchmarks.reruns_of_forms import drawn_tables, made_up, rerun_forms_on
from benchmarks.second_attacker import Account, attack
from benchmarks.small_counts import Confined, protected_with
from benchmarks.variants import (
    everything,
    filtered_release,
    naive_release,
    per_table,
    small_groups,
    threshold,
)

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "explanation" / "protection-measured.md"
PEERS = REPOSITORY / "var" / "benchmark-peers"
N = 375
COLLUDERS = 2
MANY_WAVES = 24
WAVES_OF_SMALL = 12
MADE_UP = 600
"""Tables made up to be hard, for who reruns the choice of the form as well."""
NAIVE_ITEMS = ("agree_1", "yesno_1", "ways", "took_part", "use_1", "use_2", "use_3")
"""What the naive variants publish: few items are enough to see them fall."""
Row = tuple[str, ...]


@dataclass
class Run:
    """One run: its seed, and what every part of it reads."""

    seed: int
    runs: int
    folder: Path
    peers: Path
    chance: np.random.Generator = field(init=False)
    drawn: Drawn = field(init=False)
    references: list[ReferenceTable] = field(init=False)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        self.drawn = draw(N, self.chance)
        self.references = reference_tables(tabulate(self.drawn.responses))


def safety(run: Run) -> Iterator[Row]:
    """Make releases as anybody would, and set both attackers on them."""
    folders = []
    for number, drawn in enumerate((run.drawn, draw(N, run.chance)), 1):
        wave, to = run.folder / f"wave-{number}", run.folder / f"release-{number}"
        write_wave_folder(drawn, wave, wave=f"benchmark-{number}")
        made = barometer("release", str(wave), "--to", str(to))
        if made.status:
            yield f"wave {number}", "no release", made.said.strip().splitlines()[-1]
            continue
        folders.append(to)
        account = attack([read_published(to)], people=people_of(drawn.responses))
        yield f"wave {number}", "second attacker, two colluders", _said(account)
    if folders:
        first = barometer("attack", *map(str, folders), "--colluders", str(COLLUDERS), "--json")
        yield "all of them", "`barometer attack`", _first_said(first)
        yield from _corrections(run, folders[0])


def _first_said(attacked: Command) -> str:
    if attacked.status > 1:
        return f"not run: {attacked.said.strip().splitlines()[-1]}"
    found = attacked.as_json
    return f"{len(found['withheld'])} withheld tried, {len(found['findings'])} findings"


def _corrections(run: Run, published: Path) -> Iterator[Row]:
    """Let some withdraw after the release, and ask for another one of the same wave."""
    for gone in (1, 3, 10):
        fewer = without(run.drawn.responses, run.chance.choice(N, gone, replace=False))
        wave, to = run.folder / f"corrected-{gone}", run.folder / f"release-corrected-{gone}"
        write_wave_folder(Drawn(run.drawn.questionnaire, fewer, run.drawn.policy), wave, wave="benchmark-1")
        made = barometer("release", str(wave), "--to", str(to), "--previous", str(published))
        what = f"{gone} withdrew after the release"
        if made.status:
            yield what, "held back", "no second release is made"
        else:
            account = attack([read_published(published), read_published(to)], finer=False)
            yield what, "second attacker on both releases", _said(account)


def naive(run: Run) -> Iterator[Row]:
    """Make the usual releases of the same answers and see them fall."""
    cube = tabulate(run.drawn.responses)
    for name, hide in (("threshold of 5 only", threshold(5)), ("per table, without an audit", per_table(5))):
        yield name, _said(attack([naive_release(cube, hide, NAIVE_ITEMS)], finer=False), "withheld")
    try:
        python = environment(run.peers)
        for least in (None, 5):
            _, release = acro_on(python, run.references[:40], cube, run.folder, least)
            yield (
                f"ACRO, threshold {least or '10 (its own)'}, beside true margins",
                _said(attack([release], k=5, finer=False), "withheld"),
            )
    except NotToBeHadError as error:
        yield "ACRO beside true margins", f"not run: {error}"
    groups = small_groups(run.drawn.responses, least=5)
    some = [groups[at] for at in run.chance.permutation(len(groups))[:60]]
    told = sum(_is_told(run, group) for group in some)
    yield "free filters of at least 5", f"{told} of {len(some)} groups of 1 to 4 known ({len(groups)} can be asked for)"
    for gone in (1, 3, 10):
        fewer = tabulate(without(run.drawn.responses, run.chance.choice(N, gone, replace=False)))
        both = [naive_release(each, everything, NAIVE_ITEMS[:3]) for each in (cube, fewer)]
        account = attack(both, finer=False)
        yield f"published again when {gone} had left", _said(account, "change")


def _is_told(run: Run, group: tuple[str, str, str, str]) -> bool:
    """Say whether everything two filters were asked of is known of the small group between them."""
    responses = run.drawn.responses
    release = filtered_release(
        lambda kept: tabulate(without(responses, np.flatnonzero(~kept))), responses, group, ("agree_1", "yesno_1")
    )
    account = attack([release])
    return {each.name.split("/")[0] for each in account.fallen if each.least == each.most} == {"agree_1", "yesno_1"}


def _said(account: Account, *kinds: str) -> str:
    parts = [
        f"{account.tried[kind]} {kind} tried, {account.fell(kind)} fell, {account.exact(kind)} exactly"
        for kind in kinds or sorted(account.tried)
    ]
    return "; ".join([*parts, *(["numbers contradict each other"] if account.contradictions else [])])


def losses(run: Run) -> Iterator[Row]:
    """Measure what is published of the reference tables, by whom."""
    ours = kept_in(as_published(protected(run.drawn)), run.references)
    for by, kept in {**ours, "both": sum_of(ours.values())}.items():
        yield "ours, default policy", by, *_kept(kept)
    yield from _over_many_waves(run)
    try:
        python = environment(run.peers)
        for least in (None, 5):
            _, release = acro_on(python, run.references, tabulate(run.drawn.responses), run.folder, least)
            for by, kept in kept_in(release, run.references).items():
                yield f"ACRO, threshold {least or '10 (its own)'} (not audited)", by, *_kept(kept)
    except NotToBeHadError as error:
        yield "ACRO", "", f"not run: {error}", ""
    for span in (5, 5 + 2 * (COLLUDERS - 1)):
        found: dict[str, Kept] = {}
        unsettled = 0
        for reference in run.references:
            best = optimum(reference.counts, k=span)
            unsettled += not best.is_optimal
            shown = np.zeros(reference.counts.shape, np.bool_) if best.withheld is None else ~best.withheld
            found.setdefault(reference.by, Kept()).add(reference, shown)
        said = f"optimum of single tables, span {span}" + (f" ({unsettled} not settled in time)" if unsettled else "")
        for by, kept in found.items():
            yield said, by, *_kept(kept)


def _over_many_waves(run: Run) -> Iterator[Row]:
    """Measure the same of many waves: how small the smallest area happens to be moves a single one by points."""
    chance, found = np.random.default_rng([run.seed, MANY_WAVES]), []
    for _ in range(MANY_WAVES):
        drawn = draw(N, chance)
        kept = kept_in(as_published(protected(drawn)), reference_tables(tabulate(drawn.responses)))
        found.append(kept | {"both": sum_of(kept.values())})
    for by in found[0]:
        shares = [100 * each[by].share for each in found]
        said = f"{statistics.mean(shares):.1f} % ({min(shares):.1f} to {max(shares):.1f})"
        cells = sum_of(each[by] for each in found)
        yield f"ours, mean of {MANY_WAVES} other waves", by, said, f"{cells.published_cells} of {cells.cells}"


def _kept(kept: Kept) -> Row:
    return f"{100 * kept.share:.1f} %", f"{kept.published_cells} of {kept.cells}"


def reruns(run: Run) -> Iterator[Row]:
    """Let an attacker rerun our protection on every table that agrees with the published one."""
    for by in dict.fromkeys(reference.by for reference in run.references):
        tables = [with_groups_of(each.counts, Policy.m) for each in run.references if each.by == by]
        demand = Demand(5, colluders=COLLUDERS, detail=Policy.detail)
        enumerated, walked = rerun_on(tables, protection(demand), demand.k, run.chance)
        for how, told in (("every table tried", enumerated), ("too large; some tried, so at most", walked)):
            yield _told(by, how, told)
        yield (
            by,
            "knowing which are small (A2): values ruled out",
            str(enumerated.tables),
            "",
            "",
            str(enumerated.impossible),
        )
    yield from _reruns_of_forms(run)


def _reruns_of_forms(run: Run) -> Iterator[Row]:
    """Let him rerun the choice of the form as well, on small tables made up to be hard and on the drawn wave."""
    told = rerun_forms_on(made_up(MADE_UP, run.chance))
    yield _told(f"{MADE_UP} made up", "form and cells, every table tried", told.enumerated)
    yield _told(f"{MADE_UP} made up", "the same, of counts inside merged answers", told.inside)
    ruled_out = str(told.enumerated.impossible)
    yield f"{MADE_UP} made up", "values ruled out (A2)", str(told.enumerated.tables), "", "", ruled_out
    policy = read_policy(run.drawn.policy.encode(), run.drawn.questionnaire)
    for by in dict.fromkeys(reference.by for reference in run.references):
        tables = drawn_tables(tabulate(run.drawn.responses), policy, by)
        walked = rerun_forms_on(tables, run.chance).walked
        yield _told(by, "form and cells as released; some tried, so at most", walked)


def _told(what: str, how: str, told: Told) -> Row:
    return what, how, str(told.tables), str(told.small), str(told.exact), f"{told.narrow} ({told.share:.1%})"


def small(run: Run) -> Iterator[Row]:
    """Tell an attacker which withheld counts are small, of our tables and of some that must fall."""
    chance = np.random.default_rng([run.seed, WAVES_OF_SMALL])
    drawn = [draw(N, chance) for _ in range(WAVES_OF_SMALL)]
    for what, waves, settling in (
        ("ours, default policy", drawn, True),
        ("the same, what follows a filter not settled beside it", drawn[:2], False),
    ):
        confined = Confined()
        for each in waves:
            confined.add(*protected_with(each, settling=settling))
        yield what, str(confined.waves), str(confined.small), str(confined.lost), str(confined.lost_to_routing)


def times(run: Run) -> Iterator[Row]:
    """Measure CPU seconds of this process, and of the others in theirs."""
    yield "tabulate, protect, audit", f"{N}", median(cpu_seconds(lambda: protected(run.drawn), run.runs))
    yield "tabulate, protect, audit", "100,000", _time_of_large(run)
    try:
        python = environment(run.peers)
        cpu, _ = acro_on(python, run.references, tabulate(run.drawn.responses), run.folder, None)
        yield f"ACRO, {len(run.references)} crosstabs, not audited", f"{N}", f"{cpu:.3g} s"
    except NotToBeHadError as error:
        yield "ACRO", f"{N}", f"not run: {error}"
    small = cpu_seconds(lambda: tabulate(run.drawn.responses), max(run.runs, 5))
    yield "the whole cube, 60 items by 10 backgrounds", f"{N}", median(small)
    largest = draw(1_000_000, run.chance, weighted=True)
    ours = cpu_seconds(lambda: tabulate(largest.responses), max(run.runs, 5))
    yield "the whole cube, counts and weighted sums", "1,000,000", median(ours)
    try:
        unweighted = replace(largest.responses, weights=None)
        counted = cpu_seconds(lambda: tabulate(unweighted), max(run.runs, 5))
        yield "the whole cube, counts alone", "1,000,000", median(counted)
        theirs = pandas_on(environment(run.peers), largest.responses, run.folder)
        ratio = theirs / statistics.median(counted)
        yield "pandas groupby, counts alone, all tables run", "1,000,000", f"{theirs:.3g} s ({ratio:.0f} times ours)"
    except NotToBeHadError as error:
        yield "pandas groupby", "1,000,000", f"not run: {error}"


def _time_of_large(run: Run) -> str:
    large = draw(100_000, run.chance)
    return median(cpu_seconds(lambda: protected(large), max(run.runs // 2, 1)))


PARTS: dict[str, tuple[str, tuple[str, ...], Callable[[Run], Iterator[Row]]]] = {
    "losses": (
        "What is kept",
        ("by whom", "background", "respondents in published cells", "cells published"),
        losses,
    ),
    "safety": ("Whether it stands", ("what", "who attacks", "what fell"), safety),
    "reruns": (
        "What rerunning the protection tells (A3)",
        ("background", "how", "tables", "small counts withheld", "exactly told", "told to a span below 5"),
        reruns,
    ),
    "small": (
        "Who knows which counts are small (A2), of all tables of a wave together",
        ("release", "waves", "small counts withheld", "lost a value", "of them where routing joins tables"),
        small,
    ),
    "naive": ("How the usual ways fall", ("release", "what the second attacker finds"), naive),
    "times": ("What it costs", ("what", "answers", "CPU"), times),
}


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.protection", description=__doc__)
    arguments.add_argument("--seed", type=int, help="draw the same answers again (default: new ones)")
    arguments.add_argument("--runs", type=int, default=5, help="runs of which a time is the median (default 5)")
    arguments.add_argument("--only", choices=PARTS, action="append", help="measure this part alone")
    arguments.add_argument("--peers", type=Path, default=PEERS, help="environment with the other software")
    arguments.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(REPOSITORY)}")
    given = arguments.parse_args()
    seed = secrets.randbits(32) if given.seed is None else given.seed
    lines = []
    with tempfile.TemporaryDirectory(prefix="kumppani-protection-") as folder:
        run = Run(seed, given.runs, Path(folder), given.peers)
        for line in page(run, given.only or list(PARTS)):
            print(line, flush=True)
            lines.append(line)
    if given.write:
        PAGE.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


def page(run: Run, parts: list[str]) -> Iterator[str]:
    """Give the page line by line, as it is measured."""
    yield "# Protection, measured"
    yield ""
    yield f"Made by `python -m benchmarks.protection --seed {run.seed} --write`; all answers are invented."
    yield f"{N} answers to 60 items by 10 backgrounds, k = 5, the default policy, unless said otherwise."
    yield "Reference tables cross an item in three classes with nine areas or five groups of organisations; what was"
    yield "merged into a larger group is lost. The second attacker knows the published files alone; with two colluders"
    yield "also the rows of two respondents."
    yield f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}."
    for part in parts:
        title, header, measured = PARTS[part]
        began = time.process_time()
        yield f"\n## {title}\n"
        yield "| " + " | ".join(header) + " |"
        yield "|" + "---|" * len(header)
        for row in measured(run):
            yield "| " + " | ".join(row) + " |"
        yield f"\n(CPU of this part in its own process: {time.process_time() - began:.0f} s)"


if __name__ == "__main__":
    sys.exit(main())
