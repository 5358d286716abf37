"""allauth's forms for passkeys, made to refuse what no browser would send, and the reason of a reset."""

from __future__ import annotations

import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.second_factor import LONGEST_REASON

UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)
"""What the reading of a broken passkey raises. Anybody can send one, so it has to be an answer and not a fault."""


def _credential() -> forms.JSONField:
    nothing = _("The browser sent no passkey. Try again.")
    return forms.JSONField(widget=forms.HiddenInput, error_messages={"required": nothing, "invalid": nothing})


class _Readable:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except UNREADABLE as fault:
            raise get_adapter().validation_error("incorrect_code") from fault


class SignInForm(_Readable, allauth_forms.LoginWebAuthnForm):
    """A passkey alone."""

    credential = _credential()


class SecondStepForm(_Readable, allauth_forms.AuthenticateWebAuthnForm):
    """A passkey after the code."""

    credential = _credential()


class ConfirmForm(_Readable, allauth_forms.ReauthenticateWebAuthnForm):
    """A passkey before something is changed."""

    credential = _credential()


class PasskeyForm(allauth_forms.AddWebAuthnForm):
    name = forms.CharField(label=_("Name of the passkey"), max_length=60, required=False)
    credential = _credential()
    passwordless = None  # every passkey is one

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except UNREADABLE as fault:
            raise get_adapter().validation_error("incorrect_code") from fault


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, error_messages={"required": _("Write the reason.")}
    )
