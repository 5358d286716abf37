"""Everything a release says about the items of one block, as equations over the people in it.

A column for every item, background, answer and group of leaves that tables tell apart: how many people. What is printed
is a sum of such columns. Items that a condition joins make one block, with columns for the routes between them;
tables of one item by several backgrounds share their totals. Of a later release of the same answers the columns are
those of the earlier one, less those who left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, prod

from barometer.questionnaire.conditions import (
    Compare,
    Expression,
    Selected,
    Truth,
    items_in,
    parse_condition,
    parts_of,
    truth,
)
from benchmarks.programmes import Programme
from benchmarks.published_files import OVERLAPPING, Plain, PublishedRelease, PublishedTable

EVERYBODY = "-"
MOST_ROUTES = 600
NOT_SHOWN = "_not_shown"
ANSWERED = "_answered"
Atom = frozenset[str]
Key = tuple[int, str, str, str, Atom]
"""Release, item, background (or EVERYBODY), code, atom of leaves."""


@dataclass(frozen=True)
class Target:
    """A number the attacker wants: of what kind, what it is called, and its column."""

    kind: str
    """``withheld`` (a cell marked c), ``finer`` (a count of answer and group no table prints), or ``change`` (how many
    of those who left between two releases are in a cell)."""
    name: str
    column: int


def blocks_of(releases: Sequence[PublishedRelease]) -> list[list[str]]:
    """Join items by the conditions that the tables print."""
    blocks: list[set[str]] = []
    for release in releases:
        for item, tables in release.by_item.items():
            together = {item}
            for table in tables:
                if table.condition:
                    together |= items_in(parse_condition(table.condition))
            for block in [each for each in blocks if each & together]:
                together |= block
                blocks.remove(block)
            blocks.append(together)
    return [sorted(block) for block in blocks]


class Equations:
    """The programme of one block over one release, or over several releases of the same answers, latest last."""

    def __init__(
        self,
        items: Iterable[str],
        releases: Sequence[PublishedRelease],
        exclusive: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.releases = releases
        self.exclusive = exclusive or {}
        self.items = [item for item in items if any(item in release.by_item for release in releases)]
        self.programme = Programme()
        self.columns: dict[Key, int] = {}
        self.targets: list[Target] = []
        self._printed: set[int] = set()
        tables = [table for release in releases for item in self.items for table in release.by_item.get(item, ())]
        self.codes = {item: _codes(item, tables) for item in self.items}
        self.options = {item: _options(item, tables) for item in self.items}
        self.atoms = _atoms(tables, releases)
        for number, release in enumerate(releases):
            self._state(number, release)
        for number in range(1, len(releases)):
            self._state_who_left(number)
        self._aim_finer()

    def _state(self, number: int, release: PublishedRelease) -> None:
        sizes = {by: self._sizes(by, release) for by in self.atoms}
        for item in self.items:
            if item in release.by_item:
                self._state_item(number, release, item, sizes)
        for item in self.items:
            for condition in {table.condition for table in release.by_item.get(item, ()) if table.condition}:
                self._state_routes(number, item, parse_condition(condition))
        for item in self.items:
            for table in release.by_item.get(item, ()):
                self._state_table(number, release, table)

    def _sizes(self, by: str, release: PublishedRelease) -> dict[Atom, int]:
        """Make a column for how many people each atom of a background holds, from all that is printed of its groups."""
        n = release.respondents
        if by == EVERYBODY:
            return {self.atoms[by][0]: self.programme.column(n, n)}
        sizes = {atom: self.programme.column(0, n) for atom in self.atoms[by]}
        self.programme.row(dict.fromkeys(sizes.values(), 1.0), n, n)
        stated: set[tuple[Atom, int, int]] = set()
        for table in release.tables:
            if table.by == by:
                stated |= {(table.leaves(g["code"]), g["respondents"], g["respondents"]) for g in table.groups.values()}
            if table.item == by and table.by is None:
                for cell in table.cells:
                    if table.part(cell["category"]) in OVERLAPPING:
                        continue
                    leaves = table.codes(cell["category"])
                    if "count" in cell:
                        stated.add((leaves, cell["count"], cell["count"]))
                    elif cell["status"] == "c":
                        stated.add((leaves, release.least_withheld, n))
        for leaves, low, high in stated:
            parts = [atom for atom in sizes if atom <= leaves]
            if frozenset().union(*parts) == leaves:
                self.programme.row({sizes[atom]: 1.0 for atom in parts}, low, high)
        return sizes

    def _state_item(
        self, number: int, release: PublishedRelease, item: str, sizes: Mapping[str, Mapping[Atom, int]]
    ) -> None:
        """Everybody gives one answer or none; what is ticked was ticked by somebody who answered."""
        n = release.respondents
        for by, atoms in self.atoms.items():
            for atom in atoms:
                for code in (*self.codes[item], *self.options[item]):
                    self.columns[number, item, by, code, atom] = self.programme.column(0, n)
                parts = {self.columns[number, item, by, code, atom]: 1.0 for code in self.codes[item]}
                self.programme.row({**parts, sizes[by][atom]: -1.0}, 0, 0)
                self._state_ticks(number, item, by, atom)
            if by != EVERYBODY:
                (everybody,) = self.atoms[EVERYBODY]
                for code in (*self.codes[item], *self.options[item]):
                    parts = {self.columns[number, item, by, code, atom]: 1.0 for atom in atoms}
                    self.programme.row({**parts, self.columns[number, item, EVERYBODY, code, everybody]: -1.0}, 0, 0)

    def _state_ticks(self, number: int, item: str, by: str, atom: Atom) -> None:
        if not self.options[item]:
            return
        answered = self.columns[number, item, by, ANSWERED, atom]
        ticked = {code: self.columns[number, item, by, code, atom] for code in self.options[item]}
        for column in ticked.values():
            self.programme.row({answered: 1.0, column: -1.0}, 0, inf)
        self.programme.row({**dict.fromkeys(ticked.values(), 1.0), answered: -1.0}, 0, inf)
        for alone in self.exclusive.get(item, frozenset()) & ticked.keys():
            for code in ticked.keys() - {alone}:
                self.programme.row({answered: 1.0, ticked[alone]: -1.0, ticked[code]: -1.0}, 0, inf)

    def _state_routes(self, number: int, item: str, condition: Expression) -> None:
        """Who is on a route where the condition holds is shown the item; nobody else is."""
        routes = _Routes.of(condition, self.codes, self.options)
        if routes is None or NOT_SHOWN not in self.codes[item]:
            return
        for by, atoms in self.atoms.items():
            for atom in atoms:
                on = [self.programme.column(0, self.releases[number].respondents) for _ in routes.profiles]
                for facet, values in routes.facets.items():
                    for value in values:
                        those = [c for c, profile in zip(on, routes.profiles, strict=True) if profile[facet] == value]
                        given = self._given(number, facet, value, by, atom)
                        self.programme.row({**dict.fromkeys(those, 1.0), **given}, 0, 0)
                hidden = [c for c, shown in zip(on, routes.shown, strict=True) if not shown]
                not_shown = self.columns[number, item, by, NOT_SHOWN, atom]
                self.programme.row({**dict.fromkeys(hidden, 1.0), not_shown: -1.0}, 0, 0)

    def _given(self, number: int, facet: tuple[str, str], value: str, by: str, atom: Atom) -> dict[int, float]:
        item, option = facet
        if not option:
            return {self.columns[number, item, by, value, atom]: -1.0}
        ticked = self.columns[number, item, by, option, atom]
        answered = self.columns[number, item, by, ANSWERED, atom]
        if value == "ticked":
            return {ticked: -1.0}
        if value == "not":
            return {answered: -1.0, ticked: 1.0}
        missing = [code for code in self.codes[item] if code != ANSWERED]
        return {self.columns[number, item, by, code, atom]: -1.0 for code in missing}

    def _cell(self, number: int, table: PublishedTable, category: str, group: str) -> list[int]:
        """Give the columns that a cell is the sum of."""
        by = table.by or EVERYBODY
        leaves = table.leaves(group)
        atoms = self.atoms[by] if table.by is None else [atom for atom in self.atoms[by] if atom <= leaves]
        return [self.columns[number, table.item, by, code, atom] for code in table.codes(category) for atom in atoms]

    def _state_table(self, number: int, release: PublishedRelease, table: PublishedTable) -> None:
        n = release.respondents
        for cell in table.cells:
            columns = self._cell(number, table, cell["category"], cell["group"])
            if cell.get("count") is not None:
                self._printed.add(self.programme.total(columns, cell["count"], cell["count"]))
            elif cell["status"] == "c":
                column = self.programme.total(columns, release.least_withheld, n)
                name = f"{table.name} {cell['category']} {cell['group']}"
                self.targets.append(Target("withheld", name, column))
                self._printed.add(column)
            if cell.get("count") is None and cell.get("share") is not None:
                self._state_share(number, table, cell, columns)
        for group in table.groups.values():
            if group.get("base") is not None:
                base = [c for code in table.base_categories for c in self._cell(number, table, code, group["code"])]
                self.programme.total(base, group["base"], group["base"])
        for mean in table.means:
            if mean.get("value") is not None:
                self._state_mean(number, table, mean)
        self._state_lines(number, release, table)

    def _state_share(self, number: int, table: PublishedTable, cell: Plain, columns: Sequence[int]) -> None:
        self._between(number, table, cell["group"], columns, cell["share"] - 1e-9, cell["share"] + 1e-9)

    def _between(
        self, number: int, table: PublishedTable, group: str, columns: Sequence[int], low: float, high: float
    ) -> None:
        """State that the columns are between these shares of the base."""
        base = [c for code in table.base_categories for c in self._cell(number, table, code, group)]
        for share, bounds in ((low, (0.0, inf)), (high, (-inf, 0.0))):
            row = dict.fromkeys(columns, 1.0)
            for column in base:
                row[column] = row.get(column, 0.0) - share
            self.programme.row(row, *bounds)

    def _state_mean(self, number: int, table: PublishedTable, mean: Plain) -> None:
        half = 0.5 * 10.0 ** -mean["decimals"] + 1e-9
        scores = self.releases[number].scores
        answers = [code for code in table.categories if table.part(code) == "answer"]
        scored = {code for category in answers for code in table.codes(category)}
        if not scored <= scores.keys():
            return  # a mean of answers whose scores nobody has printed says nothing
        by = table.by or EVERYBODY
        leaves = table.leaves(mean["group"])
        atoms = [atom for atom in self.atoms[by] if table.by is None or atom <= leaves]
        parts = [(self.columns[number, table.item, by, c, atom], scores[c]) for c in sorted(scored) for atom in atoms]
        self.programme.row({column: score - mean["value"] + half for column, score in parts}, 0, inf)
        self.programme.row({column: score - mean["value"] - half for column, score in parts}, -inf, 0)
        if mean.get("n") is not None:
            self.programme.total([column for column, _ in parts], mean["n"], mean["n"])

    def _state_lines(self, number: int, release: PublishedRelease, table: PublishedTable) -> None:
        """Take from tables.csv what release.json does not print: a count or a percentage of an empty cell."""
        empty = {(c["category"], c["group"]) for c in table.cells if c.get("count") is None}
        decimals = int(release.policy.get("rounding", {}).get("share_decimals", 0))
        half = 0.5 * 10.0**-decimals / 100 + 1e-9
        for line in release.lines if empty else ():
            if line["item"] != table.item or (line["by"] or None) != table.by:
                continue
            place = (line["category"], line["group"])
            if place in empty and line["count"]:
                self.programme.total(self._cell(number, table, *place), float(line["count"]), float(line["count"]))
            elif place in empty and line["percent"]:
                share = float(line["percent"]) / 100
                self._between(number, table, place[1], self._cell(number, table, *place), share - half, share + half)

    def _state_who_left(self, number: int) -> None:
        """Between two releases of the same answers nobody came and some left, where the later one is the smaller."""
        before, after = self.releases[number - 1], self.releases[number]
        fewer = before.respondents - after.respondents
        if fewer < 0:
            raise ValueError("give the release with more answers first")
        for (at, *place), column in list(self.columns.items()):
            later = self.columns.get((number, *place))  # type: ignore[arg-type]
            if at != number - 1 or later is None:
                continue
            gone = self.programme.column(0, fewer)
            self.programme.row({column: 1.0, later: -1.0, gone: -1.0}, 0, 0)
            item, by, code, atom = place
            if by != EVERYBODY:
                self.targets.append(Target("change", f"{item}/{by} {code} {_said(atom)}", gone))

    def _aim_finer(self) -> None:
        for (number, item, by, code, atom), column in self.columns.items():
            if column not in self._printed and by != EVERYBODY:
                self.targets.append(Target("finer", f"{item}/{by} {code} {_said(atom)} ({number})", column))

    def places_of(self, number: int, answers: Mapping[str, frozenset[str]], leaves: Mapping[str, str]) -> list[int]:
        """Give the columns that hold a person with these answers and backgrounds."""
        found = []
        for (at, item, by, code, atom), column in self.columns.items():
            inside = by == EVERYBODY or leaves.get(by) in atom
            if at == number and inside and code in answers.get(item, frozenset()):
                found.append(column)
        return found


def _said(atom: Atom) -> str:
    return "+".join(sorted(atom))


def _codes(item: str, tables: Sequence[PublishedTable]) -> list[str]:
    """Give the finest answers and missing states that tables of the item tell of; everybody is in one of them."""
    of = [table for table in tables if table.item == item]
    parts = {
        c for table in of for code in table.categories if table.part(code) not in OVERLAPPING for c in table.codes(code)
    }
    return sorted(parts)


def _options(item: str, tables: Sequence[PublishedTable]) -> list[str]:
    of = [table for table in tables if table.item == item and table.plain["kind"] == "multiple"]
    found = {
        c for table in of for code in table.categories if table.part(code) in OVERLAPPING for c in table.codes(code)
    }
    return sorted(found)


def _atoms(tables: Sequence[PublishedTable], releases: Sequence[PublishedRelease]) -> dict[str, list[Atom]]:
    """Put leaves of a background together that no table of the block tells apart."""
    groups: dict[str, set[Atom]] = {EVERYBODY: {frozenset({EVERYBODY})}}
    for table in tables:
        if table.by is not None:
            groups.setdefault(table.by, set()).update(table.leaves(group) for group in table.groups)
    found: dict[str, list[Atom]] = {}
    for by, sets in groups.items():
        leaves = frozenset().union(*sets)
        if by != EVERYBODY:
            leaves |= _all_leaves(by, releases)
        together: dict[frozenset[Atom], set[str]] = {}
        for leaf in leaves:
            together.setdefault(frozenset(each for each in sets if leaf in each), set()).add(leaf)
        found[by] = sorted((frozenset(each) for each in together.values()), key=sorted)
    return found


def _all_leaves(by: str, releases: Sequence[PublishedRelease]) -> Atom:
    tables = [table for release in releases for table in release.tables if table.by == by]
    return frozenset(leaf for table in tables for group in table.groups for leaf in table.leaves(group))


@dataclass(frozen=True)
class _Routes:
    """All combinations of what the filters of a condition answered, and whether each is shown the item."""

    facets: dict[tuple[str, str], list[str]]
    profiles: list[dict[tuple[str, str], str]]
    shown: list[bool]

    @classmethod
    def of(
        cls, condition: Expression, codes: Mapping[str, Sequence[str]], options: Mapping[str, Sequence[str]]
    ) -> _Routes | None:
        """Give the routes; None where tables do not tell enough of a filter, or they are too many."""
        facets: dict[tuple[str, str], list[str]] = {}
        for part in parts_of(condition):
            if part.item not in codes:
                return None
            if isinstance(part, Selected) and options[part.item]:
                if part.code not in options[part.item]:
                    return None
                facets[part.item, part.code] = ["ticked", "not", "missing"]
            elif options[part.item] or (isinstance(part, Compare) and ".." in "".join(codes[part.item])):
                return None
            else:
                facets[part.item, ""] = list(codes[part.item])
        if prod(len(values) for values in facets.values()) > MOST_ROUTES:
            return None
        profiles = [dict(zip(facets, each, strict=True)) for each in product(*facets.values())]
        profiles = [profile for profile in profiles if _is_consistent(profile)]
        return cls(facets, profiles, [truth(condition, dict(_answers(profile))) is Truth.TRUE for profile in profiles])


def _is_consistent(profile: Mapping[tuple[str, str], str]) -> bool:
    missing: dict[str, set[bool]] = {}
    for (item, option), value in profile.items():
        if option:
            missing.setdefault(item, set()).add(value == "missing")
    return all(len(each) == 1 for each in missing.values())


def _answers(profile: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    ticked: dict[str, tuple[str, ...]] = {}
    for (item, option), value in profile.items():
        if not option:
            if not value.startswith("_"):
                yield item, value
        elif value != "missing":
            ticked[item] = (*ticked.get(item, ("_something",)), *([option] if value == "ticked" else []))
    yield from ticked.items()
