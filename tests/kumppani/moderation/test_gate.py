"""What is hidden is found by nobody else: not on its page, in a list, a search, a match, a number, a letter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.moderation.gate import is_hidden
from kumppani.moderation.registry import register_moderated
from kumppani.network.actions.letters import write_to_organisation
from kumppani.network.actions.notices import edit_notice
from kumppani.network.actions.organisations import edit_profile
from kumppani.network.faults import NotNow
from kumppani.network.models import Notice, Organisation
from kumppani.network.moderated import NOTICE, ORGANISATION
from kumppani.network.queries import coverage, matches_for
from tests.kumppani.conftest import MakePerson
from tests.kumppani.moderation.conftest import MakeRegional, MakeReport, decide, decide_appeal
from tests.kumppani.moderation.conftest import appeal as make_appeal
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, profile, wording

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]


@pytest.fixture
def pages(notice: Notice) -> list[str]:
    return [
        reverse("notices"),
        reverse("network"),
        reverse("network") + "?q=association",
        reverse("organisation", args=[notice.organisation.code]),
        reverse("notice", args=[notice.pk]),
    ]


def seen_on(pages: list[str], client: Client, word: str) -> list[bool]:
    return [word in client.get(page).content.decode() for page in pages]


def test_a_hidden_need_is_gone_for_others_and_says_so_to_its_author(
    notice: Notice,
    pages: list[str],
    reported: MakeReport,
    regional: MakeRegional,
    signed_in: SignedIn,
    somebody: MakePerson,
):
    author, stranger = signed_in(admin_of(notice.organisation)), signed_in(somebody())
    assert seen_on(pages, Client(), notice.title) == [True, False, False, True, True]

    decide(reported().case, regional("uusimaa"))

    for client in (Client(), stranger):
        assert seen_on(pages, client, notice.title) == [False] * 5
        assert client.get(pages[-1]).status_code == 404
    assert seen_on(pages, author, notice.title) == [False, False, False, True, True]
    assert "Hidden by a decision" in author.get(pages[-1]).content.decode()
    assert "hidden by a decision" in author.get(pages[-2]).content.decode()


def test_a_hidden_need_matches_nothing(
    notice: Notice, reported: MakeReport, regional: MakeRegional, confirmed: MakeOrganisation, noticed: MakeNotice
):
    offer = noticed(confirmed(), "offer")
    today = timezone.localdate()
    assert [match.notice for match in matches_for(offer, on=today)] == [notice]

    decide(reported().case, regional("uusimaa"))

    assert matches_for(offer, on=today) == []


def test_a_hidden_organisation_is_gone_with_what_it_needs_and_gets_no_letters(
    notice: Notice,
    organisation: Organisation,
    pages: list[str],
    reported: MakeReport,
    regional: MakeRegional,
    signed_in: SignedIn,
    somebody: MakePerson,
):
    assert seen_on(pages, Client(), organisation.name) == [True] * 5

    decide(reported(organisation, kind=ORGANISATION).case, regional("uusimaa"))

    assert seen_on(pages, Client(), organisation.name) == [False] * 5
    assert {tile.number for tile in coverage().tiles} == {0}
    with pytest.raises(NotNow):
        write_to_organisation(
            organisation=organisation, subject="?", words="?", site="", by=somebody(), at=timezone.now()
        )
    own = signed_in(admin_of(organisation)).get(pages[3]).content.decode()
    assert "Hidden by a decision" in own and "Read why, and appeal" in own


def test_what_is_hidden_cannot_be_rewritten(
    notice: Notice, organisation: Organisation, reported: MakeReport, regional: MakeRegional
):
    here, author = regional("uusimaa"), admin_of(organisation)
    decide(reported().case, here)
    decide(reported(organisation, kind=ORGANISATION).case, here)

    with pytest.raises(NotNow, match="appeal"):
        edit_notice(notice=notice, wording=wording(), by=author, at=timezone.now())
    with pytest.raises(NotNow, match="appeal"):
        edit_profile(organisation=organisation, profile=profile(), version=1, by=author, at=timezone.now())


def test_what_is_shown_again_is_back_everywhere(
    notice: Notice, pages: list[str], reported: MakeReport, regional: MakeRegional
):
    case = make_appeal(decide(reported().case, regional("uusimaa")), admin_of(notice.organisation))
    assert is_hidden(notice)

    decide_appeal(case, regional("uusimaa"), overturn=True)

    assert seen_on(pages, Client(), notice.title) == [True, False, False, True, True]


def test_a_kind_is_registered_once():
    with pytest.raises(ValueError, match="twice"):
        register_moderated(NOTICE)
