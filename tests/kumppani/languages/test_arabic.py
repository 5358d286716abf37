"""Arabic: its catalogue keeps foreign words in their own direction, its dates are written with Western digits."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import polib
from django.utils.formats import date_format
from django.utils.translation import ngettext, override

from barometer.texts import direction_of
from kumppani.settings.base import LANGUAGES, PACKAGE
from kumppani.surveys.forms import PrepareForm

ISOLATE, END = "\u2068", "\u2069"
CATALOGUE = PACKAGE / "locale" / "ar" / "LC_MESSAGES" / "django.po"


def said() -> list[str]:
    entries = polib.pofile(str(CATALOGUE))
    return [text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]


def test_every_isolated_word_ends_where_it_should():
    assert [text for text in said() if re.sub(f"{ISOLATE}[^{ISOLATE}{END}]+{END}", "", text).count(ISOLATE)] == []
    assert [text for text in said() if text.count(ISOLATE) != text.count(END)] == []


def test_digits_are_western():
    assert [text for text in said() if re.search("[٠-٩۰-۹]", text)] == []


def test_dates_are_written_the_day_first():
    moment = datetime(2027, 5, 31, 9, 5, tzinfo=UTC)

    with override("ar"):
        assert date_format(moment, "DATE_FORMAT") == "31 مايو 2027"
        assert date_format(moment, "SHORT_DATETIME_FORMAT") == "31.5.2027 09:05"


def test_it_counts_in_six_forms():
    with override("ar"):
        counted = [
            ngettext("%(count)s sheet is sealed.", "%(count)s sheets are sealed.", count) % {"count": count}
            for count in (0, 1, 2, 3, 11, 100)
        ]

    assert len(set(counted)) == 6


def test_a_privacy_notice_is_written_in_its_own_direction(db):
    fields = PrepareForm().privacy_fields

    assert [str(field.field.widget.attrs["dir"]) for field in fields] == [direction_of(code) for code, _ in LANGUAGES]
