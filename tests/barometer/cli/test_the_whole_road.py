"""One story with real files: custodians make keys, answers are sealed as the site seals them, two of three open the
bundle, and what is released is what the same answers give without any sealing."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from barometer.cli import main
from barometer.pipeline import read_wave_questionnaire
from barometer.questionnaire.canonical import as_plain, digest
from barometer.release import read_release
from barometer.responses_csv import read_answers, sheets_of
from barometer.sealing import (
    Bundle,
    Counts,
    Envelope,
    Row,
    identifier,
    new_code,
    read_wave_key,
    seal,
    sealed_size,
    write_bundle,
)
from tests.barometer.cli.folders import write_wave_folder
from tests.barometer.cli.test_bad_input import refused

CUSTODIANS = ("anna", "bo", "cai")


@dataclass(frozen=True)
class Sealed:
    """A closed wave on a custodian's machine: three key files, and the bundle as the site exported it."""

    folder: Path
    wave: Path
    bundle: Bundle

    def key(self, name: str) -> list[str]:
        return ["--key", str(self.folder / f"{name}.key")]

    def exported(self, bundle: Bundle, spoiled: bytes | None = None) -> str:
        path = self.folder / "wave.bundle"
        path.write_bytes(write_bundle(bundle) if spoiled is None else spoiled)
        return str(path)


def make_keys(folder: Path, capsys: pytest.CaptureFixture[str], name: str = "wave") -> None:
    """Make the custodians' keys and the wave's key, two of three, as they do it on the command line."""
    folder.mkdir(exist_ok=True)
    for custodian in CUSTODIANS:
        assert main(["keys", "new", "--name", custodian, "--to", str(folder / f"{custodian}.key")]) == 0
    lines = capsys.readouterr().out.split()
    given = [part for line in lines for part in ("--custodian", line)]
    assert main(["keys", "wave", *given, "--quorum", "2", "--to", str(folder / f"{name}-wave.json")]) == 0
    capsys.readouterr()


def seal_wave(folder: Path, wave: Path) -> Sealed:
    """Seal every answer of the wave as the site does it in the request that sends it."""
    questionnaire = read_wave_questionnaire(wave)
    wave_key = read_wave_key((folder / "wave-wave.json").read_text("utf-8"))
    size, frozen = sealed_size(questionnaire), digest(questionnaire)
    rows = []
    for sheet in sheets_of(read_answers((wave / "answers.csv").read_bytes(), questionnaire)):
        name = identifier("w1", new_code())
        rows.append(Row(name, seal(Envelope("w1", frozen, name, sheet), wave_key.public, size)))
    files = {name: (wave / name).read_text("utf-8") for name in ("wave.yaml", "policy.yaml")}
    files["questionnaire.json"] = json.dumps(as_plain(questionnaire), ensure_ascii=False)
    counts = Counts({"2026-01-15": len(rows)}, {"open_link": len(rows)})
    return Sealed(folder, wave, Bundle("w1", frozen, wave_key, counts, tuple(rows), frozenset(), files))


@pytest.fixture
def sealed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Sealed:
    make_keys(tmp_path / "custodians", capsys)
    return seal_wave(tmp_path / "custodians", write_wave_folder(tmp_path / "wave"))


def test_two_of_three_custodians_open_what_is_then_released(sealed: Sealed, tmp_path: Path, capsys) -> None:
    bundle, opened, released = sealed.exported(sealed.bundle), tmp_path / "opened", tmp_path / "release"

    assert main(["open", bundle, *sealed.key("anna"), *sealed.key("cai"), "--to", str(opened), "--json"]) == 0
    account = json.loads(capsys.readouterr().out)
    assert (account["answers"], account["refused"], account["unexplained"]) == (115, {}, 0)
    assert sorted(path.name for path in opened.iterdir()) == [
        "answers.csv", "open-texts.csv", "policy.yaml", "questionnaire.json", "wave.yaml",
    ]  # fmt: skip

    assert main(["release", str(opened), "--to", str(released)]) == 0
    assert main(["attack", str(released)]) == 0
    assert main(["verify", str(released)]) == 0
    assert main(["release", str(sealed.wave), "--to", str(tmp_path / "unsealed")]) == 0
    assert read_release(released).id == read_release(tmp_path / "unsealed").id


def test_the_key_files_can_be_read_by_their_owner_alone_and_are_never_overwritten(sealed: Sealed, capsys) -> None:
    key = sealed.folder / "anna.key"
    before = key.read_bytes()

    (fault,) = refused(["keys", "new", "--to", str(key)], capsys)

    assert fault["code"] == "key-exists"
    assert (key.read_bytes(), key.stat().st_mode & 0o077) == (before, 0)


def with_row(bundle: Bundle, place: int, row: Row) -> Bundle:
    return replace(bundle, rows=(*bundle.rows[:place], row, *bundle.rows[place + 1 :]))


def forged(bundle: Bundle) -> Bundle:
    """Somebody without the code puts random bytes of the right length in the store."""
    return with_row(bundle, 0, Row("f" * 64, b"\x07" * len(bundle.rows[0].sealed)))


def added(bundle: Bundle) -> Bundle:
    """A row more than the daily counts know of."""
    return replace(bundle, counts=Counts({"2026-01-15": len(bundle.rows) - 1}, {}))


def replayed(bundle: Bundle) -> Bundle:
    """One answer twice, under another name."""
    return with_row(bundle, 0, Row("e" * 64, bundle.rows[1].sealed))


@pytest.mark.parametrize(
    ("spoil", "code"), [(forged, "row-refused"), (replayed, "row-refused"), (added, "counts-differ")]
)
def test_rows_that_are_not_the_waves_stop_the_opening(sealed: Sealed, spoil, code: str, tmp_path: Path, capsys) -> None:
    opening = ["open", sealed.exported(spoil(sealed.bundle)), *sealed.key("anna"), *sealed.key("bo")]

    faults = refused([*opening, "--to", str(tmp_path / "opened")], capsys)

    assert {fault["code"] for fault in faults} == {code}
    assert not (tmp_path / "opened").exists()
    assert main([*opening, "--leave-out-refused", "--to", str(tmp_path / "opened")]) == 1
    assert (tmp_path / "opened").exists()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda content: b"", "bundle-empty"),
        (lambda content: b"org,works\n", "bundle-format"),
        (lambda content: content[: len(content) // 2], "bundle-cut"),
        (lambda content: content[:-1], "bundle-cut"),
        (lambda content: content.replace(b"2026-01-15", b"2026-01-16"), "bundle-changed"),
        (lambda content: content.decode().encode("utf-16"), "bundle-format"),
    ],
)
def test_a_damaged_bundle_is_refused(sealed: Sealed, spoil, code: str, tmp_path: Path, capsys) -> None:
    bundle = sealed.exported(sealed.bundle, spoil(write_bundle(sealed.bundle)))

    faults = refused(["open", bundle, *sealed.key("anna"), *sealed.key("bo"), "--to", str(tmp_path / "opened")], capsys)

    assert [fault["code"] for fault in faults] == [code]
    assert not (tmp_path / "opened").exists()


def test_too_few_keys_and_other_waves_keys_open_nothing(sealed: Sealed, tmp_path: Path, capsys) -> None:
    bundle, to = sealed.exported(sealed.bundle), ["--to", str(tmp_path / "opened")]
    make_keys(tmp_path / "others", capsys)
    others = Sealed(tmp_path / "others", sealed.wave, sealed.bundle)

    for keys, held in (
        (sealed.key("bo"), 1),
        ([*sealed.key("bo"), *sealed.key("bo")], 1),
        ([*others.key("anna"), *others.key("bo")], 0),
    ):
        (fault,) = refused(["open", bundle, *keys, *to], capsys)

        assert fault["code"] == "quorum-missing"
        assert f"needs 2 of its 3 custodians; {held} of the keys given" in fault["message"]
    assert not (tmp_path / "opened").exists()


def test_a_key_file_that_is_none_is_refused(sealed: Sealed, tmp_path: Path, capsys) -> None:
    bundle = sealed.exported(sealed.bundle)

    for name, content in (("empty", b""), ("public", b"age1nonsense\n"), ("binary", bytes(range(256)))):
        (sealed.folder / f"{name}.key").write_bytes(content)
        (fault,) = refused(["open", bundle, *sealed.key(name), "--to", str(tmp_path / "opened")], capsys)
        assert f"{name}.key" in fault["place"]
