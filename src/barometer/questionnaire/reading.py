"""Read a questionnaire's folder into the typed tree: ``questionnaire.yaml`` and ``texts/<language>.po``.

Reading refuses what has not the right form; whether the questionnaire makes sense is for `checks`. A language is
offered only when its translation is complete and not stale; until then its texts are not used at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.building import Builder, Say
from barometer.questionnaire.catalogue import fault
from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire.shape import differences
from barometer.questionnaire.translations import SourceString, Translation, read_translation, untranslated
from barometer.questionnaire.yaml_source import LARGEST_FILE, Located, decode, read_yaml
from barometer.texts import Text

STRUCTURE = "questionnaire.yaml"
TEXTS = "texts"
Files = Mapping[str, str | bytes]


def read_questionnaire(files: Files) -> Questionnaire:
    """Read the files of one questionnaire, by name relative to its folder.

    Raises UnusableInput with every problem of form found. Files of other names are ignored.
    """
    document = _document(files)
    translations = _translations(files, document)
    spoken = {translation.language: translation.texts for translation in translations if translation.offered}
    source_language = document.of("source_language")
    languages = tuple(
        language for language in document.of("languages") if language == source_language or language in spoken
    )

    def say(string: SourceString) -> Text:
        said = {language: spoken[language][string.path] for language in languages if language != source_language}
        return Text.of({source_language: string.text, **said})

    return replace(_build(document, say), languages=languages, translations=translations)


def read_questionnaire_folder(folder: Path) -> Questionnaire:
    """Read a questionnaire from its folder. Raises UnusableInput."""
    return read_questionnaire(files_of_folder(folder))


def files_of_folder(folder: Path) -> dict[str, bytes]:
    """Give the files a questionnaire is made of; of a file too large, only as much as shows that it is."""
    paths = [folder / STRUCTURE, *sorted((folder / TEXTS).glob("*.po"))]
    return {path.relative_to(folder).as_posix(): _bytes_of(path) for path in paths if path.is_file()}


def source_strings(files: Files) -> Mapping[str, SourceString]:
    """Give every string there is to translate, by its path, in the order of the file. Raises UnusableInput."""
    return _source_strings(_document(files))


def translation_states(files: Files) -> Mapping[str, Translation]:
    """Say by language how far each translation has come, offered or not. Raises UnusableInput."""
    return {translation.language: translation for translation in _translations(files, _document(files))}


@cache
def questionnaire_schema() -> dict[str, Any]:
    """Give the JSON Schema of ``questionnaire.yaml``."""
    text = package_files("barometer").joinpath("schemas/questionnaire.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def _document(files: Files) -> Located:
    if STRUCTURE not in files:
        raise UnusableInput([fault("file-missing", file=STRUCTURE)])
    document = read_yaml(STRUCTURE, files[STRUCTURE])
    _refuse(differences(STRUCTURE, document, questionnaire_schema()))
    return document


def _build(document: Located, say: Say) -> Questionnaire:
    builder = Builder(STRUCTURE, say)
    built = builder.questionnaire(document)
    _refuse(tuple(builder.problems))
    return built


def _source_strings(document: Located) -> dict[str, SourceString]:
    strings: dict[str, SourceString] = {}

    def collect(string: SourceString) -> Text:
        strings.setdefault(string.path, string)
        return Text()

    _build(document, collect)
    return strings


def _translations(files: Files, document: Located) -> tuple[Translation, ...]:
    source = _source_strings(document)
    declared = [language for language in document.of("languages") if language != document.of("source_language")]
    names = {name: name.removeprefix(f"{TEXTS}/").removesuffix(".po") for name in files if _is_translation(name)}
    begun = {
        language: read_translation(language, name, decode(name, files[name]), source, declared=language in declared)
        for name, language in sorted(names.items())
        if language != document.of("source_language")
    }
    missing = {
        language: untranslated(language, f"{TEXTS}/{language}.po", source)
        for language in declared
        if language not in begun
    }
    return tuple((begun | missing)[language] for language in [*declared, *sorted(set(begun) - set(declared))])


def _is_translation(name: str) -> bool:
    return name.startswith(f"{TEXTS}/") and name.endswith(".po")


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise UnusableInput(problems)
