"""What must never be so with runs: goods gone astray, states nobody reached, stops twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from zhanggui.books.stock.models import Location, Movement
from zhanggui.books.stock.rules import Moved, PlaceKind, held
from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import COMES_BACK, WITHDRAWN, RunState, StopState
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.states import Fulfilment

Found = tuple[str, str, int]
Pieces = dict[int, int]

RUN, STOP, ORDER = Run._meta.label, Stop._meta.label, Order._meta.label

_FULFILMENTS = {
    StopState.DELIVERED: {Fulfilment.DELIVERED},
    StopState.PARTLY: {Fulfilment.PARTLY},
    StopState.REFUSED: {Fulfilment.REFUSED, Fulfilment.RETURNED},
}
"""What an order reads after its last stop; after a failed one it goes on to anything."""

_CARRIED = {RunState.PICKED: Fulfilment.PICKED, RunState.OUT: Fulfilment.OUT}
"""What an order reads while it waits on a run in this state."""

_REACHED_BY = {
    RunState.PICKED: ("pick_run",),
    RunState.OUT: ("load_run",),
    RunState.BACK: ("close_run",),
    RunState.DISSOLVED: ("dissolve_run",),
}
_DONE_BY = {
    StopState.DELIVERED: "hand_over",
    StopState.PARTLY: "hand_over",
    StopState.REFUSED: "refuse_stop",
    StopState.FAILED: "fail_stop",
}


def _held() -> dict[str, dict[int, Pieces]]:
    """Return by reference and place how many pieces of each SKU left the shelf and stand there."""
    away = [PlaceKind.PACKED, PlaceKind.BAG, PlaceKind.CUSTOMER]
    rows: QuerySet[Movement, Any] = (
        Movement.objects.exclude(reference="")
        .filter(Q(source__kind__in=away) | Q(target__kind__in=away))
        .order_by()
        .values_list("kind", "reference", "sku", "source", "target")
        .annotate(pieces=Sum("quantity"))
    )
    found: dict[str, dict[int, Pieces]] = defaultdict(lambda: defaultdict(dict))
    for key, count in held(Moved(*row) for row in rows.iterator()).items():
        if count and not key.promised:
            found[key.reference][key.place][key.sku] = count
    return found


def _lines() -> tuple[dict[int, Pieces], dict[int, Pieces]]:
    """Return by order what is wanted and what was kept at the door, by SKU."""
    wanted: dict[int, Pieces] = defaultdict(dict)
    kept: dict[int, Pieces] = defaultdict(dict)
    rows = OrderLine.objects.filter(order__stops__isnull=False).distinct()
    for order, sku, quantity, dropped, delivered in rows.values_list(
        "order", "sku", "quantity", "dropped", "delivered"
    ):
        for sums, count in ((wanted, quantity - dropped), (kept, delivered)):
            if count:
                sums[order][sku] = sums[order].get(sku, 0) + count
    return wanted, kept


def _last_stops() -> Iterator[Stop]:
    """Yield the last stop of each order that ever stood on a run, with run and order."""
    later = Stop.objects.filter(order=OuterRef("order"), pk__gt=OuterRef("pk"))
    stops = Stop.objects.filter(~Exists(later)).select_related("run", "order")
    yield from stops.order_by("pk").iterator()


@audit("delivery.goods")
def audit_goods() -> Iterator[Found]:
    """Yield each order whose goods are not where its stop says: packed, in the bag, at the door."""
    there = _held()
    wanted, kept = _lines()
    kinds = dict(Location.objects.values_list("pk", "kind"))
    bags = dict(Location.objects.filter(kind=PlaceKind.BAG).values_list("holder", "pk"))
    for stop in _last_stops():
        order, run = stop.order, stop.run
        ought: dict[str, Pieces] = {"packed": {}, "bag": {}, "customer": {}}
        is_: dict[str, Pieces] = {"packed": {}, "bag": {}, "customer": {}}
        astray = False
        for place, goods in there.get(order.reference, {}).items():
            kind = kinds.get(place, "")
            if kind in is_:
                is_[kind] = goods
            astray = astray or (kind == PlaceKind.BAG and place != bags.get(run.courier_id))
        carried = wanted.get(order.pk, {})
        waits = stop.state == StopState.WAITING
        if waits and run.state == RunState.PICKED:
            ought["packed"] = carried
        elif waits and run.state == RunState.OUT:
            ought["bag"] = carried
        elif stop.state in {StopState.DELIVERED, StopState.PARTLY}:
            ought["customer"] = kept.get(order.pk, {})
        may_hold = stop.state in COMES_BACK and run.state == RunState.OUT
        if may_hold:
            spare = {s: n - ought["customer"].get(s, 0) for s, n in carried.items()}
            if all(0 < count <= spare.get(sku, 0) for sku, count in is_["bag"].items()):
                ought["bag"] = is_["bag"]
        if astray:
            yield f"Goods of {order.number} are in another courier's bag.", STOP, stop.pk
        elif is_ != ought:
            yield (
                f"Of {order.number} there is {_told(is_)}, its stop says {_told(ought)}.",
                STOP,
                stop.pk,
            )


def _told(places: dict[str, Pieces]) -> str:
    said = [
        f"{place} {', '.join(f'SKU {sku} x {count}' for sku, count in sorted(goods.items()))}"
        for place, goods in places.items()
        if goods
    ]
    return "; ".join(said) or "nothing"


@audit("delivery.stray_goods")
def audit_stray_goods() -> Iterator[Found]:
    """Yield each order whose goods left the shelf although it never stood on a run."""
    references = set(_held())
    if not references:
        return
    # The number of an order is made of its id, so the orders of these references are found by it.
    ids = {int(r[-5:]) for r in references if r.startswith("ZG") and r[-5:].isdecimal()}
    never = Order.objects.filter(pk__in=ids, stops__isnull=True)
    for order in never.order_by("pk"):
        if order.reference in references:
            yield f"Goods of {order.number} left the shelf without a run.", ORDER, order.pk


@audit("delivery.states")
def audit_states() -> Iterator[Found]:
    """Yield each order, run and stop whose states contradict each other."""
    for stop in _last_stops():
        order, run = stop.order, stop.run
        if stop.state == StopState.WAITING:
            ought = {_CARRIED[RunState(run.state)]} if run.state in _CARRIED else None
        else:
            ought = _FULFILMENTS.get(StopState(stop.state))
        if ought is not None and order.fulfilment not in ought:
            read = f"{order.number} reads “{order.fulfilment}”, its stop “{stop.state}”"
            yield f"{read} on a run that is “{run.state}”.", STOP, stop.pk
    waiting = Stop.objects.filter(run=OuterRef("pk"), state=StopState.WAITING)
    for run in Run.objects.filter(Exists(waiting), state__in=[RunState.BACK, RunState.DISSOLVED]):
        yield f"The run {run.pk} is over, and stops of it wait.", RUN, run.pk
    at_door = Stop.objects.exclude(state__in=[StopState.WAITING, StopState.DROPPED])
    for stop in at_door.exclude(run__state__in=[RunState.OUT, RunState.BACK]).order_by("pk"):
        yield f"The stop {stop.pk} was done on a run that never left.", STOP, stop.pk


def _without(records: QuerySet[Any], label: str, *verbs: str) -> QuerySet[Any]:
    names = [f"delivery.{verb}" for verb in verbs]
    told = Fact.objects.filter(kind=label, record_id=OuterRef("pk"), verb__in=names)
    return records.filter(~Exists(told)).order_by("pk")


@audit("delivery.facts")
def audit_facts() -> Iterator[Found]:
    """Yield each run and stop whose state no fact has brought about."""
    for run in _without(Run.objects.all(), RUN, "form_run"):
        yield f"No fact tells who formed the run {run.pk}.", RUN, run.pk
    for state, verbs in _REACHED_BY.items():
        for run in _without(Run.objects.filter(state=state), RUN, *verbs):
            yield f"No fact tells how the run {run.pk} came to be “{state}”.", RUN, run.pk
    for done, verb in _DONE_BY.items():
        for stop in _without(Stop.objects.filter(state=done), STOP, verb):
            yield f"No fact tells how the stop {stop.pk} came to be “{done}”.", STOP, stop.pk
    dropped = Stop.objects.filter(state=StopState.DROPPED)
    for code, verbs in (("", ("dissolve_run",)), (WITHDRAWN, ("pick_run",))):
        names = [f"delivery.{verb}" for verb in verbs]
        of_run = Fact.objects.filter(kind=RUN, record_id=OuterRef("run"), verb__in=names)
        mine = dropped.filter(~Exists(of_run), reason_code=code)
        for stop in _without(mine, STOP, "drop_stop"):
            yield f"No fact tells why the stop {stop.pk} came off its run.", STOP, stop.pk


@audit("delivery.forgotten")
def audit_forgotten() -> Iterator[Found]:
    """Yield each stop that keeps a note about a customer who was erased."""
    for stop in Stop.objects.filter(order__erased_at__isnull=False).exclude(note=""):
        yield f"Stop {stop.pk} keeps a note about an erased customer.", STOP, stop.pk
