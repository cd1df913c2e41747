"""Planning runs: orders given to a courier in a row, and the row changed until he leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import OperationalError, connection
from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock.actions.goods import hand_over_goods, open_bag, return_goods
from zhanggui.books.stock.queries import bag_of
from zhanggui.books.stock.rules import LINES_MAX, Line
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.ground.org.handover import PersonalWork, register_work
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery import queries, rules
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import MOVES, OPEN, STOP_MOVES, RunState, StopState
from zhanggui.trade.orders.actions.progress import advance_orders, reserve_again
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import orders_ready
from zhanggui.trade.orders.rules.states import OrderState


def _why_not_add(run: Run, *, orders: Sequence[int] | None = None) -> Refusal | None:
    if refusal := MOVES.why_not("pick_run", run.state):
        return refusal
    if orders is None:
        return None
    there = Stop.objects.filter(run=run, state=StopState.WAITING).count()
    return rules.why_not_form(orders=orders) or rules.why_not_form(
        orders=[0] * (len(orders) + there)
    )


def _why_not_drop(stop: Stop) -> Refusal | None:
    return STOP_MOVES.why_not("drop_stop", stop.state) or rules.why_not_arrange(stop.run)


def _why_not_move(stop: Stop) -> Refusal | None:
    return STOP_MOVES.why_not("drop_stop", stop.state) or rules.why_not_arrange(stop.run)


def _why_not_dissolve(run: Run) -> Refusal | None:
    return MOVES.why_not("dissolve_run", run.state)


@action(
    duty=queries.DISPATCH,
    title=_("Form a run"),
    said=_("formed it for %(courier)s (orders: %(count)s)"),
    guard=rules.why_not_form,
    creates=True,
    concerns=lambda _area, run: [run.courier_id],
)
def form_run(
    area: str | None, *, courier: Person, orders: Sequence[int], by: Actor, at: datetime
) -> Run:
    """Give orders (ids) to a courier as one run, its stops by division, road and number.

    All of them have to be confirmed, reserved whole, on no other run, packed in one depot, and
    addressed to where the courier delivers.
    """
    rows = queries.in_row(_take(orders, courier=courier, by=by, at=at))
    run = Run(
        area_id=_area_for(rows, courier, at=at),
        depot_id=rows[0].depot_id,
        courier=courier,
        planned_at=at,
    )
    _note(run, rows)
    run.save()
    Stop.objects.bulk_create(
        Stop(run=run, order=order, position=place) for place, order in enumerate(rows, start=1)
    )
    remember(count=len(rows))
    return run


def _take(
    orders: Sequence[int], *, courier: Person, by: Actor, at: datetime, depot_id: int | None = None
) -> list[Order]:
    """Return these orders, locked, when all of them may go on one run of this courier."""
    ids = set(orders)
    locked = Order.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    rows = list(locked)
    if len(rows) < len(ids):
        raise not_yours()
    for area in sorted({order.area_id for order in rows}):
        if not by.standings(queries.DISPATCH, area):
            raise not_yours()
    ready = set(orders_ready(None).filter(pk__in=ids).values_list("pk", flat=True))
    waiting = Stop.objects.filter(order__in=ids, state=StopState.WAITING)
    ready -= set(waiting.values_list("order", flat=True))
    if left_out := [order.number for order in rows if order.pk not in ready]:
        raise rules.not_ready(left_out)
    if len({order.depot_id for order in rows} | ({depot_id} if depot_id else set())) > 1:
        raise rules.two_depots()
    his = queries.areas_of_courier(courier, at=at)
    if far := [order.number for order in rows if order.area_id not in his]:
        raise rules.not_his_area(courier.name, far)
    return rows


def _area_for(orders: Sequence[Order], courier: Person, *, at: datetime) -> str:
    """Return the area of a run of these orders; it must lie where the courier delivers."""
    area = queries.narrowest_area({order.area_id for order in orders}, at=at)
    if area not in queries.areas_of_courier(courier, at=at):
        raise rules.too_far_apart(courier.name)
    return area


def _note(run: Run, rows: Sequence[Order]) -> None:
    """Write into a run what it is going to take."""
    found = rules.estimate(rows)
    run.way_m, run.work_s, run.cost_fen = found.way_m, found.work_s, found.cost_fen


def arrange(run: Run, row: Sequence[Stop]) -> None:
    """Number the waiting stops of a run anew in this row, and estimate it again."""
    if row:
        places = [When(pk=stop.pk, then=Value(n)) for n, stop in enumerate(row, start=1)]
        mine = Stop.objects.filter(pk__in=[stop.pk for stop in row])
        mine.update(position=Case(*places, output_field=IntegerField()))
    _note(run, [stop.order for stop in row])
    run.save(update_fields=["way_m", "work_s", "cost_fen"])


def waiting_stops(run: Run) -> list[Stop]:
    """Return the stops of a run that wait, in their row, with their orders."""
    waiting = Stop.objects.filter(run=run, state=StopState.WAITING).select_related("order")
    return list(waiting.order_by("position", "pk"))


def _locked(stop: Stop) -> Run:
    """Return the run of a stop, so that nobody else changes its row meanwhile.

    The stop is locked already, and whoever has the run may be waiting for the stop: so this does
    not wait for the run.
    """
    runs = Run.objects.filter(pk=stop.run_id)
    if connection.features.has_select_for_update_nowait:
        runs = runs.select_for_update(nowait=True)
    try:
        return runs.get()
    except OperationalError:
        raise rules.at_it_now() from None


@action(
    duty=queries.DISPATCH,
    title=_("Add orders"),
    said=_("added orders: %(count)s"),
    guard=_why_not_add,
    concerns=lambda run, _result: [run.courier_id],
)
def add_orders(run: Run, *, orders: Sequence[int], by: Actor, at: datetime) -> Run:
    """Add late orders (ids) to a run that is not packed, each where the rule of the row puts it."""
    new = queries.in_row(_take(orders, courier=run.courier, by=by, at=at, depot_id=run.depot_id))
    row = waiting_stops(run)
    added = Stop.objects.bulk_create(Stop(run=run, order=order, position=0) for order in new)
    for stop in added:
        before = [n for n, s in enumerate(row) if _key(s) <= _key(stop)]
        row.insert(before[-1] + 1 if before else 0, stop)
    run.area_id = _area_for([stop.order for stop in row], run.courier, at=at)
    run.save(update_fields=["area"])
    arrange(run, row)
    remember(count=len(added))
    return run


def _key(stop: Stop) -> tuple[object, ...]:
    return rules.door_order(stop.order)


@action(
    duty=queries.DISPATCH,
    title=_("Move in the row"),
    said=_("moved it to place %(position)s"),
    guard=_why_not_move,
    concerns=lambda stop, _result: [stop.run.courier_id],
)
def move_stop(stop: Stop, *, position: int, by: Actor, at: datetime) -> Stop:
    """Put a stop at another place of the row, before the run leaves."""
    run = _locked(stop)
    if refusal := rules.why_not_arrange(run):
        raise refusal
    row = waiting_stops(run)
    if refusal := rules.why_not_position(position, stops=len(row)):
        raise refusal
    others = [other for other in row if other.pk != stop.pk]
    mine = next(other for other in row if other.pk == stop.pk)
    arrange(run, [*others[: position - 1], mine, *others[position - 1 :]])
    stop.position = position
    return stop


@action(
    duty=queries.DISPATCH,
    title=_("Take off the run"),
    said=_("took it off the run: %(reason)s"),
    guard=_why_not_drop,
    concerns=lambda stop, _result: [stop.run.courier_id],
)
def drop_stop(stop: Stop, *, reason: str, by: Actor, at: datetime) -> Stop:
    """Take an order off a run that has not left; packed goods go back and are reserved again.

    A run that loses its last stop is dissolved.
    """
    run = _locked(stop)
    if refusal := rules.why_not_arrange(run):
        raise refusal
    _unpack(run, [stop.order], by=by, at=at)
    stop.state = STOP_MOVES.to("drop_stop", stop.state)
    stop.note, stop.done_at = reason, at
    stop.save(update_fields=["state", "note", "done_at"])
    row = waiting_stops(run)
    if row:
        arrange(run, row)
    else:
        dissolve_run(run, by=by, at=at)
    return stop


@action(
    duty=queries.DISPATCH,
    title=_("Dissolve the run"),
    said=_("dissolved the run"),
    guard=_why_not_dissolve,
    concerns=lambda run, _result: [run.courier_id],
)
def dissolve_run(run: Run, *, by: Actor, at: datetime) -> Run:
    """Give up a run that has not left; its orders wait to be planned again."""
    row = waiting_stops(run)
    _unpack(run, [stop.order for stop in row], by=by, at=at)
    drop_all(row, at=at)
    run.state = MOVES.to("dissolve_run", run.state)
    run.save(update_fields=["state"])
    remember(count=len(row))
    return run


def drop_all(stops: Iterable[Stop], *, at: datetime, reason_code: str = "") -> None:
    """Take these waiting stops off their run."""
    mine = Stop.objects.filter(pk__in=[stop.pk for stop in stops], state=StopState.WAITING)
    mine.update(state=StopState.DROPPED, done_at=at, reason_code=reason_code)


def _unpack(run: Run, orders: Sequence[Order], *, by: Actor, at: datetime) -> None:
    """Put packed goods of these orders back on the shelf, and reserve them again at once."""
    if run.state != RunState.PICKED or not orders:
        return
    lines = queries.lines_to_carry(orders)
    for part in batches(lines):
        return_goods(
            run.area_id, source=run.depot.packed, depot=run.depot, lines=part, by=by, at=at
        )
    ids = [order.pk for order in orders]
    advance_orders(run.area_id, orders=ids, step="unpack", by=by, at=at)
    for order in Order.objects.filter(pk__in=ids, state=OrderState.CONFIRMED).order_by("pk"):
        reserve_again(order, by=by, at=at)


def batches(lines: Sequence[Line]) -> Iterable[Sequence[Line]]:
    """Yield these lines in parts small enough for one movement of goods."""
    for start in range(0, len(lines), LINES_MAX):
        yield lines[start : start + LINES_MAX]


# --- who leaves the company --------------------------------------------------------------------


@action(
    duty="org.appointments",
    title=_("Hand over runs"),
    said=_("handed all open runs to %(to)s"),
)
def hand_over_runs(person: Person, *, to: Person, by: Actor, at: datetime) -> int:
    """Pass every open run of one courier to another, with the goods in his bag; return how many."""
    mine = list(Run.objects.select_for_update().filter(courier=person, state__in=OPEN))
    carried = queries.bag_contents(person)
    if carried:
        bag = bag_of(person.pk)
        assert bag is not None, "what is carried is in a bag"
        area = mine[0].area_id
        other = open_bag(area, holder=to, by=by, at=at)
        lines = [Line(key.sku, count, key.reference) for key, count in carried.items()]
        for part in batches(lines):
            hand_over_goods(area, bag=bag, to=other, lines=part, by=by, at=at)
    Run.objects.filter(pk__in=[run.pk for run in mine]).update(courier=to)
    remember(runs=[run.pk for run in mine])
    return len(mine)


register_work(PersonalWork(_("Runs not yet ended"), queries.open_runs_of, hand_over_runs))
