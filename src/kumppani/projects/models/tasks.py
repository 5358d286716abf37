"""Tasks and what hangs on them: assignees, checklist, relations, reminders, links; filters and templates."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from kumppani.moderation.gate import unhidden
from kumppani.network.models import Organisation
from kumppani.projects.models.workspaces import Workspace


class Status(models.TextChoices):
    TODO = "todo", pgettext_lazy("task", "to do")
    DOING = "doing", pgettext_lazy("task", "in progress")
    WAITING = "waiting", pgettext_lazy("task", "waiting")
    DONE = "done", pgettext_lazy("task", "done")
    DROPPED = "dropped", pgettext_lazy("task", "dropped")


OPEN = (Status.TODO, Status.DOING, Status.WAITING)
CLOSED = (Status.DONE, Status.DROPPED)


BESIDE_A_TASK = ("workspace",)
"""What is shown of a task in a list, to be fetched with it; see also `of_a_task`."""


def of_a_task() -> tuple[str | models.Prefetch[str], ...]:
    """The rest of it. An organisation that a moderator has hidden is read as none."""
    shown = models.Prefetch("organisation", unhidden(Organisation.objects.all()))
    return ("assignments__person", "labels", shown)


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(status__in=OPEN)

    def for_lists(self) -> TaskQuerySet:
        return self.select_related(*BESIDE_A_TASK).prefetch_related(*of_a_task())


class Task(models.Model):
    class Unit(models.TextChoices):
        DAYS = "days", pgettext_lazy("repeat every", "days")
        WEEKS = "weeks", pgettext_lazy("repeat every", "weeks")
        MONTHS = "months", pgettext_lazy("repeat every", "months")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=5000, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="tasks")
    """Whose task it is: its members change it, and others of the workspace read it and comment."""
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.TODO)
    status_before = models.CharField(max_length=8, blank=True)
    """What undoing an end goes back to."""
    dropped_because = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    repeat_every = models.PositiveSmallIntegerField(null=True)
    repeat_unit = models.CharField(max_length=6, choices=Unit.choices, blank=True)
    repeat_day = models.PositiveSmallIntegerField(null=True)
    """The day of the month that was meant, so that the 31st comes back after a short month."""
    follows = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="next")
    """The task this one repeats; unique, so that the next is made once."""
    shared_with_guests = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    assignees: models.ManyToManyField = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Assignment", related_name="tasks"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["workspace", "status", "due_on", "id"], name="tasks_by_status_and_day"),
            models.Index(fields=["workspace", "due_on", "id"], name="tasks_by_day"),
            models.Index(fields=["due_on"], condition=Q(status__in=OPEN), name="open_tasks_by_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="task_status_is_known"),
            models.CheckConstraint(
                condition=Q(repeat_every=None, repeat_unit="")
                | Q(repeat_every__gt=0, repeat_unit__in=["days", "weeks", "months"], due_on__isnull=False),
                name="what_repeats_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(starts_on__lte=F("due_on")), name="task_in_order"
            ),
            models.CheckConstraint(condition=~Q(status="dropped") | ~Q(dropped_because=""), name="dropped_says_why"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_late(self, on: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < on


class Assignment(models.Model):
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "task"], name="assigned_once")]


class TaskLabel(models.Model):
    """A word of the workspace's own, to find tasks by."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="labels")
    text = models.CharField(max_length=40)

    class Meta:
        ordering = ["text", "id"]
        indexes = [models.Index(fields=["text", "task"], name="tasks_by_label")]
        constraints = [models.UniqueConstraint(fields=["task", "text"], name="task_label_once")]

    def __str__(self) -> str:
        return self.text


class ChecklistItem(models.Model):
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checklist")
    text = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class Relation(models.Model):
    """``one`` blocks, is part of, relates to or duplicates ``other``."""

    class Kind(models.TextChoices):
        BLOCKS = "blocks", pgettext_lazy("relation of tasks", "blocks")
        PART_OF = "part_of", pgettext_lazy("relation of tasks", "is part of")
        RELATES = "relates", pgettext_lazy("relation of tasks", "relates to")
        DUPLICATES = "duplicates", pgettext_lazy("relation of tasks", "duplicates")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    one = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="relations_from")
    other = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="relations_to")

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other", "kind"], name="relation_once"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="no_relation_to_itself"),
        ]


class Reminder(models.Model):
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-days_before"]
        constraints = [models.UniqueConstraint(fields=["task", "days_before"], name="reminder_once")]


class Share(models.Model):
    """A link by which somebody without an account sees one task. Of the link itself only a hash is kept."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="shares")
    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    """For whom it is, in the words of who made it."""
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=16)
    is_light = models.BooleanField(default=False)
    """Of a reminder: the task can be marked as done by it, and nothing else."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    """The guest whose reminder it stands in; else it is of somebody without an account."""
    source = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="light_links")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"link {self.pk}"

    def holds(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class SentReminder(models.Model):
    """That somebody was reminded of a day; it is never written twice."""

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="sent")
    due_on = models.DateField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    share = models.ForeignKey(Share, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "due_on", "person"], condition=Q(person__isnull=False), name="person_reminded_once"
            ),
            models.UniqueConstraint(
                fields=["reminder", "due_on", "share"], condition=Q(share__isnull=False), name="outsider_reminded_once"
            ),
        ]


class SavedFilter(models.Model):
    """A list of tasks as somebody narrowed it, under a name; without a workspace, of her own tasks."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    workspace = models.ForeignKey(Workspace, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Template(models.Model):
    """A workspace to copy: its goal and its tasks, with days counted from the first. Of whoever made it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="task_templates")
    name = models.CharField(max_length=120)
    content = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return f"template {self.pk}"


class CalendarFeed(models.Model):
    """The secret address of a person's tasks as a calendar. Only a hash of it is kept; a new one ends the old."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
