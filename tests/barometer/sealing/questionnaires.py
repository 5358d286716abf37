"""A small questionnaire with every kind of question, for the tests of sealing."""

from barometer.questionnaire.model import Kind, Option, Page, Question, Questionnaire, Row, Section
from barometer.texts import Text


def said(english: str) -> Text:
    return Text.of({"en": english})


YES_NO = (Option("yes", said("Yes")), Option("no", said("No")))
QUESTIONS = (
    Question("works", Kind.SINGLE, said("Do you work with partners?"), options=YES_NO),
    Question(
        "with",
        Kind.MULTIPLE,
        said("With whom?"),
        options=(
            Option("city", said("A city")),
            Option("ngo", said("An NGO")),
            Option("other", said("Other"), asks_text=True),
        ),
    ),
    Question("agree", Kind.MATRIX, said("Agree?"), options=YES_NO, rows=(Row("a", said("A")), Row("b", said("B")))),
    Question("years", Kind.NUMBER, said("How many years?")),
    Question("since", Kind.DATE, said("Since when?")),
    Question("why", Kind.TEXT, said("Why?"), max_characters=300),
    Question("order", Kind.RANKING, said("In which order?"), options=YES_NO),
    Question("thanks", Kind.INFO, said("Thank you.")),
)
SMALL = Questionnaire(
    id="small",
    version="1",
    title=said("Small"),
    source_language="en",
    languages=("en",),
    sections=(
        Section(
            "s", said("All"), (Page("p1", said("First"), QUESTIONS[:4]), Page("p2", said("Second"), QUESTIONS[4:]))
        ),
    ),
)
