"""A second attacker, written from the published files alone: `python -m benchmarks.second_attacker RELEASE …`.

Every number a release prints is a linear statement about how many people gave which answer in which group. For each
withheld cell two linear programmes give the least and the most it can be; a cell whose span is below k has fallen. The
bounds are outer bounds: what they confine is confined, and whole numbers may confine it more.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np

from benchmarks.equations import Equations, Target, blocks_of
from benchmarks.programmes import ContradictionError
from benchmarks.published_files import PublishedRelease, read_published

SCATTER = 6
"""Solutions drawn by chance for every block before the first question is asked."""
Person = tuple[Mapping[str, frozenset[str]], Mapping[str, str]]
"""What somebody answered, and the leaf of every background."""


@dataclass(frozen=True)
class Fallen:
    """A number that is known too well."""

    kind: str
    name: str
    least: int
    most: int
    with_own_rows: int = 0


@dataclass
class Account:
    """What was tried, and what fell."""

    k: int
    tried: Counter[str] = field(default_factory=Counter)
    fallen: list[Fallen] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    """Blocks whose numbers cannot all be true: nothing is claimed of them."""
    solved: int = 0

    def fell(self, kind: str) -> int:
        return sum(each.kind == kind for each in self.fallen)

    def exact(self, kind: str) -> int:
        return sum(each.kind == kind and each.least == each.most for each in self.fallen)


def attack(
    releases: Sequence[PublishedRelease],
    *,
    k: int | None = None,
    people: Sequence[Person] = (),
    pairs: int = 8,
    finer: bool = True,
    exclusive: Mapping[str, frozenset[str]] | None = None,
    seed: int = 0,
) -> Account:
    """Attack one release, or several of the same answers with those of most answers first.

    `people` are respondents of whom any two may pool their rows; at most `pairs` pairs are tried on a cell that two
    could narrow below k. `finer` asks also for counts that no table prints.
    """
    account = Account(k or releases[0].k)
    chance = np.random.default_rng(seed)
    for items in blocks_of(releases):
        equations = Equations(items, releases, exclusive)
        wanted = [target for target in equations.targets if finer or target.kind != "finer"]
        if not wanted:
            continue
        try:
            _attack_block(equations, wanted, account, people, pairs, chance)
        except ContradictionError:
            account.contradictions.append(", ".join(items))
        account.solved += equations.programme.solved
    return account


def _attack_block(
    equations: Equations,
    wanted: Sequence[Target],
    account: Account,
    people: Sequence[Person],
    pairs: int,
    chance: np.random.Generator,
) -> None:
    programme = equations.programme
    programme.scatter(SCATTER, chance)
    room = 4 if people else 0  # each of two colluders can take one from either end (protection.md, R)
    near: list[Target] = []
    for target in wanted:
        account.tried[target.kind] += 1
        of_cell = target.kind == "withheld"
        enough = 1 if target.kind == "change" else account.k + (room if of_cell else 0)
        least, most = programme.span(target.column, enough)
        if _is_known(target, least, most, account.k):
            account.fallen.append(Fallen(target.kind, target.name, least, most))
        elif of_cell and most - least < account.k + room:
            near.append(target)
    if near and people:
        _collude(equations, near, account, people, pairs, chance)


def _is_known(target: Target, least: int, most: int, k: int) -> bool:
    """Say whether a number fell: a withheld cell with a span below k; a count that no table prints with a span below
    k, unless it is nought or surely k or more; a change that is exactly so many people."""
    if target.kind == "change":
        return least == most and 0 < most < k
    return most - least < k and (target.kind == "withheld" or (least < k and most > 0))


def _collude(
    equations: Equations,
    near: Sequence[Target],
    account: Account,
    people: Sequence[Person],
    pairs: int,
    chance: np.random.Generator,
) -> None:
    """Let two respondents pool their rows: a cell then holds at least those of them who are in it."""
    programme = equations.programme
    places = Counter(tuple(equations.places_of(0, *person)) for person in people)
    kinds = list(places)
    both = [(a, b) for a, b in combinations_with_replacement(kinds, 2) if a != b or places[a] > 1]
    for target in near:
        some = [both[at] for at in chance.permutation(len(both))[:pairs]]
        for pair in some:
            account.tried["withheld, two colluders"] += 1
            programme.raised(
                {column: float(count) for column, count in Counter(c for each in pair for c in each).items()}
            )
            least, most = programme.span(target.column, account.k)
            if most - least < account.k:
                account.fallen.append(Fallen("withheld, two colluders", target.name, least, most, 2))
                break
    programme.raised({})


def report(account: Account) -> Iterable[str]:
    """Say what was tried and what fell, in lines."""
    for kind in sorted(account.tried):
        fell, exact = account.fell(kind), account.exact(kind)
        yield f"{kind}: {account.tried[kind]} tried, {fell} with a span below {account.k}, {exact} of them exact"
    for fallen in account.fallen[:10]:
        yield f"  {fallen.kind}: {fallen.name} is {fallen.least} to {fallen.most}"
    for items in account.contradictions:
        yield f"  the numbers of {items} contradict each other: nothing is claimed of them"
    yield f"{account.solved} linear programmes"


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.second_attacker", description=__doc__)
    arguments.add_argument("release", nargs="+", type=Path, help="release folders of the same answers")
    arguments.add_argument("--k", type=int, help="span to reach (default: the release's own k)")
    given = arguments.parse_args()
    releases = sorted((read_published(folder) for folder in given.release), key=lambda each: -each.respondents)
    account = attack(releases, k=given.k)
    print("\n".join(report(account)))
    return 1 if account.fallen else 0


if __name__ == "__main__":
    sys.exit(main())
