"""An event, what it says in each language, what it asks of those who register, and what it leaves behind."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kumppani.files.models import StoredFile
from kumppani.network.models import Facet, Label, Organisation
from kumppani.regions.models import Region

MOST_DAYS_KEPT = 365


class Kind(models.TextChoices):
    EVENT = "event", pgettext_lazy("kind of event", "event")
    TRAINING = "training", pgettext_lazy("kind of event", "training")
    WEBINAR = "webinar", pgettext_lazy("kind of event", "webinar")


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("event", "draft")
    PUBLISHED = "published", pgettext_lazy("event", "published")
    CANCELLED = "cancelled", pgettext_lazy("event", "called off")


class EventQuerySet(models.QuerySet["Event"]):
    def for_lists(self) -> EventQuerySet:
        return self.select_related("organisation", "home").prefetch_related("texts", "labels", "regions")


class Event(models.Model):
    kind = models.CharField(max_length=10, choices=Kind.choices)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="events")
    """Who arranges it; None is the programme."""
    home = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    """Whose coordinators take care of it: of the organisation's region, or of the whole country for the programme."""
    regions = models.ManyToManyField(Region, related_name="events")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    online_link = models.URLField(max_length=500, blank=True)
    """On no public page: only those who are registered see it and are sent it."""
    takes_registrations = models.BooleanField(default=True)
    capacity = models.PositiveIntegerField(null=True)
    """None: as many as want to."""
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    """None: registration ends when the event begins."""
    keep_days = models.PositiveSmallIntegerField(default=30)
    """How many days after the event names and addresses are deleted."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    cancelled_because = models.TextField(max_length=1000, blank=True)
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    """Names it in calendars."""
    sequence = models.PositiveIntegerField(default=0)
    """Grows with each change that calendars have to take over (RFC 5545, SEQUENCE)."""
    next_number = models.PositiveIntegerField(default=1)
    """The number of the next who registers: numbers only grow, and nobody gets another's."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    """Grows with every edit, so that of two people who edit at once the second is told."""

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["begins_at", "id"]
        indexes = [models.Index(fields=["state", "begins_at", "id"], name="events_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="event_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="event_kind_is_known"),
            models.CheckConstraint(condition=Q(begins_at__lt=F("ends_at")), name="event_in_order"),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gt=0), name="capacity_is_somebody"),
        ]

    def __str__(self) -> str:
        return self.text_said.title if self.text_said else f"event {self.pk}"

    @property
    def text_said(self) -> EventText | None:
        """What it says in the reader's language, or in the first there is; reads texts fetched with the event."""
        texts = {text.language: text for text in self.texts.all()}
        order = [get_language(), *(code for code, _name in settings.LANGUAGES)]
        return next((texts[code] for code in order if code in texts), None)

    @property
    def is_online(self) -> bool:
        return bool(self.online_link)

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        return self.state == State.CANCELLED

    @property
    def last_moment(self) -> datetime:
        """Until when one can register."""
        return min(self.closes_at or self.begins_at, self.begins_at)

    @property
    def forget_on(self) -> date:
        return self.day_after(self.keep_days)

    def day_after(self, days: int) -> date:
        """The day so many days after the event, in Helsinki."""
        return timezone.localdate(self.ends_at) + timedelta(days=days)

    def is_open_at(self, at: datetime) -> bool:
        begun = self.opens_at is None or self.opens_at <= at
        return self.takes_registrations and self.is_published and begun and at < self.last_moment

    def is_over_at(self, at: datetime) -> bool:
        return self.ends_at <= at

    def codes(self, facet: Facet) -> list[str]:
        return [label.code for label in self.labels.all() if label.facet == facet]

    @property
    def themes_said(self) -> list[str]:
        return [label.said for label in self.labels.all() if label.facet == Facet.THEME]

    @property
    def languages_said(self) -> list[str]:
        return [label.said for label in self.labels.all() if label.facet == Facet.LANGUAGE]


class EventText(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    title = models.CharField(max_length=120)
    lead = models.CharField(max_length=300, blank=True)
    text = models.TextField(max_length=5000, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["event", "language"], name="event_text_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def other_language(self) -> str:
        """The language to mark the text with, where it is another than the page's."""
        return "" if self.language == get_language() else self.language


class EventLabel(Label):
    """A theme of the event, or a language that is spoken in it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="labels")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["facet", "code", "event"], name="events_by_label")]
        constraints = [models.UniqueConstraint(fields=["event", "facet", "code"], name="event_label_once")]


class HeldSeats(models.Model):
    """Places kept for a group until the end of a day; then they are anybody's."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="held_seats")
    name = models.CharField(max_length=80)
    places = models.PositiveIntegerField()
    until = models.DateField()
    released = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(places__gt=0), name="held_seats_are_some"),
            models.UniqueConstraint(fields=["event", "name"], name="held_for_a_group_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """Something that those who register are asked, why, and how many days after the event the answer is deleted."""

    class About(models.TextChoices):
        ACCESSIBILITY = "accessibility", _("Do you need something to be able to take part?")
        INTERPRETING = "interpreting", _("Do you need interpreting? Into which language?")
        FOOD = "food", _("Is there food that you cannot eat?")
        ORGANISATION = "organisation", _("Which organisation do you come from?")
        OTHER = "other", _("A question of your own")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions")
    about = models.CharField(max_length=16, choices=About.choices)
    words = models.CharField(max_length=200, blank=True)
    """Of a question of the organiser's own."""
    reason = models.CharField(max_length=300, blank=True)
    keep_days = models.PositiveSmallIntegerField(default=7)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["event", "about"], name="asked_once")]

    def __str__(self) -> str:
        return self.words or str(self.About(self.about).label)

    @property
    def forget_on(self) -> date:
        return self.event.day_after(self.keep_days)

    @property
    def why(self) -> str:
        return self.reason or str(REASONS.get(self.about, ""))


REASONS = {
    "accessibility": _("So that you can take part: we arrange what you need."),
    "interpreting": _("So that we can order interpreters."),
    "food": _("So that there is something for you to eat."),
    "organisation": _("So that we know whom the event reaches."),
}


class Material(models.Model):
    """What is left of an event: a file, or the address of a recording."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(max_length=120)
    link = models.URLField(max_length=500, blank=True)
    file = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    for_everybody = models.BooleanField(default=False)
    """Else it is for those who were registered."""
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(link="", file__isnull=False) | (~Q(link="") & Q(file=None)), name="material_is_one_thing"
            )
        ]

    def __str__(self) -> str:
        return self.title
