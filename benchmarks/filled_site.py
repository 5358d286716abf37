"""A site as full as the whole country could make it: organisations, people, workspaces, tasks, letters and history.

Everything is invented. Rows are written many at once, past the actions: this is no model of how to write one.
Import it when Django has been set up.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from benchmarks.search import fill as fill_directory
from kumppani.accounts.models import Grant, JoinRequest, Person
from kumppani.accounts.roles import Role
from kumppani.accounts.terms import VERSION
from kumppani.following.models import Follow, FollowLabel, Happening, HappeningLabel, Reading
from kumppani.history.models import Line
from kumppani.mailing.models import Letter
from kumppani.moderation.models import Case
from kumppani.network.codes import choices_of
from kumppani.network.models import Facet, Membership, Notice, NoticeLabel, Organisation
from kumppani.projects.models import (
    Assignment,
    Change,
    ChecklistItem,
    Comment,
    Participant,
    Task,
    TaskLabel,
    Topic,
    Workspace,
)
from kumppani.projects.models import Role as Part
from kumppani.regions.models import Region

PEOPLE = 2_000
TASKS_OF_A_WORKSPACE = 50
LARGEST_WORKSPACE = 2_000
NOTICES = 3_000
CASES = 300
LETTERS = 20_000
LINES = 100_000
HAPPENINGS = 20_000


def fill(*, organisations: int, tasks: int, words: Sequence[str], chance: random.Random) -> None:
    """Write everything. ``words`` are what names and texts are made of, the commonest first."""
    fill_directory(organisations, words, chance)
    now = timezone.now()
    people = _people(chance, now)
    _members(people, chance, now)
    _notices(words, chance, now)
    _workspaces(tasks, people, words, chance, now)
    _what_waits(words, chance, now)
    _what_happened(people, chance, now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _write(model: type[models.Model], rows: Iterable[Any]) -> list[Any]:
    with transaction.atomic():
        return list(model._default_manager.bulk_create(list(rows), batch_size=1000))


def _said(words: Sequence[str], number: int, chance: random.Random) -> str:
    return " ".join(words[int(len(words) ** chance.random()) - 1] for _ in range(number)).capitalize()


def _people(chance: random.Random, now: datetime) -> list[Person]:
    regions = list(Region.objects.all())
    people: list[Person] = _write(
        Person,
        (
            Person(
                email=f"person-{place}@example.org",
                name=f"Person {place}",
                language=chance.choice(("fi", "sv", "en", "ar")),
                region=chance.choice(regions),
                password="!",
                joined_at=now - timedelta(days=chance.randrange(900)),
                last_login=now - timedelta(days=chance.randrange(700)),
                terms_version=VERSION,
                terms_accepted_at=now,
            )
            for place in range(PEOPLE)
        ),
    )
    today = timezone.localdate(now) - timedelta(days=30)
    everywhere = [Role.ADMINISTRATOR, Role.COORDINATOR, Role.ANALYST, Role.APPROVER]
    grants = [
        Grant(person=person, role=role, valid_from=today) for person, role in zip(people, everywhere, strict=False)
    ]
    grants += [
        Grant(person=person, role=Role.COORDINATOR, scope_kind="region", region=region, valid_from=today)
        for person, region in zip(people[4:], regions * 2, strict=False)
    ]
    _write(Grant, grants)
    return people


def _members(people: Sequence[Person], chance: random.Random, now: datetime) -> None:
    since = timezone.localdate(now) - timedelta(days=100)
    rows = []
    for organisation in Organisation.objects.only("pk"):
        for place, person in enumerate(chance.sample(people, 3)):
            role = Membership.Role.MEMBER if place else Membership.Role.ADMIN
            rows.append(Membership(organisation=organisation, person=person, role=role, since=since))
    _write(Membership, rows)


def _notices(words: Sequence[str], chance: random.Random, now: datetime) -> None:
    organisations = list(Organisation.objects.only("pk", "language"))
    regions = list(Region.objects.all())
    facets = {facet: [code for code, _ in choices_of(facet)] for facet in Facet}
    made = _write(
        Notice,
        (
            Notice(
                kind=chance.choice(("need", "offer")),
                organisation=(of := chance.choice(organisations)),
                title=_said(words, 5, chance)[:120],
                text=_said(words, 60, chance)[:3000],
                language=of.language,
                valid_to=timezone.localdate(now) + timedelta(days=chance.randrange(1, 300)),
                written_at=now - timedelta(days=chance.randrange(300)),
            )
            for _ in range(NOTICES)
        ),
    )
    _write(
        NoticeLabel,
        (
            NoticeLabel(notice=notice, facet=facet, code=code)
            for notice in made
            for facet, codes in facets.items()
            for code in chance.sample(codes, 2)
        ),
    )
    through = Notice.regions.through
    _write(through, (through(notice=notice, region=region) for notice in made for region in chance.sample(regions, 2)))


def _workspaces(
    tasks: int, people: Sequence[Person], words: Sequence[str], chance: random.Random, now: datetime
) -> None:
    sizes = [min(LARGEST_WORKSPACE, tasks // 10)]
    sizes += [TASKS_OF_A_WORKSPACE] * ((tasks - sizes[0]) // TASKS_OF_A_WORKSPACE)
    today = timezone.localdate(now)
    made = _write(
        Workspace,
        (
            Workspace(
                name=f"{_said(words, 3, chance)[:100]} {place}",
                summary=_said(words, 12, chance)[:300],
                goal=_said(words, 40, chance)[:3000],
                language=chance.choice(("fi", "sv")),
                is_open=place % 2 == 0,
                stage=chance.choice(("preparing", "active", "active", "active")),
                founded_at=now - timedelta(days=chance.randrange(600)),
            )
            for place in range(len(sizes))
        ),
    )
    parts = {workspace.pk: chance.sample(people, 8) for workspace in made}
    roles = [Part.COORDINATOR, *[Part.MEMBER] * 6, Part.GUEST]
    _write(
        Participant,
        (
            Participant(workspace_id=key, person=person, role=role, since=today)
            for key, some in parts.items()
            for person, role in zip(some, roles, strict=True)
        ),
    )
    organisations = list(Organisation.objects.values_list("pk", flat=True))
    brought = Workspace.organisations.through
    _write(
        brought,
        (brought(workspace=one, organisation_id=key) for one in made for key in chance.sample(organisations, 3)),
    )
    written = _write(
        Task,
        (
            Task(
                workspace=workspace,
                title=_said(words, 6, chance)[:200],
                text=_said(words, 30, chance)[:5000],
                due_on=today + timedelta(days=chance.randrange(-60, 200)) if chance.random() < 0.7 else None,
                status=(status := chance.choice(("todo", "todo", "doing", "waiting", "done"))),
                ended_at=now if status == "done" else None,
                shared_with_guests=chance.random() < 0.1,
                made_by=parts[workspace.pk][0],
                made_at=now,
            )
            for workspace, size in zip(made, sizes, strict=True)
            for _ in range(size)
        ),
    )
    of = {task.pk: parts[task.workspace_id] for task in written}
    _write(Assignment, (Assignment(task=task, person=chance.choice(of[task.pk][:7])) for task in written))
    _write(TaskLabel, (TaskLabel(task=task, text=words[chance.randrange(40)][:40]) for task in written[::2]))
    _write(ChecklistItem, (ChecklistItem(task=task, text=_said(words, 4, chance)[:200]) for task in written[::2]))
    topics = _write(
        Topic,
        (
            Topic(
                workspace=one, title=_said(words, 5, chance)[:200], made_by=parts[one.pk][0], made_at=now, last_at=now
            )
            for one in made
            for _ in range(5)
        ),
    )
    said = [
        Comment(task=task, text=_said(words, 25, chance)[:5000], by=chance.choice(of[task.pk]), written_at=now)
        for task in written
    ]
    said += [
        Comment(topic=topic, text=_said(words, 40, chance)[:5000], by=topic.made_by, written_at=now)
        for topic in topics
        for _ in range(8)
    ]
    _write(Comment, said)
    _write(
        Change,
        (
            Change(workspace_id=task.workspace_id, task=task, what="task written", by=task.made_by, at=now)
            for task in written
            for _ in range(2)
        ),
    )


def _what_waits(words: Sequence[str], chance: random.Random, now: datetime) -> None:
    regions = list(Region.objects.all())
    notices = list(Notice.objects.only("pk", "title")[:CASES])
    _write(
        JoinRequest,
        (
            JoinRequest(
                name=f"Asker {place}",
                email=f"asker-{place}@example.org",
                language="fi",
                region=chance.choice(regions),
                organisation=_said(words, 2, chance)[:200],
                reason=_said(words, 20, chance),
                state=JoinRequest.State.WAITING,
                made_at=now,
            )
            for place in range(CASES)
        ),
    )
    _write(
        Case,
        (
            Case(
                kind="network.notice",
                number=notice.pk,
                title=notice.title,
                words=notice.title,
                language="fi",
                region=chance.choice(regions),
                reported_at=now,
                due_on=timezone.localdate(now) + timedelta(days=7),
            )
            for notice in notices
        ),
    )


def _what_happened(people: Sequence[Person], chance: random.Random, now: datetime) -> None:
    themes = [code for code, _ in choices_of(Facet.THEME)]
    regions = list(Region.objects.values_list("pk", flat=True))
    subjects = {
        kind: list(found.values_list("pk", flat=True))
        for kind, found in {
            "network.organisation": Organisation.objects.all(),
            "network.need": Notice.objects.filter(kind="need"),
            "network.offer": Notice.objects.filter(kind="offer"),
        }.items()
    }
    kinds = list(subjects)
    happened = _write(
        Happening,
        (
            Happening(
                kind=(kind := chance.choice(kinds)),
                subject=chance.choice(subjects[kind]),
                by=chance.choice(people),
                at=now - timedelta(minutes=chance.randrange(60 * 24 * 300)),
            )
            for _ in range(HAPPENINGS)
        ),
    )
    _write(
        HappeningLabel,
        (
            HappeningLabel(happening=one, facet=facet, code=code)
            for one in happened
            for facet, codes in (("themes", themes), ("regions", regions))
            for code in chance.sample(codes, 2)
        ),
    )
    follows = _write(
        Follow, (Follow(person=person, since=now - timedelta(days=90)) for person in people for _ in range(3))
    )
    _write(
        FollowLabel,
        (
            FollowLabel(follow=one, facet=facet, code=chance.choice(codes))
            for one in follows
            for facet, codes in (("themes", themes), ("regions", regions))
        ),
    )
    _write(Reading, (Reading(person=person, looked_at=now) for person in people))
    _write(
        Line,
        (
            Line(
                what="profile confirmed",
                about_kind="network.organisation",
                about_id=str(chance.choice(subjects["network.organisation"])),
                about_name="Organisation",
                by=(person := chance.choice(people)),
                by_name=person.name,
                at=now - timedelta(minutes=chance.randrange(60 * 24 * 300)),
            )
            for _ in range(LINES)
        ),
    )
    _write(
        Letter,
        (
            Letter(
                to=chance.choice(people).email,
                subject="A letter",
                body="",
                language="fi",
                message_id=f"<{place}@example.org>",
                written_at=now - timedelta(minutes=place),
                sent_at=now - timedelta(minutes=place),
            )
            for place in range(LETTERS)
        ),
    )
