from __future__ import annotations

import pytest

from barometer.questionnaire.conditions import And, Compare, Comparison, Expression, IsBlank, Not, Or, Selected
from barometer.questionnaire.model import Kind, Option, OptionKind, Page, Question, Questionnaire, Role, Row, Section
from barometer.questionnaire_page import describe, render_questionnaire
from barometer.texts import Text
from tests.barometer.report.test_page import Elements


def both(fi: str, en: str) -> Text:
    return Text.of({"fi": fi, "en": en})


YES, NO = Option("yes", both("kyllä", "yes"), score=1), Option("no", both("ei", "no"), score=0)
CANNOT_SAY = Option("cannot_say", both("en osaa sanoa", "cannot say"), OptionKind.CANNOT_SAY)
PART = Question(
    "part", Kind.SINGLE, both("Oletko osallistunut?", "Have you taken part?"), options=(YES, NO, CANNOT_SAY)
)
DID = Question(
    "did",
    Kind.MULTIPLE,
    both("Miten?", "How?"),
    options=(
        Option("news", both("uutiskirje", "newsletter")),
        Option("none", both("en mitenkään <5", "none of these <5"), exclusive=True),
        Option("other", both("muu", "other"), asks_text=True),
    ),
    max_choices=3,
    show_if=Compare("part", Comparison.EQUAL, "yes"),
)
GRADE = Question(
    "grade", Kind.MATRIX, both("Arvosana", "Grade"), rows=(Row("own", both("oma", "own")),), options=(YES, NO),
    role=Role.BACKGROUND,
)  # fmt: skip
YEARS = Question("years", Kind.NUMBER, both("Montako vuotta?", "How many years?"), minimum=0, maximum=99.5)
SINCE = Question("since", Kind.DATE, both("Mistä alkaen?", "Since when?"), earliest="2016-01-31")
NEEDS = Question("needs", Kind.TEXT, both("Mitä muuta?", "Anything else?"), max_characters=2000, never_raw=True)
QUESTIONNAIRE = Questionnaire(
    id="kb",
    version="1.2",
    title=both("Kysely", "Survey"),
    source_language="en",
    languages=("fi", "en"),
    sections=(
        Section("a", both("Osallistuminen", "Taking part"), (Page("p1", Text(), (PART,)), Page("p2", Text(), (DID,)))),
        Section(
            "b",
            both("Muut", "Others"),
            (Page("p3", both("Lopuksi", "Finally"), (GRADE, YEARS, SINCE, NEEDS)),),
            show_if=Selected("did", "news"),
        ),
    ),
    introduction=both("Tervetuloa.\n\nKiitos.", "Welcome.\n\nThank you."),
)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (Compare("part", Comparison.EQUAL, "yes"), "the answer to “Have you taken part?” is “yes”"),
        (Compare("part", Comparison.NOT_EQUAL, "no"), "the answer to “Have you taken part?” is other than “no”"),
        (Compare("years", Comparison.AT_LEAST, 2.5), "the answer to “How many years?” is at least 2.5"),
        (
            Compare("since", Comparison.LESS, "2020-12-02"),
            "the answer to “Since when?” is under 2\u00a0December 2020",
        ),
        (Compare("grade.own", Comparison.EQUAL, "yes"), "the answer to “Grade – own” is “yes”"),
        (Selected("did", "news"), "“newsletter” is chosen in “How?”"),
        (Not(IsBlank("did")), "it is not so that “How?” has no answer"),
        (
            And((IsBlank("years"), Or((Selected("did", "news"), Selected("did", "other"))))),
            "“How many years?” has no answer and (“newsletter” is chosen in “How?” or “other” is chosen in “How?”)",
        ),
    ],
)
def test_a_condition_is_put_in_words(expression: Expression, said: str) -> None:
    assert describe(expression, QUESTIONNAIRE, "en") == said


def test_a_condition_is_put_in_words_in_finnish_without_inflecting_labels() -> None:
    condition = Or((Compare("part", Comparison.EQUAL, "yes"), Selected("did", "news")))

    assert describe(condition, QUESTIONNAIRE, "fi") == (
        "kysymyksessä ”Oletko osallistunut?” vastaus on ”kyllä” tai kysymyksessä ”Miten?” on valittu ”uutiskirje”"
    )


@pytest.mark.parametrize("language", ["fi", "en"])
def test_every_wording_answer_and_code_is_on_the_page(language: str) -> None:
    text = Elements(render_questionnaire(QUESTIONNAIRE, language)).text

    for question in QUESTIONNAIRE.questions():
        assert question.text.in_(language) in text
        assert question.id in text
        for option in question.options:
            assert option.label.in_(language) in text
            assert option.code in text
    assert "grade.own" in text


def test_the_page_says_how_and_of_whom_each_question_is_asked() -> None:
    text = Elements(render_questionnaire(QUESTIONNAIRE, "en")).text

    assert "Asked if: the answer to “Have you taken part?” is “yes”." in text
    assert "This section is asked if: “newsletter” is chosen in “How?”." in text
    assert "Choose all that apply. Choose at most 3. May be left empty." in text
    assert "Write a number. At least 0. At most 99.5. May be left empty." in text
    assert "At least 31\u00a0January 2016." in text
    assert "At most 2\u202f000 characters. May be left empty. The text is never published as written." in text
    assert "alone, without other choices" in text
    assert "with a field for own words" in text
    assert "cannot say, outside the scale" in text
    assert "Results are shown by this question where groups are large enough." in text


def test_the_page_is_built_for_everybody() -> None:
    elements = Elements(render_questionnaire(QUESTIONNAIRE, "fi"))

    assert elements.headings == [1, 2, 2, 3, 3, 2, 3, 4, 4, 4, 4]
    assert all(table[0][0] == "caption" for table in elements.tables)
    assert next(given for tag, given in elements.found if tag == "html") == {"lang": "fi", "dir": "ltr"}
    assert not [tag for tag, given in elements.found if "style" in given or tag == "script"]
