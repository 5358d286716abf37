"""The ten background questions of the benchmark data, how uneven their answers are, and along which trees they merge.

Regions and organisation types have the sizes and the trees of `examples/partnership-barometer-2022`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Grouping = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Background:
    """A background question: how common each answer is, and its levels to fall back along."""

    id: str
    sizes: dict[str, int]
    levels: dict[str, Grouping]
    start: str = "answers"
    """The level groups are taken from where they are large enough."""

    def as_policy(self) -> dict[str, Any]:
        levels = self.levels | {"all": {"everybody": tuple(self.sizes)}}
        return {
            "question": self.id,
            "start": self.start,
            "groupings": [
                {
                    "id": level,
                    "groups": [{"code": code, "label": {"en": code}, "of": list(of)} for code, of in groups.items()],
                }
                for level, groups in levels.items()
            ],
        }


NINE_AREAS: Grouping = {
    "uusimaa": ("uusimaa",),
    "southwest": ("varsinais-suomi", "satakunta"),
    "south_inland": ("hame", "pirkanmaa", "kaakkois-suomi"),
    "central": ("keski-suomi",),
    "east": ("etela-savo", "pohjois-savo", "pohjois-karjala"),
    "south_ostrobothnia": ("etela-pohjanmaa",),
    "ostrobothnia": ("pohjanmaa",),
    "north_ostrobothnia_kainuu": ("pohjois-pohjanmaa", "kainuu"),
    "lapland": ("lappi",),
}
SEVEN_AREAS: Grouping = {
    **{
        code: of
        for code, of in NINE_AREAS.items()
        if code in ("uusimaa", "southwest", "south_inland", "central", "east")
    },
    "both_ostrobothnias": ("etela-pohjanmaa", "pohjanmaa"),
    "north": ("pohjois-pohjanmaa", "kainuu", "lappi"),
}
FIVE_ORGANISATIONS: Grouping = {
    "municipality": ("municipality",),
    "ngo": ("ngo",),
    "education": ("education",),
    "public_other": ("state", "wellbeing_county"),
    "other": ("religious", "company", "other"),
}
THREE_SECTORS: Grouping = {
    "public": ("municipality", "state", "wellbeing_county"),
    "ngo": ("ngo",),
    "education_and_others": ("education", "religious", "company", "other"),
}
_REGIONS = {
    "uusimaa": 121, "varsinais-suomi": 29, "satakunta": 14, "hame": 22, "pirkanmaa": 31, "kaakkois-suomi": 20,
    "etela-savo": 11, "pohjois-savo": 18, "pohjois-karjala": 15, "keski-suomi": 20, "etela-pohjanmaa": 12,
    "pohjanmaa": 19, "pohjois-pohjanmaa": 22, "kainuu": 8, "lappi": 13,
}  # fmt: skip
_ORGANISATIONS = {
    "municipality": 118, "ngo": 96, "education": 55, "state": 48, "wellbeing_county": 22, "religious": 9,
    "company": 11, "other": 16,
}  # fmt: skip


def _uusimaa_or_other() -> Grouping:
    return {"uusimaa": ("uusimaa",), "other_areas": tuple(code for code in _REGIONS if code != "uusimaa")}


def _in_steps(id: str, *sizes: int, levels: tuple[tuple[int, ...], ...]) -> Background:
    """Make a background whose answers stand in an order; a level is given by how many neighbours each group takes."""
    codes = [f"{id}_{place}" for place in range(1, len(sizes) + 1)]
    made: dict[str, Grouping] = {}
    for number, widths in enumerate(levels, 1):
        left = iter(codes)
        groups = [tuple(next(left) for _ in range(width)) for width in widths]
        made[f"level_{number}"] = {f"from_{of[0]}": of for of in groups}
    return Background(id, dict(zip(codes, sizes, strict=True)), made)


BACKGROUNDS: tuple[Background, ...] = (
    Background(
        "region",
        _REGIONS,
        {"nine_areas": NINE_AREAS, "seven_areas": SEVEN_AREAS, "uusimaa_or_other": _uusimaa_or_other()},
        start="nine_areas",
    ),
    Background(
        "org_type",
        _ORGANISATIONS,
        {"five_groups": FIVE_ORGANISATIONS, "three_sectors": THREE_SECTORS},
        start="five_groups",
    ),
    _in_steps("size", 60, 110, 120, 60, 25, levels=((2, 1, 2), (3, 2))),
    _in_steps("role", 150, 90, 60, 40, 25, 10, levels=((1, 1, 1, 3), (1, 2, 3))),
    _in_steps("years", 70, 130, 120, 55, levels=((2, 2),)),
    _in_steps("field", 80, 65, 55, 45, 35, 28, 22, 15, 12, 8, 6, 4, levels=((1, 1, 1, 1, 2, 2, 4), (2, 2, 8))),
    _in_steps("language", 300, 50, 25, levels=()),
    _in_steps("funding", 130, 90, 60, 40, 30, 15, 10, levels=((1, 1, 1, 2, 2), (2, 1, 4))),
    _in_steps("municipality_kind", 220, 95, 60, levels=()),
    _in_steps("contact", 40, 110, 120, 70, 35, levels=((2, 1, 2), (3, 2))),
)  # fmt: skip
