"""Runs: formed by the city managers, packed, carried and brought home by the couriers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random

from django.utils.timezone import localdate

from zhanggui.books.stock.rules import Line
from zhanggui.demo.trade.hands import CARRYING, DISPATCH, within_hours
from zhanggui.demo.trade.living import Deed, Life
from zhanggui.demo.trade.money import hand_in
from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.demo.trade.ratings import rate
from zhanggui.demo.trade.screening import customer_of, dice_of
from zhanggui.demo.trade.shortages import plan_shortages
from zhanggui.ground.org.actor import PersonActor
from zhanggui.trade.cash.actions.door import hand_over_paid, take_at_door
from zhanggui.trade.cash.queries import carried, due_for
from zhanggui.trade.cash.rules import CASH_LIMIT_FEN, suggest_tenders
from zhanggui.trade.delivery.actions.doors import fail_stop, refuse_stop
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.delivery.actions.returns import close_run, take_back_goods
from zhanggui.trade.delivery.actions.undelivered import give_up, retry_order
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.queries import (
    attempts_of,
    by_sku,
    must_come_back,
    orders_to_plan,
)
from zhanggui.trade.delivery.rules import (
    STOPS_MAX,
    FailureReason,
    RefusalReason,
    RunState,
    StopState,
)
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.states import Fulfilment, OrderState, Payment

ROUNDS_H = (11.75, 15.6)
"""When city managers form runs: before lunch, and when the last orders of the day are in."""

OUT_OF_TURN_MAX = 6
"""Orders of a run formed out of turn."""

WORTH_A_RUN = 14
"""Orders below which the noon run waits for the afternoon's: a way for few costs too much."""

DOORS_H = (8.6, 21.4)
"""Hours between which a courier rings."""

PART = 0.04
"""How often a customer keeps only some of what he ordered."""

REFUSED_FOR = {
    RefusalReason.CHANGED_MIND: 40, RefusalReason.LATE: 14, RefusalReason.NO_CASH: 14,
    RefusalReason.DAMAGED: 12, RefusalReason.PRICE: 10, RefusalReason.NOT_ORDERED: 6,
    RefusalReason.WRONG_GOODS: 4,
}  # fmt: skip
FAILED_FOR = {
    FailureReason.NOBODY_HOME: 50, FailureReason.UNREACHABLE: 26, FailureReason.POSTPONED: 16,
    FailureReason.BAD_ADDRESS: 8,
}  # fmt: skip


# --- what waits -------------------------------------------------------------------------------
def waiting(life: Life) -> None:
    """Look at the open runs, and at the orders that came back undelivered."""
    open_states = [RunState.PLANNED, RunState.PICKED, RunState.OUT]
    for run in Run.objects.filter(state__in=open_states).order_by("pk"):
        plan_run(life, run)
    back = Order.objects.filter(state=OrderState.CONFIRMED, fulfilment=Fulfilment.RETURNED)
    for order in back.order_by("pk"):
        _plan_undelivered(life, order)


def daily(life: Life, day: date) -> None:
    """Put the city managers' rounds on the agenda."""
    for number, hour in enumerate(ROUNDS_H):
        at = moment_of_day(day, hour)
        if life.since < at <= life.until:
            life.plan(at, "form", number)


def plan_run(life: Life, run: Run) -> None:
    """Put the next step of a run on the agenda."""
    dice = life.dice("run", run.planned_at.isoformat(), run.courier_id, run.state)
    if run.state == RunState.PLANNED:
        at = run.planned_at + timedelta(minutes=dice.uniform(9, 22))
        late = timedelta(minutes=dice.uniform(5, 25))
        life.plan(within_hours(at, 8.0, 20.5, late=late), "pick", run.pk)
    elif run.state == RunState.PICKED and run.picked_at is not None:
        at = run.picked_at + timedelta(minutes=dice.uniform(8, 16))
        late = timedelta(minutes=dice.uniform(15, 40))
        life.plan(within_hours(at, 8.0, 20.8, late=late), "load", run.pk)
    elif run.state == RunState.OUT and run.left_at is not None:
        _plan_door(life, run)


def _plan_door(life: Life, run: Run) -> None:
    stops = list(Stop.objects.filter(run=run).select_related("order"))
    done = [stop.done_at for stop in stops if stop.done_at and stop.state != StopState.DROPPED]
    former = max([run.left_at or run.planned_at, *done])
    dice = life.dice("way", former.isoformat(), run.courier_id)
    left = [stop for stop in stops if stop.state == StopState.WAITING]
    if left:
        stop = min(left, key=lambda one: (one.position, one.pk))
        minutes = dice.uniform(6, 13) + (9 if not done else 0)
        late = timedelta(minutes=dice.uniform(4, 15))
        at = within_hours(former + timedelta(minutes=minutes), *DOORS_H, late=late)
        life.plan(at, "door", stop.pk)
    else:
        life.plan(former + timedelta(minutes=dice.uniform(10, 25)), "home", run.pk)


def _plan_undelivered(life: Life, order: Order) -> None:
    dice = dice_of(life, order, "undelivered", order.waits_since_at.isoformat())
    morning = moment_of_day(localdate(order.waits_since_at) + timedelta(days=1), 9.1)
    life.plan(morning + timedelta(minutes=dice.uniform(0, 25)), "undelivered", order.pk)


# --- the depot --------------------------------------------------------------------------------
def _form(life: Life, number: int, at: datetime) -> None:
    """Let every city manager give what is ready to the nearest courier of its area."""
    for person in life.hands.everyone(DISPATCH, at=at):
        by = life.hands.user(person.user, at=at)
        loads: dict[tuple[int, int], list[int]] = {}
        scene = life.scene
        for order in orders_to_plan(by).order_by("pk"):
            nearest = life.hands.nearest(DISPATCH, order.area_id, at=at)
            couriers = life.hands.holders(CARRYING, order.area_id, at=at)
            if not couriers or (scene and not scene.plans_run(couriers[0].user, at)):
                continue
            if nearest is not None and nearest.person_id == by.person_id:
                loads.setdefault((couriers[0].pk, order.depot_id), []).append(order.pk)
        for (courier_id, _depot), orders in loads.items():
            if number == 0 and len(orders) < WORTH_A_RUN:
                continue
            actor = life.hands.person(courier_id, at=at)
            standings = by.standings("delivery.dispatch", None)
            if actor is None or not standings:
                continue
            run = form_run(
                standings[0].area, courier=actor.person, orders=orders[:STOPS_MAX], by=by, at=at
            )
            plan_run(life, run)


def _form_one(life: Life, user: str, at: datetime) -> None:
    """Let his city manager give a courier a small run out of turn."""
    courier = life.hands.user(user, at=at).person
    homes = [seat.area for seat in life.hands.user(user, at=at).holdings if seat.post == "courier"]
    by = life.hands.nearest(DISPATCH, homes[0], at=at) if homes else None
    if by is None:
        return
    orders = [
        order.pk
        for order in orders_to_plan(by).order_by("pk")
        if life.hands.holders(CARRYING, order.area_id, at=at)[:1] == [courier]
    ]
    if orders:
        area = by.standings("delivery.dispatch", None)[0].area
        run = form_run(area, courier=courier, orders=orders[-OUT_OF_TURN_MAX:], by=by, at=at)
        plan_run(life, run)


def _his(life: Life, pk: int, at: datetime) -> tuple[Run, PersonActor | None]:
    run = Run.objects.select_related("courier", "area", "depot").get(pk=pk)
    return run, life.hands.person(run.courier_id, at=at)


def _pick(life: Life, pk: int, at: datetime) -> None:
    run, by = _his(life, pk, at)
    if run.state == RunState.PLANNED and by is not None:
        plan_run(life, pick_run(run, by=by, at=at))


def _load(life: Life, pk: int, at: datetime) -> None:
    run, by = _his(life, pk, at)
    if run.state != RunState.PICKED or by is None:
        return
    if Run.objects.filter(courier=run.courier_id, state=RunState.OUT).exists():
        life.plan(at + timedelta(minutes=20), "load", pk)  # he is not home yet
        return
    if carried(run.courier_id).fen > CASH_LIMIT_FEN:  # to the till first
        hand_in(life, run.courier_id, at)
    plan_run(life, load_run(run, by=by, at=at))


# --- doors ------------------------------------------------------------------------------------
def _door(life: Life, pk: int, at: datetime) -> None:
    stop = Stop.objects.select_related("run__courier", "run__depot", "order").get(pk=pk)
    by = life.hands.person(stop.run.courier_id, at=at)
    if stop.state != StopState.WAITING or stop.run.state != RunState.OUT or by is None:
        return
    ring(life, stop, by, at)
    _plan_door(life, stop.run)
    if stop.order.fulfilment == Fulfilment.RETURNED:
        _plan_undelivered(life, stop.order)


def _paid_ahead(life: Life, user: str, at: datetime) -> None:
    """Let a courier meet nobody but a neighbour, who pays for goods that are wanted another day.

    The money comes late, for a stop that is closed: the city manager has to clear it up.
    """
    waiting = Stop.objects.filter(
        run__courier__user=user,
        run__state=RunState.OUT,
        state=StopState.WAITING,
        order__payment=Payment.CASH,
    )
    stop = waiting.select_related("run", "order").order_by("run", "position").last()
    by = life.hands.user(user, at=at)
    if stop is None:
        return
    note = "邻居代付，货改天送"
    fail_stop(stop, reason_code=FailureReason.POSTPONED.value, note=note, by=by, at=at)
    stop.refresh_from_db()
    take_at_door(
        stop,
        delivered=None,
        tendered_fen=due_for(stop.order, None),
        change_fen=0,
        note=note,
        by=by,
        at=at + timedelta(minutes=2),
    )


def ring(life: Life, stop: Stop, by: PersonActor, at: datetime) -> None:
    """Let a courier stand at a door, and note what happens."""
    order = stop.order
    dice = dice_of(life, order, "door", stop.run.left_at)
    customer = customer_of(life, order)
    chance = dice.random()
    sure = life.scene.door(stop) if life.scene else ""
    refuses = customer.refuses if customer else 0.03
    absent = customer.absent if customer else 0.05
    seen = at - timedelta(seconds=dice.randint(4, 40))
    if sure == "refuse" or (not sure and chance < refuses):
        reason = dice.choices(list(REFUSED_FOR), list(REFUSED_FOR.values()))[0]
        refuse_stop(stop, reason_code=reason.value, device_at=seen, by=by, at=at)
    elif sure == "fail" or (not sure and chance < refuses + absent):
        why = dice.choices(list(FAILED_FOR), list(FAILED_FOR.values()))[0]
        fail_stop(stop, reason_code=why.value, device_at=seen, by=by, at=at)
    else:
        delivered = _kept(order, dice)
        if order.payment == Payment.TRANSFER:
            hand_over_paid(stop, delivered=delivered, device_at=seen, by=by, at=at)
            rate(life, order, at=at)
            return
        due = due_for(order, delivered)
        tendered = _tendered(due, dice)
        take_at_door(
            stop,
            delivered=delivered,
            tendered_fen=tendered,
            change_fen=tendered - due,
            device_at=seen,
            by=by,
            at=at,
        )
        rate(life, order, at=at)


def _kept(order: Order, dice: Random) -> dict[int, int] | None:
    """Return the pieces kept of each line, None for everything."""
    if dice.random() > PART:
        return None
    lines = [line for line in OrderLine.objects.filter(order=order).order_by("pk") if line.wanted]
    if sum(line.wanted for line in lines) < 2:
        return None
    kept = {line.pk: line.wanted for line in lines}
    kept[dice.choice(lines).pk] -= 1
    return {pk: pieces for pk, pieces in kept.items() if pieces}


def _tendered(due_fen: int, dice: Random) -> int:
    sums = suggest_tenders(due_fen)
    return dice.choices(sums, (5, 3, 3, 4)[: len(sums)])[0]


def _home(life: Life, pk: int, at: datetime) -> None:
    run, by = _his(life, pk, at)
    if run.state != RunState.OUT or by is None:
        return
    if not Stop.objects.filter(run=run, state=StopState.WAITING).exists():
        bring_home(life, run, by, at)


def bring_home(life: Life, run: Run, by: PersonActor, at: datetime) -> None:
    """Let a courier put back what he could not hand over, and end his run."""
    back = by_sku(must_come_back(run))
    if not back:
        close_run(run, by=by, at=at)
        return
    take_back_goods(run, lines=[Line(sku, count) for sku, count in back.items()], by=by, at=at)
    failed = Order.objects.filter(stops__run=run, fulfilment=Fulfilment.RETURNED)
    for order in failed.filter(state=OrderState.CONFIRMED).order_by("pk"):
        _plan_undelivered(life, order)


# --- what came back ---------------------------------------------------------------------------
def _undelivered(life: Life, pk: int, at: datetime) -> None:
    """Let the city manager try an order again, or give it up after the second time."""
    order = Order.objects.get(pk=pk)
    by = life.hands.nearest(DISPATCH, order.area_id, at=at)
    back = (OrderState.CONFIRMED, Fulfilment.RETURNED)
    if (order.state, order.fulfilment) != back or by is None:
        return
    if len(attempts_of([pk]).get(pk, [])) >= 2:
        give_up(order, reason="两次都没人，电话里说不要了", by=by, at=at)
    else:
        plan_shortages(life, retry_order(order, by=by, at=at))


DEEDS: Mapping[str, Deed] = {
    "form": _form,
    "form_one": _form_one,
    "pick": _pick,
    "load": _load,
    "door": _door,
    "paid_ahead": _paid_ahead,
    "home": _home,
    "undelivered": _undelivered,
}
