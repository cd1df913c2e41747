"""doctor, routes, retry and the watcher's questions."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult as Job

from tests.commands.conftest import SERVER, House
from zhanggui.config import doctor, health
from zhanggui.config.commands import line
from zhanggui.config.routes import routes
from zhanggui.ground.kernel import jobs, limits
from zhanggui.ground.kernel.models import WorkerBeat

KEYS = {
    "ok", "database", "clock", "deploy", "secret_key", "disk", "backups", "jobs", "rounds", "seals",
    "findings",
}  # fmt: skip


def wrong(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["about"], f["sentence"]) for f in told["findings"] if f["wrong"]]


# --- doctor -----------------------------------------------------------------------------------
def test_doctor_tells_how_durable_the_database_is(house: House) -> None:
    status, told = house.ask("doctor")
    assert set(told) == KEYS
    del told["database"]["version"]
    assert told["database"] == (
        {
            "engine": "postgresql",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "migrations_pending": 0,
        }
        if SERVER
        else {
            "engine": "sqlite",
            "journal_mode": "wal",
            "synchronous": "full",
            "foreign_keys": True,
            "transaction_mode": "immediate",
            "migrations_pending": 0,
        }
    )
    # A company nobody serves: that, and its founding fact not being sealed yet, is all.
    assert status == 1
    assert [about for about, _ in wrong(told)] == ["jobs", "seals"]


def test_doctor_finds_all_well_beside_a_worker(house: House) -> None:
    from tests.commands.conftest import until

    house.start("worker")
    until(lambda: house.ask("doctor")[0] == 0)
    done = house.run("doctor")
    assert done.stdout.endswith("\nAll is well.\n")
    assert "note: There is no backup.\n  Run `zhanggui backup DIR` daily" in done.stdout


def test_doctor_finds_what_is_wrong_with_an_empty_folder(empty_house: House) -> None:
    status, told = empty_house.ask("doctor")
    assert status == 1
    assert told["database"]["migrations_pending"] > 20
    assert [about for about, _ in wrong(told)] == ["database"]


def test_doctor_finds_a_secret_others_can_read(house: House) -> None:
    (house.data / "secret.key").chmod(0o644)
    status, told = house.ask("doctor")
    assert (status, told["secret_key"]) == (1, {"from": "file", "mode": "0644"})
    (finding,) = [f for f in told["findings"] if f["about"] == "secret_key"]
    assert finding["settles"] == f"Run: chmod 600 {house.data / 'secret.key'}"


def test_doctor_finds_the_example_company_open_to_others(house: House) -> None:
    done = house.run("doctor", "--json", LOOPBACK="0")
    told = [sentence for _, sentence in wrong(json.loads(done.stdout))]
    assert (
        "The server listens beyond this machine without HTTPS: passwords travel in the clear."
    ) in told
    assert (
        "The example company, whose password everybody knows, is open to other machines."
    ) in told


@pytest.fixture
def served(at: datetime) -> None:
    """A worker that is alive, and rounds that have run."""
    WorkerBeat.objects.create(worker="here:1:x", beat_at=at)


@pytest.mark.django_db
def test_doctor_finds_failed_jobs_and_retry_settles_it(
    served: None, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Job.objects.create(
        status=jobs.FAILED,
        finished_at=at,
        traceback="Traceback ...\nValueError: no paper\n",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="printing.print_slip",
        backend_name="default",
    )
    report = doctor.examine()
    assert report.sections["jobs"]["failed"] == 1
    (finding,) = [f for f in report.findings if f.about == "jobs"]
    assert finding.sentence == (
        "1 job failed for good; the last was printing.print_slip: ValueError: no paper"
    )
    assert finding.settles == "Remove the cause, then run `zhanggui retry`."
    assert line.main(["retry"]) == 0
    assert capsys.readouterr().out == "1 job waits again.\n"
    job.refresh_from_db()
    assert job.status == jobs.READY
    assert line.main(["retry"]) == 0
    assert capsys.readouterr().out == "No job has failed.\n"


@pytest.mark.django_db
def test_doctor_finds_late_rounds_once_a_worker_is_there(served: None) -> None:
    late = [f.sentence for f in doctor.examine().findings if f.about == "rounds"]
    assert "The round kernel.seal_facts is late." in late
    WorkerBeat.objects.all().delete()
    assert not [f for f in doctor.examine().findings if f.about == "rounds"]


@pytest.mark.django_db
def test_doctor_finds_little_room_and_old_backups(
    served: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    settings.DATA = tmp_path
    (tmp_path / "secret.key").touch(mode=0o600)
    monkeypatch.setattr(doctor, "DISK_FREE_MIN", 2**62)
    copy = tmp_path / "copy"
    copy.touch()
    old = {"at": (at - timedelta(days=2)).isoformat(), "file": str(copy)}
    (tmp_path / "last-backup.json").write_text(json.dumps(old), encoding="utf-8")
    told = {f.about: f for f in doctor.examine().findings}
    assert told["disk"].wrong is True
    assert told["backups"].sentence == "The last backup is of 2026-11-21 12:00 UTC."
    copy.unlink()
    told = {f.about: f for f in doctor.examine().findings}
    assert told["backups"].sentence == f"The last backup is no longer at {copy}."


# --- routes -----------------------------------------------------------------------------------
def test_every_url_says_who_may_reach_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert [r.path for r in routes() if r.audience not in {"public", "signed-in", "duty"}] == []
    assert line.main(["routes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {frozenset(route) for route in told} == {
        frozenset({"path", "name", "methods", "audience", "duty", "kind", "scope"})
    }
    assert all(r["methods"] and r["scope"] for r in told)
    assert all((r["audience"] == "duty") == bool(r["duty"]) for r in told)
    (live,) = [r for r in told if r["name"] == "healthz"]
    assert live == {
        "path": "/healthz",
        "name": "healthz",
        "methods": ["GET"],
        "audience": "public",
        "duty": None,
        "kind": None,
        "scope": "anyone",
    }


def test_an_undeclared_url_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(health.healthz, "access")
    assert line.main(["routes"]) == 1
    assert "undeclared" in capsys.readouterr().out


# --- the watcher's questions ------------------------------------------------------------------
def test_healthz_answers_without_the_database() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_wants_a_sign_of_life_of_a_worker(at: datetime) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "migrations": True, "worker": False}
    beat = WorkerBeat.objects.create(
        worker="here:1:x", beat_at=at - timedelta(seconds=limits.WORKER_SILENT_S)
    )
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "migrations": True, "worker": True}
    assert answer["Cache-Control"] == "no-store"
    beat.beat_at -= timedelta(seconds=1)
    beat.save()
    assert Client().get("/readyz").status_code == 503


@pytest.mark.django_db
def test_readyz_takes_a_worker_at_work_for_alive(at: datetime) -> None:
    Job.objects.create(
        status=jobs.RUNNING,
        started_at=at - timedelta(seconds=limits.WORKER_SILENT_S + 1),
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x.y",
        backend_name="default",
    )
    assert Client().get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_says_when_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def gone() -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(health, "worker_alive", gone)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "database": False,
        "migrations": False,
        "worker": False,
    }
    assert connection.is_usable()
