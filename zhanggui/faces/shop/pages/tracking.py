"""After ordering: the page behind the secret link, and what its customer may still do there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from zhanggui.faces.shop.forms import ChangeForm
from zhanggui.faces.shop.pages.browse import page_number
from zhanggui.faces.shop.pages.frame import (
    CUSTOMER,
    NEVER_KEPT,
    by_when,
    cart_of,
    has_member,
    keep_cart,
    member_on,
    own_tokens,
    show,
    wants_part,
)
from zhanggui.faces.shop.queries import orders
from zhanggui.faces.shop.queries.orders import Tracked
from zhanggui.faces.shop.rules.tracking import exact_cash, is_moving, round_cash
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.trade.orders.actions.customers import change_own_order, rate_order
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.queries import account_to_pay, served_codes
from zhanggui.trade.orders.rules import ratings
from zhanggui.trade.orders.rules.orders import tidy_text

MOBILE_DIGITS = 11
"""Digits of a phone that takes a code, so that its owner may become a member."""


@page("public", scope="whoever has the secret link of the order")
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Show an order to whoever has its link: where it stands, when it comes, what to pay."""
    return _show(request, token)


def _found(token: str) -> Tracked:
    found = orders.tracked_by(token)
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    token: str,
    *,
    refusal: Refusal | None = None,
    change: ChangeForm | None = None,
    rated: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return the page of an order; `change` and `rated` are forms to be put right."""
    found = _found(token)
    at, record = moment_of(request), found.order
    round_fen = round_cash(record.due_fen)
    context = {
        "found": found,
        "order": record,
        "where": gazetteer().full_name(record.division) + record.address,
        "when": by_when(record.promised_at, at=at),
        "late": is_moving(record) and record.promised_at < at,
        "exact": [(_cash(fen), count) for fen, count in exact_cash(record.due_fen)],
        "back_fen": round_fen - record.due_fen,
        "round": "" if round_fen == record.due_fen else _cash(round_fen),
        "moving": is_moving(record),
        "account": account_to_pay() if found.to_transfer else None,
        "refusal": refusal,
        "placed": "placed" in request.GET,
        "again": "again" in request.GET,
        "cancelled": "cancelled" in request.GET,
        "changed": "changed" in request.GET,
        "change": change or (ChangeForm.of(record) if found.may_cancel else None),
        "changing": change is not None,
        "rated": rated or {},
        "thanked": "rated" in request.GET,
        "may_change_rating": found.rating is not None
        and ratings.may_change(found.rating.rated_at, at=at),
        "stars": ratings.STARS,
        "may_join": not has_member(request) and len(record.phone_key) == MOBILE_DIGITS,
        "link": request.build_absolute_uri(reverse("shop:order", args=[token])),
    }
    part = wants_part(request, "track")
    template = "shop/order.html#track" if part else "shop/order.html"
    wrong = [refusal, *(change.errors.values() if change else ()), (rated or {}).get("refusal")]
    status = next((no.status for no in wrong if no is not None), 200)
    response = show(
        request, template, context, status=status, cache=NEVER_KEPT, quiet=True, tab="orders"
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _cash(fen: int) -> str:
    """Return what stands on a note or coin: ¥50, ¥0.50."""
    return f"¥{fen // 100}" if fen >= 100 else f"¥{fen / 100:.2f}"


@page("public", methods=("POST",), scope="whoever has the secret link of the order")
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Call one's own order off while nobody has touched its goods."""
    found = _found(token)
    reason = tidy_text(request.POST.get("reason", ""))[:TITLE_CHARS_MAX]
    try:
        cancel_own_order(found.order, reason=reason, by=CUSTOMER, at=moment_of(request))
    except Refusal as no:
        return _show(request, token, refusal=no)
    return _back(token, "cancelled")


def _back(token: str, done: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('shop:order', args=[token])}?{done}=1")
    response.status_code = 303
    return response


@page("public", methods=("POST",), scope="whoever has the secret link of the order")
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Change to whom and where one's own order goes while nobody has touched its goods."""
    found, form, at = _found(token), ChangeForm.sent(request.POST.dict()), moment_of(request)
    if refusal := change_own_order.why_not(found.order, by=CUSTOMER, at=at):
        return _show(request, token, refusal=refusal)
    within = served_codes(at=at)
    values = form.read(found.order, within=within)
    if form.errors:
        return _show(request, token, change=form)
    try:
        change_own_order(found.order, **values, by=CUSTOMER, at=at)
    except Refusal as no:
        return _show(request, token, change=form, refusal=None if form.refused(no) else no)
    return _back(token, "changed")


@page("public", methods=("POST",), scope="whoever has the secret link of the order")
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Say how it was, once the goods are there."""
    found = _found(token)
    text, typed = request.POST.get("stars", ""), request.POST.get("words", "")
    stars = int(text) if text in {"1", "2", "3", "4", "5"} else 0
    try:
        rate_order(
            found.order, stars=stars, words=tidy_text(typed), by=CUSTOMER, at=moment_of(request)
        )
    except Refusal as no:
        if no.data.get("field"):
            rated = {"refusal": no, "stars": stars, "words": typed[:1_000]}
            return _show(request, token, rated=rated)
        return _show(request, token, refusal=no)
    return _back(token, "rated")


@page("public", methods=("POST",), scope="whoever has the secret link of the order")
def reorder(request: HttpRequest, token: str) -> HttpResponse:
    """Put what an order was for into the cart again, as far as it is still sold."""
    found, held, at = _found(token), cart_of(request), moment_of(request)
    wanted = orders.wanted_of(found.order)
    prices = orders.prices_now(wanted, at=at)
    for sku, (pieces, _name) in wanted.items():
        if sku in prices:
            most = max(pieces, held.quantity_of(sku))
            held = held.with_quantity(sku, quantity=most, price_fen=prices[sku])
    response = HttpResponseRedirect(f"{reverse('shop:cart')}?again={token}")
    response.status_code = 303
    return keep_cart(request, response, held)


@page("public", scope="orders remembered on this device, and those of its member's phone")
def own_orders(request: HttpRequest) -> HttpResponse:
    """Show the orders placed on this device; for a member all those of his phone as well."""
    tokens, member = own_tokens(request), member_on(request)
    key = member.phone_key if member is not None else ""
    pages = orders.pages_of_phone(key, tokens) if key else 1
    number = page_number(request, pages)
    shown = orders.orders_remembered(tokens, phone_key=key, page=number) if tokens or key else []
    context = {
        "remembered": shown,
        "member": member,
        "number": number,
        "pages": pages,
        "prev": f"?page={number - 1}" if number > 1 else "",
        "next": f"?page={number + 1}" if number < pages else "",
    }
    return show(request, "shop/orders.html", context, cache=NEVER_KEPT, quiet=True, tab="orders")
