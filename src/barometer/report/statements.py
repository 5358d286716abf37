"""What a report says about itself: how the survey was made, what was lost, who is protected how, what is cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from barometer.published import Certificate, CitedFigure, CitedTables, Loss, Measure, Table, Wave
from barometer.report import numbers
from barometer.report.figures import Writer
from barometer.report.model import (
    AuditLine,
    Cited,
    CitedLine,
    DataFile,
    LossGroup,
    LossLine,
    MeasureLine,
    MethodItem,
    Protection,
    Said,
)

METHOD_ITEMS = (
    *("strategy", "sponsor", "instrument", "population", "recruitment", "modes"),
    *("dates", "sample_sizes", "weighting", "processing", "limitations"),
)
"""The eleven items every report states (AAPOR, Disclosure Standards, April 2021)."""


def missing_method_items(wave: Wave) -> tuple[str, ...]:
    """Give the items nobody has stated; while there is one, a report is not to be published."""
    return tuple(item for item in METHOD_ITEMS if not wave.methods.get(item))


def methods_of(writer: Writer) -> tuple[MethodItem, ...]:
    stated = writer.tables.wave.methods
    others = [item for item in stated if item not in METHOD_ITEMS]
    return tuple(
        MethodItem(item, _heading(item, writer), writer.said(stated[item]) if stated.get(item) else None)
        for item in (*METHOD_ITEMS, *others)
    )


def _heading(item: str, writer: Writer) -> str:
    key = f"method.{item}"
    return writer.words.say(key if writer.words.knows(key) else "method.other")


def losses_of(writer: Writer) -> tuple[LossGroup, ...]:
    """Gather what was lost by what happened, to all respondents or by background: a sentence each, details under it."""
    kinds: dict[str, list[Loss]] = {}
    for loss in writer.tables.losses:
        crossed = "by" if "/" in loss.table else "all"
        kinds.setdefault("dropped_tables" if loss.what == "dropped" else f"{loss.what}_{crossed}", []).append(loss)
    return tuple(_loss_group(kind, losses, writer) for kind, losses in kinds.items())


def _loss_group(kind: str, losses: Sequence[Loss], writer: Writer) -> LossGroup:
    named = {table.id: table_name(table, writer) for table in writer.tables.tables}
    gathered: dict[Said, list[str]] = {}
    for loss in losses:
        gathered.setdefault(writer.said(loss.why), []).append(named.get(loss.table, loss.table))
    tables = len({loss.table for loss in losses})
    return LossGroup(
        writer.words.count(f"loss.{kind}", tables, tables=numbers.grouped(tables)),
        tuple(LossLine(writer.words.say(f"loss.{losses[0].what}"), why, tuple(at)) for why, at in gathered.items()),
    )


def table_name(table: Table, writer: Writer) -> str:
    """Name a table as a reader would: question, row, and the background it is crossed by."""
    row = writer.text(table.row_title)
    title = f"{writer.text(table.title)} – {row}" if row else writer.text(table.title)
    if table.by is None:
        return title
    return writer.words.say("table.caption_cross", title=title, by=writer.text(table.by_title))


def protection_of(certificate: Certificate, writer: Writer) -> Protection:
    """Put the certificate in words: audited against the stated attacker, and nothing more."""
    words = writer.words
    if certificate.unsafe or writer.tables.unsafe:
        return Protection((words.say("protect.unsafe"),), (), _identities(certificate, writer), ())
    named = {table.id: table_name(table, writer) for table in writer.tables.tables}
    colluders = certificate.colluders
    sentences = (
        words.say("protect.audited"),
        words.say("protect.attacker", attacker=_attacker(certificate.attacker, writer)),
        *((words.say("protect.colluders", colluders=colluders),) if colluders else ()),
        words.say("protect.threshold", below=certificate.k - 1, k=certificate.k),
        words.say("protect.threshold_z"),
        words.say("protect.margin", m=certificate.m),
        words.say("protect.tables", tables=len(certificate.audits), blocks=len(certificate.blocks)),
        words.say("protect.open", open=sum(not audit.withheld for audit in certificate.audits)),
    )
    audits = tuple(
        AuditLine(
            table=named.get(audit.table, audit.table),
            kind=_said_or("protect.kind_", audit.kind, writer),
            withheld=numbers.grouped(audit.withheld),
            span="–" if audit.smallest_span is None else numbers.grouped(audit.smallest_span),
        )
        for audit in certificate.audits
        if audit.withheld
    )
    return Protection(
        sentences,
        not_modelled=_not_claimed(certificate, writer),
        identities=_identities(certificate, writer),
        audits=audits,
        rules=_rules(certificate, writer),
        measures=tuple(_measure_line(measure, certificate, writer) for measure in certificate.measures),
        checks=(words.say("protect.check_again"), words.say("protect.check_not")),
    )


def _rules(certificate: Certificate, writer: Writer) -> tuple[str, ...]:
    """Say by what results are crossed, and each rule that was applied."""
    words = writer.words
    titles = {table.by: writer.text(table.by_title) for table in writer.tables.tables if table.by is not None}
    crossed = (
        words.say("protect.crossed_by", backgrounds="; ".join(titles.values()))
        if titles
        else words.say("protect.nothing_crossed")
    )
    return crossed, *(_with_numbers("rule_", rule, certificate, writer) for rule in certificate.rules)


def _measure_line(measure: Measure, certificate: Certificate, writer: Writer) -> MeasureLine:
    kept = Decimal(1000 * measure.held // measure.tried) / 10 if measure.tried else None
    return MeasureLine(
        attacker=_said_or("protect.short_", measure.attacker, writer),
        what=_with_numbers("what_", measure.what, certificate, writer),
        tried=numbers.grouped(measure.tried),
        held=numbers.grouped(measure.held),
        share=_share_kept(kept, writer),
        how=_said_or("protect.how_", measure.how, writer),
    )


def _share_kept(kept: Decimal | None, writer: Writer) -> str:
    if kept is None:
        return numbers.EN_DASH
    decimals = 0 if kept == 100 else 1
    return numbers.with_percent_sign(numbers.decimal(kept, decimals, writer.language), writer.language)


def _with_numbers(before: str, code: str, certificate: Certificate, writer: Writer) -> str:
    """Say a rule or a measure with the policy's numbers in it; a code without a sentence is left as it is."""
    key = f"protect.{before}{code}"
    filled = {"k": certificate.k, "below": certificate.k - 1, "m": certificate.m}
    return writer.words.say(key, **filled) if writer.words.knows(key) else code


def _not_claimed(certificate: Certificate, writer: Writer) -> tuple[Said, ...]:
    """List what was left out, and the attackers that were measured but are not claimed to fail."""
    claimed = certificate.attacker.replace("+", " ").replace(",", " ").split()
    whole = [measure for measure in certificate.measures if measure.held == measure.tried and measure.how != "rate"]
    held = {"union"} if any(measure.attacker == "union" for measure in whole) else set()
    measured = dict.fromkeys(measure.attacker for measure in certificate.measures)
    only = (_said_or("protect.short_", one, writer) for one in measured if one not in claimed and one not in held)
    return (
        *(_beyond(item, writer) for item in certificate.not_modelled),
        *(Said(writer.words.say("protect.measured_only", attacker=attacker)) for attacker in only),
    )


def _attacker(attacker: str, writer: Writer) -> str:
    """Put ``A1`` or ``A1+R`` in words; an attacker described in prose is left as it is."""
    parts = attacker.replace("+", " ").replace(",", " ").split()
    if parts and all(writer.words.knows(f"protect.attacker_{part}") for part in parts):
        return "; ".join(writer.words.say(f"protect.attacker_{part}") for part in parts)
    return attacker


def _beyond(item: str, writer: Writer) -> Said:
    """Say what the audit leaves out, by the code before the colon; the certificate itself says it in English."""
    key = f"protect.beyond_{item.partition(':')[0]}"
    return Said(writer.words.say(key)) if writer.words.knows(key) else Said(item, "en")


def _said_or(before: str, code: str, writer: Writer) -> str:
    return writer.words.say(before + code) if writer.words.knows(before + code) else code


def _identities(certificate: Certificate, writer: Writer) -> tuple[str, ...]:
    words, wave = writer.words, writer.tables.wave
    asked = {"version": wave.questionnaire_version, "digest": wave.questionnaire_digest}
    return (
        words.say("protect.release", release=certificate.release),
        *_replaced(certificate, writer),
        *(words.say("protect.audited_with", release=release) for release in certificate.audited_with),
        words.say("method.questionnaire", questionnaire=wave.questionnaire, **asked),
        words.say("protect.policy", digest=certificate.policy_digest),
        words.say("protect.software", software=certificate.software),
    )


def _replaced(certificate: Certificate, writer: Writer) -> Iterator[str]:
    if certificate.replaces == certificate.release:
        yield writer.words.say("protect.edition")
    elif certificate.replaces:
        yield writer.words.say("protect.replaces", release=certificate.replaces, k=certificate.k)


def cited_of(cited: CitedTables | None, writer: Writer) -> Cited | None:
    if cited is None:
        return None
    figures = tuple(_cited_line(figure, writer) for figure in cited.figures)
    return Cited(writer.said(cited.title), writer.said(cited.note), figures)


def _cited_line(figure: CitedFigure, writer: Writer) -> CitedLine:
    return CitedLine(
        id=figure.id,
        about=writer.said(figure.about),
        figure=cited_figure(figure, writer),
        wave=figure.wave,
        source=figure.source,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
        printed=figure.printed,
    )


def cited_figure(figure: CitedFigure, writer: Writer) -> str:
    """Write a figure exactly as published: its own words, its own decimals, a range as a range."""
    if figure.printed:
        return writer.quoted(figure.printed)
    low, high = (numbers.as_published(end, writer.language) for end in (figure.low, figure.high))
    number = low if figure.low == figure.high else f"{low}{numbers.EN_DASH}{high}"
    if figure.unit in ("percent", "%"):
        return numbers.with_percent_sign(number, writer.language)
    key = f"unit.{figure.unit}"
    return writer.words.say(key, number=number) if writer.words.knows(key) else f"{number} {figure.unit}".rstrip()


def files_of(writer: Writer) -> tuple[DataFile, ...]:
    language = writer.language
    named: Sequence[tuple[str, str]] = (
        ("tables.xlsx", "tables_xlsx"),
        ("tables.csv", "tables_csv"),
        ("datapackage.json", "datapackage_json"),
        (f"questionnaire.{language}.html", "questionnaire_html"),
        ("release.json", "release_json"),
        ("ddi.xml", "ddi_xml"),
        ("certificate.json", "certificate_json"),
        ("SHA256SUMS", "sums"),
    )
    return tuple(DataFile(name, writer.words.say(f"data.{key}")) for name, key in named)
