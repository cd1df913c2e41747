"""The stops as plain pages: readable and workable without script, with a connection."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhanggui.faces.courier.forms import Deed, read_form
from zhanggui.faces.courier.pages.doors import do_deed
from zhanggui.faces.courier.pages.shell import STATE_TONES, words
from zhanggui.faces.courier.queries import StopCard, own_stop, shift_of, stop_card
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash.queries import DOOR, due_for
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.delivery.rules import RunState, StopState


def _shown(card: StopCard) -> dict[str, Any]:
    state = StopState(card.state)
    return {"stop": card, "state": state.label, "tone": STATE_TONES[state]}


@page(duty=DOOR, scope="runs of who asks")
def stops(request: HttpRequest) -> HttpResponse:
    """Show one's runs and their stops in order."""
    shift = shift_of(actor_of(request))
    runs = [
        {
            "run": run,
            "state": RunState(run.state).label,
            "tone": STATE_TONES[RunState(run.state)],
            "stops": [_shown(card) for card in shift.stops if card.run == run.id],
        }
        for run in shift.runs
    ]
    return _private(render(request, "courier/stops.html", {"runs": runs, "shift": shift}))


@page(methods=("GET", "POST"), duty=DOOR, kind="delivery.Stop", scope="stops of one's own runs")
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a stop with what can be done there; do it when the form comes back."""
    found = own_stop(actor_of(request), pk)
    if request.method != "POST":
        return _page(request, found, key=str(uuid.uuid4()))
    try:
        deed = read_form(request.POST, stop=stop_card(found, at=moment_of(request)))
        _do(request, found, deed)
    except Refusal as refusal:
        key = request.POST.get("key", "")[:40]
        return _page(request, found, key=key, refusal=refusal, typed=request.POST)
    return HttpResponseRedirect(reverse("courier:stop", args=[pk]), status=303)


def _do(request: HttpRequest, found: Stop, deed: dict[str, Any]) -> None:
    """Do what a form says, giving the change that its money asks for."""
    by = actor_of(request)
    change_fen = 0
    if deed["kind"] == "deliver":
        change_fen = max(0, deed["tendered_fen"] - due_for(found.order, deed["delivered"]))
    whole = Deed(**deed, courier=by.person_id, stop=found.pk, change_fen=change_fen, device_at=None)
    do_deed(whole, found, by=by, request=request)


def _page(
    request: HttpRequest,
    found: Stop,
    *,
    key: str,
    refusal: Refusal | None = None,
    typed: Any = None,
) -> HttpResponse:
    card = stop_card(found, at=moment_of(request))
    typed = typed or {}
    context = {
        **_shown(card),
        **words(),
        "key": key,
        "refusal": refusal,
        "typed": typed,
        "open": found.run.state == RunState.OUT and found.state == StopState.WAITING,
        "lines": [(line, typed.get(f"line_{line.id}", line.quantity)) for line in card.lines],
        "reason": next(
            (r["label"] for r in words()["reasons"] if r["code"] == card.reason_code), ""
        ),
        "run_url": reverse("dossier:delivery.run", args=[found.run_id]),
    }
    status = refusal.status if refusal else 200
    return _private(render(request, "courier/stop.html", context, status=status))


def _private(answer: HttpResponse) -> HttpResponse:
    """Keep customers' names and doors out of every cache."""
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
