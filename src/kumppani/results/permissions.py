"""Who may take in, read, approve and publish a release."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import Decision, declare, holds
from kumppani.accounts.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from kumppani.results.models import Release

TAKE_IN = declare(
    "results.take_in",
    label=gettext_lazy("take in a release"),
    roles={Role.COORDINATOR, Role.ANALYST},
    refusal=gettext_lazy("Only a coordinator or an analyst may take in a release."),
)
REVIEW = declare(
    "results.review",
    label=gettext_lazy("read releases that are not published yet"),
    roles={Role.COORDINATOR, Role.ANALYST, Role.APPROVER},
    refusal=gettext_lazy("Only a coordinator, an analyst or an approver may read a release before it is published."),
)
APPROVE = declare(
    "results.approve",
    label=gettext_lazy("approve a release that others made"),
    roles={Role.APPROVER},
    refusal=gettext_lazy("Only an approver may approve a release."),
)
PUBLISH = declare(
    "results.publish",
    label=gettext_lazy("publish an approved release"),
    roles={Role.COORDINATOR},
    refusal=gettext_lazy("Only a coordinator may publish a release."),
)


def may_take_in(person: Person | AnonymousUser, *, on: date) -> Decision:
    return holds(person, TAKE_IN, on=on)


def may_review(person: Person | AnonymousUser, *, on: date) -> Decision:
    return holds(person, REVIEW, on=on)


def may_approve(person: Person | AnonymousUser, release: Release, *, on: date) -> Decision:
    """A second person approves: one who neither sent the release, nor made it, nor opened the answers."""
    held = holds(person, APPROVE, on=on)
    if not held:
        return held
    if person.pk == release.received_by_id:
        return Decision(False, _("You took this release in, so another person has to approve it."))
    if release.involved.filter(pk=person.pk).exists():
        return Decision(False, _("You made this release or opened the answers, so another person has to approve it."))
    return held


def may_publish(person: Person | AnonymousUser, *, on: date) -> Decision:
    return holds(person, PUBLISH, on=on)
