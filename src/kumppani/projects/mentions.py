"""Who is named in a text: an @ before the whole name of somebody who takes part. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable


def named_in(text: str, people: Iterable[tuple[int, str]]) -> set[int]:
    """The numbers of those whose name stands behind an @; of names that begin alike the longest counts."""
    found, rest = set(), text
    for number, name in sorted(people, key=lambda person: -len(person[1])):
        pattern = re.compile(rf"@{re.escape(name)}(?!\w)", re.IGNORECASE)
        if name.strip() and pattern.search(rest):
            found.add(number)
            rest = pattern.sub(" ", rest)
    return found


def without(name: str, text: str, people: Iterable[str], *, instead: str) -> str:
    """The text with ``instead`` for every mention of one name, read as above: longer names stay whole."""
    names = sorted({other for other in people if other.strip()} | {name}, key=len, reverse=True)
    pattern = re.compile(rf"@({'|'.join(re.escape(other) for other in names)})(?!\w)", re.IGNORECASE)
    return pattern.sub(
        lambda found: f"@{instead}" if found[1].casefold() == name.casefold() else found[0],
        text,
    )
