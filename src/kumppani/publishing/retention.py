"""What is kept of texts and of those who write them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kumppani.history.retention import keep, months_before
from kumppani.publishing.models import Item
from kumppani.publishing.own import delete_item

MONTHS_UNPUBLISHED = 24


def forget_drafts(at: datetime) -> int:
    """Delete items of which no language was ever published and nothing was saved for two years."""
    before = months_before(timezone.localdate(at), MONTHS_UNPUBLISHED)
    never = Item.objects.filter(made_at__lt=before).exclude(editions__publications__isnull=False)
    over = list(never.exclude(editions__versions__made_at__gte=before).distinct())
    for item in over:
        delete_item(item)
    return len(over)


keep(
    "publishing.item",
    "publishing.itemlabel",
    "publishing.edition",
    "publishing.publishededition",
    "publishing.version",
    "publishing.publication",
    what=_("News, good practices, pages and columns: every saved version, who saved it and who published it"),
    why=_("So that it can be seen and corrected what was published when."),
    until=_(
        "As long as the programme lasts; what was never published, two years after it was last saved. Your name is "
        "taken out of it when you leave."
    ),
    end=forget_drafts,
)
