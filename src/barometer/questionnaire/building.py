"""Build the typed tree from a file whose shape is already known to be right.

Every text is fetched through ``say``, by its permanent path and its source wording; so the same walk collects the
strings to translate and later builds the tree in all languages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from barometer.problems import Problem
from barometer.questionnaire.catalogue import fault
from barometer.questionnaire.conditions import ConditionSyntaxError, Expression, parse_condition, to_source
from barometer.questionnaire.model import (
    Kind,
    Net,
    Option,
    OptionKind,
    Page,
    Place,
    Question,
    Questionnaire,
    Role,
    Row,
    Scale,
    Section,
)
from barometer.questionnaire.translations import SourceString
from barometer.questionnaire.yaml_source import Located
from barometer.texts import Text

Say = Callable[[SourceString], Text]


@dataclass
class Builder:
    """Builds one questionnaire; what cannot be built is left out and noted in ``problems``."""

    file: str
    say: Say
    problems: list[Problem] = field(default_factory=list)
    _scales: dict[str, Scale] = field(default_factory=dict)

    def questionnaire(self, document: Located) -> Questionnaire:
        self._shared_scales(document)
        return Questionnaire(
            id=document.of("id"),
            version=document.of("version"),
            title=self._text("questionnaire.title", document.get("title")),
            source_language=document.of("source_language"),
            languages=tuple(document.of("languages")),
            introduction=self._text("questionnaire.introduction", document.get("introduction")),
            sections=tuple(self._section(section) for section in document.each("sections")),
            closing=self._text("questionnaire.closing", document.get("closing")),
            scales=tuple(self._scales.values()),
        )

    def _shared_scales(self, document: Located) -> None:
        for key, path, ordered in (("scales", "scale", True), ("lists", "list", False)):
            shared: Mapping[str, Located] = document[key].value if document.get(key) else {}
            for name, node in shared.items():
                if name in self._scales:
                    self._note("list-twice", node, name, name=name)
                options = self._options(node, f"{path}.{name}")
                nets = self._nets(node, f"{path}.{name}")
                self._scales[name] = Scale(name, options, nets, ordered, self._place(node))

    def _section(self, node: Located) -> Section:
        condition, source = self._condition(node)
        return Section(
            id=node.of("id"),
            title=self._text(f"section.{node.of('id')}.title", node.get("title")),
            pages=tuple(self._page(page) for page in node.each("pages")),
            show_if=condition,
            show_if_source=source,
            place=self._place(node),
        )

    def _page(self, node: Located) -> Page:
        condition, source = self._condition(node)
        return Page(
            id=node.of("id"),
            title=self._text(f"page.{node.of('id')}.title", node.get("title")),
            questions=tuple(self._question(question) for question in node.each("questions")),
            show_if=condition,
            show_if_source=source,
            place=self._place(node),
        )

    def _question(self, node: Located) -> Question:
        path = f"question.{node.of('id')}"
        text = self._text(f"{path}.text", node.get("text"))
        help_ = self._text(f"{path}.help", node.get("help"))
        scale, options, nets = self._answers(node, path)
        condition, source = self._condition(node)
        return Question(
            id=node.of("id"),
            kind=Kind(node.of("kind")),
            text=text,
            help=help_,
            options=options,
            nets=nets,
            scale=scale,
            rows=tuple(self._row(row, path) for row in node.each("rows")),
            show_if=condition,
            show_if_source=source,
            role=Role(node.of("role")) if node.get("role") else None,
            min_choices=node.of("min_choices"),
            max_choices=node.of("max_choices"),
            minimum=_float(node.of("minimum")),
            maximum=_float(node.of("maximum")),
            decimals=node.of("decimals", 0),
            earliest=node.of("earliest"),
            latest=node.of("latest"),
            max_characters=node.of("max_characters"),
            required=node.of("required", False),
            never_raw=node.of("never_raw", False),
            place=self._place(node),
        )

    def _answers(self, node: Located, path: str) -> tuple[str | None, tuple[Option, ...], tuple[Net, ...]]:
        options, nets = self._options(node, path + ".option"), self._nets(node, path)
        named = node.get("scale") or node.get("list")
        if named is None:
            return None, options, nets
        shared = self._scales.get(named.value)
        if shared is None:
            choices = ", ".join(self._scales) or "(none is defined)"
            self._note("list-unknown", named, node.of("id"), name=named.value, choices=choices)
            return None, options, nets
        return shared.id, shared.options, shared.nets + nets

    def _options(self, node: Located, path: str) -> tuple[Option, ...]:
        return tuple(self._option(option, path) for option in node.each("options"))

    def _option(self, node: Located, path: str) -> Option:
        code = str(node.of("code"))
        return Option(
            code=code,
            label=self._text(f"{path}.{code}", node.get("label")),
            kind=OptionKind(node.of("kind", "substantive")),
            exclusive=node.of("exclusive", False),
            asks_text=node.of("asks_text", False),
            score=_float(node.of("score")),
        )

    def _nets(self, node: Located, path: str) -> tuple[Net, ...]:
        return tuple(self._net(net, f"{path}.net") for net in node.each("nets"))

    def _net(self, node: Located, path: str) -> Net:
        label = self._text(f"{path}.{node.of('id')}", node.get("label"))
        return Net(node.of("id"), label, tuple(str(code) for code in node.of("options")))

    def _row(self, node: Located, path: str) -> Row:
        code = str(node.of("code"))
        return Row(code, self._text(f"{path}.row.{code}", node.get("label")))

    def _condition(self, node: Located) -> tuple[Expression | None, str]:
        written = node.get("show_if")
        if written is None:
            return None, ""
        try:
            expression = parse_condition(written.value)
        except ConditionSyntaxError as error:
            self._note("condition-syntax", written, node.of("id"), reason=str(error))
            return None, ""
        return expression, to_source(expression)

    def _text(self, path: str, node: Located | None) -> Text:
        return Text() if node is None else self.say(SourceString(path, node.value.strip(), node.line))

    def _note(self, code: str, at: Located, item: str, **names: object) -> None:
        self.problems.append(fault(code, file=self.file, line=at.line, item=item, **names))

    def _place(self, node: Located) -> Place:
        return Place(self.file, node.line)


def _float(number: int | float | None) -> float | None:
    return None if number is None else float(number)
