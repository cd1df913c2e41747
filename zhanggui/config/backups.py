"""Copies of the whole database, each tried before it is trusted."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from zhanggui.config.commands.line import Said, counted
from zhanggui.ground.kernel import clock

FACTS = "kernel_fact"
"""The table whose rows are counted to show that a copy holds the company's deeds."""


@dataclass(frozen=True)
class Kept:
    """A copy that was made and tried."""

    file: Path
    size: int
    verified: str


def backup(folder: Path | None) -> Kept:
    """Copy the database into the folder (default: backups in the data folder) and try the copy."""
    folder = (folder or Path(settings.DATA) / "backups").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    at = clock.now()
    ending = "dump" if connection.vendor == "postgresql" else "sqlite3"
    file = folder / f"zhanggui-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z.{ending}"
    if file.exists():
        raise Said(f"{file} is already there: wait a second.")
    if connection.vendor == "postgresql":
        _run(["pg_dump", "--format=custom", f"--file={file}", *_target()])
    else:
        with connection.cursor() as cursor:  # through the app's own connection: its locks stay
            cursor.execute("VACUUM INTO %s", [str(file)])
    file.chmod(0o600)
    kept = Kept(file=file, size=file.stat().st_size, verified=verify(file))
    _note().write_text(
        json.dumps({"at": at.isoformat(), "file": str(file), "bytes": kept.size}), encoding="utf-8"
    )
    return kept


def last_backup() -> tuple[datetime, Path] | None:
    """Return when the last copy was made and where it is."""
    try:
        noted: dict[str, Any] = json.loads(_note().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return datetime.fromisoformat(noted["at"]), Path(noted["file"])


def _note() -> Path:
    return Path(settings.DATA) / "last-backup.json"


def verify(file: Path) -> str:
    """Try a copy as a restore would; return what was found, or refuse it with a sentence."""
    if not file.is_file():
        raise Said(f"There is no file {file}.")
    with file.open("rb") as opened:
        start = opened.read(16)
    if start.startswith(b"SQLite format 3"):
        facts = _verify_sqlite(file)
    elif start.startswith(b"PGDMP"):
        facts = _verify_postgres(file)
    else:
        raise Said(f"{file} is not a copy of a Zhanggui database.")
    return f"It was tried and is whole: {counted(facts, 'fact', 'facts')}."


def _verify_sqlite(file: Path) -> int:
    try:
        opened = sqlite3.connect(f"file:{file.resolve()}?mode=ro&immutable=1", uri=True)
        try:
            wrong = [str(row[0]) for row in opened.execute("PRAGMA integrity_check(5)")]
            if wrong != ["ok"]:
                raise Said(f"{file} is damaged: {wrong[0]}")
            if orphan := opened.execute("PRAGMA foreign_key_check").fetchone():
                raise Said(f"{file} is damaged: a row of {orphan[0]} refers to nothing.")
            return int(opened.execute(f"SELECT count(*) FROM {FACTS}").fetchone()[0])  # noqa: S608
        finally:
            opened.close()
    except sqlite3.Error as error:
        raise Said(f"{file} is damaged or holds no company: {error}.") from None


def _verify_postgres(file: Path) -> int:
    """Restore the dump into a database made for the try, and drop that again."""
    if connection.vendor != "postgresql":
        raise Said(f"{file} is a PostgreSQL dump: set DATABASE_URL to a server to try it on.")
    trial = f"zhanggui_try_{secrets.token_hex(4)}"
    server, into = _target(database=False), f"--dbname={trial}"
    _run(["createdb", *server, trial])
    try:
        _run(["pg_restore", "--exit-on-error", "--no-owner", *server, into, str(file)])
        counted = _run(["psql", "-tA", *server, into, "-c", f"SELECT count(*) FROM {FACTS}"])  # noqa: S608
    finally:
        _run(["dropdb", *server, trial])
    return int(counted)


def _target(*, database: bool = True) -> list[str]:
    params = connection.get_connection_params()
    given = {"host": "--host", "port": "--port", "user": "--username"}
    found = [f"{option}={params[key]}" for key, option in given.items() if params.get(key)]
    return [*found, f"--dbname={params['dbname']}"] if database else found


def _run(command: list[str]) -> str:
    """Run one of PostgreSQL's own programs and return what it says."""
    program = shutil.which(command[0])
    if program is None:
        raise Said(f"{command[0]} is missing: install postgresql-client.")
    password = connection.get_connection_params().get("password")
    done = subprocess.run(  # noqa: S603 - our own commands
        [program, *command[1:]],
        capture_output=True,
        text=True,
        env={**os.environ, **({"PGPASSWORD": str(password)} if password else {})},
        check=False,
    )
    if done.returncode:
        raise Said(
            f"{command[0]} failed: {(done.stderr.strip() or 'it says nothing').splitlines()[-1]}"
        )
    return done.stdout.strip()
