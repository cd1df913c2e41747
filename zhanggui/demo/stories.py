"""Stories that happen together in the order of time, and the calendar they count back on.

A story is a generator that yields the moment at which it goes on.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.timezone import localdate, make_aware

from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Person

Story = Iterator[datetime]


def tell(stories: list[Story], *, until: datetime) -> None:
    """Let the stories happen together in order of time; what lies after `until` does not happen."""
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        if (moment := next(story, None)) is not None:
            heapq.heappush(waiting, (moment, number, story))
    while waiting and waiting[0][0] < until:
        _moment, number, story = heapq.heappop(waiting)
        if (moment := next(story, None)) is not None:
            heapq.heappush(waiting, (moment, number, story))


@dataclass(frozen=True)
class Calendar:
    """Counts days back from now and lets people act at those moments."""

    now: datetime

    def back(self, days: int, clock: str) -> datetime:
        """Return a time of day so many days ago, never later than just before now."""
        hour, minute = clock.split(":")
        day = localdate(self.now) - timedelta(days=days)
        moment = make_aware(datetime.combine(day, time(int(hour), int(minute))))
        return min(moment, self.now - timedelta(seconds=90))

    def one(self, user: str, at: datetime) -> dict[str, Any]:
        """Return who acts and when, as actions want it."""
        return {"by": actor_for(Person.objects.get(user=user), at=at), "at": at}
