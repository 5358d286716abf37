"""Made-up conditions and questionnaires for property tests: small, and rich in everything that can meet."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from barometer.questionnaire.conditions import (
    And,
    Compare,
    Comparison,
    Expression,
    IsBlank,
    Not,
    Or,
    Selected,
    to_source,
)
from barometer.questionnaire.model import (
    Kind,
    Net,
    Option,
    OptionKind,
    Page,
    Place,
    Question,
    Questionnaire,
    Role,
    Row,
    Scale,
    Section,
)
from barometer.texts import Text

CODES = ("y", "n", "7", "10")
LANGUAGES = ("fi", "sv", "en")

codes = st.sampled_from(CODES)
numbers = st.one_of(
    st.integers(-12, 12).map(float), st.floats(-1e6, 1e6, allow_nan=False), st.sampled_from([0.1, 5.5, 1e22, 1e-7])
)


def conditions(items: st.SearchStrategy[str]) -> st.SearchStrategy[Expression]:
    tests: st.SearchStrategy[Expression] = st.one_of(
        st.builds(Compare, items, st.sampled_from(Comparison), codes | numbers),
        st.builds(Selected, items, codes),
        st.builds(IsBlank, items),
    )
    return st.recursive(
        tests,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=6,
    )


texts = st.text(min_size=1, max_size=8).map(lambda said: Text.of(dict.fromkeys(LANGUAGES, said)))
some_texts = texts | st.just(Text())
scores = st.none() | st.floats(-10, 10)


@st.composite
def options(draw: st.DrawFn) -> tuple[Option, ...]:
    chosen = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
    return tuple(
        Option(
            code, draw(texts), draw(st.sampled_from(OptionKind)), draw(st.booleans()), draw(st.booleans()), draw(scores)
        )
        for code in chosen
    )


@st.composite
def nets(draw: st.DrawFn) -> tuple[Net, ...]:
    return tuple(
        Net(f"net{number}", draw(texts), tuple(draw(st.lists(codes, min_size=1, unique=True))))
        for number in range(draw(st.integers(0, 2)))
    )


ANY_ITEM = conditions(st.sampled_from(["q0", "q1.r1", "q2", "unknown"]))


@st.composite
def _shown_if(draw: st.DrawFn) -> tuple[Expression | None, str]:
    condition = draw(st.none() | ANY_ITEM)
    return condition, to_source(condition) if condition is not None else ""


@st.composite
def questions(draw: st.DrawFn, number: int, scales: tuple[Scale, ...]) -> Question:
    kind = draw(st.sampled_from(Kind))
    scale = draw(st.sampled_from([None, *scales]))
    chosen = scale.options if scale else draw(options())
    condition, source = draw(_shown_if())
    optional = st.none() | st.integers(1, 5)
    return Question(
        id=f"q{number}",
        kind=kind,
        text=draw(texts),
        help=draw(some_texts),
        options=chosen,
        nets=draw(nets()),
        scale=scale.id if scale else None,
        rows=tuple(Row(code, draw(texts)) for code in ("r1", "r2")) if kind is Kind.MATRIX else (),
        show_if=condition,
        show_if_source=source,
        role=draw(st.none() | st.sampled_from(Role)),
        min_choices=draw(optional),
        max_choices=draw(optional),
        minimum=draw(scores),
        maximum=draw(scores),
        decimals=draw(st.integers(0, 3)),
        earliest=draw(st.none() | st.just("2022-01-01")),
        latest=draw(st.none() | st.just("2023-01-01")),
        max_characters=draw(optional),
        required=draw(st.booleans()),
        never_raw=draw(st.booleans()),
        place=Place("questionnaire.yaml", draw(st.integers(0, 99))),
    )


@st.composite
def questionnaires(draw: st.DrawFn, *, most_questions: int = 6) -> Questionnaire:
    """Give a questionnaire that need not make sense, but holds every field."""
    scales = tuple(
        Scale(f"scale{number}", draw(options()), draw(nets()), draw(st.booleans()))
        for number in range(draw(st.integers(0, 2)))
    )
    sections: list[Section] = []
    number = 0
    while number < most_questions and (not sections or draw(st.booleans())):
        section_condition, section_source = draw(_shown_if())
        pages: list[Page] = []
        for _ in range(draw(st.integers(1, 2))):
            page_condition, page_source = draw(_shown_if())
            on_page: list[Question] = []
            for _ in range(draw(st.integers(1, 2))):
                question = draw(questions(number, scales))
                number += 1
                on_page.append(question)
            pages.append(Page(f"p{number}", draw(texts), tuple(on_page), page_condition, page_source))
        sections.append(Section(f"s{number}", draw(texts), tuple(pages), section_condition, section_source))
    return Questionnaire(
        id="made_up",
        version="1",
        title=draw(texts),
        source_language=LANGUAGES[0],
        languages=LANGUAGES,
        sections=tuple(sections),
        scales=scales,
        introduction=draw(some_texts),
        closing=draw(some_texts),
    )


def answers_to(questionnaire: Questionnaire) -> st.SearchStrategy[dict[str, str | float | tuple[str, ...]]]:
    """Give answers to any of its items, and to some it does not have; not all of the right kind."""
    items = [item for question in questionnaire.questions() for item in question.items]
    answer = st.one_of(codes, numbers, st.lists(codes, unique=True).map(tuple), st.just(""))
    return st.dictionaries(st.sampled_from([*items, *(f"{item}.other" for item in items), "unknown"]), answer)


# Lean ones: wording does not matter, and the conditions compare like with like.


def plain(code: str, *, exclusive: bool = False) -> Option:
    return Option(code, Text.of({"en": code}), exclusive=exclusive)


_WORDED = Text.of({"en": "worded"})
_CHOICE = tuple(plain(code) for code in CODES)
_NUMBERS = tuple(plain(code) for code in ("7", "8", "10"))


@st.composite
def lean_questions(draw: st.DrawFn, number: int) -> Question:
    name = f"q{number}"
    kind = draw(st.sampled_from([Kind.SINGLE, Kind.MULTIPLE, Kind.MATRIX, Kind.NUMBER, Kind.DATE, Kind.RANKING]))
    if kind is Kind.MULTIPLE:
        most = draw(st.none() | st.integers(1, 3))
        least = draw(st.none() | st.just(1) | st.just(min(2, most or 2)))
        some = (*_CHOICE, plain("none", exclusive=True))
        return Question(name, kind, _WORDED, options=some, min_choices=least, max_choices=most)
    if kind is Kind.MATRIX:
        return Question(name, kind, _WORDED, options=_NUMBERS, rows=(Row("r1", _WORDED), Row("r2", _WORDED)))
    if kind is Kind.NUMBER:
        low = draw(st.none() | st.integers(-3, 0).map(float))
        high = draw(st.none() | st.integers(0, 3).map(float))
        return Question(name, kind, _WORDED, minimum=low, maximum=high, decimals=draw(st.integers(0, 1)))
    if kind is Kind.DATE:
        return Question(name, kind, _WORDED, earliest=draw(st.none() | st.just("2022-01-01")), latest="2022-01-03")
    return Question(name, kind, _WORDED, options=_CHOICE)


def _sensible_tests(question: Question) -> st.SearchStrategy[Expression]:
    items = st.sampled_from(question.items)
    equal = st.sampled_from([Comparison.EQUAL, Comparison.NOT_EQUAL])
    code = st.sampled_from([option.code for option in question.options] or ["-"])
    match question.kind:
        case Kind.SINGLE:
            test: st.SearchStrategy[Expression] = st.builds(Compare, items, equal, code)
        case Kind.MULTIPLE:
            test = st.builds(Selected, items, code)
        case Kind.MATRIX:
            by_size = st.builds(Compare, items, st.sampled_from(Comparison), st.integers(6, 11).map(float))
            test = st.builds(Compare, items, equal, code) | by_size.filter(lambda part: part.comparison not in _EQUALS)
        case Kind.NUMBER:
            test = st.builds(Compare, items, st.sampled_from(Comparison), st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]))
        case Kind.DATE:
            days = st.sampled_from(["2021-12-31", "2022-01-01", "2022-01-02", "2022-01-03", "2022-01-04"])
            test = st.builds(Compare, items, st.sampled_from(Comparison), days)
        case _:
            test = st.builds(IsBlank, items)
    return st.one_of(test, test, st.builds(IsBlank, items))


_EQUALS = (Comparison.EQUAL, Comparison.NOT_EQUAL)


@st.composite
def sensible_conditions(draw: st.DrawFn, earlier: list[Question]) -> Expression | None:
    if not earlier or draw(st.booleans()):
        return None
    test = st.one_of([_sensible_tests(question) for question in earlier])
    inner = test | st.builds(Not, test)
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return draw(inner | st.builds(And, several) | st.builds(Or, several))


ANY_CONDITION = conditions(st.sampled_from(["q0", "q1", "q2", "q3", "q0.r1", "q1.r2", "unknown"]))
"""Of any item, earlier or not, existing or not."""


def any_conditions(earlier: list[Question]) -> st.SearchStrategy[Expression | None]:
    return st.none() | ANY_CONDITION


@st.composite
def lean_questionnaires(draw: st.DrawFn, *, sensible: bool) -> Questionnaire:
    """Give two to four questions in sections and pages, with conditions that compare like with like, or any."""
    some_condition = sensible_conditions if sensible else any_conditions
    made: list[Question] = []
    sections: list[Section] = []
    for number in range(draw(st.integers(2, 4))):
        question = replace(draw(lean_questions(number)), show_if=draw(some_condition(made)))
        outer = draw(some_condition(made))
        of_section, of_page = (outer, None) if draw(st.booleans()) else (None, outer)
        page = Page(f"p{number}", _WORDED, (question,), of_page)
        if sections and draw(st.booleans()):
            sections[-1] = replace(sections[-1], pages=(*sections[-1].pages, replace(page, show_if=outer)))
        else:
            sections.append(Section(f"s{number}", _WORDED, (page,), of_section))
        made.append(question)
    return Questionnaire("lean", "1", _WORDED, "en", ("en",), tuple(sections))


_DAYS = ("2021-12-31", "2022-01-01", "2022-01-02", "2022-01-03")


def posted_to(questionnaire: Questionnaire) -> st.SearchStrategy[dict[str, list[str]]]:
    """Give what a browser could send for all its pages at once: mostly answers that are possible."""
    fields: dict[str, st.SearchStrategy[list[str]]] = {}
    for question in questionnaire.questions():
        given = [option.code for option in question.options]
        match question.kind:
            case Kind.RANKING:
                fields |= {f"{question.id}.{code}": st.just([str(rank)]) for rank, code in enumerate(given, 1)}
            case Kind.MULTIPLE:
                fields[question.id] = st.lists(st.sampled_from(given), unique=True, max_size=3)
            case Kind.NUMBER:
                fields[question.id] = st.sampled_from([["0"], ["1"], ["-1"], ["0,5"], ["2"], ["3"], ["-2.5"]])
            case Kind.DATE:
                fields[question.id] = st.sampled_from(_DAYS).map(lambda day: [day])
            case _:
                fields |= {item: st.sampled_from(given).map(lambda code: [code]) for item in question.items}
    return st.fixed_dictionaries({}, optional=fields)
