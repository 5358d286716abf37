"""What to follow, how often to be written to, and what one is interested in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.following.kinds import facet_of, facets
from kumppani.following.models import Reading, Rhythm

DAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]
HOURS = [(hour, f"{hour}:00") for hour in range(24)]


class CodesForm(forms.Form):
    """A choice of codes by facet: boxes where the codes are listed, hidden where there are too many to be."""

    def __init__(self, *args: Any, single: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        for facet in facets():
            if facet.choices is None:
                self.fields[facet.name] = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)
                continue
            choices = facet.choices()
            self.fields[facet.name] = (
                forms.ChoiceField(label=facet.label, required=False, choices=[("", _("any")), *choices])
                if single
                else forms.MultipleChoiceField(
                    label=facet.label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
                )
            )
        for facet in facets():
            if facet.choices is None:
                self._offer_what_is_there(facet.name)

    def _offer_what_is_there(self, name: str) -> None:
        """A code that names nothing is no choice; the names are asked for the given codes alone."""
        given = self.data.getlist(name) if hasattr(self.data, "getlist") else self.initial.get(name, ())
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(facet_of(name).names([str(code) for code in given]).items())

    def boxes(self) -> list[Any]:
        return [field for field in self if not field.is_hidden]

    def named(self) -> list[str]:
        """The names of what is chosen without a box."""
        return [str(label) for name in self.hidden_names() for _code, label in self.fields[name].choices]  # type: ignore[attr-defined]

    def hidden_names(self) -> list[str]:
        return [facet.name for facet in facets() if facet.choices is None]

    def codes(self) -> dict[str, set[str]]:
        """What is chosen. A code that is not on a list counts as none: a link may be old."""
        self.is_valid()
        chosen = {
            name: {given} if isinstance(given, str) else set(given)
            for name, given in self.cleaned_data.items()
            if given and name in self.fields
        }
        return {facet.name: chosen[facet.name] for facet in facets() if chosen.get(facet.name)}


class ReadingForm(forms.Form):
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often do you want a letter?"), choices=Rhythm.choices, widget=forms.RadioSelect
    )
    weekday = forms.TypedChoiceField(label=gettext_lazy("Day of a weekly letter"), choices=DAYS, coerce=int)
    hour = forms.TypedChoiceField(label=gettext_lazy("Hour"), choices=HOURS, coerce=int)

    @classmethod
    def of(cls, reading: Reading) -> ReadingForm:
        return cls(initial={"rhythm": reading.rhythm, "weekday": reading.weekday, "hour": reading.hour})


class TopicsForm(forms.Form):
    interests = forms.MultipleChoiceField(
        label=gettext_lazy("What are you interested in?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("What can you help with?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        themes = facet_of("themes").choices
        for name in ("interests", "skills"):
            self.fields[name].choices = themes() if themes else []  # type: ignore[attr-defined]
