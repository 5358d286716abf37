"""Ends every run with the tests that were not run, each by name and with its reason: a skip is never silent."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section(f"not run: {len(skipped)}", sep="-")
    for report in sorted(skipped, key=lambda report: report.nodeid):
        terminalreporter.write_line(f"{report.nodeid}: {_reason_of(report)}")


def _reason_of(report: pytest.TestReport) -> str:
    """Give the reason; a skip without one is shown as such."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ").removeprefix("not run: ")
    return "no reason given"
