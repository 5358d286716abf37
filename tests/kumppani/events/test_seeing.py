"""Who sees an event, in every channel; what is told to those who follow; the events of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.events.actions.arranging import edit_event, plan_of, publish_event
from kumppani.events.actions.registering import register
from kumppani.events.demonstration import load_demonstration_events
from kumppani.events.faults import NotNow
from kumppani.events.models import Event, State, Status
from kumppani.events.moderated import EVENT
from kumppani.events.permissions import may_arrange
from kumppani.events.queries import room_of, visible_events
from kumppani.following.actions import follow
from kumppani.following.models import Happening
from kumppani.mailing.models import Letter
from kumppani.moderation import actions
from kumppani.moderation.gate import is_hidden
from kumppani.moderation.models import Case
from kumppani.network.actions.organisations import archive_organisation
from kumppani.network.demonstration import load_demonstration_network
from tests.kumppani.conftest import MakePerson
from tests.kumppani.events.conftest import NOW, MakeEvent, entry, plan
from tests.kumppani.moderation.conftest import address, decide
from tests.kumppani.network.conftest import MakeOrganisation, admin_of, join

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)
INVENTED = ("(keksitty)", "(påhittad)", "(påhittat)", "(invented)", "(مختلَق)", "(مختلَقة)", "(keksitty luonnos)")


@pytest.fixture
def of_organisation(confirmed: MakeOrganisation, drafted: MakeEvent) -> Event:
    organisation = confirmed()
    return drafted(by=admin_of(organisation), organisation=organisation)


def everywhere(event: Event, client: Client) -> dict[str, bool]:
    """In which channel this reader meets the event."""
    pages = {
        "calendar": reverse("events"),
        "feed": reverse("events-calendar"),
        "home": reverse("home"),
        "new": reverse("new"),
        "page": reverse("event", args=[event.pk]),
        "entry": reverse("event-calendar", args=[event.pk]),
        "form": reverse("register-for-event", args=[event.pk]),
    }
    return {
        name: "How to begin" in client.get(page).content.decode().replace("\xad", "") for name, page in pages.items()
    }


def test_a_draft_is_in_no_channel_and_a_published_event_in_every(of_organisation: Event, somebody: MakePerson):
    now = timezone.now()
    assert set(everywhere(of_organisation, Client()).values()) == {False}

    publish_event(event=of_organisation, by=admin_of(of_organisation.organisation), at=now)  # type: ignore[arg-type]
    assert set(everywhere(of_organisation, Client()).values()) == {True}


def test_what_a_moderator_hides_is_gone_from_every_channel_and_cannot_be_changed(
    of_organisation: Event, signed_in: Callable[[Person], Client], regional: Callable[[str], Person]
):
    event, organisation = of_organisation, of_organisation.organisation
    assert organisation is not None
    admin = admin_of(organisation)
    publish_event(event=event, by=admin, at=timezone.now())
    report(event)
    decide(Case.objects.get(), regional("uusimaa"))

    assert is_hidden(event)
    assert set(everywhere(event, Client()).values()) == {False}
    page = signed_in(admin).get(reverse("event", args=[event.pk])).content.decode()
    assert "Hidden by a decision" in page
    event.refresh_from_db()
    with pytest.raises(NotNow, match="hidden by a decision"):
        edit_event(event=event, plan=plan_of(event), version=event.version, by=admin, at=timezone.now())


def report(event: Event) -> None:
    said = actions.Reported(reason="respect", words="It hurts.", language="en")
    actions.report(EVENT, event, said, by=None, address=address, at=timezone.now())


def test_the_members_of_the_organiser_do_not_decide_on_its_event(of_organisation: Event, somebody: MakePerson):
    organisation, member = of_organisation.organisation, somebody()
    assert organisation is not None
    join(organisation, member)

    assert {member.pk, admin_of(organisation).pk} <= EVENT.concerned_with(of_organisation)


def test_an_event_of_an_organisation_in_the_archive_is_shown_to_nobody_else(of_organisation: Event):
    organisation = of_organisation.organisation
    assert organisation is not None
    publish_event(event=of_organisation, by=admin_of(organisation), at=timezone.now())
    archive_organisation(organisation=organisation, by=admin_of(organisation), at=timezone.now())

    assert set(everywhere(of_organisation, Client()).values()) == {False}


def test_an_organisation_that_waits_for_confirmation_publishes_nothing(waiting: MakeOrganisation, drafted: MakeEvent):
    organisation = waiting()
    event = drafted(by=admin_of(organisation), organisation=organisation)

    with pytest.raises(NotNow, match="not confirmed yet"):
        publish_event(event=event, by=admin_of(organisation), at=NOW)


def test_the_list_and_the_right_agree_on_who_arranges_what(
    of_organisation: Event, drafted: MakeEvent, somebody: MakePerson, regional: Callable[[str], Person]
):
    events = [of_organisation, drafted()]
    member = somebody()
    assert of_organisation.organisation is not None
    join(of_organisation.organisation, member)
    people = [somebody(), member, regional("uusimaa"), regional("lappi"), *(somebody(role) for role in Role)]

    for person in [*people, AnonymousUser()]:
        seen = set(visible_events(person, on=TODAY))
        assert seen == {event for event in events if may_arrange(person, event, on=TODAY)}


def test_those_who_follow_a_theme_or_the_organiser_are_told_once(of_organisation: Event, somebody: MakePerson):
    organisation = of_organisation.organisation
    assert organisation is not None
    before = timezone.now()
    follow(person=somebody(), codes={"themes": {"education"}}, at=before)
    publish_event(event=of_organisation, by=admin_of(organisation), at=before)

    told = Happening.objects.get(kind="events.event")
    labels = set(told.labels.values_list("facet", "code"))
    assert told.subject == of_organisation.pk
    assert labels == {
        ("themes", "education"),
        ("languages", "en"),
        ("regions", "uusimaa"),
        ("organisations", str(organisation.pk)),
    }


def test_registration_opens_and_closes_at_its_moments(published: MakeEvent):
    event = published(opens_at=NOW + timedelta(hours=1), closes_at=NOW + timedelta(hours=2))
    for hours, opened in ((0, False), (1, True), (1.9, True), (2, False)):
        at = NOW + timedelta(hours=hours)
        if opened:
            register(event=event, entry=entry(), person=None, at=at)
        else:
            with pytest.raises(NotNow, match="not open"):
                register(event=event, entry=entry(), person=None, at=at)


def test_there_cannot_be_fewer_places_than_are_taken(published: MakeEvent, arranger: Person):
    event = published(capacity=3)
    for _ in range(2):
        register(event=event, entry=entry(), person=None, at=NOW)
    event.refresh_from_db()

    with pytest.raises(NotNow, match="2 places are taken"):
        edit_event(event=event, plan=plan(capacity=1), version=event.version, by=arranger, at=NOW)
    edit_event(event=event, plan=plan(capacity=2), version=event.version, by=arranger, at=NOW)
    assert register(event=event, entry=entry(), person=None, at=NOW).status == Status.WAITING


def test_the_events_of_the_demonstration_are_invented_whole_and_written_once(coordinator: Person):
    load_demonstration_network(coordinator=coordinator, at=timezone.now())
    Letter.objects.all().delete()
    for _ in range(2):
        load_demonstration_events(coordinator=coordinator, at=timezone.now())

    events = list(Event.objects.prefetch_related("texts"))
    titles = [text.title for event in events for text in event.texts.all()]
    now = timezone.now()
    assert len(events) == 7
    assert [title for title in titles if not title.endswith(INVENTED)] == []
    assert {text.language for event in events for text in event.texts.all()} == {"fi", "sv", "en", "ar"}
    assert {event.state for event in events} == set(State)
    assert {event.is_over_at(now) for event in events} == {True, False}
    full = [event for event in events if room_of(event).is_full and room_of(event).waiting]
    assert len(full) == 1
    assert not Letter.objects.exists()
