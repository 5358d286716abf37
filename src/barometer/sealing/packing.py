"""Canonical JSON behind a length, filled up to a size that says nothing."""

from __future__ import annotations

import json
from typing import Any

LENGTH_BYTES = 4


class DoesNotFit(ValueError):
    """The content is larger than the size that was fixed for it."""


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def pack(content: bytes, size: int, filler: bytes = b"") -> bytes:
    """Put a length before the content and fill up to exactly ``size`` bytes, with zeros where no filler is given."""
    if LENGTH_BYTES + len(content) > size:
        raise DoesNotFit(f"{len(content)} bytes do not fit into {size}")
    head = len(content).to_bytes(LENGTH_BYTES, "big") + content
    return head + (filler or bytes(size))[: size - len(head)]


def unpack(packed: bytes) -> bytes:
    """Give the content back; ValueError where the length does not fit the bytes."""
    length = int.from_bytes(packed[:LENGTH_BYTES], "big")
    if len(packed) < LENGTH_BYTES + length:
        raise ValueError("shorter than its own length says")
    return packed[LENGTH_BYTES : LENGTH_BYTES + length]
