"""Items, their editions in each language, every saved version, and the publications that say what is shown from when.

What is in no column cannot be wrong: that an edition is scheduled, published or older than its original follows from
its publications and the moment somebody asks.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils.translation import pgettext_lazy

from barometer.texts import direction_of
from kumppani.network.models import Label, Word
from kumppani.publishing.tongues import LANGUAGES, NAMES, base_of, is_plain
from kumppani.regions.models import Region


class Kind(models.TextChoices):
    """The value stands in addresses."""

    NEWS = "news", pgettext_lazy("text", "news")
    PRACTICE = "practices", pgettext_lazy("text", "good practice")
    PAGE = "pages", pgettext_lazy("text", "page")
    COLUMN = "columns", pgettext_lazy("text", "column")


class State(models.TextChoices):
    """How far the newest version has come. What readers see is a matter of publications alone."""

    DRAFT = "draft", pgettext_lazy("text", "draft")
    REVIEW = "review", pgettext_lazy("text", "in review")
    APPROVED = "approved", pgettext_lazy("text", "approved")


class Item(models.Model):
    kind = models.CharField(max_length=12, choices=Kind.choices)
    slug = models.SlugField(max_length=80, unique=True)
    """Its address in every language; it does not follow the title, so that links last."""
    original = models.CharField(max_length=12)
    """The language it is written in; the other editions follow that one."""
    home = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    """Whose coordinators publish it."""
    regions = models.ManyToManyField(Region, related_name="texts")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    """Of a good practice: country and town."""
    started_on = models.DateField(null=True)
    """Of a good practice: since when it is done."""
    review_on = models.DateField(null=True)
    """Of a good practice: when its owner is asked whether it still holds."""
    asked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="text_kind_is_known"),
            models.CheckConstraint(condition=Q(original__in=LANGUAGES), name="text_original_is_known"),
        ]

    def __str__(self) -> str:
        return self.slug

    def codes(self, facet: str) -> list[str]:
        """The codes of one facet; reads the labels that were fetched with the item."""
        return [label.code for label in self.labels.all() if label.facet == facet]

    @property
    def is_practice(self) -> bool:
        return self.kind == Kind.PRACTICE


class ItemLabel(Label):
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="labels")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["facet", "code", "item"], name="texts_by_label")]
        constraints = [models.UniqueConstraint(fields=["item", "facet", "code"], name="text_label_once")]


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self, at: datetime) -> EditionQuerySet:
        """Those whose time has come: neither withdrawn nor over."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), Exists(_begun(at)))

    def with_shown(self, at: datetime) -> EditionQuerySet:
        """Add ``shown`` (the key of the version readers see), ``title``, ``lead``, ``first_at`` and ``changed_at``."""
        newest = _begun(at).order_by("-at", "-pk")
        ever = Publication.objects.filter(edition=OuterRef("pk"), at__lte=at).order_by("at", "pk")
        return self.annotate(
            shown=Subquery(newest.values("version")[:1]),
            title=Subquery(newest.values("version__title")[:1]),
            lead=Subquery(newest.values("version__lead")[:1]),
            meaning=Subquery(newest.values("version__meaning")[:1]),
            changed_at=Subquery(newest.values("at")[:1]),
            first_at=Subquery(ever.values("at")[:1]),
        )

    def for_lists(self) -> EditionQuerySet:
        return self.select_related("item").prefetch_related("item__labels", "item__regions")


def _begun(at: datetime) -> models.QuerySet[Publication]:
    """Of an edition in the outer question: what has begun at this moment, and since it was withdrawn last."""
    since = Q(edition__withdrawn_at=None) | Q(at__gt=F("edition__withdrawn_at"))
    return Publication.objects.filter(since, edition=OuterRef("pk"), at__lte=at)


class Edition(models.Model):
    """An item in one language."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    newest = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="+")
    """Null only while the first version is being written."""
    handed_back_because = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    """When it was withdrawn last: what was published until then is not shown again."""
    expires_at = models.DateTimeField(null=True)

    title: str
    lead: str
    shown: int
    meaning: int
    first_at: datetime
    changed_at: datetime
    """These six are told of editions that were asked for ``with_shown``."""

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "language"], name="one_edition_per_language"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="edition_language_is_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="edition_state_is_known"),
        ]

    def __str__(self) -> str:
        """For the history, which tells of a text by its newest title."""
        return self.newest.title if self.newest else self.item.slug

    @property
    def is_original(self) -> bool:
        return self.language == self.item.original

    @property
    def is_plain(self) -> bool:
        return is_plain(self.language)

    @property
    def base(self) -> str:
        """For the attribute ``lang``."""
        return base_of(self.language)

    @property
    def direction(self) -> str:
        return direction_of(self.base)

    @property
    def language_said(self) -> str:
        return str(NAMES[self.language])


class PublishedManager(models.Manager["PublishedEdition"]):
    def get_queryset(self) -> models.QuerySet[PublishedEdition]:
        """With the title that readers see now, by the database's own clock."""
        begun = Publication.objects.filter(edition=OuterRef("pk"), at__lte=Now()).order_by("-at", "-pk")
        titled = Coalesce(Subquery(begun.values("version__title")[:1]), models.Value(""))
        return super().get_queryset().select_related("item").annotate(title_now=titled)


class PublishedEdition(Edition):
    """An edition as what is new tells of it: under the title readers see, never that of a draft."""

    objects = PublishedManager()  # type: ignore[assignment,misc]  # it gives rows of this class

    class Meta:
        proxy = True
        default_manager_name = "objects"

    def __str__(self) -> str:
        return str(getattr(self, "title_now", ""))


class Version(models.Model):
    """What was saved once. Never changed; the words are those that a published version is found by."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    meaning = models.PositiveIntegerField()
    """Of an original it grows with every change but small ones; of a translation, that of the original it follows."""
    title = models.CharField(max_length=160)
    lead = models.TextField(max_length=500, blank=True)
    body = models.TextField(max_length=30_000, blank=True)
    parts = models.JSONField(default=dict)
    """Of a good practice: the parts of the European template."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    restored_from = models.PositiveIntegerField(null=True)
    words = models.ManyToManyField(Word, related_name="texts")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return self.title

    def everything_said(self) -> str:
        return "\n\n".join([self.title, self.lead, self.body, *map(str, self.parts.values())])


class Publication(models.Model):
    """From this moment on, readers of the edition see this version."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="publications")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="publications")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField()
    is_first = models.BooleanField()
    told_at = models.DateTimeField(null=True)
    """When followers were told of it; only a first one is told."""

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["edition", "-at", "-id"], name="publications_of_edition")]
        constraints = [
            models.UniqueConstraint(fields=["edition"], condition=Q(is_first=True), name="one_first_publication"),
            models.CheckConstraint(condition=Q(at__gte=F("approved_at")), name="published_after_approval"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.at:%Y-%m-%d %H:%M}"
