"""What can be reported in the network: needs and offers, profiles, and a letter that its receiver shows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from kumppani.accounts.models import Person
from kumppani.history.models import Line
from kumppani.moderation.registry import Moderated, register_moderated
from kumppani.network.models import Membership, Notice, Organisation, RelayedLetter, State
from kumppani.network.queries import visible_notices, visible_organisations
from kumppani.regions.models import Region


def register() -> None:
    for kind in (NOTICE, ORGANISATION, LETTER):
        register_moderated(kind)


def _admins(organisation: Organisation) -> list[Person]:
    current = organisation.memberships.current().filter(role=Membership.Role.ADMIN, person__is_active=True)
    return [membership.person for membership in current.select_related("person")]


def _members(organisation: Organisation) -> set[int]:
    return set(organisation.memberships.current().values_list("person", flat=True))


def _writers(notice: Notice) -> set[int]:
    """Who wrote or edited it, also when she is no member any more."""
    lines = Line.objects.filter(about_kind=notice._meta.label_lower, about_id=str(notice.pk), by__isnull=False)
    return set(lines.values_list("by", flat=True))


def _words_of_notice(notice: Notice) -> str:
    return f"{notice.title}\n\n{notice.text}"


def _words_of_profile(organisation: Organisation) -> str:
    return "\n\n".join(said for said in (organisation.name, organisation.text, organisation.website) if said)


def _home_of(notice: Notice) -> Region:
    return notice.organisation.home


def _erase_profile(organisation: Organisation) -> None:
    """The organisation stays, without words and in the archive: its members may write others and send it again."""
    organisation.text, organisation.website, organisation.state = "–", "", State.ARCHIVED
    organisation.archived_at = timezone.now()
    organisation.version += 1
    organisation.save(update_fields=["text", "website", "state", "archived_at", "version"])
    organisation.words.clear()


def _receivers_and_writers(letter: RelayedLetter) -> set[int]:
    """Neither side decides: not who wrote it, and not who complains."""
    return {letter.contact.person_id} | _members(letter.contact.organisation)


def _authors_of_letter(letter: RelayedLetter) -> list[Person]:
    return _admins(letter.contact.organisation) if letter.by_organisation else [letter.contact.person]


def _language_of_letter(letter: RelayedLetter) -> str:
    contact = letter.contact
    return contact.organisation.language if letter.by_organisation else contact.person.language


def _erase_letter(letter: RelayedLetter) -> None:
    letter.sealed = None
    letter.save(update_fields=["sealed"])


def _nothing_to_see(_person: Any, *, on: Any) -> Any:
    """No letter is on a page: only the link in it leads to a report."""
    return RelayedLetter.objects.none()


NOTICE = Moderated(
    model=Notice,
    name="notice",
    label=pgettext_lazy("reported", "A need or an offer"),
    visible=visible_notices,
    title_of=str,
    words_of=_words_of_notice,
    language_of=lambda notice: notice.language,
    region_of=_home_of,
    authors_of=lambda notice: _admins(notice.organisation),
    concerned_with=lambda notice: _members(notice.organisation) | _writers(notice),
    address_of=lambda notice: reverse("notice", args=[notice.pk]),
    erase=lambda notice: notice.delete(),
)
ORGANISATION = Moderated(
    model=Organisation,
    name="organisation",
    label=pgettext_lazy("reported", "The profile of an organisation"),
    visible=visible_organisations,
    title_of=str,
    words_of=_words_of_profile,
    language_of=lambda organisation: organisation.language,
    region_of=lambda organisation: organisation.home,
    authors_of=_admins,
    concerned_with=_members,
    address_of=lambda organisation: reverse("organisation", args=[organisation.code]),
    erase=_erase_profile,
)
LETTER = Moderated(
    model=RelayedLetter,
    name="letter",
    label=pgettext_lazy("reported", "A letter"),
    visible=_nothing_to_see,
    title_of=lambda letter: letter.contact.subject,
    words_of=lambda letter: "",
    language_of=_language_of_letter,
    region_of=lambda letter: letter.contact.organisation.home,
    authors_of=_authors_of_letter,
    concerned_with=_receivers_and_writers,
    address_of=lambda letter: "",
    erase=_erase_letter,
)
