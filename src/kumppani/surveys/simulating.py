"""Made-up respondents who answer an open wave through the real pages, as a browser without JavaScript would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils.translation import gettext as _

from barometer.answering.sheet import AnswerSheet
from barometer.generating import generate_sheets
from barometer.questionnaire.model import Page
from kumppani.surveys.models import Wave
from kumppani.surveys.order import NotNow
from kumppani.surveys.respondent.answering import FORM
from kumppani.surveys.respondent.showing import as_posted

MOST_STEPS = 200
Progress = Callable[[int], None]


class DidNotAnswer(Exception):
    """The pages led a made-up respondent nowhere: a fault of ours, or the wave was closed meanwhile."""


def simulate_respondents(*, wave: Wave, respondents: int, seed: int, progress: Progress = lambda number: None) -> int:
    """Let generated respondents answer; give how many sheets arrived. Raises NotNow where the wave is not open."""
    if not wave.is_answerable:
        raise NotNow(_("The wave is not open."))
    for number, sheet in enumerate(generate_sheets(wave.questionnaire, respondents, seed), start=1):
        Respondent(wave, sheet).answer()
        progress(number)
    return respondents


class Respondent:
    """One made-up respondent in a browser of her own."""

    def __init__(self, wave: Wave, sheet: AnswerSheet) -> None:
        host = next((host for host in settings.ALLOWED_HOSTS if host not in ("*", "")), "localhost").lstrip(".")
        self.client = Client(headers={"host": host})
        self.address = f"/answer/{wave.code}/"
        self.sheet = sheet
        self.language = sheet.language if sheet.language in wave.languages else wave.languages[0]
        self.pages = {page.id: page for _, page in wave.questionnaire.pages()}

    def answer(self) -> None:
        """Walk from the first page to the receipt."""
        hidden = self._send({"-do": "start", "-language": self.language})
        for _step in range(MOST_STEPS):
            if "-code" not in hidden:
                raise DidNotAnswer(f"No sheet at {self.address}.")
            page = self.pages.get(hidden["-page"])
            if page is None:
                self._send({**hidden, "-do": "send"})
                return
            hidden = self._send({**hidden, **self._answers_on(page), "-do": self._button(page)})
        raise DidNotAnswer(f"No end after {MOST_STEPS} pages at {self.address}.")

    def _button(self, page: Page) -> str:
        return "enough" if page.id == self.sheet.last_page else "next"

    def _answers_on(self, page: Page) -> dict[str, list[str]]:
        return as_posted(page, self.sheet.answers)

    def _send(self, fields: dict[str, str | list[str]]) -> dict[str, str]:
        """Send a form, follow where it leads, and give the hidden fields of the page that came."""
        response = self.client.post(self.address, urlencode(fields, doseq=True), content_type=FORM)
        if response.status_code == 303:
            response = self.client.get(response["Location"])
        if response.status_code != 200:
            raise DidNotAnswer(f"The page answered {response.status_code}.")
        return hidden_fields(response.content.decode())


class _HiddenFields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input" and named.get("type") == "hidden":
            self.found[named.get("name") or ""] = named.get("value") or ""


def hidden_fields(html: str) -> dict[str, str]:
    reader = _HiddenFields()
    reader.feed(html)
    return reader.found
