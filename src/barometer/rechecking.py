"""What anybody can check again of a release's protection, from its published files alone.

`release.verify` asks whether a folder is whole; this asks whether what its certificate claims is so. Our own attack
computes every bound anew and the certificate's figures are compared with it: a certificate that claims more than can
be recomputed is a fault, one that claims less is not. What rests on the answers themselves (that published counts are
the true ones, which withheld cells are small, worlds found from the answers) nobody outside can check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from barometer.attack import Findings, attack
from barometer.attack.accounts import account
from barometer.problems import Problem
from barometer.published import Certificate, Measure, PublishedTables, Status, TableAudit
from barometer.published_rules import ATTACKERS, RULES
from barometer.release import Release
from barometer.release.report_pages import page_faults

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


def recheck(release: Release, earlier: Sequence[Release] = ()) -> Rechecked:
    """Check a release that `verify` found whole. ``earlier`` are the releases it was audited together with."""
    named = set(release.certificate.audited_with)
    return Rechecked(
        tuple(_faults(release, earlier)),
        tuple(sorted(named - {one.id for one in earlier})),
    )


def measure_of(findings: Findings) -> Measure:
    """Say of how many withheld cells our own attack could not narrow the count below the policy's k."""
    held = sum(confined.span >= findings.k for confined in findings.withheld)
    return Measure(MEASURED.attacker, MEASURED.what, len(findings.withheld), held, MEASURED.how)


def measured_by_attack(certificate: Certificate, findings: Findings) -> Certificate:
    """Write into the certificate what our own attack could measure; what others measured stays."""
    own = measure_of(findings)
    others = [one for one in certificate.measures if (one.attacker, one.what) != (own.attacker, own.what)]
    return replace(certificate, measures=(own, *others))


def _faults(release: Release, earlier: Sequence[Release]) -> Iterator[Problem]:
    yield from page_faults(release)
    if release.tables.unsafe:
        return
    findings = attack([release.tables], complete=True)
    yield from _broken(findings)
    yield from certificate_faults(release.certificate, release.tables, findings)
    if earlier:
        yield from _broken(attack([*(one.tables for one in earlier), release.tables]))


def _broken(findings: Findings) -> Iterator[Problem]:
    for finding in findings:
        cell = finding.cell
        place = ", ".join(part for part in (cell.table, cell.category, cell.group, finding.kind.value) if part)
        yield Problem("release-unprotected", account(finding, "en"), _UNSAFE, item=place)


def certificate_faults(certificate: Certificate, tables: PublishedTables, findings: Findings) -> Iterator[Problem]:
    """Compare what a certificate says with its tables and with what a complete attack on them finds."""
    for place, message in (
        *_policy_claims(certificate, tables),
        *_audit_claims(certificate, tables, findings),
        *_block_claims(certificate, tables),
        *_attacker_claims(certificate),
        *_measure_claims(certificate, findings),
    ):
        yield Problem("release-claims", message, _AGAIN, item=f"certificate.json, {place}")


Claims = Iterator[tuple[str, str]]
"""Place in the certificate, and what is wrong there."""


def _policy_claims(certificate: Certificate, tables: PublishedTables) -> Claims:
    for name, stated in (("k", certificate.k), ("m", certificate.m)):
        if stated != tables.policy.get(name):
            yield name, f"The certificate says {name} = {stated}, the policy {tables.policy.get(name)}."
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
    claimed = certificate.attacker.replace("+", " ").replace(",", " ").split()
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
    if bool(certificate.audited_with) != ("union" in measured):
        yield "audited_with", "Earlier releases and what was measured against them do not fit."


def _measure_claims(certificate: Certificate, findings: Findings) -> Claims:
    own = measure_of(findings)
    seen: set[tuple[str, str]] = set()
    for number, measure in enumerate(certificate.measures):
        place = f"measures[{number}]"
        if (measure.attacker, measure.what) in seen:
            yield place, "The same was measured twice."
        seen.add((measure.attacker, measure.what))
        if (measure.attacker, measure.what) != (own.attacker, own.what):
            continue
        if measure.tried != own.tried or measure.held > own.held or measure.how != own.how:
            said = f"{measure.held} of {measure.tried} are said to hold ({measure.how})"
            yield place, f"{said}; {own.held} of {own.tried} do ({own.how})."
    if seen and (own.attacker, own.what) not in seen:
        yield "measures", f"What everybody can repeat is left out: {own.attacker}, {own.what}."
