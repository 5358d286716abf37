"""Sealed rows: one size, one key, nothing to see."""

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import x25519

from barometer.answering.sheet import AnswerSheet
from barometer.sealing import Envelope, KeyPair, open_envelope, row_size, seal, sealed_size
from barometer.sealing.envelopes import CannotOpen, NotAnEnvelope
from barometer.sealing.packing import DoesNotFit, pack
from tests.barometer.sealing.questionnaires import SMALL

WAVE_KEY = KeyPair.generate()
SIZE = sealed_size(SMALL)

answers = st.fixed_dictionaries(
    {},
    optional={
        "works": st.sampled_from(["yes", "no"]),
        "with": st.lists(st.sampled_from(["city", "ngo", "other"]), unique=True).map(tuple),
        "with.other": st.text(st.characters(exclude_categories=["C"]), max_size=200),
        "agree.a": st.sampled_from(["yes", "no"]),
        "years": st.floats(allow_nan=False, allow_infinity=False),
        "since": st.dates().map(str),
        "why": st.text(st.characters(exclude_categories=["C"]), max_size=300),
        "order": st.permutations(["yes", "no"]).map(tuple),
    },
)


def envelope_of(given_answers) -> Envelope:
    sheet = AnswerSheet(given_answers, "sv", "open_link", "web", "1", "p2", ("fast", "honeypot"))
    return Envelope("wave-2026", "d" * 64, "i" * 64, sheet)


@settings(max_examples=100, deadline=None)
@given(answers)
def test_a_sheet_comes_back_with_the_key(given_answers):
    envelope = envelope_of(given_answers)

    assert open_envelope(seal(envelope, WAVE_KEY.public, SIZE), WAVE_KEY) == envelope


@settings(max_examples=100, deadline=None)
@given(answers)
def test_every_row_of_a_wave_has_one_size(given_answers):
    assert len(seal(envelope_of(given_answers), WAVE_KEY.public, SIZE)) == row_size(SIZE)


def test_the_largest_sheet_fits():
    wide = "\U0001f600"
    largest = {
        "works": "yes",
        "with": ("city", "ngo", "other"),
        "with.other": wide * 200,
        "agree.a": "yes",
        "agree.b": "yes",
        "years": -1.7976931348623157e308,
        "since": "2026-11-22",
        "why": wide * 300,
        "order": ("yes", "no"),
    }

    assert len(seal(envelope_of(largest), WAVE_KEY.public, SIZE)) == row_size(SIZE)


def test_a_sheet_that_the_questionnaire_does_not_allow_does_not_fit():
    with pytest.raises(DoesNotFit):
        seal(envelope_of({"why": "x" * SIZE}), WAVE_KEY.public, SIZE)


def test_the_answer_is_nowhere_in_the_row():
    row = seal(envelope_of({"why": "secret words of a respondent"}), WAVE_KEY.public, SIZE)

    assert b"secret words" not in row
    assert b"sv" not in row[:40]


def test_two_seals_of_one_sheet_are_different():
    envelope = envelope_of({"works": "yes"})

    assert seal(envelope, WAVE_KEY.public, SIZE)[100:] != seal(envelope, WAVE_KEY.public, SIZE)[100:]


def test_another_key_opens_nothing():
    with pytest.raises(CannotOpen):
        open_envelope(seal(envelope_of({}), WAVE_KEY.public, SIZE), KeyPair.generate())


SEALED = seal(envelope_of({"works": "yes"}), WAVE_KEY.public, SIZE)
USED = 4 + int.from_bytes(SEALED[:4], "big")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_of_the_age_file_is_noticed(data):
    row = bytearray(SEALED)
    place = data.draw(st.integers(0, USED - 1))
    row[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(CannotOpen):
        open_envelope(bytes(row), WAVE_KEY)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": "kumppani answer 1"}', b"\xff", b"[" * 1500])
def test_something_else_sealed_to_the_key_is_no_envelope(content):
    sealed = pyrage.encrypt(pack(content, SIZE), [x25519.Recipient.from_str(WAVE_KEY.public.age)])

    with pytest.raises(NotAnEnvelope):
        open_envelope(pack(sealed, row_size(SIZE)), WAVE_KEY)
