"""Reading the runs: what waits for one, who may carry it, how far it is, what must come back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.customers.personal import Section, Subject
from zhanggui.books.stock.models import Location
from zhanggui.books.stock.queries import bag_of, moved_under
from zhanggui.books.stock.rules import Held, Line, held
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import Person
from zhanggui.ground.org.queries import present
from zhanggui.ground.places.queries import division_trail
from zhanggui.trade.delivery import rules
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import OPEN, Estimate, RunState, StopState
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.queries import orders_ready
from zhanggui.trade.orders.rules.states import Fulfilment, OrderState, Payment

DISPATCH = "delivery.dispatch"
"""The duty of giving out runs (S-CM-1) and planning them (S-CO-6)."""

OWN_RUNS = "delivery.own_runs"
"""The duty of packing, loading and bringing home one's own runs."""

DOOR = "delivery.door"
"""The duty of standing at the doors of one's own runs."""

UNDELIVERED = "delivery.undelivered"
"""The duty of deciding what becomes of orders that came back undelivered."""

DELIVERS = "S-CO-3"
"""The charter's duty by which somebody is a courier."""

_WAITING = Stop.objects.filter(state=StopState.WAITING)


# --- planning ----------------------------------------------------------------------------------


def orders_to_plan(by: DeskActor) -> QuerySet[Order]:
    """Return the orders of one's areas that are reserved whole and stand on no run yet."""
    ready = orders_ready(by.scope(DISPATCH).areas)
    on_run = _WAITING.filter(order=OuterRef("pk"))
    return ready.filter(~Exists(on_run))


def pieces_of(orders: Iterable[int]) -> dict[int, int]:
    """Return how many pieces each order (ids) wants, in one statement."""
    lines = OrderLine.objects.filter(order__in=list(orders)).order_by()
    rows = lines.values_list("order").annotate(n=Sum(F("quantity") - F("dropped")))
    return dict(rows)


def couriers_for(area: str, *, at: datetime) -> list[Person]:
    """Return who delivers in an area, the nearest first."""
    users = [seat.person for seat in present(at).structure.holders(DELIVERS, area)]
    people = {p.user: p for p in Person.objects.filter(user__in=users, is_active=True)}
    return [people[user] for user in dict.fromkeys(users) if user in people]


def couriers_seen(by: DeskActor) -> list[Person]:
    """Return who delivers in any of the areas for which somebody plans, by area and nearness."""
    structure = present(by.at).structure
    scope = by.scope(DISPATCH)
    users = [
        seat.person
        for node, _depth in structure.areas_in_order()
        if node.code in scope
        for seat in structure.holders(DELIVERS, node.code)
    ]
    people = {p.user: p for p in Person.objects.filter(user__in=users, is_active=True)}
    return [people[user] for user in dict.fromkeys(users) if user in people]


def areas_of_courier(courier: Person, *, at: datetime) -> frozenset[str]:
    """Return the areas in which somebody delivers, with all below them."""
    structure = present(at).structure
    found: frozenset[str] = frozenset()
    for grant in structure.grants_of(courier.user):
        if grant.duty == DELIVERS:
            found |= structure.areas_within(grant.seat.area)
    return found


def narrowest_area(areas: Iterable[str], *, at: datetime) -> str:
    """Return the narrowest area that covers all of these."""
    structure = present(at).structure
    paths = [structure.area_path(area) for area in set(areas)]
    shared = [step[0] for step in zip(*paths, strict=False) if len(set(step)) == 1]
    return shared[-1] if shared else structure.root_area


def area_to_plan_in(by: DeskActor) -> str | None:
    """Return the area of the planner's own standing."""
    standings = by.standings(DISPATCH, None)
    return standings[0].area if standings else None


def door_said(order: Order) -> str:
    """Return where an order goes as it is said inside its city: county, street, and the rest."""
    trail = division_trail(order.division)
    return "".join(division.name for division in trail[2:]) + order.address


def in_row(orders: Iterable[Order]) -> list[Order]:
    """Return orders in the row in which they are brought: division, road, number."""
    return sorted(orders, key=lambda order: (rules.door_order(order), order.pk))


def estimate_of(orders: Iterable[Order]) -> Estimate:
    """Return what bringing these orders on one run would take."""
    return rules.estimate(in_row(orders))


# --- runs and stops ----------------------------------------------------------------------------


def with_progress(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Return runs with `stops_count`, `left`, `next_promise_at`, `to_take_fen` and `taken_fen`."""
    counted = Stop.objects.exclude(state=StopState.DROPPED)
    return runs.select_related("area", "depot", "courier").annotate(
        stops_count=_over(counted, Count("pk")),
        left=_over(_WAITING, Count("pk")),
        next_promise_at=_of_run(_WAITING, Min("order__promised_at")),
        to_take_fen=_over(_WAITING, Sum("order__due_fen")),
        taken_fen=_over(
            counted.exclude(state=StopState.WAITING).filter(order__payment=Payment.CASH),
            Sum("order__taken_fen"),
        ),
    )


def _of_run(stops: QuerySet[Stop], found: Min | Count | Sum) -> Subquery:
    """Return something over the stops of a run, apart from the run's own row: it may be summed."""
    mine = stops.filter(run=OuterRef("pk")).order_by().values("run").annotate(found=found)
    return Subquery(mine.values("found"))


def _over(stops: QuerySet[Stop], found: Count | Sum) -> Coalesce:
    return Coalesce(_of_run(stops, found), 0)


def runs_seen(by: DeskActor) -> QuerySet[Run]:
    """Return the runs of the areas one plans for, and one's own."""
    mine = Q(courier=by.person_id) if by.scope(OWN_RUNS) else Q(pk__in=[])
    return Run.objects.filter(by.scope(DISPATCH).where() | mine)


def may_open(run: Run, by: DeskActor) -> bool:
    """Return whether a run is among those one sees, without asking the database."""
    own = run.names_person(by.person_id) and bool(by.scope(OWN_RUNS))
    return own or run.area_id in by.scope(DISPATCH)


_NUMBER = re.compile(r"[Rr]\d{4}-(\d{1,18})\Z")


def runs_sought(by: DeskActor, text: str) -> QuerySet[Run]:
    """Return the runs one may see with this number, or of a courier so called, latest first."""
    match = _NUMBER.match(text.strip())
    named = Q(courier__name_zh__icontains=text) | Q(courier__name_en__icontains=text)
    found = runs_seen(by).filter(Q(pk=int(match[1])) if match else named)
    if match:
        found = found.filter(pk__in=[r.pk for r in found if r.number == text.strip().upper()])
    return found.select_related("area", "courier").order_by("-planned_at", "-pk")


def run_of(by: DeskActor, pk: int) -> Run:
    """Return a run one plans for or carries; raise `not_yours` otherwise."""
    run = with_progress(runs_seen(by).filter(pk=pk)).first()
    if run is None:
        raise not_yours()
    return run


def runs_of(courier_id: int, at: datetime) -> QuerySet[Run]:
    """Return a courier's runs that are open, and those that ended today, the earliest first."""
    today = day_of(at)
    mine = Run.objects.filter(courier=courier_id).exclude(state=RunState.DISSOLVED)
    shown = mine.filter(Q(state__in=OPEN) | Q(back_at__gte=today[0], back_at__lt=today[1]))
    return with_progress(shown).order_by("planned_at", "pk")


def runs_to_carry(by: DeskActor) -> QuerySet[Run]:
    """Return one's own runs that have not ended."""
    mine = Run.objects.filter(courier=by.person_id, state__in=OPEN)
    return with_progress(mine if by.scope(OWN_RUNS) else mine.none())


def runs_on_board(by: DeskActor, *, day: tuple[datetime, datetime]) -> QuerySet[Run]:
    """Return the open runs of one's areas and those planned or ended in a day, by courier."""
    start, end = day
    runs = Run.objects.filter(by.scope(DISPATCH).where()).filter(
        Q(state__in=OPEN, planned_at__lt=end)
        | Q(planned_at__gte=start, planned_at__lt=end)
        | Q(back_at__gte=start, back_at__lt=end)
    )
    return runs.exclude(state=RunState.DISSOLVED).order_by(
        "area__position", "courier__name_zh", "planned_at", "pk"
    )


def open_runs_of(person_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open runs each person carries."""
    rows = Run.objects.filter(courier__in=list(person_ids), state__in=OPEN).order_by()
    return dict(rows.values_list("courier").annotate(n=Count("pk")))


def day_of(at: datetime) -> tuple[datetime, datetime]:
    """Return the beginning and the end of the company's day of a moment."""
    start = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the runs of a day are: doors done, of all, those late, and what they cost."""

    done: int
    total: int
    late: int
    cost_fen: int


def day_progress(by: DeskActor, *, at: datetime) -> Progress:
    """Return how far today's runs of one's areas are, in two statements."""
    runs = runs_on_board(by, day=day_of(at)).order_by()
    cost = runs.aggregate(cost=Sum("cost_fen", default=0))["cost"]
    stops = Stop.objects.filter(run__in=runs.values("pk")).exclude(state=StopState.DROPPED)
    waiting = Q(state=StopState.WAITING)
    found = stops.aggregate(
        total=Count("pk"),
        left=Count("pk", filter=waiting),
        late=Count("pk", filter=waiting & Q(order__promised_at__lt=at)),
    )
    return Progress(found["total"] - found["left"], found["total"], found["late"], cost)


def late_stops(runs: Iterable[Run], *, at: datetime) -> dict[int, list[Stop]]:
    """Return by run (id) the stops to come whose promise has passed, in one statement."""
    ids = [run.pk for run in runs if run.state in OPEN]
    late = _WAITING.filter(run__in=ids, order__promised_at__lt=at).select_related("order", "run")
    found: dict[int, list[Stop]] = {}
    for stop in late.order_by("order__promised_at", "pk"):
        found.setdefault(stop.run_id, []).append(stop)
    return found


def stops_of(run: Run | int) -> QuerySet[Stop]:
    """Return the stops of a run with their orders and lines, in their row."""
    lines = Prefetch("order__lines", OrderLine.objects.select_related("sku__product"))
    stops = Stop.objects.filter(run=run).select_related("run", "order__area")
    return stops.prefetch_related(lines).order_by("position", "pk")


def stops_seen(by: DeskActor) -> QuerySet[Stop]:
    """Return the stops of the runs one plans for or carries."""
    mine = Q(run__courier=by.person_id) if by.scope(DOOR) else Q(pk__in=[])
    return Stop.objects.filter(by.scope(DISPATCH).where("run__area_id") | mine)


def stop_of(by: DeskActor, pk: int) -> Stop:
    """Return a stop of a run one plans for or carries; raise `not_yours` otherwise."""
    stops = stops_seen(by).filter(pk=pk)
    stop = stops.select_related("run__courier", "run__area", "run__depot", "order__area").first()
    if stop is None:
        raise not_yours()
    return stop


def doors_to_come(by: DeskActor) -> QuerySet[Stop]:
    """Return the doors still to come on one's own runs that are on the road."""
    mine = _WAITING.filter(run__courier=by.person_id, run__state=RunState.OUT)
    mine = mine if by.scope(DOOR) else mine.none()
    return (
        mine.annotate(promised_at=F("order__promised_at"), left_at=F("run__left_at"))
        .select_related("run", "order")
        .order_by("run_id", "position")
    )


def stops_of_order(order: Order) -> list[Stop]:
    """Return the stops an order has had, the latest first."""
    stops = Stop.objects.filter(order=order).select_related("run__courier")
    return list(stops.order_by("-pk"))


def orders_undelivered(by: DeskActor) -> QuerySet[Order]:
    """Return the orders of one's areas that came back undelivered and wait for a decision."""
    back = Order.objects.filter(
        by.scope(UNDELIVERED).where(),
        state=OrderState.CONFIRMED,
        fulfilment=Fulfilment.RETURNED,
    )
    return back.select_related("area")


def attempts_of(orders: Iterable[int]) -> dict[int, list[Stop]]:
    """Return by order (ids) the stops at which nobody was met, the latest first."""
    failed = Stop.objects.filter(order__in=list(orders), state=StopState.FAILED)
    found: dict[int, list[Stop]] = {}
    for stop in failed.select_related("run__courier").order_by("-pk"):
        found.setdefault(stop.order_id, []).append(stop)
    return found


# --- goods -------------------------------------------------------------------------------------


def lines_to_carry(orders: Iterable[Order]) -> list[Line]:
    """Return what these orders want, by SKU and under their references, in one statement."""
    numbers = {order.pk: order.reference for order in orders}
    rows = OrderLine.objects.filter(order__in=numbers, quantity__gt=F("dropped")).order_by("pk")
    sums: dict[tuple[int, int], int] = {}
    for order, sku, quantity, dropped in rows.values_list("order", "sku", "quantity", "dropped"):
        sums[order, sku] = sums.get((order, sku), 0) + quantity - dropped
    return [Line(sku, count, numbers[order]) for (order, sku), count in sums.items()]


@dataclass(frozen=True, slots=True)
class Picked:
    """A SKU on a picking list: how many pieces, and for which places of the row."""

    sku: Sku
    pieces: int
    positions: tuple[tuple[int, int], ...]


def picking_list(stops: Sequence[Stop]) -> list[Picked]:
    """Return what is to be packed for these stops, by SKU, each with stop and pieces."""
    skus: dict[int, Sku] = {}
    places: dict[int, dict[int, int]] = {}
    for stop in stops:
        if stop.state == StopState.DROPPED:
            continue
        for line in stop.order.lines.all():
            if line.wanted:
                skus[line.sku_id] = line.sku
                there = places.setdefault(line.sku_id, {})
                there[stop.position] = there.get(stop.position, 0) + line.wanted
    ordered = sorted(skus.values(), key=lambda sku: (sku.product.code, sku.position, sku.pk))
    return [
        Picked(sku, sum(places[sku.pk].values()), tuple(sorted(places[sku.pk].items())))
        for sku in ordered
    ]


def must_come_back(run: Run) -> dict[Held, int]:
    """Return what is in the bag from doors that are done, by reference and SKU, and how many.

    Nothing for a run that is not on the road: what it carried has been brought back.
    """
    if run.state != RunState.OUT:
        return {}
    bag = bag_of(run.courier_id)
    done = Stop.objects.filter(run=run, state__in=rules.COMES_BACK).select_related("order")
    references = [stop.order.reference for stop in done]
    if bag is None or not references:
        return {}
    return _in_bag(bag, references)


def bag_contents(courier: Person | int) -> dict[Held, int]:
    """Return what a courier carries, by reference and SKU, and how many pieces."""
    courier_id = courier if isinstance(courier, int) else courier.pk
    bag = bag_of(courier_id)
    if bag is None:
        return {}
    stops = Stop.objects.filter(run__courier=courier_id, run__state=RunState.OUT)
    return _in_bag(bag, [s.order.reference for s in stops.select_related("order")])


def _in_bag(bag: Location, references: Iterable[str]) -> dict[Held, int]:
    there = held(moved_under(references))
    found = {k: n for k, n in there.items() if k.place == bag.pk and not k.promised and n}
    return dict(sorted(found.items()))


def by_sku(found: Mapping[Held, int]) -> dict[int, int]:
    """Return how many pieces of each SKU there are, whatever reference they are under."""
    sums: dict[int, int] = {}
    for key, pieces in found.items():
        sums[key.sku] = sums.get(key.sku, 0) + pieces
    return sums


def skus_of(ids: Iterable[int]) -> dict[int, Sku]:
    """Return SKUs by id, with their products."""
    return Sku.objects.select_related("product").in_bulk(list(ids))


# --- all that is held of somebody ----------------------------------------------------------------


def stops_of_phone(phone_key: str) -> QuerySet[Stop]:
    """Return the stops of the orders of a phone."""
    return Stop.objects.filter(order__phone_key=phone_key).exclude(order__phone_key="")


def held_here(subject: Subject) -> Sequence[Section]:
    """Return what happened at the doors of a phone's orders."""
    columns = (
        ("order", _("Order")), ("state", _("State")), ("note", _("Note")), ("done_at", _("When")),
    )  # fmt: skip
    rows = [
        {"order": stop.order.number, "state": stop.get_state_display(), "note": stop.note,
         "done_at": stop.done_at}
        for stop in stops_of_phone(subject.phone_key).select_related("order").order_by("pk")
    ]  # fmt: skip
    return [Section("stops", _("At the door"), columns, rows)]
