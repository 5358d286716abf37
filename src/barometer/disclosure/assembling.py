"""From audited drafts to published tables: titles, cells, bases, means and the losses in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from barometer.disclosure.drafts import Draft
from barometer.disclosure.words import joined, say
from barometer.published import TOTAL, Base, Category, Cell, Group, Loss, Mean, Part, Status, Table
from barometer.questionnaire.conditions import Expression, items_in, to_source
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.texts import Text


def table_of(
    draft: Draft,
    questionnaire: Questionnaire,
    *,
    condition: Expression | None,
    is_astray: bool = False,
    means: Sequence[Mean] = (),
) -> Table:
    """Give the published table of an audited draft. ``is_astray`` says that its answers do not follow the routing."""
    question = questionnaire.question_of_item(draft.item)
    by = None if draft.by is None else questionnaire.question(draft.by)
    return Table(
        item=draft.item,
        by=draft.by,
        title=question.text,
        row_title=row_title(question, draft.item),
        by_title=Text() if by is None else by.text,
        kind="multiple" if draft.ticks else "partition",
        base=_base(draft),
        categories=(*draft.form.categories, *draft.form.nets, *draft.ticks),
        groups=tuple(_groups(draft)),
        cells=tuple(_cells(draft)),
        means=tuple(means),
        routed_by=() if condition is None else tuple(sorted(items_in(condition))),
        notes=(*_notes(question, draft), *((say("note.astray"),) if is_astray else ())),
        shown_if="" if condition is None else to_source(condition),
    )


def row_title(question: Question, item: str) -> Text:
    code = item.partition(".")[2]
    return next((row.label for row in question.rows if row.code == code), Text())


def _base(draft: Draft) -> Base:
    return draft.form.wording()


def _groups(draft: Draft) -> Iterator[Group]:
    for group, base in zip(draft.groups, draft.bases(), strict=True):
        yield Group(group.code, group.label, group.respondents, group.members, base)


def _cells(draft: Draft) -> Iterator[Cell]:
    withheld, unavailable, counts = draft.withheld.tolist(), draft.unavailable.tolist(), draft.counts.tolist()
    for row, category in enumerate(draft.form.categories):
        for place, group in enumerate(draft.groups):
            if unavailable[row][place]:
                yield Cell(category.code, group.code, Status.NOT_AVAILABLE)
            else:
                yield _cell(category, group, counts[row][place], withheld[row][place])
    for net in draft.form.nets:
        rows = [i for i, category in enumerate(draft.form.categories) if set(category.members) <= set(net.members)]
        untold, carries_mark = draft.net_withheld(net).tolist(), np.logical_or.reduce(draft.withheld).tolist()
        totals = draft.counts[rows].sum(axis=0).tolist()
        for place, group in enumerate(draft.groups):
            if untold[place] and not carries_mark[place]:
                yield Cell(net.code, group.code, Status.NOT_AVAILABLE)
            else:
                yield _cell(net, group, totals[place], untold[place])
    ticked, tick_withheld = draft.tick_counts.tolist(), draft.tick_withheld.tolist()
    for row, option in enumerate(draft.ticks):
        for place, group in enumerate(draft.groups):
            yield _cell(option, group, ticked[row][place], tick_withheld[row][place])


def _cell(category: Category, group: Group, count: int, withheld: bool) -> Cell:
    if withheld:
        return Cell(category.code, group.code, Status.CONFIDENTIAL)
    return Cell(category.code, group.code, Status.SHOWN, count)


def _notes(question: Question, draft: Draft) -> Iterator[Text]:
    if question.kind is Kind.RANKING:
        yield say("note.first_choice")
    if draft.ticks and question.max_choices != 1:
        yield say("note.totals_exceed")


def losses_of(draft: Draft, whole: Draft, k: int) -> Iterator[Loss]:
    """Say in words what this table lost."""
    merged = [c for c in draft.form.categories if len(c.members) > 1 and c.part is not Part.NOT_SHOWN]
    if draft.by is None and merged:
        yield Loss(draft.id, "merged", say("loss.answers_merged", k=k, categories=_quoted(merged)))
    if draft.by is not None and draft.form.categories != whole.form.categories and not draft.ticks:
        yield Loss(draft.id, "merged", say("loss.answers_collapsed", categories=_quoted(draft.form.categories)))
    if draft.omitted:
        key = "loss.options_unsaid" if draft.by is None else "loss.options_omitted"
        yield Loss(draft.id, "withheld", say(key, categories=_quoted(draft.omitted)))
    if draft.withheld_cells:
        key = "loss.cell_withheld" if draft.withheld_cells == 1 else "loss.cells_withheld"
        yield Loss(draft.id, "withheld", say(key, count=draft.withheld_cells, k=k))


def _quoted(categories: Sequence[Category]) -> Text:
    return joined([category.label for category in categories], by="; ")


def whole_group(respondents: int) -> Group:
    return Group(TOTAL, Text(), respondents)
