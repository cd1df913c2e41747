"""The kernel's rounds: facts are sealed, what is finished or expired is cleared away."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult as Job

from zhanggui.ground.kernel import facts, limits
from zhanggui.ground.kernel.models import WorkerBeat
from zhanggui.ground.kernel.timetable import QUEUE, on_timetable


@on_timetable(every_s=60, title=_("Seal the facts"))
def seal_facts(at: datetime) -> Generator[None, None, int]:
    """Seal the facts of the last minute; writers wait for the look at the table's end only."""
    upto = facts.settled_upto()
    yield
    return facts.seal_facts(at=at, upto=upto)


@on_timetable(daily_at="02:10", title=_("Clear finished jobs away"))
def clear_jobs(at: datetime) -> int:
    """Delete the jobs that ended long ago, and rounds that went well sooner: they are many."""
    old = Job.objects.filter(finished_at__lt=at - timedelta(days=limits.JOB_KEEP_DAYS))
    rounds = Job.objects.filter(
        queue_name=QUEUE,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at__lt=at - timedelta(days=limits.ROUND_KEEP_DAYS),
    )
    WorkerBeat.objects.filter(beat_at__lt=at - timedelta(days=1)).delete()
    return int(old.delete()[0] + rounds.delete()[0])


@on_timetable(daily_at="02:20", title=_("Clear expired sign-ins away"))
def clear_sessions(at: datetime) -> None:
    """Delete the sessions nobody can use any more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
