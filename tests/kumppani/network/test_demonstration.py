from __future__ import annotations

import time

import pytest
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.mailing.models import Letter
from kumppani.moderation.models import Case
from kumppani.network.demonstration import MEMBER, load_demonstration_network
from kumppani.network.demonstration_reports import load_demonstration_reports
from kumppani.network.finding import directory
from kumppani.network.models import Notice, Organisation
from kumppani.network.queries import Wanted, coverage, matches_for
from kumppani.regions.models import Region

pytestmark = pytest.mark.django_db
INVENTED = ("(keksitty)", "(påhittad)", "(invented)")


def test_the_network_of_the_demonstration_is_invented_whole_and_written_once(coordinator: Person):
    began = time.monotonic()
    load_demonstration_network(coordinator=coordinator, at=timezone.now())
    took = time.monotonic() - began
    load_demonstration_network(coordinator=coordinator, at=timezone.now())

    assert Organisation.objects.count() == 40
    assert all(organisation.name.endswith(INVENTED) for organisation in Organisation.objects.all())
    assert set(Organisation.objects.values_list("regions", flat=True)) == set(
        Region.objects.values_list("pk", flat=True)
    )
    assert took < 5  # about half a second where nothing else runs


def test_everything_can_be_tried_in_it(coordinator: Person):
    load_demonstration_network(coordinator=coordinator, at=timezone.now())
    today = timezone.localdate()

    member = Person.objects.get(email=MEMBER)
    needs = Notice.objects.open(today).filter(kind="need").for_lists()
    organisations = Organisation.objects.all()
    assert member.memberships.count() == 3
    assert sum(bool(matches_for(need, on=today)) for need in needs) >= 8
    assert {organisation.is_faded(today) for organisation in organisations} == {True, False}
    assert organisations.filter(state="waiting").count() == 2
    assert coverage().gaps
    assert len(directory(Wanted(words="kotoutuminen"), on=today)) > 3
    assert len(directory(Wanted(words="kommun"), on=today)) >= 1


def test_something_was_reported_in_it_in_three_regions_and_one_decision_is_appealed(coordinator: Person):
    for _ in range(2):
        load_demonstration_network(coordinator=coordinator, at=timezone.now())
        load_demonstration_reports(coordinator=coordinator, at=timezone.now())
    today = timezone.localdate()

    cases = list(Case.objects.all())
    assert {case.region_id for case in cases} == {"uusimaa", "pohjanmaa", "pirkanmaa"}
    assert sorted((case.hidden, case.appeal_waits, case.is_overdue(today)) for case in cases) == [
        (False, False, False),
        (False, False, True),
        (True, True, False),
    ]
    assert not Letter.objects.exists()
