"""Regions are leaves (18 mainland regions, Åland, and the whole country outside every tree); groupings join them.

Groupings do not nest in each other. A wave, a grant or a page names one area of one grouping, or a leaf.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from kumppani.languages.names import in_reader_language


class Region(models.Model):
    """A leaf. ``code`` is permanent and the one that questionnaires use."""

    class Kind(models.TextChoices):
        MAINLAND = "mainland"
        ALAND = "aland"
        NATIONWIDE = "nationwide"

    code = models.SlugField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    names = models.JSONField()
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="nationwide"), name="one_whole_country"),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.names)


class GroupingQuerySet(models.QuerySet["Grouping"]):
    def in_force(self, on: date) -> GroupingQuerySet:
        """Groupings that hold on this day; one without dates holds always."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on),
            Q(valid_to=None) | Q(valid_to__gte=on),
        )


class Grouping(models.Model):
    """A way of dividing the country that was or is in force; the nine joint areas carry no dates of their own."""

    code = models.SlugField(primary_key=True)
    names = models.JSONField()
    notes = models.JSONField(default=dict)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    objects = GroupingQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=models.F("valid_to")),
                name="grouping_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.names)


class Area(models.Model):
    """One part of a grouping: a set of leaves under a name."""

    grouping = models.ForeignKey(Grouping, on_delete=models.PROTECT, related_name="areas")
    code = models.SlugField()
    names = models.JSONField()
    order = models.PositiveSmallIntegerField()
    regions = models.ManyToManyField(Region, related_name="areas")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["grouping", "code"], name="area_code_once_in_grouping")]

    def __str__(self) -> str:
        return in_reader_language(self.names)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its regions; prefetch them for a list of areas."""
        return frozenset(region.pk for region in self.regions.all())
