"""A fresh example company that lives whole days from a fixed Monday on."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from zhanggui.demo.company import load_example
from zhanggui.demo.trade.figures import DayLived, day_lived, digest
from zhanggui.demo.trade.living import Life
from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.action import joining_transaction

FIRST_DAY = date(2026, 3, 2)
"""The Monday on which every simulation begins, whenever it is run."""


class Simulation:
    """Days lived one after the other, each from midnight to midnight."""

    def __init__(self, *, seed: int, orders: int) -> None:
        self.life = Life(seed=seed, orders=orders)

    def found(self) -> None:
        """Found the company, with its people, goods and promises, and nothing ordered yet."""
        begin = moment_of_day(FIRST_DAY, 0)
        with clock.stopped_at(begin), transaction.atomic(), joining_transaction():
            load_example(at=begin, trade_days=0)

    def live_day(self, number: int) -> DayLived:
        """Live a day (0 is the first) and return its figures."""
        day = FIRST_DAY + timedelta(days=number)
        begin, end = moment_of_day(day, 0), moment_of_day(day + timedelta(days=1), 0)
        with clock.stopped_at(end - timedelta(seconds=1)):
            self.life.live(begin, end)
            return day_lived(day)

    def digest(self) -> str:
        """Return the digest of the books as they stand."""
        return digest()
