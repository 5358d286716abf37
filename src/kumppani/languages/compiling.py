"""Compiled message catalogues, made at start from the .po files that people edit, when those are newer.

No compiled file is kept in the repository, so no two people's translations meet in a binary.
"""

from __future__ import annotations

import os
from pathlib import Path

import polib


def compile_messages(source: Path, target: Path) -> Path:
    """Write ``target/<language>/LC_MESSAGES/django.mo`` for each catalogue under ``source``; give ``target``."""
    for catalogue in sorted(source.glob("*/LC_MESSAGES/django.po")):
        compiled = (target / catalogue.relative_to(source)).with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            _compile(catalogue, compiled)
    return target


def _compile(catalogue: Path, compiled: Path) -> None:
    compiled.parent.mkdir(parents=True, exist_ok=True)
    draft = compiled.with_name(f"{compiled.name}.{os.getpid()}")
    polib.pofile(str(catalogue)).save_as_mofile(str(draft))
    draft.replace(compiled)
