"""Forms in which texts are written, described, handed back and published."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from barometer.texts import direction_of
from kumppani.design.days import Day, is_near
from kumppani.network.codes import choices_of
from kumppani.network.forms import CHOOSE_ONE, WRITE_SOMETHING, Checkboxes
from kumppani.network.models import Facet
from kumppani.network.queries import places
from kumppani.publishing.models import Item, Kind, Version
from kumppani.publishing.practices import PARTS
from kumppani.publishing.queries import Looked
from kumppani.publishing.tongues import base_of
from kumppani.publishing.wording import About, Wording
from kumppani.regions.models import Region


class TextForm(forms.Form):
    """The words of a version: a body, or the parts of a good practice."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160, error_messages=WRITE_SOMETHING)
    lead = forms.CharField(
        label=pgettext_lazy("text", "Lead"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two sentences: what it is about."),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=30_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy(
            "An empty line begins a paragraph. Write “## ” before a heading, “- ” before a point of a list, and "
            'a link as [words](address "language"), for example [the report](https://example.org/report "fi").'
        ),
    )
    is_small = forms.BooleanField(
        label=gettext_lazy("A small correction: the translations stay up to date"), required=False
    )
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)
    follows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, language: str = "", corrects: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.parts = PARTS if kind == Kind.PRACTICE else ()
        for part in self.parts:
            self.fields[part.key] = forms.CharField(
                label=part.label,
                required=False,
                max_length=4000,
                help_text=_hint(part.hint, part.least, part.most),
                widget=forms.Textarea(attrs={"rows": 5}),
            )
        if self.parts:
            del self.fields["body"]
            del self.fields["lead"]
        for field in self.fields.values():
            if language and isinstance(field.widget, forms.Textarea):
                field.widget.attrs |= {"lang": base_of(language), "dir": direction_of(base_of(language))}
        if not corrects:
            del self.fields["is_small"]

    def wording(self) -> Wording:
        said = self.cleaned_data
        parts = {part.key: said[part.key] for part in self.parts if said[part.key]}
        return Wording(title=said["title"], lead=said.get("lead", ""), body=said.get("body", ""), parts=parts)

    def part_fields(self) -> list[forms.BoundField]:
        return [self[part.key] for part in self.parts]


def _hint(hint: Any, least: int, most: int) -> str:
    if least:
        return _("%(hint)s %(least)d to %(most)d words.") % {"hint": hint, "least": least, "most": most}
    return _("%(hint)s At most %(most)d words.") % {"hint": hint, "most": most}


def as_filled(version: Version) -> dict[str, Any]:
    """The words of a version as the form is filled with them."""
    return {"title": version.title, "lead": version.lead, "body": version.body, **version.parts}


class AboutForm(forms.Form):
    home = forms.ModelChoiceField(
        label=gettext_lazy("Whose it is"),
        queryset=Region.objects.all(),
        empty_label="–",
        help_text=gettext_lazy("A coordinator of this region publishes it."),
        error_messages={"required": gettext_lazy("Choose the region.")},
    )
    regions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Regions it concerns"),
        queryset=Region.objects.all(),
        widget=Checkboxes,
        error_messages=CHOOSE_ONE,
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), choices=partial(choices_of, "themes"), widget=Checkboxes, required=False
    )
    target_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Target groups"),
        choices=partial(choices_of, "target_groups"),
        widget=Checkboxes,
        required=False,
    )
    place = forms.CharField(label=gettext_lazy("Country and town"), max_length=120, error_messages=WRITE_SOMETHING)
    started_on = Day(
        label=gettext_lazy("Since when it has been done"),
        help_text=gettext_lazy("A good practice has been done for at least a year."),
        error_messages={
            "required": gettext_lazy("Write the day."),
            "invalid": gettext_lazy("Write the day as year-month-day, for example 2024-05-31."),
        },
    )

    def __init__(self, *args: Any, kind: str, homes: Collection[str] | None, **more: Any) -> None:
        super().__init__(*args, **more)
        if homes is not None:
            self.fields["home"].queryset = Region.objects.filter(pk__in=homes)  # type: ignore[attr-defined]
        if kind != Kind.PRACTICE:
            del self.fields["place"]
            del self.fields["started_on"]

    def about(self) -> About:
        said = self.cleaned_data
        return About(
            home=said["home"],
            regions=tuple(said["regions"]),
            themes=tuple(said["themes"]),
            target_groups=tuple(said["target_groups"]),
            place=said.get("place", ""),
            started_on=said.get("started_on"),
        )


def about_as_filled(item: Item) -> dict[str, Any]:
    return {
        "home": item.home_id,
        "regions": [region.pk for region in item.regions.all()],
        "themes": item.codes(Facet.THEME),
        "target_groups": item.codes(Facet.TARGET_GROUP),
        "place": item.place,
        "started_on": item.started_on.isoformat() if item.started_on else "",
    }


class LanguageForm(forms.Form):
    original = forms.ChoiceField(label=gettext_lazy("Language you write in"), choices=settings.LANGUAGES)


class HandBackForm(forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason: those who write the text read it.")},
    )


NOT_A_MOMENT = {"invalid": gettext_lazy("Write the day and the time, for example 2027-05-31 09:00.")}


class PublishForm(forms.Form):
    from_ = forms.DateTimeField(
        label=gettext_lazy("Publish on"),
        required=False,
        help_text=gettext_lazy("Leave it empty to publish now."),
        error_messages=NOT_A_MOMENT,
        validators=[is_near],
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Take away on"),
        required=False,
        help_text=gettext_lazy("Leave it empty if it stays."),
        error_messages=NOT_A_MOMENT,
        validators=[is_near],
    )
    number = forms.IntegerField(widget=forms.HiddenInput)


class LookForm(forms.Form):
    """What a reader looks for. A value that is not on the list counts as none: a link may be old."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Region or area"), required=False)

    def __init__(self, data: Any, *, on: Any) -> None:
        super().__init__(data, auto_id="search-%s")
        titles = {"regions": _("Regions"), "areas": _("Areas")}
        grouped = [(titles[name], choices) for name, choices in places(on=on)]
        self.fields["place"].choices = [("", _("any")), *grouped]  # type: ignore[attr-defined]
        self.fields["theme"].choices = [("", _("any")), *choices_of("themes")]  # type: ignore[attr-defined]

    def looked(self) -> Looked:
        self.is_valid()
        said = self.cleaned_data
        return Looked(words=said.get("q", ""), theme=said.get("theme", ""), place=said.get("place", ""))
