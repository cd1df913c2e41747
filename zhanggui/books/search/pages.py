"""Noting which searches found nothing, without ever standing in a page's way.

They wait in the memory of the web process and are written some seconds later by the request that
finds the oldest of them old enough. What a killed process had not written is lost: it is a wish
heard once less, not a deed.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.db import connections
from django.http import HttpRequest

from zhanggui.books.search.actions import count_missed
from zhanggui.books.search.rules import Miss, counted, noted
from zhanggui.books.traffic.pages import BUFFER as VIEWS
from zhanggui.books.traffic.rules.views import robot_reason
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK

HELD = timedelta(seconds=10)
"""How old the oldest miss in the buffer gets: a word is answered days later."""

MISSES_MAX = 200
"""Misses kept in memory: what comes beyond within these seconds is a robot and is dropped."""

log = logging.getLogger("zhanggui.search")


class Misses:
    """Searches that found nothing, on their way to the books, of one process."""

    def __init__(self) -> None:
        self._kept: list[Miss] = []
        self._lock = threading.Lock()

    def add(self, miss: Miss) -> bool:
        """Keep a miss; tell whether it is time to write."""
        with self._lock:
            if len(self._kept) < MISSES_MAX:
                self._kept.append(miss)
            return miss.at - self._kept[0].at >= HELD

    def write(self, *, at: datetime) -> int:
        """Write what waits; return how many words were counted. What fails is told and dropped."""
        with self._lock:
            taken, self._kept = self._kept, []
        try:
            return sum(
                count_missed(None, day=day, counts=counts, by=CLOCKWORK, at=at)
                for day, counts in counted(taken).items()
            )
        except Exception:
            log.exception("%d searches that found nothing could not be counted", len(taken))
            return 0

    def __len__(self) -> int:
        return len(self._kept)


MISSES = Misses()


def note_miss(request: HttpRequest, typed: str) -> None:
    """Note that somebody's search found nothing; a robot's, and what is no word, is not noted."""
    if robot_reason(request.headers.get("User-Agent", "")):
        return
    word = noted(typed)
    if word and MISSES.add(Miss(word, moment_of(request))):
        write_misses(at=moment_of(request), aside=VIEWS.aside)


def write_misses(*, at: datetime, aside: bool = False) -> None:
    """Write what waits in this process now, or by a thread of its own where no page may wait."""
    if aside:
        threading.Thread(target=_write_aside, name="search", daemon=True).start()
    else:
        MISSES.write(at=at)


def _write_aside() -> None:
    try:
        MISSES.write(at=clock.now())
    finally:
        connections.close_all()
