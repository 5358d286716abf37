"""What texts keep of a person, and what becomes of it when her account ends: the text stays, without her name."""

from __future__ import annotations

from datetime import datetime

from kumppani.accounts.models import Person
from kumppani.publishing.models import Item, Publication, Version


def kept_of(person: Person) -> dict[str, object]:
    """What she wrote and what she let be published."""
    versions = Version.objects.filter(made_by=person).select_related("edition__item").order_by("made_at", "pk")
    approved = Publication.objects.filter(approved_by=person).select_related("version").order_by("at", "pk")
    return {
        "texts": {
            "written": [
                {
                    "text": version.edition.item.slug,
                    "language": version.edition.language,
                    "version": version.number,
                    "at": version.made_at.isoformat(),
                    "title": version.title,
                }
                for version in versions
            ],
            "published": [{"title": one.version.title, "at": one.at.isoformat()} for one in approved],
        }
    }


def part(person: Person, at: datetime) -> None:
    """Take her name from what she wrote. What she began and nobody was ever shown goes with her."""
    own = Item.objects.filter(made_by=person, kind="practices", editions__publications=None)
    for item in own.exclude(editions__versions__made_by__in=_others(person)).distinct():
        delete_item(item)
    Item.objects.filter(made_by=person).update(made_by=None)
    Version.objects.filter(made_by=person).update(made_by=None)
    Publication.objects.filter(approved_by=person).update(approved_by=None)


def delete_item(item: Item) -> None:
    """Delete an item whole; an edition and its newest version hold on to each other."""
    item.editions.update(newest=None)
    Publication.objects.filter(edition__item=item).delete()
    item.delete()


def _others(person: Person):
    return Person.objects.exclude(pk=person.pk).values("pk")
