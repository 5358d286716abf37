"""How a number is written in a language. Every figure of every report goes through here, so that it is written one way.

Rounding itself is `estimation`'s, on exact integers; here are the decimal marks, spaces and signs of a language.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from barometer import estimation
from barometer.estimation import percent_decimals
from barometer.texts import direction_of

NO_BREAK = "\u00a0"
THIN = "\u202f"
MINUS = "\u2212"
EN_DASH = "\u2013"
_ISOLATE, _END_OF_ISOLATE = "\u2066", "\u2069"

_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DECIMAL_POINT = frozenset({"en", "ar", "fa", "ur", "he", "so", "ti", "am", "th", "zh"})
_PERCENT_CLOSE = frozenset({"en", "so", "he", "zh", "th", "ti", "am"})
"""Languages that write the percent sign without a space."""


def grouped(number: int) -> str:
    """Write a whole number with a thin no-break space between thousands and a true minus sign."""
    return f"{number:,}".replace(",", THIN).replace("-", MINUS)


def decimal(number: float | Decimal, decimals: int, language: str) -> str:
    """Write a number with this many decimals, halves away from zero, and the language's decimal mark."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(float(number)))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    sign = MINUS if rounded < 0 else ""
    mark = "." if _short(language) in _DECIMAL_POINT else ","
    return sign + grouped(int(whole)) + (mark + fraction if fraction else "")


def signed(number: float | Decimal, decimals: int, language: str) -> str:
    """Write a change with its sign; nothing has no sign."""
    written = decimal(number, decimals, language)
    return f"+{written}" if number > 0 and any(digit in "123456789" for digit in written) else written


def as_published(number: float, language: str) -> str:
    """Write a cited number with exactly the decimals it was published with."""
    exact = Decimal(repr(number)).normalize()
    exponent = exact.as_tuple().exponent
    return decimal(exact, max(0, -exponent) if isinstance(exponent, int) else 0, language)


def percent(count: int, base: int, language: str) -> str:
    """Write a share of a base; percent() of 180 and 300 is ``60 %`` in Finnish and ``60%`` in English."""
    return with_percent_sign(decimal(estimation.percent(count, base), percent_decimals(base), language), language)


def percent_range(low: float, high: float, base: int, language: str) -> str:
    """Write an interval of shares: ``54–65 %``."""
    decimals = percent_decimals(base)
    ends = (decimal(Decimal(repr(end)) * 100, decimals, language) for end in (low, high))
    return with_percent_sign(EN_DASH.join(ends), language)


def day(iso: str, language: str) -> str:
    """Write a day given as YYYY-MM-DD: ``24.2.2023``, or ``24 February 2023`` in English."""
    if not iso:
        return ""
    year, month, number = iso.split("-")
    if _short(language) == "en":
        return f"{int(number)}{NO_BREAK}{_ENGLISH_MONTHS[int(month) - 1]} {year}"
    return f"{int(number)}.{int(month)}.{year}"


def with_percent_sign(number: str, language: str) -> str:
    written = number + ("%" if _short(language) in _PERCENT_CLOSE else NO_BREAK + "%")
    return left_to_right(written) if direction_of(language) == "rtl" else written


def left_to_right(written: str) -> str:
    """Keep the order of a range and the place of a sign inside text that runs from right to left."""
    return f"{_ISOLATE}{written}{_END_OF_ISOLATE}"


def _short(language: str) -> str:
    return language.split("-")[0]
