"""Reading cases: the queue, the log, those who may decide, and the numbers that everybody may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import regions_with
from kumppani.moderation.models import Case, CaseQuerySet
from kumppani.moderation.permissions import MODERATE, may_decide, may_decide_appeal

FEW = 5
"""A number below this is published as "fewer than 5": in a small region one case is somebody."""


def visible_cases(person: Person, *, on: date) -> CaseQuerySet:
    """Those of the regions where this person moderates; those of the whole country belong to the programme."""
    regions = regions_with(person, MODERATE, on=on)
    cases = Case.objects.select_related("region")
    return cases if regions is None else cases.filter(region__in=regions)


def queue_of(person: Person, *, on: date) -> CaseQuerySet:
    """What waits, the longest overdue first."""
    return visible_cases(person, on=on).waiting().annotate(number_of_reports=Count("reports")).order_by("due_on", "pk")


def log_of(person: Person, *, on: date) -> CaseQuerySet:
    cases = visible_cases(person, on=on).decided().select_related("decided_by", "appeal_decided_by")
    return cases.order_by("-decided_at", "-pk")


def people_who_decide(case: Case, *, on: date) -> list[Person]:
    """Those whose turn it is: who moderate the region if anybody there may, else those of the programme."""
    asked = may_decide_appeal if case.appeal_waits else may_decide
    holding = Grant.objects.in_force(on).filter(role__in=MODERATE.roles, person__is_active=True)
    people = Person.objects.filter(pk__in=holding.values("person"))
    deciding = [person for person in people if asked(person, case, on=on)]
    near = [person for person in deciding if regions_with(person, MODERATE, on=on) is not None]
    return near or deciding


@dataclass(frozen=True)
class YearInNumbers:
    """What everybody may know of a year; None stands for fewer than five."""

    year: int
    reported: int | None
    hidden: int | None
    appealed: int | None
    overturned: int | None


def numbers_by_year() -> list[YearInNumbers]:
    """Cases by the year they were reported in, the newest first."""
    zone = timezone.get_default_timezone()
    counted = (
        Case.objects.order_by()
        .annotate(year=ExtractYear("reported_at", tzinfo=zone))
        .values("year")
        .annotate(
            reported=Count("pk"),
            hid=Count("pk", filter=Q(outcome__in=["hidden", "warned"])),
            appealed=Count("pk", filter=Q(appealed_at__isnull=False)),
            overturned_appeals=Count("pk", filter=Q(overturned=True)),
        )
        .order_by("-year")
    )
    return [
        YearInNumbers(
            row["year"],
            *(_unless_few(row[name]) for name in ("reported", "hid", "appealed", "overturned_appeals")),
        )
        for row in counted
    ]


def _unless_few(number: int) -> int | None:
    """Zero is few too: that nobody appealed would single out whoever did the year after."""
    return number if number >= FEW else None
