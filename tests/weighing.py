"""What a page costs whoever opens it: how many requests, and how many bytes of all files together, unpacked.

The browser goes on fetching for a while after a page is shown, so nothing is counted before the network is idle:
else a late answer of the page before would be counted too.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Response

LARGEST_FIRST_PAGE = 25_000
"""Bytes of all files together, as they are once unpacked; headers left out."""
MOST_REQUESTS = 4


@dataclass
class Weight:
    """The files that a page fetched, with the bytes of each."""

    files: list[tuple[str, int]] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return len(self.files)

    @property
    def bytes(self) -> int:
        return sum(size for _, size in self.files)

    @property
    def is_small(self) -> bool:
        """Whether a respondent's first page may weigh this. A page that fetched nothing was not weighed."""
        return 1 <= self.requests <= MOST_REQUESTS and self.bytes <= LARGEST_FIRST_PAGE


@contextmanager
def weighing(page: Page) -> Iterator[Weight]:
    """Weigh what the page fetches within the block, whose last step is to open another page."""
    page.wait_for_load_state("networkidle")
    weight = Weight()
    responses: list[Response] = []

    def note(response: Response) -> None:
        responses.append(response)

    page.on("response", note)
    yield weight
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", note)
    weight.files = [(response.url, len(response.body())) for response in responses]
