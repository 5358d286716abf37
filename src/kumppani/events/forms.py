"""Forms of events: what organisers write, and what those who register are asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kumppani.design.addresses import Email
from kumppani.design.days import Day, is_near
from kumppani.events.models import MOST_DAYS_KEPT, Event, HeldSeats, Kind, Question, Registration
from kumppani.events.plans import Asked, Entry, Held, Plan, Words
from kumppani.events.queries import Wanted
from kumppani.files.storing import ACCEPTED
from kumppani.network.codes import choices_of
from kumppani.network.forms import CHOOSE_ONE, WRITE_SOMETHING, Checkboxes
from kumppani.network.models import Facet, Organisation
from kumppani.network.queries import places
from kumppani.regions.models import Region

PROGRAMME = "programme"
LONGEST_ANSWER = 500
GROUPS = 4
EMAIL = {
    "required": gettext_lazy("Write the e-mail address."),
    "invalid": gettext_lazy("This is not an e-mail address."),
}
DAYS_KEPT = dict.fromkeys(
    ("required", "invalid", "min_value", "max_value"), gettext_lazy("Write a number of days from 0 to 365.")
)


class Moment(forms.DateTimeField):
    """A day and a time in Helsinki; a browser that knows the type helps to choose it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **more: Any) -> None:
        said = gettext_lazy("Write the day and the time as year-month-day hours:minutes, for example 2027-05-31 13:00.")
        super().__init__(
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
            error_messages={"required": said, "invalid": said},
            validators=[is_near],
            **more,
        )


class EventForm(forms.Form):
    organiser = forms.ChoiceField(label=gettext_lazy("Organiser"))
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Kind.choices)
    begins_at = Moment(label=gettext_lazy("Begins"), help_text=gettext_lazy("In Finnish time."))
    ends_at = Moment(label=gettext_lazy("Ends"))
    place = forms.CharField(
        label=gettext_lazy("Place, in words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The address, and how one gets in without stairs."),
    )
    online_link = forms.URLField(
        label=gettext_lazy("Address of the online meeting"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("It is shown and sent to those only who are registered."),
        error_messages={"invalid": gettext_lazy("This is not the address of a website.")},
    )
    regions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Regions"), queryset=Region.objects.all(), widget=Checkboxes, error_messages=CHOOSE_ONE
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"),
        choices=partial(choices_of, "themes"),
        widget=Checkboxes,
        error_messages=CHOOSE_ONE,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages spoken in it"),
        choices=partial(choices_of, "languages"),
        widget=Checkboxes,
        error_messages=CHOOSE_ONE,
    )
    takes_registrations = forms.BooleanField(label=gettext_lazy("One registers for it"), required=False, initial=True)
    capacity = forms.IntegerField(
        label=gettext_lazy("How many places"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("Empty: as many as want to. When all are taken, others come to a waiting list."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Write a number, or leave it empty.")
        ),
    )
    opens_at = Moment(label=gettext_lazy("Registration opens"), required=False)
    closes_at = Moment(label=gettext_lazy("Registration closes"), required=False)
    keep_days = forms.IntegerField(
        label=gettext_lazy("Days after the event until names and addresses are deleted"),
        min_value=0,
        max_value=MOST_DAYS_KEPT,
        initial=30,
        error_messages=DAYS_KEPT,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        organisations: Iterable[Organisation],
        for_programme: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.organisations = {str(one.pk): one for one in organisations}
        choices = [(PROGRAMME, _("The programme"))] if for_programme else []
        choices += [(pk, one.name) for pk, one in self.organisations.items()]
        self.fields["organiser"].choices = choices  # type: ignore[attr-defined]
        for code, name in settings.LANGUAGES:
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": name}, max_length=120, required=False
            )
            self.fields[f"lead_{code}"] = forms.CharField(
                label=_("In a sentence (%(language)s)") % {"language": name}, max_length=300, required=False
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text (%(language)s)") % {"language": name},
                max_length=5000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 6}),
            )

    def texts(self) -> list[tuple[str, str, list[forms.BoundField], bool]]:
        """For each language: its code, its name, its fields, and whether there is something in them."""
        found = []
        for code, name in settings.LANGUAGES:
            fields = [self[f"{part}_{code}"] for part in ("title", "lead", "text")]
            found.append((code, str(name), fields, any(field.value() for field in fields)))
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first = next(iter(dict(settings.LANGUAGES)))
        for code, _name in settings.LANGUAGES:
            if not said.get(f"title_{code}") and (said.get(f"lead_{code}") or said.get(f"text_{code}")):
                self.add_error(f"title_{code}", _("Write the title too."))
        if not any(said.get(f"title_{code}") for code, _name in settings.LANGUAGES):
            self.add_error(f"title_{first}", _("Write the title in at least one language."))
        begins, ends = said.get("begins_at"), said.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("The end has to be after the beginning."))
        return said

    def plan(self) -> Plan:
        said = self.cleaned_data
        organisation = self.organisations.get(said["organiser"])
        plain = (
            "kind",
            "begins_at",
            "ends_at",
            "place",
            "online_link",
            "takes_registrations",
            "capacity",
            "opens_at",
            "closes_at",
            "keep_days",
        )
        return Plan(
            organisation=organisation,
            home=organisation.home if organisation else Region.objects.get(kind=Region.Kind.NATIONWIDE),
            regions=tuple(said["regions"]),
            themes=tuple(said["themes"]),
            languages=tuple(said["languages"]),
            words={
                code: Words(said[f"title_{code}"], said[f"lead_{code}"], said[f"text_{code}"])
                for code, _name in settings.LANGUAGES
                if said[f"title_{code}"]
            },
            **{name: said[name] for name in plain},
        )


def event_as_filled(event: Event) -> dict[str, Any]:
    plain = ("kind", "place", "online_link", "takes_registrations", "capacity", "keep_days", "version")
    moments = ("begins_at", "ends_at", "opens_at", "closes_at")
    return {
        **{name: getattr(event, name) for name in plain},
        **{name: _local(getattr(event, name)) for name in moments},
        "organiser": str(event.organisation_id) if event.organisation_id else PROGRAMME,
        "regions": [region.pk for region in event.regions.all()],
        "themes": event.codes(Facet.THEME),
        "languages": event.codes(Facet.LANGUAGE),
        **{
            f"{part}_{text.language}": getattr(text, part)
            for text in event.texts.all()
            for part in ("title", "lead", "text")
        },
    }


def _local(moment: Any) -> Any:
    return timezone.localtime(moment) if moment else None


class QuestionsForm(forms.Form):
    """What is asked: for each question a box, and how many days after the event its answers are deleted."""

    def __init__(self, data: Any = None, *, event: Event) -> None:
        super().__init__(data)
        asked = {question.about: question for question in event.questions.all()}
        for about in Question.About:
            question = asked.get(about)
            self.fields[f"ask_{about}"] = forms.BooleanField(
                label=about.label, required=False, initial=question is not None
            )
            if about == Question.About.OTHER:
                self.fields["words"] = forms.CharField(
                    label=_("Your question"),
                    max_length=200,
                    required=False,
                    initial=question.words if question else "",
                )
                self.fields["reason"] = forms.CharField(
                    label=_("Why you ask it"),
                    max_length=300,
                    required=False,
                    initial=question.reason if question else "",
                )
            self.fields[f"keep_{about}"] = forms.IntegerField(
                label=_("Days after the event until the answers are deleted"),
                min_value=0,
                max_value=MOST_DAYS_KEPT,
                initial=question.keep_days if question else 7,
                error_messages=DAYS_KEPT,
            )

    def rows(self) -> list[tuple[forms.BoundField, list[forms.BoundField]]]:
        return [
            (
                self[f"ask_{about}"],
                [
                    *([self["words"], self["reason"]] if about == Question.About.OTHER else []),
                    self[f"keep_{about}"],
                ],
            )
            for about in Question.About
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("ask_other"):
            for name in ("words", "reason"):
                if not said.get(name):
                    self.add_error(name, _("Write something here."))
        return said

    def asked(self) -> list[Asked]:
        said = self.cleaned_data
        return [
            Asked(
                about=about,
                keep_days=said[f"keep_{about}"],
                words=said["words"] if about == Question.About.OTHER else "",
                reason=said["reason"] if about == Question.About.OTHER else "",
            )
            for about in Question.About
            if said[f"ask_{about}"]
        ]


class SeatsForm(forms.Form):
    """Places held for groups: a few rows, of which empty ones count for nothing."""

    def __init__(self, data: Any = None, *, event: Event) -> None:
        super().__init__(data)
        held = list(event.held_seats.all())[:GROUPS]
        for number in range(1, GROUPS + 1):
            one = held[number - 1] if number <= len(held) else None
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Group %(number)d") % {"number": number},
                max_length=80,
                required=False,
                initial=one.name if one else "",
            )
            self.fields[f"places_{number}"] = forms.IntegerField(
                label=_("Places"),
                min_value=1,
                max_value=100_000,
                required=False,
                initial=one.places if one else None,
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), _("Write a number, or leave it empty.")
                ),
            )
            self.fields[f"until_{number}"] = Day(
                label=_("Held until the end of"),
                required=False,
                initial=one.until if one else None,
            )

    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"{part}_{number}"] for part in ("name", "places", "until")] for number in range(1, GROUPS + 1)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        names = []
        for number in range(1, GROUPS + 1):
            row = [said.get(f"{part}_{number}") for part in ("name", "places", "until")]
            if any(row) and not all(row):
                self.add_error(f"name_{number}", _("Write the group, how many places, and until when."))
            names.append(row[0])
        given = [name for name in names if name]
        if len(set(given)) < len(given):
            self.add_error(None, _("Two groups have the same name."))
        return said

    def held(self) -> list[Held]:
        said = self.cleaned_data
        return [
            Held(said[f"name_{number}"], said[f"places_{number}"], said[f"until_{number}"])
            for number in range(1, GROUPS + 1)
            if said[f"name_{number}"]
        ]


class RegisterForm(forms.Form):
    """Only what the event needs: a name, an address unless it is known, the language, and what it asks."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=100, error_messages={"required": gettext_lazy("Write your name.")}
    )
    email = Email(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The link to your registration comes here."),
        error_messages=EMAIL,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of letters to you"), choices=settings.LANGUAGES)

    def __init__(
        self, data: Any = None, *, event: Event, with_email: bool, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.held: dict[str, HeldSeats] = {}
        if not with_email:
            del self.fields["email"]
        self.questions = list(event.questions.all())
        for question in self.questions:
            question.event = event
            said = _("%(why)s Leave it empty if it does not concern you. Deleted on %(day)s.") % {
                "why": question.why,
                "day": date_format(question.forget_on, "DATE_FORMAT"),
            }
            self.fields[f"answer_{question.pk}"] = forms.CharField(
                label=str(question),
                required=False,
                max_length=LONGEST_ANSWER,
                help_text=said,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def with_groups(self, event: Event, *, on: date) -> RegisterForm:
        """Ask for the group too, where places are held for some."""
        self.held = {str(one.pk): one for one in event.held_seats.all() if not one.released and one.until >= on}
        if self.held:
            choices = [("", _("none of these")), *((pk, one.name) for pk, one in self.held.items())]
            self.fields["seats"] = forms.ChoiceField(
                label=_("Places are held for some groups. Do you belong to one?"), choices=choices, required=False
            )
        return self

    def asked(self) -> list[forms.BoundField]:
        return [self[f"answer_{question.pk}"] for question in self.questions]

    def answers(self) -> dict[int, str]:
        return {question.pk: self.cleaned_data[f"answer_{question.pk}"] for question in self.questions}

    def entry(self, *, email: str = "") -> Entry:
        said = self.cleaned_data
        return Entry(
            name=said["name"],
            email=said.get("email") or email,
            language=said["language"],
            answers=self.answers(),
            seats=self.held.get(said.get("seats", "")),
        )


def registration_as_filled(registration: Registration) -> dict[str, Any]:
    return {
        "name": registration.name,
        "language": registration.language,
        **{f"answer_{answer.question_id}": answer.text for answer in registration.answers.all()},
    }


class CallOffForm(forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody who is registered or waits is sent it."),
        error_messages={"required": gettext_lazy("Write the reason: those who wanted to come read it.")},
    )


class MaterialForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What it is"), max_length=120, error_messages=WRITE_SOMETHING)
    link = forms.URLField(
        label=gettext_lazy("Address of a recording or a page"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("This is not the address of a website.")},
    )
    file = forms.FileField(
        label=pgettext_lazy("form", "Or a file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    for_everybody = forms.BooleanField(label=gettext_lazy("Everybody may see it"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("link")) == bool(said.get("file")) and not self.errors:
            self.add_error("link", _("Give an address or a file, one of the two."))
        return said


class FindForm(forms.Form):
    """What a reader looks for. A value that is not on the list counts as none: a link may be old."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Region or area"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language spoken"), required=False)

    def __init__(self, data: Any, *, on: date) -> None:
        super().__init__(data, auto_id="find-%s")
        titles = {"regions": _("Regions"), "areas": _("Areas")}
        grouped = [(titles[name], choices) for name, choices in places(on=on)]
        lists: dict[str, Any] = {
            "kind": Kind.choices,
            "theme": choices_of("themes"),
            "place": grouped,
            "language": choices_of("languages"),
        }
        for name, choices in lists.items():
            self.fields[name].choices = [("", _("any")), *choices]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        self.is_valid()
        said = self.cleaned_data
        return Wanted(**{name: said.get(name, "") for name in ("kind", "theme", "language", "place")})
