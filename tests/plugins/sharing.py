"""How a run is divided among workers: a module stays whole, so that what it prepares is prepared once.

The journeys go first and together, since they share one site and take longest: nobody waits for them at the end.
It needs `--dist loadgroup --no-loadscope-reorder`, as in the Makefile.
"""

from __future__ import annotations

import pytest

JOURNEYS = "journeys"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(JOURNEYS if is_a_journey(item) else item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: not is_a_journey(item))


def is_a_journey(item: pytest.Item) -> bool:
    return "live_site" in getattr(item, "fixturenames", ())
