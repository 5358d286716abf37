"""Which change would help most: every candidate is tried by formula, and the best ones on the simulated waves.

A change is worth the figures it brings into print: answers times groups, each of them joined or not. What the
protection would join by itself is no gain, and joining everything into one group is never the best advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from barometer.forecast.changing import Joined, Parts, may_be_joined
from barometer.forecast.crossed import Crossed, crossed, substantive
from barometer.forecast.expecting import Expected
from barometer.forecast.groups import Drawn, draw_groups
from barometer.forecast.judging import GoOn, Seen, judged
from barometer.forecast.model import Change
from barometer.forecast.quick import Formulas, coarser
from barometer.forecast.words import listed, say
from barometer.published import Group
from barometer.questionnaire.model import OptionKind, Question
from barometer.responses import ResponseSet
from barometer.texts import Text

LEAST_GAIN = 0.05
"""A change is worth telling if so many more figures are in print, compared with before."""
DRAWS = 50
"""Of group sizes for each candidate."""
SMALL_GROUPS = 3
"""The smallest groups are paired with each other and with all others."""
TRIED = 4
"""Changes that are tried on simulated waves."""
TRIED_WAVES = 4


@dataclass(frozen=True)
class Candidate:
    """A change, what the formulas say of it, and what it would be."""

    change: Change
    joined: Joined
    crossings: tuple[Crossed, ...]


class Advisor:
    """Tries changes to one wave."""

    def __init__(self, formulas: Formulas, seed: int) -> None:
        self.formulas, self.seed = formulas, seed
        self.questionnaire, self.policy = formulas.questionnaire, formulas.policy
        self.expected, self.respondents = formulas.expected, formulas.respondents
        self.crossings = tuple(crossed(self.questionnaire, self.policy))

    def candidates(self) -> list[Candidate]:
        """Give the best change of each background and scale by formula, the most helpful first, helpful or not."""
        best = [_best(self._joins(drawn)) for drawn in self.formulas.drawn.values()]
        found = [*(each for each in best if each is not None), *self._shorter_scales()]
        return sorted(found, key=lambda each: -each.change.gain)

    def tried(
        self,
        candidates: Sequence[Candidate],
        waves: Sequence[ResponseSet],
        seen: Sequence[Mapping[Crossed, Seen]],
        go_on: GoOn,
    ) -> list[Change]:
        """Try the best candidates on simulated waves; give all that help, the most helpful first."""
        changes: list[Change] = []
        for candidate in candidates:
            if len(changes) < TRIED and waves and go_on(len(waves)):
                changes.append(self._tried(candidate, waves[:TRIED_WAVES], seen[:TRIED_WAVES]))
            else:
                changes.append(candidate.change)
        helpful = (each for each in changes if _helps(each))
        return sorted(helpful, key=lambda each: (not each.simulated, -each.gain))

    # groups of a background

    def _joins(self, drawn: Drawn) -> list[Candidate]:
        question, usual = drawn.question, drawn.usual
        mine = tuple(crossing for crossing in self.crossings if crossing.by == question.id)
        if usual is None or len(usual.groups) < 3 or not mine or not may_be_joined(self.questionnaire, question):
            return []
        answered = [group for group in usual.groups if _answers(group, drawn)]
        return [self._join(drawn, mine, joined, label) for joined, label in self._partitions(drawn, answered)]

    def _partitions(self, drawn: Drawn, groups: Sequence[Group]) -> Iterator[tuple[Joined, Text]]:
        """Give every coarser level of the tree, and the usual groups with two of them joined."""
        question = drawn.question
        for level in drawn.background.groupings:
            parts = tuple(group.of for group in level.groups)
            if 1 < len(parts) < len(groups):
                labels = {group.of: group.label for group in level.groups}
                names = listed([group.label for group in level.groups])
                yield _joined(question, parts, labels), say("change.level", background=question.text, groups=names)
        small = sorted(groups, key=lambda group: group.respondents)[:SMALL_GROUPS]
        for first, second in combinations(groups, 2):
            if first in small or second in small:
                pair = say("change.pair", first=first.label, second=second.label)
                both = (*_answers(first, drawn), *_answers(second, drawn))
                parts = (both, *(_answers(group, drawn) for group in groups if group not in (first, second)))
                labels = {_answers(group, drawn): group.label for group in groups} | {both: pair}
                said = say("change.join", background=question.text, first=first.label, second=second.label)
                yield _joined(question, parts, labels), said

    def _join(self, drawn: Drawn, mine: tuple[Crossed, ...], joined: Joined, label: Text) -> Candidate:
        question = joined.questionnaire(self.questionnaire).question(drawn.question.id)
        policy = joined.policy(self.policy, only=None)
        background = next(each for each in policy.backgrounds if each.question == question.id)
        expected = joined.expected(self.expected)
        after = draw_groups(
            background,
            question,
            expected,
            self.respondents,
            policy.m,
            self.seed,
            DRAWS,
            unanswered_alone=policy.detail,
        )
        changed = replace_drawn(self.formulas, after, expected)
        change = Change(
            kind="join",
            what=question.id,
            by=question.id,
            label=label,
            figures_before=_mean(self.formulas.figures, mine),
            figures_after=_mean(changed.figures, mine),
            groups_before=drawn.mean_groups,
            groups_after=after.mean_groups,
            tables=len(mine),
            simulated=False,
        )
        return Candidate(change, joined, mine)

    # answers of a scale

    def _shorter_scales(self) -> Iterator[Candidate]:
        scales: dict[str, list[Question]] = {}
        for question in self.questionnaire.questions():
            if coarser(self.questionnaire, question) and may_be_joined(self.questionnaire, question):
                scales.setdefault(question.scale or question.id, []).append(question)
        for scale, questions in scales.items():
            mine = tuple(c for c in self.crossings if self.questionnaire.question_of_item(c.item) in questions)
            classes = coarser(self.questionnaire, questions[0])
            if mine and classes is not None:
                yield self._shorter(scale, questions, mine, tuple(classes))

    def _shorter(
        self, scale: str, questions: Sequence[Question], mine: tuple[Crossed, ...], classes: Parts
    ) -> Candidate:
        labels = {part: _span(questions[0], part) for part in classes if len(part) > 1}
        others = [(option.code,) for option in questions[0].options if option.kind is not OptionKind.SUBSTANTIVE]
        joined = Joined({question.id: (*classes, *others) for question in questions}, labels)
        key = "change.scale" if len(questions) > 1 or len(questions[0].items) > 1 else "change.scale_one"
        change = Change(
            kind="scale",
            what=scale,
            by=None,
            label=say(key, question=questions[0].text, count=len(classes), classes=listed([*labels.values()])),
            figures_before=_mean(self.formulas.figures, mine),
            figures_after=_mean(lambda crossing: self.formulas.figures(crossing, classes), mine),
            groups_before=float(len(substantive(questions[0]))),
            groups_after=float(len(classes)),
            tables=len(mine),
            simulated=False,
        )
        return Candidate(change, joined, mine)

    # trying

    def _tried(
        self, candidate: Candidate, waves: Sequence[ResponseSet], seen: Sequence[Mapping[Crossed, Seen]]
    ) -> Change:
        change, joined = candidate.change, candidate.joined
        asked = joined.questionnaire(self.questionnaire)
        policy = joined.policy(self.policy, only=change.by)
        after = [judged(joined.responses(wave, asked), policy) for wave in waves]
        tried = replace(
            change,
            figures_before=_figures(seen, candidate.crossings),
            figures_after=_figures(after, candidate.crossings),
            simulated=True,
        )
        if change.kind == "scale":
            return tried
        groups = (_groups(seen, candidate.crossings), _groups(after, candidate.crossings))
        return replace(tried, groups_before=groups[0], groups_after=groups[1])


def replace_drawn(formulas: Formulas, drawn: Drawn, expected: Expected) -> Formulas:
    """Give the formulas with other groups of one background."""
    by = drawn.background.question
    return Formulas(
        formulas.questionnaire,
        formulas.policy,
        expected,
        formulas.asked,
        {**formulas.drawn, by: drawn},
        formulas.respondents,
    )


def _best(candidates: Sequence[Candidate]) -> Candidate | None:
    return max(candidates, key=lambda each: each.change.gain, default=None)


def _helps(change: Change) -> bool:
    return change.figures_after > change.figures_before * (1 + LEAST_GAIN)


def _joined(question: Question, parts: Parts, labels: Mapping[tuple[str, ...], Text]) -> Joined:
    """Give the partition with every answer that is in none of its parts by itself."""
    inside = {code for part in parts for code in part}
    alone = tuple((option.code,) for option in question.options if option.code not in inside)
    return Joined({question.id: (*parts, *alone)}, {part: label for part, label in labels.items() if len(part) > 1})


def _answers(group: Group, drawn: Drawn) -> tuple[str, ...]:
    """Give the answers in a group, without those outside the tree and those who gave none."""
    codes = [option.code for option in drawn.question.options if option.code not in drawn.background.outside]
    return tuple(code for code in codes if code in group.members)


def _span(question: Question, part: Sequence[str]) -> Text:
    return say("change.pair", first=question.option(part[0]).label, second=question.option(part[-1]).label)


def _mean(figures: Callable[[Crossed], float], crossings: Sequence[Crossed]) -> float:
    return sum(map(figures, crossings)) / len(crossings)


def _figures(seen: Sequence[Mapping[Crossed, Seen]], crossings: Sequence[Crossed]) -> float:
    return _mean(lambda crossing: sum(each[crossing].figures for each in seen) / len(seen), crossings)


def _groups(seen: Sequence[Mapping[Crossed, Seen]], crossings: Sequence[Crossed]) -> float:
    groups = [each[crossing].groups for each in seen for crossing in crossings if each[crossing].groups]
    return sum(groups) / len(groups) if groups else 0.0
