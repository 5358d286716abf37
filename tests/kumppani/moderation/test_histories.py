"""Whatever people try and in whatever order: nobody decides on her own, nor twice, and what is hidden has a reason."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import NotPermitted
from kumppani.moderation import actions
from kumppani.moderation.faults import NotNow
from kumppani.moderation.gate import is_hidden
from kumppani.moderation.models import Case, Outcome
from kumppani.network.actions.notices import write_notice
from kumppani.network.actions.organisations import found_organisation
from kumppani.network.models import Organisation, State
from kumppani.network.moderated import NOTICE
from kumppani.regions.models import Region
from tests.kumppani.moderation.conftest import address, appeal, decide, decide_appeal
from tests.kumppani.network.conftest import profile, wording

WHO = ("author", "one", "other", "programme", "elsewhere")
DEEDS = ("report", "leave", "hide", "appeal", "uphold", "overturn", "show", "wait")
Try = st.tuples(st.sampled_from(DEEDS), st.sampled_from(WHO), st.integers(min_value=0, max_value=20))


def person_with(name: str, region: str | None) -> Person:
    person = Person.objects.create_person(email=f"{name}@example.org", name=name, language="en")
    place = Region.objects.get(code=region) if region else None
    scope = Grant.Scope.REGION if place else Grant.Scope.PROGRAMME
    Grant.objects.create(person=person, role="coordinator", scope_kind=scope, region=place, valid_from=date(2026, 1, 1))
    return person


class WhateverIsTried(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(Try, min_size=1, max_size=14))
    def test_no_order_of_deeds_breaks_a_rule(self, tries: list[tuple[str, str, int]]) -> None:
        places = {"author": "uusimaa", "one": "uusimaa", "other": "uusimaa", "elsewhere": "lappi"}
        people = {name: person_with(name, places.get(name)) for name in WHO}
        at = timezone.now()
        organisation = found_organisation(profile=profile(), by=people["author"], at=at)
        Organisation.objects.update(state=State.CONFIRMED, confirmed_at=at)
        notice = write_notice(organisation=organisation, kind="need", wording=wording(), by=people["author"], at=at)
        said = actions.Reported(reason="respect", words="", language="en")

        for deed, name, days in tries:
            person, at = people[name], at + timedelta(days=days if deed == "wait" else 0)
            case = Case.objects.order_by("-pk").first()
            try:
                if deed == "report":
                    actions.report(NOTICE, notice, said, by=None, address=address, at=at)
                elif case is None or deed == "wait":
                    continue
                elif deed in ("leave", "hide"):
                    decide(case, person, outcome=Outcome.LEFT if deed == "leave" else Outcome.HIDDEN, at=at)
                elif deed == "appeal":
                    appeal(case, person, at=at)
                elif deed == "show":
                    actions.show_again(case=case, because="?", by=person, address=address, at=at)
                else:
                    decide_appeal(case, person, overturn=deed == "overturn", at=at)
            except (NotNow, NotPermitted):
                continue
            assert name != "elsewhere" or deed == "report"

        cases = list(Case.objects.all())
        may = {people[name].pk for name in ("one", "other", "programme")}
        assert {case.decided_by_id for case in cases if case.is_decided} <= may
        assert not [
            case for case in cases if case.appeal_decided_by_id and case.appeal_decided_by_id == case.decided_by_id
        ]
        assert {case.appealed_by_id for case in cases if case.appealed_at} <= {people["author"].pk}
        assert sum(not case.is_decided for case in cases) <= 1
        for case in cases:
            assert case.hidden == (case.was_hidden and not case.overturned and case.shown_again_at is None)
            if case.appealed_at:
                assert case.last_day_to_appeal is not None
                assert timezone.localdate(case.appealed_at) <= case.last_day_to_appeal
        assert is_hidden(notice) == any(case.hidden for case in cases)
