"""Answers that meet a recipe exactly: who gives them is chance, how many is not.

Items are dealt out in the questionnaire's order, so that routing is settled before the next item. For each item, as
many of those who see it as the counts add up to answer it; the others who see it skip it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from barometer.generating.recipe import SKIPPED, InventedTexts, Recipe, Ticks, Together
from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.model import Kind, OptionKind, Question, Questionnaire
from barometer.responses import ChoiceColumn, MultipleColumn, ResponseSet
from barometer.responses_csv.assembling import Cells, assemble, columns_for, is_hidden, routing_of

Rows = NDArray[np.int64]


@dataclass
class _Dealing:
    """The wave while it is being dealt out: cells by column, and the source of chance."""

    questionnaire: Questionnaire
    recipe: Recipe
    chance: np.random.Generator
    cells: dict[str, list[str]] = field(default_factory=dict)

    def whole(self) -> Cells:
        return Cells(self.recipe.respondents, self.cells, lambda row: ("recipe.yaml", 0))

    def shuffled(self, rows: Rows) -> Rows:
        return rows[self.chance.permutation(len(rows))]

    def write(self, item: str, rows: Rows, cells: Sequence[str]) -> None:
        column = self.cells.setdefault(item, [""] * self.recipe.respondents)
        for row, cell in zip(rows.tolist(), cells, strict=True):
            column[row] = cell


def generate_from_recipe(questionnaire: Questionnaire, recipe: Recipe, seed: int | None = None) -> ResponseSet:
    """Make up a wave with exactly these counts; ``seed`` replaces the recipe's own.

    Raises UnusableInput where the counts cannot be met (more answers than people who see the item, an unknown item or
    code) and where a figure that the recipe promises does not come out.
    """
    chance = np.random.Generator(np.random.PCG64(recipe.seed if seed is None else seed))
    dealing = _Dealing(questionnaire, recipe, chance)
    _check_items(questionnaire, recipe)
    everybody = np.arange(recipe.respondents)
    _deal_counts(dealing, "_language", recipe.languages, dealing.shuffled(everybody))
    _deal_counts(dealing, "_last_page", recipe.last_pages, dealing.shuffled(everybody))
    dealing.write("_mode", everybody, ["web"] * recipe.respondents)
    moods = chance.standard_normal(recipe.respondents) * recipe.mood
    for item, question in columns_for(questionnaire):
        _deal_item(dealing, item, question, moods)
    responses = assemble(questionnaire, dealing.whole(), leave_out_hidden=False)
    _check_figures(responses, recipe)
    return responses


def _deal_item(dealing: _Dealing, item: str, question: Question, moods: NDArray[np.float64]) -> None:
    recipe = dealing.recipe
    if item in dealing.cells:
        return
    if joint := next((each for each in recipe.together if item in each.items), None):
        return _deal_together(dealing, joint)
    rows = dealing.shuffled(_who_see(dealing, item))
    if item in recipe.single:
        _deal_single(dealing, item, question, recipe.single[item], rows, moods)
    elif item in recipe.multiple:
        _deal_ticks(dealing, question, recipe.multiple[item], rows)
    elif item in recipe.texts:
        _deal_texts(dealing, item, recipe.texts[item], rows)


def _who_see(dealing: _Dealing, *items: str) -> Rows:
    """Give the respondents who see all of these items, as far as the answers dealt so far say."""
    cells = dealing.whole()
    routing = routing_of(dealing.questionnaire, cells)
    away = np.zeros(dealing.recipe.respondents, np.bool_)
    for item in items:
        question = dealing.questionnaire.question_of_item(item)
        away |= is_hidden(item, question, cells, routing) | routing.unreached[question.id]
    return np.flatnonzero(~away)


def _deal_counts(dealing: _Dealing, item: str, counts: Mapping[str, int], rows: Rows) -> None:
    answers = [code for code, count in counts.items() for _ in range(count)]
    dealing.write(item, _first(item, rows, len(answers)), answers)


def _deal_together(dealing: _Dealing, joint: Together) -> None:
    combinations = [codes for codes, count in joint.counts.items() for _ in range(count)]
    rows = dealing.shuffled(_who_see(dealing, *joint.items))
    chosen = _first(" and ".join(joint.items), rows, len(combinations))
    for place, item in enumerate(joint.items):
        answers = ["" if codes[place] == SKIPPED else codes[place] for codes in combinations]
        dealing.write(item, chosen, answers)


def _deal_single(
    dealing: _Dealing,
    item: str,
    question: Question,
    counts: Mapping[str, int],
    rows: Rows,
    moods: NDArray[np.float64],
) -> None:
    """Deal answers outside the scale by chance; on a scale with scores, who leans higher gets the higher score."""
    scores = _scores(dealing.recipe, question, counts)
    if not scores:
        return _deal_counts(dealing, item, counts, rows)
    chosen = _first(item, rows, sum(counts.values()))
    outside = {code: count for code, count in counts.items() if code not in scores}
    _deal_counts(dealing, item, outside, chosen)
    on_scale = chosen[sum(outside.values()) :]
    contentment = moods[on_scale] + _leans(dealing, on_scale) + dealing.chance.standard_normal(len(on_scale))
    ascending = sorted(scores, key=lambda code: scores[code])
    in_order = on_scale[np.argsort(contentment, kind="stable")]
    dealing.write(item, in_order, [code for code in ascending for _ in range(counts[code])])


def _scores(recipe: Recipe, question: Question, counts: Mapping[str, int]) -> Mapping[str, float]:
    """Give the score of each code of the scale that somebody chose; nothing where one of them has none."""
    own = {option.code: option.score for option in question.options if option.score is not None}
    known = own or recipe.scales.get(question.scale or "", {})
    on_scale = [o.code for o in question.options if o.kind is OptionKind.SUBSTANTIVE and counts.get(o.code)]
    return {code: known[code] for code in on_scale} if all(code in known for code in on_scale) else {}


def _leans(dealing: _Dealing, rows: Rows) -> NDArray[np.float64]:
    total = np.zeros(len(rows))
    for background, leans in dealing.recipe.leans.items():
        column = dealing.cells[background]
        total += np.array([leans.get(column[row], 0.0) for row in rows.tolist()])
    return total


def _deal_ticks(dealing: _Dealing, question: Question, wanted: Ticks, rows: Rows) -> None:
    """Hand out the most frequent ticks first, then mark the exclusive option for those left without any."""
    chosen = _first(question.id, rows, wanted.answered)
    exclusive = next((option.code for option in question.options if option.exclusive), None)
    ticked: dict[int, list[str]] = {row: [] for row in chosen.tolist()}
    room = question.max_choices or len(question.options)
    for code, count in sorted(wanted.ticks.items(), key=lambda each: -each[1]):
        free = np.array([row for row in ticked if len(ticked[row]) < room], np.int64)
        for row in _first(f"{question.id} {code}", dealing.shuffled(free), count).tolist():
            ticked[row].append(code)
    without = [row for row, codes in ticked.items() if not codes]
    if without and exclusive is None:
        message = f"{len(without)} of {wanted.answered} are left without a tick."
        raise _unmeetable(question.id, message, "Raise the ticks or lower `answered`.")
    dealing.write(question.id, chosen, [" ".join(codes) or str(exclusive) for codes in ticked.values()])


def _deal_texts(dealing: _Dealing, item: str, wanted: InventedTexts, rows: Rows) -> None:
    languages = dealing.cells["_language"]
    used: dict[str, int] = {}
    for row in _first(item, rows, wanted.answered).tolist():
        texts = wanted.by_language.get(languages[row], ())
        if not texts:
            raise _unmeetable(item, f"No text is given in {languages[row]}.", "Write one.")
        place = used.get(languages[row], 0)
        used[languages[row]] = place + 1
        dealing.write(item, np.array([row]), [texts[place % len(texts)]])


def _first(item: str, rows: Rows, count: int) -> Rows:
    if count > len(rows):
        message = f"{count} shall answer, but only {len(rows)} can."
        raise _unmeetable(item, message, "Lower the counts, or let more people see it.")
    return rows[:count]


def _check_items(questionnaire: Questionnaire, recipe: Recipe) -> None:
    known = dict(columns_for(questionnaire))
    named = {
        *recipe.single,
        *recipe.multiple,
        *recipe.texts,
        *recipe.leans,
        *(item for joint in recipe.together for item in joint.items),
    }
    for what, codes, possible in (
        ("language", recipe.languages, set(questionnaire.languages)),
        ("page", recipe.last_pages, {page.id for _, page in questionnaire.pages()}),
    ):
        for code in sorted(set(codes) - possible):
            raise _unmeetable(code, f"The questionnaire has no such {what}.", "Correct the name.")
    for figure in recipe.figures:
        question = known.get(figure.item)
        for code in figure.options if question else ():
            if question and code not in {option.code for option in question.options}:
                raise _unmeetable(figure.item, f"A figure names {code}, which is no option.", "Correct the code.")
    for item in sorted((named | {figure.item for figure in recipe.figures}) - set(known)):
        raise _unmeetable(item, "The questionnaire has no such item.", "Correct the name.")
    for item, question in known.items():
        if item not in named and item != question.other:
            raise _unmeetable(item, "The recipe says nothing about this item.", "Add its counts.")
        wrong = (question.kind is Kind.MULTIPLE) != (item in recipe.multiple) and item != question.other
        if wrong:
            raise _unmeetable(item, "It stands under the wrong heading.", "Use `multiple` for multiple choices alone.")


def _check_figures(responses: ResponseSet, recipe: Recipe) -> None:
    for figure in recipe.figures:
        count, base = counted(responses, figure.item, figure.options)
        percent = (200 * count + base) // (2 * base) if base else -1
        if (count, base, percent) != (figure.count, figure.base, figure.percent):
            message = (
                f"{' or '.join(figure.options)} gives {count} of {base} = {percent} %, "
                f"not {figure.count} of {figure.base} = {figure.percent} %."
            )
            raise _unmeetable(figure.item, message, "Correct the counts or the figure.")


def counted(responses: ResponseSet, item: str, options: Sequence[str]) -> tuple[int, int]:
    """Give how many chose one of these options, and how many answered the item ("cannot say" included)."""
    column = responses.columns[item]
    if isinstance(column, MultipleColumn):
        places = [column.codes.index(code) for code in options]
        return int(column.ticked[:, places].any(axis=1).sum()), int((column.state == 0).sum())
    assert isinstance(column, ChoiceColumn)
    chosen = np.isin(column.values, [column.codes.index(code) for code in options])
    question = responses.questionnaire.question_of_item(item)
    outside = [o.code for o in question.options if o.kind is OptionKind.NOT_APPLICABLE]
    apart = np.isin(column.values, [column.codes.index(code) for code in outside])
    return int(chosen.sum()), int(((column.values >= 0) & ~apart).sum())


def _unmeetable(item: str, message: str, remedy: str) -> UnusableInput:
    return UnusableInput([Problem("recipe-unmeetable", message, remedy, "recipe.yaml", 0, item)])
