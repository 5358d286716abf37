"""When something is shown: a small typed expression tree with three truth values.

A comparison with a missing answer is UNKNOWN, and UNKNOWN never shows anything (Kleene 1952, strong logic of
indeterminacy). Ordered so that FALSE < UNKNOWN < TRUE, "and" is the least and "or" the greatest of its parts.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import NoReturn

LONGEST_CONDITION = 10_000
"""Characters; a longer condition is refused unread."""
DEEPEST_NESTING = 50
"""Parentheses and not() inside each other; deeper is refused."""

GivenAnswers = Mapping[str, str | float | tuple[str, ...]]
"""By item; an item without an answer is absent (an empty text or tuple counts as absent too)."""


class Truth(IntEnum):
    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


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


class ConditionSyntaxError(ValueError):
    """The text is not a condition. ``position`` counts characters from 1."""

    def __init__(self, position: int, expected: str, found: str) -> None:
        self.position = position
        self.expected = expected
        self.found = found
        super().__init__(f"at character {position}: expected {expected}, found {found}.")


def truth(expression: Expression, answers: GivenAnswers) -> Truth:
    """Say whether the condition holds for these answers."""
    match expression:
        case Compare():
            return _truth_of_comparison(expression, answers)
        case Selected(item, code):
            answer = _given(answers, item)
            if answer is None or isinstance(answer, float | int):
                return Truth.UNKNOWN
            return _certain(code in answer if isinstance(answer, tuple) else code == answer)
        case IsBlank(item):
            return _certain(_given(answers, item) is None)
        case Not(operand):
            return Truth(Truth.TRUE - truth(operand, answers))
        case And(operands):
            return min((truth(part, answers) for part in operands), default=Truth.TRUE)
        case Or(operands):
            return max((truth(part, answers) for part in operands), default=Truth.FALSE)


def _certain(holds: bool) -> Truth:
    return Truth.TRUE if holds else Truth.FALSE


def _given(answers: GivenAnswers, item: str) -> str | float | tuple[str, ...] | None:
    answer = answers.get(item)
    return None if answer in (None, "", ()) else answer


_COMPARE: Mapping[Comparison, Callable[[float, float], bool] | Callable[[str, str], bool]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.NOT_EQUAL: operator.ne,
    Comparison.LESS: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.GREATER: operator.gt,
    Comparison.AT_LEAST: operator.ge,
}


def _truth_of_comparison(expression: Compare, answers: GivenAnswers) -> Truth:
    """Compare numbers as numbers and codes as texts; what cannot be compared is UNKNOWN.

    A code that is written as a number ("7" on a scale from 1 to 10) may be compared with a number, so that 10 > 9.
    """
    answer = _given(answers, expression.item)
    if answer is None or isinstance(answer, tuple):
        return Truth.UNKNOWN
    compare: Callable[..., bool] = _COMPARE[expression.comparison]
    if isinstance(expression.value, str):
        return _certain(compare(answer, expression.value)) if isinstance(answer, str) else Truth.UNKNOWN
    number = as_number(answer)
    return Truth.UNKNOWN if number is None else _certain(compare(number, expression.value))


def as_number(answer: str | float) -> float | None:
    """Give the number this answer or code is, or None where it is none ("cannot_say")."""
    if not isinstance(answer, str):
        return answer
    return float(answer) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", answer) else None


def parts_of(expression: Expression) -> Iterator[Compare | Selected | IsBlank]:
    """Give the single tests of a condition, from left to right."""
    match expression:
        case Not(operand):
            yield from parts_of(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from parts_of(operand)
        case _:
            yield expression


def items_in(expression: Expression) -> frozenset[str]:
    """Give the items (``question`` or ``question.row``) the condition looks at."""
    return frozenset(part.item for part in parts_of(expression))


def to_source(expression: Expression) -> str:
    """Write the condition as `parse_condition` reads it; reading it back gives an equal tree."""
    match expression:
        case Compare(item, comparison, value):
            return f"{item} {comparison} {_constant(value)}"
        case Selected(item, code):
            return f"selected({item}, {_constant(code)})"
        case IsBlank(item):
            return f"is_blank({item})"
        case Not(operand):
            return f"not({to_source(operand)})"
        case And(operands):
            return " and ".join(_inside(part, (And, Or)) for part in operands)
        case Or(operands):
            return " or ".join(_inside(part, (Or,)) for part in operands)


def _inside(expression: Expression, in_parentheses: tuple[type, ...]) -> str:
    source = to_source(expression)
    return f"({source})" if isinstance(expression, in_parentheses) else source


def _constant(value: str | float) -> str:
    if isinstance(value, str):
        quote = '"' if "'" in value else "'"
        return f"{quote}{value}{quote}"
    plain = format(Decimal(repr(float(value))), "f")
    return plain.removesuffix(".0")


def parse_condition(source: str) -> Expression:
    """Read a condition such as ``a = 'yes' and not(selected(m, 'x') or is_blank(b))``.

    ``and`` binds closer than ``or``. Raises ConditionSyntaxError with the position and what was expected there.
    """
    if len(source) > LONGEST_CONDITION:
        raise ConditionSyntaxError(LONGEST_CONDITION, f"at most {LONGEST_CONDITION} characters", f"{len(source)}")
    return _Reader(source).whole()


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'[^'\n]*'|"[^"\n]*")
    | (?P<number>[+-]?[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_.]))
    | (?P<name>[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)?)
    | (?P<sign><=|>=|!=|=|<|>|\(|\)|,)
    | (?P<end>\Z)
    | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
RESERVED = frozenset({"and", "or", "not", "selected", "is_blank"})
"""Words of the condition language; no question may be called one of them."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end"
        if self.text in "‘’“”„":
            return f"the typographic quotation mark {self.text} (use ' or \")"
        return f'"{self.text}"'


def _tokens(source: str) -> Iterator[_Token]:
    at = 0
    while True:
        match = _TOKEN.match(source, at)
        assert match is not None and match.lastgroup is not None  # "other" takes whatever nothing else takes
        kind = match.lastgroup
        text = match.group(kind)
        if kind == "name" and text in RESERVED:
            kind = text
        yield _Token(kind, text, match.start(match.lastgroup) + 1)
        if kind == "end":
            return
        at = match.end()


class _Reader:
    """Recursive descent over the tokens: or > and > one test."""

    def __init__(self, source: str) -> None:
        self._tokens = _tokens(source)
        self._next = next(self._tokens)
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._either()
        if self._next.kind != "end":
            self._refuse('"and", "or" or the end')
        return expression

    def _either(self) -> Expression:
        parts = [self._all()]
        while self._next.kind == "or":
            self._take()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Expression:
        parts = [self._test()]
        while self._next.kind == "and":
            self._take()
            parts.append(self._test())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _test(self) -> Expression:
        match self._next.kind:
            case "not":
                self._take()
                return Not(self._in_parentheses(self._either))
            case "selected":
                self._take()
                return self._in_parentheses(self._selected)
            case "is_blank":
                self._take()
                return self._in_parentheses(lambda: IsBlank(self._expect("name", "the name of a question").text))
            case "name":
                return self._comparison()
        if self._next.text == "(":
            return self._in_parentheses(self._either)
        self._refuse("the name of a question, selected(, is_blank(, not( or (")

    def _selected(self) -> Expression:
        item = self._expect("name", "the name of a multiple choice").text
        self._sign(",")
        return Selected(item, self._expect("text", "an option's code in quotes").text[1:-1])

    def _comparison(self) -> Expression:
        item = self._take().text
        if self._next.text not in set(Comparison):
            self._refuse("one of = != < <= > >=")
        comparison = Comparison(self._take().text)
        if self._next.kind == "number":
            return Compare(item, comparison, self._number())
        return Compare(item, comparison, self._expect("text", "a code in quotes or a number").text[1:-1])

    def _number(self) -> float:
        value = float(self._next.text)
        if not math.isfinite(value):
            self._refuse("a number of a size that can be counted with")
        self._take()
        return value

    def _in_parentheses(self, inside: Callable[[], Expression]) -> Expression:
        self._sign("(")
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            self._refuse(f"at most {DEEPEST_NESTING} parentheses inside each other")
        expression = inside()
        self._sign(")")
        self._depth -= 1
        return expression

    def _sign(self, sign: str) -> None:
        if self._next.kind != "sign" or self._next.text != sign:
            self._refuse(f'"{sign}"')
        self._take()

    def _expect(self, kind: str, description: str) -> _Token:
        if self._next.kind != kind:
            self._refuse(description)
        return self._take()

    def _take(self) -> _Token:
        taken = self._next
        if taken.kind != "end":
            self._next = next(self._tokens)
        return taken

    def _refuse(self, expected: str) -> NoReturn:
        raise ConditionSyntaxError(self._next.position, expected, str(self._next))
