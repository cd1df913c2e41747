"""What the reports' tests share: a week of a small company in two cities, with all that happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scenes import laid_out
from zhanggui.books.stock.rules import Line
from zhanggui.books.traffic.actions.counting import take_in_notes
from zhanggui.books.traffic.pages import BUFFER
from zhanggui.books.traffic.rules.views import Note
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.trade.cash.tests.conftest import CUSTOMER, DOORS, GOODS, Trade
from zhanggui.trade.delivery.actions.doors import fail_stop, refuse_stop
from zhanggui.trade.delivery.actions.returns import take_back_goods
from zhanggui.trade.delivery.queries import must_come_back
from zhanggui.trade.orders.actions.placing import cancel_own_order, place_order
from zhanggui.trade.orders.actions.screening import correct_order, void_order
from zhanggui.trade.orders.actions.shortages import send_rest
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.rules.orders import Draft, Item


class Week(Trade):
    """The company over more than a week, so that days can be compared."""

    def held(self, *, at: datetime, where: str = "hanjiang") -> Order:
        """Return an order that screening holds, for its phone cannot be called."""
        division, address = DOORS[where]
        draft = Draft(
            recipient="林美华",
            phone="1385940",
            division=division,
            address=address,
            items=(Item(self.skus["tea"].pk, 1, GOODS["tea"][5]),),
        )
        order = place_order("fujian", draft=draft, by=CUSTOMER, at=at)
        assert order.state == "screening"
        return order

    def door(self, deed: Any, order: Order, reason: str, at: datetime) -> None:
        """Let nobody be met, or the goods be refused."""
        stop = self.stop(order)
        deed(stop, reason_code=reason, by=self.by(stop.run.courier.user, at), at=at)

    def home(self, run: Any, user: str, at: datetime) -> None:
        """Bring back what must come back."""
        there = must_come_back(run)
        pieces: dict[int, int] = {}
        for key, count in there.items():
            pieces[key.sku] = pieces.get(key.sku, 0) + count
        lines = [Line(sku, count) for sku, count in pieces.items()]
        take_back_goods(run, lines=lines, by=self.by(user, at), at=at)


@pytest.fixture(autouse=True)
def empty_buffer() -> Iterator[None]:
    """Begin with no page views in memory."""
    BUFFER.__init__()  # type: ignore[misc]
    yield


@pytest.fixture
def week(db: None, at: datetime) -> SimpleNamespace:
    """Return a company that lived: a day a week ago, yesterday, and today until noon."""
    return laid_out(make_week, at)


def make_week(at: datetime) -> SimpleNamespace:
    """Return a company that lived: a day a week ago, yesterday, and today until noon."""
    week = Week(at - timedelta(days=9), pieces={"tea": 150, "longan": 60})
    ago, yesterday = at - timedelta(days=7), at - timedelta(days=1)
    hour = timedelta(hours=1)

    one, two = (week.order(at=ago - 3 * hour) for _ in range(2))
    week.run(one, two, at=ago - 2 * hour)
    for order in (one, two):
        week.take(order, at=ago - hour)
    week.count(week.declare(at=ago), at=ago + hour)

    late = [week.order(where=where, at=yesterday) for where in ("hanjiang", "hanjiang", "quanzhou")]
    cancelled = week.order(at=yesterday)
    cancel_own_order(cancelled, by=CUSTOMER, at=yesterday + hour)
    voided = week.held(at=yesterday)
    void_order(voided, reason_code="test", by=week.by("chen", yesterday), at=yesterday + hour)
    run = week.run(late[2], user="xie", at=yesterday + hour)
    week.door(fail_stop, late[2], "nobody_home", yesterday + 2 * hour)
    week.home(run, "xie", yesterday + 3 * hour)

    fresh = [week.order(at=at - 4 * hour) for _ in range(3)]
    short = week.place(tea=1, longan=60, at=at - 4 * hour)
    week.place(tea=1, longan=58, at=at - 4 * hour)
    settled = Shortage.objects.get(line__order=short)
    send_rest(settled, by=week.by("ye", at - 3 * hour), at=at - 4 * hour + timedelta(minutes=7))
    week.held(at=at - hour)
    passed = week.held(at=at - 2 * hour, where="xianyou")
    correct_order(
        passed,
        recipient="林美华",
        phone="13859401999",
        division=passed.division,
        address=passed.address,
        by=week.by("chen", at - hour),
        at=at - hour,
    )
    run = week.run(*late[:2], *fresh, at=at - 3 * hour)
    week.take(late[0], at=at - 2 * hour)
    week.take(late[1], at=at - 2 * hour)
    part = {week.line(fresh[0], "tea").pk: 1}
    week.take(fresh[0], given=4_000, back=0, delivered=part, at=at - hour)
    week.door(refuse_stop, fresh[1], "changed_mind", at - hour)
    week.door(fail_stop, fresh[2], "nobody_home", at - hour)

    notes = [
        Note(f"key-{n % 5}", f"10.0.0.{n % 4}", moment + timedelta(minutes=11 * n))
        for moment, count in ((ago, 4), (yesterday, 6), (at - 6 * hour, 25))
        for n in range(count)
    ]
    notes += [Note("", "10.9.9.9", at - hour, "named"), Note("", "10.9.9.8", at - hour, "silent")]
    take_in_notes(notes, by=CLOCKWORK, at=at)
    return SimpleNamespace(trade=week, ago=ago, yesterday=yesterday, notes=notes, run=run)
