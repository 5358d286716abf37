"""Two released waves are compared where a person has said that they may be."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client

from kumppani.accounts.roles import Role
from kumppani.results.actions import approve_release, publish_release, take_in_release
from kumppani.results.intake import Unacceptable
from kumppani.results.models import Release
from tests.conftest import MadeOnce
from tests.kumppani.conftest import MakePerson
from tests.kumppani.results.conftest import EXAMPLE, NOW, Files, files_in, release_of_totals

pytestmark = pytest.mark.django_db
EARLIER, LATER = EXAMPLE.with_name("demonstration-2025"), EXAMPLE.with_name("demonstration-2026")
COMPARABILITY = (LATER / "comparability.yaml").read_bytes()


@pytest.fixture(scope="module")
def waves(made_once: MadeOnce) -> tuple[Files, Files]:
    """The two invented waves, without tables by background."""
    earlier, later = (
        made_once(f"release-of-totals-{wave.name}", partial(release_of_totals, wave=wave)) for wave in (EARLIER, LATER)
    )
    return files_in(earlier), files_in(later)


@pytest.fixture
def publish(somebody: MakePerson):
    def publish(files: Files, comparability: bytes | None = None) -> Release:
        release = take_in_release(
            files=files, comparability=comparability, involved=(), by=somebody(Role.ANALYST), at=NOW
        )
        approve_release(release=release, by=somebody(Role.APPROVER), at=NOW)
        publish_release(release=release, by=somebody(Role.COORDINATOR), at=NOW)
        return release

    return publish


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_of_changes_shows_both_waves_and_where_the_line_is_broken(
    language: str, waves: tuple[Files, Files], publish, client: Client
):
    earlier, later = publish(waves[0]), publish(waves[1], COMPARABILITY)

    page = client.get(f"/{language}/results/waves/demonstration-2026/changes/").content.decode()

    assert later.compared_with == earlier
    assert earlier.titles[language] in page
    assert {"fi": "Asteikko muuttui", "sv": "Skalan ändrades", "en": "The scale changed"}[language] in page


def test_a_wave_that_is_compared_with_none_has_no_page_of_changes(waves: tuple[Files, Files], publish, client: Client):
    publish(waves[0])

    assert client.get("/en/results/waves/demonstration-2025/changes/").status_code == 404


def test_a_comparability_with_a_wave_that_is_not_published_here_is_refused(
    waves: tuple[Files, Files], somebody: MakePerson
):
    with pytest.raises(Unacceptable, match="an earlier wave that is not published here"):
        take_in_release(files=waves[1], comparability=COMPARABILITY, involved=(), by=somebody(Role.ANALYST), at=NOW)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "comparability", [b"", b"earlier: [", b"\xff\xfe", b"earlier: demonstration-2025\nlater: another\n"]
)
def test_a_comparability_that_cannot_be_used_is_refused(
    comparability: bytes, waves: tuple[Files, Files], publish, somebody: MakePerson
):
    publish(waves[0])

    with pytest.raises(Unacceptable, match=r"The comparability (cannot be used|names an earlier wave)"):
        take_in_release(files=waves[1], comparability=comparability, involved=(), by=somebody(Role.ANALYST), at=NOW)
