"""Orders as staff and customers may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Avg,
    BigIntegerField,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.utils.timezone import get_current_timezone, make_aware

from zhanggui.books.stock.queries import held_under
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.prepared import prepared
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.queries import present
from zhanggui.trade.orders.models import Order, OrderLine, Rating, Shortage
from zhanggui.trade.orders.rules.orders import number_parts
from zhanggui.trade.orders.rules.states import Fulfilment, Money, OrderState, ShortageState

DUTIES = (
    "S-CO-1",
    "S-CO-2",
    "S-CO-3",
    "S-CO-4",
    "S-CO-5",
    "S-CO-6",
    "S-CM-1",
    "S-CM-2",
    "C-CO-1",
    "C-SV-1",
    "C-PY-1",
    "F-ST-1",
    "M-GM-1",
    "G-6",
    "S-PM-1",
    "S-RM-2",
)
"""Who may look at orders: those who screen, deliver, settle, answer customers, or answer for it."""

UNSETTLED = (ShortageState.OPEN, ShortageState.WAITING)


def may_look(by: DeskActor, field: str = "area_id") -> Q:
    """Return the condition of the orders somebody may look at: each duty in its own areas."""
    seen = Q(pk__in=[])
    for duty in DUTIES:
        scope = by.scope(duty)
        if scope.areas is None:
            return Q()
        if scope:
            seen |= scope.where(field)
    return seen


def orders_seen(by: DeskActor) -> QuerySet[Order]:
    """Return the orders somebody may look at, the latest first."""
    rows = Order.objects.filter(may_look(by))
    return rows.select_related("area", "depot").order_by("-placed_at", "-pk")


def order_of(by: DeskActor, pk: int) -> Order:
    """Return an order somebody may look at; raise `not_yours` otherwise."""
    order = orders_seen(by).filter(pk=pk).first()
    if order is None:
        raise not_yours()
    return order


def order_by_token(token: str) -> Order | None:
    """Return the order of a tracking link, None for a link that leads nowhere."""
    return next(iter(_orders_under(token=token)), None) if token else None


@prepared(token=CharField())
def _orders_under(token: str) -> QuerySet[Order]:
    return Order.objects.filter(token=token).select_related("area", "depot")


def lines_of(order: Order) -> list[OrderLine]:
    """Return the lines of an order in their order, each with its SKU."""
    if order.known is not None:
        return list(order.known.lines)
    return _lines_of(order=order.pk)


@prepared(order=BigIntegerField())
def _lines_of(order: int) -> QuerySet[OrderLine]:
    rows = OrderLine.objects.filter(order=order).select_related("sku__product")
    return rows.order_by("pk")


def held_pieces(order: Order) -> dict[int, int]:
    """Return by SKU how many pieces the depot's shelf holds for an order."""
    held = held_under(order.reference)
    return {key.sku: count for key, count in held.items() if key.promised and count > 0}


def orders_ready(areas: Iterable[str] | None) -> QuerySet[Order]:
    """Return the orders that can go on a run, in areas (their codes; None: everywhere).

    One that is paid ahead goes once its money is there.
    """
    short = Shortage.objects.filter(line__order=OuterRef("pk"), state__in=UNSETTLED)
    rows = Order.objects.filter(state=OrderState.CONFIRMED, fulfilment=Fulfilment.RESERVED)
    rows = rows.exclude(money=Money.AWAITED)
    if areas is not None:
        rows = rows.filter(area__in=list(areas))
    return rows.filter(~Exists(short)).select_related("area", "depot").order_by("placed_at", "pk")


# --- lists ----------------------------------------------------------------------------------------

MOMENTS: Mapping[str, str] = {
    "placed": "placed_at",
    "door": "door_at",
    "settled": "settled_at",
    "ended": "ended_at",
}
"""By which moment the orders of a day are counted."""


def orders_of_day(rows: QuerySet[Order], day: date, *, by_moment: str) -> QuerySet[Order]:
    """Keep to the orders whose moment (a key of `MOMENTS`) fell on a day of the company."""
    field = MOMENTS[by_moment]
    begin = make_aware(datetime.combine(day, time()), get_current_timezone())
    span = {f"{field}__gte": begin, f"{field}__lt": begin + timedelta(days=1)}
    return rows.filter(**span).order_by(f"-{field}", "-pk")


def orders_listed(rows: QuerySet[Order], wanted: Mapping[str, Any]) -> QuerySet[Order]:
    """Keep to the orders of these states, fulfilments, money states and areas (lists by name)."""
    for name in ("state", "fulfilment", "money", "area"):
        if values := wanted.get(name):
            rows = rows.filter(**{f"{name}__in": values})
    return rows


def orders_sought(rows: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Keep to the orders of a number, of a phone (its last digits, at least four), or a name."""
    words = text.strip()
    if not words:
        return rows
    found = Q(recipient__icontains=words)
    if (parts := number_parts(words)) is not None:
        found |= Q(pk=parts)
    digits = "".join(c for c in words if c.isdecimal() and c.isascii())
    if len(digits) >= 4 and len(digits) >= len(words.replace(" ", "").replace("-", "")) - 1:
        found |= Q(phone_key__endswith=digits.removeprefix("0"))
    return rows.filter(found)


def sum_of(rows: QuerySet[Order]) -> tuple[int, int]:
    """Return how many orders these are, and what their goods cost in fen."""
    sums = rows.order_by().aggregate(n=Count("pk"), fen=Sum("goods_fen", default=0))
    return sums["n"], sums["fen"]


def rating_of(order: Order) -> Rating | None:
    """Return what the customer said of an order afterwards."""
    return Rating.objects.filter(order=order).first()


def rated(rows: QuerySet[Order]) -> tuple[int, float]:
    """Return how many of these orders were rated, and with how many stars on average."""
    ratings = Rating.objects.filter(order__in=rows.order_by())
    sums = ratings.aggregate(n=Count("pk"), stars=Avg("stars", default=0))
    return sums["n"], float(sums["stars"])


def areas_within(area: str, *, at: datetime) -> frozenset[str]:
    """Return the codes of an area and all below it."""
    return present(at).structure.areas_within(area)
