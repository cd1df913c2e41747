"""Where we deliver: all districts with their times, whether an address is served, and choosing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from zhanggui.faces.shop.forms import AddressQuestion
from zhanggui.faces.shop.pages.frame import (
    COOKIE_PATH,
    clock,
    district_of,
    keep_district,
    promise_of,
    show,
)
from zhanggui.faces.shop.queries import places
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.trade.orders.queries import served_codes


@page("public", methods=("GET", "POST"))
def district(request: HttpRequest) -> HttpResponse:
    """Show where we deliver, answer for an address, or remember the district chosen."""
    onward = _onward(request)
    if request.method != "POST":
        return _districts(request, onward)
    code = request.POST.get("district", "")
    served = served_codes(at=moment_of(request))
    if request.POST.get("step") == "ask" and not code:
        question = AddressQuestion(request.POST.get("text", ""))
        question.ask(within=served)
        return _districts(request, onward, question=question)
    if code not in served:
        return _districts(request, onward, wrong=True)
    return keep_district(HttpResponseRedirect(onward), code)


def _districts(
    request: HttpRequest,
    onward: str,
    *,
    wrong: bool = False,
    question: AddressQuestion | None = None,
) -> HttpResponse:
    at = moment_of(request)
    chosen = district_of(request)
    service = places.service_at(question.code, at=at) if question else None
    if question and question.county and service is None:
        question.not_served()
    context = {
        "cities": _cities(request),
        "sketch": places.sketch_of(places.districts(at=at)),
        "chosen": chosen.code if chosen else "",
        "next": onward,
        "wrong": wrong,
        "question": question or AddressQuestion(),
        "here": promise_of(service, at=at),
    }
    refused = wrong or (question is not None and question.error is not None)
    return show(request, "shop/district.html", context, status=422 if refused else 200, quiet=True)


def _cities(request: HttpRequest) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return by city the hours and smallest orders published, each with its districts."""
    found: dict[str, dict[tuple[object, ...], dict[str, Any]]] = {}
    for one, service in places.districts_served(at=moment_of(request)):
        hours = service.hours
        promised = {
            "cutoff": clock(hours.cutoff_s),
            "same_day": clock(hours.same_day_s),
            "next_day": clock(hours.next_day_s),
            "least_fen": service.least_fen,
        }
        groups = found.setdefault(one.city, {})
        group = groups.setdefault(tuple(promised.values()), {**promised, "districts": []})
        group["districts"].append(one)
    return [(city, list(groups.values())) for city, groups in found.items()]


def _onward(request: HttpRequest) -> str:
    """Return the page of the shop to go on to."""
    onward = request.POST.get("next") or request.GET.get("next") or COOKIE_PATH
    safe = url_has_allowed_host_and_scheme(
        onward, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    path = onward.split("?")[0]
    return onward if safe and path.startswith(COOKIE_PATH) and path != request.path else COOKIE_PATH
