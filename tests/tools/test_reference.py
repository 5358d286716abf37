"""The reference pages: what a schema, a source file and a parser become."""

from __future__ import annotations

import argparse
from textwrap import dedent

from tools.reference.commands import section
from tools.reference.errors import Entry, error_codes
from tools.reference.schemas import schema_page


def test_a_schema_becomes_a_page_with_a_row_for_every_field():
    schema = {
        "title": "Policy",
        "description": "How answers are protected.",
        "type": "object",
        "required": ["k"],
        "properties": {
            "k": {"type": "integer", "minimum": 3, "maximum": 100, "default": 5, "description": "The least span."},
            "levels": {
                "type": "array",
                "description": "From the finest.",
                "items": {"type": "object", "properties": {"id": {"$ref": "#/$defs/code"}}},
            },
        },
        "$defs": {"code": {"type": "string", "maxLength": 9, "description": "A name."}},
    }

    assert schema_page(schema, "policy.schema.json").splitlines() == [
        "# Policy",
        "",
        "How answers are protected.",
        "",
        "Schema: `src/barometer/schemas/policy.schema.json`; `barometer schema policy` prints it.",
        "",
        "| Field | Must | Holds | Meaning |",
        "|---|---|---|---|",
        "| `k` | yes | integer, 3 to 100 | The least span. Left out: `5`. |",
        "| `levels` |  | list of object | From the finest. |",
        "| `levels[].id` |  | [code](#code) |  |",
        "",
        "## code",
        "",
        "A name.",
        "",
        "Holds text, at most 9 characters.",
    ]


def test_an_error_code_is_found_however_it_is_raised(tmp_path):
    (tmp_path / "faults.py").write_text(
        dedent(
            """
            FAULTS = {"po-twice": ("Translated twice.", "Keep one.")}
            AGAIN = "Take it again."

            def refuse(code, message, remedy, file=""): ...

            def cut(code, message):
                remedy = "Copy it whole."
                return Problem(code, message, remedy)

            class Reader:
                def fault(self, code, message, remedy): ...

            def read(data, size):
                if not data:
                    raise refuse("csv-empty", "The file is empty.", AGAIN)
                message = f"The file has {size} bytes."
                raise self.fault(remedy="Shorten it.", code="csv-large", message=message)

            def end():
                raise cut("bundle-cut", "The end is missing.")

            def main(error):
                print(f"{error}: it exists. Name a new one. [target-exists]")
            """
        )
    )

    assert error_codes(tmp_path) == [
        Entry("bundle-cut", "The end is missing.", "Copy it whole."),
        Entry("csv-empty", "The file is empty.", "Take it again."),
        Entry("csv-large", "The file has {size} bytes.", "Shorten it."),
        Entry("po-twice", "Translated twice.", "Keep one."),
        Entry("target-exists", "{error}: it exists.", "Name a new one."),
    ]


def test_a_command_is_shown_with_its_arguments_and_its_subcommands():
    parser = argparse.ArgumentParser(prog="barometer", description="The road.")
    commands = parser.add_subparsers()
    keys = commands.add_parser("keys", help="a custodian's keys").add_subparsers()
    new = keys.add_parser("new", description="Make a key.")
    new.add_argument("--to", metavar="FILE", help="where")

    assert list(section(parser)) == [
        "## `barometer`\n",
        "```text\nThe road.\n```\n",
        "### `barometer keys`\n",
        "a custodian's keys\n",
        "#### `barometer keys new`\n",
        "Make a key.\n",
        "| Argument | Meaning |\n|---|---|\n| `--to FILE` | where |\n",
    ]
