"""The deeds of the life of a wave, from freezing it to destroying its answers; each checks who, and whether now."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from barometer.answering.sheet import AnswerSheet
from barometer.questionnaire.canonical import as_plain, digest
from barometer.sealing import (
    Bundle,
    Counts,
    Envelope,
    Row,
    WaveKey,
    identifier,
    new_code,
    seal,
    sealed_size,
    write_bundle,
    write_wave_key,
)
from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.history.recording import record
from kumppani.surveys.counting import count_one
from kumppani.surveys.freezing import Frozen, as_collected
from kumppani.surveys.models import COLLECTING, OPEN_LINK, ChannelCount, DayCount, State, Wave
from kumppani.surveys.order import NotNow
from kumppani.surveys.permissions import may_export, may_hold_keys, may_run_waves
from kumppani.surveys.queries import exact_counts
from kumppani.surveys.sealed import store

BACKUP_AFTER = 20
"""New rows that an open wave must have before its answers are backed up again: two backups that differ by one row
would tell whose it is."""
CHANNEL_LENGTH = 40
CHANNEL = re.compile(rf"(\w[\w .-]{{0,{CHANNEL_LENGTH - 1}}})?")
RELEASE_PUBLISHED = gettext_noop("release published")
WORD_LETTERS = "abcdefghjkmnpqrstuvwxyz"
WORD_LENGTH = 10


@transaction.atomic
def prepare_wave(
    *,
    frozen: Frozen,
    wave_key: WaveKey,
    privacy: Mapping[str, str],
    contact: str,
    minutes: int,
    opens_on: date,
    closes_on: date,
    destroy_on: date,
    channels: Collection[str],
    demonstration: bool,
    by: Person,
    at: datetime,
) -> Wave:
    """Freeze a questionnaire with its policy, its custodians' key and what respondents are promised."""
    require(may_run_waves(by, on=_day(at)))
    if wave_key.demonstration and not demonstration:
        raise NotNow(_("These are demonstration keys. A real wave takes the keys of real custodians."))
    if demonstration and not wave_key.demonstration:
        raise NotNow(_("This is the demonstration. Do not use real keys here."))
    if not demonstration and wave_key.quorum < 2:
        raise NotNow(
            _("A real wave is sealed to a key that one person alone cannot use: at least two open it together.")
        )
    if not opens_on <= closes_on <= destroy_on:
        raise NotNow(_("The days are out of order: a wave opens, closes, and later its answers are destroyed."))
    if Wave.objects.filter(code=frozen.code).exists():
        raise NotNow(_("There is a wave with this code already."))
    wave = Wave.objects.create(
        code=frozen.code,
        titles=frozen.titles,
        files=frozen.files,
        questionnaire_plain=as_plain(frozen.questionnaire),
        questionnaire_digest=digest(frozen.questionnaire),
        wave_key_text=write_wave_key(wave_key),
        privacy=dict(privacy),
        consent=hashlib.sha256(repr(sorted(privacy.items())).encode()).hexdigest()[:16],
        contact=contact,
        minutes=minutes,
        channels=[OPEN_LINK, *(channel for channel in channels if channel != OPEN_LINK)],
        opens_on=opens_on,
        closes_on=closes_on,
        destroy_on=destroy_on,
        demonstration=demonstration,
        prepared_by=by,
    )
    record(gettext_noop("wave prepared"), about=wave, by=by, at=at)
    return wave


@transaction.atomic
def rehearse(*, wave: Wave, by: Person, at: datetime) -> None:
    """Seal one made-up answer that holds a random word, for the custodians to open."""
    require(may_run_waves(by, on=_day(at)))
    wave = _lock(wave, State.PREPARED)
    word = "".join(secrets.choice(WORD_LETTERS) for _letter in range(WORD_LENGTH))
    sheet = AnswerSheet(language=wave.languages[0], channel=f"rehearsal-{word}")
    bundle = Bundle(
        wave=wave.code,
        questionnaire=wave.questionnaire_digest,
        wave_key=wave.wave_key,
        counts=Counts({_day(at).isoformat(): 1}, {"rehearsal": 1}),
        rows=(_sealed(wave, new_code(), sheet),),
        files=_files_to_travel(wave, wave.closes_on),
    )
    wave.rehearsal = write_bundle(bundle)
    wave.rehearsal_proof = _proof(wave, word)
    wave.save(update_fields=["rehearsal", "rehearsal_proof"])
    record(gettext_noop("rehearsal sealed"), about=wave, by=by, at=at)


@transaction.atomic
def prove_rehearsal(*, wave: Wave, word: str, by: Person, at: datetime) -> None:
    """A custodian shows that a quorum could open the rehearsal: she knows the word inside."""
    require(may_hold_keys(by, on=_day(at)))
    wave = _lock(wave, State.PREPARED)
    if not wave.rehearsal_proof:
        raise NotNow(_("There is no rehearsal to open yet. A coordinator makes one first."))
    typed = word.strip().lower().removeprefix("rehearsal-")
    if not secrets.compare_digest(_proof(wave, typed), wave.rehearsal_proof):
        raise NotNow(_("This is not the word inside the rehearsal. Open the file with the keys of enough custodians."))
    _move(wave, State.REHEARSED, gettext_noop("rehearsal opened"), by, at)


@transaction.atomic
def open_wave(*, wave: Wave, by: Person, at: datetime) -> None:
    """Begin to collect answers. Only after the custodians have shown that they can open one."""
    require(may_run_waves(by, on=_day(at)))
    wave = _lock(wave, State.REHEARSED)
    if wave.is_over(_day(at)):
        raise NotNow(_("The last day of this wave is past."))
    wave.opens_on = _day(at)
    wave.save(update_fields=["opens_on"])
    _move(wave, State.OPEN, gettext_noop("wave opened"), by, at)


@transaction.atomic
def pause_wave(*, wave: Wave, by: Person, at: datetime) -> None:
    """Stop collecting for a while; drafts are kept."""
    require(may_run_waves(by, on=_day(at)))
    _move(_lock(wave, State.OPEN), State.PAUSED, gettext_noop("wave paused"), by, at)


@transaction.atomic
def resume_wave(*, wave: Wave, by: Person, at: datetime) -> None:
    require(may_run_waves(by, on=_day(at)))
    _move(_lock(wave, State.PAUSED), State.OPEN, gettext_noop("wave resumed"), by, at)


@transaction.atomic
def extend_wave(*, wave: Wave, closes_on: date, by: Person, at: datetime) -> None:
    """Move the last day; only before the wave is closed."""
    require(may_run_waves(by, on=_day(at)))
    wave = _lock(wave, State.PREPARED, State.REHEARSED, *COLLECTING)
    if not max(wave.opens_on, _day(at)) <= closes_on <= wave.destroy_on:
        raise NotNow(_("The last day must lie between today and the day the answers are destroyed."))
    wave.closes_on = closes_on
    wave.save(update_fields=["closes_on"])
    record(gettext_noop("last day of the wave moved"), about=wave, by=by, at=at)


def close_wave(*, wave: Wave, by: Person, at: datetime) -> None:
    """Stop collecting answers from the public page, for good; shuffle what has come in."""
    with transaction.atomic():
        require(may_run_waves(by, on=_day(at)))
        wave = _lock(wave, *COLLECTING)
        wave.closes_on = max(min(wave.closes_on, _day(at)), wave.opens_on)
        wave.save(update_fields=["closes_on"])
        _move(wave, State.CLOSED, gettext_noop("wave closed"), by, at)
    # VACUUM cannot run inside a transaction.
    store.shuffle()


@transaction.atomic
def seal_sheets(*, wave: Wave, sheets: Collection[AnswerSheet], by: Person, at: datetime) -> int:
    """Seal answers given on paper, by telephone or to another tool; until the cut-off."""
    require(may_run_waves(by, on=_day(at)))
    wave = _lock(wave, *COLLECTING, State.CLOSED)
    for sheet in sheets:
        if not CHANNEL.fullmatch(sheet.channel):
            raise NotNow(_("“%(name)s” is no name of a channel.") % {"name": sheet.channel[:CHANNEL_LENGTH]})
    rows = [_sealed(wave, new_code(), sheet) for sheet in sheets]
    for sheet in sheets:
        count_sent(wave, sheet.channel, _day(at))
    store.put_all(wave.code, rows)
    record(gettext_noop("sheets sealed"), about=wave, by=by, at=at)
    return len(sheets)


def cut_off(*, wave: Wave, by: Person, at: datetime) -> None:
    """After this nothing is added, by anybody."""
    with transaction.atomic():
        require(may_run_waves(by, on=_day(at)))
        _move(_lock(wave, State.CLOSED), State.CUT_OFF, gettext_noop("wave cut off"), by, at)
    store.shuffle()


def export_bundle(*, wave: Wave, by: Person, at: datetime) -> bytes:
    """Give the sealed bundle to the custodians, shuffled."""
    require(may_export(by, on=_day(at)))
    _require_state(wave, State.CUT_OFF, State.OPENED, State.RELEASED)
    store.shuffle()
    record(gettext_noop("sealed answers taken out"), about=wave, by=by, at=at)
    bundle = bundle_of(wave)
    Wave.objects.filter(pk=wave.pk).update(withdrawn_taken_out=len(bundle.withdrawn))
    return write_bundle(bundle)


def bundle_of(wave: Wave) -> Bundle:
    return Bundle(
        wave=wave.code,
        questionnaire=wave.questionnaire_digest,
        wave_key=wave.wave_key,
        counts=exact_counts(wave),
        rows=store.rows(wave.code),
        withdrawn=store.withdrawn(wave.code),
        files=_files_to_travel(wave, wave.closes_on),
    )


def bundle_for_backup(*, wave: Wave) -> bytes | None:
    """A backup takes answers only shuffled, and of an open wave only when at least twenty rows are new."""
    rows = store.count(wave.code)
    if wave.state in COLLECTING and rows < wave.backed_up + BACKUP_AFTER:
        return None
    store.shuffle()
    Wave.objects.filter(pk=wave.pk).update(backed_up=rows)
    return write_bundle(bundle_of(wave))


def restore_rows(*, bundle: Bundle) -> int:
    """Put the rows of a backup back, those withdrawn since then left out; give how many came back."""
    if not Wave.objects.filter(code=bundle.wave, questionnaire_digest=bundle.questionnaire).exists():
        raise NotNow(_("This site has no wave to which these sealed answers belong. Restore the site first."))
    for name in bundle.withdrawn:
        store.bury(bundle.wave, name)
    restored = sum(store.put(bundle.wave, row) for row in bundle.rows)
    store.shuffle()
    return restored


@transaction.atomic
def mark_opened(*, wave: Wave, by: Person, at: datetime) -> None:
    """A custodian tells that the answers were opened, off this site. From now on nothing is added."""
    require(may_hold_keys(by, on=_day(at)))
    wave = _lock(wave, State.CUT_OFF, State.OPENED)
    wave.opened_by.add(by)
    if wave.state == State.CUT_OFF:
        _move(wave, State.OPENED, gettext_noop("answers opened"), by, at)


@transaction.atomic
def note_published_release(*, code: str, identity: str, by: Person, at: datetime) -> None:
    """A release of this wave was published, however it was made: the wave has come to its end. Many have no wave here.

    Called by the publication, which has asked who may. Raises NotNow where the answers were not even cut off: what
    bears the name of such a wave cannot be its result.
    """
    wave = Wave.objects.select_for_update().filter(code=code).first()
    if wave is None:
        return
    _require_state(wave, State.CUT_OFF, State.OPENED, State.RELEASED, State.DESTROYED)
    wave.release_identity, wave.withdrawn_published = identity, wave.withdrawn_taken_out
    wave.save(update_fields=["release_identity", "withdrawn_published"])
    if wave.state == State.DESTROYED:
        record(RELEASE_PUBLISHED, about=wave, by=by, at=at)
    else:
        _move(wave, State.RELEASED, RELEASE_PUBLISHED, by, at)


def destroy(*, wave: Wave, by: Person, at: datetime) -> None:
    """Remove the sealed answers on the day that was promised, or after. The custodians destroy the wave's key."""
    with transaction.atomic():
        require(may_run_waves(by, on=_day(at)))
        wave = _lock(wave, State.CLOSED, State.CUT_OFF, State.OPENED, State.RELEASED)
        if _day(at) < wave.destroy_on:
            day = formats.date_format(wave.destroy_on, "SHORT_DATE_FORMAT")
            raise NotNow(_("The day of destruction, %(day)s, has not come yet.") % {"day": day})
        _move(wave, State.DESTROYED, gettext_noop("answers destroyed"), by, at)
    store.forget_wave(wave.code)


@transaction.atomic
def receive(*, wave: Wave, code: bytes, sheet: AnswerSheet, on: date) -> bool:
    """A respondent sends a sheet: seal it, store it, count it. Sent twice it counts once; False the second time.

    Raises NotNow where the wave was closed a moment ago; the wave is held meanwhile, so that no row comes in after
    the last shuffle. There is no history line, and the row is written by another connection to another database:
    nothing joins it with the counts.
    """
    held = Wave.objects.select_for_update(no_key=True).filter(pk=wave.pk).values_list("state", flat=True).get()
    if held != State.OPEN:
        raise NotNow(_("This survey does not take answers now."))
    created = store.put(wave.code, _sealed(wave, code, sheet))
    if created:
        count_sent(wave, sheet.channel, on)
    return created


def withdraw(*, wave: Wave, code: bytes) -> None:
    """A respondent takes her answer back."""
    store.bury(wave.code, identifier(wave.code, code))


def count_sent(wave: Wave, channel: str, day: date) -> None:
    count_one(DayCount.objects.filter(wave=wave, day=day), "sent", DayCount(wave=wave, day=day))
    count_one(ChannelCount.objects.filter(wave=wave, channel=channel), "sent", ChannelCount(wave=wave, channel=channel))


def _sealed(wave: Wave, code: bytes, sheet: AnswerSheet) -> Row:
    name = identifier(wave.code, code)
    envelope = Envelope(wave.code, wave.questionnaire_digest, name, sheet)
    return Row(name, seal(envelope, wave.wave_key.public, sealed_size(wave.questionnaire)))


def _files_to_travel(wave: Wave, closed: date) -> dict[str, str]:
    collected = as_collected(
        wave.files["wave.yaml"],
        opened=wave.opens_on.isoformat(),
        closed=closed.isoformat(),
        demonstration=wave.demonstration,
    )
    frozen = json.dumps(wave.questionnaire_plain, ensure_ascii=False, indent=1)
    return {**wave.files, "wave.yaml": collected, "questionnaire.json": frozen}


def _proof(wave: Wave, word: str) -> str:
    return hashlib.sha256(f"{wave.code}\x00{word}".encode()).hexdigest()


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _lock(wave: Wave, *states: State) -> Wave:
    """Read the wave again and hold it: two people may press the same button."""
    locked = Wave.objects.select_for_update().get(pk=wave.pk)
    _require_state(locked, *states)
    return locked


def _require_state(wave: Wave, *states: State) -> None:
    if wave.state not in states:
        wanted = ", ".join(str(state.label) for state in states)
        raise NotNow(
            _("This cannot be done now: the wave is “%(now)s”, and would have to be “%(wanted)s”.")
            % {"now": wave.get_state_display(), "wanted": wanted}
        )


def _move(wave: Wave, state: State, what: str, by: Person, at: datetime) -> None:
    wave.state = state
    wave.save(update_fields=["state"])
    record(what, about=wave, by=by, at=at)
