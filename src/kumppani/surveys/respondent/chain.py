"""The respondent's own chain, first of all middleware: it answers by itself, so no session, user or log sees an answer.

A fault is logged by its kind and place alone. Its message may quote an answer, so neither it nor a traceback is kept.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from kumppani.design.security import SecurityHeaders
from kumppani.surveys.respondent import answering, pages

ROOT = "/answer/"
logger = logging.getLogger(__name__)


class RespondentChain:
    """Middleware: takes every request under ``/answer/`` and lets nothing else see it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answer = SecurityHeaders(Guard(_secured))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request) if request.path_info.startswith(ROOT) else self.get_response(request)


class Guard:
    """Turns every fault into a page, so that none travels on to where Django would log what the request held."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return _private(self.get_response(request))
        except (RequestDataTooBig, TooManyFieldsSent):
            return _private(pages.refusal(request, "too-large", status=413))
        except (BadRequest, SuspiciousOperation, UnicodeError):
            return _private(pages.refusal(request, "unreadable", status=400))
        except Exception as fault:
            logger.error("A respondent's page failed: %s", _kind_and_place(fault))
            return _private(pages.refusal(request, "broken", status=500))


def _secured(request: HttpRequest) -> HttpResponse:
    """To https first, where the site is served so; then to the answer."""
    response = SecurityMiddleware(_respond)(request)
    assert isinstance(response, HttpResponse)
    return response


def _respond(request: HttpRequest) -> HttpResponse:
    request.get_host()  # raises where the host is not ours
    return answering.respond(request, request.path_info.removeprefix(ROOT).strip("/"))


def _kind_and_place(fault: BaseException) -> str:
    """Name the exception's type, and the file, line and function that raised it; nothing of what it says."""
    frames = traceback.extract_tb(fault.__traceback__)
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[:-6:-1])
    return f"{type(fault).__name__} at {places}"


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["X-Frame-Options"] = "DENY"
    # Django's handler would note a refusal or fault once more, with the time of day; this tells it that it is noted.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
