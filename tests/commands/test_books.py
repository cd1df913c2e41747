"""check, export and backup: books proved, taken out and kept safe."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.commands.conftest import PROJECT, House
from zhanggui.config.checking import AUDITING

FALSIFY = """
from django.db import connection
connection.ensure_connection()
vandal = connection.connection  # below the house's guard
if connection.vendor == "postgresql":
    vandal.execute("SET session_replication_role = replica")
else:
    vandal.execute("DROP TRIGGER kernel_fact_no_update")
vandal.execute("UPDATE kernel_fact SET verb = 'org.nothing_happened' WHERE id = 1")
"""


def test_check_finds_the_books_in_order(house: House) -> None:
    assert house.ask("check") == (0, {"ok": True, "breaches": []})
    done = house.run("check")
    assert (done.returncode, done.stdout) == (0, "The books are in order.\n")


def test_check_finds_a_fact_altered_by_sql(house: House) -> None:
    assert house.run("worker", "--until-idle").returncode == 0  # seals the facts
    house.python(FALSIFY)
    status, told = house.ask("check")
    assert status == 1
    assert told["ok"] is False
    assert [
        (b["audit"], "no longer what was sealed" in b["sentence"]) for b in told["breaches"]
    ] == [("facts", True)]
    done = house.run("check")
    assert done.returncode == 1
    assert done.stdout.endswith("\n1 breach.\n")


@pytest.mark.sqlite
def test_check_finds_a_row_that_refers_to_nothing(house: House) -> None:
    house.python(
        "from django.db import connection as c; c.ensure_connection(); vandal = c.connection\n"
        "vandal.execute('PRAGMA foreign_keys=OFF'); vandal.execute('DELETE FROM org_unit')"
    )
    status, told = house.ask("check")
    assert status == 1
    assert any(b["audit"] == "references" for b in told["breaches"])


def test_check_tells_pending_migrations(empty_house: House) -> None:
    status, told = empty_house.ask("check")
    assert status == 1
    assert [b["audit"] for b in told["breaches"]] == ["tables"]


def test_every_audit_stands_where_check_looks_for_it() -> None:
    files = (PROJECT / "zhanggui").rglob("*.py")
    auditing = {p.stem for p in files if "\n@audit(" in p.read_text(encoding="utf-8")}
    assert auditing <= set(AUDITING)


# --- export -----------------------------------------------------------------------------------
def test_export_writes_every_row_and_says_so_in_the_manifest(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert house.run("export", str(folder)).returncode == 0
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    counts = house.python(
        "from zhanggui.config.exporting import exported_models as e\n"
        "for m in e(): print(m._meta.label, m._base_manager.count())"
    )
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == {
        name: int(count) for name, count in (line.split() for line in counts.splitlines())
    }
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        "company.yaml",
        *(table["file"] for table in manifest["tables"].values()),
    }
    for table in manifest["tables"].values():
        content = (folder / table["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == table["sha256"]
        assert len(content.splitlines()) == table["rows"]
    facts = (folder / "kernel.fact.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(facts[0])["verb"] == "org.take_in_company"


def test_export_leaves_passwords_and_sign_in_data_where_they_are(
    house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    assert house.run("export", str(folder)).returncode == 0
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["org.Person"]["left_out"] == ["password"]
    rooms = {app.label for app in apps.get_app_configs() if app.name in settings.ROOMS}
    assert {name.partition(".")[0] for name in manifest["tables"]} <= rooms
    assert rooms.isdisjoint({"auth", "sessions", "account", "mfa", "usersessions"})
    assert not any(b"argon2" in path.read_bytes() for path in folder.iterdir())
    assert folder.stat().st_mode & 0o077 == 0


def test_export_wants_an_empty_folder(house: House) -> None:
    done = house.run("export", str(house.data))
    assert (done.returncode, done.stderr) == (
        2,
        f"{house.data} is not empty: name a new or an empty folder.\n",
    )


# --- backup -----------------------------------------------------------------------------------
def copies(house: House) -> list[Path]:
    return sorted((house.data / "backups").iterdir())


def test_backup_keeps_a_copy_that_was_tried_and_doctor_knows(house: House) -> None:
    done = house.run("backup")
    assert (done.returncode, done.stderr) == (0, "")
    count = "from zhanggui.ground.kernel.models import Fact; print(Fact.objects.count())"
    whole = f"It was tried and is whole: {house.python(count).strip()} facts.\n"
    assert done.stdout.endswith(f" {whole}")
    (copy,) = copies(house)
    assert copy.stat().st_mode & 0o777 == 0o600
    _status, told = house.ask("doctor")
    assert told["backups"]["file"] == str(copy)
    assert not [f for f in told["findings"] if f["about"] == "backups"]
    assert house.run("backup", "--verify", str(copy)).stdout == whole


def test_backup_goes_where_it_is_told(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "other" / "disk"
    assert house.run("backup", str(folder)).returncode == 0
    assert len(list(folder.iterdir())) == 1


def test_verify_finds_a_damaged_copy(house: House) -> None:
    assert house.run("backup").returncode == 0
    (copy,) = copies(house)
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) * 3 // 5])
    done = house.run("backup", "--verify", str(copy))
    assert (done.returncode, done.stdout) == (2, "")
    assert str(copy) in done.stderr or "pg_restore failed: " in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_finds_that_a_file_is_no_copy(house: House, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear all", encoding="utf-8")
    done = house.run("backup", "--verify", str(other))
    assert (done.returncode, done.stderr) == (
        2,
        f"{other} is not a copy of a Zhanggui database.\n",
    )
