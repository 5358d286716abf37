"""The respondent's code: 128 random bits that are idempotency key, receipt and key of the draft at once.

On paper it is seven groups of four characters that read the same in every language. The alphabet has no I, L, O or U,
so whoever copies one of those from paper meant 1, 1, 0 or V; the last two characters and a half check the rest.
"""

from __future__ import annotations

import hashlib
import secrets

CODE_BYTES = 16
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32."""
MEANT = str.maketrans("ILOU", "110V")
CHARACTERS = 28
CHECK_BITS = CHARACTERS * 5 - CODE_BYTES * 8
GROUP = 4


class CodeMistyped(ValueError):
    """What was typed is not a code: too short, too long, a foreign character, or the check does not agree."""


def new_code() -> bytes:
    return secrets.token_bytes(CODE_BYTES)


def code_text(code: bytes) -> str:
    """Write the code for people: ``7Q2K-…``, 28 characters in groups of four."""
    if len(code) != CODE_BYTES:
        raise ValueError("a code has 16 bytes")
    number = (int.from_bytes(code, "big") << CHECK_BITS) | _check(code)
    characters = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(CHARACTERS)))
    return "-".join(characters[start : start + GROUP] for start in range(0, CHARACTERS, GROUP))


def code_from_text(typed: str) -> bytes:
    """Read a code as a person types it, forgiving case, spaces, hyphens and look-alikes; CodeMistyped otherwise."""
    if len(typed) > CHARACTERS * GROUP:
        raise CodeMistyped("too long")
    characters = "".join(character for character in typed.upper() if character.isalnum()).translate(MEANT)
    if len(characters) != CHARACTERS or not set(characters) <= set(ALPHABET):
        raise CodeMistyped("not 28 characters of the alphabet")
    number = 0
    for character in characters:
        number = number << 5 | ALPHABET.index(character)
    code = (number >> CHECK_BITS).to_bytes(CODE_BYTES, "big")
    if number & ((1 << CHECK_BITS) - 1) != _check(code):
        raise CodeMistyped("the check does not agree")
    return code


def identifier(wave: str, code: bytes) -> str:
    """The name of a sealed row, SHA-256(wave, code) in hex; the code cannot be found from it."""
    return hashlib.sha256(wave.encode() + b"\x00" + code).hexdigest()


def _check(code: bytes) -> int:
    """Twelve bits of a hash: one mistyped code in 4,096 is not noticed."""
    return int.from_bytes(hashlib.sha256(b"kumppani code check\x00" + code).digest()[:2], "big") >> (16 - CHECK_BITS)
