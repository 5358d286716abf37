"""The intruder: what published tables disclose beyond what they print.

Reads published files alone, so that anybody can run it on a download. Written independently of the protection: it
shares no code with it and knows none of its choices.
"""

from barometer.attack.findings import Cell, Confined, Finding, Findings, Kind, Severity, Step
from barometer.attack.primaries import Primary, read_primary
from barometer.attack.running import attack

__all__ = [
    "Cell",
    "Confined",
    "Finding",
    "Findings",
    "Kind",
    "Primary",
    "Severity",
    "Step",
    "attack",
    "read_primary",
]
