"""Write, change, publish, copy and call off an event; ask those who register; leave materials behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.events.actions import letters
from kumppani.events.actions.seats import locked, settle
from kumppani.events.faults import EditedMeanwhile, NotNow
from kumppani.events.followed import tell_of_event
from kumppani.events.models import (
    TAKING,
    Answer,
    Event,
    EventLabel,
    EventText,
    HeldSeats,
    Material,
    Question,
    Registration,
    State,
)
from kumppani.events.permissions import may_arrange, may_arrange_for
from kumppani.events.plans import Asked, Held, Plan, Words
from kumppani.files.storing import forget_file, keep_file
from kumppani.history.recording import record
from kumppani.mailing.sending import send_waiting_letters
from kumppani.moderation.gate import is_hidden
from kumppani.network.models import Facet

PLAIN = (
    "kind",
    "begins_at",
    "ends_at",
    "place",
    "online_link",
    "takes_registrations",
    "capacity",
    "opens_at",
    "closes_at",
    "keep_days",
)
TOLD_OF = ("begins_at", "ends_at", "place", "online_link")
"""A change of these is written to everybody who is registered or waits."""

NOTED_BEFORE = timedelta(hours=2)
"""Who comes early is noted early."""


@transaction.atomic
def write_event(*, plan: Plan, by: Person, at: datetime) -> Event:
    """A draft: only those who arrange it see it."""
    require(may_arrange_for(by, plan.organisation, plan.home, on=timezone.localdate(at)))
    _require_in_order(plan)
    event = Event.objects.create(
        organisation=plan.organisation,
        home=plan.organisation.home if plan.organisation else plan.home,
        made_by=by,
        made_at=at,
        changed_at=at,
        **{name: getattr(plan, name) for name in PLAIN},
    )
    _write_lists(event, plan)
    record(gettext_noop("event written"), about=event, by=by, at=at)
    return event


@transaction.atomic
def edit_event(*, event: Event, plan: Plan, version: int, by: Person, at: datetime) -> None:
    """Save a new version; of two who edit at once the second is told. Who is registered is told of a new time or place.

    The organiser stays: people registered with it.
    """
    require(may_arrange(by, event, on=timezone.localdate(at)))
    event = locked(event)
    if event.version != version:
        raise EditedMeanwhile(_("Somebody else has saved this event after you opened it. See what differs."), event)
    if is_hidden(event):
        raise NotNow(_("It is hidden by a decision, and cannot be changed now. You can appeal."))
    if event.is_cancelled:
        raise NotNow(_("It is called off. Make a copy to arrange it anew."))
    _require_in_order(plan)
    _require_room(event, plan)
    before = {name: getattr(event, name) for name in TOLD_OF}
    last_day = event.day_after(0)
    for name in PLAIN:
        setattr(event, name, getattr(plan, name))
    changed = any(before[name] != getattr(event, name) for name in TOLD_OF)
    event.version += 1
    event.changed_at = at
    event.sequence += changed
    event.save(update_fields=[*PLAIN, "version", "changed_at", "sequence"])
    _write_lists(event, plan)
    _move_dates(event, days=(event.day_after(0) - last_day).days, moved=before["begins_at"] != event.begins_at)
    record(gettext_noop("event edited"), about=event, by=by, at=at)
    if event.is_published:
        settle(event, at=at)
        if changed and at < event.ends_at:
            for registration in _told(event):
                letters.event_changed(registration, at=at)
            transaction.on_commit(send_waiting_letters)


@transaction.atomic
def publish_event(*, event: Event, by: Person, at: datetime) -> None:
    require(may_arrange(by, event, on=timezone.localdate(at)))
    event = locked(event)
    if event.state != State.DRAFT:
        raise NotNow(_("It is published already."))
    if event.organisation is not None and not event.organisation.is_listed:
        raise NotNow(_("The organisation is not confirmed yet. The event can be published once it is."))
    if event.ends_at <= at:
        raise NotNow(_("It is over already. Change the time first."))
    if not event.place and not event.online_link:
        raise NotNow(_("Say first where it is: a place, an online address, or both."))
    event.state, event.published_at, event.changed_at = State.PUBLISHED, at, at
    event.save(update_fields=["state", "published_at", "changed_at"])
    record(gettext_noop("event published"), about=event, by=by, at=at)
    tell_of_event(event, by=by, at=at)


@transaction.atomic
def call_off_event(*, event: Event, because: str, by: Person, at: datetime) -> None:
    """Everybody who is registered or waits is written to, and her calendar takes the entry out."""
    require(may_arrange(by, event, on=timezone.localdate(at)))
    event = locked(event)
    if not event.is_published:
        raise NotNow(_("Only a published event is called off."))
    if event.ends_at <= at:
        raise NotNow(_("It is over already."))
    event.state, event.cancelled_because, event.changed_at = State.CANCELLED, because.strip(), at
    event.sequence += 1
    event.save(update_fields=["state", "cancelled_because", "changed_at", "sequence"])
    record(gettext_noop("event called off"), about=event, by=by, at=at)
    for registration in _told(event):
        letters.event_called_off(registration, at=at)
    transaction.on_commit(send_waiting_letters)


@transaction.atomic
def delete_draft(*, event: Event, by: Person, at: datetime) -> None:
    require(may_arrange(by, event, on=timezone.localdate(at)))
    event = locked(event)
    if event.state != State.DRAFT:
        raise NotNow(_("Only a draft can be deleted. A published event is called off."))
    record(gettext_noop("event draft deleted"), about=event, by=by, at=at)
    for material in event.materials.select_related("file"):
        _delete(material)
    event.delete()


@transaction.atomic
def copy_event(*, event: Event, by: Person, at: datetime) -> Event:
    """A draft of the same, a week later, with the same questions and no registrations; for a series."""
    require(may_arrange(by, event, on=timezone.localdate(at)))
    plan = replace(plan_of(event), opens_at=None, closes_at=None)
    step = timedelta(days=7)
    begins, ends = (timezone.localtime(moment) + step for moment in (plan.begins_at, plan.ends_at))
    copied = write_event(plan=replace(plan, begins_at=begins, ends_at=ends), by=by, at=at)
    for question in event.questions.all():
        question.pk, question._state.adding, question.event = None, True, copied
        question.save()
    return copied


@transaction.atomic
def ask(*, event: Event, questions: Iterable[Asked], by: Person, at: datetime) -> None:
    """Choose what is asked. No answer is kept longer than was said when it was given."""
    require(may_arrange(by, event, on=timezone.localdate(at)))
    event = locked(event)
    wanted = {asked.about: asked for asked in questions}
    event.questions.exclude(about__in=wanted).delete()
    for about, asked in wanted.items():
        Question.objects.update_or_create(
            event=event,
            about=about,
            defaults={"keep_days": asked.keep_days, "words": asked.words, "reason": asked.reason},
        )
    for question in event.questions.all():
        question.event = event
        Answer.objects.filter(question=question, forget_on__gt=question.forget_on).update(forget_on=question.forget_on)
    record(gettext_noop("questions of an event chosen"), about=event, by=by, at=at)


@transaction.atomic
def hold_seats(*, event: Event, held: Iterable[Held], by: Person, at: datetime) -> None:
    """Keep places for groups until a day. What others have already is not taken from them."""
    require(may_arrange(by, event, on=timezone.localdate(at)))
    event = locked(event)
    wanted = {one.name: one for one in held}
    if event.capacity is None and wanted:
        raise NotNow(_("Say first how many places there are."))
    if event.capacity is not None and sum(one.places for one in wanted.values()) > event.capacity:
        raise NotNow(_("More places would be held than there are."))
    event.held_seats.exclude(name__in=wanted).delete()
    for name, one in wanted.items():
        released = one.until < timezone.localdate(at)
        HeldSeats.objects.update_or_create(
            event=event, name=name, defaults={"places": one.places, "until": one.until, "released": released}
        )
    record(gettext_noop("places of an event held"), about=event, by=by, at=at)
    settle(event, at=at)


@transaction.atomic
def note_attendance(*, event: Event, shown: Iterable[int], came: Iterable[int], by: Person, at: datetime) -> None:
    """Say who came of those that were ``shown``, by the keys of the registrations; the others of them did not."""
    require(may_arrange(by, event, on=timezone.localdate(at)))
    if at < event.begins_at - NOTED_BEFORE:
        raise NotNow(_("Who came can be noted from two hours before it begins."))
    registered = event.registrations.coming().filter(forgotten_at=None, pk__in=list(shown))
    registered.update(attended=False)
    registered.filter(pk__in=list(came)).update(attended=True)
    record(gettext_noop("attendance noted"), about=event, by=by, at=at)


@transaction.atomic
def add_material(
    *,
    event: Event,
    title: str,
    link: str,
    upload: UploadedFile | None,
    for_everybody: bool,
    by: Person,
    at: datetime,
) -> Material:
    """A file, or the address of a recording; for those who were registered, or for everybody."""
    require(may_arrange(by, event, on=timezone.localdate(at)))
    file = keep_file(upload, by=by, at=at) if upload is not None else None
    material = Material.objects.create(
        event=event, title=title, link="" if file else link, file=file, for_everybody=for_everybody, added_at=at
    )
    record(gettext_noop("material of an event added"), about=event, by=by, at=at)
    return material


@transaction.atomic
def take_material_away(*, material: Material, by: Person, at: datetime) -> None:
    require(may_arrange(by, material.event, on=timezone.localdate(at)))
    record(gettext_noop("material of an event taken away"), about=material.event, by=by, at=at)
    _delete(material)


@transaction.atomic
def tell_of_materials(*, event: Event, by: Person, at: datetime) -> int:
    """Write to everybody who was registered that there is something to read."""
    require(may_arrange(by, event, on=timezone.localdate(at)))
    event = locked(event)
    if not event.materials.exists():
        raise NotNow(_("Add something first."))
    if at < event.ends_at:
        raise NotNow(_("Wait until the event is over. Until then everybody finds the materials on her page."))
    registrations = [one for one in _told(event) if one.is_coming]
    for registration in registrations:
        letters.materials_added(registration, at=at)
    record(gettext_noop("told of materials"), about=event, by=by, at=at)
    transaction.on_commit(partial(send_waiting_letters))
    return len(registrations)


def plan_of(event: Event) -> Plan:
    return Plan(
        organisation=event.organisation,
        home=event.home,
        regions=tuple(event.regions.all()),
        words={text.language: Words(text.title, text.lead, text.text) for text in event.texts.all()},
        themes=tuple(event.codes(Facet.THEME)),
        languages=tuple(event.codes(Facet.LANGUAGE)),
        **{name: getattr(event, name) for name in PLAIN},
    )


def _delete(material: Material) -> None:
    file = material.file
    material.delete()
    if file is not None:
        forget_file(file)


def _told(event: Event) -> list[Registration]:
    """Everybody with a confirmed address who has a place or waits for one."""
    found = event.registrations.active().filter(confirmed_at__isnull=False, forgotten_at=None)
    registrations = list(found.order_by("number"))
    for registration in registrations:
        registration.event = event
    return registrations


def _require_in_order(plan: Plan) -> None:
    if plan.ends_at <= plan.begins_at:
        raise NotNow(_("The end has to be after the beginning."))
    if plan.opens_at and plan.closes_at and plan.closes_at <= plan.opens_at:
        raise NotNow(_("Registration has to end after it has begun."))
    if not plan.words:
        raise NotNow(_("Write the title in at least one language."))


def _require_room(event: Event, plan: Plan) -> None:
    if plan.capacity is None:
        return
    taken = event.registrations.filter(status__in=TAKING).count()
    if plan.capacity < taken:
        raise NotNow(
            _("%(taken)d places are taken or offered already, so there cannot be fewer places than that.")
            % {"taken": taken}
        )


def _write_lists(event: Event, plan: Plan) -> None:
    event.regions.set(plan.regions)
    event.labels.all().delete()
    EventLabel.objects.bulk_create(
        EventLabel(event=event, facet=facet, code=code)
        for facet, codes in ((Facet.THEME, plan.themes), (Facet.LANGUAGE, plan.languages))
        for code in dict.fromkeys(codes)
    )
    event.texts.all().delete()
    EventText.objects.bulk_create(
        EventText(event=event, language=language, title=words.title, lead=words.lead, text=words.text)
        for language, words in plan.words.items()
    )


def _move_dates(event: Event, *, days: int, moved: bool) -> None:
    """What is kept until so many days after the event moves with it; offers and times to confirm end before it."""
    kept = event.registrations.filter(forgotten_at=None)
    for rows in (kept, Answer.objects.filter(question__event=event)):
        for day in sorted(set(rows.order_by().values_list("forget_on", flat=True)), reverse=days > 0) if days else ():
            rows.filter(forget_on=day).update(forget_on=day + timedelta(days=days))
    kept.filter(forget_on__gt=event.forget_on).update(forget_on=event.forget_on)
    if moved:
        event.registrations.update(reminded_at=None)
        event.registrations.filter(offer_ends_at__gt=event.begins_at).update(offer_ends_at=event.begins_at)
        event.registrations.filter(confirm_by__gt=event.begins_at).update(confirm_by=event.begins_at)
