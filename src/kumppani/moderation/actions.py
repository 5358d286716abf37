"""Report, decide, appeal, decide on the appeal, and forget in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.letters import send
from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.history.models import Line
from kumppani.history.recording import record
from kumppani.moderation.faults import NotNow
from kumppani.moderation.models import DAYS_TO_APPEAL, DAYS_TO_DECIDE, Case, Outcome, Report
from kumppani.moderation.permissions import authors_of, may_appeal, may_decide, may_decide_appeal, thing_of
from kumppani.moderation.queries import people_who_decide
from kumppani.moderation.registry import Moderated

Address = Callable[..., str]
"""Gives the full address of a page by its name, in the language in force."""
SALT = "kumppani.moderation.report"
LINK_DAYS = 7
KEPT_DAYS = 90
"""So long after the last decision the words are kept: an appeal takes at most three weeks of it."""
LETTERS = "moderation/letters"
NAME_OF_WHAT_IS_GONE = "–"


@dataclass(frozen=True)
class Reported:
    """What somebody says of a thing. ``email`` is of somebody without an account, and may be empty."""

    reason: str
    words: str
    language: str
    email: str = ""


@transaction.atomic
def report(
    kind: Moderated,
    thing: Any,
    said: Reported,
    *,
    by: Person | None,
    address: Address,
    at: datetime,
    words: str | None = None,
) -> Report:
    """Put it before those who decide. Anybody may report what she sees; ``words`` are given where the site has none."""
    case, is_new = _open_case(kind, thing, at, words)
    if by is not None and case.reports.filter(reporter=by).exists():
        raise NotNow(_("You have reported this already. You will be told what comes of it."))
    made = Report.objects.create(
        case=case,
        reason=said.reason,
        words=said.words.strip(),
        reporter=by,
        email="" if by is not None else said.email.lower(),
        language=by.language if by is not None else said.language,
        made_at=at,
    )
    if is_new:
        record(gettext_noop("reported"), about=case, by=None, at=at)
        _tell_moderators(case, address, at)
    if made.email:
        link = signing.dumps(made.pk, salt=SALT)
        words_of_letter = {"title": case.title, "days": LINK_DAYS, "address": lambda: address("confirm-report", [link])}
        until = at + timedelta(days=LINK_DAYS)
        send(
            f"{LETTERS}/confirm", to=made.email, language=made.language, said=words_of_letter, at=at, of_use_until=until
        )
    return made


def report_of(link: str) -> Report | None:
    """The report whose address a link confirms; None where the link is wrong or too old."""
    try:
        pk = signing.loads(link, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature:
        return None
    return Report.objects.select_related("case").exclude(email="").filter(pk=pk).first()


@transaction.atomic
def confirm_report(made: Report, *, at: datetime) -> None:
    """The address is hers: she is told what comes of it, or what came of it meanwhile. Twice is as good as once."""
    made = Report.objects.select_for_update().get(pk=made.pk)
    if made.confirmed_at is None:
        made.confirmed_at = at
        made.save(update_fields=["confirmed_at"])
        if made.case.is_decided:
            _tell_reporter(made, made.case, at)


@transaction.atomic
def decide(*, case: Case, outcome: str, rule: str, because: str, by: Person, address: Address, at: datetime) -> Case:
    """Leave it, hide it, or hide it and warn. The author of what is hidden is told why and how to appeal."""
    require(may_decide(by, case, on=timezone.localdate(at)))
    case = _locked(case)
    if case.is_decided:
        raise NotNow(_("Somebody has decided on it already."))
    if not because.strip():
        raise NotNow(_("Write the reason in your own words."))
    case.outcome, case.rule, case.because = outcome, rule, because.strip()
    case.decided_at, case.decided_by, case.hidden = at, by, outcome != Outcome.LEFT
    _keep(case, at)
    case.save()
    what = gettext_noop("report decided: hidden") if case.hidden else gettext_noop("report decided: left")
    record(what, about=case, by=by, at=at)
    if case.hidden:
        _beside_the_gate(case, "hide")
        for author in authors_of(case):
            _tell(author, f"{LETTERS}/hidden", case, at, address=_decision_page(case, address))
    for made in case.reports.select_related("reporter"):
        _tell_reporter(made, case, at)
    return case


@transaction.atomic
def show_again(*, case: Case, because: str, by: Person, address: Address, at: datetime) -> Case:
    """Take a hiding back without an appeal: it was wrong, or the reason is gone."""
    require(may_decide(by, case, on=timezone.localdate(at)))
    case = _locked(case)
    if not case.hidden or case.appeal_waits:
        raise NotNow(_("Only what is hidden, and waits for no appeal, can be shown again so."))
    if not because.strip():
        raise NotNow(_("Write the reason in your own words."))
    case.hidden, case.shown_again_at, case.shown_again_because = False, at, because.strip()
    case.save(update_fields=["hidden", "shown_again_at", "shown_again_because"])
    record(gettext_noop("shown again"), about=case, by=by, at=at)
    _beside_the_gate(case, "unhide")
    for author in authors_of(case):
        _tell(
            author,
            f"{LETTERS}/shown",
            case,
            at,
            because=case.shown_again_because,
            address=_decision_page(case, address),
        )
    return case


@transaction.atomic
def appeal(*, case: Case, words: str, by: Person, address: Address, at: datetime) -> Case:
    """Ask once, within fourteen days, that another person decides."""
    require(may_appeal(by, case))
    case = _locked(case)
    if not case.hidden:
        raise NotNow(_("It is not hidden any more: there is nothing to appeal against."))
    if case.appealed_at is not None:
        raise NotNow(_("An appeal has been made already."))
    if case.last_day_to_appeal is None or timezone.localdate(at) > case.last_day_to_appeal:
        raise NotNow(_("The days to appeal are over."))
    if not words.strip():
        raise NotNow(_("Write why it should be shown."))
    case.appeal, case.appealed_at, case.appealed_by = words.strip(), at, by
    case.due_on = timezone.localdate(at) + timedelta(days=DAYS_TO_DECIDE)
    _keep(case, at)
    case.save()
    record(gettext_noop("appeal made"), about=case, by=by, at=at)
    _tell_moderators(case, address, at)
    return case


@transaction.atomic
def decide_appeal(*, case: Case, overturn: bool, because: str, by: Person, address: Address, at: datetime) -> Case:
    """Another person upholds the decision, or overturns it: then the thing is shown again."""
    require(may_decide_appeal(by, case, on=timezone.localdate(at)))
    case = _locked(case)
    require(may_decide_appeal(by, case, on=timezone.localdate(at)))
    if not case.appeal_waits:
        raise NotNow(_("Somebody has decided on it already."))
    if not because.strip():
        raise NotNow(_("Write the reason in your own words."))
    case.overturned, case.appeal_because = overturn, because.strip()
    case.appeal_decided_at, case.appeal_decided_by = at, by
    case.hidden = not overturn
    _keep(case, at)
    case.save()
    what = gettext_noop("appeal decided: overturned") if overturn else gettext_noop("appeal decided: upheld")
    record(what, about=case, by=by, at=at)
    if overturn:
        _beside_the_gate(case, "unhide")
    page = _decision_page(case, address)
    for author in authors_of(case):
        _tell(author, f"{LETTERS}/appeal_decided", case, at, because=case.appeal_because, address=page)
    if overturn:
        for made in case.reports.select_related("reporter"):
            _tell_reporter(made, case, at, again=True)
    return case


@transaction.atomic
def forget_old_cases(*, at: datetime) -> dict[str, int]:
    """Delete words that have been kept long enough: of hidden things, reports, appeals. Doing it twice changes nothing.

    What an author could still appeal against is not touched, nor what nobody has decided on: neither in this case nor
    in another about the same thing, as two may have been decided one after the other.
    """
    today = timezone.localdate(at)
    over = Case.objects.select_for_update().filter(kept_until__lt=today)
    counts = {"cases": 0, "erased": 0, "addresses": 0}
    for case in over:
        if case.appeal_waits or (case.hidden and _is_needed_by_another(case, today)):
            continue
        if case.hidden:
            thing = thing_of(case)
            if thing is not None and case.moderated is not None:
                case.moderated.erase(thing)
                counts["erased"] += 1
                if thing_of(case) is None:
                    _forget_its_name(case.kind, case.number)
        case.reports.all().delete()
        _forget_its_name(case._meta.label_lower, case.pk)
        # The words are gone, so there is nothing left to hide.
        case.title, case.words, case.because = NAME_OF_WHAT_IS_GONE, "", ""
        case.appeal, case.appeal_because = "", ""
        case.shown_again_because = ""
        case.hidden, case.kept_until = False, None
        case.save()
        counts["cases"] += 1
    unconfirmed = Report.objects.filter(confirmed_at=None, made_at__lt=at - timedelta(days=LINK_DAYS))
    counts["addresses"] = unconfirmed.exclude(email="").update(email="")
    return counts


def _is_needed_by_another(case: Case, today: date) -> bool:
    """Is another case about the same thing open, or can it still be appealed against, or does its appeal wait?"""
    others = Case.objects.filter(kind=case.kind, number=case.number).exclude(pk=case.pk)
    is_open = Q(decided_at=None)
    is_kept = Q(hidden=True, kept_until__gte=today)
    appeal_waits = Q(appealed_at__isnull=False, appeal_decided_at=None)
    return others.filter(is_open | is_kept | appeal_waits).exists()


def _forget_its_name(kind: str, number: int) -> None:
    """The history keeps the deeds; a title may be what was wrong with the thing."""
    Line.objects.filter(about_kind=kind, about_id=str(number)).update(about_name=NAME_OF_WHAT_IS_GONE)


def _open_case(kind: Moderated, thing: Any, at: datetime, words: str | None) -> tuple[Case, bool]:
    """The case that collects the reports of a thing; two who report at once meet in one.

    Its row is held: who decides waits, and then tells this reporter too; who reports twice at once is refused once.
    """
    there = Case.objects.filter(kind=kind.label_lower, number=thing.pk, decided_at=None)
    found = there.select_for_update().first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            made = Case.objects.create(
                kind=kind.label_lower,
                number=thing.pk,
                title=kind.title_of(thing)[:200],
                words=kind.words_of(thing) if words is None else words,
                language=kind.language_of(thing),
                region=kind.region_of(thing),
                reported_at=at,
                due_on=timezone.localdate(at) + timedelta(days=DAYS_TO_DECIDE),
            )
    except IntegrityError:
        return _open_case(kind, thing, at, words)  # another was faster; hers may even be decided by now
    return made, True


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("region").get(pk=case.pk)


def _keep(case: Case, at: datetime) -> None:
    case.kept_until = timezone.localdate(at) + timedelta(days=KEPT_DAYS)


def _beside_the_gate(case: Case, deed: str) -> None:
    thing = thing_of(case)
    if thing is not None and case.moderated is not None:
        getattr(case.moderated, deed)(thing)


def _decision_page(case: Case, address: Address) -> Callable[[], str]:
    return lambda: address("moderation-decision", [case.pk])


def _tell(person: Person, template: str, case: Case, at: datetime, **said: object) -> None:
    """A letter about a case in somebody's own language; the names of rules and kinds are looked up in it."""
    usual: dict[str, object] = {
        "case": case,
        "rule": case.get_rule_display,
        "kind": lambda: case.kind_said,
        "days": DAYS_TO_APPEAL,
    }
    send(template, to=person.email, language=person.language, said=usual | said, at=at)


def _tell_moderators(case: Case, address: Address, at: datetime) -> None:
    """Where to read it; what it is about is not in the letter."""
    for person in people_who_decide(case, on=timezone.localdate(at)):
        page = lambda: address("moderation-case", [case.pk])  # noqa: E731
        said = {"case": case, "region": lambda: str(case.region), "address": page}
        send(f"{LETTERS}/waits", to=person.email, language=person.language, said=said, at=at)


def _tell_reporter(made: Report, case: Case, at: datetime, *, again: bool = False) -> None:
    """What came of a report, to an address that is known to be hers."""
    to = made.reporter.email if made.reporter is not None and made.reporter.is_active else ""
    if made.reporter is None and made.confirmed_at is not None:
        to = made.email
    if not to or (made.told_at is not None and not again):
        return
    said = {"case": case, "rule": case.get_rule_display}
    send(f"{LETTERS}/outcome", to=to, language=made.language, said=said, at=at)
    made.told_at = at
    made.save(update_fields=["told_at"])
