"""What is said in a workspace, and the files that hang on a task or a topic. What was said earlier is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from kumppani.files.models import StoredFile
from kumppani.projects.models.tasks import Task
from kumppani.projects.models.workspaces import Workspace


class Topic(models.Model):
    """What is talked about; its first comment opens it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="topics")
    title = models.CharField(max_length=200)
    shared_with_guests = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "-id"]
        indexes = [models.Index(fields=["workspace", "-last_at", "-id"], name="topics_newest_first")]

    def __str__(self) -> str:
        return f"topic {self.pk}"


class Comment(models.Model):
    """Said about a topic or a task. A deleted one keeps its place and loses its words."""

    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="comments")
    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField(max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=100, blank=True)
    """What somebody without an account typed as her name."""
    shared = models.BooleanField(default=False)
    """Whoever has a link to the task reads it too."""
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [
            models.Index(fields=["topic", "written_at", "id"], name="comments_of_topic"),
            models.Index(fields=["task", "written_at", "id"], name="comments_of_task"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic=None, task__isnull=False) | Q(topic__isnull=False, task=None),
                name="comment_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def workspace(self) -> Workspace:
        thing = self.topic or self.task
        assert thing is not None
        return thing.workspace


class CommentVersion(models.Model):
    """What a comment said before it was edited."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-written_at", "-id"]


class Attachment(models.Model):
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="attachments")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="attachments")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic=None, task__isnull=False) | Q(topic__isnull=False, task=None),
                name="file_hangs_on_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"

    @property
    def workspace(self) -> Workspace:
        thing = self.topic or self.task
        assert thing is not None
        return thing.workspace
