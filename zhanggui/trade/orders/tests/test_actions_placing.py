"""Placing an order: what goes through, what is held, what is refused with which sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.books.catalogue.models import Product
from zhanggui.books.prices.actions import delist_product, set_price
from zhanggui.books.stock.tests.conftest import level_at
from zhanggui.ground.kernel.actor import CLOCKWORK, CustomerActor
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.queries import present
from zhanggui.trade.orders.actions.placing import cancel_own_order, place_order
from zhanggui.trade.orders.actions.progress import advance_orders
from zhanggui.trade.orders.actions.promises import change_promise
from zhanggui.trade.orders.models import Hold, Order, Shortage
from zhanggui.trade.orders.rules.orders import Item
from zhanggui.trade.orders.tests.conftest import (
    CUSTOMER,
    DRAFT,
    HOURS,
    items_of,
    refused,
)

STATEMENTS_MAX = 19
"""Of a clean order of two goods, the structure known: facts, stock, prices and history included."""


def test_place_order_lets_a_clean_order_through_and_reserves_its_goods(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order = place(tea=2, longan=1, note="放门口")
    assert (order.state, order.fulfilment, order.money) == ("confirmed", "reserved", "due")
    assert (order.goods_fen, order.due_fen, order.area_id) == (17_590, 17_590, "licheng")
    assert order.promised_at == at.replace(hour=20)
    assert level_at(shop.putian, shop.tea) == (20, 2)
    assert [(line.quantity, line.price_fen) for line in order.lines.all()] == [(2, 6800), (1, 3990)]
    assert (order.phone, order.phone_key) == ("138 5030 7261", "13850307261")
    assert len(order.token) == 43
    verbs = Fact.objects.filter(deed=Fact.objects.get(verb="orders.place_order").deed)
    assert [f.verb for f in verbs.order_by("pk")] == [
        "orders.place_order",
        "orders.confirm_order",
        "stock.reserve_goods",
    ]


def test_place_order_keeps_name_phone_and_address_out_of_the_facts(
    place: Callable[..., Order],
) -> None:
    order = place(note="放门口", phone="1385030", device="d1")
    told = "".join(
        str(f.data) + str(f.answer) for f in Fact.objects.filter(verb__startswith="orders")
    )
    for word in (order.recipient, order.phone, order.address, order.note, order.token, "1385030"):
        assert word not in told


def test_place_order_without_a_piece_becomes_a_shortage(
    place: Callable[..., Order], shop: SimpleNamespace
) -> None:
    order = place(longan=8, noodles=2)
    assert (order.state, order.fulfilment) == ("confirmed", "unallocated")
    short = {s.line.sku_id: s.pieces for s in Shortage.objects.select_related("line")}
    assert short == {shop.longan.pk: 3, shop.noodles.pk: 2}
    assert level_at(shop.putian, shop.longan) == (5, 5)


def test_place_order_holds_what_screening_finds_and_reserves_nothing(
    place: Callable[..., Order], shop: SimpleNamespace
) -> None:
    order = place(phone="1385030726", address="文献路附近")
    assert (order.state, order.fulfilment) == ("screening", "unallocated")
    holds = Hold.objects.filter(order=order)
    assert {(h.code, h.severity) for h in holds} == {
        ("phone_format", "block"),
        ("addr_unclear", "block"),
    }
    assert level_at(shop.putian, shop.tea) == (20, 0)


def test_place_order_finds_a_duplicate_and_many_orders_of_one_phone(
    place: Callable[..., Order], at: datetime
) -> None:
    first = place()
    second = place(at=at + timedelta(minutes=5))
    third = place(tea=3, at=at + timedelta(minutes=9))
    assert first.state == "confirmed"
    (hold,) = second.holds.all()
    assert (hold.code, hold.evidence["number"]) == ("duplicate", first.number)
    assert [h.code for h in third.holds.all()] == ["velocity"]


def test_place_order_finds_many_orders_of_one_device(
    place: Callable[..., Order], at: datetime
) -> None:
    phones = ("13850307261", "13905941234", "13799001122")
    orders = [place(phone=phone, device="abc", tea=n + 1) for n, phone in enumerate(phones)]
    assert [o.state for o in orders] == ["confirmed", "confirmed", "screening"]
    (hold,) = orders[2].holds.all()
    assert hold.evidence == {"orders": 3, "by": "device"}


def test_place_order_of_much_cash_is_decided_by_a_person(place: Callable[..., Order]) -> None:
    (hold,) = place(tea=8).holds.all()
    assert hold.evidence == {"due_fen": 54_400, "limit_fen": 50_000, "first": True}


def test_place_order_sent_twice_is_placed_once(shop: SimpleNamespace, at: datetime) -> None:
    draft = replace(DRAFT, items=items_of(shop, tea=1))
    first = place_order.once("k-1")("putian", draft=draft, by=CUSTOMER, at=at)
    again = place_order.once("k-1")("putian", draft=draft, by=CUSTOMER, at=at)
    assert first.pk == again.pk
    assert Order.objects.count() == 1


def test_place_order_takes_few_statements(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    present(at)  # the structure is known to the process
    with CaptureQueriesContext(
        connection,
    ) as asked:
        place(tea=2, longan=1)
    assert len(asked) <= STATEMENTS_MAX, "\n".join(q["sql"][:120] for q in asked.captured_queries)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ({"items": ()}, "There is nothing in the order. Put at least one thing into it."),
        (
            {"recipient": "🙂🙂"},
            "The name is made of symbols alone. Write it in characters, letters or digits.",
        ),
        (
            {"division": "350602"},
            (
                "We do not deliver to 福建省漳州市芗城区 yet. "
                "Choose an address in one of the districts we serve."
            ),
        ),
        (
            {"division": "350502"},
            (
                "We do not deliver to 福建省泉州市鲤城区 yet. "
                "Choose an address in one of the districts we serve."
            ),
        ),
        (
            {"division": "3503"},
            (
                "We do not deliver to 福建省莆田市 yet. "
                "Choose an address in one of the districts we serve."
            ),
        ),
        (
            {"division": "999999"},
            (
                "This address does not say in which county or district it lies. "
                "Choose an address in one of the districts we serve."
            ),
        ),
        ({"wish": "fly"}, "“fly” is not among the choices. Choose one of those offered."),
    ],
)
def test_place_order_is_refused(
    shop: SimpleNamespace, at: datetime, draft: dict[str, Any], said: str
) -> None:
    asked = replace(DRAFT, **({"items": items_of(shop, tea=1)} | draft))
    no = refused(lambda: place_order("putian", draft=asked, by=CUSTOMER, at=at))
    assert str(no) == said


def test_place_order_is_refused_below_the_smallest_order(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    change_promise(shop.promise, least_fen=10_000, **HOURS, by=CLOCKWORK, at=at)
    no = refused(lambda: place(tea=1))
    assert str(no) == "We deliver there from 100.00 yuan; this order has 68.00. Add 32.00 yuan."
    assert no.data == {"least_fen": 10_000}


def test_place_order_is_refused_where_delivery_is_closed(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    change_promise(shop.promise, open=False, **HOURS, by=CLOCKWORK, at=at)
    assert refused(place).code == "not_served"


def test_place_order_is_refused_when_the_price_has_changed(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    set_price(shop.tea, price_fen=7_000, by=CLOCKWORK, at=at)
    no = refused(lambda: place(tea=1, longan=1))
    assert no.code == "price_changed"
    assert no.data == {"prices": {str(shop.tea.pk): 7_000}}
    assert str(no) == (
        "The price of “Anxi Tieguanyin · 250 g tin” has changed meanwhile. "
        "Look at the new price, and order again if it suits you."
    )


def test_place_order_is_refused_for_what_is_not_on_sale(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    tea = Product.objects.get(pk=shop.tea.product_id)
    delist_product(tea, reason="gone", by=CLOCKWORK, at=at)
    no = refused(lambda: place(tea=1, longan=1))
    assert str(no) == (
        "“Anxi Tieguanyin · 250 g tin” is not on sale at present. "
        "Take it out of the order; the rest can be had."
    )
    assert no.data == {"skus": [shop.tea.pk]}


def test_place_order_is_refused_for_goods_that_are_none(
    shop: SimpleNamespace, at: datetime
) -> None:
    asked = replace(DRAFT, items=(Item(987_654, 1, 100),))
    no = refused(lambda: place_order("putian", draft=asked, by=CUSTOMER, at=at))
    assert no.code == "not_for_sale"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (
            {"longan": 6},
            (
                "Of “Putian dried longan · 500 g bag” only 5 pieces are left. "
                "Take fewer, or order it all the same and say what to do until more arrive."
            ),
        ),
        (
            {"noodles": 1},
            (
                "“Xinghua rice noodles · 1 kg bag” is sold out. "
                "Take fewer, or order it all the same and say what to do until more arrive."
            ),
        ),
    ],
)
def test_place_order_not_short_is_refused_when_too_few_are_left(
    place: Callable[..., Order], wanted: dict[str, int], said: str
) -> None:
    no = refused(lambda: place(**wanted, short_ok=False))
    assert (no.code, str(no)) == ("too_few", said)


def test_place_order_is_refused_for_a_fourth_order_nobody_has_confirmed(
    place: Callable[..., Order], at: datetime
) -> None:
    for count in range(3):
        place(tea=1 + count, address="文献路附近")
    no = refused(lambda: place(tea=9))
    assert str(no) == (
        "3 orders of this phone still wait to be confirmed. "
        "Wait until they are confirmed; then this one can be placed."
    )
    assert place(tea=9, at=at + timedelta(days=1, minutes=1)).pk


def test_place_order_is_nobodys_but_customers(
    shop: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    draft = replace(DRAFT, items=items_of(shop, tea=1))
    for by in (actor("hu"), CustomerActor(duties=frozenset())):
        no = refused(lambda by=by: place_order("putian", draft=draft, by=by, at=at))
        assert no.code == "not_yours"


def test_cancel_own_order_gives_its_goods_back(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order = place(tea=2, noodles=1)
    cancel_own_order(order, reason="too late", by=CUSTOMER, at=at)
    order.refresh_from_db()
    assert (order.state, order.fulfilment, order.money) == ("cancelled", "unallocated", "nothing")
    assert (order.due_fen, order.reason_code, order.reason) == (0, "customer", "too late")
    assert level_at(shop.putian, shop.tea) == (20, 0)
    assert Shortage.objects.get().outcome == "cancelled"


@pytest.mark.books_broken
def test_cancel_own_order_is_refused_once_the_goods_have_left(
    place: Callable[..., Order], at: datetime
) -> None:
    order = place()
    advance_orders("putian", orders=[order.pk], step="pick", by=CLOCKWORK, at=at)
    no = refused(lambda: cancel_own_order(order, by=CUSTOMER, at=at))
    assert str(no) == (
        "The goods of this order are already on their way. "
        "The customer can refuse them at the door."
    )


def test_cancel_own_order_twice_is_refused(place: Callable[..., Order], at: datetime) -> None:
    order = place()
    cancel_own_order(order, by=CUSTOMER, at=at)
    no = refused(lambda: cancel_own_order(order, by=CUSTOMER, at=at))
    assert no.code == "illegal_move"
