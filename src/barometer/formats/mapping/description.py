"""Reading mapping.yaml: how other people's files are laid out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from barometer.checked_yaml import read_checked, refuse
from barometer.questionnaire.conditions import ConditionSyntaxError, Expression, parse_condition
from barometer.questionnaire.model import Kind, OptionKind
from barometer.questionnaire.yaml_source import Located
from barometer.texts import Text


@dataclass(frozen=True)
class AnswersFile:
    file: str
    header: re.Pattern[str]
    """Named groups: ``code`` of the question, ``part`` of a block or array, ``text``, ``label`` of the part."""
    encoding: str = "utf-8"
    delimiter: str = ","
    ignore: frozenset[str] = frozenset()
    yes: str = "Yes"
    no: str = "No"
    """How a column of a multiple choice says that its option was ticked, or not."""


@dataclass(frozen=True)
class QuestionsFile:
    file: str
    encoding: str
    delimiter: str
    columns: Mapping[str, str]
    """Names of the columns ``code format list other section``."""
    texts: Mapping[str, str]
    """By language: the column with the wording."""
    kinds: Mapping[str, Kind]
    """By what stands in the format column."""
    lists: Mapping[str, str]
    """By what stands in the format column: the answer list where none is named."""


@dataclass(frozen=True)
class AnswerLists:
    files: str
    """Path of a list, with ``{name}`` in it."""
    languages: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str | None = None
    """None where each line is one label."""
    strip: str = ""
    """Characters to take off both ends of a label, besides spaces and invisible marks."""
    renamed: Mapping[str, str] | None = None
    other: str = ""
    """The label of the answer offered where the questions file says that "other" is."""


@dataclass(frozen=True)
class MappingDescription:
    id: str
    version: str
    title: Text
    languages: tuple[str, ...]
    attribution: Text
    answers: AnswersFile
    questions: QuestionsFile
    lists: AnswerLists
    list_of: Mapping[str, str]
    """By question: the answer list really used."""
    kind_of: Mapping[str, Kind]
    aliases: Mapping[str, Mapping[str, str]]
    """By question: other spellings, and the label each means."""
    option_kinds: Mapping[str, OptionKind]
    """By label, in every list."""
    backgrounds: frozenset[str]
    show_if: Mapping[str, tuple[str, Expression]]
    leave_out: frozenset[str]
    """Questions not taken over, such as people's own words."""
    adds_unlisted: bool
    finds_break_off: bool

    def source_language(self) -> str:
        return self.languages[0]


def read_mapping(data: bytes, *, file: str = "mapping.yaml") -> MappingDescription:
    """Read a mapping. Raises UnusableInput where it does not fit its schema, or a pattern or condition is wrong."""
    document = read_checked(data, "mapping", file=file)
    said = document.plain()
    for part in ("answers", "questions", "lists"):
        _check_encoding(document[part].get("encoding"), file)
    answers, questions, lists = said["answers"], said["questions"], said["lists"]
    return MappingDescription(
        id=said["id"],
        version=said["version"],
        title=Text.of(said["title"]),
        languages=tuple(said["languages"]),
        attribution=Text.of(said.get("attribution", {})),
        answers=AnswersFile(
            answers["file"],
            _pattern(document["answers"]["header"], file),
            answers.get("encoding", "utf-8"),
            answers.get("delimiter", ","),
            frozenset(answers.get("ignore", ())),
            answers.get("yes", "Yes"),
            answers.get("no", "No"),
        ),
        questions=QuestionsFile(
            questions["file"],
            questions.get("encoding", "utf-8"),
            questions.get("delimiter", ","),
            questions["columns"],
            questions["texts"],
            {format_: Kind(kind) for format_, kind in questions["kinds"].items()},
            questions.get("lists", {}),
        ),
        lists=AnswerLists(
            lists["files"],
            tuple(lists["languages"]),
            lists.get("encoding", "utf-8"),
            lists.get("delimiter"),
            lists.get("strip", ""),
            lists.get("renamed", {}),
            lists.get("other", ""),
        ),
        list_of=said.get("list_of", {}),
        kind_of={question: Kind(kind) for question, kind in said.get("kind_of", {}).items()},
        aliases=said.get("aliases", {}),
        option_kinds={label: OptionKind(kind) for label, kind in said.get("option_kinds", {}).items()},
        backgrounds=frozenset(said.get("backgrounds", ())),
        show_if=_conditions(document.get("show_if"), file),
        leave_out=frozenset(said.get("leave_out", ())),
        adds_unlisted=said.get("unlisted", "refuse") == "add",
        finds_break_off=said.get("find_break_off", False),
    )


def _check_encoding(entry: Located | None, file: str) -> None:
    if entry is None:
        return
    try:
        "".encode(entry.value)
    except (LookupError, ValueError) as fault:
        message = f"There is no encoding of texts called {entry.value[:40]!r}."
        raise refuse("mapping-encoding", message, "Write utf-8, for example.", file=file, line=entry.line) from fault


def _pattern(entry: Located, file: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(entry.value, re.DOTALL)
    except re.error as fault:
        message = f"The pattern cannot be read: {fault}."
        raise refuse("mapping-pattern", message, "Correct it.", file=file, line=entry.line) from fault
    if "code" not in pattern.groupindex:
        message = "The pattern has no group named `code`."
        raise refuse("mapping-pattern", message, "Write (?P<code>…) around it.", file=file, line=entry.line)
    return pattern


def _conditions(entry: Located | None, file: str) -> dict[str, tuple[str, Expression]]:
    read: dict[str, tuple[str, Expression]] = {}
    for question, condition in (entry.value if entry else {}).items():
        try:
            read[question] = (condition.value, parse_condition(condition.value))
        except ConditionSyntaxError as fault:
            message = f"The condition of {question} cannot be read {fault}"
            raise refuse("mapping-condition", message, "Correct it.", file=file, line=condition.line) from fault
    return read
