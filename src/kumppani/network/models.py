"""Organisations, who acts for them, what they need and offer, and what passed through the relay of letters.

An organisation has no account of its own: people act for it. That a profile has grown old is no state that somebody
has to write; it follows from the day it was last confirmed.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import get_language, pgettext_lazy

from kumppani.history.retention import months_before
from kumppani.moderation.gate import hidden_now, is_hidden, unhidden
from kumppani.network.codes import name_of
from kumppani.regions.models import Region

MONTHS_TO_REMIND = 12
MONTHS_TO_FADE = 14


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("organisation", "draft")
    WAITING = "waiting", pgettext_lazy("organisation", "waits for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("organisation", "confirmed")
    ARCHIVED = "archived", pgettext_lazy("organisation", "archived")


class Facet(models.TextChoices):
    """What labels say of an organisation or a notice; the value is the name of the code list."""

    THEME = "themes", pgettext_lazy("facet", "Themes")
    TARGET_GROUP = "target_groups", pgettext_lazy("facet", "Target groups")
    LANGUAGE = "languages", pgettext_lazy("facet", "Languages served")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def listed(self) -> OrganisationQuerySet:
        """What everybody sees: confirmed, and not hidden by a moderator."""
        return unhidden(self.filter(state=State.CONFIRMED))

    def with_standing(self, on: date) -> OrganisationQuerySet:
        """Add ``faded``: 1 when nobody has confirmed the profile for fourteen months."""
        faded = When(confirmed_at__lt=begins_to_fade(on), then=Value(1))
        return self.annotate(faded=Case(faded, default=Value(0), output_field=models.IntegerField()))

    def for_lists(self) -> OrganisationQuerySet:
        return self.select_related("home").prefetch_related("labels", "regions")


class Organisation(models.Model):
    code = models.SlugField(max_length=80, unique=True)
    """Its address; it does not follow the name, so that links last."""
    name = models.CharField(max_length=200)
    text = models.TextField(max_length=3000)
    language = models.CharField(max_length=16)
    """The language of the text, and of letters to the organisation."""
    kind = models.CharField(max_length=20)
    home = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organisations_at_home")
    regions = models.ManyToManyField(Region, related_name="organisations")
    website = models.URLField(blank=True)
    contact_email = models.EmailField()
    """Never shown: letters are relayed to it."""
    state = models.CharField(max_length=12, choices=State.choices)
    sent_at = models.DateTimeField()
    """Since when it waits, or waited, for confirmation."""
    declined_because = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    archived_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    """When its administrators were last asked whether the profile still holds."""
    version = models.PositiveIntegerField(default=1)
    """Grows with every edit, so that of two people who edit at once the second is told."""

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["state", "name", "id"], name="organisations_by_name")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="organisation_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="confirmed_organisation_has_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_said(self) -> str:
        return name_of("kinds", self.kind)

    @property
    def is_listed(self) -> bool:
        return self.state == State.CONFIRMED

    @property
    def is_reachable(self) -> bool:
        """May somebody who is no member write to it? Asks the database whether a moderator has hidden it."""
        return self.is_listed and not is_hidden(self)

    def is_due(self, on: date) -> bool:
        """Is it time to say that the profile still holds?"""
        return self._last_confirmed_before(months_before(on, MONTHS_TO_REMIND))

    def is_faded(self, on: date) -> bool:
        return self._last_confirmed_before(months_before(on, MONTHS_TO_FADE))

    def _last_confirmed_before(self, moment: datetime) -> bool:
        return self.is_listed and self.confirmed_at is not None and self.confirmed_at < moment

    def codes(self, facet: Facet) -> list[str]:
        """The codes of one facet; reads the labels that were fetched with the organisation."""
        return [label.code for label in self.labels.all() if label.facet == facet]

    @property
    def themes_said(self) -> list[str]:
        return [label.said for label in self.labels.all() if label.facet == Facet.THEME]

    @property
    def language_of_text(self) -> str:
        """The language to mark the text with, where it is another than the page's."""
        return "" if self.language == get_language() else self.language


class Label(models.Model):
    facet = models.CharField(max_length=20, choices=Facet.choices)
    code = models.CharField(max_length=40)

    class Meta:
        abstract = True

    @property
    def said(self) -> str:
        return name_of(self.facet, self.code)


class OrganisationLabel(Label):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="labels")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["facet", "code", "organisation"], name="organisations_by_label")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "facet", "code"], name="organisation_label_once")
        ]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(until=None)


class Membership(models.Model):
    """A person acts for an organisation from one day to another. Every organisation has an administrator."""

    class Role(models.TextChoices):
        ADMIN = "admin", pgettext_lazy("organisation", "administrator of the organisation")
        MEMBER = "member", pgettext_lazy("organisation", "member")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices)
    since = models.DateField()
    until = models.DateField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["role", "person__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(until=None), name="one_current_membership"
            ),
            models.CheckConstraint(condition=Q(role__in=["admin", "member"]), name="membership_role_is_known"),
            models.CheckConstraint(condition=Q(until=None) | Q(since__lte=F("until")), name="membership_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.organisation}"

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN and self.until is None


class Invitation(models.Model):
    """Somebody at this address may become a member; whether she has an account is not told to who invites."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField()

    class Meta:
        ordering = ["-invited_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "email"], name="one_invitation_per_address")]

    def __str__(self) -> str:
        return str(self.organisation)


class Word(models.Model):
    """A word of profiles; ``size`` is its number of trigrams."""

    text = models.CharField(max_length=60, unique=True)
    size = models.PositiveSmallIntegerField()
    organisations = models.ManyToManyField(Organisation, related_name="words")

    def __str__(self) -> str:
        return self.text


class WordKey(models.Model):
    """A stem or a trigram of a word: what it is found by."""

    word = models.ForeignKey(Word, on_delete=models.CASCADE, related_name="keys")
    is_stem = models.BooleanField()
    text = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["is_stem", "text", "word"], name="words_by_key")]
        constraints = [models.UniqueConstraint(fields=["word", "is_stem", "text"], name="key_once_in_word")]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def open(self, on: date) -> NoticeQuerySet:
        """What still holds on this day, of organisations that everybody sees; nothing that a moderator has hidden."""
        held = self.filter(closed_at=None, valid_to__gte=on, organisation__state=State.CONFIRMED)
        return unhidden(held).filter(~hidden_now(Organisation, "organisation"))

    def for_lists(self) -> NoticeQuerySet:
        return self.select_related("organisation").prefetch_related("labels", "regions")


class Notice(models.Model):
    """A need or an offer of an organisation, up to a last day."""

    class Kind(models.TextChoices):
        NEED = "need", pgettext_lazy("notice", "need")
        OFFER = "offer", pgettext_lazy("notice", "offer")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="notices")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=3000)
    language = models.CharField(max_length=16)
    regions = models.ManyToManyField(Region, related_name="notices")
    valid_to = models.DateField()
    written_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    hidden: bool
    """By a moderator; told of notices that `visible_notices` gives."""

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=["need", "offer"]), name="notice_kind_is_known")]

    def __str__(self) -> str:
        return self.title

    @property
    def other_kind(self) -> str:
        return self.Kind.OFFER if self.kind == self.Kind.NEED else self.Kind.NEED

    def is_open(self, on: date) -> bool:
        return self.closed_at is None and self.valid_to >= on and self.organisation.is_listed

    def codes(self, facet: Facet) -> list[str]:
        return [label.code for label in self.labels.all() if label.facet == facet]

    @property
    def themes_said(self) -> list[str]:
        return [label.said for label in self.labels.all() if label.facet == Facet.THEME]

    @property
    def language_of_text(self) -> str:
        return "" if self.language == get_language() else self.language


class NoticeLabel(Label):
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="labels")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["facet", "code"], name="notices_by_label")]
        constraints = [models.UniqueConstraint(fields=["notice", "facet", "code"], name="notice_label_once")]


class Contact(models.Model):
    """A person wrote to an organisation. The words went by letter and are not kept; the subject titles the answer."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contacts")
    subject = models.CharField(max_length=120)
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.subject


class RelayedLetter(models.Model):
    """That a letter was relayed, to count them; its words locked, so that its receiver can report it."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="letters")
    by_organisation = models.BooleanField()
    at = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    """The key is in the letter alone. Forgotten when the links in the letter have run out."""


def begins_to_fade(on: date) -> datetime:
    """The moment before which a profile was last confirmed that has faded by this day."""
    return months_before(on, MONTHS_TO_FADE)
