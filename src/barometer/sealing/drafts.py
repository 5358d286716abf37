"""A draft: a sheet that is not finished, readable only with the respondent's code.

Lookup key and encryption key come from the code by HKDF (RFC 5869), so the store holds neither the code nor anything
that leads to it. Encrypted with ChaCha20-Poly1305 (RFC 8439): a passphrase file of age takes over a second each time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from barometer.answering.sheet import Answer, Answers
from barometer.questionnaire.model import Questionnaire
from barometer.sealing.envelopes import STEP, answers_from_plain, plain_answers, sealed_size
from barometer.sealing.packing import canonical, pack, unpack

DRAFT_FORMAT = "kumppani draft 1"
NONCE_BYTES = 12


@dataclass(frozen=True)
class Draft:
    """Where a respondent is. ``seconds`` is a length of time spent on the pages, never a time of day."""

    questionnaire: str
    """The digest of the questionnaire that is being answered."""
    answers: Answers = field(default_factory=dict)
    language: str = ""
    channel: str = ""
    page: str = ""
    """The page to show next; empty before the first."""
    seen: tuple[str, ...] = ()
    """The pages that were shown, in their first order."""
    seconds: int = 0
    honeypot: bool = False


def draft_lookup(wave: str, code: bytes) -> str:
    """The name of a draft in the store, in hex; unlike the identifier of the sealed row of the same code."""
    return _hkdf(code, salt=wave.encode(), info=b"kumppani draft lookup").hex()


def draft_size(questionnaire: Questionnaire) -> int:
    """Bytes of the largest possible draft of this questionnaire, in whole steps."""
    pages = sum(len(page.id.encode()) + 3 for _, page in questionnaire.pages())
    return sealed_size(questionnaire) + STEP * -(-pages // STEP)


def seal_draft(draft: Draft, wave: str, code: bytes, size: int) -> bytes:
    """Encrypt for whoever holds the code; the same length for every draft of a wave."""
    plain = {
        "format": DRAFT_FORMAT,
        "questionnaire": draft.questionnaire,
        "answers": plain_answers(draft.answers),
        "language": draft.language,
        "channel": draft.channel,
        "page": draft.page,
        "seen": list(draft.seen),
        "seconds": draft.seconds,
        "honeypot": draft.honeypot,
    }
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(wave, code).encrypt(nonce, pack(canonical(plain), size), wave.encode())


def open_draft(sealed: bytes, wave: str, code: bytes) -> Draft | None:
    """Decrypt a draft; None where it is not this code's, or damaged."""
    try:
        content = _cipher(wave, code).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], wave.encode())
    except (InvalidTag, ValueError):
        return None
    plain = json.loads(unpack(content))
    if plain.pop("format") != DRAFT_FORMAT:
        return None
    answers: Mapping[str, Answer] = answers_from_plain(plain.pop("answers"))
    return Draft(answers=answers, seen=tuple(plain.pop("seen")), **plain)


def _cipher(wave: str, code: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_hkdf(code, salt=wave.encode(), info=b"kumppani draft encryption"))


def _hkdf(secret: bytes, *, salt: bytes, info: bytes, length: int = 32) -> bytes:
    """HKDF with SHA-256: extract, then expand (RFC 5869, sections 2.2 and 2.3)."""
    key = hmac.new(salt or bytes(32), secret, hashlib.sha256).digest()
    output, block = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.new(key, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
    return output[:length]
