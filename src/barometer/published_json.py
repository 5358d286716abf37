"""Published values as plain JSON and back: what `release.json` and `certificate.json` hold.

The layout follows the fields of `published.py`, in their order; a field that is None or empty is left out, and a Text
is an object from language to wording. Reading is strict: an unknown key or a value of the wrong type is refused with
its path, so that a file that was changed by hand never becomes half a release.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from barometer.problems import Problem, UnusableInput
from barometer.published import Certificate, CitedTables, PublishedTables, Table
from barometer.published_rules import faults_of, faults_of_certificate
from barometer.texts import Text

SCHEMA = "kumppani/release/1"
"""Names the layout of a release document; a later layout gets another number."""

LARGEST_NUMBER = 10**15
"""Either way: so far every reader's computer keeps whole numbers exactly."""

Plain = dict[str, Any]
Read = TypeVar("Read")


def to_plain(value: object) -> Plain:
    """Give tables, a certificate, or any frozen value made like them as JSON-ready objects, keys in field order."""
    return cast(Plain, _document_writer(cast(Any, type(value)))(value))


def tables_from_plain(plain: object) -> PublishedTables:
    """Read what `to_plain` wrote. Raises UnusableInput naming the path of the first fault."""
    tables = _read_as(PublishedTables, plain)
    for path, message in faults_of(tables):
        raise _Malformed(path, message)
    return tables


def certificate_from_plain(plain: object) -> Certificate:
    """Read a certificate. Raises UnusableInput naming the path of the first fault."""
    certificate = _read_as(Certificate, plain)
    for path, message in faults_of_certificate(certificate):
        raise _Malformed(path, message)
    return certificate


def cited_from_plain(plain: object) -> CitedTables:
    """Read cited figures. Raises UnusableInput naming the path of the first fault."""
    return _read_as(CitedTables, plain)


def value_from_plain(kind: type[Read], plain: object) -> Read:
    """Read any frozen value that `to_plain` wrote. Raises UnusableInput naming the path of the first fault."""
    return _read_as(kind, plain)


def release_document(tables: PublishedTables, cited: CitedTables | None = None) -> Plain:
    """Give the whole of `release.json`: the layout's name, the release's id, the tables, the cited figures if any."""
    plain = to_plain(tables)
    document: Plain = {"schema": SCHEMA, "release": _id_of(plain), **plain}
    if cited is not None:
        document["cited"] = to_plain(cited)
    return document


def read_release_document(document: object) -> tuple[PublishedTables, CitedTables | None]:
    """Read `release.json`. Raises UnusableInput where it is malformed or its id is not that of its tables."""
    if not isinstance(document, Mapping):
        raise _Malformed("release", f"an object was expected, not {_kind_of(document)}")
    if document.get("schema") != SCHEMA:
        raise _Malformed("schema", f"the layout must be {SCHEMA!r}, not {document.get('schema')!r}")
    beside = {"schema", "release", "cited"}
    tables = tables_from_plain({key: value for key, value in document.items() if key not in beside})
    cited = cited_from_plain(document["cited"]) if "cited" in document else None
    if document.get("release") != release_id(tables):
        raise _Malformed("release", "the id is not the digest of these tables and this policy")
    return tables, cited


def canonical_json(plain: object) -> bytes:
    """Give the one spelling that digests are taken of: sorted keys, no spaces, UTF-8, whole numbers without a point."""
    spelled = json.dumps(
        _whole_numbers(plain), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return spelled.encode("utf-8")


def release_id(tables: PublishedTables) -> str:
    """Name a release: SHA-256 (hex) of the canonical JSON of its tables, estimates included, and its policy.

    Texts are left out: a further language or a corrected wording is an edition of the same release. Which texts belong
    to it is said by the digest of its files.
    """
    return _id_of(to_plain(tables))


def _id_of(plain: Plain) -> str:
    named = {
        "policy": _without_labels(plain.get("policy", {})),
        "tables": _without(_text_fields(Table), plain.get("tables", [])),
    }
    return hashlib.sha256(canonical_json(named)).hexdigest()


def _without_labels(policy: object) -> object:
    """Leave out what a policy calls its groups: every ``label`` that is an object from language to wording."""
    if isinstance(policy, Mapping):
        return {
            key: _without_labels(item)
            for key, item in policy.items()
            if not (key == "label" and isinstance(item, Mapping))
        }
    return [_without_labels(item) for item in policy] if isinstance(policy, list | tuple) else policy


def _without(names: frozenset[str], plain: object) -> object:
    if isinstance(plain, dict):
        return {key: _without(names, item) for key, item in plain.items() if key not in names}
    return [_without(names, item) for item in plain] if isinstance(plain, list) else plain


@cache
def _text_fields(kind: type) -> frozenset[str]:
    """Name the fields of a type, and of the types it holds, that are words for a reader and nothing else."""
    found = set()
    for name, held in _types_of(kind).items():
        inner = get_args(held)[0] if get_origin(held) is tuple else held
        if inner is Text:
            found.add(name)
        elif is_dataclass(inner):
            found |= _text_fields(cast(type, inner))
    return frozenset(found)


class _Malformed(UnusableInput):
    """One fault of a file of a release, with the path to it."""

    def __init__(self, path: str, message: str) -> None:
        remedy = "Take the file as `barometer release` wrote it; it is not meant to be edited."
        super().__init__([Problem("release-malformed", f"{message[:1].upper()}{message[1:]}.", remedy, item=path)])


def _read_as(kind: type[Read], plain: object) -> Read:
    try:
        return cast(Read, _reader(cast(Any, kind))(plain))
    except _Fault as fault:
        raise _Malformed(fault.path, fault.message) from None


@cache
def _document_writer(kind: Any) -> _Writer:
    return _fields_writer(kind)


@cache
def _types_of(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


# ---- writing: one writer for each type, made once


_Writer = Callable[[Any], object]


@cache
def _writer(kind: Any) -> _Writer | None:
    """Make the writer of a type from its annotation; None where the value is written as it is."""
    if kind is Text:
        return Text.as_dict
    if isinstance(kind, UnionType):
        return _optional(_writer(next(option for option in get_args(kind) if option is not type(None))))
    origin = get_origin(kind)
    if origin is tuple:
        return _list_writer(_writer(get_args(kind)[0]))
    if origin is not None:
        return _object_writer(_writer(get_args(kind)[1]))
    if is_dataclass(kind):
        return _fields_writer(cast(type, kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return attrgetter("value")
    return float if kind is float else _plainly if kind is Any else None


def _optional(write: _Writer | None) -> _Writer | None:
    return write and (lambda value: None if value is None else write(value))


def _list_writer(write: _Writer | None) -> _Writer:
    return list if write is None else lambda values: [write(value) for value in values]


def _object_writer(write: _Writer | None) -> _Writer:
    return dict if write is None else lambda values: {key: write(value) for key, value in values.items()}


def _fields_writer(kind: type) -> _Writer:
    types = _types_of(kind)
    parts = [(part.name, _writer(types[part.name])) for part in fields(kind)]

    def write_fields(value: Any) -> Plain:
        held = vars(value)
        written = {}
        for name, write in parts:
            item = held[name] if write is None else write(held[name])
            if item is not None and item != {} and item != []:
                written[name] = item
        return written

    return write_fields


def _plainly(value: object) -> object:
    """Write what has no type of its own, such as a policy: mappings as objects, sequences as lists."""
    if isinstance(value, Mapping):
        return {str(key): _plainly(item) for key, item in value.items()}
    return [_plainly(item) for item in value] if isinstance(value, list | tuple) else value


def _whole_numbers(plain: object) -> object:
    """Write 1.0 as 1, so that a reader in a language without integers computes the same digest."""
    if isinstance(plain, dict):
        return {key: _whole_numbers(item) for key, item in plain.items()}
    if isinstance(plain, list):
        return [_whole_numbers(item) for item in plain]
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < 2**53:
        return int(plain)
    return plain


# ---- reading: one reader for each type, made once; a fault gathers its path on the way up


_Reader = Callable[[Any], Any]


class _Fault(Exception):
    """What is wrong with a value; whoever reads the value around it puts the place in front."""

    def __init__(self, message: str) -> None:
        self.message = message
        self.path = ""

    def under(self, place: str) -> _Fault:
        joined = "" if not self.path else self.path if self.path.startswith("[") else f".{self.path}"
        self.path = f"{place}{joined}"
        return self


@cache
def _reader(kind: Any) -> _Reader:
    """Make the reader of a type from its annotation. Readers raise _Fault."""
    if kind is Any:
        return _anything
    if isinstance(kind, UnionType):
        read = _reader(next(option for option in get_args(kind) if option is not type(None)))
        return lambda plain: None if plain is None else read(plain)
    if kind is Text:
        read_words = _object_reader(_reader(str))
        return lambda plain: Text.of(read_words(plain))
    origin = get_origin(kind)
    if origin is tuple:
        return _list_reader(_reader(get_args(kind)[0]))
    if origin is not None:
        return _object_reader(_reader(get_args(kind)[1]))
    if is_dataclass(kind):
        return _fields_reader(cast(type, kind))
    return _enum_reader(kind) if issubclass(kind, Enum) else _scalar_reader(kind)


def _anything(plain: object) -> object:
    return plain


def _list_reader(read: _Reader) -> _Reader:
    def read_list(plain: object) -> object:
        if not isinstance(plain, list):
            raise _Fault(f"a list was expected, not {_kind_of(plain)}")
        values: list[object] = []
        try:
            for item in plain:
                values.append(read(item))
        except _Fault as fault:
            raise fault.under(f"[{len(values)}]") from None
        return tuple(values)

    return read_list


def _object_reader(read: _Reader) -> _Reader:
    def read_object(plain: object) -> object:
        values = {}
        key = ""
        try:
            for key, item in _object(plain).items():
                values[key] = read(item)
        except _Fault as fault:
            raise fault.under(key) if key else fault from None
        return values

    return read_object


def _fields_reader(kind: type) -> _Reader:
    types = _types_of(kind)
    readers = {part.name: _reader(types[part.name]) for part in fields(kind)}
    needed = [part.name for part in fields(kind) if part.default is MISSING and part.default_factory is MISSING]

    def read_fields(plain: object) -> object:
        values = {}
        for name, item in _object(plain).items():
            read = readers.get(name)
            if read is None:
                raise _Fault("this key is not known here").under(name)
            try:
                values[name] = read(item)
            except _Fault as fault:
                raise fault.under(name) from None
        for name in needed:
            if name not in values:
                values[name] = _empty(types[name], name)
        return kind(**values)

    return read_fields


def _empty(kind: Any, name: str) -> object:
    """Give the value of a required field that was left out because it was empty or None."""
    if kind is Text:
        return Text()
    if get_origin(kind) is tuple:
        return ()
    if get_origin(kind) is not None and not isinstance(kind, UnionType):
        return {}
    if isinstance(kind, UnionType):
        return None
    raise _Fault("this key is missing").under(name)


def _enum_reader(kind: type[Enum]) -> _Reader:
    members = {member.value: member for member in kind}

    def read_member(plain: object) -> Enum:
        member = members.get(plain) if isinstance(plain, str) else None
        if member is None:
            raise _Fault(f"{plain!r} is none of: {', '.join(members)}")
        return member

    return read_member


def _scalar_reader(kind: type) -> _Reader:
    named = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}[kind]

    def read_scalar(plain: Any) -> Any:
        if type(plain) is int and abs(plain) > LARGEST_NUMBER:
            raise _Fault("a number of at most fifteen digits was expected")
        if type(plain) is int and kind is float:
            plain = float(plain)
        if type(plain) is not kind or (kind is float and not math.isfinite(cast(float, plain))):
            raise _Fault(f"{named} was expected, not {_kind_of(plain)}")
        return plain

    return read_scalar


def _object(plain: object) -> Mapping[str, object]:
    if not isinstance(plain, dict) or not all(isinstance(key, str) for key in plain):
        raise _Fault(f"an object was expected, not {_kind_of(plain)}")
    return plain


def _kind_of(plain: object) -> str:
    named = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return named.get(type(plain), f"the number {plain}")
