"""Put sealed rows in, look for them, take them out shuffled. Nothing here can read one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connections, transaction

from barometer.sealing import Row
from kumppani.surveys.sealed.models import Draft, SealedAnswer, Tombstone
from kumppani.surveys.sealed.routing import ANSWERS

MOST_DRAFTS = 20_000
"""In all waves together; about half a gigabyte. There is no limit for a sender: that would need to know senders."""


def put(wave: str, row: Row) -> bool:
    """Store a row once; False where it is there already or was withdrawn.

    Two requests with one code may come at once. The second is passed over in silence: PostgreSQL would log a failed
    INSERT, with the row's name and the time of day.
    """
    if is_withdrawn(row.identifier):
        return False
    with transaction.atomic(using=ANSWERS):
        return _insert(wave, row)


def put_all(wave: str, rows: Sequence[Row]) -> None:
    """Store all these rows or, where one cannot be, none."""
    with transaction.atomic(using=ANSWERS):
        for row in rows:
            _insert(wave, row)


def _insert(wave: str, row: Row) -> bool:
    table = connections[ANSWERS].ops.quote_name(SealedAnswer._meta.db_table)
    sql = f"INSERT INTO {table} (identifier, wave, sealed) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    with connections[ANSWERS].cursor() as cursor:
        cursor.execute(sql, [row.identifier, wave, row.sealed])
        return bool(cursor.rowcount)


def holds(identifier: str) -> bool:
    return SealedAnswer.objects.filter(identifier=identifier).exists()


def is_withdrawn(identifier: str) -> bool:
    return Tombstone.objects.filter(identifier=identifier).exists()


def bury(wave: str, identifier: str) -> None:
    """Mark a row as withdrawn; it is never exported again and leaves the table at the next shuffle."""
    Tombstone.objects.bulk_create([Tombstone(identifier=identifier, wave=wave)], ignore_conflicts=True)


def count(wave: str) -> int:
    """How many rows are there and not withdrawn."""
    return _living(wave).count()


def rows(wave: str) -> tuple[Row, ...]:
    """The rows that are not withdrawn."""
    living = _living(wave).values_list("identifier", "sealed")
    return tuple(Row(identifier, bytes(sealed)) for identifier, sealed in living)


def withdrawn(wave: str) -> frozenset[str]:
    return frozenset(Tombstone.objects.filter(wave=wave).values_list("identifier", flat=True))


def count_withdrawn(wave: str) -> int:
    return Tombstone.objects.filter(wave=wave).count()


def draft(lookup: str, today: date) -> bytes | None:
    """The sealed draft of this name, unless its days are over."""
    found = Draft.objects.filter(lookup=lookup, expires_on__gte=today).values_list("sealed", flat=True).first()
    return None if found is None else bytes(found)


def keep_draft(wave: str, lookup: str, sealed: bytes, expires_on: date) -> None:
    Draft.objects.bulk_create(
        [Draft(lookup=lookup, wave=wave, sealed=sealed, expires_on=expires_on)],
        update_conflicts=True,
        unique_fields=["lookup"],
        update_fields=["sealed", "expires_on"],
    )


def drafts_waiting() -> int:
    return Draft.objects.count()


def draft_expires_on(lookup: str, today: date) -> date | None:
    return Draft.objects.filter(lookup=lookup, expires_on__gte=today).values_list("expires_on", flat=True).first()


def forget_draft(lookup: str) -> None:
    Draft.objects.filter(lookup=lookup).delete()


def forget_expired_drafts(today: date) -> int:
    return Draft.objects.filter(expires_on__lt=today).delete()[0]


def forget_wave(wave: str) -> None:
    """Remove every row, draft and tombstone of a wave."""
    for model in (SealedAnswer, Draft, Tombstone):
        model.objects.filter(wave=wave).delete()
    shuffle()


def shuffle() -> None:
    """Remove withdrawn rows and rewrite the table, so that where a row lies says nothing of when it came.

    SQLite: without a row number the table is in the order of the identifiers, which are random; what is left is the
    journal and freed pages, so both are written anew. PostgreSQL: the table is filled again in random order by one
    transaction, because a row keeps the number of the transaction that wrote it.
    """
    tombstones = Tombstone.objects.values_list("identifier", flat=True)
    SealedAnswer.objects.filter(identifier__in=list(tombstones)).delete()
    connection = connections[ANSWERS]
    if connection.vendor == "postgresql":
        _rewrite_on_postgresql()
    elif not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rewrite_on_postgresql() -> None:
    table = SealedAnswer._meta.db_table
    with transaction.atomic(using=ANSWERS), connections[ANSWERS].cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TEMPORARY TABLE shuffled AS SELECT * FROM {table}")
        cursor.execute(f"TRUNCATE {table}")
        cursor.execute(f"INSERT INTO {table} SELECT * FROM shuffled ORDER BY random()")
        cursor.execute("DROP TABLE shuffled")


def _living(wave: str):
    tombstones = Tombstone.objects.filter(wave=wave).values("identifier")
    return SealedAnswer.objects.filter(wave=wave).exclude(identifier__in=tombstones)
