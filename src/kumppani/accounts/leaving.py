"""What the apps above keep of a person: each says here what that is, and how it is taken away when she leaves.

An app registers once, in `AppConfig.ready`. `forget` is called in the transaction in which the account ends, while the
person still has her name and address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kumppani.accounts.models import Person


class Forget(Protocol):
    def __call__(self, *, person: Person, at: datetime) -> None: ...


@dataclass(frozen=True)
class Kept:
    everything_about: Callable[[Person], object]
    """Plain values, for the file of everything that is kept."""
    forget: Forget


_registered: dict[str, Kept] = {}


def register(name: str, *, everything_about: Callable[[Person], object], forget: Forget) -> None:
    """Add what an app keeps, under the name it has in the file of everything."""
    _registered[name] = Kept(everything_about, forget)


def registered() -> dict[str, Kept]:
    return dict(_registered)
