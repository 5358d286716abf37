"""The pages: who is let in where, what they show, and how often they ask the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pypdf import PdfReader

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.events.actions.arranging import add_material, ask, call_off_event, copy_event, publish_event, write_event
from kumppani.events.actions.looking_after import forget_what_is_over
from kumppani.events.actions.registering import register
from kumppani.events.models import Event, Material, Registration, State, Status
from kumppani.events.plans import Asked
from kumppani.events.urls import urlpatterns
from kumppani.mailing.models import Letter
from kumppani.network.models import Organisation
from tests.kumppani.conftest import MakePerson
from tests.kumppani.events.conftest import as_it_is, entry, plan, registered
from tests.kumppani.network.conftest import MakeOrganisation, admin_of, join

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
INLINE = re.compile(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:")
WHO = ("anonymous", "stranger", "member", "here", "elsewhere", "administrator")
"""Nobody, a person without ties, a member of the organiser, a coordinator of its region and of another, an
administrator of the programme."""


@dataclass
class Stage:
    """An association of Uusimaa with a draft and a published event; somebody is registered for the second."""

    clients: dict[str, Client]
    organisation: Organisation
    member: Person
    draft: Event
    event: Event
    registration: Registration
    material: Material

    def address(self, name: str) -> str:
        given: list[object] = []
        pattern = next(str(one.pattern) for one in urlpatterns if one.name == name)
        if "<str:token>" in pattern:
            given = [self.registration.token]
        if name in ("event-material", "take-material-away", "registered-material"):
            given.append(self.material.pk)
        elif "<int:pk>" in pattern:
            given = [(self.draft if name in DONE or name in OF_A_DRAFT else self.event).pk]
        return reverse(name, args=given)


OF_A_DRAFT = {"event", "event-calendar", "edit-event", "event-questions", "register-for-event"}


@pytest.fixture
def stage(
    somebody: MakePerson, signed_in: SignedIn, confirmed: MakeOrganisation, regional: Callable[[str], Person]
) -> Stage:
    organisation, member, now = confirmed(), somebody(), timezone.now()
    admin = admin_of(organisation)
    join(organisation, member)
    ours = plan(
        organisation=organisation,
        begins_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=9, hours=2),
        capacity=1,
    )
    draft, event = (write_event(plan=ours, by=admin, at=now) for _ in range(2))
    publish_event(event=event, by=admin, at=now)
    for one in (draft, event):
        ask(event=one, questions=[Asked("accessibility", 7)], by=admin, at=now)
    people = {
        "stranger": somebody(),
        "member": member,
        "here": regional("uusimaa"),
        "elsewhere": regional("lappi"),
        "administrator": somebody(Role.ADMINISTRATOR),
    }
    return Stage(
        clients={"anonymous": Client(), **{who: signed_in(person) for who, person in people.items()}},
        organisation=organisation,
        member=member,
        draft=draft,
        event=event,
        registration=registered(event, at=now),
        material=add_material(
            event=event, title="Slides", link="https://x.example/", upload=None, for_everybody=False, by=admin, at=now
        ),
    )


# For each page that is read: the status for each of WHO. 302 leads to sign in; 404 tells nothing of a draft.
READ = {
    "events": (200, 200, 200, 200, 200, 200),
    "events-calendar": (200, 200, 200, 200, 200, 200),
    "event": (404, 404, 200, 200, 404, 200),
    "event-calendar": (404, 404, 200, 200, 404, 200),
    "register-for-event": (404, 404, 200, 200, 404, 200),
    "my-events": (302, 200, 200, 200, 200, 200),
    "write-event": (302, 403, 200, 200, 200, 200),
    "edit-event": (302, 404, 200, 200, 404, 200),
    "event-questions": (302, 404, 200, 200, 404, 200),
    "event-places": (302, 403, 200, 200, 403, 200),
    "call-event-off": (302, 403, 200, 200, 403, 200),
    "participants": (302, 403, 200, 200, 403, 200),
    "participants-csv": (302, 403, 200, 200, 403, 200),
    "event-materials": (302, 403, 200, 200, 403, 200),
    "event-material": (404, 404, 302, 302, 404, 302),
    "registration": (200, 200, 200, 200, 200, 200),
    "registration-calendar": (200, 200, 200, 200, 200, 200),
    "certificate": (404, 404, 404, 404, 404, 404),
    "registered-material": (302, 302, 302, 302, 302, 302),
}
# For each deed: what an empty form brings. Whoever has the link of a registration has the right.
DONE = {
    "publish-event": (302, 404, 302, 302, 404, 302),
    "copy-event": (302, 404, 302, 302, 404, 302),
    "delete-event": (302, 404, 302, 302, 404, 302),
    "note-attendance": (302, 404, 302, 302, 404, 302),
    "tell-of-materials": (302, 404, 302, 302, 404, 302),
    "take-material-away": (302, 403, 302, 302, 403, 302),
    "confirm-registration": (302, 302, 302, 302, 302, 302),
    "accept-place": (302, 302, 302, 302, 302, 302),
    "cancel-registration": (302, 302, 302, 302, 302, 302),
    "change-registration": (400, 400, 400, 400, 400, 400),
}


def test_the_tables_name_every_address():
    assert READ.keys() | DONE.keys() == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("name", READ)
def test_who_reads_a_page(name: str, stage: Stage):
    answers = {who: stage.clients[who].get(stage.address(name)) for who in WHO}

    assert {who: answer.status_code for who, answer in answers.items()} == dict(zip(WHO, READ[name], strict=True))
    for answer in answers.values():
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            assert (page.count("<h1"), INLINE.findall(page)) == (1, [])


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", DONE)
def test_who_does_a_deed(name: str, who: str, stage: Stage):
    status = stage.clients[who].post(stage.address(name)).status_code

    assert status == dict(zip(WHO, DONE[name], strict=True))[who]
    if who == "anonymous":
        stage.draft.refresh_from_db()
        assert stage.draft.state == State.DRAFT
        assert Event.objects.count() == 2


def test_a_draft_stands_in_no_list_and_no_calendar(stage: Stage):
    Event.objects.filter(pk=stage.event.pk).delete()

    for page in ("events", "events-calendar", "home"):
        for client in stage.clients.values():
            assert "How to begin" not in client.get(reverse(page)).content.decode()


def test_the_online_address_is_on_no_page_but_those_of_the_registered_and_of_the_form(stage: Stage):
    secret = stage.event.online_link
    for name in READ.keys() - {"registration", "registration-calendar", "edit-event"}:
        for who in WHO:
            assert secret.encode() not in stage.clients[who].get(stage.address(name)).content, (name, who)
    waiting = registered(stage.event, at=timezone.now())
    page = Client().get(reverse("registration", args=[waiting.token])).content

    assert waiting.status == Status.WAITING
    assert secret.encode() not in page
    assert secret.encode() in Client().get(reverse("registration", args=[stage.registration.token])).content


def test_those_who_arrange_it_read_names_and_answers_and_nobody_else_does(stage: Stage):
    name = stage.registration.name
    for page in ("event", "participants", "participants-csv", "events", "my-events"):
        address = reverse(page, args=[stage.event.pk] if page in ("event", "participants", "participants-csv") else [])
        for who in WHO:
            shown = name in stage.clients[who].get(address).content.decode()
            assert shown == (page.startswith("participants") and who in ("member", "here", "administrator")), page


def posted(stage: Stage, **other: Any) -> dict[str, Any]:
    question = stage.event.questions.get()
    return {"name": "Aino", "email": "aino@example.org", "language": "fi", f"answer_{question.pk}": "A ramp", **other}


def test_registering_without_an_account_by_the_pages(stage: Stage):
    client, address = Client(), reverse("register-for-event", args=[stage.event.pk])

    page = client.post(address, posted(stage)).content.decode()
    letter = Letter.objects.order_by("-pk")[0]
    made = Registration.objects.get(email="aino@example.org")
    link = reverse("registration", args=[made.token])

    assert "aino@example.org" in page
    assert (letter.to, letter.language) == ("aino@example.org", "fi")
    assert (made.status, made.confirmed_at, made.language) == (Status.WAITING, None, "fi")
    assert [answer.text for answer in made.answers.all()] == ["A ramp"]
    assert "Confirm that the address is yours" in client.get(link).content.decode()
    assert as_it_is(made).confirmed_at is None, "opening the page changes nothing"

    client.post(reverse("confirm-registration", args=[made.token]))
    assert "You are on the waiting list" in client.get(link).content.decode()

    client.post(reverse("cancel-registration", args=[stage.registration.token]))
    assert "There is a place for you" in client.get(link).content.decode()

    client.post(reverse("accept-place", args=[made.token]))
    assert "You have a place" in client.get(link).content.decode()
    assert "You have cancelled" in client.get(reverse("registration", args=[stage.registration.token])).content.decode()


def test_the_page_says_the_same_whether_an_address_is_known_or_not(stage: Stage):
    client, address = Client(), reverse("register-for-event", args=[stage.event.pk])

    new = client.post(address, posted(stage, email="new@example.org"))
    known = client.post(address, posted(stage, email=stage.registration.email.upper()))

    assert new.content.decode().replace("new@example.org", "") == known.content.decode().replace(
        stage.registration.email.upper(), ""
    )
    assert Registration.objects.count() == 2


def test_a_person_who_has_signed_in_is_registered_at_once(stage: Stage):
    client = stage.clients["stranger"]

    answer = client.post(reverse("register-for-event", args=[stage.event.pk]), posted(stage, email="other@example.org"))

    made = Registration.objects.exclude(pk=stage.registration.pk).get()
    assert answer["Location"] == reverse("registration", args=[made.token])
    assert made.person is not None
    assert (made.email, made.status) == (made.person.email, Status.WAITING)
    assert "Your registration" in client.get(reverse("event", args=[stage.event.pk])).content.decode()


def test_a_link_that_was_made_up_or_changed_leads_nowhere(stage: Stage):
    token = stage.registration.token

    for wrong in ("x", stage.registration.code, token[:-1] + ("a" if token[-1] != "a" else "b")):
        assert Client().get(reverse("registration", args=[wrong])).status_code == 410


def test_pages_behind_a_link_are_kept_by_nobody_and_set_no_cookie(stage: Stage):
    answer = Client().get(stage.address("registration"))

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.cookies == {}


def test_of_two_who_edit_at_once_the_second_sees_what_differs(stage: Stage):
    client, address = stage.clients["member"], reverse("edit-event", args=[stage.event.pk])
    form = filled(client.get(address))

    first = client.post(address, {**form, "place": "The library"})
    second = client.post(address, {**form, "place": "The school"})

    assert first.status_code == 302
    assert second.status_code == 400
    assert "The library" in second.content.decode()
    assert Event.objects.get(pk=stage.event.pk).place == "The library"
    third = client.post(address, {**form, "version": 2, "place": "The school"})
    assert third.status_code == 302


def filled(answer: Any) -> dict[str, Any]:
    """The form of a page as a browser would send it back."""
    form = answer.context["form"]
    values = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    moments = {name: f"{value:%Y-%m-%dT%H:%M}" for name, value in values.items() if isinstance(value, datetime)}
    return values | moments


def test_an_event_is_written_published_copied_and_called_off_by_the_pages(stage: Stage):
    client = stage.clients["member"]
    form = filled(client.get(reverse("edit-event", args=[stage.draft.pk])))
    form["title_sv"], form["text_ar"] = "Hur man börjar (påhittat)", "نص بلا عنوان"

    wrong = client.post(reverse("write-event"), form)
    form["title_ar"] = "كيف نبدأ"
    written = client.post(reverse("write-event"), form)
    made = Event.objects.latest("pk")
    client.post(reverse("publish-event", args=[made.pk]))
    page = Client().get(f"/sv/events/{made.pk}/").content.decode()
    client.post(reverse("copy-event", args=[made.pk]))
    called_off = client.post(reverse("call-event-off", args=[made.pk]), {"because": "The speaker is ill."})
    made.refresh_from_db()

    assert wrong.status_code == 400
    assert written["Location"].endswith(f"/events/{made.pk}/")
    assert "Hur man börjar" in page.replace("­", "")
    assert Event.objects.latest("pk").begins_at == made.begins_at + timedelta(days=7)
    assert called_off.status_code == 302
    assert made.state == State.CANCELLED
    assert "The speaker is ill." in Client().get(reverse("event", args=[made.pk])).content.decode()


def test_the_calendar_is_narrowed_by_month_theme_region_and_language(stage: Stage):
    month = timezone.localtime(stage.event.begins_at)
    past = (month - timedelta(days=70)).strftime("%Y-%m")

    for query, found in {
        "": True,
        f"month={month:%Y-%m}": True,
        f"month={past}": False,
        "theme=education": True,
        "theme=housing": False,
        "place=uusimaa": True,
        "place=lappi": False,
        "language=en": True,
        "language=fi": False,
        "kind=webinar": True,
        "kind=training": False,
        "month=nonsense&place=area:99999999999999999999": True,
    }.items():
        for page in ("events", "events-calendar"):
            if page == "events" or "month" not in query:
                said = Client().get(f"{reverse(page)}?{query}").content.decode()
                assert ("How to begin" in said) == found, (page, query)


@pytest.mark.parametrize("name", ["events", "events-calendar", "participants", "participants-csv", "my-events"])
def test_a_list_asks_the_database_as_often_for_three_as_for_one(name: str, stage: Stage):
    client, address = stage.clients["member"], stage.address(name)
    admin = admin_of(stage.organisation)

    client.get(address)  # what is cached for long is not counted
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for _ in range(3):
        registered(stage.event, at=timezone.now(), answers={stage.event.questions.get().pk: "A ramp"})
        publish_event(event=copy_event(event=stage.event, by=admin, at=timezone.now()), by=admin, at=timezone.now())
        register(event=Event.objects.latest("pk"), entry=entry(), person=stage.member, at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) <= len(few) + 3, "what is fetched with the rows of a first list"
    assert len(many) < 30


def test_a_table_computes_nothing(stage: Stage):
    registered(stage.event, at=timezone.now(), name="=1+1")

    table = stage.clients["member"].get(stage.address("participants-csv")).content.decode()

    assert "'=1+1" in table


def test_materials_come_to_those_who_were_registered(stage: Stage):
    token = stage.registration.token

    assert "Slides" in Client().get(reverse("registration", args=[token])).content.decode()
    assert "Slides" not in Client().get(reverse("event", args=[stage.event.pk])).content.decode()
    Material.objects.update(for_everybody=True)
    assert "Slides" in Client().get(reverse("event", args=[stage.event.pk])).content.decode()
    waiting = registered(stage.event, at=timezone.now())
    Material.objects.update(for_everybody=False)
    path = reverse("registered-material", args=[waiting.token, stage.material.pk])
    assert Client().get(path).status_code == 404


def test_attendance_is_noted_and_counted(stage: Stage):
    Event.objects.update(begins_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now() + timedelta(hours=1))
    client, pk = stage.clients["member"], stage.registration.pk

    assert "Save who came" in client.get(stage.address("participants")).content.decode()
    client.post(reverse("note-attendance", args=[stage.event.pk]), {"shown": [pk], "came": [pk]})
    assert as_it_is(stage.registration).attended is True
    client.post(reverse("note-attendance", args=[stage.event.pk]), {"shown": [pk]})
    assert as_it_is(stage.registration).attended is False


@pytest.mark.parametrize("language", ["fi", "sv", "en", "ar"])
def test_whoever_came_gets_a_certificate_as_long_as_her_name_is_kept(language: str, stage: Stage):
    made = stage.registration
    made.attended, made.name = True, "Aino #strong[Esimerkki]"
    made.save()
    with override(language):
        page, address = (reverse(name, args=[made.token]) for name in ("registration", "certificate"))

    answer = Client().get(address)
    (only,) = PdfReader(BytesIO(answer.content)).pages

    assert address in Client().get(page).content.decode()
    assert answer["Content-Type"] == "application/pdf"
    assert "Aino #strong[Esimerkki]" in only.extract_text()
    made.forget_on = timezone.localdate()
    made.save()
    forget_what_is_over(timezone.now())
    assert Client().get(address).status_code == 410


def test_a_called_off_event_takes_no_registrations(stage: Stage):
    call_off_event(event=stage.event, because="No", by=admin_of(stage.organisation), at=timezone.now())

    page = Client().get(reverse("register-for-event", args=[stage.event.pk])).content.decode()
    answer = Client().post(reverse("register-for-event", args=[stage.event.pk]), posted(stage))

    assert "Registration is not open now." in page
    assert answer.status_code == 400
    assert Registration.objects.count() == 1
