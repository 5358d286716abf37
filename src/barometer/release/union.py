"""The attack on all public releases together, a wave at a time: what was found in one wave is asked for once.

The intruder's numbers of different waves stand in no equation with each other; only how strict he is judged is one for
all. So the attack on several waves is the attacks on each by the strictest measure of them all, put together, and a
wave that a new release does not touch tells with it what it told without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from barometer.attack import Findings, Severity, attack
from barometer.published import PublishedTables

Releases = Sequence[PublishedTables]
Attack = Callable[..., Findings]


@dataclass(frozen=True)
class Strictness:
    """What the intruder is measured by: the strictest of the releases' own policies."""

    k: int
    m: int
    colluders: int


def strictness_of(releases: Releases) -> Strictness:
    """Let the attack itself say by what it measures these releases; without tables it has nothing else to do."""
    said = attack([replace(release, tables=()) for release in releases])
    return Strictness(said.k, said.m, said.colluders)


@dataclass
class Attacks:
    """Attacks, and remembers for as long as it lives what the same releases gave by the same measure.

    It knows releases by themselves and not by their names: an edition in other words is another release to it.
    """

    attack: Attack = attack
    _known: list[tuple[tuple[PublishedTables, ...], Strictness, Findings]] = field(default_factory=list)

    def on_wave(self, releases: Releases, by: Strictness) -> Findings:
        """Attack releases of one wave."""
        for known, measure, findings in self._known:
            if measure == by and len(known) == len(releases) and all(map(_is, known, releases)):
                return findings
        findings = self.attack(releases, k=by.k, m=by.m, colluders=by.colluders)
        self.remember(releases, by, findings)
        return findings

    def remember(self, releases: Releases, by: Strictness, findings: Findings) -> None:
        """Take in what these releases of one wave gave by this measure."""
        self._known.append((tuple(releases), by, findings))

    def on_all(self, releases: Releases, by: Strictness | None = None) -> Findings:
        """Give what `attack` gives for all of them."""
        by = by or strictness_of(releases)
        each = [self.on_wave(of_wave, by) for of_wave in by_wave(releases).values()]
        severities = list(Severity)
        found = dict.fromkeys(finding for findings in each for finding in findings.found)
        return Findings(
            tuple(sorted(found, key=lambda finding: severities.index(finding.severity))),
            tuple(confined for findings in each for confined in findings.withheld),
            by.k,
            by.m,
            tuple(dict.fromkeys(step for findings in each for step in findings.not_tried)),
            by.colluders,
        )


def by_wave(releases: Releases) -> dict[str, list[PublishedTables]]:
    """Sort releases by their wave's name, each wave where its first release stands."""
    sorted_out: dict[str, list[PublishedTables]] = {}
    for release in releases:
        sorted_out.setdefault(release.wave.id, []).append(release)
    return sorted_out


def touched(after: Releases, before: Releases) -> list[PublishedTables]:
    """Give those of `after` in whose waves the attack can find other than `before`: all others are left out."""
    if not before or strictness_of(after) != strictness_of(before):
        return list(after)
    then = by_wave(before)
    unchanged = {
        wave
        for wave, releases in by_wave(after).items()
        if len(releases) == len(then.get(wave, ())) and all(map(_is, releases, then[wave]))
    }
    return [release for release in after if release.wave.id not in unchanged]


def _is(one: PublishedTables, other: PublishedTables) -> bool:
    return one is other
