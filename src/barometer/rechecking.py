"""What anybody can check again of a release's protection, from its published files alone.

`release.verify` asks whether a folder is whole; this asks whether what its certificate claims is so. Our own attack
computes every bound anew and the certificate's figures are compared with it: a certificate that claims more than can
be recomputed is a fault, one that claims less is not. What rests on the answers themselves (that published counts are
the true ones, which withheld cells are small, worlds found from the answers) nobody outside can check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from barometer.attack import Findings, attack
from barometer.attack.accounts import account
from barometer.problems import Problem
from barometer.published import Certificate, Measure, PublishedTables, Status, TableAudit
from barometer.published_rules import ATTACKERS, RULES
from barometer.release import Release
from barometer.release.report_pages import page_faults
from barometer.release.succession import reasons_against, succeed
from barometer.release.union import Attacks

KINDS = ("open", "flow", "lp", "world")
MEASURED = Measure("A0", "withheld_cells_narrow", 0, 0, "bound")
"""The measure that everybody can repeat, without its numbers."""
_AGAIN = "Do not use this copy; take the release again from its source."
_UNSAFE = "Do not publish it; tell those who made it."


@dataclass(frozen=True)
class Rechecked:
    """What was found wrong, and what could not be looked at."""

    faults: tuple[Problem, ...]
    unchecked: tuple[str, ...]
    """The ids of earlier releases that the certificate names and that were not at hand."""


def recheck(release: Release, earlier: Sequence[Release] = (), *, attacks: Attacks | None = None) -> Rechecked:
    """Check a release that `verify` found whole. ``earlier`` are the releases it was audited together with.

    ``attacks`` knows what was found before, on the way here.
    """
    named = set(release.certificate.audited_with)
    return Rechecked(
        tuple(_faults(release, earlier, attacks or Attacks())),
        tuple(sorted(named - {one.id for one in earlier})),
    )


def measure_of(findings: Findings) -> Measure:
    """Say of how many withheld cells our own attack could not narrow the count below the policy's k."""
    held = sum(confined.span >= findings.k for confined in findings.withheld)
    return Measure(MEASURED.attacker, MEASURED.what, len(findings.withheld), held, MEASURED.how)


def measures_of(findings: Findings) -> tuple[Measure, ...]:
    """Give what our own attack measured: alone, and with colluding respondents where the policy names some."""
    alone = measure_of(findings)
    if not findings.colluders:
        return (alone,)
    held = sum((confined.span_for_colluders or 0) >= findings.k for confined in findings.withheld)
    gave_up = any(step.rule == "not_tried_every_placing" for step in findings.not_tried)
    return alone, replace(alone, attacker="R", held=held, how="rate" if gave_up else alone.how)


def measured_by_attack(certificate: Certificate, findings: Findings) -> Certificate:
    """Write into the certificate what our own attack could measure; what others measured stays."""
    own = measures_of(findings)
    mine = {(one.attacker, one.what) for one in own}
    others = [one for one in certificate.measures if (one.attacker, one.what) not in mine]
    measured = replace(certificate, measures=(*own, *others))
    if not findings.colluders:
        return measured
    claimed = certificate.attacker if "R" in _codes(certificate.attacker) else f"{certificate.attacker}+R"
    return replace(
        measured,
        attacker=claimed if own[1].held == own[1].tried and own[1].how != "rate" else certificate.attacker,
        colluders=findings.colluders,
        not_modelled=tuple(gap for gap in certificate.not_modelled if not gap.startswith("R:")),
    )


def _codes(attacker: str) -> list[str]:
    return attacker.replace("+", " ").replace(",", " ").split()


def _faults(release: Release, earlier: Sequence[Release], attacks: Attacks) -> Iterator[Problem]:
    yield from page_faults(release)
    if release.tables.unsafe:
        return
    certificate, tables = release.certificate, release.tables
    ends = attack([tables], complete=True, colluders=0)
    seen = attacks.on_all([tables]) if _of_policy(tables, "colluders") or certificate.colluders else ends
    yield from _broken(seen)
    yield from certificate_faults(certificate, tables, ends, seen)
    if earlier:
        yield from _union_faults(release, earlier, attacks)


def _of_policy(tables: PublishedTables, name: str) -> int:
    stated: Any = tables.policy.get(name, 0)
    return stated if isinstance(stated, int) else 0


def _union_faults(release: Release, earlier: Sequence[Release], attacks: Attacks) -> Iterator[Problem]:
    """Put the earlier releases beside this one, as whoever made it should have, and compare what is said of that."""
    certificate = release.certificate
    succession = succeed(release.tables, [one.tables for one in earlier], attacks=attacks)
    for reason in reasons_against(succession, "en"):
        yield Problem("release-succession", reason, _UNSAFE, item="certificate.json")
    if succession.holds or set(certificate.audited_with) != set(succession.audited_with):
        return
    own = replace(measure_of(attacks.on_all(succession.together)), attacker="union")
    for measure in certificate.measures:
        if (measure.attacker, measure.what) == (own.attacker, own.what) and _claims_more(measure, own):
            yield Problem("release-claims", _compared(measure, own), _AGAIN, item="certificate.json, measures")
    if (certificate.replaces or "") != succession.replaces:
        message = "The certificate names another release that this one replaces."
        yield Problem("release-claims", message, _AGAIN, item="certificate.json, replaces")


def _broken(findings: Findings) -> Iterator[Problem]:
    for finding in findings:
        cell = finding.cell
        place = ", ".join(part for part in (cell.table, cell.category, cell.group, finding.kind.value) if part)
        yield Problem("release-unprotected", account(finding, "en"), _UNSAFE, item=place)


def certificate_faults(
    certificate: Certificate, tables: PublishedTables, ends: Findings, seen: Findings
) -> Iterator[Problem]:
    """Compare what a certificate says with its tables and with what our own attack finds in them.

    ``ends`` is a complete attack without colluders, ``seen`` one with as many as the policy names.
    """
    for place, message in (
        *_policy_claims(certificate, tables),
        *_audit_claims(certificate, tables, ends),
        *_block_claims(certificate, tables),
        *_attacker_claims(certificate),
        *_measure_claims(certificate, seen),
    ):
        yield Problem("release-claims", message, _AGAIN, item=f"certificate.json, {place}")


Claims = Iterator[tuple[str, str]]
"""Place in the certificate, and what is wrong there."""


def _policy_claims(certificate: Certificate, tables: PublishedTables) -> Claims:
    for name, stated in (("k", certificate.k), ("m", certificate.m)):
        if stated != tables.policy.get(name):
            yield name, f"The certificate says {name} = {stated}, the policy {tables.policy.get(name)}."
    colluders = _of_policy(tables, "colluders")
    if certificate.colluders and certificate.colluders != colluders:
        yield "colluders", f"The certificate says {certificate.colluders} colluders, the policy {colluders}."
    for rule in certificate.rules:
        if rule not in RULES:
            yield "rules", f"Nobody knows a rule {rule!r}."
    if not certificate.software:
        yield "software", "The certificate does not say what made the release."


def _audit_claims(certificate: Certificate, tables: PublishedTables, findings: Findings) -> Claims:
    spans: dict[str, int] = {}
    for confined in findings.withheld:
        spans[confined.cell.table] = min(confined.span, spans.get(confined.cell.table, confined.span))
    withheld = {table.id: sum(cell.status is Status.CONFIDENTIAL for cell in table.cells) for table in tables.tables}
    seen: set[str] = set()
    for audit in certificate.audits:
        place = f"audits, {audit.table}"
        if audit.table in seen:
            yield place, "The table stands here twice."
        seen.add(audit.table)
        if audit.withheld != withheld.get(audit.table, 0):
            yield place, f"{withheld.get(audit.table, 0)} cells are withheld, not {audit.withheld}."
        else:
            yield from _span_claims(audit, place, certificate.k, spans.get(audit.table))


def _span_claims(audit: TableAudit, place: str, k: int, recomputed: int | None) -> Claims:
    if audit.kind not in KINDS or (audit.kind == "open") != (audit.withheld == 0):
        yield place, f"The kind of audit {audit.kind!r} does not fit {audit.withheld} withheld cells."
    if (audit.smallest_span is None) != (audit.withheld == 0):
        yield place, "A smallest span belongs to a table with withheld cells, and to no other."
    elif audit.smallest_span is not None and audit.smallest_span < k:
        yield place, f"A span of {audit.smallest_span} is below {k}."
    elif audit.smallest_span is not None and recomputed is not None and audit.smallest_span > recomputed:
        yield place, f"A smallest span of {audit.smallest_span} is claimed; {recomputed} is what can be recomputed."


def _block_claims(certificate: Certificate, tables: PublishedTables) -> Claims:
    """A routed table is an equation about those that decide who is asked: they belong into one block."""
    published = {table.id for table in tables.tables}
    together: dict[str, set[str]] = {}
    for block in certificate.blocks:
        if len(block) < 2 or len(set(block)) < len(block) or not set(block) <= published:
            yield "blocks", f"A block is of two or more published tables, each once: {', '.join(block)}."
        for table in block:
            together.setdefault(table, set()).update(block)
    for one in tables.tables:
        for item in one.routed_by:
            decides = item if one.by is None else f"{item}/{one.by}"
            if decides in published and decides not in together.get(one.id, ()):
                yield "blocks", f"{one.id} and {decides}, which decides who is asked, were not audited together."


def _attacker_claims(certificate: Certificate) -> Claims:
    """Every attacker is either measured or named among what was not modelled; none is claimed without a measure."""
    claimed = _codes(certificate.attacker)
    measured = {measure.attacker for measure in certificate.measures} | {"A0"}
    beyond = {item.partition(":")[0] for item in certificate.not_modelled}
    if "A0" not in claimed or not set(claimed) <= set(ATTACKERS):
        yield "attacker", f"{certificate.attacker!r} names no attacker that is known."
    for attacker in ATTACKERS:
        left_out = ("releases" if attacker == "union" else attacker) in beyond
        if attacker in claimed and attacker not in measured:
            yield "attacker", f"{attacker} is claimed, and nothing was measured against it."
        elif (attacker in measured) == left_out:
            yield "not_modelled", f"{attacker} must be either measured or left out by name."
    if bool(certificate.colluders) != ("R" in measured):
        yield "colluders", f"{certificate.colluders} colluders do not fit what was measured."
    if certificate.replaces and certificate.replaces not in certificate.audited_with:
        yield "replaces", "It replaces a release that it was not audited with."
    if bool(certificate.audited_with) != ("union" in measured):
        yield "audited_with", "Earlier releases and what was measured against them do not fit."


def _measure_claims(certificate: Certificate, findings: Findings) -> Claims:
    own = {(measure.attacker, measure.what): measure for measure in measures_of(findings)}
    seen: set[tuple[str, str]] = set()
    for number, measure in enumerate(certificate.measures):
        place, name = f"measures[{number}]", (measure.attacker, measure.what)
        if name in seen:
            yield place, "The same was measured twice."
        seen.add(name)
        if name in own and _claims_more(measure, own[name]):
            yield place, _compared(measure, own[name])
    for attacker, what in sorted(own.keys() - seen) if seen else ():
        yield "measures", f"What everybody can repeat is left out: {attacker}, {what}."


def _claims_more(said: Measure, own: Measure) -> bool:
    return said.tried != own.tried or said.held > own.held or said.how not in (own.how, "rate")


def _compared(said: Measure, own: Measure) -> str:
    return f"{said.held} of {said.tried} are said to hold ({said.how}); {own.held} of {own.tried} do ({own.how})."
