"""What screening looks at: the order, its address as read, and what came before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, CharField, Count, DateTimeField, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.prepared import among, prepared
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.rules.addresses import read_address
from zhanggui.ground.places.rules.phones import PhoneReading, read_phone
from zhanggui.trade.orders.models import Hold, Order, OrderLine
from zhanggui.trade.orders.queries.orders import held_pieces
from zhanggui.trade.orders.queries.payments import TAKEN, known_of
from zhanggui.trade.orders.queries.service import full_address
from zhanggui.trade.orders.queries.shortages import unsettled_of
from zhanggui.trade.orders.rules.payments import Doors, Terms
from zhanggui.trade.orders.rules.screening import (
    DUPLICATE_WITHIN,
    Case,
    Earlier,
    blocked,
    sentence,
)
from zhanggui.trade.orders.rules.states import (
    IN_HOUSE,
    LIVE,
    MOVES,
    STEPS,
    Fulfilment,
    Money,
    OrderState,
    Payment,
    Severity,
)

SCREENING = "orders.screening"
"""The duty of screening orders."""

EARLIER_MAX = 50
"""Earlier orders looked at: whoever has placed more in a day is held anyway."""


def orders_to_screen(by: DeskActor) -> QuerySet[Order]:
    """Return the orders in screening of one's areas, each with its open holds (`holds`)."""
    rows = Order.objects.filter(by.scope(SCREENING).where(), state=OrderState.SCREENING)
    return rows.select_related("area").prefetch_related("holds")


def open_holds(order: Order) -> list[Hold]:
    """Return the holds on an order that nobody has settled, in the order they were raised."""
    if order.known is not None:
        return list(order.known.holds)
    return list(Hold.objects.filter(order=order, resolved_at__isnull=True).order_by("pk"))


def earlier_orders(
    *, phone_key: str, device: str, at: datetime, without: int | None = None
) -> list[Earlier]:
    """Return what was ordered within a day by a phone or from a device, the latest first.

    Two statements, one when nothing was; `goods` are given for orders of the same phone only.
    """
    of = {name: key for name, key in (("phone_key", phone_key), ("device", device)) if key}
    if not of:
        return []
    rows = _ORDERED[tuple(of)](since=at - DUPLICATE_WITHIN, **of)
    found = [order for order in rows if order.pk != without][:EARLIER_MAX]
    mine = [order for order in found if phone_key and order.phone_key == phone_key]
    goods = _goods(order.pk for order in mine)
    return [
        Earlier(
            pk=order.pk,
            number=order.number,
            placed_at=order.placed_at,
            same_phone=bool(phone_key) and order.phone_key == phone_key,
            state=order.state,
            live=order.state in LIVE,
            unpaid=order.state in LIVE and order.money == Money.AWAITED,
            goods=goods.get(order.pk, frozenset()),
        )
        for order in found
    ]


def _ordered_since(*columns: str) -> Callable[..., list[Order]]:
    """Return how orders are asked for that have one of these values."""

    @prepared(since=DateTimeField(), **{column: CharField() for column in columns})
    def rows(since: datetime, **of: str) -> QuerySet[Order]:
        same = Q(*of.items(), _connector=Q.OR)
        found = Order.objects.filter(same, placed_at__gt=since).order_by("-placed_at", "-pk")
        return found.only("phone_key", "placed_at", "state", "money")[: EARLIER_MAX + 1]

    return rows


_ORDERED: Mapping[tuple[str, ...], Callable[..., list[Order]]] = {
    columns: _ordered_since(*columns)
    for columns in [("phone_key",), ("device",), ("phone_key", "device")]
}


@prepared(orders=[BigIntegerField()])
def _lines_in(orders: list[int]) -> QuerySet[OrderLine, tuple[int, int, int, int]]:
    rows = OrderLine.objects.filter(among("order_id", orders)).order_by()
    return rows.values_list("order_id", "sku_id", "quantity", "dropped")


def _goods(orders: Iterable[int]) -> dict[int, frozenset[tuple[int, int]]]:
    ids = list(orders)
    pieces: dict[int, dict[int, int]] = {}
    for order, sku, quantity, dropped in _lines_in(orders=ids) if ids else ():
        mine = pieces.setdefault(order, {})
        mine[sku] = mine.get(sku, 0) + quantity - dropped
    return {order: frozenset(mine.items()) for order, mine in pieces.items()}


def unconfirmed_of(earlier: Iterable[Earlier], *, at: datetime) -> int:
    """Return how many orders of the same phone in a day wait to be confirmed."""
    since = at - timedelta(days=1)
    return sum(
        o.same_phone and o.state == OrderState.SCREENING and o.placed_at > since for o in earlier
    )


def unpaid_of(earlier: Iterable[Earlier]) -> int:
    """Return how many orders of the same phone in a day hold goods and wait for a transfer."""
    return sum(o.same_phone and o.unpaid for o in earlier)


def phone_key_of(phone: PhoneReading) -> str:
    """Return the digits by which orders of one phone are found, "" for an uncallable number."""
    return phone.national[:24] if phone.good else ""


def case_of(
    *,
    recipient: str,
    phone: str,
    division: str,
    address: str,
    goods: frozenset[tuple[int, int]],
    due_fen: int,
    earlier: Iterable[Earlier],
    payment: str = Payment.CASH.value,
    terms: Terms | None = None,
    known: Doors | None = None,
    at: datetime,
) -> Case:
    """Return all that screening looks at; `known` is the phone's history where it was read."""
    reading = read_address(full_address(division, address), within=frozenset({division[:6]}))
    read = read_phone(phone)
    if known is None:
        known = known_of(phone_key_of(read)) if payment == Payment.CASH else Doors()
    return Case(
        at=at,
        recipient=recipient,
        phone_typed=phone,
        phone=read,
        address=address,
        reading=reading,
        goods=goods,
        due_fen=due_fen,
        earlier=tuple(earlier),
        payment=payment,
        terms=terms or Terms(),
        known=known,
    )


# --- what speaks against it ---------------------------------------------------------------------


def why_not_confirm(order: Order) -> Refusal | None:
    """Return why an order cannot be let through: its state, or what must be corrected first."""
    if refusal := MOVES.why_not("confirm_order", order.state):
        return refusal
    for hold in open_holds(order):
        if hold.severity == Severity.BLOCK:
            return blocked(sentence(hold.code, hold.evidence))
    return None


def why_not_cancel(order: Order) -> Refusal | None:
    """Return why an order cannot be cancelled: it has ended, or its goods are on their way."""
    if refusal := MOVES.why_not("cancel_order", order.state):
        return refusal
    if order.fulfilment not in IN_HOUSE:
        return Refusal(
            "goods_left",
            _("The goods of this order are already on their way."),
            settles=_("The customer can refuse them at the door."),
        )
    return None


def why_not_reserve_again(order: Order) -> Refusal | None:
    """Return why the goods of an order cannot be set aside again."""
    if refusal := MOVES.why_not("close_order", order.state):
        return refusal
    if refusal := STEPS.why_not("reserve", order.fulfilment):
        return refusal
    if order.fulfilment == Fulfilment.UNALLOCATED and (held_pieces(order) or unsettled_of(order)):
        return Refusal(
            "already_set_aside",
            _("The goods of this order are set aside already, as far as they are there."),
            settles=_("Settle what is short with the customer."),
        )
    return None


# --- what is known of a customer ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class History:
    """What became of the other orders of a phone: how many, taken, refused, declared void."""

    orders: int
    taken: int
    refused: int
    void: int


def history_of(order: Order) -> History:
    """Return what became of the other orders of the phone of an order, in one statement."""
    if not order.phone_key:
        return History(0, 0, 0, 0)
    rows = Order.objects.filter(phone_key=order.phone_key).exclude(pk=order.pk)
    refused = Q(fulfilment=Fulfilment.REFUSED) | Q(
        fulfilment=Fulfilment.RETURNED, state=OrderState.CLOSED
    )
    counts = rows.aggregate(
        orders=Count("pk"),
        taken=Count("pk", filter=Q(fulfilment__in=TAKEN)),
        refused=Count("pk", filter=refused),
        void=Count("pk", filter=Q(state=OrderState.VOID)),
    )
    return History(**counts)
