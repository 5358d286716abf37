"""Tables by background by formula: how likely it is that a count falls between 1 and k-1.

Answers are taken as independent of the background, given its groups, and cells as independent of each other: the counts
of one group add up to its size, which makes small counts together a little rarer than that. What the protection
withholds beside small counts, and what routing adds, only the simulation tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from barometer.disclosure.policy import Policy
from barometer.forecast.chance import Numbers, Shares, enough_for_all, smallness
from barometer.forecast.crossed import Crossed, answers_of, is_ordered, substantive
from barometer.forecast.expecting import Expected
from barometer.forecast.groups import Drawn
from barometer.forecast.model import Fineness, Reason
from barometer.forecast.words import say
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.tabulation import NOT_ANSWERED
from barometer.texts import Text

CLOSE = 1e-9
Each = TypeVar("Each")


@dataclass(frozen=True)
class Quick:
    """What the formulas say of one table."""

    full: float
    small_cells: float
    reason: Reason
    why: Text


class Formulas:
    """The formulas for one wave: its backgrounds drawn, its expectations fixed."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        policy: Policy,
        expected: Expected,
        asked: Mapping[str, float],
        drawn: Mapping[str, Drawn],
        respondents: int,
    ) -> None:
        """``asked`` is the share of respondents who are shown a question, by question."""
        self.questionnaire, self.policy, self.expected, self.asked = questionnaire, policy, expected, asked
        self.drawn, self.respondents = drawn, respondents
        self._kept: dict[tuple[object, ...], tuple[float, float, float]] = {}
        self._enough: dict[tuple[str, tuple[float, ...]], int | None] = {}

    def of(self, crossing: Crossed) -> Quick:
        question = self.questionnaire.question_of_item(crossing.item)
        shares = self._cells(question, crossing.item)
        full, small, _ = self._chances(crossing.by, shares, question)
        reason, why = self._why(crossing, question, shares, full)
        return Quick(full, small, reason, why)

    def figures(self, crossing: Crossed, joined: Sequence[Sequence[str]] | None = None) -> float:
        """Give how many figures such a table can be expected to show, with as many answer classes as serve that best.

        A group counts where all its figures are large enough. ``joined`` stands for the answers of a shorter scale.
        """
        question = self.questionnaire.question_of_item(crossing.item)
        if question.kind is Kind.MULTIPLE:
            return self._chances(crossing.by, self._cells(question, crossing.item), question)[2]
        answers = joined or [(code,) for code in substantive(question)]
        ladder = {len(step): step for step in (answers, *(self._fewer(question, crossing, answers, n) for n in (3, 2)))}
        return max(
            classes * self._chances(crossing.by, self._cells(question, crossing.item, step), question)[2]
            for classes, step in ladder.items()
        )

    def _fewer(
        self, question: Question, crossing: Crossed, answers: Sequence[Sequence[str]], count: int
    ) -> Sequence[Sequence[str]]:
        """Join answers as the protection does: neighbours on a scale, else all but the commonest."""
        if len(answers) <= count:
            return answers
        if is_ordered(self.questionnaire, question):
            return [tuple(code for part in span for code in part) for span in cut(answers, count)]
        shares = self.expected.splits[crossing.item].shares
        common = sorted(answers, key=lambda part: -sum(shares[code] for code in part))[: count - 1]
        return [*common, tuple(code for part in answers if part not in common for code in part)]

    def needed(self, crossing: Crossed) -> int | None:
        """Give the number of respondents at which every answer in every group as asked is likely to be shown.

        Each must reach what hides one from colluding respondents, for routing may join it to others.
        """
        question = self.questionnaire.question_of_item(crossing.item)
        drawn, shares = self.drawn[crossing.by], self.expected.group_shares(crossing.by)
        inside = [group for group in drawn.finest if not set(group.members) & set(drawn.background.outside)]
        groups = [sum(shares.get(code, 0.0) for code in group.members) for group in inside]
        groups = [share for share in groups if share > CLOSE]
        cells = [each for each in self._cells(question, crossing.item).tolist() if each > CLOSE]
        if question.kind is Kind.MULTIPLE:
            base = self._answering(question, crossing.item)
            cells += [base - each for each in cells if base - each > CLOSE]
        elif 1 - sum(cells) > CLOSE:
            cells.append(1 - sum(cells))
        key = (crossing.by, tuple(cells))
        if key not in self._enough:
            wanted = [(group * cell, self.policy.demand.free_span) for group in groups for cell in cells]
            large = max(self.policy.m, self.policy.detail)
            wanted += [(group, large) for group in groups]
            self._enough[key] = enough_for_all(wanted, start=large)
        return self._enough[key]

    def finenesses(self, by: str, crossings: Sequence[Crossed]) -> tuple[Fineness, ...]:
        """Say for questions of three answers and more in how many groups so many classes can be shown, typically.

        Typical is the mean over those questions; a group counts where that chance is at least one half.
        """
        usual = self.drawn[by].usual
        if usual is None:
            return ()
        sizes = np.array([group.respondents for group in usual.groups], np.int64)
        found: dict[int, list[Shares]] = {}
        for crossing in crossings:
            question = self.questionnaire.question_of_item(crossing.item)
            codes = substantive(question)
            if crossing.by != by or question.kind is Kind.MULTIPLE or len(codes) < 3:
                continue
            answers = [(code,) for code in codes]
            for classes in (len(codes), 3, 2) if len(codes) > 3 else (3, 2):
                cells = self._cells(question, crossing.item, self._fewer(question, crossing, answers, classes))
                found.setdefault(classes, []).append(self._fine(sizes, cells, question).prod(axis=1))
        return tuple(
            Fineness(classes, int((np.mean(chances, axis=0) >= 0.5).sum()))
            for classes, chances in sorted(found.items(), reverse=True)
        )

    def _answering(self, question: Question, item: str) -> float:
        return self.asked[question.id] * (1 - self.expected.splits[item].unanswered)

    def _cells(self, question: Question, item: str, classes: Sequence[Sequence[str]] | None = None) -> Shares:
        """Give the share of a group that each answer has, counting those who were not asked or gave no answer."""
        split = self.expected.splits[item]
        joined = classes or [(code,) for code in substantive(question)]
        if question.kind is Kind.MULTIPLE:
            joined = [(code,) for code in answers_of(question)]
        return self._answering(question, item) * np.array([sum(split.shares[code] for code in each) for each in joined])

    def _chances(self, by: str, shares: Shares, question: Question) -> tuple[float, float, float]:
        """Give the chance that no count is small, the share of counts that are, and how many groups have none.

        Of a multiple choice the third is how many figures are not small: each option is a table of its own.
        """
        drawn, ticks, strict = self.drawn[by], question.kind is Kind.MULTIPLE, self.policy.is_sensitive(question.id)
        if drawn.dropped == 1:
            return 0.0, 1.0, 0.0
        key = (by, *shares.tolist(), self._base(question), ticks, strict)
        if key not in self._kept:
            sizes, which, starts = drawn.sizes
            fine = self._fine(sizes, shares, question)
            groups = fine.prod(axis=1)[which]
            small = smallness(sizes, shares, self.policy.k, zero_too=strict)[0].mean(axis=1)[which]
            shown = fine.sum(axis=1)[which] if ticks else groups
            published = 1 - drawn.dropped
            self._kept[key] = (
                published * float(np.multiply.reduceat(groups, starts).mean()),
                float(small.mean()),
                published * float(np.add.reduceat(shown, starts).mean()),
            )
        return self._kept[key]

    def _fine(self, sizes: Numbers, shares: Shares, question: Question) -> Shares:
        """Give the chance that a count is not small, a row a group size; what is no answer is a column of its own.

        Of a multiple choice neither those who ticked nor those who did not may be few.
        """
        strict = self.policy.is_sensitive(question.id)
        fine: Shares = 1 - smallness(sizes, shares, self.policy.k, zero_too=strict)[0]
        if question.kind is Kind.MULTIPLE:
            others = np.maximum(self._base(question) - shares, 0.0)
            return fine * (1 - smallness(sizes, others, self.policy.k)[0])
        rest = np.array([max(0.0, 1 - float(shares.sum()))])
        return np.concatenate([fine, 1 - smallness(sizes, rest, self.policy.k)[0]], axis=1)

    def _base(self, question: Question) -> float:
        return self._answering(question, question.items[0])

    def _why(self, crossing: Crossed, question: Question, shares: Shares, full: float) -> tuple[Reason, Text]:
        drawn, k = self.drawn[crossing.by], self.policy.k
        usual = drawn.usual
        if usual is None or drawn.dropped > 0.5:
            return Reason.GROUPS, say("why.groups", m=self.policy.m)
        if full >= 0.9:
            return Reason.NONE, say("why.none", k=k)
        codes = answers_of(question) if question.kind is Kind.MULTIPLE else substantive(question)
        rarest = int(np.where(shares > CLOSE, shares, 1.0).argmin())
        overall = float(shares[rarest]) * self.respondents
        if overall < 2 * k:
            answer = _label(question, codes[rarest])
            return Reason.RARE_ANSWER, say("why.rare_answer", answer=answer, count=round(overall), k=k)
        answers = [group for group in usual.groups if NOT_ANSWERED not in group.members] or list(usual.groups)
        smallest = min(answers, key=lambda group: group.respondents)
        small = smallness(np.array([smallest.respondents], np.int64), shares, k)[0][0]
        worst = int(small.argmax())
        return Reason.SMALL_CELL, say(
            "why.small_cell",
            group=smallest.label,
            size=smallest.respondents,
            answer=_label(question, codes[worst]),
            count=round(float(shares[worst]) * smallest.respondents),
            chance=round(100 * float(small[worst])),
            last=k - 1,
        )


def cut(ordered: Sequence[Each], count: int) -> list[Sequence[Each]]:
    """Cut what is ordered into two or three spans, the ends alike: five into 2, 1, 2."""
    if count == 2:
        half = (len(ordered) + 1) // 2
        return [ordered[:half], ordered[half:]]
    end = max(1, int(len(ordered) / 3 + 0.5))
    return [ordered[:end], ordered[end:-end], ordered[-end:]]


def coarser(questionnaire: Questionnaire, question: Question) -> list[tuple[str, ...]] | None:
    """Give the classes of a shorter scale: three of five and more, two of four; None where there is none to propose."""
    codes = substantive(question)
    if question.kind not in (Kind.SINGLE, Kind.MATRIX) or len(codes) < 4 or not is_ordered(questionnaire, question):
        return None
    return [tuple(span) for span in cut(codes, 3 if len(codes) > 4 else 2)]


def _label(question: Question, code: str) -> Text:
    return next((option.label for option in question.options if option.code == code), Text.of({"en": code}))
