"""Drafts: readable with the code alone."""

import pytest

from barometer.sealing import Draft, draft_lookup, draft_size, identifier, new_code, open_draft, seal_draft
from barometer.sealing.drafts import _hkdf
from tests.barometer.sealing.questionnaires import SMALL

SIZE = draft_size(SMALL)
CODE = new_code()
DRAFT = Draft("d" * 64, {"works": "yes", "with": ("city", "ngo"), "years": 3.0}, "sv", "web", "p2", ("p1",), 95, True)


def test_a_draft_comes_back_with_its_code():
    assert open_draft(seal_draft(DRAFT, "w", CODE, SIZE), "w", CODE) == DRAFT


@pytest.mark.parametrize(("wave", "code"), [("w", new_code()), ("other", CODE)], ids=["another code", "another wave"])
def test_another_code_or_wave_opens_nothing(wave, code):
    assert open_draft(seal_draft(DRAFT, "w", CODE, SIZE), wave, code) is None


def test_a_changed_byte_opens_nothing():
    sealed = bytearray(seal_draft(DRAFT, "w", CODE, SIZE))
    sealed[50] ^= 1

    assert open_draft(bytes(sealed), "w", CODE) is None
    assert open_draft(b"", "w", CODE) is None


def test_all_drafts_of_a_wave_have_one_size():
    empty = seal_draft(Draft("d" * 64), "w", CODE, SIZE)

    assert len(empty) == len(seal_draft(DRAFT, "w", CODE, SIZE))
    assert b"works" not in empty


def test_the_draft_cannot_be_joined_to_the_sealed_row_of_the_same_code():
    assert draft_lookup("w", CODE) != identifier("w", CODE)
    assert draft_lookup("w", CODE) != draft_lookup("v", CODE)


def test_hkdf_gives_the_numbers_of_rfc_5869():
    one = _hkdf(b"\x0b" * 22, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)), length=42)
    three = _hkdf(b"\x0b" * 22, salt=b"", info=b"", length=42)

    assert one.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    assert three.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
