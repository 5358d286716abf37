"""The pages: who is let in where, reporting with and without an account, and the road of a letter that is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.mailing.models import Letter
from kumppani.moderation.models import Case, Report
from kumppani.moderation.urls import urlpatterns
from kumppani.network.actions.letters import answer_letter, forget_old_words, link_for, write_to_organisation
from kumppani.network.faults import NotNow
from kumppani.network.models import Notice, Organisation, RelayedLetter
from tests.kumppani.conftest import MakePerson
from tests.kumppani.moderation.conftest import MakeRegional, MakeReport, appeal, decide
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, join

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
INLINE = re.compile(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:")
WHO = ("anonymous", "stranger", "member", "admin", "here", "elsewhere", "administrator")


@dataclass
class Stage:
    clients: dict[str, Client]
    addresses: dict[str, str]


@pytest.fixture
def stage(
    somebody: MakePerson,
    signed_in: SignedIn,
    notice: Notice,
    reported: MakeReport,
    confirmed: MakeOrganisation,
    noticed: MakeNotice,
    regional: MakeRegional,
) -> Stage:
    """A need that waits, one that is hidden, one whose hiding is appealed against."""
    organisation, member = notice.organisation, somebody()
    join(organisation, member)
    decider, admin = somebody(Role.ADMINISTRATOR), admin_of(organisation)
    waits = reported(email="somebody@example.org")
    link = Letter.objects.get(to="somebody@example.org").body.split("confirm-report/")[1].split()[0]
    hidden = decide(reported(noticed(organisation)).case, decider)
    appealed = appeal(decide(reported(noticed(organisation)).case, decider), admin)
    public = noticed(confirmed())
    people = {
        "stranger": somebody(),
        "member": member,
        "admin": admin,
        "here": regional("uusimaa"),
        "elsewhere": regional("lappi"),
        "administrator": somebody(Role.ADMINISTRATOR),
    }
    about: dict[str, list[object]] = {
        "report": ["notice", public.pk],
        "confirm-report": [link],
        "moderation-case": [waits.case.pk],
        "decide-report": [waits.case.pk],
        "show-again": [hidden.pk],
        "decide-appeal": [appealed.pk],
        "moderation-decision": [hidden.pk],
    }
    return Stage(
        clients={"anonymous": Client(), **{who: signed_in(person) for who, person in people.items()}},
        addresses={str(path.name): reverse(str(path.name), args=about.get(str(path.name), [])) for path in urlpatterns},
    )


READ = {
    "rules-of-conduct": (200, 200, 200, 200, 200, 200, 200),
    "moderation-numbers": (200, 200, 200, 200, 200, 200, 200),
    "report": (200, 200, 200, 200, 200, 200, 200),
    "confirm-report": (200, 200, 200, 200, 200, 200, 200),
    "moderation-queue": (302, 403, 403, 403, 200, 200, 200),
    "moderation-log": (302, 403, 403, 403, 200, 200, 200),
    "moderation-case": (302, 403, 403, 403, 200, 404, 200),
    "moderation-decision": (302, 404, 404, 200, 404, 404, 404),
}
# What an empty form brings: 400 asks for a reason, so the person may.
DONE = {
    "decide-report": (302, 403, 403, 403, 400, 404, 400),
    "show-again": (302, 403, 403, 403, 400, 404, 400),
    "decide-appeal": (302, 403, 403, 403, 400, 404, 400),
}


def test_the_tables_name_every_address():
    assert READ.keys() | DONE.keys() == {path.name for path in urlpatterns}


@pytest.mark.parametrize("name", READ)
def test_who_reads_a_page(name: str, stage: Stage):
    answers = {who: stage.clients[who].get(stage.addresses[name]) for who in WHO}

    assert {who: answer.status_code for who, answer in answers.items()} == dict(zip(WHO, READ[name], strict=True))
    for answer in answers.values():
        page = answer.content.decode()
        assert answer.status_code != 200 or (page.count("<h1"), INLINE.findall(page)) == (1, [])


@pytest.mark.parametrize("name", DONE)
def test_who_does_a_deed(name: str, stage: Stage):
    answers = {who: stage.clients[who].post(stage.addresses[name]).status_code for who in WHO}

    assert answers == dict(zip(WHO, DONE[name], strict=True))


def test_somebody_who_is_concerned_is_refused_with_a_sentence(
    notice: Notice, reported: MakeReport, regional: MakeRegional, signed_in: SignedIn
):
    here = regional("uusimaa")
    join(notice.organisation, here)
    client, case = signed_in(here), reported().case

    for name in ("moderation-case", "decide-report"):
        answer = client.get if name == "moderation-case" else client.post
        response = answer(reverse(name, args=[case.pk]))
        assert response.status_code == 403
        assert "Another person decides on it." in response.content.decode()


def test_anybody_reports_what_she_sees_without_an_account(notice: Notice):
    address = reverse("report", args=["notice", notice.pk])
    page = Client().get(reverse("notice", args=[notice.pk])).content.decode()

    missing = Client().post(address, {"language": "en"})
    sent = Client().post(
        address, {"reason": "privacy", "words": "A name.", "email": "me@example.org", "language": "fi"}
    )

    assert f'href="{address}"' in page
    assert (missing.status_code, "Choose what is wrong with it." in missing.content.decode()) == (400, True)
    assert "me@example.org" in sent.content.decode()
    made = Report.objects.get()
    assert (made.reason, made.reporter, made.email, made.confirmed_at) == ("privacy", None, "me@example.org", None)


def test_a_program_that_fills_everything_in_is_thanked_and_not_heard(notice: Notice):
    filled = {"reason": "advert", "words": "", "language": "en", "website": "https://spam.example"}

    answer = Client().post(reverse("report", args=["notice", notice.pk]), filled)

    assert answer.status_code == 200
    assert not Case.objects.exists()


def test_too_many_reports_from_one_place_are_asked_to_wait(notice: Notice, settings: object):
    settings.ACCOUNT_RATE_LIMITS = {"report": "2/h/ip"}  # type: ignore[attr-defined]
    address, filled = reverse("report", args=["notice", notice.pk]), {"reason": "law", "words": "", "language": "en"}

    answers = [Client(REMOTE_ADDR="192.0.2.7").post(address, filled).status_code for _ in range(3)]

    assert answers == [200, 200, 400]


def test_what_one_does_not_see_cannot_be_reported(waiting: MakeOrganisation):
    hidden = waiting()

    assert Client().get(reverse("report", args=["organisation", hidden.pk])).status_code == 404
    assert Client().get(reverse("report", args=["letter", 1])).status_code == 404
    assert Client().get(reverse("report", args=["nothing", 1])).status_code == 404


def letter_to_report(by_organisation: bool, organisation: Organisation, person: Person) -> str:
    """Write a letter, or its answer, and give the path of the link to report it."""
    contact = write_to_organisation(
        organisation=organisation,
        subject="Subject",
        words="Hateful words",
        site="https://site.example/",
        by=person,
        at=timezone.now(),
    )
    to = organisation.contact_email
    if by_organisation:
        token = link_for(contact, by_organisation=True).rstrip("/").rpartition("/")[2]
        answer_letter(token=token, words="Hateful words", site="https://site.example/", by=None, at=timezone.now())
        to = person.email
    body = Letter.objects.get(to=to).body
    return str(re.findall(r"https://site\.example(/\w+/network/letters/report/\S+)", body)[0])


@pytest.mark.parametrize("by_organisation", [False, True])
def test_a_letter_is_read_by_those_who_decide_once_its_receiver_shows_it_and_not_before(
    by_organisation: bool,
    organisation: Organisation,
    somebody: MakePerson,
    regional: MakeRegional,
    signed_in: SignedIn,
):
    person, here = somebody(), regional("uusimaa")
    path = letter_to_report(by_organisation, organisation, person)
    assert all(b"Hateful" not in bytes(letter.sealed or b"") for letter in RelayedLetter.objects.all())

    told = Client().get(path).content.decode()
    Client().post(path, {"reason": "respect", "words": "", "language": "en"})

    assert "By reporting you show the whole letter" in told
    case = Case.objects.get()
    assert (case.words, case.title) == ("Hateful words", "Subject")
    assert "Hateful words" in signed_in(here).get(reverse("moderation-case", args=[case.pk])).content.decode()
    Letter.objects.all().delete()
    decide(case, here)
    author = admin_of(organisation) if by_organisation else person
    assert Letter.objects.get().to == author.email


def test_a_hidden_letter_ends_the_exchange(organisation: Organisation, somebody: MakePerson, regional: MakeRegional):
    path = letter_to_report(False, organisation, somebody())
    Client().post(path, {"reason": "respect", "words": "", "language": "en"})
    decide(Case.objects.get(), regional("uusimaa"))
    token = link_for(RelayedLetter.objects.get().contact, by_organisation=True).rstrip("/").rpartition("/")[2]

    with pytest.raises(NotNow, match="stopped"):
        answer_letter(token=token, words="?", site="", by=None, at=timezone.now())


def test_the_locked_words_of_a_letter_are_forgotten_with_its_links(organisation: Organisation, somebody: MakePerson):
    path = letter_to_report(False, organisation, somebody())

    assert forget_old_words(at=timezone.now() + timedelta(days=59)) == 0
    assert forget_old_words(at=timezone.now() + timedelta(days=61)) == 1
    assert Client().get(path).status_code == 410
    assert Client().get("/en/network/letters/report/forged/").status_code == 404


def test_a_decision_and_an_appeal_through_the_pages(
    notice: Notice, reported: MakeReport, regional: MakeRegional, signed_in: SignedIn
):
    case, here, author = reported().case, signed_in(regional("uusimaa")), signed_in(admin_of(notice.organisation))
    said = {"outcome": "warned", "rule": "respect", "because": "Calls people names."}

    here.post(reverse("decide-report", args=[case.pk]), said)
    own = author.get(reverse("moderation-decision", args=[case.pk])).content.decode()
    author.post(reverse("moderation-decision", args=[case.pk]), {"words": "It was meant well."})
    refused = here.get(reverse("moderation-case", args=[case.pk])).content.decode()
    other = signed_in(regional("uusimaa"))
    queue = other.get(reverse("moderation-queue")).content.decode()
    other.post(reverse("decide-appeal", args=[case.pk]), {"because": "Read again.", "deed": "overturn"})
    log = other.get(reverse("moderation-log")).content.decode()

    assert "Calls people names." in own and "Send the appeal" in own
    assert "You made the decision. Another person decides on the appeal." in refused
    assert "appeal</span>" in queue
    assert "overturned" in log
    case.refresh_from_db()
    assert (case.hidden, case.overturned) == (False, True)


@pytest.mark.parametrize("name", ["moderation-queue", "moderation-log"])
def test_a_list_asks_as_often_for_one_as_for_three(
    name: str,
    reported: MakeReport,
    confirmed: MakeOrganisation,
    noticed: MakeNotice,
    regional: MakeRegional,
    signed_in: SignedIn,
):
    here = regional("uusimaa")
    client = signed_in(here)

    def asked() -> int:
        case = reported(noticed(confirmed())).case
        if name == "moderation-log":
            decide(case, here)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(name))
        return len(queries)

    first = asked()
    asked()
    assert asked() == first


@pytest.mark.parametrize("deed", [{}, {"deed": "unheard"}])
def test_an_appeal_is_not_decided_without_one_of_the_two_buttons(
    deed: dict[str, str], notice: Notice, reported: MakeReport, regional: MakeRegional, signed_in: SignedIn
):
    case = appeal(decide(reported().case, regional("uusimaa")), admin_of(notice.organisation))

    answer = signed_in(regional("uusimaa")).post(
        reverse("decide-appeal", args=[case.pk]), {"because": "Read again."} | deed
    )

    assert answer.status_code == 400
    assert "Choose a decision." in answer.content.decode() and "Read again." in answer.content.decode()
    case.refresh_from_db()
    assert case.appeal_waits


def test_an_appeal_that_comes_too_late_keeps_its_words_on_the_page(
    notice: Notice, reported: MakeReport, regional: MakeRegional, signed_in: SignedIn
):
    author, at = admin_of(notice.organisation), timezone.now()
    case = appeal(decide(reported().case, regional("uusimaa"), at=at), author)

    answer = signed_in(author).post(reverse("moderation-decision", args=[case.pk]), {"words": "Said once more."})

    assert answer.status_code == 400
    page = answer.content.decode()
    assert "An appeal has been made already." in page and "Said once more." in page
