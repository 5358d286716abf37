"""What custodians type, on machines of their own."""

import json

from barometer.answering.sheet import AnswerSheet
from barometer.cli import main
from barometer.questionnaire.canonical import as_plain, digest
from barometer.sealing import (
    Bundle,
    Counts,
    Envelope,
    Row,
    identifier,
    new_code,
    read_key_file,
    read_wave_key,
    seal,
    sealed_size,
    write_bundle,
)
from tests.barometer.sealing.questionnaires import SMALL


def made_keys(folder) -> None:
    for name in ("anna", "bo", "cai"):
        assert main(["keys", "new", "--to", str(folder / f"{name}.key"), "--name", name]) == 0
    public = [str(read_key_file((folder / f"{name}.key").read_text()).public) for name in ("anna", "bo", "cai")]
    named = [word for line in public for word in ("--custodian", line)]
    made = ["--made-by", "Anna", "--made-on", "2026-11-22"]
    assert main(["keys", "wave", *named, *made, "--to", str(folder / "wave.key")]) == 0


def bundle_with(folder, sheet: AnswerSheet):
    wave_key = read_wave_key((folder / "wave.key").read_text())
    name = identifier("w1", new_code())
    row = Row(name, seal(Envelope("w1", digest(SMALL), name, sheet), wave_key.public, sealed_size(SMALL)))
    files = {"questionnaire.json": json.dumps(as_plain(SMALL)), "../../escaped": "x", "policy.yaml": "version: 1\n"}
    bundle = Bundle("w1", digest(SMALL), wave_key, Counts({"2026-11-22": 1}), (row,), files=files)
    (folder / "sealed.bundle").write_bytes(write_bundle(bundle))
    keys = [word for who in ("anna", "bo") for word in ("--key", str(folder / f"{who}.key"))]
    return main(["open", str(folder / "sealed.bundle"), *keys, "--to", str(folder / "in" / "it" / "opened")])


def test_the_wave_key_says_who_made_it_and_when(tmp_path):
    made_keys(tmp_path)

    wave_key = read_wave_key((tmp_path / "wave.key").read_text())

    assert (wave_key.made_by, wave_key.made_on, wave_key.quorum) == ("Anna", "2026-11-22", 2)


def test_a_day_that_is_none_is_refused_before_anything_is_written(tmp_path, capsys):
    words = ["keys", "wave", "--custodian", "age1x", "--made-on", "yesterday", "--to", str(tmp_path / "wave.key")]

    assert main(words) == 2
    assert not (tmp_path / "wave.key").exists()


def test_opening_a_rehearsal_says_its_word(tmp_path, capsys):
    made_keys(tmp_path)
    (tmp_path / "in" / "it").mkdir(parents=True)

    assert bundle_with(tmp_path, AnswerSheet(language="en", channel="rehearsal-bluebird")) == 0
    assert "is: bluebird" in "".join(capsys.readouterr())


def test_a_bundle_writes_no_file_of_its_own_naming_and_no_formula(tmp_path):
    made_keys(tmp_path)
    (tmp_path / "in" / "it").mkdir(parents=True)

    assert bundle_with(tmp_path, AnswerSheet({"why": "=HYPERLINK(1)"}, "en")) == 0
    assert not list(tmp_path.rglob("escaped"))
    assert "why, =HYPERLINK(1)" in (tmp_path / "in" / "it" / "opened" / "open-texts.csv").read_text()
