"""What the statistics' tests share: two days of a small shop, with visitors from everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.scenes import laid_out
from zhanggui.books.traffic.actions.counting import keep_origin, take_in_notes
from zhanggui.books.traffic.actions.links import make_link
from zhanggui.books.traffic.models import Link
from zhanggui.books.traffic.pages import BUFFER
from zhanggui.books.traffic.rules.sources import BITS, DIRECT, Source, Step
from zhanggui.books.traffic.rules.views import Look, Note
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.steering.reports.tests.conftest import Week
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.models import Order

LINK = Source("link", "poster")
FORMULA = Source("campaign", "=1+1", "video", "open")
PHONE, COMPUTER = "phone", "computer"


@pytest.fixture(autouse=True)
def empty_buffer() -> Iterator[None]:
    """Begin with no page views in memory."""
    BUFFER.__init__()  # type: ignore[misc]
    yield


@pytest.fixture
def shop(db: None, at: datetime) -> SimpleNamespace:
    """Return a shop of two days: orders through to the money, and visits from everywhere."""
    return laid_out(make_shop, at)


def make_shop(at: datetime) -> SimpleNamespace:
    """Return a shop that had visits and orders yesterday and today."""
    week = Week(at - timedelta(days=9), pieces={"tea": 150, "longan": 60})
    yesterday, hour = at - timedelta(days=1), timedelta(hours=1)
    poster = make_link(
        "minli", name="Poster", target="/shop/", source="poster", code="poster",
        by=week.by("jiang", yesterday), at=yesterday - hour,
    )  # fmt: skip
    old = [week.order(at=yesterday + n * hour) for n in range(3)]
    run = week.run(*old[:2], at=yesterday + 3 * hour)
    for order in old[:2]:
        week.take(order, at=yesterday + 4 * hour)
    week.count(week.declare(at=yesterday + 6 * hour), at=yesterday + 7 * hour)
    cancel_own_order(old[2], by=_customer(), at=yesterday + 4 * hour)
    fresh = [week.order(at=at - 2 * hour), week.held(at=at - hour)]
    _from(LINK, old[0], fresh[0], at=at)
    _from(FORMULA, old[1], at=at)
    _from(DIRECT, old[2], at=at)
    notes = [*_walks(yesterday, 6), *_walks(at - 3 * hour, 9)]
    take_in_notes(notes, by=CLOCKWORK, at=at)
    return SimpleNamespace(trade=week, poster=poster.pk, run=run, notes=notes, yesterday=yesterday)


def _customer() -> object:
    from zhanggui.trade.cash.tests.conftest import CUSTOMER

    return CUSTOMER


def _from(source: Source, *orders: Order, at: datetime) -> None:
    """Let orders have come from a source, as the shop's checkout writes it down."""
    origin = keep_origin(None, source=source, by=CLOCKWORK, at=at)
    with guard.writes_open():
        Order.objects.filter(pk__in=[order.pk for order in orders]).update(origin=origin)


def _walks(at: datetime, people: int) -> list[Note]:
    """Return the ways of some people: some look, some fill the cart, one checks out and orders."""
    notes = []
    for who in range(people):
        source = (DIRECT, LINK, FORMULA)[who % 3]
        device, visitor = (PHONE, COMPUTER)[who % 2], f"key-{who}"
        begin = at + timedelta(minutes=7 * who)
        looks = [
            Look("view", "/shop/", 0, source, device),
            Look("seen"),
            Look("view", "/shop/p/TGY/", BITS[Step.GOODS], DIRECT, device),
            Look("step", step=BITS[Step.CART]),
            Look("view", "/shop/checkout/", BITS[Step.CHECKOUT], DIRECT, device),
            Look("step", step=BITS[Step.PLACED]),
        ][: 2 + who]
        if source == LINK:
            looks = [Look("opened", source=LINK), *looks]
        notes += [
            Note(visitor, f"10.0.0.{who // 2}", begin + timedelta(seconds=20 * n), "", look)
            for n, look in enumerate(looks)
        ]
    notes += [Note("", "10.9.9.9", at, robot) for robot in ("named", "named", "silent")]
    return sorted(notes, key=lambda note: note.at)


def link_of(shop: SimpleNamespace) -> Link:
    """Return the tracked link of the shop."""
    return Link.objects.get(pk=shop.poster)
