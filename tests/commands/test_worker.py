"""kill -9 of a worker, at any moment, loses nothing and does nothing twice."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.commands.conftest import House, until

STATE = """
from django_tasks_db.models import DBTaskResult as Job
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.models import Person
for job in Job.objects.filter(task_path="tests.commands.deeds.hire"):
    print("job", job.status, len(job.worker_ids))
for person in Person.objects.filter(user__startswith="helper"):
    print("hired", person.user.partition("x")[0])
for fact in Fact.objects.filter(verb="org.hire_person", actor_kind="clock"):
    print("fact", fact.record_id)
"""


def state(house: House) -> Counter[str]:
    return Counter(house.python(STATE).splitlines())


def enqueue(house: House, count: int, begun: Path | str = "") -> None:
    house.python(
        "from tests.commands.deeds import hire\n"
        f"for number in range({count}): hire.enqueue(number, {str(begun)!r})"
    )


def test_a_worker_killed_in_the_middle_of_a_job_is_replaced_and_nothing_is_done_twice(
    house: House, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    enqueue(house, 1, begun)
    worker = house.start("worker")
    until(begun.exists)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    found = state(house)
    assert found["job RUNNING 1"] == 1
    assert not any(line.startswith(("hired", "fact")) for line in found)

    assert house.run("worker", "--until-idle").returncode == 0
    found = state(house)
    assert found["job SUCCESSFUL 2"] == 1
    assert found["hired helper0"] == 1
    assert sum(n for line, n in found.items() if line.startswith("fact")) == 1


@pytest.mark.slow
def test_workers_killed_at_random_do_every_job_once(house: House) -> None:
    enqueue(house, 200)
    chance = random.Random(4)
    for _ in range(5):
        workers = [house.start("worker"), house.start("worker")]
        time.sleep(0.9 + chance.random() / 2)
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    assert house.run("worker", "--until-idle").returncode == 0
    found = state(house)
    assert [found[f"hired helper{n}"] for n in range(200)] == [1] * 200
    assert sum(n for line, n in found.items() if line.startswith("job SUCCESSFUL")) == 200


def test_two_workers_share_the_jobs(house: House) -> None:
    enqueue(house, 30)
    workers = [house.start("worker", "--until-idle") for _ in range(2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    found = state(house)
    assert [found[f"hired helper{n}"] for n in range(30)] == [1] * 30
    assert found["job SUCCESSFUL 1"] == 30


def test_sigterm_lets_the_worker_leave_quietly(house: House) -> None:
    beats = "from zhanggui.ground.kernel.models import WorkerBeat as B; print(B.objects.count())"
    worker = house.start("worker")
    until(lambda: house.python(beats) == "1\n")
    worker.terminate()
    assert worker.wait(timeout=60) == 0
    assert house.python(beats) == "0\n"
