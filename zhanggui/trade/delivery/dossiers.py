"""The pages of a run and of a stop, and the delivery on the page of an order."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock.duties import pieces
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, panel, url_of
from zhanggui.ground.desk.templatetags.desk import moment, wait, yuan
from zhanggui.trade.delivery import queries, rules
from zhanggui.trade.delivery.duties import cost_badge, reason_said, run_badge, stop_badge
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import RunState, StopState
from zhanggui.trade.orders.duties import due_said
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.states import Payment


def way_said(way_m: int) -> str:
    """Return a way in kilometres, as people say it."""
    return gettext("%(km)s km") % {"km": f"{way_m / 1000:.1f}"}


def stop_shown(stop: Stop, by: DeskActor) -> dict[str, Any]:
    """Return a stop as the page of its run shows it."""
    order = stop.order
    open_now = stop.state == StopState.WAITING
    lines = [line for line in order.lines.all() if line.wanted]
    return {
        "position": stop.position,
        "url": url_of(stop),
        "badge": stop_badge(stop),
        "address": queries.door_said(order),
        "recipient": order.recipient,
        "number": order.number,
        "promised_at": order.promised_at,
        "done_at": None if open_now else stop.done_at,
        "late": open_now and order.promised_at < by.at,
        "sum": _sum_said(stop),
        "pieces": pieces(sum(line.wanted for line in lines)),
        "why": reason_said(stop),
        "dropped": stop.state == StopState.DROPPED,
    }


def _sum_said(stop: Stop) -> str:
    """Return what is to take at a door, or was taken there; in words what was paid ahead."""
    order = stop.order
    if stop.state == StopState.WAITING or order.payment == Payment.TRANSFER:
        return due_said(order)
    return str(yuan(order.taken_fen)) if order.taken_fen else ""


def goods_shown(found: dict[int, int]) -> list[dict[str, Any]]:
    """Return goods by SKU with their pieces, as lists show them."""
    skus = queries.skus_of(found)
    return [
        {"sku": skus[pk], "code": skus[pk].code, "pieces": pieces(count)}
        for pk, count in sorted(found.items(), key=lambda item: skus[item[0]].code)
    ]


def run_face(run: Run, by: DeskActor) -> Face:
    """Return what the page of a run shows."""
    stops = list(queries.stops_of(run))
    there = [stop for stop in stops if stop.state != StopState.DROPPED]
    waiting = [stop for stop in there if stop.state == StopState.WAITING]
    each = cost_badge(run.cost_fen, len(there))
    lines = [
        Line(pgettext_lazy("of a run", "Courier"), run.courier.name, url=url_of(run.courier)),
        Line(_("Area"), run.area.name),
        Line(_("Depot"), run.depot.name),
        Line(pgettext_lazy("of a run", "Planned"), moment(run.planned_at)),
    ]
    for label, at in (
        (pgettext_lazy("of a run", "Packed"), run.picked_at),
        (_("Left the depot"), run.left_at),
        (_("Came back"), run.back_at),
    ):
        if at is not None:
            lines.append(Line(label, moment(at)))
    if waiting:
        lines.append(Line(_("To take"), yuan(sum(stop.order.due_fen for stop in waiting))))
    back = queries.by_sku(queries.must_come_back(run))
    return Face(
        title=f"{run.number} · {run.courier.name}",
        subtitle=run.area.name,
        state=run_badge(run),
        lines=lines,
        template="delivery/run.html",
        context={
            "run": run,
            "estimate": {
                "each": each,
                "goal": yuan(rules.COST_GOAL_FEN),
                "way": way_said(run.way_m),
                "work": wait(run.work_s),
                "cost": yuan(run.cost_fen),
            }
            if there
            else None,
            "stops": [stop_shown(stop, by) for stop in stops],
            "done": len(there) - len(waiting),
            "total": len(there),
            "percent": 100 * (len(there) - len(waiting)) // len(there) if there else 0,
            "back": goods_shown(back),
            "on_road": run.state == RunState.OUT,
            "picking_url": reverse("delivery:picking", args=[run.pk]) if there else "",
        },
    )


def stop_face(stop: Stop, by: DeskActor) -> Face:
    """Return what the page of a stop shows."""
    order = stop.order
    lines = [
        Line(
            _("Run"),
            f"{stop.run.number} · {stop.run.courier.name}",
            url=url_of(stop.run),
        ),
        Line(_("Order"), order.number, url=url_of(order)),
        Line(_("Area"), order.area.name),
        Line(_("Address"), queries.door_said(order)),
        Line(_("Recipient"), order.recipient),
        Line(_("Promised"), moment(order.promised_at)),
        Line(_("To take"), due_said(order)),
    ]
    if order.note:
        lines.append(Line(_("Customer's note"), order.note))
    if stop.done_at is not None:
        lines.append(Line(_("At the door"), moment(stop.done_at)))
    if stop.device_at is not None:
        lines.append(Line(_("Noted on the phone"), moment(stop.device_at)))
    if why := reason_said(stop):
        lines.append(Line(_("Reason"), why))
    wanted = [line for line in order.lines.all() if line.wanted]
    spoken = stop.state in {StopState.DELIVERED, StopState.PARTLY}
    goods = [
        {
            "name": line.name,
            "pieces": pieces(line.wanted),
            "kept": pieces(line.delivered) if spoken and line.delivered != line.wanted else "",
        }
        for line in wanted
    ]
    return Face(
        title=queries.door_said(order),
        subtitle=f"{stop.run.number} · {stop.position}",
        state=stop_badge(stop),
        money=due_said(order),
        lines=lines,
        template="delivery/stop.html",
        context={"goods": goods},
    )


@panel(on="orders.Order", title=_("On which runs"))
def delivery_of_order(order: Order, by: DeskActor) -> str | None:
    """Show on which runs an order has been, with whom, and what happened at the door."""
    seen = set(queries.stops_seen(by).filter(order=order).values_list("pk", flat=True))
    rows = [
        {
            "run": stop.run.number,
            "courier": stop.run.courier.name,
            "url": url_of(stop) if stop.pk in seen else "",
            "badge": stop_badge(stop),
            "state": run_badge(stop.run),
            "at": stop.done_at or stop.run.left_at or stop.run.planned_at,
            "why": reason_said(stop),
        }
        for stop in queries.stops_of_order(order)
    ]
    return render_to_string("delivery/panel.html", {"rows": rows})


declare_dossier(
    Dossier(
        Run,
        queries.run_of,
        run_face,
        duties=(queries.DISPATCH, queries.OWN_RUNS),
        scope="whoever dispatches in the run's area, and its own courier",
    )
)
declare_dossier(
    Dossier(
        Stop,
        queries.stop_of,
        stop_face,
        duties=(queries.DISPATCH, queries.DOOR),
        scope="whoever dispatches in the run's area, and its own courier",
    )
)
