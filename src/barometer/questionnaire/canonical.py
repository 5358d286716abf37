"""The questionnaire as plain values, and its identity: the SHA-256 of its canonical JSON.

The identity depends on what a respondent can see and answer, not on how the file is laid out: places, comments, spacing
of conditions and review states are left out. What has its default value is left out too, so that a later field changes
no digest made before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from barometer.questionnaire.conditions import Expression, parse_condition, to_source
from barometer.questionnaire.model import (
    Kind,
    Net,
    Option,
    OptionKind,
    Page,
    Question,
    Questionnaire,
    Role,
    Row,
    Scale,
    Section,
)
from barometer.texts import Text

SCHEMA = "kumppani/questionnaire/1"
Plain = Mapping[str, Any]


def digest(questionnaire: Questionnaire) -> str:
    """Name the questionnaire for ever: lower-case hexadecimal SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical_json(questionnaire)).hexdigest()


def canonical_json(questionnaire: Questionnaire) -> bytes:
    """Write the plain values in the one way there is: keys sorted, no spaces, UTF-8."""
    plain = as_plain(questionnaire)
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def as_plain(questionnaire: Questionnaire) -> dict[str, Any]:
    """Give the questionnaire as dicts, lists, texts and numbers that JSON can hold; `from_plain` is the way back."""
    shared = {scale.id: scale for scale in questionnaire.scales}
    return _without_defaults(
        {
            "schema": SCHEMA,
            "id": questionnaire.id,
            "version": questionnaire.version,
            "title": questionnaire.title.as_dict(),
            "source_language": questionnaire.source_language,
            "languages": list(questionnaire.languages),
            "introduction": questionnaire.introduction.as_dict(),
            "closing": questionnaire.closing.as_dict(),
            "scales": [_plain_scale(scale) for scale in questionnaire.scales],
            "sections": [_plain_section(section, shared) for section in questionnaire.sections],
        }
    )


def _without_defaults(plain: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing; a score or a limit of zero says something."""
    return {key: value for key, value in plain.items() if not (value is None or value is False or value in ({}, []))}


def _plain_condition(condition: Expression | None) -> str | None:
    return None if condition is None else to_source(condition)


def _plain_option(option: Option) -> dict[str, Any]:
    return _without_defaults(
        {
            "code": option.code,
            "label": option.label.as_dict(),
            "kind": None if option.kind is OptionKind.SUBSTANTIVE else option.kind.value,
            "exclusive": option.exclusive,
            "asks_text": option.asks_text,
            "score": option.score,
        }
    )


def _plain_net(net: Net) -> dict[str, Any]:
    return {"id": net.id, "label": net.label.as_dict(), "options": list(net.options)}


def _plain_scale(scale: Scale) -> dict[str, Any]:
    return _without_defaults(
        {
            "id": scale.id,
            "options": [_plain_option(option) for option in scale.options],
            "nets": [_plain_net(net) for net in scale.nets],
            "unordered": not scale.ordered,
        }
    )


def _plain_section(section: Section, shared: Mapping[str, Scale]) -> dict[str, Any]:
    return _without_defaults(
        {
            "id": section.id,
            "title": section.title.as_dict(),
            "show_if": _plain_condition(section.show_if),
            "pages": [_plain_page(page, shared) for page in section.pages],
        }
    )


def _plain_page(page: Page, shared: Mapping[str, Scale]) -> dict[str, Any]:
    return _without_defaults(
        {
            "id": page.id,
            "title": page.title.as_dict(),
            "show_if": _plain_condition(page.show_if),
            "questions": [_plain_question(question, shared) for question in page.questions],
        }
    )


def _plain_question(question: Question, shared: Mapping[str, Scale]) -> dict[str, Any]:
    scale = shared.get(question.scale or "")
    from_scale = scale is not None and scale.options == question.options
    return _without_defaults(
        {
            "id": question.id,
            "kind": question.kind.value,
            "text": question.text.as_dict(),
            "help": question.help.as_dict(),
            "scale": question.scale,
            "options": None if from_scale else [_plain_option(option) for option in question.options],
            "nets": [_plain_net(net) for net in question.nets],
            "rows": [{"code": row.code, "label": row.label.as_dict()} for row in question.rows],
            "show_if": _plain_condition(question.show_if),
            "role": question.role.value if question.role else None,
            "min_choices": question.min_choices,
            "max_choices": question.max_choices,
            "minimum": question.minimum,
            "maximum": question.maximum,
            "decimals": question.decimals or None,
            "earliest": question.earliest,
            "latest": question.latest,
            "max_characters": question.max_characters,
            "required": question.required,
            "never_raw": question.never_raw,
        }
    )


def from_plain(plain: Plain) -> Questionnaire:
    """Build the questionnaire `as_plain` wrote. Raises KeyError or ValueError on values it did not write."""
    if plain["schema"] != SCHEMA:
        raise ValueError(f"The schema is {plain['schema']!r}, not {SCHEMA!r}.")
    return _Reader(plain).questionnaire()


class _Reader:
    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self._source_language: str = plain["source_language"]
        self._languages: Sequence[str] = plain.get("languages", ())
        self._scales = {scale["id"]: self._scale(scale) for scale in plain.get("scales", ())}

    def questionnaire(self) -> Questionnaire:
        plain = self._plain
        return Questionnaire(
            id=plain["id"],
            version=plain["version"],
            title=self._text(plain.get("title")),
            source_language=self._source_language,
            languages=tuple(self._languages),
            sections=tuple(self._section(section) for section in plain.get("sections", ())),
            scales=tuple(self._scales.values()),
            introduction=self._text(plain.get("introduction")),
            closing=self._text(plain.get("closing")),
        )

    def _text(self, plain: Mapping[str, str] | None) -> Text:
        """Restore the order that sorted keys have lost: the source language first, the others as listed."""
        said = plain or {}
        order = dict.fromkeys([self._source_language, *self._languages, *said])
        return Text.of({language: said[language] for language in order if language in said})

    def _scale(self, plain: Plain) -> Scale:
        return Scale(
            id=plain["id"],
            options=self._options(plain),
            nets=self._nets(plain),
            ordered=not plain.get("unordered", False),
        )

    def _options(self, plain: Plain) -> tuple[Option, ...]:
        return tuple(self._option(option) for option in plain.get("options", ()))

    def _option(self, plain: Plain) -> Option:
        return Option(
            code=plain["code"],
            label=self._text(plain.get("label")),
            kind=OptionKind(plain.get("kind", "substantive")),
            exclusive=plain.get("exclusive", False),
            asks_text=plain.get("asks_text", False),
            score=_float(plain.get("score")),
        )

    def _nets(self, plain: Plain) -> tuple[Net, ...]:
        return tuple(
            Net(net["id"], self._text(net.get("label")), tuple(net["options"])) for net in plain.get("nets", ())
        )

    def _section(self, plain: Plain) -> Section:
        condition, source = _condition(plain)
        return Section(
            id=plain["id"],
            title=self._text(plain.get("title")),
            pages=tuple(self._page(page) for page in plain.get("pages", ())),
            show_if=condition,
            show_if_source=source,
        )

    def _page(self, plain: Plain) -> Page:
        condition, source = _condition(plain)
        return Page(
            id=plain["id"],
            title=self._text(plain.get("title")),
            questions=tuple(self._question(question) for question in plain.get("questions", ())),
            show_if=condition,
            show_if_source=source,
        )

    def _question(self, plain: Plain) -> Question:
        condition, source = _condition(plain)
        scale = plain.get("scale")
        written = "options" in plain or scale not in self._scales
        return Question(
            id=plain["id"],
            kind=Kind(plain["kind"]),
            text=self._text(plain.get("text")),
            help=self._text(plain.get("help")),
            options=self._options(plain) if written else self._scales[scale].options,
            nets=self._nets(plain),
            scale=scale,
            rows=tuple(Row(row["code"], self._text(row.get("label"))) for row in plain.get("rows", ())),
            show_if=condition,
            show_if_source=source,
            role=Role(plain["role"]) if "role" in plain else None,
            min_choices=plain.get("min_choices"),
            max_choices=plain.get("max_choices"),
            minimum=_float(plain.get("minimum")),
            maximum=_float(plain.get("maximum")),
            decimals=plain.get("decimals", 0),
            earliest=plain.get("earliest"),
            latest=plain.get("latest"),
            max_characters=plain.get("max_characters"),
            required=plain.get("required", False),
            never_raw=plain.get("never_raw", False),
        )


def _condition(plain: Plain) -> tuple[Expression | None, str]:
    source = plain.get("show_if")
    return (None, "") if source is None else (parse_condition(source), source)


def _float(number: int | float | None) -> float | None:
    return None if number is None else float(number)
