"""The code that a respondent writes down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.sealing import CodeMistyped, code_from_text, code_text, identifier, new_code
from barometer.sealing.codes import ALPHABET

codes = st.binary(min_size=16, max_size=16)


def test_a_code_on_paper_is_seven_groups_of_four():
    assert code_text(bytes(16)) == "0000-0000-0000-0000-0000-0000-0" + code_text(bytes(16))[-3:]
    assert [len(group) for group in code_text(new_code()).split("-")] == [4] * 7


@given(codes)
def test_a_code_comes_back_from_paper(code):
    assert code_from_text(code_text(code)) == code


@given(codes)
def test_case_spaces_and_look_alikes_are_forgiven(code):
    typed = code_text(code).lower().replace("-", "  ").replace("1", "l").replace("0", "o").replace("v", "u")

    assert code_from_text(typed) == code


def test_no_two_characters_of_the_alphabet_look_alike():
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_nearly_every_single_slip_is_noticed():
    text, noticed, tried = code_text(bytes(range(16))), 0, 0
    for place, character in enumerate(text):
        for slip in set(ALPHABET) - {character} if character != "-" else ():
            tried += 1
            try:
                code_from_text(text[:place] + slip + text[place + 1 :])
            except CodeMistyped:
                noticed += 1

    assert tried == 28 * 31
    assert noticed >= tried - 3


@pytest.mark.parametrize("typed", ["", "abcd", "ä" * 28, "0" * 10_000_000, code_text(bytes(16)) + "0"])
def test_what_is_not_a_code_is_said_to_be_mistyped(typed):
    with pytest.raises(CodeMistyped):
        code_from_text(typed)


def test_the_identifier_depends_on_wave_and_code():
    one, other = bytes(16), bytes(15) + b"\x01"

    assert len({identifier("w1", one), identifier("w2", one), identifier("w1", other), identifier("w2", other)}) == 4
    assert identifier("w1", one) == identifier("w1", one)
