"""Asking for goods that were not found, and being told when what is sold out is there again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language

from zhanggui.books.wanted import queries
from zhanggui.books.wanted.actions import (
    ASKER,
    ask_for_goods,
    ask_reminder,
    end_reminder,
    withdraw_request,
)
from zhanggui.books.wanted.duties import REQUEST_TONES
from zhanggui.books.wanted.rules import DETAILS_CHARS_MAX, WHAT_CHARS_MAX, RequestState
from zhanggui.faces.shop.pages.account import OWN, show_account
from zhanggui.faces.shop.pages.browse import show_product
from zhanggui.faces.shop.pages.frame import (
    NEVER_KEPT,
    member_on,
    network_of,
    service_for,
    show,
)
from zhanggui.faces.shop.pages.signing import sign_in_page
from zhanggui.faces.shop.queries.goods import sku_on_sale
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.refusal import Refusal


def _see(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _pk(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


# --- goods not found -----------------------------------------------------------------------------


@page("public", methods=("GET", "POST"))
def ask(request: HttpRequest) -> HttpResponse:
    """Take what somebody looks for and did not find, with a phone to tell him the outcome."""
    member = member_on(request)
    typed = {
        "what": request.POST.get("what", request.GET.get("q", ""))[: WHAT_CHARS_MAX * 4],
        "details": request.POST.get("details", "")[: DETAILS_CHARS_MAX * 3],
        "phone": request.POST.get("phone", "")[:40],
    }
    errors: dict[str, Refusal] = {}
    if request.method == "POST":
        service, at = service_for(request), moment_of(request)
        try:
            ask_for_goods(
                queries.area_to_ask_in(service.area.code if service else None, at=at),
                what=typed["what"],
                details=typed["details"],
                phone=member.phone if member else typed["phone"],
                customer=member,
                network=network_of(request),
                language=get_language() or "zh-hans",
                by=ASKER,
                at=at,
            )
        except Refusal as no:
            errors[str(no.data.get("field", "")) or "all"] = no
        else:
            return _see(reverse("shop:requests" if member else "shop:ask") + "?asked=1")
    context = {
        **typed,
        "member": member,
        "errors": errors,
        "asked": "asked" in request.GET,
        "what_max": WHAT_CHARS_MAX,
        "details_max": DETAILS_CHARS_MAX,
    }
    status = next((no.status for no in errors.values()), 200)
    return show(request, "shop/ask.html", context, status=status, cache=NEVER_KEPT, tab="ask")


@page("public", methods=("GET", "POST"), scope=OWN)
def requests(request: HttpRequest) -> HttpResponse:
    """Show what a member asked for and what came of it; take a request back."""
    member = member_on(request)
    if member is None:
        return sign_in_page(request)
    refusal = None
    if request.method == "POST":
        found = queries.request_of_phone(member.phone_key, _pk(request.POST.get("request", "")))
        if found is None:
            raise Http404
        try:
            withdraw_request(found, by=ASKER, at=moment_of(request))
        except Refusal as no:
            refusal = no
        else:
            return _see(f"{reverse('shop:requests')}?withdrawn=1")
    context = {
        "requests": [
            {
                "record": one,
                "tone": REQUEST_TONES[RequestState(one.state)],
                "state": one.get_state_display(),
            }
            for one in queries.requests_of_phone(member.phone_key)
        ],
        "refusal": refusal,
    }
    return show_account(
        request, "requests.html", context, status=refusal.status if refusal else 200
    )


# --- goods out of stock --------------------------------------------------------------------------


@page("public", methods=("POST",))
def remind(request: HttpRequest) -> HttpResponse:
    """Note who wants to be told when a SKU is there again."""
    code, phone = request.POST.get("sku", "")[:80], request.POST.get("phone", "")[:40]
    sku = sku_on_sale(code)
    if sku is None:
        raise Http404
    member, service, at = member_on(request), service_for(request), moment_of(request)
    try:
        ask_reminder(
            queries.area_to_ask_in(service.area.code if service else None, at=at),
            sku=sku,
            depot=service.depot if service else None,
            phone=member.phone if member else phone,
            customer=member,
            network=network_of(request),
            language=get_language() or "zh-hans",
            by=ASKER,
            at=at,
        )
    except Refusal as no:
        wrong: dict[str, Any] = {"refusal": no, "phone": phone}
        return show_product(request, sku.product.code, sku=code, remind=wrong, status=no.status)
    url = reverse("shop:product", args=[sku.product.code])
    return _see(f"{url}?sku={code}&reminded=1")


@page("public", methods=("GET", "POST"), scope=OWN)
def reminders(request: HttpRequest) -> HttpResponse:
    """Show what a member wants to be told of; end a reminder."""
    member = member_on(request)
    if member is None:
        return sign_in_page(request)
    refusal = None
    if request.method == "POST":
        found = queries.reminder_of_phone(member.phone_key, _pk(request.POST.get("reminder", "")))
        if found is None:
            raise Http404
        try:
            end_reminder(found, by=ASKER, at=moment_of(request))
        except Refusal as no:
            refusal = no
        else:
            return _see(f"{reverse('shop:reminders')}?ended=1")
    context = {"reminders": queries.reminders_of_phone(member.phone_key), "refusal": refusal}
    return show_account(
        request, "reminders.html", context, status=refusal.status if refusal else 200
    )
