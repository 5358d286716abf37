"""Ids, codes and labels: each once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from barometer.problems import Problem
from barometer.questionnaire.catalogue import fault
from barometer.questionnaire.conditions import RESERVED
from barometer.questionnaire.model import Net, Option, Place, Question, Questionnaire, Row


def naming_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    if questionnaire.source_language not in questionnaire.languages:
        yield fault("language-source", item=questionnaire.id, language=questionnaire.source_language)
    yield from _repeated_ids(questionnaire)
    shared = {scale.id: scale for scale in questionnaire.scales}
    for scale in questionnaire.scales:
        yield from _among(scale.options, "options", scale.id, scale.place, questionnaire.languages)
        yield from _repeated_nets(scale.nets, scale.id, scale.place)
    for question in questionnaire.questions():
        scale_of = shared.get(question.scale or "")
        if scale_of is None or scale_of.options != question.options:
            yield from _among(question.options, "options", question.id, question.place, questionnaire.languages)
        if scale_of is None or scale_of.nets != question.nets:
            yield from _repeated_nets(question.nets, question.id, question.place)
        yield from _among(question.rows, "rows", question.id, question.place, questionnaire.languages)


def _repeated_ids(questionnaire: Questionnaire) -> Iterator[Problem]:
    pages = [page for _, page in questionnaire.pages()]
    yield from _repeats("section", ((section.id, section.place) for section in questionnaire.sections))
    yield from _repeats("page", ((page.id, page.place) for page in pages))
    yield from _repeats("question", ((question.id, question.place) for question in questionnaire.questions()))
    yield from _repeats("scale", ((scale.id, scale.place) for scale in questionnaire.scales))
    for question in questionnaire.questions():
        if question.id in RESERVED:
            yield _at(question, "id-reserved", id=question.id)


def _repeats(what: str, named: Iterable[tuple[str, Place]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, place in named:
        if name in seen:
            yield fault("duplicate-id", file=place.file, line=place.line, item=name, what=what)
        seen.add(name)


def _among(
    entries: Sequence[Option] | Sequence[Row], what: str, owner: str, place: Place, languages: Sequence[str]
) -> Iterator[Problem]:
    for code, times in Counter(entry.code for entry in entries).items():
        if times > 1:
            yield fault("duplicate-code", file=place.file, line=place.line, item=owner, code=code, what=what)
    for language in languages:
        codes = defaultdict(list)
        for entry in entries:
            label = entry.label.said_in(language) or ""
            codes[" ".join(label.casefold().split())].append((entry.code, label))
        for normal, same in codes.items():
            if normal and len({code for code, _ in same}) > 1:
                yield fault(
                    "duplicate-label",
                    file=place.file,
                    line=place.line,
                    item=owner,
                    what=what,
                    language=language,
                    label=same[0][1],
                    codes=", ".join(code for code, _ in same),
                )


def _repeated_nets(nets: Sequence[Net], owner: str, place: Place) -> Iterator[Problem]:
    for net, times in Counter(net.id for net in nets).items():
        if times > 1:
            yield fault("duplicate-code", file=place.file, line=place.line, item=owner, code=net, what="nets")


def _at(question: Question, code: str, **names: object) -> Problem:
    return fault(code, file=question.place.file, line=question.place.line, item=question.id, **names)
