"""How well a need and an offer go together, and why. Plain sets in, reasons out; no database.

Without a theme or a target group in common there is no match, nor where both name regions and share none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EVERYWHERE = "nationwide"
POINTS = {"themes": 4, "regions": 3, "target_groups": 2, "languages": 1}


@dataclass(frozen=True)
class Described:
    """What a notice is described with: codes only."""

    themes: frozenset[str]
    regions: frozenset[str]
    target_groups: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True)
class Reason:
    """What both have in common under one heading."""

    what: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Fit:
    score: int
    reasons: tuple[Reason, ...]


def fit_of(one: Described, other: Described) -> Fit | None:
    """Say how well two notices go together; None when they do not."""
    common = {
        "themes": one.themes & other.themes,
        "regions": _common_regions(one.regions, other.regions),
        "target_groups": one.target_groups & other.target_groups,
        "languages": one.languages & other.languages,
    }
    if not common["themes"] and not common["target_groups"]:
        return None
    if not common["regions"]:
        return None
    reasons = tuple(Reason(what, tuple(sorted(codes))) for what, codes in common.items() if codes)
    return Fit(sum(POINTS[reason.what] * _counted(reason) for reason in reasons), reasons)


def best_first(fits: Iterable[tuple[int, Fit]]) -> list[tuple[int, Fit]]:
    """Order numbered fits: the higher score first, the newer (higher) number first among equals."""
    return sorted(fits, key=lambda numbered: (-numbered[1].score, -numbered[0]))


def _common_regions(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Who works in the whole country works in every region of the other."""
    if EVERYWHERE in one and EVERYWHERE in other:
        return frozenset({EVERYWHERE})
    if EVERYWHERE in one:
        return other
    return one if EVERYWHERE in other else one & other


def _counted(reason: Reason) -> int:
    """One region in common is as good as many; of the others, more is better."""
    return 1 if reason.what == "regions" else len(reason.codes)
