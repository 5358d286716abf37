"""The forms with which an administrator adds people and gives roles."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.roles import Role
from kumppani.regions.models import Region


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write the name.")})
    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages={"required": _("Write the e-mail address."), "invalid": _("This is not an e-mail address.")},
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", "–"), *Role.choices], error_messages={"required": _("Choose a role.")}
    )
    region = forms.ModelChoiceField(
        label=_("Where"), queryset=Region.objects.all(), required=False, empty_label=_("the whole programme")
    )
    until = forms.DateField(
        label=_("Last day, if it is known"),
        required=False,
        error_messages={"invalid": _("Write the day as year-month-day, for example 2027-05-31.")},
    )
