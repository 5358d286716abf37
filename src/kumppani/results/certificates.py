"""What a reviewer reads before approving: the certificate and the losses of a release, in her language."""

from __future__ import annotations

from dataclasses import dataclass

from barometer.release import read_release
from kumppani.results.models import Release


@dataclass(frozen=True)
class Reading:
    attacker: str
    k: int
    m: int
    software: str
    tables: int
    withheld: int
    smallest_span: int | None
    not_modelled: tuple[str, ...]
    losses: tuple[tuple[str, str], ...]
    """Table and reason."""


def read_certificate(release: Release, language: str) -> Reading:
    """Read the stored folder; for a page that a few people open, so nothing is kept."""
    folder = read_release(release.folder)
    certificate = folder.certificate
    spans = [audit.smallest_span for audit in certificate.audits if audit.smallest_span is not None]
    return Reading(
        attacker=certificate.attacker,
        k=certificate.k,
        m=certificate.m,
        software=certificate.software,
        tables=len(certificate.audits),
        withheld=sum(audit.withheld for audit in certificate.audits),
        smallest_span=min(spans, default=None),
        not_modelled=certificate.not_modelled,
        losses=tuple((loss.table, loss.why.in_(language)) for loss in folder.tables.losses),
    )
