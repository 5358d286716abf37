"""The whole attack: published tables in, everything that could be inferred out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from barometer.attack.bounds import Block, Reach, blocks
from barometer.attack.differencing import (
    assume_answers_were_only_added,
    overlap_findings,
    release_findings,
    worlds_of,
)
from barometer.attack.equations import write_equations
from barometer.attack.findings import Cell, Confined, Finding, Findings, Kind, Severity, Step
from barometer.attack.propagation import Bounds, NoWorldFits
from barometer.attack.routing import write_routing
from barometer.attack.system import Key, Routed, Size, System, Ticked
from barometer.attack.visible import visible_findings
from barometer.attack.worlds import Target, World, cut_classes
from barometer.published import PublishedTables
from barometer.texts import Text

DEFAULT_K, DEFAULT_M = 5, 20
LIMITS = (
    Step("not_tried_background_file"),
    Step("not_tried_own_row"),
    Step("not_tried_rerunning"),
    Step("not_tried_whole_numbers"),
)
"""What this attack leaves out whatever it is given."""

PRINTED_REST = {"shown", "base", "answers_make_group", "group_size", "ticked_or_not"}
"""Steps that are no more than a subtraction within one row, which `visible` reports already."""


def attack(
    releases: Sequence[PublishedTables], *, k: int | None = None, m: int | None = None, complete: bool = False
) -> Findings:
    """Find what published tables disclose beyond what they print.

    Takes any number of releases, editions and waves. ``k`` and ``m`` default to the strictest of the releases' own
    policies. With ``complete`` the interval of each withheld cell is searched to its ends instead of only
    until it is known to span k.
    """
    k = k or max((_of_policy(release, "k", DEFAULT_K) for release in releases), default=DEFAULT_K)
    m = m or max((_of_policy(release, "m", DEFAULT_M) for release in releases), default=DEFAULT_M)
    found: list[Finding] = []
    withheld: list[Confined] = []
    not_tried: list[Step] = list(LIMITS)
    for wave in dict.fromkeys(release.wave.id for release in releases):
        worlds = worlds_of([release for release in releases if release.wave.id == wave])
        found.extend(_printed(worlds, k, m))
        inference = _Inference(worlds, k, complete)
        found.extend(inference.run())
        withheld.extend(inference.confined)
        not_tried.extend(inference.not_tried)
    order = list(Severity)
    unique = dict.fromkeys(found)
    return Findings(
        tuple(sorted(unique, key=lambda f: order.index(f.severity))), tuple(withheld), k, m, tuple(not_tried)
    )


def _of_policy(release: PublishedTables, name: str, default: int) -> int:
    value: Any = release.policy.get(name, default)
    return value if isinstance(value, int) else default


def _printed(worlds: Sequence[World], k: int, m: int) -> Iterator[Finding]:
    for world in worlds:
        for release in world.releases:
            for table in release.tables:
                yield from visible_findings(world.wave, table, k, m)
        yield from overlap_findings(world, m)
    yield from release_findings(worlds, k)


class _Inference:
    """One wave's equations, solved."""

    def __init__(self, worlds: Sequence[World], k: int, complete: bool) -> None:
        self.worlds, self.k, self.complete = worlds, k, complete
        self.confined: list[Confined] = []
        self.not_tried: list[Step] = []

    def run(self) -> list[Finding]:
        """Give the findings; a contradiction in the published numbers is the only one where there is one."""
        try:
            return self._infer(only_added=len(self.worlds) > 1)
        except NoWorldFits as contradiction:
            if len(self.worlds) == 1:
                return [self._contradiction(contradiction)]
        self._start_again()
        self.not_tried.append(Step("not_tried_answers_were_changed", {"wave": self.worlds[0].wave}))
        try:
            return self._infer(only_added=False)
        except NoWorldFits as contradiction:
            return [self._contradiction(contradiction)]

    def _start_again(self) -> None:
        self.confined, self.not_tried = [], []
        for world in self.worlds:
            world.targets.clear()

    def _contradiction(self, contradiction: NoWorldFits) -> Finding:
        wave = self.worlds[0].releases[0].wave
        return Finding(Kind.CONTRADICTION, Severity.RULE, Cell(wave.id, "", wave.title), 0, 0, contradiction.steps)

    def _infer(self, *, only_added: bool) -> list[Finding]:
        system = System()
        cut_classes(self.worlds)
        for world in self.worlds:
            write_equations(world, system)
        if only_added:
            assume_answers_were_only_added(self.worlds, system)
        bounds = Bounds(system)
        bounds.take_in()
        settled = self._reach_targets(bounds, {})
        before = len(system.equations)
        for world in self.worlds:
            self.not_tried.extend(write_routing(world, system, bounds))
        if len(system.equations) > before:
            bounds.take_in()
            settled = self._reach_targets(bounds, settled)
        return [*self._of_targets(bounds, settled), *self._of_derived(bounds)]

    def _reach_targets(self, bounds: Bounds, settled: Mapping[int, Reach]) -> dict[int, Reach]:
        """Bound every target in its block, but for those already found out (unless all ends are wanted)."""
        done = {v for v, reach in settled.items() if reach.complete and reach.span < self.k and not self.complete}
        targets = {target.variable for world in self.worlds for target in world.targets}
        wanted = {variable for variable in targets - done if not bounds.is_fixed(variable)}
        reached = {variable: settled[variable] for variable in done}
        for variables, equations in blocks(bounds):
            attacked = [variable for variable in variables if variable in wanted]
            if attacked:
                block = Block(bounds, variables, equations)
                reached |= {variable: self._reach(bounds, block, variable) for variable in attacked}
        for reach in reached.values():
            if reach.complete:
                bounds.narrow(reach.variable, reach.low, reach.high, reach.steps)
        return reached

    def _reach(self, bounds: Bounds, block: Block, variable: int) -> Reach:
        low, high = bounds.low[variable], bounds.high[variable]
        if high - low < self.k and not self.complete:
            return Reach(variable, low, high, bounds.steps_to(variable), complete=True)
        return block.reach(variable, block.bounds.system.ceiling[variable] + 1 if self.complete else self.k)

    def _of_targets(self, bounds: Bounds, reached: dict[int, Reach]) -> Iterator[Finding]:
        for world in self.worlds:
            for target in world.targets:
                reach = self._settled(bounds, target.variable, reached)
                if target.is_withheld:
                    self.confined.append(Confined(target.cell, reach.low, reach.high, reach.complete))
                if reach.complete and (finding := self._judge(target, reach)):
                    yield finding

    def _settled(self, bounds: Bounds, variable: int, reached: dict[int, Reach]) -> Reach:
        low, high = bounds.low[variable], bounds.high[variable]
        reach = reached.get(variable)
        if reach is None or (high - low < reach.high - reach.low):
            return Reach(variable, low, high, bounds.steps_to(variable), complete=True)
        return reach

    def _judge(self, target: Target, reach: Reach) -> Finding | None:
        if reach.low == reach.high and target.is_withheld:
            return Finding(Kind.EXACT, Severity.EXACT, target.cell, reach.low, reach.high, reach.steps)
        if reach.high - reach.low < self.k and target.is_withheld:
            return Finding(Kind.NARROW, Severity.NARROW, target.cell, reach.low, reach.high, reach.steps)
        if reach.low > 0 and reach.high < self.k:
            severity = Severity.EXACT if reach.low == reach.high else Severity.NARROW
            return Finding(Kind.SMALL_COUNT, severity, target.cell, reach.low, reach.high, reach.steps)
        return None

    def _of_derived(self, bounds: Bounds) -> Iterator[Finding]:
        """Counts that no table prints: finer answers or groups, and those who did not tick an option."""
        system = bounds.system
        printed = {target.variable for world in self.worlds for target in world.targets}
        printed |= {equation.form[0][0] for equation in system.equations if equation.step.rule == "shown"}
        for variable, key in enumerate(system.keys):
            low, high = bounds.low[variable], bounds.high[variable]
            if variable not in printed and 0 < low <= high < self.k:
                steps = bounds.steps_to(variable)
                if not (isinstance(key, Ticked) and {step.rule for step in steps} <= PRINTED_REST):
                    severity = Severity.EXACT if low == high else Severity.NARROW
                    yield Finding(Kind.DERIVED_COUNT, severity, _place(self.worlds[key.world], key), low, high, steps)


def _place(world: World, key: Key) -> Cell:
    """Name what a variable counts by codes, as no table names it."""
    if isinstance(key, Size):
        return Cell(world.wave, key.background, Text(), group=", ".join(world.groups[key.background].codes(key.group)))
    numbers = (key.group,) if isinstance(key, Routed) else key.groups
    groups = "" if key.by is None else ", ".join(code for n in numbers for code in world.groups[key.by].codes(n))
    if isinstance(key, Routed):
        return Cell(world.wave, "", Text(), key.route, group=groups)
    if isinstance(key, Ticked):
        answers = [code if key.is_ticked else f"not {code}" for code in sorted(key.options)]
    else:
        answers = [code for number in key.answers for code in world.answers[key.item].codes(number)]
    table = key.item if key.by is None else f"{key.item}/{key.by}"
    return Cell(world.wave, table, world.tables_of(key.item)[0].title, ", ".join(answers), group=groups)
