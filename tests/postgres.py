"""A throw-away PostgreSQL: `python tests/postgres.py COMMAND...` runs the command on it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

MISSING = "PostgreSQL is missing: install postgresql (apt-get install postgresql)."

ROOM_B = 2_000_000_000
"""What a cluster of the tests may grow to: write-ahead log and copies of the example company."""


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's newest programs, on the PATH or where Debian keeps them."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda p: float(p.parent.name), default=None)


def unprivileged() -> list[str]:
    """Return the words that make a command run as somebody else than root, whom initdb refuses."""
    if os.geteuid() != 0:
        return []
    user = _user()
    switch = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*switch, "env", f"HOME={tempfile.gettempdir()}"]


def _user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("There is no user postgres or nobody to run PostgreSQL as.")


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster of its own, yield its DATABASE_URL, stop and remove it at the end."""
    found = binaries()
    if found is None:
        raise FileNotFoundError(MISSING)
    # Nobody needs it after a power cut: in memory, where there is room, its journal is quick.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_B
    place = str(memory) if roomy and "POSTGRES_ON_DISK" not in os.environ else None
    # A short name: a socket's path has 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="zg-pg-", dir=place))
    try:
        if os.geteuid() == 0:
            os.chown(folder, _user().pw_uid, _user().pw_gid)
        folder.chmod(0o700)
        data, log = folder / "data", folder / "log"
        pg_ctl = [*unprivileged(), str(found / "pg_ctl"), "-D", str(data), "-w"]
        _run([*unprivileged(), str(found / "initdb"), "-D", str(data), "-U", "zhanggui",
              "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])  # fmt: skip
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=60"
        )
        _run([*pg_ctl, "start", "-l", str(log), "-o", options])
        try:
            yield f"postgres://zhanggui@{quote(str(folder), safe='')}/postgres"
        finally:
            _run([*pg_ctl, "stop", "-m", "immediate"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    # To a file, not a pipe: the server inherits what pg_ctl prints to and would keep a pipe open.
    with tempfile.TemporaryFile() as told:
        done = subprocess.run(command, stdout=told, stderr=told, cwd="/", check=False)
        if done.returncode:
            told.seek(0)
            raise SystemExit(f"{command} failed:\n{told.read().decode(errors='replace')}")


def main(command: list[str]) -> int:
    """Run the command with DATABASE_URL set; without PostgreSQL say so, and fail only if asked."""
    try:
        with cluster() as url:
            # Its own programs come first, so that a dump is tried by the server's own version.
            path = f"{binaries()}:{os.environ['PATH']}"
            env = {**os.environ, "DATABASE_URL": url, "PATH": path}
            return subprocess.run(command, env=env, check=False).returncode
    except FileNotFoundError as missing:
        print(f"The PostgreSQL pass is skipped. {missing}")
        return 1 if os.environ.get("NO_SKIP") == "1" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
