"""The words of a letter, locked: the key is in the letter alone, so that only its receiver can show them."""

from __future__ import annotations

import pyrage


def seal_words(words: str) -> tuple[bytes, str]:
    """Give the locked words and the key to them; the key is kept nowhere."""
    identity = pyrage.x25519.Identity.generate()
    return pyrage.encrypt(words.encode(), [identity.to_public()]), str(identity)


def unseal_words(sealed: bytes, key: str) -> str:
    return bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key)])).decode()
