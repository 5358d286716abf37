"""A forged certificate is noticed field by field, and so are tables that break what their certificate says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from barometer.attack import Findings, attack
from barometer.cli import main
from barometer.disclosure.protecting import NOT_MODELLED
from barometer.problems import Problem
from barometer.published import Certificate, Measure, Part, PublishedTables, Table, TableAudit
from barometer.published_json import canonical_json, certificate_from_plain, release_id, to_plain
from barometer.rechecking import certificate_faults, measured_by_attack, recheck
from barometer.release import Release, read_release
from barometer.release.writing import pretty, sums
from tests.barometer.attack.building import release_of, rows_of, single, withhold

YES_NO = {"y": Part.ANSWER, "n": Part.ANSWER}
Forgery = Callable[[Certificate], Certificate]


@pytest.fixture(scope="module")
def release(release_by_organisation: Path) -> Release:
    return read_release(release_by_organisation)


@pytest.fixture(scope="module")
def findings(release: Release) -> Findings:
    return attack([release.tables], complete=True, colluders=0)


def places(forged: Certificate, release: Release, findings: Findings) -> list[str]:
    faults = certificate_faults(forged, release.tables, findings, findings)
    return [(fault.item or "").removeprefix("certificate.json, ") for fault in faults]


def audit_with_withheld_cells(certificate: Certificate) -> TableAudit:
    return next(audit for audit in certificate.audits if audit.withheld)


def with_audit(change: Callable[[TableAudit], TableAudit]) -> Forgery:
    """Forge the audit of the first table in which something is withheld."""

    def forge(certificate: Certificate) -> Certificate:
        chosen = audit_with_withheld_cells(certificate)
        return replace(certificate, audits=tuple(change(one) if one is chosen else one for one in certificate.audits))

    return forge


def with_measure(**change: Any) -> Forgery:
    return lambda certificate: replace(certificate, measures=(replace(certificate.measures[0], **change),))


def beyond(without: str) -> tuple[str, ...]:
    return tuple(item for item in NOT_MODELLED if not item.startswith(f"{without}:"))


FORGED: list[tuple[str, Forgery]] = [
    ("k", lambda c: replace(c, k=7)),
    ("m", lambda c: replace(c, m=30)),
    ("software", lambda c: replace(c, software="")),
    ("rules", lambda c: replace(c, rules=("threshold", "magic"))),
    ("attacker", lambda c: replace(c, attacker="A0+A1")),
    ("attacker", lambda c: replace(c, attacker="everybody")),
    ("attacker", lambda c: replace(c, attacker="")),
    ("not_modelled", lambda c: replace(c, not_modelled=beyond(without="A3"))),
    ("not_modelled", lambda c: replace(c, not_modelled=beyond(without="releases"))),
    ("not_modelled", lambda c: replace(c, measures=(*c.measures, Measure("A3", "narrowed", 580, 580, "exact")))),
    ("colluders", lambda c: replace(c, colluders=c.colluders + 2)),
    ("audited_with", lambda c: replace(c, audited_with=("0" * 64,))),
    ("replaces", lambda c: replace(c, replaces="0" * 64)),
    ("blocks", lambda c: replace(c, blocks=())),
    ("blocks", lambda c: replace(c, blocks=(*c.blocks, ("benefit", "nowhere")))),
    ("blocks", lambda c: replace(c, blocks=tuple(tuple(id for id in block if id != "did") for block in c.blocks))),
    ("audits", lambda c: replace(c, audits=(*c.audits, c.audits[0]))),
    ("audits", with_audit(lambda audit: replace(audit, withheld=audit.withheld - 1))),
    ("audits", with_audit(lambda audit: replace(audit, smallest_span=(audit.smallest_span or 0) + 1000))),
    ("audits", with_audit(lambda audit: replace(audit, smallest_span=4))),
    ("audits", with_audit(lambda audit: replace(audit, smallest_span=None))),
    ("audits", with_audit(lambda audit: replace(audit, kind="open"))),
    ("audits", with_audit(lambda audit: replace(audit, kind="proof"))),
    ("measures", with_measure(tried=1000, held=1000)),
    ("measures", with_measure(tried=1, held=1)),
    ("measures", with_measure(how="exact")),
    ("measures", with_measure(what="deniability")),
    ("measures", with_measure(attacker="A3")),
    ("measures", lambda c: replace(c, measures=(*c.measures, *c.measures))),
]


@pytest.mark.parametrize(("field", "forge"), FORGED, ids=[f"{field}-{n}" for n, (field, _) in enumerate(FORGED)])
def test_a_forged_field_is_noticed(field: str, forge: Forgery, release: Release, findings: Findings) -> None:
    assert places(release.certificate, release, findings) == []

    found = places(forge(release.certificate), release, findings)

    assert any(place.startswith(field) for place in found), found


SEEN_BY_VERIFY = {"release", "policy_digest", "respondents", "unsafe"}
"""Fields that `barometer.release.verify` compares with release.json."""


def test_every_field_of_a_certificate_has_a_forgery() -> None:
    assert {field for field, _ in FORGED} | SEEN_BY_VERIFY == {field.name for field in fields(Certificate)}


def test_a_span_up_to_the_recomputed_one_may_be_claimed_and_no_greater(release: Release, findings: Findings) -> None:
    table = audit_with_withheld_cells(release.certificate).table
    widest = min(one.span for one in findings.withheld if one.cell.table == table)

    for span, faults in ((widest, []), (widest + 1, [f"audits, {table}"])):
        forged = with_audit(lambda audit, span=span: replace(audit, smallest_span=span))(release.certificate)
        assert places(forged, release, findings) == faults


def test_a_certificate_of_an_earlier_version_that_measured_nothing_is_accepted(
    release: Release, findings: Findings
) -> None:
    earlier = replace(release.certificate, attacker="A0", measures=(), colluders=0, not_modelled=NOT_MODELLED)

    assert places(earlier, release, findings) == []


def test_a_measure_of_our_own_attack_takes_the_place_of_an_earlier_one(findings: Findings) -> None:
    other = Measure("A3", "narrowed", 9, 8, "rate")
    stale = Measure("A0", "withheld_cells_narrow", 1, 1, "exact")
    certificate = Certificate("", "", "barometer", "A0", 5, 20, 375, (), (), (), measures=(stale, other))

    tried = len(findings.withheld)

    assert measured_by_attack(certificate, findings).measures == (
        Measure("A0", "withheld_cells_narrow", tried, tried, "bound"),
        other,
    )


# ---- tables that break the rules


def crossed(north: tuple[int, int], south: tuple[int, int], east: tuple[int, int] = (15, 15)) -> tuple[Table, int]:
    """Count yes and no of three groups."""
    groups = {"north": north, "south": south, "east": east}
    rows = rows_of(
        *(
            (count, {"q": answer, "place": group})
            for group, two in groups.items()
            for count, answer in zip(two, "yn", strict=True)
        )
    )
    return single(rows, "q", YES_NO, by="place"), len(rows)


def release_with(table: Table, respondents: int, **policy: Any) -> Release:
    tables = release_of(table, respondents=respondents, policy={"k": 5, "m": 20, **policy})
    return Release("0" * 64, tables, certificate_for(tables), None, {})


def certificate_for(tables: PublishedTables) -> Certificate:
    withheld = {table.id: sum(not cell.status.is_shown for cell in table.cells) for table in tables.tables}
    audits = tuple(TableAudit(id, "flow" if n else "open", n, 5 if n else None) for id, n in withheld.items())
    return Certificate("0" * 64, "1" * 64, "barometer", "A0", 5, 20, tables.wave.respondents, audits, (), NOT_MODELLED)


def kinds(faults: tuple[Problem, ...]) -> set[str]:
    """Give what the attack found, and the codes of the other faults."""
    return {fault.item.rsplit(", ", 1)[-1] if fault.code == "release-unprotected" else fault.code for fault in faults}


def test_tables_that_keep_the_rules_are_accepted() -> None:
    assert recheck(release_with(*crossed((15, 15), (12, 18)))).faults == ()


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (crossed((4, 26), (15, 15)), "small_count"),
        (crossed((10, 9), (15, 15)), "small_group"),
        (crossed((30, 0), (15, 15)), "same_answer"),
        (crossed((29, 1), (15, 15)), "all_but_one"),
    ],
)
def test_a_printed_number_that_breaks_a_rule_is_named(table: tuple[Table, int], kind: str) -> None:
    assert kind in kinds(recheck(release_with(*table)).faults)


def test_a_withheld_cell_that_can_be_computed_is_named_and_so_is_the_span_claimed_of_it() -> None:
    table, respondents = crossed((4, 26), (15, 15))

    faults = recheck(release_with(withhold(table, ("y", "north")), respondents)).faults

    assert kinds(faults) == {"exact", "fixed_sum", "release-claims"}


def test_tables_that_no_answers_fit_are_named() -> None:
    table, respondents = crossed((10, 20), (15, 15))
    whole = single(rows_of((29, {"q": "y"}), (61, {"q": "n"})), "q", YES_NO)
    tables = release_of(whole, table, respondents=respondents)

    faults = recheck(Release("0" * 64, tables, certificate_for(tables), None, {})).faults

    assert "contradiction" in kinds(faults)


def test_an_unsafe_release_claims_nothing_that_could_be_rechecked() -> None:
    weak = release_with(*crossed((4, 26), (15, 15)))
    unsafe = replace(weak, tables=replace(weak.tables, unsafe=True), certificate=replace(weak.certificate, unsafe=True))

    assert recheck(weak).faults != ()
    assert recheck(unsafe).faults == ()


# ---- earlier releases


def test_an_earlier_release_that_is_not_at_hand_is_said_to_be_unchecked() -> None:
    one = release_with(*crossed((15, 15), (12, 18)))
    named = replace(one, certificate=replace(one.certificate, audited_with=("a" * 64,)))

    assert recheck(one).unchecked == ()
    assert recheck(named).unchecked == ("a" * 64,)


def test_the_union_with_an_earlier_release_is_attacked() -> None:
    earlier = release_with(*crossed((15, 15), (12, 18)))
    later = release_with(*crossed((16, 15), (12, 18)))

    assert recheck(later).faults == ()
    assert kinds(recheck(later, [earlier]).faults) == {"release-succession"}


UNION = Measure("union", "withheld_cells_narrow", 0, 0, "bound")


def audited_together() -> tuple[Release, Release]:
    """A release of a second wave, with a certificate that names the first."""
    first = release_with(*crossed((15, 15), (12, 18)))
    table, respondents = crossed((20, 22), (19, 23))
    tables = release_of(table, respondents=respondents, wave="w2")
    first = replace(first, id=release_id(first.tables))
    beyond_waves = beyond(without="releases")
    certificate = replace(
        certificate_for(tables), audited_with=(first.id,), not_modelled=beyond_waves, measures=(MEASURE, UNION)
    )
    return first, Release("0" * 64, tables, certificate, None, {})


MEASURE = Measure("A0", "withheld_cells_narrow", 0, 0, "bound")


def test_what_a_certificate_says_of_earlier_releases_is_computed_again() -> None:
    first, second = audited_together()
    boasting = replace(UNION, tried=40, held=40)
    forged = replace(second, certificate=replace(second.certificate, measures=(MEASURE, boasting)))

    assert recheck(second, [first]).faults == ()
    assert kinds(recheck(forged, [first]).faults) == {"release-claims"}


def test_a_certificate_that_says_to_replace_another_release_than_it_does_is_noticed() -> None:
    first, second = audited_together()
    forged = replace(second, certificate=replace(second.certificate, replaces=first.id))

    assert {fault.item for fault in recheck(forged, [first]).faults} == {"certificate.json, replaces"}


# ---- colluding respondents


def with_colluders(policy: int) -> tuple[Release, Findings]:
    """Four groups with withheld cells, under a policy that names so many colluders."""
    groups = {"a": (15, 9), "b": (14, 8), "c": (13, 9), "d": (16, 9)}
    rows = rows_of(
        *((yes, {"q": "y", "place": group}) for group, (yes, _) in groups.items()),
        *((no, {"q": "n", "place": group}) for group, (_, no) in groups.items()),
    )
    whole = single(rows, "q", YES_NO)
    hidden = withhold(single(rows, "q", YES_NO, by="place"), *((a, g) for a in YES_NO for g in groups))
    tables = release_of(whole, hidden, respondents=len(rows), policy={"k": 5, "m": 20, "colluders": policy})
    return Release("0" * 64, tables, certificate_for(tables), None, {}), attack([tables])


def test_what_colluders_cannot_narrow_is_measured_and_claimed() -> None:
    release, found = with_colluders(2)

    certificate = measured_by_attack(release.certificate, found)

    assert (certificate.attacker, certificate.colluders) == ("A0+R", 2)
    assert certificate.measures == tuple(
        Measure(attacker, "withheld_cells_narrow", 8, 8, "bound") for attacker in ("A0", "R")
    )
    assert not any(gap.startswith("R:") for gap in certificate.not_modelled)
    assert recheck(replace(release, certificate=certificate)).faults == ()


@pytest.mark.parametrize(
    "forge",
    [
        lambda c: replace(c, colluders=3),
        lambda c: replace(c, measures=(c.measures[0], replace(c.measures[1], tried=9, held=9))),
        lambda c: replace(c, measures=c.measures[:1]),
        lambda c: replace(c, measures=(c.measures[0], replace(c.measures[1], how="exact"))),
    ],
)
def test_a_forged_claim_about_colluders_is_noticed(forge: Forgery) -> None:
    release, found = with_colluders(2)
    certificate = forge(measured_by_attack(release.certificate, found))

    assert kinds(recheck(replace(release, certificate=certificate)).faults) == {"release-claims"}


# ---- pages in several languages, and the command


def test_a_page_with_another_number_or_mark_than_in_another_language_is_named(release: Release) -> None:
    page = release.files["report.sv.html"]
    assert b">118</td>" in page
    changed = replace(release, files={**release.files, "report.sv.html": page.replace(b">118</td>", b">119</td>", 1)})
    shown = page.replace(b'<span class="mark">[c]</span>', b"3", 1)
    leaking = replace(release, files={**release.files, "report.sv.html": shown})

    assert page != shown
    for forged in (changed, leaking):
        forged = replace(forged, tables=replace(forged.tables, unsafe=True))  # pages alone
        assert [(fault.code, fault.item) for fault in recheck(forged).faults] == [
            ("release-languages", "report.sv.html")
        ]


@pytest.mark.parametrize("field", ["policy_digest", "software"])
def test_a_page_made_with_another_certificate_is_named(release: Release, field: str) -> None:
    other = replace(release.certificate, **{field: "f" * 64})
    forged = replace(release, certificate=other, tables=replace(release.tables, unsafe=True))

    assert {fault.item for fault in recheck(forged).faults} == {
        f"report.{tongue}.html" for tongue in ("fi", "sv", "en")
    }


def test_the_command_notices_a_certificate_that_claims_more_although_every_digest_was_recomputed(
    release_by_organisation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {path.name: path.read_bytes() for path in release_by_organisation.iterdir()}
    certificate = certificate_from_plain(json.loads(files["certificate.json"]))
    forged = with_audit(lambda audit: replace(audit, smallest_span=1000))(certificate)
    files["certificate.json"] = pretty(to_plain(forged))
    files["SHA256SUMS"] = sums(files)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    assert main(["verify", str(tmp_path), "--json"]) == 1

    said = capsys.readouterr()
    assert [problem["code"] for problem in json.loads(said.out)["problems"]] == ["release-claims"]
    assert "A smallest span of 1000 is claimed" in said.err
    assert canonical_json(to_plain(certificate)) != canonical_json(to_plain(forged))
