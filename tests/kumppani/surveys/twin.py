"""One of two runs that differ only in what the respondents answer; a process of its own, with its own data folder.

`python -m tests.kumppani.surveys.twin FIRST|SECOND [PLANT]` writes all it keeps into KUMPPANI_DATA, its log to stderr,
and beside the folder, in `arrivals`, what no site may know: the order in which the answers came.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

FIRST, SECOND = "first", "second"
PLANT_ROW, PLANT_LOG = "row", "log"
ANSWERS = 50
DRAFTS = 5
WITHDRAWN = 2
ADDRESS, PROGRAM = "203.0.113.77", "TwinBrowser/9.9"
TEXTS = {FIRST: "Lumihiutaleet putoavat hiljaa", SECOND: "Snön faller över staden i kväll och morgon"}


def main(which: str, plant: str = "") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kumppani.settings.test")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS.append("testserver")
    for alias in ("default", "answers"):
        call_command("migrate", database=alias, verbosity=0)
    _run(which, plant)


def _run(which: str, plant: str) -> None:
    from django.conf import settings
    from django.utils import timezone

    from barometer.sealing import code_from_text, identifier
    from kumppani.surveys import actions
    from kumppani.surveys.models import Wave
    from kumppani.surveys.respondent import chain
    from kumppani.surveys.sealed.models import SealedAnswer
    from tests.kumppani.surveys import waves

    who = waves.people()
    wave = waves.opened(who, waves.keys())
    arrivals = [_answer(wave, which, number) for number in range(WITHDRAWN + 1 if plant else ANSWERS)]
    for number in range(DRAFTS):
        _leave_a_draft(wave, which, number)
    _fail_in_validation(wave, which)
    _fail_in_sealing(wave, which)
    for code in arrivals[:WITHDRAWN]:
        waves.Browser(wave).send({"-do": "withdraw-for-good", "-code": code})
    if plant == PLANT_ROW:
        SealedAnswer.objects.create(identifier="0" * 64, wave=wave.code, sealed=TEXTS[which].encode())
    if plant == PLANT_LOG:
        chain.logger.error("%s", TEXTS[which])
    data = Path(settings.DATA)
    (data / "tables-while-open.json").write_text(json.dumps(_tables()))
    (data / "backup").write_bytes(actions.bundle_for_backup(wave=Wave.objects.get()) or b"")
    (data.parent / "arrivals").write_text(
        json.dumps([identifier(wave.code, code_from_text(code)) for code in arrivals[WITHDRAWN:]])
    )
    if not plant:
        actions.close_wave(wave=wave, by=who.coordinator, at=timezone.now())
    (data / "tables-closed.json").write_text(json.dumps(_tables()))


def _browser(wave):
    from tests.kumppani.surveys import waves

    browser = waves.Browser(wave, **{"user-agent": PROGRAM})
    browser.client.defaults["REMOTE_ADDR"] = ADDRESS
    return browser


def _begin(wave, which: str, number: int):
    """The first respondents choose one way, the second another; they write other words in other languages."""
    works, language = ("yes", "fi") if which == FIRST else ("no" if number % 3 else "yes", "sv")
    browser = _browser(wave)
    browser.send({"-do": "start", "-language": language})
    browser.press("next", works=works, partners=["city"] if which == FIRST else ["other"], **{"partners.other": ""})
    if '-page" value="details' in browser.html:
        browser.press("next", **{"agree.a": "1", "agree.b": "2"})
    return browser


def _answer(wave, which: str, number: int) -> str:
    browser = _begin(wave, which, number)
    browser.press("next", years=str(number % 40), why=f"{TEXTS[which]} {number}")
    code = browser.code
    browser.press("send")
    assert browser.page.status_code == 200
    return code


def _leave_a_draft(wave, which: str, number: int) -> None:
    _begin(wave, which, number).press("pause", years="3", why=TEXTS[which])


def _fail_in_validation(wave, which: str) -> None:
    """Plant a fault that quotes the answer, as real faults do."""
    from kumppani.surveys.respondent import answering

    def quoting(questionnaire, page, posted):
        raise ValueError(f"cannot read {posted!r}")

    browser, kept = _begin(wave, which, 0), answering.read_page
    answering.read_page = quoting
    browser.press("next", why=TEXTS[which])
    answering.read_page = kept
    assert browser.page.status_code == 500


def _fail_in_sealing(wave, which: str) -> None:
    from kumppani.surveys import actions

    def quoting(envelope, recipient, size):
        raise RuntimeError(f"cannot seal {envelope!r}")

    browser, kept = _begin(wave, which, 0).press("next", why=TEXTS[which]), actions.seal
    actions.seal = quoting
    browser.press("send")
    actions.seal = kept
    assert browser.page.status_code == 500


def _tables() -> dict[str, list[dict[str, str]]]:
    """Every row of every table of both databases, in the order the database gives them, values as text."""
    from django.db import connections

    found = {}
    for alias in ("default", "answers"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                hidden = ", ctid, xmin" if connection.vendor == "postgresql" else ""
                cursor.execute(f'SELECT *{hidden} FROM "{table}"')
                names = [column[0] for column in cursor.description]
                rows = cursor.fetchall()
                found[f"{alias}.{table}"] = [dict(zip(names, map(_said, row), strict=True)) for row in rows]
    return found


def _said(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


if __name__ == "__main__":
    main(*sys.argv[1:])
