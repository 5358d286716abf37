"""`barometer schema`: print the JSON Schema of a file that everything else relies on."""

from __future__ import annotations

import argparse
from importlib.resources import files
from typing import Any

from barometer.cli.console import FINE, Console

ENDING = ".schema.json"


def schema_names() -> tuple[str, ...]:
    """Name the schemas this version has."""
    folder = files("barometer") / "schemas"
    return tuple(sorted(path.name.removesuffix(ENDING) for path in folder.iterdir() if path.name.endswith(ENDING)))


def schema_text(name: str) -> str:
    return (files("barometer") / "schemas" / f"{name}{ENDING}").read_text(encoding="utf-8")


def add_commands(commands: Any) -> None:
    schema = commands.add_parser(
        "schema",
        help="print a JSON Schema",
        description="Print the JSON Schema of a file, or the names without one.",
        epilog="Example: barometer schema policy",
    )
    schema.add_argument("name", nargs="?", choices=schema_names(), help="which file's schema")
    schema.set_defaults(run=_schema)


def _schema(given: argparse.Namespace, console: Console) -> int:
    print(schema_text(given.name) if given.name else "\n".join(schema_names()))
    return FINE
