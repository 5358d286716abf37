"""A page for each JSON Schema: its fields as paths (`groupings[].id`), what they hold and what they mean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]
ROW_HEAD = "| Field | Must | Holds | Meaning |\n|---|---|---|---|\n"


def schema_pages(folder: Path) -> dict[str, str]:
    """Give a page by file name for every schema in the folder."""
    return {
        path.name.replace(".schema.json", ".md"): schema_page(json.loads(path.read_text(encoding="utf-8")), path.name)
        for path in sorted(folder.glob("*.schema.json"))
    }


def schema_page(schema: Schema, file_name: str) -> str:
    """Write the page of one schema."""
    command = file_name.removesuffix(".schema.json")
    parts = [
        f"# {schema['title']}\n",
        f"{schema.get('description', '')}\n",
        f"Schema: `src/barometer/schemas/{file_name}`; `barometer schema {command}` prints it.\n",
        _table(_rows(schema)),
    ]
    for name, definition in schema.get("$defs", {}).items():
        parts.append(f"## {name}\n")
        parts.append(f"{_meaning(definition)}\n" if _meaning(definition) else "")
        rows = list(_rows(definition))
        parts.append(_table(rows) if rows else f"Holds {_holds(definition)}.\n")
    if "examples" in schema:
        parts.append("## Example\n")
        parts += [
            f"```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n" for example in schema["examples"]
        ]
    return "\n".join(part for part in parts if part)


def _table(rows: Iterator[str] | list[str]) -> str:
    return ROW_HEAD + "".join(f"{row}\n" for row in rows)


def _rows(schema: Schema, path: str = "") -> Iterator[str]:
    """Walk an object, giving a row for every field and for the fields inside it."""
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        must = "yes" if name in required else ""
        yield f"| `{here}` | {must} | {_cell(_holds(field))} | {_cell(_meaning(field))} |"
        yield from _inside(field, here)
    named = schema.get("additionalProperties")
    if isinstance(named, Mapping):
        here = f"{path}.*" if path else "*"
        yield f"| `{here}` | | {_cell(_holds(named))} | {_cell(_meaning(named))} |"
        yield from _inside(named, here)


def _inside(field: Schema, path: str) -> Iterator[str]:
    yield from _rows(field, path)
    items = field.get("items")
    if isinstance(items, Mapping):
        yield from _inside(items, f"{path}[]")
    for choice in (*field.get("oneOf", ()), *field.get("anyOf", ())):
        yield from _inside(choice, path)


def _meaning(field: Schema) -> str:
    said = str(field.get("description", ""))
    if "default" in field:
        said = f"{said} Left out: `{json.dumps(field['default'], ensure_ascii=False)}`.".strip()
    return said


def _holds(field: Schema) -> str:
    """Say in a few words what may stand in a field."""
    if "$ref" in field:
        name = str(field["$ref"]).rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in field:
        return f"`{json.dumps(field['const'], ensure_ascii=False)}`"
    if "enum" in field:
        return ", ".join(f"`{json.dumps(value, ensure_ascii=False)}`" for value in field["enum"])
    if choices := (*field.get("oneOf", ()), *field.get("anyOf", ())):
        return " or ".join(_holds(choice) for choice in choices)
    kinds = field.get("type", "any value")
    return " or ".join(_of_kind(kind, field) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _of_kind(kind: str, field: Schema) -> str:
    if kind == "array":
        items = field.get("items")
        return f"list of {_holds(items)}" if isinstance(items, Mapping) and items else "list"
    if kind == "object":
        named = field.get("additionalProperties")
        return f"name to {_holds(named)}" if isinstance(named, Mapping) and named else "object"
    if kind in ("integer", "number"):
        return kind + _range(field.get("minimum"), field.get("maximum"))
    if kind == "string":
        return "text" + _range(field.get("minLength"), field.get("maxLength"), " characters")
    return {"null": "nothing", "boolean": "true or false"}.get(kind, kind)


def _range(least: object, most: object, unit: str = "") -> str:
    if least is None and most is None:
        return ""
    if most is None:
        return f", at least {least}{unit}"
    return f", at most {most}{unit}" if least is None else f", {least} to {most}{unit}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
