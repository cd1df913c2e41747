"""Jobs: done once, undone wholly, tried again, taken over from workers that are gone."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks.base import TaskContext
from django_tasks_db.models import DBTaskResult as Job

from zhanggui.ground.kernel import clock, jobs, limits
from zhanggui.ground.kernel.models import WorkerBeat

pytestmark = pytest.mark.django_db
HERE = "zhanggui.ground.kernel.tests.test_jobs"


@task
def note(number: int) -> int:
    return number


@task
def note_and_fail(number: int) -> None:
    note.enqueue(number)
    raise ValueError("the printer is out of paper")


@task
def answer_nonsense() -> Any:
    return object()


@task
def count_savepoints() -> Generator[None, None, list[int]]:
    outside = len(connection.savepoint_ids)
    yield
    return [outside, len(connection.savepoint_ids)]


@task
def yield_twice() -> Generator[None, None, None]:
    yield
    note.enqueue(1)
    yield


@task(takes_context=True)
def tell_attempt(context: TaskContext[Any, Any], *, name: str) -> str:
    return f"{name}: {context.attempt}"


@task
def be_overtaken() -> None:
    note.enqueue(1)
    Job.objects.filter(task_path=f"{HERE}.be_overtaken").update(worker_ids=["elsewhere:1:x"])


def work_one(at: datetime) -> Job:
    """Claim the next job at this moment and perform it."""
    with clock.stopped_at(at):
        job = jobs.claim(at=at)
        assert job is not None
        jobs.perform(job)
        job.refresh_from_db()
    return job


def running(worker: str, *, started_at: datetime, attempts: int = 1) -> Job:
    """Return a job that this worker was doing."""
    note.enqueue(1)
    job = Job.objects.latest("enqueued_at")
    job.status, job.started_at, job.worker_ids = jobs.RUNNING, started_at, [worker] * attempts
    job.save()
    return job


# --- doing ------------------------------------------------------------------------------------
def test_a_job_is_done_and_keeps_its_answer(at: datetime) -> None:
    note.enqueue(7)
    job = work_one(at)
    assert (job.status, job.return_value) == (jobs.SUCCESSFUL, 7)
    assert (job.started_at, job.finished_at) == (at, at)
    assert job.worker_ids == [jobs.this_worker()]
    assert jobs.claim(at=at) is None


def test_a_job_enqueued_in_a_deed_that_fails_was_never_enqueued(at: datetime) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note.enqueue(1)
        _ = 1 / 0
    assert jobs.claim(at=at) is None


def test_a_job_for_later_waits_for_its_time(at: datetime) -> None:
    note.using(run_after=at + timedelta(minutes=5)).enqueue(1)
    assert jobs.claim(at=at + timedelta(minutes=5, microseconds=-1)) is None
    assert jobs.claim(at=at + timedelta(minutes=5)) is not None


def test_the_more_urgent_job_is_done_first(at: datetime) -> None:
    note.enqueue(1)
    note.using(priority=10).enqueue(2)
    assert [work_one(at).return_value, work_one(at).return_value] == [2, 1]


def test_a_job_may_know_its_attempt(at: datetime) -> None:
    tell_attempt.enqueue(name="try")
    assert work_one(at).return_value == "try: 1"


def test_the_slow_part_of_a_generator_holds_no_transaction(at: datetime) -> None:
    count_savepoints.enqueue()
    outside, inside = work_one(at).return_value
    assert inside == outside + 1


def test_a_generator_that_yields_twice_is_undone(at: datetime) -> None:
    yield_twice.enqueue()
    job = work_one(at)
    assert job.status == jobs.READY
    assert "a job yields once" in job.traceback
    assert not Job.objects.filter(task_path=f"{HERE}.note").exists()


# --- failing ----------------------------------------------------------------------------------
def test_a_failed_job_is_undone_and_waits_ten_seconds(at: datetime) -> None:
    note_and_fail.enqueue(1)
    job = work_one(at)
    assert job.status == jobs.READY
    assert job.exception_class_path == "builtins.ValueError"
    assert job.traceback.endswith("ValueError: the printer is out of paper\n")
    assert timedelta(seconds=10) <= job.run_after - at <= timedelta(seconds=11)
    assert Job.objects.count() == 1  # what it enqueued before failing is gone
    assert jobs.claim(at=at + timedelta(seconds=9)) is None


def test_a_job_fails_for_good_after_its_attempts_and_is_logged_once(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    note_and_fail.enqueue(1)
    with caplog.at_level(logging.ERROR):
        for attempt in range(limits.JOB_ATTEMPTS_MAX):
            job = work_one(at + timedelta(hours=attempt))
    assert job.status == jobs.FAILED
    assert job.finished_at == at + timedelta(hours=limits.JOB_ATTEMPTS_MAX - 1)
    assert len(job.worker_ids) == limits.JOB_ATTEMPTS_MAX
    assert len(caplog.records) == 1
    assert caplog.records[0].getMessage() == f"job {job.pk} ({HERE}.note_and_fail) failed for good"
    assert jobs.claim(at=at + timedelta(days=1)) is None


def test_retry_failed_gives_every_attempt_anew(at: datetime) -> None:
    note_and_fail.enqueue(1)
    for attempt in range(limits.JOB_ATTEMPTS_MAX):
        work_one(at + timedelta(hours=attempt))
    later = at + timedelta(days=1)
    assert jobs.retry_failed(at=later) == 1
    job = work_one(later)
    assert (job.status, len(job.worker_ids), job.finished_at) == (jobs.READY, 1, None)
    assert jobs.retry_failed(at=later) == 0


@pytest.mark.parametrize(("attempts", "wait_s"), [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160)])
def test_backoff_doubles_with_a_tenth_of_chance(attempts: int, wait_s: int) -> None:
    for _ in range(50):
        assert wait_s <= jobs.backoff(attempts).total_seconds() <= wait_s * 1.1


def test_an_answer_that_json_cannot_keep_fails_the_job(at: datetime) -> None:
    answer_nonsense.enqueue()
    job = work_one(at)
    assert (job.status, job.exception_class_path) == (jobs.READY, "builtins.TypeError")


def test_a_job_of_code_that_is_gone_fails_like_any_other(at: datetime) -> None:
    note.enqueue(1)
    Job.objects.update(task_path=f"{HERE}.no_such_task")
    job = work_one(at)
    assert (job.status, job.exception_class_path) == (jobs.READY, "builtins.ImportError")


def test_what_an_overtaken_worker_did_is_undone(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    be_overtaken.enqueue()
    with caplog.at_level(logging.WARNING):
        job = work_one(at)
    assert [r.getMessage() for r in caplog.records] == [
        f"job {job.pk} ({HERE}.be_overtaken) was taken over by another worker"
    ]
    # The update above was part of what is undone: the claim still reads as it was.
    assert (job.status, job.worker_ids) == (jobs.RUNNING, [jobs.this_worker()])
    assert not Job.objects.filter(task_path=f"{HERE}.note").exists()


# --- reaping ----------------------------------------------------------------------------------
def test_reap_takes_over_from_a_process_that_is_gone(at: datetime) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    job = running(f"{socket.gethostname()}:{gone.pid}:some-1", started_at=at)
    assert jobs.reap(at=at) == 1
    job.refresh_from_db()
    assert job.status == jobs.READY
    assert work_one(at).worker_ids == [
        f"{socket.gethostname()}:{gone.pid}:some-1",
        jobs.this_worker(),
    ]


def test_reap_knows_a_number_given_to_another_process(at: datetime) -> None:
    running(f"{socket.gethostname()}:{os.getppid()}:other-1", started_at=at)
    assert jobs.reap(at=at) == 1


def test_reap_takes_over_from_a_dead_process_nobody_has_buried(at: datetime) -> None:
    dead = subprocess.Popen(["sleep", "60"])
    name = f"{socket.gethostname()}:{dead.pid}:{jobs._incarnation(dead.pid)}"
    running(name, started_at=at)
    assert jobs.reap(at=at) == 0
    dead.kill()
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)  # dead for sure, yet not buried
    assert jobs.reap(at=at) == 1
    dead.wait()


def test_reap_leaves_another_machine_its_lease(at: datetime) -> None:
    job = running("far-away:1:some-1", started_at=at)
    lease = timedelta(seconds=limits.JOB_LEASE_S)
    assert jobs.reap(at=at + lease - timedelta(seconds=1)) == 0
    assert jobs.reap(at=at + lease) == 1
    job.refresh_from_db()
    assert job.status == jobs.READY


def test_reap_takes_back_what_this_worker_could_not_mark(at: datetime) -> None:
    running(jobs.this_worker(), started_at=at)
    assert jobs.reap(at=at) == 1


def test_reap_gives_up_a_job_that_outlives_its_workers(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    job = running("far-away:1:x", started_at=at, attempts=limits.JOB_ATTEMPTS_MAX)
    later = at + timedelta(hours=1)
    with caplog.at_level(logging.ERROR):
        assert jobs.reap(at=later) == 1
    job.refresh_from_db()
    assert (job.status, job.finished_at) == (jobs.FAILED, later)
    assert job.traceback == "Its worker ended while doing it, 6 times."
    assert len(caplog.records) == 1


# --- the worker -------------------------------------------------------------------------------
def test_a_worker_shows_that_it_lives_and_leaves_quietly(at: datetime) -> None:
    worker = jobs.Worker()
    note.enqueue(1)
    assert worker.turn() is True
    assert WorkerBeat.objects.get().beat_at == at
    assert worker.work_until_idle() > 0  # the rounds
    assert not WorkerBeat.objects.exists()
    assert not Job.objects.exclude(status=jobs.SUCCESSFUL).exists()


def test_an_idle_worker_asks_little(at: datetime, django_assert_max_num_queries: Any) -> None:
    worker = jobs.Worker()
    worker.work_until_idle()
    worker.turn()
    with django_assert_max_num_queries(1):
        assert worker.turn() is False


def test_every_job_names_a_task_that_exists() -> None:
    assert import_string(note.module_path) is note
