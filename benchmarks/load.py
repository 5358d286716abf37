"""Every page under 16 visitors at once: `python -m benchmarks.load --database postgres --minutes 4`.

Fills a database of its own (``--tasks`` 50,000, ``--organisations`` 5,000, 2,000 people, their workspaces, letters and
history; see `filled_site`), serves it as an operator would, with two server processes on PostgreSQL, and lets visitors
of seven kinds read pages drawn by chance from every address of the site that somebody among them may read, and comment
on tasks now and then. Without ``--pause`` each asks for the next page as soon as the last has come, which is
many more than 16 readers. Prints for every page how long it took to come whole (median, p95, longest), slowest first.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from benchmarks.search import database, vocabulary

REPOSITORY = Path(__file__).resolve().parent.parent
VISITORS = 16
LANGUAGES = ("fi", "sv", "en", "ar")
COMMENTS_ON_A_TASK = 0.3
LIMIT = 0.200
NOT_PAGES = {"own-everything", "history-table", "my-tasks-csv", "tasks-csv", "export-workspace", "everything"}
"""Files, made whole for one reader: measured apart and not held to the time of a page."""


@dataclass
class Visitor:
    """Somebody who reads, with her cookies, and what she can ask for by the name of its page."""

    name: str
    cookies: str
    pages: dict[str, list[str]] = field(default_factory=dict)
    token: str = ""


def visitors(chance: random.Random) -> Iterator[tuple[str, object]]:
    """Who the 16 are: the name of their kind, and a person or None."""
    from kumppani.accounts.models import Person
    from kumppani.projects.models import Participant, Workspace

    people = list(Person.objects.order_by("pk")[:40])
    largest = Workspace.objects.order_by("pk")[0]
    in_largest = list(Participant.objects.filter(workspace=largest).order_by("role").select_related("person"))
    yield "administrator", people[0]
    yield "national coordinator", people[1]
    for person in people[4:7]:
        yield "regional coordinator", person
    for participant in in_largest[:4]:
        yield "member of a large workspace", participant.person
    for person in chance.sample(people[25:], 4):
        yield "member", person
    for _ in range(3):
        yield "reader without an account", None


def addresses_of(person: object | None, chance: random.Random) -> dict[str, list[str]]:
    """Give addresses for every page, of things that this person can come upon; whether she may read it is tried."""
    from django.contrib.auth.models import AnonymousUser
    from django.urls import get_resolver
    from django.utils import timezone

    from kumppani.accounts.models import JoinRequest, Person
    from kumppani.following.actions import feed_token
    from kumppani.following.models import Follow, Reading
    from kumppani.moderation.models import Case
    from kumppani.network.models import Membership, Notice, Organisation
    from kumppani.network.queries import visible_organisations
    from kumppani.projects.models import Comment, Participant, Task, Topic, Workspace

    today = timezone.localdate()
    own = [m.organisation.code for m in Membership.objects.filter(person=person).select_related("organisation")[:3]]
    seen = visible_organisations(person or AnonymousUser(), on=today).order_by("?").values_list("code", flat=True)[:12]
    parts = list(Participant.objects.filter(person=person).order_by("workspace").values_list("workspace", flat=True))
    spaces = parts[:6] + list(Workspace.objects.filter(is_open=True).order_by("?").values_list("pk", flat=True)[:4])

    def keys(found) -> list[list[object]]:  # type: ignore[no-untyped-def]
        return [[key] for key in found.order_by("?").values_list("pk", flat=True)[:12]]

    given: dict[str, Callable[[], list[list[object]]]] = {
        "network/organisations/<slug:code>/<slug:kind>/": lambda: [
            [code, kind] for code in own for kind in ("need", "offer")
        ],
        "network/organisations/<slug:code>/": lambda: [[code] for code in [*own, *seen]],
        "network/needs-and-offers/<int:pk>/": lambda: keys(Notice.objects.all()),
        "projects/tasks/<int:pk>/": lambda: keys(Task.objects.filter(workspace__in=spaces)),
        "projects/discussion/<int:pk>/": lambda: keys(Topic.objects.filter(workspace__in=spaces)),
        "projects/comments/<int:pk>/": lambda: keys(Comment.objects.filter(task__workspace__in=spaces, by=person)),
        "projects/<int:pk>/": lambda: [[key] for key in spaces],
        "new/followed/<int:pk>/": lambda: keys(Follow.objects.filter(person=person)),
        "moderation/cases/<int:pk>/": lambda: keys(Case.objects.all()),
        "moderation/decisions/<int:pk>/": lambda: keys(Case.objects.all()),
        "moderation/report/<slug:kind>/<int:number>/": lambda: [
            ["network-notice", key] for key in Notice.objects.values_list("pk", flat=True)[:8]
        ],
        "people/requests/<int:pk>/": lambda: keys(JoinRequest.objects.all()),
        "people/<int:pk>/": lambda: keys(Person.objects.all()),
        "new/for-me/<str:token>.atom": lambda: [
            [feed_token(reading)] for reading in Reading.objects.filter(person=person)
        ],
    }
    found: dict[str, list[str]] = {}
    for name, (parts_of, *_rest) in _patterns(get_resolver()):
        plain = "/" + re.sub(r"%\((\w+)\)s", "{}", parts_of)
        route = next((route for route in given if "<" in route and _same(route, parts_of)), None)
        rows = [[]] if "%(" not in parts_of else given[route]() if route else []
        found[name] = [plain.format(*row) for row in rows][:12]
    number = Organisation.objects.order_by("?").values_list("pk", flat=True)[0]
    found["network"] = [f"/network/?q={word}" for word in ("asuminen", "utbildning", "koulutuksen", "")] + [
        "/network/?theme=education&page=4", "/network/?page=50"
    ]  # fmt: skip
    found["new"] += ["/new/?themes=education&regions=uusimaa", f"/new/?organisations={number}", "/new/?page=9"]
    for name in ("tasks", "board", "months"):
        found[name] += [f"{each}?page=3" for each in found[name]]
    return found


def _same(route: str, pattern: str) -> bool:
    """Does an address begin as ``route`` does, whose converters the resolver has written as names?"""
    return pattern.startswith(re.sub(r"<\w+:(\w+)>", r"%(\1)s", route))


def _patterns(resolver) -> Iterator[tuple[str, tuple[str, ...]]]:  # type: ignore[no-untyped-def]
    """Every name of the site with its address, without the language in front."""
    for name in sorted({key for key in resolver.reverse_dict if isinstance(key, str)}):
        possibilities = resolver.reverse_dict.getlist(name)[0][0]
        address = possibilities[0][0]
        yield name, (re.sub(r"^(fi|sv|en|ar)/", "", address),)


class Server:
    """The site, served as an operator does."""

    def __init__(self, workers: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = os.environ | {"KUMPPANI_TLS": "no", "KUMPPANI_SECOND_FACTOR": "no"}
        environment.pop("DJANGO_SETTINGS_MODULE")
        command = [
            str(Path(sys.executable).parent / "kumppani"),
            "serve",
            "--port",
            str(self.port),
            "--workers",
            str(workers),
        ]
        self.process = subprocess.Popen(command, env=environment, cwd=REPOSITORY, start_new_session=True)
        while self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise SystemExit("the server did not start")

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=30)


class Reader:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, port: int, visitor: Visitor) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.visitor = visitor

    def ask(self, address: str, sent: dict[str, str] | None = None) -> tuple[int, float, bytes]:
        headers = {"Cookie": self.visitor.cookies, "Accept-Encoding": "gzip"}
        body = None
        if sent is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.visitor.token}
            body = urlencode(sent)
        began = time.perf_counter()
        self.connection.request("GET" if sent is None else "POST", address, body, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        return answer.status, time.perf_counter() - began, said


def signed_in(person: object | None) -> tuple[str, str]:
    """Cookies of somebody who has signed in, and the token her forms carry."""
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    client = Client()
    token = _get_new_csrf_string()
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    cookies = [f"{name}={morsel.value}" for name, morsel in client.cookies.items()]
    return "; ".join([*cookies, f"csrftoken={token}"]), token


def find_pages(server: Server, chance: random.Random) -> list[Visitor]:
    """Try every address once as every visitor and keep what is a page to her; name what is a page to nobody."""
    found, never = [], None
    for name, person in visitors(chance):
        cookies, token = signed_in(person)
        visitor = Visitor(name, cookies, token=token)
        reader = Reader(server.port, visitor)
        candidates = addresses_of(person, chance)
        for page, addresses in candidates.items():
            kept = []
            for address in addresses:
                full = address if page in ("health", "report-style") else f"/{chance.choice(LANGUAGES)}{address}"
                status, _, _ = reader.ask(full)
                if status == 200:
                    kept.append(full)
                if status >= 500:
                    raise SystemExit(f"{status}: {full} as {name}")
                if status == 405:
                    break
            if kept:
                visitor.pages[page] = kept
        never = (never or set(candidates)) - set(visitor.pages)
        found.append(visitor)
    print(f"read by nobody (deeds, secret links, nothing of the kind there): {', '.join(sorted(never or ()))}\n")
    return found


def read(port: int, visitor: Visitor, until: float, pause: float, seed: int, times: dict[str, list[float]]) -> None:
    chance, reader, pages = random.Random(seed), Reader(port, visitor), sorted(set(visitor.pages) - NOT_PAGES)
    while time.monotonic() < until:
        page = chance.choice(pages)
        address = chance.choice(visitor.pages[page])
        status, seconds, said = reader.ask(address)
        times[page].append(seconds)
        if status != 200:
            times[f"{page}: answered {status}"].append(seconds)
        may_comment = page == "task" and b"/comment/" in gzip.decompress(said)
        if may_comment and chance.random() < COMMENTS_ON_A_TASK:
            status, seconds, _ = reader.ask(f"{address}comment/", {"text": "Said under load."})
            times[f"(deed) comment: {status}"].append(seconds)
        time.sleep(chance.random() * 2 * pause)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    arguments.add_argument("--tasks", type=int, default=50_000)
    arguments.add_argument("--organisations", type=int, default=5_000)
    arguments.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    arguments.add_argument("--minutes", type=float, default=4)
    arguments.add_argument("--pause", type=float, default=0, help="seconds a visitor looks at a page, on average")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    chance = random.Random(given.seed)
    with database(given.database, None):
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection, connections

        from benchmarks.filled_site import fill

        call_command("migrate", verbosity=0)
        if given.database == "postgres":
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {connections['answers'].settings_dict['NAME']}")
        began = time.monotonic()
        fill(organisations=given.organisations, tasks=given.tasks, words=vocabulary(chance), chance=chance)
        print(f"{given.tasks} tasks, {given.organisations} organisations, {given.database}: filled in "
              f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
        server = Server(workers=2 if given.database == "postgres" else 1)
        try:
            found = find_pages(server, chance)
            connections.close_all()
            times: dict[str, list[float]] = defaultdict(list)
            until = time.monotonic() + given.minutes * 60
            threads = [
                threading.Thread(target=read, args=(server.port, visitor, until, given.pause, place, times))
                for place, visitor in enumerate(found)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            server.stop()
    report(times, given.minutes)


def report(times: dict[str, list[float]], minutes: float) -> None:
    rows = []
    for page, some in times.items():
        p95 = quantiles(some, n=20, method="inclusive")[-1] if len(some) > 1 else some[0]
        rows.append((p95, page, len(some), median(some), max(some)))
    for p95, page, number, middle, longest in sorted(rows, reverse=True):
        shown = f"median {middle * 1000:5.0f}  p95 {p95 * 1000:5.0f}  longest {longest * 1000:5.0f} ms"
        print(f"{page:34} {number:6} times  {shown}")
    every = [seconds for some in times.values() for seconds in some]
    over = [page for p95, page, *_ in rows if p95 > LIMIT]
    print(f"{len(every)} answers, {len(every) / minutes / 60:.0f} each second")
    print(f"all: p95 {quantiles(every, n=20)[-1] * 1000:.0f} ms; {len(over)} of {len(rows)} over {LIMIT * 1000:.0f} ms")


if __name__ == "__main__":
    main()
