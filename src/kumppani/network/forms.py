"""Forms of the network. Codes come from `codes.yaml`, places from the regions."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kumppani.design.addresses import Email
from kumppani.network.codes import choices_of
from kumppani.network.models import Notice, Organisation
from kumppani.network.profile import FACETS, Profile, Wording
from kumppani.network.queries import Wanted, places
from kumppani.regions.models import Region

LONGEST_LETTER = 5000
WRITE_SOMETHING = {"required": gettext_lazy("Write something here.")}
CHOOSE_ONE = {"required": gettext_lazy("Choose at least one.")}


class Checkboxes(forms.CheckboxSelectMultiple):
    """Boxes of which the first can be pointed at, so that a list of errors can lead there."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return super().id_for_label(id_, "0" if index is None else index)


def _codes(name: str, label: Any, *, required: bool = False) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=partial(choices_of, name),
        widget=Checkboxes,
        required=required,
        error_messages=CHOOSE_ONE,
    )


def _regions(label: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        label=label, queryset=Region.objects.all(), widget=Checkboxes, error_messages=CHOOSE_ONE
    )


def _any_code(name: str) -> list[tuple[str, str]]:
    return [("", _("any")), *choices_of(name)]


def _lists(said: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(said[name]) for name in FACETS.values()}


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"), max_length=200, error_messages=WRITE_SOMETHING
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of organisation"),
        choices=partial(choices_of, "kinds"),
    )
    text = forms.CharField(
        label=gettext_lazy("What you do"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("A few sentences that a partner can understand."),
        error_messages=WRITE_SOMETHING,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text and of letters to you"), choices=settings.LANGUAGES
    )
    home = forms.ModelChoiceField(
        label=gettext_lazy("Home region"),
        queryset=Region.objects.all(),
        empty_label="–",
        help_text=gettext_lazy("A coordinator of this region confirms the organisation."),
        error_messages={"required": gettext_lazy("Choose the home region.")},
    )
    regions = _regions(gettext_lazy("Regions you work in"))
    themes = _codes("themes", gettext_lazy("Themes"), required=True)
    target_groups = _codes("target_groups", gettext_lazy("Target groups"))
    languages = _codes("languages", gettext_lazy("Languages in which you serve"))
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("This is not the address of a website.")},
    )
    contact_email = Email(
        label=gettext_lazy("E-mail address for contacts"),
        help_text=gettext_lazy("It is shown to nobody; the site passes letters on to it."),
        error_messages={
            "required": gettext_lazy("Write the e-mail address."),
            "invalid": gettext_lazy("This is not an e-mail address."),
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def profile(self) -> Profile:
        said = self.cleaned_data
        return Profile(
            **{name: said[name] for name in ("name", "text", "language", "kind", "home", "website", "contact_email")},
            regions=tuple(said["regions"]),
            **_lists(said),
        )


def as_filled(organisation: Organisation) -> dict[str, Any]:
    """The profile as the form is filled with it."""
    plain = ("name", "kind", "text", "language", "website", "contact_email", "version")
    return {
        **{name: getattr(organisation, name) for name in plain},
        "home": organisation.home_id,
        "regions": [region.pk for region in organisation.regions.all()],
        **{name: organisation.codes(facet) for facet, name in FACETS.items()},
    }


class NoticeForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, error_messages=WRITE_SOMETHING)
    text = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages=WRITE_SOMETHING,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=settings.LANGUAGES)
    valid_to = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("After it nobody is shown this any more."),
        error_messages={
            "required": gettext_lazy("Write the last day."),
            "invalid": gettext_lazy("Write the day as year-month-day, for example 2027-05-31."),
        },
    )
    regions = _regions(pgettext_lazy("notice", "Where"))
    themes = _codes("themes", gettext_lazy("Themes"), required=True)
    target_groups = _codes("target_groups", gettext_lazy("Target groups"))
    languages = _codes("languages", pgettext_lazy("notice", "Languages"))

    def wording(self) -> Wording:
        said = self.cleaned_data
        return Wording(
            **{name: said[name] for name in ("title", "text", "language", "valid_to")},
            regions=tuple(said["regions"]),
            **_lists(said),
        )


def notice_as_filled(notice: Notice) -> dict[str, Any]:
    return {
        **{name: getattr(notice, name) for name in ("title", "text", "language")},
        "valid_to": notice.valid_to.isoformat(),
        "regions": [region.pk for region in notice.regions.all()],
        **{name: notice.codes(facet) for facet, name in FACETS.items()},
    }


class SearchForm(forms.Form):
    """What a reader looks for. A value that is not on the list counts as none: a link may be old."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False, choices=partial(_any_code, "themes"))
    place = forms.ChoiceField(label=gettext_lazy("Region or area"), required=False)
    target_group = forms.ChoiceField(
        label=gettext_lazy("Target group"), required=False, choices=partial(_any_code, "target_groups")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language served"), required=False, choices=partial(_any_code, "languages")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of organisation"), required=False, choices=partial(_any_code, "kinds")
    )

    def __init__(self, data: Any, *, on: date) -> None:
        super().__init__(data, auto_id="search-%s")
        titles = {"regions": _("Regions"), "areas": _("Areas")}
        grouped = [(titles[name], choices) for name, choices in places(on=on)]
        self.fields["place"].choices = [("", _("any")), *grouped]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        self.is_valid()
        said = self.cleaned_data
        names = ("kind", "theme", "target_group", "language", "place")
        return Wanted(words=said.get("q", ""), **{name: said.get(name, "") for name in names if name in self.fields})


class NoticeSearchForm(SearchForm):
    field_order = ("about", "theme", "place", "target_group", "language")
    q = None  # type: ignore[assignment]
    about = forms.ChoiceField(label=gettext_lazy("What"), required=False)

    def __init__(self, data: Any, *, on: date) -> None:
        super().__init__(data, on=on)
        del self.fields["kind"]
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            ("", _("needs and offers")),
            ("need", _("needs")),
            ("offer", _("offers")),
        ]

    def about_kind(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("about", ""))


class InviteForm(forms.Form):
    email = Email(
        label=gettext_lazy("E-mail address"),
        error_messages={
            "required": gettext_lazy("Write the e-mail address."),
            "invalid": gettext_lazy("This is not an e-mail address."),
        },
    )


class DeclineForm(forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The organisation's administrators read it, and may change the profile and send it again."
        ),
        error_messages={"required": gettext_lazy("Write the reason: the organisation's members read it.")},
    )


class LetterForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Your letter"),
        max_length=LONGEST_LETTER,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": gettext_lazy("Write your letter.")},
    )


class FirstLetterForm(LetterForm):
    field_order = ("subject", "words")
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write what it is about.")},
    )
