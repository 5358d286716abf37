"""How a person signs in: her passkeys, authenticator app and recovery codes, and the second step after the code.

The views are allauth's where they show or check a factor; what is ours around them writes the history and the letter.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, ReauthenticateWebAuthnView
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kumppani.accounts import second_factor
from kumppani.accounts.actions import NotNow
from kumppani.accounts.models import Person
from kumppani.accounts.permissions import RESET_SECOND_FACTOR, holds, require
from kumppani.accounts.requests import PersonsRequest
from kumppani.accounts.second_factor import APP, PASSKEY, RECOVERY_CODES, Change, factors_of
from kumppani.accounts.security_forms import ConfirmForm, PasskeyForm, ReasonForm, SecondStepForm, SignInForm


class SigningIn(IndexView):
    """Her factors, what her role asks for, and the way to each page where something is changed."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        factors = list(factors_of(person))
        codes = Authenticator.objects.filter(user=person, type=RECOVERY_CODES).first()
        asked = second_factor.is_asked_of(person, on=timezone.localdate())
        return {
            "passkeys": [factor for factor in factors if factor.type == PASSKEY],
            "app": next((factor for factor in factors if factor.type == APP), None),
            "has_codes": codes is not None,
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
            "asked": asked,
            "missing": asked and not factors,
        }


class SignInByPasskey(LoginWebAuthnView):
    form_class = SignInForm


class SecondStep(AuthenticateView):
    """After the e-mailed code, for whoever has a second factor."""

    webauthn_form_class = SecondStepForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | _what_she_has(self.stage.login.user) | {"options": _as_json(context, "request_options")}


class ConfirmByCode(ReauthenticateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        ways = {way["id"]: way["url"] for way in context["reauthentication_alternatives"]}
        return context | _what_she_has(self.request.user) | {"by_passkey": ways.get("mfa_reauthenticate:webauthn")}


class ConfirmByPasskey(ReauthenticateWebAuthnView):
    form_class = ConfirmForm

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Say it on this page; allauth would lead away to the sign-in page."""
        for fault in form.errors.get("credential", []):
            messages.error(self.request, str(fault))
        return redirect(self.passthrough_next_url(self.request.path))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        ways = {way["id"]: way["url"] for way in context["reauthentication_alternatives"]}
        return context | {
            "options": _as_json(context, "request_options"),
            "by_code": ways.get("mfa_reauthenticate"),
            **_what_she_has(self.request.user),
        }


class AddPasskey(AddWebAuthnView):
    """Every passkey is made to sign in alone: kept on the device, and opened by a finger, a face or a PIN."""

    form_class = PasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": begin_registration(self.request.user, passwordless=True)}
        return context | {"options": _as_json(context, "creation_options")}

    @transaction.atomic
    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        newest = factors_of(self.request.user).filter(type=PASSKEY).latest("pk")
        return _added(self.request, newest, second_factor.PASSKEY_ADDED, _("The passkey is added."), response)


class AddApp(ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return context | {"secret_in_groups": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}

    @transaction.atomic
    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        app = factors_of(self.request.user).get(type=APP)
        return _added(self.request, app, second_factor.APP_ADDED, _("The authenticator app is added."), response)


class MakeCodes(GenerateRecoveryCodesView):
    @transaction.atomic
    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        _tell(self.request, second_factor.CODES_MADE)
        return response


class DownloadCodes(DownloadRecoveryCodesView):
    content_type = "text/plain; charset=utf-8"


@never_cache
@login_required
def remove_app(request: PersonsRequest) -> HttpResponse:
    return _remove(request, get_object_or_404(factors_of(request.user), type=APP))


@never_cache
@login_required
def remove_passkey(request: PersonsRequest, pk: int) -> HttpResponse:
    return _remove(request, get_object_or_404(factors_of(request.user), type=PASSKEY, pk=pk))


@reauthentication_required(app="allauth.mfa")
def _remove(request: PersonsRequest, factor: Authenticator) -> HttpResponse:
    """Ask, then remove; where the last one has to stay, say so instead of asking."""
    if request.method == "POST":
        try:
            second_factor.remove_factor(factor=factor, by=request.user, at=timezone.localtime())
        except NotNow as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is removed."))
        return redirect("mfa_index")
    decision = second_factor.may_remove(request.user, factor, on=timezone.localdate())
    is_last = not factors_of(request.user).exclude(pk=factor.pk).exists()
    context = {"factor": factor, "is_passkey": factor.type == PASSKEY, "decision": decision, "is_last": is_last}
    return render(request, "accounts/remove_factor.html", context)


@login_required
def second_factor_of(request: PersonsRequest, pk: int) -> HttpResponse:
    """What somebody signs in with, for an administrator; and the form to reset it."""
    today = timezone.localdate()
    require(holds(request.user, RESET_SECOND_FACTOR, on=today))
    person = get_object_or_404(Person, pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            second_factor.reset_factors(person=person, reason=reason, by=request.user, at=timezone.localtime())
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The second factor is reset, and a letter tells of it."))
            return redirect("person", pk=pk)
    context = {
        "person": person,
        "factors": factors_of(person),
        "asked": second_factor.is_asked_of(person, on=today),
        "may_reset": second_factor.may_reset(request.user, person, on=today),
        "form": form,
    }
    return render(request, "accounts/second_factor_of.html", context, status=400 if form.errors else 200)


def _added(
    request: HttpRequest, factor: Authenticator, change: Change, sentence: str, response: HttpResponse
) -> HttpResponse:
    second_factor.remember_shown(request, factor)
    _tell(request, change)
    messages.success(request, sentence)
    return response


def _tell(request: HttpRequest, change: Change) -> None:
    second_factor.tell(change, person=request.user, by=request.user, at=timezone.localtime())  # type: ignore[arg-type]


def _what_she_has(person: Person) -> dict[str, bool]:
    types = set(factors_of(person).values_list("type", flat=True))
    return {"has_passkey": PASSKEY in types, "has_app": APP in types}


def _as_json(context: dict[str, Any], name: str) -> str:
    """What the browser is asked, for an attribute: a page of ours has no script of its own in it."""
    return json.dumps(context["js_data"][name], cls=DjangoJSONEncoder)
