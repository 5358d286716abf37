"""Ask an organisation's administrators once a year, by letter, whether the profile still holds."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kumppani.history.recording import record
from kumppani.history.retention import months_before
from kumppani.mailing.sending import write_letter
from kumppani.network.models import MONTHS_TO_REMIND, Membership, Organisation


@transaction.atomic
def remind_organisations(*, at: datetime) -> int:
    """Write to the administrators of profiles that nobody has confirmed for a year; once until they are confirmed."""
    before = months_before(timezone.localdate(at), MONTHS_TO_REMIND)
    not_asked = Q(reminded_at=None) | Q(reminded_at__lt=F("confirmed_at"))
    due = Organisation.objects.listed().filter(not_asked, confirmed_at__lt=before).select_for_update()
    count = 0
    for organisation in due:
        _remind(organisation, at)
        organisation.reminded_at = at
        organisation.save(update_fields=["reminded_at"])
        record(gettext_noop("asked whether the profile holds"), about=organisation, by=None, at=at)
        count += 1
    return count


def _remind(organisation: Organisation, at: datetime) -> None:
    admins = organisation.memberships.current().filter(role=Membership.Role.ADMIN, person__is_active=True)
    for membership in admins.select_related("person"):
        person = membership.person
        with override(person.language):
            said = {
                "organisation": organisation,
                "page": settings.SITE_ADDRESS + reverse("organisation", args=[organisation.code]),
            }
            subject = _("Is the profile of %(organisation)s still true?") % said
            body = (
                _(
                    "Nobody has confirmed the profile of %(organisation)s for a year. Sign in, read it, change what is "
                    "old, and press “Yes, it is still true”. Two months from now it is shown "
                    "below the others.\n\n%(page)s"
                )
                % said
            )
        write_letter(to=person.email, subject=subject, body=body + "\n", language=person.language, at=at)
