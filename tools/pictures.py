"""Takes the two pictures of the README from a running demonstration: `python -m tools.pictures http://127.0.0.1:8000`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZE = {"width": 1200, "height": 800}


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tools.pictures", description=__doc__)
    arguments.add_argument("site", help="address of a demonstration, without a slash at the end")
    site = arguments.parse_args().site
    program = os.environ.get("KUMPPANI_CHROMIUM") or shutil.which("chromium")
    if program is None:
        sys.exit("Chromium is not installed (apt-get install chromium).")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, locale="fi-FI")
        page.goto(f"{site}/fi/")
        take(page, "front-page.png")
        page.goto(f"{site}/en/results/")
        page.goto(site + str(page.locator("main a[href*='/results/waves/']").first.get_attribute("href")))
        page.locator("section.question:has(svg.swatch)").first.evaluate(
            "question => question.scrollIntoView({behavior: 'instant', block: 'start'})"
        )
        take(page, "results.png")
        browser.close()
    return 0


def take(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / name)
    print(f"docs/pictures/{name}")


if __name__ == "__main__":
    sys.exit(main())
