"""Translations of a questionnaire: PO files with a state for every string, and whether a language may be offered.

``msgctxt`` is the permanent path of the string (``question.benefit.text``), ``msgid`` the source text it was made from.
When the source text has changed since, the translation is stale and not used. States follow TRAPD (Harkness 2003).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polib

from barometer.problems import UnusableInput
from barometer.questionnaire.catalogue import fault


class TranslationState(StrEnum):
    MISSING = "missing"
    """No entry, an empty one, or one still marked new or fuzzy."""
    STALE = "stale"
    """Made from a source text that has changed since."""
    TRANSLATED = "translated"
    REVIEWED = "reviewed"
    ADJUDICATED = "adjudicated"
    UNUSED = "unused"
    """An entry for a string the questionnaire does not hold."""

    @property
    def is_ready(self) -> bool:
        return self in _LEVELS


_LEVELS = (TranslationState.TRANSLATED, TranslationState.REVIEWED, TranslationState.ADJUDICATED)


@dataclass(frozen=True)
class SourceString:
    """One text of the questionnaire as its author wrote it."""

    path: str
    text: str
    line: int = 0


@dataclass(frozen=True)
class TranslatedString:
    path: str
    state: TranslationState
    text: str = ""
    line: int = 0


@dataclass(frozen=True)
class Translation:
    """How far the translation into one language has come."""

    language: str
    file: str
    declared: bool
    """Whether the questionnaire names the language among those it is to be offered in."""
    strings: tuple[TranslatedString, ...]

    @property
    def counts(self) -> Mapping[TranslationState, int]:
        counted = Counter(string.state for string in self.strings)
        return {state: counted[state] for state in TranslationState}

    @property
    def is_complete(self) -> bool:
        """Whether every string is translated and none is stale."""
        return all(string.state.is_ready for string in self.strings if string.state is not TranslationState.UNUSED)

    @property
    def offered(self) -> bool:
        return self.declared and self.is_complete

    @property
    def level(self) -> TranslationState | None:
        """The lowest review level of its strings; None while the translation is not complete."""
        if not self.is_complete:
            return None
        states = {string.state for string in self.strings}
        return next((level for level in _LEVELS if level in states), None)

    @property
    def texts(self) -> Mapping[str, str]:
        """The usable translations by path."""
        return {string.path: string.text for string in self.strings if string.state.is_ready}


@dataclass(frozen=True)
class _Entry:
    made_from: str
    text: str
    state: TranslationState
    line: int = field(compare=False, default=0)


def read_translation(
    language: str, file: str, content: str, source: Mapping[str, SourceString], *, declared: bool
) -> Translation:
    """Compare one PO file with the source strings. Raises UnusableInput where it is no PO file or repeats a string."""
    entries = _entries(file, content)
    strings = [_translated(string, entries.get(path)) for path, string in source.items()]
    unused = [
        TranslatedString(path, TranslationState.UNUSED, entry.text, entry.line)
        for path, entry in entries.items()
        if path not in source
    ]
    return Translation(language, file, declared, (*strings, *unused))


def untranslated(language: str, file: str, source: Mapping[str, SourceString]) -> Translation:
    """Stand in for a declared language nobody has begun."""
    return Translation(language, file, True, tuple(TranslatedString(path, TranslationState.MISSING) for path in source))


def _translated(string: SourceString, entry: _Entry | None) -> TranslatedString:
    if entry is None:
        return TranslatedString(string.path, TranslationState.MISSING)
    state = entry.state
    if state.is_ready and entry.made_from != string.text:
        state = TranslationState.STALE
    return TranslatedString(string.path, state, entry.text, entry.line)


def _entries(file: str, content: str) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for entry, line in _parse(file, content):
        if not entry.msgctxt:
            raise UnusableInput([fault("po-no-context", file=file, line=line, text=entry.msgid[:60])])
        if entry.msgctxt in entries:
            raise UnusableInput([fault("po-twice", file=file, line=line, item=entry.msgctxt)])
        entries[entry.msgctxt] = _Entry(entry.msgid, entry.msgstr, _state_of(file, line, entry), line)
    return entries


_HEADER = 'msgid ""\nmsgstr ""\n\n'


def _parse(file: str, content: str) -> list[tuple[polib.POEntry, int]]:
    """Give the entries in use, each with its line.

    Without a header polib would take the first entry's comment, where the state stands, for the file's; and it takes a
    text that names an existing file for that file, which nothing that begins with a line end can be.
    """
    added = "\n" if _has_header(content) else "\n" + _HEADER
    before = added.count("\n")
    try:
        entries = polib.pofile(added + content)
    except (OSError, ValueError, IndexError, LookupError) as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) - before if found else 0
        raise UnusableInput([fault("po-syntax", file=file, line=max(line, 0))]) from error
    return [(entry, (entry.linenum or before + 1) - before) for entry in entries if not entry.obsolete]


def _has_header(content: str) -> bool:
    lines = (line.strip() for line in content.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "") == 'msgid ""'


_STATE = re.compile(r"^\s*state:\s*(\S+)\s*$", re.MULTILINE)


def _state_of(file: str, line: int, entry: polib.POEntry) -> TranslationState:
    if not entry.msgstr.strip() or "fuzzy" in entry.flags:
        return TranslationState.MISSING
    written = _STATE.search(entry.tcomment or "")
    if written is None:
        return TranslationState.TRANSLATED
    if written.group(1) == "new":
        return TranslationState.MISSING
    if written.group(1) not in _LEVELS:
        raise UnusableInput([fault("po-state", file=file, line=line, item=entry.msgctxt, found=written.group(1))])
    return TranslationState(written.group(1))
