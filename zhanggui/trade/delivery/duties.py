"""The duties of this room: giving out runs, carrying one's own, doors, and what came back."""

from __future__ import annotations

from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.books.customers.personal import Holder, register_holder
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, declare
from zhanggui.ground.desk.templatetags.desk import moment, yuan
from zhanggui.trade.delivery import forms, queries, rules
from zhanggui.trade.delivery.actions import (
    doors,
    forgetting,
    leaving,
    planning,
    returns,
    undelivered,
)
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import FailureReason, RefusalReason, RunState, StopState
from zhanggui.trade.orders.duties import due_said
from zhanggui.trade.orders.models import Order

RUN_TONES = {
    RunState.PLANNED: "wait",
    RunState.PICKED: "wait",
    RunState.OUT: "go",
    RunState.BACK: "done",
    RunState.DISSOLVED: "rest",
}
STOP_TONES = {
    StopState.WAITING: "go",
    StopState.DELIVERED: "done",
    StopState.PARTLY: "wait",
    StopState.REFUSED: "stop",
    StopState.FAILED: "stop",
    StopState.DROPPED: "rest",
}


def run_badge(run: Run) -> Badge:
    """Return where a run stands."""
    state = RunState(run.state)
    return Badge(RUN_TONES[state], state.label)


def stop_badge(stop: Stop) -> Badge:
    """Return what happened at a door."""
    state = StopState(stop.state)
    return Badge(STOP_TONES[state], state.label)


def cost_badge(cost_fen: int, orders: int) -> Badge:
    """Return what an order costs against the goal."""
    each = rules.per_order_fen(cost_fen, orders)
    return Badge(rules.cost_tone(each), yuan(each) or "–")


def reason_said(stop: Stop) -> str:
    """Return the reason of a door in words, with the note on it; "" where there is none."""
    known = dict([*RefusalReason.choices, *FailureReason.choices])
    known[rules.WITHDRAWN] = _("The order was no longer ready")
    words = [str(known.get(stop.reason_code, stop.reason_code)), stop.note]
    return " · ".join(word for word in words if word)


def stops_said(count: int) -> str:
    """Return a number of stops as people say it."""
    return ngettext("%(count)s stop", "%(count)s stops", count) % {"count": count}


def _run(run: Run) -> Cell:
    return Cell([run.number, run.area.name], strong=True)


def _doors(run: Run) -> Cell:
    total, left = getattr(run, "stops_count", 0), getattr(run, "left", 0)
    said = gettext("%(done)s of %(total)s done") % {"done": total - left, "total": total}
    return Cell([said], badges=[run_badge(run)])


def _order(order: Order) -> Cell:
    return Cell([order.number, queries.door_said(order)], strong=True)


def _door(stop: Stop) -> Cell:
    return Cell(
        [queries.door_said(stop.order), f"{stop.order.recipient} · {stop.run.number}"], strong=True
    )


def _sought(rows: QuerySet[Stop], text: str) -> QuerySet[Stop]:
    return rows.filter(order__address__icontains=text) | rows.filter(
        order__recipient__icontains=text
    )


declare(
    Duty[Order](
        code=queries.DISPATCH,
        title=_("Dispatch"),
        charter=("S-CM-1", "S-CO-6"),
        queue=queries.orders_to_plan,
        since="waits_since_at",
        due="promised_at",
        page="delivery:dispatch",
        icon="truck-delivery",
        columns=(
            Column(_("Order"), _order, sort="address"),
            Column(_("Promised"), lambda o: Cell([moment(o.promised_at)]), sort="promised_at"),
            Column(_("To take"), lambda o: Cell([due_said(o)]), sort="due_fen", numeric=True),
        ),
        acts=(
            Act(
                planning.add_orders,
                on=Run,
                form=forms.AddOrdersForm,
                letter="a",
                done=_("The orders are on the run."),
            ),
            Act(
                planning.dissolve_run,
                on=Run,
                letter="x",
                tone="stop",
                text=_("Its orders wait to be planned again; packed goods go back on the shelf."),
                done=_("The run is dissolved, its orders wait to be planned."),
            ),
            Act(planning.move_stop, on=Stop, form=forms.MoveStopForm, letter="m"),
            Act(planning.drop_stop, on=Stop, form=forms.WhyForm, letter="x", tone="stop"),
        ),
        empty=_("Orders wait here once they are confirmed and reserved, until a run takes them."),
        model=Order,
    )
)

declare(
    Duty[Run](
        code=queries.OWN_RUNS,
        title=_("My runs"),
        charter=("S-CO-3",),
        queue=queries.runs_to_carry,
        own=True,
        since="planned_at",
        due="next_promise_at",
        icon="truck-delivery",
        columns=(
            Column(_("Run"), _run, sort="planned_at"),
            Column(_("Doors done"), _doors),
            Column(
                _("Next promise"),
                lambda r: Cell([moment(getattr(r, "next_promise_at", None)) or "–"]),
            ),
            Column(
                _("To take"),
                lambda r: Cell([yuan(getattr(r, "to_take_fen", 0))]),
                numeric=True,
            ),
        ),
        acts=(
            Act(
                leaving.pick_run,
                on=Run,
                letter="p",
                tone="main",
                text=_("The goods of all stops are off the shelf, checked and packed by order."),
                done=_("Packed. Load the bag and leave."),
            ),
            Act(
                leaving.load_run,
                on=Run,
                letter="l",
                tone="main",
                text=_("Every packed order is in the bag, and the change is with you."),
                done=_("Have a safe run."),
            ),
            Act(
                returns.take_back_goods,
                on=Run,
                form=forms.TakeBackForm,
                letter="b",
                tone="main",
                text=_("Scan everything you bring back. It has to be what the list says."),
                done=_("The goods are back on the shelf."),
            ),
            Act(
                returns.report_loss,
                on=Run,
                form=forms.LossForm,
                letter="v",
                tone="stop",
                done=_("It is written off, with your account of it."),
            ),
        ),
        empty=_("Runs that the dispatcher gives you wait here until you are back from them."),
        model=Run,
    )
)

declare(
    Duty[Stop](
        code=queries.DOOR,
        title=_("Doors to come"),
        charter=("S-CO-3",),
        queue=queries.doors_to_come,
        own=True,
        since="left_at",
        due="promised_at",
        icon="map-pin",
        columns=(
            Column(_("Door"), _door, sort="position"),
            Column(
                _("Promised"),
                lambda s: Cell([moment(s.order.promised_at)]),
                sort="promised_at",
            ),
            Column(_("To take"), lambda s: Cell([due_said(s.order)]), numeric=True),
        ),
        search=_sought,
        acts=(
            Act(doors.refuse_stop, on=Stop, form=forms.RefuseForm, letter="r", tone="stop"),
            Act(doors.fail_stop, on=Stop, form=forms.FailForm, letter="f", tone="stop"),
        ),
        empty=_("The doors of your runs stand here while you are on the road."),
        model=Stop,
    )
)

declare(
    Duty[Order](
        code=queries.UNDELIVERED,
        title=_("Came back undelivered"),
        charter=("S-CM-1",),
        queue=queries.orders_undelivered,
        since="waits_since_at",
        icon="arrow-back-up",
        columns=(
            Column(_("Order"), _order, sort="address"),
            Column(_("Promised"), lambda o: Cell([moment(o.promised_at)]), sort="promised_at"),
            Column(
                pgettext_lazy("of an order", "Amount"),
                lambda o: Cell([due_said(o)]),
                sort="due_fen",
                numeric=True,
            ),
        ),
        acts=(
            Act(
                undelivered.retry_order,
                on=Order,
                form=forms.RetryForm,
                letter="t",
                tone="main",
                done=_("It is reserved again and waits for a run."),
            ),
            Act(undelivered.give_up, on=Order, form=forms.WhyForm, letter="g", tone="stop"),
        ),
        empty=_("Orders wait here when nobody could be met and their goods are back in the depot."),
        model=Order,
    )
)

register_holder(
    Holder("delivery", held=queries.held_here, erase=partial(forgetting.forget_stops, None))
)
