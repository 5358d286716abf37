"""What a reviewer reads of the certificate is said in her language, by the library's own words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kumppani.results.certificates import read_certificate
from kumppani.results.models import Release

pytestmark = pytest.mark.django_db


def test_what_is_not_claimed_is_said_in_each_language(taken_in: Callable[..., Release]):
    release = taken_in()

    gaps = {language: read_certificate(release, language).protection.not_modelled for language in release.languages}

    assert {gap.language for said in gaps.values() for gap in said} == {""}, "a gap has no words"
    texts = [{gap.text for gap in said} for said in gaps.values()]
    assert [len(said) for said in texts] == [len(texts[0])] * 3
    assert not texts[0] & texts[1]
    assert not texts[0] & texts[2]
    assert not texts[1] & texts[2]
