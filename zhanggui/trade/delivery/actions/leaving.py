"""Packing and loading a run, and what must be in order before it leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock.actions.goods import load_goods, open_bag, pick_goods
from zhanggui.books.stock.models import Location
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.delivery import queries, rules
from zhanggui.trade.delivery.actions.planning import arrange, batches, drop_all, waiting_stops
from zhanggui.trade.delivery.models import Run
from zhanggui.trade.delivery.rules import MOVES, WITHDRAWN, RunState
from zhanggui.trade.orders.actions.progress import advance_orders
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import orders_ready

Check = Callable[[Run, datetime], Refusal | None]

LEAVING: list[Check] = []


def register_leaving(check: Check) -> Check:
    """Register a room's check: why a run may not leave at a moment, None when it may."""
    if check not in LEAVING:
        LEAVING.append(check)
    return check


def _why_not_pick(run: Run) -> Refusal | None:
    return MOVES.why_not("pick_run", run.state)


def _why_not_load(run: Run, *, at: datetime) -> Refusal | None:
    if refusal := MOVES.why_not("load_run", run.state) or _why_not_alone(run):
        return refusal
    return next(filter(None, (check(run, at) for check in LEAVING)), None)


def _why_not_alone(run: Run) -> Refusal | None:
    out = Run.objects.filter(courier=run.courier_id, state=RunState.OUT).first()
    return rules.still_out(out.number) if out is not None else None


@action(
    duty=queries.OWN_RUNS,
    title=_("Goods are packed"),
    said=_("packed the goods (orders: %(orders)s, pieces: %(pieces)s)"),
    guard=_why_not_pick,
    since="planned_at",
)
def pick_run(run: Run, *, by: Actor, at: datetime) -> Run:
    """Take the goods of all stops off the shelf and pack them by order.

    An order that is not ready any more (the customer has cancelled it meanwhile) comes off the run.
    """
    row = waiting_stops(run)
    ids = [stop.order_id for stop in row]
    list(Order.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    ready = set(orders_ready(None).filter(pk__in=ids).values_list("pk", flat=True))
    gone = [stop for stop in row if stop.order_id not in ready]
    row = [stop for stop in row if stop.order_id in ready]
    if not row:
        raise rules.nothing_to_pack()
    if gone:
        drop_all(gone, at=at, reason_code=WITHDRAWN)
        arrange(run, row)
    orders = [stop.order for stop in row]
    lines = queries.lines_to_carry(orders)
    for part in batches(lines):
        pick_goods(run.area_id, depot=run.depot, lines=part, by=by, at=at)
    advance_orders(run.area_id, orders=[o.pk for o in orders], step="pick", by=by, at=at)
    run.state, run.picked_at = MOVES.to("pick_run", run.state), at
    run.save(update_fields=["state", "picked_at"])
    remember(
        orders=len(orders),
        pieces=sum(line.quantity for line in lines),
        withdrawn=[stop.order.number for stop in gone],
    )
    return run


@action(
    duty=queries.OWN_RUNS,
    title=_("Load and leave"),
    said=_("loaded the goods and left (pieces: %(pieces)s)"),
    guard=_why_not_load,
    since="picked_at",
)
def load_run(run: Run, *, by: Actor, at: datetime) -> Run:
    """Put the packed goods of a run into the courier's bag and leave the depot.

    Refused while another run of his is on the road, and by what upper rooms have registered.
    """
    orders = [stop.order for stop in waiting_stops(run)]
    if not orders:
        raise rules.nothing_to_pack()
    bag = open_bag(run.area_id, holder=run.courier, by=by, at=at)
    list(Location.objects.select_for_update().filter(pk=bag.pk).values_list("pk"))
    if refusal := _why_not_alone(run):  # another run of his was loaded while this one waited
        raise refusal
    lines = queries.lines_to_carry(orders)
    for part in batches(lines):
        load_goods(run.area_id, depot=run.depot, bag=bag, lines=part, by=by, at=at)
    advance_orders(run.area_id, orders=[o.pk for o in orders], step="load", by=by, at=at)
    run.state, run.left_at = MOVES.to("load_run", run.state), at
    run.save(update_fields=["state", "left_at"])
    remember(orders=len(orders), pieces=sum(line.quantity for line in lines))
    return run
