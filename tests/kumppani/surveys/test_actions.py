"""The life of a wave: in order, by the right person, or a sentence that says why not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from barometer.answering.sheet import AnswerSheet
from barometer.problems import UnusableInput
from barometer.sealing import identifier, new_code, new_wave_key, open_bundle, read_bundle
from barometer.sealing.packing import DoesNotFit
from kumppani.accounts.permissions import NotPermitted
from kumppani.history.recording import lines_about
from kumppani.surveys import actions
from kumppani.surveys.models import State, Wave
from kumppani.surveys.order import NotNow
from kumppani.surveys.queries import shown_counts
from kumppani.surveys.sealed import store
from kumppani.surveys.sealed.models import Draft, SealedAnswer
from tests.kumppani.surveys import waves

pytestmark = pytest.mark.django_db(databases=["default", "answers"])

NOW = timezone.now()
RUNNING = [
    actions.rehearse,
    actions.open_wave,
    actions.pause_wave,
    actions.resume_wave,
    actions.close_wave,
    actions.cut_off,
    actions.destroy,
]


def send(wave, count, channel="open_link"):
    for _ in range(count):
        sheet = AnswerSheet({"works": "yes"}, "en", channel, "web")
        actions.receive(wave=wave, code=new_code(), sheet=sheet, on=timezone.localdate())


def state_of(wave) -> str:
    return Wave.objects.get(pk=wave.pk).state


def test_a_wave_lives_from_preparation_to_destruction(open_wave, who, custodians):
    send(open_wave, 3)
    for deed in (actions.pause_wave, actions.resume_wave, actions.close_wave, actions.cut_off):
        deed(wave=open_wave, by=who.coordinator, at=NOW)
    bundle = read_bundle(actions.export_bundle(wave=Wave.objects.get(), by=who.custodian, at=NOW))
    opened = open_bundle(bundle, custodians[1:], open_wave.questionnaire)
    actions.mark_opened(wave=open_wave, by=who.custodian, at=NOW)
    actions.note_published_release(code=open_wave.code, identity="a" * 64, by=who.coordinator, at=NOW)
    actions.destroy(wave=open_wave, by=who.coordinator, at=NOW + timedelta(days=301))

    assert len(opened.sheets) == 3
    assert opened.unexplained == 0
    assert state_of(open_wave) == State.DESTROYED
    assert store.count(open_wave.code) == 0
    assert [line.what for line in lines_about(open_wave).order_by("pk")] == [
        "wave prepared",
        "rehearsal sealed",
        "rehearsal opened",
        "wave opened",
        "wave paused",
        "wave resumed",
        "wave closed",
        "wave cut off",
        "sealed answers taken out",
        "answers opened",
        "release published",
        "answers destroyed",
    ]


@pytest.mark.parametrize("deed", RUNNING)
def test_only_a_coordinator_runs_a_wave(open_wave, who, deed):
    for person in (who.custodian, who.analyst, who.stranger):
        with pytest.raises(NotPermitted, match="Only a coordinator"):
            deed(wave=open_wave, by=person, at=NOW)


def test_only_a_custodian_proves_a_rehearsal_and_tells_of_the_opening(open_wave, who):
    with pytest.raises(NotPermitted, match="Only a custodian"):
        actions.prove_rehearsal(wave=open_wave, word="x", by=who.coordinator, at=NOW)
    with pytest.raises(NotPermitted, match="Only a custodian"):
        actions.mark_opened(wave=open_wave, by=who.coordinator, at=NOW)


def test_an_analyst_takes_no_sealed_answers_out(open_wave, who):
    with pytest.raises(NotPermitted, match="coordinator or a custodian"):
        actions.export_bundle(wave=open_wave, by=who.analyst, at=NOW)


@pytest.mark.parametrize("deed", [actions.rehearse, actions.open_wave, actions.resume_wave, actions.cut_off])
def test_an_open_wave_refuses_what_belongs_to_another_state(open_wave, who, deed):
    with pytest.raises(NotNow, match="the wave is “open”"):
        deed(wave=open_wave, by=who.coordinator, at=NOW)

    assert state_of(open_wave) == State.OPEN


def test_answers_cannot_be_taken_out_before_the_cut_off(open_wave, who):
    with pytest.raises(NotNow):
        actions.export_bundle(wave=open_wave, by=who.coordinator, at=NOW)


def test_a_closed_wave_is_not_opened_again(open_wave, who):
    actions.close_wave(wave=open_wave, by=who.coordinator, at=NOW)

    for deed in (actions.open_wave, actions.resume_wave, actions.pause_wave, actions.close_wave):
        with pytest.raises(NotNow, match="the wave is “closed”"):
            deed(wave=open_wave, by=who.coordinator, at=NOW)


def test_a_wave_does_not_open_before_the_custodians_have_opened_a_rehearsal(who, custodians):
    wave = waves.prepared(who, custodians)
    with pytest.raises(NotNow, match="the wave is “prepared”"):
        actions.open_wave(wave=wave, by=who.coordinator, at=NOW)
    with pytest.raises(NotNow, match="no rehearsal to open yet"):
        actions.prove_rehearsal(wave=wave, word="abc", by=who.custodian, at=NOW)
    actions.rehearse(wave=wave, by=who.coordinator, at=NOW)
    with pytest.raises(NotNow, match="not the word inside"):
        actions.prove_rehearsal(wave=wave, word="abc", by=who.custodian, at=NOW)

    assert state_of(wave) == State.PREPARED


def test_the_word_of_the_rehearsal_needs_a_quorum(who, custodians):
    wave = waves.prepared(who, custodians)
    actions.rehearse(wave=wave, by=who.coordinator, at=NOW)
    rehearsal = read_bundle(bytes(Wave.objects.get().rehearsal))

    with pytest.raises(UnusableInput, match="needs 2 of its 3"):
        open_bundle(rehearsal, custodians[:1], wave.questionnaire)


def test_a_real_wave_refuses_demonstration_keys_and_the_demonstration_refuses_real_ones(who, custodians):
    real = waves.keys(demonstration=False)
    for pairs, demonstration, sentence in (
        (custodians, False, "demonstration keys"),
        (real, True, "Do not use real keys"),
    ):
        with pytest.raises(NotNow, match=sentence):
            actions.prepare_wave(
                frozen=replace(waves.frozen(), code="another"),
                wave_key=new_wave_key([pair.public for pair in pairs], 2),
                privacy={},
                contact="a@example.org",
                minutes=5,
                opens_on=NOW.date(),
                closes_on=NOW.date(),
                destroy_on=NOW.date(),
                channels=[],
                demonstration=demonstration,
                by=who.coordinator,
                at=NOW,
            )
    assert not Wave.objects.exists()


def test_a_code_is_used_once(open_wave, who, custodians):
    with pytest.raises(NotNow, match="this code already"):
        waves.prepared(who, custodians)


def test_the_last_day_moves_only_before_closing(open_wave, who):
    later = open_wave.closes_on + timedelta(days=7)
    actions.extend_wave(wave=open_wave, closes_on=later, by=who.coordinator, at=NOW)
    assert Wave.objects.get().closes_on == later
    with pytest.raises(NotNow, match="between today and the day"):
        actions.extend_wave(wave=open_wave, closes_on=later + timedelta(days=999), by=who.coordinator, at=NOW)

    actions.close_wave(wave=open_wave, by=who.coordinator, at=NOW)

    with pytest.raises(NotNow, match="the wave is “closed”"):
        actions.extend_wave(wave=open_wave, closes_on=later, by=who.coordinator, at=NOW)


def test_sheets_on_paper_are_sealed_until_the_cut_off(open_wave, who, custodians):
    paper = AnswerSheet({"works": "no"}, "fi", "paper", "paper")
    actions.close_wave(wave=open_wave, by=who.coordinator, at=NOW)
    assert actions.seal_sheets(wave=open_wave, sheets=[paper, paper], by=who.coordinator, at=NOW) == 2
    actions.cut_off(wave=open_wave, by=who.coordinator, at=NOW)

    with pytest.raises(NotNow, match="the wave is “cut off”"):
        actions.seal_sheets(wave=open_wave, sheets=[paper], by=who.coordinator, at=NOW)

    opened = open_bundle(actions.bundle_of(Wave.objects.get()), custodians[:2], open_wave.questionnaire)
    assert {(sheet.mode, sheet.channel) for sheet in opened.sheets} == {("paper", "paper")}
    assert opened.unexplained == 0


def test_answers_are_not_destroyed_before_the_day_that_was_promised(open_wave, who):
    actions.close_wave(wave=open_wave, by=who.coordinator, at=NOW)

    with pytest.raises(NotNow, match="has not come yet"):
        actions.destroy(wave=open_wave, by=who.coordinator, at=NOW)


def test_shown_counts_are_rounded_down_to_five_and_never_crossed(open_wave):
    send(open_wave, 7)
    send(open_wave, 4, "newsletter")

    counts = shown_counts(open_wave)

    assert counts.sent == 10
    assert counts.by_day == ((timezone.localdate(), 10),)
    assert counts.by_channel == (("newsletter", 0), ("public address", 5))


def test_a_backup_takes_answers_of_an_open_wave_only_after_twenty_new_rows(open_wave):
    send(open_wave, 19)
    assert actions.bundle_for_backup(wave=Wave.objects.get()) is None
    send(open_wave, 1)

    first = actions.bundle_for_backup(wave=Wave.objects.get())
    send(open_wave, 19)

    assert first is not None
    assert len(read_bundle(first).rows) == 20
    assert actions.bundle_for_backup(wave=Wave.objects.get()) is None


def test_the_bundle_carries_the_real_days_of_the_wave(open_wave, who):
    actions.close_wave(wave=open_wave, by=who.coordinator, at=NOW)

    carried = actions.bundle_of(Wave.objects.get()).files["wave.yaml"]

    today = timezone.localdate().isoformat()
    assert f"opened: '{today}'" in carried
    assert f"closed: '{today}'" in carried
    assert "demonstration: true" in carried


def test_a_restored_backup_loses_what_was_withdrawn_since(open_wave, tmp_path):
    code = new_code()
    actions.receive(wave=open_wave, code=code, sheet=AnswerSheet({}, "en", "open_link"), on=timezone.localdate())
    send(open_wave, 20)
    call_command("backup_answers", tmp_path)
    actions.withdraw(wave=open_wave, code=code)
    store.shuffle()
    SealedAnswer.objects.all().delete()

    call_command("restore_answers", tmp_path / "small-2026.bundle")

    assert store.count(open_wave.code) == 20
    assert not store.holds(identifier(open_wave.code, code))


@pytest.mark.parametrize("content", [b"", b"nothing"])
def test_what_is_no_backup_is_refused(open_wave, tmp_path, content):
    (tmp_path / "x.bundle").write_bytes(content)

    with pytest.raises(CommandError, match=r"x\.bundle"):
        call_command("restore_answers", tmp_path / "x.bundle")


def test_the_nightly_command_forgets_old_drafts(open_wave):
    yesterday = timezone.localdate() - timedelta(days=1)
    store.keep_draft(open_wave.code, "a" * 64, b"sealed", yesterday)
    store.keep_draft(open_wave.code, "b" * 64, b"sealed", yesterday + timedelta(days=1))

    call_command("tidy_answers")

    assert [draft.lookup for draft in Draft.objects.all()] == ["b" * 64]


def test_a_draft_whose_days_are_over_is_not_given_even_before_the_night(open_wave):
    today = timezone.localdate()
    store.keep_draft(open_wave.code, "a" * 64, b"sealed", today)

    assert store.draft("a" * 64, today) == b"sealed"
    assert store.draft("a" * 64, today + timedelta(days=1)) is None


def test_an_answer_that_comes_as_the_wave_closes_is_not_taken(open_wave, who):
    """The request read the wave before it was closed, and sends after the last shuffle."""
    read_before = Wave.objects.get(pk=open_wave.pk)
    actions.close_wave(wave=open_wave, by=who.coordinator, at=NOW)

    with pytest.raises(NotNow):
        send(read_before, 1)

    assert store.count(open_wave.code) == 0


def test_of_many_sheets_all_are_sealed_or_none(open_wave, who):
    fine = AnswerSheet({"works": "no"}, "fi", "paper", "paper")
    too_long = AnswerSheet({"why": "x" * 90_000}, "fi", "paper", "paper")

    for sheets in ([fine, fine, too_long], [fine, AnswerSheet({}, "fi", "=1+1")], [AnswerSheet({}, "fi", "p" * 41)]):
        with pytest.raises((DoesNotFit, NotNow)):
            actions.seal_sheets(wave=open_wave, sheets=sheets, by=who.coordinator, at=NOW)

    assert store.count(open_wave.code) == 0
    assert shown_counts(open_wave).by_day == ()


def test_the_number_of_a_counter_does_not_tell_how_many_came_before_it(open_wave):
    send(open_wave, 3)
    send(open_wave, 1, channel="newsletter")

    first, second = open_wave.channel_counts.order_by("pk").values_list("pk", flat=True)
    assert second == first + 1
