"""Who knows which withheld cells are small: a small one is then 1 to k - 1, every other withheld cell at least k.

Such knowledge is not published. The controller, who has it, asks with it whether every value 1 to k - 1 of each small
cell stays possible; a span of k cannot be asked for any more. Colluders are not joined to this attacker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

from barometer.attack.bounds import Block, Reach, blocks
from barometer.attack.findings import Cell, Finding, Kind, Severity, Step
from barometer.attack.propagation import Bounds, NoWorldFits
from barometer.attack.worlds import Target, World

Primary = Mapping[str, Collection[tuple[str, str]]]
"""By table, the category and group of each cell that was withheld for being small."""


def primary_findings(worlds: Sequence[World], bounds: Bounds, primary: Primary, k: int) -> Iterator[Finding]:
    """Give each small cell of which some value from 1 to k - 1 is ruled out.

    Begins with the bounds that hold whatever is small, and narrows them: they are no use to anybody else afterwards.
    """
    system = bounds.system
    targets = [target for world in worlds for target in world.targets if target.is_withheld]
    small = [target for target in targets if _is_small(target, primary)]
    for target in targets:
        is_small = _is_small(target, primary)
        rule = "small_is_below_k" if is_small else "others_are_at_least_k"
        step = Step(rule, {"table": target.cell.table, "k": k, **_named(target.cell)})
        ceiling = system.ceiling[target.variable]
        low, high = (1, k - 1) if is_small else (min(k, ceiling), ceiling)
        system.require(((target.variable, 1),), low, high, step)
    try:
        bounds.take_in()
        reached = _reach(bounds, {target.variable for target in small}, k)
    except NoWorldFits as contradiction:
        wave = worlds[0].releases[0].wave
        yield Finding(Kind.CONTRADICTION, Severity.RULE, Cell(wave.id, "", wave.title), 0, 0, contradiction.steps)
        return
    for target in small:
        reach = reached[target.variable]
        if reach.low > 1 or reach.high < k - 1:
            severity = Severity.EXACT if reach.low == reach.high else Severity.NARROW
            yield Finding(Kind.PRIMARY, severity, target.cell, reach.low, reach.high, reach.steps)


def _is_small(target: Target, primary: Primary) -> bool:
    return (target.cell.category, target.cell.group) in primary.get(target.cell.table, ())


def _named(cell: Cell) -> dict[str, str]:
    return {"category": cell.category, "group": cell.group}


def _reach(bounds: Bounds, wanted: set[int], k: int) -> dict[int, Reach]:
    reached: dict[int, Reach] = {}
    for variables, equations in blocks(bounds):
        attacked = [variable for variable in variables if variable in wanted]
        if attacked:
            block = Block(bounds, variables, equations)
            reached |= {variable: block.reach(variable, k - 2) for variable in attacked}
    for variable in wanted - reached.keys():
        low, high = bounds.low[variable], bounds.high[variable]
        reached[variable] = Reach(variable, low, high, bounds.steps_to(variable), complete=True)
    return reached


def read_primary(plain: object) -> Primary:
    """Read ``{"table": [["category", "group"], …], …}``. Raises ValueError saying what is wrong."""
    if not isinstance(plain, dict):
        raise ValueError("an object from table to cells was expected")
    for table, cells in plain.items():
        is_list = isinstance(cells, list)
        if not is_list or not all(isinstance(cell, list) and len(cell) == 2 for cell in cells):
            raise ValueError(f"{table}: a list of pairs, category and group, was expected")
        if not all(isinstance(code, str) for code in chain.from_iterable(cells)):
            raise ValueError(f"{table}: category and group are codes, that is text")
    return {table: frozenset((category, group) for category, group in cells) for table, cells in plain.items()}
