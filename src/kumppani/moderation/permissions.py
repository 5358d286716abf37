"""Who may decide on what is reported: never on one's own writing, and never on an appeal against one's own decision."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import ALLOWED, Decision, declare, holds, regions_with
from kumppani.accounts.roles import Role
from kumppani.moderation.models import Case

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MODERATE = declare(
    "moderation.moderate",
    label=gettext_lazy("decide on what is reported"),
    roles={Role.COORDINATOR, Role.ADMINISTRATOR},
    refusal=gettext_lazy("Only a coordinator of the region or an administrator may do this."),
)


def may_moderate_somewhere(person: Person | AnonymousUser, *, on: date) -> Decision:
    if regions_with(person, MODERATE, on=on) == frozenset():
        return Decision(False, str(MODERATE.refusal))
    return ALLOWED


def may_read_case(person: Person | AnonymousUser, case: Case, *, on: date) -> Decision:
    """Those who moderate where it belongs, also who may not decide, unless it is their own."""
    return holds(person, MODERATE, on=on, region=case.region) and _not_ones_own(person, case)


def may_decide(person: Person | AnonymousUser, case: Case, *, on: date) -> Decision:
    """Decide on a report, or show again what was hidden."""
    return may_read_case(person, case, on=on)


def may_decide_appeal(person: Person | AnonymousUser, case: Case, *, on: date) -> Decision:
    if person == case.decided_by:
        return Decision(False, _("You made the decision. Another person decides on the appeal."))
    return may_read_case(person, case, on=on)


def may_appeal(person: Person | AnonymousUser, case: Case) -> Decision:
    """Its authors; they also read why."""
    if not person.is_authenticated:
        return Decision(False, _("Sign in first."))
    if any(author.pk == person.pk for author in authors_of(case)):
        return ALLOWED
    return Decision(False, _("Only who wrote it, or answers for it, reads this."))


def authors_of(case: Case) -> list[Person]:
    thing = thing_of(case)
    return [] if thing is None or case.moderated is None else list(case.moderated.authors_of(thing))


def thing_of(case: Case) -> object | None:
    """The thing itself; None when it has been deleted."""
    return case.moderated.model._default_manager.filter(pk=case.number).first() if case.moderated else None


def _not_ones_own(person: Person | AnonymousUser, case: Case) -> Decision:
    thing = thing_of(case)
    if thing is not None and case.moderated is not None and person.pk in case.moderated.concerned_with(thing):
        return Decision(False, _("It is your own, or your organisation's. Another person decides on it."))
    return ALLOWED
