"""`--database sqlite|postgres`: which database the tests run on.

It is a `-p` plugin and not a conftest because pytest-django reads the settings before any conftest is loaded, and the
tests would then silently run on SQLite. `tests/specification/test_databases.py` asserts the vendor.
On PostgreSQL only the tests that touch a database are run: the others ran on SQLite already. A test that does touch
one, but looks at what no database can change (widths, colours, the keyboard), says so and why, and is left out too:

    @pytest.mark.same_on_every_database("style sheets know no database")

A test in real transactions empties every table when it ends. Rows that migrations wrote are put back at once, so that
it does not matter which tests a worker runs after it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import blocking_manager_key

from tests.plugins import postgres

ADDRESSES = ("DATABASE_URL", "KUMPPANI_ANSWERS_DATABASE_URL")
"""The settings read these: the site's database, and the sealed answers' own (by default beside the first)."""
TOUCHES_A_DATABASE = frozenset({"db", "transactional_db", "live_server", "django_db_setup", "live_site"})
FLUSHES = frozenset({"transactional_db", "live_server", "django_db_reset_sequences"})

SAME_EVERYWHERE = "same_on_every_database"

Rows = dict[str, str]
"""By the alias of a database, what migrations wrote into it, serialized."""

data_folder = pytest.StashKey[Path]()
rows_of_migrations = pytest.StashKey[Rows]()
running = pytest.StashKey[postgres.RunningPostgres]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default=os.environ.get("KUMPPANI_TEST_DATABASE", "sqlite"),
        help="the database the tests run on (default: sqlite, or KUMPPANI_TEST_DATABASE)",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    if not _is_worker():
        _choose_the_database(early_config)
    _give_a_data_folder(early_config)
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    if data_folder in config.stash:
        shutil.rmtree(config.stash[data_folder], ignore_errors=True)
    if running in config.stash:
        config.stash[running].stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = {item: depends_on_the_database(item) for item in items}
    if config.getoption("database") == "postgres":
        config.hook.pytest_deselected(items=[item for item in items if not wanted[item]])
        items[:] = [item for item in items if wanted[item]]


def keep_rows_of_migrations(session: pytest.Session) -> None:
    """Remember what fresh databases hold. Django itself fills the tables of TEST_NON_SERIALIZED_APPS after a flush."""
    from django.db import connections

    asked_for = {alias for item in session.items if touches_a_database(item) for alias in _aliases_of(item)}
    session.config.stash[rows_of_migrations] = {
        alias: connections[alias].creation.serialize_db_to_string() for alias in sorted(asked_for)
    }


def _aliases_of(item: pytest.Item) -> Iterable[str]:
    mark = item.get_closest_marker("django_db")
    return ("default",) if mark is None else mark.kwargs.get("databases", ("default",))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    try:
        return (yield)
    finally:
        if nextitem is not None and is_in_real_transactions(item):  # after the last test the databases are gone
            with item.config.stash[blocking_manager_key].unblock():
                _put_back(item.config.stash.get(rows_of_migrations, {}))


def is_in_real_transactions(item: pytest.Item) -> bool:
    """Whether the test ends with a flush instead of a rollback."""
    mark = item.get_closest_marker("django_db")
    in_mark = mark is not None and bool(mark.kwargs.get("transaction") or mark.kwargs.get("reset_sequences"))
    return in_mark or not FLUSHES.isdisjoint(getattr(item, "fixturenames", ()))


def _put_back(rows: Rows) -> None:
    from django.db import connections

    for alias, content in rows.items():
        connections[alias].creation.deserialize_db_from_string(content)


def depends_on_the_database(item: pytest.Item) -> bool:
    """Whether another database could give another outcome."""
    mark = item.get_closest_marker(SAME_EVERYWHERE)
    if mark is None:
        return touches_a_database(item)
    if len(mark.args) != 1 or not str(mark.args[0]).strip():
        raise pytest.UsageError(f"{item.nodeid}: {SAME_EVERYWHERE} wants one sentence that says why")
    return False


def touches_a_database(item: pytest.Item) -> bool:
    """Whether the test asks for a database, by its mark or by a fixture."""
    return item.get_closest_marker("django_db") is not None or not TOUCHES_A_DATABASE.isdisjoint(
        getattr(item, "fixturenames", ())
    )


def _is_worker() -> bool:
    """A worker of xdist inherits the addresses from the process that started it."""
    return "PYTEST_XDIST_WORKER" in os.environ


def _give_a_data_folder(config: pytest.Config) -> None:
    """Let every process keep its letters, uploads and releases in a folder of its own, gone after the run."""
    config.stash[data_folder] = Path(tempfile.mkdtemp(prefix="kumppani-test-"))
    os.environ["KUMPPANI_DATA"] = str(config.stash[data_folder])


def _choose_the_database(config: pytest.Config) -> None:
    for name in ADDRESSES:  # a developer's own database must never be the one the tests write to
        os.environ.pop(name, None)
    if config.known_args_namespace.database == "postgres":
        server = postgres.start()
        config.stash[running] = server
        os.environ["DATABASE_URL"] = server.address_of("kumppani")
