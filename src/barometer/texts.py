"""One meaning in many languages: a text, its fallback order and its writing direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ckb", "ur"})


def direction_of(language: str) -> str:
    """Give ``rtl`` or ``ltr`` for a BCP 47 language tag."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True)
class Text:
    """The same meaning said in one or more languages; the first language given is the original."""

    by_language: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Text:
        return cls(tuple((language, text) for language, text in said.items()))

    def said_in(self, language: str) -> str | None:
        """Give the text in exactly this language, or None where nobody has written it."""
        return dict(self.by_language).get(language)

    def in_(self, language: str) -> str:
        """Give the text in this language, falling back to the original; empty only when the text is empty."""
        said = dict(self.by_language)
        return said.get(language) or next(iter(said.values()), "")

    def as_dict(self) -> dict[str, str]:
        return dict(self.by_language)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(language for language, _ in self.by_language)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.by_language)

    def __bool__(self) -> bool:
        return any(text for _, text in self.by_language)
