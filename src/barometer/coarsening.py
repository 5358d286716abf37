"""What no other world was found for is published more coarsely, or not at all, until worlds are found or rounds are up.

A cell that no search moved is not thereby known to be told, and somebody without a world may have one all the same: it
was not found. So this errs on the side of publishing less. What it takes away depends on a search from the true answers
that nobody else can repeat; that a table was taken away tells no number, only that none was found for a finer one.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass

from barometer.attack import Findings
from barometer.disclosure.protecting import Protected
from barometer.disclosure.restraint import Restraint
from barometer.published import PublishedTables, Table
from barometer.responses import ResponseSet
from barometer.worlds import Deniability

MOST_ROUNDS = 5
"""So often are tables made more coarsely; what stands after that is told by the certificate."""

Thorough = Callable[[ResponseSet, PublishedTables, Set[str] | None, Deniability | None], Deniability]
"""A search of worlds for all questions, or for those named, with what was found before.

It minds the time that all searches may take together.
"""
Making = Callable[[Restraint], tuple[Protected, Findings | None]]
"""Protects the tables under a restraint, and attacks them."""


@dataclass(frozen=True)
class Settled:
    """The tables as they are published at last, what the attack finds in them, and what worlds show of them."""

    made: Protected
    findings: Findings | None
    worlds: Deniability
    coarser: tuple[str, ...] = ()
    """The tables that were made more coarsely or left out for want of worlds."""


def settled(
    made: Protected, findings: Findings | None, *, responses: ResponseSet, search: Thorough, making: Making
) -> Settled:
    """Search worlds of all questions; then, round by round, coarsen what stands and search the questions concerned.

    Raises ReleaseRefused where the coarser tables fail the audit or the attack. Tables marked unsafe stay as they are.
    """
    worlds = search(responses, made.tables, None, None)
    restraint = Restraint()
    for _ in range(0 if made.tables.unsafe else MOST_ROUNDS):
        stricter = _refusing(restraint, worlds, made.tables)
        if stricter == restraint:
            break
        restraint, before = stricter, made.tables
        made, findings = making(restraint)
        if changed := _changed(before, made.tables):
            worlds = worlds.updated(search(responses, made.tables, changed, worlds), made.tables)
    return Settled(made, findings, worlds, restraint.tables)


def _refusing(restraint: Restraint, worlds: Deniability, tables: PublishedTables) -> Restraint:
    """Refuse every table with a withheld number that no world moved, and those that keep people at their answers.

    Of a question's whole table nothing can be made coarser: its tables by background go first.
    """
    named = {cell.table for cell in worlds.unmoved} | {each.table for each in worlds.pinned}
    for table in tables.tables:
        if table.id in named and table.by is None and (crossed := _crossed(table.item, tables)):
            named = named - {table.id} | {each.id for each in crossed}
    for table in tables.tables:
        if table.id in named:
            restraint = restraint.refusing(table)
    return restraint


def _crossed(item: str, tables: PublishedTables) -> list[Table]:
    return [table for table in tables.tables if table.item == item and table.by is not None]


def _changed(before: PublishedTables, after: PublishedTables) -> set[str]:
    """Give the questions of which another table is published, or one less."""
    then, now = ({table.id: table for table in tables.tables} for tables in (before, after))
    return {(now.get(name) or then[name]).item for name in {*then, *now} if then.get(name) != now.get(name)}
