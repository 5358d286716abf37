"""Bundles and their opening: what is not this wave's is refused, with place and reason."""

import hashlib
import json
from dataclasses import replace

import pytest

from barometer.answering.sheet import AnswerSheet
from barometer.problems import UnusableInput
from barometer.questionnaire.canonical import digest
from barometer.responses_csv import responses_from_sheets
from barometer.sealing import (
    Bundle,
    Counts,
    Envelope,
    KeyPair,
    Row,
    identifier,
    new_code,
    new_wave_key,
    open_bundle,
    read_bundle,
    seal,
    sealed_size,
    write_bundle,
)
from tests.barometer.sealing.questionnaires import SMALL

AINO, BO, CAI = (KeyPair.generate() for _ in range(3))
WAVE_KEY = new_wave_key([AINO.public, BO.public, CAI.public], 2)
SIZE = sealed_size(SMALL)
DIGEST = digest(SMALL)


def row_of(answers=None, *, wave="w1", questionnaire=DIGEST, key=WAVE_KEY, named=None) -> Row:
    name = identifier(wave, new_code())
    sheet = AnswerSheet(answers or {"works": "yes"}, "en", "open_link", "web")
    return Row(named or name, seal(Envelope(wave, questionnaire, name, sheet), key.public, SIZE))


def bundle_of(*rows: Row, sent=None, withdrawn=()) -> Bundle:
    counts = Counts({"2026-11-20": len(rows) if sent is None else sent}, {"open_link": len(rows)})
    return Bundle("w1", DIGEST, WAVE_KEY, counts, rows, frozenset(withdrawn), {"policy.yaml": "k: 5\n"})


def refusals(bundle: Bundle) -> dict[str, int]:
    return open_bundle(bundle, [AINO, BO], SMALL, leave_out_refused=True).refused_by_reason


def test_two_custodians_open_what_was_sent():
    opened = open_bundle(bundle_of(row_of({"works": "yes"}), row_of({"works": "no"})), [AINO, CAI], SMALL)

    assert sorted(str(sheet.answers["works"]) for sheet in opened.sheets) == ["no", "yes"]
    assert (opened.refused, opened.unexplained, opened.duplicates) == ((), 0, 0)


def test_a_bundle_comes_back_from_its_file():
    bundle = bundle_of(*(row_of() for _ in range(20)), withdrawn=["f" * 64])

    again = read_bundle(write_bundle(bundle))

    assert set(again.rows) == set(bundle.rows)
    assert replace(again, rows=()) == replace(bundle, rows=())


def test_rows_leave_in_another_order_than_they_came():
    bundle = bundle_of(*(row_of() for _ in range(20)))

    assert read_bundle(write_bundle(bundle)).rows != bundle.rows


def test_a_single_custodian_opens_nothing():
    with pytest.raises(UnusableInput, match="needs 2 of its 3 custodians; 1 of the keys given are theirs"):
        open_bundle(bundle_of(row_of()), [AINO, KeyPair.generate()], SMALL)


def test_a_bundle_sealed_to_other_keys_opens_nothing():
    with pytest.raises(UnusableInput, match="0 of the keys given are theirs"):
        open_bundle(bundle_of(row_of()), [KeyPair.generate(), KeyPair.generate()], SMALL)


def test_a_row_sealed_to_another_key_is_refused_with_its_place():
    stranger = new_wave_key([AINO.public], 1)

    with pytest.raises(UnusableInput) as raised:
        open_bundle(bundle_of(row_of(), row_of(key=stranger)), [AINO, BO], SMALL, file="wave.sealed")

    assert str(raised.value).startswith("wave.sealed:3: The row is refused: it was sealed to another key, or changed.")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (row_of(wave="w0"), "it belongs to another wave"),
        (row_of(questionnaire="0" * 64), "it answers another version of the questionnaire"),
        (row_of(named="0" * 64), "it is a copy of another row"),
        (row_of({"works": "perhaps"}), "it holds an answer that the questionnaire does not allow"),
        (row_of({"shoe_size": "44"}), "it holds an answer that the questionnaire does not allow"),
        (row_of({"years": "many"}), "it holds an answer that the questionnaire does not allow"),
        (row_of({"with": ("city", "city")}), "it holds an answer that the questionnaire does not allow"),
        (Row("1" * 64, b"short"), "it is not of the size of this wave's rows"),
        (Row("1" * 64, bytes(len(row_of().sealed))), "it was sealed to another key, or changed"),
    ],
)
def test_a_foreign_row_is_refused_with_its_reason(row, reason):
    assert refusals(bundle_of(row_of(), row)) == {reason: 1}


def test_a_replayed_row_is_refused_and_the_first_one_counts():
    row = row_of()
    opened = open_bundle(
        bundle_of(row, row, replace(row, identifier="e" * 64)), [AINO, BO], SMALL, leave_out_refused=True
    )

    assert len(opened.sheets) == 1
    assert opened.refused_by_reason == {"it is a copy of another row": 2}


def test_a_forged_row_is_one_more_than_the_daily_counts_explain():
    forged = row_of()

    with pytest.raises(UnusableInput, match="1 more rows than the daily counts explain"):
        open_bundle(bundle_of(row_of(), row_of(), forged, sent=2), [AINO, BO], SMALL)


def test_a_lost_row_is_noticed_too():
    with pytest.raises(UnusableInput, match="2 fewer rows than the daily counts explain"):
        open_bundle(bundle_of(row_of(), sent=3), [AINO, BO], SMALL)


def test_a_withdrawn_row_stays_closed_whether_or_not_the_bundle_still_holds_it():
    kept, gone = row_of(), row_of()

    still_there = open_bundle(bundle_of(kept, gone, withdrawn=[gone.identifier]), [AINO, BO], SMALL)
    removed = open_bundle(bundle_of(kept, sent=2, withdrawn=[gone.identifier]), [AINO, BO], SMALL)

    assert (len(still_there.sheets), still_there.withdrawn, still_there.unexplained) == (1, 1, 0)
    assert (len(removed.sheets), removed.withdrawn, removed.unexplained) == (1, 0, 0)


@pytest.mark.parametrize(
    "sheet",
    [
        AnswerSheet({"years": 1e300}, "en"),
        AnswerSheet({"works": "yes"}, "xx\n,sv"),
        AnswerSheet({"works": "yes"}, "en", last_page="nowhere"),
        AnswerSheet({"works": "yes"}, "en", "=HYPERLINK(1)"),
        AnswerSheet({"works": "yes"}, "en", mode="web\u202e"),
        AnswerSheet({"works": "yes"}, "en", flags=("fast\n1,2",)),
        AnswerSheet({"why": "a\x00b"}, "en"),
        AnswerSheet({"since": "some day"}, "en"),
    ],
    ids=["number", "language", "page", "channel", "mode", "flag", "text", "date"],
)
def test_a_forged_sheet_that_cannot_stand_among_the_others_is_left_out_and_stops_nobody(sheet):
    name = identifier("w1", new_code())
    forged = Row(name, seal(Envelope("w1", DIGEST, name, sheet), WAVE_KEY.public, SIZE))
    bundle = bundle_of(row_of(), forged, row_of())

    opened = open_bundle(bundle, [AINO, BO], SMALL, leave_out_refused=True)

    assert [(one.place, one.reason.name) for one in opened.refused] == [(2, "NOT_AN_ANSWER")]
    assert responses_from_sheets(SMALL, opened.sheets).respondents == 2


def test_a_number_that_is_none_is_refused(monkeypatch):
    monkeypatch.setattr("barometer.sealing.envelopes.canonical", lambda plain: json.dumps(plain).encode())

    assert refusals(bundle_of(row_of({"years": float("nan")}))) == {
        "it holds an answer that the questionnaire does not allow": 1
    }


def test_equal_sheets_are_kept_and_flagged():
    same = {"works": "yes", "with": ("city",), "agree.a": "no", "agree.b": "no", "years": 4.0}
    opened = open_bundle(bundle_of(row_of(same), row_of(same), row_of({"works": "no"})), [AINO, BO], SMALL)

    assert opened.duplicates == 1
    assert len(opened.sheets) == 3


def test_another_questionnaire_opens_nothing():
    with pytest.raises(UnusableInput, match="not the one that wave “w1” froze"):
        open_bundle(bundle_of(row_of()), [AINO, BO], replace(SMALL, version="2"))


def test_demonstration_keys_do_not_open_a_real_wave():
    with pytest.raises(UnusableInput, match="demonstration key"):
        open_bundle(bundle_of(row_of()), [AINO, KeyPair.generate(demonstration=True)], SMALL)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: b"", "bundle-empty"),
        (lambda data: b"id;answer\n1;2\n", "bundle-format"),
        (lambda data: data.decode().encode("utf-16"), "bundle-format"),
        (lambda data: data[:-200], "bundle-cut"),
        (lambda data: data[: len(data) // 2], "bundle-cut"),
        (lambda data: data.replace(b'"open_link":3', b'"open_link":4'), "bundle-changed"),
        (lambda data: data[:3000] + bytes([data[3000] ^ 1]) + data[3001:], "bundle-changed"),
    ],
)
def test_a_damaged_bundle_is_refused_in_one_line(change, code):
    data = write_bundle(bundle_of(row_of(), row_of(), row_of()))

    with pytest.raises(UnusableInput) as raised:
        read_bundle(change(data), file="wave.sealed")

    assert raised.value.problems[0].code == code
    assert str(raised.value).startswith("wave.sealed")
    assert "\n" not in str(raised.value)


def test_a_bundle_rewritten_with_a_bad_line_names_the_line():
    lines = write_bundle(bundle_of(row_of(), row_of())).splitlines()
    lines[2] = json.dumps({"identifier": "x", "sealed": "not base64!"}).encode()
    body = b"\n".join(lines[:-1]) + b"\n"
    data = body + b'{"sha256":"' + hashlib.sha256(body).hexdigest().encode() + b'"}\n'

    with pytest.raises(UnusableInput) as raised:
        read_bundle(data, file="wave.sealed")

    assert str(raised.value).startswith("wave.sealed:3: This line of the bundle cannot be read.")
