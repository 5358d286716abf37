"""What is kept of people and of those who ask to join."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.idle import look_after_idle_accounts
from kumppani.accounts.joining import forget_old_requests
from kumppani.history.retention import keep


def _forget_sessions(at: datetime) -> int:
    return Session.objects.filter(expire_date__lt=at).delete()[0]


keep(
    "accounts.person",
    "accounts.grant",
    "account.emailaddress",
    "account.emailconfirmation",
    "mfa.authenticator",
    what=_("Your account: name, e-mail address, language, region, roles, when you last signed in, your second factor"),
    why=_("So that you can sign in, do what your roles allow, and be written to."),
    until=_(
        "Until you delete it. Who does not sign in for 24 months is written to 30 and 7 days before, and then the "
        "account is deleted."
    ),
    end=look_after_idle_accounts,
)
keep(
    "accounts.joinrequest",
    what=_("Your request to join: what you wrote, and the answer"),
    why=_("So that those of your region can answer, and show later why."),
    until=_("7 days if you do not confirm your address, and a year after the answer."),
    end=lambda at: forget_old_requests(at=at),
)
keep(
    "sessions.session",
    what=_("That you are signed in, in this browser"),
    why=_("So that you need not sign in on every page."),
    until=_("12 hours, or until you sign out."),
    end=_forget_sessions,
)
