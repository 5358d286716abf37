"""What a reader narrows a list of tasks by: plain words that stand in the address. No database."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Wanted:
    words: str = ""
    status: str = "open"
    """A status, "open" for all that are not ended, or "all"."""
    assignee: str = ""
    """A person's number, "me" or "nobody"."""
    organisation: str = ""
    label: str = ""
    due: str = ""
    """"late", "week", "month" or "none"."""
    sort: str = "due"

    @property
    def query(self) -> str:
        """The words of an address, without what stands there by itself."""
        usual = asdict(Wanted())
        return urlencode({name: value for name, value in asdict(self).items() if value != usual[name]})


SORTS = {
    "due": ("due_missing", "due_on", "id"),
    "newest": ("-id",),
    "title": ("title", "id"),
    "status": ("status", "due_missing", "due_on", "id"),
}
"""Tasks without a day stand last on both databases."""
