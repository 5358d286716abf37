"""The forms of tables: what is merged with what, from the finest to the coarsest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barometer.disclosure.crossed_forms import crossing_forms
from barometer.disclosure.forms import Form, Leaves, leaves_of
from barometer.disclosure.multiple_forms import multiple_forms
from barometer.disclosure.whole_forms import whole_form
from barometer.published import Category, Part
from barometer.questionnaire.model import Kind, OptionKind, Question
from barometer.tabulation import ANSWERED, NOT_REACHED, NOT_SHOWN, SKIPPED
from barometer.texts import Text
from tests.barometer.disclosure.surveys import AGREE, YES_NO, multiple, option, said, single

LANGUAGES = ("fi", "sv", "en")
FIVE = ("a5", "a4", "a3", "a2", "a1")
GRADES = (*(option(code) for code in "12345"), option("cannot_say", OptionKind.CANNOT_SAY))


def agreeing(*counts: int, cannot_say: int = 20, skipped: int = 0, not_shown: int = 0) -> Leaves:
    """The five-point scale with these counts, from `agree` to `disagree`."""
    given = dict(zip(FIVE, counts, strict=True))
    all_counts = {**given, "cannot_say": cannot_say, SKIPPED: skipped, NOT_SHOWN: not_shown}
    return leaves_of(
        single("q", AGREE), tuple(all_counts), all_counts, ordered=True, languages=LANGUAGES, some_stopped=False
    )


def codes(form: Form | None) -> list[str]:
    return [] if form is None else [category.code for category in form.categories]


def test_answers_that_hold_k_stand_apart() -> None:
    form = whole_form(agreeing(30, 20, 10, 7, 5), 5, sensitive=False)

    assert codes(form) == [*FIVE, "cannot_say"]
    assert form is not None and [net.code for net in form.nets] == ["positive", "negative"]


def test_a_small_answer_joins_its_neighbour_inside_the_same_net() -> None:
    form = whole_form(agreeing(30, 20, 10, 17, 2), 5, sensitive=False)

    assert codes(form) == ["a5", "a4", "a3", "negative", "cannot_say"]


def test_few_who_cannot_say_stand_with_those_who_skipped() -> None:
    form = whole_form(agreeing(30, 20, 10, 7, 5, cannot_say=3, skipped=4), 5, sensitive=False)

    assert codes(form) == [*FIVE, "_no_view"]
    assert form is not None and form.rule == "shown"


def test_an_answer_nobody_gave_is_merged_in_a_sensitive_question_alone() -> None:
    leaves = agreeing(30, 20, 10, 7, 0)

    assert codes(whole_form(leaves, 5, sensitive=False)) == [*FIVE, "cannot_say"]
    assert codes(whole_form(leaves, 5, sensitive=True)) == ["a5", "a4", "a3", "negative", "cannot_say"]


def test_where_all_but_one_agree_only_that_they_answered_is_shown() -> None:
    question = single("q", YES_NO)
    counts = {"yes": 0, "no": 40, "cannot_say": 0}
    leaves = leaves_of(question, tuple(counts), counts, ordered=False, languages=LANGUAGES, some_stopped=False)

    assert codes(whole_form(leaves, 5, sensitive=False)) == ["_any_answer"]


@pytest.mark.parametrize("skipped", [0, 3, 9])
def test_who_skipped_and_who_stopped_before_are_one_category_even_where_nobody_skipped(skipped: int) -> None:
    """As many stop before all questions of a page: apart, they would tell the three who skipped another of them."""
    counts = {"yes": 30, "no": 40, "cannot_say": 6, SKIPPED: skipped, NOT_REACHED: 12}
    leaves = leaves_of(
        single("q", YES_NO), tuple(counts), counts, ordered=False, languages=LANGUAGES, some_stopped=True
    )
    form = whole_form(leaves, 5, sensitive=False)

    assert codes(form) == ["yes", "no", "cannot_say", "_no_answer"]
    assert form is not None and form.rule == "answered"


def test_too_few_answers_have_no_form() -> None:
    assert whole_form(agreeing(1, 1, 1, 0, 0, cannot_say=0), 5, sensitive=False) is None


def test_too_few_who_skipped_stand_with_who_cannot_say_where_it_is_told_who_was_asked() -> None:
    """Beside a filter's table that prints them, those who were not asked hide nobody."""
    leaves = agreeing(50, 52, 40, 20, 8, cannot_say=6, skipped=3, not_shown=196)

    alike, apart = (whole_form(leaves, 5, sensitive=False, asked_is_told=told) for told in (False, True))

    assert codes(alike) == [*FIVE, "cannot_say", "_no_answer"]
    assert codes(apart) == [*FIVE, "_no_view", NOT_SHOWN]
    assert apart is not None
    assert apart.rule == "shown"


@pytest.mark.parametrize("asked_is_visible", [True, False])
def test_every_form_by_a_background_is_made_of_whole_categories(asked_is_visible: bool) -> None:
    leaves = agreeing(30, 20, 10, 7, 6, skipped=9, not_shown=30)
    whole = whole_form(leaves, 5, sensitive=False)
    assert whole is not None

    forms = crossing_forms(whole, leaves, asked_is_visible=asked_is_visible)

    everything = sorted(code for category in whole.categories for code in category.members)
    for form in forms:
        assert sorted(code for category in form.categories for code in category.members) == everything
        for category in whole.categories:
            assert any(set(category.members) <= set(wider.members) for wider in form.categories)
    assert any(form.shows_who_was_asked for form in forms) == asked_is_visible
    assert [len(form.categories) for form in forms][-1] == 2


def test_a_scale_has_its_own_ends_though_some_answers_are_merged_whole() -> None:
    """Too few gave the last answer, so it stands with the one before; that is still one end, not half of the scale."""
    asked = Question("q", Kind.SINGLE, said("q"), options=GRADES)
    counts = {"1": 35, "2": 30, "3": 28, "4": 9, "5": 3, "cannot_say": 30}
    leaves = leaves_of(asked, tuple(counts), counts, ordered=True, languages=LANGUAGES, some_stopped=False)
    whole = whole_form(leaves, 5, sensitive=False)
    assert whole is not None and codes(whole) == ["1", "2", "3", "4+5", "cannot_say"]

    forms = crossing_forms(whole, leaves, asked_is_visible=True)

    assert ["1+2", "3", "4+5", "cannot_say"] in [codes(form) for form in forms]
    assert ["1+2", "4+5", "_all_others"] in [codes(form) for form in forms]


def test_spans_of_a_scale_are_named_by_their_steps_also_where_an_end_has_a_word() -> None:
    steps = {str(n): str(n) for n in range(2, 10)}
    words = {"1": "1 – weak", **steps, "10": "10 – excellent"}
    options = tuple(replace(option(code), label=Text.of({"en": word})) for code, word in words.items())
    counts = dict.fromkeys(words, 20) | {"9": 3, "10": 4}
    leaves = leaves_of(
        Question("q", Kind.SINGLE, said("q"), options=options),
        tuple(counts),
        counts,
        ordered=True,
        languages=("en",),
        some_stopped=False,
    )
    whole = whole_form(leaves, 5, sensitive=False)
    assert whole is not None and whole.categories[-1].label.in_("en") == "9 / 10 – excellent"

    forms = crossing_forms(whole, leaves, asked_is_visible=True)
    halves = next(form for form in forms if len(form.categories) == 2)

    assert [category.label.in_("en") for category in halves.categories] == ["1 – 5", "6 – 10"]


def test_options_are_shares_of_who_answered_then_of_who_was_asked_then_of_everybody() -> None:
    counts = {ANSWERED: 50, SKIPPED: 3, NOT_SHOWN: 40}
    leaves = leaves_of(
        multiple("m", ["x"]), tuple(counts), counts, ordered=False, languages=LANGUAGES, some_stopped=False
    )

    rules = [form.rule for form in multiple_forms(leaves, asked_is_visible=True)]

    assert list(dict.fromkeys(rules)) == ["answered", "shown", "all"]
    assert "shown" not in [form.rule for form in multiple_forms(leaves, asked_is_visible=False)]


def test_classes_of_numbers_are_named_in_every_language() -> None:
    leaves = leaves_of(
        Question("n", Kind.NUMBER, said("n")), ("0..10", "10..20"), {"0..10": 9, "10..20": 8},
        ordered=True, languages=LANGUAGES, some_stopped=False,
    )  # fmt: skip

    assert [category.label for category in leaves.categories] == [
        Text.of(dict.fromkeys(LANGUAGES, "0–10")),
        Text.of(dict.fromkeys(LANGUAGES, "10–20")),
    ]


def test_two_categories_of_one_code_are_refused() -> None:
    twice = Category("a", said("a"), Part.ANSWER, ("a",))

    with pytest.raises(ValueError, match="share a code"):
        Form((twice, twice), "answered", ("a",), is_routed=False)
