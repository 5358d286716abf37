"""The respondent's pages as HTML: rendered without a request, so no session or user can slip into one.

Each page is filled up to whole steps, because its length could hint at the page to whoever sees only sizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from barometer.answering.validation import OTHER_TEXT_CHARACTERS
from barometer.problems import Problem
from barometer.questionnaire.model import Page
from barometer.sealing import code_text
from barometer.texts import direction_of
from kumppani.surveys.models import Wave
from kumppani.surveys.respondent.journey import END, Journey, is_complete, mark, shown_on
from kumppani.surveys.respondent.showing import show

STEP = 4096
COOKIE = "answer"
SHOWN_AT = "shown"
HONEYPOT = "website"


def landing(wave: Wave, language: str, *, channel: str, has_draft: bool) -> HttpResponse:
    context = {
        "introduction": wave.questionnaire.introduction.in_(language),
        "privacy": wave.privacy.get(language) or next(iter(wave.privacy.values()), ""),
        "channel": channel,
        "has_required": any(question.required for question in wave.questionnaire.questions()),
        "has_draft": has_draft,
    }
    return _page("landing", wave, language, context)


def question_page(
    journey: Journey,
    page: Page,
    *,
    posted: Mapping[str, Sequence[str]] | None = None,
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    language = journey.language
    questions = show(shown_on(journey, page), language, answers=journey.draft.answers, posted=posted, problems=problems)
    route = journey.route.pages
    all_pages = list(journey.questionnaire.pages())
    place = next(number for number, (_, one) in enumerate(all_pages) if one.id == page.id)
    section = all_pages[place][0]
    context = {
        "page": page,
        "page_title": page.title.in_(language),
        "section_title": section.title.in_(language),
        "questions": questions,
        "faulty": [question for question in questions if question.fault],
        "code": code_text(journey.code),
        "progress": round(100 * place / len(all_pages)),
        "is_first": bool(route) and page.id == route[0],
        "shown_at": int(timezone.now().timestamp()),
        "longest_other": OTHER_TEXT_CHARACTERS,
    }
    return _page("question_page", journey.wave, language, context)


def ready(journey: Journey) -> HttpResponse:
    """All is answered, or as much as the respondent wants to: send it, or go back."""
    context = {"code": code_text(journey.code), "complete": is_complete(journey), "page": END}
    return _page("ready", journey.wave, journey.language, context)


def paused(journey: Journey, until: Any) -> HttpResponse:
    return _page("paused", journey.wave, journey.language, {"code": code_text(journey.code), "until": until})


def receipt(wave: Wave, language: str, code: bytes) -> HttpResponse:
    context = {"code": code_text(code), "closing": wave.questionnaire.closing.in_(language)}
    return _page("receipt", wave, language, context)


def about_code(wave: Wave, language: str, code: bytes | None, finding: str, **more: Any) -> HttpResponse:
    """What became of the answers behind a code. ``finding`` names the sentence."""
    context = {"code": "" if code is None else code_text(code), "finding": finding, **more}
    return _page("about_code", wave, language, context)


def not_open(wave: Wave, language: str) -> HttpResponse:
    return _page("not_open", wave, language, {})


def refusal(request: HttpRequest, reason: str, *, status: int) -> HttpResponse:
    """A page for a request that cannot be answered, with nothing of the request on it."""
    return _page("refusal", None, _language_of(request), {"reason": reason}, status=status)


def onward(journey: Journey, page: str) -> HttpResponse:
    """Send the browser to a page, with the mark that lets it come back."""
    response = HttpResponse(status=303)
    response.headers["Location"] = f"{address(journey.wave)}?v={mark(journey, page)}"
    return with_cookie(response, journey)


def address(wave: Wave) -> str:
    return f"/answer/{wave.code}/"


def with_cookie(response: HttpResponse, journey: Journey) -> HttpResponse:
    """Let this browser come back to the draft until it is closed."""
    response.set_cookie(
        COOKIE,
        code_text(journey.code),
        path=address(journey.wave),
        secure=settings.BEHIND_TLS,
        httponly=True,
        samesite="Lax",
    )
    return response


def without_cookie(response: HttpResponse, wave: Wave) -> HttpResponse:
    response.delete_cookie(COOKIE, path=address(wave), samesite="Lax")
    return response


def best_language(request: HttpRequest, offered: Sequence[str]) -> str:
    """The language asked for in the address, else the first that the browser prefers, else the first there is."""
    asked = request.GET.get("language", "")
    if asked in offered:
        return asked
    preferred = _language_of(request)
    return preferred if preferred in offered else (offered[0] if offered else settings.LANGUAGE_CODE)


def _language_of(request: HttpRequest) -> str:
    return translation.get_language_from_request(request)


def _page(name: str, wave: Wave | None, language: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    with translation.override(language):
        html = render_to_string(
            f"surveys/answer/{name}.html",
            {
                "wave": wave,
                "title": wave.titles.get(language) or str(wave) if wave else "",
                "address": address(wave) if wave else "",
                "language": language,
                "direction": direction_of(language),
                "languages": [(code, said) for code, said in settings.LANGUAGES if wave and code in wave.languages],
                "demonstration": settings.DEMONSTRATION,
                "programme_name": settings.PROGRAMME_NAME,
                "honeypot": HONEYPOT,
                "shown_at_field": SHOWN_AT,
                **context,
            },
        )
    response = HttpResponse(_filled(html.encode()), status=status)
    response.headers["Content-Language"] = language
    return response


def _filled(html: bytes) -> bytes:
    return html + b" " * (-len(html) % STEP)
