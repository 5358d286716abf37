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
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from barometer.problems import Problem, UnusableInput
from barometer.published import Certificate, CitedTables, PublishedTables
from barometer.texts import Text

SCHEMA = "kumppani/release/1"
"""Names the layout of a release document; a later layout gets another number."""

Plain = dict[str, Any]
Read = TypeVar("Read")


def to_plain(value: PublishedTables | Certificate | CitedTables) -> Plain:
    """Give the value as JSON-ready objects, keys in the order of its fields."""
    return cast(Plain, _write(value, type(value)))


def tables_from_plain(plain: object) -> PublishedTables:
    """Read what `to_plain` wrote. Raises UnusableInput naming the path of the first fault."""
    return _read_as(PublishedTables, plain)


def certificate_from_plain(plain: object) -> Certificate:
    """Read a certificate. Raises UnusableInput naming the path of the first fault."""
    return _read_as(Certificate, plain)


def cited_from_plain(plain: object) -> CitedTables:
    """Read cited figures. Raises UnusableInput naming the path of the first fault."""
    return _read_as(CitedTables, plain)


def release_document(tables: PublishedTables, cited: CitedTables | None = None) -> Plain:
    """Give the whole of `release.json`: the layout's name, the release's id, the tables, and the cited figures if any."""
    document: Plain = {"schema": SCHEMA, "release": release_id(tables), **to_plain(tables)}
    if cited is not None:
        document["cited"] = to_plain(cited)
    return document


def read_release_document(document: object) -> tuple[PublishedTables, CitedTables | None]:
    """Read `release.json`. Raises UnusableInput where it is malformed or its id is not that of its tables and policy."""
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
    """Name a release: SHA-256 (hex) of the canonical JSON of its tables, estimates included, and its policy."""
    plain = to_plain(tables)
    return hashlib.sha256(
        canonical_json({"policy": plain.get("policy", {}), "tables": plain.get("tables", [])})
    ).hexdigest()


class _Malformed(UnusableInput):
    """One fault of a file of a release, with the path to it."""

    def __init__(self, path: str, message: str) -> None:
        remedy = "Take the file as `barometer release` wrote it; it is not meant to be edited."
        super().__init__([Problem("release-malformed", f"{message}.", remedy, item=path)])


def _read_as(kind: type[Read], plain: object) -> Read:
    return cast(Read, _read(plain, kind, ""))


@cache
def _types_of(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


# ---- writing


def _write(value: object, kind: Any) -> object:
    if isinstance(value, Text):
        return value.as_dict()
    if is_dataclass(value) and not isinstance(value, type):
        types = _types_of(type(value))
        written = {part.name: _write(getattr(value, part.name), types[part.name]) for part in fields(value)}
        return {name: item for name, item in written.items() if item is not None and item != {} and item != []}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        (_, inner) = get_args(kind) or (str, Any)
        return {str(key): _write(item, inner) for key, item in value.items()}
    if isinstance(value, tuple | list):
        inner = (get_args(kind) or (Any,))[0]
        return [_write(item, inner) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and float in (kind, *get_args(kind)):
        return float(value)
    return value


def _whole_numbers(plain: object) -> object:
    """Write 1.0 as 1, so that a reader in a language without integers computes the same digest."""
    if isinstance(plain, Mapping):
        return {key: _whole_numbers(item) for key, item in plain.items()}
    if isinstance(plain, list | tuple):
        return [_whole_numbers(item) for item in plain]
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < 2**53:
        return int(plain)
    return plain


# ---- reading


def _read(plain: object, kind: Any, path: str) -> object:
    if kind is Any:
        return plain
    if isinstance(kind, UnionType):
        wanted = [option for option in get_args(kind) if option is not type(None)]
        return None if plain is None else _read(plain, wanted[0], path)
    if kind is Text:
        return Text.of({key: _scalar(str, item, f"{path}.{key}") for key, item in _object(plain, path).items()})
    origin = get_origin(kind)
    if origin is tuple:
        if not isinstance(plain, list):
            raise _Malformed(path, f"a list was expected, not {_kind_of(plain)}")
        inner = get_args(kind)[0]
        return tuple(_read(item, inner, f"{path}[{position}]") for position, item in enumerate(plain))
    if origin is not None:
        inner = get_args(kind)[1]
        return {key: _read(item, inner, f"{path}.{key}") for key, item in _object(plain, path).items()}
    if is_dataclass(kind):
        return _read_fields(cast(type, kind), _object(plain, path), path)
    if issubclass(kind, Enum):
        return _read_enum(kind, plain, path)
    return _scalar(kind, plain, path)


def _read_fields(kind: type, plain: Mapping[str, object], path: str) -> object:
    types = _types_of(kind)
    known = {part.name: part for part in fields(kind)}
    for key in plain:
        if key not in known:
            raise _Malformed(_under(path, key), "this key is not known here")
    values = {name: _read(plain[name], types[name], _under(path, name)) for name in known if name in plain}
    for name, part in known.items():
        if name not in values:
            needed = part.default is MISSING and part.default_factory is MISSING
            values.update({name: _empty(types[name], _under(path, name))} if needed else {})
    return kind(**values)


def _empty(kind: Any, path: str) -> object:
    """Give the value of a required field that was left out because it was empty or None."""
    if kind is Text:
        return Text()
    if get_origin(kind) is tuple:
        return ()
    if get_origin(kind) is not None and not isinstance(kind, UnionType):
        return {}
    if isinstance(kind, UnionType):
        return None
    raise _Malformed(path, "this key is missing")


def _read_enum(kind: type[Enum], plain: object, path: str) -> Enum:
    try:
        return kind(plain)
    except ValueError:
        allowed = ", ".join(str(member.value) for member in kind)
        raise _Malformed(path, f"{plain!r} is none of: {allowed}") from None


def _scalar(kind: Callable[..., Any], plain: object, path: str) -> Any:
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        plain = float(plain)
    fits = isinstance(plain, cast(type, kind)) and (kind is bool or not isinstance(plain, bool))
    if not fits or (isinstance(plain, float) and not math.isfinite(plain)):
        named = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}[cast(type, kind)]
        raise _Malformed(path, f"{named} was expected, not {_kind_of(plain)}")
    return plain


def _object(plain: object, path: str) -> Mapping[str, object]:
    if not isinstance(plain, Mapping) or not all(isinstance(key, str) for key in plain):
        raise _Malformed(path, f"an object was expected, not {_kind_of(plain)}")
    return plain


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _kind_of(plain: object) -> str:
    named = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return named.get(type(plain), f"the number {plain}")
