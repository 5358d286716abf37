"""Who takes part: invited, asking, leaving, handing over. There is always a coordinator left, or one to be found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted, require
from kumppani.history.recording import record
from kumppani.mailing.sending import write_letter
from kumppani.projects.actions.recording import letter, told
from kumppani.projects.actions.sharing import end_links_of
from kumppani.projects.actions.workspaces import locked
from kumppani.projects.faults import NotNow
from kumppani.projects.models import Assignment, JoinWish, Participant, Role, Workspace, WorkspaceInvitation
from kumppani.projects.permissions import may_coordinate, may_read, may_take_over
from kumppani.projects.queries import visible_workspaces

MOST_INVITATIONS = 20
"""That wait at a time: a workspace is no way to write to many strangers."""


@transaction.atomic
def invite(
    *, workspace: Workspace, email: str, role: str, page: str, join_page: str, by: Person, at: datetime
) -> WorkspaceInvitation:
    """Write to an address. The letter tells where to ask for an account; nobody learns whether there was one."""
    workspace = locked(workspace)
    require(may_coordinate(by, workspace))
    _require_change(workspace)
    email = email.lower()
    if workspace.participants.current().filter(person__email=email).exists():
        raise NotNow(_("She or he takes part already."))
    if workspace.invitations.filter(email=email).exists():
        raise NotNow(_("This address has been invited already."))
    if workspace.invitations.count() >= MOST_INVITATIONS:
        raise NotNow(_("Too many invitations wait for an answer. Withdraw one first."))
    invitation = WorkspaceInvitation.objects.create(
        workspace=workspace, email=email, role=role, invited_by=by, invited_at=at
    )
    known = Person.objects.filter(email=email, is_active=True).first()
    language = known.language if known else get_language() or workspace.language
    with override(language):
        subject = _("You are invited to a workspace: %(workspace)s") % {"workspace": workspace.name}
        said = {"person": by.name, "workspace": workspace.name, "page": page, "join": join_page}
        body = (
            _(
                "%(person)s invites you to take part in the workspace %(workspace)s.\n\n"
                "Sign in with this e-mail address and accept or decline:\n%(page)s\n\n"
                "If you have no account yet, ask for one with this address first. The invitation waits for you.\n"
                "%(join)s"
            )
            % said
        )
    write_letter(to=email, subject=subject, body=body + "\n", language=language, at=at)
    told(gettext_noop("somebody invited"), workspace=workspace, by=by, at=at)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: WorkspaceInvitation, by: Person, at: datetime) -> None:
    require(may_coordinate(by, invitation.workspace))
    told(gettext_noop("invitation withdrawn"), workspace=invitation.workspace, by=by, at=at)
    invitation.delete()


@transaction.atomic
def accept_invitation(*, invitation: WorkspaceInvitation, by: Person, at: datetime) -> Participant:
    """Take part. Only who reads the letters to that address may."""
    _require_addressee(invitation, by)
    workspace = locked(invitation.workspace)
    _require_change(workspace)
    participant = _let_in(workspace, by, invitation.role, at)
    told(gettext_noop("invitation accepted"), workspace=workspace, by=by, at=at)
    invitation.delete()
    return participant


@transaction.atomic
def decline_invitation(*, invitation: WorkspaceInvitation, by: Person, at: datetime) -> None:
    _require_addressee(invitation, by)
    told(gettext_noop("invitation declined"), workspace=invitation.workspace, by=None, at=at)
    invitation.delete()


@transaction.atomic
def ask_to_take_part(*, workspace: Workspace, words: str, by: Person, at: datetime) -> Participant | None:
    """Of an open workspace: join it at once where that is free, else ask its coordinators."""
    require(may_read(by, workspace))
    workspace = locked(workspace)
    _require_change(workspace)
    if workspace.participants.current().filter(person=by).exists():
        raise NotNow(_("You take part already."))
    if workspace.free_to_join:
        told(gettext_noop("joined"), workspace=workspace, by=by, at=at)
        return _let_in(workspace, by, Role.MEMBER, at)
    if workspace.wishes.filter(person=by).exists():
        raise NotNow(_("You have asked already. The coordinator answers."))
    JoinWish.objects.create(workspace=workspace, person=by, words=words.strip(), made_at=at)
    for coordinator in _coordinators(workspace):
        with override(coordinator.language):
            subject = _("%(person)s asks to take part: %(workspace)s") % {
                "person": by.name,
                "workspace": workspace.name,
            }
            body = _("%(person)s asks to take part in the workspace %(workspace)s.\n\n%(words)s\n\nAnswer there.") % {
                "person": by.name,
                "workspace": workspace.name,
                "words": words.strip(),
            }
            letter(coordinator, subject, body, at)
    return None


@transaction.atomic
def let_in(*, wish: JoinWish, by: Person, at: datetime) -> Participant:
    workspace = locked(wish.workspace)
    require(may_coordinate(by, workspace))
    _require_change(workspace)
    found = JoinWish.objects.select_related("workspace", "person").filter(pk=wish.pk).first()
    if found is None:
        raise NotNow(_("Somebody has done this already."))
    wish = found
    participant = _let_in(workspace, wish.person, Role.MEMBER, at)
    told(gettext_noop("let in"), workspace=workspace, by=by, at=at, concerns=wish.person)
    _answer(wish, gettext_noop("You take part in %(workspace)s now."), gettext_noop("You take part now."), at)
    wish.delete()
    return participant


@transaction.atomic
def turn_down(*, wish: JoinWish, by: Person, at: datetime) -> None:
    require(may_coordinate(by, wish.workspace))
    told(gettext_noop("turned down"), workspace=wish.workspace, by=by, at=at, concerns=wish.person)
    unnamed = gettext_noop("You asked to take part in a workspace. You were not taken in this time.")
    _answer(wish, gettext_noop("You were not taken into %(workspace)s this time."), unnamed, at)
    wish.delete()


@transaction.atomic
def give_role(*, participant: Participant, role: str, by: Person, at: datetime) -> None:
    workspace = locked(participant.workspace)
    require(may_coordinate(by, workspace))
    _require_change(workspace)
    participant = _current(participant)
    if participant.coordinates and role != Role.COORDINATOR:
        _require_another(participant)
    participant.role = role
    participant.save(update_fields=["role"])
    what = {
        Role.COORDINATOR: gettext_noop("made coordinator"),
        Role.MEMBER: gettext_noop("made member"),
        Role.GUEST: gettext_noop("made guest"),
    }[Role(role)]
    told(what, workspace=participant.workspace, by=by, at=at, concerns=participant.person)


@transaction.atomic
def remove(*, participant: Participant, by: Person, at: datetime) -> None:
    require(may_coordinate(by, locked(participant.workspace)))
    participant = _current(participant)
    _require_another(participant)
    _end(participant, by, at)
    told(gettext_noop("removed"), workspace=participant.workspace, by=by, at=at, concerns=participant.person)


@transaction.atomic
def leave_workspace(*, workspace: Workspace, by: Person, at: datetime) -> None:
    """The last coordinator hands over first."""
    locked(workspace)
    participant = workspace.participants.current().filter(person=by).first()
    if participant is None:
        raise NotPermitted(_("Only those who take part may do this."))
    _require_another(participant)
    _end(participant, by, at)
    told(gettext_noop("left"), workspace=workspace, by=by, at=at)


@transaction.atomic
def hand_over(*, to: Participant, by: Person, at: datetime) -> None:
    """Make another member coordinator in one's own place."""
    workspace = locked(to.workspace)
    require(may_coordinate(by, workspace))
    other = _current(to)
    own = workspace.participants.current().get(person=by)
    if other == own or other.role == Role.GUEST:
        raise NotNow(_("Choose another member of the workspace."))
    Participant.objects.filter(pk=other.pk).update(role=Role.COORDINATOR)
    Participant.objects.filter(pk=own.pk).update(role=Role.MEMBER)
    told(gettext_noop("handed over"), workspace=workspace, by=by, at=at, concerns=other.person)


@transaction.atomic
def take_over(*, workspace: Workspace, by: Person, at: datetime) -> None:
    """Coordinate a workspace whose last coordinator's account is gone; the other members are told."""
    workspace = locked(workspace)
    require(may_take_over(by, workspace))
    workspace.participants.current().filter(person=by).update(role=Role.COORDINATOR)
    told(gettext_noop("taken over"), workspace=workspace, by=by, at=at)
    record(gettext_noop("workspace taken over"), about=workspace, by=by, at=at)
    others = workspace.participants.current().filter(person__is_active=True).exclude(person=by)
    for participant in others.exclude(role=Role.GUEST).select_related("person"):
        with override(participant.person.language):
            said = {"person": by.name, "workspace": workspace.name}
            subject = _("%(person)s coordinates %(workspace)s now") % said
            body = _("The last coordinator of %(workspace)s has left the site. %(person)s has taken it over.") % said
            letter(participant.person, subject, body, at)


def _let_in(workspace: Workspace, person: Person, role: str, at: datetime) -> Participant:
    workspace.wishes.filter(person=person).delete()
    there = workspace.participants.current().filter(person=person).first()
    since = timezone.localdate(at)
    return there or Participant.objects.create(workspace=workspace, person=person, role=role, since=since)


def _answer(wish: JoinWish, sentence: str, unnamed: str, at: datetime) -> None:
    """``unnamed`` is said where the workspace was closed or deleted meanwhile: its name may be another now."""
    knows = visible_workspaces(wish.person).filter(pk=wish.workspace_id).exists()
    with override(wish.person.language):
        said = _(sentence) % {"workspace": wish.workspace.name} if knows else _(unnamed)
        letter(wish.person, said, said, at)


def _coordinators(workspace: Workspace) -> list[Person]:
    found = workspace.participants.current().filter(role=Role.COORDINATOR, person__is_active=True)
    return [participant.person for participant in found.select_related("person")]


def _require_addressee(invitation: WorkspaceInvitation, person: Person) -> None:
    if invitation.email != person.email.lower():
        raise NotPermitted(_("This invitation was sent to another address."))


def _require_change(workspace: Workspace) -> None:
    if not workspace.can_change:
        raise NotNow(_("The workspace is in the archive. It can be read and not changed."))


def _current(participant: Participant) -> Participant:
    found = Participant.objects.current().select_related("person", "workspace").filter(pk=participant.pk).first()
    if found is None:
        raise NotNow(_("She or he takes part no more."))
    return found


def _require_another(participant: Participant) -> None:
    """Everybody who changes who takes part holds the workspace's row, so two cannot both be the last but one."""
    others = participant.workspace.participants.current().exclude(pk=participant.pk)
    if participant.coordinates and not others.filter(role=Role.COORDINATOR, person__is_active=True).exists():
        raise NotNow(_("The workspace would be left without a coordinator. Hand the role over first."))


def _end(participant: Participant, by: Person, at: datetime) -> None:
    """What was given to her is given to nobody and the links she made end; what she wrote stays."""
    participant.until = timezone.localdate(at)
    participant.save(update_fields=["until"])
    Assignment.objects.filter(person=participant.person, task__workspace=participant.workspace).delete()
    end_links_of(participant.person, participant.workspace, by=by, at=at)
