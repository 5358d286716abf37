"""`make docs` writes the pages; with `--check` nothing is written and a page that differs is named."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from barometer.cli import parser as barometer_parser
from kumppani.command import parser as kumppani_parser
from tools.reference.commands import commands_page
from tools.reference.errors import errors_page
from tools.reference.schemas import schema_pages

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "docs" / "reference"
WRITTEN_BY_HAND = frozenset({"settings.md"})
NOTICE = "<!-- Made by `make docs`. Change the source it names, not this page. -->\n"


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tools.reference", description=__doc__)
    arguments.add_argument("--check", action="store_true")
    pages = reference_pages()
    if arguments.parse_args().check:
        faults = differences(pages)
        print("\n".join(faults) if faults else f"reference: {len(pages)} pages are up to date")
        return 1 if faults else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in _present() - pages.keys():
        (FOLDER / stale).unlink()
    for name, page in pages.items():
        (FOLDER / name).write_text(page, encoding="utf-8")
    print(f"reference: {len(pages)} pages written")
    return 0


def reference_pages() -> Mapping[str, str]:
    """Give every generated page by its file name, the index among them."""
    pages = {
        **schema_pages(REPOSITORY / "src" / "barometer" / "schemas"),
        "commands.md": commands_page(barometer_parser(), kumppani_parser()),
        "errors.md": errors_page(REPOSITORY / "src"),
    }
    pages["README.md"] = _index(pages)
    return {name: NOTICE + page for name, page in pages.items()}


def differences(pages: Mapping[str, str]) -> list[str]:
    """Name each page that is missing, differs or should not be there."""
    there = {name: (FOLDER / name).read_text(encoding="utf-8") for name in _present()}
    return [
        f"docs/reference/{name}: is not what the software says; run `make docs`"
        for name in sorted(pages.keys() | there.keys())
        if pages.get(name) != there.get(name)
    ]


def _present() -> set[str]:
    return {path.name for path in FOLDER.glob("*.md")} - WRITTEN_BY_HAND


def _index(pages: Mapping[str, str]) -> str:
    titles = {name: page.splitlines()[0].removeprefix("# ") for name, page in pages.items()}
    titles["settings.md"] = "Settings of the site"
    lines = [f"- [{title}]({name})" for name, title in sorted(titles.items(), key=lambda pair: pair[1])]
    return "# Reference\n\nWhat is true of this version, made from the software itself.\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
