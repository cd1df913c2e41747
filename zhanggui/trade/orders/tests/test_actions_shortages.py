"""What is short: each answer of the customer changes order, money and stock; arrivals release."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from zhanggui.books.catalogue.models import Product
from zhanggui.books.prices.actions import delist_product
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.rules import Line
from zhanggui.books.stock.tests.conftest import level_at
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.actions.screening import cancel_order
from zhanggui.trade.orders.actions.shortages import (
    cancel_short_order,
    recheck_stock,
    reveal_short_phone,
    send_rest,
    serve_shortage,
    substitute_goods,
    wait_for_goods,
)
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.rounds import serve_shortages
from zhanggui.trade.orders.tests.conftest import refused, short_order


@pytest.fixture
def ye(actor: Callable[..., Any]) -> Any:
    """Return somebody of customer service."""
    return actor("ye")


def arrive(shop: SimpleNamespace, at: datetime, **pieces: int) -> None:
    """Let goods arrive in Putian."""
    lines = [Line(getattr(shop, name).pk, count) for name, count in pieces.items()]
    receive_goods(shop.putian, lines=lines, by=CLOCKWORK, at=at)


def test_wait_for_goods_promises_the_next_delivery_after_they_arrive(
    place: Callable[..., Order], ye: Any, at: datetime
) -> None:
    order, short = short_order(place)
    then = at + timedelta(days=2)
    wait_for_goods(short, expected_at=then, note="好的", by=ye, at=at + timedelta(minutes=4))
    short.refresh_from_db()
    order.refresh_from_db()
    assert (short.state, short.expected_at, short.note) == ("waiting", then, "好的")
    assert order.promised_at == then.replace(hour=20)
    fact = Fact.objects.get(verb="orders.wait_for_goods")
    assert (fact.wait_s, fact.promise_s) == (240, 600)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Goods cannot be expected for a time that has passed. Give a later time."),
        (61, "Nobody waits longer than 60 days. Agree on something else, or cancel the order."),
    ],
)
def test_wait_for_goods_is_refused(
    place: Callable[..., Order], ye: Any, at: datetime, days: int, said: str
) -> None:
    _order, short = short_order(place)
    then = at + timedelta(days=days)
    assert str(refused(lambda: wait_for_goods(short, expected_at=then, by=ye, at=at))) == said


def test_substitute_goods_are_reserved_and_paid_at_their_own_price(
    place: Callable[..., Order], shop: SimpleNamespace, ye: Any, at: datetime
) -> None:
    order, short = short_order(place)  # two tea, two noodles of 12.50
    substitute_goods(short, sku=shop.longan.pk, quantity=1, by=ye, at=at)
    order.refresh_from_db()
    short.refresh_from_db()
    assert (order.fulfilment, order.goods_fen, order.due_fen) == ("reserved", 17_590, 17_590)
    assert (short.state, short.outcome) == ("settled", "substituted")
    lines = list(order.lines.all())
    assert [(line.quantity, line.dropped) for line in lines] == [(2, 0), (2, 2), (1, 0)]
    assert lines[2].instead_of_id == lines[1].pk
    assert level_at(shop.putian, shop.longan) == (5, 1)


def test_substitute_goods_may_be_more_of_what_is_in_the_order(
    place: Callable[..., Order], shop: SimpleNamespace, ye: Any, at: datetime
) -> None:
    order, short = short_order(place)
    substitute_goods(short, sku=shop.tea.pk, quantity=1, by=ye, at=at)
    assert level_at(shop.putian, shop.tea) == (20, 3)
    cancel_order(order, reason_code="customer", by=CLOCKWORK, at=at)
    assert level_at(shop.putian, shop.tea) == (20, 0)


def test_substitute_goods_is_refused(
    place: Callable[..., Order], shop: SimpleNamespace, ye: Any, at: datetime
) -> None:
    _order, short = short_order(place)

    def asked(sku: int, quantity: int) -> str:
        return str(
            refused(lambda: substitute_goods(short, sku=sku, quantity=quantity, by=ye, at=at))
        )

    assert asked(shop.longan.pk, 6) == (
        "Of “Putian dried longan · 500 g bag” 5 pieces are free in “Putian depot”, not 6. "
        "Take fewer, or wait until more arrive."
    )
    assert asked(shop.noodles.pk, 1) == (
        "These are the very goods that are missing. Choose other goods."
    )
    assert asked(shop.longan.pk, 0) == (
        "From 1 to 999 pieces can stand in. Check the number of digits."
    )
    product = Product.objects.get(pk=shop.longan.product_id)
    delist_product(product, reason="gone", by=CLOCKWORK, at=at)
    assert asked(shop.longan.pk, 1) == (
        "“Putian dried longan · 500 g bag” is not on sale at present. "
        "Take it out of the order; the rest can be had."
    )


def test_send_rest_leaves_the_missing_pieces_out(
    place: Callable[..., Order], shop: SimpleNamespace, ye: Any, at: datetime
) -> None:
    order, short = short_order(place, longan=8)
    send_rest(short, note="发五袋", by=ye, at=at)
    order.refresh_from_db()
    short.refresh_from_db()
    assert (order.fulfilment, order.goods_fen, order.due_fen) == ("reserved", 19_950, 19_950)
    assert (short.outcome, short.note) == ("dropped", "发五袋")
    assert level_at(shop.putian, shop.longan) == (5, 5)


def test_send_rest_with_another_shortage_open_keeps_the_order_waiting(
    place: Callable[..., Order], ye: Any, at: datetime
) -> None:
    order = place(longan=8, noodles=1)
    first, second = Shortage.objects.order_by("pk")
    send_rest(first, by=ye, at=at)
    order.refresh_from_db()
    assert order.fulfilment == "unallocated"
    send_rest(second, by=ye, at=at)
    order.refresh_from_db()
    assert (order.fulfilment, order.goods_fen) == ("reserved", 19_950)


def test_send_rest_is_refused_when_there_is_none(
    place: Callable[..., Order], ye: Any, at: datetime
) -> None:
    _order, short = short_order(place, noodles=2)
    no = refused(lambda: send_rest(short, by=ye, at=at))
    assert str(no) == (
        "Nothing else is left in this order. Agree on something else, or cancel the order."
    )


def test_cancel_short_order_ends_the_whole_order(
    place: Callable[..., Order], shop: SimpleNamespace, ye: Any, at: datetime
) -> None:
    order, short = short_order(place)
    cancel_short_order(short, note="不要了", by=ye, at=at)
    order.refresh_from_db()
    short.refresh_from_db()
    assert (order.state, order.reason_code, order.due_fen) == ("cancelled", "short", 0)
    assert (short.outcome, short.note) == ("cancelled", "不要了")
    assert level_at(shop.putian, shop.tea) == (20, 0)
    cause = Fact.objects.get(verb="orders.cancel_order").cause
    assert cause is not None
    assert cause.verb == "orders.cancel_short_order"


def test_cancel_short_order_and_the_others_are_refused_once_settled(
    place: Callable[..., Order], shop: SimpleNamespace, ye: Any, at: datetime
) -> None:
    _order, short = short_order(place)
    send_rest(short, by=ye, at=at)
    for deed in (
        lambda: cancel_short_order(short, by=ye, at=at),
        lambda: send_rest(short, by=ye, at=at),
        lambda: wait_for_goods(short, expected_at=at + timedelta(days=1), by=ye, at=at),
        lambda: substitute_goods(short, sku=shop.longan.pk, quantity=1, by=ye, at=at),
        lambda: serve_shortage(short, by=CLOCKWORK, at=at),
    ):
        assert refused(deed).code == "illegal_move"


def test_serve_shortage_by_the_round_once_goods_arrive_the_oldest_first(
    place: Callable[..., Order], shop: SimpleNamespace, ye: Any, at: datetime
) -> None:
    first, short = short_order(place, noodles=3)
    second = place(noodles=2, phone="13905941234", at=at + timedelta(minutes=1))
    wait_for_goods(short, expected_at=at + timedelta(days=3), by=ye, at=at)
    then = at + timedelta(days=1)
    assert serve_shortages(then) == 0
    arrive(shop, then, noodles=4)
    assert serve_shortages(then) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.fulfilment, second.fulfilment) == ("reserved", "unallocated")
    assert first.promised_at == (at + timedelta(days=3)).replace(hour=20)  # as he was told
    arrive(shop, then, noodles=1)
    assert serve_shortages(then) == 1
    second.refresh_from_db()
    assert second.fulfilment == "reserved"
    assert second.promised_at == then.replace(hour=20)
    assert level_at(shop.putian, shop.noodles) == (5, 5)


def test_serve_shortage_leaves_one_it_cannot_serve_to_the_next(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    place(noodles=9)
    small = place(noodles=1, phone="13905941234", at=at + timedelta(minutes=1))
    arrive(shop, at, noodles=2)
    assert serve_shortages(at) == 1
    small.refresh_from_db()
    assert small.fulfilment == "reserved"


def test_serve_shortage_is_refused_while_pieces_are_missing(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    _order, short = short_order(place)
    arrive(shop, at, noodles=1)
    no = refused(lambda: serve_shortage(short, by=CLOCKWORK, at=at))
    assert str(no) == (
        "1 of the missing 2 pieces are there. "
        "Wait until they arrive, or agree on something else with the customer."
    )


def test_recheck_stock_serves_what_has_arrived(
    place: Callable[..., Order], shop: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    order = place(longan=6, noodles=1)
    arrive(shop, at, noodles=1)
    recheck_stock(order, by=actor("chen"), at=at)
    order.refresh_from_db()
    assert order.fulfilment == "unallocated"
    fact = Fact.objects.get(verb="orders.recheck_stock")
    assert (fact.data["served"], fact.data["short"]) == (1, 2)
    arrive(shop, at, longan=1)
    recheck_stock(order, by=actor("chen"), at=at)
    order.refresh_from_db()
    assert order.fulfilment == "reserved"


def test_recheck_stock_is_refused_when_nothing_has_arrived(
    place: Callable[..., Order], actor: Callable[..., Any], at: datetime
) -> None:
    order, _short = short_order(place)
    no = refused(lambda: recheck_stock(order, by=actor("chen"), at=at))
    assert str(no) == (
        "Nothing that this order lacks has arrived. "
        "It is looked at each minute; the customer is being told meanwhile."
    )
    assert refused(lambda: recheck_stock(order, by=actor("xie"), at=at)).code == "not_yours"


def test_reveal_short_phone_is_a_fact(
    place: Callable[..., Order], ye: Any, actor: Callable[..., Any], at: datetime
) -> None:
    _order, short = short_order(place)
    reveal_short_phone(short, by=ye, at=at)
    fact = Fact.objects.get(verb="orders.reveal_short_phone")
    assert (fact.kind, fact.record_id, fact.data) == ("orders.Shortage", short.pk, {})
    no = refused(lambda: reveal_short_phone(short, by=actor("chen"), at=at))
    assert no.code == "not_yours"
