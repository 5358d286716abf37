"""The pages: who is let in where, what they show, and how often they ask the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.mailing.models import Letter
from kumppani.network.actions.letters import link_for, write_to_organisation
from kumppani.network.actions.memberships import invite_member
from kumppani.network.actions.notices import close_notice
from kumppani.network.models import Contact, Invitation, Membership, Notice, Organisation, State
from kumppani.network.urls import urlpatterns
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, join, regions

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
INLINE = re.compile(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:")

WHO = ("anonymous", "stranger", "member", "admin", "here", "elsewhere", "administrator")
"""Nobody, a person without ties, a member and an administrator of the organisation, a coordinator of its region and of
another, an administrator of the programme."""


@dataclass
class Stage:
    """An organisation of Uusimaa that is not public, with everything an address can name; and a public one."""

    clients: dict[str, Client]
    hidden: Organisation
    public: Organisation
    notice: Notice
    open_notice: Notice
    member: Membership
    invitation: Invitation
    contact: Contact
    token_to_report: str

    def address(self, name: str) -> str:
        about = {
            "write-notice": [self.hidden.code, "need"],
            "answer-letter": [link_for(self.contact, by_organisation=False).rstrip("/").rpartition("/")[2]],
            "report-letter": [self.token_to_report],
        }
        for words, thing in (
            (("notice",), self.notice.pk),
            (("promote-member", "demote-admin", "remove-member", "hand-over"), self.member.pk),
            (("invitation",), self.invitation.pk),
        ):
            about |= {
                pattern.name: [thing]
                for pattern in urlpatterns
                if "<int:pk>" in str(pattern.pattern) and any(word in pattern.name for word in words)
            }
        needs_code = [pattern.name for pattern in urlpatterns if "<slug:code>" in str(pattern.pattern)]
        given = about.get(name) or ([self.hidden.code] if name in needs_code else [])
        return reverse(name, args=given)


@pytest.fixture
def stage(
    somebody: MakePerson,
    signed_in: SignedIn,
    waiting: MakeOrganisation,
    confirmed: MakeOrganisation,
    noticed: MakeNotice,
    regional: Callable[[str], Person],
) -> Stage:
    hidden, public, member = waiting(name="Hidden one"), confirmed(name="Public one"), somebody()
    admin = admin_of(hidden)
    membership = join(hidden, member)
    notice = noticed(hidden)
    close_notice(notice=notice, by=admin, at=timezone.now())
    people = {
        "stranger": somebody(),
        "member": member,
        "admin": admin,
        "here": regional("uusimaa"),
        "elsewhere": regional("lappi"),
        "administrator": somebody(Role.ADMINISTRATOR),
    }
    contact = write_to_organisation(
        organisation=public, subject="?", words="?", site="https://site.example/", by=somebody(), at=timezone.now()
    )
    letter = Letter.objects.get(subject__contains="writes")
    return Stage(
        clients={"anonymous": Client(), **{who: signed_in(person) for who, person in people.items()}},
        hidden=hidden,
        public=public,
        notice=notice,
        open_notice=noticed(public, "offer"),
        member=membership,
        invitation=invite_member(
            organisation=hidden, email="invited@example.org", page="", by=admin, at=timezone.now()
        ),
        contact=contact,
        token_to_report=letter.body.split("/letters/report/")[1].split("/")[0],
    )


# For each page that is read: the status for each of WHO. 302 leads to sign in; 404 tells nothing of what is hidden.
READ = {
    "network": (200, 200, 200, 200, 200, 200, 200),
    "network-regions": (200, 200, 200, 200, 200, 200, 200),
    "notices": (200, 200, 200, 200, 200, 200, 200),
    "found-organisation": (302, 200, 200, 200, 200, 200, 200),
    "my-organisations": (302, 200, 200, 200, 200, 200, 200),
    "organisations-to-confirm": (302, 403, 403, 403, 200, 200, 200),
    "organisation": (404, 404, 200, 200, 200, 404, 200),
    "edit-organisation": (302, 404, 403, 200, 403, 404, 403),
    "members": (302, 404, 200, 200, 200, 404, 200),
    "write-notice": (302, 404, 200, 200, 403, 404, 403),
    "notice": (404, 404, 200, 200, 200, 404, 200),
    "edit-notice": (302, 404, 200, 200, 403, 404, 403),
    "write-to-organisation": (302, 404, 200, 200, 200, 404, 200),
    "report-letter": (200, 200, 200, 200, 200, 200, 200),
    "answer-letter": (302, 403, 403, 403, 403, 403, 403),
}
# For each deed: what an empty form brings. 302 of those who are signed in: done, or said why not (by a message).
DONE = {
    "send-organisation": (302, 404, 403, 302, 403, 404, 403),
    "confirm-organisation": (302, 404, 403, 403, 302, 404, 302),
    "decline-organisation": (302, 404, 403, 403, 400, 404, 400),
    "profile-holds": (302, 404, 403, 302, 403, 404, 403),
    "archive-organisation": (302, 404, 403, 302, 302, 404, 302),
    "invite-member": (302, 404, 403, 400, 403, 404, 403),
    "leave-organisation": (302, 404, 302, 302, 403, 404, 403),
    "promote-member": (302, 404, 403, 302, 403, 404, 403),
    "demote-admin": (302, 404, 403, 302, 403, 404, 403),
    "remove-member": (302, 404, 403, 302, 403, 404, 403),
    "hand-over": (302, 404, 403, 302, 403, 404, 403),
    "close-notice": (302, 404, 302, 302, 403, 404, 403),
    "reopen-notice": (302, 404, 302, 302, 403, 404, 403),
    "withdraw-invitation": (302, 403, 403, 302, 403, 403, 403),
    "accept-invitation": (302, 404, 404, 404, 404, 404, 404),
    "decline-invitation": (302, 404, 404, 404, 404, 404, 404),
}


def test_the_tables_name_every_address():
    assert READ.keys() | DONE.keys() == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("name", READ)
def test_who_reads_a_page(name: str, stage: Stage):
    answers = {who: stage.clients[who].get(stage.address(name)) for who in WHO}

    assert {who: answer.status_code for who, answer in answers.items()} == dict(zip(WHO, READ[name], strict=True))
    for answer in answers.values():
        page = answer.content.decode()
        assert answer.status_code != 200 or (page.count("<h1"), INLINE.findall(page)) == (1, [])


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", DONE)
def test_who_does_a_deed(name: str, who: str, stage: Stage):
    status = stage.clients[who].post(stage.address(name)).status_code

    assert status == dict(zip(WHO, DONE[name], strict=True))[who]
    if who == "anonymous":
        stage.hidden.refresh_from_db()
        assert stage.hidden.state == State.WAITING


def test_what_is_hidden_is_in_no_list(stage: Stage):
    client = stage.clients["stranger"]

    for page in ("network", "notices", "network-regions", "my-organisations"):
        assert "Hidden one" not in client.get(reverse(page)).content.decode()
    assert "Public one" in client.get(reverse("network")).content.decode()


def test_the_address_for_contacts_is_on_no_page_but_the_form_of_its_administrator(stage: Stage):
    for who, client in stage.clients.items():
        for organisation in (stage.hidden, stage.public):
            page = client.get(reverse("organisation", args=[organisation.code])).content.decode()
            assert organisation.contact_email not in page, who
    assert stage.hidden.contact_email in stage.clients["admin"].get(stage.address("edit-organisation")).content.decode()


def posted(**other: Any) -> dict[str, Any]:
    usual = {
        "name": "Founded (invented)",
        "kind": "ngo",
        "text": "What we do",
        "language": "en",
        "home": "lappi",
        "regions": ["lappi"],
        "themes": ["housing"],
        "website": "www.association.example",
        "contact_email": "contact@association.example",
    }
    return {**usual, **other}


def test_an_organisation_is_founded_confirmed_and_found(
    somebody: MakePerson, signed_in: SignedIn, regional: Callable[[str], Person]
):
    founder, coordinator = signed_in(somebody()), signed_in(regional("lappi"))

    founder.post("/en/network/found/", posted())
    waiting = coordinator.get("/en/network/waiting/").content.decode()
    workplace = coordinator.get("/en/workplace/").content.decode()
    coordinator.post("/en/network/organisations/founded-invented/confirm/")

    assert "Founded (invented)" in waiting
    assert "Confirm the organisations that wait, or decline." in workplace
    found = Client().get("/en/network/", {"q": "houses", "place": "lappi"}).content.decode()
    assert "Founded (invented)" in found
    assert (
        "https://www.association.example"
        in Client().get("/en/network/organisations/founded-invented/").content.decode()
    )


def test_what_is_missing_is_said_beside_the_field_and_above_the_form(somebody: MakePerson, signed_in: SignedIn):
    answer = signed_in(somebody()).post("/en/network/found/", posted(name="", themes=[], website="not an address"))
    page = answer.content.decode()

    assert answer.status_code == 400
    for field, sentence in (
        ("id_name", "Write something here."),
        ("id_themes_0", "Choose at least one."),
        ("id_website", "This is not the address of a website."),
    ):
        assert f'<a href="#{field}">{sentence}</a>' in page
        assert f'id="{field}"' in page


def test_of_two_who_edit_at_once_the_second_sees_both_and_can_save(confirmed: MakeOrganisation, signed_in: SignedIn):
    organisation = confirmed(text="As it was")
    client = signed_in(admin_of(organisation))
    address = f"/en/network/organisations/{organisation.code}/edit/"

    client.post(address, posted(text="What the first wrote", version=1))
    refused = client.post(address, posted(text="What the second wrote", themes=["education"], version=1))
    page = refused.content.decode()
    client.post(address, posted(text="What the second wrote", version=2))

    assert refused.status_code == 400
    assert "Somebody else has saved this profile meanwhile." in page
    assert "<b>Saved now:</b> What the first wrote" in page
    assert "<b>You wrote:</b> What the second wrote" in page
    assert "<b>You wrote:</b> education and language skills" in page
    assert 'name="version" value="2"' in page
    assert page.count("<b>Saved now:</b>") == 2
    organisation.refresh_from_db()
    assert organisation.text == "What the second wrote"


def test_a_profile_that_has_grown_old_is_confirmed_by_one_button(confirmed: MakeOrganisation, signed_in: SignedIn):
    organisation = confirmed()
    Organisation.objects.update(confirmed_at=timezone.now() - timedelta(days=500))
    client, address = signed_in(admin_of(organisation)), f"/en/network/organisations/{organisation.code}/"

    before, public = client.get(address).content.decode(), Client().get(address).content.decode()
    after = client.post(f"{address}still-true/", follow=True).content.decode()

    assert "Is this profile still true?" in before
    assert "it may be out of date" in public
    assert "Is this profile still true?" not in after


def test_a_letter_is_written_from_a_notice_and_answered_by_its_link(
    stage: Stage, django_capture_on_commit_callbacks: Any
):
    client, public = stage.clients["stranger"], stage.public
    write = reverse("write-to-organisation", args=[public.code])

    form = client.get(write, {"about": stage.open_notice.pk}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(write, {"subject": stage.open_notice.title, "words": "May we come?"})
    letter = next(letter for letter in mail.outbox if "May we come?" in letter.body)
    link = re.findall(r"http://testserver(\S+)", letter.body)[0]
    shown = Client().get(link).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answered = Client().post(link, {"words": "Yes."}).content.decode()

    assert stage.open_notice.title in form
    assert letter.to == [public.contact_email]
    assert "Answer the letter" in shown
    assert public.contact_email not in shown + answered
    assert "Your answer is on its way" in answered
    assert Client().get(link.replace("letters/", "letters/x")).status_code == 404


@pytest.mark.parametrize("who", ["anonymous", "admin", "here", "administrator"])
@pytest.mark.parametrize(
    "page", ["network", "notices", "organisations-to-confirm", "my-organisations", "organisation", "members", "notice"]
)
def test_a_page_asks_the_database_as_often_for_one_row_as_for_three(
    page: str,
    who: str,
    stage: Stage,
    confirmed: MakeOrganisation,
    waiting: MakeOrganisation,
    noticed: MakeNotice,
    somebody: MakePerson,
    django_assert_num_queries: Any,
):
    client, admin = stage.clients[who], admin_of(stage.hidden)
    Organisation.objects.filter(pk=stage.hidden.pk).update(state=State.CONFIRMED, confirmed_at=timezone.now())
    Notice.objects.update(closed_at=None)
    waiting(name="Waiting one", by=admin)
    address = stage.address(page)
    client.get(address)  # what is asked once and remembered

    with CountedQueries() as one:
        status = client.get(address).status_code
    for number in range(2):
        more = confirmed(regions=regions("uusimaa", "lappi"), themes=("education", "housing"))
        noticed(more, "offer")
        noticed(stage.hidden, "need", title=f"Need {number}")
        waiting(by=admin)
        join(stage.hidden, somebody())
    with CountedQueries() as three:
        assert client.get(address).status_code == status

    assert three.number == one.number, "\n".join(three.asked)


class CountedQueries:
    """How often the database was asked."""

    def __enter__(self) -> CountedQueries:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._captured = CaptureQueriesContext(connection)
        self._captured.__enter__()
        return self

    def __exit__(self, *fault: Any) -> None:
        self._captured.__exit__(*fault)

    @property
    def number(self) -> int:
        return len(self._captured)

    @property
    def asked(self) -> list[str]:
        return [query["sql"] for query in self._captured.captured_queries]


def test_who_has_no_role_in_the_programme_finds_her_organisations_and_invitations(
    confirmed: MakeOrganisation, somebody: MakePerson, signed_in: SignedIn
):
    organisation, invited = confirmed(), somebody()
    invite_member(organisation=organisation, email=invited.email, page="", by=admin_of(organisation), at=timezone.now())
    client = signed_in(invited)

    assert reverse("my-organisations") in client.get("/en/workplace/").content.decode()
    assert "invites you to become a member." in client.get("/en/network/mine/").content.decode()
    client.post(f"/en/network/invitations/{organisation.invitations.get().pk}/accept/")
    assert organisation.name in client.get("/en/network/mine/").content.decode()


def test_pages_of_a_search_keep_what_is_looked_for(confirmed: MakeOrganisation):
    for number in range(21):
        confirmed(name=f"Number {number:02}", themes=("housing",))

    first = Client().get("/en/network/", {"theme": "housing"}).content.decode()
    second = Client().get("/en/network/", {"theme": "housing", "page": "2"}).content.decode()

    assert ("Number 19" in first, "Number 20" in first, "Number 20" in second) == (True, False, True)
    assert 'href="?theme=housing&amp;page=2"' in first
    assert "21 organisations" in first


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", ["", "regions/", "needs-and-offers/", "?q=xyzzy", "needs-and-offers/?theme=housing"])
def test_an_empty_network_says_so_in_every_language(path: str, language: str, client: Client):
    page = client.get(f"/{language}/network/{path}").content.decode()

    assert f'<html lang="{language}" dir="ltr">' in page
    assert 'class="empty"' in page or "regions/" in path
