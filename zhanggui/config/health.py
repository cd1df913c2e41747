"""What a watcher may ask: is the process alive, and is the company ready to work."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult as Job

from zhanggui.ground.desk.access import page
from zhanggui.ground.kernel import clock, limits
from zhanggui.ground.kernel.models import WorkerBeat

_migrated = False  # once true it stays so for this process: its own code decides what is pending


@page("public")
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers, asking nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@page("public")
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether database, tables and worker are ready: 200, or 503 with what is not."""
    try:
        ready = {"database": True, "migrations": migrated(), "worker": worker_alive()}
    except DatabaseError:
        ready = {"database": False, "migrations": False, "worker": False}
    answer = JsonResponse({"ready": all(ready.values()), **ready})
    answer.status_code = 200 if all(ready.values()) else 503
    answer["Cache-Control"] = "no-store"
    return answer


def migrated() -> bool:
    """Tell whether the tables are those this version needs."""
    global _migrated  # noqa: PLW0603 - the answer cannot change back while the process lives
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def worker_alive() -> bool:
    """Tell whether a worker gave a sign of life lately, or is at work on a job."""
    at = clock.now()
    last = WorkerBeat.objects.aggregate(last=Max("beat_at"))["last"]
    if last is not None and last >= at - timedelta(seconds=limits.WORKER_SILENT_S):
        return True
    since = at - timedelta(seconds=limits.JOB_LEASE_S)
    running = Job.objects.filter(status=TaskResultStatus.RUNNING, started_at__gte=since)
    return bool(running.exists())
