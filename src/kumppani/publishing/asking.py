"""Ask the owner of a good practice by letter, once its day has come, whether it is still done so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kumppani.following.digests import absolute
from kumppani.history.recording import record
from kumppani.mailing.sending import write_letter
from kumppani.publishing.models import Edition, Item, Kind


@transaction.atomic
def ask_about_practices(*, at: datetime) -> int:
    """Write to owners whose practices are due and published; once, until somebody has said that it holds."""
    published = Edition.objects.published(at).values("item")
    due = (
        Item.objects.select_for_update(of=("self",))
        .select_related("made_by")
        .filter(kind=Kind.PRACTICE, review_on__lte=timezone.localdate(at), asked_at=None, pk__in=published)
    )
    count = 0
    for item in due.order_by("pk"):
        item.asked_at = at
        item.save(update_fields=["asked_at"])
        if item.made_by is not None and item.made_by.is_active:
            _ask(item, at)
            record(gettext_noop("asked whether the practice holds"), about=item, by=None, at=at)
            count += 1
    return count


def _ask(item: Item, at: datetime) -> None:
    person = item.made_by
    assert person is not None
    original = item.editions.filter(language=item.original).select_related("newest").first()
    title = original.newest.title if original and original.newest else item.slug
    with override(person.language):
        said = {"title": title, "page": absolute(reverse("text-room", args=[item.pk]))}
        subject = _("Do you still do it so? %(title)s") % said
        body = (
            _(
                "You published the good practice “%(title)s” a year ago or earlier. Sign in and read it. Press “Yes, "
                "it is still done so”, or change what has changed.\n\n%(page)s"
            )
            % said
        )
    write_letter(to=person.email, subject=subject, body=body + "\n", language=person.language, at=at)
