"""The timetable: what the company's clock starts, each time once.

A room's `rounds.py` declares its rounds:

    @on_timetable(every_s=60, title=_("Seal the facts"))
    def seal(at: datetime) -> int: ...

Each due time becomes a job whose id is made from the round's name and that time, so however many
timetables run, the database keeps one. Times missed while the machine was off are made up once.
"""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any, TypeVar, cast

from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules
from django.utils.timezone import get_default_timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult as Job

from zhanggui.ground.kernel import clock, limits
from zhanggui.ground.kernel.refusal import Sentence

QUEUE = "rounds"
Answer = str | int | None
Body = Callable[[datetime], Answer] | Callable[[datetime], Generator[None, None, Answer]]
B = TypeVar("B", bound=Body)

_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "zhanggui:rounds")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What the clock starts: every so many seconds, or daily at a time of the company's day."""

    name: str
    title: Sentence
    body: Body
    every_s: int = 0
    daily_at: time_of_day | None = None

    def slot(self, at: datetime) -> datetime:
        """Return the latest time at or before `at` at which this round is due."""
        if self.daily_at is None:
            return at - (at - _EPOCH) % timedelta(seconds=self.every_s)
        zone = get_default_timezone()
        today = at.astimezone(zone).date()
        due = datetime.combine(today, self.daily_at, tzinfo=zone).astimezone(UTC)
        if due <= at:
            return due
        yesterday = today - timedelta(days=1)
        return datetime.combine(yesterday, self.daily_at, tzinfo=zone).astimezone(UTC)


ROUNDS: dict[str, Round] = {}


def on_timetable(*, every_s: int = 0, daily_at: str = "", title: Sentence) -> Callable[[B], B]:
    """Put a function on the timetable: `every_s` seconds, or `daily_at` "HH:MM" company time.

    What it returns is kept as the round's answer; what it raises is retried like any job.
    """
    if bool(every_s) == bool(daily_at):
        raise ValueError("a round is due either every so many seconds or daily at a time")

    def register(body: B) -> B:
        room = body.__module__.split(".rounds")[0].rsplit(".", 1)[-1]
        name = f"{room}.{body.__name__}"
        if name in ROUNDS:
            raise ValueError(f"two rounds are called {name}")
        daily = time_of_day.fromisoformat(daily_at) if daily_at else None
        ROUNDS[name] = Round(name=name, title=title, body=body, every_s=every_s, daily_at=daily)
        return body

    return register


@task(queue_name=QUEUE)
def run_round(name: str) -> Generator[None, None, Answer]:
    """Do a round now; one that the present version no longer knows is let go.

    A round, like any job, may be a generator: slow part, `yield`, what it writes.
    """
    if name not in ROUNDS:
        autodiscover_modules("rounds")
    found = ROUNDS.get(name)
    if found is not None and inspect.isgeneratorfunction(found.body):
        answer: Answer = yield from found.body(clock.now())
        return answer
    yield
    return cast(Answer, found.body(clock.now())) if found else "no longer on the timetable"


def jobs_of(name: str) -> QuerySet[Any]:
    """Return the jobs of a round."""
    jobs: QuerySet[Any] = Job.objects.filter(
        queue_name=QUEUE, args_kwargs={"args": [name], "kwargs": {}}
    )
    return jobs


class Timetable:
    """One reader of the timetable; `seen` spares the database what it was already asked."""

    def __init__(self, *, era: str = "") -> None:
        autodiscover_modules("rounds")
        self.era = era
        self.seen: dict[str, datetime] = {}

    def enqueue_due(self, *, at: datetime) -> int:
        """Enqueue every round whose time has come and is not taken yet; return how many.

        A round that is still waiting or running is not enqueued a second time.
        """
        enqueued = 0
        for found in ROUNDS.values():
            slot = found.slot(at)
            if self.seen.get(found.name) == slot:
                continue
            unfinished = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
            if jobs_of(found.name).filter(status__in=unfinished).exists():
                continue
            enqueued += self._enqueue(found, slot)
            self.seen[found.name] = slot
        return enqueued

    def _enqueue(self, found: Round, slot: datetime) -> int:
        job = Job(
            id=uuid.uuid5(_IDS, f"{found.name}@{slot.astimezone(UTC).isoformat()}@{self.era}"),
            args_kwargs={"args": [found.name], "kwargs": {}},
            task_path=run_round.module_path,
            queue_name=QUEUE,
            backend_name="default",
            run_after=slot,
        )
        if Job.objects.filter(pk=job.pk).exists():
            return 0
        Job.objects.bulk_create([job], ignore_conflicts=True)
        return 1


@dataclass(frozen=True)
class RoundState:
    """How a round is doing: when it last succeeded, what it said, what went wrong, is it late."""

    name: str
    title: Sentence
    last_at: datetime | None
    answer: Answer
    error: str
    late: bool


def round_states(*, at: datetime) -> Iterator[RoundState]:
    """Yield the state of every round on the timetable, by name."""
    autodiscover_modules("rounds")
    for name, found in sorted(ROUNDS.items()):
        jobs = jobs_of(name)
        good = jobs.filter(status=TaskResultStatus.SUCCESSFUL).order_by("-finished_at").first()
        last = jobs.order_by("-enqueued_at").first()
        due = found.slot(at - timedelta(seconds=limits.ROUND_LATE_S))
        error = last.traceback.strip().splitlines()[-1] if last and last.traceback.strip() else ""
        yield RoundState(
            name=name,
            title=found.title,
            last_at=good.finished_at if good else None,
            answer=good.return_value if good else None,
            error=error,
            late=good is None or good.finished_at < due,
        )
