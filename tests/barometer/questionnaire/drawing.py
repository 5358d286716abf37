"""Draw a questionnaire in a test: a line a question, each on a page of its own.

    a: single y n
    m: multiple x y z | a = 'y'
    n: number minimum=0 maximum=10
    g: matrix r1 r2 by y n
    -- | n > 5                        a section, with or without a condition

After ``|`` stands the condition. Options are their codes; labels and texts repeat the codes.
"""

from __future__ import annotations

import json
from typing import Any

from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire.reading import read_questionnaire

Plain = dict[str, Any]


def draw(drawing: str, **changes: Any) -> Questionnaire:
    """Read the drawn questionnaire; ``changes`` overwrite keys of the file."""
    return read_questionnaire(files_of(drawing, **changes))


def files_of(drawing: str, **changes: Any) -> dict[str, str]:
    return {"questionnaire.yaml": json.dumps({**document_of(drawing), **changes}, indent=1)}


def document_of(drawing: str) -> Plain:
    """Give the drawing as the values of a questionnaire.yaml."""
    sections: list[Plain] = []
    for line in drawing.strip().splitlines():
        head, _, condition = (part.strip() for part in line.partition("|"))
        shown = {"show_if": condition} if condition else {}
        if head.startswith("--") or not sections:
            number = len(sections) + 1
            sections.append({"id": f"s{number}", "title": f"Section {number}", "pages": []})
        if head.startswith("--"):
            sections[-1].update(shown)
            continue
        question = {**_question(head), **shown}
        page = {"id": f"page_{question['id']}", "title": f"Page {question['id']}", "questions": [question]}
        sections[-1]["pages"].append(page)
    return {
        "schema": "kumppani/questionnaire/1",
        "id": "drawn",
        "version": "1",
        "title": "Drawn",
        "source_language": "en",
        "languages": ["en"],
        "sections": [section for section in sections if section["pages"]],
    }


def _question(head: str) -> Plain:
    name, rest = head.split(":")
    kind, *words = rest.split()
    question: Plain = {"id": name.strip(), "kind": kind, "text": f"Text of {name.strip()}"}
    settings = [word for word in words if "=" in word]
    codes = [word for word in words if "=" not in word]
    if kind == "matrix":
        by = codes.index("by")
        question["rows"] = [{"code": code, "label": code} for code in codes[:by]]
        codes = codes[by + 1 :]
    if codes:
        question["options"] = [_option(code) for code in codes]
    for word in settings:
        key, value = word.split("=")
        question[key] = _value(value)
    return question


def _option(code: str) -> Plain:
    """Read ``code``, ``code!`` (exclusive), ``code+`` (asks for a text) or ``code?`` (cannot say)."""
    option: Plain = {"code": code.rstrip("!+?"), "label": code.rstrip("!+?")}
    if code.endswith("!"):
        option["exclusive"] = True
    if code.endswith("+"):
        option["asks_text"] = True
    if code.endswith("?"):
        option["kind"] = "cannot_say"
    return option


def _value(written: str) -> Any:
    try:
        return json.loads(written)
    except ValueError:
        return written
