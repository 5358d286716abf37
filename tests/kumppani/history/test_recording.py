from __future__ import annotations

from datetime import UTC, datetime

from kumppani.history.models import Line
from kumppani.history.recording import lines_about, record
from tests.kumppani.conftest import MakePerson

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def test_a_line_tells_who_did_what_with_which_thing(somebody: MakePerson):
    who, about = somebody(), somebody()

    record("person added", about=about, by=who, at=NOW)

    assert str(Line.objects.get()) == f"2026-03-02 09:00 {who.name}: person added ({about.name})"


def test_a_line_keeps_the_names_when_the_people_are_gone(somebody: MakePerson):
    who, about = somebody(), somebody()
    record("person added", about=about, by=who, at=NOW)
    name = who.name

    who.delete()
    about.delete()

    line = Line.objects.get()
    assert (line.by, line.by_name) == (None, name)


def test_the_history_of_one_thing_is_its_own_newest_first(somebody: MakePerson):
    one, other = somebody(), somebody()
    record("first", about=one, by=None, at=NOW)
    record("second", about=one, by=None, at=LATER)
    record("elsewhere", about=other, by=None, at=LATER)

    assert [line.what for line in lines_about(one)] == ["second", "first"]


def test_a_line_keeps_the_reason_that_was_given(somebody: MakePerson):
    about = somebody()

    record("second factor reset", about=about, by=None, at=NOW, note="Lost. " * 40)

    assert Line.objects.get().note == ("Lost. " * 40)[:200]
