"""Reading the folder: what is accepted, what is refused and where, and when a language is offered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from barometer.checked_yaml import schema
from barometer.problems import UnusableInput
from barometer.questionnaire.conditions import Compare, Comparison, Or
from barometer.questionnaire.model import Kind, Option, OptionKind, Role, Row
from barometer.questionnaire.reading import (
    files_of_folder,
    questionnaire_schema,
    read_questionnaire,
    read_questionnaire_folder,
    source_strings,
    translation_states,
)
from barometer.questionnaire.shape import KEYWORDS
from barometer.questionnaire.translations import TranslationState
from barometer.texts import Text
from tests.barometer.questionnaire.drawing import document_of, files_of

EXAMPLE = Path(__file__).parents[3] / "examples/partnership-barometer-2022/questionnaire"


def refusal_of(files: dict[str, Any]) -> list[str]:
    with pytest.raises(UnusableInput) as refused:
        read_questionnaire(files)
    return [str(problem) for problem in refused.value.problems]


# The example


def test_the_example_has_seven_sections_nine_pages_and_forty_three_items() -> None:
    example = read_questionnaire_folder(EXAMPLE)

    assert len(example.sections) == 7
    assert len(list(example.pages())) == 9
    assert len(list(example.questions())) == 21
    assert sum(len(question.items) for question in example.questions()) == 43
    assert example.languages == ("fi", "sv", "en")
    assert [question.id for question in example.backgrounds] == ["org_type", "region"]


def test_a_question_is_read_with_all_its_languages() -> None:
    benefit = read_questionnaire_folder(EXAMPLE).question("benefit")

    assert (benefit.kind, benefit.scale, benefit.role) == (Kind.SINGLE, "benefit4", None)
    assert benefit.options[0] == Option(
        "very",
        Text.of({"fi": "erittäin paljon hyötyä", "sv": "mycket stor nytta", "en": "a great deal of benefit"}),
    )
    assert benefit.options[-1].kind is OptionKind.CANNOT_SAY
    assert benefit.nets[0].options == ("very", "fairly")
    assert benefit.show_if == Or(
        (Compare("part_national", Comparison.EQUAL, "yes"), Compare("part_regional", Comparison.EQUAL, "yes"))
    )


def test_the_example_offers_what_the_recipe_of_its_answers_needs(shared_folder: Path) -> None:
    recipe = json.loads((shared_folder / "facts/barometer-2022.json").read_text(encoding="utf-8"))
    example = read_questionnaire_folder(EXAMPLE)
    counts = recipe["demonstration_answers"]

    for name, by_code in counts["single"].items():
        assert set(by_code) <= {option.code for option in example.question(name).options}
    for name, by_row in counts["matrix"].items():
        assert set(by_row) == {row.code for row in example.question(name).rows}
        assert all(set(codes) == {o.code for o in example.question(name).options} for codes in by_row.values())
    for name, multiple in counts["multi"].items():
        codes = [option.code for option in example.question(name).options]
        assert codes == [*multiple["ticks"], "none_of_these"]
        assert example.question(name).option("none_of_these").exclusive
    assert [question.id for question in example.questions() if question.never_raw] == list(counts["text"])[:2]


def test_the_example_reads_the_same_with_any_yaml_reader() -> None:
    text = (EXAMPLE / "questionnaire.yaml").read_text(encoding="utf-8")

    Draft202012Validator(questionnaire_schema()).validate(yaml.safe_load(text))


# The contract: our reader and an independent validator of the schema agree


def test_the_schema_uses_only_words_our_reader_knows() -> None:
    Draft202012Validator.check_schema(questionnaire_schema())
    for name in ("questionnaire", "wave", "cited", "comparability", "recipe", "mapping"):
        assert set(_keywords(schema(name))) <= KEYWORDS, name


def _keywords(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [word for inner in schema for word in _keywords(inner)]
    if not isinstance(schema, dict):
        return []
    found = []
    for word, inner in schema.items():
        found.append(word)
        if word == "examples":
            continue
        named = word in ("properties", "$defs")
        found += _keywords(list(inner.values())) if named else _keywords(inner)
    return found


DRAWING = """
a: single y n
m: matrix r1 r2 by y n
n: number
t: text
"""


def _question(document: Any, number: int) -> dict[str, Any]:
    found: dict[str, Any] = document["sections"][0]["pages"][number]["questions"][0]
    return found


PLANTED: dict[str, Callable[[Any], object]] = {
    "another schema": lambda d: d.update(schema="kumppani/questionnaire/2"),
    "no id": lambda d: d.pop("id"),
    "an id with a space": lambda d: d.update(id="a b"),
    "an id that ends in a line end": lambda d: d.update(id="ab\n"),
    "a version that is a number": lambda d: d.update(version=1.0),
    "an unknown key": lambda d: d.update(colour="blue"),
    "no sections": lambda d: d.update(sections=[]),
    "sections that are a mapping": lambda d: d.update(sections={}),
    "a language that is no tag": lambda d: d.update(languages=["Finnish"]),
    "an unknown kind": lambda d: _question(d, 0).update(kind="multi"),
    "no kind": lambda d: _question(d, 0).pop("kind"),
    "an empty text": lambda d: _question(d, 0).update(text=""),
    "a choice without options": lambda d: _question(d, 0).pop("options"),
    "options and a scale": lambda d: _question(d, 0).update(scale="agree5"),
    "a list and a scale": lambda d: (_question(d, 0).pop("options"), _question(d, 0).update(scale="s", list="l")),
    "a matrix without rows": lambda d: _question(d, 1).pop("rows"),
    "rows outside a matrix": lambda d: _question(d, 0).update(rows=[{"code": "r", "label": "r"}]),
    "a number with options": lambda d: _question(d, 2).update(options=[{"code": "y", "label": "y"}]),
    "limits on a text": lambda d: _question(d, 3).update(minimum=1),
    "characters of a number": lambda d: _question(d, 2).update(max_characters=1),
    "a limit in words": lambda d: _question(d, 2).update(minimum="one"),
    "a limit that is yes": lambda d: _question(d, 2).update(minimum=True),
    "decimals beyond counting": lambda d: _question(d, 2).update(decimals=7),
    "required in words": lambda d: _question(d, 2).update(required="yes"),
    "an option without a label": lambda d: _question(d, 0)["options"][0].pop("label"),
    "a code with a dot": lambda d: _question(d, 0)["options"][0].update(code="a.b"),
    "a code that is yes unquoted": lambda d: _question(d, 0)["options"][0].update(code=True),
    "a code below zero": lambda d: _question(d, 0)["options"][0].update(code=-1),
    "an unknown kind of option": lambda d: _question(d, 0)["options"][0].update(kind="dont_know"),
    "a net without options": lambda d: _question(d, 0).update(nets=[{"id": "p", "label": "p", "options": []}]),
    "a scale with a bad name": lambda d: d.update(scales={"1": {"options": [{"code": "y", "label": "y"}]}}),
    "a date in another form": lambda d: _question(d, 2).update(kind="date", earliest="4.11.2022"),
    "a condition that is a number": lambda d: _question(d, 2).update(show_if=1),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_refused_by_the_reader_and_by_the_schema(fault: str) -> None:
    document = document_of(DRAWING)
    PLANTED[fault](document)

    assert not Draft202012Validator(questionnaire_schema()).is_valid(document) or "\n" in document["id"]
    assert refusal_of({"questionnaire.yaml": json.dumps(document)})


def test_what_is_drawn_without_a_fault_is_accepted_by_both() -> None:
    Draft202012Validator(questionnaire_schema()).validate(document_of(DRAWING))

    assert [question.id for question in read_questionnaire(files_of(DRAWING)).questions()] == ["a", "m", "n", "t"]


@given(st.sampled_from(sorted(PLANTED)), st.sampled_from(sorted(PLANTED)))
def test_reader_and_schema_agree_on_two_faults_at_once(one: str, other: str) -> None:
    document = document_of(DRAWING)
    try:
        PLANTED[one](document)
        PLANTED[other](document)
    except (KeyError, IndexError, TypeError):
        return  # the first fault took away what the second would have spoiled

    assert refusal_of({"questionnaire.yaml": json.dumps(document)})


# Places


def test_a_problem_names_file_line_item_and_remedy() -> None:
    text = """\
schema: kumppani/questionnaire/1
id: q
version: "1"
title: T
source_language: en
languages: [en]
sections:
  - id: s
    title: S
    pages:
      - id: p
        title: P
        questions:
          - id: a
            kind: singel
            text: A
"""

    assert refusal_of({"questionnaire.yaml": text}) == [
        "questionnaire.yaml:15, sections[1].pages[1].questions[1].kind: The value must be one of single, multiple, "
        "matrix, number, date, text, ranking, info. Correct it. The kind of question. [shape-value]"
    ]


def test_numbers_may_be_codes_and_keep_their_writing() -> None:
    document = document_of("a: single 1 2")
    document["sections"][0]["pages"][0]["questions"][0]["options"][0]["code"] = 1

    options = read_questionnaire({"questionnaire.yaml": json.dumps(document)}).question("a").options

    assert [option.code for option in options] == ["1", "2"]


def test_a_list_and_a_scale_are_shared_by_name() -> None:
    document = document_of("a: single y\nb: single y")
    answers = {"options": [{"code": "y", "label": "y", "score": 2}]}
    document |= {"scales": {"ordered": answers}, "lists": {"loose": answers}}
    for name, key, question in (("ordered", "scale", 0), ("loose", "list", 1)):
        _question(document, question).pop("options")
        _question(document, question)[key] = name

    read = read_questionnaire({"questionnaire.yaml": json.dumps(document)})

    assert [(scale.id, scale.ordered) for scale in read.scales] == [("ordered", True), ("loose", False)]
    assert read.question("a").options == read.question("b").options == read.scales[0].options
    assert (read.question("a").scale, read.question("b").scale) == ("ordered", "loose")


def test_an_unknown_scale_and_a_name_used_twice_are_refused() -> None:
    document = document_of("a: single y")
    answers = {"options": [{"code": "y", "label": "y"}]}
    document |= {"scales": {"same": answers}, "lists": {"same": answers}}
    _question(document, 0).pop("options")
    _question(document, 0)["scale"] = "agree5"

    found = refusal_of({"questionnaire.yaml": json.dumps(document, indent=1)})

    assert [line.rsplit(" ", 1)[1] for line in found] == ["[list-twice]", "[list-unknown]"]
    assert 'There is no list or scale "agree5". Use one of: same.' in found[1]


# Files made to harm, or just broken


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan", "1" + "0" * 400, "1.0e+300"])
def test_a_number_that_cannot_be_counted_with_is_refused(number: str) -> None:
    text = json.dumps(document_of("a: number minimum=7 maximum=10"))

    found = refusal_of({"questionnaire.yaml": text.replace('"minimum": 7', f'"minimum": {number}')})

    assert "must be a number of at most fifteen digits" in found[0]


@pytest.mark.parametrize(
    ("content", "beginning", "code"),
    [
        (b"", "questionnaire.yaml: ", "file-empty"),
        (b"# nothing\n", "questionnaire.yaml: ", "file-empty"),
        ("schema: ä".encode("utf-16"), "questionnaire.yaml: ", "file-utf16"),
        (b"a: 1\nb: \xe4", "questionnaire.yaml:2: ", "file-not-utf8"),
        (b"x" * 2_000_001, "questionnaire.yaml: ", "file-too-large"),
        (b"a: 1\nb: [", "questionnaire.yaml:3: ", "yaml-syntax"),
        (b"a: 1\n b: 2", "questionnaire.yaml:2: ", "yaml-syntax"),
        (b"a: \x00", "questionnaire.yaml:1: ", "yaml-syntax"),
        (b"a: 1\n---\nb: 2", "questionnaire.yaml:2: ", "yaml-syntax"),
        (b"a: 1\n\nb: 2\na: 3", "questionnaire.yaml:4: ", "yaml-twice"),
        (b"a: &x [1]\nb: *x", "questionnaire.yaml:2: ", "yaml-alias"),
        (b"a: &x {b: 1}\nc:\n  <<: {d: 1}", "questionnaire.yaml:3: ", "yaml-key"),
        (b"? [a]\n: 1", "questionnaire.yaml:1: ", "yaml-key"),
        (b"[" * 100_000, "questionnaire.yaml:1: ", "yaml-too-deep"),
        (b"a: !!python/object:os.system x", "questionnaire.yaml:1: ", "shape-missing"),
        (b"schema", "questionnaire.yaml:1: ", "shape-value"),
        (b"a: 0x_", "questionnaire.yaml:1: ", "yaml-syntax"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(content: bytes, beginning: str, code: str) -> None:
    first = refusal_of({"questionnaire.yaml": content})[0]

    assert first.startswith(beginning)
    assert first.endswith(f"[{code}]")


def test_a_folder_without_a_questionnaire_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="The file is missing"):
        read_questionnaire_folder(tmp_path)


@given(st.binary(max_size=60) | st.text(alphabet="ab:- []{}&*!?|>'\"\n#%@", max_size=60).map(str.encode))
def test_no_bytes_make_the_reader_fail_otherwise(content: bytes) -> None:
    with pytest.raises(UnusableInput):
        read_questionnaire({"questionnaire.yaml": content})


# Translations


def entry(path: str, made_from: str, text: str, state: str = "") -> str:
    comment = f"# state: {state}\n" if state else ""
    return f"{comment}msgctxt {json.dumps(path)}\nmsgid {json.dumps(made_from)}\nmsgstr {json.dumps(text)}\n\n"


DRAWN = {"questionnaire.title": "Drawn", "section.s1.title": "Section 1", "page.page_t.title": "Page t"}
IN_SWEDISH = "".join(entry(path, text, f"sv {text}", "reviewed") for path, text in DRAWN.items())


def swedish(last: str) -> dict[str, Any]:
    return {**files_of("t: text", languages=["en", "sv"]), "texts/sv.po": IN_SWEDISH + last}


def test_a_complete_translation_is_offered_at_its_lowest_level() -> None:
    files = swedish(entry("question.t.text", "Text of t", "sv t", "adjudicated"))

    questionnaire = read_questionnaire(files)

    assert questionnaire.languages == ("en", "sv")
    assert questionnaire.question("t").text == Text.of({"en": "Text of t", "sv": "sv t"})
    assert translation_states(files)["sv"].level is TranslationState.REVIEWED
    assert questionnaire.translations == (translation_states(files)["sv"],)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ("", TranslationState.MISSING),
        (entry("question.t.text", "Text of t", ""), TranslationState.MISSING),
        (entry("question.t.text", "Text of t", "sv t", "new"), TranslationState.MISSING),
        ("#, fuzzy\n" + entry("question.t.text", "Text of t", "sv t"), TranslationState.MISSING),
        (entry("question.t.text", "Old text of t", "sv t", "reviewed"), TranslationState.STALE),
    ],
)
def test_an_incomplete_or_stale_translation_is_not_offered(last: str, state: TranslationState) -> None:
    questionnaire = read_questionnaire(swedish(last))
    translation = questionnaire.translations[0]

    assert questionnaire.languages == ("en",)
    assert questionnaire.title.languages == ("en",)
    assert (translation.counts[state], translation.counts[TranslationState.REVIEWED]) == (1, 3)
    assert (translation.level, translation.offered) == (None, False)


def test_a_language_nobody_declared_is_counted_but_not_offered() -> None:
    files = {**files_of("t: text"), "texts/sv.po": IN_SWEDISH + entry("question.t.text", "Text of t", "sv t")}

    assert read_questionnaire(files).languages == ("en",)
    assert translation_states(files)["sv"].is_complete


def test_an_entry_for_no_string_is_counted_as_unused() -> None:
    files = swedish(entry("question.t.text", "Text of t", "sv t") + entry("question.gone.text", "Gone", "Borta"))

    assert read_questionnaire(files).languages == ("en", "sv")
    assert translation_states(files)["sv"].counts[TranslationState.UNUSED] == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (entry("a", "b", "c") * 2, "po-twice"),
        (entry("a", "b", "c", "checked"), "po-state"),
        ('msgid "a"\nmsgstr "b"\n', "po-no-context"),
        ("not a PO file", "po-syntax"),
        ('msgid "a\nmsgstr', "po-syntax"),
        ("/etc/hostname", "po-syntax"),
        (b"\xff\xfem\x00", "file-utf16"),
    ],
)
def test_a_broken_translation_is_refused(content: str | bytes, code: str) -> None:
    found = refusal_of({**files_of("t: text", languages=["en", "sv"]), "texts/sv.po": content})

    assert found[0].startswith("texts/sv.po")
    assert found[0].endswith(f"[{code}]")


def test_the_line_of_a_broken_entry_is_its_own() -> None:
    content = entry("a", "b", "c") + entry("a", "b", "c")

    assert refusal_of({**files_of("t: text"), "texts/sv.po": content})[0].startswith("texts/sv.po:5, a:")


@given(st.text(max_size=80) | st.text(alphabet='msgidctxr "#~|,\\\nab[]0', max_size=80))
def test_no_text_makes_the_reader_of_translations_fail_otherwise(content: str) -> None:
    try:
        read_questionnaire({**files_of("t: text", languages=["en", "sv"]), "texts/sv.po": content})
    except UnusableInput as refused:
        assert refused.problems[0].file == "texts/sv.po"


def test_every_string_of_the_example_has_a_path_of_its_own() -> None:
    strings = source_strings(files_of_folder(EXAMPLE))

    assert strings["scale.agree5.fully_agree"].text == "täysin samaa mieltä"
    assert strings["scale.agree5.net.positive"].text == "samaa mieltä (täysin tai jokseenkin)"
    assert strings["list.organisation_type.ngo"].text == "järjestö tai yhdistys"
    assert strings["question.did.option.other"].text == "muu"
    assert strings["question.grade.row.municipal"].text == "kunnassa"
    assert strings["page.wishes.title"].text == "Mitä seuraavaksi"


def test_rows_and_roles_are_read() -> None:
    example = read_questionnaire_folder(EXAMPLE)

    assert example.question("info_enough").rows[0] == Row(
        "regional", Text.of({"fi": "alueella", "sv": "i regionen", "en": "in the region"})
    )
    assert example.question("part_national").role is Role.FILTER
