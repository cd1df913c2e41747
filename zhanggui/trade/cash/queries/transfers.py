"""Money through the bank: transfers awaited, what is to be paid back, what was entered."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Prefetch, QuerySet

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash import rules
from zhanggui.trade.cash.models import BankEntry
from zhanggui.trade.cash.queries.collections import line_dues
from zhanggui.trade.cash.queries.duties import REFUNDS, TRANSFERS
from zhanggui.trade.cash.rules import BankKind
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.delivery.rules import STOP_MOVES, why_not_at_door, why_not_delivered
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.orders import tidy_text
from zhanggui.trade.orders.rules.states import LIVE, Money


def transfers_awaited(by: DeskActor) -> QuerySet[Order]:
    """Return the orders of one's areas whose transfer has not come, the soonest over first."""
    rows = Order.objects.filter(
        by.scope(TRANSFERS).where(), state__in=LIVE, money=Money.AWAITED
    ).select_related("area")
    return rows.order_by("pay_until_at", "pk")


def refunds_owed(by: DeskActor) -> QuerySet[Order]:
    """Return the orders of one's areas of which money is to be paid back, with their `receipts`."""
    rows = Order.objects.filter(by.scope(REFUNDS).where(), owed_since_at__isnull=False)
    return rows.select_related("area").prefetch_related(
        Prefetch("bank_entries", queryset=_receipts(), to_attr="receipts")
    )


def entries_of(order: Order) -> list[BankEntry]:
    """Return what went through the bank for an order, the oldest first, with who entered it."""
    rows = BankEntry.objects.filter(order=order).select_related("entered_by", "withdrawn_by")
    return list(rows.order_by("pk"))


def receipts_of(order: Order) -> list[BankEntry]:
    """Return the receipts of an order that stand."""
    return list(_receipts().filter(order=order))


def _receipts() -> QuerySet[BankEntry]:
    rows = BankEntry.objects.filter(kind=BankKind.RECEIVED, withdrawn_at__isnull=True)
    return rows.order_by("pk")


# --- what speaks against it --------------------------------------------------------------------


def why_not_reference(reference: str | None) -> Refusal | None:
    """Return why a transfer cannot be entered under a number; None before it is known."""
    if reference is None:
        return None
    plain = tidy_text(reference)
    before = BankEntry.objects.filter(reference=plain, withdrawn_at__isnull=True)
    former = before.select_related("order").first() if plain else None
    return rules.why_not_reference(plain, entered_for=former.order.number if former else "")


def why_not_receive(
    order: Order, *, amount_fen: int | None = None, reference: str | None = None
) -> Refusal | None:
    """Return why a transfer cannot be put to an order."""
    return orders.why_not_receive(order, amount_fen=amount_fen) or why_not_reference(reference)


def why_not_pay_back(
    order: Order, *, amount_fen: int | None = None, reference: str | None = None
) -> Refusal | None:
    """Return why so much cannot be paid back of an order."""
    return orders.why_not_pay_back(order, amount_fen=amount_fen) or why_not_reference(reference)


def why_not_withdraw(order: Order, *, receipt: int | None = None) -> Refusal | None:
    """Return why a receipt (its id) cannot be taken out again; None before it is known."""
    if receipt is None:
        return orders.why_not_take_out(order)
    found = next((one for one in receipts_of(order) if one.pk == receipt), None)
    if found is None:
        return rules.no_such_receipt()
    return orders.why_not_take_out(order, amount_fen=found.amount_fen)


def why_not_hand_over(stop: Stop, *, delivered: Mapping[int, int] | None = None) -> Refusal | None:
    """Return why goods cannot be handed over as paid at a stop."""
    if refusal := STOP_MOVES.why_not("hand_over", stop.state) or why_not_at_door(stop.run):
        return refusal
    if stop.order.money != Money.PREPAID:
        return rules.not_paid_ahead()
    if delivered is None:
        return None
    wanted = {line.pk: line.wanted for line in line_dues(stop.order)}
    return why_not_delivered(delivered, wanted=wanted)
