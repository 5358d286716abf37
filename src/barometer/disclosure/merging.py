"""Groups large enough to cross by: a background's answers merged along its tree until each group has m respondents.

Decided once per wave and background, from the background's own counts alone, and the same for every question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from barometer.disclosure.policy import Background
from barometer.disclosure.words import in_place, joined, say
from barometer.published import Group
from barometer.questionnaire.model import Question
from barometer.tabulation import NOT_ANSWERED
from barometer.texts import Text

REST = "_rest"
OTHERS = "_others"


@dataclass(frozen=True)
class MergedGroups:
    """The groups of one background; ``merged`` names those that stand for more than one answer."""

    background: str
    groups: tuple[Group, ...]

    @property
    def merged(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if len(group.members) > 1)


def merge_groups(
    background: Background, question: Question, counts: Mapping[str, int], m: int, *, unanswered_alone: int = 0
) -> MergedGroups | None:
    """Merge the answers of a background until every group has at least m respondents; None where fewer than two are.

    ``counts`` holds every answer's code and ``_not_answered``. The smallest group below m climbs first: all that stands
    under its next wider group becomes that group. What is outside the tree and those without an answer form the rest,
    which joins the smallest group where it is too small itself. Those without an answer stand alone only from
    ``unanswered_alone`` on: nobody asks for them, and a small group costs its neighbour most of its answers. An answer
    that nobody gave makes no group of its own.
    """
    order = [option.code for option in question.options]
    inside = [code for code in order if code not in background.outside]
    labels = {option.code: option.label for option in question.options}
    groups = [Group(code, labels[code], counts[code], (code,)) for code in inside if counts[code]]
    if background.start is not None:
        named = [(wider, sum(counts[code] for code in wider.of)) for wider in background.levels[0].groups]
        groups = [Group(wider.code, wider.label, total, wider.of) for wider, total in named if total]
    groups = _climbed(groups, background, counts, m)
    groups = _pooled(groups, m)
    groups = _with_rest(groups, _rest(background, labels, counts, m, unanswered_alone), m, unanswered_alone)
    groups.sort(key=lambda group: _place(group, order))
    if len(groups) < 2 or min(group.respondents for group in groups) < m:
        return None
    return MergedGroups(background.question, tuple(groups))


def _climbed(groups: list[Group], background: Background, counts: Mapping[str, int], m: int) -> list[Group]:
    for level in background.levels:
        for wider in level.groups:
            under = [group for group in groups if set(group.members) <= set(wider.of)]
            if under and min(group.respondents for group in under) < m:
                total = sum(counts[code] for code in wider.of)
                groups = [group for group in groups if group not in under]
                groups.append(Group(wider.code, wider.label, total, wider.of))
    return groups


def _pooled(groups: list[Group], m: int) -> list[Group]:
    """Merge what is still too small at the widest level with the next smallest, until nothing is."""
    groups = sorted(groups, key=lambda group: (group.respondents, group.code))
    pool: list[Group] = []
    while groups and (groups[0].respondents < m or 0 < sum(group.respondents for group in pool) < m):
        pool.append(groups.pop(0))
    return [*groups, _union(OTHERS, say("group.others"), pool)] if len(pool) > 1 else [*groups, *pool]


def _rest(
    background: Background, labels: Mapping[str, Text], counts: Mapping[str, int], m: int, unanswered_alone: int
) -> list[Group]:
    parts = [Group(code, labels[code], counts[code], (code,)) for code in background.outside if counts[code]]
    if counts.get(NOT_ANSWERED):
        parts.append(Group(NOT_ANSWERED, say("group.no_answer"), counts[NOT_ANSWERED], (NOT_ANSWERED,)))
    if len(parts) < 2 or all(_stands_alone(part, m, unanswered_alone) for part in parts):
        return parts
    return [_union(REST, say("group.rest"), parts)]


def _stands_alone(part: Group, m: int, unanswered_alone: int) -> bool:
    return part.respondents >= (max(m, unanswered_alone) if part.members == (NOT_ANSWERED,) else m)


def _with_rest(groups: list[Group], rest: list[Group], m: int, unanswered_alone: int) -> list[Group]:
    if not groups or all(_stands_alone(part, m, unanswered_alone) for part in rest):
        return [*groups, *rest]
    smallest = min(groups, key=lambda group: (group.respondents, group.code))
    label = in_place("group.with_rest", "group", smallest.label)
    return [*[group for group in groups if group is not smallest], _union(smallest.code, label, [smallest, *rest])]


def _union(code: str, label: Text, parts: Sequence[Group]) -> Group:
    members = tuple(member for part in parts for member in part.members)
    named = joined([part.label for part in parts]) if code == OTHERS else label
    return Group(code, named, sum(part.respondents for part in parts), members)


def _place(group: Group, order: Sequence[str]) -> tuple[int, int]:
    places = [order.index(code) for code in group.members if code in order]
    return (0, min(places)) if places else (1, 0)
