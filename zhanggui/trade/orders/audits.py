"""What must never be so in orders: each breach a sentence, with the record it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from zhanggui.books.stock.models import Location
from zhanggui.books.stock.queries import moved_under
from zhanggui.books.stock.rules import OURS, Held, PlaceKind, held
from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.models import Hold, Order, OrderLine, Rating, Shortage
from zhanggui.trade.orders.queries.orders import UNSETTLED
from zhanggui.trade.orders.rules.forgetting import forgotten, why_not_forget
from zhanggui.trade.orders.rules.states import (
    AXES,
    IN_HOUSE,
    LIVE,
    Fulfilment,
    Money,
    OrderState,
    Payment,
    axis_of,
)

Found = tuple[str, str, int]

AHEAD = (Money.AWAITED, Money.PREPAID)
"""Where the money of an order paid by transfer is while the order is under way."""

AT_ONCE = 500
"""Orders looked at in one statement: as many references as any database takes."""


def _each(wrong: QuerySet[Order], sentence: str) -> Iterator[Found]:
    for order in wrong.order_by("pk").only("pk", "placed_at").iterator():
        yield f"Order {order.number} {sentence}.", Order._meta.label, order.pk


# --- the way of each order ------------------------------------------------------------------------


def _ways() -> dict[int, dict[str, str]]:
    """Return where the facts have led each order on each axis; "?" after a step nobody may take."""
    ways: dict[int, dict[str, str]] = {}
    facts = Fact.objects.filter(verb__startswith="orders.").order_by("pk")
    for verb, data in facts.values_list("verb", "data").iterator():
        if verb == "orders.place_order":
            start = {axis: str(next(iter(table.start))) for axis, table in AXES.items()}
            ways.update({pk: dict(start) for pk in data.get("orders", ())})
        for pk in data.get("orders", ()):
            way = ways.setdefault(pk, {})
            for step in data.get("moves", ()):
                axis = axis_of(step)
                origins, to = AXES[axis].verbs[step]
                way[axis] = to.value if way.get(axis) in origins else "?"
    return ways


@audit("orders.ways")
def audit_ways() -> Iterator[Found]:
    """Yield each order that is somewhere its facts have not led it."""
    ways = _ways()
    for order in Order.objects.order_by("pk").iterator():
        way = ways.pop(order.pk, {})
        for axis in AXES:
            now, told = getattr(order, axis), way.get(axis, "nowhere")
            if now != told:
                said = f"Order {order.number} is “{now}” ({axis}), its facts led it to “{told}”"
                yield f"{said}.", Order._meta.label, order.pk


# --- amounts --------------------------------------------------------------------------------------


@audit("orders.amounts")
def audit_amounts() -> Iterator[Found]:
    """Yield each order whose sums are not those of its lines."""
    wanted = F("lines__quantity") - F("lines__dropped")
    rows = Order.objects.annotate(
        lines_fen=Coalesce(Sum(wanted * F("lines__price_fen")), 0),
        kept_fen=Coalesce(Sum(F("lines__delivered") * F("lines__price_fen")), 0),
    )
    held = F("paid_ahead_fen") - F("refunded_fen")
    still = Greatest(F("goods_fen") - held, Value(0))
    live, ended = Q(state__in=LIVE), Q(state__in=[OrderState.CANCELLED, OrderState.VOID])
    yield from _each(rows.exclude(goods_fen=F("lines_fen")), "does not cost what its lines cost")
    yield from _each(
        rows.filter(live).exclude(due_fen=still, taken_fen=0),
        "is due another sum than its goods cost",
    )
    yield from _each(rows.filter(ended).exclude(due_fen=0, taken_fen=0), "ended with money due")
    yield from _each(
        rows.filter(state=OrderState.CLOSED).exclude(due_fen=F("kept_fen"), taken_fen=F("due_fen")),
        "was paid another sum than what was kept costs",
    )


# --- money that came ahead ------------------------------------------------------------------------


@audit("orders.prepaid")
def audit_prepaid() -> Iterator[Found]:
    """Yield each order that says another thing of the money that came ahead than its sums."""
    held = F("paid_ahead_fen") - F("refunded_fen")
    rows = Order.objects.filter(payment=Payment.TRANSFER).annotate(held_now=held)
    live, awaits = Q(state__in=LIVE), Q(money=Money.AWAITED)
    enough = Q(held_now__gte=F("goods_fen"))
    owed = Q(live, held_now__gt=F("goods_fen")) | Q(~live, held_now__gt=F("taken_fen"))
    yield from _each(rows.filter(awaits & enough), "waits for a transfer that has come")
    yield from _each(
        rows.filter(money=Money.PREPAID).exclude(live & enough),
        "is said to be paid ahead, and is not",
    )
    yield from _each(rows.filter(live).exclude(money__in=AHEAD), "is under way and awaits no money")
    yield from _each(rows.exclude(live).filter(money__in=AHEAD), "has ended and its money has not")
    yield from _each(
        rows.filter(money=Money.SETTLED).exclude(held_now__gte=F("taken_fen")),
        "was handed over for money that is not here",
    )
    yield from _each(rows.filter(owed, owed_since_at__isnull=True), "is owed and in no queue")
    yield from _each(rows.exclude(owed).filter(owed_since_at__isnull=False), "is owed nothing")
    yield from _each(rows.filter(money=Money.OWED).exclude(owed), "is owed nothing and says so")
    yield from _each(
        rows.filter(owed, money__in=[Money.NOTHING, Money.REFUNDED]), "is owed and does not say so"
    )
    yield from _each(
        rows.filter(awaits, state=OrderState.CONFIRMED, pay_until_at__isnull=True),
        "waits for its transfer without an end",
    )
    yield from _each(
        rows.filter(awaits).exclude(fulfilment__in=IN_HOUSE), "has left before it was paid"
    )


# --- goods ----------------------------------------------------------------------------------------


def _wanted(orders: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return by order and SKU how many pieces are wanted and not missing."""
    found: dict[int, dict[int, int]] = {}
    ids = list(orders)
    rows: QuerySet[OrderLine, Any] = OrderLine.objects.filter(order__in=ids).order_by()
    for order, sku, pieces in rows.values_list("order", "sku", F("quantity") - F("dropped")):
        mine = found.setdefault(order, {})
        mine[sku] = mine.get(sku, 0) + pieces
    short = Shortage.objects.filter(line__order__in=ids, state__in=UNSETTLED)
    for order, sku, pieces in short.values_list("line__order", "line__sku", "pieces"):
        found[order][sku] -= pieces
    return {pk: {sku: n for sku, n in mine.items() if n} for pk, mine in found.items()}


WHERE = {
    Fulfilment.UNALLOCATED: PlaceKind.DEPOT,
    Fulfilment.RESERVED: PlaceKind.DEPOT,
    Fulfilment.PICKED: PlaceKind.PACKED,
    Fulfilment.OUT: PlaceKind.BAG,
}
"""In what kind of place the goods of a confirmed order stand."""


@audit("orders.goods")
def audit_goods() -> Iterator[Found]:
    """Yield each order for which the stock holds other goods than it ought to.

    Confirmed ones have what their lines want and their shortages do not lack; those in screening,
    cancelled or back in the depot have nothing. What was lost on the way is not missed here.
    """
    kinds = {place.pk: PlaceKind(place.kind) for place in Location.objects.all()}
    rows = Order.objects.filter(
        Q(state=OrderState.CONFIRMED)
        | Q(state=OrderState.SCREENING)
        | Q(state=OrderState.CANCELLED, confirmed_at__isnull=False)
    ).exclude(fulfilment=Fulfilment.FAILED)
    for orders in _parts(rows.order_by("pk")):
        wanted = _wanted(order.pk for order in orders)
        there = _there(orders, kinds)
        for order in orders:
            kind = WHERE.get(Fulfilment(order.fulfilment))
            ought = wanted.get(order.pk, {}) if kind and order.state == OrderState.CONFIRMED else {}
            has = there.get(order.reference, {})
            if has != {(kind, sku): pieces for sku, pieces in ought.items()}:
                holds = _said({sku: n for (_kind, sku), n in has.items()})
                said = f"Order {order.number} ({order.fulfilment}) ought to hold {_said(ought)}"
                yield f"{said}, the stock holds {holds}.", Order._meta.label, order.pk


def _parts(rows: QuerySet[Order]) -> Iterator[list[Order]]:
    last = 0
    while part := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield part
        last = part[-1].pk


def _there(
    orders: Sequence[Order], kinds: dict[int, PlaceKind]
) -> dict[str, dict[tuple[PlaceKind | None, int], int]]:
    """Return under each reference what stands in which kind of our places, losses included."""
    found: dict[str, dict[tuple[PlaceKind | None, int], int]] = {}
    at_work = {order.reference: WHERE.get(Fulfilment(order.fulfilment)) for order in orders}
    for key, count in held(moved_under(at_work)).items():
        kind = _kind_of(key, kinds, at_work[key.reference])
        if count and kind is not None:
            mine = found.setdefault(key.reference, {})
            mine[(kind, key.sku)] = mine.get((kind, key.sku), 0) + count
    return found


def _kind_of(key: Held, kinds: dict[int, PlaceKind], at_work: PlaceKind | None) -> PlaceKind | None:
    kind = kinds[key.place]
    if kind == PlaceKind.LOSS and at_work in {PlaceKind.PACKED, PlaceKind.BAG}:
        return at_work
    if kind == PlaceKind.DEPOT:
        return kind if key.promised else None
    return kind if kind in OURS else None


def _said(pieces: dict[int, int]) -> str:
    return ", ".join(f"{n} of SKU {sku}" for sku, n in sorted(pieces.items())) or "nothing"


# --- shortages and holds --------------------------------------------------------------------------


@audit("orders.shortages")
def audit_shortages() -> Iterator[Found]:
    """Yield each order whose shortages do not agree with it."""
    mine = Shortage.objects.filter(line__order=OuterRef("pk"), state__in=UNSETTLED)
    waits = Q(state=OrderState.CONFIRMED, fulfilment=Fulfilment.UNALLOCATED)
    yield from _each(
        Order.objects.filter(waits).filter(~Exists(mine)), "is not set aside, and nothing is short"
    )
    yield from _each(
        Order.objects.exclude(waits).filter(Exists(mine)), "has a shortage nobody settled"
    )
    wanted = F("line__quantity") - F("line__dropped")
    wrong = mine.filter(Q(pieces__gt=wanted) | ~Q(area=OuterRef("area")))
    yield from _each(Order.objects.filter(Exists(wrong)), "has a shortage that cannot be its own")


@audit("orders.holds")
def audit_holds() -> Iterator[Found]:
    """Yield each order that went on with a hold nobody settled, or is held for nothing."""
    still = Hold.objects.filter(order=OuterRef("pk"), resolved_at__isnull=True)
    screened = Q(state=OrderState.SCREENING)
    yield from _each(
        Order.objects.exclude(screened).filter(Exists(still)), "went on with an open hold"
    )
    yield from _each(
        Order.objects.filter(screened).filter(~Exists(still)), "is in screening without a hold"
    )


# --- what was forgotten ---------------------------------------------------------------------------


@audit("orders.forgotten")
def audit_forgotten() -> Iterator[Found]:
    """Yield each order whose customer was erased and of whom something is left beside it.

    That its own fields are empty the database sees to.
    """
    erased = Order.objects.filter(erased_at__isnull=False)
    said = Rating.objects.filter(order=OuterRef("pk")).exclude(words="")
    yield from _each(erased.filter(Exists(said)), "keeps the words of an erased customer's rating")
    noted = Shortage.objects.filter(line__order=OuterRef("pk")).exclude(note="")
    yield from _each(erased.filter(Exists(noted)), "keeps what was agreed with an erased customer")
    yield from _each(
        erased.filter(division__regex=r".{7}"), "keeps the street of an erased customer"
    )
    for order in erased.order_by("pk"):
        if why_not_forget(order) is not None:
            yield f"Order {order.number} was forgotten too early.", Order._meta.label, order.pk
    for hold in Hold.objects.filter(order__erased_at__isnull=False).select_related("order"):
        if forgotten(hold.evidence) != hold.evidence:
            number = hold.order.number
            what = f"Order {number} keeps a place of an erased customer in a finding."
            yield what, Order._meta.label, hold.order_id
