"""After ordering: the page behind the secret link, calling off, and the orders of this device."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from zhanggui.faces.shop.pages.frame import (
    CUSTOMER,
    NEVER_KEPT,
    by_when,
    own_tokens,
    show,
    wants_part,
)
from zhanggui.faces.shop.queries import orders
from zhanggui.faces.shop.rules.tracking import exact_cash, is_moving, round_cash
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.rules.orders import tidy_text


@page("public", scope="whoever has the secret link of the order")
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Show an order to whoever has its link: where it stands, when it comes, what to pay."""
    return _show(request, token)


def _show(request: HttpRequest, token: str, *, refusal: Refusal | None = None) -> HttpResponse:
    found = orders.tracked_by(token)
    if found is None:
        raise Http404
    at, record = moment_of(request), found.order
    round_fen = round_cash(record.due_fen)
    context = {
        "found": found,
        "order": record,
        "where": gazetteer().full_name(record.division) + record.address,
        "when": by_when(record.promised_at, at=at),
        "late": is_moving(record) and record.promised_at < at,
        "exact": [(_cash(fen), count) for fen, count in exact_cash(record.due_fen)],
        "round": "" if round_fen == record.due_fen else _cash(round_fen),
        "moving": is_moving(record),
        "refusal": refusal,
        "placed": "placed" in request.GET,
        "again": "again" in request.GET,
        "cancelled": "cancelled" in request.GET,
        "link": request.build_absolute_uri(request.path.removesuffix("cancel/")),
    }
    part = wants_part(request, "track")
    template = "shop/order.html#track" if part else "shop/order.html"
    status = refusal.status if refusal else 200
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
    found = orders.tracked_by(token)
    if found is None:
        raise Http404
    reason = tidy_text(request.POST.get("reason", ""))[:TITLE_CHARS_MAX]
    try:
        cancel_own_order(found.order, reason=reason, by=CUSTOMER, at=moment_of(request))
    except Refusal as no:
        return _show(request, token, refusal=no)
    response = HttpResponseRedirect(reverse("shop:order", args=[token]) + "?cancelled=1")
    response.status_code = 303
    return response


@page("public", scope="orders remembered on this device")
def own_orders(request: HttpRequest) -> HttpResponse:
    """Show the orders placed on this device."""
    tokens = own_tokens(request)
    context = {"remembered": orders.orders_remembered(tokens) if tokens else []}
    return show(request, "shop/orders.html", context, cache=NEVER_KEPT, quiet=True, tab="orders")
