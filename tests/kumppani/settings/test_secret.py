from __future__ import annotations

import stat
from pathlib import Path

from kumppani.settings.secret import secret_key_in


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path):
    first = secret_key_in(tmp_path / "data")

    assert secret_key_in(tmp_path / "data") == first
    assert len(first) >= 60
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["secret-key"]
