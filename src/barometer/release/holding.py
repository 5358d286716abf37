"""The hold rule: may a release follow another one of the same wave that is public already?

Whoever has both reads their difference, and the difference is about those few who came, left or changed their answer.
So nothing at all may differ, or everything that differs does so by k people or more, with the same tables, groups,
answers and withheld cells; otherwise the correction waits for the next wave. Only published numbers are compared, so
that anybody who has both releases can repeat it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from barometer.published import Category, Part, PublishedTables, Status, Table
from barometer.texts import Text

DEFAULT_K = 5


@dataclass(frozen=True)
class Hold:
    """A reason to wait. ``reason`` is a code of `messages`; the table is empty where the whole release is meant."""

    reason: str
    table: str = ""
    title: Text = Text()


def threshold_of(*releases: PublishedTables) -> int:
    """Give the strictest k of the releases' own policies."""
    stated = [release.policy.get("k", DEFAULT_K) for release in releases]
    return max((k for k in stated if isinstance(k, int)), default=DEFAULT_K)


def is_same_wave(one: PublishedTables, other: PublishedTables) -> bool:
    """Whether both rest on the answers of one wave; another name for it does not make it another one."""
    if one.wave.id == other.wave.id:
        return True
    facts = [(w.questionnaire_digest, w.opened, w.closed) for w in (one.wave, other.wave)]
    return facts[0] == facts[1] and all(facts[0])


def holds_between(earlier: PublishedTables, later: PublishedTables) -> tuple[Hold, ...]:
    """Give every reason why the later release of a wave may not stand beside the earlier one."""
    k = threshold_of(earlier, later)
    return tuple(dict.fromkeys(_holds(earlier, later, k)))


def _holds(earlier: PublishedTables, later: PublishedTables, k: int) -> Iterator[Hold]:
    if earlier.wave.id != later.wave.id:
        yield Hold("renamed")
    if _is_small(later.wave.respondents - earlier.wave.respondents, k):
        yield Hold("respondents")
    before, after = ({table.id: table for table in release.tables} for release in (earlier, later))
    for name in sorted(before.keys() ^ after.keys()):
        yield Hold("tables", name, (before | after)[name].title)
    for name, table in after.items():
        if name in before:
            yield from (Hold(reason, name, table.title) for reason in _reasons(before[name], table, k))


def _reasons(before: Table, after: Table, k: int) -> Iterator[str]:
    if _groups(before) != _groups(after):
        yield "groups"
    elif _answers(before) != _answers(after):
        yield "answers"
    elif _pattern(before) != _pattern(after):
        yield "pattern"
    else:
        yield from _changes(before, after, k)


def _groups(table: Table) -> tuple[object, ...]:
    return tuple((group.code, frozenset(group.members)) for group in table.groups)


def _answers(table: Table) -> tuple[object, ...]:
    categories = tuple((each.code, each.part, frozenset(each.members), each.score) for each in table.categories)
    return categories, table.kind, table.base.rule, table.base.categories, table.routed_by, table.shown_if


def _pattern(table: Table) -> tuple[object, ...]:
    cells = tuple((cell.status.is_shown, cell.count is None, cell.share is None) for cell in table.cells)
    bases = tuple(group.base is None for group in table.groups)
    means = tuple((mean.group, mean.status.is_shown, mean.decimals, mean.n is None) for mean in table.means)
    return cells, bases, means


def _changes(before: Table, after: Table, k: int) -> Iterator[str]:
    for group in after.groups:
        change = _Change.of(before, after, group.code)
        if any(_is_small(number, k) for number in change.printed()):
            yield "change"
        if any(_is_small(number, k) for number in change.left_over()):
            yield "rest"
        if change.is_alike():
            yield "alike"
    if _means_differ(before, after):
        yield "mean"


def _is_small(change: int, k: int) -> bool:
    return 0 < abs(change) < k


@dataclass(frozen=True)
class _Change:
    """By how many people the numbers of one group of a table differ; a withheld cell has no number."""

    table: Table
    respondents: int
    base: int | None
    cells: Mapping[str, int | None]

    @classmethod
    def of(cls, before: Table, after: Table, group: str) -> _Change:
        then, now = before.group(group), after.group(group)
        cells = {}
        for category in after.categories:
            counts = before.cell(category.code, group).count, after.cell(category.code, group).count
            cells[category.code] = None if counts[0] is None or counts[1] is None else counts[1] - counts[0]
        base = None if then.base is None or now.base is None else now.base - then.base
        return cls(after, now.respondents - then.respondents, base, cells)

    def printed(self) -> Iterator[int]:
        yield self.respondents
        yield from (change for change in (self.base, *self.cells.values()) if change is not None)

    def left_over(self) -> Iterator[int]:
        """Whatever a reader gets by subtracting printed numbers: withheld cells together, those who did not tick."""
        yield self._beyond(self.respondents, [each.code for each in self.table.categories if each.part.adds_up])
        if self.base is not None:
            yield self._beyond(self.base, self.table.base.categories)
        for category in self.table.categories:
            change = self.cells[category.code]
            if change is not None and category.part is Part.NET and self.table.kind != "multiple":
                yield self._beyond(change, self._inside(category))
            if change is not None and category.part is Part.TICKED and self.base is not None:
                yield self.base - change

    def _inside(self, net: Category) -> list[str]:
        inside = set(net.members)
        answers = [each for each in self.table.categories if each.part is Part.ANSWER]
        return [each.code for each in answers if set(each.members or (each.code,)) <= inside]

    def _beyond(self, whole: int, codes: list[str] | tuple[str, ...]) -> int:
        return whole - sum(self.cells.get(code) or 0 for code in codes)

    def is_alike(self) -> bool:
        """Whether all, or all but one, of those who came or left are in one category: their answers are then known."""
        people = abs(self.respondents)
        adding = [each.code for each in self.table.categories if each.part.adds_up]
        if people == 0 or len(adding) < 2:
            return False
        return any(abs(self.cells[code] or 0) >= people - 1 for code in adding)


def _means_differ(before: Table, after: Table) -> bool:
    """A mean that rests on a withheld count tells of a change in it that no count shows."""
    means = {mean.group: mean.value for mean in before.means}
    return any(
        mean.value != means.get(mean.group)
        and any(
            after.cell(each.code, mean.group).status is Status.CONFIDENTIAL
            for each in after.categories
            if each.part is Part.ANSWER
        )
        for mean in after.means
    )
