"""The pages and feeds: who is let in, and that none shows what the page of the thing itself would refuse."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.own import everything_about, leave
from kumppani.accounts.roles import Role
from kumppani.events.actions.arranging import write_event
from kumppani.events.models import Event
from kumppani.events.plans import Words
from kumppani.following.actions import MOST_FOLLOWS, feed_token, follow, token_of_all, token_of_one
from kumppani.following.digests import write_digests
from kumppani.following.kinds import kinds
from kumppani.following.models import Follow, Happening, Reading, Told, Topic
from kumppani.following.telling import tell
from kumppani.following.urls import urlpatterns
from kumppani.mailing.models import Letter
from kumppani.moderation.models import Case
from kumppani.network.actions.notices import close_notice
from kumppani.network.models import Membership, Notice, Organisation, State
from kumppani.projects.actions.talk import write_topic
from kumppani.projects.actions.workspaces import found_workspace
from kumppani.projects.models import Topic as WorkspaceTopic
from kumppani.projects.models import Workspace
from kumppani.publishing.models import PublishedEdition
from tests.kumppani.conftest import MakePerson
from tests.kumppani.events.conftest import plan as event_plan
from tests.kumppani.following.conftest import Following
from tests.kumppani.following.test_digests import later
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, join
from tests.kumppani.projects.conftest import PAGE, coordinator_of, plan
from tests.kumppani.publishing.conftest import not_yet_public

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
WHO = ("anonymous", "stranger", "owner", "administrator")
# 302 leads to sign in. What one follows is nobody else's: 404.
READ = {
    "new": (200, 200, 200, 200),
    "feed": (200, 200, 200, 200),
    "own-feed": (200, 200, 200, 200),
    "new-for-me": (302, 200, 200, 200),
    "followed": (302, 200, 200, 200),
    "follow": (302, 200, 200, 200),
    "change-follow": (302, 404, 200, 404),
    "stop-letters": (200, 200, 200, 200),
    "stop-one": (200, 200, 200, 200),
}
DONE = {
    "reading": (302, 400, 400, 400),
    "topics": (302, 302, 302, 302),
    "renew-feed": (302, 302, 302, 302),
    "pause-follow": (302, 404, 302, 404),
    "unfollow": (302, 404, 302, 404),
}


@pytest.fixture
def one(somebody: MakePerson, follows: Following) -> Follow:
    return follows(somebody(), themes="education")


def address_of(name: str, one: Follow) -> str:
    arguments = {
        "own-feed": [feed_token(one.person.reading)],
        "stop-letters": [token_of_all(one.person)],
        "stop-one": [token_of_one(one)],
    }
    needs_key = [pattern.name for pattern in urlpatterns if "<int:pk>" in str(pattern.pattern)]
    return reverse(name, args=arguments.get(name) or ([one.pk] if name in needs_key else []))


@pytest.fixture
def clients(one: Follow, somebody: MakePerson, signed_in: SignedIn) -> dict[str, Client]:
    people = {"stranger": somebody(), "owner": one.person, "administrator": somebody(Role.ADMINISTRATOR)}
    return {"anonymous": Client(), **{who: signed_in(person) for who, person in people.items()}}


def test_the_tables_name_every_address():
    assert READ.keys() | DONE.keys() == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("name", READ)
def test_who_reads_a_page(name: str, one: Follow, clients: dict[str, Client]):
    found = {who: clients[who].get(address_of(name, one)).status_code for who in WHO}

    assert found == dict(zip(WHO, READ[name], strict=True))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", DONE)
def test_who_does_a_deed(name: str, who: str, one: Follow, clients: dict[str, Client]):
    assert clients[who].post(address_of(name, one)).status_code == dict(zip(WHO, DONE[name], strict=True))[who]


# What leaks


@pytest.fixture
def hidden(
    waiting: MakeOrganisation, confirmed: MakeOrganisation, noticed: MakeNotice, somebody: MakePerson
) -> list[str]:
    """Tell of everything that nobody but its own people may see, of every kind there is; give the words to look for."""
    now = timezone.now()
    secret = waiting(name="Secret organisation")
    admin = admin_of(secret)
    shown = confirmed(name="Shown organisation")
    closed_space = found_workspace(plan=plan(name="Secret workspace"), by=somebody(), at=now)
    topic = write_topic(
        workspace=closed_space,
        title="Secret topic",
        text="?",
        shared_with_guests=True,
        page=PAGE,
        by=coordinator_of(closed_space),
        at=now,
    )
    things: dict[
        type, list[Organisation | Notice | Membership | Workspace | WorkspaceTopic | PublishedEdition | Event]
    ] = {
        Workspace: [closed_space],
        WorkspaceTopic: [topic],
        PublishedEdition: [PublishedEdition.objects.get(pk=not_yet_public("Secret text", by=somebody()).pk)],
        Event: [
            write_event(plan=event_plan(organisation=secret, words={"en": Words("Secret event")}), by=admin, at=now)
        ],
        Organisation: [secret],
        Notice: [noticed(secret, title="Secret need"), noticed(secret, "offer", title="Secret offer")],
        Membership: [join(shown, somebody())],
    }
    closed = noticed(shown, title="Secret and closed")
    close_notice(notice=closed, by=admin_of(shown), at=now)
    things[Notice].append(closed)
    Happening.objects.exclude(subject=closed.pk).delete()
    for kind in kinds():
        for thing in things[kind.model]:
            tell(kind.name, subject=thing, by=None, at=now, labels={"themes": ["education"]})
    return ["Secret", str(things[Membership][0].person)]  # type: ignore[union-attr]


def test_every_kind_is_among_what_is_hidden(hidden: list[str]):
    assert set(Happening.objects.values_list("kind", flat=True)) == {kind.name for kind in kinds()}


@pytest.mark.parametrize("channel", ["new", "feed", "own-feed", "new-for-me", "letter"])
def test_no_channel_shows_a_stranger_what_the_page_would_refuse(
    channel: str, hidden: list[str], somebody: MakePerson, follows: Following, signed_in: SignedIn
):
    reader = somebody()
    follows(reader, themes="education")
    for kind in kinds():
        follows(reader, kinds=kind.name)

    if channel == "letter":
        write_digests(at=later(minutes=1))
        said = "".join(letter.body for letter in Letter.objects.filter(to=reader.email))
    else:
        arguments = [feed_token(reader.reading)] if channel == "own-feed" else []
        said = signed_in(reader).get(reverse(channel, args=arguments)).content.decode()

    assert [word for word in hidden if word in said] == []


def test_its_own_people_are_shown_it(hidden: list[str], follows: Following, signed_in: SignedIn):
    """So the test above looks for what could be there."""
    admin = admin_of(Organisation.objects.get(name="Secret organisation"))
    follows(admin, themes="education")
    write_digests(at=later(minutes=1))

    assert "Secret need" in signed_in(admin).get(reverse("new")).content.decode()
    assert "Secret need" in signed_in(admin).get(reverse("new-for-me")).content.decode()
    assert "Secret need" in Letter.objects.get(to=admin.email).body


# Pages


def test_a_search_of_what_is_new_is_followed_with_one_button(
    somebody: MakePerson, signed_in: SignedIn, confirmed: MakeOrganisation, noticed: MakeNotice
):
    reader = somebody()
    noticed(confirmed(), title="A room")
    page = signed_in(reader).get(reverse("new"), {"themes": "education", "regions": "uusimaa"}).content.decode()
    assert "A room" in page
    assert "Follow this: Uusimaa · education and language skills" in page

    signed_in(reader).post(reverse("follow"), {"themes": "education", "regions": "uusimaa"})
    assert reader.follows.get().codes() == {"themes": {"education"}, "regions": {"uusimaa"}}


def test_an_organisation_is_followed_from_its_page(
    somebody: MakePerson, signed_in: SignedIn, confirmed: MakeOrganisation
):
    reader, organisation = somebody(), confirmed(name="Invented café")
    page = signed_in(reader).get(reverse("organisation", args=[organisation.code])).content.decode()
    assert f'name="organisations" value="{organisation.pk}"' in page

    signed_in(reader).post(reverse("follow"), {"organisations": str(organisation.pk)})
    assert "Invented café" in signed_in(reader).get(reverse("followed")).content.decode()


def test_an_address_that_names_nothing_follows_nothing(somebody: MakePerson, signed_in: SignedIn):
    reader = somebody()
    answer = signed_in(reader).post(reverse("follow"), {"organisations": "4711", "themes": "unheard"})

    assert answer.status_code == 400
    assert "Choose at least one thing to follow." in answer.content.decode()

    answer = signed_in(reader).post(reverse("follow"), {"organisations": "4711", "themes": "housing"})
    assert answer.status_code == 400
    assert "What you wanted to follow is not there any more." in answer.content.decode()
    assert not reader.follows.exists()


def test_a_follow_keeps_an_organisation_that_is_not_listed_any_more(
    somebody: MakePerson, follows: Following, signed_in: SignedIn, confirmed: MakeOrganisation
):
    reader, organisation = somebody(), confirmed(name="Secret organisation")
    one = follows(reader, organisations=str(organisation.pk), kinds="network.need")
    _put(organisation, "archived")
    address = reverse("change-follow", args=[one.pk])

    page = signed_in(reader).get(address).content.decode()
    answer = signed_in(reader).post(
        address, {"organisations": str(organisation.pk), "kinds": ["network.need", "network.offer"]}
    )

    assert f'name="organisations" value="{organisation.pk}"' in page
    assert '<b lang="">–</b>' in page
    assert "Secret" not in page
    assert answer.status_code == 302
    assert Follow.objects.get(pk=one.pk).codes() == {
        "organisations": {str(organisation.pk)},
        "kinds": {"network.need", "network.offer"},
    }


def test_a_follow_keeps_a_theme_that_is_not_listed_any_more(
    somebody: MakePerson, follows: Following, signed_in: SignedIn
):
    reader = somebody()
    one = follows(reader, themes="unheard", kinds="network.need")
    address = reverse("change-follow", args=[one.pk])

    page = signed_in(reader).get(address).content.decode()
    signed_in(reader).post(address, {"themes": "unheard", "kinds": "network.offer"})

    assert 'value="unheard"' in page
    assert Follow.objects.get(pk=one.pk).codes() == {"themes": {"unheard"}, "kinds": {"network.offer"}}


@pytest.mark.parametrize("facet", ["organisations", "themes", "regions", "kinds"])
@pytest.mark.parametrize("code", ["4711", "area:4711", "unheard", "a\x00b"])
def test_a_code_that_names_nothing_fits_nothing_and_never_everything(
    facet: str, code: str, somebody: MakePerson, signed_in: SignedIn, confirmed: MakeOrganisation, noticed: MakeNotice
):
    noticed(confirmed(), title="A room")
    client, asked = signed_in(somebody()), {facet: code}
    assert "A room" in client.get(reverse("feed")).content.decode()

    for name in ("new", "feed"):
        answer = client.get(reverse(name), asked)
        assert (answer.status_code, "A room" in answer.content.decode()) == (200, False)
    answer = client.post(reverse("follow"), asked | ({"skills": ""} if facet == "kinds" else {"kinds": "network.need"}))
    assert answer.status_code == 400


@pytest.mark.parametrize("channel", ["new", "feed", "new-for-me", "followed", "letter"])
@pytest.mark.parametrize("state", ["draft", "waiting", "archived", "hidden"])
def test_no_number_in_an_address_or_a_follow_gives_the_name_of_what_is_not_listed(
    state: str,
    channel: str,
    waiting: MakeOrganisation,
    confirmed: MakeOrganisation,
    somebody: MakePerson,
    follows: Following,
    signed_in: SignedIn,
):
    secret, listed = waiting(name="Secret organisation"), confirmed(name="Listed organisation")
    codes = [str(secret.pk), str(listed.pk)]
    reader = somebody()
    tell("network.organisation", subject=listed, by=None, at=timezone.now(), labels={"organisations": codes})
    follows(reader, organisations=" ".join(codes))
    _put(secret, state)

    if channel == "letter":
        write_digests(at=later(minutes=1))
        said = "".join(letter.body for letter in Letter.objects.filter(to=reader.email))
    else:
        said = signed_in(reader).get(reverse(channel), {"organisations": codes}).content.decode()

    assert "Secret" not in said
    assert "Listed organisation" in said


def _put(organisation: Organisation, state: str) -> None:
    if state == "hidden":
        organisation.state, organisation.confirmed_at = State.CONFIRMED, timezone.now()
        Case.objects.create(
            kind="network.organisation",
            number=organisation.pk,
            title="Case",
            region=organisation.home,
            reported_at=timezone.now(),
            due_on=timezone.localdate(),
            decided_at=timezone.now(),
            outcome="hidden",
            hidden=True,
        )
    else:
        organisation.state = state
    organisation.save(update_fields=["state", "confirmed_at"])


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 40, "٧", "-1", "1.5", ""])
def test_no_number_in_an_address_is_an_error(number: str, somebody: MakePerson, signed_in: SignedIn):
    client = signed_in(somebody())
    asked = {"organisations": number, "regions": f"area:{number}"}

    assert [client.get(reverse(name), asked).status_code for name in ("new", "feed", "new-for-me")] == [200, 200, 200]
    assert client.post(reverse("follow"), asked).status_code == 400
    assert client.get(reverse("network"), {"place": f"area:{number}"}).status_code == 200


def test_the_same_is_followed_once_and_not_without_end(somebody: MakePerson, follows: Following, signed_in: SignedIn):
    reader = somebody()
    assert follows(reader, themes="education") == follows(reader, themes="education")
    for number in range(MOST_FOLLOWS - 1):
        follow(person=reader, codes={"organisations": {str(number)}}, at=timezone.now())

    answer = signed_in(reader).post(reverse("follow"), {"themes": "housing"})
    assert (answer.status_code, reader.follows.count()) == (400, MOST_FOLLOWS)


def test_what_fits_a_person_is_suggested(somebody: MakePerson, signed_in: SignedIn):
    from kumppani.regions.models import Region

    reader = somebody()
    reader.region = Region.objects.get(code="kainuu")
    reader.save()
    signed_in(reader).post(reverse("topics"), {"interests": ["housing"], "skills": ["education"]})

    page = signed_in(reader).get(reverse("followed")).content.decode()
    assert "Kainuu · housing" in page
    assert page.count('class="hidden">: ') >= 3


def test_a_feed_is_atom_with_the_language_and_a_lasting_name_for_each_entry(
    confirmed: MakeOrganisation, noticed: MakeNotice
):
    noticed(confirmed(), title="A room & a <café>")
    answer = Client().get("/sv/new/feed.atom", {"kinds": "network.need"})
    feed = ElementTree.fromstring(answer.content)
    atom = "{http://www.w3.org/2005/Atom}"

    assert answer["Content-Type"].startswith("application/atom+xml")
    assert feed.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "sv"
    assert [entry.findtext(f"{atom}title") for entry in feed.findall(f"{atom}entry")] == ["A room & a <café>"]
    assert all((entry.findtext(f"{atom}id") or "").startswith("tag:") for entry in feed.findall(f"{atom}entry"))


def test_an_old_feed_address_is_empty(one: Follow, signed_in: SignedIn):
    before = feed_token(one.person.reading)
    signed_in(one.person).post(reverse("renew-feed"))

    assert Client().get(reverse("own-feed", args=[before])).status_code == 404


@pytest.mark.parametrize("page", ["new", "new-for-me", "followed"])
def test_a_page_asks_the_database_as_often_for_many_as_for_few(
    page: str, somebody: MakePerson, follows: Following, signed_in: SignedIn, confirmed: MakeOrganisation,
    noticed: MakeNotice, django_assert_max_num_queries: Callable[[int], object],
):  # fmt: skip
    reader, organisation = somebody(), confirmed()
    follows(reader, kinds="network.need")
    for number in range(12):
        noticed(organisation, title=f"Need {number}")
        follows(reader, themes="education housing" if number % 2 else "housing", languages="fi" if number % 3 else "sv")
    client = signed_in(reader)
    client.get(reverse(page))

    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        client.get(reverse(page))


# One's own account


def test_what_is_kept_is_in_the_file_of_everything_and_goes_with_the_account(
    one: Follow, confirmed: MakeOrganisation, noticed: MakeNotice
):
    noticed(confirmed())
    write_digests(at=later(minutes=1))
    Topic.objects.create(person=one.person, is_skill=True, code="housing")
    kept = everything_about(one.person)["following"]
    assert kept["follows"][0]["what"] == {"themes": ["education"]}  # type: ignore[index]
    assert (kept["skills"], kept["told_of"]) == (["housing"], 2)  # type: ignore[index]

    leave(person=one.person, at=timezone.now())
    assert [model.objects.count() for model in (Follow, Reading, Told, Topic)] == [0, 0, 0, 0]
