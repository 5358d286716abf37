"""Which database a table lives in: the sealed store in ``answers``, everything else in ``default``."""

from __future__ import annotations

from typing import Any

ANSWERS = "answers"
SEALED = "sealed"


class SealedStoreApart:
    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return ANSWERS if model._meta.app_label == SEALED else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return self.db_for_read(model)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        labels = {one._meta.app_label, other._meta.app_label}
        return False if SEALED in labels and len(labels) > 1 else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == ANSWERS) == (app_label == SEALED)
