"""Forms of workspaces, tasks and talk. What can be chosen is what the workspace holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kumppani.design.addresses import Email
from kumppani.design.days import FIRST_DAY, LAST_DAY, Day
from kumppani.files.storing import ACCEPTED
from kumppani.network.codes import choices_of
from kumppani.network.forms import CHOOSE_ONE, WRITE_SOMETHING, Checkboxes
from kumppani.network.models import Facet
from kumppani.projects.models import Relation, Role, Status, Task, Workspace
from kumppani.projects.plans import LONGEST_CHECKLIST, Details, Plan
from kumppani.projects.queries import labels_used, organisations_of, people_to_assign
from kumppani.projects.wanted import SORTS, Wanted
from kumppani.regions.models import Region

MOST_LABELS, LONGEST_LABEL = 10, 40
LONGEST_POINT = 200
NAME_OF_WHAT_IS_HIDDEN = "–"
OPEN_OR_CLOSED = (
    ("open", pgettext_lazy("workspace", "Open: everybody who has signed in may read it and ask to take part")),
    ("closed", pgettext_lazy("workspace", "Closed: only those who take part know of it")),
)


class WorkspaceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the workspace"), max_length=120, error_messages=WRITE_SOMETHING)
    summary = forms.CharField(
        label=gettext_lazy("What it is about, in a sentence"), max_length=300, error_messages=WRITE_SOMETHING
    )
    goal = forms.CharField(
        label=gettext_lazy("What you want to reach"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=settings.LANGUAGES)
    entry = forms.ChoiceField(
        label=gettext_lazy("Who reads it"),
        choices=OPEN_OR_CLOSED,
        widget=forms.RadioSelect,
        initial="closed",
        error_messages=CHOOSE_ONE,
    )
    free_to_join = forms.BooleanField(
        label=gettext_lazy("Of an open one: whoever reads it may join at once"), required=False
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), choices=partial(choices_of, "themes"), widget=Checkboxes, required=False
    )
    regions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Regions"), queryset=Region.objects.all(), widget=Checkboxes, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def plan(self) -> Plan:
        said = self.cleaned_data
        return Plan(
            **{name: said[name] for name in ("name", "summary", "goal", "language", "free_to_join")},
            is_open=said["entry"] == "open",
            regions=tuple(said["regions"]),
            themes=tuple(said["themes"]),
        )


def workspace_as_filled(workspace: Workspace) -> dict[str, Any]:
    plain = ("name", "summary", "goal", "language", "free_to_join", "version")
    return {
        **{name: getattr(workspace, name) for name in plain},
        "entry": "open" if workspace.is_open else "closed",
        "regions": [region.pk for region in workspace.regions.all()],
        "themes": [label.code for label in workspace.labels.all() if label.facet == Facet.THEME],
    }


class FindForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["theme"].choices = [("", _("any")), *choices_of("themes")]  # type: ignore[attr-defined]
        regions = [(region.pk, str(region)) for region in Region.objects.all()]
        self.fields["region"].choices = [("", _("any")), *regions]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        self.is_valid()
        said = self.cleaned_data
        return {"words": said.get("q", ""), "theme": said.get("theme", ""), "region": said.get("region", "")}


class InviteForm(forms.Form):
    email = Email(
        label=gettext_lazy("E-mail address"),
        error_messages={
            "required": gettext_lazy("Write the e-mail address."),
            "invalid": gettext_lazy("This is not an e-mail address."),
        },
    )
    role = forms.ChoiceField(label=gettext_lazy("As"), choices=Role.choices, initial=Role.MEMBER)


class AskForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("A few words to the coordinator"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TaskForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, error_messages=WRITE_SOMETHING)
    text = forms.CharField(
        label=gettext_lazy("Description"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    assignees = forms.MultipleChoiceField(label=gettext_lazy("Who does it"), required=False, widget=Checkboxes)
    organisation = forms.ChoiceField(
        label=gettext_lazy("Whose task it is"),
        required=False,
        help_text=gettext_lazy("Members of that organisation change it; others read it and comment."),
    )
    starts_on = Day(label=gettext_lazy("First day"), required=False)
    due_on = Day(label=gettext_lazy("Due day"), required=False)
    labels = forms.CharField(
        label=gettext_lazy("Labels"),
        required=False,
        help_text=gettext_lazy("Words of your own to find tasks by, with commas between them."),
    )
    checklist = forms.CharField(
        label=gettext_lazy("Checklist"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One point on each line."),
    )
    reminders = forms.MultipleChoiceField(label=gettext_lazy("Remind by letter"), required=False, widget=Checkboxes)
    repeat_every = forms.IntegerField(
        label=gettext_lazy("Comes again every"),
        required=False,
        min_value=1,
        max_value=99,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Write a number from 1 to 99, or nothing.")
        ),
    )
    repeat_unit = forms.ChoiceField(
        label=gettext_lazy("Days, weeks or months"), choices=[("", "–"), *Task.Unit.choices], required=False
    )
    shared_with_guests = forms.BooleanField(label=gettext_lazy("Guests see it too"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, workspace: Workspace, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.people = {str(one.person_id): one.person for one in people_to_assign(workspace)}
        self.organisations = {str(one.pk): one for one in organisations_of(workspace)}
        names = {pk: organisation.name for pk, organisation in self.organisations.items()}
        own = str((initial or {}).get("organisation") or "")
        if own and own not in names:
            # One that a moderator has hidden stays whose task it is, and is not named.
            self.organisations |= {str(one.pk): one for one in workspace.organisations.filter(pk=own)}
            names |= dict.fromkeys(self.organisations.keys() - names.keys(), NAME_OF_WHAT_IS_HIDDEN)
        choices = {
            "assignees": [(pk, person.name) for pk, person in self.people.items()],
            "organisation": [
                ("", _("nobody's in particular")),
                *names.items(),
            ],
            "reminders": [
                ("0", _("on the day")),
                ("1", _("a day before")),
                ("3", _("three days before")),
                ("7", _("a week before")),
                ("14", _("two weeks before")),
            ],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    def clean_labels(self) -> list[str]:
        words = [word.strip() for word in self.cleaned_data["labels"].split(",")]
        labels = [word for word in dict.fromkeys(words) if word]
        if len(labels) > MOST_LABELS:
            raise forms.ValidationError(
                _("At most %(most)d labels can be kept; you wrote %(number)d. Leave some out.")
                % {"most": MOST_LABELS, "number": len(labels)}
            )
        _require_short(labels, LONGEST_LABEL)
        return labels

    def clean_checklist(self) -> list[str]:
        points = [line.strip() for line in self.cleaned_data["checklist"].splitlines()]
        points = [point for point in points if point]
        if len(points) > LONGEST_CHECKLIST:
            raise forms.ValidationError(
                _("At most %(most)d points can be kept; you wrote %(number)d. Write the rest as another task.")
                % {"most": LONGEST_CHECKLIST, "number": len(points)}
            )
        _require_short(points, LONGEST_POINT)
        return points

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("repeat_every")) != bool(said.get("repeat_unit")):
            self.add_error("repeat_every", _("Say both how many, and whether days, weeks or months."))
        return said

    def details(self) -> Details:
        said = self.cleaned_data
        plain = ("title", "text", "starts_on", "due_on", "repeat_every", "repeat_unit", "shared_with_guests")
        return Details(
            **{name: said[name] for name in plain},
            organisation=self.organisations.get(said["organisation"]),
            assignees=tuple(self.people[pk] for pk in said["assignees"]),
            labels=tuple(said["labels"]),
            reminders=tuple(int(days) for days in said["reminders"]),
            checklist=tuple(said["checklist"]),
        )


def _require_short(words: Iterable[str], longest: int) -> None:
    long = next((word for word in words if len(word) > longest), None)
    if long is not None:
        raise forms.ValidationError(
            _("Write at most %(longest)d characters. This is longer: %(word)s") % {"longest": longest, "word": long}
        )


def task_as_filled(task: Task) -> dict[str, Any]:
    plain = ("title", "text", "starts_on", "due_on", "repeat_every", "repeat_unit", "shared_with_guests", "version")
    return {
        **{name: getattr(task, name) for name in plain},
        "organisation": str(task.organisation_id or ""),
        "assignees": [str(pk) for pk in task.assignments.values_list("person", flat=True)],
        "labels": ", ".join(task.labels.values_list("text", flat=True)),
        "reminders": [str(days) for days in task.reminders.values_list("days_before", flat=True)],
    }


class StatusForm(forms.Form):
    status = forms.ChoiceField(choices=Status.choices)
    because = forms.CharField(max_length=300, required=False)


class RelateForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("This task"), choices=Relation.Kind.choices)
    other = forms.IntegerField(
        label=gettext_lazy("Number of the other task"),
        error_messages={
            "required": gettext_lazy("Write the number of the other task."),
            "invalid": gettext_lazy("Write the number of the other task."),
        },
    )


class PointForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("A new point"), max_length=200, error_messages=WRITE_SOMETHING)


class CommentForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Write @ and a whole name to tell somebody by letter."),
        error_messages=WRITE_SOMETHING,
    )
    shared = forms.BooleanField(label=gettext_lazy("Also for those who have a link to the task"), required=False)


class TopicForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, error_messages=WRITE_SOMETHING)
    text = forms.CharField(
        label=gettext_lazy("What you want to say"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Write @ and a whole name to tell somebody by letter."),
        error_messages=WRITE_SOMETHING,
    )
    shared_with_guests = forms.BooleanField(label=gettext_lazy("Guests see it too"), required=False)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("A file of at most 10 MB"),
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )


class ShareForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("For whom"), max_length=100, error_messages=WRITE_SOMETHING)
    email = Email(
        label=gettext_lazy("E-mail address, if the site is to send the link"),
        required=False,
        error_messages={"invalid": gettext_lazy("This is not an e-mail address.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the letter"), choices=settings.LANGUAGES)
    days = forms.TypedChoiceField(label=gettext_lazy("The link holds for"), coerce=int, initial=30)

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (7, _("a week")),
            (30, _("30 days")),
            (90, _("90 days")),
        ]


class OutsiderForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=100, error_messages=WRITE_SOMETHING)
    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=WRITE_SOMETHING,
    )


class MinutesForm(forms.Form):
    """The browser is not told the limit: it would cut what is pasted without a word."""

    text = forms.CharField(
        label=gettext_lazy("The minutes"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("Lines that begin with - [ ] or with Task: become tasks. You see them first."),
        error_messages=WRITE_SOMETHING,
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        del self.fields["text"].widget.attrs["maxlength"]


class ProposedForm(forms.Form):
    """One task that was found in minutes."""

    take = forms.BooleanField(label=gettext_lazy("Make this task"), required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, error_messages=WRITE_SOMETHING)
    assignee = forms.ChoiceField(label=gettext_lazy("Who does it"), required=False)
    due_on = Day(label=gettext_lazy("Due day"), required=False)

    def __init__(self, *arguments: Any, people: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["assignee"].choices = [("", _("nobody yet")), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What is not to become a task may be as it is."""
        said = super().clean() or {}
        if not said.get("take"):
            self.errors.clear()
        return said


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, error_messages=WRITE_SOMETHING)


class UseTemplateForm(forms.Form):
    template = forms.ChoiceField(label=gettext_lazy("Template"), error_messages=CHOOSE_ONE)
    first_day = Day(label=gettext_lazy("First day"), error_messages={"required": gettext_lazy("Write the first day.")})

    def __init__(self, data: Any = None, *, templates: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["template"].choices = templates  # type: ignore[attr-defined]


class WantedForm(forms.Form):
    """What a list of tasks is narrowed by. An unknown value is as if it were not there."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    assignee = forms.ChoiceField(label=gettext_lazy("Who does it"), required=False)
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    label = forms.ChoiceField(label=gettext_lazy("Label"), required=False)
    due = forms.ChoiceField(label=gettext_lazy("Due"), required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False)

    def __init__(self, data: Any, *, workspace: Workspace | None, with_people: bool = True) -> None:
        super().__init__(data)
        people = people_to_assign(workspace) if workspace and with_people else ()
        choices: dict[str, list[tuple[str, Any]]] = {
            "status": [("", _("not ended")), *Status.choices, ("all", _("all"))],
            "assignee": [
                ("", _("anybody")),
                ("me", _("I")),
                ("nobody", _("nobody yet")),
                *((str(one.person_id), one.person.name) for one in people),
            ],
            "due": [
                ("", _("any day")),
                ("late", _("late")),
                ("week", _("within a week")),
                ("month", _("within a month")),
                ("none", _("no day")),
            ],
            "sort": [
                ("", _("by due day")),
                ("newest", _("newest first")),
                ("title", _("by title")),
                ("status", _("by status")),
            ],
        }
        if workspace is None:
            for name in ("assignee", "organisation", "label"):
                del self.fields[name]
        else:
            organisations = [(str(one.pk), one.name) for one in organisations_of(workspace)] if with_people else []
            labels = labels_used(workspace) if with_people else []
            choices["organisation"] = [("", _("any")), *organisations]
            choices["label"] = [("", _("any")), *((text, text) for text in labels)]
        for name, values in choices.items():
            if name in self.fields:
                self.fields[name].choices = values  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        if said.get("sort") not in SORTS:
            said.pop("sort", None)
        return Wanted(**said)


def month_of(text: str, otherwise: date) -> date:
    """The first day of a month written as 2027-05; of another day's month where that is none."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = otherwise
    return (first if FIRST_DAY <= first <= LAST_DAY else otherwise).replace(day=1)
