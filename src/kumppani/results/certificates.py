"""What a reviewer reads before approving: the certificate and the losses of a release, in her language."""

from __future__ import annotations

from dataclasses import dataclass

from barometer.published import PublishedTables
from barometer.release import read_release
from barometer.report.figures import Writer
from barometer.report.model import LossGroup, Protection
from barometer.report.statements import losses_of, protection_of
from kumppani.results.models import Release


@dataclass(frozen=True)
class Reading:
    protection: Protection
    """What the certificate claims and does not claim, and the audit of each table with something withheld."""
    losses: tuple[LossGroup, ...]
    audited_with: tuple[str, ...]
    """The identities of the earlier releases that the certificate names."""
    files: int
    shown: int
    """Cells that show a number."""
    withheld: int


@dataclass(frozen=True)
class Difference:
    """Between the published release of a wave and the one that would replace it, counted in cells."""

    replaced: Release
    changed: int
    newly_shown: int
    newly_withheld: int
    only_here: int
    no_longer_here: int


def read_certificate(release: Release, language: str) -> Reading:
    """Read the stored folder; for a page that a few people open, so nothing is kept."""
    folder = read_release(release.folder)
    writer = Writer(folder.tables, language)
    shown = [cell.status.is_shown for table in folder.tables.tables for cell in table.cells]
    return Reading(
        protection=protection_of(folder.certificate, writer),
        losses=losses_of(writer),
        audited_with=folder.certificate.audited_with,
        files=len(folder.files),
        shown=sum(shown),
        withheld=sum(audit.withheld for audit in folder.certificate.audits),
    )


def difference_to_published(release: Release) -> Difference | None:
    """Say what would change for readers; None where no release of the wave is published."""
    replaced = Release.objects.filter(wave=release.wave, state="published").exclude(pk=release.pk).first()
    if replaced is None:
        return None
    before, after = (_counts(read_release(one.folder).tables) for one in (replaced, release))
    both = [(before[cell], after[cell]) for cell in before.keys() & after.keys()]
    return Difference(
        replaced=replaced,
        changed=sum(None not in pair and pair[0] != pair[1] for pair in both),
        newly_shown=sum(pair[0] is None and pair[1] is not None for pair in both),
        newly_withheld=sum(pair[0] is not None and pair[1] is None for pair in both),
        only_here=len(after.keys() - before.keys()),
        no_longer_here=len(before.keys() - after.keys()),
    )


def _counts(tables: PublishedTables) -> dict[tuple[str, str, str], int | None]:
    """The count of every cell that shows one, None of those that do not."""
    return {
        (table.id, cell.category, cell.group): cell.count if cell.status.is_shown else None
        for table in tables.tables
        for cell in table.cells
    }
