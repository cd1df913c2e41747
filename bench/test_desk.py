"""How long Today and the queue pages take, and how many statements, with 50 and 5,000 rows behind.

Run with `make bench`. Server time is the processor time of this process for one request through the
whole stack (middleware, queries, template), median of 30 after 5 to warm up; the figures asserted
are statements, which do not depend on the machine. Times are printed, never asserted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.kernel import guard
from zhanggui.ground.org.models import Assignment, Person

WARM, TIMES = 5, 30


def fill(rows: int, at: Any) -> None:
    """Put `rows` open assignments into the queues of hu, given and held."""
    people = list(Person.objects.order_by("pk"))
    hu = Person.objects.get(user="hu")
    with guard.writes_open():
        Assignment.objects.bulk_create(
            Assignment(
                title=f"Count shelf {number}",
                given_by=people[number % len(people)],
                to=hu if number % 2 else people[number % len(people)],
                area_id="putian",
                given_at=at - timedelta(minutes=number),
                due_at=at + timedelta(minutes=number - 20),
            )
            for number in range(rows)
        )


def measure(browser: Client, url: str) -> tuple[int, float]:
    """Return the statements and the median processor milliseconds of a page."""
    spent = []
    statements = 0
    for turn in range(WARM + TIMES):
        with CaptureQueriesContext(connection) as asked:
            begun = time.process_time()
            response = browser.get(url)
            if turn >= WARM:
                spent.append((time.process_time() - begun) * 1000)
        assert response.status_code == 200
        statements = len(asked)
    return statements, median(spent)


@pytest.mark.django_db
def test_pages_do_not_grow_with_rows(
    sign_in: Callable[[str], Client], at: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = sign_in("hu")
    urls = ["/desk/"] + [
        f"/desk/queue/{duty.code}/" for duty in DUTIES.values() if duty.queue is not None
    ]
    seen: dict[str, list[tuple[int, float]]] = {}
    for rows in (50, 4950):
        fill(rows, at)
        for url in urls:
            if browser.get(url).status_code == 200:
                seen.setdefault(url, []).append(measure(browser, url))
    with capsys.disabled():
        print(f"\n{connection.vendor}: statements and ms of processor time with 50 and 5,000 rows")
        for url, (few, many) in seen.items():
            print(f"  {url:<44}{few[0]:>4}{few[1]:>8.1f} ms{many[0]:>6}{many[1]:>8.1f} ms")
    assert all(many[0] <= few[0] for few, many in seen.values())
