"""What is said, what it said before, who is told; and files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from kumppani.accounts.permissions import NotPermitted
from kumppani.projects.actions import talk as actions
from kumppani.projects.faults import NotNow
from kumppani.projects.mentions import named_in
from kumppani.projects.models import CommentVersion, Role
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import PAGE, MakeWorkspace, coordinator_of, join, upload, written

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Anna Aalto, look", {1}),
        ("@anna aalto", {1}),
        ("@Anna Aaltonen", {2}),
        ("@Anna Aaltonen and @Anna Aalto", {1, 2}),
        ("Anna Aalto", set()),
        ("@Anna", set()),
    ],
)
def test_who_is_named(text: str, named: set[int]):
    assert named_in(text, [(1, "Anna Aalto"), (2, "Anna Aaltonen")]) == named


def test_a_letter_goes_to_those_who_are_named_and_may_read_it_once(
    founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, member, guest, stranger, at = founded(), somebody(), somebody(), somebody(), timezone.now()
    join(workspace, member)
    join(workspace, guest, Role.GUEST)
    by = coordinator_of(workspace)
    text = " ".join(f"@{person.name}" for person in (member, guest, stranger, by))

    with django_capture_on_commit_callbacks(execute=True):
        comment = actions.write_comment(thing=written(workspace), text=text, page="https://x/", by=by, at=at)
        actions.edit_comment(comment=comment, text=f"{text} again", shared=False, by=by, at=at)

    assert [letter.to for letter in mail.outbox if "mentions" in letter.subject] == [[member.email]]


def test_ones_own_words_are_edited_with_their_history_and_deleted_for_good(
    founded: MakeWorkspace, somebody: MakePerson
):
    workspace, other, at = founded(), somebody(), timezone.now()
    join(workspace, other)
    by, task = coordinator_of(workspace), written(workspace)
    comment = actions.write_comment(thing=task, text="First", by=by, at=at)

    for deed in (
        lambda: actions.edit_comment(comment=comment, text="?", shared=False, by=other, at=at),
        lambda: actions.delete_comment(comment=comment, by=other, at=at),
    ):
        with pytest.raises(NotPermitted):
            deed()
    actions.edit_comment(comment=comment, text="Second", shared=False, by=by, at=at)
    earlier = [version.text for version in comment.versions.all()]
    actions.delete_comment(comment=comment, by=by, at=at)

    comment.refresh_from_db()
    assert earlier == ["First"]
    assert (comment.text, comment.deleted_at, CommentVersion.objects.count()) == ("", at, 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("picture.svg", b"<svg>"),
        ("plan.pdf", b"<html>not a PDF"),
        ("plan.pdf", b""),
        ("plan", b"%PDF-"),
        ("plan.pdf", b"%PDF-" + b"x" * (10 * 1024 * 1024)),
    ],
)
def test_a_file_that_is_no_document_or_too_large_is_not_kept(name: str, content: bytes, founded: MakeWorkspace):
    workspace = founded()

    with pytest.raises(NotNow):
        actions.attach(
            thing=written(workspace), upload=upload(name, content), by=coordinator_of(workspace), at=timezone.now()
        )


def test_a_file_lies_under_a_random_name_and_goes_with_its_row(
    founded: MakeWorkspace, django_capture_on_commit_callbacks: Callable
):
    workspace, at = founded(), timezone.now()
    by = coordinator_of(workspace)

    attachment = actions.attach(thing=written(workspace), upload=upload("../../etc/pläń.pdf"), by=by, at=at)
    (path,) = settings.FILES_FOLDER.iterdir()
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_file_away(attachment=attachment, by=by, at=at)

    assert (attachment.file.name, len(path.name)) == ("pläń.pdf", 40)
    assert not path.exists()


def test_words_are_shown_as_text_and_links_made_safe(founded: MakeWorkspace, signed_in: Callable):
    workspace = founded()
    by = coordinator_of(workspace)
    said = {"shared_with_guests": False, "page": PAGE, "by": by, "at": timezone.now()}
    text = "<script>alert(1)</script> https://example.org/?a=1&b=2 javascript:alert(1)"
    topic = actions.write_topic(workspace=workspace, title="<b>?", text=text, **said)

    page = signed_in(by).get(f"/en/projects/discussion/{topic.pk}/").content.decode()

    assert "&lt;script&gt;" in page
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow">' in page
    assert 'href="javascript' not in page
