"""The form a question is published in: which answers stand apart, which are merged, and whom a share speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from barometer.disclosure.words import joined, ranged, say
from barometer.published import Base, Category, Part
from barometer.questionnaire.model import Net, OptionKind, Question
from barometer.tabulation import ANSWERED, NOT_REACHED, NOT_SHOWN, SKIPPED
from barometer.texts import Text

PART_OF = {
    OptionKind.SUBSTANTIVE: Part.ANSWER,
    OptionKind.CANNOT_SAY: Part.CANNOT_SAY,
    OptionKind.REFUSE: Part.REFUSE,
    OptionKind.NOT_APPLICABLE: Part.NOT_APPLICABLE,
}
STATES = {
    SKIPPED: (Part.SKIPPED, "category.skipped"),
    NOT_REACHED: (Part.NOT_REACHED, "category.not_reached"),
    NOT_SHOWN: (Part.NOT_SHOWN, "category.not_shown"),
}
NO_ANSWER = (SKIPPED, NOT_REACHED)


@dataclass(frozen=True)
class Form:
    """Categories that add up to everybody, and nets beside them; ``rule`` says whom the shares speak of."""

    categories: tuple[Category, ...]
    rule: str
    base: tuple[str, ...]
    is_routed: bool
    nets: tuple[Category, ...] = ()
    unavailable: frozenset[str] = frozenset()
    """Categories that are named but not counted in print: of a multiple choice, who answered and who did not."""

    def __post_init__(self) -> None:
        """Refuse two categories of one code: a cell could then not be named, nor audited."""
        codes = [category.code for category in (*self.categories, *self.nets)]
        if len(codes) != len(set(codes)):
            raise ValueError(f"two categories share a code: {codes}")

    @cached_property
    def answers(self) -> tuple[Category, ...]:
        return tuple(category for category in self.categories if category.part is Part.ANSWER)

    @property
    def shows_who_was_asked(self) -> bool:
        return any(category.part is Part.NOT_SHOWN for category in self.categories)

    def wording(self) -> Base:
        """Give the base with its sentence."""
        key = f"base.{self.rule}" + ("_asked" if self.is_routed and self.rule != "all" else "")
        if self.rule == "answered" and not any(c.part is Part.CANNOT_SAY for c in self.categories):
            key += "_plain"
        return Base(self.rule, say(key), self.base)


@dataclass(frozen=True)
class Leaves:
    """The finest categories of an item and their counts; what nobody is in is left out unless it is an answer."""

    categories: tuple[Category, ...]
    counts: Mapping[str, int]
    ordered: bool
    nets: tuple[Net, ...] = ()

    def count(self, *categories: Category) -> int:
        return sum(self.counts[code] for category in categories for code in category.members)


def leaves_of(
    question: Question,
    codes: Sequence[str],
    counts: Mapping[str, int],
    *,
    ordered: bool,
    languages: Sequence[str],
    some_stopped: bool,
) -> Leaves:
    """Give every answer its category; the classes of a number are their own labels, the same in all ``languages``.

    Where ``some_stopped`` before the end, who skipped a question is never told from who did not get to it: as many got
    to all questions of a page, so one of them that prints it would tell the few who skipped another.
    """
    options = {option.code: option for option in question.options}
    found: list[Category] = []
    for code in codes:
        if code in options:
            option = options[code]
            found.append(Category(code, option.label, PART_OF[option.kind], (code,), option.score))
        elif code == ANSWERED:
            found.append(Category(code, say("category.answered"), Part.ANSWERED, (code,)))
        elif code in STATES:
            part, key = STATES[code]
            if some_stopped and code in NO_ANSWER:
                if code == SKIPPED and any(counts[each] for each in NO_ANSWER):
                    found.append(Category("_no_answer", say("category.no_answer"), Part.NO_VIEW, NO_ANSWER))
            elif counts[code]:
                found.append(Category(code, say(key), part, (code,)))
        else:
            label = code.replace("..", "–")
            found.append(Category(code, Text.of(dict.fromkeys(languages, label)), Part.ANSWER, (code,)))
    return Leaves(tuple(found), counts, ordered, question.nets)


def nets_of(answers: Sequence[Category], nets: Sequence[Net]) -> tuple[Category, ...]:
    """Give the nets that are unions of the answers as they stand."""
    members = {frozenset(answer.members) for answer in answers}
    substantive = {code for answer in answers for code in answer.members}
    found = []
    for net in nets:
        inside = [answer for answer in answers if set(answer.members) & set(net.options)]
        covered = {code for answer in inside for code in answer.members}
        if len(inside) > 1 and covered == set(net.options) & substantive and frozenset(covered) not in members:
            found.append(Category(net.id, net.label, Part.NET, tuple(code for code in net.options if code in covered)))
    return tuple(found)


def merged_answer(parts: Sequence[Category], nets: Sequence[Net], *, ordered: bool) -> Category:
    members = {code for part in parts for code in part.members}
    for net in nets:
        if members == set(net.options):
            return union(net.id, net.label, Part.ANSWER, parts)
    if not ordered:
        return union("_other_answers", say("category.other_answers"), Part.ANSWER, parts)
    codes = [code for part in parts for code in part.members]
    if len(codes) == 2:
        return union("+".join(codes), joined([part.label for part in parts]), Part.ANSWER, parts)
    return union(f"{codes[0]}..{codes[-1]}", ranged(_beginning(parts[0]), _end(parts[-1])), Part.ANSWER, parts)


def _beginning(part: Category) -> Text:
    """Give the first of what a label joins, or of its range; of "1 - weak" the step alone."""
    return Text.of({lang: text.split(" / ")[0].split(" – ")[0] for lang, text in part.label})


def _end(part: Category) -> Text:
    """Give the last of what a label joins, or of its range; of "10 - excellent" the step alone."""
    last = -1 if ".." in part.code else 0
    return Text.of({lang: text.split(" / ")[-1].split(" – ")[last] for lang, text in part.label})


def union(code: str, label: Text, part: Part, parts: Sequence[Category]) -> Category:
    return Category(code, label, part, tuple(member for each in parts for member in each.members))
