"""The page of commands, walked from the parsers themselves, so that it does not depend on how help is laid out."""

from __future__ import annotations

import argparse
from collections.abc import Iterator


def commands_page(*parsers: argparse.ArgumentParser) -> str:
    """Write the page of these commands, a section each."""
    parts = [
        "# Commands\n",
        "Each command explains itself with `--help`. Exit status: 0 fine, 1 findings or unsafe, 2 unusable input.\n",
        *(part for parser in parsers for part in section(parser)),
    ]
    return "\n".join(parts)


def section(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## `{parser.prog}`\n"
    if parser.description:
        yield f"```text\n{parser.description.strip()}\n```\n"
    for name, command, help_line in commands_of(parser):
        yield from _command(f"{parser.prog} {name}", command, help_line, level=3)


def _command(name: str, command: argparse.ArgumentParser, help_line: str, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{name}`\n"
    yield f"{(command.description or help_line or '').strip()}\n"
    rows = [row for action in command._actions if (row := _row(action))]
    if rows:
        yield "| Argument | Meaning |\n|---|---|\n" + "\n".join(rows) + "\n"
    for child, inner, inner_help in commands_of(command):
        yield from _command(f"{name} {child}", inner, inner_help, level + 1)


def commands_of(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield name, command, helps.get(name, "")


def _row(action: argparse.Action) -> str:
    """Give the row of one argument; none for --help and for the list of subcommands."""
    if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
        return ""
    placeholder = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    shown = " ".join(placeholder) if isinstance(placeholder, tuple) else placeholder
    names = ", ".join(action.option_strings)
    argument = f"{names} {shown}".strip()
    meaning = (action.help or "").replace("%(default)s", str(action.default)).replace("|", "\\|")
    return f"| `{argument}` | {' '.join(meaning.split())} |"
