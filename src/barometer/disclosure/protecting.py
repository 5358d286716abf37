"""From the exact cube to tables that may leave: merge, suppress, audit, and refuse what does not pass.

Every step only takes away. Whatever fails the audit is merged further, then dropped, and if something still fails, no
release is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from barometer.disclosure import policy as policies
from barometer.disclosure.assembling import losses_of, table_of
from barometer.disclosure.audit import audit_tables
from barometer.disclosure.crossing import Crossing
from barometer.disclosure.drafts import Draft
from barometer.disclosure.ladders import Ladders
from barometer.disclosure.material import Material
from barometer.disclosure.means import mean_of
from barometer.disclosure.merging import MergedGroups, merge_groups
from barometer.disclosure.policy import Method, Policy
from barometer.disclosure.puzzle import small_groups
from barometer.disclosure.restraint import Restraint
from barometer.disclosure.totals import Totals
from barometer.disclosure.words import joined, say
from barometer.published import Certificate, Group, Loss, Mean, PublishedTables, Table, TableAudit, Wave
from barometer.questionnaire.model import OptionKind
from barometer.tabulation import Cube

SOFTWARE = "barometer 1"
ATTACKER = "A0"
RULES = ("threshold", "margins", "agreement", "shares", "means", "routing", "multiple")
"""What is applied to every audited release, by the certificate's codes."""
NOT_MODELLED = (
    "A1: an attacker who knows the backgrounds of all respondents.",
    "A2: an attacker who knows which withheld cells are the small ones.",
    "A3: an attacker who reruns the suppression and compares its pattern with the published one.",
    "R: respondents who use their own answers, alone or together.",
    "releases: Other releases of the same answers, and other waves answered by the same people.",
    "bounds: Bounds marked lp are outer bounds: whole numbers may confine a cell more than equations over the reals.",
)
"""Each with a code before its first colon, by which a report says it in its own language."""


class ReleaseRefused(Exception):
    """No form of these tables passes the audit; nothing may be published."""


@dataclass(frozen=True)
class Protected:
    tables: PublishedTables
    certificate: Certificate


def protect(
    cube: Cube, policy: Policy, wave: Wave, *, without: Set[str] = frozenset(), restraint: Restraint | None = None
) -> Protected:
    """Make the tables of a wave publishable under its policy, with the certificate. Raises ReleaseRefused.

    Tables named in ``without`` are left out: item/background, or an item with all its tables. A ``restraint`` leaves
    out others, or makes them more coarsely, and says so among the losses.
    """
    restraint = restraint or Restraint()
    groups, losses = merged_groups(cube, policy)
    material = Material(cube, policy, groups, without | restraint.left_out)
    totals = Totals(material)
    whole = totals.in_order()
    ladders = Ladders(material, whole)
    crossings = {by: Crossing(ladders.by(by, restraint.refused), by) for by in groups}
    drafts = [draft for item in whole for draft in _of_item(item, whole[item], crossings)]
    means = {item: _means(item, draft, material) for item, draft in whole.items()}
    tables = tuple(_tables(drafts, material, means))
    spans = dict(totals.spans)
    for crossing in crossings.values():
        spans |= crossing.spans
    audits = audit_tables(tables, policy, spans, strict=material.is_audited)
    if material.is_audited and audits.failures:
        raise ReleaseRefused("The audit fails: " + "; ".join(audits.failures[:5]))
    losses += [*totals.losses, *(loss for crossing in crossings.values() for loss in crossing.losses)]
    losses += [
        Loss(draft.id, "withheld", say("loss.mean_withheld"))
        for draft in whole.values()
        if any(not mean.status.is_shown for mean in means[draft.item])
    ]
    losses += [loss for draft in drafts for loss in losses_of(draft, whole[draft.item], policy.k)]
    losses = list(restraint.told_in(losses, tables))
    published = PublishedTables(wave, policies.as_plain(policy), tables, tuple(losses), unsafe=not material.is_audited)
    return Protected(published, _certificate(material, drafts, audits.audits))


def _of_item(item: str, whole: Draft, crossings: Mapping[str, Crossing]) -> Iterator[Draft]:
    yield whole
    yield from (crossing.drafts[item] for crossing in crossings.values() if item in crossing.drafts)


def merged_groups(cube: Cube, policy: Policy) -> tuple[dict[str, MergedGroups], list[Loss]]:
    """Give the groups of every background of the policy, and what merging lost."""
    groups: dict[str, MergedGroups] = {}
    losses: list[Loss] = []
    for background in policy.backgrounds:
        if background.question not in cube.backgrounds:
            continue
        question = cube.questionnaire.question(background.question)
        merged = merge_groups(
            background, question, _sizes(cube, background.question), policy.m, unanswered_alone=policy.detail
        )
        if merged is None:
            losses.append(Loss(background.question, "dropped", say("loss.background_dropped", m=policy.m)))
            continue
        groups[background.question] = merged
        if merged.merged:
            named = joined([group.label for group in merged.merged], by="; ")
            losses.append(Loss(background.question, "merged", say("loss.groups_merged", m=policy.m, groups=named)))
        if small := _small(merged, policy):
            named = joined([group.label for group in small], by="; ")
            why = say("loss.groups_small", detail=policy.detail, groups=named)
            losses.append(Loss(background.question, "merged", why))
    return groups, losses


def _small(merged: MergedGroups, policy: Policy) -> list[Group]:
    """Give the groups that show their largest answer alone."""
    sizes = [group.respondents for group in merged.groups]
    detail = policy.detail if policy.method is Method.AUDITED else 0
    return [merged.groups[place] for place in sorted(small_groups(sizes, detail))]


def _sizes(cube: Cube, background: str) -> dict[str, int]:
    *answers, unanswered = cube.backgrounds[background].codes
    counts = cube.items[background]
    total = dict(zip(counts.codes, counts.total.tolist(), strict=True))
    given = {code: total[code] for code in answers}
    return {**given, unanswered: cube.respondents - sum(given.values())}


def _tables(drafts: Sequence[Draft], material: Material, means: Mapping[str, Sequence[Mean]]) -> Iterator[Table]:
    for draft in drafts:
        yield table_of(
            draft,
            material.cube.questionnaire,
            condition=material.conditions.get(draft.item),
            is_astray=draft.item in material.astray,
            means=means[draft.item] if draft.by is None else (),
        )


def _means(item: str, draft: Draft, material: Material) -> list[Mean]:
    scored = [option for option in material.questions[item].options if option.kind is OptionKind.SUBSTANTIVE]
    if draft.ticks or len(scored) < 2 or any(option.score is None for option in scored):
        return []
    return [mean_of(scored, material.cube.items[item], draft, material.policy)]


def _certificate(material: Material, drafts: Sequence[Draft], audits: Sequence[TableAudit]) -> Certificate:
    together = [
        tuple(draft.id for draft in drafts if draft.by == by and draft.item in block.items)
        for block in material.blocks
        for by in (None, *material.groups)
    ]
    return Certificate(
        release="",
        policy_digest=policies.digest(material.policy),
        software=SOFTWARE,
        attacker=ATTACKER,
        k=material.policy.k,
        m=material.policy.m,
        respondents=material.cube.respondents,
        audits=tuple(audits),
        blocks=tuple(block for block in together if len(block) > 1),
        not_modelled=NOT_MODELLED,
        unsafe=not material.is_audited,
        rules=RULES if material.is_audited else (),
    )
