from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from kumppani.mailing.folder import newest_letters
from kumppani.mailing.models import Letter
from kumppani.mailing.sending import send_letter, send_waiting_letters, write_letter

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LETTER: dict[str, Any] = {
    "to": "reader@example.org", "subject": "Koodisi on ÄÖ12", "body": "Hei\n", "language": "fi", "at": NOW,
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_letter_leaves_with_the_commit_and_then_loses_its_words():
    write_letter(**LETTER)

    letter = Letter.objects.get()
    assert [message.to for message in mail.outbox] == [["reader@example.org"]]
    assert mail.outbox[0].extra_headers["Content-Language"] == "fi"
    assert letter.sent_at is not None
    assert (letter.to, letter.body) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_sends_nothing():
    class ChangeOfMind(Exception):
        pass

    with pytest.raises(ChangeOfMind), transaction.atomic():
        write_letter(**LETTER)
        raise ChangeOfMind

    assert mail.outbox == []
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_letter_waits_while_the_mail_server_is_away(settings: Any, caplog: pytest.LogCaptureFixture):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    write_letter(**LETTER)
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.failures, letter.body) == (None, 1, "Hei\n")
    assert "reader@example.org" not in caplog.text

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_waiting_letters() == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_sent_once():
    letter = write_letter(**LETTER)

    assert send_letter(letter.pk) is False
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_the_demonstration_writes_letters_to_a_folder_and_reads_them_again(settings: Any, tmp_path: Path):
    settings.EMAIL_BACKEND = "kumppani.mailing.folder.EmailBackend"
    settings.MAIL_FOLDER = tmp_path

    write_letter(**LETTER)
    write_letter(**{**LETTER, "to": "other@example.org"})

    assert [letter.to for letter in newest_letters()] == ["other@example.org", "reader@example.org"]
    assert [(letter.subject, letter.body) for letter in newest_letters(to="reader@example.org")] == [
        ("Koodisi on ÄÖ12", "Hei\n")
    ]


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_leaves_takes_a_waiting_one_along_but_none_that_is_of_no_use_any_more():
    Letter.objects.create(to="waiting@example.org", subject="s", body="b", language="fi", written_at=NOW)
    Letter.objects.create(to="late@example.org", subject="s", body="b", language="fi", written_at=NOW, of_use_until=NOW)

    write_letter(**LETTER)

    assert [message.to for message in mail.outbox] == [["reader@example.org"], ["waiting@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_waiting_letters_are_given_up_for_now_after_two_failures(settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for number in range(4):
        Letter.objects.create(to=f"{number}@example.org", subject="s", body="b", language="fi", written_at=NOW)

    assert send_waiting_letters() == 0
    assert [letter.failures for letter in Letter.objects.all()] == [1, 1, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_a_letter_in_another_senders_hands_is_no_failure_and_is_taken_up_when_that_sender_is_gone():
    held, _free = (
        Letter.objects.create(to=f"{name}@example.org", subject="s", body="b", language="fi", written_at=NOW)
        for name in ("held", "free")
    )
    Letter.objects.filter(pk=held.pk).update(claimed_until=timezone.now() + timedelta(minutes=1))
    assert send_waiting_letters() == 1
    assert [message.to for message in mail.outbox] == [["free@example.org"]]
    held.refresh_from_db()
    assert (held.sent_at, held.failures) == (None, 0)

    Letter.objects.filter(pk=held.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert send_waiting_letters() == 1
    assert mail.outbox[1].to == ["held@example.org"]


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_makes_no_message_stops_none_of_the_others():
    for subject in ("two\nlines", "one line"):
        Letter.objects.create(to="reader@example.org", subject=subject, body="b", language="fi", written_at=NOW)

    assert send_waiting_letters() == 1
    first, second = Letter.objects.order_by("pk")
    assert (first.failures, first.failure, second.sent_at is None) == (1, "BadHeaderError", False)


@pytest.mark.django_db(transaction=True)
def test_no_letter_is_sent_inside_a_transaction_where_others_would_wait_for_the_mail_server():
    letter = Letter.objects.create(to="reader@example.org", subject="s", body="b", language="fi", written_at=NOW)

    with pytest.raises(RuntimeError), transaction.atomic():
        send_letter(letter.pk)

    assert mail.outbox == []


@pytest.mark.django_db
def test_a_long_name_in_a_subject_is_cut_and_never_begins_another_header():
    letter = write_letter(**LETTER | {"subject": "Hidden:\r\nBcc: all@example.org " + "N" * 200})

    letter.refresh_from_db()
    assert letter.subject.startswith("Hidden: Bcc: all@example.org N")
    assert letter.subject.endswith("N…")
    assert len(letter.subject) == 200
