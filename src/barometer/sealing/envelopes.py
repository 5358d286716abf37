"""The sealed envelope: one sheet, encrypted to the wave's key, as a row of one size for the whole wave.

The largest sheet that the questionnaire allows decides the size. age files differ in length by random filler of their
own, so the row is a length, the age file, and random bytes to the end: length and filler depend on no answer.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from math import ceil
from typing import Any

import pyrage
from pyrage import x25519

from barometer.answering.sheet import Answer, AnswerSheet
from barometer.answering.validation import OTHER_TEXT_CHARACTERS, TEXT_CHARACTERS
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.sealing.keys import KeyPair, PublicKey
from barometer.sealing.packing import LENGTH_BYTES, canonical, pack, unpack

ENVELOPE_FORMAT = "kumppani answer 1"
STEP = 1024
HEAD = 1536
"""Bytes for all that is not an answer: identifiers, language, channel, mode, consent, flags, last page."""
NUMBER_BYTES = 32
CHARACTER_BYTES = 4
"""The longest UTF-8 character. (A control character takes six in JSON; validation lets none through.)"""
AGE_OVERHEAD = 512
"""More than the header and the random filler of an age file for one recipient (213 to 385 bytes in 20,000 files)."""
AGE_CHUNK = 65_536
AGE_CHUNK_TAG = 16


@dataclass(frozen=True)
class Envelope:
    """What is encrypted. The identifier is repeated inside, so that a row copied under another name is noticed."""

    wave: str
    questionnaire: str
    """The digest of the questionnaire that was answered."""
    identifier: str
    sheet: AnswerSheet
    format: str = ENVELOPE_FORMAT


class CannotOpen(ValueError):
    """The row was sealed to another key, or a byte of it was changed."""


class NotAnEnvelope(ValueError):
    """The row opens, and what is inside is no answer of ours."""


def sealed_size(questionnaire: Questionnaire) -> int:
    """Bytes of the largest possible envelope of this questionnaire, in whole steps."""
    answers = sum(_largest(question) for question in questionnaire.questions())
    return STEP * ceil((HEAD + answers) / STEP)


def row_size(size: int) -> int:
    """Bytes of a sealed row whose envelope is filled up to ``size``."""
    return LENGTH_BYTES + size + AGE_OVERHEAD + AGE_CHUNK_TAG * ceil(size / AGE_CHUNK)


def seal(envelope: Envelope, recipient: PublicKey, size: int) -> bytes:
    """Encrypt to the wave's key. Always `row_size(size)` bytes; DoesNotFit where the sheet is larger than allowed."""
    content = pack(canonical(as_plain(envelope)), size)
    room = row_size(size)
    while True:
        sealed = pyrage.encrypt(content, [x25519.Recipient.from_str(recipient.age)])
        if LENGTH_BYTES + len(sealed) <= room:
            return pack(sealed, room, filler=secrets.token_bytes(room))


def open_envelope(row: bytes, wave_key: KeyPair) -> Envelope:
    """Decrypt a sealed row; CannotOpen or NotAnEnvelope where it is not one of this key's."""
    try:
        content = pyrage.decrypt(unpack(row), [x25519.Identity.from_str(wave_key.secret)])
    except (pyrage.DecryptError, ValueError):
        raise CannotOpen from None
    try:
        return from_plain(json.loads(unpack(content)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotAnEnvelope from None


def as_plain(envelope: Envelope) -> dict[str, Any]:
    sheet = envelope.sheet
    return {
        "format": envelope.format,
        "wave": envelope.wave,
        "questionnaire": envelope.questionnaire,
        "identifier": envelope.identifier,
        "language": sheet.language,
        "channel": sheet.channel,
        "mode": sheet.mode,
        "consent": sheet.consent,
        "last_page": sheet.last_page,
        "flags": list(sheet.flags),
        "answers": plain_answers(sheet.answers),
    }


def from_plain(plain: dict[str, Any]) -> Envelope:
    """The reverse of `as_plain`; ValueError, KeyError or TypeError where it is not an envelope of this format."""
    if plain["format"] != ENVELOPE_FORMAT:
        raise ValueError("another format")
    words = {name: plain[name] for name in ("language", "channel", "mode", "consent", "last_page")}
    outside = [plain[name] for name in ("wave", "questionnaire", "identifier")]
    if not all(isinstance(word, str) for word in [*words.values(), *outside, *plain["flags"]]):
        raise TypeError("a text is not a text")
    sheet = AnswerSheet(answers=answers_from_plain(plain["answers"]), flags=tuple(plain["flags"]), **words)
    wave, questionnaire, identifier = outside
    return Envelope(wave, questionnaire, identifier, sheet)


def plain_answers(answers: Any) -> dict[str, Any]:
    return {item: list(answer) if isinstance(answer, tuple) else answer for item, answer in answers.items()}


def answers_from_plain(plain: dict[str, Any]) -> dict[str, Answer]:
    return {item: _answer(value) for item, value in plain.items()}


def _answer(value: Any) -> Answer:
    if isinstance(value, list) and all(isinstance(code, str) for code in value):
        return tuple(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("not an answer")
    return value if isinstance(value, str) else float(value)


def _largest(question: Question) -> int:
    """Bytes of the longest JSON that the answers to one question can take, keys, quotes and commas included."""
    bytes_ = sum(len(item.encode()) + 4 + _longest_value(question) for item in question.items)
    if any(option.asks_text for option in question.options):
        bytes_ += len(f"{question.id}.other".encode()) + 4 + _text_bytes(OTHER_TEXT_CHARACTERS)
    return bytes_


def _longest_value(question: Question) -> int:
    codes = [len(option.code.encode()) + 3 for option in question.options]
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            return max(codes, default=2)
        case Kind.MULTIPLE | Kind.RANKING:
            return sum(codes) + 2
        case Kind.TEXT:
            return _text_bytes(question.max_characters or TEXT_CHARACTERS)
        case Kind.NUMBER | Kind.DATE | Kind.INFO:
            return NUMBER_BYTES


def _text_bytes(characters: int) -> int:
    return CHARACTER_BYTES * characters + 2
