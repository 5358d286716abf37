"""The whole attack: published tables in, everything that could be inferred out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from barometer.attack.differencing import overlap_findings, release_findings, worlds_of
from barometer.attack.findings import Confined, Finding, Findings, Severity, Step
from barometer.attack.inferring import Aim, Inference
from barometer.attack.primaries import Primary
from barometer.attack.visible import visible_findings
from barometer.attack.worlds import World
from barometer.published import PublishedTables

DEFAULT_K, DEFAULT_M, DEFAULT_COLLUDERS = 5, 20, 0
LIMITS = (
    Step("not_tried_background_file"),
    Step("not_tried_rerunning"),
    Step("not_tried_questions_together"),
    Step("not_tried_people_across_waves"),
    Step("not_tried_unpublishable"),
    Step("not_tried_excluding_options"),
)
"""What this attack leaves out whatever it is given."""


def attack(
    releases: Sequence[PublishedTables],
    *,
    k: int | None = None,
    m: int | None = None,
    complete: bool = False,
    colluders: int | None = None,
    primary: Primary | None = None,
) -> Findings:
    """Find what published tables disclose beyond what they print.

    Takes any number of releases, editions and waves. ``k`` and ``m`` default to the strictest of the releases' own
    policies. With ``complete`` the interval of each withheld cell is searched to its ends instead of only
    until it is known to span k.

    ``colluders`` of the respondents (0 to k - 1) are taken to be attackers who pool their own rows and may sit
    anywhere: see `colluding`. Left out, it is what the releases' policies name, and DEFAULT_COLLUDERS where none does.

    With ``primary`` (by table, the cells withheld for being small: the controller knows them, no file does) it is
    also asked whether every value 1 to k - 1 of each of these stays possible. Raises ValueError for several waves.
    """
    if primary is not None and len({release.wave.id for release in releases}) > 1:
        raise ValueError("which cells are small is known of one wave at a time")
    k = k or max((_of_policy(release, "k", DEFAULT_K) for release in releases), default=DEFAULT_K)
    m = m or max((_of_policy(release, "m", DEFAULT_M) for release in releases), default=DEFAULT_M)
    if colluders is None:
        colluders = max((_of_policy(release, "colluders", DEFAULT_COLLUDERS) for release in releases), default=0)
    colluders = min(colluders, k - 1)
    found: list[Finding] = []
    withheld: list[Confined] = []
    not_tried: list[Step] = [*LIMITS]
    if not colluders:
        not_tried.append(Step("not_tried_own_row"))
    if primary is None:
        not_tried.append(Step("not_tried_knowing_the_small"))
    for wave in dict.fromkeys(release.wave.id for release in releases):
        worlds = worlds_of([release for release in releases if release.wave.id == wave])
        found.extend(_printed(worlds, k, m, colluders))
        inference = Inference(worlds, Aim(k, colluders, complete, primary))
        found.extend(inference.run())
        withheld.extend(inference.confined)
        not_tried.extend(inference.not_tried)
    order = list(Severity)
    unique = dict.fromkeys(found)
    return Findings(
        tuple(sorted(unique, key=lambda f: order.index(f.severity))),
        tuple(withheld),
        k,
        m,
        tuple(dict.fromkeys(not_tried)),
        colluders,
    )


def _of_policy(release: PublishedTables, name: str, default: int) -> int:
    value: Any = release.policy.get(name, default)
    return value if isinstance(value, int) else default


def _printed(worlds: Sequence[World], k: int, m: int, colluders: int) -> Iterator[Finding]:
    for world in worlds:
        for release in world.releases:
            for table in release.tables:
                yield from visible_findings(world.wave, table, k, m, colluders)
        yield from overlap_findings(world, m)
    yield from release_findings(worlds, k, colluders)
