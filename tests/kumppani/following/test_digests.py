"""Letters of what happened: that they miss nothing, tell nothing twice, and show nobody what her page would not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.following.actions import change_follow, pause, set_reading, unfollow
from kumppani.following.digests import write_digests
from kumppani.following.kinds import UnknownKind
from kumppani.following.models import Happening, Reading, Told
from kumppani.following.retention import forget_old_news
from kumppani.following.telling import tell
from kumppani.history.running import SomeFailed
from kumppani.mailing.models import Letter
from kumppani.network.actions.notices import close_notice, reopen_notice
from kumppani.network.actions.organisations import confirm_organisation, edit_profile
from tests.kumppani.conftest import MakePerson
from tests.kumppani.following.conftest import Following
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, join, profile, regions

pytestmark = pytest.mark.django_db


def letters(person: Person) -> list[Letter]:
    return list(Letter.objects.filter(to=person.email, sent_at=None))


def later(**step: int) -> datetime:
    return timezone.now() + timedelta(**step)


def test_who_follows_a_theme_in_a_region_gets_a_letter_of_it(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader = somebody()
    follows(reader, themes="education", regions="uusimaa", kinds="network.need")
    organisation = confirmed(name="Invented association of cafés")
    noticed(organisation, title="A room for a language café")
    noticed(organisation, title="Bicycles", themes=("culture_sport",))
    noticed(organisation, title="Far away", regions=regions("lappi"))

    assert write_digests(at=later(minutes=1)) == 1
    [letter] = letters(reader)
    assert "A room for a language café" in letter.body
    assert "Bicycles" not in letter.body
    assert "Far away" not in letter.body
    assert "You get this because you follow: Needs · Uusimaa · education and language skills" in letter.body
    assert letter.unsubscribe.startswith("http")


def test_nothing_is_told_twice_and_nothing_new_is_no_letter(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    follows(somebody(), kinds="network.need")
    noticed(confirmed())

    assert [write_digests(at=later(minutes=step)) for step in (1, 2, 3)] == [1, 0, 0]


def test_own_deeds_are_no_news(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    organisation = confirmed()
    follows(admin_of(organisation), kinds="network.need")
    noticed(organisation)

    assert write_digests(at=later(minutes=1)) == 0


def test_what_may_not_be_seen_yet_comes_once_it_may(
    somebody: MakePerson, follows: Following, waiting: MakeOrganisation, noticed: MakeNotice, coordinator: Person
):
    reader = somebody()
    follows(reader, kinds="network.need")
    organisation = waiting()
    noticed(organisation, title="Written before the organisation was confirmed")
    assert write_digests(at=later(minutes=1)) == 0

    confirm_organisation(organisation=organisation, by=coordinator, at=timezone.now())
    assert write_digests(at=later(minutes=2)) == 1
    assert "Written before the organisation was confirmed" in letters(reader)[0].body


def test_what_was_closed_before_the_letter_is_left_out(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    follows(somebody(), kinds="network.need")
    notice = noticed(confirmed())
    by = admin_of(notice.organisation)
    close_notice(notice=notice, by=by, at=timezone.now())
    assert write_digests(at=later(minutes=1)) == 0

    reopen_notice(notice=notice, by=by, at=timezone.now())
    assert write_digests(at=later(minutes=2)) == 1


def test_members_alone_hear_of_a_new_member(somebody: MakePerson, follows: Following, confirmed: MakeOrganisation):
    from kumppani.network.followed import tell_of_member

    organisation, member, stranger = confirmed(), somebody(), somebody()
    join(organisation, member)
    for person in (member, stranger):
        follows(person, kinds="network.member")
    tell_of_member(join(organisation, somebody()), by=admin_of(organisation), at=timezone.now())

    assert write_digests(at=later(minutes=1)) == 1
    assert letters(member)
    assert not letters(stranger)


def test_many_edits_of_one_day_are_one_piece_of_news(confirmed: MakeOrganisation):
    organisation = confirmed()
    for _time in range(3):
        organisation.refresh_from_db()
        said = profile(name=organisation.name)
        edit_profile(
            organisation=organisation, profile=said, version=organisation.version,
            by=admin_of(organisation), at=timezone.now(),
        )  # fmt: skip

    assert Happening.objects.filter(kind="network.profile").count() == 1


def test_what_happened_before_a_change_or_a_pause_is_still_told(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader, organisation = somebody(), confirmed()
    one = follows(reader, kinds="network.need", rhythm="weekly")
    noticed(organisation, title="Before the change")
    change_follow(one=one, codes={"kinds": {"network.offer"}}, by=reader, at=later(seconds=1))
    offered = noticed(organisation, "offer", title="Before the pause")
    Happening.objects.filter(kind="network.offer", subject=offered.pk).update(at=later(seconds=3))
    one.refresh_from_db()
    pause(one=one, paused=True, by=reader, at=later(seconds=5))

    write_digests(at=later(days=8))
    body = letters(reader)[0].body
    assert ("Before the change" in body, "Before the pause" in body) == (True, True)


def test_after_months_without_letters_nothing_is_missing(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    follows(somebody(), kinds="network.need", rhythm="daily")
    noticed(confirmed())

    assert write_digests(at=later(days=200)) == 1


def test_a_paused_follow_is_silent_and_is_not_made_up_for(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader, organisation = somebody(), confirmed()
    one = follows(reader, kinds="network.need")
    pause(one=one, paused=True, by=reader, at=timezone.now())
    noticed(organisation, title="In the pause")
    assert write_digests(at=later(minutes=1)) == 0

    one.refresh_from_db()
    pause(one=one, paused=False, by=reader, at=later(seconds=1))
    assert write_digests(at=later(minutes=2)) == 0


def test_a_person_hears_in_her_own_language(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader = somebody(language="sv")
    follows(reader, kinds="network.need")
    noticed(confirmed())
    write_digests(at=later(minutes=1))

    [letter] = letters(reader)
    assert letter.language == "sv"
    assert "/sv/network/" in letter.body
    assert "You get this" not in letter.body


@pytest.mark.parametrize("rhythm", ["daily", "weekly"])
def test_a_letter_waits_for_its_hour(
    rhythm: str, somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    follows(somebody(), kinds="network.need", rhythm=rhythm)
    Reading.objects.update(looked_at=timezone.now())
    noticed(confirmed())
    assert write_digests(at=later(seconds=1)) == 0

    assert write_digests(at=later(days=7)) == 1


def test_nobody_is_written_to_who_does_not_want_it(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader, organisation = somebody(), confirmed()
    follows(reader, kinds="network.need", rhythm="never")
    noticed(organisation)
    assert write_digests(at=later(days=8)) == 0

    set_reading(person=reader, rhythm="at_once", hour=8, weekday=0, at=later(seconds=1))
    assert write_digests(at=later(days=9)) == 0, "what she read on the site is not sent after her"


def test_a_kind_that_nobody_registered_is_a_mistake_at_once(confirmed: MakeOrganisation):
    with pytest.raises(UnknownKind):
        tell("network.unheard", subject=confirmed(), by=None, at=timezone.now(), labels={})


def test_a_kind_is_about_its_own_things(somebody: MakePerson):
    with pytest.raises(TypeError):
        tell("network.need", subject=somebody(), by=None, at=timezone.now(), labels={})


def test_a_long_letter_names_everything_and_explains_the_first(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader, organisation = somebody(), confirmed()
    follows(reader, kinds="network.need")
    for number in range(43):
        noticed(organisation, title=f"Need {number}")
    write_digests(at=later(minutes=1))

    body = letters(reader)[0].body
    assert all(f"Need {number}\n" in body for number in range(43))
    assert body.count("You get this because") == 40
    assert Told.objects.filter(person=reader).count() == 43


# Stopping


def test_one_press_in_a_mail_program_ends_all_letters(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader = somebody()
    follows(reader, kinds="network.need")
    noticed(confirmed())
    write_digests(at=later(minutes=1))
    address = letters(reader)[0].unsubscribe
    client = Client(enforce_csrf_checks=True)

    assert client.get(address).status_code == 200
    assert Reading.objects.get(person=reader).rhythm == "at_once", "a mail program that looks at links stops nothing"
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Reading.objects.get(person=reader).rhythm == "never"


def test_one_follow_is_ended_from_the_letter(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader = somebody()
    follows(reader, kinds="network.need")
    other = follows(reader, kinds="network.offer")
    noticed(confirmed())
    write_digests(at=later(minutes=1))
    [address] = [line.split()[-1] for line in letters(reader)[0].body.splitlines() if "/stop-one/" in line]

    Client().get(address)
    assert reader.follows.count() == 2
    Client().post(address)
    assert list(reader.follows.all()) == [other]
    assert Client().get(address).status_code == 200, "the link of an old letter says that it is done"


@pytest.mark.parametrize("name", ["stop", "stop-one"])
def test_a_link_that_was_made_up_ends_nothing(name: str):
    assert Client().post(f"/en/new/{name}/1:made-up/").status_code == 404


def test_who_unfollows_hears_no_more(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader = somebody()
    one = follows(reader, kinds="network.need")
    unfollow(one=one, by=reader, at=timezone.now())
    noticed(confirmed())

    assert write_digests(at=later(minutes=1)) == 0


# Hours


@pytest.mark.parametrize(
    ("looked", "now", "due"),
    [
        ("2026-03-28T07:00", "2026-03-29T05:30", True),  # summer time begins: 8:00 in Finland is 5:00 UTC
        ("2026-03-28T07:00", "2026-03-29T04:30", False),
        ("2026-10-24T05:30", "2026-10-25T05:30", False),  # it ends: 8:00 is 6:00 UTC
        ("2026-10-24T05:30", "2026-10-25T06:30", True),
    ],
)
def test_eight_o_clock_is_eight_o_clock_also_where_the_clock_is_turned(looked: str, now: str, due: bool):
    reading = Reading(rhythm="daily", hour=8, looked_at=datetime.fromisoformat(looked).replace(tzinfo=UTC))

    assert reading.is_due(datetime.fromisoformat(now).replace(tzinfo=UTC)) == due


def test_a_weekly_letter_comes_on_its_day():
    monday = datetime(2026, 6, 1, 5, 30, tzinfo=UTC)
    reading = Reading(rhythm="weekly", hour=8, weekday=2, looked_at=monday)

    assert [reading.is_due(monday + timedelta(days=days)) for days in (0, 1, 2, 3)] == [False, False, True, True]


def test_what_is_older_than_anybody_is_shown_goes(confirmed: MakeOrganisation):
    confirmed()
    assert Happening.objects.exists()
    assert forget_old_news(later(days=399)) == 0
    assert forget_old_news(later(days=401)) == 1

    assert not Happening.objects.exists()


def test_one_letter_that_fails_stops_no_other_and_is_written_the_next_time(
    somebody: MakePerson, follows: Following, confirmed: MakeOrganisation, noticed: MakeNotice
):
    unlucky, reader = somebody(), somebody()
    for person in (unlucky, reader):
        follows(person, kinds="network.need")
    noticed(confirmed())

    def refuse(sender: type[Letter], instance: Letter, **_more: object) -> None:
        if instance.to == unlucky.email:
            raise DataError

    pre_save.connect(refuse, sender=Letter)
    try:
        with pytest.raises(SomeFailed, match="1 failed, 1 done"):
            write_digests(at=later(minutes=1))
    finally:
        pre_save.disconnect(refuse, sender=Letter)
    assert (len(letters(unlucky)), len(letters(reader))) == (0, 1)

    assert write_digests(at=later(minutes=2)) == 1
    assert (len(letters(unlucky)), len(letters(reader))) == (1, 1)
