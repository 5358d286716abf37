from __future__ import annotations

import pytest

from kumppani.moderation.spam import looks_like_spam


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", False),
        ("It calls people names, see https://example.org/page", False),
        ("Se loukkaa!!!! Ei näin.", False),
        ("https://a.example http://b.example www.c.example", True),
        ("buy" + "!" * 40, True),
        ("ـ" * 30, True),
    ],
)
def test_what_looks_like_spam(words: str, expected: bool):
    assert looks_like_spam(words) is expected
