"""Compare a file with the JSON Schema that is its contract, and name the line of every difference.

Knows the part of JSON Schema 2020-12 that our own schemas use. The remedy of a problem is the ``description`` of the
schema that was not met, so the contract and the message cannot part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from barometer.problems import Problem
from barometer.questionnaire.catalogue import fault
from barometer.questionnaire.yaml_source import Located

Schema = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_TYPE_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text (put quotes around it if it looks like a number, yes or no)",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}

LARGEST_NUMBER = 10**15
"""Either way: as far as a computer's number gives back all digits that were written."""

KEYWORDS = frozenset(
    {
        "$schema",
        "$id",
        "$defs",
        "$ref",
        "title",
        "description",
        "examples",
        "type",
        "const",
        "enum",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "items",
        "properties",
        "minProperties",
        "required",
        "additionalProperties",
        "propertyNames",
        "allOf",
        "if",
        "then",
        "not",
    }
)
"""Every word of JSON Schema that is understood here. A schema that uses another would silently not be checked."""


@dataclass(frozen=True)
class _Comparison:
    file: str
    root: Schema

    def differences(self, node: Located, schema: Schema, path: str) -> Iterator[Problem]:
        schema = self._resolved(schema)
        if not _has_type(node.value, schema):
            yield self._problem(node, schema, path, f"must be {_wanted_type(schema)}")
            return
        for reason in _scalar_faults(node.value, schema):
            yield self._problem(node, schema, path, reason)
        if isinstance(node.value, dict):
            yield from self._in_mapping(node, schema, path)
        if isinstance(node.value, list):
            for index, inner in enumerate(node.value):
                if "items" in schema:
                    yield from self.differences(inner, schema["items"], f"{path}[{index + 1}]")
        yield from self._rules(node, schema, path)

    def _in_mapping(self, node: Located, schema: Schema, path: str) -> Iterator[Problem]:
        known: Mapping[str, Schema] = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for key in schema.get("required", ()):
            if key not in node.value:
                remedy = self._resolved(known.get(key, {})).get("description", "")
                yield fault("shape-missing", file=self.file, line=node.line, item=path, key=key, help=remedy)
        for key, inner in node.value.items():
            if "propertyNames" in schema:
                yield from self.differences(Located(key, inner.line), schema["propertyNames"], _below(path, key))
            if key in known:
                yield from self.differences(inner, known[key], _below(path, key))
            elif others is False:
                choices = ", ".join(known)
                yield fault("shape-unknown", file=self.file, line=inner.line, item=path, key=key, choices=choices)
            elif isinstance(others, dict):
                yield from self.differences(inner, others, _below(path, key))

    def _rules(self, node: Located, schema: Schema, path: str) -> Iterator[Problem]:
        for rule in schema.get("allOf", ()):
            if "if" in rule and self._fits(node, rule["if"]) and "then" in rule:
                yield from self.differences(node, rule["then"], path)
            elif "if" not in rule:
                yield from self.differences(node, rule, path)
        if "not" in schema and self._fits(node, schema["not"]):
            yield self._problem(node, schema, path, "holds what does not go together")

    def _fits(self, node: Located, schema: Schema) -> bool:
        return next(self.differences(node, schema, ""), None) is None

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            name = schema["$ref"].removeprefix("#/$defs/")
            schema = {**self.root["$defs"][name], **{key: value for key, value in schema.items() if key != "$ref"}}
        return schema

    def _problem(self, node: Located, schema: Schema, path: str, reason: str) -> Problem:
        help_ = schema.get("description", "")
        return fault("shape-value", file=self.file, line=node.line, item=path, reason=reason, help=help_)


def differences(file: str, document: Located, schema: Schema) -> tuple[Problem, ...]:
    """Give every place where the document departs from the schema, in the order of the file."""
    found = _Comparison(file, schema).differences(document, schema, "")
    return tuple(sorted(found, key=lambda problem: problem.line))


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _has_type(value: Any, schema: Schema) -> bool:
    if "type" not in schema:
        return True
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, _TYPES[kind]) for kind in kinds)


def _wanted_type(schema: Schema) -> str:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_TYPE_WORDS[kind] for kind in kinds)


def _scalar_faults(value: Any, schema: Schema) -> Iterator[str]:
    if "const" in schema and value != schema["const"]:
        yield f'must be "{schema["const"]}"'
    if "enum" in schema and value not in schema["enum"]:
        yield f"must be one of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            yield "must not be empty"
        if len(value) > schema.get("maxLength", len(value)):
            yield f"must have at most {schema['maxLength']} characters"
        if "pattern" in schema and ("\n" in value or not re.search(schema["pattern"], value)):
            yield "is not written as it must be"
    if isinstance(value, dict) and len(value) < schema.get("minProperties", 0):
        yield "must not be empty"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) <= LARGEST_NUMBER:  # also what is no number (.nan) is not
            yield "must be a number of at most fifteen digits"
        if value < schema.get("minimum", value):
            yield f"must be at least {schema['minimum']}"
        if value > schema.get("maximum", value):
            yield f"must be at most {schema['maximum']}"
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"must hold at least {schema['minItems']}"
        if len(value) > schema.get("maxItems", len(value)):
            yield f"must hold at most {schema['maxItems']}"
