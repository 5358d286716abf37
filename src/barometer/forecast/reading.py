"""shares.yaml: what somebody expects of respondents and answers, in percent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from barometer.checked_yaml import read_checked, refuse
from barometer.disclosure.policy import Policy
from barometer.forecast.crossed import answers_of
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.questionnaire.yaml_source import Located

TOLERANCE = 1.0
"""Percent points by which shares may miss 100: people round."""


@dataclass(frozen=True)
class GivenShares:
    """The file as it stands, with the line of every entry for messages."""

    shares: Mapping[str, Mapping[str, float]]
    """By background, question or item: percent by code."""
    unanswered: float | None
    file: str
    lines: Mapping[str, int]

    def resolved(self, questionnaire: Questionnaire, policy: Policy) -> dict[str, dict[str, float]]:
        """Give shares that add up to 1, by item and answer.

        A group of the policy's tree may be named instead of its answers; its share is spread evenly over those of them
        that are not named themselves. Raises UnusableInput where something is unknown or does not add up.
        """
        return {name: self._resolved(name, questionnaire, policy) for name in self.shares}

    def _resolved(self, name: str, questionnaire: Questionnaire, policy: Policy) -> dict[str, float]:
        question = self._question(name, questionnaire)
        codes, given = answers_of(question), self.shares[name]
        spread: dict[str, float] = {code: share for code, share in given.items() if code in codes}
        groups = _groups_of(question.id, policy)
        for code, share in given.items():
            if code not in codes:
                inside = [each for each in groups.get(code, ()) if each not in given]
                if not inside:
                    message = f"`{code}` is no answer of it, and no group of the policy that is still to be shared out."
                    raise self._refuse("shares-unknown-answer", message, "Use the codes of the questionnaire.", name)
                for each in inside:
                    spread[each] = spread.get(each, 0.0) + share / len(inside)
        if question.kind is Kind.MULTIPLE:
            return self._ticked(name, codes, spread)
        total = sum(spread.values())
        if not abs(total - 100) <= TOLERANCE:
            message = f"The shares add up to {total:g} percent, not to 100."
            raise self._refuse("shares-do-not-add-up", message, "Correct them; an answer left out counts as 0.", name)
        return {code: spread.get(code, 0.0) / total for code in codes}

    def _ticked(self, name: str, codes: tuple[str, ...], spread: Mapping[str, float]) -> dict[str, float]:
        missing = [code for code in codes if code not in spread]
        if missing:
            message = f"Of a multiple choice every option needs its share; `{missing[0]}` has none."
            raise self._refuse("shares-incomplete", message, "Give how many percent tick it.", name)
        return {code: spread[code] / 100 for code in codes}

    def _question(self, name: str, questionnaire: Questionnaire) -> Question:
        known = {item: question for question in questionnaire.questions() for item in (question.id, *question.items)}
        if name not in known:
            message = "The questionnaire has no such question."
            raise self._refuse("shares-unknown-question", message, "Correct the name.", name)
        if not answers_of(known[name]):
            message = "The answers to this question are not counted, so they have no shares."
            raise self._refuse("shares-uncounted-question", message, "Leave it out.", name)
        return known[name]

    def _refuse(self, code: str, message: str, remedy: str, name: str) -> Exception:
        return refuse(code, message, remedy, file=self.file, line=self.lines.get(name, 0), item=name)


def read_shares(data: bytes, *, file: str = "shares.yaml") -> GivenShares:
    """Read expected shares. Raises UnusableInput where the file does not fit its schema."""
    document = read_checked(data, "shares", file=file)
    said = document.plain()
    entries = {**said.get("backgrounds", {}), **said.get("answers", {})}
    unanswered = said.get("unanswered")
    lines = {
        name: part.line
        for key in ("backgrounds", "answers")
        for name, part in (document[key].value.items() if document.get(key) else ())
        if isinstance(part, Located)
    }
    return GivenShares(
        MappingProxyType(entries), None if unanswered is None else unanswered / 100, file, MappingProxyType(lines)
    )


def _groups_of(question: str, policy: Policy) -> dict[str, tuple[str, ...]]:
    return {
        group.code: group.of
        for background in policy.backgrounds
        if background.question == question
        for level in reversed(background.groupings)
        for group in level.groups
    }
