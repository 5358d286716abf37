from __future__ import annotations

import numpy as np
import pytest

from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.model import Kind
from barometer.responses import (
    ChoiceColumn,
    DateColumn,
    Missing,
    MultipleColumn,
    NumberColumn,
    RankingColumn,
    TextColumn,
)
from barometer.responses_csv import read_answers
from tests.barometer.questionnaires import SMALL, option, question, questionnaire

HEADER = "took_part,did,did.other,useful.news,useful.training,order,years,since,wish,_last_page,_language"
SKIPPED, NOT_SHOWN, NOT_REACHED = Missing.SKIPPED, Missing.NOT_SHOWN, Missing.NOT_REACHED


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def problems_of(data: bytes, **names: str) -> list[Problem]:
    with pytest.raises(UnusableInput) as refused:
        read_answers(data, SMALL, **names)
    return list(refused.value.problems)


def problem_of(data: bytes) -> Problem:
    (problem,) = problems_of(data)
    assert "\n" not in str(problem)
    assert problem.file == "answers.csv"
    assert problem.remedy
    return problem


def test_a_row_of_a_matrix_may_be_called_other():
    asked = questionnaire([question("q", Kind.MATRIX, "yes", option("more", asks_text=True), rows=["own", "other"])])

    assert read_answers(b"q.own,q.other\nyes,more\n", asked).columns["q.other"].values.tolist() == [1]
    for data, code in (
        (b"q.own,q.other\nyes,maybe\n", "answers-unknown-code"),
        (b"q.own\nyes\n", "answers-missing-column"),
    ):
        with pytest.raises(UnusableInput) as refused:
            read_answers(data, asked)
        assert [problem.code for problem in refused.value.problems] == [code]


class TestReadingEachKind:
    def test_a_single_choice_is_the_place_of_its_code(self):
        column = read_answers(csv("yes" + "," * 10, "no" + "," * 10, "," * 10), SMALL).columns["took_part"]

        assert isinstance(column, ChoiceColumn)
        assert column.codes == ("yes", "no", "cannot_say")
        assert column.values.tolist() == [0, 1, SKIPPED]

    def test_a_multiple_choice_holds_its_codes_in_any_order(self):
        column = read_answers(csv("yes,other news,Study visit,,,,,,,,", "yes,none" + "," * 9), SMALL).columns["did"]

        assert isinstance(column, MultipleColumn)
        assert column.ticked.tolist() == [[True, False, True, False], [False, False, False, True]]
        assert column.state.tolist() == [0, 0]

    def test_a_ranking_goes_from_first_to_last_and_may_leave_a_rank_empty(self):
        column = read_answers(csv(",,,,,c a,,,,,", ",,,,,b - a,,,,,"), SMALL).columns["order"]

        assert isinstance(column, RankingColumn)
        assert column.ranks.tolist() == [[2, 0, 1], [3, 1, 0]]

    def test_a_number_a_date_and_a_text(self):
        columns = read_answers(csv(',,,,,,2.5,2020-02-29,"=1+1, said ""he""",,', ",,,,,,7.0,,,,"), SMALL).columns

        assert isinstance(years := columns["years"], NumberColumn)
        assert isinstance(since := columns["since"], DateColumn)
        assert isinstance(wish := columns["wish"], TextColumn)
        assert years.values.tolist() == [2.5, 7.0]
        assert since.values[0] == np.datetime64("2020-02-29")
        assert np.isnat(since.values[1])
        assert wish.values == ('=1+1, said "he"', "")


class TestWhyACellIsEmpty:
    def test_not_shown_not_reached_and_skipped_stay_apart(self):
        """
        respondent   took part   left after   page 2        page 3
        1            yes         -            skipped       skipped
        2            no          -            not shown     skipped
        3            yes         page 1       not reached   not reached
        4            no          page 1       not shown     not reached
        """
        data = csv("yes" + "," * 10, "no" + "," * 10, "yes,,,,,,,,,p1,", "no,,,,,,,,,p1,")

        columns = read_answers(data, SMALL).columns

        assert columns["useful.news"].values.tolist() == [SKIPPED, NOT_SHOWN, NOT_REACHED, NOT_SHOWN]
        assert columns["did"].state.tolist() == [SKIPPED, NOT_SHOWN, NOT_REACHED, NOT_SHOWN]
        assert columns["years"].state.tolist() == [SKIPPED, SKIPPED, NOT_REACHED, NOT_REACHED]

    def test_a_skipped_filter_shows_nothing_behind_it(self):
        assert read_answers(csv("," * 10), SMALL).columns["did"].state.tolist() == [NOT_SHOWN]

    def test_the_text_of_other_is_not_shown_to_who_did_not_tick_it(self):
        column = read_answers(csv("yes,news" + "," * 9, "yes,other" + "," * 9), SMALL).columns["did.other"]

        assert column.state.tolist() == [NOT_SHOWN, SKIPPED]

    def test_a_file_without_last_page_is_taken_as_reached_to_the_end(self):
        header = "took_part,did,useful.news,useful.training,order,years,since"

        columns = read_answers(csv("yes" + "," * 6, header=header), SMALL).columns

        assert columns["years"].state.tolist() == [SKIPPED]
        assert columns["wish"].state.tolist() == [SKIPPED]


class TestReadingTheColumnsAboutTheSheet:
    def test_they_are_taken_over(self):
        header = HEADER + ",_mode,_channel,_flags,_weight"

        responses = read_answers(csv("yes,,,,,,,,,p2,fi,paper,fair,fast honeypot,1.5", header=header), SMALL)

        assert responses.languages == ("fi",)
        assert responses.modes == ("paper",)
        assert responses.channels == ("fair",)
        assert responses.last_pages == ("p2",)
        assert responses.flags == (frozenset({"fast", "honeypot"}),)
        assert responses.weights is not None
        assert responses.weights.tolist() == [1.5]

    def test_what_the_file_does_not_know_stays_unknown(self):
        responses = read_answers(csv("," * 10), SMALL)

        assert (responses.languages, responses.modes, responses.weights) == ((), (), None)

    @pytest.mark.parametrize("weight", ["0", "-1", "nan", "inf", "1,5", "1e3", "1_0", " 1", ""])
    def test_a_weight_that_is_no_number_above_zero_is_refused(self, weight: str):
        problem = problem_of(csv("," * 11 + "2", "," * 11 + f'"{weight}"', header=HEADER + ",_weight"))

        assert (problem.code, problem.line, problem.item) == ("answers-weight", 3, "column _weight")

    def test_an_unknown_language_or_page_is_refused(self):
        found = problems_of(csv("," * 10 + "xx", ",,,,,,,,,p9,"))

        assert [(p.code, p.line) for p in found] == [("answers-unknown-language", 2), ("answers-unknown-last-page", 3)]


class TestAcceptingFiles:
    def test_a_byte_order_mark_windows_line_ends_and_blank_lines(self):
        data = b"\xef\xbb\xbf" + csv("yes" + "," * 10, "", "no" + "," * 10).replace(b"\n", b"\r\n")

        assert read_answers(data, SMALL).respondents == 2

    def test_a_header_alone_is_nobody(self):
        assert read_answers(csv(), SMALL).respondents == 0


class TestRefusingFiles:
    @pytest.mark.parametrize("data", [b"", b"\n\n", b"  "])
    def test_an_empty_file(self, data: bytes):
        assert problem_of(data).code == "csv-empty"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
    def test_utf_16(self, encoding: str):
        assert problem_of(csv("yes" + "," * 10).decode().encode(encoding)).code == "csv-utf16"

    def test_another_encoding_by_its_line(self):
        problem = problem_of(csv("," * 10, "yes,,,,,,,,Tyä,,").replace("ä".encode(), "ä".encode("latin-1")))

        assert (problem.code, problem.line) == ("csv-encoding", 3)

    def test_nul_by_its_line(self):
        problem = problem_of(csv("," * 10, "yes,,,,,,,,a\0b,,"))

        assert (problem.code, problem.line) == ("csv-nul", 3)

    @pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
    def test_another_delimiter(self, delimiter: str, name: str):
        problem = problem_of(csv("yes" + "," * 10).replace(b",", delimiter.encode()))

        assert problem.code == "csv-delimiter"
        assert name in problem.message

    def test_a_file_cut_off_in_a_row(self):
        problem = problem_of(csv("," * 10, "yes,news,"))

        assert (problem.code, problem.line) == ("csv-ragged", 3)

    def test_a_file_cut_off_in_its_last_cell(self):
        problem = problem_of(csv("," * 10, "yes" + "," * 10 + "f").rstrip(b"\n"))

        assert (problem.code, problem.line) == ("csv-cut-off", 3)

    def test_a_quotation_mark_that_is_never_closed_by_the_line_it_opens_on(self):
        problem = problem_of(csv(',,,,,,,,"a', 'b",,', ',,,,,,,,"c', "d,,"))

        assert (problem.code, problem.line) == ("csv-quotes", 4)

    def test_ten_megabytes_in_a_cell(self):
        problem = problem_of(csv("," * 10, ",,,,,,,," + "x" * 10_000_000 + ",,"))

        assert (problem.code, problem.line) == ("csv-cell-too-long", 3)
        assert len(str(problem)) < 250

    def test_a_column_twice(self):
        problem = problem_of(csv("," * 11, header=HEADER + ",did"))

        assert (problem.code, problem.line, problem.item) == ("csv-duplicate-column", 1, "column did")

    def test_an_unknown_column_with_a_guess_what_was_meant(self):
        problem = problem_of(csv("," * 11, header=HEADER + ",yeers"))

        assert (problem.code, problem.item) == ("answers-unknown-column", "column yeers")
        assert "years" in problem.remedy

    def test_a_column_that_is_missing(self):
        found = problems_of(csv("yes", header="took_part"))

        assert {p.code for p in found} == {"answers-missing-column"}
        assert [p.item for p in found] == [
            f"column {i}" for i in ("did", "useful.news", "useful.training", "order", "years", "since")
        ]


class TestRefusingCells:
    @pytest.mark.parametrize(
        ("row", "code", "column"),
        [
            ("maybe,,,,,,,,,,", "answers-unknown-code", "took_part"),
            ("Yes,,,,,,,,,,", "answers-unknown-code", "took_part"),
            ("yes,news sport,,,,,,,,,", "answers-unknown-code", "did"),
            ("yes,news;training,,,,,,,,,", "answers-unknown-code", "did"),
            ("yes,news news,,,,,,,,,", "answers-repeated-code", "did"),
            ("yes,news none,,,,,,,,,", "answers-exclusive", "did"),
            ("yes,news training other,,,,,,,,,", "answers-too-many", "did"),
            ("yes,,,4,,,,,,,", "answers-unknown-code", "useful.news"),
            (",,,,,a a,,,,,", "answers-repeated-code", "order"),
            (",,,,,a d,,,,,", "answers-unknown-code", "order"),
            (",,,,,-,,,,,", "answers-unknown-code", "order"),
            (",,,,,a - - b,,,,,", "answers-too-many", "order"),
            (',,,,,,"2,5",,,,', "answers-number", "years"),
            (",,,,,,nan,,,,", "answers-number", "years"),
            (",,,,,,100,,,,", "answers-out-of-range", "years"),
            (",,,,,,,24.2.023,,,", "answers-date", "since"),
            (",,,,,,,2023-02-30,,,", "answers-date", "since"),
            (",,,,,,,20230224,,,", "answers-date", "since"),
            (",,,,,,,1999-12-31,,,", "answers-out-of-range", "since"),
            ("no,news,,,,,,,,,", "answers-hidden", "did"),
            ("yes,news,words,,,,,,,,", "answers-hidden", "did.other"),
            ("yes,,,,,,3,,,p2,", "answers-after-last-page", "years"),
        ],
    )
    def test_each_is_named_with_line_and_column(self, row: str, code: str, column: str):
        problem = problem_of(csv("," * 10, row))

        assert (problem.code, problem.line, problem.item) == (code, 3, f"column {column}")

    def test_all_of_them_at_once_in_the_order_of_the_file(self):
        found = problems_of(csv(",,,,,,x,,,,", "maybe" + "," * 10, ",,,,,,y,,,,"))

        assert [(p.line, p.item) for p in found] == [(2, "column years"), (3, "column took_part"), (4, "column years")]

    def test_but_no_more_than_twenty(self):
        assert len(problems_of(csv(*(f",,,,,,x{n},,,," for n in range(50))))) == 20

    def test_the_line_is_right_after_a_text_of_several_lines(self):
        problem = problem_of(csv(',,,,,,,,"a', "", 'b",,', "maybe" + "," * 10))

        assert problem.line == 5

    def test_a_questionnaire_that_lists_a_code_twice_is_noticed(self):
        doubled = questionnaire([question("a", Kind.SINGLE, "x", "x")])

        with pytest.raises(UnusableInput, match="lists one option code twice"):
            read_answers(b"a\nx\n", doubled)


def test_a_condition_may_look_at_a_number_a_ranking_a_multiple_choice_or_a_text():
    chain = questionnaire(
        [question("n", Kind.NUMBER), question("m", Kind.MULTIPLE, "x", "y"), question("t", Kind.TEXT)],
        [
            question("a", Kind.SINGLE, "k", show_if="n > 2"),
            question("b", Kind.SINGLE, "k", show_if="selected(m, 'y')"),
            question("c", Kind.SINGLE, "k", show_if="is_blank(t)"),
        ],
    )

    columns = read_answers(b"n,m,t,a,b,c\n10,x y,,,,\n2,x,words,,,\n,,,,,\n", chain).columns

    assert columns["a"].values.tolist() == [SKIPPED, NOT_SHOWN, NOT_SHOWN]
    assert columns["b"].values.tolist() == [SKIPPED, NOT_SHOWN, NOT_SHOWN]
    assert columns["c"].values.tolist() == [SKIPPED, NOT_SHOWN, SKIPPED]


def test_an_option_may_be_called_like_an_exclusive_one_elsewhere():
    two = questionnaire(
        [question("a", Kind.MULTIPLE, "none", "x"), question("b", Kind.MULTIPLE, option("none", exclusive=True), "x")]
    )

    assert read_answers(b"a,b\nnone x,x\n", two).respondents == 1
