"""Paying ahead: offered or not, goods kept for the money, money that comes or stays out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings

from zhanggui.books.catalogue.actions.products import edit_product
from zhanggui.books.catalogue.models import Product
from zhanggui.books.stock.queries import held_under
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.audit import run_audits
from zhanggui.trade.orders.actions.customers import change_own_order
from zhanggui.trade.orders.actions.payments import (
    cancel_unpaid,
    pay_back_ahead,
    receive_ahead,
    take_out_ahead,
)
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.actions.progress import finish_at_door
from zhanggui.trade.orders.actions.promises import change_promise
from zhanggui.trade.orders.actions.screening import confirm_order, void_order
from zhanggui.trade.orders.actions.shortages import send_rest, substitute_goods
from zhanggui.trade.orders.models import Hold, Order
from zhanggui.trade.orders.queries import known_of, orders_ready
from zhanggui.trade.orders.rounds import cancel_unpaid_orders
from zhanggui.trade.orders.rules.payments import Doors, Terms
from zhanggui.trade.orders.tests.conftest import (
    CUSTOMER,
    HOURS,
    carry,
    refused,
    short_order,
)

Place = Callable[..., Order]
ACT: dict[str, Any] = {"by": CLOCKWORK}


@pytest.fixture(autouse=True)
def _account() -> Iterator[None]:
    with override_settings(TRANSFER_ACCOUNT="掌柜商贸 / 兴业银行莆田分行 / 6222 0812 3456"):
        yield


def axes(order: Order) -> tuple[str, str, str]:
    order.refresh_from_db()
    return order.state, order.fulfilment, order.money


def sums(order: Order) -> tuple[int, int, int, int]:
    """Return what is still to be paid, came in, went back, and is owed."""
    order.refresh_from_db()
    return order.due_fen, order.paid_ahead_fen, order.refunded_fen, order.owed_fen


def ready(order: Order) -> bool:
    return orders_ready(None).filter(pk=order.pk).exists()


# --- placing --------------------------------------------------------------------------------------


def test_place_order_by_transfer_keeps_the_goods_and_waits_for_the_money(
    place: Place, at: datetime
) -> None:
    order = place(tea=2, payment="transfer")
    assert axes(order) == ("confirmed", "reserved", "awaited")
    assert sums(order) == (13_600, 0, 0, 0)
    assert order.pay_until_at == at + timedelta(hours=48)
    assert sum(held_under(order.reference).values()) > 0
    assert not ready(order)
    assert order.promised_at > order.pay_until_at


def test_place_order_by_transfer_is_refused_without_an_account(place: Place) -> None:
    with override_settings(TRANSFER_ACCOUNT=""):
        no = refused(lambda: place(tea=1, payment="transfer"))
    assert (no.code, no.data) == ("transfer_closed", {"field": "payment"})
    assert str(no) == "We take no transfers at present. Pay the courier in cash."


def test_place_order_refuses_a_method_no_one_knows(place: Place) -> None:
    no = refused(lambda: place(tea=1, payment="barter"))
    assert str(no) == "“barter” is not among the choices. Choose one of those offered."


def test_place_order_for_cash_is_refused_where_the_area_takes_none(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    change_promise(shop.promise, **HOURS, terms=Terms(cash_open=False), **ACT, at=at)
    assert refused(lambda: place(tea=1)).code == "cash_not_here"
    assert place(tea=1, payment="transfer").money == "awaited"


def test_place_order_for_cash_is_refused_for_goods_got_ready_for_one(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    product = Product.objects.get(pk=shop.tea.product_id)
    said = {name: getattr(product, name) for name in ("name_zh", "name_en", "unit_zh", "unit_en")}
    edit_product(product, **said, category=product.category, paid_ahead=True, **ACT, at=at)
    no = refused(lambda: place(tea=1))
    assert no.code == "cash_ahead_goods"
    assert place(tea=1, payment="transfer").money == "awaited"
    assert place(longan=1).money == "due"


def test_place_order_over_the_highest_limit_is_refused_to_everybody(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    terms = Terms(cash_first_fen=5_000, cash_most_fen=13_599)
    change_promise(shop.promise, **HOURS, terms=terms, **ACT, at=at)
    assert refused(lambda: place(tea=2)).code == "cash_over"


def test_place_order_tells_a_history_only_to_who_has_proven_the_phone(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    """A stranger's order with the same phone is taken, and waits for a call to its owner."""
    for hours in (40, 30):
        when = at - timedelta(hours=hours)
        order = place(tea=1, at=when)
        carry(order, shop, "load", at=when)
        finish_at_door(order, step="refuse", delivered={}, taken_fen=0, **ACT, at=when)
    assert known_of("13850307261") == Doors(taken=0, refused=2)
    no = refused(lambda: place(tea=1, proven=True))
    assert str(no) == (
        "Your last 2 orders were refused at the door. Pay this one ahead; once you have taken it, "
        "cash is offered again."
    )
    typed = place(tea=1)
    assert axes(typed) == ("screening", "unallocated", "due")
    assert [hold.code for hold in Hold.objects.filter(order=typed)] == ["cod_refused"]
    assert place(longan=1, proven=True, payment="transfer").state == "confirmed"


def test_place_order_over_the_limit_of_a_first_one_is_held_or_refused(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    terms = Terms(cash_first_fen=10_000)
    change_promise(shop.promise, **HOURS, terms=terms, **ACT, at=at)
    assert refused(lambda: place(tea=2, proven=True)).code == "cash_first"
    held = place(tea=2)
    assert [(h.code, h.evidence["limit_fen"]) for h in Hold.objects.filter(order=held)] == [
        ("cod_limit", 10_000)
    ]


def test_place_order_by_transfer_is_refused_while_three_wait_for_their_money(
    place: Place, at: datetime
) -> None:
    for number in range(3):
        place(longan=1, payment="transfer", at=at - timedelta(hours=5 - number))
    no = refused(lambda: place(longan=1, payment="transfer"))
    assert str(no) == (
        "3 orders of this phone still wait for their transfer. Pay one of them or call it off; "
        "then this one can be placed."
    )


# --- money comes ----------------------------------------------------------------------------------


def test_receive_ahead_lets_the_order_go_on_with_a_promise_from_now(
    place: Place, at: datetime
) -> None:
    order = place(tea=2, payment="transfer")
    receive_ahead(order, amount_fen=13_600, **ACT, at=at + timedelta(hours=1))
    assert axes(order) == ("confirmed", "reserved", "prepaid")
    assert sums(order) == (0, 13_600, 0, 0)
    assert order.promised_at.isoformat() == "2026-11-23T12:00:00+00:00"
    assert ready(order)


def test_receive_ahead_too_little_waits_for_the_rest(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer")
    receive_ahead(order, amount_fen=10_000, **ACT, at=at)
    assert axes(order)[2] == "awaited"
    assert sums(order) == (3_600, 10_000, 0, 0)
    assert not ready(order)
    receive_ahead(order, amount_fen=3_600, **ACT, at=at)
    assert axes(order)[2] == "prepaid"


def test_receive_ahead_too_much_is_owed_from_that_moment(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer")
    later = at + timedelta(hours=2)
    receive_ahead(order, amount_fen=15_000, **ACT, at=later)
    assert sums(order) == (0, 15_000, 0, 1_400)
    assert order.owed_since_at == later
    assert order.money == "prepaid"


def test_receive_ahead_after_the_end_is_all_owed(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer")
    cancel_own_order(order, by=CUSTOMER, at=at)
    assert axes(order) == ("cancelled", "unallocated", "nothing")
    receive_ahead(order, amount_fen=13_600, **ACT, at=at)
    assert axes(order)[2] == "owed"
    assert sums(order) == (0, 13_600, 0, 13_600)


def test_receive_ahead_is_refused_for_an_order_of_cash(place: Place, at: datetime) -> None:
    order = place(tea=1)
    no = refused(lambda: receive_ahead(order, amount_fen=6_800, **ACT, at=at))
    assert str(no) == (
        "This order is paid to the courier, not by transfer. Look for the number in the "
        "transfer's note once more."
    )


def test_take_out_ahead_lets_the_order_wait_again(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer")
    receive_ahead(order, amount_fen=13_600, **ACT, at=at)
    later = at + timedelta(hours=3)
    take_out_ahead(order, amount_fen=13_600, **ACT, at=later)
    assert axes(order) == ("confirmed", "reserved", "awaited")
    assert sums(order) == (13_600, 0, 0, 0)
    assert order.pay_until_at == later + timedelta(hours=48)


def test_take_out_ahead_is_refused_once_the_goods_have_left(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    order = place(tea=2, payment="transfer")
    no = refused(lambda: take_out_ahead(order, amount_fen=1, **ACT, at=at))
    assert no.code == "nothing_received"
    receive_ahead(order, amount_fen=13_700, **ACT, at=at)
    carry(order, shop, "pick", at=at)
    no = refused(lambda: take_out_ahead(order, amount_fen=13_700, **ACT, at=at))
    assert str(no) == (
        "For this money goods have left the depot, or it has been paid back. Talk to the city "
        "manager: the order is to be stopped first."
    )


def test_pay_back_ahead_ends_what_is_owed_and_never_goes_beyond(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer")
    receive_ahead(order, amount_fen=13_600, **ACT, at=at)
    assert refused(lambda: pay_back_ahead(order, amount_fen=1, **ACT, at=at)).code == "nothing_owed"
    cancel_own_order(order, by=CUSTOMER, at=at)
    assert axes(order)[2] == "owed"
    no = refused(lambda: pay_back_ahead(order, amount_fen=13_601, **ACT, at=at))
    assert no.code == "more_than_owed"
    pay_back_ahead(order, amount_fen=600, **ACT, at=at)
    assert (axes(order)[2], sums(order)) == ("owed", (0, 13_600, 600, 13_000))
    pay_back_ahead(order, amount_fen=13_000, **ACT, at=at)
    assert (axes(order)[2], sums(order)) == ("refunded", (0, 13_600, 13_600, 0))
    assert order.owed_since_at is None


# --- it does not come -----------------------------------------------------------------------------


def test_cancel_unpaid_frees_the_goods_when_the_time_is_over(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer")
    assert order.pay_until_at is not None
    early = order.pay_until_at - timedelta(seconds=1)
    no = refused(lambda: cancel_unpaid(order, **ACT, at=early))
    assert str(no) == (
        "There is still time to pay this order. Wait until it is over, or until the money comes."
    )
    assert cancel_unpaid_orders(early) == 0
    assert cancel_unpaid_orders(order.pay_until_at) == 1
    assert axes(order) == ("cancelled", "unallocated", "nothing")
    assert order.reason_code == "unpaid"
    assert not any(held_under(order.reference).values())
    assert cancel_unpaid_orders(order.pay_until_at) == 0


def test_cancel_unpaid_leaves_what_came_of_it_to_be_paid_back(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer")
    receive_ahead(order, amount_fen=5_000, **ACT, at=at)
    assert cancel_unpaid_orders(at + timedelta(hours=48)) == 1
    assert (axes(order)[2], sums(order)) == ("owed", (0, 5_000, 0, 5_000))


def test_cancel_unpaid_is_refused_once_the_money_came(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer")
    receive_ahead(order, amount_fen=13_600, **ACT, at=at)
    no = refused(lambda: cancel_unpaid(order, **ACT, at=at + timedelta(days=9)))
    assert str(no) == (
        "No transfer is awaited for this order. Look at it again: the money may have come "
        "meanwhile."
    )


# --- what becomes of it ---------------------------------------------------------------------------


def test_a_held_order_is_paid_while_it_is_looked_at(place: Place, at: datetime) -> None:
    order = place(tea=2, payment="transfer", address="毓秀家园附近")
    assert axes(order) == ("screening", "unallocated", "awaited")
    assert order.pay_until_at is None
    receive_ahead(order, amount_fen=13_600, **ACT, at=at)
    assert axes(order) == ("screening", "unallocated", "prepaid")
    void_order(order, reason_code="test", **ACT, at=at)
    assert axes(order) == ("void", "unallocated", "owed")


def test_confirm_order_begins_the_time_to_pay(place: Place, at: datetime) -> None:
    place(tea=1, payment="transfer")
    twice = place(tea=1, payment="transfer")
    assert twice.state == "screening"
    later = at + timedelta(hours=1)
    confirm_order(twice, **ACT, at=later)
    twice.refresh_from_db()
    assert twice.pay_until_at == later + timedelta(hours=48)


def test_finish_at_door_settles_what_was_kept_and_owes_the_rest(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    order = place(tea=2, longan=1, payment="transfer")
    receive_ahead(order, amount_fen=17_590, **ACT, at=at)
    carry(order, shop, "load", at=at)
    tea = order.lines.get(sku=shop.tea)
    part: dict[str, Any] = {"step": "deliver_part", "delivered": {tea.pk: 1}}
    no = refused(lambda: finish_at_door(order, **part, taken_fen=6_800, **ACT, at=at))
    assert no.code == "wrong_sum"
    finish_at_door(order, **part, taken_fen=0, **ACT, at=at)
    assert axes(order) == ("closed", "partly", "settled")
    assert (order.taken_fen, order.settled_at) == (6_800, at)
    assert sums(order) == (6_800, 17_590, 0, 10_790)


def test_finish_at_door_refused_owes_all_of_it(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    order = place(tea=1, payment="transfer")
    receive_ahead(order, amount_fen=6_800, **ACT, at=at)
    carry(order, shop, "load", at=at)
    finish_at_door(order, step="refuse", delivered={}, taken_fen=0, **ACT, at=at)
    assert (axes(order), sums(order)) == (("closed", "refused", "owed"), (0, 6_800, 0, 6_800))


def test_send_rest_owes_what_was_left_out(place: Place, at: datetime) -> None:
    order, shortage = short_order(place, tea=2, noodles=2, payment="transfer")
    receive_ahead(order, amount_fen=16_100, **ACT, at=at)
    send_rest(shortage, **ACT, at=at)
    assert (axes(order), sums(order)) == (
        ("confirmed", "reserved", "prepaid"),
        (0, 16_100, 0, 2_500),
    )


def test_send_rest_pays_an_order_of_which_enough_had_come(place: Place, at: datetime) -> None:
    order, shortage = short_order(place, tea=2, noodles=2, payment="transfer")
    receive_ahead(order, amount_fen=13_600, **ACT, at=at)
    assert axes(order)[2] == "awaited"
    send_rest(shortage, **ACT, at=at)
    assert (axes(order), sums(order)) == (("confirmed", "reserved", "prepaid"), (0, 13_600, 0, 0))


def test_substitute_goods_never_cost_more_than_was_paid_ahead(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    order, shortage = short_order(place, tea=2, noodles=2, payment="transfer")
    receive_ahead(order, amount_fen=16_100, **ACT, at=at)
    no = refused(lambda: substitute_goods(shortage, sku=shop.longan.pk, quantity=1, **ACT, at=at))
    assert str(no) == (
        "The customer has paid 161.00 yuan ahead; with these goods it would be 175.90. Choose "
        "goods that cost no more, or fewer of them."
    )


def test_change_own_order_keeps_cash_out_of_areas_that_take_none(
    shop: SimpleNamespace, place: Place, at: datetime
) -> None:
    order = place(tea=1)
    change_promise(shop.promise, **HOURS, terms=Terms(cash_open=False), **ACT, at=at)
    same: dict[str, Any] = {
        "recipient": order.recipient,
        "phone": order.phone,
        "division": "350302",
        "address": order.address,
        "note": "",
    }
    no = refused(lambda: change_own_order(order, **same, by=CUSTOMER, at=at))
    assert no.code == "cash_not_here"


# --- the audit ------------------------------------------------------------------------------------


@pytest.mark.books_broken
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"paid_ahead_fen": 13_600}, "waits for a transfer that has come"),
        ({"money": "prepaid", "due_fen": 0}, "is said to be paid ahead, and is not"),
        ({"money": "nothing"}, "is under way and awaits no money"),
        ({"state": "cancelled"}, "has ended and its money has not"),
        ({"pay_until_at": None}, "waits for its transfer without an end"),
        ({"fulfilment": "out"}, "has left before it was paid"),
    ],
)
def test_audit_prepaid_finds_what_its_sums_deny(
    place: Place, wrong: dict[str, Any], said: str
) -> None:
    order = place(tea=2, payment="transfer")
    assert list(run_audits(["orders.prepaid"])) == []
    with guard.writes_open():
        Order.objects.filter(pk=order.pk).update(**wrong)
    found = [breach.sentence for breach in run_audits(["orders.prepaid"])]
    assert f"Order {order.number} {said}." in found
