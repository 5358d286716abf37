from __future__ import annotations

from pathlib import Path

import pytest

from kumppani.settings.databases import UnknownDatabase, answers_beside, database_from


def test_an_sqlite_address_names_an_absolute_file():
    database = database_from("sqlite:////srv/kumppani/site.sqlite3")

    assert database["NAME"] == Path("/srv/kumppani/site.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_postgresql_address_is_taken_apart():
    database = database_from("postgresql://kumppani:p%40ss@db.example.org:5433/site?sslmode=require")

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"], database["HOST"]) == ("kumppani", "p@ss", "db.example.org")
    assert (database["PORT"], database["NAME"], database["OPTIONS"]) == ("5433", "site", {"sslmode": "require"})


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("sqlite:////srv/kumppani/site.sqlite3", Path("/srv/kumppani/answers.sqlite3")),
        ("postgresql://kumppani@db/site", "site_answers"),
    ],
)
def test_sealed_answers_get_a_database_of_their_own_beside_the_first(address: str, name: object):
    assert answers_beside(database_from(address))["NAME"] == name


def test_an_unknown_kind_of_database_is_refused_with_what_to_write_instead():
    with pytest.raises(UnknownDatabase, match="sqlite:///… or postgresql://"):
        database_from("mysql://db/site")
