"""Today in progress: what the company is in the middle of at the moment a visitor comes in.

Whatever time of day that is, every queue of the trade has work in it: some more customers order,
a few hours before the moment some runs are formed out of turn, and what would be done in the last
minutes is left to the visitor. At night what is under way is what the evening left.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.timezone import localdate, localtime

from zhanggui.demo.stock import SHEET, SOLD_OUT
from zhanggui.demo.trade.clientele import Customer, clientele
from zhanggui.demo.trade.plan import Quirk, Wanting, moment_of_day
from zhanggui.ground.org.models import Person
from zhanggui.trade.cash.models import Remittance
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import StopState

EARLIEST_H, LATEST_H = 9.75, 20.9
"""Hours between which couriers are on the road; at other times it is what the evening left."""

ON_THE_ROAD, COMING_HOME, AT_THE_TILL, SHORT_BY = "xie", "cai", "wei", "pan"
TOLD, NOT_MET = "qiu", "chen"
"""Couriers: with doors done and to come, and money for one that is closed; with goods to bring
back; whose hand-in waits to be counted; whose count differs; who has to take note of a decision; who met nobody."""

DISTRICTS = {
    ON_THE_ROAD: ("350502", "350503"),
    COMING_HOME: ("350303",),
}

OUT_OF_TURN = timedelta(hours=5)
"""For so long before the moment these couriers have no other runs than those told here."""

ODD = (
    (Quirk.NO_DOOR, 41), (Quirk.NO_PHONE, 33), (Quirk.TWICE, 29), (Quirk.AGAIN, 24),
    (Quirk.BIG, 19), (Quirk.HASTE, 18), (Quirk.HASTE, 13), (Quirk.HASTE, 8),
    (Quirk.NO_NAME, 6), (Quirk.ODD_PHONE, 3),
)  # fmt: skip
"""What is odd about the orders that lie in screening, and how many minutes ago each came in."""

SHORT = (55, 16, 5)
"""How many minutes ago more was ordered than there is."""


class Scene:
    """What is special about the last hours before a moment."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed = seed
        self.now = now
        today = localdate(now)
        begin, end = moment_of_day(today, EARLIEST_H), moment_of_day(today, LATEST_H)
        evening = moment_of_day(today - timedelta(days=1), LATEST_H)
        self.stage = evening if now < begin else min(now, end)

    # --- what happens besides ---------------------------------------------------------------
    def events(self) -> Iterator[tuple[datetime, str, Any]]:
        """Yield what happens besides everyday life: when, which deed, about what."""
        yield from self._orders()
        minutes = timedelta(minutes=1)
        yield self.stage - 78 * minutes, "form_one", ON_THE_ROAD
        yield self.stage - 130 * minutes, "form_one", COMING_HOME
        yield self.stage - 9 * minutes, "paid_ahead", ON_THE_ROAD
        if self.stage == self.now:
            yield self.stage - 27 * minutes, "hand_in", self._pk(AT_THE_TILL)

    def _orders(self) -> Iterator[tuple[datetime, str, Any]]:
        number = 9_000
        putian = [one for one in self._people if one.district.city == "putian"]
        home = {user: self._living_in(codes) for user, codes in DISTRICTS.items()}
        for user, begin, count in ((COMING_HOME, 240, 3), (ON_THE_ROAD, 190, 6)):
            for nth in range(count):
                number += 1
                at = self.stage - timedelta(minutes=begin - 17 * nth)
                yield at, "place", self._wanting(at, number, home[user][nth])
        for nth, (quirk, minutes) in enumerate(ODD):
            number += 1
            at = self.now - timedelta(minutes=minutes)
            who = {Quirk.TWICE: 40, Quirk.AGAIN: 40, Quirk.HASTE: 41}.get(quirk, 42 + nth)
            yield at, "place", self._wanting(at, number, putian[who], quirk)
        for nth, minutes in enumerate(SHORT):
            number += 1
            at = self.now - timedelta(minutes=minutes)
            quirk = Quirk.WAITS if nth == 0 else Quirk.MUCH
            yield at, "place", self._wanting(at, number, putian[60 + nth], quirk)

    @cached_property
    def _people(self) -> tuple[Customer, ...]:
        """Return the customers, the rare ones first: they have not ordered for a while."""
        return clientele(self.seed)[::-1]

    def _living_in(self, codes: tuple[str, ...]) -> list[Customer]:
        return [one for one in self._people if one.district.code in codes]

    def _wanting(
        self, at: datetime, number: int, customer: Customer, quirk: Quirk = Quirk.NONE
    ) -> Wanting:
        return Wanting(at, number, customer, quirk, f"scene {self.seed} {at.date()} {number}")

    @staticmethod
    def _pk(user: str) -> int:
        return int(Person.objects.values_list("pk", flat=True).get(user=user))

    # --- what is left to the visitor --------------------------------------------------------
    def leaves(self, deed: str, about: Any, at: datetime) -> bool:
        """Tell whether something that would be done at a moment is left to the visitor."""
        asked = getattr(self, f"_leaves_{deed}", None)
        return asked is not None and bool(asked(about, at))

    def _leaves_screen(self, _order: int, at: datetime) -> bool:
        return at > self.now - timedelta(minutes=50)

    def _leaves_talk(self, _shortage: int, at: datetime) -> bool:
        return at > self.now - timedelta(minutes=18)

    def _leaves_undelivered(self, order: int, at: datetime) -> bool:
        his = Stop.objects.filter(order=order, run__courier__user=NOT_MET)
        return at > self.now - timedelta(hours=26) and his.exists()

    def _leaves_door(self, stop: int, at: datetime) -> bool:
        run = Run.objects.filter(stops=stop, courier__user=ON_THE_ROAD).first()
        if run is None or run.planned_at < self.stage - timedelta(minutes=90):
            return False
        return Stop.objects.filter(run=run, state=StopState.WAITING).count() <= 3

    def _leaves_home(self, run: int, at: datetime) -> bool:
        since = self.stage - timedelta(minutes=140)
        his = Run.objects.filter(pk=run, courier__user=COMING_HOME, planned_at__gte=since)
        return his.exists()

    def _leaves_hand_in(self, courier: int, at: datetime) -> bool:
        """Leave the hand-ins of those who are under way, and of the one who comes early."""
        if at < self.stage - timedelta(minutes=90):
            return False
        return courier in {self._pk(ON_THE_ROAD), self._pk(COMING_HOME)}

    def _leaves_count(self, remittance: int, at: datetime) -> bool:
        last = Remittance.objects.filter(courier__user=AT_THE_TILL).order_by("pk").last()
        late = at > self.stage - timedelta(minutes=100)
        return late and last is not None and last.pk == remittance

    def _leaves_decide(self, remittance: int, at: datetime) -> bool:
        his = Remittance.objects.filter(pk=remittance, courier__user=SHORT_BY)
        return at > self.now - timedelta(hours=26) and his.exists()

    def _leaves_note(self, remittance: int, at: datetime) -> bool:
        return at > self.now - timedelta(hours=40)

    def plans_run(self, courier: str, at: datetime) -> bool:
        """Tell whether a courier may be given a run in turn at a moment."""
        if courier not in {ON_THE_ROAD, COMING_HOME, AT_THE_TILL}:
            return True
        return at < self.stage - OUT_OF_TURN

    def keeps_short(self, depot: str, sku: str, day: date) -> bool:
        """Tell whether goods that ran out today are not sent anew before tomorrow."""
        return day >= localdate(self.now) and (depot, sku) in self._sold_out

    @cached_property
    def _sold_out(self) -> frozenset[tuple[str, str]]:
        with SHEET.open(encoding="utf-8-sig", newline="") as file:
            codes = [row["sku"] for row in csv.DictReader(file)]
        return frozenset((depot, codes[row]) for depot, row in SOLD_OUT)

    # --- what is sure to happen -------------------------------------------------------------
    def differs(self, courier: str, declared_at: datetime) -> bool:
        """Tell whether the count of a hand-in is sure to differ."""
        day = localdate(declared_at)
        if courier == SHORT_BY:
            return day == self._evenings_ago(1)
        return courier == TOLD and day == self._evenings_ago(2)

    def _evenings_ago(self, evenings: int) -> date:
        """Return the day of an evening whose hand-ins have been counted by now, counted back."""
        over = self.now > moment_of_day(localdate(self.now), 21.6)
        return localdate(self.now) - timedelta(days=evenings - over)

    def door(self, stop: Stop) -> str:
        """Return what is sure to happen at a door: refuse, fail, deliver, or nothing special."""
        user, planned_at = stop.run.courier.user, stop.run.planned_at
        if user == COMING_HOME and planned_at >= self.stage - timedelta(minutes=140):
            return "refuse" if stop.position == 2 else "deliver"
        if user == ON_THE_ROAD and planned_at >= self.stage - timedelta(minutes=90):
            return "deliver"
        late = planned_at > self.stage - timedelta(hours=30) and localtime(planned_at).hour >= 15
        if user == NOT_MET and late and stop.position == 1:
            return "fail" if Stop.objects.filter(order=stop.order_id).count() == 1 else ""
        return ""
