"""The supervisor: keeps the server's processes alive and stops them together."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

STOP_S = 4.0
"""Seconds a child has to end by itself before it is killed: with the rest under five."""

BACKOFF_S_MAX = 30.0
"""Longest pause before a dead child is started again."""

HEALTHY_S = 60.0
"""Seconds after which a child counts as healthy and its next restart is quick again."""

_PR_SET_PDEATHSIG = 1


class Lock:
    """The right to serve a data folder: one process at a time, let go even by kill -9."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.held = False
        self.holder = ""

    def __enter__(self) -> Self:
        self._file = self.path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            self.holder = self._file.read().strip() or "unknown"
            return self
        self.held = True
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._file.close()


@dataclass
class Child:
    """One supervised process and the memory of its deaths."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0

    def start(self) -> None:
        """Start it, out of reach of the terminal's Ctrl-C: the supervisor passes that on."""
        self.started = time.monotonic()
        self.process = _start(self.command)

    def pause(self) -> float:
        """Return the seconds to wait before starting it again: doubling while it keeps dying."""
        lived = time.monotonic() - self.started
        self.deaths = 1 if lived >= HEALTHY_S else self.deaths + 1
        return float(min(BACKOFF_S_MAX, 0.5 * 2**self.deaths))


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def die_with_supervisor() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    return subprocess.Popen(  # noqa: S603 - our own commands
        command,
        start_new_session=True,
        preexec_fn=die_with_supervisor,  # noqa: PLW1509 - this process has one thread
    )


class Supervisor:
    """Starts the children, starts dead ones again, ends all of them on Ctrl-C or SIGTERM."""

    def __init__(self, *, address: str) -> None:
        self.address = address
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def once(self, command: list[str]) -> int:
        """Run a command to its end and return its status; a stop ends it too."""
        process = _start(command)
        while process.poll() is None:
            if self.stopping:
                _end([process])
                return 0
            time.sleep(0.05)
        return process.returncode

    def run(self, *children: Child) -> int:
        """Keep the children alive until told to stop; return the exit status."""
        announced = False
        try:
            while not self.stopping:
                for child in children:
                    self._look_after(child)
                announced = announced or self._announce()
                time.sleep(0.2 if announced else 0.05)
        finally:
            print("Stopping.", flush=True)
            _end([c.process for c in children if c.process is not None])
        return 0

    def _announce(self) -> bool:
        # Asked as the TLS proxy would: with HTTPS=1 plain questions are sent elsewhere.
        headers = {"X-Forwarded-Proto": "https"}
        question = urllib.request.Request(f"{self.address}healthz", headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(question, timeout=1):  # noqa: S310
                pass
        except urllib.error.HTTPError as error:
            print(f"The web process answers {error.code}: see its messages above.", flush=True)
            return True
        except OSError:
            return False
        print(f"Zhanggui serves at {self.address} (Ctrl-C stops it).", flush=True)
        return True

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None and child.process.poll() is not None:
            pause = child.pause()
            print(
                f"The {child.name} process ended ({_how(child.process.returncode)}); "
                f"starting it again in {pause:g} s.",
                file=sys.stderr,
                flush=True,
            )
            _kill_group(child.process.pid)  # what it left behind would hold the port
            child.process, child.due = None, now + pause
        elif child.process is None and now >= child.due:
            child.start()


def _how(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask every process to end, and kill what is left of its group after that."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_S
    for process in processes:
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _kill_group(process.pid)  # and whatever a killed leader left behind


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
