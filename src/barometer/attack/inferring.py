"""What the equations of one wave's releases allow, and what they give away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from barometer.attack.bounds import Block, Reach, blocks
from barometer.attack.colluding import Colluders, Placing
from barometer.attack.cutting import cut_classes
from barometer.attack.equations import write_equations
from barometer.attack.findings import Cell, Confined, Finding, Kind, Severity, Step
from barometer.attack.guessing import filters_to_guess, guess_routing
from barometer.attack.primaries import Primary, primary_findings
from barometer.attack.propagation import Bounds, NoWorldFits
from barometer.attack.routing import write_routing
from barometer.attack.system import Key, Moved, Routed, Silent, Size, System, Ticked
from barometer.attack.turnover import join_worlds
from barometer.attack.worlds import Target, World
from barometer.texts import Text

PRINTED_REST = {"shown", "base", "answers_make_group", "group_size", "ticked_or_not", "ticked_at_most_answered"}
"""Steps that are no more than a subtraction within one row, which `visible` reports already."""


MOST_FURTHER_CHANGES = 2
"""How many people more than the printed counts show are tried to have left and come, where fewer fit nothing."""


@dataclass(frozen=True)
class Aim:
    """What an attack looks for."""

    k: int
    colluders: int
    complete: bool
    """Search every interval to its ends instead of until it is known to span k."""
    primary: Primary | None = None
    """The cells withheld for being small, where the attacker knows them."""


class Inference:
    """One wave's equations, solved."""

    def __init__(self, worlds: Sequence[World], aim: Aim) -> None:
        self.worlds, self.aim = worlds, aim
        self.confined: list[Confined] = []
        self.not_tried: list[Step] = []
        self._placings: dict[int, Placing] = {}
        self._for_colluders: dict[int, int] = {}
        """The span that colluders are known to leave, by variable."""
        self._unsettled = 0
        self._withheld: set[int] = set()

    def run(self) -> list[Finding]:
        """Give the findings; a contradiction in the published numbers is the only one where there is one."""
        for further in range(MOST_FURTHER_CHANGES + 1) if len(self.worlds) > 1 else ():
            try:
                return self._infer(further)
            except NoWorldFits:
                self._start_again()
        if len(self.worlds) > 1:
            self.not_tried.append(Step("not_tried_answers_were_changed", {"wave": self.worlds[0].wave}))
        try:
            return self._infer(None)
        except NoWorldFits as contradiction:
            return [self._contradiction(contradiction)]

    def _start_again(self) -> None:
        self.confined, self.not_tried = [], []
        self._placings, self._for_colluders, self._unsettled = {}, {}, 0
        for world in self.worlds:
            world.targets.clear()
            world.routes.clear()

    def _contradiction(self, contradiction: NoWorldFits) -> Finding:
        wave = self.worlds[0].releases[0].wave
        return Finding(Kind.CONTRADICTION, Severity.RULE, Cell(wave.id, "", wave.title), 0, 0, contradiction.steps)

    def _infer(self, further: int | None) -> list[Finding]:
        """Solve with so many changes between releases more than are seen; with None each release stands alone."""
        system = System()
        cut_classes(self.worlds)
        for world in self.worlds:
            write_equations(world, system, is_alone=len(self.worlds) == 1)
            self.not_tried.extend(write_routing(world, system))
        if further is not None:
            join_worlds(self.worlds, system, further=further)
        bounds = Bounds(system)
        bounds.take_in()
        settled: dict[int, Reach] = {}
        if any(filters_to_guess(world) for world in self.worlds):
            settled = self._reach_targets(bounds, {}, Aim(self.aim.k, 0, self.aim.complete))
            for world in self.worlds:
                self.not_tried.extend(guess_routing(world, system, bounds))
            bounds.take_in()
        settled = self._reach_targets(bounds, settled, self.aim)
        findings = [*self._of_targets(bounds, settled), *self._of_derived(bounds)]
        if self.aim.primary is not None:
            findings.extend(primary_findings(self.worlds, bounds, self.aim.primary, self.aim.k))
        self._say_what_is_open(findings)
        return findings

    # -- intervals

    def _reach_targets(self, bounds: Bounds, settled: Mapping[int, Reach], aim: Aim) -> dict[int, Reach]:
        """Bound every target in its block, but for those already found out (unless all ends are wanted)."""
        done = {v for v, reach in settled.items() if reach.complete and reach.span < aim.k and not aim.complete}
        targets = {target.variable for world in self.worlds for target in world.targets}
        self._withheld = {t.variable for world in self.worlds for t in world.targets if t.is_withheld}
        wanted = {variable for variable in targets - done if not bounds.is_fixed(variable)}
        reached = {variable: settled[variable] for variable in done}
        for variables, equations in blocks(bounds):
            attacked = [variable for variable in variables if variable in wanted]
            if attacked:
                reached |= self._reach_in_block(Block(bounds, variables, equations), attacked, aim)
        for reach in reached.values():
            if reach.complete:
                bounds.narrow(reach.variable, reach.low, reach.high, reach.steps)
        return reached

    def _reach_in_block(self, block: Block, attacked: Sequence[int], aim: Aim) -> dict[int, Reach]:
        colluders = Colluders(block, self.worlds, aim.colluders)
        sought = self._withheld if aim.colluders else ()
        open_to = [variable for variable in attacked if variable in sought and self._is_wide(block.bounds, variable)]
        left = colluders.leave(open_to, aim.k) if open_to and not aim.complete else set()
        self._for_colluders |= dict.fromkeys(left, aim.k)
        reached = {variable: self._reach(block, variable, aim) for variable in attacked}
        wide = [variable for variable in open_to if reached[variable].span >= aim.k and variable not in left]
        if not aim.complete and block.is_network:
            far = {v for v in wide if block.reach(v, aim.k + 2 * aim.colluders).span >= aim.k + 2 * aim.colluders}
            self._for_colluders |= dict.fromkeys(far, aim.k)
            wide = [variable for variable in wide if variable not in far]
        for variable in wide:
            self._let_collude(colluders, reached[variable], aim)
        return reached

    def _is_wide(self, bounds: Bounds, variable: int) -> bool:
        return bounds.high[variable] - bounds.low[variable] >= self.aim.k

    def _reach(self, block: Block, variable: int, aim: Aim) -> Reach:
        bounds = block.bounds
        if not self._is_wide(bounds, variable) and not aim.complete:
            low, high = bounds.low[variable], bounds.high[variable]
            return Reach(variable, low, high, bounds.steps_to(variable), complete=True)
        return block.reach(variable, bounds.system.ceiling[variable] + 1 if aim.complete else aim.k)

    def _let_collude(self, colluders: Colluders, reach: Reach, aim: Aim) -> None:
        enough = reach.span if aim.complete else aim.k
        placing = colluders.narrowing(reach.variable, enough, worst=aim.complete)
        if placing is not None:
            self._placings[reach.variable] = placing
        if placing is None or aim.complete:
            self._unsettled += colluders.gave_up
        if placing is not None or not colluders.gave_up:
            self._for_colluders[reach.variable] = enough if placing is None else placing.span

    # -- findings

    def _of_targets(self, bounds: Bounds, reached: Mapping[int, Reach]) -> Iterator[Finding]:
        for world in self.worlds:
            for target in world.targets:
                reach = self._settled(bounds, target.variable, reached)
                if target.is_withheld:
                    span = self._for_colluders.get(target.variable) if self.aim.colluders else None
                    self.confined.append(
                        Confined(target.cell, reach.low, reach.high, reach.complete, reach.exact, span)
                    )
                if reach.complete and (finding := self._judge(target, reach)):
                    yield finding
                    continue
                placing = self._placings.get(target.variable)
                if target.is_withheld and placing is not None and placing.span < self.aim.k:
                    yield self._told_to_colluders(bounds.system, target, placing)

    def _settled(self, bounds: Bounds, variable: int, reached: Mapping[int, Reach]) -> Reach:
        low, high = bounds.low[variable], bounds.high[variable]
        reach = reached.get(variable)
        if reach is None or (high - low < reach.high - reach.low):
            return Reach(variable, low, high, bounds.steps_to(variable), complete=True, exact=low == high)
        return reach

    def _judge(self, target: Target, reach: Reach) -> Finding | None:
        if reach.low == reach.high and target.is_withheld:
            return Finding(Kind.EXACT, Severity.EXACT, target.cell, reach.low, reach.high, reach.steps)
        if reach.high - reach.low < self.aim.k and target.is_withheld:
            return Finding(Kind.NARROW, Severity.NARROW, target.cell, reach.low, reach.high, reach.steps)
        if reach.low > 0 and reach.high < self.aim.k:
            severity = Severity.EXACT if reach.low == reach.high else Severity.NARROW
            return Finding(Kind.SMALL_COUNT, severity, target.cell, reach.low, reach.high, reach.steps)
        return None

    def _told_to_colluders(self, system: System, target: Target, placing: Placing) -> Finding:
        severity = Severity.EXACT if placing.low == placing.high else Severity.NARROW
        steps = tuple(self._seat(system.keys[variable], count) for variable, count in placing.seats)
        return Finding(Kind.COLLUDERS, severity, target.cell, placing.low, placing.high, steps)

    def _seat(self, key: Key, count: int) -> Step:
        cell = place(self.worlds[key.world], key)
        return Step(
            "colluders_sit", {"count": count, "table": cell.table, "answer": cell.category, "group": cell.group or "-"}
        )

    def _of_derived(self, bounds: Bounds) -> Iterator[Finding]:
        """Counts that no table prints: finer answers or groups, who did not tick an option, who came and who left."""
        system = bounds.system
        printed = {target.variable for world in self.worlds for target in world.targets}
        printed |= {equation.form[0][0] for equation in system.equations if equation.step.rule == "shown"}
        for variable, key in enumerate(system.keys):
            low, high = bounds.low[variable], bounds.high[variable]
            if not 0 < low <= high < self.aim.k or variable in printed:
                continue
            if isinstance(key, Moved) and self._is_known_twice(key, bounds):
                continue
            steps = bounds.steps_to(variable)
            if not (isinstance(key, Ticked) and {step.rule for step in steps} <= PRINTED_REST):
                severity = Severity.EXACT if low == high else Severity.NARROW
                kind = Kind.CHANGE if isinstance(key, Moved) else Kind.DERIVED_COUNT
                yield Finding(kind, severity, place(self.worlds[key.world], key), low, high, steps)

    def _is_known_twice(self, key: Moved, bounds: Bounds) -> bool:
        """Whether both releases tell the count, so that the difference of what they print is reported already."""
        both = [bounds.system.known(key.of._replace(world=world)) for world in (key.world, key.other)]
        return all(each is not None and bounds.is_fixed(each) for each in both)

    def _say_what_is_open(self, findings: Sequence[Finding]) -> None:
        found = {finding.cell for finding in findings}
        outer = sum(not confined.exact and confined.cell not in found for confined in self.confined)
        if outer:
            self.not_tried.append(Step("not_tried_whole_numbers", {"count": outer}))
        if self._unsettled:
            self.not_tried.append(Step("not_tried_every_placing", {"count": self._unsettled}))


def place(world: World, key: Key) -> Cell:
    """Name what a variable counts by codes, as no table names it."""
    if isinstance(key, Moved):
        return place(world, key.of)
    if isinstance(key, Size):
        return Cell(world.wave, key.background, Text(), group=", ".join(world.groups[key.background].codes(key.group)))
    if isinstance(key, Routed):
        groups = "" if key.by is None else ", ".join(world.joined_groups[key.by].codes(key.group))
        return Cell(world.wave, "", Text(), key.route, group=groups)
    if isinstance(key, Silent):
        table = key.item if key.by is None else f"{key.item}/{key.by}"
        groups = "" if key.by is None else ", ".join(world.groups_of(key.item, key.by).codes(key.group))
        return Cell(world.wave, table, world.tables_of(key.item)[0].title, "_skipped", group=groups)
    codes = () if key.by is None else (world.groups_of(key.item, key.by).codes(number) for number in key.groups)
    groups = ", ".join(code for each in codes for code in each)
    if isinstance(key, Ticked):
        answers = [code if key.is_ticked else f"not {code}" for code in sorted(key.options)]
    else:
        classes = world.answers_of(key.item, key.by)
        answers = [code for number in key.answers for code in classes.codes(number)]
    table = key.item if key.by is None else f"{key.item}/{key.by}"
    return Cell(world.wave, table, world.tables_of(key.item)[0].title, ", ".join(answers), group=groups)
