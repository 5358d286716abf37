"""The road of a real wave: keys made offline, rehearsal and answers opened with `barometer open`, off the site."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.test import Client

from barometer.cli import main
from kumppani.surveys.models import State, Wave
from tests.kumppani.surveys.test_views import form, press, signed_in, upload, zipped
from tests.kumppani.surveys.waves import Browser

pytestmark = pytest.mark.django_db(databases=["default", "answers"])
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "demonstration-open"


def made_offline(folder: Path, capsys, *, demonstration: bool = False) -> tuple[list[Path], Path]:
    """Three custodians' key files and the wave key, by the command line alone."""
    marked = ["--demonstration"] if demonstration else []
    keys = [folder / f"{name}.key" for name in ("anna", "bo", "cai")]
    for key in keys:
        assert main(["keys", "new", "--to", str(key), *marked]) == 0
    public = capsys.readouterr().out.split()
    named = [word for line in public for word in ("--custodian", line)]
    assert main(["keys", "wave", *named, "--to", str(folder / "wave.key")]) == 0
    return keys, folder / "wave.key"


def prepare(coordinator: Client, wave_key: Path):
    files = {path.relative_to(EXAMPLE).as_posix(): path.read_bytes() for path in EXAMPLE.rglob("*") if path.is_file()}
    sent = {"wave_key": upload(wave_key.read_bytes(), "wave.key"), "folder": upload(zipped(files), "wave.zip")}
    return coordinator.post("/en/waves/prepare/", form(**sent), follow=True)


def opened(bundle: bytes, keys: list[Path], folder: Path) -> list[dict[str, str]]:
    folder.mkdir()
    (folder / "sealed.bundle").write_bytes(bundle)
    words = [word for key in keys for word in ("--key", str(key))]
    assert main(["open", str(folder / "sealed.bundle"), *words, "--to", str(folder / "opened")]) == 0
    with (folder / "opened" / "answers.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_a_real_wave_from_keys_to_opened_answers(who, settings, tmp_path, capsys):
    settings.DEMONSTRATION = False
    keys, wave_key = made_offline(tmp_path, capsys)
    coordinator, custodian = signed_in(who.coordinator), signed_in(who.custodian)
    assert "Next comes the rehearsal" in prepare(coordinator, wave_key).content.decode()
    wave = Wave.objects.get()
    press(coordinator, wave, "rehearse")

    rehearsal = custodian.get(f"/en/waves/{wave.code}/rehearsal/").content
    (row,) = opened(rehearsal, keys[:2], tmp_path / "rehearsal")
    custodian.post(f"/en/waves/{wave.code}/rehearsal/word/", {"word": row["_channel"]})
    press(coordinator, wave, "open")
    wave.refresh_from_db()
    assert wave.state == State.OPEN

    Browser(wave).press("start").press("enough", org_type="ngo").press("send")
    press(coordinator, wave, "close")
    press(coordinator, wave, "cut-off")
    bundle = coordinator.post(f"/en/waves/{wave.code}/bundle/").content
    (row,) = opened(bundle, keys[1:], tmp_path / "answers")

    assert row["org_type"] == "ngo"
    assert row["_channel"] == "open_link"
    assert row["_last_page"] != ""


def test_one_key_or_a_changed_byte_opens_nothing_and_writes_nothing(who, settings, tmp_path, capsys):
    settings.DEMONSTRATION = False
    keys, wave_key = made_offline(tmp_path, capsys)
    coordinator = signed_in(who.coordinator)
    prepare(coordinator, wave_key)
    wave = Wave.objects.get()
    press(coordinator, wave, "rehearse")
    rehearsal = coordinator.get(f"/en/waves/{wave.code}/rehearsal/").content
    good, changed = tmp_path / "good.bundle", tmp_path / "changed.bundle"
    good.write_bytes(rehearsal)
    changed.write_bytes(rehearsal.replace(b'"rows":1', b'"rows":2'))
    both = ["--key", str(keys[0]), "--key", str(keys[1])]
    to = ["--to", str(tmp_path / "opened")]

    assert main(["open", str(good), "--key", str(keys[0]), *to]) == 2
    assert "needs 2 of its 3 custodians; 1 of the keys given" in capsys.readouterr().err
    assert main(["open", str(changed), *both, *to]) == 2
    assert "changed.bundle: The bundle was changed" in capsys.readouterr().err
    assert not (tmp_path / "opened").exists()


def test_demonstration_keys_are_refused_for_a_real_wave(who, settings, tmp_path, capsys):
    settings.DEMONSTRATION = False
    _, wave_key = made_offline(tmp_path, capsys, demonstration=True)

    page = prepare(signed_in(who.coordinator), wave_key)

    assert "These are demonstration keys." in page.content.decode()
    assert not Wave.objects.exists()


def test_a_key_that_one_person_can_use_alone_is_refused_for_a_real_wave(who, settings, tmp_path, capsys):
    settings.DEMONSTRATION = False
    main(["keys", "new", "--to", str(tmp_path / "anna.key")])
    public = capsys.readouterr().out.strip()
    main(["keys", "wave", "--custodian", public, "--quorum", "1", "--to", str(tmp_path / "wave.key")])

    page = prepare(signed_in(who.coordinator), tmp_path / "wave.key")

    assert "one person alone cannot use" in page.content.decode()


def test_a_secret_key_sent_in_place_of_the_wave_key_is_refused_and_not_shown(who, settings, tmp_path, capsys):
    settings.DEMONSTRATION = False
    keys, _ = made_offline(tmp_path, capsys)

    page = prepare(signed_in(who.coordinator), keys[0])

    assert "This is not a wave key." in page.content.decode()
    assert "AGE-SECRET-KEY" not in page.content.decode()
