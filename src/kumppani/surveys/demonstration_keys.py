"""The keys that the demonstration keeps itself, and the examples it offers. Elsewhere nobody gets either."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from barometer.sealing import KeyPair, WaveKey, new_wave_key, read_key_file, write_key_file
from kumppani.surveys.order import NotNow

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
KEYS = "demonstration-keys"
CUSTODIANS = ("first", "second")


def example_folders() -> dict[str, Path]:
    """The wave folders of the examples, by name; none where the examples were not installed."""
    return {path.parent.name: path.parent for path in sorted(EXAMPLES.glob("*/wave.yaml"))}


def demonstration_keys() -> tuple[KeyPair, ...]:
    """The demonstration's own custodians' keys, made once and kept beside its data."""
    require_demonstration()
    folder = kept(KEYS)
    for name in CUSTODIANS:
        file = folder / f"{name}.key"
        if not file.exists():
            file.write_text(write_key_file(KeyPair.generate(demonstration=True), name), encoding="utf-8")
            file.chmod(0o600)
    return tuple(read_key_file((folder / f"{name}.key").read_text(encoding="utf-8")) for name in CUSTODIANS)


def demonstration_wave_key() -> WaveKey:
    """A fresh wave key that either of the two demonstration custodians opens alone."""
    return new_wave_key([pair.public for pair in demonstration_keys()], quorum=1)


def require_demonstration() -> None:
    if not settings.DEMONSTRATION:
        raise NotNow(_("Only the demonstration keeps keys and opens answers here. Open them on a custodian's machine."))


def kept(name: str) -> Path:
    """A folder of the demonstration's data that its owner alone can read."""
    folder = Path(settings.DATA) / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
