"""Cells by column to a ResponseSet: codes checked, the reason of every empty cell decided by routing.

Routing is asked once for each distinct combination of the answers that conditions look at, so that a hundred thousand
respondents cost a few dozen evaluations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from barometer.answering.routing import deciding_items, route
from barometer.answering.sheet import Answer
from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.responses import Column, ResponseSet
from barometer.responses_csv.coding import NUMBER, answer_in, coded, faults_in, state_of, text_column

META = ("_language", "_mode", "_channel", "_last_page", "_flags", "_weight")
MOST_PROBLEMS = 20
"""More are not listed: who mends these and reads again sees the rest."""


@dataclass(frozen=True)
class Cells:
    """Cells by item and by the columns that begin with ``_``; a column that is absent is empty for everybody."""

    respondents: int
    columns: Mapping[str, Sequence[str]]
    place_of: Callable[[int], tuple[str, int]]
    """Gives file and line of a respondent's row, for messages."""
    _filled: dict[str, NDArray[np.bool_]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, name: str) -> Sequence[str]:
        return self.columns.get(name) or ("",) * self.respondents

    def filled(self, name: str) -> NDArray[np.bool_]:
        if name not in self._filled:
            self._filled[name] = np.fromiter(map(bool, self.of(name)), np.bool_, self.respondents)
        return self._filled[name]


@dataclass
class Faults:
    """The problems found so far, each with the place of the first cell that has it."""

    cells: Cells
    problems: list[Problem] = field(default_factory=list)

    def add(self, column: str, row: int, code: str, message: str, remedy: str) -> None:
        file, line = self.cells.place_of(row)
        self.problems.append(Problem(code, message, remedy, file, line, f"column {column}"))

    def stop_if_any(self) -> None:
        if self.problems:
            raise UnusableInput(sorted(self.problems, key=lambda problem: problem.line)[:MOST_PROBLEMS])


@dataclass(frozen=True)
class Routing:
    """For every respondent, which questions are hidden and which pages were not reached."""

    hidden: Mapping[str, NDArray[np.bool_]]
    unreached: Mapping[str, NDArray[np.bool_]]


def columns_for(questionnaire: Questionnaire) -> Iterator[tuple[str, Question]]:
    """Give every column of answers.csv in order: the items, and the text of "other, specify" after its question."""
    for question in questionnaire.questions():
        for item in question.items:
            yield item, question
        if question.other:
            yield question.other, question


def assemble(questionnaire: Questionnaire, cells: Cells, *, leave_out_hidden: bool) -> ResponseSet:
    """Build the ResponseSet. Raises UnusableInput with up to twenty problems, the earliest line first.

    An answer to something that routing hides is a problem, or with ``leave_out_hidden`` is left out and counted in
    ``notes``; so is an answer on a page after ``_last_page``.
    """
    faults = Faults(cells)
    _check_codes(questionnaire, cells, faults)
    _check_meta(questionnaire, cells, faults)
    faults.stop_if_any()
    routing = routing_of(questionnaire, cells)
    cleaned, left_out = _without_contradictions(questionnaire, cells, routing, faults, leave_out_hidden)
    faults.stop_if_any()
    columns = _coded_columns(questionnaire, cleaned, routing)
    notes = {"left_out": f"{left_out} answers to what routing hides were left out."} if left_out else {}
    return ResponseSet(
        questionnaire,
        cells.respondents,
        MappingProxyType(columns),
        weights=_weights(cells),
        languages=_known(cells, "_language"),
        modes=_known(cells, "_mode"),
        channels=_known(cells, "_channel"),
        last_pages=_known(cells, "_last_page"),
        flags=tuple(frozenset(cell.split()) for cell in _known(cells, "_flags")),
        notes=MappingProxyType(notes),
    )


def routing_of(questionnaire: Questionnaire, cells: Cells) -> Routing:
    """Ask routing once per distinct combination of the answers that any condition looks at."""
    deciding = deciding_items(questionnaire)
    asked = [(item, question) for item, question in columns_for(questionnaire) if item in deciding]
    seen = list(zip(*(_distinguishing(question, cells.of(item)) for item, question in asked), strict=True))
    seen = seen or [()] * cells.respondents
    place = {answers: position for position, answers in enumerate(dict.fromkeys(seen))}
    which = np.fromiter(map(place.__getitem__, seen), np.int64, cells.respondents)
    shown = [route(questionnaire, _answers(asked, answers)).shown_questions for answers in place]
    hidden = {
        question.id: np.array([question.id not in each for each in shown], np.bool_)[which]
        for question in questionnaire.questions()
    }
    return Routing(hidden, _unreached(questionnaire, cells))


def _distinguishing(question: Question, cells: Sequence[str]) -> Sequence[str]:
    """Of a text only "is blank" can matter, so that a thousand texts are two cases."""
    return ["x" if cell else "" for cell in cells] if question.kind is Kind.TEXT else cells


def _answers(asked: Sequence[tuple[str, Question]], cells: Sequence[str]) -> dict[str, Answer]:
    return {item: answer_in(question, cell) for (item, question), cell in zip(asked, cells, strict=True) if cell}


def _unreached(questionnaire: Questionnaire, cells: Cells) -> dict[str, NDArray[np.bool_]]:
    pages = [page for _, page in questionnaire.pages()]
    order = {page.id: position for position, page in enumerate(pages)} | {"": len(pages)}
    last = np.fromiter(map(order.__getitem__, cells.of("_last_page")), np.int64, cells.respondents)
    return {question.id: last < position for position, page in enumerate(pages) for question in page.questions}


def _check_codes(questionnaire: Questionnaire, cells: Cells, faults: Faults) -> None:
    for item, question in columns_for(questionnaire):
        codes = [option.code for option in question.options]
        if len(set(codes)) < len(codes):
            message = "The question lists one option code twice, so its answers cannot be told apart."
            faults.add(item, 0, "answers-duplicate-option", message, "Give each option a code of its own.")
            continue
        if item in cells.columns and item != question.other:
            column = cells.columns[item]
            for fault in faults_in(question, frozenset(column) - {""}):
                faults.add(item, column.index(fault.cell), fault.code, fault.message, fault.remedy)


def _check_meta(questionnaire: Questionnaire, cells: Cells, faults: Faults) -> None:
    pages = {page.id for _, page in questionnaire.pages()}
    for name, known in (("_language", set(questionnaire.languages)), ("_last_page", pages)):
        column = cells.of(name)
        for cell in sorted(set(column) - known - {""}):
            faults.add(
                name,
                column.index(cell),
                "answers-unknown-" + name.strip("_").replace("_", "-"),
                f"{cell[:40]!r} is not in the questionnaire.",
                f"Use one of {', '.join(sorted(known))}, or leave it empty.",
            )
    weights = cells.of("_weight")
    if any(weights):
        for cell in sorted(set(weights)):
            if not _is_weight(cell):
                message = f"{cell[:40]!r} is no weight." if cell else "The weight is missing."
                remedy = "Give everybody a number above 0, or nobody."
                faults.add("_weight", weights.index(cell), "answers-weight", message, remedy)


def _is_weight(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell)) and float(cell) > 0


def _without_contradictions(
    questionnaire: Questionnaire, cells: Cells, routing: Routing, faults: Faults, leave_out: bool
) -> tuple[Cells, int]:
    columns, left_out = dict(cells.columns), 0
    for item, question in columns_for(questionnaire):
        if item not in columns:
            continue
        has_answer = cells.filled(item)
        hidden = has_answer & is_hidden(item, question, cells, routing)
        late = has_answer & routing.unreached[question.id] & ~hidden
        if leave_out and (hidden | late).any():
            left_out += int((hidden | late).sum())
            keep = ~(hidden | late)
            columns[item] = [cell if kept else "" for cell, kept in zip(columns[item], keep, strict=True)]
        else:
            _report(item, hidden, late, faults)
    if left_out == 0:
        return cells, 0
    return Cells(cells.respondents, columns, cells.place_of), left_out


def _report(item: str, hidden: NDArray[np.bool_], late: NDArray[np.bool_], faults: Faults) -> None:
    if hidden.any():
        faults.add(
            item,
            int(hidden.argmax()),
            "answers-hidden",
            f"{int(hidden.sum())} answers stand where the questionnaire's routing shows nothing.",
            "Empty these cells, or read with the version of the questionnaire that was answered.",
        )
    if late.any():
        faults.add(
            item,
            int(late.argmax()),
            "answers-after-last-page",
            f"{int(late.sum())} answers stand on a page after _last_page.",
            "Correct _last_page, or empty these cells.",
        )


def is_hidden(item: str, question: Question, cells: Cells, routing: Routing) -> NDArray[np.bool_]:
    """Say where routing hides the item; "other, please specify" also where its option was not chosen."""
    if item != question.other:
        return routing.hidden[question.id]
    asking = {option.code for option in question.options if option.asks_text}
    chose = {cell: not asking.isdisjoint(cell.split()) for cell in set(cells.of(question.id))}
    return ~np.fromiter(map(chose.__getitem__, cells.of(question.id)), np.bool_, cells.respondents)


def _coded_columns(questionnaire: Questionnaire, cells: Cells, routing: Routing) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for item, question in columns_for(questionnaire):
        column = cells.of(item)
        hidden = is_hidden(item, question, cells, routing)
        state = state_of(cells.filled(item), hidden, routing.unreached[question.id])
        is_text = item == question.other
        columns[item] = text_column(item, column, state) if is_text else coded(question, item, column, state)
    return columns


def _known(cells: Cells, name: str) -> tuple[str, ...]:
    column = cells.of(name)
    return tuple(column) if any(column) else ()


def _weights(cells: Cells) -> NDArray[np.float64] | None:
    column = _known(cells, "_weight")
    return np.array([float(cell) for cell in column]) if column else None
