"""Opening a sealed bundle, off the server: rows that are not this wave's are refused, each with its reason.

Whoever holds the public key can seal a row, so rows are also compared with the counts of the day. The sheets come out
in a fresh random order.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from barometer.answering.sheet import Answer, AnswerSheet
from barometer.problems import Problem, Severity, UnusableInput
from barometer.questionnaire.canonical import digest
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.responses_csv import responses_from_sheets
from barometer.sealing.bundles import Bundle, Row
from barometer.sealing.envelopes import CannotOpen, NotAnEnvelope, open_envelope, row_size, sealed_size
from barometer.sealing.keys import KeyPair, unwrap_wave_key
from barometer.sealing.signals import DUPLICATE, HALF_MEDIAN, NEAR_DUPLICATE, flag_after_opening

WORD = re.compile(r"(\w[\w .-]{0,59})?")
"""What a channel, a mode, a consent version and a flag may look like; no spreadsheet takes one for a formula."""


class Reason(StrEnum):
    """Why a row was not opened. The words are shown to people."""

    WRONG_SIZE = "it is not of the size of this wave's rows"
    CANNOT_OPEN = "it was sealed to another key, or changed"
    NOT_AN_ENVELOPE = "what is inside is not an answer of this format"
    OTHER_WAVE = "it belongs to another wave"
    OTHER_QUESTIONNAIRE = "it answers another version of the questionnaire"
    REPLAYED = "it is a copy of another row"
    NOT_AN_ANSWER = "it holds an answer that the questionnaire does not allow"


@dataclass(frozen=True)
class Refused:
    """A row that was left closed, by its place among the bundle's rows (the first is 1)."""

    place: int
    reason: Reason


@dataclass(frozen=True)
class Opened:
    """What custodians get: the sheets in random order, and an account of everything that is not among them."""

    sheets: tuple[AnswerSheet, ...]
    refused: tuple[Refused, ...]
    withdrawn: int
    """Rows left out because their respondents withdrew them."""
    duplicates: int
    """Sheets that carry the flag ``duplicate``; they are kept, like those of the next two counts."""
    near_duplicates: int
    quick: int
    """Sheets that took less than half as long as the one in the middle."""
    sent: int
    """How many the daily counts say were sent, the withdrawn included."""
    rows: int
    """How many rows the bundle holds."""
    withdrawals: int
    """How many of the sent ones were withdrawn, whether or not their rows are still in the bundle."""
    demonstration: bool

    @property
    def refused_by_reason(self) -> dict[str, int]:
        return dict(Counter(refused.reason.value for refused in self.refused))

    @property
    def unexplained(self) -> int:
        """Rows beyond (or, negative, short of) what the daily counts say were sent and not withdrawn."""
        return self.rows - self.withdrawn - (self.sent - self.withdrawals)


def open_bundle(
    bundle: Bundle,
    identities: Sequence[KeyPair],
    questionnaire: Questionnaire,
    *,
    file: str = "",
    leave_out_refused: bool = False,
) -> Opened:
    """Open every row of the bundle with the keys of a quorum of custodians.

    UnusableInput where the keys are not enough, the questionnaire is not the wave's, or any row is refused or is not
    explained by the daily counts. With ``leave_out_refused`` the last two are only reported, in the value returned.
    """
    _require_questionnaire(bundle, questionnaire, file)
    _require_kind_of_keys(bundle, identities, file)
    wave_key = unwrap_wave_key(bundle.wave_key, identities)
    opened = _open_rows(bundle, wave_key, questionnaire)
    if not leave_out_refused and (problems := problems_of(opened, file=file)):
        raise UnusableInput(problems)
    return opened


def problems_of(opened: Opened, *, file: str = "") -> tuple[Problem, ...]:
    """Say, a line each, which rows were refused and whether the counts disagree."""
    remedy = "Find out where it came from; then open again and leave refused rows out (--leave-out-refused)."
    problems = [
        Problem(
            "row-refused",
            f"The row is refused: {refused.reason.value}.",
            remedy,
            file=file,
            line=refused.place + 1,
        )
        for refused in opened.refused
    ]
    if opened.unexplained:
        problems.append(_count_problem(opened, file))
    return tuple(problems)


def _count_problem(opened: Opened, file: str) -> Problem:
    more = opened.unexplained > 0
    message = (
        f"The bundle holds {abs(opened.unexplained)} {'more' if more else 'fewer'} rows than the daily counts explain "
        f"({opened.sent} sent, {opened.withdrawals} withdrawn, {opened.rows} rows)."
    )
    remedy = "Rows were forged or lost; compare with the wave's history before anything is computed."
    return Problem("counts-differ", message, remedy, file=file, line=1, severity=Severity.ERROR)


def _open_rows(bundle: Bundle, wave_key: KeyPair, questionnaire: Questionnaire) -> Opened:
    size = row_size(sealed_size(questionnaire))
    sheets: list[AnswerSheet] = []
    places: list[int] = []
    refused: list[Refused] = []
    withdrawn = 0
    met: set[str] = set()
    for place, row in enumerate(bundle.rows, start=1):
        if row.identifier in bundle.withdrawn and row.identifier not in met:
            met.add(row.identifier)
            withdrawn += 1
            continue
        result = _open_row(row, bundle, wave_key, questionnaire, size, met)
        met.add(row.identifier)
        if isinstance(result, Reason):
            refused.append(Refused(place, result))
        else:
            sheets.append(result)
            places.append(place)
    fitting = _fit_the_responses(sheets, questionnaire)
    unfit = [place for place, fits in zip(places, fitting, strict=True) if not fits]
    refused = sorted([*refused, *(Refused(place, Reason.NOT_AN_ANSWER) for place in unfit)], key=lambda one: one.place)
    sheets = [sheet for sheet, fits in zip(sheets, fitting, strict=True) if fits]
    secrets.SystemRandom().shuffle(sheets)
    flagged = flag_after_opening(sheets)
    return Opened(
        sheets=flagged,
        refused=tuple(refused),
        withdrawn=withdrawn,
        duplicates=sum(DUPLICATE in sheet.flags for sheet in flagged),
        near_duplicates=sum(NEAR_DUPLICATE in sheet.flags for sheet in flagged),
        quick=sum(HALF_MEDIAN in sheet.flags for sheet in flagged),
        sent=bundle.counts.sent,
        rows=len(bundle.rows),
        withdrawals=len(bundle.withdrawn),
        demonstration=bundle.demonstration,
    )


def _open_row(
    row: Row, bundle: Bundle, wave_key: KeyPair, questionnaire: Questionnaire, size: int, met: set[str]
) -> AnswerSheet | Reason:
    if len(row.sealed) != size:
        return Reason.WRONG_SIZE
    try:
        envelope = open_envelope(row.sealed, wave_key)
    except CannotOpen:
        return Reason.CANNOT_OPEN
    except NotAnEnvelope:
        return Reason.NOT_AN_ENVELOPE
    if envelope.wave != bundle.wave:
        return Reason.OTHER_WAVE
    if envelope.questionnaire != bundle.questionnaire:
        return Reason.OTHER_QUESTIONNAIRE
    if envelope.identifier != row.identifier or row.identifier in met:
        return Reason.REPLAYED
    if not _is_plain(envelope.sheet) or not are_allowed(envelope.sheet.answers, questionnaire):
        return Reason.NOT_AN_ANSWER
    return envelope.sheet


def _is_plain(sheet: AnswerSheet) -> bool:
    """Whether everything beside the answers is a word, and every text can be written and read."""
    texts = [text for answer in sheet.answers.values() for text in ([answer] if isinstance(answer, str) else [])]
    return all(WORD.fullmatch(word) for word in (sheet.channel, sheet.mode, sheet.consent, *sheet.flags)) and all(
        _is_readable(text) for text in texts
    )


def _is_readable(text: str) -> bool:
    """No control characters but line ends and tabs, no halves of characters."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t" for character in text)


def _fit_the_responses(sheets: Sequence[AnswerSheet], questionnaire: Questionnaire) -> list[bool]:
    """Which sheets can stand in a response set: whoever forges one must not be able to stop all others."""
    try:
        responses_from_sheets(questionnaire, sheets)
    except UnusableInput:
        return [_fits(sheet, questionnaire) for sheet in sheets]
    return [True] * len(sheets)


def _fits(sheet: AnswerSheet, questionnaire: Questionnaire) -> bool:
    try:
        responses_from_sheets(questionnaire, [sheet])
    except UnusableInput:
        return False
    return True


def are_allowed(answers: Mapping[str, Answer], questionnaire: Questionnaire) -> bool:
    """Whether every answer is one that the questionnaire knows; routing is looked at later, by the response set."""
    items = {item: question for question in questionnaire.questions() for item in question.items}
    others = {f"{q.id}.other": q for q in questionnaire.questions() if any(option.asks_text for option in q.options)}
    return all(
        isinstance(answer, str) if item in others else item in items and _is_allowed(answer, items[item])
        for item, answer in answers.items()
    )


def _is_allowed(answer: Answer, question: Question) -> bool:
    codes = {option.code for option in question.options}
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            return isinstance(answer, str) and answer in codes
        case Kind.MULTIPLE | Kind.RANKING:
            return isinstance(answer, tuple) and set(answer) <= codes and len(set(answer)) == len(answer)
        case Kind.NUMBER:
            return isinstance(answer, float) and isfinite(answer)
        case Kind.TEXT | Kind.DATE:
            return isinstance(answer, str)
        case Kind.INFO:
            return False


def _require_questionnaire(bundle: Bundle, questionnaire: Questionnaire, file: str) -> None:
    if digest(questionnaire) != bundle.questionnaire:
        message = f"The questionnaire is not the one that wave “{bundle.wave}” froze."
        remedy = f"Give the questionnaire whose digest begins with {bundle.questionnaire[:12]}."
        raise UnusableInput([Problem("questionnaire-differs", message, remedy, file=file)])


def _require_kind_of_keys(bundle: Bundle, identities: Sequence[KeyPair], file: str) -> None:
    if any(identity.demonstration != bundle.demonstration for identity in identities):
        message = "A demonstration key was given for a real wave, or a real key for a demonstration."
        raise UnusableInput([Problem("demonstration-key", message, "Keep the two apart.", file=file)])
