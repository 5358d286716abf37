"""From protected tables to a report in one language. Every number in it is a published cell, written once."""

from __future__ import annotations

from barometer.comparison import Comparison
from barometer.published import Certificate, CitedTables, PublishedTables, Status
from barometer.report import numbers
from barometer.report.comparing import compared_of
from barometer.report.crossing import backgrounds_of
from barometer.report.figures import MARKS, Writer
from barometer.report.model import Fact, Mark, Question, Report, Summary
from barometer.report.statements import (
    cited_of,
    files_of,
    losses_of,
    methods_of,
    missing_method_items,
    protection_of,
)
from barometer.report.topline import extremes_of, findings_of, questions_of
from barometer.texts import direction_of

NAMES_OF_LANGUAGES = {
    "fi": "suomi",
    "sv": "svenska",
    "en": "English",
    "se": "davvisámegiella",
    "ru": "русский",
    "et": "eesti",
    "ar": "العربية",
    "so": "Soomaali",
    "fa": "فارسی",
    "uk": "українська",
    "ku": "kurdî",
}


def build_report(
    tables: PublishedTables,
    *,
    certificate: Certificate,
    cited: CitedTables | None,
    language: str,
    comparison: Comparison | None = None,
) -> Report:
    """Build the report of a release in this language; texts nobody wrote in it fall back to their original."""
    writer = Writer(tables, language)
    wave = tables.wave
    questions = questions_of(writer)
    return Report(
        language=language,
        direction=direction_of(language),
        title=writer.text(wave.title),
        wave=wave.id,
        label=writer.said(wave.label) if wave.label else None,
        banners=_banners(writer),
        demonstration=wave.demonstration,
        unsafe=tables.unsafe or certificate.unsafe,
        closed=wave.closed,
        languages=wave.languages,
        release=certificate.release,
        attribution=writer.said(wave.attribution) if wave.attribution else None,
        summary=_summary(questions, writer),
        questions=questions,
        backgrounds=backgrounds_of(writer),
        comparison=compared_of(comparison, writer),
        cited=cited_of(cited, writer),
        methods=methods_of(writer),
        missing_method_items=missing_method_items(wave),
        losses=losses_of(writer),
        protection=protection_of(certificate, writer),
        marks=tuple(Mark(letter, writer.words.say(f"mark.{letter}")) for letter in MARKS),
        files=files_of(writer),
    )


def _banners(writer: Writer) -> tuple[str, ...]:
    said = []
    if writer.tables.unsafe:
        said.append(writer.words.say("banner.unsafe"))
    if writer.tables.wave.demonstration:
        said.append(writer.words.say("banner.demonstration"))
    return tuple(said)


def _summary(questions: tuple[Question, ...], writer: Writer) -> Summary:
    backgrounds = frozenset(table.by for table in writer.tables.tables if table.by is not None)
    words = writer.words
    interval = words.say("interval.label")
    highest, lowest = extremes_of(questions, writer)
    return Summary(
        facts=_facts(writer),
        highest=highest,
        lowest=lowest,
        findings=findings_of(questions, backgrounds, (*highest, *lowest)),
        reading=(
            words.say("summary.reading_open"),
            words.say("summary.reading_base"),
            words.say("summary.reading_interval", interval=interval),
        ),
    )


def _facts(writer: Writer) -> tuple[Fact, ...]:
    wave, words = writer.tables.wave, writer.words
    statuses = [cell.status for _, cell in writer.tables.cells()]
    withheld = sum(status is Status.CONFIDENTIAL for status in statuses)
    dates = (numbers.day(day, writer.language) for day in (wave.opened, wave.closed))
    said = [
        ("answers", numbers.grouped(wave.respondents)),
        ("collected", words.say("summary.dates", **dict(zip(("opened", "closed"), dates, strict=True)))),
        ("languages", ", ".join(NAMES_OF_LANGUAGES.get(language, language) for language in wave.languages)),
        ("tables", numbers.grouped(len(writer.tables.tables))),
        ("withheld", _of(withheld, len(statuses), writer)),
    ]
    if not (wave.opened and wave.closed):
        said = [fact for fact in said if fact[0] != "collected"]
    return tuple(Fact(words.say(f"summary.{key}"), text) for key, text in said)


def _of(part: int, whole: int, writer: Writer) -> str:
    return writer.words.say("summary.withheld_of", withheld=numbers.grouped(part), all=numbers.grouped(whole))
