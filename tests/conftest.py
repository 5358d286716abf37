"""What every test may ask for: the shared data folder, a browser, and an accessibility check."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.accessibility import Violation, violations_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPOSITORY = Path(__file__).resolve().parent.parent
MILLISECONDS_TO_WAIT = 15_000
"""How long a browser waits for what a page should show."""

settings.register_profile(
    "kumppani", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)  # the same examples on every machine, however slow
settings.register_profile("search", deadline=None, max_examples=2000)  # HYPOTHESIS_PROFILE=search looks for new ones
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "kumppani"))


def shared_folder_or_none() -> Path | None:
    """Give the folder with other people's surveys and reference figures, which is no part of this repository."""
    folder = Path(os.environ.get("KUMPPANI_SHARED", REPOSITORY.parent / "shared"))
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    folder = shared_folder_or_none()
    if folder is None:
        pytest.skip("not run: the folder of shared data is not here (set KUMPPANI_SHARED to it)")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's own Chromium; none is downloaded."""
    program = os.environ.get("KUMPPANI_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("not run: Chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # The synchronous playwright runs an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that has never been anywhere, 1280 pixels wide."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fi-FI")
    context.set_default_timeout(MILLISECONDS_TO_WAIT)
    yield context.new_page()
    context.close()


@pytest.fixture
def page_without_javascript(browser: Browser) -> Iterator[Page]:
    """A page in which no script runs, on a screen 320 pixels wide."""
    context = browser.new_context(viewport={"width": 320, "height": 700}, locale="fi-FI", java_script_enabled=False)
    context.set_default_timeout(MILLISECONDS_TO_WAIT)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def accessibility_violations() -> object:
    """Call it with a page: it gives what axe-core finds against WCAG 2.2 AA and best practice."""
    return violations_of


__all__ = ["Violation", "accessibility_violations", "browser", "page", "page_without_javascript", "shared_folder"]
