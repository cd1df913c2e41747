"""A pytest plugin for where nothing may be skipped: a skip is a failure that says so."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Turn a skip into a failure; an expected failure stays what it is."""
    outcome = yield
    _refuse(outcome.get_result(), item.nodeid)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, None]:
    """Turn a whole module that skips itself into a failure."""
    outcome = yield
    _refuse(outcome.get_result(), collector.nodeid)


def _refuse(report: Any, name: str) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{name} was skipped where nothing may be: {reason}"
