from __future__ import annotations

from dataclasses import replace

import pytest

from barometer.disclosure.protecting import NOT_MODELLED
from barometer.published import Measure, Part, Status
from barometer.published_rules import ATTACKERS, HOWS, RULES
from barometer.report.building import build_report
from barometer.report.figures import MARKS
from barometer.report.model import (
    CrossLine,
    Finding,
    Item,
    Key,
    Line,
    LossGroup,
    LossLine,
    Mark,
    Number,
    Report,
    Said,
    Segment,
    Stack,
    StackedChart,
)
from barometer.report.statements import METHOD_ITEMS
from barometer.report.words import words_in
from barometer.texts import Text
from barometer.wave import METHOD_ITEMS as METHOD_ITEMS_OF_WAVES
from tests.barometer.report.factory import CERTIFICATE, CITED, TABLES, WAVE

WITHHELD = Number("[c]", None, "c")
UNKNOWN = Number("[x]", None, "x")


def report_in(language: str) -> Report:
    return build_report(TABLES, certificate=CERTIFICATE, cited=CITED, language=language)


def test_a_question_becomes_its_shares_with_counts_intervals_and_who_is_outside() -> None:
    benefit = report_in("fi").questions[-1].panels[0].items[0]

    def line(code: str, label: str, part: Part, count: int, share: str, interval: str, value: float) -> Line:
        cell = f"kb2022/benefit/share/{code}/answered/-"
        shown = TABLES.table("benefit").cell(code)
        return Line(
            code,
            label,
            part,
            Number(str(count), count, "", cell),
            Number(share, value, "", cell),
            interval,
            shown.low,
            shown.high,
        )

    answer, outside = Part.ANSWER, {"share": None, "interval": "", "low": None, "high": None}
    skipped = line("skipped", "ohitti", Part.SKIPPED, 10, "", "", 0)
    not_shown = line("not_shown", "ei kysytty", Part.NOT_SHOWN, 65, "", "", 0)
    assert benefit == Item(
        id="benefit",
        label="",
        base=Number("300", 300),
        lines=(
            line("very", "erittäin hyödyllinen", answer, 80, "27\u00a0%", "22–32\u00a0%", 80 / 300),
            line("fairly", "melko hyödyllinen", answer, 100, "33\u00a0%", "28–39\u00a0%", 100 / 300),
            line("little", "vain vähän hyödyllinen", answer, 70, "23\u00a0%", "19–28\u00a0%", 70 / 300),
            line("none", "ei lainkaan hyödyllinen", answer, 30, "10\u00a0%", "7–14\u00a0%", 30 / 300),
            line("cannot_say", "en osaa sanoa", Part.CANNOT_SAY, 20, "7\u00a0%", "4–10\u00a0%", 20 / 300),
        ),
        nets=(
            replace(
                line("useful", "erittäin tai melko hyödyllinen", Part.NET, 180, "60\u00a0%", "54–65\u00a0%", 0.6),
                merged=(),
            ),
        ),
        outside=(replace(skipped, **outside), replace(not_shown, **outside)),
    )


def test_rows_of_a_matrix_share_one_panel_and_the_withheld_rest_is_drawn_as_one_piece() -> None:
    panel = report_in("en").questions[3].panels[0]

    assert [item.label for item in panel.items] == ["training", "newsletter"]
    assert panel.marks == (Mark("c", "withheld to protect respondents; any number from 1 up is possible"),)
    assert isinstance(panel.chart, StackedChart)
    assert panel.chart.stacks[1] == Stack(
        "newsletter",
        (
            Segment("very useful", "for1", 0, 63 / 240, "26%"),
            Segment("fairly useful", "for2", 63 / 240, 100 / 240, "42%"),
            Segment("a little useful", "against2", 163 / 240, 47 / 240, "20%"),
            Segment("withheld together", "withheld", 210 / 240, 30 / 240, "[c]"),
        ),
    )
    assert panel.chart.keys[-1] == Key("withheld together", "withheld")


def test_options_of_a_multiple_choice_are_ordered_by_size_with_withheld_ones_last() -> None:
    did = report_in("en").questions[2]

    lines = did.panels[0].items[0].lines

    assert [(line.code, line.share and line.share.text) for line in lines] == [
        ("newsletter", "62%"),
        ("training", "49%"),
        ("other", "[c]"),
    ]


def test_the_column_of_all_is_counted_by_the_crossed_tables_own_base() -> None:
    crosstab = report_in("en").backgrounds[0].crosstabs[0]

    assert [column.label for column in crosstab.columns] == ["All", "public sector", "NGOs", "others"]
    assert crosstab.base == (Number("300", 300), Number("165", 165), WITHHELD, WITHHELD)
    rest = crosstab.lines[1]
    cell = "kb2022/benefit/share/rest/answered/org_type="
    assert rest == CrossLine(
        "rest",
        "other answers",
        Part.ANSWER,
        shares=(
            Number("33%", 100 / 300),
            Number("33%", 55 / 165, "", cell + "public"),
            replace(WITHHELD, cell=cell + "ngo"),
            replace(WITHHELD, cell=cell + "other"),
        ),
        counts=(
            Number("100", 100),
            Number("55", 55, "", cell + "public"),
            Number("30", 30, "", cell + "ngo"),
            Number("15", 15, "", cell + "other"),
        ),
    )


def test_the_column_of_all_stays_unknown_where_a_part_of_it_is_withheld() -> None:
    benefit = TABLES.table("benefit")
    withheld = benefit.with_cells(
        [
            replace(cell, status=Status.CONFIDENTIAL, count=None) if cell.category == "none" else cell
            for cell in benefit.cells
        ]
    )
    tables = replace(TABLES, tables=(withheld, TABLES.table("benefit", "org_type")))

    crosstab = build_report(tables, certificate=CERTIFICATE, cited=None, language="en").backgrounds[0].crosstabs[0]

    useful, rest = crosstab.lines[:2]
    assert (crosstab.base[0], useful.counts[0], rest.counts[0]) == (UNKNOWN, Number("180", 180), UNKNOWN)
    assert useful.shares[0] == UNKNOWN


def test_a_share_of_fewer_than_fifty_is_marked() -> None:
    table = TABLES.table("benefit")
    cells = [replace(cell, status=Status.UNRELIABLE) if cell.category == "useful" else cell for cell in table.cells]
    tables = replace(TABLES, tables=(table.with_cells(cells),))

    panel = build_report(tables, certificate=CERTIFICATE, cited=None, language="sv").questions[0].panels[0]

    assert panel.items[0].nets[0].share == Number(
        "60\u00a0%\u00a0[u]", 0.6, "u", "kb2022/benefit/share/useful/answered/-"
    )
    assert panel.marks == (Mark("u", "antalet svar är under 50: läs med försiktighet"),)


def test_the_summary_says_what_was_found_with_the_number_set_large() -> None:
    findings = report_in("en").summary.findings

    assert findings == (
        Finding("The mean is 6.8.", "What grade do you give to cooperation?", "q-grade", "6.8"),
        Finding(
            "Of the answers that can be shown, the most common was “newsletter”: "
            "62% of the 300 respondents in the base.",
            "How have you taken part?",
            "q-did",
            "62%",
        ),
        Finding(
            "The share of “very or fairly useful” is highest at “training”: 70%. It is lowest at “newsletter”: 68%.",
            "How useful have the national activities been?",
            "q-use_nat",
            "70%",
        ),
        Finding(
            "Of the 300 respondents in the base, 60% chose: “very or fairly useful”.",
            "Has the programme been of benefit to your work?",
            "q-benefit",
            "60%",
        ),
    )


@pytest.mark.parametrize(
    ("language", "figures"),
    [
        ("fi", ["60\u00a0%", "68–70\u00a0%", "arvosana 6,8", "”almost 800”"]),
        ("sv", ["60\u00a0%", "68–70\u00a0%", "betyg 6,8", "”almost 800”"]),
        ("en", ["60%", "68–70%", "grade 6.8", "“almost 800”"]),
    ],
)
def test_cited_figures_stay_as_published_a_range_as_a_range(language: str, figures: list[str]) -> None:
    cited = report_in(language).cited

    assert cited is not None
    assert [line.figure for line in cited.figures] == figures


def test_method_items_that_nobody_stated_are_listed() -> None:
    wave = replace(WAVE, methods={**WAVE.methods, "weighting": Text()})

    report = build_report(replace(TABLES, wave=wave), certificate=CERTIFICATE, cited=None, language="en")

    assert report.missing_method_items == ("weighting",)
    assert [item.heading for item in report.methods if item.text is None] == ["Weighting"]
    assert report_in("en").missing_method_items == ()


def test_the_method_items_are_those_a_wave_is_asked_for() -> None:
    assert METHOD_ITEMS == METHOD_ITEMS_OF_WAVES


def test_losses_are_told_by_what_happened_and_each_reason_once() -> None:
    loss = TABLES.losses[0]
    losses = (loss, replace(loss, table="grade/org_type"), replace(loss, table="use_nat.training", what="withheld"))

    report = build_report(replace(TABLES, losses=losses), certificate=CERTIFICATE, cited=None, language="en")

    reason = Said("Groups under 20 respondents were joined.")
    benefit = "Has the programme been of benefit to your work?, by: Which kind of organisation?"
    assert report.losses == (
        LossGroup(
            "In 2 tables by background, answers are shown together so that groups stay large enough.",
            (LossLine("merged", reason, (benefit, "grade/org_type")),),
        ),
        LossGroup(
            "In 1 table of all respondents, some numbers are not shown.",
            (LossLine("withheld", reason, ("How useful have the national activities been? – training",)),),
        ),
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_all_that_the_audit_leaves_out_is_said_in_every_language(language: str) -> None:
    report = build_report(
        TABLES, certificate=replace(CERTIFICATE, not_modelled=NOT_MODELLED), cited=None, language=language
    )

    assert [said.language for said in report.protection.not_modelled] == [""] * len(NOT_MODELLED)


def test_the_summary_begins_with_the_most_and_the_least_positive_results() -> None:
    rows = [replace(TABLES.table("use_nat.training"), item=f"use_nat.r{place}") for place in range(2)]

    report = build_report(
        replace(TABLES, tables=(*TABLES.tables, *rows)), certificate=CERTIFICATE, cited=None, language="en"
    )

    assert [finding.figure for finding in report.summary.highest] == ["70%", "70%"]
    assert [(finding.figure, finding.question) for finding in report.summary.lowest] == [
        ("60%", "Has the programme been of benefit to your work?"),
        ("68%", "How useful have the national activities been? – newsletter"),
    ]
    assert "Has the programme been of benefit to your work?" not in [f.question for f in report.summary.findings]


def test_a_crosstab_of_another_base_repeats_the_share_of_the_results_with_its_base() -> None:
    whole = TABLES.table("benefit")
    crossed = TABLES.table("benefit", "org_type")
    view = replace(crossed.base, rule="view", categories=tuple(c for c in crossed.base.categories if c != "cannot_say"))
    tables = tuple(replace(table, base=view) if table is crossed else table for table in TABLES.tables)

    report = build_report(replace(TABLES, tables=tables), certificate=CERTIFICATE, cited=None, language="en")

    (crosstab,) = (c for b in report.backgrounds for c in b.crosstabs if c.id == crossed.id)
    net = next(line for line in crosstab.lines if line.code == "useful")
    assert net.beside is not None
    assert (net.beside.share.text, net.beside.base) == ("60%", "n\u00a0=\u00a0300")
    assert whole.group("-").base == 300


def test_the_certificate_is_told_in_words_that_claim_no_more_than_an_audit() -> None:
    protection = report_in("en").protection

    assert protection.sentences[:2] == (
        "These tables were audited against the stated attacker.",
        "The attacker: reads everything that is published, knows the method and its rules, can compute with them, "
        "and also knows the background of every respondent.",
    )
    assert [audit.withheld for audit in protection.audits] == ["6"]
    assert protection.not_modelled == (Said("an attacker who reruns the withholding", "en"),)


MEASURED = replace(
    CERTIFICATE,
    attacker="A0+R",
    colluders=2,
    audited_with=("e" * 64,),
    rules=("threshold", "margins", "a rule of a later version"),
    measures=(
        Measure("A0", "withheld_cells_narrow", 1232, 1232, "bound"),
        Measure("A3", "narrowed", 1000, 999, "exact"),
        Measure("A1", "deniability", 0, 0, "rate"),
    ),
)


def test_what_was_measured_stands_in_the_report_with_its_numbers_and_is_never_rounded_up() -> None:
    protection = build_report(TABLES, certificate=MEASURED, cited=None, language="en").protection

    assert [(line.tried, line.held, line.share) for line in protection.measures] == [
        ("1\u202f232", "1\u202f232", "100%"),
        ("1\u202f000", "999", "99.9%"),
        ("0", "0", "–"),
    ]
    assert protection.measures[1].what == "withheld numbers that rerunning the method does not narrow below 5"
    assert protection.measures[1].how == "exactly: all possibilities were gone through"
    nearly = replace(MEASURED, measures=(Measure("A3", "narrowed", 100_000, 99_999, "rate"),))
    cut = build_report(TABLES, certificate=nearly, cited=None, language="fi").protection.measures[0]
    assert cut.share == "99,9\u00a0%"


def test_an_attacker_that_was_measured_and_is_not_claimed_stands_among_what_is_not_claimed() -> None:
    protection = build_report(TABLES, certificate=MEASURED, cited=None, language="en").protection

    assert [said.text.partition(": ")[2] for said in protection.not_modelled[1:]] == [
        "reader who reruns the method (A3)",
        "reader who knows all backgrounds (A1)",
    ]
    assert "Up to 2 respondents may pool their own answers." in protection.sentences
    assert f"Audited together with the earlier release {'e' * 64}." in protection.identities


EARLIER = "d" * 64


@pytest.mark.parametrize(
    ("language", "replaces", "said"),
    [
        (
            "en",
            EARLIER,
            f"Replaces the earlier release {EARLIER} of the same wave: every number that differs does so",
        ),
        ("fi", EARLIER, f"Korvaa saman kierroksen aiemman julkaisun {EARLIER}: jokainen eroava luku eroaa"),
        ("sv", EARLIER, f"Ersätter den tidigare publiceringen {EARLIER} av samma omgång: varje tal som skiljer sig"),
        ("en", MEASURED.release, "An edition: of this very release other words were published before."),
        ("fi", MEASURED.release, "Uusi laitos: tämä sama julkaisu on julkaistu aiemmin toisin sanoin."),
        ("sv", MEASURED.release, "En ny utgåva: samma publicering har tidigare getts ut med andra ord."),
    ],
)
def test_what_a_release_replaces_is_said_in_words(language: str, replaces: str, said: str) -> None:
    certificate = replace(MEASURED, replaces=replaces, audited_with=(replaces,))

    identities = build_report(TABLES, certificate=certificate, cited=None, language=language).protection.identities

    assert identities[1].startswith(said)
    plain = build_report(TABLES, certificate=MEASURED, cited=None, language=language).protection.identities
    assert not any(line.startswith(said[:12]) for line in plain)


def test_rules_are_said_with_the_numbers_of_the_policy_and_an_unknown_one_by_its_code() -> None:
    protection = build_report(TABLES, certificate=MEASURED, cited=None, language="sv").protection

    assert protection.rules[0].startswith("Resultat visas efter: ")
    assert protection.rules[1:] == (
        "Antal från 1 till 4 visas inte.",
        "Grupper slås ihop längs ett träd som fastställdes innan enkäten öppnades, tills var och en har minst 20 "
        "svarande.",
        "a rule of a later version",
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_rule_attacker_and_kind_of_measure_has_words(language: str) -> None:
    known = words_in(language).knows

    assert [rule for rule in RULES if not known(f"protect.rule_{rule}")] == []
    assert [attacker for attacker in ATTACKERS if not known(f"protect.short_{attacker}")] == []
    assert [how for how in HOWS if not known(f"protect.how_{how}")] == []


def test_an_unsafe_release_says_so_first_and_claims_no_audit() -> None:
    report = build_report(
        replace(TABLES, unsafe=True), certificate=replace(CERTIFICATE, unsafe=True), cited=None, language="en"
    )

    assert report.unsafe
    assert [banner.split(".")[0] for banner in report.banners] == ["UNSAFE", "Demonstration"]
    assert "audited" not in " ".join(report.protection.sentences)


def test_prose_that_nobody_translated_names_its_language() -> None:
    wave = replace(WAVE, label=Text.of({"fi": "Keksittyjä vastauksia"}))

    report = build_report(replace(TABLES, wave=wave), certificate=CERTIFICATE, cited=None, language="en")

    assert report.label == Said("Keksittyjä vastauksia", "fi")


def test_the_languages_differ_in_words_alone() -> None:
    def values(report: Report) -> list[tuple[float | None, str, str]]:
        items = [item for question in report.questions for panel in question.panels for item in panel.items]
        return [(line.count.value, line.count.mark, line.count.cell) for item in items for line in item.lines]

    assert values(report_in("fi")) == values(report_in("sv")) == values(report_in("en"))


def test_every_mark_is_explained() -> None:
    assert "".join(mark.letter for mark in report_in("fi").marks) == MARKS
