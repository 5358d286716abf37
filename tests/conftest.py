"""What every test may ask for: example releases, the shared data folder, a browser, and an accessibility check."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from barometer.cli import main
from tests.accessibility import Violation, violations_of
from tests.plugins.databases import keep_rows_of_migrations

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker

REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLES = REPOSITORY / "examples"
EXAMPLE_2022 = EXAMPLES / "partnership-barometer-2022"
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


@pytest.fixture(scope="session", autouse=True)
def signed_in_with_all_that_is_asked() -> Iterator[None]:
    """Let the test client's ``force_login`` stand for having shown a second factor and accepted the terms of a role.

    It makes a request that came by no method; a sign-in through the pages has one and has to show what is asked.
    """
    from allauth.account.internal.flows.login import record_authentication
    from django.contrib.auth.signals import user_logged_in

    from kumppani.accounts.terms import VERSION

    def shown(request: HttpRequest, user: AbstractBaseUser, **_: object) -> None:
        if request.method is None:
            record_authentication(request, user, "mfa")
            type(user)._default_manager.filter(pk=user.pk).update(terms_version=VERSION)

    user_logged_in.connect(shown)
    yield
    user_logged_in.disconnect(shown)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Databases as migrations leave them, and what every flush has to put back."""
    with django_db_blocker.unblock():
        keep_rows_of_migrations(request.session)


MadeOnce = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Make a folder that takes long once, whichever worker comes first; nobody may write into it.

    Runs that are told one KUMPPANI_TEST_MADE share what is made; `make test` does it for its two databases.
    """
    base = tmp_path_factory.getbasetemp()
    own = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "made-once"
    shared = Path(os.environ.get("KUMPPANI_TEST_MADE", own))
    shared.mkdir(exist_ok=True)

    def made(name: str, make: Callable[[Path], None]) -> Path:
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed
            if not (shared / name / "done").exists():
                make(shared / name / "made")
                (shared / name / "done").touch()
        return shared / name / "made"

    return made


@pytest.fixture(scope="session")
def release_2022(made_once: MadeOnce) -> Path:
    """The release folder of the 2022 example, made as a person makes it: on the command line."""

    def make(folder: Path) -> None:
        assert main(["release", str(EXAMPLE_2022), "--to", str(folder)]) == 0

    return made_once("release-2022", make)


@pytest.fixture(scope="session")
def release_2025(made_once: MadeOnce) -> Path:
    """The release folder of the earlier of two invented waves."""

    def make(folder: Path) -> None:
        assert main(["release", str(EXAMPLES / "demonstration-2025"), "--to", str(folder)]) == 0

    return made_once("release-2025", make)


@pytest.fixture(scope="session")
def release_2026(made_once: MadeOnce, release_2025: Path) -> Path:
    """The release folder of the later one, compared with the earlier."""

    def make(folder: Path) -> None:
        wave = str(EXAMPLES / "demonstration-2026")
        assert main(["release", wave, "--previous", str(release_2025), "--to", str(folder)]) == 0

    return made_once("release-2026", make)


BY_ORGANISATION = ("crossings: all", "crossings: [{by: org_type, questions: all}]")


@pytest.fixture(scope="session")
def release_by_organisation(made_once: MadeOnce) -> Path:
    """The answers of 2022 crossed by one background: 150 cells are withheld, and all their ends are found in a moment.

    For what is to be shown of any release with withheld cells; with both backgrounds the search takes eight seconds.
    """

    def make(folder: Path) -> None:
        policy = policy_of_2022_with(folder, BY_ORGANISATION)
        assert main(["release", str(EXAMPLE_2022), "--policy", str(policy), "--to", str(folder)]) == 0

    return made_once("release-by-organisation", make)


@pytest.fixture(scope="session")
def unsafe_release(made_once: MadeOnce) -> Path:
    """The answers of 2022 under a base threshold alone, as survey tools protect; marked unsafe, for tests.

    Crossed by one background: with both, the attack finds three times as much to tell.
    """

    def make(folder: Path) -> None:
        policy = policy_of_2022_with(folder, BY_ORGANISATION, ("method: audited", "method: threshold_only"))
        assert main(["release", str(EXAMPLE_2022), "--policy", str(policy), "--to", str(folder)]) == 1

    return made_once("unsafe-release", make)


def policy_of_2022_with(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write a changed policy beside a folder that is to be made."""
    changed = (EXAMPLE_2022 / "policy.yaml").read_text("utf-8")
    for usual, here in changes:
        assert usual in changed
        changed = changed.replace(usual, here)
    policy = folder.with_name("policy.yaml")
    policy.parent.mkdir(exist_ok=True)
    policy.write_text(changed, "utf-8")
    return policy


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's own Chromium; none is downloaded."""
    program = os.environ.get("KUMPPANI_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None or shutil.which(program) is None:
        pytest.skip("not run: Chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=MILLISECONDS_TO_WAIT)
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


__all__ = [
    "MadeOnce",
    "Violation",
    "accessibility_violations",
    "browser",
    "made_once",
    "page",
    "page_without_javascript",
    "release_2022",
    "release_by_organisation",
    "shared_folder",
    "unsafe_release",
]
