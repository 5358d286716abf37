"""policy.yaml: how a wave is protected. Frozen before the wave is opened; its digest stands in the certificate.

Reading checks everything against the questionnaire, so that a policy that was read can be carried out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from barometer.disclosure.puzzle import Demand
from barometer.marked_yaml import Marked, read_marked
from barometer.questionnaire.model import Kind, Question, Questionnaire, Role
from barometer.texts import Text


class Method(StrEnum):
    AUDITED = "audited"
    THRESHOLD_ONLY = "threshold_only"
    """Small counts are withheld and nothing else: protects nobody, so that tests can see the attack succeed."""


class Sensitivity(StrEnum):
    PUBLIC = "public"
    """Everybody could know the answers anyway. Protected as an ordinary one: a small count could be subtracted from
    what routing and backgrounds join it to."""
    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"
    """Even "nobody chose this" is not shown."""


@dataclass(frozen=True)
class NamedGroup:
    """A group of one level: its members are codes of the background's answers."""

    code: str
    label: Text
    of: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """One level of a background's tree: every answer that is not outside is in exactly one group."""

    id: str
    groups: tuple[NamedGroup, ...]


@dataclass(frozen=True)
class Background:
    question: str
    groupings: tuple[Grouping, ...] = ()
    """From the finest; each group is a union of groups of the level before."""
    outside: tuple[str, ...] = ()
    start: str | None = None
    """The level that groups are taken from where they are large enough; None: every answer is a group."""

    @property
    def levels(self) -> tuple[Grouping, ...]:
        """Give the levels that groups may climb, from ``start`` on."""
        names = [level.id for level in self.groupings]
        return self.groupings if self.start is None else self.groupings[names.index(self.start) :]


@dataclass(frozen=True)
class Crossing:
    """Publish these questions by this background; ``questions`` is None for all of them."""

    by: str
    questions: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Policy:
    backgrounds: tuple[Background, ...] = ()
    k: int = 5
    m: int = 8
    """The least a group has. With the defaults, two of them who pool what they know still face more than k others."""
    detail: int = 25
    """Groups below this many respondents show their largest answer alone. By default that is five times k: with three
    answers there is a small one in nearly all of them."""
    colluders: int = 2
    """How many respondents may pool their own answers (attacker R) and still not tell a withheld count."""
    method: Method = Method.AUDITED
    crossings: tuple[Crossing, ...] | None = None
    """None: every item by every background."""
    sensitivity: Mapping[str, Sensitivity] = field(default_factory=lambda: MappingProxyType({}))
    share_decimals: int = 0
    mean_decimals: int = 1

    @property
    def demand(self) -> Demand:
        return Demand(self.k, self.colluders, self.detail)

    def crosses(self, question: str, by: str) -> bool:
        if self.crossings is None:
            return True
        wanted = [crossing for crossing in self.crossings if crossing.by == by]
        return any(crossing.questions is None or question in crossing.questions for crossing in wanted)

    def is_sensitive(self, question: str) -> bool:
        return self.sensitivity.get(question) is Sensitivity.SENSITIVE


def as_plain(policy: Policy) -> dict[str, Any]:
    """Give the policy in plain values, every default written out; it follows the schema."""
    return {
        "version": 1,
        "k": policy.k,
        "m": policy.m,
        "detail": policy.detail,
        "colluders": policy.colluders,
        "method": policy.method.value,
        "backgrounds": [_plain_background(background) for background in policy.backgrounds],
        "crossings": "all" if policy.crossings is None else [_plain_crossing(each) for each in policy.crossings],
        "sensitivity": {question: policy.sensitivity[question].value for question in sorted(policy.sensitivity)},
        "rounding": {"share_decimals": policy.share_decimals, "mean_decimals": policy.mean_decimals},
        "weights": "none",
    }


def digest(policy: Policy) -> str:
    """Give the SHA-256 of the policy's canonical JSON, in hexadecimal."""
    canonical = json.dumps(as_plain(policy), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain_background(background: Background) -> dict[str, Any]:
    levels = [
        {
            "id": level.id,
            "groups": [{"code": g.code, "label": g.label.as_dict(), "of": list(g.of)} for g in level.groups],
        }
        for level in background.groupings
    ]
    return {
        "question": background.question,
        "outside": list(background.outside),
        "groupings": levels,
        "start": background.start or "answers",
    }


def _plain_crossing(crossing: Crossing) -> dict[str, Any]:
    return {"by": crossing.by, "questions": "all" if crossing.questions is None else list(crossing.questions)}


def read_policy(data: bytes, questionnaire: Questionnaire, *, file: str = "policy.yaml") -> Policy:
    """Read a policy. Raises UnusableInput naming file, line and remedy of the first fault."""
    entries = read_marked(data, file=file).mapping(
        required=("version", "backgrounds"),
        optional=("k", "m", "detail", "colluders", "method", "crossings", "sensitivity", "rounding", "weights"),
    )
    if entries["version"].text() != "1":
        raise entries["version"].fault("policy-version", "only version 1 is known.", "Write `version: 1`.")
    backgrounds = tuple(_background(entry, questionnaire) for entry in entries["backgrounds"].items())
    _refuse_repeats([b.question for b in backgrounds], entries["backgrounds"])
    decimals = (
        entries["rounding"].mapping(optional=("share_decimals", "mean_decimals")) if "rounding" in entries else {}
    )
    if "weights" in entries:
        _one_of(entries["weights"], ("none",))
    k = _between(entries.get("k"), 3, 100, default=5)
    m = _between(entries.get("m"), 3, 1000, default=max(Policy.m, k))
    detail = _between(entries.get("detail"), 0, 1000, default=max(Policy.detail, m))
    colluders = _between(entries.get("colluders"), 0, k - 1, default=Policy.colluders)
    if m < k:
        raise entries.get("m", entries["version"]).fault("policy-m", f"m is {m}, below k = {k}.", f"Write {k} or more.")
    return Policy(
        backgrounds=backgrounds,
        k=k,
        m=m,
        detail=detail,
        colluders=colluders,
        method=Method(_one_of(entries["method"], tuple(Method))) if "method" in entries else Method.AUDITED,
        crossings=_crossings(entries["crossings"], questionnaire, backgrounds) if "crossings" in entries else None,
        sensitivity=_sensitivity(entries["sensitivity"], questionnaire)
        if "sensitivity" in entries
        else Policy().sensitivity,
        share_decimals=_between(decimals.get("share_decimals"), 0, 1, default=0),
        mean_decimals=_between(decimals.get("mean_decimals"), 0, 2, default=1),
    )


def _background(entry: Marked, questionnaire: Questionnaire) -> Background:
    fields = entry.mapping(required=("question",), optional=("outside", "groupings", "start"))
    question = _question(fields["question"], questionnaire)
    if question.kind is not Kind.SINGLE or question.role is not Role.BACKGROUND:
        message = f"`{question.id}` is no background question."
        raise fields["question"].fault("policy-background", message, "Name a single choice with `role: background`.")
    codes = [option.code for option in question.options]
    outside = tuple(_member(each, codes) for each in fields["outside"].items()) if "outside" in fields else ()
    levels = fields["groupings"].items() if "groupings" in fields else ()
    inside = [code for code in codes if code not in outside]
    groupings: list[Grouping] = []
    for level in levels:
        groupings.append(_grouping(level, inside, groupings))
    names = ("answers", *(level.id for level in groupings))
    start = _one_of(fields["start"], names) if "start" in fields else "answers"
    return Background(question.id, tuple(groupings), outside, None if start == "answers" else start)


def _grouping(entry: Marked, inside: Sequence[str], finer: Sequence[Grouping]) -> Grouping:
    fields = entry.mapping(required=("id", "groups"), optional=())
    groups = tuple(_group(group, inside) for group in fields["groups"].items())
    _refuse_repeats([group.code for group in groups], fields["groups"])
    members = [code for group in groups for code in group.of]
    _refuse_repeats(members, fields["groups"])
    for code in inside:
        if code not in members:
            message = f"the answer `{code}` is in no group of this level."
            raise entry.fault("policy-grouping", message, "Put it into one of the groups, or among `outside`.")
    if finer:
        _require_nested(groups, finer[-1], entry)
    return Grouping(fields["id"].text(), groups)


def _group(entry: Marked, inside: Sequence[str]) -> NamedGroup:
    fields = entry.mapping(required=("code", "label", "of"), optional=())
    members = tuple(_member(each, inside) for each in fields["of"].items())
    if not members:
        raise entry.fault("policy-grouping", "the group holds no answers.", "List their codes under `of`.")
    return NamedGroup(fields["code"].text(), fields["label"].in_languages(), members)


def _require_nested(groups: Sequence[NamedGroup], finer: Grouping, entry: Marked) -> None:
    for inner in finer.groups:
        if not any(set(inner.of) <= set(group.of) for group in groups):
            message = f"the group `{inner.code}` of the level `{finer.id}` is split by this level."
            raise entry.fault("policy-nesting", message, "Make every group a union of groups of the level before.")


def _crossings(
    entry: Marked, questionnaire: Questionnaire, backgrounds: Sequence[Background]
) -> tuple[Crossing, ...] | None:
    if entry.value == "all":
        return None
    return tuple(_crossing(each, questionnaire, backgrounds) for each in entry.items())


def _crossing(entry: Marked, questionnaire: Questionnaire, backgrounds: Sequence[Background]) -> Crossing:
    fields = entry.mapping(required=("by", "questions"), optional=())
    by = fields["by"].text()
    if by not in [background.question for background in backgrounds]:
        message = f"`{by}` is not among the backgrounds of this policy."
        raise fields["by"].fault("policy-crossing", message, "List it under `backgrounds`.")
    if fields["questions"].value == "all":
        return Crossing(by)
    return Crossing(by, tuple(_question(each, questionnaire).id for each in fields["questions"].items()))


def _sensitivity(entry: Marked, questionnaire: Questionnaire) -> Mapping[str, Sensitivity]:
    known = {question.id for question in questionnaire.questions()}
    for question, level in entry.mapping().items():
        if question not in known:
            raise level.fault(
                "policy-question", f"there is no question `{question}`.", "Use an id of the questionnaire."
            )
    levels = {q: Sensitivity(_one_of(level, tuple(Sensitivity))) for q, level in entry.mapping().items()}
    return MappingProxyType(levels)


def _question(entry: Marked, questionnaire: Questionnaire) -> Question:
    try:
        return questionnaire.question(entry.text())
    except KeyError:
        message = f"there is no question `{entry.text()[:40]}`."
        raise entry.fault("policy-question", message, "Use an id of the questionnaire.") from None


def _member(entry: Marked, codes: Sequence[str]) -> str:
    if entry.text() not in codes:
        message = f"`{entry.text()[:40]}` is not an answer that can be grouped here."
        raise entry.fault("policy-code", message, f"Use one of {', '.join(codes)}.")
    return entry.text()


def _one_of(entry: Marked, allowed: Sequence[str]) -> str:
    if entry.text() not in allowed:
        message = f"{entry.text()[:40]!r} is not known here."
        raise entry.fault("policy-value", message, f"Write one of {', '.join(allowed)}.")
    return entry.text()


def _between(entry: Marked | None, least: int, most: int, *, default: int) -> int:
    if entry is None:
        return default
    number = entry.whole_number()
    if not least <= number <= most:
        raise entry.fault("policy-range", f"{number} is out of range.", f"Write a number from {least} to {most}.")
    return number


def _refuse_repeats(codes: Sequence[str], entry: Marked) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise entry.fault("policy-repeat", f"`{code}` stands here more than once.", "Keep it once.")
