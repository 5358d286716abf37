"""What differs between two versions, paragraph by paragraph, word by word within a changed one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from kumppani.publishing.models import Version

PIECES = re.compile(r"\s+|\w+|[^\w\s]")
MOST_PIECES = 4_000
"""A longer pair is compared by paragraphs alone: comparing words takes time with the square of their number."""


@dataclass(frozen=True)
class Piece:
    """A run of words: ``same``, ``gone`` or ``new``."""

    what: str
    words: str


def differences(old: Version, new: Version) -> list[list[Piece]]:
    """The paragraphs of both, in order; a list of no paragraphs where nothing differs."""
    before, after = _paragraphs(old), _paragraphs(new)
    if before == after:
        return []
    return list(_merged(before, after))


def _merged(before: list[str], after: list[str]) -> Iterator[list[Piece]]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for what, start, end, other, last in matcher.get_opcodes():
        if what == "equal":
            yield from ([Piece("same", words)] for words in before[start:end])
            continue
        pairs = min(end - start, last - other)
        for here, there in zip(before[start : start + pairs], after[other : other + pairs], strict=True):
            yield list(_words(here, there))
        yield from ([Piece("gone", words)] for words in before[start + pairs : end])
        yield from ([Piece("new", words)] for words in after[other + pairs : last])


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = PIECES.findall(before), PIECES.findall(after)
    if len(old) + len(new) > MOST_PIECES:
        yield from (Piece("gone", before), Piece("new", after))
        return
    for what, start, end, other, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(old[start:end]))
            continue
        if end > start:
            yield Piece("gone", "".join(old[start:end]))
        if last > other:
            yield Piece("new", "".join(new[other:last]))


def _paragraphs(version: Version) -> list[str]:
    return [words.strip() for words in re.split(r"\n\s*\n", version.everything_said()) if words.strip()]
