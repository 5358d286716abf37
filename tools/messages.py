"""Keeps the site's translations: finds every translatable string, and says what is untranslated. Needs no GNU gettext.

`make messages` runs it to update the catalogues; `make check` runs it with `--check`, which writes nothing and fails
when a catalogue is not up to date, a string is untranslated or marked fuzzy, or a placeholder was lost. The site
compiles them when it starts, so nothing compiled is kept. A string that vanished from the code stays in the catalogue
as obsolete, so that it can come back with its translation; `--prune` drops those.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

REPOSITORY = Path(__file__).resolve().parent.parent
SITE = Path("src/kumppani")
LANGUAGES = ("fi", "sv", "ar")


@dataclass(frozen=True)
class PluralForms:
    """How a language counts: how many forms it has, which number takes which, and which forms name their number."""

    forms: int
    rule: str
    counted: frozenset[int]

    @property
    def header(self) -> str:
        return f"nplurals={self.forms}; plural={self.rule};"


ONE_AND_MANY = PluralForms(2, "(n != 1)", frozenset({1}))
ARABIC = PluralForms(
    6,
    "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5)",
    frozenset({3, 4, 5}),
)
"""None, one and two are words of their own in Arabic; the other forms stand beside a number."""
PLURALS = {"fi": ONE_AND_MANY, "sv": ONE_AND_MANY, "ar": ARABIC}

SINGULAR, PLURAL = None, (1, 2)
WITH_CONTEXT, PLURAL_WITH_CONTEXT = ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    "_": SINGULAR,
    "gettext": SINGULAR,
    "gettext_lazy": SINGULAR,
    "gettext_noop": SINGULAR,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": WITH_CONTEXT,
    "pgettext_lazy": WITH_CONTEXT,
    "npgettext": PLURAL_WITH_CONTEXT,
    "npgettext_lazy": PLURAL_WITH_CONTEXT,
}
NAMED = re.compile(r"%\((\w+)\)[a-z]|(?<!\{)\{(\w*)[^{}]*\}(?!\})")
POSITIONAL = re.compile(r"(?<!%)(?:%%)*(%[sdif])")

Key = tuple[str | None, str]
"""Context and English text: what tells two strings apart."""


@dataclass
class Found:
    """A translatable string and the files it stands in. Line numbers are left out: they change with every edit."""

    context: str | None
    text: str
    plural: str = ""
    files: set[str] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="write nothing; fail when something is missing")
    arguments.add_argument("--prune", action="store_true", help="drop strings that no code uses any more")
    options = arguments.parse_args()
    if options.check:
        faults = list(faults_in(REPOSITORY))
        print("\n".join(faults) if faults else "translations: complete in " + ", ".join(LANGUAGES))
        return 1 if faults else 0
    update(REPOSITORY, prune=options.prune)
    return 0


def update(root: Path, *, prune: bool = False) -> None:
    """Bring every catalogue up to date with the code, keeping what is translated."""
    found = strings_of(root)
    for language in LANGUAGES:
        path = catalogue_of(root, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = merged(found, _read(path), language, prune=prune)
        path.write_text(str(catalogue), encoding="utf-8")
        missing = sum(1 for entry in catalogue if not entry.obsolete and not is_translated(entry, language))
        print(f"{language}: {len(found)} strings, {missing} without translation")


def faults_in(root: Path) -> Iterator[str]:
    """Give every fault of the catalogues as a line for people."""
    found = strings_of(root)
    for language in LANGUAGES:
        path = catalogue_of(root, language)
        place = path.relative_to(root)
        if not path.is_file():
            yield f"{place}: is missing; run `make messages`"
            continue
        catalogue = _read(path)
        yield from (f"{place}: {fault}" for fault in _faults_of(catalogue, language))
        if str(merged(found, catalogue, language)) != path.read_text(encoding="utf-8"):
            yield f"{place}: is not up to date with the code; run `make messages`"


def strings_of(root: Path) -> dict[Key, Found]:
    """Find every translatable string of the site, in Python files and in templates."""
    found: dict[Key, Found] = {}
    for path in sorted((root / SITE).rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or (path.suffix != ".py" and "templates" not in path.parts):
            continue
        name = path.relative_to(root).as_posix()
        for context, text, plural, comments in _strings_in(path):
            entry = found.setdefault((context, text), Found(context, text))
            entry.plural = entry.plural or plural
            entry.files.add(name)
            entry.comments.update(comments)
    return found


def merged(found: dict[Key, Found], old: polib.POFile, language: str, *, prune: bool = False) -> polib.POFile:
    """Give the catalogue of what was found with the translations there were, sorted; the rest becomes obsolete."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    new = polib.POFile(wrapwidth=110)
    new.header = old.header
    new.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language].header,
    }
    for key in sorted(found, key=lambda key: (key[1], key[0] or "")):
        new.append(_entry_of(found[key], known.get(key), PLURALS[language].forms))
    for key in sorted(known.keys() - found.keys(), key=lambda key: (key[1], key[0] or "")):
        if is_translated(known[key], language) and not prune:
            new.append(_obsolete(known[key]))
    return new


def is_translated(entry: polib.POEntry, language: str) -> bool:
    """Whether it is said in that language, in each of the forms the language counts with."""
    forms = range(PLURALS[language].forms)
    said = [entry.msgstr_plural.get(form, "") for form in forms] if entry.msgid_plural else [entry.msgstr]
    return all(said) and "fuzzy" not in entry.flags


def catalogue_of(root: Path, language: str) -> Path:
    return root / SITE / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=110) if path.is_file() else polib.POFile(wrapwidth=110)


def _strings_in(path: Path) -> Iterator[tuple[str | None, str, str, list[str]]]:
    """Give context, text, plural and translators' comments of each string in one file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into something like Python; in brackets its indentation means nothing.
        source = f"(\n{templatize(source)}\n)"
    reading = io.BytesIO(source.encode("utf-8"))
    for _, message, comments, context in extract("python", reading, KEYWORDS, ["Translators:"], {"encoding": "utf-8"}):
        text, plural = message if isinstance(message, tuple) else (message, "")
        yield context, text, plural, comments


def _entry_of(found: Found, old: polib.POEntry | None, forms: int) -> polib.POEntry:
    """Make the entry of a string with its old translation; one whose plural is new is no translation any more."""
    entry = polib.POEntry(
        msgctxt=found.context,
        msgid=found.text,
        comment="\n".join(sorted(found.comments)),
        occurrences=[(name, "") for name in sorted(found.files)],
        flags=[flag for flag in (old.flags if old else []) if flag == "fuzzy"],
    )
    if old is not None:
        entry.tcomment = old.tcomment
    if found.plural:
        entry.msgid_plural = found.plural
        kept = old.msgstr_plural if old is not None else {}
        entry.msgstr_plural = {form: kept.get(form, "") for form in range(forms)}
    else:
        entry.msgstr = old.msgstr if old is not None else ""
    if NAMED.search(found.text):
        entry.flags.append("python-format" if "%(" in found.text else "python-brace-format")
    return entry


def _obsolete(entry: polib.POEntry) -> polib.POEntry:
    entry.obsolete = True
    entry.occurrences = []
    entry.comment = ""
    return entry


def _faults_of(catalogue: polib.POFile, language: str) -> Iterator[str]:
    for entry in catalogue:
        if entry.obsolete:
            continue
        shown = f"“{entry.msgid[:60]}”" + (f" ({entry.msgctxt})" if entry.msgctxt else "")
        if "fuzzy" in entry.flags:
            yield f"{shown} is marked fuzzy"
        elif not is_translated(entry, language):
            yield f"{shown} is not translated"
        elif lost := _lost_placeholders(entry, PLURALS[language].counted):
            yield f"{shown} has other placeholders in its translation: {lost}"


def _lost_placeholders(entry: polib.POEntry, counted: frozenset[int]) -> str:
    """Give the placeholders that only the text or only its translation has.

    A form that needs no number beside it, such as the singular, may leave its number out, and brings nothing new.
    """
    if not entry.msgid_plural:
        return ", ".join(sorted(_placeholders(entry.msgid) ^ _placeholders(entry.msgstr)))
    expected = _placeholders(entry.msgid_plural)
    lost: set[str] = set()
    for form, said in entry.msgstr_plural.items():
        lost |= expected ^ _placeholders(said) if form in counted else _placeholders(said) - expected
    return ", ".join(sorted(lost))


def _placeholders(text: str) -> set[str]:
    named = {percent or brace for percent, brace in NAMED.findall(text)}
    return named | {found + str(place) for place, found in enumerate(POSITIONAL.findall(text))}


if __name__ == "__main__":
    sys.exit(main())
