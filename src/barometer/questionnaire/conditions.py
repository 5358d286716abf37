"""When something is shown: a small typed expression tree with three truth values.

A comparison with a missing answer is UNKNOWN, and UNKNOWN never shows anything (Kleene 1952, strong logic of indeterminacy).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Comparison(StrEnum):
    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


@dataclass(frozen=True)
class Compare:
    """``item = 'code'``: the answer of a single choice, a number or a date against a constant."""

    item: str
    comparison: Comparison
    value: str | float


@dataclass(frozen=True)
class Selected:
    """``selected(item, 'code')``: a multiple choice holds this option."""

    item: str
    code: str


@dataclass(frozen=True)
class IsBlank:
    """``is_blank(item)``: the only test that is TRUE on a missing answer."""

    item: str


@dataclass(frozen=True)
class Not:
    operand: Expression


@dataclass(frozen=True)
class And:
    operands: tuple[Expression, ...]


@dataclass(frozen=True)
class Or:
    operands: tuple[Expression, ...]


Expression = Compare | Selected | IsBlank | Not | And | Or
