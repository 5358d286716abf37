"""The people of a story, each in a browser of their own, and what they do at their own desks with `barometer`."""

from __future__ import annotations

import csv
import email
import email.policy
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import LiveSite

BAROMETER = Path(sys.executable).with_name("barometer")
KUMPPANI = Path(sys.executable).with_name("kumppani")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit status and its words."""

    status: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        """The result of a command that was asked for ``--json``."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def barometer(*words: str | Path) -> Done:
    """Run the command as somebody does at a desk of her own, away from the site."""
    done = subprocess.run([BAROMETER, *map(str, words)], capture_output=True, text=True)
    return Done(done.returncode, done.stdout, done.stderr)


def wave_of_its_own(name: str, to: Path) -> Path:
    """Copy the open example under another version of its questionnaire.

    A wave with the same questionnaire and the same days is the same wave to the site, and all stories are of one day.
    """
    shutil.copytree(EXAMPLES / "demonstration-open", to)
    file = to / "questionnaire" / "questionnaire.yaml"
    usual = file.read_text(encoding="utf-8")
    assert 'version: "1.0"' in usual
    file.write_text(usual.replace('version: "1.0"', f'version: "1.0-{name}"'), encoding="utf-8")
    return to


def made_up_respondents_answer(site: LiveSite, wave: str, respondents: int) -> Done:
    """Let made-up respondents answer an open wave of the demonstration, through its pages."""
    words = [KUMPPANI, "manage", "simulate_answers", str(respondents), "--wave", wave, "--seed", "7"]
    demonstration = {**site.environment, "DJANGO_SETTINGS_MODULE": "kumppani.settings.demonstration"}
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **demonstration})
    return Done(done.returncode, done.stdout, done.stderr)


def sign_in(page: Page, site: LiveSite, who: str) -> None:
    """Ask for a code by e-mail, read the letter, type the code."""
    address = f"{who}@demonstration.example"
    page.goto(f"{site.url}/en/sign-in/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("heading", name="Enter the code").wait_for()
    page.get_by_label("Code").fill(code_in_the_newest_letter(site, address))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name=re.compile("Sign out|Kirjaudu ulos|Logga ut")).wait_for()


def code_in_the_newest_letter(site: LiveSite, address: str) -> str:
    letters = [email.message_from_bytes(letter.read_bytes(), policy=email.policy.default) for letter in site.letters]
    newest = [letter for letter in letters if letter["To"] == address][-1]
    return str(newest["Subject"]).split()[-1]


def press(page: Page, name: str) -> None:
    """Press a button. One that cannot be taken back opens first to what it will do, and to a button to be sure with."""
    button = page.get_by_role("button", name=name, exact=True)
    asking = page.locator("details.deed", has=page.locator("summary").get_by_text(name, exact=True))
    button.or_(asking).first.wait_for()
    if asking.count():
        asking.locator("summary").click()
        asking.get_by_role("button", name=re.compile("^Yes, ")).click()
    else:
        button.click()


def save(page: Page, name: str, to: Path, *, role: Any = "button") -> Path:
    """Press what sends a file, and keep the file."""
    with page.expect_download() as download:
        page.get_by_role(role, name=name, exact=True).click()
    download.value.save_as(to)
    return to


@dataclass(frozen=True)
class OfflineKeys:
    """Three custodians' key files, and the wave key that any two of them open."""

    files: tuple[Path, Path, Path]
    wave_key: Path


def keys_made_offline(folder: Path) -> OfflineKeys:
    """Custodians make keys at their own desks; one of them makes the wave key from the three public lines."""
    folder.mkdir()
    files = tuple(folder / f"{name}.key" for name in ("anna", "bo", "cilla"))
    public = [barometer("keys", "new", "--demonstration", "--to", file).out.strip() for file in files]
    custodians = [word for line in public for word in ("--custodian", line)]
    wave_key = folder / "autumn.wavekey"
    assert barometer("keys", "wave", *custodians, "--quorum", "2", "--to", wave_key).status == 0
    return OfflineKeys((files[0], files[1], files[2]), wave_key)


def opened_offline(bundle: Path, keys: list[Path], to: Path) -> Done:
    return barometer("open", bundle, *(word for key in keys for word in ("--key", key)), "--to", to, "--json")


def word_inside(rehearsal: Path, keys: list[Path], to: Path) -> str:
    """Open the sealed rehearsal at a desk and give the word that its only answer holds."""
    opened = opened_offline(rehearsal, keys, to)
    assert opened.status == 0, opened.err
    with (to / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    return row["_channel"].removeprefix("rehearsal-")


def zipped(folder: Path, to: Path) -> Path:
    """Pack a folder as people do: one folder inside the zip."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, Path(folder.name) / path.relative_to(folder))
    return to


def with_one_byte_changed(file: Path, to: Path, *, place: int) -> Path:
    """Copy a file with one bit of one byte turned."""
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    to.write_bytes(content)
    return to
