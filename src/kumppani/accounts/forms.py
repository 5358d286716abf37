"""The forms with which people ask to join, are answered or added, and get roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.roles import Role
from kumppani.design.addresses import Email
from kumppani.regions.models import Area, Region
from kumppani.regions.queries import areas_to_choose, place_code, place_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write the name.")})
    email = Email(
        label=_("E-mail address"),
        error_messages={"required": _("Write the e-mail address."), "invalid": _("This is not an e-mail address.")},
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)


class RoleForm(forms.Form):
    """``roles`` and ``regions`` say what the giver may give, and where; regions of None are the whole programme."""

    role = forms.ChoiceField(label=_("Role"), error_messages={"required": _("Choose a role.")})
    place = forms.ChoiceField(label=_("Where"), error_messages={"required": _("Choose where the role holds.")})
    until = forms.DateField(
        label=_("Last day, if it is known"),
        required=False,
        error_messages={"invalid": _("Write the day as year-month-day, for example 2027-05-31.")},
    )

    def __init__(
        self, posted: QueryDict | None, *, roles: Sequence[Role], regions: frozenset[str] | None, on: date
    ) -> None:
        super().__init__(posted)
        areas = [area for area in areas_to_choose(on) if regions is None or area.codes <= regions]
        leaves = [leaf for leaf in Region.objects.all() if regions is None or leaf.pk in regions]
        whole = [("programme", _("the whole programme"))] if regions is None else []
        joined = [(_("Areas"), [(place_code(area), str(area)) for area in areas])] if areas else []
        single = [(_("Regions"), [(place_code(leaf), str(leaf)) for leaf in leaves])]
        self._offer("role", [(role.value, role.label) for role in roles])
        self._offer("place", [*whole, *joined, *single])

    def _offer(self, name: str, choices: Sequence[tuple[StrOrPromise, object]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *choices]

    def clean_place(self) -> Area | Region | None:
        """Give the place itself; what is not on the list was refused before."""
        return place_of(self.cleaned_data["place"])


class OwnForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=200, error_messages={"required": _("Write your name.")})
    region = forms.ModelChoiceField(
        label=_("Where you work"), queryset=Region.objects.all(), required=False, empty_label="–"
    )
    language = forms.ChoiceField(label=_("Language of letters to you"), choices=settings.LANGUAGES)


class JoinForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=200, error_messages={"required": _("Write your name.")})
    email = Email(
        label=_("Your e-mail address"),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is not an e-mail address."),
        },
    )
    region = forms.ModelChoiceField(
        label=_("Where you work"),
        queryset=Region.objects.all(),
        empty_label="–",
        error_messages={"required": _("Choose a region, or the whole country.")},
    )
    organisation = forms.CharField(
        label=_("Your organisation or group"),
        max_length=200,
        error_messages={"required": _("Write where you work or act. It may be a group of your own.")},
    )
    reason = forms.CharField(
        label=_("Why you want to join (you may leave this empty)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(label=_("Language of letters to you"), choices=settings.LANGUAGES)


class DeclineForm(forms.Form):
    answer = forms.CharField(
        label=_("The reason, as the letter will say it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a reason: whoever asked will want to know it.")},
    )
