"""The documents: everything that exists is named in them, and everything they tell the reader to type exists."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from barometer.cli import parser as barometer_parser
from barometer.questionnaire.model import Kind
from kumppani.command import parser as kumppani_parser
from tools.reference.__main__ import differences, reference_pages
from tools.reference.commands import commands_of

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *(REPOSITORY / name for name in ("README.md", "CHANGELOG.md"))])
BY_HAND = [page for page in PAGES if page.parent.name != "reference"]
PARSERS = {"barometer": barometer_parser, "kumppani": kumppani_parser}
CODE_BLOCK = re.compile(r"^```(?:sh|text|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def text_of(pages: list[Path]) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def modules_of(package: str) -> set[str]:
    folder = REPOSITORY / "src" / package
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    return files | {path.name for path in folder.iterdir() if any(path.glob("*.py"))}


def environment_variables() -> set[str]:
    """Give the name of every variable that the site reads from the environment."""
    found = set()
    for path in (REPOSITORY / "src" / "kumppani").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            key = node.slice if isinstance(node, ast.Subscript) else node.args[0] if _is_get(node) else None
            if isinstance(key, ast.Constant) and re.fullmatch(r"KUMPPANI_[A-Z_]+|DATABASE_URL", str(key.value)):
                found.add(key.value)
    return found


def _is_get(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and bool(node.args)


def typed_commands() -> Iterator[tuple[str, str]]:
    """Give each line in a code block that starts with one of our commands, and the page it stands on."""
    for page in BY_HAND:
        for block in CODE_BLOCK.findall(page.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                if line.split(" ")[0].removeprefix(".venv/bin/") in {*PARSERS, "make"}:
                    yield page.relative_to(REPOSITORY).as_posix(), line


@pytest.mark.parametrize("package", ["barometer", "kumppani"])
def test_every_module_and_app_has_its_place_in_the_map(package):
    named = set(re.findall(r"`([a-z_]+)(?:\.py)?`", (DOCS / "where-things-live.md").read_text(encoding="utf-8")))

    assert modules_of(package) - named == set()


def test_the_map_names_no_path_that_does_not_exist():
    named = re.findall(r"`((?:src|tests|tools|docs|examples|benchmarks)/[\w./-]*)`", text_of(BY_HAND))

    assert sorted({path for path in named if not (REPOSITORY / path).exists()}) == []


@pytest.mark.parametrize("command", PARSERS)
def test_every_command_is_shown_in_a_page_written_by_hand(command):
    text = text_of(BY_HAND)

    assert [name for name, *_ in commands_of(PARSERS[command]()) if f"{command} {name}" not in text] == []


@pytest.mark.parametrize(("page", "line"), list(typed_commands()))
def test_what_a_page_tells_the_reader_to_type_exists(page, line):
    typed = line.split(" #")[0].split(" > ")[0]
    command, *arguments = shlex.split(typed.removeprefix(".venv/bin/"))

    if command == "make":
        targets = re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
        assert {word for word in arguments if "=" not in word} <= set(targets)
    elif arguments[0] == "manage":
        assert arguments[1] in get_commands()
    else:
        PARSERS[command]().parse_args(arguments)  # raises SystemExit when it does not fit


def test_every_setting_is_documented_and_no_other():
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == environment_variables()


def test_every_kind_of_question_is_explained():
    text = (DOCS / "how-to" / "coordinator.md").read_text(encoding="utf-8")

    assert [kind.value for kind in Kind if f"| `{kind.value}` |" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_every_link_leads_somewhere(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_reference_is_what_the_software_says():
    assert differences(reference_pages()) == []


def test_every_decision_is_listed_and_complete():
    pages = sorted((DOCS / "decisions").glob("2*.md"))
    listed = re.findall(r"\]\((2[^)]+)\)", (DOCS / "decisions" / "README.md").read_text(encoding="utf-8"))
    parts = ("**Context.**", "**Decision.**", "**Consequences.**", "**What we gave up.**")

    assert sorted(listed) == [page.name for page in pages]
    assert [page.name for page in pages if any(part not in page.read_text(encoding="utf-8") for part in parts)] == []


def test_the_glossary_has_each_word_once_and_in_three_languages():
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", (DOCS / "glossary.md").read_text(), re.MULTILINE
    )
    words = [row for row in rows if row[0] != "English"]

    for language in range(3):
        column = [row[language].strip() for row in words]
        assert all(column)
        assert sorted({word for word in column if column.count(word) > 1}) == []


def test_the_readme_says_who_is_behind_it_and_how_to_start():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")

    assert "not affiliated with any ministry" in readme
    assert "make demo" in readme
    assert "make test" in readme
    assert len(re.findall(r"!\[[^\]]{20,}\]\(docs/pictures/[\w-]+\.png\)", readme)) == 2
