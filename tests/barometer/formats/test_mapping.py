"""Other people's survey, invented here with every quirk that real ones were seen to have."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from barometer.formats.mapping import Change, Mapped, apply_mapping, read_mapping, wave_files
from barometer.problems import UnusableInput
from barometer.questionnaire.canonical import from_plain
from barometer.questionnaire.model import Kind, OptionKind, Role
from barometer.responses import Missing
from barometer.responses_csv import read_answers, sheets_of
from barometer.texts import Text
from barometer.wave import read_wave

MAPPING = dedent(
    r"""
    schema: kumppani/mapping/1
    id: theirs
    version: "1"
    title: {en: Their survey, de: Ihre Umfrage}
    attribution: {en: By them., de: Von ihnen.}
    languages: [en, de]
    answers:
      file: data.csv
      header: '^(?P<code>[A-Za-z]\w*)(\[(?P<part>[^\]]+)\])?\.\s*(?P<text>.*?)(\s*\[(?P<label>[^\]]*)\])?$'
      ignore: [""]
    questions:
      file: questions.csv
      columns: {code: code, format: type, list: answers, other: other, section: page}
      texts: {en: wording, de: german}
      kinds: {ONE: single, YN: single, MANY: multiple, RANK: ranking, TEXT: text, NUMBER: number}
      lists: {YN: yes_no}
    lists:
      files: "lists/{name}.csv"
      delimiter: ";"
      languages: [en, de]
      strip: "|"
      renamed: {raisons: reasons}
      other: Other
    option_kinds: {Rather not say: refuse}
    aliases: {size: {"5.0": 5+}}
    backgrounds: [job]
    show_if: {langs: "codes = 'yes'"}
    unlisted: add
    find_break_off: true
    """
)
QUESTIONS = """code,wording,german,type,answers,other,page
job,What is your job?,Was ist dein Beruf?,ONE,jobs,Y,1
codes,Do you write code?,Schreibst du Code?,YN,,,1
size,How big is the team?,,ONE,sizes,,1
langs,Which languages?,,MANY,,,2
calm,I am calm,Ich bin ruhig,ONE,agree,,2
glad,I am glad,,ONE,agree,,2
sat,How satisfied are you with:,,ONE,agree,,2
once,How often?,,ONE,agree,,2
why,Why this job?,,RANK,raisons,,3
years,For how many years?,,NUMBER,,,3
wish,What do you wish?,,TEXT,,,3
pay,What do you earn?,,ONE,pay,,3
"""
LISTS = {
    "jobs": '"Teacher";"Lehrer"\n"Nurse, or similar";"Pflege"\n"Rather not say";"keine Angabe"',
    "yes_no": "Yes;Ja\nNo;Nein",
    "sizes": "1;1\n2;2\n5+;5+\n",
    "agree": "\ufeff0 - no;0 - nein\n1;1\n10 - yes;10 - ja\n",
    "reasons": "|Money|\n|Money|\n|Friends|\n",
}
HEADER = (
    ',job. What is your job?,codes. Do you write code?,"size. How big, really?",'
    "langs[1]. Which languages? [C],langs[2]. Which languages? [C++],"
    "block1[glad]. [I am glad],block1[calm]. [I am calm],"
    "sat[SQ1]. How satisfied are you with: [the work],sat[SQ2]. How satisfied are you with: [the pay],"
    "once[SQ1]. How often? [],"
    "why[1]. Why this job? [Rank 1],why[2]. Why this job? [Rank 2],years. For how many years?,wish. What do you wish?"
)
ROWS = (
    "0,Teacher,Yes,1.0,Yes,No,1,\ufeff0 - no,1,1,10 - yes,Friends,Money,15.0,More time",
    '4,"Nurse, or similar",No,5.0,,,1,1,,1,,Money,,2.5,',
    "5,Other,Yes,2.0,No,Yes,,,,,,,,,",
    "6,Pilot ,Yes,,No,No,,,,,,,,,",
)


def files(*rows: str, header: str = HEADER, **replaced: str) -> dict[str, bytes]:
    data = {"data.csv": "\n".join([header, *(rows or ROWS), ""]), "questions.csv": QUESTIONS}
    data |= {f"lists/{name}.csv": text for name, text in LISTS.items()}
    return {name: text.encode() for name, text in (data | replaced).items()}


def mapped(mapping: str = MAPPING, **replaced: str) -> Mapped:
    return apply_mapping(read_mapping(mapping.encode()), files(**replaced))


def refusal(mapping: str = MAPPING, **replaced: str) -> str:
    with pytest.raises(UnusableInput) as refused:
        mapped(mapping, **replaced)
    return str(refused.value)


class TestTheDraftedQuestionnaire:
    def test_every_kind_of_column_becomes_its_kind_of_question(self):
        kinds = {question.id: question.kind for question in mapped().questionnaire.questions()}

        assert kinds == {
            "job": Kind.SINGLE,
            "codes": Kind.SINGLE,
            "size": Kind.SINGLE,
            "langs": Kind.MULTIPLE,
            "block1": Kind.MATRIX,
            "sat": Kind.MATRIX,
            "once": Kind.SINGLE,
            "why": Kind.RANKING,
            "years": Kind.NUMBER,
            "wish": Kind.TEXT,
        }

    def test_a_block_of_statements_becomes_the_rows_of_a_matrix_in_their_own_wording(self):
        block = mapped().questionnaire.question("block1")

        assert [(row.code, row.label) for row in block.rows] == [
            ("glad", Text.of({"en": "I am glad"})),
            ("calm", Text.of({"en": "I am calm", "de": "Ich bin ruhig"})),
        ]
        assert [option.label.in_("en") for option in block.options] == ["0 - no", "1", "10 - yes"]

    def test_an_array_takes_its_rows_from_the_header(self):
        assert [row.label.in_("en") for row in mapped().questionnaire.question("sat").rows] == ["the work", "the pay"]

    def test_options_come_from_the_list_in_every_language_then_what_only_the_data_know(self):
        job = mapped().questionnaire.question("job")

        assert [(o.code, o.label.as_dict(), o.kind) for o in job.options] == [
            ("teacher", {"en": "Teacher", "de": "Lehrer"}, OptionKind.SUBSTANTIVE),
            ("nurse_or_similar", {"en": "Nurse, or similar", "de": "Pflege"}, OptionKind.SUBSTANTIVE),
            ("rather_not_say", {"en": "Rather not say", "de": "keine Angabe"}, OptionKind.REFUSE),
            ("other", {"en": "Other"}, OptionKind.SUBSTANTIVE),
            ("pilot", {"en": "Pilot"}, OptionKind.SUBSTANTIVE),
        ]
        assert job.role is Role.BACKGROUND

    def test_a_multiple_choice_has_an_option_for_each_column(self):
        langs = mapped().questionnaire.question("langs")

        assert [(option.code, option.label.in_("en")) for option in langs.options] == [("1", "C"), ("2", "C++")]

    def test_sections_are_those_of_the_list_of_questions(self):
        pages = [[question.id for question in page.questions] for _, page in mapped().questionnaire.pages()]

        assert pages == [["job", "codes", "size"], ["langs", "block1", "sat", "once"], ["why", "years", "wish"]]


class TestTheAnswers:
    def test_labels_become_codes(self):
        first, second, *_ = sheets_of(mapped().responses)

        assert first.answers == {
            "job": "teacher",
            "codes": "yes",
            "size": "1",
            "langs": ("1",),
            "block1.glad": "1",
            "block1.calm": "0_no",
            "sat.SQ1": "1",
            "sat.SQ2": "1",
            "once": "10_yes",
            "why": ("friends", "money"),
            "years": 15.0,
            "wish": "More time",
        }
        assert second.answers["size"] == "5"
        assert second.answers["years"] == 2.5
        assert second.answers["why"] == ("money",)

    def test_what_routing_did_not_show_is_not_called_skipped(self):
        langs = mapped().responses.columns["langs"]

        assert langs.state.tolist() == [0, Missing.NOT_SHOWN, 0, Missing.NOT_REACHED]

    def test_the_last_page_is_the_last_with_any_answer_and_an_unticked_option_is_none(self):
        assert mapped().responses.last_pages == ("", "", "page_2", "page_1")

    def test_without_looking_for_break_off_a_blank_is_skipped(self):
        plain = mapped(MAPPING.replace("find_break_off: true", "find_break_off: false"))

        assert plain.responses.last_pages == ()
        assert plain.responses.columns["years"].state.tolist() == [0, 0, Missing.SKIPPED, Missing.SKIPPED]


class TestTheReport:
    def test_every_change_is_counted_where_it_happened(self):
        assert list(mapped().report.lines()) == [
            "alias: size (5.0 = 5+): 1",
            "column_ignored: (no name): 1",
            "label_repeated: lists/reasons.csv (Money): 1",
            "no_column: pay: 1",
            "option_added: job (Pilot): 1",
            "trimmed: block1 (0 - no): 1",
            "trimmed: job (Pilot): 1",
            "whole_number: size (1.0 = 1): 1",
            "whole_number: size (2.0 = 2): 1",
            "whole_number: years: 1",
        ]

    def test_an_answer_that_routing_hides_is_left_out_and_counted(self):
        report = mapped(**{"data.csv": f"{HEADER}\n0,Teacher,No,,Yes,,,,,,,,,,x\n"}).report

        assert report.times(Change.LEFT_OUT) == 1

    def test_a_number_that_is_none_is_left_empty_and_counted(self):
        result = mapped(**{"data.csv": f"{HEADER}\n0,Teacher,No,,,,,,,,,,,80%,x\n"})

        assert result.report.times(Change.UNREADABLE, "years") == 1
        assert "years" not in sheets_of(result.responses)[0].answers


class TestRefusing:
    def test_an_answer_in_no_list_unless_it_may_be_added(self):
        said = refusal(MAPPING.replace("unlisted: add", "unlisted: refuse"))

        assert "job: 'Pilot' stands in the data, but in no answer list." in said

    def test_a_list_that_is_not_there(self):
        assert "lists/raisons.csv: There is no such file" in refusal(MAPPING.replace("renamed: {raisons: reasons}", ""))

    def test_a_header_that_does_not_fit(self):
        assert "The header 'no code' does not fit" in refusal(**{"data.csv": "no code\nx\n"})

    def test_a_kind_the_mapping_does_not_know(self):
        said = refusal(MAPPING.replace("NUMBER: number", "DIGITS: number"))

        assert "what kind of question 'NUMBER' is" in said

    def test_a_column_the_list_of_questions_does_not_have(self):
        assert "questions.csv:1: The file has no column 'format'" in refusal(
            MAPPING.replace("format: type", "format: format")
        )

    @pytest.mark.parametrize(
        ("said", "instead", "because"),
        [
            ("(?P<code>[A-Za-z]", "(?P<code>[A-Za-z", "mapping.yaml:10: The pattern cannot be read"),
            ("(?P<code>", "(?P<name>", "mapping.yaml:10: The pattern has no group named `code`"),
            ("codes = 'yes'", "codes =", "mapping.yaml:28: The condition of langs cannot be read"),
            ("unlisted: add", "unlisted: perhaps", "mapping.yaml:29"),
        ],
    )
    def test_a_fault_in_the_mapping_by_its_line(self, said: str, instead: str, because: str):
        assert because in refusal(MAPPING.replace(said, instead))

    def test_unreadable_data_as_answers_csv_would_be(self):
        assert "[csv-utf16]" in refusal_of_bytes("\n".join([HEADER, *ROWS, ""]).encode("utf-16"))


def refusal_of_bytes(data: bytes) -> str:
    with pytest.raises(UnusableInput) as refused:
        apply_mapping(read_mapping(MAPPING.encode()), files() | {"data.csv": data})
    return str(refused.value)


def test_another_delimiter_and_encoding_are_read_when_the_mapping_says_so():
    described = MAPPING.replace("  file: data.csv\n", '  file: data.csv\n  encoding: latin-1\n  delimiter: ";"\n')
    data = "job. What is your job?;wish. What do you wish?\nTeacher;Weniger Lärm\n".encode("latin-1")

    result = apply_mapping(read_mapping(described.encode()), files() | {"data.csv": data})

    assert sheets_of(result.responses)[0].answers == {"job": "teacher", "wish": "Weniger Lärm"}


def test_a_mapped_survey_makes_a_wave_folder_that_reads_back_the_same():
    result = mapped()

    files = wave_files(read_mapping(MAPPING.encode()), result)

    questionnaire = from_plain(json.loads(files["questionnaire.json"]))
    responses = read_answers(files["answers.csv"], questionnaire)
    wave = read_wave(files["wave.yaml"], questionnaire, respondents=responses.respondents)
    assert sheets_of(responses) == sheets_of(result.responses)
    assert (wave.id, wave.demonstration, wave.attribution.in_("de")) == ("theirs", False, "Von ihnen.")
    assert files["mapping-report.txt"].decode().splitlines() == list(result.report.lines())
