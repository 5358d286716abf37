"""Waves and people for the tests of surveys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from barometer.questionnaire.reading import read_questionnaire, source_strings
from barometer.sealing import KeyPair, new_wave_key, open_bundle, read_bundle
from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import Role
from kumppani.surveys import actions
from kumppani.surveys.freezing import Frozen
from kumppani.surveys.models import Wave

QUESTIONNAIRE = """
schema: kumppani/questionnaire/1
id: small
version: "1"
title: Small survey
source_language: en
languages: [en, fi, sv]
sections:
  - id: all
    title: All
    pages:
      - id: start
        title: Beginning
        questions:
          - id: works
            kind: single
            text: Do you work with partners?
            options: [{code: "yes", label: "Yes"}, {code: "no", label: "No"}]
          - id: partners
            kind: multiple
            text: With whom?
            options:
              - {code: city, label: A city}
              - {code: ngo, label: An organisation}
              - {code: other, label: Somebody else, asks_text: true}
              - {code: none, label: Nobody, exclusive: true}
      - id: details
        title: Details
        show_if: works = 'yes'
        questions:
          - id: agree
            kind: matrix
            text: How far do you agree?
            rows: [{code: a, label: We meet often}, {code: b, label: We trust each other}]
            options: [{code: "1", label: Disagree}, {code: "2", label: Agree}]
          - id: order
            kind: ranking
            text: What matters most?
            options: [{code: time, label: Time}, {code: money, label: Money}]
      - id: end
        title: The end
        questions:
          - id: years
            kind: number
            text: For how many years?
            minimum: 0
            maximum: 60
          - id: since
            kind: date
            text: Since when?
          - id: why
            kind: text
            text: Why?
            max_characters: 500
"""
WAVE = """
schema: kumppani/wave/1
id: small-2026
title: {en: Small survey}
demonstration: false
"""
POLICY = "schema: kumppani/policy/1\n"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class People:
    coordinator: Person
    custodian: Person
    analyst: Person
    stranger: Person
    second_custodian: Person


def people() -> People:
    four = [_person(role) for role in (Role.COORDINATOR, Role.CUSTODIAN, Role.ANALYST, None)]
    return People(*four, second_custodian=_person(Role.CUSTODIAN, "second-custodian"))


def _person(role: Role | None, name: str = "") -> Person:
    name = name or (role.value if role else "stranger")
    person = Person.objects.create_person(email=f"{name}@example.org", name=name, language="en")
    if role:
        Grant.objects.create(person=person, role=role, valid_from=date(2020, 1, 1))
    return person


def keys(*, demonstration: bool = True) -> tuple[KeyPair, ...]:
    return tuple(KeyPair.generate(demonstration=demonstration) for _ in range(3))


def translations() -> dict[str, str]:
    """Finnish and Swedish that are the English with a mark."""
    strings = source_strings({"questionnaire.yaml": QUESTIONNAIRE})
    entries = {
        code: "".join(
            f'msgctxt "{path}"\nmsgid "{string.text}"\nmsgstr "{string.text} ({code})"\n\n'
            for path, string in strings.items()
        )
        for code in ("fi", "sv")
    }
    return {f"texts/{code}.po": entry for code, entry in entries.items()}


def frozen() -> Frozen:
    questionnaire = read_questionnaire({"questionnaire.yaml": QUESTIONNAIRE, **translations()})
    return Frozen(
        "small-2026", {"en": "Small survey"}, questionnaire, {"wave.yaml": WAVE, "policy.yaml": POLICY}, False
    )


def prepared(
    who: People, custodians: tuple[KeyPair, ...], *, code: str = "small-2026", now: datetime | None = None
) -> Wave:
    now = now or timezone.now()
    today = timezone.localdate(now)
    one = frozen()
    return actions.prepare_wave(
        frozen=Frozen(code, one.titles, one.questionnaire, one.files, one.demonstration),
        wave_key=new_wave_key([pair.public for pair in custodians], 2),
        privacy={"en": "We keep your answers sealed.", "fi": "Vastaukset on sinetöity.", "sv": "Svaren är förseglade."},
        contact="barometer@example.org",
        minutes=5,
        opens_on=today,
        closes_on=today + timedelta(days=30),
        destroy_on=today + timedelta(days=300),
        channels=["newsletter"],
        demonstration=True,
        by=who.coordinator,
        at=now,
    )


def opened(who: People, custodians: tuple[KeyPair, ...], **named) -> Wave:
    """A wave that respondents can answer."""
    wave = prepared(who, custodians, **named)
    actions.rehearse(wave=wave, by=who.coordinator, at=timezone.now())
    wave.refresh_from_db()
    actions.prove_rehearsal(wave=wave, word=word_inside(wave, custodians), by=who.custodian, at=timezone.now())
    actions.open_wave(wave=wave, by=who.coordinator, at=timezone.now())
    return Wave.objects.get(pk=wave.pk)


def word_inside(wave: Wave, custodians: tuple[KeyPair, ...]) -> str:
    rehearsal = open_bundle(read_bundle(bytes(wave.rehearsal)), custodians[:2], wave.questionnaire)
    return rehearsal.sheets[0].channel


class Browser:
    """A respondent's browser without JavaScript: it keeps its cookie, fills the form it sees, and presses a button."""

    def __init__(self, wave: Wave, **headers: str) -> None:
        self.client = Client(headers={"accept-language": "en", **headers})
        self.address = f"/answer/{wave.code}/"
        self.page = self.client.get(self.address)

    @property
    def html(self) -> str:
        return self.page.content.decode()

    @property
    def code(self) -> str:
        return self.html.split('name="-code" value="')[1].split('"')[0]

    def hidden(self) -> dict[str, str]:
        parts = self.html.split('<input type="hidden" name="')[1:]
        return {part.split('"')[0]: part.split('value="')[1].split('"')[0] for part in parts}

    def press(self, button: str, **fields: object) -> Browser:
        """Send the form on the page; follow where it leads."""
        return self.send({**self.hidden(), **fields, "-do": button})

    def send(self, fields: dict[str, object]) -> Browser:
        self.page = self.client.post(self.address, urlencode(fields, doseq=True), content_type=FORM)
        if self.page.status_code == 303:
            self.page = self.client.get(self.page["Location"])
        return self
