"""A release beside everything that is public already: is it an edition, a correction, or must it wait?

An intruder has every release there ever was. So a new one is attacked together with all of them, and one of a wave
that has been released before passes the hold rule as well. Both read published files alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from barometer.attack import Finding, Kind
from barometer.attack.accounts import account
from barometer.published import PublishedTables, Table
from barometer.published_json import release_id
from barometer.release.holding import Hold, holds_between, is_same_wave, threshold_of
from barometer.release.union import Attacks, by_wave, strictness_of, touched
from barometer.texts import Text

LANGUAGES = ("fi", "sv", "en")
MOST_TABLES_NAMED = 3
MOST_FINDINGS_TOLD = 20
OF_ONE_RELEASE = (Kind.SMALL_COUNT, Kind.SMALL_REST, Kind.FIXED_SUM, Kind.SAME_ANSWER, Kind.ALL_BUT_ONE)
"""What can be seen in one table of one release, so it does not come of standing beside others."""


@dataclass(frozen=True)
class Cut:
    """A group that lies across one that an earlier wave published: neither holds the other, and they share answers."""

    group: Text
    earlier_group: Text
    earlier_wave: Text


@dataclass(frozen=True)
class Succession:
    """How a release stands beside what is public."""

    release: str
    k: int
    audited_with: tuple[str, ...]
    """The ids of all public releases it was compared or attacked with, in their order."""
    replaces: str
    """The id of the newest public release of the same wave; empty where there is none."""
    holds: tuple[Hold, ...]
    """Why it must wait for the next wave; nothing was attacked then."""
    found: tuple[Finding, ...]
    """What follows from it, alone or with the public releases, and did not follow from those without it."""
    together: tuple[PublishedTables, ...]
    """What an intruder has once it is public: editions, of the release itself too, once, for they tell the same."""
    is_edition: bool
    """Whether its numbers are public already as those of its wave, so that only words differ."""
    cuts: tuple[Cut, ...] = ()

    @property
    def may_follow(self) -> bool:
        return not self.holds and not self.found


def succeed(new: PublishedTables, public: Sequence[PublishedTables], *, attacks: Attacks | None = None) -> Succession:
    """Say how ``new`` stands beside all public releases, which come in the order in which they were published.

    Waves of which it says nothing new are not attacked again. ``attacks`` remembers what was found for who goes on.
    """
    ids, own = [release_id(release) for release in public], release_id(new)
    same_wave = [(name, release) for name, release in zip(ids, public, strict=True) if is_same_wave(release, new)]
    holds = tuple(dict.fromkeys(hold for _, release in same_wave for hold in holds_between(release, new)))
    by_numbers = {(name, release.wave.id): release for name, release in zip(ids, public, strict=True)}
    by_numbers.pop((own, new.wave.id), None)
    together = (*by_numbers.values(), new)
    found = () if holds else _news(together, public, attacks or Attacks())
    return Succession(
        release=own,
        k=threshold_of(new, *public),
        audited_with=tuple(dict.fromkeys(ids)),
        replaces=same_wave[-1][0] if same_wave else "",
        holds=holds,
        found=found,
        together=together,
        is_edition=not holds and own in dict(same_wave),
        cuts=tuple(_cuts(new, public)) if found else (),
    )


def _news(after: Sequence[PublishedTables], public: Sequence[PublishedTables], attacks: Attacks) -> tuple[Finding, ...]:
    """Leave out what the public releases give away without the new one: nobody can take that back."""
    found = attacks.on_all(touched(after, public), strictness_of(after)).found
    if not found:
        return ()
    waves = {finding.cell.wave for finding in found}
    before = [release for wave, releases in by_wave(public).items() if wave in waves for release in releases]
    known: dict[tuple[str, ...], list[Finding]] = {}  # several releases of a wave may each tell of one place
    for old in attacks.on_all(before, strictness_of(public)).found if before else ():
        known.setdefault(_place(old), []).append(old)
    return tuple(
        finding
        for finding in found
        if not any(finding.low <= old.low and old.high <= finding.high for old in known.get(_place(finding), ()))
    )


def _place(finding: Finding) -> tuple[str, ...]:
    cell = finding.cell
    return finding.kind.value, cell.wave, cell.table, cell.category, cell.group


def _cuts(new: PublishedTables, public: Sequence[PublishedTables]) -> Iterator[Cut]:
    for earlier in public:
        for by in dict.fromkeys(table.by for table in new.tables if table.by is not None):
            mine, theirs = (_grouped(release, by) for release in (new, earlier))
            for group, label in mine.items():
                for other, earlier_label in theirs.items():
                    if group & other and not group <= other and not other <= group:
                        yield Cut(label, earlier_label, earlier.wave.title)


def _grouped(release: PublishedTables, by: str) -> dict[frozenset[str], Text]:
    tables: list[Table] = [table for table in release.tables if table.by == by]
    return {frozenset(group.members or (group.code,)): group.label for table in tables for group in table.groups}


# ---- in words


def reasons_against(succession: Succession, language: str) -> list[str]:
    """Say why the release may not be published and what to do, a sentence or two each; nothing where it may."""
    if succession.holds:
        return [*_holds_said(succession, language), _say("held.remedy", language, k=succession.k)]
    if not succession.found:
        return []
    told = [account(finding, language) for finding in succession.found[:MOST_FINDINGS_TOLD]]
    if not any(_comes_of_union(finding) for finding in succession.found) or not succession.audited_with:
        return told
    cuts = [_cut_said(cut, language) for cut in succession.cuts[:MOST_TABLES_NAMED]]
    return [_say("union.found", language), *told, *cuts, _say("union.remedy", language)]


def _comes_of_union(finding: Finding) -> bool:
    return finding.kind not in OF_ONE_RELEASE


def _cut_said(cut: Cut, language: str) -> str:
    named = {"group": cut.group, "earlier": cut.earlier_group, "wave": cut.earlier_wave}
    return _say("union.cut", language, **{name: text.in_(language) for name, text in named.items()})


def standing_of(succession: Succession, language: str) -> list[str]:
    """Say what a release that may be published is: the first of its wave, an edition, a correction; and beside what."""
    if succession.is_edition:
        return [_say("stands.edition", language, release=succession.release)]
    first = (
        _say("stands.correction", language, release=succession.replaces, k=succession.k)
        if succession.replaces
        else _say("stands.first", language)
    )
    number = len(succession.audited_with)
    beside = "none" if number == 0 else "one" if number == 1 else "many"
    return [first, _say(f"stands.beside_{beside}", language, number=number)]


def _holds_said(succession: Succession, language: str) -> Iterator[str]:
    ordered = sorted(succession.holds, key=lambda hold: hold.reason)
    for reason, gathered in groupby(ordered, key=lambda hold: hold.reason):
        titles = list(dict.fromkeys(f"{hold.title.in_(language)} [{hold.table}]" for hold in gathered if hold.table))
        named = "; ".join(titles[:MOST_TABLES_NAMED])
        if len(titles) > MOST_TABLES_NAMED:
            named = _say("held.and_more", language, tables=named, number=len(titles) - MOST_TABLES_NAMED)
        yield _say(f"held.{reason}", language, tables=named, k=succession.k)


def _say(key: str, language: str, **places: object) -> str:
    section, name = key.split(".")
    return _sentences(language if language in LANGUAGES else "en")[section][name].format(**places)


@cache
def _sentences(language: str) -> dict[str, dict[str, str]]:
    file = files("barometer.release") / "messages" / f"{language}.toml"
    read: dict[str, dict[str, str]] = tomllib.loads(file.read_text("utf-8"))
    return read
