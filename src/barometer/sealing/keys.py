"""Custodians' keys, and the wave's key divided among them.

Every key is an age X25519 key, so a custodian may also use age itself. The wave's secret key is made off the server,
wrapped once for every quorum of custodians (age files inside age files, one layer a custodian) and thrown away.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import pyrage
from pyrage import x25519

from barometer.problems import Problem, UnusableInput

WAVE_KEY_FORMAT = "kumppani wave key 1"
DEMONSTRATION = "demonstration"
LONGEST_NAME = 200
MOST_CUSTODIANS = 12
"""At most 924 quorums to wrap for; without a limit, the quorums of a long list fill any memory."""


@dataclass(frozen=True, order=True)
class PublicKey:
    """What a site may know of a custodian. A demonstration key carries its mark in every text form."""

    age: str
    demonstration: bool = False

    @property
    def fingerprint(self) -> str:
        """Sixteen characters for people to compare, aloud if need be."""
        shown = hashlib.sha256(self.age.encode()).hexdigest()[:16]
        return " ".join(shown[start : start + 4] for start in range(0, 16, 4))

    def __str__(self) -> str:
        return f"{DEMONSTRATION}:{self.age}" if self.demonstration else self.age


@dataclass(frozen=True)
class KeyPair:
    """A secret key and its public half. Its representation never shows the secret."""

    secret: str
    demonstration: bool = False

    @classmethod
    def generate(cls, *, demonstration: bool = False) -> KeyPair:
        return cls(str(x25519.Identity.generate()), demonstration)

    @property
    def public(self) -> PublicKey:
        return PublicKey(str(x25519.Identity.from_str(self.secret).to_public()), self.demonstration)

    def __repr__(self) -> str:
        return f"KeyPair({self.public})"


@dataclass(frozen=True)
class WaveKey:
    """The public key that answers are sealed to, and its secret half wrapped for every quorum of custodians."""

    public: PublicKey
    quorum: int
    custodians: tuple[PublicKey, ...]
    wrapped: tuple[tuple[tuple[str, ...], bytes], ...]
    """For each quorum: the custodians' public keys, outermost layer first, and the nested age file."""
    made_by: str = ""
    made_on: str = ""
    """Who made the wave's key, and on which day: for that moment one machine knew all of it. Empty where not told."""

    @property
    def demonstration(self) -> bool:
        return self.public.demonstration


def read_public_key(text: str, *, file: str = "") -> PublicKey:
    """Read ``age1…`` or ``demonstration:age1…``; UnusableInput for anything else, a secret key above all."""
    written = text.strip()
    if "AGE-SECRET-KEY" in written.upper():
        raise UnusableInput([_problem("secret-key-given", "This is a secret key.", _KEEP_SECRET, file)])
    mark, _, age = written.rpartition(":")
    try:
        age = str(x25519.Recipient.from_str(age))  # one spelling for each key: it may also be written in capitals
    except pyrage.RecipientError:
        mark, age = "?", ""
    if not age or mark not in ("", DEMONSTRATION):
        raise UnusableInput([_problem("public-key-unreadable", "This is not a public key.", _SHOW_PUBLIC, file)])
    return PublicKey(age, mark == DEMONSTRATION)


def write_key_file(pair: KeyPair, name: str = "") -> str:
    """Write a custodian's key file; age reads it too."""
    lines = ["# Secret key of a custodian. Keep it off the network, and keep a copy in another place."]
    lines += [f"# name: {' '.join(name.split())}"] if name else []
    lines += [f"# {DEMONSTRATION}: protects nothing, refused for real waves"] if pair.demonstration else []
    return "\n".join([*lines, f"# public key: {pair.public}", pair.secret, ""])


def read_key_file(text: str, *, file: str = "") -> KeyPair:
    """Read a key file as `write_key_file` or age's own tool writes it; UnusableInput where there is no secret key."""
    lines = [line.strip() for line in text.splitlines()]
    secrets_found = [line for line in lines if line and not line.startswith("#")]
    try:
        if len(secrets_found) != 1:
            raise ValueError("one key a file")
        x25519.Identity.from_str(secrets_found[0])
    except (ValueError, pyrage.IdentityError):
        remedy = "Give the file that `barometer keys new` wrote: one line in it begins with AGE-SECRET-KEY-1."
        raise UnusableInput([_problem("key-file-unreadable", "No secret key was found.", remedy, file)]) from None
    return KeyPair(secrets_found[0], any(line.startswith(f"# {DEMONSTRATION}:") for line in lines))


def new_wave_key(custodians: Sequence[PublicKey], quorum: int) -> WaveKey:
    """Make a wave's key and divide it; its secret half exists only inside this call."""
    demonstration = any(custodian.demonstration for custodian in custodians)
    return wrap_wave_key(KeyPair.generate(demonstration=demonstration), custodians, quorum)


def wrap_wave_key(pair: KeyPair, custodians: Sequence[PublicKey], quorum: int) -> WaveKey:
    """Wrap the wave's secret key so that any ``quorum`` of the custodians can unwrap it together, and no fewer."""
    ages = [custodian.age for custodian in custodians]
    if not 1 <= quorum <= len(ages) <= MOST_CUSTODIANS or len(set(ages)) != len(ages):
        message = f"{quorum} of {len(set(ages))} different custodians cannot be a quorum."
        remedy = f"Give each custodian's own key, once; {MOST_CUSTODIANS} custodians at most."
        raise UnusableInput([_problem("quorum-impossible", message, remedy)])
    if len({custodian.demonstration for custodian in custodians} | {pair.demonstration}) > 1:
        message = "Demonstration keys and real keys are mixed."
        raise UnusableInput([_problem("demonstration-key", message, "Real waves take real keys only.")])
    wrapped = tuple((group, _nest(pair.secret, group)) for group in combinations(sorted(ages), quorum))
    return WaveKey(pair.public, quorum, tuple(sorted(custodians)), wrapped)


def unwrap_wave_key(wave_key: WaveKey, identities: Sequence[KeyPair]) -> KeyPair:
    """Give the wave's secret key to a quorum of its custodians (or to its holder); UnusableInput to anybody else."""
    held = {identity.public.age: identity for identity in identities}
    if wave_key.public.age in held:
        return KeyPair(held[wave_key.public.age].secret, wave_key.demonstration)
    ours = sum(custodian.age in held for custodian in wave_key.custodians)
    for group, nested in wave_key.wrapped:
        if set(group) <= set(held):
            return _checked(_unnest(nested, [held[age] for age in group]), wave_key)
    needed = f"The wave's key needs {wave_key.quorum} of its {len(wave_key.custodians)} custodians"
    message = f"{needed}; {ours} of the keys given are theirs."
    names = ", ".join(custodian.fingerprint for custodian in wave_key.custodians)
    raise UnusableInput([_problem("quorum-missing", message, f"The custodians' fingerprints are {names}.")])


def write_wave_key(wave_key: WaveKey) -> str:
    """Write a wave key as JSON. It holds no usable secret; still it goes only to the site and the custodians."""
    return json.dumps(wave_key_as_plain(wave_key), indent=1, ensure_ascii=False) + "\n"


def read_wave_key(text: str, *, file: str = "") -> WaveKey:
    """Read what `write_wave_key` wrote; UnusableInput where it is something else."""
    try:
        return wave_key_from_plain(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, UnusableInput):
        remedy = "Give the file that `barometer keys wave` wrote."
        raise UnusableInput([_problem("wave-key-unreadable", "This is not a wave key.", remedy, file)]) from None


def wave_key_as_plain(wave_key: WaveKey) -> dict[str, Any]:
    return {
        "format": WAVE_KEY_FORMAT,
        "public": str(wave_key.public),
        "quorum": wave_key.quorum,
        "custodians": [str(custodian) for custodian in wave_key.custodians],
        "wrapped": [{"for": list(group), "key": b64encode(nested).decode()} for group, nested in wave_key.wrapped],
        "made_by": wave_key.made_by,
        "made_on": wave_key.made_on,
    }


def wave_key_from_plain(plain: dict[str, Any]) -> WaveKey:
    """The reverse of `wave_key_as_plain`; ValueError, KeyError or UnusableInput where something is missing."""
    if plain["format"] != WAVE_KEY_FORMAT:
        raise ValueError("another format")
    wave_key = WaveKey(
        public=read_public_key(plain["public"]),
        quorum=int(plain["quorum"]),
        custodians=tuple(read_public_key(custodian) for custodian in plain["custodians"]),
        wrapped=tuple(
            (tuple(str(age) for age in part["for"]), b64decode(part["key"], validate=True)) for part in plain["wrapped"]
        ),
        made_by=str(plain.get("made_by", ""))[:LONGEST_NAME],
        made_on=date.fromisoformat(plain["made_on"]).isoformat() if plain.get("made_on") else "",
    )
    ages = sorted(custodian.age for custodian in wave_key.custodians)
    if not 1 <= wave_key.quorum <= len(set(ages)) or len(set(ages)) != len(ages):
        raise ValueError("one custodian would stand for several")
    if len(ages) > MOST_CUSTODIANS or {group for group, _ in wave_key.wrapped} != set(
        combinations(ages, wave_key.quorum)
    ):
        raise ValueError("not wrapped for every quorum")
    if {custodian.demonstration for custodian in wave_key.custodians} != {wave_key.demonstration}:
        raise ValueError("demonstration keys and real keys are mixed")
    return wave_key


def _nest(secret: str, group: Sequence[str]) -> bytes:
    content = secret.encode()
    for age in reversed(group):
        content = pyrage.encrypt(content, [x25519.Recipient.from_str(age)])
    return content


def _unnest(nested: bytes, identities: Sequence[KeyPair]) -> str:
    content = nested
    for identity in identities:
        try:
            content = pyrage.decrypt(content, [x25519.Identity.from_str(identity.secret)])
        except pyrage.DecryptError:
            raise _damaged() from None
    return content.decode("ascii", "replace")


def _checked(secret: str, wave_key: WaveKey) -> KeyPair:
    """A wrapped key that is not the one answers are sealed to would open nothing: say so here, not row by row."""
    try:
        pair = KeyPair(secret, wave_key.demonstration)
        if pair.public == wave_key.public:
            return pair
    except pyrage.IdentityError:
        pass
    raise _damaged()


def _damaged() -> UnusableInput:
    remedy = "Take the wave key from another custodian's copy."
    return UnusableInput([_problem("wave-key-damaged", "The wrapped wave key is damaged.", remedy)])


def _problem(code: str, message: str, remedy: str, file: str = "") -> Problem:
    return Problem(code, message, remedy, file=file)


_KEEP_SECRET = "Nobody but its custodian may have it: make a new key, and give only the line that begins with age1."
_SHOW_PUBLIC = "Give the text that begins with age1, as `barometer keys new` showed it."
