"""Fixtures of the surveys' tests."""

from __future__ import annotations

import pytest

from kumppani.surveys.models import Wave
from tests.kumppani.surveys import waves


@pytest.fixture
def who(db) -> waves.People:
    return waves.people()


@pytest.fixture(scope="session")
def custodians():
    return waves.keys()


@pytest.fixture
def open_wave(who, custodians) -> Wave:
    return waves.opened(who, custodians)
