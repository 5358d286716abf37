"""Soft hyphens in the long words of headings: few browsers know how to break Finnish or Swedish words themselves.

The rule is that of Finnish, where a syllable starts at a consonant before a vowel. In Swedish and English it is good
enough for the words it is for: those too long for a phone.
"""

from __future__ import annotations

import re

LONG = 13
"""Letters; shorter words fit the narrowest screen in the largest heading."""
SOFT_HYPHEN = "\u00ad"

_WORD = re.compile(rf"[^\W\d_]{{{LONG},}}")
_SYLLABLE = re.compile(r"(?<=\w{3})(?=[bcdfghjklmnpqrstvwxz][aeiouyåäö]\w{2})", re.IGNORECASE)


def with_soft_hyphens(text: str) -> str:
    """Mark where words of 13 letters or more may break, never within three letters of either end."""
    return _WORD.sub(lambda word: _SYLLABLE.sub(SOFT_HYPHEN, word[0]), text)
