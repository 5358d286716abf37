"""Surveys as they would be with fewer groups or fewer answers, and the same made-up waves answered to them.

Joined answers go by the code of the first of them, so that conditions and trees still find it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from barometer.answering.routing import deciding_items
from barometer.disclosure.policy import Background, Crossing, Grouping, NamedGroup, Policy
from barometer.forecast.expecting import Expected
from barometer.questionnaire.model import Option, Question, Questionnaire
from barometer.responses import ChoiceColumn, Column, ResponseSet
from barometer.texts import Text

Parts = tuple[tuple[str, ...], ...]
"""A partition of the answers of a question; each part becomes one answer."""


@dataclass(frozen=True)
class Joined:
    """Some questions with answers joined. ``labels`` name the parts of more than one answer."""

    parts: Mapping[str, Parts]
    """By question."""
    labels: Mapping[tuple[str, ...], Text]

    def questionnaire(self, asked: Questionnaire) -> Questionnaire:
        sections = tuple(
            replace(
                section,
                pages=tuple(
                    replace(page, questions=tuple(self._question(question) for question in page.questions))
                    for page in section.pages
                ),
            )
            for section in asked.sections
        )
        return replace(asked, sections=sections)

    def _question(self, question: Question) -> Question:
        if question.id not in self.parts:
            return question
        return replace(question, options=tuple(self._options(question)), nets=())

    def _options(self, question: Question) -> list[Option]:
        first = {part[0]: part for part in self.parts[question.id]}
        options = [option for option in question.options if option.code in first]
        return [replace(each, label=self.labels.get(first[each.code], each.label)) for each in options]

    def policy(self, policy: Policy, *, only: str | None) -> Policy:
        """Give the policy over the joined answers; ``only`` keeps the tables by one background alone."""
        backgrounds = tuple(self._background(background) for background in policy.backgrounds)
        return replace(policy, backgrounds=backgrounds, crossings=narrowed(policy, only))

    def _background(self, background: Background) -> Background:
        parts = self.parts.get(background.question)
        if parts is None:
            return background
        return replace(background, groupings=tuple(_over(level, parts) for level in background.groupings))

    def expected(self, expected: Expected) -> Expected:
        splits = dict(expected.splits)
        for question, parts in self.parts.items():
            for item in [item for item in splits if item.split(".", 1)[0] == question]:
                shares = {part[0]: sum(splits[item].shares[code] for code in part) for part in parts}
                splits[item] = replace(splits[item], shares=shares)
        return replace(expected, splits=MappingProxyType(splits))

    def responses(self, responses: ResponseSet, asked: Questionnaire) -> ResponseSet:
        """Give the same answers to the questionnaire ``asked``, which has them joined."""
        columns: dict[str, Column] = dict(responses.columns)
        for question, parts in self.parts.items():
            for item in asked.question(question).items:
                column = columns[item]
                assert isinstance(column, ChoiceColumn)
                columns[item] = _recoded(column, [option.code for option in asked.question(question).options], parts)
        return replace(responses, questionnaire=asked, columns=MappingProxyType(columns))


def _over(level: Grouping, parts: Parts) -> Grouping:
    """Give a level over joined answers; groups that a part is torn between are one."""
    stands_for = {code: part[0] for part in parts for code in part}
    groups: list[NamedGroup] = []
    for group in level.groups:
        inside = dict.fromkeys(stands_for[code] for code in group.of)
        torn = [each for each in groups if set(each.of) & set(inside)]
        groups = [each for each in groups if each not in torn]
        first = torn[0] if torn else group
        groups.append(replace(first, of=tuple(dict.fromkeys([*(code for each in torn for code in each.of), *inside]))))
    return replace(level, groups=tuple(groups))


def _recoded(column: ChoiceColumn, codes: Sequence[str], parts: Parts) -> ChoiceColumn:
    place = {code: codes.index(part[0]) for part in parts for code in part}
    table = np.array([place[code] for code in column.codes], np.int16)
    values = np.where(column.values < 0, column.values, table[np.maximum(column.values, 0)])
    return ChoiceColumn(column.item, tuple(codes), values.astype(np.int16))


def narrowed(policy: Policy, only: str | None) -> tuple[Crossing, ...] | None:
    """Give the crossings of one background alone, or all of them."""
    if only is None:
        return policy.crossings
    if policy.crossings is None:
        return (Crossing(only),)
    return tuple(crossing for crossing in policy.crossings if crossing.by == only)


def may_be_joined(questionnaire: Questionnaire, question: Question) -> bool:
    """Ask whether no condition looks at the answers: otherwise routing would change as well."""
    return not set(question.items) & deciding_items(questionnaire)
