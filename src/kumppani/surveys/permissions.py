"""Who may prepare, run and open a wave."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import Decision, Role, declare, holds

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SEE = declare(
    "surveys.see",
    label=_("read the pages of waves"),
    roles={Role.COORDINATOR, Role.CUSTODIAN, Role.ANALYST, Role.APPROVER},
    refusal=_("Only those who run the barometer may read the pages of its waves."),
)
RUN = declare(
    "surveys.run",
    label=_("prepare, open and close waves"),
    roles={Role.COORDINATOR},
    refusal=_("Only a coordinator may do this with a wave."),
)
HOLD_KEYS = declare(
    "surveys.hold_keys",
    label=_("prove and use a custodian's key"),
    roles={Role.CUSTODIAN},
    refusal=_("Only a custodian of keys may do this."),
)
EXPORT = declare(
    "surveys.export",
    label=_("take out sealed answers"),
    roles={Role.COORDINATOR, Role.CUSTODIAN},
    refusal=_("Only a coordinator or a custodian may take out the sealed answers."),
)
RELEASE = declare(
    "surveys.release",
    label=_("make a release from opened answers"),
    roles={Role.ANALYST},
    refusal=_("Only an analyst may make a release."),
)


def may_see_waves(person: Person | AnonymousUser, *, on: date) -> Decision:
    return holds(person, SEE, on=on)


def may_run_waves(person: Person | AnonymousUser, *, on: date) -> Decision:
    return holds(person, RUN, on=on)


def may_hold_keys(person: Person | AnonymousUser, *, on: date) -> Decision:
    return holds(person, HOLD_KEYS, on=on)


def may_export(person: Person | AnonymousUser, *, on: date) -> Decision:
    return holds(person, EXPORT, on=on)


def may_release(person: Person | AnonymousUser, *, on: date) -> Decision:
    return holds(person, RELEASE, on=on)
