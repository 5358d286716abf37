"""Where a respondent is: the draft behind the code, the page to show, and marks that let the Back button work.

All pages have one address. So that a browser can go back, the address carries a mark that only the holder of the code
can read: eight random bytes, and the page's number hidden with them. It is fresh each time and tells a log nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import date, timedelta

from barometer.answering.routing import Route, route
from barometer.answering.sheet import Answer, AnswerSheet
from barometer.questionnaire.model import Kind, Page, Question, Questionnaire
from barometer.sealing import Draft, draft_lookup, draft_size, minutes_flag, new_code, open_draft, seal_draft
from kumppani.surveys.counting import count_one
from kumppani.surveys.models import PageViews, Wave
from kumppani.surveys.sealed import store

END = ""
"""In place of a page's id: all pages are done, and the sheet waits to be sent."""
MARK_RANDOM = 8
MARK_NUMBER = 2
LONGEST_ON_A_PAGE = 15 * 60
"""Seconds on one page that count; a longer stay is a pause."""
SECONDS_FOR_AN_ANSWER = 2
STRAIGHT_ROWS = 5
"""A matrix of at least so many rows, all answered alike, is straight-lined."""


@dataclass(frozen=True)
class Journey:
    wave: Wave
    code: bytes
    draft: Draft

    @property
    def questionnaire(self) -> Questionnaire:
        return self.wave.questionnaire

    @property
    def route(self) -> Route:
        return route(self.questionnaire, self.draft.answers)

    @property
    def language(self) -> str:
        return self.draft.language


class TooManyDrafts(Exception):
    """More sheets wait to be finished than the site keeps: somebody floods it, or its limit is too low."""


def begin(wave: Wave, language: str, channel: str, today: date) -> Journey:
    """Start a sheet under a fresh code. Raises TooManyDrafts; nobody's draft is ever given up for a new one."""
    if store.drafts_waiting() >= store.MOST_DRAFTS:
        store.forget_expired_drafts(today)
        if store.drafts_waiting() >= store.MOST_DRAFTS:
            raise TooManyDrafts
    draft = Draft(questionnaire=wave.questionnaire_digest, language=language, channel=channel)
    started = Journey(wave, new_code(), draft)
    return go_to(started, started.route.pages[0] if started.route.pages else END, today)


def find(wave: Wave, code: bytes, today: date) -> Journey | None:
    """The journey this code opens; None where there is none, or it is over."""
    sealed = store.draft(draft_lookup(wave.code, code), today)
    draft = None if sealed is None else open_draft(sealed, wave.code, code)
    if draft is None or draft.questionnaire != wave.questionnaire_digest:
        return None
    return Journey(wave, code, draft)


def keep(journey: Journey, today: date) -> Journey:
    """Write the draft."""
    wave, code = journey.wave, journey.code
    sealed = seal_draft(journey.draft, wave.code, code, draft_size(journey.questionnaire))
    store.keep_draft(wave.code, draft_lookup(wave.code, code), sealed, kept_until(journey, today))
    return journey


def kept_until(journey: Journey, today: date) -> date:
    """The last day of the draft. A sheet that was only started goes on the next day, so that idle starts pass away."""
    if journey.draft.answers or len(journey.draft.seen) > 1:
        return journey.wave.drafts_kept_until(today)
    return min(today + timedelta(days=1), journey.wave.closes_on)


def go_to(journey: Journey, page: str, today: date) -> Journey:
    """Move to a page and count, once for each respondent, that it was reached."""
    draft = replace(journey.draft, page=page)
    if page not in draft.seen and page != END:
        draft = replace(draft, seen=(*draft.seen, page))
        if page in pages_for_everybody(journey.questionnaire):
            views = PageViews.objects.filter(wave=journey.wave, page=page)
            count_one(views, "views", PageViews(wave=journey.wave, page=page))
    return keep(replace(journey, draft=draft), today)


def pages_for_everybody(questionnaire: Questionnaire) -> frozenset[str]:
    """Pages that no condition can hide. To count views of the others would be to count answers to the filter."""
    return frozenset(
        page.id
        for section, page in questionnaire.pages()
        if section.show_if is None
        and page.show_if is None
        and any(question.show_if is None for question in page.questions)
    )


def with_answers(journey: Journey, page: Page, answers: dict[str, Answer], *, seconds: int, honeypot: bool) -> Journey:
    """Put the page's answers in place of its former ones."""
    items = {item for question in page.questions for item in (*question.items, f"{question.id}.other")}
    kept = {item: answer for item, answer in journey.draft.answers.items() if item not in items}
    draft = journey.draft
    spent = draft.seconds + max(0, min(seconds, LONGEST_ON_A_PAGE))
    draft = replace(draft, answers={**kept, **answers}, seconds=spent, honeypot=draft.honeypot or honeypot)
    return replace(journey, draft=draft)


def page_of(journey: Journey, page_id: str) -> Page | None:
    return next((page for _, page in journey.questionnaire.pages() if page.id == page_id), None)


def shown_on(journey: Journey, page: Page) -> Page:
    """The page with only the questions this respondent is shown."""
    shown = journey.route.shown_questions
    return replace(page, questions=tuple(question for question in page.questions if question.id in shown))


def mark(journey: Journey, page: str) -> str:
    number = _number(journey.questionnaire, page).to_bytes(MARK_NUMBER, "big")
    fresh = secrets.token_bytes(MARK_RANDOM)
    hidden = bytes(one ^ other for one, other in zip(number, _mask(journey, fresh), strict=True))
    return urlsafe_b64encode(fresh + hidden).decode().rstrip("=")


def page_of_mark(journey: Journey, marked: str) -> str | None:
    """The page a mark stands for, when this respondent has been there and would be shown it; None otherwise."""
    try:
        raw = urlsafe_b64decode(marked + "=" * (-len(marked) % 4))
    except ValueError:
        return None
    if len(raw) != MARK_RANDOM + MARK_NUMBER:
        return None
    fresh, hidden = raw[:MARK_RANDOM], raw[MARK_RANDOM:]
    number = int.from_bytes(bytes(one ^ other for one, other in zip(hidden, _mask(journey, fresh), strict=True)), "big")
    pages = [page.id for _, page in journey.questionnaire.pages()]
    page = pages[number] if number < len(pages) else END
    been = page in journey.draft.seen and page in journey.route.pages
    return page if been or page == journey.draft.page == END else None


def is_complete(journey: Journey) -> bool:
    """Whether every page on the way was shown to the respondent."""
    return set(journey.route.pages) <= set(journey.draft.seen)


def last_page(journey: Journey) -> str:
    """The furthest page reached, empty where that is the end."""
    seen = [page for page in journey.route.pages if page in journey.draft.seen]
    return END if is_complete(journey) or not seen else seen[-1]


def sheet_of(journey: Journey) -> AnswerSheet:
    """The sheet to seal: answers to what was shown, and the signals it carries itself."""
    return AnswerSheet(
        answers=journey.route.answers,
        language=journey.draft.language,
        channel=journey.draft.channel,
        mode="web",
        consent=journey.wave.consent,
        last_page=last_page(journey),
        flags=tuple(signals(journey)),
    )


def signals(journey: Journey) -> list[str]:
    """Signals from this sheet alone: how long it took, coarsely; haste; the trap field; straight lines."""
    draft, answers = journey.draft, journey.route.answers
    found = [minutes_flag(draft.seconds)]
    found += ["fast"] if draft.seconds < SECONDS_FOR_AN_ANSWER * len(answers) else []
    found += ["honeypot"] if draft.honeypot else []
    matrices = [question for question in journey.questionnaire.questions() if question.kind is Kind.MATRIX]
    found += ["straight_line"] if any(_is_straight(question, answers) for question in matrices) else []
    return found


def forget(journey: Journey) -> None:
    store.forget_draft(draft_lookup(journey.wave.code, journey.code))


def _is_straight(question: Question, answers: object) -> bool:
    given = [answers.get(item) for item in question.items]  # type: ignore[attr-defined]
    return len(given) >= STRAIGHT_ROWS and None not in given and len(set(given)) == 1


def _number(questionnaire: Questionnaire, page: str) -> int:
    pages = [one.id for _, one in questionnaire.pages()]
    return pages.index(page) if page in pages else len(pages)


def _mask(journey: Journey, fresh: bytes) -> bytes:
    return hmac.new(journey.code, b"page mark" + fresh, hashlib.sha256).digest()[:MARK_NUMBER]
