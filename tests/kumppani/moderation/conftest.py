"""A need of an organisation in Uusimaa, somebody who reports it, and those who decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.moderation import actions
from kumppani.moderation.models import Case, Report
from kumppani.network.models import Notice, Organisation
from kumppani.network.moderated import NOTICE
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import (  # noqa: F401 (fixtures)
    MakeNotice,
    MakeOrganisation,
    confirmed,
    coordinator,
    noticed,
    regional,
    waiting,
)

MakeReport = Callable[..., Report]
MakeRegional = Callable[[str], Person]
LATER = timedelta(hours=1)


def address(name: str, args: Sequence[object] = ()) -> str:
    """An address that tells the page's name and what it is about."""
    return f"https://site.example/{name}/{'/'.join(map(str, args))}"


@pytest.fixture
def organisation(confirmed: MakeOrganisation) -> Organisation:  # noqa: F811
    return confirmed(name="Invented association")


@pytest.fixture
def notice(organisation: Organisation, noticed: MakeNotice) -> Notice:  # noqa: F811
    return noticed(organisation, title="A need that hurts", text="Words that hurt.")


@pytest.fixture
def reported(notice: Notice, somebody: MakePerson) -> MakeReport:
    """Report the need, or another thing."""

    def make(thing: Any = None, *, by: Person | None = None, at: datetime | None = None, **said: Any) -> Report:
        usual = {"reason": "respect", "words": "It hurts.", "language": "en"}
        return actions.report(
            said.pop("kind", NOTICE),
            thing or notice,
            actions.Reported(**(usual | said)),
            by=by,
            address=address,
            at=at or timezone.now(),
        )

    return make


def decide(case: Case, by: Person, *, outcome: str = "hidden", at: datetime | None = None, **said: str) -> Case:
    usual = {"rule": "respect", "because": "It calls people names."}
    return actions.decide(case=case, outcome=outcome, by=by, address=address, at=at or timezone.now(), **(usual | said))


def appeal(case: Case, by: Person, *, at: datetime | None = None) -> Case:
    words = "It was meant well."
    return actions.appeal(case=case, words=words, by=by, address=address, at=at or timezone.now())


def decide_appeal(case: Case, by: Person, *, overturn: bool, at: datetime | None = None) -> Case:
    return actions.decide_appeal(
        case=case, overturn=overturn, because="Read again.", by=by, address=address, at=at or timezone.now()
    )
