"""The doors through which the app speaks with the house: the shift, a token, and one deed each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext_lazy as _

from zhanggui.faces.courier.forms import Deed, read_deed
from zhanggui.faces.courier.pages.shell import version
from zhanggui.faces.courier.queries import own_stop, shift_of, stop_card
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of, moment_of
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash.actions.door import hand_over_paid, take_at_door
from zhanggui.trade.cash.queries import DOOR, carried
from zhanggui.trade.delivery.actions.doors import fail_stop, refuse_stop
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.orders.rules.states import Payment

View = Callable[..., HttpResponseBase]

SIGNED_OUT = Refusal(
    "signed_out",
    _("You are signed out."),
    settles=_("Sign in; what you did is kept on the phone until then."),
    status=401,
)


def _no(refusal: Refusal) -> JsonResponse:
    said = {
        "ok": False,
        "code": refusal.code,
        "sentence": str(refusal.sentence),
        "settles": str(refusal.settles),
    }
    return JsonResponse(said, status=refusal.status)


def data_door(view: View) -> View:
    """Make a page a door for scripts: signed out is a 401, a refusal its code and sentence."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            answer: HttpResponseBase = _no(SIGNED_OUT)
        else:
            try:
                answer = view(request, *args, **kwargs)
            except Refusal as refusal:
                answer = _no(refusal)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    return answering


@data_door
@page(duty=DOOR, scope="runs of who asks")
def shift(request: HttpRequest) -> HttpResponse:
    """Tell everything a shift needs; unchanged since the phone last asked, only that."""
    told = asdict(shift_of(actor_of(request)))
    told |= {"version": version(), "pretend": clock.pretending(), "zone": settings.TIME_ZONE}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    etag = f'"{digest[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    told["at"] = moment_of(request).isoformat()
    return JsonResponse(told, headers={"ETag": etag})


@data_door
@page(duty=DOOR, scope="who asks")
def token(request: HttpRequest) -> HttpResponse:
    """Give the word that a deed must carry, and say whose deeds it is good for."""
    return JsonResponse({"token": get_token(request), "me": actor_of(request).person_id})


@data_door
@page(methods=("POST",), duty=DOOR, scope="stops of who asks")
def deeds(request: HttpRequest) -> HttpResponse:
    """Do one deed of a phone's outbox, once however often it is sent."""
    by, at = actor_of(request), moment_of(request)
    deed = read_deed(request.body)
    if deed.courier != by.person_id:
        raise Refusal(
            "other_courier",
            _("This was done by somebody else than who is signed in."),
            settles=_("It is sent when he signs in on this phone."),
        )
    late = do_deed(deed, own_stop(by, deed.stop), by=by, request=request)
    told: dict[str, Any] = {
        "ok": True,
        "late": late,
        "stop": asdict(stop_card(own_stop(by, deed.stop), at=at)),
        "cash_fen": carried(by.person_id).fen,
    }
    return JsonResponse(told)


def do_deed(deed: Deed, stop: Stop, *, by: DeskActor, request: HttpRequest) -> bool:
    """Do what a deed says; tell whether its money came late, for a stop closed otherwise."""
    key, at = f"courier-{deed.key}", moment_of(request)
    if deed.kind == "deliver" and stop.order.payment == Payment.TRANSFER and not deed.tendered_fen:
        hand_over_paid.once(key)(
            stop,
            delivered=deed.delivered,
            device_at=deed.device_at,
            note=deed.note,
            by=by,
            at=at,
        )
        return False
    if deed.kind == "deliver":
        collection = take_at_door.once(key)(
            stop,
            delivered=deed.delivered,
            tendered_fen=deed.tendered_fen,
            change_fen=deed.change_fen,
            device_at=deed.device_at,
            note=deed.note,
            by=by,
            at=at,
        )
        return collection.late
    act = refuse_stop if deed.kind == "refuse" else fail_stop
    act.once(key)(
        stop,
        reason_code=deed.reason_code,
        note=deed.note,
        device_at=deed.device_at,
        by=by,
        at=at,
    )
    return False
