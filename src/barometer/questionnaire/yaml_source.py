"""YAML as values that remember their line, read with guards against files made to harm.

Aliases are refused (they can blow a small file up), and so are repeated keys, deep nesting, and anything but UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from barometer.problems import UnusableInput
from barometer.questionnaire.catalogue import fault

LARGEST_FILE = 2_000_000
"""Bytes."""
DEEPEST_NESTING = 20
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Located:
    """A value and the line it starts on (from 1). Mappings and lists hold Located values."""

    value: Any
    line: int

    def plain(self) -> Any:
        """Give the value without lines, as a JSON reader would."""
        if isinstance(self.value, dict):
            return {key: inner.plain() for key, inner in self.value.items()}
        if isinstance(self.value, list):
            return [inner.plain() for inner in self.value]
        return self.value

    def get(self, key: str) -> Located | None:
        found = self.value.get(key)
        return found if isinstance(found, Located) else None

    def __getitem__(self, key: str) -> Located:
        found: Located = self.value[key]
        return found

    def of(self, key: str, default: Any = None) -> Any:
        """Give the plain value under this key, or the default."""
        found = self.get(key)
        return default if found is None else found.plain()

    def each(self, key: str) -> list[Located]:
        found = self.get(key)
        return [] if found is None else list(found.value)


def decode(file: str, content: str | bytes) -> str:
    """Give the text of a file. Raises UnusableInput unless it is UTF-8 (with or without a mark) of a sane size."""
    size = len(content)
    if size > LARGEST_FILE:
        raise UnusableInput([fault("file-too-large", file=file, size=size, largest=LARGEST_FILE)])
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnusableInput([fault("file-utf16", file=file)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnusableInput([fault("file-not-utf8", file=file, line=line)]) from error


def read_yaml(file: str, content: str | bytes) -> Located:
    """Read one YAML document. Raises UnusableInput, naming the line."""
    text = decode(file, content)
    try:
        _guard(file, text)
        root = yaml.compose(text, Loader=_Loader)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        raise UnusableInput(
            [fault("yaml-syntax", file=file, line=_line_of(error, text), reason=_reason(error))]
        ) from error
    if root is None:
        raise UnusableInput([fault("file-empty", file=file)])
    return _located(file, root)


def _guard(file: str, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise UnusableInput([fault("yaml-alias", file=file, line=line, anchor=event.anchor)])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST_NESTING:
            raise UnusableInput([fault("yaml-too-deep", file=file, line=line, deepest=DEEPEST_NESTING)])


def _line_of(error: Exception, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 0


def _reason(error: Exception) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read")


def _located(file: str, node: yaml.Node) -> Located:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Located(_mapping(file, node), line)
    if isinstance(node, yaml.SequenceNode):
        return Located([_located(file, inner) for inner in node.value], line)
    return Located(_scalar(file, node), line)


def _mapping(file: str, node: yaml.MappingNode) -> dict[str, Located]:
    pairs: dict[str, Located] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag.endswith(":merge"):
            raise UnusableInput([fault("yaml-key", file=file, line=line)])
        if key.value in pairs:
            raise UnusableInput([fault("yaml-twice", file=file, line=line, key=key.value)])
        pairs[key.value] = _located(file, value)
    return pairs


def _scalar(file: str, node: yaml.Node) -> Any:
    """Give texts, whole numbers, numbers, yes/no and nothing; a date stays the text that was written."""
    kind = node.tag.rsplit(":", 1)[-1]
    if kind not in ("int", "float", "bool", "null"):
        return str(node.value)
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.MarkedYAMLError) as error:
        line = node.start_mark.line + 1
        raise UnusableInput([fault("yaml-syntax", file=file, line=line, reason=str(error))]) from error
