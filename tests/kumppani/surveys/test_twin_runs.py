"""Two sets of fifty answers, of other choices, words and languages, leave the same behind.

Everything the site keeps is compared: both databases with their journal, the log with its error reports, the backup.
What may differ is declared here, field by field, with the reason.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from scipy.stats import spearmanr

from tests.kumppani.surveys.twin import ADDRESS, FIRST, PLANT_LOG, PLANT_ROW, PROGRAM, SECOND, TEXTS

REPOSITORY = Path(__file__).resolve().parents[3]
RANDOM = {
    "answers.sealed_sealedanswer": {"identifier", "sealed"},
    "answers.sealed_draft": {"lookup", "sealed"},
    "answers.sealed_tombstone": {"identifier"},
    "default.surveys_wave": {"wave_key_text", "rehearsal", "rehearsal_proof"},
    "default.history_line": {"at"},  # deeds of the coordinator, who has no answers
    "default.django_migrations": {"applied"},
    "answers.django_migrations": {"applied"},
    "default.accounts_person": {"password", "joined_at"},  # random and unusable; when the coordinator was added
}
"""What may differ between the runs: keys, ciphertext, names made by hashing random codes, and times of staff."""
PHYSICAL = {"ctid", "xmin"}
"""Where PostgreSQL put a row and which transaction wrote it; looked at apart, by the rank test."""
ORDERED = 0.6
"""A rank correlation beyond this has a probability below 0.0001 among fifty rows in random order."""
pytestmark = pytest.mark.django_db(databases=[])


@dataclass(frozen=True)
class Run:
    data: Path
    log: str
    arrivals: list[str]

    def tables(self, moment: str) -> dict[str, list[dict[str, str]]]:
        return json.loads((self.data / f"tables-{moment}.json").read_text())

    def places_of(self, words: bytes) -> list[str]:
        """The files that hold these words, in any of the ways a text is kept."""
        forms = {words, words.hex().encode(), words.decode().encode("utf-16-le")}
        files = [path for path in self.data.rglob("*") if path.is_file()]
        found = [path.name for path in files if any(form in path.read_bytes() for form in forms)]
        return found + (["log"] if any(form in self.log.encode() for form in forms) else [])


def run(folder: Path, which: str, plant: str = "") -> Run:
    data = folder / "data"
    data.mkdir(parents=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "KUMPPANI_"))},
        "KUMPPANI_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "kumppani.settings.test",
        "PYTHONHASHSEED": "0",  # reference data of regions is written in the order of a set
    }
    if "DATABASE_URL" in environment:
        environment["DATABASE_URL"] = new_databases(environment["DATABASE_URL"], f"twin_{secrets.token_hex(6)}")
    command = [sys.executable, "-W", "ignore", "-m", "tests.kumppani.surveys.twin", which, *([plant] if plant else [])]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return Run(data, done.stderr, json.loads((folder / "arrivals").read_text()))


def new_databases(address: str, name: str) -> str:
    server = address.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for database in (name, f"{name}_answers"):
            connection.execute(f'CREATE DATABASE "{database}"')
    return f"{server}/{name}"


@pytest.fixture(scope="module")
def twins(tmp_path_factory) -> tuple[Run, Run]:
    return run(tmp_path_factory.mktemp("first"), FIRST), run(tmp_path_factory.mktemp("second"), SECOND)


def without_random(tables: dict[str, list[dict[str, str]]]) -> dict[str, list[str]]:
    """The tables with what is declared random replaced by its length, rows sorted."""
    return {
        table: sorted(
            json.dumps(
                {
                    column: len(value) if column in RANDOM.get(table, ()) else value
                    for column, value in row.items()
                    if column not in PHYSICAL
                }
            )
            for row in rows
        )
        for table, rows in tables.items()
    }


def without_lengths_of_staff_texts(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    """Keys and the rehearsal are made anew in each run; their age files have lengths of their own."""
    tables = dict(tables)
    (wave,) = (json.loads(row) for row in tables["default.surveys_wave"])
    tables["default.surveys_wave"] = [
        json.dumps({name: value for name, value in wave.items() if name not in RANDOM["default.surveys_wave"]})
    ]
    return tables


@pytest.mark.parametrize("moment", ["while-open", "closed"])
def test_both_databases_are_the_same_but_for_declared_random_fields(twins, moment):
    first, second = (without_lengths_of_staff_texts(without_random(twin.tables(moment))) for twin in twins)

    assert len(first["answers.sealed_sealedanswer"]) == (50 if moment == "while-open" else 48)
    assert len(first["answers.sealed_draft"]) >= 5
    assert first == second


def test_logs_and_error_reports_are_the_same(twins):
    first, second = twins

    assert first.log == second.log
    assert len(re.findall("A respondent's page failed", first.log)) == 2
    assert "ValueError at" in first.log
    assert "RuntimeError at" in first.log


def test_no_log_line_of_a_respondent_has_a_time_of_day(twins):
    assert not re.search(r"\d\d:\d\d", re.sub(r"\w+\.py:\d+", "", twins[0].log))


def test_nothing_of_an_answer_or_a_browser_is_in_any_file(twins):
    for twin, which in zip(twins, (FIRST, SECOND), strict=True):
        assert twin.places_of(TEXTS[which].encode()) == []
        assert twin.places_of(ADDRESS.encode()) == []
        assert twin.places_of(PROGRAM.encode()) == []


def test_nothing_of_an_answer_is_in_the_files_of_postgresql(twins):
    if "DATABASE_URL" not in os.environ:
        assert (twins[0].data / "answers.sqlite3").exists()
        return
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (folder,) = connection.execute("SHOW data_directory").fetchone()
    files = [Path(place) / name for place, _folders, names in os.walk(folder) for name in names]
    words = [text.encode() for text in TEXTS.values()] + [ADDRESS.encode(), PROGRAM.encode()]

    assert any(path.parent.name == "pg_wal" for path in files)
    assert [path for path in files if any(word in content_if_there(path) for word in words)] == []


def content_if_there(path: Path) -> bytes:
    """A server removes files while it works: another test's database, a cache that it writes anew."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_the_backups_have_the_same_length_and_hold_all_rows(twins):
    first, second = ((twin.data / "backup").read_bytes() for twin in twins)

    assert first.count(b'"sealed":"') == second.count(b'"sealed":"') == 48
    rows = [sorted(len(line) for line in backup.splitlines()[1:-1]) for backup in (first, second)]
    assert rows[0] == rows[1]


def test_no_column_of_the_surveys_keeps_a_time_of_day(twins):
    for table, rows in twins[0].tables("while-open").items():
        if table.split(".")[1].startswith(("surveys_", "sealed_")):
            for row in rows:
                readable = {name: value for name, value in row.items() if name not in RANDOM.get(table, ())}
                assert not re.search(r"\d\d:\d\d:\d\d", json.dumps(readable)), table


def test_a_planted_unsealed_answer_is_found(tmp_path):
    planted = run(tmp_path / "planted", FIRST, PLANT_ROW)

    assert "tables-while-open.json" in planted.places_of(TEXTS[FIRST].encode())
    if "DATABASE_URL" not in os.environ:
        assert any("sqlite3" in place for place in planted.places_of(TEXTS[FIRST].encode()))


def test_a_planted_line_in_the_log_is_found(tmp_path):
    assert run(tmp_path / "planted", SECOND, PLANT_LOG).places_of(TEXTS[SECOND].encode()) == ["log"]


def rank_correlation(arrivals: list[str], table: list[str]) -> float:
    """Spearman's rho between the order of arrival and the order of the table."""
    places = {identifier: place for place, identifier in enumerate(table)}
    return float(spearmanr(range(len(arrivals)), [places[identifier] for identifier in arrivals]).statistic)


def orders_of(twin: Run) -> dict[str, list[str]]:
    """Every order in which the closed table can be seen: as given, by place on disk."""
    rows = twin.tables("closed")["answers.sealed_sealedanswer"]
    orders = {"as given": [row["identifier"] for row in rows]}
    if "ctid" in rows[0]:
        place = {row["identifier"]: eval(row["ctid"]) for row in rows}
        orders["place"] = sorted(place, key=place.__getitem__)
    else:
        raw = (twin.data / "answers.sqlite3").read_bytes()
        orders["place"] = sorted(orders["as given"], key=lambda identifier: raw.find(identifier.encode()))
    return orders


def test_after_closing_the_order_of_rows_tells_nothing_of_arrival(twins):
    for twin in twins:
        for name, order in orders_of(twin).items():
            assert abs(rank_correlation(twin.arrivals, order)) < ORDERED, name
        transactions = {row.get("xmin") for row in twin.tables("closed")["answers.sealed_sealedanswer"]}
        assert len(transactions) == 1


def test_a_planted_ordered_table_is_told(twins, tmp_path):
    """The same rows in a table as Django makes it: its hidden row number keeps the order of arrival, VACUUM or not."""
    arrivals = twins[0].arrivals
    with sqlite3.connect(tmp_path / "planted.sqlite3", isolation_level=None) as database:
        database.execute("CREATE TABLE planted (identifier TEXT PRIMARY KEY, sealed BLOB)")
        for identifier in arrivals:
            database.execute("INSERT INTO planted VALUES (?, ?)", [identifier, secrets.token_bytes(5000)])
        database.execute("VACUUM")
        given = [identifier for (identifier,) in database.execute("SELECT identifier FROM planted NOT INDEXED")]

    assert sorted(given) == sorted(arrivals)
    assert rank_correlation(arrivals, given) > ORDERED
    assert rank_correlation(arrivals, given[::-1]) < -ORDERED


def test_the_journal_is_empty_after_closing(twins):
    for twin in twins:
        journal = twin.data / "answers.sqlite3-wal"
        assert not journal.exists() or journal.stat().st_size == 0
