"""How a run is divided among workers: a module stays whole, so that what it prepares is prepared once.

The journeys go first and together, since they share one site and take longest: nobody waits for them at the end.
It needs `--dist loadscope --no-loadscope-reorder`, as in the Makefile.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"


class ModulesAtOnce(LoadScopeScheduling):
    """Hand out whole modules, and all journeys as one."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ModulesAtOnce | None:
    return ModulesAtOnce(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(JOURNEYS))
