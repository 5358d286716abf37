from __future__ import annotations

import pytest

from kumppani.languages.addresses import in_language


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/fi/", "/sv/"),
        ("/fi/how-answers-are-protected/", "/sv/how-answers-are-protected/"),
        ("/fi/no/such/page/", "/sv/no/such/page/"),
        ("/nothing", "/sv/"),
    ],
)
def test_every_page_has_an_address_in_every_language(path: str, address: str):
    assert in_language(path, "sv") == address
