"""How long Today and every queue page take, and how many statements, with 50 and 5,000 rows.

Run with `make bench`, or this file alone, on PostgreSQL with `.venv/bin/python tests/postgres.py
.venv/bin/python -m pytest bench/test_desk.py -n 0`. Each page is asked for by the person who sees
the most rows on it. Server time is the processor time of this process for one request through the
whole stack (middleware, queries, template), median of 15 after 3 to warm up; the figures asserted
are statements, which do not depend on the machine. Times are printed, never asserted. SQLite works
within this process; what PostgreSQL's own processes spend is told beside it as time waited.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import pytest
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.rows import fill
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Person

WARM, TIMES = 3, 15


@dataclass(frozen=True)
class Measured:
    """What a page costs: rows behind it, statements, processor and clock milliseconds."""

    rows: int
    statements: int
    spent_ms: float
    waited_ms: float


def measure(browser: Client, url: str, rows: int) -> Measured:
    """Return what a page costs, the median of many requests."""
    spent, waited = [], []
    statements = 0
    for turn in range(WARM + TIMES):
        reset_queries()
        with CaptureQueriesContext(connection) as asked:
            begun, clock = time.process_time(), time.perf_counter()
            response = browser.get(url)
            if turn >= WARM:
                spent.append((time.process_time() - begun) * 1000)
                waited.append((time.perf_counter() - clock) * 1000)
        assert response.status_code == 200
        statements = len(asked)
    return Measured(rows, statements, median(spent), median(waited))


def readers(at: Any) -> dict[str, tuple[str, int]]:
    """Return for each duty with a queue who sees the most rows on it, and how many."""
    found: dict[str, tuple[str, int]] = {}
    for person in Person.objects.filter(is_active=True).order_by("pk"):
        by = actor_for(person, at=at)
        for code, duty in DUTIES.items():
            if duty.queue is not None:
                rows = duty.queue(by).count()
                if code not in found or rows > found[code][1]:
                    found[code] = (person.user, rows)
    return found


@pytest.mark.django_db
@pytest.mark.books_broken
def test_pages_do_not_grow_with_rows(
    sign_in: Callable[[str], Client], at: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: dict[tuple[str, str], list[Measured]] = {}
    for rows in (50, 4950):
        fill(rows, at)
        sees = readers(at)
        assert [code for code, (_user, waiting) in sees.items() if not waiting] == []
        today = dict.fromkeys(user for user, _rows in sees.values())
        pages = [(user, "/desk/", 0) for user in today] + [
            (user, f"/desk/queue/{code}/", waiting) for code, (user, waiting) in sees.items()
        ]
        for user, url, waiting in pages:
            seen.setdefault((user, url), []).append(measure(sign_in(user), url, waiting))
    with capsys.disabled():
        print(f"\n{connection.vendor}: rows, statements, ms of processor time and ms waited")
        for (user, url), figures in seen.items():
            print(f"  {user:<12}{url:<38}", *map(_told, figures))
    assert [
        page
        for page, (few, *more) in seen.items()
        if any(m.statements > few.statements for m in more)
    ] == []


def _told(one: Measured) -> str:
    return f"{one.rows:>7}{one.statements:>4}{one.spent_ms:>7.1f}{one.waited_ms:>7.1f}  "
