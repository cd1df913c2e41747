"""Where we deliver, who sees which orders, and in how many statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.books.stock.actions.arrivals import announce_arrival
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.models import Level
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.actions.screening import cancel_order
from zhanggui.trade.orders.actions.shortages import wait_for_goods
from zhanggui.trade.orders.duties import outlook
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.tests.conftest import carry, short_order


@pytest.mark.parametrize(
    ("division", "area"),
    [
        ("350304", "licheng"),
        ("350304001", "licheng"),
        ("350322", "xianyou"),
        ("350502", None),  # no promise reaches Quanzhou
        ("350602", None),  # Zhangzhou is nobody's
        ("3503", None),
        ("35", None),
        ("", None),
        ("350399", None),
        ("110101", None),
    ],
)
def test_service_of(shop: SimpleNamespace, at: datetime, division: str, area: str | None) -> None:
    service = queries.service_of(division, at=at)
    assert (service.area.code if service else None) == area
    if service:
        assert (service.depot, service.least_fen) == (shop.putian, 1_000)
        assert service.place.startswith("福建省莆田市")
        assert service.is_same_day(at)


def test_served_divisions_are_the_counties_of_the_areas_with_a_promise(
    shop: SimpleNamespace, at: datetime
) -> None:
    served = queries.served_divisions(at=at)
    assert [(code, area) for code, area, _name in served] == [
        ("350304", "licheng"),
        ("350302", "chengxiang"),
        ("350303", "hanjiang"),
        ("350305", "xiuyu"),
        ("350322", "xianyou"),
    ]
    assert served[0][2] == "福建省莆田市荔城区"
    assert all(queries.service_of(code, at=at) for code, _area, _name in served)


def test_nothing_is_served_without_a_promise(db: None, at: datetime) -> None:
    assert queries.served_divisions(at=at) == []
    assert queries.service_of("350304", at=at) is None


SEES = ("chen", "hu", "ye", "wu", "lin", "cai")


def test_order_of_is_scoped_by_each_duty_in_its_own_areas(
    place: Callable[..., Order], actor: Callable[..., Any]
) -> None:
    hanjiang = place(division="350303", address="涵东街道六一街12号")
    licheng = place(tea=2, phone="13905941234")
    for user in SEES:
        assert queries.order_of(actor(user), hanjiang.pk) == hanjiang, user
    for user in ("xie", "zhuang"):
        with pytest.raises(Refusal) as no:
            queries.order_of(actor(user), hanjiang.pk)
        assert no.value.code == "not_yours"
    with pytest.raises(Refusal):  # a courier of Hanjiang alone
        queries.order_of(actor("cai"), licheng.pk)
    with pytest.raises(Refusal):
        queries.order_of(actor("lin"), 987_654)


def test_order_by_token_leads_nowhere_without_the_secret(place: Callable[..., Order]) -> None:
    order = place()
    assert queries.order_by_token(order.token) == order
    assert queries.order_by_token("") is None
    assert queries.order_by_token(order.token[:-1]) is None


def test_queues_are_scoped_and_hold_what_waits(
    place: Callable[..., Order], actor: Callable[..., Any], at: datetime
) -> None:
    held = place(address="文献路附近", tea=3)
    short, case = short_order(place, tea=1, noodles=1, phone="13905941234")
    for user, screens in (("chen", True), ("xie", False), ("ye", False)):
        assert list(queries.orders_to_screen(actor(user))) == ([held] if screens else []), user
    assert list(queries.orders_to_check(actor("chen"))) == [short]
    assert list(queries.orders_to_check(actor("xie"))) == []
    assert list(queries.shortages_to_settle(actor("ye"))) == [case]
    assert list(queries.shortages_to_settle(actor("chen"))) == []


def test_shortages_come_back_when_the_date_has_passed(
    place: Callable[..., Order], actor: Callable[..., Any], at: datetime
) -> None:
    _order, case = short_order(place)
    then = at + timedelta(days=1)
    wait_for_goods(case, expected_at=then, by=actor("ye"), at=at)
    assert list(queries.shortages_to_settle(actor("ye"))) == []
    (back,) = queries.shortages_to_settle(actor("ye", at=then + timedelta(minutes=1)))
    assert back.told_at == then  # type: ignore[attr-defined]


def test_orders_ready_are_those_set_aside_wholly(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    ready = place()
    place(noodles=1, phone="13905941234")
    place(address="文献路附近", phone="13799001122")
    gone = place(phone="13860012345")
    carry(gone, shop, "pick", at=at)
    assert list(queries.orders_ready(None)) == [ready]
    assert list(queries.orders_ready(["licheng"])) == [ready]
    assert list(queries.orders_ready(["hanjiang"])) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7261", True),
        ("138 5030 7261", True),
        ("13850307261", True),
        ("小娟", True),
        ("7260", False),
        ("061", False),
        ("娟娟", False),
        ("", True),
    ],
)
def test_orders_sought(place: Callable[..., Order], text: str, found: bool) -> None:
    order = place()
    rows = queries.orders_sought(Order.objects.all(), text)
    assert list(rows) == ([order] if found else [])
    assert list(queries.orders_sought(Order.objects.all(), order.number.lower())) == [order]


def test_orders_of_day_counts_company_days(place: Callable[..., Order], at: datetime) -> None:
    late = place(at=at.replace(hour=23, minute=59))
    early = place(tea=2, phone="13905941234", at=at.replace(day=24, hour=0))
    rows = Order.objects.all()
    assert list(queries.orders_of_day(rows, at.date(), by_moment="placed")) == [late]
    next_day = at.date() + timedelta(days=1)
    assert list(queries.orders_of_day(rows, next_day, by_moment="placed")) == [early]
    assert list(queries.orders_of_day(rows, next_day, by_moment="door")) == []


def test_history_of_a_phone(place: Callable[..., Order], at: datetime) -> None:
    first = place()
    cancel_order(first, reason_code="customer", by=CLOCKWORK, at=at)
    second = place(tea=2)
    known = queries.history_of(second)
    assert (known.orders, known.taken, known.refused, known.void) == (1, 0, 0, 0)
    assert queries.history_of(place(phone="1385")).orders == 0


def test_outlook_tells_what_is_coming_and_who_else_has_some(
    place: Callable[..., Order],
    shop: SimpleNamespace,
    actor: Callable[..., Any],
    at: datetime,
) -> None:
    place(longan=9)
    act = {"by": CLOCKWORK, "at": at}
    level = Level.objects.get(location=shop.putian, sku=shop.longan)
    announce_arrival(level, quantity=40, due_at=at + timedelta(hours=5), **act)
    receive_goods(shop.quanzhou, lines=[Line(shop.longan.pk, 7)], **act)
    (case,) = queries.shortages_to_settle(actor("ye"))
    assert outlook(case) == ["40 expected by 17:00", "Quanzhou depot: 7 to sell"]
    assert queries.first_arrival(shop.putian.pk, shop.longan.pk) == at + timedelta(hours=5)


def test_substitutes_are_on_sale_and_there(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    _order, case = short_order(place)
    found = queries.substitutes(case, at=at)
    assert [(s.sku, s.price_fen, s.left) for s in found] == [
        (shop.longan, 3_990, 5),
        (shop.tea, 6_800, 18),
    ]


@pytest.mark.parametrize("queue", ["orders_to_screen", "orders_to_check", "shortages_to_settle"])
def test_statements_of_a_queue_do_not_grow_with_its_rows(
    place: Callable[..., Order], actor: Callable[..., Any], queue: str
) -> None:
    by = actor("ye" if queue == "shortages_to_settle" else "chen")

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            for row in getattr(queries, queue)(by):
                if queue == "shortages_to_settle":
                    outlook(row)
        return len(asked)

    def fill(number: int) -> None:
        phone = f"1385030{number:04d}"
        address = "文献路附近" if queue == "orders_to_screen" else "胜利路58号"
        place(noodles=1, longan=1, phone=phone, address=address)

    for number in range(7261, 7268):
        fill(number)
    few = cost()
    for number in range(7268, 7280):
        fill(number)
    assert cost() == few


def test_earlier_orders_take_two_statements(place: Callable[..., Order], at: datetime) -> None:
    order = place(device="abc")
    with CaptureQueriesContext(connection) as asked:
        found = queries.earlier_orders(phone_key=order.phone_key, device="abc", at=at)
    assert (len(asked), [e.pk for e in found]) == (2, [order.pk])
    with CaptureQueriesContext(connection) as asked:
        assert queries.earlier_orders(phone_key="", device="", at=at) == []
    assert len(asked) == 0


@pytest.mark.sqlite  # on few rows PostgreSQL would rather read them all
def test_what_is_known_of_a_phone_is_found_by_its_index(shop: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as asked:
        queries.known_of("13850001234")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "order_of_phone" in plan, plan
