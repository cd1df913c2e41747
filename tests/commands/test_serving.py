"""run: one command that serves, looks after its processes, and stops cleanly."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.commands.conftest import SLOW_S, House, free_port, get, until
from zhanggui.config.supervisor import BACKOFF_S_MAX, Child, Lock

pytestmark = pytest.mark.slow
SERVES = "(Ctrl-C stops it).\n"


def children(pid: int) -> dict[str, int]:
    """Return the processes below this one: their numbers by what they are."""
    found = {}
    for number in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        if words != [b""]:  # dead and not buried yet
            found["web" if b"granian" in words else words[-2].decode()] = int(number)
    return found


def alive(pid: int) -> bool:
    try:
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False


def test_run_makes_a_company_of_an_empty_folder_and_stops_on_ctrl_c(empty_house: House) -> None:
    port = free_port()
    server = empty_house.start("run", PORT=str(port))
    until(lambda: SERVES in empty_house.said(), within_s=SLOW_S)
    told = empty_house.said()
    assert "The example company moved in.\n" in told
    assert "Who can sign in, each with the password zhanggui-example:\n" in told
    assert f"Zhanggui serves at http://127.0.0.1:{port}/ {SERVES}" in told
    assert get(port) == (200, "ok\n")
    until(lambda: get(port, "readyz")[0] == 200)
    below = children(server.pid)
    assert set(below) == {"web", "worker"}

    begun = time.monotonic()
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=60) == 0
    assert time.monotonic() - begun < 30  # 5 on a machine with nothing else to do
    assert not any(alive(pid) for pid in below.values())
    assert get(port) == (0, "")
    assert "Traceback" not in empty_house.said()

    begun = time.monotonic()
    again = empty_house.start("run", PORT=str(port))
    until(lambda: get(port)[0] == 200)
    assert time.monotonic() - begun < 60  # 5 on a machine with nothing else to do
    until(lambda: empty_house.said().count(SERVES) == 2)
    assert empty_house.said().count("moved in") == 1
    again.terminate()
    assert again.wait(timeout=60) == 0


def test_a_dead_process_is_started_again_and_a_killed_supervisor_leaves_none(house: House) -> None:
    port = free_port()
    server = house.start("run", PORT=str(port))
    until(lambda: SERVES in house.said())
    before = children(server.pid)
    os.kill(before["worker"], signal.SIGKILL)
    os.kill(before["web"], signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in before.values()))
    until(lambda: set(children(server.pid)) == {"web", "worker"})
    until(lambda: get(port, "readyz")[0] == 200)
    assert "The worker process ended (SIGKILL); starting it again in 1 s.\n" in house.said()
    assert "The web process ended (SIGKILL); starting it again in 1 s.\n" in house.said()

    below = children(server.pid)
    server.kill()
    server.wait()
    until(lambda: not any(alive(pid) for pid in below.values()), within_s=60)
    until(lambda: get(port) == (0, ""))


def test_a_second_server_is_refused_on_the_same_folder_and_on_a_busy_port(
    house: House, empty_house: House
) -> None:
    port = free_port()
    server = house.start("run", PORT=str(port))
    until(lambda: SERVES in house.said())
    second = house.run("run", PORT=str(free_port()))
    assert second.returncode == 2
    assert second.stderr == (
        f"Another server is already running on {house.data} (process {server.pid}). "
        "Stop it, or choose another folder with --data DIR.\n"
    )
    third = empty_house.run("run", PORT=str(port))
    assert third.returncode == 2
    assert third.stderr == (
        f"Port {port} on 127.0.0.1 cannot be used (Address already in use). "
        f"Choose another: PORT={port + 1}.\n"
    )
    # The books can be checked, copied and taken out while the server runs.
    assert house.ask("check") == (0, {"ok": True, "breaches": []})
    assert house.run("backup").returncode == 0
    assert house.run("export", str(house.data / "out")).returncode == 0


def test_a_pretend_clock_is_the_same_in_every_process(house: House) -> None:
    port = free_port()
    house.start("--clock", "2030-01-01T08:00+08:00", "run", PORT=str(port))
    until(lambda: get(port, "readyz")[0] == 200)
    beats = (
        "from zhanggui.ground.kernel.models import WorkerBeat as B; print(B.objects.get().beat_at)"
    )
    assert house.python(beats).startswith("2030-01-01 00:00:")


def test_a_server_open_to_others_offers_no_sign_in_by_one_click(house: House) -> None:
    port = free_port()
    server = house.start("run", "--host", "0.0.0.0", PORT=str(port))
    until(lambda: SERVES in house.said())
    told = house.said()
    assert "This password is no secret and the server is open to others" in told
    assert "with one click" not in told
    assert "name others with ALLOWED_HOSTS" in told
    web = Path(f"/proc/{children(server.pid)['web']}/environ").read_bytes().split(b"\0")
    assert b"LOOPBACK=0" in web


def test_empty_leaves_the_house_to_a_company_of_its_own(bare_house: House) -> None:
    assert bare_house.run("prepare", "--empty").stdout == ""
    told = "from zhanggui.ground.kernel.models import *; print(Installation.objects.count())"
    assert bare_house.python(told) == "0\n"


# --- the parts --------------------------------------------------------------------------------
def test_the_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with Lock(tmp_path / "lock") as first:
        assert first.held
        with Lock(tmp_path / "lock") as second:
            assert not second.held
            assert second.holder == str(os.getpid())
    with Lock(tmp_path / "lock") as third:
        assert third.held


def test_a_child_that_keeps_dying_is_started_ever_more_slowly() -> None:
    child = Child("web", ["false"], started=time.monotonic())
    pauses = [child.pause() for _ in range(8)]
    assert pauses == [1, 2, 4, 8, 16, BACKOFF_S_MAX, BACKOFF_S_MAX, BACKOFF_S_MAX]
    child.started = time.monotonic() - 61
    assert child.pause() == 1
