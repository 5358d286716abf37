from __future__ import annotations

import pytest

from kumppani.languages.hyphens import SOFT_HYPHEN, with_soft_hyphens


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Kumppanuusbarometri", "Kump-pa-nuus-ba-ro-metri"),
        ("Partnerskapsbarometern", "Part-ners-kaps-ba-ro-me-tern"),
        ("Esittelyohjelma", "Esit-te-lyoh-jelma"),
        ("Partnership", "Partnership"),
        ("tulokset 2026", "tulokset 2026"),
        ("والاستراتيجيات", "والاستراتيجيات"),
    ],
)
def test_only_long_words_may_break_and_between_syllables(word: str, parts: str):
    assert with_soft_hyphens(word).replace(SOFT_HYPHEN, "-") == parts
