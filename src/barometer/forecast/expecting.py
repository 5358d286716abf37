"""What is expected of respondents before there are any: from an earlier release, from a file, or an assumption.

An earlier release is used question by question, where its answers have exactly the codes of today's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from barometer.disclosure.policy import Policy
from barometer.forecast.crossed import answers_of, is_ordered, substantive
from barometer.forecast.reading import GivenShares
from barometer.published import Part, PublishedTables, Table
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.tabulation import ANSWERED, NOT_REACHED, NOT_SHOWN, SKIPPED

UNANSWERED = 0.06
"""How many leave a question empty that they are asked, unless somebody knows better."""
NO_OPINION = 0.08
"""How many choose cannot say, refuse and the like, each, unless somebody knows better."""
MOST_TICKED, LEAST_TICKED = 0.5, 0.1
"""The options of a multiple choice are assumed to be ticked by half down to a tenth, in the order they stand."""
FEW = 2.0
"""Respondents; stands for a count that an earlier release withheld."""


class Source(StrEnum):
    """Where an expectation comes from."""

    GIVEN = "given"
    EARLIER = "earlier"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Split:
    """How those who answer an item spread over its answers, and how many leave it empty."""

    shares: Mapping[str, float]
    """By answer; they add up to 1, but of a multiple choice each is the share who tick it."""
    unanswered: float
    source: Source


@dataclass(frozen=True)
class Expected:
    """A split for every item that is counted."""

    splits: Mapping[str, Split]
    unlike: tuple[str, ...] = ()
    """Items of the earlier release that are no help, because their answers have other codes today."""

    def group_shares(self, background: str) -> dict[str, float]:
        """Give the share of all respondents in each answer of a background; the rest gave none."""
        split = self.splits[background]
        return {code: share * (1 - split.unanswered) for code, share in split.shares.items()}


def expect(
    questionnaire: Questionnaire,
    policy: Policy,
    *,
    earlier: PublishedTables | None = None,
    given: GivenShares | None = None,
) -> Expected:
    """Give what to expect of every item: as given, else as in the earlier release, else as assumed.

    Raises UnusableInput where the given shares do not fit the questionnaire.
    """
    said = {} if given is None else given.resolved(questionnaire, policy)
    splits: dict[str, Split] = {}
    unlike: list[str] = []
    for question in questionnaire.questions():
        for item in question.items if answers_of(question) else ():
            before = None if earlier is None else _whole_table(earlier, item)
            known = None if before is None else _from_earlier(question, before)
            if before is not None and known is None:
                unlike.append(item)
            assumed = known or _assumed(questionnaire, question, policy)
            shares = said.get(item) or said.get(question.id)
            splits[item] = replace(assumed, shares=shares, source=Source.GIVEN) if shares else assumed
            if given is not None and given.unanswered is not None and not question.required:
                splits[item] = replace(splits[item], unanswered=given.unanswered)
    return Expected(MappingProxyType(splits), tuple(unlike))


def _assumed(questionnaire: Questionnaire, question: Question, policy: Policy) -> Split:
    unanswered = 0.0 if question.required else UNANSWERED
    codes = answers_of(question)
    if question.id in {background.question for background in policy.backgrounds} or question.kind is Kind.NUMBER:
        return Split(dict.fromkeys(codes, 1 / len(codes)), unanswered, Source.ASSUMED)
    said = substantive(question)
    if question.kind is Kind.MULTIPLE:
        step = (MOST_TICKED - LEAST_TICKED) / max(len(said) - 1, 1)
        ticked = {code: MOST_TICKED - place * step for place, code in enumerate(said)}
        alone = {option.code for option in question.options if option.exclusive}
        shares = {code: LEAST_TICKED if code in alone else ticked.get(code, NO_OPINION) for code in codes}
        return Split(shares, unanswered, Source.ASSUMED)
    others = [code for code in codes if code not in said]
    left = 1 - NO_OPINION * len(others) if said else 1.0
    sizes = broken_stick(len(said))
    if is_ordered(questionnaire, question):
        sizes = _peaked(sizes)
    shares = {code: left * size for code, size in zip(said, sizes, strict=True)}
    return Split(shares | dict.fromkeys(others, NO_OPINION if said else 1 / len(others)), unanswered, Source.ASSUMED)


def broken_stick(parts: int) -> list[float]:
    """Give the mean sizes, largest first, of a stick broken at random into so many parts (MacArthur 1957).

    So shares are split about which nothing is known: part i of n has (1/n) times the sum of 1/j, j from i to n.
    """
    return [sum(1 / rank for rank in range(place, parts + 1)) / parts for place in range(1, parts + 1)]


def _peaked(sizes: Sequence[float]) -> list[float]:
    """Put the largest in the middle of a scale, and the others beside it in turn."""
    middle = (len(sizes) - 1) // 2
    places = sorted(range(len(sizes)), key=lambda place: (abs(place - middle - 0.25), place))
    found = [0.0] * len(sizes)
    for place, size in zip(places, sizes, strict=True):
        found[place] = size
    return found


def _whole_table(earlier: PublishedTables, item: str) -> Table | None:
    return next((table for table in earlier.tables if table.item == item and table.by is None), None)


def _from_earlier(question: Question, table: Table) -> Split | None:
    """Read the shares off a whole table. What was merged is spread evenly over its answers; None where codes differ."""
    counts = _counts(table)
    codes = set(counts) - {SKIPPED, NOT_REACHED, NOT_SHOWN, ANSWERED}
    if codes != set(answers_of(question)) or (table.kind == "multiple") != (question.kind is Kind.MULTIPLE):
        return None
    left_empty = counts.get(SKIPPED, 0.0) + counts.get(NOT_REACHED, 0.0)
    answered = counts.get(ANSWERED, 0.0) if question.kind is Kind.MULTIPLE else sum(counts[code] for code in codes)
    if answered <= 0:
        return None
    shares = {code: min(counts[code] / answered, 1.0) for code in answers_of(question)}
    return Split(shares, left_empty / (left_empty + answered), Source.EARLIER)


def _counts(table: Table) -> dict[str, float]:
    """Give a count for every code: of what was merged an even part, and few where a count was withheld."""
    found: dict[str, float] = {}
    for category in table.categories:
        if category.part is not Part.NET:
            count = table.cell(category.code, table.groups[0].code).count
            members = category.members or (category.code,)
            found |= {code: FEW if count is None else count / len(members) for code in members}
    return found
