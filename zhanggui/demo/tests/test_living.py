"""The company lives: through whole days, in pieces, whatever visitors do in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Sum

from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.models import Product
from zhanggui.books.traffic.queries import day_figures
from zhanggui.demo import goods
from zhanggui.demo.goods import load_goods
from zhanggui.demo.life import NEW_COURIERS, live_until
from zhanggui.demo.prices import load_prices, put_on_sale
from zhanggui.demo.stock import open_and_fill
from zhanggui.demo.trade import today
from zhanggui.demo.trade.baskets import goods_on_sale
from zhanggui.demo.trade.figures import day_lived, digest
from zhanggui.demo.trade.living import SEED, Life
from zhanggui.demo.trade.opening import publish_promises
from zhanggui.demo.trade.placing import CUSTOMER
from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.demo.trade.screening import customer_of
from zhanggui.demo.trade.today import ODD, Scene
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.media.tests.drawing import sound
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Person
from zhanggui.trade.cash.models import Collection, Purse, Remittance
from zhanggui.trade.cash.rules import RemittanceState
from zhanggui.trade.delivery.actions.planning import dissolve_run
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.queries import must_come_back
from zhanggui.trade.delivery.rules import RunState, StopState
from zhanggui.trade.orders.actions.placing import cancel_own_order, place_order
from zhanggui.trade.orders.models import Hold, Order, Shortage
from zhanggui.trade.orders.rules.orders import Draft, Item
from zhanggui.trade.orders.rules.states import Fulfilment, Money, OrderState, ShortageState

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the goods have small pictures: the true ones take their time."""
    picture = sound(size=(64, 48))

    def photograph(product: Product, *, by: Actor, at: datetime) -> None:
        attach_picture(product, sound=picture, alt_zh="图", alt_en="picture", by=by, at=at)

    monkeypatch.setattr(goods, "_photograph", photograph)


@pytest.fixture
def trading() -> None:
    """Fill shelves and depots and publish the promises, so that customers can order."""
    begin = moment_of_day(DAY, 0)
    load_goods(at=begin - timedelta(days=3))
    load_prices(at=begin - timedelta(days=2, hours=20))
    put_on_sale(at=begin - timedelta(days=2, hours=16))
    open_and_fill(at=begin - timedelta(days=2))
    publish_promises(at=begin - timedelta(days=1))


def _live(life: Life, *hours: float) -> None:
    for since, until in pairwise(hours):
        life.live(moment_of_day(DAY, since), moment_of_day(DAY, until))


def test_a_day_goes_from_the_shop_to_counted_cash(trading: None) -> None:
    life = Life(seed=11, orders=14)
    _live(life, 0, 24, 44)
    assert life.refused == {}
    figures = day_lived(DAY)
    placed = Order.objects.filter(placed_at__lt=moment_of_day(DAY, 24))
    assert figures.placed == placed.count() >= 10
    assert figures.delivered > 0
    assert figures.visits == day_figures(DAY).visits > figures.placed
    # Whatever was let through in time has been at its door, and what was taken there is counted.
    cities = {"putian", "quanzhou"}  # where the company of tests has couriers
    early = placed.filter(placed_at__lt=moment_of_day(DAY, 15), state=OrderState.CONFIRMED)
    waiting = [o for o in early if o.depot.area_id in cities and o.fulfilment == "reserved"]
    assert not [o for o in waiting if not Shortage.objects.filter(line__order=o).exists()]
    assert not Run.objects.filter(planned_at__lt=moment_of_day(DAY, 24)).exclude(
        state=RunState.BACK
    )
    first = Remittance.objects.filter(declared_at__lt=moment_of_day(DAY, 24))
    assert first.exists()
    assert not first.filter(state=RemittanceState.DECLARED).exists()
    taken = Collection.objects.filter(remittance__in=first).aggregate(n=Sum("tendered_fen"))["n"]
    assert taken > 0
    settled = first.filter(state__in=[RemittanceState.SETTLED, RemittanceState.RESOLVED])
    of_settled = Order.objects.filter(collections__remittance__in=settled)
    assert set(of_settled.values_list("money", flat=True)) == {Money.SETTLED}


def test_a_day_lived_in_pieces_misses_nothing(trading: None) -> None:
    life = Life(seed=11, orders=10)
    _live(life, 0, 3, 9, 9.5, 12, 12.5, 13, 16, 17.25, 20, 20.5, 21, 24)
    assert life.refused == {}
    assert Order.objects.count() >= 8
    assert not Run.objects.exclude(state=RunState.BACK)
    assert not Purse.objects.filter(since_at__isnull=False)  # everybody has been at the till
    assert not Shortage.objects.filter(state=ShortageState.OPEN)


def test_the_same_history_has_the_same_digest_and_a_further_deed_another(trading: None) -> None:
    _live(Life(seed=11, orders=6), 0, 12)
    first = digest()
    assert digest() == first
    _live(Life(seed=11, orders=6), 12, 13)
    assert digest() != first


def test_life_goes_on_from_what_visitors_did(trading: None, actor: Callable[..., Any]) -> None:
    life = Life(seed=11, orders=14)
    _live(life, 0, 12)
    order = Order.objects.filter(state=OrderState.CONFIRMED, fulfilment="reserved").first()
    assert order is not None
    at = moment_of_day(DAY, 12)
    run = Run.objects.filter(state=RunState.PLANNED).first()
    if run is not None:
        by = actor("hu" if run.depot.code == "PT" else "zhuang", at=at)
        dissolve_run(run, by=by, at=at)
    cancel_own_order(Order.objects.get(pk=order.pk), by=CUSTOMER, at=at)
    _live(life, 12, 24, 34)
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert not Stop.objects.filter(order=order).exclude(state=StopState.DROPPED)


def test_a_visitors_own_orders_are_screened_and_delivered_like_any(trading: None) -> None:
    life = Life(seed=11, orders=6)
    _live(life, 0, 10)
    at = moment_of_day(DAY, 10)
    good = goods_on_sale(at=at)[0]
    items = (Item(good.sku, 1 + 5_000 // good.price_fen, good.price_fen),)
    door = {"recipient": "访客", "division": "350304", "items": items}
    found, lost = (
        place_order(
            "licheng", draft=Draft(phone=phone, address=address, **door), by=CUSTOMER, at=at
        )
        for phone, address in (("13850307261", "文献东路12号"), ("13850307262", "到了打电话"))
    )
    assert customer_of(life, lost) is None
    _live(life, 10, 24, 44)
    found.refresh_from_db()
    lost.refresh_from_db()
    assert found.door_at is not None
    assert (lost.state, lost.reason_code) == (OrderState.CANCELLED, "unreachable")


# --- today in progress ------------------------------------------------------------------------


MOMENTS = ["15:20", *(pytest.param(at, marks=pytest.mark.sqlite) for at in ("03:10", "23:40"))]
"""Once is enough for PostgreSQL: the hour makes no difference to it."""


@pytest.mark.parametrize("clock", MOMENTS)
def test_every_queue_has_work_whatever_time_it_is(clock: str) -> None:
    hour, minute = clock.split(":")
    now = moment_of_day(DAY + timedelta(days=1), int(hour) + int(minute) / 60)
    live_until(now, trade_days=2)
    held = Hold.objects.filter(resolved_at=None, order__state=OrderState.SCREENING)
    assert len({hold.code for hold in held}) >= 5
    assert Shortage.objects.filter(state=ShortageState.OPEN).exists()
    out = Run.objects.filter(state=RunState.OUT)
    doors = [set(run.stops.values_list("state", flat=True)) for run in out]
    assert any(StopState.WAITING in states and len(states) > 1 for states in doors)
    assert any(must_come_back(run) for run in out)
    states = set(Remittance.objects.values_list("state", flat=True))
    assert {RemittanceState.DECLARED, RemittanceState.DIFFERENT} <= states
    back = Order.objects.filter(state=OrderState.CONFIRMED, fulfilment=Fulfilment.RETURNED)
    assert back.exists()
    assert (
        _waiting(now)
        >= {
            "orders.screening": {"chen"},
            "orders.shortages": {"ye"},
            "orders.stock_check": {"chen"},
            "delivery.dispatch": {"hu"},
            "delivery.door": {"xie"},
            "delivery.own_runs": {"xie", "cai"},
            "delivery.undelivered": {"hu"},
            "cash.counting": {"wu"},
            "cash.differences": {"hu"},
            "cash.late": {"zhuang"},
            "cash.own_differences": {"qiu"},
            "cash.hand_in": {"xie"},
        }.keys()
    )
    assert not Order.objects.filter(placed_at__gt=now).exists()


def _waiting(now: datetime) -> set[str]:
    """Return the duties of the trade in whose queue something waits for somebody."""
    people = [actor_for(person, at=now) for person in Person.objects.all()]
    return {
        code
        for code, duty in DUTIES.items()
        if duty.queue is not None and any(duty.queue(by).exists() for by in people)
    }


def test_scene_leaves_work_only_near_its_moment() -> None:
    now = moment_of_day(DAY, 15)
    scene = Scene(SEED, now)
    assert scene.leaves("screen", 1, now - timedelta(minutes=10))
    assert not scene.leaves("screen", 1, now - timedelta(hours=3))
    assert not scene.leaves("form", 1, now)
    assert scene.stage == now
    assert scene.plans_run("chen", now)
    assert not scene.plans_run("xie", now)
    assert scene.plans_run("xie", now - timedelta(hours=6))


@pytest.mark.parametrize(("hour", "stage_h"), [(3, -3.1), (12, 12), (23, 20.9)])
def test_scene_at_night_is_what_the_evening_left(hour: int, stage_h: float) -> None:
    scene = Scene(SEED, moment_of_day(DAY, hour))
    assert scene.stage == moment_of_day(DAY, stage_h)


def test_scene_tells_only_of_people_there_are() -> None:
    users = set(Person.objects.values_list("user", flat=True)) | {one[0] for one in NEW_COURIERS}
    told = {
        today.ON_THE_ROAD,
        today.COMING_HOME,
        today.AT_THE_TILL,
        today.SHORT_BY,
        today.TOLD,
        today.NOT_MET,
    }
    assert told <= users
    assert len(ODD) >= 8
