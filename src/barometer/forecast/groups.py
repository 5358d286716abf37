"""Which groups of a background reach m, and what becomes of the others: drawn group sizes, merged as a release would.

Whether one answer reaches m is exact; what smaller ones are merged into depends on all of them and is drawn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from barometer.disclosure.merging import MergedGroups, merge_groups
from barometer.disclosure.policy import Background
from barometer.forecast.chance import LIKELY, Numbers, at_least, smallest
from barometer.forecast.expecting import Expected
from barometer.forecast.model import Fineness, ForecastAnswer, ForecastBackground
from barometer.published import Group
from barometer.questionnaire.model import Question
from barometer.tabulation import NOT_ANSWERED
from barometer.texts import Text

DRAWS = 200
"""Of group sizes: a chance of one half is then told to within 7 percent points, 19 times of 20."""


@dataclass(frozen=True)
class Drawn:
    """The groups of one background in many draws of its respondents; None where nothing can be published by it."""

    background: Background
    question: Question
    merged: tuple[MergedGroups | None, ...]
    m: int

    @cached_property
    def finest(self) -> tuple[Group, ...]:
        return finest_groups(self.background, self.question, self.m)

    @cached_property
    def dropped(self) -> float:
        return sum(each is None for each in self.merged) / len(self.merged)

    @cached_property
    def usual(self) -> MergedGroups | None:
        """Give the groups that came out most often; None where most often there were none."""
        kinds = Counter(_kind(each) for each in self.merged)
        most = max(kinds, key=lambda kind: (kinds[kind], kind))
        return next(each for each in self.merged if _kind(each) == most)

    @cached_property
    def sizes(self) -> tuple[Numbers, Numbers, Numbers]:
        """Give the different sizes of groups, which of them all groups have, and where each draw begins among these.

        Draws without any groups are left out.
        """
        draws = [[group.respondents for group in each.groups] for each in self.merged if each is not None]
        sizes, which = np.unique(np.array([size for draw in draws for size in draw], np.int64), return_inverse=True)
        starts = np.cumsum([0, *(len(draw) for draw in draws)])[:-1]
        return sizes, which.astype(np.int64), starts.astype(np.int64)

    @cached_property
    def mean_groups(self) -> float:
        return sum(len(each.groups) for each in self.merged if each is not None) / len(self.merged)


def finest_groups(background: Background, question: Question, m: int) -> tuple[Group, ...]:
    """Give the groups there are when none is too small: the answers, or the level that the policy starts from."""
    counts = {option.code: m for option in question.options}
    merged = merge_groups(background, question, {**counts, NOT_ANSWERED: 0}, m)
    return () if merged is None else merged.groups


def _kind(merged: MergedGroups | None) -> tuple[tuple[str, ...], ...]:
    return () if merged is None else tuple(group.members for group in merged.groups)


def draw_groups(
    background: Background,
    question: Question,
    expected: Expected,
    respondents: int,
    m: int,
    seed: int,
    draws: int = DRAWS,
    *,
    unanswered_alone: int = 0,
) -> Drawn:
    """Draw the background's respondents many times, and merge them as the protection does."""
    shares = expected.group_shares(background.question)
    codes = [*shares, NOT_ANSWERED]
    chances = np.array([*shares.values(), max(0.0, 1 - sum(shares.values()))])
    chance = np.random.Generator(np.random.PCG64(seed))
    drawn = chance.multinomial(respondents, chances / chances.sum(), size=draws)
    counts = [dict(zip(codes, draw, strict=True)) for draw in drawn.tolist()]
    merged = (merge_groups(background, question, each, m, unanswered_alone=unanswered_alone) for each in counts)
    return Drawn(background, question, tuple(merged), m)


def foretold(
    drawn: Drawn, expected: Expected, respondents: int, m: int, finenesses: tuple[Fineness, ...]
) -> ForecastBackground:
    """Say of every answer whether it will stand by itself, and otherwise with what."""
    shares = expected.group_shares(drawn.background.question)
    usual = drawn.usual
    return ForecastBackground(
        question=drawn.background.question,
        label=drawn.question.text,
        source=expected.splits[drawn.background.question].source,
        answers=tuple(
            _answer(drawn, group, sum(shares.get(code, 0.0) for code in group.members), respondents, m)
            for group in drawn.finest
        ),
        groups=() if usual is None else tuple(group.label for group in usual.groups),
        dropped=drawn.dropped,
        finenesses=finenesses,
    )


def _answer(drawn: Drawn, finest: Group, share: float, respondents: int, m: int) -> ForecastAnswer:
    members = set(finest.members)
    homes = [each for merged in drawn.merged if merged for each in merged.groups if members <= set(each.members)]
    alone = sum(set(group.members) == members for group in homes) / len(drawn.merged)
    shared = Counter(group.label for group in homes if set(group.members) != members)
    return ForecastAnswer(
        code=finest.code,
        label=finest.label,
        share=share,
        expected=share * respondents,
        reaches=at_least(m, respondents, share),
        alone=alone,
        joined_to=shared.most_common(1)[0][0] if shared and alone < 0.5 else Text(),
        alone_from=smallest(lambda n: at_least(m, n, share) >= LIKELY, start=m) if share > 0 else None,
    )
