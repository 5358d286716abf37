"""Numbers of rows as they are typed in an address or sent by a form."""

from __future__ import annotations

LONGEST = 18
"""Digits: nineteen can be more than a database counts to, and then asking is an error."""


def row_number(typed: str) -> int | None:
    """The number of a row; none where what was typed cannot be one."""
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST else None
