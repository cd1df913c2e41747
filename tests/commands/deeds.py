"""Jobs for the tests that kill workers: what they leave behind shows how often they were done."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from django_tasks import task

from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.org.actions.people import hire_person


@task
def hire(number: int, begun: str = "") -> None:
    """Hire a person whose name begins with the number; a second time would be a second person.

    The first time, take very long over it after touching the file `begun`.
    """
    hire_person(
        None,
        user=f"helper{number}x{secrets.token_hex(3)}",
        name_zh="帮手",
        name_en=f"Helper {number}",
        by=CLOCKWORK,
        at=clock.now(),
    )
    if begun and not Path(begun).exists():
        Path(begun).touch()
        time.sleep(60)
    time.sleep(0.01)
