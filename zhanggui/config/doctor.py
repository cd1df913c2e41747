"""`zhanggui doctor`: how the installation is doing, what is wrong with it and what settles that."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import connection
from django.db.models import Count, Max, Min
from django.utils.translation import override
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult as Job

from zhanggui.config.backups import last_backup
from zhanggui.config.commands.line import counted
from zhanggui.config.prepare import pending
from zhanggui.ground.kernel import clock, limits
from zhanggui.ground.kernel.models import Fact, Installation, Seal, WorkerBeat
from zhanggui.ground.kernel.timetable import round_states

DISK_FREE_MIN = 1024**3
"""Bytes that must be free: room for a copy of a year's database of one city."""

BACKUP_AGE_MAX = timedelta(days=1)
"""Age at which a backup counts as old: a day's work is what a company can do again."""

SEAL_AGE_MAX = timedelta(minutes=5)
"""How long a fact may stay unsealed: five rounds missed."""

_SYNCHRONOUS = {0: "off", 1: "normal", 2: "full", 3: "extra"}


@dataclass(frozen=True)
class Finding:
    """Something worth saying: `wrong` things make the doctor's exit status 1, others are notes."""

    about: str
    sentence: str
    settles: str
    wrong: bool = True


@dataclass
class Report:
    """The whole examination: facts by section, and the findings."""

    sections: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return not any(finding.wrong for finding in self.findings)

    def say(self, about: str, sentence: str, *, settles: str, wrong: bool = True) -> None:
        """Add a finding."""
        self.findings.append(Finding(about, sentence, settles, wrong))

    def plain(self) -> dict[str, Any]:
        """Return the report as JSON keeps it; its keys are stable."""
        return {
            "ok": self.ok,
            **self.sections,
            "findings": [asdict(finding) for finding in self.findings],
        }


def examine() -> Report:
    """Return the report of this installation as it is now."""
    at = clock.now()
    report = Report()
    with override("en"):
        _database(report)
        _clock(report)
        _deploy(report)
        _secret_key(report)
        _disk(report)
        _backups(report, at)
        if not report.sections["database"]["migrations_pending"]:
            _jobs(report, at)
            _rounds(report, at)
            _seals(report, at)
    return report


# --- the database -----------------------------------------------------------------------------
def _database(report: Report) -> None:
    found = _sqlite(report) if connection.vendor == "sqlite" else _postgres(report)
    found["migrations_pending"] = pending()
    if found["migrations_pending"]:
        report.say(
            "database",
            f"{counted(found['migrations_pending'], 'migration is', 'migrations are')} pending.",
            settles="Run `zhanggui migrate`.",
        )
    report.sections["database"] = found


def _sqlite(report: Report) -> dict[str, Any]:
    with connection.cursor() as cursor:
        names = ("journal_mode", "synchronous", "foreign_keys")
        mode = {n: cursor.execute(f"PRAGMA {n}").fetchone()[0] for n in names}
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
    mode["synchronous"] = _SYNCHRONOUS.get(mode["synchronous"], str(mode["synchronous"]))
    mode["foreign_keys"] = bool(mode["foreign_keys"])
    mode["transaction_mode"] = str(getattr(connection, "transaction_mode", "")).lower()
    wanted = {
        "journal_mode": ("wal", "readers wait for writers"),
        "synchronous": ("full", "a power cut loses acknowledged deeds"),
        "foreign_keys": (True, "rows may refer to nothing"),
        "transaction_mode": ("immediate", "writers fail half-way instead of queueing"),
    }
    for name, (value, otherwise) in wanted.items():
        if mode[name] != value:
            report.say(
                "database",
                f"{name} is {mode[name]}, not {value}: {otherwise}.",
                settles="Leave SQLITE_OPTIONS in the settings as they were.",
            )
    return {"engine": "sqlite", "version": version, **mode}


def _postgres(report: Report) -> dict[str, Any]:
    mode = {}
    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            mode[name] = cursor.fetchone()[0]
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    for name, value in mode.items():
        if value == "off":
            report.say(
                "database",
                f"{name} is off: a power cut loses acknowledged deeds.",
                settles=f"Set {name} = on in postgresql.conf.",
            )
    return {"engine": "postgresql", "version": version, **mode}


# --- the installation -------------------------------------------------------------------------
def _clock(report: Report) -> None:
    report.sections["clock"] = {
        "now": clock.now().isoformat(timespec="seconds"),
        "pretending": clock.pretending(),
        "zone": settings.TIME_ZONE,
    }


def _deploy(report: Report) -> None:
    found = [m for m in run_checks(include_deployment_checks=True) if m.level >= WARNING]
    shown = [m for m in found if not m.is_silenced()]
    report.sections["deploy"] = [{"id": m.id, "message": str(m.msg)} for m in shown]
    for message in shown:
        report.say(
            "deploy",
            f"{message.msg} ({message.id})",
            settles=str(message.hint or "Change the setting it names."),
        )
    if not settings.LOOPBACK and not settings.HTTPS:
        report.say(
            "deploy",
            "The server listens beyond this machine without HTTPS: passwords travel in the clear.",
            settles="Put a TLS proxy before it and set HTTPS=1.",
        )
    if not settings.LOOPBACK and _company(example=True):
        report.say(
            "deploy",
            "The example company, whose password everybody knows, is open to other machines.",
            settles="Serve it on 127.0.0.1 only, or import your own company into a new folder.",
        )


def _secret_key(report: Report) -> None:
    path = Path(settings.DATA) / "secret.key"
    if os.environ.get("SECRET_KEY"):
        report.sections["secret_key"] = {"from": "environment", "mode": None}
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    report.sections["secret_key"] = {"from": "file", "mode": f"{mode:04o}"}
    if mode & 0o077:
        report.say(
            "secret_key",
            f"Other users of this machine can read {path} (mode {mode:04o}).",
            settles=f"Run: chmod 600 {path}",
        )


def _disk(report: Report) -> None:
    usage = shutil.disk_usage(settings.DATA)
    report.sections["disk"] = {"free_bytes": usage.free, "total_bytes": usage.total}
    if usage.free < DISK_FREE_MIN:
        report.say(
            "disk",
            f"Only {usage.free // 1024**2} MiB are free where {settings.DATA} lies.",
            settles="Make room there, or move the data folder to a larger disk.",
        )


def _backups(report: Report, at: datetime) -> None:
    last = last_backup()
    report.sections["backups"] = {
        "last_at": last[0].isoformat() if last else None,
        "file": str(last[1]) if last else None,
    }
    if last is None:
        sentence = "There is no backup."
    elif not last[1].exists():
        sentence = f"The last backup is no longer at {last[1]}."
    elif last[0] < at - BACKUP_AGE_MAX:
        sentence = f"The last backup is of {last[0]:%Y-%m-%d %H:%M} UTC."
    else:
        return
    settles = "Run `zhanggui backup DIR` daily, DIR on another disk."
    real = _company(example=False)  # the example company can be made anew: a note is enough
    report.say("backups", sentence, settles=settles, wrong=real)


def _company(*, example: bool) -> bool:
    """Tell whether the example company lives here, or else a real one."""
    known = Installation._meta.db_table in connection.introspection.table_names()
    return known and Installation.objects.filter(example=example).exists()


# --- work -------------------------------------------------------------------------------------
def _jobs(report: Report, at: datetime) -> None:
    status = TaskResultStatus
    counts = dict(Job.objects.values_list("status").annotate(Count("pk")).order_by())
    due = Job.objects.filter(status=status.READY, run_after__lte=at)
    oldest = due.aggregate(oldest=Min("run_after"))["oldest"]
    alive = WorkerBeat.objects.filter(
        beat_at__gte=at - timedelta(seconds=limits.WORKER_SILENT_S)
    ).count()
    report.sections["jobs"] = {
        "workers": alive,
        "waiting": counts.get(status.READY, 0),
        "running": counts.get(status.RUNNING, 0),
        "failed": counts.get(status.FAILED, 0),
        "oldest_due_at": oldest.isoformat() if oldest else None,
    }
    if not alive:
        report.say(
            "jobs",
            "No worker has given a sign of life in the last minute.",
            settles="Start `zhanggui run`, or `zhanggui worker` on a machine of its own.",
        )
    if failed := counts.get(status.FAILED, 0):
        last = Job.objects.filter(status=status.FAILED).order_by("-finished_at").first()
        report.say(
            "jobs",
            f"{counted(failed, 'job', 'jobs')} failed for good; "
            f"the last was {last.task_path}: {_last_line(last)}",
            settles="Remove the cause, then run `zhanggui retry`.",
        )


def _last_line(job: Any) -> str:
    return (
        str(job.traceback.strip().splitlines()[-1]) if job.traceback.strip() else "no reason kept"
    )


def _rounds(report: Report, at: datetime) -> None:
    states = list(round_states(at=at))
    report.sections["rounds"] = [
        {
            "name": s.name,
            "title": str(s.title),
            "last_at": s.last_at.isoformat() if s.last_at else None,
            "answer": s.answer,
            "error": s.error,
            "late": s.late,
        }
        for s in states
    ]
    if not report.sections["jobs"]["workers"]:
        return  # said once already
    for state in states:
        if state.late:
            why = f" ({state.error})" if state.error else ""
            report.say(
                "rounds",
                f"The round {state.name} is late{why}.",
                settles="Look at the worker's messages; `zhanggui retry` starts failed jobs anew.",
            )


def _seals(report: Report, at: datetime) -> None:
    last = Seal.objects.order_by("-upto_id").first()
    unsealed = Fact.objects.filter(id__gt=last.upto_id if last else 0)
    oldest = unsealed.aggregate(oldest=Min("at"), newest=Max("at"))["oldest"]
    report.sections["seals"] = {
        "last_at": last.sealed_at.isoformat() if last else None,
        "unsealed": unsealed.count(),
        "oldest_unsealed_at": oldest.isoformat() if oldest else None,
    }
    if oldest is not None and oldest < at - SEAL_AGE_MAX:
        report.say(
            "seals",
            f"Facts since {oldest:%Y-%m-%d %H:%M} UTC are not sealed yet.",
            settles="Start a worker: it seals them within a minute.",
        )
