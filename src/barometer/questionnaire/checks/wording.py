"""Texts: there in every language, up to date, with the same placeholders, naming days that exist."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from barometer.problems import Problem
from barometer.questionnaire.catalogue import fault
from barometer.questionnaire.model import Net, Option, Place, Question, Questionnaire
from barometer.questionnaire.translations import Translation, TranslationState
from barometer.texts import Text

_PLACEHOLDER = re.compile(r"%\([A-Za-z_]\w*\)[sd]|\$?\{[A-Za-z_][\w.]*\}")
_DAY = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{3,5})(?!\d)")


@dataclass(frozen=True)
class _Said:
    """One text and where it stands."""

    path: str
    text: Text
    item: str
    place: Place

    def problem(self, code: str, /, **names: object) -> Problem:
        return fault(code, file=self.place.file, line=self.place.line, item=self.item, path=self.path, **names)


def wording_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    for said in _texts(questionnaire):
        for language in questionnaire.languages:
            if not (said.text.said_in(language) or "").strip():
                yield said.problem("translation-missing", language=language)
        yield from _lost_placeholders(said, questionnaire.source_language)
        yield from _impossible_days(said)
    for translation in questionnaire.translations:
        if translation.declared:
            yield from _unready(translation)


def _texts(questionnaire: Questionnaire) -> Iterator[_Said]:
    yield _Said("questionnaire.title", questionnaire.title, questionnaire.id, Place())
    for path, text in (("introduction", questionnaire.introduction), ("closing", questionnaire.closing)):
        if text.by_language:
            yield _Said(f"questionnaire.{path}", text, questionnaire.id, Place())
    shared = {scale.id: scale for scale in questionnaire.scales}
    for scale in questionnaire.scales:
        path = f"scale.{scale.id}" if scale.ordered else f"list.{scale.id}"
        yield from _texts_of_answers(path, path, scale.options, scale.nets, scale.id, scale.place)
    for section in questionnaire.sections:
        yield _Said(f"section.{section.id}.title", section.title, section.id, section.place)
        for page in section.pages:
            yield _Said(f"page.{page.id}.title", page.title, page.id, page.place)
            for question in page.questions:
                yield from _texts_of_question(question, is_shared=question.scale in shared)


def _texts_of_question(question: Question, *, is_shared: bool) -> Iterator[_Said]:
    path = f"question.{question.id}"
    yield _Said(f"{path}.text", question.text, question.id, question.place)
    if question.help.by_language:
        yield _Said(f"{path}.help", question.help, question.id, question.place)
    if not is_shared:
        yield from _texts_of_answers(
            f"{path}.option", path, question.options, question.nets, question.id, question.place
        )
    for row in question.rows:
        yield _Said(f"{path}.row.{row.code}", row.label, question.id, question.place)


def _texts_of_answers(
    option_path: str, net_path: str, options: tuple[Option, ...], nets: tuple[Net, ...], item: str, place: Place
) -> Iterator[_Said]:
    for option in options:
        yield _Said(f"{option_path}.{option.code}", option.label, item, place)
    for net in nets:
        yield _Said(f"{net_path}.net.{net.id}", net.label, item, place)


def _lost_placeholders(said: _Said, source_language: str) -> Iterator[Problem]:
    source = Counter(_PLACEHOLDER.findall(said.text.said_in(source_language) or ""))
    for language, text in said.text:
        found = Counter(_PLACEHOLDER.findall(text))
        if text and found != source:
            names = {"source": _listed(source), "found": _listed(found), "source_language": source_language}
            yield said.problem("placeholder-lost", language=language, **names)


def _listed(placeholders: Counter[str]) -> str:
    return " ".join(sorted(placeholders.elements())) or "no placeholder"


def _impossible_days(said: _Said) -> Iterator[Problem]:
    for language, text in said.text:
        for found in _DAY.finditer(text):
            if not _exists(*found.groups()):
                yield said.problem("date-impossible", language=language, date=found.group())


def _exists(day: str, month: str, year: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return len(year) == 4


def _unready(translation: Translation) -> Iterator[Problem]:
    counts = translation.counts
    wanted = len(translation.strings) - counts[TranslationState.UNUSED]
    if wanted and counts[TranslationState.MISSING] == wanted:
        yield fault("translation-not-begun", file=translation.file, language=translation.language)
        return
    codes = {
        TranslationState.MISSING: "translation-missing",
        TranslationState.STALE: "translation-stale",
        TranslationState.UNUSED: "translation-unused",
    }
    for string in translation.strings:
        if string.state in codes:
            names = {"path": string.path, "language": translation.language}
            yield fault(codes[string.state], file=translation.file, line=string.line, item=string.path, **names)
