"""Entering what went through the bank: paid ahead, entered by mistake, paid back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.ledger.actions import transfer_many
from zhanggui.ground.ledger.models import Account
from zhanggui.ground.ledger.rules import Entry
from zhanggui.trade.cash import queries
from zhanggui.trade.cash.actions.books import BANK, PREPAID, company_account
from zhanggui.trade.cash.models import BankEntry
from zhanggui.trade.cash.rules import BankKind
from zhanggui.trade.orders.actions.payments import pay_back_ahead, receive_ahead, take_out_ahead
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.orders import tidy_text


@action(
    duty=queries.TRANSFERS,
    title=_("Record the receipt"),
    said=_("recorded %(amount)s yuan received (%(number)s)"),
    guard=queries.why_not_receive,
    since="placed_at",
)
def record_receipt(
    order: Order, *, amount_fen: int, reference: str, by: Actor, at: datetime
) -> BankEntry:
    """Record that so much came into the bank for an order, under the bank's number.

    Once all of it is there the order goes on. What is too little waits with it for the rest, what
    is too much is to be paid back; so is all of it where the order has ended meanwhile.
    """
    bank, prepaid = _books(by=by, at=at)
    number = _new_number(reference)
    receive_ahead(order, amount_fen=amount_fen, by=by, at=at)
    _enter(order, bank.pk, prepaid.pk, amount_fen, "receive", by=by, at=at)
    remember(amount=format_fen(amount_fen), number=number)
    return _kept(order, BankKind.RECEIVED, amount_fen, number, by=by, at=at)


@action(
    duty=queries.TRANSFERS,
    title=_("Take a receipt out"),
    said=_("took the receipt %(number)s of %(amount)s yuan out: %(reason)s"),
    guard=queries.why_not_withdraw,
)
def withdraw_receipt(
    order: Order, *, receipt: int, reason: str, by: Actor, at: datetime
) -> BankEntry:
    """Take a receipt (its id) out that was entered by mistake; where it can, the order waits again.

    Both entries stay in the books; the number is free for the order it belongs to.
    """
    bank, prepaid = _books(by=by, at=at)
    entry = next(one for one in queries.receipts_of(order) if one.pk == receipt)
    take_out_ahead(order, amount_fen=entry.amount_fen, by=by, at=at)
    _enter(order, prepaid.pk, bank.pk, entry.amount_fen, "withdraw", by=by, at=at)
    entry.withdrawn_at, entry.withdrawn_by_id, entry.reason = at, by.person_id, reason
    entry.save()
    remember(amount=format_fen(entry.amount_fen), number=entry.reference)
    return entry


@action(
    duty=queries.REFUNDS,
    title=_("Record the repayment"),
    said=_("recorded %(amount)s yuan paid back (%(number)s)"),
    guard=queries.why_not_pay_back,
    since="owed_since_at",
)
def record_repayment(
    order: Order, *, amount_fen: int, reference: str, by: Actor, at: datetime
) -> BankEntry:
    """Record that so much of what is owed was paid back, under the bank's number."""
    bank, prepaid = _books(by=by, at=at)
    number = _new_number(reference)
    pay_back_ahead(order, amount_fen=amount_fen, by=by, at=at)
    _enter(order, prepaid.pk, bank.pk, amount_fen, "pay_back", by=by, at=at)
    remember(amount=format_fen(amount_fen), number=number)
    return _kept(order, BankKind.PAID_BACK, amount_fen, number, by=by, at=at)


def _books(*, by: Actor, at: datetime) -> tuple[Account, Account]:
    """Return the bank's account, locked, and that of money paid ahead.

    Of two who enter the same transfer for two orders, the second waits here and sees the first.
    """
    bank = company_account(BANK, by=by, at=at)
    Account.objects.select_for_update(no_key=True).get(pk=bank.pk)
    return bank, company_account(PREPAID, by=by, at=at)


def _new_number(reference: str) -> str:
    if refusal := queries.why_not_reference(reference):
        raise refusal
    return tidy_text(reference)


def _enter(
    order: Order, debit: int, credit: int, amount_fen: int, entry: str, *, by: Actor, at: datetime
) -> None:
    one = Entry(debit, credit, amount_fen, entry, memo=order.number, data={"order": order.pk})
    transfer_many(order.area_id, entries=[one], by=by, at=at)


def _kept(
    order: Order, kind: BankKind, amount_fen: int, number: str, *, by: Actor, at: datetime
) -> BankEntry:
    if by.person_id is None:
        raise not_yours()
    return BankEntry.objects.create(
        order=order,
        area_id=order.area_id,
        kind=kind,
        amount_fen=amount_fen,
        reference=number,
        entered_by_id=by.person_id,
        entered_at=at,
    )
