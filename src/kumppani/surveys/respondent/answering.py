"""What a respondent does, request by request. The form says what (`do`); the code in the form says whose.

There is no session, so there is no token against forged requests. Instead: a form must come from this site by the
browser's own word (`Sec-Fetch-Site`, `Origin`), and a form that belongs to a sheet carries its code, which nobody else
knows. A form sent twice finds the code used and shows the same receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from barometer.answering.routing import next_page, previous_page
from barometer.answering.validation import PageReading, read_page
from barometer.questionnaire.model import Page
from barometer.sealing import CodeMistyped, code_from_text, draft_lookup, identifier
from kumppani.surveys import actions
from kumppani.surveys.models import HOLDING, OPEN_LINK, State, Wave
from kumppani.surveys.order import NotNow
from kumppani.surveys.respondent import journey as journeys
from kumppani.surveys.respondent import pages
from kumppani.surveys.respondent.journey import END, Journey
from kumppani.surveys.sealed import store

FORM = "application/x-www-form-urlencoded"
LONGEST_CODE = 200
Posted = Mapping[str, Sequence[str]]


def respond(request: HttpRequest, wave_code: str) -> HttpResponse:
    """Answer one request to a wave's only address."""
    wave = Wave.objects.filter(code=wave_code).exclude(state__in=[State.PREPARED, State.REHEARSED]).first()
    if wave is None:
        return pages.refusal(request, "unknown", status=404)
    if request.method in ("GET", "HEAD"):
        return _get(request, wave)
    if request.method != "POST":
        return pages.refusal(request, "unreadable", status=405)
    if request.content_type != FORM:
        return pages.refusal(request, "unreadable", status=415)
    if not _is_from_this_site(request):
        return pages.refusal(request, "foreign", status=403)
    return _post(request, wave)


def _is_from_this_site(request: HttpRequest) -> bool:
    """By what browsers say of a request and scripts cannot change; a client that says nothing is no browser."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def _get(request: HttpRequest, wave: Wave) -> HttpResponse:
    language = pages.best_language(request, wave.languages)
    code = _code_of(request.COOKIES.get(pages.COOKIE, ""))
    journey = None if code is None else journeys.find(wave, code, _today())
    if not wave.is_answerable or wave.is_over(_today()):
        return pages.not_open(wave, language)
    if journey is not None and "v" in request.GET:
        page = journeys.page_of_mark(journey, request.GET["v"])
        return _show(journey, journey.draft.page if page is None else page)
    channel = request.GET.get("channel", OPEN_LINK)
    return pages.landing(
        wave, language, channel=channel if channel in wave.channels else OPEN_LINK, has_draft=journey is not None
    )


def _post(request: HttpRequest, wave: Wave) -> HttpResponse:
    posted: Posted = dict(request.POST.lists())
    doing, _, value = _one(posted, "do").partition(":")
    with_code: dict[str, Callable[[HttpRequest, Wave, bytes], HttpResponse]] = {
        "check": _check,
        "withdraw": _ask_to_withdraw,
        "withdraw-for-good": _withdraw,
    }
    if doing in with_code:
        return _by_typed_code(request, wave, posted, with_code[doing])
    if not wave.is_answerable or wave.is_over(_today()):
        return pages.not_open(wave, pages.best_language(request, wave.languages))
    if doing == "start":
        return _start(wave, posted, request)
    if doing == "resume":
        return _by_typed_code(request, wave, posted, _resume)
    if doing == "continue":
        return _continue(request, wave)
    return _on_a_page(request, wave, posted, doing, value)


def _start(wave: Wave, posted: Posted, request: HttpRequest) -> HttpResponse:
    language, channel = _one(posted, "language"), _one(posted, "channel")
    try:
        started = journeys.begin(
            wave,
            language if language in wave.languages else pages.best_language(request, wave.languages),
            channel if channel in wave.channels else OPEN_LINK,
            _today(),
        )
    except journeys.TooManyDrafts:
        return pages.refusal(request, "busy", status=503)
    return pages.onward(started, started.draft.page)


def _continue(request: HttpRequest, wave: Wave) -> HttpResponse:
    code = _code_of(request.COOKIES.get(pages.COOKIE, ""))
    journey = None if code is None else journeys.find(wave, code, _today())
    if journey is None:
        return pages.about_code(wave, pages.best_language(request, wave.languages), code, "no-draft")
    return pages.onward(journey, journey.draft.page)


def _by_typed_code(
    request: HttpRequest, wave: Wave, posted: Posted, then: Callable[[HttpRequest, Wave, bytes], HttpResponse]
) -> HttpResponse:
    code = _code_of(_one(posted, "code"))
    if code is None:
        return pages.about_code(wave, _language(request, wave, posted), None, "mistyped", typed=_one(posted, "code"))
    return then(request, wave, code)


def _resume(request: HttpRequest, wave: Wave, code: bytes) -> HttpResponse:
    journey = journeys.find(wave, code, _today())
    return pages.onward(journey, journey.draft.page) if journey else _check(request, wave, code)


def _check(request: HttpRequest, wave: Wave, code: bytes) -> HttpResponse:
    """Say what became of the answers behind a code."""
    name = identifier(wave.code, code)
    language = _language(request, wave, dict(request.POST.lists()))
    if store.is_withdrawn(name):
        return pages.about_code(wave, language, code, "withdrawn")
    if store.holds(name):
        return pages.about_code(wave, language, code, "arrived", too_late=_is_opened(wave))
    until = store.draft_expires_on(draft_lookup(wave.code, code), _today())
    if until is not None:
        return pages.about_code(wave, language, code, "draft", until=until)
    return pages.about_code(wave, language, code, "unknown")


def _ask_to_withdraw(request: HttpRequest, wave: Wave, code: bytes) -> HttpResponse:
    if not store.holds(identifier(wave.code, code)) or store.is_withdrawn(identifier(wave.code, code)):
        return _check(request, wave, code)
    language = _language(request, wave, dict(request.POST.lists()))
    return pages.about_code(wave, language, code, "withdraw", too_late=_is_opened(wave))


def _withdraw(request: HttpRequest, wave: Wave, code: bytes) -> HttpResponse:
    if store.holds(identifier(wave.code, code)):
        actions.withdraw(wave=wave, code=code)
    return _check(request, wave, code)


def _is_opened(wave: Wave) -> bool:
    return wave.state in HOLDING and wave.state not in (State.CLOSED, State.CUT_OFF)


def _on_a_page(request: HttpRequest, wave: Wave, posted: Posted, doing: str, value: str) -> HttpResponse:
    """A form of a sheet: it has to carry its code, and this browser must not be on another sheet."""
    code = _code_of(_one(posted, "code"))
    cookie = _code_of(request.COOKIES.get(pages.COOKIE, ""))
    if code is None or cookie not in (None, code):
        raise BadRequest
    language = _language(request, wave, posted)
    if store.holds(identifier(wave.code, code)):
        return pages.without_cookie(pages.receipt(wave, language, code), wave)
    journey = journeys.find(wave, code, _today())
    if journey is None:
        return pages.about_code(wave, language, code, "unknown")
    return _step(journey, posted, doing, value)


def _step(journey: Journey, posted: Posted, doing: str, value: str) -> HttpResponse:
    page = journeys.page_of(journey, _one(posted, "page"))
    if page is None:
        return _at_the_end(journey, doing, value)
    reading = read_page(journey.questionnaire, journeys.shown_on(journey, page), posted)
    if doing == "next" and reading.problems:
        return pages.question_page(journey, page, posted=posted, problems=reading.problems)
    answered = _with(journey, page, reading if doing != "clear" else PageReading({}, ()), posted)
    return _leave(answered, journey, page, doing, value)


def _leave(journey: Journey, before: Journey, page: Page, doing: str, value: str) -> HttpResponse:
    """Go where the button says. Whatever is right on the page has been kept."""
    today = _today()
    match doing:
        case "next":
            return _onward(_next(journey, before, page), today, journey)
        case "back":
            previous = previous_page(journey.questionnaire, journey.draft.answers, page.id)
            return _onward(page.id if previous is None else previous.id, today, journey)
        case "language" if value in journey.wave.languages:
            return _onward(page.id, today, replace(journey, draft=replace(journey.draft, language=value)))
        case "clear":
            return _onward(page.id, today, journey)
        case "enough":
            return _onward(END, today, journey)
        case "pause":
            journeys.keep(journey, today)
            return pages.with_cookie(pages.paused(journey, journeys.kept_until(journey, today)), journey)
    raise BadRequest


def _next(journey: Journey, before: Journey, page: Page) -> str:
    """The page after this one; this one again where an answer has opened a further question on it."""
    newly_shown = {question.id for question in journeys.shown_on(journey, page).questions} - {
        question.id for question in journeys.shown_on(before, page).questions
    }
    if newly_shown:
        return page.id
    following = next_page(journey.questionnaire, journey.draft.answers, page.id)
    return END if following is None else following.id


def _at_the_end(journey: Journey, doing: str, value: str) -> HttpResponse:
    today = _today()
    match doing:
        case "send":
            return _send(journey, today)
        case "back":
            seen = [page for page in journey.route.pages if page in journey.draft.seen]
            return _onward(seen[-1] if seen else END, today, journey)
        case "language" if value in journey.wave.languages:
            return _onward(END, today, replace(journey, draft=replace(journey.draft, language=value)))
        case "pause":
            return pages.with_cookie(pages.paused(journey, journeys.kept_until(journey, today)), journey)
    raise BadRequest


def _send(journey: Journey, today: date) -> HttpResponse:
    try:
        actions.receive(wave=journey.wave, code=journey.code, sheet=journeys.sheet_of(journey), on=today)
    except NotNow:
        return pages.not_open(Wave.objects.get(pk=journey.wave.pk), journey.language)
    journeys.forget(journey)
    return pages.without_cookie(pages.receipt(journey.wave, journey.language, journey.code), journey.wave)


def _onward(page: str, today: date, journey: Journey) -> HttpResponse:
    moved = journeys.go_to(journey, page, today)
    return pages.onward(moved, page)


def _show(journey: Journey, page_id: str) -> HttpResponse:
    page = journeys.page_of(journey, page_id)
    return pages.ready(journey) if page is None else pages.question_page(journey, page)


def _with(journey: Journey, page: Page, reading: PageReading, posted: Posted) -> Journey:
    shown_at = _one(posted, pages.SHOWN_AT)
    now = int(timezone.now().timestamp())
    seconds = now - int(shown_at) if shown_at.isascii() and shown_at.isdigit() and len(shown_at) < 12 else 0
    honeypot = bool(_one(posted, pages.HONEYPOT))
    return journeys.with_answers(journey, page, dict(reading.answers), seconds=seconds, honeypot=honeypot)


def _language(request: HttpRequest, wave: Wave, posted: Posted) -> str:
    language = _one(posted, "language")
    return language if language in wave.languages else pages.best_language(request, wave.languages)


def _code_of(typed: str) -> bytes | None:
    try:
        return code_from_text(typed[:LONGEST_CODE])
    except CodeMistyped:
        return None


def _one(posted: Posted, name: str) -> str:
    """A field of our own. Its name begins with a hyphen, so that no question can have it."""
    return next(iter(posted.get(f"-{name}", ())), "")


def _today() -> date:
    return timezone.localdate()
