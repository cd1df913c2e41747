"""The board of the runs, the page on which a run is planned, and the list it is packed by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.queries import tone_of
from zhanggui.ground.desk.templatetags.desk import wait, yuan
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery import queries, rules
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.delivery.dossiers import way_said
from zhanggui.trade.delivery.duties import cost_badge, run_badge
from zhanggui.trade.delivery.forms import FormRunForm
from zhanggui.trade.delivery.models import Run
from zhanggui.trade.delivery.rules import OPEN, Estimate
from zhanggui.trade.orders.duties import due_said
from zhanggui.trade.orders.models import Order

ORDERS_SHOWN = 300
"""Orders offered at once for planning: five runs; beyond that an area is put in focus."""

SOON = timedelta(hours=1)
"""A promise within the hour is worth a look before it has passed."""


@page(duty=queries.DISPATCH, scope="the areas in which the duty is held")
def dispatch(request: HttpRequest) -> HttpResponse:
    """Show the runs of a day: who is out, what is done and left, what it takes, what is late."""
    by = actor_of(request)
    today = localdate(by.at)
    chosen = min(_day(request.GET.get("day", "")) or today, today)
    runs = list(queries.with_progress(queries.runs_on_board(by, day=_whole(chosen))))
    late = queries.late_stops(runs, at=by.at)
    waiting = list(queries.orders_to_plan(by).order_by("promised_at", "pk"))
    context = {
        "day": {
            "date": chosen,
            "today": chosen == today,
            "prev": f"?day={chosen - timedelta(days=1)}",
            "next": f"?day={chosen + timedelta(days=1)}" if chosen < today else "",
        },
        "rows": [_row(run, by, len(late.get(run.pk, ()))) for run in runs],
        "late": [
            {
                "url": url_of(stop),
                "address": queries.door_said(stop.order),
                "run": stop.run.number,
                "promised_at": stop.order.promised_at,
                "late_s": int((by.at - stop.order.promised_at).total_seconds()),
            }
            for run in runs
            for stop in late.get(run.pk, ())
        ],
        "figures": _figures(runs, waiting, late=sum(map(len, late.values())), at=by.at),
        "waiting": len(waiting),
    }
    return render(request, "delivery/dispatch.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _whole(day: date) -> tuple[datetime, datetime]:
    start = make_aware(datetime.combine(day, time.min))
    return start, make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _row(run: Any, by: DeskActor, late: int) -> dict[str, Any]:
    done = run.stops_count - run.left
    due = run.next_promise_at
    tone = "stop" if late else "wait" if due is not None and due - by.at < SOON else "rest"
    return {
        "url": url_of(run),
        "number": run.number,
        "courier": run.courier.name,
        "area": run.area.name,
        "badge": run_badge(run),
        "done": done,
        "total": run.stops_count,
        "percent": 100 * done // run.stops_count if run.stops_count else 0,
        "tone": "done" if not run.left else "go",
        "next_at": due,
        "next_tone": tone,
        "late": late,
        "to_take": yuan(run.to_take_fen) if run.left else "",
        "taken": yuan(run.taken_fen) if run.taken_fen else "",
        "each": cost_badge(run.cost_fen, run.stops_count),
    }


def _figures(
    runs: Sequence[Any], waiting: Sequence[Order], *, late: int, at: datetime
) -> list[dict[str, Any]]:
    total = sum(run.stops_count for run in runs)
    left = sum(run.left for run in runs)
    cost = sum(run.cost_fen for run in runs)
    each = rules.per_order_fen(cost, total)
    first = waiting[0].promised_at if waiting else None
    since = min((order.waits_since_at for order in waiting), default=None)
    return [
        {
            "title": _("Waiting for a run"),
            "value": len(waiting),
            "tone": tone_of(at=at, since=since, due=first, promise_s=None),
            "definition": _("Orders confirmed and reserved whole that stand on no run."),
            "url": reverse("delivery:plan") if waiting else "",
        },
        {
            "title": _("Doors done"),
            "value": f"{total - left} / {total}",
            "tone": "stop" if late else "done" if total and not left else "go",
            "percent": 100 * (total - left) // total if total else None,
            "note": _("doors late: %(late)s") % {"late": late} if late else "",
            "definition": _(
                "Stops at which somebody has stood, of all stops on these runs. Late are those to "
                "come whose promised time has passed."
            ),
        },
        {
            "title": _("Still to take"),
            "value": yuan(sum(run.to_take_fen for run in runs)),
            "tone": "rest",
            "definition": _("What customers of the doors to come have to pay."),
        },
        {
            "title": _("Estimated cost per order"),
            "value": yuan(each) or "–",
            "tone": rules.cost_tone(each),
            "note": _("goal %(goal)s") % {"goal": yuan(rules.COST_GOAL_FEN)},
            "definition": _(
                "Way and work of these runs, estimated from addresses, for each of their stops."
            ),
        },
    ]


@page(methods=("GET", "POST"), duty=queries.DISPATCH, scope="the areas in which the duty is held")
def plan(request: HttpRequest) -> HttpResponseBase:
    """Offer the orders that wait and who delivers there; form a run of those that are ticked."""
    by = actor_of(request)
    place = queries.area_to_plan_in(by)
    sent = request.POST if request.method == "POST" else None
    if sent and (former := form_run.answered(_key(sent.get("key", "")), by=by)):
        return _formed(former[0])
    asks = sent is not None and sent.get("step") == "estimate"
    form = FormRunForm(sent, by=by, at=by.at)
    refused: Refusal | None = None
    if sent and not asks and form.is_valid():
        values = form.values()
        try:
            run = form_run.once(_key(form.cleaned_data["key"]))(place, **values, by=by, at=by.at)
        except Refusal as no:
            refused = no
        else:
            messages.success(request, _("The run %(number)s is formed.") % {"number": run.number})
            return _formed(run)
    context = _planned(form, by, refused=refused, quiet=asks)
    if request.headers.get("HX-Target") == "estimate":
        return render(request, "delivery/plan.html#estimate", context)
    failed = sent is not None and not asks
    status = (refused.status if refused else 422) if failed else 200
    return render(request, "delivery/plan.html", context, status=status)


def _key(key: str) -> str:
    return f"form:{key[:60]}"


def _formed(run: Run) -> HttpResponseBase:
    response = redirect(url_of(run))
    response.status_code = 303
    return response


def _planned(
    form: FormRunForm, by: DeskActor, *, refused: Refusal | None, quiet: bool
) -> dict[str, Any]:
    orders = list(queries.orders_to_plan(by)[:ORDERS_SHOWN])
    ticked = {int(pk) for pk in form.ticked()}
    chosen = [order for order in orders if order.pk in ticked]
    sizes = queries.pieces_of(order.pk for order in orders)
    couriers = queries.couriers_seen(by)
    courier = next((c for c in couriers if str(c.pk) == form.typed("courier")), None)
    groups: dict[str, list[dict[str, Any]]] = {}
    for order in sorted(orders, key=lambda o: (o.area.position, rules.door_order(o), o.pk)):
        groups.setdefault(order.area.name, []).append(
            {
                "pk": order.pk,
                "number": order.number,
                "address": queries.door_said(order),
                "recipient": order.recipient,
                "promised_at": order.promised_at,
                "tone": tone_of(
                    at=by.at, since=order.waits_since_at, due=order.promised_at, promise_s=None
                ),
                "due": due_said(order),
                "pieces": sizes.get(order.pk, 0),
                "ticked": order.pk in ticked,
                "url": url_of(order),
            }
        )
    return {
        "form": form,
        "errors": []
        if quiet or not form.is_bound
        else [e for es in form.errors.values() for e in es],
        "couriers": [{"pk": c.pk, "name": c.name, "chosen": c == courier} for c in couriers],
        "groups": [{"area": area, "orders": rows} for area, rows in groups.items()],
        "total": len(orders),
        "refused": refused,
        "estimate": _estimate(chosen, sizes, courier, by),
    }


def _estimate(
    chosen: Sequence[Order], sizes: dict[int, int], courier: Person | None, by: DeskActor
) -> dict[str, Any] | None:
    """Return what the ticked orders would take on one run, and what speaks against it."""
    if not chosen:
        return None
    found: Estimate = queries.estimate_of(chosen)
    against: list[Refusal] = []
    if no := rules.why_not_form(orders=[order.pk for order in chosen]):
        against.append(no)
    if len({order.depot_id for order in chosen}) > 1:
        against.append(rules.two_depots())
    if courier is not None:
        his = queries.areas_of_courier(courier, at=by.at)
        if far := [order.number for order in chosen if order.area_id not in his]:
            against.append(rules.not_his_area(courier.name, far))
    return {
        "stops": found.stops,
        "pieces": sum(sizes.get(order.pk, 0) for order in chosen),
        "way": way_said(found.way_m),
        "work": wait(found.work_s),
        "cost": yuan(found.cost_fen),
        "each": cost_badge(found.cost_fen, found.stops),
        "goal": yuan(rules.COST_GOAL_FEN),
        "over": (found.per_order_fen or 0) > rules.COST_GOAL_FEN,
        "to_take": yuan(sum(order.due_fen for order in chosen)),
        "against": against,
    }


@page(
    duty=(queries.DISPATCH, queries.OWN_RUNS),
    kind="delivery.Run",
    scope="whoever dispatches in the run's area, and its own courier",
)
def picking(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a run takes off the shelf, by SKU, and how it is packed, stop by stop."""
    run = queries.run_of(actor_of(request), pk)
    stops = [s for s in queries.stops_of(run) if s.state != rules.StopState.DROPPED]
    context = {
        "run": run,
        "url": url_of(run),
        "badge": run_badge(run),
        "open": run.state in OPEN,
        "goods": queries.picking_list(stops),
        "stops": [
            {
                "stop": stop,
                "door": queries.door_said(stop.order),
                "lines": [line for line in stop.order.lines.all() if line.wanted],
            }
            for stop in stops
        ],
    }
    return render(request, "delivery/picking.html", context)
