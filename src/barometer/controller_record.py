"""The controller's part of a certificate: what only those who hold the answers may know of how they were protected.

It stands in a file of its own, never in a release folder and never on the site: which withheld cells are the small
ones, and a digest of the answers, are what an attacker would ask for first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from barometer.problems import Problem, UnusableInput
from barometer.published_json import Plain, to_plain, value_from_plain

SCHEMA = "kumppani/controller/1"
"""Names the layout of the file; a later layout gets another number."""
WARNING = (
    "NOT FOR PUBLICATION. Keep this file with the opened answers and destroy it with them. It says which withheld "
    "numbers are small, and lets a guess about an answer be tried."
)


@dataclass(frozen=True)
class AuditedCell:
    """A withheld cell, with what its readers do not learn."""

    table: str
    category: str
    group: str
    primary: bool
    """Withheld because it is small itself; the others are withheld so that it cannot be subtracted."""
    low: int
    high: int
    """Between these, both included, the audit found its count to be open."""
    kind: str
    """How that was found, as in `published.TableAudit`: ``flow``, ``lp`` or ``world``."""


@dataclass(frozen=True)
class ControllerRecord:
    """What the controller keeps beside a release."""

    warning: str = WARNING
    release: str = ""
    input_digest: str = ""
    """SHA-256 of answers.csv as it was read, so that it can be shown later which answers the release was made of."""
    software: str = ""
    seeds: Mapping[str, int] = field(default_factory=dict)
    """Every random choice by the name of the step that made it; empty where nothing was left to chance."""
    cells: tuple[AuditedCell, ...] = ()


def controller_document(record: ControllerRecord) -> Plain:
    """Give the whole file as JSON-ready objects, the warning before anything else but the layout's name."""
    return {"schema": SCHEMA, **to_plain(record)}


def read_controller_document(document: object) -> ControllerRecord:
    """Read what `controller_document` gave. Raises UnusableInput naming the path of the first fault."""
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        remedy = "Take the file that `barometer release --controller` wrote."
        raise UnusableInput([Problem("controller-record", f"The layout must be {SCHEMA!r}.", remedy, item="schema")])
    return value_from_plain(ControllerRecord, {key: value for key, value in document.items() if key != "schema"})
