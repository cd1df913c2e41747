"""`run`: web, worker and timetable as one supervised command; `worker`; `migrate`."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

from zhanggui.config.commands.line import Commands, Said, command, counted

PROJECT = Path(__file__).resolve().parents[3]
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


def add(commands: Commands) -> None:
    """Add this group's commands."""
    run = command(commands, "run", run_run, "serve the company until Ctrl-C", django=False)
    run.add_argument("--port", default=os.environ.get("PORT", "8000"))
    run.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    run.add_argument(
        "--empty", action="store_true", help="do not load the example company at the first start"
    )
    prepare = command(
        commands, "prepare", run_prepare, "bring a data folder up to date without serving it"
    )
    prepare.add_argument("--empty", action="store_true", help="do not load the example company")
    worker = command(commands, "worker", run_worker, "do the waiting jobs and keep the timetable")
    worker.add_argument("--until-idle", action="store_true", help="stop when nothing is waiting")
    command(commands, "migrate", run_migrate, "bring the database's tables up to date")


def data_folder() -> Path:
    """Return the data folder, made if it is not there."""
    folder = Path(os.environ.get("DATA") or PROJECT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run_run(args: argparse.Namespace) -> int:
    """Prepare the data folder, then serve it until told to stop."""
    from zhanggui.config.supervisor import Child, Lock, Supervisor

    port = _port(args.port)
    data = data_folder()
    os.environ["DATA"] = str(data)
    with Lock(data / "run.lock") as lock:
        if not lock.held:
            raise Said(
                f"Another server is already running on {data} (process {lock.holder}). "
                "Stop it, or choose another folder with --data DIR."
            )
        _refuse_busy(args.host, port)
        _listen(args.host)
        zhanggui = [sys.executable, "-m", "zhanggui"]
        supervisor = Supervisor(address=_address(args.host, port))
        prepare = [*zhanggui, "prepare", *(["--empty"] if args.empty else [])]
        if status := supervisor.once(prepare):
            return status
        return supervisor.run(
            Child("web", [sys.executable, "-m", "granian", *_granian(args.host, port)]),
            Child("worker", [*zhanggui, "worker"]),
        )


def _port(given: str) -> int:
    if given.isdecimal() and 0 < int(given) < 65536:
        return int(given)
    raise Said(f"{given!r} is not a port: give a number from 1 to 65535.")


def _refuse_busy(host: str, port: int) -> None:
    try:
        family, kind, proto, _name, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise Said(f"This machine does not know the host {host!r}.") from None
    with socket.socket(family, kind, proto) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where)
        except PermissionError:
            raise Said(f"Port {port} is for the system only: choose one above 1023.") from None
        except OSError as error:
            raise Said(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Choose another: PORT={port + 1 if port < 65535 else 8000}."
            ) from None


def _listen(host: str) -> None:
    """Tell the children whether only this machine can reach them: one-click sign-in hangs on it."""
    if host in LOOPBACK_NAMES:
        return
    os.environ["LOOPBACK"] = "0"
    if "ALLOWED_HOSTS" not in os.environ:
        known = [*LOOPBACK_NAMES[:2], "[::1]", socket.gethostname(), socket.getfqdn()]
        wildcard = host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
        os.environ["ALLOWED_HOSTS"] = ",".join([*known, *([] if wildcard else [host])])
        print(f"Answers to {os.environ['ALLOWED_HOSTS']}; name others with ALLOWED_HOSTS.")


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def _granian(host: str, port: int) -> list[str]:
    return [
        "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws",
        "--workers", os.environ.get("WEB_WORKERS", "1"),
        "--blocking-threads", os.environ.get("WEB_THREADS", "2"),
        "--blocking-threads-idle-timeout", "600", "--workers-kill-timeout", "3",
        "--log-level", "warning", "zhanggui.config.wsgi:application",
    ]  # fmt: skip


def run_prepare(args: argparse.Namespace) -> int:
    """Migrate, collect the static files and, on a first start, load the example company."""
    from zhanggui.config import prepare

    prepare.migrate()
    prepare.collect_static()
    if not args.empty and prepare.load_example_once():
        print("The example company moved in.")
    prepare.refuse_pretence()
    for line in prepare.who_can_sign_in():
        print(line)
    return 0


def run_migrate(args: argparse.Namespace) -> int:
    """Bring the tables up to date."""
    from zhanggui.config import prepare

    applied = prepare.migrate()
    what = counted(applied, "migration was", "migrations were")
    print(f"{what} applied." if applied else "The tables are up to date.")
    return 0


def run_worker(args: argparse.Namespace) -> int:
    """Work until told to stop, or until nothing is waiting."""
    from zhanggui.config.pretend import lend_account
    from zhanggui.ground.kernel.jobs import Worker

    lend_account()
    worker = Worker(era=os.environ.get("CLOCK_SET_AT", ""))
    if args.until_idle:
        print(f"{counted(worker.work_until_idle(), 'job', 'jobs')} done.")
    else:
        worker.work()
    return 0
