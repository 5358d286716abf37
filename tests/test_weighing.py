"""The weighing of pages itself: it must see a request and a byte too many, and nothing of the page before."""

from __future__ import annotations

import pytest

from tests.weighing import LARGEST_FIRST_PAGE, MOST_REQUESTS, weighing

SITE = "http://weighed.example/"


def serve(page, files: dict[str, str]) -> None:
    def answer(route) -> None:
        name = route.request.url.removeprefix(SITE)
        route.fulfill(body=files[name], content_type="text/css" if name.endswith(".css") else "text/html")

    page.route(f"{SITE}**", answer)


def page_of(styles: int, size: int) -> dict[str, str]:
    """A page with so many style sheets, all together of this size."""
    names = [f"{number}.css" for number in range(styles)]
    html = "<!doctype html>" + "".join(f"<link rel=stylesheet href={name}>" for name in names)
    return dict.fromkeys(names, "") | {"": html + "x" * (size - len(html))}


@pytest.mark.parametrize(
    ("requests", "size", "is_small"),
    [
        (MOST_REQUESTS, LARGEST_FIRST_PAGE, True),
        (MOST_REQUESTS + 1, LARGEST_FIRST_PAGE, False),
        (MOST_REQUESTS, LARGEST_FIRST_PAGE + 1, False),
    ],
)
def test_one_request_or_one_byte_more_is_seen(page, requests, size, is_small):
    serve(page, page_of(requests - 1, size))

    with weighing(page) as weight:
        page.goto(SITE)

    assert (weight.requests, weight.bytes, weight.is_small) == (requests, size, is_small)


def test_what_the_page_before_fetches_late_is_not_counted(page):
    late = "<!doctype html><script>setTimeout(() => fetch('late.txt'), 100)</script>"
    serve(page, page_of(0, 1000) | {"before": late, "late.txt": "late"})
    page.goto(f"{SITE}before")

    with weighing(page) as weight:
        page.wait_for_timeout(300)  # a machine with much else to do comes to the next step late
        page.goto(SITE)

    assert weight.files == [(SITE, 1000)]
