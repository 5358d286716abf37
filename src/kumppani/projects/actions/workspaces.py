"""Found a workspace, change it, put it away, delete it, bring it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.files.storing import forget_file
from kumppani.history.recording import record
from kumppani.network.models import Facet, Organisation
from kumppani.network.permissions import may_act_for
from kumppani.projects.actions.recording import told
from kumppani.projects.faults import EditedMeanwhile, NotNow
from kumppani.projects.followed import BEGUN, NEW_WORKSPACE, tell_of_workspace
from kumppani.projects.models import Attachment, Participant, Role, Stage, Workspace, WorkspaceLabel
from kumppani.projects.permissions import may_coordinate, may_found, may_work
from kumppani.projects.plans import Plan

DAYS_TO_BRING_BACK = 30
PLAIN = ("name", "summary", "goal", "language", "is_open", "free_to_join")


@transaction.atomic
def found_workspace(*, plan: Plan, by: Person, at: datetime) -> Workspace:
    """Anybody who has signed in may; she becomes its coordinator."""
    require(may_found(by))
    workspace = Workspace.objects.create(founded_at=at, **_plain(plan))
    _write_lists(workspace, plan)
    Participant.objects.create(workspace=workspace, person=by, role=Role.COORDINATOR, since=timezone.localdate(at))
    told(gettext_noop("workspace founded"), workspace=workspace, by=by, at=at)
    record(gettext_noop("workspace founded"), about=workspace, by=by, at=at)
    tell_of_workspace(NEW_WORKSPACE, workspace, by=by, at=at)
    return workspace


@transaction.atomic
def edit_workspace(*, workspace: Workspace, plan: Plan, version: int, by: Person, at: datetime) -> None:
    """Save unless somebody saved another after ``version``; then nothing is written."""
    require(may_coordinate(by, workspace))
    workspace = _changing(workspace)
    if workspace.version != version:
        raise EditedMeanwhile(
            _("Somebody else has saved this meanwhile. Nothing you wrote is lost: see below."), workspace
        )
    was_open = workspace.is_open
    for name, value in _plain(plan).items():
        setattr(workspace, name, value)
    workspace.version += 1
    workspace.save()
    _write_lists(workspace, plan)
    told(gettext_noop("workspace edited"), workspace=workspace, by=by, at=at)
    if not was_open:
        tell_of_workspace(NEW_WORKSPACE, workspace, by=by, at=at)


@transaction.atomic
def start_work(*, workspace: Workspace, by: Person, at: datetime) -> None:
    require(may_coordinate(by, workspace))
    workspace = locked(workspace)
    if workspace.stage != Stage.PREPARING:
        raise NotNow(_("The work has begun already."))
    _set_stage(workspace, Stage.ACTIVE, None)
    told(gettext_noop("work begun"), workspace=workspace, by=by, at=at)
    tell_of_workspace(BEGUN, workspace, by=by, at=at)


@transaction.atomic
def archive_workspace(*, workspace: Workspace, by: Person, at: datetime) -> None:
    """It can be read and not changed any more, until it is taken out again."""
    require(may_coordinate(by, workspace))
    workspace = locked(workspace)
    if workspace.stage == Stage.ARCHIVED:
        raise NotNow(_("It is in the archive already."))
    _set_stage(workspace, Stage.ARCHIVED, at)
    told(gettext_noop("workspace archived"), workspace=workspace, by=by, at=at)
    record(gettext_noop("workspace archived"), about=workspace, by=by, at=at)


@transaction.atomic
def take_out_of_archive(*, workspace: Workspace, by: Person, at: datetime) -> None:
    require(may_coordinate(by, workspace))
    workspace = locked(workspace)
    if workspace.stage != Stage.ARCHIVED or workspace.ends_on is not None:
        raise NotNow(_("It is not in the archive."))
    _set_stage(workspace, Stage.ACTIVE, None)
    told(gettext_noop("workspace taken out of the archive"), workspace=workspace, by=by, at=at)


@transaction.atomic
def delete_workspace(*, workspace: Workspace, by: Person, at: datetime) -> date:
    """Hide it from everybody but its coordinators, who can bring it back until the day that is given."""
    require(may_coordinate(by, workspace))
    workspace = locked(workspace)
    if workspace.ends_on is not None:
        raise NotNow(_("It is deleted already."))
    workspace.ends_on = timezone.localdate(at) + timedelta(days=DAYS_TO_BRING_BACK)
    workspace.save(update_fields=["ends_on"])
    told(gettext_noop("workspace deleted"), workspace=workspace, by=by, at=at)
    record(gettext_noop("workspace deleted"), about=workspace, by=by, at=at)
    return workspace.ends_on


@transaction.atomic
def bring_back(*, workspace: Workspace, by: Person, at: datetime) -> None:
    require(may_coordinate(by, workspace))
    workspace = locked(workspace)
    if workspace.ends_on is None:
        raise NotNow(_("It is not deleted."))
    workspace.ends_on = None
    workspace.save(update_fields=["ends_on"])
    told(gettext_noop("workspace brought back"), workspace=workspace, by=by, at=at)
    record(gettext_noop("workspace brought back"), about=workspace, by=by, at=at)


def end_deleted_workspaces(*, at: datetime) -> int:
    """Take away for good what nobody has brought back in time, one workspace in each transaction."""
    over = Workspace.objects.filter(ends_on__lt=timezone.localdate(at)).values_list("pk", flat=True)
    return sum(_end(pk, at) for pk in list(over))


@transaction.atomic
def _end(pk: int, at: datetime) -> int:
    workspace = Workspace.objects.select_for_update().filter(pk=pk).first()
    if workspace is None or not workspace.is_over(timezone.localdate(at)):
        return 0
    for attachment in [
        *Attachment.objects.filter(task__workspace=workspace).select_related("file"),
        *Attachment.objects.filter(topic__workspace=workspace).select_related("file"),
    ]:
        attachment.delete()
        forget_file(attachment.file)
    record(gettext_noop("workspace gone"), about=workspace, by=None, at=at)
    workspace.delete()
    return 1


@transaction.atomic
def bring_organisation(*, workspace: Workspace, organisation: Organisation, by: Person, at: datetime) -> None:
    """Let an organisation take part; only who acts for it may."""
    require(may_work(by, workspace))
    require(may_act_for(by, organisation))
    if not organisation.is_listed:
        raise NotNow(_("The organisation is not confirmed yet."))
    workspace.organisations.add(organisation)
    told(gettext_noop("organisation takes part"), workspace=workspace, by=by, at=at, about=organisation.name)


@transaction.atomic
def take_organisation_out(*, workspace: Workspace, organisation: Organisation, by: Person, at: datetime) -> None:
    """By who acts for it, or by a coordinator of the workspace. Its tasks stay, and belong to nobody."""
    require(may_work(by, workspace))
    require(may_coordinate(by, workspace) or may_act_for(by, organisation))
    workspace.organisations.remove(organisation)
    workspace.tasks.filter(organisation=organisation).update(organisation=None)
    told(gettext_noop("organisation takes part no more"), workspace=workspace, by=by, at=at, about=organisation.name)


def _plain(plan: Plan) -> dict[str, object]:
    plain = {name: getattr(plan, name) for name in PLAIN}
    return {**plain, "free_to_join": plan.free_to_join and plan.is_open}


def _write_lists(workspace: Workspace, plan: Plan) -> None:
    workspace.regions.set(plan.regions)
    workspace.labels.all().delete()
    WorkspaceLabel.objects.bulk_create(
        WorkspaceLabel(workspace=workspace, facet=Facet.THEME, code=code) for code in plan.themes
    )


def _set_stage(workspace: Workspace, stage: Stage, archived_at: datetime | None) -> None:
    workspace.stage, workspace.archived_at = stage, archived_at
    workspace.save(update_fields=["stage", "archived_at"])


def locked(workspace: Workspace) -> Workspace:
    return Workspace.objects.select_for_update().get(pk=workspace.pk)


def _changing(workspace: Workspace) -> Workspace:
    workspace = locked(workspace)
    if not workspace.can_change:
        raise NotNow(_("The workspace is in the archive. It can be read and not changed."))
    return workspace
