"""The equations that published numbers make about unknown whole counts.

A variable is the number of respondents with certain answers in a certain group. Published numbers and the way tables
fit together bound sums of variables. The truth always solves the system, so whatever no solution allows is disclosed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from barometer.attack.findings import Step

Form = tuple[tuple[int, int], ...]
"""A sum of variables: pairs of variable and whole factor."""


@dataclass(frozen=True)
class Equation:
    """low <= sum of factor * variable <= high."""

    form: Form
    low: int
    high: int
    step: Step


class Counted(NamedTuple):
    """Respondents of these group classes who gave an answer of these classes. Without a background the group is 0."""

    world: int
    item: str
    by: str | None
    groups: tuple[int, ...]
    answers: tuple[int, ...]


class Ticked(NamedTuple):
    """Respondents of these group classes who ticked one of these options of a multiple choice, or who did not."""

    world: int
    item: str
    by: str | None
    groups: tuple[int, ...]
    options: frozenset[str]
    is_ticked: bool = True


class Size(NamedTuple):
    """All respondents of one group class."""

    world: int
    background: str
    group: int


class Routed(NamedTuple):
    """Respondents of one group class on one route: one combination of what the filters answered."""

    world: int
    by: str | None
    group: int
    route: str
    """The answers, as a reader writes them: ``f1 = n, f2 = a``."""


class Silent(NamedTuple):
    """Respondents of one group class who were asked an item and stand in one category with those who were not."""

    world: int
    item: str
    by: str | None
    group: int


class Moved(NamedTuple):
    """Of those whom a variable of one world counts, the ones who are not in another: who left, or who came."""

    world: int
    other: int
    of: Counted | Ticked | Size | Routed | Silent


Key = Counted | Ticked | Size | Routed | Silent | Moved


class System:
    """Collects variables and equations. A variable lies between 0 and the number of respondents."""

    def __init__(self) -> None:
        self._number: dict[Key, int] = {}
        self.keys: list[Key] = []
        self.ceiling: list[int] = []
        self.equations: list[Equation] = []

    def variable(self, key: Key, ceiling: int) -> int:
        """Give the variable of this key, new or known."""
        number = self._number.setdefault(key, len(self.keys))
        if number == len(self.keys):
            self.keys.append(key)
            self.ceiling.append(ceiling)
        return number

    def known(self, key: Key) -> int | None:
        """Give the variable of this key where there is one."""
        return self._number.get(key)

    def require(self, form: Form, low: int, high: int, step: Step) -> None:
        self.equations.append(Equation(form, low, high, step))

    def equal(self, one: Iterable[int], other: Iterable[int], step: Step) -> None:
        """Require that two sums of variables are the same."""
        factors: dict[int, int] = {}
        for variable in one:
            factors[variable] = factors.get(variable, 0) + 1
        for variable in other:
            factors[variable] = factors.get(variable, 0) - 1
        form = tuple((variable, factor) for variable, factor in factors.items() if factor)
        if form:
            self.require(form, 0, 0, step)


@dataclass(frozen=True)
class Classes:
    """The finest parts into which published unions cut a list of codes."""

    of_code: Mapping[str, int]

    @classmethod
    def cut_by(cls, unions: Iterable[frozenset[str]]) -> Classes:
        """Codes that always appear together are one class. Classes are numbered in the order of their first code."""
        marks: dict[str, list[int]] = {}
        for number, union in enumerate(dict.fromkeys(unions)):
            for code in sorted(union):
                marks.setdefault(code, []).append(number)
        numbers: dict[tuple[int, ...], int] = {}
        return cls({code: numbers.setdefault(tuple(mark), len(numbers)) for code, mark in marks.items()})

    def within(self, codes: Iterable[str]) -> tuple[int, ...]:
        """Give the classes that make up this union."""
        of_code = self.of_code
        return tuple(sorted({of_code[code] for code in codes if code in of_code}))

    @cached_property
    def all(self) -> tuple[int, ...]:
        return tuple(range(len(set(self.of_code.values()))))

    def codes(self, number: int) -> tuple[str, ...]:
        return tuple(code for code, held in self.of_code.items() if held == number)
