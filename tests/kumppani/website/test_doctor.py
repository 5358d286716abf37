from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kumppani.website.doctor import faults

pytestmark = pytest.mark.django_db(databases=["default", "answers"])


def test_the_site_of_the_tests_has_no_fault_of_ours():
    assert not [fault for fault in faults() if not fault.startswith(("security.", "surveys."))]


def test_a_secret_key_that_others_can_read_is_found(settings: Any, tmp_path: Path):
    settings.DATA = tmp_path
    (tmp_path / "secret-key").write_text("key")
    (tmp_path / "secret-key").chmod(0o644)

    assert (
        f"The secret key {tmp_path / 'secret-key'} can be read by others. Run: chmod 600 {tmp_path / 'secret-key'}"
        in [*faults()]
    )


def test_a_data_folder_that_others_can_read_is_found(settings: Any, tmp_path: Path):
    settings.DATA = tmp_path
    fault = f"The data folder {tmp_path} can be read by others. Run: chmod 700 {tmp_path}"
    tmp_path.chmod(0o700)
    assert fault not in [*faults()]

    tmp_path.chmod(0o750)

    assert fault in [*faults()]


def test_mail_without_a_sender_is_found_on_a_real_site(settings: Any):
    settings.DEMONSTRATION = False
    settings.DEFAULT_FROM_EMAIL = "kumppani@localhost"

    assert "Mail has no sender's address. Set KUMPPANI_MAIL_FROM." in [*faults()]
