"""A number in a text is a cell of a release: pinned, shown with base and source, marked when it no longer holds."""

from __future__ import annotations

import pytest
from django.test import Client

from kumppani.accounts.models import Person
from kumppani.publishing.lint import Finding
from kumppani.publishing.looking_over import looked_over
from kumppani.publishing.quoting import _cells_of, quoted, what_is_wrong, with_pins
from kumppani.results.models import Release, State
from tests.kumppani.publishing.conftest import NOON, Written, saved
from tests.kumppani.results.conftest import _own_folder, files, taken_in  # noqa: F401 (fixtures)
from tests.kumppani.results.conftest import published as published_release  # noqa: F401 (a fixture)

# ruff: noqa: F811 (fixtures from elsewhere are asked for by their names)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell(published_release: Release) -> str:
    """The name of a share that is shown: one of the answers to whether the programme benefits one's work."""
    return next(name for name in sorted(_cells_of(published_release.digest)) if "/benefit/share/" in name)


def test_saving_pins_the_release_that_is_published(cell: str, published_release: Release):
    pinned = with_pins(f"It was [[cell: {cell}]], said [[cell: nothing/such]].")

    assert pinned == f"It was [[cell: {cell} @ {published_release.identity[:12]}]], said [[cell: nothing/such]]."
    assert with_pins(pinned) == pinned


def test_a_number_is_shown_with_its_base_its_interval_and_its_source(
    cell: str,
    published_release: Release,
    written: Written,
    writer: Person,
    published,
):
    edition = written("With a number", original="en", body=f"It was [[cell: {cell}]] of all.")
    published(edition)

    page = Client().get(f"/en/news/{edition.item.slug}/").content.decode()
    found = quoted(f"{cell} @ {published_release.identity[:12]}")
    assert found is not None
    assert f"<b>{found.figure}</b>" in page
    assert f"(of {found.base}, interval" in page
    assert f"/en/results/releases/{published_release.identity}/" in page or published_release.identity in page
    assert "[[cell" not in page
    assert [each.code for each in looked_over(edition, at=NOON)] == ["late"]


def test_what_no_release_gives_is_no_number(cell: str, written: Written, published):
    wave = cell.partition("/")[0]
    edition = written(
        "Made up",
        original="en",
        body=f"It was [[cell: {wave}/benefit/share/made_up/answered/all]] and [[cell: {cell} @ 00000000]].",
    )
    published(edition)

    assert Client().get(f"/en/news/{edition.item.slug}/").content.decode().count("number not found") == 2
    codes = [each.code for each in looked_over(edition, at=NOON)]
    assert codes.count("cell") == 2


def test_a_number_of_an_unpublished_release_does_not_leave(
    cell: str,
    published_release: Release,
    written: Written,
):
    Release.objects.filter(pk=published_release.pk).update(state=State.APPROVED)

    assert with_pins(f"[[cell: {cell}]]") == f"[[cell: {cell}]]"
    assert quoted(f"{cell} @ {published_release.identity[:12]}") is None


def test_a_newer_release_that_says_otherwise_is_told_beside_the_number(
    cell: str,
    published_release: Release,
    written: Written,
    writer: Person,
    monkeypatch: pytest.MonkeyPatch,
):
    """The newer one here gives no such number; that it names another is the same comparison."""
    edition = written("With a number", original="en", body=f"It was [[cell: {cell}]].")
    saved(edition, by=writer)
    Release.objects.filter(pk=published_release.pk).update(state=State.SUPERSEDED)
    inside = f"{cell} @ {published_release.identity[:12]}"

    assert what_is_wrong(inside) == "The number does not hold any more: the release is no longer published."
    edition.refresh_from_db()
    found = looked_over(edition, at=NOON)
    assert Finding("cell", inside, {"wrong": what_is_wrong(inside)}) in found
