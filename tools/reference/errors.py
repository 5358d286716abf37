"""The catalogue of error codes, read from the source: every code with what is said of it and what to do.

A code is a literal such as `csv-empty`, given as the parameter `code` of `Problem` or of a function that makes one,
or the key of a table of faults. Where a message is put together, the parts in braces are filled in at run time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
PRINTED_CODE = re.compile(rf"\[({CODE.pattern})\]\s*$")

Called = tuple[bool, str]
"""Whether it is called as a method, and its name."""


@dataclass(frozen=True, order=True)
class Entry:
    code: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Maker:
    """A function or class with a parameter `code`, and where its arguments stand."""

    parameters: tuple[str, ...]
    body: tuple[ast.stmt, ...] = ()

    def argument(self, call: ast.Call, name: str) -> ast.expr | None:
        """Give what the call says for this parameter, or what the function itself always says."""
        for keyword in call.keywords:
            if keyword.arg == name:
                return keyword.value
        if name not in self.parameters:
            return _assigned_in(self.body).get(name)
        place = self.parameters.index(name)
        return call.args[place] if place < len(call.args) else None


def errors_page(source: Path) -> str:
    entries = error_codes(source)
    rows = "\n".join(f"| `{entry.code}` | {_cell(entry.message)} | {_cell(entry.remedy)} |" for entry in entries)
    return (
        "# Error codes\n\n"
        "A code never changes its meaning. Each error names the file, the line and the question where it can.\n"
        "Words in braces are filled in.\n\n"
        f"| Code | What is said | What to do |\n|---|---|---|\n{rows}\n"
    )


def error_codes(source: Path) -> list[Entry]:
    """Give every code once for each thing said under it, sorted."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(source.rglob("*.py"))]
    anywhere = {called: maker for tree in trees for called, maker in _makers_in(tree)}
    found = {
        entry
        for tree in trees
        for entry in (
            *_made_in(
                tree, {**anywhere, **dict(_makers_in(tree))}
            ),  # a module's own function goes before its namesakes
            *_tables_in(tree),
            *_printed_in(tree),
        )
    }
    return sorted(found)


def _makers_in(tree: ast.Module) -> Iterator[tuple[Called, Maker]]:
    for scope in ast.walk(tree):
        for node in scope.body if isinstance(scope, ast.Module | ast.ClassDef) else ():
            names: tuple[str, ...] = ()
            if isinstance(node, ast.FunctionDef):
                names = tuple(argument.arg for argument in node.args.args if argument.arg not in ("self", "cls"))
            elif isinstance(node, ast.ClassDef):
                names = _constructor_of(node)
            if "code" in names:
                yield (isinstance(scope, ast.ClassDef), node.name), Maker(names, tuple(node.body))


def _constructor_of(node: ast.ClassDef) -> tuple[str, ...]:
    """Give the parameters of a class: those of its __init__, or the fields of a dataclass."""
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
            return tuple(argument.arg for argument in inner.args.args[1:])
    fields = (field.target for field in node.body if isinstance(field, ast.AnnAssign))
    return tuple(target.id for target in fields if isinstance(target, ast.Name))


def _made_in(tree: ast.Module, makers: Mapping[Called, Maker]) -> Iterator[Entry]:
    constants = _assigned_in(tree.body)
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for scope in scopes:
        names = {**constants, **_assigned_in(scope.body)}
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            maker = makers.get(_called(call))
            code = maker and maker.argument(call, "code")
            if maker and isinstance(code, ast.Constant) and CODE.fullmatch(str(code.value)):
                message, remedy = (_said(maker.argument(call, part), names) for part in ("message", "remedy"))
                if message:
                    yield Entry(str(code.value), message, remedy)


def _tables_in(tree: ast.Module) -> Iterator[Entry]:
    """Find tables named …FAULTS: a code as the key, and a message and a remedy as the value."""
    tables = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign)]
    for node in tables:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if not (isinstance(target, ast.Name) and target.id.endswith("FAULTS") and isinstance(node.value, ast.Dict)):
            continue
        for key, value in zip(node.value.keys, node.value.values, strict=True):
            said = value.args if isinstance(value, ast.Call) else value.elts
            yield Entry(key.value, _said(said[0], {}), _said(said[1], {}))


def _printed_in(tree: ast.Module) -> Iterator[Entry]:
    """Find the few lines that end in their code, as the command prints them: `Message. Remedy. [code]`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and (printed := PRINTED_CODE.search(_said(node, {}))):
            message, _, remedy = _said(node, {})[: printed.start()].strip().partition(". ")
            yield Entry(printed[1], f"{message}.", remedy)


def _assigned_in(body: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _called(call: ast.Call) -> Called:
    if isinstance(call.func, ast.Name):
        return False, call.func.id
    return (True, call.func.attr) if isinstance(call.func, ast.Attribute) else (False, "")


def _said(node: ast.expr | None, names: Mapping[str, ast.expr]) -> str:
    """Spell out a message; what is only known at run time stands in braces."""
    if node is None:
        return ""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(part, names) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _said(node.left, names) + _said(node.right, names)
    if isinstance(node, ast.IfExp):
        return f"{_said(node.body, names)} / {_said(node.orelse, names)}"
    if isinstance(node, ast.Name) and node.id in names and names[node.id] is not node:
        return _said(names[node.id], {name: value for name, value in names.items() if name != node.id})
    inner = node.value if isinstance(node, ast.FormattedValue) else node
    last_word = re.findall(r"[A-Za-z_]+", ast.unparse(inner)) or ["…"]
    return "{" + last_word[-1].strip("_") + "}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
