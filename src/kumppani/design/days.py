"""The field of a form in which a day is written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""What lies beyond is a slip of the hand, and no calendar can reckon with year 9999."""
INVALID = {"invalid": gettext_lazy("Write the day as year-month-day, for example 2027-05-31.")}
NO_SUCH_DAY = gettext_lazy("Write a day from the year 2000 to the year 2100.")
BOUNDS = (MinValueValidator(FIRST_DAY, NO_SUCH_DAY), MaxValueValidator(LAST_DAY, NO_SUCH_DAY))


def is_near(moment: datetime) -> None:
    """For the validators of a field with a time of day: refuse what lies beyond the same days."""
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise ValidationError(NO_SUCH_DAY)


class Day(forms.DateField):
    """A day as the browser's calendar writes it, near enough to ours that every calendar can count from it."""

    widget = forms.DateInput(
        attrs={"type": "date", "min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}, format="%Y-%m-%d"
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(error_messages={**INVALID, **more.pop("error_messages", {})}, validators=BOUNDS, **more)
