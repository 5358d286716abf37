"""What only the demonstration does: it keeps custodians' keys itself, opens answers in the browser, and says so.

Everywhere else each of these refuses. Nothing here touches the site's database with an opened answer: the opened wave
lies in a folder of the demonstration until its release is made.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from barometer import pipeline
from barometer.problems import UnusableInput
from barometer.responses_csv import responses_from_sheets, write_answers
from barometer.sealing import Bundle, open_bundle, read_bundle
from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.results.actions import take_in_release
from kumppani.results.models import Release
from kumppani.results.queries import published_folders
from kumppani.surveys import actions
from kumppani.surveys.demonstration_keys import demonstration_keys, demonstration_wave_key, kept, require_demonstration
from kumppani.surveys.freezing import files_of_folder, freeze
from kumppani.surveys.models import State, Wave
from kumppani.surveys.order import NotNow
from kumppani.surveys.permissions import may_hold_keys, may_release
from kumppani.surveys.privacy import standard_privacy

OPENED = "demonstration-opened"
TRAVELLING = ("wave.yaml", "policy.yaml", "cited.yaml", "comparability.yaml", "questionnaire.json")


def open_rehearsal_here(*, wave: Wave, by: Person, at: datetime) -> None:
    """Open the rehearsal with the demonstration's keys, and prove it."""
    _require_demonstration_wave(wave)
    require(may_hold_keys(by, on=timezone.localdate(at)))
    if not wave.rehearsal_proof:
        raise NotNow(_("There is no rehearsal to open yet. A coordinator makes one first."))
    opened = open_bundle(read_bundle(bytes(wave.rehearsal)), demonstration_keys()[:1], wave.questionnaire)
    actions.prove_rehearsal(wave=wave, word=opened.sheets[0].channel, by=by, at=at)


def open_answers_here(*, wave: Wave, by: Person, at: datetime) -> int:
    """Open the answers with the demonstration's keys into a folder of the demonstration; give how many there are."""
    _require_demonstration_wave(wave)
    require(may_hold_keys(by, on=timezone.localdate(at)))
    if wave.state not in (State.CUT_OFF, State.OPENED):
        raise NotNow(_("The answers can be opened only after the cut-off."))
    bundle = read_bundle(actions.export_bundle(wave=wave, by=by, at=at))
    count = _write_opened(bundle, wave)
    actions.mark_opened(wave=wave, by=by, at=at)
    return count


def release_here(*, wave: Wave, by: Person, at: datetime) -> Release:
    """Make the release from the opened folder and take it in; the folder is removed. Raises NotNow with the reason."""
    _require_demonstration_wave(wave)
    require(may_release(by, on=timezone.localdate(at)))
    folder = kept(OPENED) / wave.code
    if wave.state not in (State.OPENED, State.RELEASED) or not folder.exists():
        raise NotNow(_("There are no opened answers here to make a release from."))
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / "release"
        try:
            made = pipeline.release_folder(folder, target, previous=published_folders())
        except (UnusableInput, pipeline.ReleaseRefused) as fault:
            raise NotNow(_("No release could be made: %(why)s") % {"why": fault}) from fault
        files = {path.name: path.read_bytes() for path in target.iterdir()}
    release = take_in_release(
        files=files,
        comparability=(folder / "comparability.yaml").read_bytes() if made.compared_with else None,
        involved=[*wave.opened_by.all(), by],
        by=by,
        at=at,
    )
    shutil.rmtree(folder)
    return release


def open_demonstration_wave(
    *, folder: Path, coordinator: Person, custodian: Person, at: datetime, days: int = 60, minutes: int = 5
) -> Wave:
    """Prepare, rehearse and open a wave of the examples, for visitors to answer; the one there is when there is one."""
    require_demonstration()
    frozen = freeze(files_of_folder(folder))
    existing = Wave.objects.filter(code=frozen.code).first()
    if existing is not None:
        return existing
    today: date = timezone.localdate(at)
    wave = actions.prepare_wave(
        frozen=frozen,
        wave_key=demonstration_wave_key(),
        privacy={code: standard_privacy(code) for code in frozen.questionnaire.languages},
        contact=coordinator.email,
        minutes=minutes,
        opens_on=today,
        closes_on=today + timedelta(days=days),
        destroy_on=today + timedelta(days=365),
        channels=["newsletter", "network", "paper"],
        demonstration=True,
        by=coordinator,
        at=at,
    )
    actions.rehearse(wave=wave, by=coordinator, at=at)
    wave.refresh_from_db()
    open_rehearsal_here(wave=wave, by=custodian, at=at)
    actions.open_wave(wave=wave, by=coordinator, at=at)
    return Wave.objects.get(pk=wave.pk)


def _write_opened(bundle: Bundle, wave: Wave) -> int:
    opened = open_bundle(bundle, demonstration_keys()[:1], wave.questionnaire)
    folder = kept(OPENED) / wave.code
    folder.mkdir(exist_ok=True)
    for name in TRAVELLING:
        if name in bundle.files:
            (folder / name).write_text(bundle.files[name], encoding="utf-8")
    (folder / "answers.csv").write_bytes(write_answers(responses_from_sheets(wave.questionnaire, opened.sheets)))
    return len(opened.sheets)


def _require_demonstration_wave(wave: Wave) -> None:
    require_demonstration()
    if not wave.demonstration:
        raise NotNow(_("This wave was not sealed to the demonstration's keys."))
