"""A house of its own for each test of the command line: a data folder with the example company."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import prepared
from tests.prepared import PROJECT, SERVER

LOADED = "import django, gc; gc.disable(); django.setup(); gc.freeze(); gc.enable()"
"""What loads the company, as the command line does it."""

SLOW_S = 400
"""How long the making of a thing may take before it counts as failed: machines are busy."""


@dataclass
class House:
    """A data folder (and, on PostgreSQL, a database) and the commands run on it."""

    data: Path
    url: str = ""
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of a command: this house's and nothing of the caller's."""
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "TMPDIR"}}
        database = {"DATABASE_URL": self.url} if self.url else {}
        return {**kept, "DATA": str(self.data), "PYTHONPATH": str(PROJECT), **database, **more}

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "zhanggui", *words],
            env=self.env(**more),
            cwd=self.data,
            capture_output=True,
            text=True,
            timeout=SLOW_S,
            check=False,
        )

    def ask(self, *words: str) -> tuple[int, Any]:
        """Run a command with --json and return its status and answer."""
        done = self.run(*words, "--json")
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start a command that stays."""
        log = (self.data / "out.log").open("a", encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "zhanggui", *words],
            env=self.env(**more),
            cwd=self.data,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        log.close()
        self.started.append(process)
        return process

    def said(self) -> str:
        """Return what the started commands have said."""
        return (self.data / "out.log").read_text(encoding="utf-8")

    def python(self, code: str) -> str:
        """Run some lines inside the company, as a programmer would, and return what they print."""
        done = subprocess.run(
            [sys.executable, "-c", f"{LOADED}\n{code}"],
            env=self.env(DJANGO_SETTINGS_MODULE="zhanggui.config.settings"),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=SLOW_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def until(true: Callable[[], Any], *, within_s: float = 120) -> Any:
    """Wait until something is so and return it."""
    deadline = time.monotonic() + within_s
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
    return found


def get(port: int, path: str = "healthz") -> tuple[int, str]:
    """Return status and text of a page, or (0, "") where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def free_port() -> int:
    """Return a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_tables(house: House) -> None:
    """Put into an empty house the tables that have been made before."""
    if house.url:
        name = house.url.rpartition("/")[2]
        prepared.sql(f"DROP DATABASE IF EXISTS {name}")
        prepared.restore(prepared.migrated(), name)
    elif not SERVER:  # else there are none of this kind, and commands make their own
        shutil.copyfile(prepared.migrated(), house.data / "zhanggui.sqlite3")


def move_in(house: House, *words: str, days: int = 1) -> None:
    """Let the example company move into an empty house, with days of trade behind it.

    Its pictures are ready: else every worker on a copy of it would set about them by itself.
    """
    make_tables(house)
    demo = house.start(*words, "demo", "--days", str(days))
    until(lambda: demo.poll() is not None, within_s=SLOW_S)
    assert demo.returncode == 0, house.said()
    (house.data / "out.log").rename(house.data / "demo.log")
    house.python("from tests.pictures import make_ready; make_ready()")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what starts whole processes, each a second and more, to the whole suite."""
    for item in items:
        if {"furnished", "empty_house", "bare_house"} & set(item.fixturenames):  # type: ignore[attr-defined]
            item.add_marker("slow")


@pytest.fixture(scope="session")
def furnished(once: Callable[..., Path]) -> Iterator[House]:
    """A house with the example company, from which the others are copied."""
    name = _name()

    def found(place: Path) -> None:
        house = House(place / "data", prepared.url(name) if SERVER else "")
        house.data.mkdir()
        move_in(house)
        if SERVER:
            prepared.dump(name, place / "dump")
            prepared.sql(f"DROP DATABASE {name}")

    place = once("furnished", found)
    if not SERVER:
        yield House(place / "data")
        return
    prepared.restore(place / "dump", name)
    yield House(place / "data", prepared.url(name))
    prepared.sql(f"DROP DATABASE {name}")


def _name() -> str:
    return f"zg_{uuid.uuid4().hex[:10]}"


@pytest.fixture
def house(furnished: House, tmp_path: Path) -> Iterator[House]:
    """A house with the example company, to do with as one likes."""
    data = tmp_path / "data"
    shutil.copytree(furnished.data, data)
    name = ""
    if SERVER:
        name = _name()
        prepared.sql(f"CREATE DATABASE {name} TEMPLATE {furnished.url.rpartition('/')[2]}")
    found = House(data, prepared.url(name) if name else "")
    yield from _lived_in(found, name)


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[House]:
    """A data folder with nothing in it."""
    data = tmp_path / "empty"
    data.mkdir()
    name = _name() if SERVER else ""
    if name:
        prepared.sql(f"CREATE DATABASE {name}")
    yield from _lived_in(House(data, prepared.url(name) if name else ""), name)


@pytest.fixture
def bare_house(empty_house: House) -> House:
    """A data folder with empty tables and no company."""
    make_tables(empty_house)
    return empty_house


def _lived_in(house: House, database: str) -> Iterator[House]:
    yield house
    for process in house.started:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    if database:
        prepared.sql(f"DROP DATABASE {database} WITH (FORCE)")
