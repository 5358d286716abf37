"""The wave folder of which the tests' release is made."""

from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "partnership-barometer-2022"
