"""How the rooms above move orders on: goods, door and money, one axis beside the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from zhanggui.books.stock.actions.goods import return_goods
from zhanggui.books.stock.rules import Line
from zhanggui.books.stock.tests.conftest import level_at
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.actions.progress import (
    advance_orders,
    finish_at_door,
    give_up_order,
    hand_in_orders,
    reserve_again,
    settle_orders,
)
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.tests.conftest import CUSTOMER, carry, refused, short_order


@pytest.fixture
def act(at: datetime) -> dict[str, Any]:
    """Return who and when: the clock, on behalf of the rooms above."""
    return {"by": CLOCKWORK, "at": at}


def axes(order: Order) -> tuple[str, str, str]:
    order.refresh_from_db()
    return order.state, order.fulfilment, order.money


def test_advance_orders_moves_a_whole_run(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime
) -> None:
    orders = [place(), place(phone="13905941234")]
    for order in orders:
        carry(order, shop, "pick", at=at)
        assert axes(order) == ("confirmed", "picked", "due")
    fact = Fact.objects.filter(verb="orders.advance_orders").last()
    assert fact is not None
    assert (fact.data["moves"], fact.data["orders"]) == (["pick"], [orders[1].pk])


def test_advance_orders_is_refused_whole_naming_the_one_that_cannot(
    place: Callable[..., Order], act: dict[str, Any]
) -> None:
    fit, (short, _case) = place(), short_order(place, noodles=1, phone="13905941234")
    no = refused(lambda: advance_orders("putian", orders=[fit.pk, short.pk], step="pick", **act))
    assert str(no) == (
        f"Order {short.number} cannot go this way: it is “Not reserved”. "
        "Look at the list again: somebody may have moved it on meanwhile."
    )
    no = refused(lambda: advance_orders("putian", orders=[fit.pk, 999], step="pick", **act))
    assert str(no) == "One of these orders is not there. Look at the list again."
    assert refused(lambda: advance_orders(None, orders=[], step="pick", **act)).code == "bad_batch"


def test_advance_orders_twice_is_refused(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place()
    carry(order, shop, "pick", at=at)
    no = refused(lambda: advance_orders("putian", orders=[order.pk], step="pick", **act))
    assert str(no).startswith(f"Order {order.number} cannot go this way: it is “Picked and packed”")


@pytest.mark.books_broken  # the goods would follow, moved by delivery
def test_finish_at_door_with_everything_kept(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place(tea=2, longan=1)
    carry(order, shop, "load", at=at)
    kept = {line.pk: line.quantity for line in order.lines.all()}
    finish_at_door(order, step="deliver", delivered=kept, taken_fen=17_590, **act)
    assert axes(order) == ("closed", "delivered", "collected")
    assert (order.taken_fen, order.due_fen, order.door_at, order.ended_at) == (
        17_590,
        17_590,
        at,
        at,
    )
    assert [line.delivered for line in order.lines.all()] == [2, 1]


@pytest.mark.books_broken
def test_finish_at_door_with_a_part_kept_is_paid_in_part(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place(tea=2, longan=1)
    carry(order, shop, "load", at=at)
    first = order.lines.all()[0]
    finish_at_door(order, step="deliver_part", delivered={first.pk: 1}, taken_fen=6_800, **act)
    assert axes(order) == ("closed", "partly", "collected")
    assert (order.goods_fen, order.due_fen, order.taken_fen) == (17_590, 6_800, 6_800)


@pytest.mark.parametrize(
    ("step", "axes_after"),
    [
        ("refuse", ("closed", "refused", "nothing")),
        ("fail", ("confirmed", "failed", "due")),
    ],
)
def test_finish_at_door_with_nothing_kept(
    place: Callable[..., Order],
    shop: SimpleNamespace,
    at: datetime,
    act: dict[str, Any],
    step: str,
    axes_after: tuple[str, str, str],
) -> None:
    order = place()
    carry(order, shop, "load", at=at)
    finish_at_door(order, step=step, delivered={}, taken_fen=0, **act)
    assert axes(order) == axes_after
    assert order.due_fen == (0 if step == "refuse" else 6_800)


def test_finish_at_door_is_refused(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place(tea=2)
    (line,) = order.lines.all()

    def asked(**other: Any) -> str:
        how = {"step": "deliver", "delivered": {line.pk: 2}, "taken_fen": 13_600} | other
        return str(refused(lambda: finish_at_door(order, **how, **act)))

    assert asked().startswith("This cannot be done while the state is “Reserved”.")
    carry(order, shop, "load", at=at)
    assert asked(taken_fen=13_500) == (
        "For these goods 136.00 yuan are due, not 135.00. "
        "Take what is due, and hand the goods over for it."
    )
    assert asked(delivered={line.pk: 3}) == (
        "More pieces were handed over than the order has. "
        "Count again: at most what was ordered can be handed over."
    )
    assert asked(delivered={line.pk: 1}, taken_fen=6_800) == (
        "What was handed over and what is said about it do not agree. "
        "Say “delivered” for all pieces, “partly” for some, “refused” for none."
    )


def test_reserve_again_gives_an_order_that_came_back_a_new_promise(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place(tea=2)
    carry(order, shop, "take_back", at=at)
    assert axes(order) == ("confirmed", "returned", "due")
    assert level_at(shop.putian, shop.tea) == (20, 0)
    reserve_again(order, by=CLOCKWORK, at=at + timedelta(hours=6))
    assert axes(order) == ("confirmed", "reserved", "due")
    assert (order.promised_at, order.door_at) == ((at + timedelta(days=1)).replace(hour=12), None)
    assert level_at(shop.putian, shop.tea) == (20, 2)


def test_reserve_again_opens_a_shortage_for_what_was_sold_meanwhile(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place(longan=4)
    carry(order, shop, "take_back", at=at)
    place(longan=3, phone="13905941234")
    reserve_again(order, **act)
    assert axes(order) == ("confirmed", "unallocated", "due")
    assert Shortage.objects.get().pieces == 2


def test_reserve_again_after_unpacking(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place(tea=2)
    carry(order, shop, "pick", at=at)
    back = [Line(shop.tea.pk, 2, order.reference)]
    return_goods(None, source=shop.putian.packed, depot=shop.putian, lines=back, **act)
    advance_orders("putian", orders=[order.pk], step="unpack", **act)
    promised = order.promised_at
    reserve_again(order, **act)
    assert axes(order) == ("confirmed", "reserved", "due")
    assert order.promised_at == promised


def test_reserve_again_is_refused_while_goods_are_set_aside(
    place: Callable[..., Order], act: dict[str, Any]
) -> None:
    order, _short = short_order(place)
    no = refused(lambda: reserve_again(order, **act))
    assert str(no) == (
        "The goods of this order are set aside already, as far as they are there. "
        "Settle what is short with the customer."
    )
    whole = place(tea=1, phone="13905941234")
    assert refused(lambda: reserve_again(whole, **act)).code == "illegal_move"


def test_give_up_order_once_its_goods_are_back(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place()
    carry(order, shop, "take_back", at=at)
    give_up_order(order, reason="moved away", **act)
    assert axes(order) == ("cancelled", "returned", "nothing")
    assert (order.reason_code, order.reason, order.due_fen) == ("undelivered", "moved away", 0)


def test_give_up_order_is_refused_while_its_goods_are_out(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place()
    carry(order, shop, "fail", at=at)
    no = refused(lambda: give_up_order(order, reason="x", **act))
    assert str(no) == "The goods of this order are not back in the depot. Take them back first."


@pytest.mark.books_broken
def test_hand_in_orders_and_settle_orders_follow_the_money(
    place: Callable[..., Order], shop: SimpleNamespace, at: datetime, act: dict[str, Any]
) -> None:
    order = place()
    carry(order, shop, "load", at=at)
    (line,) = order.lines.all()
    finish_at_door(order, step="deliver", delivered={line.pk: 1}, taken_fen=6_800, **act)
    no = refused(lambda: settle_orders("putian", orders=[order.pk], **act))
    assert str(no).startswith(f"Order {order.number} cannot go this way: it is “With the courier”.")
    hand_in_orders("putian", orders=[order.pk], **act)
    assert axes(order)[2] == "handed_in"
    settle_orders("putian", orders=[order.pk], **act)
    assert axes(order)[2] == "settled"
    assert order.settled_at == at


@pytest.mark.parametrize("deed", [hand_in_orders, settle_orders])
def test_hand_in_orders_and_settle_orders_are_refused_before_money_was_taken(
    place: Callable[..., Order], act: dict[str, Any], deed: Any
) -> None:
    order = place()
    assert refused(lambda: deed("putian", orders=[order.pk], **act)).code == "order_moved_on"


def test_settle_orders_and_the_rest_are_nobodys_own_to_do(
    place: Callable[..., Order], actor: Callable[..., Any], at: datetime
) -> None:
    order = place()
    for by in (actor("hu"), actor("lin"), CUSTOMER):
        no = refused(
            lambda by=by: advance_orders("putian", orders=[order.pk], step="pick", by=by, at=at)
        )
        assert no.code == "not_yours"
