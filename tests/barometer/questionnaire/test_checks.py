"""The faults a questionnaire can have, each drawn. The first ten are forms that other tools let through."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest

from barometer.problems import Problem, Severity, UnusableInput
from barometer.questionnaire import catalogue
from barometer.questionnaire.catalogue import FAULTS
from barometer.questionnaire.checks import Reach, check, reachability
from barometer.questionnaire.reading import read_questionnaire, read_questionnaire_folder
from tests.barometer.questionnaire.drawing import document_of, draw, files_of

EXAMPLE = Path(__file__).parents[3] / "examples/partnership-barometer-2022/questionnaire"


def errors(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [(problem.item, problem.code) for problem in problems if problem.severity is Severity.ERROR]


def warnings(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [(problem.item, problem.code) for problem in problems if problem.severity is Severity.WARNING]


def message(problems: Iterable[Problem], code: str) -> str:
    return next(str(problem) for problem in problems if problem.code == code)


# The ten


def test_an_unknown_option_hides_the_item_for_ever() -> None:
    found = check(
        draw("""
        a: single y n
        b: single y n | a = 'maybe'
        """)
    )

    assert errors(found) == [("b", "condition-unknown-option"), ("b", "never-shown")]
    assert 'no option "maybe". Use one of: y, n.' in message(found, "condition-unknown-option")


def test_a_contradiction_names_its_two_parts() -> None:
    found = check(
        draw("""
        a: single y n
        b: single y n | a = 'y' and a = 'n'
        """)
    )

    assert errors(found) == [("b", "never-shown")]
    assert "a = 'y' and a = 'n' cannot both hold" in message(found, "never-shown")


def test_a_reference_to_a_later_item_is_reported() -> None:
    found = check(
        draw("""
        b: single y n | a = 'y'
        a: single y n
        """)
    )

    assert errors(found) == [("b", "condition-forward"), ("b", "never-shown")]


def test_a_cycle_is_drawn_and_its_items_are_unreachable() -> None:
    found = check(
        draw("""
        a: single y n | b = 'y'
        b: single y n | a = 'y'
        """)
    )

    assert errors(found) == [("a", "condition-cycle"), ("a", "never-shown"), ("b", "never-shown")]
    assert "a → b → a" in message(found, "condition-cycle")


def test_an_item_cannot_refer_to_itself() -> None:
    found = check(draw("a: single y n | a = 'y'"))

    assert errors(found) == [("a", "condition-self-reference"), ("a", "never-shown")]


def test_a_missing_translation_names_the_string_and_the_language() -> None:
    files = files_of("a: single y n", languages=["en", "fi"])
    texts = ["questionnaire.title", "section.s1.title", "page.page_a.title", "question.a.text", "question.a.option.y"]
    made_from = ["Drawn", "Section 1", "Page a", "Text of a", "y"]
    entries = (f'msgctxt "{p}"\nmsgid "{m}"\nmsgstr "suomeksi {m}"\n' for p, m in zip(texts, made_from, strict=True))

    questionnaire = read_questionnaire({**files, "texts/fi.po": "\n".join(entries)})

    assert questionnaire.languages == ("en",)
    assert [str(problem) for problem in check(questionnaire)] == [
        'texts/fi.po, question.a.option.n: "question.a.option.n" is not translated into fi. Translate it. '
        "[translation-missing]"
    ]


def test_a_syntax_error_gives_the_position_and_what_was_expected() -> None:
    with pytest.raises(UnusableInput) as refused:
        draw("""
        a: single y n
        b: single y n | a = and
        """)

    assert errors(refused.value.problems) == [("b", "condition-syntax")]
    assert 'at character 5: expected a code in quotes or a number, found "and".' in str(refused.value)


def test_equality_on_a_set_of_answers_suggests_selected() -> None:
    found = check(
        draw("""
        m: multiple y n none!
        b: single y n | m = 'y' and m = 'n'
        """)
    )

    assert set(errors(found)) == {("b", "condition-equality-on-multiple"), ("b", "never-shown")}
    assert "Write selected(m, 'y')." in message(found, "condition-equality-on-multiple")


def test_a_condition_that_always_holds_is_reported() -> None:
    found = check(
        draw("""
        a: single y n
        b: single y n | a = 'y' or a != 'y'
        """)
    )

    assert errors(found) == [("b", "condition-always-true")]
    assert "it holds for anyone who answered a" in message(found, "condition-always-true")


def test_a_constraint_that_no_value_fulfils_is_reported() -> None:
    found = check(draw("a: number minimum=10 maximum=5"))

    assert errors(found) == [("a", "no-valid-answer")]


# Silent elsewhere too


def test_a_text_is_not_compared_with_a_number() -> None:
    found = check(
        draw("""
        t: text
        n: number
        a: single y n
        b: single y n | t > 5 or n = '5' or a = 3 or a < 'y'
        """)
    )

    assert errors(found) == [("b", "condition-type")] * 4


def test_a_placeholder_lost_in_one_language_is_reported() -> None:
    document = document_of("a: single y n")
    document["sections"][0]["pages"][0]["questions"][0]["text"] = "Do you work in {area}?"
    files = files_of("a: single y n", languages=["en", "fi"], sections=document["sections"])
    strings = {
        "questionnaire.title": "Drawn",
        "section.s1.title": "Section 1",
        "page.page_a.title": "Page a",
        "question.a.text": "Do you work in {area}?",
        "question.a.option.y": "y",
        "question.a.option.n": "n",
    }
    entries = (f'msgctxt "{path}"\nmsgid "{text}"\nmsgstr "fi {text[0]}"\n' for path, text in strings.items())

    found = check(read_questionnaire({**files, "texts/fi.po": "\n".join(entries)}))

    assert errors(found) == [("a", "placeholder-lost")]
    assert '"question.a.text" holds {area} in en and no placeholder in fi.' in message(found, "placeholder-lost")


def test_one_label_twice_is_reported() -> None:
    document = document_of("a: single y n")
    document["sections"][0]["pages"][0]["questions"][0]["options"][1]["label"] = " Y "

    found = check(draw("a: single y n", sections=document["sections"]))

    assert errors(found) == [("a", "duplicate-label")]


def test_a_section_behind_a_contradiction_is_reported_once_with_what_it_hides() -> None:
    found = check(
        draw("""
        a: single y n
        -- | a = 'y' and a = 'n'
        b: single y n
        c: single y n | b = 'y'
        --
        d: single y n | c = 'y'
        """)
    )

    assert errors(found) == [("s2", "never-shown"), ("d", "never-shown")]
    assert "take out what it hides (b, c)" in message(found, "never-shown")
    assert '"c" is itself never shown' in str(found[-1])


# References


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("zz = 'y'", "condition-unknown-item"),
        ("g = 'y'", "condition-needs-row"),
        ("g.r9 = 'y'", "condition-unknown-row"),
        ("a.r1 = 'y'", "condition-unknown-row"),
        ("i = 'y'", "condition-no-answer"),
        ("selected(a, 'y')", "condition-selected-on-single"),
        ("selected(m, 'w')", "condition-unknown-option"),
        ("d > 5", "condition-type"),
        ("d > '2022-02-30'", "condition-type"),
        ("r = 'x'", "condition-type"),
    ],
)
def test_a_condition_refers_to_something_that_exists(condition: str, code: str) -> None:
    found = check(
        draw(f"""
        a: single y n
        g: matrix r1 r2 by y n
        i: info
        m: multiple x y none!
        d: date
        r: ranking x y
        b: single y n | {condition}
        """)
    )

    assert ("b", code) in errors(found)


def test_conditions_of_every_kind_that_make_sense_are_let_through() -> None:
    found = check(
        draw("""
        a: single y n s?
        g: matrix r1 r2 by 1 2 3 s?
        m: multiple x y none!
        d: date
        n: number
        r: ranking x y
        b: single y n | g.r1 >= 2 or g.r2 = '1'
        c: single y n | selected(m, 'x') and is_blank(a)
        e: single y n | d > '2022-02-28' and n <= 5
        f: single y n | not(is_blank(r))
        """)
    )

    assert found == ()


def test_a_condition_cannot_look_at_its_own_page() -> None:
    document = document_of("""
        a: single y n
        b: single y n | a = 'y'
        """)
    pages = document["sections"][0]["pages"]
    pages[0]["questions"] += pages.pop()["questions"]

    found = check(draw("a: single y n", sections=document["sections"]))

    assert errors(found) == [("b", "condition-same-page")]


def test_a_longer_cycle_through_a_section_is_reported_once() -> None:
    found = check(
        draw("""
        -- | c = 'y'
        a: single y n
        --
        b: single y n | a = 'y'
        c: single y n | b = 'y'
        """)
    )

    assert [code for _, code in errors(found)].count("condition-cycle") == 1
    assert "a → c → b → a" in message(found, "condition-cycle")


# Names, limits, nets


def test_ids_and_codes_stand_once() -> None:
    found = check(
        draw("""
        a: single y y
        a: matrix r r by y n
        not: single y n
        """)
    )

    assert errors(found) == [
        ("a", "duplicate-code"),
        ("page_a", "duplicate-id"),
        ("a", "duplicate-id"),
        ("a", "duplicate-code"),
        ("not", "id-reserved"),
    ]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("a: number minimum=0.2 maximum=0.8", "no-valid-answer"),
        ("a: date earliest=2023-01-02 latest=2023-01-01", "no-valid-answer"),
        ("a: date earliest=2023-02-30", "date-invalid"),
        ("a: multiple x y none! min_choices=3", "no-valid-answer"),
        ("a: multiple x y none! min_choices=2 max_choices=1", "no-valid-answer"),
        ("a: multiple x y none! role=background", "background-not-single"),
        ("a: matrix r by x+ y", "asks-text-not-possible"),
        ("a: single x+ y+", "asks-text-twice"),
        ("a: ranking x y s?", "ranking-not-substantive"),
    ],
)
def test_limits_and_options_fit_the_question(question: str, code: str) -> None:
    assert errors(check(draw(question))) == [("a", code)]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("a: multiple x y", "multiple-without-none"),
        ("a: multiple x s? none!", "exclusive-missing"),
        ("a: multiple x y none! max_choices=5", "limit-without-effect"),
        ("a: single x! y", "exclusive-without-effect"),
    ],
)
def test_what_is_only_odd_is_a_warning(question: str, code: str) -> None:
    assert (errors(check(draw(question))), warnings(check(draw(question)))) == ([], [("a", code)])


def test_a_required_question_among_optional_ones_is_a_warning() -> None:
    found = check(
        draw("""
        a: single y n required=true
        b: single y n
        """)
    )

    assert [(problem.item, problem.code) for problem in found] == [("a", "required-among-optional")]


def test_not_equal_on_a_question_that_can_be_skipped_is_a_warning() -> None:
    found = check(
        draw("""
        a: single y n
        m: multiple x y none!
        b: single y n | a != 'y' and not(selected(m, 'x'))
        """)
    )

    assert warnings(found) == [("b", "condition-not-equal-skippable")] * 2


def test_a_net_adds_up_substantive_options_that_exist() -> None:
    document = document_of("a: single y n s?")
    question = document["sections"][0]["pages"][0]["questions"][0]
    question["nets"] = [{"id": "positive", "label": "positive", "options": ["y", "z", "s"]}]

    found = check(draw("a: single y n", sections=document["sections"]))

    assert errors(found) == [("a", "net-unknown-option"), ("a", "net-not-substantive")]


def test_a_day_that_does_not_exist_is_a_warning() -> None:
    found = check(draw("a: single y n", title="Open from 4.11.2022 to 24.2.023, 31.11.2022 or 1.2.3"))

    assert warnings(found) == [("drawn", "date-impossible")] * 2


# Who is shown what


def test_every_item_is_classed_and_has_a_witness() -> None:
    questionnaire = draw("""
        a: single y n s?
        n: number minimum=0 maximum=5
        b: single y n | a = 'y' and n >= 5
        c: single y n | b = 'n'
        d: single y n | n > 5
        """)

    assert [(reached.question, reached.reach, reached.witness) for reached in reachability(questionnaire)] == [
        ("a", Reach.ALWAYS, {}),
        ("n", Reach.ALWAYS, {}),
        ("b", Reach.CONDITIONAL, {"a": "y", "n": 5.0}),
        ("c", Reach.CONDITIONAL, {"a": "y", "n": 5.0, "b": "n"}),
        ("d", Reach.NEVER, None),
    ]


def test_two_named_options_that_exceed_the_most_choices_contradict() -> None:
    found = check(
        draw("""
        m: multiple x y z none! max_choices=2
        b: single y n | selected(m, 'x') and selected(m, 'y')
        c: single y n | selected(m, 'x') and selected(m, 'y') and selected(m, 'z')
        d: single y n | selected(m, 'none') and selected(m, 'x')
        """)
    )

    assert errors(found) == [("c", "never-shown"), ("d", "never-shown")]


def test_an_item_behind_many_answers_is_found() -> None:
    names = [f"q{number}" for number in range(40)]
    drawing = "\n".join(f"{name}: single y n" for name in names)
    every = " and ".join(f"{name} = 'n'" for name in names)

    found = reachability(draw(f"{drawing}\nlast: single y n | {every}"))

    assert found[-1].witness == dict.fromkeys(names, "n")


def test_too_many_combinations_are_admitted() -> None:
    chairs = "12345678"
    people = [f"p{number}" for number in range(9)]
    drawing = "\n".join(f"{person}: single {' '.join(chairs)}" for person in people)
    none_shared = " and ".join(
        f"not({one} = '{chair}' and {other} = '{chair}')" for one, other in combinations(people, 2) for chair in chairs
    )

    found = check(draw(f"{drawing}\nseated: single y n | {none_shared}"))

    assert [(problem.item, problem.code) for problem in found] == [("seated", "routing-not-decided")]


def test_a_condition_that_holds_only_for_those_who_were_asked_is_no_fault() -> None:
    found = check(
        draw("""
        a: single y n
        b: single y n | a = 'y'
        c: single y n | a = 'y' or b = 'y'
        """)
    )

    assert found == ()


@pytest.mark.parametrize(
    "condition",
    [
        "n >= 0",
        "is_blank(a) or not(is_blank(a))",
        "not(a = 'y' and a = 'n')",
        "selected(m, 'x') or not(selected(m, 'x'))",
        "n < 5 or n > 3 or a = 'y'",
        "d >= '2022-01-01'",
    ],
)
def test_conditions_without_effect_come_in_many_shapes(condition: str) -> None:
    found = check(
        draw(f"""
        a: single y n
        m: multiple x y none!
        n: number minimum=0
        d: date earliest=2022-01-01
        b: single y n | {condition}
        """)
    )

    assert errors(found) == [("b", "condition-always-true")]


@pytest.mark.parametrize(
    "condition", ["n >= 1", "not(is_blank(a))", "is_blank(a)", "n < 5 or n > 5", "d > '2022-01-01'"]
)
def test_conditions_with_an_effect_are_let_through(condition: str) -> None:
    found = check(
        draw(f"""
        a: single y n
        n: number minimum=0
        d: date earliest=2022-01-01
        b: single y n | {condition}
        """)
    )

    assert found == ()


# The catalogue


def test_translations_in_work_are_reported_string_by_string() -> None:
    def entry(path: str, made_from: str) -> str:
        return f'msgctxt "{path}"\nmsgid "{made_from}"\nmsgstr "suomeksi"\n\n'

    known = [("questionnaire.title", "Drawn"), ("section.s1.title", "Section 1"), ("page.page_t.title", "Old page")]
    content = "".join(entry(*each) for each in [*known, ("question.gone.text", "Gone")])
    files = {**files_of("t: text", languages=["en", "fi", "sv"]), "texts/fi.po": content}

    found = check(read_questionnaire(files))

    assert [(problem.file, problem.line, problem.item, problem.code) for problem in found] == [
        ("texts/fi.po", 0, "question.t.text", "translation-missing"),
        ("texts/fi.po", 9, "page.page_t.title", "translation-stale"),
        ("texts/fi.po", 13, "question.gone.text", "translation-unused"),
        ("texts/sv.po", 0, "", "translation-not-begun"),
    ]


def test_every_code_of_the_catalogue_is_used_and_every_code_used_is_in_it() -> None:
    package = Path(catalogue.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in package.rglob("*.py") if path.name != "catalogue.py"]
    used = {code for source in sources for code in re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', source)}

    assert set(FAULTS) == used - {"utf-8", "utf-8-sig"}


def test_the_example_has_no_fault_and_not_even_a_warning() -> None:
    assert check(read_questionnaire_folder(EXAMPLE)) == ()


def test_a_fault_in_a_shared_scale_is_reported_once_at_the_scale() -> None:
    document = document_of("a: single y n\nb: single y n")
    for page in document["sections"][0]["pages"]:
        page["questions"][0].pop("options")
        page["questions"][0]["scale"] = "agreed"
    labels = [{"code": "y", "label": "same"}, {"code": "n", "label": "same"}]

    found = check(
        read_questionnaire(
            {"questionnaire.yaml": json.dumps(document | {"scales": {"agreed": {"options": labels}}}, indent=1)}
        )
    )

    assert [(problem.file, problem.line > 1, problem.item, problem.code) for problem in found] == [
        ("questionnaire.yaml", True, "agreed", "duplicate-label")
    ]


@pytest.mark.parametrize(
    ("number", "condition", "reach", "witness"),
    [
        ("number", "n > 5", Reach.CONDITIONAL, {"n": 6.0}),
        ("number", "n < -5", Reach.CONDITIONAL, {"n": -6.0}),
        ("number", "n > 0 and n < 1", Reach.NEVER, None),
        ("number decimals=1", "n > 0 and n < 0.2", Reach.CONDITIONAL, {"n": 0.1}),
        ("number maximum=5", "n > 5", Reach.NEVER, None),
        ("date", "n > '2022-01-01' and n < '2022-01-03'", Reach.CONDITIONAL, {"n": "2022-01-02"}),
        ("date", "n > '2022-01-01' and n < '2022-01-02'", Reach.NEVER, None),
    ],
)
def test_numbers_and_days_beside_the_constants_are_thought_of(
    number: str, condition: str, reach: Reach, witness: dict[str, float | str] | None
) -> None:
    found = reachability(draw(f"n: {number}\nb: single y n | {condition}"))

    assert (found[1].reach, found[1].witness) == (reach, witness)
