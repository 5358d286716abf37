"""The tests run on the database that was asked for, both for the site and for the sealed answers."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.db import connections, router

from kumppani.regions.models import Area, Region
from tests.plugins.databases import SAME_EVERYWHERE, depends_on_the_database, rows_of_migrations

VENDOR = {"sqlite": "sqlite", "postgres": "postgresql"}


@pytest.mark.django_db(databases=["default", "answers"])
@pytest.mark.parametrize("alias", ["default", "answers"])
def test_the_database_is_the_one_asked_for(pytestconfig, alias):
    connection = connections[alias]

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    assert connection.vendor == VENDOR[pytestconfig.getoption("database")]


@pytest.mark.django_db(databases=["default", "answers"])
def test_the_sealed_answers_have_a_database_of_their_own():
    assert connections["default"].settings_dict["NAME"] != connections["answers"].settings_dict["NAME"]


@pytest.mark.same_on_every_database("this test is about the mark itself")
@pytest.mark.django_db
def test_what_no_database_changes_is_looked_at_on_sqlite_alone(pytestconfig, request):
    assert pytestconfig.getoption("database") == "sqlite"
    assert not depends_on_the_database(request.node)


@pytest.mark.django_db
@pytest.mark.parametrize("reasons", [(), ("",), ("two", "reasons")])
def test_the_mark_wants_a_reason(request, reasons):
    assert depends_on_the_database(request.node)
    request.node.add_marker(pytest.mark.same_on_every_database(*reasons))

    with pytest.raises(pytest.UsageError, match=SAME_EVERYWHERE):
        depends_on_the_database(request.node)


@pytest.mark.django_db(databases=["default", "answers"], transaction=True)
@pytest.mark.parametrize("time", ["before a flush", "after one"])
def test_a_test_in_real_transactions_takes_nothing_that_migrations_wrote(time, pytestconfig):
    written = [row for rows in pytestconfig.stash[rows_of_migrations].values() for row in json.loads(rows)]

    found = {alias: connections[alias].creation.serialize_db_to_string() for alias in ("default", "answers")}

    assert found == pytestconfig.stash[rows_of_migrations]
    assert (Region.objects.count(), Area.objects.count()) == (20, 41)
    assert {row["model"] for row in written} == tables_that_hold_something() - FILLED_BY_DJANGO


FILLED_BY_DJANGO = {"auth.permission", "contenttypes.contenttype"}


def tables_that_hold_something() -> set[str]:
    return {
        model._meta.label_lower
        for model in apps.get_models()
        if model._base_manager.using(router.db_for_read(model) or "default").exists()
    }
