"""Letting a day pass: the example company lives the next day in pieces, its clock moving along.

Each piece is a job that lives half an hour, sets the company's clock to its end and enqueues the
next one, all in one transaction: a worker that dies loses the piece it was at, and the day goes on
from there. Whoever works in the company meanwhile sees the hours go by.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult as Job

from zhanggui.demo.trade.living import SEED, Life
from zhanggui.demo.trade.plan import wantings
from zhanggui.ground.kernel import clock, lead
from zhanggui.ground.kernel.models import Installation
from zhanggui.ground.kernel.refusal import Refusal

DAY = timedelta(days=1)

PIECE = timedelta(minutes=30)
"""What a job lives: under half a second of work, so that nobody waits long for the books."""

FIRST = 100
"""Before all other jobs: somebody is watching, and the rounds of the skipped minutes can wait."""

LEFT_FROM = 0.05
"""Share of the day from which on its end can be told."""

UNFINISHED = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


class Stand(StrEnum):
    """How the passing of a day is doing."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a day has come: where its clock stands, what was done, how fast, how long still."""

    stand: Stand
    reached: datetime | None = None
    until: datetime | None = None
    share: float = 0.0
    orders: int = 0
    orders_expected: int = 0
    deeds: int = 0
    deeds_per_s: float = 0.0
    left_s: int | None = None


@task(priority=FIRST)
def live_on(begun: str, since: str, until: str, deeds: int, started: float) -> int:
    """Live a piece of the day, move the clock along, and leave the rest to the next job.

    Moments are ISO; `started` is the machine's own time in seconds, for the rate.
    """
    begin, end = datetime.fromisoformat(since), datetime.fromisoformat(until)
    reached = min(begin + PIECE, end)
    life = Life(seed=SEED)
    life.live(begin, reached)
    lead.run_ahead_to(reached)
    done = deeds + life.done.total()
    if reached < end:
        live_on.enqueue(begun, reached.isoformat(), until, done, started)
    return done


def begin_day(*, at: datetime) -> None:
    """Let the next day begin at `at`; refuse while one is passing already."""
    with transaction.atomic():
        Installation.objects.select_for_update().get(pk=1, example=True)
        if _pieces().filter(status__in=UNFINISHED).exists():
            raise Refusal(
                "day_passing",
                _("A day is passing already."),
                settles=_("Wait until it is over; the first page shows how far it is."),
            )
        begun = at.isoformat()
        live_on.enqueue(begun, begun, (at + DAY).isoformat(), 0, time.time())


def progress() -> Progress:
    """Return how the latest passing of a day is doing."""
    job = _pieces().order_by("-enqueued_at").first()
    if job is None:
        return Progress(Stand.IDLE)
    begun, since, until, deeds, started = job.args_kwargs["args"]
    begin, end, reached = (datetime.fromisoformat(text) for text in (begun, until, since))
    if job.status == TaskResultStatus.SUCCESSFUL:
        return Progress(Stand.DONE, end, end, 1.0, *_orders(begin, end, end), job.return_value)
    placed, expected = _orders(begin, reached, end)
    share = ((reached - begin) / (end - begin) + placed / max(1, expected)) / 2
    passed_s = max(0.001, time.time() - started)
    return Progress(
        Stand.STOPPED if job.status == TaskResultStatus.FAILED else Stand.RUNNING,
        reached,
        end,
        share,
        placed,
        expected,
        deeds,
        deeds / passed_s,
        round(passed_s * (1 - share) / share) if share > LEFT_FROM else None,
    )


def days_ahead() -> int:
    """Return by how many whole days the company's clock runs ahead."""
    return round(clock.lead() / DAY)


def _pieces() -> Any:
    return Job.objects.filter(task_path=live_on.module_path)


def _orders(begin: datetime, reached: datetime, end: datetime) -> tuple[int, int]:
    """Return how many orders the plan has until `reached`, and until the end."""
    days = {localdate(begin), localdate(end)}
    moments = [one.at for day in sorted(days) for one in wantings(SEED, day)]
    within = [at for at in moments if begin < at <= end]
    return sum(at <= reached for at in within), len(within)
