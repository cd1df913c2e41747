"""How far the example company's clock runs ahead, kept with the installation for every process.

Letting a day pass moves the clock of web, worker and later starts at once, because each of them
reads the same row: before a page, before a turn of the worker, when a command begins. The clock
only ever moves forward, so no minute is lived twice. A real company's clock is never touched, and
once a process knows that it serves one, it asks no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.db import DatabaseError
from django.db.models import QuerySet

from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.models import Installation
from zhanggui.ground.kernel.prepared import prepared

_real_company = False  # once true it stays so for this process


def catch_up() -> bool:
    """Set this process's clock as far ahead as the company's; tell whether it jumped.

    Nothing happens while the thread's clock stands still, or where no company can be read.
    """
    global _real_company  # noqa: PLW0603 - what is known about this process's company
    if _real_company or clock.stopped():
        return False
    try:
        found = next(iter(_installation()), None)
    except DatabaseError:  # no tables yet, or no server: whoever asks next finds out
        return False
    if found is None:
        return False
    example, ahead_s = found
    _real_company = not example
    return clock.run_ahead(timedelta(seconds=ahead_s))


@prepared()
def _installation() -> QuerySet[Installation, tuple[bool, int]]:
    return Installation.objects.order_by("pk").values_list("example", "ahead_s")[:1]


def run_ahead_to(moment: datetime) -> None:
    """Let the example company's clock stand at `moment` from now on; it never goes back.

    This process follows with its next `catch_up`, like all others.
    """
    ahead = clock.lead_to(moment)
    row = Installation.objects.select_for_update().get(pk=1, example=True)
    row.ahead_s = max(row.ahead_s, ceil(ahead.total_seconds()))
    row.save(update_fields=["ahead_s"])


def forget_company() -> None:
    """Forget what company this process serves: for tests, whose databases come and go."""
    global _real_company  # noqa: PLW0603
    _real_company = False
    clock.run_ahead(timedelta(0))
