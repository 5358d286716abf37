"""Every address of the site by every role, for the programme, the region concerned, and another region.

An address that stands in no table below fails: whoever adds a page says here who may open it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.translation import override

from kumppani.accounts.models import Grant, JoinRequest, Person
from kumppani.accounts.permissions import ADMIT, GRANT_ROLES, RESET_SECOND_FACTOR, SEE_HISTORY, Permission
from kumppani.accounts.roles import Role
from kumppani.events.urls import urlpatterns as events_patterns
from kumppani.following.urls import urlpatterns as following_patterns
from kumppani.moderation.urls import urlpatterns as moderation_patterns
from kumppani.network.urls import urlpatterns as network_patterns
from kumppani.projects.urls import urlpatterns as projects_patterns
from kumppani.publishing.urls import urlpatterns as publishing_patterns
from kumppani.regions.models import Region
from kumppani.results.models import Release
from kumppani.results.permissions import APPROVE, PUBLISH, REVIEW, TAKE_IN
from kumppani.surveys.models import State, Wave
from kumppani.surveys.permissions import EXPORT, HOLD_KEYS, RUN, SEE
from kumppani.website.permissions import LOOK_AFTER
from tests.kumppani.conftest import MakePerson
from tests.kumppani.results.conftest import _own_folder, files, taken_in  # noqa: F401 (fixtures)
from tests.kumppani.surveys.conftest import custodians, open_wave, who  # noqa: F401 (fixtures)

HERE, ELSEWHERE = "kainuu", "lappi"
SignedIn = Callable[[Person], Client]


@dataclass(frozen=True)
class Needs:
    """What an address asks for. ``here``: a grant for the region concerned is enough; ``somewhere``: for any region."""

    permission: Permission | None = None
    here: bool = False
    somewhere: bool = False
    posts: bool = False
    """Only a form is sent there; what it does is tested beside the deed."""


PUBLIC = {
    "health",
    "report-style",
    "sitemap",
    "home",
    "protection",
    "accessibility",
    "terms",
    "deeds",
    "what-we-keep",
    "demonstration",
    "demonstration-sign-in",
    "mailbox",
    "account_request_login_code",
    "account_login",
    "account_signup",
    "account_confirm_login_code",
    "account_logout",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "join",
    "confirm-joining",
    "results",
    "pinned-release",
    "ledger",
    "ledger-file",
    "everything",
    "release",
    "changes",
}
SIGNED_IN = Needs()
NEEDED = {
    "workplace": SIGNED_IN,
    "account": SIGNED_IN,
    "own-everything": SIGNED_IN,
    "leave": Needs(posts=True),
    "mfa_index": SIGNED_IN,
    # These ask for the code or the passkey once more, and answer with the way there.
    "mfa_reauthenticate": Needs(posts=True),
    "mfa_reauthenticate_webauthn": Needs(posts=True),
    "mfa_add_webauthn": Needs(posts=True),
    "mfa_remove_webauthn": Needs(posts=True),
    "mfa_activate_totp": Needs(posts=True),
    "mfa_deactivate_totp": Needs(posts=True),
    "mfa_view_recovery_codes": Needs(posts=True),
    "mfa_generate_recovery_codes": Needs(posts=True),
    "mfa_download_recovery_codes": Needs(posts=True),
    "second-factor-of": Needs(RESET_SECOND_FACTOR),
    "history": Needs(SEE_HISTORY),
    "history-table": Needs(SEE_HISTORY),
    "upkeep": Needs(LOOK_AFTER),
    "try-letter-again": Needs(LOOK_AFTER, posts=True),
    "start-work": Needs(LOOK_AFTER, posts=True),
    "idle-accounts": Needs(ADMIT, somewhere=True),
    "join-requests": Needs(ADMIT, somewhere=True),
    "join-request": Needs(ADMIT, here=True),
    "people": Needs(ADMIT, somewhere=True),
    "add-person": Needs(GRANT_ROLES),
    "person": Needs(ADMIT, here=True),
    "give-role": Needs(ADMIT, here=True, posts=True),
    "end-role": Needs(ADMIT, here=True, posts=True),
    "releases-in-review": Needs(REVIEW),
    "take-in-release": Needs(TAKE_IN),
    "review": Needs(REVIEW),
    "check-release-again": Needs(REVIEW, posts=True),
    "approve-release": Needs(APPROVE, posts=True),
    "publish-release": Needs(PUBLISH, posts=True),
    "release-archive": Needs(REVIEW),
    "release-file": Needs(REVIEW),
    "waves": Needs(SEE),
    "prepare-wave": Needs(RUN),
    "wave": Needs(SEE),
    "wave-forecast": Needs(SEE),
    "wave-rehearsal": Needs(EXPORT),
    "prove-rehearsal": Needs(HOLD_KEYS, posts=True),
    "extend-wave": Needs(RUN, posts=True),
    "seal-sheets": Needs(RUN, posts=True),
    "wave-bundle": Needs(EXPORT),
    "wave-do": Needs(RUN, posts=True),
}


def names(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name)


@pytest.fixture
def addresses(
    db: None,
    somebody: MakePerson,
    taken_in: Callable[..., Release],  # noqa: F811
    open_wave: Wave,  # noqa: F811
) -> Callable[[str], str]:
    """Give the address of every page, about things that are there and belong to the region."""
    region = Region.objects.get(code=HERE)
    release, concerned = taken_in(), somebody()
    concerned.region = region
    concerned.save()
    grant = Grant.objects.create(
        person=concerned, role=Role.COORDINATOR, scope_kind="region", region=region, valid_from=date(2026, 1, 1)
    )
    asked = JoinRequest.objects.create(
        name="Somebody",
        email="somebody@example.org",
        language="en",
        region=region,
        organisation="An invented association",
        state="waiting",
        made_at=timezone.now(),
    )
    arguments: dict[str, Sequence[object]] = {
        "try-letter-again": [1],
        "start-work": ["send_letters"],
        "join-request": [asked.pk],
        "person": [concerned.pk],
        "second-factor-of": [concerned.pk],
        "mfa_remove_webauthn": [1],
        "give-role": [concerned.pk],
        "end-role": [grant.pk],
        **dict.fromkeys(("review", "check-release-again", "approve-release", "publish-release"), (release.digest,)),
        "release-archive": [release.digest],
        "release-file": [release.digest, "release.json"],
        **dict.fromkeys((name for name in NEEDED if "wave" in name or "rehearsal" in name), (open_wave.code,)),
        "waves": [],
        "prepare-wave": [],
        "seal-sheets": [open_wave.code],
        "wave-do": [open_wave.code, "pause"],
    }

    def address(name: str) -> str:
        if name == "wave-forecast":
            Wave.objects.update(state=State.REHEARSED)  # once it is open there is nothing to forecast
        with override("en"):
            return reverse(name, args=arguments.get(name, []))

    return address


def test_every_address_says_who_may_open_it():
    """Some apps try theirs in their own `test_views.py`, with their things in every state."""
    elsewhere = {
        *names(network_patterns),
        *names(following_patterns),
        *names(moderation_patterns),
        *names(projects_patterns),
        *names(publishing_patterns),
        *names(events_patterns),
    }

    assert set(names(get_resolver().url_patterns)) - elsewhere == PUBLIC | NEEDED.keys()


@pytest.mark.parametrize("name", NEEDED)
def test_a_page_is_opened_by_those_who_may_and_by_nobody_else(
    name: str, addresses: Callable[[str], str], somebody: MakePerson, signed_in: SignedIn
):
    needs, address = NEEDED[name], addresses(name)
    wrong = []
    for told, person, may in people(needs, somebody):
        client = signed_in(person)
        if may and not needs.posts:
            status = client.get(address).status_code
            wrong += [(told, status)] if status in (302, 403, 404) else []
        if not may:
            answers = [client.post(address).status_code] + ([] if needs.posts else [client.get(address).status_code])
            wrong += [(told, answers)] if not set(answers) <= {403, 404, 405} or set(answers) == {405} else []

    assert wrong == []
    assert Client().get(address).status_code in ((302, 405) if needs.posts else (302,))


def people(needs: Needs, somebody: MakePerson) -> Iterator[tuple[str, Person, bool]]:
    """Everybody there can be, and whether she may."""
    yield "no role", somebody(), needs.permission is None
    for role in Role:
        holds = needs.permission is None or role in needs.permission.roles
        yield f"{role}", somebody(role), holds
        for code in (HERE, ELSEWHERE):
            person = somebody()
            Grant.objects.create(
                person=person,
                role=role,
                scope_kind="region",
                region=Region.objects.get(code=code),
                valid_from=date(2026, 1, 1),
            )
            reaches = needs.somewhere or (needs.here and code == HERE) or needs.permission is None
            yield f"{role} in {code}", person, holds and reaches
