"""What waits to be done, and for whom: the next step of waves, releases, organisations and requests, with a link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kumppani.accounts.idle import idle_seen_by
from kumppani.accounts.models import Person
from kumppani.accounts.permissions import ADMIT, Permission, holds, regions_with
from kumppani.accounts.queries import requests_seen_by
from kumppani.accounts.roles import Role
from kumppani.moderation.permissions import MODERATE
from kumppani.moderation.queries import queue_of
from kumppani.network.permissions import CONFIRM
from kumppani.network.queries import fading_organisations, organisations_to_confirm
from kumppani.projects.queries import workspaces_asked_for
from kumppani.publishing.permissions import PUBLISH as PUBLISH_TEXTS
from kumppani.publishing.queries import editions_to_review, practices_to_review, stale_editions
from kumppani.results.models import Release
from kumppani.results.models import State as ReleaseState
from kumppani.results.permissions import APPROVE, PUBLISH, may_approve
from kumppani.surveys.models import State, Wave
from kumppani.surveys.permissions import HOLD_KEYS, RELEASE, RUN
from kumppani.website.demonstration import Character, character_of
from kumppani.website.permissions import LOOK_AFTER
from kumppani.website.upkeep import letters_that_failed

Step = tuple[str | Promise, Permission]
ORGANISATIONS_NAMED = 3

WAVE_STEPS: dict[str, Step] = {
    State.REHEARSED: (_("Open the wave for respondents."), RUN),
    State.PAUSED: (_("The wave is paused: let it go on, or close it."), RUN),
    State.CLOSED: (_("Add the answers that came on paper, then cut off."), RUN),
    State.CUT_OFF: (_("Open the sealed answers with the custodians' keys."), HOLD_KEYS),
    State.OPENED: (_("Make the release from the opened answers and send it in."), RELEASE),
}
RELEASE_STEPS: dict[str, Step] = {
    ReleaseState.CHECKED: (_("Read what was checked, and approve the release."), APPROVE),
    ReleaseState.APPROVED: (_("Publish the approved release."), PUBLISH),
}


@dataclass(frozen=True)
class Waiting:
    """One next step, and the role it waits for."""

    about: str
    deed: str | Promise
    address: str
    role: Role
    mine: bool

    @property
    def as_whom(self) -> Character:
        """Who of the demonstration's people can do it."""
        return character_of(self.role)


def waiting_steps(person: Person, *, on: date, at: datetime | None = None) -> list[Waiting]:
    """Every next step there is, those that wait for this person first; ``at`` asks for letters that failed too."""
    steps = [
        *_of_requests(person, on),
        *_of_waves(person, on),
        *_of_releases(person, on),
        *_of_organisations(person, on),
        *_of_texts(person, on, at),
        *_of_reports(person, on),
        *_of_fading(person, on),
        *_of_idle(person, on),
        *_of_letters(person, on, at),
        *_of_workspaces(person),
    ]
    return sorted(steps, key=lambda step: not step.mine)


def _of_requests(person: Person, on: date) -> Iterator[Waiting]:
    """Those who ask to join are the business of nobody but those who may answer them."""
    count = requests_seen_by(person, on=on).count()
    if count:
        about = ngettext("%(count)d person asks to join", "%(count)d people ask to join", count) % {"count": count}
        yield Waiting(about, _("Read the requests and answer them."), reverse("join-requests"), _role(ADMIT), mine=True)


def _of_waves(person: Person, on: date) -> Iterator[Waiting]:
    held = {asked: bool(holds(person, asked, on=on)) for asked in (RUN, HOLD_KEYS, RELEASE)}
    sent_in = set(Release.objects.filter(state__in=RELEASE_STEPS).values_list("wave", flat=True))
    for wave in Wave.objects.defer("files", "questionnaire_plain").exclude(state=State.DESTROYED):
        step = None if wave.state == State.OPENED and wave.code in sent_in else _step_of(wave, on)
        if step is not None:
            deed, asked = step
            yield Waiting(str(wave), deed, reverse("wave", args=[wave.code]), _role(asked), held[asked])


def _step_of(wave: Wave, on: date) -> Step | None:
    """The next deed; none while there is only to wait for a day."""
    if wave.state == State.PREPARED:
        return (
            (_("Open the rehearsal answer, to show that the keys work."), HOLD_KEYS)
            if wave.rehearsal_proof
            else (_("Make the rehearsal, so that the custodians can try their keys."), RUN)
        )
    if wave.state == State.OPEN and wave.is_over(on):
        return _("The last day has passed. Close the wave."), RUN
    if wave.state == State.OPEN and settings.DEMONSTRATION:
        return _("Respondents answer now. Close the wave when you have tried that enough."), RUN
    if wave.state == State.RELEASED and on >= wave.destroy_on:
        return _("Destroy the sealed answers, as respondents were promised."), RUN
    return WAVE_STEPS.get(wave.state)


def _of_releases(person: Person, on: date) -> Iterator[Waiting]:
    may_publish = bool(holds(person, PUBLISH, on=on))
    for release in Release.objects.filter(state__in=RELEASE_STEPS).order_by("received_at"):
        deed, asked = RELEASE_STEPS[release.state]
        mine = may_publish if asked is PUBLISH else bool(may_approve(person, release, on=on))
        yield Waiting(str(release), deed, reverse("review", args=[release.digest]), _role(asked), mine)


def _of_organisations(person: Person, on: date) -> Iterator[Waiting]:
    """One line for all organisations that this person may confirm; nobody else is told of them."""
    organisations = list(organisations_to_confirm(person, on=on))
    if organisations:
        about = ", ".join(str(organisation) for organisation in organisations[:ORGANISATIONS_NAMED])
        address = reverse("organisations-to-confirm")
        yield Waiting(about, _("Confirm the organisations that wait, or decline."), address, Role.COORDINATOR, True)


def _of_texts(person: Person, on: date, at: datetime | None) -> Iterator[Waiting]:
    """Texts that wait for this person's reading, translations that are older than their original, old practices."""
    count = len(editions_to_review(person, on=on))
    if count:
        about = ngettext("%(count)d text in review", "%(count)d texts in review", count) % {"count": count}
        address = reverse("texts-in-hand") + "#waiting"
        yield Waiting(about, _("Read them and publish, or hand them back."), address, _role(PUBLISH_TEXTS), mine=True)
    stale = stale_editions(person, at=at, on=on).order_by().count() if at is not None else 0
    if stale:
        about = ngettext(
            "%(count)d translation is older than its original",
            "%(count)d translations are older than their originals",
            stale,
        ) % {"count": stale}
        yield Waiting(about, _("Bring them up to date."), reverse("texts-in-hand"), _role(PUBLISH_TEXTS), mine=True)
    due = practices_to_review(person, on=on).order_by().count()
    if due:
        about = ngettext(
            "%(count)d good practice is to be read again", "%(count)d good practices are to be read again", due
        ) % {"count": due}
        deed = _("Ask whether it is still done so.")
        yield Waiting(about, deed, reverse("texts-in-hand"), _role(PUBLISH_TEXTS), mine=True)


def _of_reports(person: Person, on: date) -> Iterator[Waiting]:
    """Reports and appeals of the regions where this person moderates; how many are overdue stands beside."""
    queue = list(queue_of(person, on=on))
    if not queue:
        return
    about = ngettext("%(count)d report or appeal", "%(count)d reports and appeals", len(queue)) % {"count": len(queue)}
    overdue = sum(case.is_overdue(on) for case in queue)
    deed = ngettext("Decide. %(count)d is overdue.", "Decide. %(count)d are overdue.", overdue) % {"count": overdue}
    yield Waiting(about, deed if overdue else _("Read and decide."), reverse("moderation-queue"), _role(MODERATE), True)


def _of_fading(person: Person, on: date) -> Iterator[Waiting]:
    """Profiles of her regions that nobody has confirmed for a year."""
    count = fading_organisations(person, on=on).order_by().count()
    if count:
        about = ngettext("%(count)d profile grows old", "%(count)d profiles grow old", count) % {"count": count}
        address = reverse("organisations-to-confirm") + "#fading"
        yield Waiting(about, _("Ask the organisations whether it still holds."), address, _role(CONFIRM), mine=True)


def _of_idle(person: Person, on: date) -> Iterator[Waiting]:
    """Accounts that nobody uses, among the people she lets join."""
    if regions_with(person, ADMIT, on=on) == frozenset():
        return
    count = idle_seen_by(person, on=on).order_by().count()
    if count:
        about = ngettext("%(count)d account is idle", "%(count)d accounts are idle", count) % {"count": count}
        deed = _("See who, and what has to be handed over.")
        yield Waiting(about, deed, reverse("idle-accounts"), _role(ADMIT), mine=True)


def _of_letters(person: Person, on: date, at: datetime | None) -> Iterator[Waiting]:
    """Letters that failed, for those who look after the site."""
    if at is None or not holds(person, LOOK_AFTER, on=on):
        return
    count = letters_that_failed(at=at).count()
    if count:
        about = ngettext("%(count)d letter did not leave", "%(count)d letters did not leave", count) % {"count": count}
        yield Waiting(about, _("See why, and try again."), reverse("upkeep"), _role(LOOK_AFTER), mine=True)


def _of_workspaces(person: Person) -> Iterator[Waiting]:
    """Those who ask to take part in a workspace wait for whoever coordinates it, and are told to nobody else."""
    for workspace in workspaces_asked_for(person):
        count = workspace.asking  # type: ignore[attr-defined]
        said = {"count": count, "workspace": workspace.name}
        about = ngettext(
            "%(workspace)s: %(count)d person asks to take part",
            "%(workspace)s: %(count)d people ask to take part",
            count,
        )
        address = reverse("workspace-people", args=[workspace.pk])
        yield Waiting(about % said, _("Let them in, or turn them down."), address, Role.COORDINATOR, mine=True)


def own_steps(person: Person) -> list[Waiting]:
    """What waits for somebody without a role in the programme."""
    return list(_of_workspaces(person))


def _role(asked: Permission) -> Role:
    return next(role for role in Role if role in asked.roles)
