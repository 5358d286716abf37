"""From a draft to readers and back: languages with their own times, four eyes, versions, stale translations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted
from kumppani.history.recording import lines_about
from kumppani.publishing.actions.editions import (
    hand_back,
    publish,
    restore,
    save_version,
    send_for_review,
    translate,
    withdraw,
)
from kumppani.publishing.actions.items import say_about
from kumppani.publishing.faults import EditedMeanwhile, NotNow
from kumppani.publishing.models import Edition, Item, State, Version
from kumppani.publishing.queries import (
    beside,
    editions_for,
    editions_in,
    editions_to_review,
    items_in_hand,
    languages_of,
    standings,
    visible_editions,
)
from kumppani.publishing.wording import Wording
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson
from tests.kumppani.publishing.conftest import DAY, HOUR, NOON, Published, Translated, Written, about, saved

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


def seen(at: Any = NOON) -> list[str]:
    """The titles that readers see."""
    return sorted(edition.title for edition in visible_editions(ANYBODY, at=at))


def test_a_text_is_a_draft_until_somebody_else_has_published_it(written: Written, writer: Person, reviewer: Person):
    edition = written("First")

    assert seen() == []
    send_for_review(edition=edition, by=writer, at=NOON)
    assert seen() == []
    with pytest.raises(NotPermitted, match="You saved this version yourself"):
        publish(edition=edition, number=1, from_=None, until=None, by=writer, at=NOON)
    publish(edition=edition, number=1, from_=None, until=None, by=reviewer, at=NOON)
    assert seen() == ["First"]
    assert [line.what for line in lines_about(edition)] == ["text published", "text sent for review", "text begun"]


def test_every_language_appears_at_its_own_time_though_nothing_runs_then(
    written: Written, translated: Translated, published: Published
):
    fi = written("Suomeksi")
    sv = translated(fi, "sv", "På svenska")
    published(fi)
    published(sv, from_=NOON + 7 * DAY)

    assert seen(NOON) == ["Suomeksi"]
    assert seen(NOON + 7 * DAY - HOUR) == ["Suomeksi"]
    assert seen(NOON + 7 * DAY) == ["På svenska", "Suomeksi"]
    with override("en"):
        lines = languages_of(fi.item, at=NOON, by=ANYBODY)
        assert [(line.sentence, line.is_published) for line in lines] == [
            ("Published in Finnish on 2 Nov 2026, 12:00", True),
            ("In Swedish on 9 Nov 2026, 12:00", False),
        ]


def test_a_reader_is_given_her_language_else_the_original(
    written: Written, translated: Translated, published: Published
):
    first, second = written("Ensimmäinen"), written("Toinen")
    published(first)
    published(second, at=NOON + HOUR)
    published(translated(first, "sv", "Den första"), at=NOON + 2 * HOUR)
    published(translated(first, "fi-plain", "Ihan ensimmäinen"), at=NOON + 2 * HOUR)
    later = NOON + DAY

    def titles(language: str) -> list[str]:
        return [edition.title for edition in editions_for(language, "news", at=later, by=ANYBODY)]

    assert titles("fi") == ["Toinen", "Ensimmäinen"]
    assert titles("sv") == ["Den första", "Toinen"]
    assert titles("ar") == ["Toinen", "Ensimmäinen"]
    assert [edition.title for edition in editions_in("sv", "news", at=later, by=ANYBODY)] == ["Den första"]


def test_an_item_is_listed_though_its_original_is_not_published(
    written: Written, translated: Translated, published: Published
):
    fi = written("Suomeksi")
    published(translated(fi, "sv", "På svenska"))
    published(translated(fi, "en", "In English"))

    found = editions_for("ar", "news", at=NOON, by=ANYBODY)

    assert [edition.title for edition in found] == ["På svenska"]


def test_a_change_of_the_original_marks_its_translations_and_a_small_one_does_not(
    written: Written, translated: Translated, published: Published, writer: Person
):
    fi = written("Suomeksi")
    sv = translated(fi, "sv", "På svenska")
    published(fi)
    published(sv)

    def stale() -> list[str]:
        return [line.edition.language for line in languages_of(fi.item, at=NOON, by=ANYBODY) if line.is_stale]

    saved(fi, by=writer, body="Tervetuloa!", is_small=True)
    published(fi)
    assert stale() == []
    saved(fi, by=writer, body="Siirtyy viikolla.")
    assert stale() == [], "readers of both languages still read the same"
    assert [each.is_stale for each in standings(fi.item, at=NOON)] == [False, True], "its writers are told at once"
    published(fi)
    assert stale() == ["sv"]
    saved(sv, by=writer, body="Flyttas en vecka.", follows=3)
    published(sv)
    assert stale() == []


def test_readers_keep_the_published_version_while_the_next_is_written(
    written: Written, published: Published, writer: Person
):
    edition = written("As published")
    published(edition)
    saved(edition, by=writer, title="As drafted")

    assert seen() == ["As published"]
    assert str(edition) == "As published"
    published(edition, from_=NOON + DAY, at=NOON + HOUR)
    assert seen(NOON + 2 * HOUR) == ["As published"]
    assert seen(NOON + DAY) == ["As drafted"]
    (shown,) = visible_editions(ANYBODY, at=NOON + DAY)
    assert (shown.first_at, shown.changed_at) == (NOON, NOON + DAY)


def test_what_was_scheduled_before_never_comes_back_over_what_was_published_since(
    written: Written, published: Published, writer: Person
):
    edition = written("Scheduled for Friday")
    published(edition, from_=NOON + 4 * DAY)
    saved(edition, by=writer, title="Published on Wednesday")
    published(edition, at=NOON + 2 * DAY)

    assert seen(NOON + 5 * DAY) == ["Published on Wednesday"]


def test_what_is_published_is_what_was_read(written: Written, writer: Person, reviewer: Person):
    edition = written("As read")
    send_for_review(edition=edition, by=writer, at=NOON)
    saved(edition, by=writer, title="Slipped in")
    send_for_review(edition=edition, by=writer, at=NOON)

    with pytest.raises(EditedMeanwhile):
        publish(edition=edition, number=1, from_=None, until=None, by=reviewer, at=NOON)
    assert seen() == []


def test_a_withdrawn_text_and_what_was_scheduled_of_it_are_gone(
    written: Written, published: Published, writer: Person, reviewer: Person
):
    edition = written("Gone")
    published(edition)
    saved(edition, by=writer, title="Gone too")
    published(edition, from_=NOON + DAY)
    withdraw(edition=edition, by=reviewer, at=NOON + HOUR)

    assert seen(NOON + 2 * DAY) == []
    with pytest.raises(NotNow, match="It is not published"):
        withdraw(edition=edition, by=reviewer, at=NOON + HOUR)
    published(edition, at=NOON + 2 * DAY)
    assert seen(NOON + 2 * DAY) == ["Gone too"]


def test_a_withdrawn_text_that_is_scheduled_again_stays_away_until_then(
    written: Written, published: Published, writer: Person, reviewer: Person
):
    edition = written("Wrong")
    published(edition)
    withdraw(edition=edition, by=reviewer, at=NOON + HOUR)
    saved(edition, by=writer, title="Right")
    published(edition, from_=NOON + DAY, at=NOON + 2 * HOUR)

    assert seen(NOON + 3 * HOUR) == []
    assert seen(NOON + DAY) == ["Right"]


def test_a_text_is_taken_away_at_its_time(written: Written, writer: Person, reviewer: Person):
    edition = written("For a day")
    send_for_review(edition=edition, by=writer, at=NOON)
    with pytest.raises(NotNow, match="taken away before it is published"):
        publish(edition=edition, number=1, from_=NOON + DAY, until=NOON + HOUR, by=reviewer, at=NOON)
    publish(edition=edition, number=1, from_=None, until=NOON + DAY, by=reviewer, at=NOON)

    assert seen(NOON) == ["For a day"]
    assert seen(NOON + DAY) == []


def test_of_two_who_edit_at_once_the_second_is_told_and_loses_nothing(written: Written, writer: Person):
    edition = written("As it was")
    save_version(edition=edition, wording=Wording("By the first"), after=1, by=writer, at=NOON)

    with pytest.raises(EditedMeanwhile) as refused:
        save_version(edition=edition, wording=Wording("By the second"), after=1, by=writer, at=NOON)

    assert refused.value.current.title == "By the first"
    assert [version.title for version in edition.versions.all()] == ["By the first", "As it was"]


def test_of_two_who_begin_one_translation_at_once_the_second_is_told(written: Written, writer: Person):
    fi = written()
    translate(item=fi.item, language="sv", wording=Wording("Den första"), follows=1, by=writer, at=NOON)

    with pytest.raises(EditedMeanwhile) as refused:
        translate(item=fi.item, language="sv", wording=Wording("Den andra"), follows=1, by=writer, at=NOON)

    assert refused.value.current.title == "Den första"


def test_an_old_version_comes_back_as_the_newest(written: Written, writer: Person):
    edition = written("One")
    saved(edition, by=writer, title="Two")
    restore(edition=edition, number=1, by=writer, at=NOON)

    edition.refresh_from_db()
    assert [(version.number, version.title, version.restored_from) for version in edition.versions.all()] == [
        (3, "One", 1),
        (2, "Two", None),
        (1, "One", None),
    ]
    with pytest.raises(NotNow):
        restore(edition=edition, number=3, by=writer, at=NOON)


def test_a_text_is_handed_back_with_a_reason_and_no_empty_one_is_sent(
    written: Written, writer: Person, reviewer: Person
):
    edition, empty = written(), written(body=" ")
    send_for_review(edition=edition, by=writer, at=NOON)
    hand_back(edition=edition, because="Say where.", by=reviewer, at=NOON)

    edition.refresh_from_db()
    assert (edition.state, edition.handed_back_because) == (State.DRAFT, "Say where.")
    with pytest.raises(NotNow, match="It has no text yet"):
        send_for_review(edition=empty, by=writer, at=NOON)


def test_what_waits_is_told_to_those_of_the_region_who_did_not_write_it(
    written: Written, writer: Person, reviewer: Person, regional: Callable[[str], Person]
):
    edition = written()
    send_for_review(edition=edition, by=writer, at=NOON)
    today = NOON.date()

    waiting = {
        name: len(editions_to_review(person, on=today))
        for name, person in {
            "writer": writer,
            "reviewer": reviewer,
            "here": regional("uusimaa"),
            "elsewhere": regional("lappi"),
        }.items()
    }
    assert waiting == {"writer": 0, "reviewer": 1, "here": 1, "elsewhere": 0}


def test_who_works_on_what(written: Written, somebody: MakePerson, regional: Callable[[str], Person]):
    member = somebody()
    news, practice = written("News").item, written("Ours", kind="practices", by=member).item
    today = NOON.date()

    def hands(person: Person) -> set[Item]:
        return set(items_in_hand(person, on=today))

    assert hands(member) == {practice}
    assert hands(somebody()) == set()
    assert hands(regional("uusimaa")) == {news, practice}
    assert hands(regional("lappi")) == set()
    with pytest.raises(NotPermitted):
        written("News of a member", by=member)


def test_a_text_moves_to_another_region_only_with_the_right_for_both(
    written: Written, regional: Callable[[str], Person]
):
    item = written().item
    with pytest.raises(NotPermitted):
        say_about(item=item, about=about(home=Region.objects.get(code="lappi")), by=regional("uusimaa"), at=NOON)


def test_texts_of_one_title_have_different_addresses_and_one_without_latin_letters_has_one_too(written: Written):
    slugs = [written(title).item.slug for title in ("Sama", "Sama", "خبر", "خبر")]

    assert slugs == ["sama", "sama-2", "text", "text-2"]


def test_the_one_before_and_the_one_after_are_of_the_same_language(
    written: Written, translated: Translated, published: Published
):
    first, second, third = written("Yksi"), written("Kaksi"), written("Kolme")
    for hours, edition in enumerate((first, second, third)):
        published(edition, at=NOON + hours * HOUR)
    published(translated(second, "sv", "Två"), at=NOON + DAY)

    def around(language: str) -> tuple[str | None, ...]:
        (middle,) = visible_editions(ANYBODY, at=NOON + DAY).filter(item=second.item, language=language)
        return tuple(each and each.title for each in beside(middle, at=NOON + DAY, by=ANYBODY))

    assert around("fi") == ("Yksi", "Kolme")
    assert around("sv") == (None, None)


def test_a_version_is_kept_for_every_save(written: Written, writer: Person):
    edition = written("One")
    for number in range(3):
        saved(edition, by=writer, title=f"Change {number}")

    assert Version.objects.filter(edition=edition).count() == 4
    assert Edition.objects.get().newest.number == 4
