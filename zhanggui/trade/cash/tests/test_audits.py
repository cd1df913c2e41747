"""The books of the money prove themselves: each way to falsify them is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings

from tests.scenes import laid_out
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.tests.errands import tamper
from zhanggui.ground.ledger.actions import transfer_money
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.trade.cash.actions.door import hand_over_paid
from zhanggui.trade.cash.actions.hand_ins import resolve_difference
from zhanggui.trade.cash.audits import (
    audit_bank,
    audit_hand_ins,
    audit_late,
    audit_ledger,
    audit_orders,
    audit_prepaid,
    audit_purses,
)
from zhanggui.trade.cash.models import BankEntry, Collection, Purse, Remittance
from zhanggui.trade.cash.tests.conftest import Trade
from zhanggui.trade.delivery.actions.doors import fail_stop
from zhanggui.trade.orders.models import Order

AUDITS = (
    audit_purses,
    audit_orders,
    audit_ledger,
    audit_hand_ins,
    audit_late,
    audit_bank,
    audit_prepaid,
)


def breaches(*audits: Callable[[], Any]) -> list[str]:
    """Return the sentences of these audits, of all of the room for none."""
    return [f if isinstance(f, str) else f[0] for one in audits or AUDITS for f in one()]


@pytest.fixture
def busy(db: None, at: datetime) -> SimpleNamespace:
    """Return three orders: settled, being counted, and carried; late money beside them."""
    found: SimpleNamespace = laid_out(_busy, at)
    return found


def _busy(at: datetime) -> SimpleNamespace:
    trade = Trade(at)
    first, second, third = (trade.order(tea=n, longan=0) for n in (1, 2, 3))
    trade.give_float()
    trade.run(first, second, third)
    trade.take(first)
    counted = trade.count(trade.declare())
    trade.take(second, given=10_000)
    waiting = trade.declare()
    fail_stop(trade.stop(third), reason_code="nobody_home", by=trade.by("cai"), at=trade.at)
    late = trade.take(third)
    fourth = trade.order(tea=1, longan=0)
    trade.run(fourth, user="chen")
    trade.take(fourth)
    return SimpleNamespace(
        settled=first,
        handed=second,
        carried=fourth,
        counted=counted,
        waiting=waiting,
        late=late,
        trade=trade,
    )


def test_audits_have_nothing_to_say_of_honest_books(busy: SimpleNamespace) -> None:
    assert breaches() == []


def put(model: Any, pk: int, **values: Any) -> None:
    """Write past the actions."""
    with guard.writes_open():
        model.objects.filter(pk=pk).update(**values)


@pytest.mark.books_broken
def test_audit_purses_finds_money_that_came_twice(busy: SimpleNamespace) -> None:
    purse = busy.trade.purse("chen")
    again = Transfer.objects.get(debit=purse.account_id)
    again.pk = None
    with guard.writes_open():
        again.save(force_insert=True)
    assert breaches(audit_purses) == [
        f"Purse {purse.pk} holds 80.00 by the ledger; float, collections and hand-ins leave 40.00."
    ]
    assert breaches(audit_ledger) == [
        "takings.putian holds 160.00 by the ledger, the records say 120.00."
    ]


@pytest.mark.books_broken
def test_audit_purses_finds_a_purse_that_does_not_know_since_when(busy: SimpleNamespace) -> None:
    purse = busy.trade.purse("chen")
    put(Purse, purse.pk, since_at=busy.trade.at - timedelta(hours=1))
    said = f"Purse {purse.pk} does not say truly since when it holds money."
    assert breaches(audit_purses) == [said]
    put(Purse, purse.pk, since_at=None)
    assert breaches(audit_purses) == [said]


@pytest.mark.books_broken
def test_audit_purses_finds_another_sum_pending(busy: SimpleNamespace) -> None:
    put(Remittance, busy.waiting.pk, expected_fen=7_900)
    purse = busy.trade.purse("cai")
    assert f"Purse {purse.pk} has another sum pending than was handed in." in breaches(audit_purses)
    assert breaches(audit_hand_ins) == [
        f"Remittance {busy.waiting.pk} set another sum aside than it expects.",
        f"Remittance {busy.waiting.pk} expects another sum than float and collections.",
    ]


@pytest.mark.books_broken
@pytest.mark.parametrize(
    ("which", "money", "said"),
    [
        ("carried", "due", "had its money taken and does not say so"),
        ("carried", "handed_in", "is handed in without a hand-in"),
        ("handed", "settled", "is settled without counted money"),
        ("carried", "settled", "is settled without counted money"),
        ("settled", "collected", "is said to be with the courier and is not"),
    ],
)
def test_audit_orders_finds_money_that_is_not_where_the_order_says(
    busy: SimpleNamespace, which: str, money: str, said: str
) -> None:
    order = getattr(busy, which)
    settled = {"settled_at": busy.trade.at if money == "settled" else None}
    put(Order, order.pk, money=money, **settled)
    assert breaches(audit_orders) == [f"Order {order.pk} {said}."]


@pytest.mark.books_broken
def test_audit_orders_finds_money_that_nobody_took(busy: SimpleNamespace) -> None:
    tamper("DELETE FROM cash_collection WHERE order_id = %s", busy.carried.pk)
    assert breaches(audit_orders) == [
        f"Order {busy.carried.pk} has money that nobody took at a door."
    ]


@pytest.mark.books_broken
def test_audit_orders_finds_another_sum(busy: SimpleNamespace) -> None:
    put(Order, busy.carried.pk, taken_fen=3_900)
    assert breaches(audit_orders) == [
        f"Order {busy.carried.pk} says another sum than was taken at the door."
    ]


@pytest.mark.books_broken
@pytest.mark.parametrize(
    ("debit", "credit", "said"),
    [
        (
            "takings.putian",
            "equity.opening",
            ["takings.putian holds 119.99 by the ledger, the records say 120.00."],
        ),
        (
            "suspense.putian",
            "equity.opening",
            ["suspense.* holds 119.99 by the ledger, the records say 120.00."],
        ),
    ],
)
def test_audit_ledger_finds_an_account_that_holds_something_else(
    busy: SimpleNamespace, debit: str, credit: str, said: list[str]
) -> None:
    from zhanggui.ground.kernel.actor import CLOCKWORK

    accounts = [Account.objects.get(code=code) for code in (debit, credit)]
    transfer_money(
        None,
        debit=accounts[0],
        credit=accounts[1],
        amount_fen=1,
        entry="slip",
        by=CLOCKWORK,
        at=busy.trade.at,
    )
    assert breaches(audit_ledger) == said


@pytest.mark.books_broken
def test_audit_ledger_finds_a_difference_that_was_decided_otherwise(trade: Trade) -> None:
    order = trade.order(tea=1, longan=0)
    trade.run(order)
    trade.take(order)
    remittance = trade.count(trade.declare(), 3_500)
    values = {"decision": "charge", "reason": "so", "by": trade.by("hu"), "at": trade.at}
    resolve_difference(remittance, **values)
    assert breaches() == []
    put(Remittance, remittance.pk, decision="waive")
    courier = trade.person("cai").pk
    assert breaches(audit_ledger) == [
        "short.* holds 0.00 by the ledger, the records say 5.00.",
        f"staff.{courier} holds 5.00 by the ledger, the records say 0.00.",
    ]


@pytest.mark.books_broken
@pytest.mark.parametrize(
    ("verb", "which"),
    [("declare_remittance", "waiting"), ("count_remittance", "counted")],
)
def test_audit_hand_ins_finds_a_state_no_fact_led_to(
    busy: SimpleNamespace, verb: str, which: str
) -> None:
    pk = getattr(busy, which).pk
    tamper("UPDATE kernel_fact SET record_id = 0 WHERE verb = %s", f"cash.{verb}")
    assert f"Remittance {pk} has no fact of {verb}." in breaches(audit_hand_ins)


@pytest.mark.books_broken
def test_audit_hand_ins_finds_notes_that_are_another_sum(busy: SimpleNamespace) -> None:
    pk = busy.counted.pk
    put(Remittance, pk, counted={"10000": 9})
    assert breaches(audit_hand_ins) == [f"Remittance {pk} has sums or a state that do not fit."]


@pytest.mark.books_broken
def test_audit_hand_ins_finds_another_sum_in_the_safe(busy: SimpleNamespace) -> None:
    pk = busy.counted.pk
    tamper("UPDATE ledger_transfer SET amount_fen = amount_fen - 1 WHERE phase = 'posting'")
    assert breaches(audit_hand_ins) == [
        f"Remittance {pk} brought another sum into the safe than counted."
    ]


@pytest.mark.books_broken
def test_audit_late_finds_what_was_cleared_up_by_nobody(busy: SimpleNamespace) -> None:
    put(Collection, busy.late.pk, cleared_at=busy.trade.at, cleared_as="mistake")
    assert breaches(audit_late) == [
        f"Collection {busy.late.pk} was cleared up and no fact tells how."
    ]


@pytest.mark.books_broken
def test_audit_late_finds_an_order_paid_twice(busy: SimpleNamespace) -> None:
    put(
        Collection,
        busy.late.pk,
        cleared_at=busy.trade.at,
        cleared_as="order",
        order_id=busy.settled.pk,
    )
    assert f"Collection {busy.late.pk} pays an order that was paid before." in breaches(audit_late)


@pytest.fixture
def banked(trade: Trade) -> SimpleNamespace:
    """Return two orders paid ahead: one handed over, one to come."""
    with override_settings(TRANSFER_ACCOUNT="掌柜商贸 / 兴业银行 / 6222"):
        gone, held = trade.ahead(), trade.ahead(paid=10_000)
    trade.run(gone)
    hand_over_paid(trade.stop(gone), delivered=None, by=trade.by("cai"), at=trade.at)
    return SimpleNamespace(gone=gone, held=held, trade=trade)


def test_audits_have_nothing_to_say_of_money_paid_ahead(banked: SimpleNamespace) -> None:
    assert breaches() == []


@pytest.mark.books_broken
def test_audit_prepaid_finds_money_no_bank_entry_tells_of(banked: SimpleNamespace) -> None:
    put(Order, banked.held.pk, paid_ahead_fen=9_000)
    assert breaches(audit_prepaid) == [
        f"Order {banked.held.pk} says another sum came in than the bank."
    ]
    assert breaches(audit_bank) == ["prepaid.* holds 100.00 by the ledger, the records say 90.00."]
    put(Order, banked.held.pk, paid_ahead_fen=10_000, refunded_fen=100)
    assert breaches(audit_prepaid) == [
        f"Order {banked.held.pk} says another sum went back than the bank."
    ]


@pytest.mark.books_broken
def test_audit_bank_finds_a_receipt_that_is_not_in_the_books(banked: SimpleNamespace) -> None:
    entry = BankEntry.objects.get(order=banked.held)
    put(BankEntry, entry.pk, amount_fen=1)
    assert "bank.* holds 187.50 by the ledger, the records say 87.51." in breaches(audit_bank)


@pytest.mark.books_broken
def test_audit_bank_finds_sales_that_were_earned_otherwise(banked: SimpleNamespace) -> None:
    put(Order, banked.gone.pk, taken_fen=8_000)
    assert breaches(audit_bank) == [
        "prepaid.* holds 100.00 by the ledger, the records say 107.50.",
        "sales.putian holds 87.50 by the ledger, the records say 80.00.",
    ]


@pytest.mark.books_broken
def test_audit_orders_finds_cash_taken_for_goods_paid_ahead(banked: SimpleNamespace) -> None:
    trade = banked.trade
    cash = trade.order()
    trade.run(cash, user="chen")
    taken = trade.take(cash)
    put(Collection, taken.pk, order_id=banked.gone.pk)
    said = f"Order {banked.gone.pk} was paid ahead, and once more at the door."
    assert said in breaches(audit_orders)
