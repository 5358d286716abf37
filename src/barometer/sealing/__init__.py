"""Sealing: what protects an answer between the respondent's finger and the release.

A sheet is sealed to the wave's public key in the request that sends it, as a row of one size for the whole wave;
only a quorum of custodians, off the server, can open it. A copied store shows how many answered, and nothing else.
Whoever controls the running server while answers come in, or holds enough custodians' keys, can read them.
"""

from barometer.sealing.bundles import Bundle, Counts, Row, read_bundle, write_bundle
from barometer.sealing.codes import CodeMistyped, code_from_text, code_text, identifier, new_code
from barometer.sealing.drafts import Draft, draft_lookup, draft_size, open_draft, seal_draft
from barometer.sealing.envelopes import Envelope, open_envelope, row_size, seal, sealed_size
from barometer.sealing.keys import (
    KeyPair,
    PublicKey,
    WaveKey,
    new_wave_key,
    read_key_file,
    read_public_key,
    read_wave_key,
    unwrap_wave_key,
    wrap_wave_key,
    write_key_file,
    write_wave_key,
)
from barometer.sealing.opening import Opened, Refused, open_bundle
from barometer.sealing.signals import minutes_flag

__all__ = [
    "Bundle",
    "CodeMistyped",
    "Counts",
    "Draft",
    "Envelope",
    "KeyPair",
    "Opened",
    "PublicKey",
    "Refused",
    "Row",
    "WaveKey",
    "code_from_text",
    "code_text",
    "draft_lookup",
    "draft_size",
    "identifier",
    "minutes_flag",
    "new_code",
    "new_wave_key",
    "open_bundle",
    "open_draft",
    "open_envelope",
    "read_bundle",
    "read_key_file",
    "read_public_key",
    "read_wave_key",
    "row_size",
    "seal",
    "seal_draft",
    "sealed_size",
    "unwrap_wave_key",
    "wrap_wave_key",
    "write_bundle",
    "write_key_file",
    "write_wave_key",
]
