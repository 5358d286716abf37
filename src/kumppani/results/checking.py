"""Is a release folder whole and safe? `verify` recomputes it; the attack tries it with all that is published."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from barometer.comparison import Comparison, compare, read_comparability
from barometer.problems import Problem, UnusableInput
from barometer.published import Part, PublishedTables, Table, cell_id
from barometer.rechecking import recheck
from barometer.release import Release, read_release, verify
from barometer.release.succession import Succession, reasons_against, standing_of, succeed
from barometer.release.union import Attacks
from barometer.report.model import Report
from kumppani.results.faults import fault_said
from kumppani.results.intake import Unacceptable
from kumppani.results.pages import reports_of
from kumppani.results.storing import write_whole

HEADLINES = 3
Said = dict[str, str]
"""One sentence by language."""


@dataclass(frozen=True)
class Checked:
    """A release that was read, what is wrong with it (nothing, if it may be approved), and its reports."""

    release: Release
    problems: list[Said]
    succession: Succession | None
    """How it stands beside what is public; None where its files are damaged."""
    reports: dict[str, Report]
    compared_with: str = ""
    """Identity of the earlier release it is compared with, if it is."""

    def as_columns(self) -> dict[str, Any]:
        """What the row keeps, so that lists and the home page need not read the folder."""
        wave = self.release.tables.wave
        return {
            "identity": self.release.id,
            "wave": wave.id,
            "titles": wave.title.as_dict(),
            "labels": wave.label.as_dict(),
            "languages": list(wave.languages),
            "opened": wave.opened,
            "closed": wave.closed,
            "respondents": wave.respondents,
            "demonstration": wave.demonstration,
            "has_cited": self.release.cited is not None,
            "headlines": {
                language: _headlines(report, self.release.tables) for language, report in self.reports.items()
            },
            "problems": self.problems,
            **columns_of(self.succession),
        }


def columns_of(succession: Succession | None) -> dict[str, Any]:
    """What the row keeps of how the release stands beside all that is public."""
    if succession is None:
        return {"attacked_with": [], "standing": []}
    standing = _each_in_each(partial(standing_of, succession)) if succession.may_follow else []
    return {"attacked_with": list(succession.audited_with), "standing": standing}


def check_beside(folder: Path, *, beside: Sequence[Path]) -> tuple[Succession, list[Said]]:
    """Try a stored release with all that is public now; give what is wrong with it, if anything."""
    tables = [read_release(other).tables for other in beside]
    succession = succeed(read_release(folder).tables, tables)
    return succession, _each_in_each(partial(reasons_against, succession))


def check_files(files: Mapping[str, bytes], *, beside: Sequence[Path], comparability: bytes | None = None) -> Checked:
    """Read, verify, attack with all that is published, check again what the certificate claims, and compare with the
    wave that `comparability` names.

    Raises Unacceptable where the files cannot even be read as a release, another file is among them, or the
    comparability does not fit.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "release"
        write_whole(files, folder)
        try:
            release, faults = read_release(folder), verify(folder)
        except UnusableInput as unusable:
            raise Unacceptable(
                f"{_('This is not a release that can be read:')} {fault_said(unusable.problems[0])}"
            ) from unusable
    _refuse_what_does_not_belong(faults)
    if faults:
        return Checked(release, [_in_each(partial(_fault_said, fault)) for fault in faults], None, {})
    published = [read_release(other) for other in beside]
    attacks = Attacks()
    succession = succeed(release.tables, [other.tables for other in published], attacks=attacks)
    problems = [*_unsafe(release), *_each_in_each(partial(reasons_against, succession))]
    if not problems:
        problems = [_in_each(partial(_fault_said, fault)) for fault in recheck(release, attacks=attacks).faults]
    earlier = None if comparability is None else _earlier(comparability, published)
    comparison = None if comparability is None or earlier is None else _compared(comparability, earlier, release)
    reports = {} if problems else reports_of(release, comparison)
    return Checked(release, problems, succession, reports, earlier.id if earlier else "")


def _refuse_what_does_not_belong(faults: Sequence[Problem]) -> None:
    """Keep nothing of a folder with another file in it: opened answers, or the controller's record, by mistake."""
    for fault in faults:
        if fault.code == "release-file-unexpected":
            raise Unacceptable(fault_said(fault))


def _earlier(comparability: bytes, published: Sequence[Release]) -> Release:
    """Find the newest published release of the wave that the file names as the earlier one."""
    named = re.search(rb"^earlier:\s*[\"']?([\w.-]+)", comparability, re.MULTILINE)
    for release in reversed(published):
        if named and release.tables.wave.id == named[1].decode():
            return release
    raise Unacceptable(_("The comparability names an earlier wave that is not published here."))


def _compared(comparability: bytes, earlier: Release, release: Release) -> Comparison:
    try:
        return compare(
            earlier.tables, release.tables, read_comparability(comparability, earlier.tables, release.tables)
        )
    except UnusableInput as unusable:
        raise Unacceptable(f"{_('The comparability cannot be used:')} {unusable.problems[0]}") from unusable


def _unsafe(release: Release) -> list[Said]:
    if not (release.tables.unsafe or release.certificate.unsafe):
        return []
    return [_in_each(lambda _language: _("The release was made under a policy that does not protect, and says so."))]


def _in_each(sentence: Callable[[str], str]) -> Said:
    """Say the same in every language of the site; the row is read by people of different languages."""
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            said[language] = sentence(language)
    return said


def _each_in_each(sentences: Callable[[str], list[str]]) -> list[Said]:
    """Say each of several sentences in every language of the site."""
    said = {language: sentences(language) for language, _name in settings.LANGUAGES}
    return [dict(zip(said, together, strict=True)) for together in zip(*said.values(), strict=True)]


def _fault_said(fault: Problem, _language: str) -> str:
    return fault_said(fault)


def _headlines(report: Report, tables: PublishedTables) -> list[dict[str, str]]:
    """The findings of single questions with a net share, each with its question and the released cell it quotes."""
    nets = {f"q-{table.item}": _net_cell(table, tables.wave.id) for table in tables.tables if table.by is None}
    summary = report.summary
    found = {finding.anchor: finding for finding in (*summary.findings, *summary.lowest, *summary.highest)}
    return [
        {
            "figure": finding.figure,
            "question": finding.question,
            "sentence": finding.sentence,
            "anchor": finding.anchor,
            "cell": nets[finding.anchor],
        }
        for finding in (found[anchor] for anchor in nets if anchor in found)
        if finding.figure and nets[finding.anchor]
    ][:HEADLINES]


def _net_cell(table: Table, wave: str) -> str:
    """The permanent name of the first net's cell of a single question; empty where there is none to show."""
    nets = [category.code for category in table.categories if category.part is Part.NET]
    if not nets or not table.cell(nets[0]).status.is_shown:
        return ""
    return cell_id(wave, table, table.cell(nets[0]))
