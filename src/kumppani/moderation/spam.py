"""Is this an advertisement or noise? Plain rules, no service elsewhere, nothing learnt of anybody."""

from __future__ import annotations

import re

MOST_ADDRESSES = 2
LONGEST_RUN = 20
ADDRESS = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
RUN = re.compile(rf"(\S)\1{{{LONGEST_RUN},}}")


def looks_like_spam(words: str) -> bool:
    """More addresses of pages than an explanation needs, or one sign over and over."""
    return len(ADDRESS.findall(words)) > MOST_ADDRESSES or RUN.search(words) is not None
