"""From the fields of a posted page to typed answers, or to what the respondent should correct.

Nothing a browser can send raises: what is not understood becomes a Problem with a stable code, by which the site words
it in the respondent's language. Unknown fields are ignored. An empty field is no answer and no fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from barometer.answering.faults import AnswerFault, answer_fault
from barometer.answering.sheet import Answer, Answers
from barometer.problems import Problem
from barometer.questionnaire.model import Kind, Page, Question, Questionnaire

TEXT_CHARACTERS = 2000
"""The longest text of a question that sets no limit of its own."""
OTHER_TEXT_CHARACTERS = 200
"""The longest "other, please specify"."""
_NUMBER_CHARACTERS = 40
_NUMBER_DIGITS = 15
"""So many a computer's number gives back as they were written."""

Posted = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class PageReading:
    """What one posted page says. An item with a problem has no answer here."""

    answers: Answers
    problems: tuple[Problem, ...]


def read_page(questionnaire: Questionnaire, page: Page, posted: Posted) -> PageReading:
    """Read all questions of the page. Whether each was shown is for `routing.route`, which drops what was not."""
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    for question in page.questions:
        refused: list[Problem] = []
        found = dict(_read_question(question, posted, refused))
        if question.required:
            faulty = {problem.item for problem in refused}
            missing = [item for item in question.items if item not in found and item not in faulty]
            refused += [answer_fault("answer-required", item) for item in missing]
        answers.update(found)
        problems += refused
    return PageReading(answers, tuple(problems))


def _read_question(question: Question, posted: Posted, problems: list[Problem]) -> Iterator[tuple[str, Answer]]:
    for item in question.items:
        try:
            answer = _read_item(question, item, posted)
        except AnswerFault as found:
            problems.append(found.problem)
            continue
        if answer is not None:
            yield item, answer
    if problems or question.other is None:
        return  # the text of "other" comes with a choice that was accepted
    try:
        text = _read_other(question, question.other, posted)
    except AnswerFault as found:
        problems.append(found.problem)
    else:
        if text:
            yield question.other, text


def _read_item(question: Question, item: str, posted: Posted) -> Answer | None:
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            return _read_choice(question, item, posted)
        case Kind.MULTIPLE:
            return _read_choices(question, posted)
        case Kind.RANKING:
            return _read_ranking(question, posted)
        case Kind.NUMBER:
            return _read_number(question, _only(item, posted))
        case Kind.DATE:
            return _read_date(question, _only(item, posted))
        case Kind.TEXT:
            return _read_text(item, _only(item, posted), question.max_characters or TEXT_CHARACTERS) or None
        case Kind.INFO:
            return None


def _values(item: str, posted: Posted) -> list[str]:
    """Give the different non-empty values of a field, in the order sent."""
    return list(dict.fromkeys(value for value in posted.get(item, ()) if value.strip()))


def _only(item: str, posted: Posted) -> str:
    values = _values(item, posted)
    if len(values) > 1:
        raise AnswerFault("answer-several", item)
    return values[0] if values else ""


def _read_choice(question: Question, item: str, posted: Posted) -> str | None:
    code = _only(item, posted)
    if not code:
        return None
    if code not in {option.code for option in question.options}:
        raise AnswerFault("answer-unknown-option", item)
    return code


def _read_choices(question: Question, posted: Posted) -> tuple[str, ...] | None:
    chosen = set(_values(question.id, posted))
    if not chosen <= {option.code for option in question.options}:
        raise AnswerFault("answer-unknown-option", question.id)
    if not chosen:
        return None
    alone = [option.code for option in question.options if option.exclusive and option.code in chosen]
    if alone and len(chosen) > 1:
        raise AnswerFault("answer-exclusive", question.id)
    if not alone:
        _check_count(question, len(chosen))
    return tuple(option.code for option in question.options if option.code in chosen)


def _check_count(question: Question, count: int) -> None:
    if question.max_choices is not None and count > question.max_choices:
        raise AnswerFault("answer-too-many", question.id, limit=question.max_choices)
    if question.min_choices is not None and count < question.min_choices:
        raise AnswerFault("answer-too-few", question.id, limit=question.min_choices)


def _read_ranking(question: Question, posted: Posted) -> tuple[str, ...] | None:
    """Read ranks 1, 2, 3 … of the options ranked; the others are left empty."""
    fields = {option.code: _only(f"{question.id}.{option.code}", posted).strip() for option in question.options}
    written = {code: rank for code, rank in fields.items() if rank}
    if not all(re.fullmatch(r"[0-9]{1,4}", rank) for rank in written.values()):
        raise AnswerFault("answer-not-a-rank", question.id)
    ranks = {code: int(rank) for code, rank in written.items()}
    if not ranks:
        return None
    if sorted(ranks.values()) != list(range(1, len(ranks) + 1)):
        raise AnswerFault("answer-ranks-not-in-row", question.id)
    _check_count(question, len(ranks))
    return tuple(sorted(ranks, key=ranks.__getitem__))


_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f")
_GROUPED = re.compile(r"[+-]?(\d{1,3}([ \u00a0\u2009\u202f]\d{3})+|\d+)([.,]\d+)?")


def _read_number(question: Question, written: str) -> float | None:
    """Read digits with a decimal comma or point and spaces between thousands; never a guess about "1.234,5"."""
    written = written.strip().replace("\u2212", "-")
    if not written:
        return None
    if len(written) > _NUMBER_CHARACTERS or not _GROUPED.fullmatch(written):
        raise AnswerFault("answer-not-a-number", question.id)
    digits = written.translate(_SPACES).replace(",", ".")
    if len(digits.lstrip("+-0").replace(".", "")) > _NUMBER_DIGITS:
        raise AnswerFault("answer-not-a-number", question.id)
    _, _, fraction = digits.partition(".")
    number = Decimal(digits)
    if len(fraction.rstrip("0")) > question.decimals:
        raise AnswerFault("answer-too-many-decimals", question.id, limit=question.decimals)
    if question.minimum is not None and number < Decimal(str(question.minimum)):
        raise AnswerFault("answer-too-small", question.id, limit=question.minimum)
    if question.maximum is not None and number > Decimal(str(question.maximum)):
        raise AnswerFault("answer-too-large", question.id, limit=question.maximum)
    return float(number) or 0.0  # no negative zero


def _read_date(question: Question, written: str) -> str | None:
    """Read 2023-02-24, or 24.2.2023 as it is written in Finnish and Swedish."""
    written = written.strip()
    if not written:
        return None
    day = _day(written)
    if day is None:
        raise AnswerFault("answer-not-a-date", question.id)
    if question.earliest is not None and day < question.earliest:
        raise AnswerFault("answer-too-early", question.id, limit=question.earliest)
    if question.latest is not None and day > question.latest:
        raise AnswerFault("answer-too-late", question.id, limit=question.latest)
    return day


def _day(written: str) -> str | None:
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", written)
    local = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", written)
    if iso:
        year, month, day = iso.groups()
    elif local:
        day, month, year = local.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _read_text(item: str, written: str, longest: int) -> str:
    """Give the text with line ends and composed letters made one kind, which is what is counted and sealed."""
    if len(written) > 4 * longest + 4:
        # Even fully decomposed and with double line ends it could not fit; spare the work on megabytes.
        raise AnswerFault("answer-too-long", item, limit=longest)
    text = unicodedata.normalize("NFC", written.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in text):
        raise AnswerFault("answer-control-characters", item)
    if len(text) > longest:
        raise AnswerFault("answer-too-long", item, limit=longest)
    return text


def _read_other(question: Question, item: str, posted: Posted) -> str:
    """Read "other, please specify"; a text without its option is a fault, so that nothing typed is lost silently."""
    text = _read_text(item, _only(item, posted), OTHER_TEXT_CHARACTERS)
    asking = {option.code for option in question.options if option.asks_text}
    if text and asking.isdisjoint(_values(question.id, posted)):
        raise AnswerFault("answer-other-without-option", item)
    return text
