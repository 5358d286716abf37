"""`keys` and `open`: what custodians do, on their own machines, off the network."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from barometer import pipeline
from barometer.answering.sheet import AnswerSheet
from barometer.cli.console import FINDINGS, FINE, Console
from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.canonical import as_plain
from barometer.release import require_new_folder, write_folder
from barometer.responses import ResponseSet, TextColumn
from barometer.responses_csv import responses_from_sheets, write_answers
from barometer.sealing import (
    Bundle,
    KeyPair,
    PublicKey,
    new_wave_key,
    open_bundle,
    read_bundle,
    read_key_file,
    read_public_key,
    write_key_file,
    write_wave_key,
)
from barometer.sealing.opening import problems_of

FROZEN_FILES = ("wave.yaml", "policy.yaml", "cited.yaml", "comparability.yaml")
"""What a wave folder gets from the bundle. A bundle comes from a server: no other name of its making is written."""

FORMULA = frozenset("=+-@\t\r")
REHEARSAL = "rehearsal-"
"""How the channel of a rehearsal begins; the word comes after it."""


def add_commands(commands: Any) -> None:
    keys = commands.add_parser(
        "keys",
        help="a custodian's keys and the wave's key",
        description="A custodian makes a key on a machine of her own and gives only its public line away. One "
        "custodian then makes the wave's key from all public lines; its secret half is divided among them "
        "and kept by nobody.",
        epilog="Example: barometer keys new --name Anna --to anna.key",
    )
    doing = keys.add_subparsers(title="what to do", required=True, metavar="DO")

    new = doing.add_parser(
        "new",
        help="make a custodian's key",
        description="Make a custodian's secret key file.",
        epilog="Example: barometer keys new --name Anna --to anna.key",
    )
    new.add_argument("--to", type=Path, required=True, help="secret key file to write; keep it off the network")
    new.add_argument("--name", default="", help="whose key it is, for the file")
    new.add_argument("--demonstration", action="store_true", help="mark it: protects nothing, refused for real waves")
    _json(new)
    new.set_defaults(run=_new)

    wave = doing.add_parser(
        "wave",
        help="make a wave's key",
        description="Make the key that answers are sealed to, openable by any quorum of the custodians together.",
        epilog="Example: barometer keys wave --custodian age1… --custodian age1… --quorum 2 --made-by Anna "
        "--made-on 2026-11-22 --to wave.key",
    )
    wave.add_argument("--custodian", action="append", required=True, help="a custodian's public line; once for each")
    wave.add_argument("--quorum", type=int, default=2, help="how many custodians open together (default 2)")
    wave.add_argument(
        "--to", type=Path, required=True, help="wave key file to write; goes to the site and all custodians"
    )
    wave.add_argument("--made-by", default="", help="who makes it: for that moment this machine knows the whole key")
    wave.add_argument("--made-on", default="", metavar="YYYY-MM-DD", help="on which day; both stand on the wave's page")
    _json(wave)
    wave.set_defaults(run=_wave)

    opening = commands.add_parser(
        "open",
        help="open a sealed bundle, off the server",
        description="Open the bundle of a closed wave with the key files of a quorum of custodians. Writes a wave "
        "folder: answers.csv without open texts, the open texts apart and in another order, and the frozen "
        "questionnaire.",
        epilog="Example: barometer open autumn.bundle --key anna.key --key bo.key --to opened",
    )
    opening.add_argument("bundle", type=Path, help="sealed bundle, as the wave's page exported it")
    opening.add_argument(
        "--key", type=Path, action="append", required=True, help="a custodian's key file; once for each"
    )
    opening.add_argument("--to", type=Path, required=True, help="wave folder to make; must be new or empty")
    opening.add_argument(
        "--leave-out-refused", action="store_true", help="open the others when rows are refused, or the counts differ"
    )
    _json(opening)
    opening.set_defaults(run=_open)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print the result as JSON on stdout")


def _new(given: argparse.Namespace, console: Console) -> int:
    pair = KeyPair.generate(demonstration=given.demonstration)
    _write_new(given.to, write_key_file(pair, given.name), secret=True)
    console.say(f"Secret key written to {given.to}. Keep it off the network, and a copy in another place.")
    console.say(f"Fingerprint {pair.public.fingerprint}. Give this public line to whoever prepares the wave:")
    if given.json:
        console.result({"file": given.to, "public": str(pair.public), "fingerprint": pair.public.fingerprint})
    else:
        print(pair.public)
    return FINE


def _wave(given: argparse.Namespace, console: Console) -> int:
    custodians = [_custodian(text, place) for place, text in enumerate(given.custodian, start=1)]
    made_on = _day(given.made_on)
    wave_key = replace(new_wave_key(custodians, given.quorum), made_by=given.made_by, made_on=made_on)
    _write_new(given.to, write_wave_key(wave_key), secret=False)
    console.say(
        f"Wave key {wave_key.public.fingerprint}, opened by any {wave_key.quorum} of {len(custodians)}: {given.to}"
    )
    fingerprint = wave_key.public.fingerprint
    console.result({"file": given.to, "public": str(wave_key.public), "fingerprint": fingerprint})
    return FINE


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        message, remedy = f"“{text[:20]}” is no day.", "Write it as 2026-11-22."
        raise UnusableInput([Problem("key-day", message, remedy, file="--made-on")]) from None


def _custodian(text: str, place: int) -> PublicKey:
    return read_public_key(text, file=f"--custodian, number {place}")


def _write_new(path: Path, text: str, *, secret: bool) -> None:
    """Never overwrite a key: the old one may be the only copy."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    except FileExistsError:
        raise UnusableInput(
            [
                Problem(
                    "key-exists",
                    "There is such a file already.",
                    "Name another: a key is never overwritten.",
                    str(path),
                )
            ]
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _open(given: argparse.Namespace, console: Console) -> int:
    require_new_folder(given.to)
    bundle = read_bundle(pipeline.content_of(given.bundle), file=given.bundle.name)
    identities = [read_key_file(_text_of(path), file=path.name) for path in given.key]
    console.progress(f"opening {len(bundle.rows)} rows")
    questionnaire = pipeline.questionnaire_of_bundle(bundle)
    try:
        opened = open_bundle(
            bundle, identities, questionnaire, file=given.bundle.name, leave_out_refused=given.leave_out_refused
        )
    except UnusableInput as error:
        name = given.bundle.name  # what is wrong with the keys is wrong with the keys of this bundle
        raise UnusableInput([replace(fault, file=fault.file or name) for fault in error.problems]) from None
    for problem in problems_of(opened, file=given.bundle.name):
        console.say(str(problem))
    responses = responses_from_sheets(questionnaire, opened.sheets)
    write_folder(_opened_files(bundle, responses), given.to)
    console.say(f"{len(opened.sheets)} answers opened: {given.to}. They are personal data: keep them on this machine.")
    console.say(
        f"{opened.withdrawn} withdrawn, {len(opened.refused)} refused. Flagged: {opened.duplicates} duplicates, "
        f"{opened.near_duplicates} near-duplicates, {opened.quick} in less than half the median time."
    )
    word = _rehearsal_word(opened.sheets)
    if word:
        console.say(f"This is a rehearsal. The word to write on the wave's page is: {word}")
    if opened.demonstration:
        console.say("Opened with demonstration keys.")
    console.result(
        {
            "folder": given.to,
            "answers": len(opened.sheets),
            "withdrawn": opened.withdrawn,
            "refused": opened.refused_by_reason,
            "duplicates": opened.duplicates,
            "near_duplicates": opened.near_duplicates,
            "half_median": opened.quick,
            "unexplained": opened.unexplained,
            "demonstration": opened.demonstration,
            **({"rehearsal": word} if word else {}),
        }
    )
    return FINDINGS if opened.refused or opened.unexplained else FINE


def _rehearsal_word(sheets: Sequence[AnswerSheet]) -> str:
    """The word inside, where this is the one made-up answer that custodians open before a wave does."""
    channel = sheets[0].channel if len(sheets) == 1 else ""
    return channel.removeprefix(REHEARSAL) if channel.startswith(REHEARSAL) else ""


def _text_of(path: Path) -> str:
    return pipeline.content_of(path).decode("utf-8", "replace")


def _opened_files(bundle: Bundle, responses: ResponseSet) -> dict[str, bytes]:
    closed = {item: column for item, column in responses.columns.items() if not isinstance(column, TextColumn)}
    texts = [column for column in responses.columns.values() if isinstance(column, TextColumn)]
    return {
        **{name: bundle.files[name].encode("utf-8") for name in FROZEN_FILES if name in bundle.files},
        "questionnaire.json": json.dumps(as_plain(responses.questionnaire), ensure_ascii=False, indent=1).encode(
            "utf-8"
        ),
        "answers.csv": write_answers(replace(responses, columns=closed)),
        "open-texts.csv": _open_texts(texts),
    }


def _open_texts(columns: list[TextColumn]) -> bytes:
    """Every question's texts in a random order of their own: no two texts, no text and answer, meet again.

    A text that a spreadsheet would run as a formula gets a space before it: anybody can write one into a survey.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["item", "text"])
    for column in columns:
        texts = [text for text in column.values if text]
        secrets.SystemRandom().shuffle(texts)
        writer.writerows((column.item, f" {text}" if text[0] in FORMULA else text) for text in texts)
    return written.getvalue().encode("utf-8")
