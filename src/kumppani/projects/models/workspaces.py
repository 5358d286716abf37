"""A workspace, who takes part in it, and what was done in it.

The site's history is read by people who may not know of a closed workspace. So nothing here names itself there
(`__str__` is a number), and what is done inside is told by the workspace's own lines, `Change`.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy

from kumppani.network.models import Label, Organisation
from kumppani.regions.models import Region


class Stage(models.TextChoices):
    PREPARING = "preparing", pgettext_lazy("workspace", "in preparation")
    ACTIVE = "active", pgettext_lazy("workspace", "active")
    ARCHIVED = "archived", pgettext_lazy("workspace", "in the archive")


class Role(models.TextChoices):
    COORDINATOR = "coordinator", pgettext_lazy("workspace", "coordinator of the workspace")
    MEMBER = "member", pgettext_lazy("workspace", "member")
    GUEST = "guest", pgettext_lazy("workspace", "guest")


class Workspace(models.Model):
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    goal = models.TextField(max_length=3000, blank=True)
    language = models.CharField(max_length=16)
    is_open = models.BooleanField()
    """Open: whoever has signed in reads it. Closed: nobody else learns even its name."""
    free_to_join = models.BooleanField(default=False)
    """Whoever reads it becomes a member without being asked who she is."""
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PREPARING)
    organisations = models.ManyToManyField(Organisation, related_name="workspaces")
    regions = models.ManyToManyField(Region, related_name="workspaces")
    founded_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    ends_on = models.DateField(null=True)
    """Deleted, and can be brought back until this day; then it is really gone."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="workspace_stage_is_known"),
            models.CheckConstraint(condition=Q(free_to_join=False) | Q(is_open=True), name="only_open_is_free_to_join"),
        ]

    def __str__(self) -> str:
        return f"workspace {self.pk}"

    @property
    def can_change(self) -> bool:
        return self.stage != Stage.ARCHIVED and self.ends_on is None

    @property
    def language_of_text(self) -> str:
        """The language to mark the text with, where it is another than the page's."""
        return "" if self.language == get_language() else self.language

    def is_over(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on


class WorkspaceLabel(Label):
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="labels")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "facet", "code"], name="workspace_label_once"),
        ]


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def current(self) -> ParticipantQuerySet:
        return self.filter(until=None)


class Participant(models.Model):
    """A person takes part in a workspace from one day to another."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="participations")
    role = models.CharField(max_length=12, choices=Role.choices)
    since = models.DateField()
    until = models.DateField(null=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["role", "person__name", "id"]
        indexes = [models.Index(fields=["person", "until", "workspace"], name="workspaces_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "person"], condition=Q(until=None), name="takes_part_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="participant_role_is_known"),
            models.CheckConstraint(condition=Q(until=None) | Q(since__lte=F("until")), name="participant_in_order"),
        ]

    def __str__(self) -> str:
        return f"participant {self.pk}"

    @property
    def coordinates(self) -> bool:
        return self.role == Role.COORDINATOR and self.until is None


class WorkspaceInvitation(models.Model):
    """Somebody at this address may take part; whether she has an account is not told to who invites."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField()

    class Meta:
        ordering = ["-invited_at", "-id"]
        indexes = [models.Index(fields=["email"], name="workspace_invitations_to")]
        constraints = [models.UniqueConstraint(fields=["workspace", "email"], name="workspace_invites_address_once")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class JoinWish(models.Model):
    """Somebody who reads an open workspace asks to take part in it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="wishes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["workspace", "person"], name="wish_to_join_once")]

    def __str__(self) -> str:
        return f"wish {self.pk}"


class Change(models.Model):
    """One line of a workspace's own history. With ``field``, a task's value before and after."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="changes")
    task = models.ForeignKey("projects.Task", null=True, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=80)
    """A short English phrase marked with gettext_noop; for a value, the name of its field."""
    about = models.CharField(max_length=200, blank=True)
    concerns = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    """The person it was done to, by reference: who leaves takes her name along."""
    other = models.ForeignKey("projects.Task", null=True, on_delete=models.SET_NULL, related_name="+")
    """The other task it was about, by reference: its title is told to those who may see it."""
    topic = models.ForeignKey("projects.Topic", null=True, on_delete=models.CASCADE, related_name="changes")
    """The topic it was about: told to those who may see that one."""
    is_value = models.BooleanField(default=False)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=100, blank=True)
    """What somebody without an account typed as her name."""
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["workspace", "-at", "-id"], name="changes_of_workspace"),
            models.Index(fields=["task", "-at", "-id"], name="changes_of_task"),
        ]

    def __str__(self) -> str:
        return self.what
