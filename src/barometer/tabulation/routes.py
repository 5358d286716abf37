"""Routing as counts: how many respondents are on each route through the questions that decide what is shown.

If Q2 is asked only when Q1 = yes, the base of Q2 in a group equals the count of Q1 = yes there. A *block* is a set of
items joined by such equations; a *profile* is one combination of what its filters answered, as far as conditions can
tell those answers apart. Counts of profiles turn every condition into a linear equation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from barometer.answering.sheet import Answer
from barometer.questionnaire.conditions import (
    And,
    Compare,
    Expression,
    IsBlank,
    Selected,
    Truth,
    items_in,
    parts_of,
    truth,
)
from barometer.questionnaire.model import Questionnaire
from barometer.responses import ChoiceColumn, Column, DateColumn, MultipleColumn, NumberColumn, ResponseSet

MOST_PROFILES = 512
"""A block with more routes than this is not modelled; its items are then published whole, not by background."""

Part = Compare | Selected | IsBlank


@dataclass(frozen=True, eq=False)
class RouteBlock:
    """Items joined by routing, and how many respondents are on each profile, whole and by background leaf."""

    items: tuple[str, ...]
    """The filters and all items they show, in the questionnaire's order."""
    filters: tuple[str, ...]
    modelled: bool
    hidden_by: Mapping[str, NDArray[np.bool_]]
    """By routed item: the profiles on which it is not shown."""
    holding: Mapping[tuple[str, str], NDArray[np.bool_]]
    """By filter and code of its answer (or of an option ticked): profiles that hold everybody who gave it."""
    exact: frozenset[tuple[str, str]]
    """Those of ``holding`` whose profiles hold nobody else."""
    total: NDArray[np.int64]
    by: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class CodedBlock:
    """A block before it is counted: everybody's profile as a number."""

    items: tuple[str, ...]
    filters: tuple[str, ...]
    hidden_by: Mapping[str, NDArray[np.bool_]]
    holding: Mapping[tuple[str, str], NDArray[np.bool_]]
    exact: frozenset[tuple[str, str]]
    possible: NDArray[np.bool_]
    values: NDArray[np.int64]
    size: int
    modelled: bool = True

    def counted(self, total: NDArray[np.int64], by: Mapping[str, NDArray[np.int64]]) -> RouteBlock:
        """Take in the counts; profiles that routing forbids and nobody is on are left out."""
        kept = self.possible | (total > 0)
        return RouteBlock(
            items=self.items,
            filters=self.filters,
            modelled=self.modelled,
            hidden_by=MappingProxyType({item: hidden[kept] for item, hidden in self.hidden_by.items()}),
            holding=MappingProxyType({key: held[kept] for key, held in self.holding.items()}),
            exact=self.exact,
            total=total[kept],
            by=MappingProxyType({name: table[kept] for name, table in by.items()}),
        )


@dataclass(frozen=True, eq=False)
class _Filter:
    """One filter: its classes of answers that no condition tells apart."""

    item: str
    examples: tuple[Answer | None, ...]
    """An answer of every class; None for no answer."""
    values: NDArray[np.int64]
    class_of: Mapping[str, tuple[int, ...]]
    """By code: the classes that hold everybody who gave this answer."""


def condition_of(questionnaire: Questionnaire) -> dict[str, Expression]:
    """Give for every item that is not always shown the whole condition: of its section, its page and its question."""
    found: dict[str, Expression] = {}
    for section, page in questionnaire.pages():
        for question in page.questions:
            parts = [each for each in (section.show_if, page.show_if, question.show_if) if each is not None]
            for item in question.items if parts else ():
                found[item] = parts[0] if len(parts) == 1 else And(tuple(parts))
    return found


def joint_routes(responses: ResponseSet) -> list[CodedBlock]:
    """Give the blocks of items that routing joins, with everybody's profile."""
    conditions = {
        item: condition
        for item, condition in condition_of(responses.questionnaire).items()
        if item in responses.columns and items_in(condition) <= set(responses.columns)
    }
    order = [item for question in responses.questionnaire.questions() for item in question.items]
    return [_coded_block(sorted(block, key=order.index), conditions, responses) for block in _joined(conditions, order)]


def _joined(conditions: Mapping[str, Expression], order: Sequence[str]) -> list[set[str]]:
    blocks: list[set[str]] = []
    for item, condition in conditions.items():
        together = {item, *items_in(condition)}
        for block in [each for each in blocks if each & together]:
            together |= block
            blocks.remove(block)
        blocks.append(together)
    return sorted(blocks, key=lambda block: min(order.index(item) for item in block))


def _coded_block(items: Sequence[str], conditions: Mapping[str, Expression], responses: ResponseSet) -> CodedBlock:
    routed = {item: conditions[item] for item in items if item in conditions}
    parts = sorted({part for condition in routed.values() for part in parts_of(condition)}, key=repr)
    names = [item for item in items if any(part.item == item for part in parts)]
    filters = [_filter(responses.columns[name], [part for part in parts if part.item == name]) for name in names]
    sizes = [len(each.examples) for each in filters]
    if prod(sizes) > MOST_PROFILES:
        nothing = np.zeros(1, np.bool_)
        return CodedBlock(
            tuple(items), tuple(names), dict.fromkeys(routed, nothing), {}, frozenset(), ~nothing,
            np.zeros(responses.respondents, np.int64), 1, modelled=False,
        )  # fmt: skip
    values = np.zeros(responses.respondents, np.int64)
    for each, size in zip(filters, sizes, strict=True):
        values = values * size + each.values
    profiles = list(product(*(range(size) for size in sizes)))
    answers = [_answers(filters, profile) for profile in profiles]
    shown = {item: np.array([truth(routed[item], a) is Truth.TRUE for a in answers]) for item in routed}
    holding = {
        (each.item, code): np.array([profile[place] in classes for profile in profiles])
        for place, each in enumerate(filters)
        for code, classes in each.class_of.items()
    }
    possible = np.array([_is_possible(profile, filters, shown, at) for at, profile in enumerate(profiles)])
    return CodedBlock(
        items=tuple(items),
        filters=tuple(names),
        hidden_by={item: ~seen for item, seen in shown.items()},
        holding=holding,
        exact=_exact(filters),
        possible=possible,
        values=values,
        size=len(profiles),
    )


def _answers(filters: Sequence[_Filter], profile: Sequence[int]) -> dict[str, Answer]:
    given = {each.item: each.examples[chosen] for each, chosen in zip(filters, profile, strict=True)}
    return {item: answer for item, answer in given.items() if answer is not None}


def _is_possible(
    profile: Sequence[int], filters: Sequence[_Filter], shown: Mapping[str, NDArray[np.bool_]], at: int
) -> bool:
    """Nobody answered a filter that was not shown."""
    return all(
        each.examples[chosen] is None or each.item not in shown or bool(shown[each.item][at])
        for each, chosen in zip(filters, profile, strict=True)
    )


def _exact(filters: Sequence[_Filter]) -> frozenset[tuple[str, str]]:
    """A code is exact where its classes hold no other code; options of a multiple choice always are."""
    found = set()
    for each in filters:
        for code, classes in each.class_of.items():
            sharing = [other for other, theirs in each.class_of.items() if set(theirs) & set(classes)]
            if len(sharing) == 1 or isinstance(each.examples[classes[0]], tuple):
                found.add((each.item, code))
    return frozenset(found)


def _filter(column: Column, parts: Sequence[Part]) -> _Filter:
    match column:
        case ChoiceColumn():
            answers: list[Answer | None] = [*column.codes, None]
            values = np.where(column.values < 0, len(column.codes), column.values).astype(np.int64)
            classes, members = _classes(column.item, answers, parts)
            examples = tuple(next(a for a, m in zip(answers, members, strict=True) if m == c) for c in range(classes))
            of = {code: (members[place],) for place, code in enumerate(column.codes)}
            of["_missing"] = (members[-1],)
            return _Filter(column.item, examples, np.array(members)[values], of)
        case MultipleColumn():
            return _multiple_filter(column, [part.code for part in parts if isinstance(part, Selected)])
        case _:
            return _open_filter(column, parts)


def _classes(item: str, answers: Sequence[Answer | None], parts: Sequence[Part]) -> tuple[int, list[int]]:
    """Number the answers by what the conditions make of them."""
    numbers: dict[tuple[bool, tuple[Truth, ...]], int] = {}
    members = []
    for answer in answers:
        given = {} if answer is None else {item: answer}
        seen = (answer is None, tuple(truth(part, given) for part in parts))
        members.append(numbers.setdefault(seen, len(numbers)))
    return len(numbers), members


def _multiple_filter(column: MultipleColumn, asked: Iterable[str]) -> _Filter:
    codes = [code for code in column.codes if code in set(asked)]
    places = [column.codes.index(code) for code in codes]
    masks = 1 << len(codes)
    values = (column.ticked[:, places] @ (1 << np.arange(len(codes)))).astype(np.int64)
    subsets = [tuple(code for bit, code in enumerate(codes) if mask >> bit & 1) for mask in range(masks)]
    examples: tuple[Answer | None, ...] = (*[subset or ("",) for subset in subsets], None)
    of = {code: tuple(mask for mask in range(masks) if mask >> bit & 1) for bit, code in enumerate(codes)}
    of["_answered"] = tuple(range(masks))
    return _Filter(column.item, examples, np.where(column.state < 0, masks, values), of)


def _open_filter(column: Column, parts: Sequence[Part]) -> _Filter:
    """Classes of a number, a date or a text: by what the conditions make of the values given and of their constants."""
    given = _open_answers(column)
    constants = [part.value for part in parts if isinstance(part, Compare)]
    around: list[Answer] = [each for constant in constants for each in _around(constant)]
    unique: list[Answer | None] = [None, *dict.fromkeys([*around, *(a for a in given if a is not None)])]
    classes, members = _classes(column.item, unique, parts)
    examples = tuple(next(a for a, m in zip(unique, members, strict=True) if m == c) for c in range(classes))
    number = dict(zip(unique, members, strict=True))
    values = np.array([number[answer] for answer in given], np.int64)
    answered = tuple(c for c in range(classes) if examples[c] is not None)
    return _Filter(column.item, examples, values, {"_answered": answered})


def _open_answers(column: Column) -> list[Answer | None]:
    if isinstance(column, NumberColumn):
        return [None if state < 0 else float(v) for v, state in zip(column.values, column.state, strict=True)]
    if isinstance(column, DateColumn):
        return [None if state < 0 else str(v) for v, state in zip(column.values, column.state, strict=True)]
    if isinstance(column, ChoiceColumn):
        return [None if value < 0 else column.codes[value] for value in column.values]
    return [None if state < 0 else "given" for state in column.state]


def _around(constant: str | float) -> list[Answer]:
    return [constant] if isinstance(constant, str) else [constant - 1.0, float(constant), constant + 1.0]
