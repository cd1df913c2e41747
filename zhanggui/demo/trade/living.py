"""Living through time: what customers and the company's people do between two moments.

Nothing is remembered between two pieces of time but what stands in the books: at the beginning of
each piece everything that waits is looked at, and when somebody would get to it follows from the
record and the seed alone. So a day goes on from whatever state visitors have left the company in,
and a piece lived again from the same books is the same.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Protocol

from django.db import transaction
from django.utils.timezone import localdate

from zhanggui.demo.trade.hands import Hands
from zhanggui.demo.trade.plan import ORDERS_A_DAY
from zhanggui.demo.trade.today import Scene
from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.refusal import Refusal

SEED = 20_261_123
"""The seed of the example company that comes with the house."""


Deed = Callable[["Life", Any, datetime], None]
"""Does something about a record or a plan when its time has come, and plans what follows."""


class Part(Protocol):
    """A part of the trade: what its people do."""

    DEEDS: Mapping[str, Deed]

    def waiting(self, life: Life) -> None:
        """Put on the agenda what waits in the books now."""

    def daily(self, life: Life, day: date) -> None:
        """Put on the agenda what happens on a day, whatever waits."""


class Life:
    """The example company between two moments; `scene` is what is special about the last hours."""

    def __init__(
        self, *, seed: int = SEED, orders: int = ORDERS_A_DAY, scene: Scene | None = None
    ) -> None:
        self.seed = seed
        self.scene = scene
        self.orders = orders
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.since = self.until = datetime.min  # noqa: DTZ901 - set by `live`
        self.hands: Hands
        self.shop: dict[str, Any] = {}
        self._agenda: list[tuple[datetime, int, str, Any]] = []
        self._count = 0

    def dice(self, *words: object) -> Random:
        """Return the dice of something that is named by these words."""
        return Random(" ".join(map(str, (self.seed, *words))))

    def plan(self, at: datetime, deed: str, about: Any) -> None:
        """Put something on the agenda; what lies beyond this piece of time is found again later.

        What should have been done before the piece begins is done soon after.
        """
        if at <= self.since:
            at = self.since + timedelta(seconds=20 + 7 * (self._count % 60))
        if at <= self.until:
            heapq.heappush(self._agenda, (at, self._count, deed, about))
            self._count += 1

    def live(
        self, since: datetime, until: datetime, *, told: Callable[[datetime], None] | None = None
    ) -> None:
        """Let everything happen between two moments, in one transaction.

        `told` hears after each deed how far it is.
        """
        from zhanggui.demo.trade.parts import PARTS

        self.since, self.until = since, until
        self._agenda, self._count = [], 0
        with transaction.atomic(), joining_transaction():
            self.hands = Hands()
            self.shop = {}
            for part in PARTS:
                part.waiting(self)
            for day in _days(since, until):
                for part in PARTS:
                    part.daily(self, day)
            for at, deed, about in self.scene.events() if self.scene else ():
                if since < at <= until:
                    self.plan(at, deed, about)
            deeds = {name: deed for part in PARTS for name, deed in part.DEEDS.items()}
            while self._agenda:
                at, _count, name, about = heapq.heappop(self._agenda)
                self._do(name, deeds[name], about, at)
                if told is not None:
                    told(at)

    def _do(self, name: str, deed: Deed, about: Any, at: datetime) -> None:
        if self.scene is not None and self.scene.leaves(name, about, at):
            return
        try:
            deed(self, about, at)
        except Refusal as refusal:  # somebody else was quicker, or the books have moved on
            self.refused[f"{name}: {refusal.code}"] += 1
        else:
            self.done[name] += 1


def _days(since: datetime, until: datetime) -> list[date]:
    first, last = localdate(since), localdate(until)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
