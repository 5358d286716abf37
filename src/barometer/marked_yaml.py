"""A YAML file as values that know their file, line and path; what does not fit is refused where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.yaml_source import Located, read_yaml
from barometer.texts import Text


@dataclass(frozen=True)
class Marked:
    """One value of a YAML file: a text, a list or a mapping, and where it stands. Scalars are given as text."""

    value: str | tuple[Marked, ...] | Mapping[str, Marked]
    file: str
    line: int
    path: str = ""

    def fault(self, code: str, message: str, remedy: str) -> UnusableInput:
        return UnusableInput([Problem(code, message, remedy, self.file, self.line, self.path)])

    def mapping(self, *, required: Sequence[str] = (), optional: Sequence[str] | None = None) -> Mapping[str, Marked]:
        """Give the entries by key. With ``optional`` given, a key that is neither required nor optional is refused."""
        if not isinstance(self.value, Mapping):
            raise self.fault("yaml-shape", "Named entries are expected here.", "Write `name: value` lines.")
        for key in required:
            if key not in self.value:
                raise self.fault("yaml-missing", f"`{key}` is missing.", f"Add `{key}:`.")
        if optional is not None:
            for key, entry in self.value.items():
                if key not in required and key not in optional:
                    known = ", ".join([*required, *optional])
                    raise entry.fault("yaml-unknown", f"`{key}` is not known here.", f"Use one of {known}.")
        return self.value

    def items(self) -> tuple[Marked, ...]:
        if isinstance(self.value, tuple):
            return self.value
        raise self.fault("yaml-shape", "A list is expected here.", "Write `- value` lines or [a, b].")

    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        raise self.fault("yaml-shape", "A text or number is expected here.", "Write one value.")

    def texts(self) -> tuple[str, ...]:
        return tuple(each.text() for each in self.items())

    def whole_number(self) -> int:
        try:
            return int(self.text())
        except ValueError:
            raise self.fault("yaml-number", f"{self.text()[:40]!r} is no whole number.", "Write digits.") from None

    def in_languages(self) -> Text:
        """Read `fi: …`, `sv: …`, `en: …` as one meaning in several languages."""
        return Text.of({language: said.text() for language, said in self.mapping().items()})


def read_marked(data: bytes, *, file: str) -> Marked:
    """Read one YAML document. Raises UnusableInput with the line of whatever cannot be read."""
    return _marked(read_yaml(file, data), file, "")


def _marked(located: Located, file: str, path: str) -> Marked:
    value = located.value
    if isinstance(value, dict):
        entries = {key: _marked(each, file, f"{path}.{key}" if path else key) for key, each in value.items()}
        return Marked(entries, file, located.line, path)
    if isinstance(value, list):
        listed = tuple(_marked(each, file, f"{path}[{place}]") for place, each in enumerate(value, start=1))
        return Marked(listed, file, located.line, path)
    return Marked(_as_text(value), file, located.line, path)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
