from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/fi/", "/sv/sign-in/", "/en/no-such-page/", "/nothing", "/health", "/report.css"]
)
def test_every_response_forbids_foreign_and_inline_code(path: str, client: Client):
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_page_nobody_is_signed_in_on_sets_no_cookie(client: Client):
    assert not client.get("/fi/").cookies
