"""Who knows which withheld counts are small (A2): whether every value from 1 to k - 1 of each stays possible.

Which they are is taken from the exact counts, which no attacker has, and asked of all tables of a wave together: what
follows from a filter, the nets above the answers, and the sums of every table.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from barometer.attack import Kind, attack
from barometer.controlling import small_cells
from barometer.disclosure.policy import read_policy
from barometer.disclosure.protecting import protect
from barometer.published import PublishedTables
from barometer.tabulation import Cube, tabulate
from barometer.wave import read_wave
from benchmarks.answers import Drawn, wave_text


@dataclass
class Confined:
    """How many small counts are withheld, and by table how many of them some value is ruled out for."""

    waves: int = 0
    small: int = 0
    by_table: Counter[str] = field(default_factory=Counter)
    routed: frozenset[str] = frozenset()
    """The tables that routing joins to others: those of filters, and of what follows."""

    @property
    def lost(self) -> int:
        return self.by_table.total()

    @property
    def lost_to_routing(self) -> int:
        return sum(lost for table, lost in self.by_table.items() if table in self.routed)

    def add(self, tables: PublishedTables, cube: Cube) -> None:
        """Attack the tables of a wave, whose exact counts say which of them are small."""
        small = small_cells(tables, cube, tables.policy["k"])
        found = attack([tables], colluders=0, primary=small)
        self.waves += 1
        self.small += sum(map(len, small.values()))
        self.by_table.update(finding.cell.table for finding in found.of_kind(Kind.PRIMARY))
        joined = {item for block in cube.routes for item in block.items}
        self.routed |= {table.id for table in tables.tables if table.item in joined}


def protected_with(drawn: Drawn, *, settling: bool = True) -> tuple[PublishedTables, Cube]:
    """Tabulate, protect and audit; without ``settling``, each table as if routing joined it to no other."""
    cube = tabulate(drawn.responses)
    wave = read_wave(wave_text("benchmark").encode(), drawn.questionnaire, respondents=drawn.responses.respondents)
    policy = read_policy(drawn.policy.encode(), drawn.questionnaire)
    return protect(cube if settling else replace(cube, routes=()), policy, wave).tables, cube
