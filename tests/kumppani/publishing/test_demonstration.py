from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.mailing.models import Letter
from kumppani.network.demonstration import MEMBER, load_demonstration_network
from kumppani.publishing.demonstration import load_demonstration_texts
from kumppani.publishing.looking_over import looked_over
from kumppani.publishing.models import Edition, Item, Publication
from kumppani.publishing.practices import is_complete
from kumppani.publishing.queries import editions_in, editions_to_review, languages_of, stale_editions

pytestmark = pytest.mark.django_db
INVENTED = ("(keksitty)", "(påhittad)", "(invented)", "مختلق)", "مختلقة)")


@pytest.fixture
def loaded(writer: Person, reviewer: Person) -> None:
    load_demonstration_network(coordinator=writer, at=timezone.now())
    member = Person.objects.get(email=MEMBER)
    for _twice in range(2):
        load_demonstration_texts(writer=writer, reviewer=reviewer, member=member, at=timezone.now())


def test_the_texts_of_the_demonstration_are_invented_whole_and_written_once(loaded: None):
    editions = Edition.objects.select_related("newest", "item")

    assert Item.objects.count() == 6
    assert [str(edition) for edition in editions if not str(edition).endswith(INVENTED)] == []
    assert Letter.objects.count() == 0


@pytest.mark.parametrize("language", ["fi", "sv", "en", "ar"])
def test_every_language_has_something_of_each_kind(language: str, loaded: None):
    now, anybody = timezone.now(), AnonymousUser()
    number = {kind: editions_in(language, kind, at=now, by=anybody).count() for kind in ("news", "practices", "pages")}

    assert number == {"news": 1 if language == "ar" else 2, "practices": 2, "pages": 1}
    assert Client().get(f"/{language}/news/").status_code == 200


def test_each_state_can_be_seen(loaded: None, writer: Person, reviewer: Person):
    now = timezone.now()
    first = Item.objects.get(slug__startswith="kielikahvilat")

    lines = languages_of(first, at=now, by=AnonymousUser())
    assert {line.edition.language for line in lines if line.is_stale} == {"sv", "en", "fi-plain"}
    assert [line.edition.language for line in lines if not line.is_published] == ["ar"]
    assert [edition.item.home_id for edition in editions_to_review(reviewer, on=now.date())] == ["uusimaa"]
    assert stale_editions(writer, at=now, on=now.date()).count() == 3
    assert Publication.objects.filter(told_at=None).count() == 1


def test_nothing_is_found_in_them_before_publishing(loaded: None):
    found = {
        (edition.item.slug, edition.language, finding.code, finding.quote)
        for edition in Edition.objects.select_related("item", "newest")
        for finding in looked_over(edition, at=timezone.now())
    }
    waiting = {one for one in found if one[0].startswith("muuttokummi") and one[2] == "late"}
    changed = {one for one in found if one[0].startswith("kielikahvilat") and one[2] == "dates-differ"}

    assert found - waiting - changed == set(), "what is not translated yet and what the original has changed"
    assert {one[1] for one in changed} == {"sv", "en"}


def test_its_practices_keep_to_the_template(loaded: None):
    practices = Edition.objects.filter(item__kind="practices").select_related("newest")

    assert all(is_complete(edition.newest.title, edition.newest.parts) for edition in practices if edition.newest)
    assert practices.count() == 9
