"""The test database: migrated once for each state of the migrations, then copied for each process.

Running all migrations takes some twelve seconds. They are run, by `zhanggui migrate`, whenever
anything they are made from has changed (`fingerprint`), and the outcome is kept in the virtual
environment: a file of SQLite, a dump of PostgreSQL. Each process then takes a copy, founds the
company in it with the code as it stands, and returns to that state after a test that committed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

PROJECT = Path(__file__).resolve().parents[1]
SERVER = os.environ.get("DATABASE_URL", "")  # empty: SQLite
FOLDER = Path(sys.prefix) / "prepared"
MADE_FROM = (
    "zhanggui/**/migrations/*.py",
    "zhanggui/**/apps.py",
    "zhanggui/config/settings.py",
    "zhanggui/config/prepare.py",
    "zhanggui/ground/kernel/immutable.py",
    "requirements*.txt",
    "tests/prepared.py",
)
KEPT = 8
"""How many outcomes stay: going back and forth between a few states costs nothing."""


def fingerprint(made_from: tuple[str, ...] = MADE_FROM) -> str:
    """Return what a thing is made from, a migrated database unless it says otherwise, as a name."""
    digest = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for pattern in made_from:
        for path in sorted(PROJECT.glob(pattern)):
            digest.update(f"\n{path.relative_to(PROJECT)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def migrated() -> Path:
    """Return a database in which all migrations have run; the first who asks runs them."""
    ending = "dump" if SERVER else "sqlite3"
    with _one_at_a_time():
        kept = FOLDER / f"{fingerprint()}.{ending}"
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=FOLDER) as made:
                (_migrate_on_server if SERVER else _migrate_file)(Path(made)).rename(kept)
        kept.touch()
        found = sorted(FOLDER.glob(f"*.{ending}"), key=lambda path: path.stat().st_mtime)
        for old in found[:-KEPT]:
            old.unlink()
    return kept


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(data: Path, database: str) -> None:
    env = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "TMPDIR"}}
    env |= {"DATA": str(data), "DATABASE_URL": database}
    _run([sys.executable, "-m", "zhanggui", "migrate"], cwd=PROJECT, env=env)


def _migrate_file(folder: Path) -> Path:
    _migrate(folder, "")
    file = folder / "zhanggui.sqlite3"
    opened = sqlite3.connect(file)
    opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    return file


def _migrate_on_server(folder: Path) -> Path:
    name, file = f"zg_{uuid.uuid4().hex[:10]}", folder / "dump"
    sql(f"CREATE DATABASE {name}")
    try:
        _migrate(folder, url(name))
        dump(name, file)
    finally:
        sql(f"DROP DATABASE {name} WITH (FORCE)")
    return file


# --- on a server ------------------------------------------------------------------------------
def sql(statement: str) -> None:
    """Run a statement on the server."""
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(statement)


def url(database: str) -> str:
    """Return where a database of the server is."""
    return f"{SERVER.rpartition('/')[0]}/{database}"


def dump(database: str, file: Path) -> None:
    """Write a database into a file."""
    _run(["pg_dump", "--format=custom", "--compress=0", f"--file={file}", url(database)])


def restore(file: Path, database: str) -> None:
    """Make a database from such a file."""
    sql(f'CREATE DATABASE "{database}"')
    _run(["pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url(database)}", str(file)])


def _run(command: list[str], **how: Any) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr}"


# --- the database of a test process -----------------------------------------------------------
def put_up(connection: Any) -> None:
    """Give this process a migrated database of its own."""
    name = str(connection.creation._get_test_db_name())
    if SERVER:
        sql(f'DROP DATABASE IF EXISTS "{name}"')
        restore(migrated(), name)
    else:
        shutil.copyfile(migrated(), name)
    _let_go(connection)
    connection.settings_dict["NAME"] = name


def keep(connection: Any) -> None:
    """Remember the state to which `bring_back` returns."""
    name = connection.settings_dict["NAME"]
    _let_go(connection)  # the last one to close a file of SQLite puts its journal into it
    if SERVER:
        sql(f'DROP DATABASE IF EXISTS "{name}_kept"')
        sql(f'CREATE DATABASE "{name}_kept" TEMPLATE "{name}"')
    else:
        shutil.copyfile(name, f"{name}.kept")


def bring_back(connection: Any) -> None:
    """Return to the state that was kept, whatever has been committed since."""
    name = connection.settings_dict["NAME"]
    if SERVER:
        _let_go(connection)
        sql(f'DROP DATABASE "{name}"')
        sql(f'CREATE DATABASE "{name}" TEMPLATE "{name}_kept"')
        return
    connection.ensure_connection()
    kept = sqlite3.connect(f"{name}.kept")
    kept.backup(connection.connection)
    kept.close()


def take_down(connection: Any) -> None:
    """Remove this process's database."""
    name = connection.settings_dict["NAME"]
    _let_go(connection)
    if SERVER:
        for database in (f"{name}_kept", name):
            sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    else:
        for end in ("", "-wal", "-shm", ".kept"):
            Path(f"{name}{end}").unlink(missing_ok=True)


def _let_go(connection: Any) -> None:
    connection.close()
    if SERVER:
        connection.close_pool()
