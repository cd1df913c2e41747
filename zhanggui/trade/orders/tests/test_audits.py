"""Each audit is shown to see the fault it looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from zhanggui.books.stock.actions.goods import release_goods
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.trade.orders.audits import (
    audit_amounts,
    audit_goods,
    audit_holds,
    audit_shortages,
    audit_ways,
)
from zhanggui.trade.orders.models import Hold, Order, OrderLine, Shortage
from zhanggui.trade.orders.tests.conftest import carry, short_order

pytestmark = pytest.mark.books_broken


def said(found: Iterable[Any]) -> list[str]:
    return [breach[0] for breach in found]


def broken(record: Any, **values: Any) -> None:
    """Write past all actions, as no code may."""
    with guard.writes_open():
        type(record).objects.filter(pk=record.pk).update(**values)


def test_audits_are_clean_on_a_lived_order(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    carry(place(tea=2), shop, "take_back", at=at)
    carry(place(tea=1, phone="13905941234"), shop, "load", at=at)
    place(address="文献路附近", phone="13799001122")
    for audit in (audit_ways, audit_amounts, audit_goods, audit_shortages, audit_holds):
        assert list(audit()) == []


@pytest.mark.parametrize(
    ("values", "axis", "now", "told"),
    [
        ({"state": "closed"}, "state", "closed", "confirmed"),
        ({"fulfilment": "delivered"}, "fulfilment", "delivered", "reserved"),
        ({"money": "collected", "taken_fen": 1}, "money", "collected", "due"),
    ],
)
def test_audit_ways_sees_a_state_no_fact_led_to(
    place: Callable[..., Order], values: dict[str, Any], axis: str, now: str, told: str
) -> None:
    order = place()
    broken(order, **values)
    assert said(audit_ways()) == [
        f"Order {order.number} is “{now}” ({axis}), its facts led it to “{told}”."
    ]


def test_audit_ways_sees_an_order_nobody_placed(place: Callable[..., Order]) -> None:
    order = place()
    with guard.writes_open():
        order.pk, order.token = None, "another"
        order.save()
    assert said(audit_ways()) == [
        f"Order {order.number} is “{now}” ({axis}), its facts led it to “nowhere”."
        for axis, now in (("state", "confirmed"), ("fulfilment", "reserved"), ("money", "due"))
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"goods_fen": 6_801, "due_fen": 6_801}, "does not cost what its lines cost"),
        ({"due_fen": 6_799}, "is due another sum than its goods cost"),
        ({"taken_fen": 1}, "is due another sum than its goods cost"),
        ({"state": "void"}, "ended with money due"),
        ({"state": "closed"}, "was paid another sum than what was kept costs"),
    ],
)
def test_audit_amounts_sees_sums_that_are_not_those_of_the_lines(
    place: Callable[..., Order], values: dict[str, Any], sentence: str
) -> None:
    order = place()
    broken(order, **values)
    assert said(audit_amounts()) == [f"Order {order.number} {sentence}."]


def test_audit_goods_sees_goods_that_were_given_back_too_early(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order = place(tea=2)
    lines = [Line(shop.tea.pk, 1, order.reference)]
    release_goods(None, depot=shop.putian, lines=lines, by=CLOCKWORK, at=at)
    sku = shop.tea.pk
    assert said(audit_goods()) == [
        (
            f"Order {order.number} (reserved) ought to hold 2 of SKU {sku}, "
            f"the stock holds 1 of SKU {sku}."
        )
    ]


def test_audit_goods_sees_goods_kept_for_an_order_that_ended_or_are_elsewhere(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    order, sku = place(), shop.tea.pk
    broken(order, state="cancelled")
    assert said(audit_goods()) == [
        f"Order {order.number} (reserved) ought to hold nothing, the stock holds 1 of SKU {sku}."
    ]
    broken(order, state="confirmed", fulfilment="out")
    assert said(audit_goods()) == [
        f"Order {order.number} (out) ought to hold 1 of SKU {sku}, the stock holds 1 of SKU {sku}."
    ]


def test_audit_shortages_sees_each_disagreement(place: Callable[..., Order]) -> None:
    order, short = short_order(place)
    broken(short, pieces=3)
    assert said(audit_shortages()) == [
        f"Order {order.number} has a shortage that cannot be its own."
    ]
    broken(short, pieces=2)
    broken(order, fulfilment="reserved")
    assert said(audit_shortages()) == [f"Order {order.number} has a shortage nobody settled."]
    broken(order, fulfilment="unallocated")
    with guard.writes_open():
        Shortage.objects.all().delete()
    assert said(audit_shortages()) == [
        f"Order {order.number} is not set aside, and nothing is short."
    ]


def test_audit_holds_sees_an_order_that_went_on_held_or_is_held_for_nothing(
    place: Callable[..., Order],
) -> None:
    order = place(address="文献路附近")
    broken(order, state="confirmed")
    assert said(audit_holds()) == [f"Order {order.number} went on with an open hold."]
    broken(order, state="screening")
    with guard.writes_open():
        Hold.objects.all().delete()
    assert said(audit_holds()) == [f"Order {order.number} is in screening without a hold."]


def test_the_database_refuses_what_must_never_be_stored(place: Callable[..., Order]) -> None:
    from django.db import IntegrityError, transaction

    order = place()
    line = OrderLine.objects.get(order=order)
    for record, values in (
        (order, {"money": "settled", "taken_fen": 0}),
        (order, {"due_fen": 6_801}),
        (order, {"state": "eaten"}),
        (line, {"dropped": 1, "delivered": 1}),
        (line, {"quantity": 1_000}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken(record, **values)
