"""What goes through the bank: received, handed over for, paid back, and entered by mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash.actions.door import hand_over_paid, take_at_door
from zhanggui.trade.cash.actions.transfers import (
    record_receipt,
    record_repayment,
    withdraw_receipt,
)
from zhanggui.trade.cash.models import BankEntry, Collection
from zhanggui.trade.cash.queries import refunds_owed, transfers_awaited
from zhanggui.trade.cash.tests.conftest import CUSTOMER, Trade, books
from zhanggui.trade.delivery.actions.doors import refuse_stop
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rounds import cancel_unpaid_orders

Read = Callable[[], Any]


@pytest.fixture(autouse=True)
def _account() -> Iterator[None]:
    with override_settings(TRANSFER_ACCOUNT="掌柜商贸 / 兴业银行莆田分行 / 6222 0812 3456"):
        yield


def refused(deed: Callable[[], object], unchanged: Read) -> str:
    """Return the words in which a deed was refused; nothing changed."""
    before = unchanged()
    with pytest.raises(Refusal) as no:
        deed()
    assert unchanged() == before
    return str(no.value)


def money(order: Order) -> str:
    order.refresh_from_db()
    return order.money


def repay(trade: Trade, order: Order, fen: int, reference: str = "R1") -> BankEntry:
    order.refresh_from_db()
    return record_repayment(
        order, amount_fen=fen, reference=reference, by=trade.by("wu"), at=trade.at
    )


# --- it comes -------------------------------------------------------------------------------------


def test_record_receipt_puts_the_money_into_the_bank_as_the_customers(trade: Trade) -> None:
    order = trade.ahead(paid=0)
    assert list(transfers_awaited(trade.by("wu"))) == [order]
    entry = trade.receive(order, reference=" 2026112300017 ")
    assert (entry.reference, entry.amount_fen, entry.kind) == ("2026112300017", 8_750, "received")
    assert money(order) == "prepaid"
    assert books() == {"bank": 8_750, "prepaid": 8_750}
    assert not transfers_awaited(trade.by("wu")).exists()
    assert not refunds_owed(trade.by("wu")).exists()


def test_record_receipt_of_too_little_waits_and_of_too_much_is_owed(trade: Trade) -> None:
    order = trade.ahead(paid=5_000)
    assert list(transfers_awaited(trade.by("wu"))) == [order]
    trade.receive(order, 4_000)
    order.refresh_from_db()
    assert (order.money, order.due_fen, order.owed_fen) == ("prepaid", 0, 250)
    assert list(refunds_owed(trade.by("wu"))) == [order]
    repay(trade, order, 250)
    assert money(order) == "prepaid"
    assert books() == {"bank": 8_750, "prepaid": 8_750}
    assert not refunds_owed(trade.by("wu")).exists()


def test_record_receipt_of_an_order_that_has_ended_is_owed(trade: Trade, at: datetime) -> None:
    order = trade.ahead(paid=0)
    assert cancel_unpaid_orders(at + timedelta(hours=48)) == 1
    trade.receive(order, 8_750)
    assert money(order) == "owed"
    repay(trade, order, 8_750)
    assert (money(order), books()) == ("refunded", {})


def test_record_receipt_is_refused_twice_and_without_the_duty(
    trade: Trade, unchanged: Read, at: datetime
) -> None:
    order, other = trade.ahead(paid=0), trade.ahead(paid=0)
    trade.receive(order, reference="B1")
    again: dict[str, Any] = {"amount_fen": 8_750, "at": at}
    said = refused(
        lambda: record_receipt(other, **again, reference="B1", by=trade.by("wu")), unchanged
    )
    assert said == (
        f"The transfer B1 is in the books already, for order {order.number}. Look at that order; "
        "each transfer is entered once."
    )
    said = refused(
        lambda: record_receipt(other, **again, reference="  ", by=trade.by("wu")), unchanged
    )
    assert said == (
        "Without the bank's number nobody finds this transfer again. Type it as the statement has "
        "it."
    )
    said = refused(
        lambda: record_receipt(other, **again, reference="9" * 41, by=trade.by("wu")), unchanged
    )
    assert said == "The bank's number has more than 40 characters. Type the number alone."
    for user in ("hu", "cai", "xie"):
        said = refused(
            lambda user=user: record_receipt(other, **again, reference="B2", by=trade.by(user)),
            unchanged,
        )
        assert "among those you answer for" in said, user
    cash = trade.order()
    said = refused(
        lambda: record_receipt(cash, **again, reference="B2", by=trade.by("wu")), unchanged
    )
    assert said == (
        "This order is paid to the courier, not by transfer. Look for the number in the "
        "transfer's note once more."
    )


def test_withdraw_receipt_frees_its_number_for_the_order_it_belongs_to(
    trade: Trade, at: datetime
) -> None:
    wrong, right = trade.ahead(paid=0), trade.ahead(paid=0)
    entry = trade.receive(wrong, reference="B1")
    wrong.refresh_from_db()
    withdraw_receipt(wrong, receipt=entry.pk, reason="typed twice", by=trade.by("wu"), at=at)
    assert money(wrong) == "awaited"
    assert books() == {}
    trade.receive(right, reference="B1")
    assert (money(right), books()) == ("prepaid", {"bank": 8_750, "prepaid": 8_750})


def test_withdraw_receipt_is_refused_for_another_and_once_goods_left(
    trade: Trade, unchanged: Read, at: datetime
) -> None:
    order = trade.ahead()
    entry = BankEntry.objects.get()
    act: dict[str, Any] = {"reason": "mistake", "by": trade.by("wu"), "at": at}
    order.refresh_from_db()
    said = refused(lambda: withdraw_receipt(order, receipt=entry.pk + 1, **act), unchanged)
    assert said == (
        "This receipt is not among those of the order any more. Look at the order again."
    )
    trade.run(order)
    order.refresh_from_db()
    said = refused(lambda: withdraw_receipt(order, receipt=entry.pk, **act), unchanged)
    assert said == (
        "For this money goods have left the depot, or it has been paid back. Talk to the city "
        "manager: the order is to be stopped first."
    )


# --- it goes back ---------------------------------------------------------------------------------


def test_record_repayment_of_a_cancelled_order_empties_the_books(
    trade: Trade, at: datetime
) -> None:
    order = trade.ahead()
    order.refresh_from_db()
    cancel_own_order(order, by=CUSTOMER, at=at)
    assert list(refunds_owed(trade.by("wu"))) == [order]
    repay(trade, order, 750, "R1")
    assert (money(order), books()) == ("owed", {"bank": 8_000, "prepaid": 8_000})
    repay(trade, order, 8_000, "R2")
    assert (money(order), books()) == ("refunded", {})


def test_record_repayment_is_refused_for_nothing_and_for_too_much(
    trade: Trade, unchanged: Read, at: datetime
) -> None:
    order = trade.ahead()
    said = refused(lambda: repay(trade, order, 1), unchanged)
    assert said == (
        "Nothing of this order is to be paid back. Look at the queue: somebody may have paid it "
        "back meanwhile."
    )
    cancel_own_order(order, by=CUSTOMER, at=at)
    said = refused(lambda: repay(trade, order, 8_751), unchanged)
    assert said == (
        "87.51 yuan are more than the 87.50 that are to be paid back. Pay back what is owed, at "
        "most."
    )
    said = refused(lambda: repay(trade, order, 8_750, "B00000001"), unchanged)
    assert "is in the books already" in said
    said = refused(
        lambda: record_repayment(order, amount_fen=1, reference="R1", by=trade.by("hu"), at=at),
        unchanged,
    )
    assert "among those you answer for" in said


# --- the door -------------------------------------------------------------------------------------


def hand(trade: Trade, order: Order, delivered: dict[int, int] | None = None) -> Any:
    stop = trade.stop(order)
    return hand_over_paid(
        stop, delivered=delivered, by=trade.by(stop.run.courier.user), at=trade.at
    )


def test_hand_over_paid_turns_the_money_into_sales_and_takes_none(trade: Trade) -> None:
    order = trade.ahead()
    trade.run(order)
    hand(trade, order)
    order.refresh_from_db()
    assert (order.state, order.fulfilment, order.money) == ("closed", "delivered", "settled")
    assert (order.taken_fen, order.settled_at, order.owed_fen) == (8_750, trade.at, 0)
    assert books() == {"bank": 8_750, "sales.putian": 8_750}
    assert not Collection.objects.exists()


def test_hand_over_paid_in_part_leaves_the_rest_to_be_paid_back(trade: Trade) -> None:
    order = trade.ahead()
    trade.run(order)
    hand(trade, order, {trade.line(order, "tea").pk: 1})
    order.refresh_from_db()
    assert (order.fulfilment, order.taken_fen, order.owed_fen) == ("partly", 4_000, 4_750)
    assert books() == {"bank": 8_750, "prepaid": 4_750, "sales.putian": 4_000}
    repay(trade, order, 4_750)
    assert (money(order), books()) == ("settled", {"bank": 4_000, "sales.putian": 4_000})


def test_refuse_stop_of_goods_paid_ahead_owes_all_of_it(trade: Trade, at: datetime) -> None:
    order = trade.ahead()
    trade.run(order)
    refuse_stop(trade.stop(order), reason_code="changed_mind", by=trade.by("cai"), at=at)
    assert money(order) == "owed"
    assert books() == {"bank": 8_750, "prepaid": 8_750}


def test_hand_over_paid_is_refused_for_cash_for_nothing_and_to_others(
    trade: Trade, unchanged: Read, at: datetime
) -> None:
    paid, cash = trade.ahead(), trade.order()
    trade.run(paid, cash)
    assert refused(lambda: hand(trade, cash), unchanged) == (
        "This order is paid at the door. Take the money as you hand it over."
    )
    nothing = {trade.line(paid, "tea").pk: 0}
    assert refused(lambda: hand(trade, paid, nothing), unchanged) == (
        "The customer keeps nothing. Note the order as refused, with the reason."
    )
    said = refused(
        lambda: hand_over_paid(trade.stop(paid), delivered=None, by=trade.by("xie"), at=at),
        unchanged,
    )
    assert "among those you answer for" in said


def test_take_at_door_is_refused_for_goods_paid_ahead(
    trade: Trade, unchanged: Read, at: datetime
) -> None:
    order = trade.ahead()
    trade.run(order)
    said = refused(
        lambda: take_at_door(
            trade.stop(order),
            delivered=None,
            tendered_fen=8_750,
            change_fen=0,
            by=trade.by("cai"),
            at=at,
        ),
        unchanged,
    )
    assert said == (
        "This order is paid ahead: no money is taken at the door. Give back what you took, and "
        "hand it over as paid."
    )
