from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from barometer.estimation import estimate
from barometer.published import TOTAL, Category, Mean, Part, PublishedTables, Status, Table
from barometer.report.building import build_report
from barometer.texts import Text
from tests.barometer.report.factory import CERTIFICATE, DID, GRADE, NEWSLETTER, TABLES, TRAINING, answer, table, words


def finding_of(*tables: Table, language: str = "en") -> str:
    published = estimate(PublishedTables(TABLES.wave, TABLES.policy, tables))
    return build_report(published, certificate=CERTIFICATE, cited=None, language=language).questions[0].finding


def plain(counts: Sequence[int | None]) -> Table:
    codes = "abc"[: len(counts)]
    shown = {code: [count] for code, count in zip(codes, counts, strict=True)}
    return table("q", words("Which?"), [answer(code, code.upper()) for code in codes], shown, base=[100])


def test_a_plain_choice_names_its_most_common_answer() -> None:
    assert finding_of(plain([50, 30, 20])) == "The most common answer was “A”: 50% of the 100 respondents in the base."


def test_answers_that_print_alike_are_named_together() -> None:
    assert finding_of(plain([40, 40, 20])) == (
        "The most common answers were “A” and “B”: 40% each of the 100 respondents in the base."
    )


def test_a_withheld_answer_might_be_the_most_common_so_only_shown_ones_are_spoken_of() -> None:
    assert finding_of(plain([50, None, None])) == (
        "Of the answers that can be shown, the most common was “A”: 50% of the 100 respondents in the base."
    )


def test_a_question_with_nothing_shown_says_so_in_every_language() -> None:
    assert [finding_of(plain([None, None]), language=language) for language in ("fi", "sv", "en")] == [
        "Tämän kysymyksen tuloksia ei näytetä, jotta vastaajat pysyvät suojassa.",
        "Resultaten av denna fråga visas inte, för att skydda de svarande.",
        "The results of this question are withheld to protect the respondents.",
    ]


def test_finnish_and_swedish_labels_are_quoted_and_never_inflected() -> None:
    assert finding_of(DID, language="fi") == (
        "Näytettävistä vastauksista yleisin on ”uutiskirje”: 62\u00a0%. Laskettuja vastaajia on 300."
    )
    assert finding_of(TRAINING, NEWSLETTER, language="sv") == (
        "Andelen ”mycket eller ganska nyttig” är störst på raden ”utbildningar”: 70\u00a0%. "
        "Den är minst på raden ”nyhetsbrev”: 68\u00a0%."
    )


def test_rows_with_the_same_printed_share_are_called_the_same() -> None:
    other = replace(TRAINING, item="use_nat.events", row_title=words("events"))

    assert finding_of(TRAINING, other) == "The share of “very or fairly useful” is the same on every row: 70%."


def test_a_single_row_is_named() -> None:
    assert finding_of(TRAINING) == "training: Of the 240 respondents in the base, 70% chose: “very or fairly useful”."


def test_rows_with_means_leave_out_the_withheld_one_and_say_so() -> None:
    def row(code: str, value: float | None) -> Table:
        status = Status.SHOWN if value is not None else Status.CONFIDENTIAL
        return replace(GRADE, item=f"grade.{code}", row_title=words(code), means=(Mean(TOTAL, status, value, 1, 375),))

    assert finding_of(row("municipal", 6.8), row("regional", 6.1), row("national", 5.5)) == (
        "The mean is highest at “municipal”: 6.8. It is lowest at “national”: 5.5."
    )
    assert finding_of(row("municipal", 6.8), row("regional", None), row("national", 5.5)) == (
        "Of the rows that can be shown, the mean is highest at “municipal”: 6.8. It is lowest at “national”: 5.5."
    )


def test_an_open_question_tells_how_many_wrote_and_nothing_they_wrote() -> None:
    wrote = table(
        "needs",
        words("What should change?"),
        [Category("_answered", Text(), Part.ANSWERED), Category("_skipped", Text(), Part.SKIPPED)],
        {"_answered": [96], "_skipped": [279]},
        base=[96],
    )

    assert finding_of(wrote, language="fi") == "Omin sanoin vastasi 96 vastaajaa. Heidän tekstejään ei julkaista tässä."


def test_nobody_in_the_base_is_said_plainly() -> None:
    assert finding_of(replace(plain([0, 0]), groups=(replace(plain([0]).groups[0], base=0),))) == (
        "Nobody is in the base of this question."
    )
