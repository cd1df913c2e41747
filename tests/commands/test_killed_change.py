"""The server is killed while a change of the organisation is applied: wholly or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.commands.conftest import PROJECT, House

pytestmark = pytest.mark.slow

SCHEDULE = """
from datetime import timedelta
from django.utils import timezone
from zhanggui.ground.org.actions.changesets import *
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import *
at = timezone.now()
by = actor_for(Person.objects.get(user="fang"), at=at)
one = {"by": by, "at": at}
change = draft_change_set("minli", title="Grow", effective_at=at + timedelta(seconds=1), **one)
add_change_line(change, kind="leave", data={"person": "xie"}, **one)
add_change_line(change, kind="hand_over", data={"person": "xie", "to": "zhuang"}, **one)
add_change_line(change, kind="add_unit", data={
    "code": "night", "name": {"zh": "夜班组", "en": "Night"}, "parent": "sales"}, **one)
change = revise_change_set(change, title="Grow", reason="", effective_at=change.effective_at,
    gaps_accepted=True, **one)
print(schedule_change_set(change, **one).state)
"""

APPLY_AND_DIE = """
import os, signal, sys, time
import django; django.setup()
from zhanggui.ground.kernel.jobs import Worker
from zhanggui.ground.org.actions import changesets
def die(people):
    os.kill(os.getpid(), signal.SIGKILL)
changesets._sign_out = die
time.sleep(1.5)
Worker().work_until_idle()
print("survived")
"""

LOOK = """
from zhanggui.ground.org.models import *
from zhanggui.ground.kernel.models import Fact
print(ChangeSet.objects.get(title="Grow").state,
      Unit.objects.filter(pk="night").count(),
      Appointment.objects.filter(person__user="xie", until_at=None).count(),
      Assignment.objects.filter(to__user="xie", state="given").count(),
      Fact.objects.filter(verb="org.apply_change_set", record_id=ChangeSet.objects.get(
          title="Grow").pk).count())
"""

FINISH = """
from zhanggui.ground.kernel.jobs import Worker
Worker().work_until_idle()
"""


def test_a_change_is_applied_wholly_or_not_at_all(house: House) -> None:
    assert house.python(SCHEDULE).strip() == "scheduled"
    killed = subprocess.run(
        [sys.executable, "-c", APPLY_AND_DIE],
        env=house.env(DJANGO_SETTINGS_MODULE="zhanggui.config.settings"),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    state, unit, seats, work, fact = house.python(LOOK).split()
    assert (state, unit, seats, fact) == ("scheduled", "0", "1", "0")
    assert int(work) > 0

    house.python(FINISH)  # the next start
    assert house.python(LOOK).split() == ["applied", "1", "0", "0", "1"]
    done = house.run("check")
    assert done.returncode == 0, done.stdout
