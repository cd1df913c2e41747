"""Jobs: work that waits in the database until a worker does it, once.

Enqueue with the `django-tasks` API inside the action that wants the work, so that both are kept or
neither is:

    @task
    def tell_customer(order_id: int) -> None: ...

    tell_customer.enqueue(order.pk)

A worker claims a job in one transaction, then does it and marks it done in another, and the mark
only holds while the claim does: a worker that dies at any point loses nothing and does nothing
twice. Actions called by the job join its transaction. Slow work (reading, computing, the network)
must not hold the database: write the job as a generator, and what stands before its `yield` is done
without a transaction.
"""

from __future__ import annotations

import inspect
import logging
import os
import random
import signal
import socket
import time
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from traceback import format_exception
from typing import Any

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django_tasks.base import TaskContext, TaskResultStatus
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult as Job
from django_tasks_db.models import get_date_max

from zhanggui.ground.kernel import clock, lead, limits
from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.models import WorkerBeat
from zhanggui.ground.kernel.timetable import Timetable

READY, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING
SUCCESSFUL, FAILED = TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED
POLL_S = 0.25

log = logging.getLogger(__name__)


class Overtaken(Exception):
    """Another worker has taken the job over; what this one did is rolled back."""


# --- who is alive -----------------------------------------------------------------------------
@cache
def this_worker() -> str:
    """Return this process's name: host, process number, incarnation."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_incarnation(pid)}"


def _incarnation(pid: int | str) -> str:
    """Return what tells this process from another with its number; empty when there is none."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        # Past the name in brackets, which may hold anything: state, then 18 more, then start time.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in (b"Z", b"X") else f"{boot[:8]}-{int(fields[19])}"


def _abandoned(job: Job, *, at: datetime) -> bool:
    """Tell whether nobody is doing this running job any more.

    A worker looks for abandoned jobs between two jobs, so one under its own name is abandoned too.
    """
    worker: str = job.worker_ids[-1]
    host, pid, incarnation = worker.rsplit(":", 2)
    if worker == this_worker():
        return True
    if host == socket.gethostname() and incarnation:
        return _incarnation(pid) != incarnation
    return bool(job.started_at <= at - timedelta(seconds=limits.JOB_LEASE_S))


# --- one job ----------------------------------------------------------------------------------
def claim(*, at: datetime) -> Job | None:
    """Take the next job that is due, if there is one, for this worker."""
    due = Job.objects.filter(Q(run_after__lte=at) | Q(run_after=get_date_max()), status=READY)
    if not due.exists():  # the common case must not take the write lock
        return None
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is not None:
            job.status, job.started_at = RUNNING, at
            job.worker_ids = [*job.worker_ids, this_worker()]
            job.save(update_fields=["status", "started_at", "worker_ids"])
    return job


def perform(job: Job) -> None:
    """Do a claimed job and mark it done; what fails is undone and tried again later."""
    try:
        _do(job)
    except Overtaken:
        log.warning("job %s (%s) was taken over by another worker", job.pk, job.task_path)
    except Exception as error:
        _put_off(job, error, at=clock.now())


def _do(job: Job) -> None:
    task = import_string(job.task_path)
    args, kwargs = job.args_kwargs["args"], job.args_kwargs["kwargs"]
    if task.takes_context:
        args = [TaskContext(task_result=job.task_result), *args]
    steps = task.func(*args, **kwargs) if inspect.isgeneratorfunction(task.func) else None
    if steps is not None:
        next(steps)
    with transaction.atomic(durable=True), joining_transaction():
        answer = task.call(*args, **kwargs) if steps is None else _last(steps)
        _mark(job, status=SUCCESSFUL, finished_at=clock.now(), return_value=normalize_json(answer))


def _last(steps: Any) -> Any:
    try:
        next(steps)
    except StopIteration as end:
        return end.value
    raise RuntimeError("a job yields once: between its slow part and what it writes")


def _mark(job: Job, **values: Any) -> None:
    """Write the job's outcome, on the condition that this worker's claim still stands."""
    mine = Job.objects.filter(pk=job.pk, status=RUNNING, worker_ids=job.worker_ids)
    if not mine.update(**values):
        raise Overtaken


def _put_off(job: Job, error: Exception, *, at: datetime) -> None:
    """Let a failed job wait for its next attempt, or give it up after the last."""
    attempts = len(job.worker_ids)
    told = {
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        "traceback": "".join(format_exception(error)),
    }
    try:
        if attempts < limits.JOB_ATTEMPTS_MAX:
            _mark(job, status=READY, run_after=at + backoff(attempts), **told)
        else:
            _mark(job, status=FAILED, finished_at=at, **told)
            log.error("job %s (%s) failed for good", job.pk, job.task_path, exc_info=error)
    except Overtaken:
        pass


def retry_failed(*, at: datetime) -> int:
    """Give every failed job its attempts anew; return how many there were."""
    return int(
        Job.objects.filter(status=FAILED).update(
            status=READY, run_after=at, finished_at=None, worker_ids=[]
        )
    )


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, up to a tenth more by chance."""
    wait_s = limits.JOB_BACKOFF_S * 2 ** (attempts - 1)
    return timedelta(seconds=wait_s * (1 + random.random() / 10))  # noqa: S311 - spreads load


def reap(*, at: datetime) -> int:
    """Put back the running jobs whose worker is gone; return how many.

    A job that was given to `JOB_ATTEMPTS_MAX` workers and outlived them all has failed.
    """
    found = 0
    for job in Job.objects.filter(status=RUNNING):
        if not _abandoned(job, at=at):
            continue
        found += 1
        try:
            if len(job.worker_ids) < limits.JOB_ATTEMPTS_MAX:
                _mark(job, status=READY)
            else:
                told = f"Its worker ended while doing it, {len(job.worker_ids)} times."
                _mark(job, status=FAILED, finished_at=at, traceback=told)
                log.error("job %s (%s) failed for good: %s", job.pk, job.task_path, told)
        except Overtaken:
            found -= 1
    return found


# --- the worker -------------------------------------------------------------------------------
class Worker:
    """A loop that keeps the timetable and does the jobs, one at a time, until told to stop.

    `era` names the life of a pretend clock: minutes lived again are minutes of their own.
    """

    def __init__(self, *, era: str = "") -> None:
        self.timetable = Timetable(era=era)
        self.stopping = False
        self._beat_due = 0.0
        self._version = None

    def work(self) -> None:
        """Work until SIGTERM or SIGINT; the job in hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping:
            try:
                close_old_connections()
                if not self.turn():
                    self._rest()
            except Error as error:  # locked for too long, or the server went away
                log.warning("the database does not answer: %s", error)
                connection.close()
                time.sleep(1)
        self._leave()

    def work_until_idle(self) -> int:
        """Do what is due, and what falls due meanwhile, until nothing is; return how many jobs."""
        done = 0
        while self.turn():
            done += 1
        self._leave()
        return done

    def turn(self) -> bool:
        """Do what is due now and at most one job; tell whether there was one."""
        jumped = lead.catch_up()
        at = clock.now()
        if jumped or time.monotonic() >= self._beat_due:
            self._beat_due = time.monotonic() + limits.WORKER_BEAT_S
            WorkerBeat.objects.update_or_create(worker=this_worker(), defaults={"beat_at": at})
            reap(at=at)
        self.timetable.enqueue_due(at=at)
        job = claim(at=at)
        if job is not None:
            perform(job)
        return job is not None

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _leave(self) -> None:
        WorkerBeat.objects.filter(worker=this_worker()).delete()

    def _rest(self) -> None:
        """Wait a second, less when SQLite tells that another process has written something."""
        for _ in range(int(1 / POLL_S)):
            time.sleep(POLL_S)
            if self.stopping or (connection.vendor == "sqlite" and self._written()):
                return

    def _written(self) -> bool:
        with connection.cursor() as cursor:
            version = cursor.execute("PRAGMA data_version").fetchone()
        former, self._version = self._version, version
        return bool(former != version)
