"""What to follow, how often to be written to, and what one is interested in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.following.choosing import Codes
from kumppani.following.kinds import REGIONS, Facet, facet_of, facets
from kumppani.following.models import Reading, Rhythm
from kumppani.following.queries import NO_NAME

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

    def __init__(self, *args: Any, single: bool = False, kept: Codes | None = None, **more: Any) -> None:
        """``kept`` is what is followed already: it stays a choice when it is listed no more."""
        super().__init__(*args, **more)
        self._single = single
        for facet in facets():
            choices = self._choices(facet, (kept or {}).get(facet.name, ()))
            if facet.choices is None:
                self.fields[facet.name] = forms.MultipleChoiceField(
                    required=False, choices=choices, widget=forms.MultipleHiddenInput
                )
                continue
            self.fields[facet.name] = (
                forms.ChoiceField(label=facet.label, required=False, choices=[("", _("any")), *choices])
                if single
                else forms.MultipleChoiceField(
                    label=facet.label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
                )
            )

    def _choices(self, facet: Facet, kept: Collection[str]) -> list[tuple[str, str]]:
        """What is listed, or where nothing is, what is given; and what is kept, without a name if it has none."""
        asked = [*self._given(facet.name), *kept] if facet.choices is None else sorted(kept)
        listed = dict(facet.choices()) if facet.choices is not None else {}
        beyond = [code for code in asked if code not in listed]
        names = _names(facet, beyond)
        return [
            *listed.items(),
            *((code, names.get(code, NO_NAME)) for code in dict.fromkeys(beyond) if code in names or code in kept),
        ]

    def _given(self, name: str) -> list[str]:
        """What the page was asked for, or shows before anything is sent."""
        if not self.is_bound:
            return list(self.initial.get(name, ()))
        if not hasattr(self.data, "getlist"):
            return [str(code) for code in self.data.get(name, ())]
        if self._single and facet_of(name).choices is not None:
            return self.data.getlist(name)[-1:]
        return self.data.getlist(name)

    def boxes(self) -> list[Any]:
        return [field for field in self if not field.is_hidden]

    def named(self) -> list[str]:
        """The names of what is chosen without a box."""
        return [str(label) for name in self.hidden_names() for _code, label in self.fields[name].choices]  # type: ignore[attr-defined]

    def hidden_names(self) -> list[str]:
        return [facet.name for facet in facets() if facet.choices is None]

    def codes(self) -> dict[str, set[str]]:
        """What is chosen, without codes that name nothing: a link may be old.

        A facet of which nothing is left is empty, and fits nothing; without it the choice would be of everything.
        """
        chosen = {}
        for facet in facets():
            given = {code for code in self._given(facet.name) if code}
            if given:
                offered = {code for code, _label in self.fields[facet.name].choices}  # type: ignore[attr-defined]
                chosen[facet.name] = given & offered
                if facet.name == REGIONS:  # an area that has ended is listed no more and means its regions still
                    chosen[facet.name] |= set(_names(facet, sorted(given - offered)))
        return chosen


def _names(facet: Facet, codes: Sequence[str]) -> Mapping[str, str]:
    """The names of codes that somebody may have typed: no database is asked for what is no text."""
    asked = [code for code in codes if code.isprintable()]
    return facet.names(asked) if asked else {}


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
