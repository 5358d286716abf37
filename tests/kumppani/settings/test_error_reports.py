from __future__ import annotations

import sys

from django.test import RequestFactory
from django.views.debug import ExceptionReporter, get_exception_reporter_filter


def test_a_report_of_an_error_holds_nothing_a_visitor_sent():
    request = RequestFactory().post(
        "/fi/", {"grade": "planted-answer"}, headers={"cookie": "draft=planted-cookie", "user-agent": "planted-agent"},
        REMOTE_ADDR="203.0.113.77",
    )  # fmt: skip
    reporter = _report_of_an_error_with("planted-local", request)

    for words in (reporter.get_traceback_text(), reporter.get_traceback_html()):
        assert "ZeroDivisionError" in words
        for planted in ("planted-answer", "planted-cookie", "planted-agent", "planted-local", "203.0.113.77"):
            assert planted not in words


def test_the_filter_is_the_one_the_site_uses():
    assert type(get_exception_reporter_filter(RequestFactory().get("/"))).__name__ == "NothingOfTheVisitor"


def _report_of_an_error_with(local: str, request: object) -> ExceptionReporter:
    answers_of_the_respondent = [local]
    try:
        1 / (len(answers_of_the_respondent) - 1)
    except ZeroDivisionError:
        return ExceptionReporter(request, *sys.exc_info())
    raise AssertionError
