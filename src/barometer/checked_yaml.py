"""A YAML file of ours, read and compared with the JSON Schema that is its contract."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.shape import differences
from barometer.questionnaire.yaml_source import Located, read_yaml


@cache
def schema(name: str) -> dict[str, Any]:
    """Give the JSON Schema of this name, as `barometer schema NAME` prints it."""
    read: dict[str, Any] = json.loads(files("barometer").joinpath("schemas", f"{name}.schema.json").read_bytes())
    return read


def read_checked(data: bytes, schema_name: str, *, file: str) -> Located:
    """Read a file that fits its schema. Raises UnusableInput with every difference and its line."""
    document = read_yaml(file, data)
    found = differences(file, document, schema(schema_name))
    if found:
        raise UnusableInput(found)
    return document


def refuse(code: str, message: str, remedy: str, *, file: str, line: int = 0, item: str = "") -> UnusableInput:
    """Make the exception for one fault that a schema cannot see."""
    return UnusableInput([Problem(code, message, remedy, file, line, item)])
