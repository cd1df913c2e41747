"""The test database: migrated once for each state of the migrations, then copied for each process.

Running all migrations takes some twelve seconds. They are run whenever anything they are made from
has changed (`fingerprint`); on SQLite the outcome is kept in the virtual environment, on PostgreSQL
in a database of the server the tests run on. Each process then takes a copy, founds the company in
it with the code as it stands, and returns to that state after a test that committed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = Path(sys.prefix) / "prepared"
MADE_FROM = (
    "zhanggui/**/migrations/*.py",
    "zhanggui/**/apps.py",
    "zhanggui/config/settings.py",
    "zhanggui/ground/kernel/immutable.py",
    "requirements*.txt",
    "tests/prepared.py",
)
KEPT = 4
"""How many migrated databases stay: going back and forth between a few states costs nothing."""


def fingerprint() -> str:
    """Return what a migrated database is made from, as a short name."""
    digest = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for pattern in MADE_FROM:
        for path in sorted(PROJECT.glob(pattern)):
            digest.update(f"\n{path.relative_to(PROJECT)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def put_up(connection: Any) -> None:
    """Give this process a migrated database of its own."""
    name = str(connection.creation._get_test_db_name())
    with _one_at_a_time():
        if connection.vendor == "postgresql":
            migrated = f"prepared_{fingerprint()}"
            if not _exists(connection, migrated):
                _migrate(connection, migrated, unfinished=f"{migrated}_unfinished")
            _sql(connection, f'DROP DATABASE IF EXISTS "{name}"')
            _copy_on_server(connection, migrated, name)
        else:
            kept = FOLDER / f"{fingerprint()}.sqlite3"
            if not kept.exists():
                _migrate(connection, str(kept), unfinished=f"{kept}.{os.getpid()}.unfinished")
            kept.touch()
            shutil.copyfile(kept, name)
            _forget_old()
    _use(connection, name)


def keep(connection: Any) -> None:
    """Remember the state to which `bring_back` returns."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        _let_go(connection)
        _sql(connection, f'DROP DATABASE IF EXISTS "{name}_kept"')
        _copy_on_server(connection, name, f"{name}_kept")
    else:
        connection.close()  # the last one to close a file puts its journal into it
        shutil.copyfile(name, f"{name}.kept")


def bring_back(connection: Any) -> None:
    """Return to the state that was kept, whatever has been committed since."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        _let_go(connection)
        _sql(connection, f'DROP DATABASE "{name}"')
        _copy_on_server(connection, f"{name}_kept", name)
        return
    connection.ensure_connection()
    kept = sqlite3.connect(f"{name}.kept")
    kept.backup(connection.connection)
    kept.close()


def take_down(connection: Any) -> None:
    """Remove this process's database."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        _let_go(connection)
        _sql(connection, f'DROP DATABASE IF EXISTS "{name}_kept"')
        _sql(connection, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    else:
        connection.close()
        for end in ("", "-wal", "-shm", ".kept"):
            Path(f"{name}{end}").unlink(missing_ok=True)


def _migrate(connection: Any, name: str, *, unfinished: str) -> None:
    """Run all migrations in a fresh database; it gets its name when they have run."""
    own = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = unfinished
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        _let_go(connection)
    finally:
        connection.settings_dict["TEST"]["NAME"] = own[1]
        _use(connection, own[0])
    if connection.vendor == "postgresql":
        _sql(connection, f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    else:
        Path(unfinished).rename(name)


def _use(connection: Any, name: str) -> None:
    from django.conf import settings

    _let_go(connection)
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _let_go(connection: Any) -> None:
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _sql(connection: Any, statement: str) -> Any:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


def _exists(connection: Any, name: str) -> bool:
    return bool(_sql(connection, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def _copy_on_server(connection: Any, source: str, name: str) -> None:
    _sql(connection, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def _forget_old() -> None:
    found = sorted(FOLDER.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
    for path in [*found[:-KEPT], *FOLDER.glob("*.unfinished*")]:
        path.unlink()
