"""The error catalogue of questionnaires: a permanent code for every fault, what is said of it, and what to do.

Names in braces are filled in when the fault is found. The reference page of error codes is made from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from barometer.problems import Problem, Severity


@dataclass(frozen=True)
class Fault:
    message: str
    remedy: str
    severity: Severity = Severity.ERROR


def _warning(message: str, remedy: str) -> Fault:
    return Fault(message, remedy, Severity.WARNING)


FAULTS: Mapping[str, Fault] = {
    # Reading
    "file-missing": Fault("The file is missing.", "Put it into the questionnaire's folder."),
    "file-empty": Fault("The file is empty.", "Start from the example questionnaire."),
    "file-too-large": Fault("The file has {size} bytes.", "At most {largest} are read."),
    "file-utf16": Fault("The file is saved as UTF-16.", "Save it as UTF-8."),
    "file-not-utf8": Fault("The file is not UTF-8.", "Save it as UTF-8."),
    "yaml-syntax": Fault("This is not YAML: {reason}.", "Look at the indentation and quotes on this line and above."),
    "yaml-alias": Fault("The alias *{anchor} is used.", "Write the value out; aliases are not read."),
    "yaml-too-deep": Fault("The nesting goes deeper than {deepest} levels.", "A questionnaire needs no more than ten."),
    "yaml-key": Fault("A key must be plain text.", "Write one word, then a colon."),
    "yaml-twice": Fault('The key "{key}" stands twice.', "Keep one of them."),
    "shape-missing": Fault('"{key}" is missing.', "Add it. {help}"),
    "shape-unknown": Fault('"{key}" is not known here.', "Use one of: {choices}."),
    "shape-value": Fault("The value {reason}.", "Correct it. {help}"),
    "po-syntax": Fault("This is not a PO file.", "Open it in a PO editor and look at this line."),
    "po-no-context": Fault('The entry "{text}" has no msgctxt.', "Write the path of the string as msgctxt."),
    "po-twice": Fault("The string is translated twice.", "Keep one of the entries."),
    "po-state": Fault('The state "{found}" is not known.', "Use new, translated, reviewed or adjudicated."),
    "list-unknown": Fault('There is no list or scale "{name}".', "Use one of: {choices}."),
    "list-twice": Fault('"{name}" is both a list and a scale.', "Give one of them another name."),
    "condition-syntax": Fault("The condition cannot be read {reason}", "Correct the condition there."),
}


def fault(code: str, *, file: str = "", line: int = 0, item: str = "", **names: object) -> Problem:
    """Make the problem of this code, with its names filled in."""
    entry = FAULTS[code]
    message = entry.message.format(**names)
    remedy = entry.remedy.format(**names).strip()
    return Problem(code, message, remedy, file=file, line=line, item=item, severity=entry.severity)
