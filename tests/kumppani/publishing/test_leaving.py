"""What is kept of those who write texts, for how long, and what becomes of it when they leave."""

from __future__ import annotations

import pytest

from kumppani.accounts.leaving import kept_elsewhere, part_with_everything
from kumppani.accounts.models import Person
from kumppani.network.models import Word
from kumppani.network.retention import shred_archived_organisations
from kumppani.publishing.models import Edition, Item, Version
from kumppani.publishing.retention import forget_drafts
from tests.kumppani.conftest import MakePerson
from tests.kumppani.publishing.conftest import DAY, NOON, Published, Written, saved

pytestmark = pytest.mark.django_db


def test_she_is_told_all_that_is_kept_of_her(written: Written, published: Published, writer: Person, reviewer: Person):
    published(written("Told"))

    texts = kept_elsewhere(writer)["texts"]
    assert texts == {
        "written": [{"text": "told", "language": "fi", "version": 1, "at": NOON.isoformat(), "title": "Told"}],
        "published": [],
    }
    assert kept_elsewhere(reviewer)["texts"]["published"] == [{"title": "Told", "at": NOON.isoformat()}]  # type: ignore[index]


def test_what_was_published_stays_without_her_name_and_her_own_drafts_go(
    written: Written, published: Published, writer: Person, somebody: MakePerson
):
    member, other = somebody(), somebody()
    published(written("Stays"))
    written("Goes with her", kind="practices", by=member)
    joint = written("Somebody else wrote too", kind="practices", by=member)
    saved(joint, by=writer, title="Somebody else wrote too")
    written("Another's", kind="practices", by=other)

    part_with_everything(member, at=NOON)
    part_with_everything(writer, at=NOON)

    assert sorted(map(str, Edition.objects.all())) == ["Another's", "Somebody else wrote too", "Stays"]
    assert not Version.objects.filter(made_by__in=[member, writer]).exists()
    assert not Item.objects.filter(made_by__in=[member, writer]).exists()


def test_what_was_never_published_goes_two_years_after_it_was_saved_last(
    written: Written, published: Published, writer: Person
):
    published(written("Published"))
    written("Old draft")
    young = written("Old and saved again")
    saved(young, by=writer, at=NOON + 700 * DAY)

    assert forget_drafts(NOON + 720 * DAY) == 0
    assert [forget_drafts(NOON + 740 * DAY) for _ in range(2)] == [1, 0]
    assert sorted(map(str, Edition.objects.all())) == ["Old and saved again", "Published"]


def test_the_words_of_a_text_are_kept_when_the_network_forgets_its_own(written: Written, published: Published):
    published(written("Kielikahvila"))
    Word.objects.create(text="unused", size=1)

    shred_archived_organisations(NOON)

    assert Word.objects.filter(text="kielikahvila").exists()
    assert not Word.objects.filter(text="unused").exists()
