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
    # Names, codes and labels
    "language-source": Fault('The source language "{language}" is not among the languages.', "Add it to languages."),
    "duplicate-id": Fault("The {what} id is used twice.", "Give every {what} a name of its own."),
    "duplicate-code": Fault('The code "{code}" is used twice among the {what}.', "Give each a code of its own."),
    "duplicate-label": Fault(
        'Two {what} have the same label in {language}: "{label}" ({codes}).', "Word them so that they differ."
    ),
    "id-reserved": Fault('"{id}" is a word of the condition language.', "Choose another id."),
    # Answers and constraints
    "no-options": Fault("There is nothing to choose from.", "Add options, a list or a scale."),
    "no-rows": Fault("The matrix has no rows.", "Add rows."),
    "no-valid-answer": Fault("No answer is valid: {reason}.", "Correct the limits."),
    "date-invalid": Fault('"{date}" is not a day of the calendar.', "Correct it."),
    "background-not-single": Fault(
        "Results can be broken down by single choices only.", "Leave role out; a multiple choice is crossed by option."
    ),
    "net-unknown-option": Fault('The net "{net}" names "{code}", which is no option.', "Use one of: {choices}."),
    "net-not-substantive": Fault(
        'The net "{net}" adds up "{code}", which is no substantive answer.', "Take it out of the net."
    ),
    "asks-text-not-possible": Fault(
        "An answer of this kind of question cannot ask for a text.",
        "Take asks_text away, or ask in a question of its own.",
    ),
    "asks-text-twice": Fault(
        "Two answers ask for a text, and there is one place for it.", "Let one of them ask, or split the question."
    ),
    "ranking-not-substantive": Fault(
        'In a ranking, "{code}" cannot be a {kind}.', "Take it away: who cannot say leaves the ranking empty."
    ),
    "exclusive-without-effect": _warning(
        'In a single choice, exclusive has no effect ("{code}").', "Leave exclusive out."
    ),
    "exclusive-missing": _warning(
        '"{code}" ({kind}) can be chosen together with other answers.', "Add exclusive: true to it."
    ),
    "multiple-without-none": _warning(
        'No answer means "none of these", so an empty answer cannot be told from a skipped one.',
        "Add an exclusive option.",
    ),
    "limit-without-effect": _warning(
        "max_choices is {limit}, and only {count} can be chosen.", "Leave max_choices out, or lower it."
    ),
    "required-among-optional": _warning(
        "The question is required while others can be skipped.", "Leave required out, unless nothing works without it."
    ),
    # Wording
    "translation-not-begun": Fault(
        "Nothing is translated into {language}.", "Translate it, or take the language out of languages."
    ),
    "translation-missing": Fault('"{path}" is not translated into {language}.', "Translate it."),
    "translation-stale": Fault(
        '"{path}" has changed since it was translated into {language}.', "Look at it again and put in the new msgid."
    ),
    "translation-unused": _warning('There is no string "{path}" to translate.', "Take the entry out."),
    "placeholder-lost": Fault(
        '"{path}" holds {source} in {source_language} and {found} in {language}.', "Use the same placeholders."
    ),
    "date-impossible": _warning('"{path}" names the day "{date}" in {language}, which does not exist.', "Correct it."),
    # Conditions: what they refer to
    "condition-unknown-item": Fault('The condition names "{asked}", which is no question.', "Use one of: {choices}."),
    "condition-needs-row": Fault(
        'The condition names the matrix "{asked}" as a whole.', "Name a row, for example {example}."
    ),
    "condition-unknown-row": Fault('The matrix "{question}" has no row "{row}".', "Use one of: {choices}."),
    "condition-no-answer": Fault('"{asked}" is an information text and has no answer.', "Name a question."),
    "condition-self-reference": Fault(
        'The condition of the {what} looks at "{asked}", which stands behind that same condition.',
        "Refer to an earlier question.",
    ),
    "condition-same-page": Fault(
        '"{asked}" stands on the same page, so its answer is not known when the page is shown.',
        "Put the question on a later page.",
    ),
    "condition-forward": Fault(
        'The condition looks at "{asked}", which comes later.', "Refer to an earlier question, or change the order."
    ),
    "condition-cycle": Fault(
        "The conditions go round in a circle: {cycle}. None of these questions can be reached.",
        "Take one of the conditions away.",
    ),
    # Conditions: what they compare
    "condition-unknown-option": Fault('"{asked}" has no option "{code}".', "Use one of: {choices}."),
    "condition-equality-on-multiple": Fault(
        '"{asked}" is a multiple choice, and a set of answers equals no single code.', "Write {suggestion}."
    ),
    "condition-selected-on-single": Fault('"{asked}" is not a multiple choice.', "Write {suggestion}."),
    "condition-type": Fault('"{asked}" holds {holds}, and is compared with {compared}.', "{suggestion}"),
    # Conditions: what they let through
    "never-shown": Fault(
        "The {what} is never shown: {reason}.", "Change the condition, or take out what it hides{behind}."
    ),
    "condition-always-true": Fault(
        "The condition has no effect: it holds for anyone who answered {items}.",
        "Take it out, or write not(is_blank(...)) if an answer is what it waits for.",
    ),
    "routing-not-decided": _warning(
        "Whether the {what} can be reached was not decided: there are too many combinations of answers.",
        "Simplify the conditions.",
    ),
    "condition-not-equal-skippable": _warning(
        '{test} does not hold for somebody who skipped "{asked}".',
        "Keep it if that is meant; else add or is_blank({asked}).",
    ),
}


def fault(code: str, /, *, file: str = "", line: int = 0, item: str = "", **names: object) -> Problem:
    """Make the problem of this code, with its names filled in."""
    entry = FAULTS[code]
    message = entry.message.format(**names)
    remedy = entry.remedy.format(**names).strip()
    return Problem(code, message, remedy, file=file, line=line, item=item, severity=entry.severity)
