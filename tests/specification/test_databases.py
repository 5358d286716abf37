"""The tests run on the database that was asked for, both for the site and for the sealed answers."""

from __future__ import annotations

import pytest
from django.db import connections

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
