"""A text that is reported and hidden is gone from every page, feed, list and letter, and from every search."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.moderation import actions
from kumppani.moderation.models import Case
from kumppani.publishing.actions.editions import save_version
from kumppani.publishing.faults import NotNow
from kumppani.publishing.models import Version
from kumppani.publishing.moderated import TEXT
from kumppani.publishing.queries import editions_for
from kumppani.publishing.wording import Wording
from tests.kumppani.conftest import MakePerson
from tests.kumppani.moderation.conftest import address, decide
from tests.kumppani.publishing.conftest import Published, Translated, Written

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(written: Written, translated: Translated, published: Published, somebody: MakePerson) -> Case:
    """A text in Finnish and Swedish; somebody has reported the Swedish one."""
    fi = written("Suomeksi")
    published(fi)
    sv = translated(fi, "sv", "Kränkande", body="Ord som kränker.")
    published(sv)
    said = actions.Reported(reason="respect", words="It hurts.", language="en")
    actions.report(TEXT, sv, said, by=somebody(), address=address, at=timezone.now())
    return Case.objects.get()


def test_what_is_hidden_is_gone_in_its_language_and_the_original_takes_its_place(case: Case, somebody: MakePerson):
    before = [edition.title for edition in editions_for("sv", "news", at=timezone.now(), by=AnonymousUser())]
    decide(case, somebody(Role.COORDINATOR))

    assert (before, case.title, case.words.splitlines()[0]) == (["Kränkande"], "Kränkande", "Kränkande")
    for place in ("sv/news/", "sv/news/?q=kränker", "sv/news/feed.atom", "sv/", "sv/new/", "sv/news/suomeksi/"):
        page = Client().get(f"/{place}").content.decode()
        assert "Kränkande" not in page and "Ord som" not in page, place
    assert "/sv/news/suomeksi/" not in Client().get("/sitemap.xml").content.decode()
    assert "Suomeksi" in Client().get("/sv/news/").content.decode()
    assert "Suomeksi" not in Client().get("/fi/news/?q=kränker").content.decode()


def test_nobody_who_wrote_or_published_it_decides(case: Case, writer: Person, reviewer: Person):
    edition = TEXT.model._default_manager.get(pk=case.number)

    assert TEXT.concerned_with(edition) == {writer.pk, reviewer.pk}
    assert list(TEXT.authors_of(edition)) == [writer]


def test_what_is_hidden_is_not_changed_and_at_last_erased(case: Case, somebody: MakePerson, writer: Person):
    decide(case, somebody(Role.COORDINATOR))
    edition = TEXT.model._default_manager.get(pk=case.number)

    with pytest.raises(NotNow, match="hidden by a decision"):
        save_version(edition=edition, wording=Wording("Bättre"), after=1, by=writer, at=timezone.now())
    TEXT.erase(edition)
    assert set(Version.objects.filter(edition=edition).values_list("title", "body")) == {("–", "")}
    assert Client().get("/sv/news/suomeksi/").content.decode().count("Kränkande") == 0


def test_a_report_is_made_from_the_page(written: Written, published: Published):
    edition = written("Suomeksi")
    published(edition)

    assert f'href="/fi/moderation/report/text/{edition.pk}/"' in Client().get("/fi/news/suomeksi/").content.decode()
    assert Client().get(f"/fi/moderation/report/text/{edition.pk}/").status_code == 200
    assert Client().get("/fi/moderation/report/text/999999/").status_code == 404
