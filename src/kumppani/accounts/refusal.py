"""A refusal becomes a page: status 403 and the sentence that tells why."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kumppani.accounts.permissions import NotPermitted


class RefusalPage:
    """Middleware: somebody who is not signed in is led to sign in, everybody else is told why not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotPermitted):
            return None
        if not request.user.is_authenticated and request.method == "GET":
            return redirect_to_login(request.get_full_path())
        return render(request, "403.html", {"sentence": str(exception)}, status=403)
