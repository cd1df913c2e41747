"""The cart: putting in, changing, taking out. It lives in the browser; no row is written."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.catalogue.queries import sku_ids, skus_by_id
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.queries import price_at
from zhanggui.books.traffic.pages import note_step
from zhanggui.faces.shop.pages.browse import show_product
from zhanggui.faces.shop.pages.frame import (
    NEVER_KEPT,
    cart_of,
    depot_for,
    keep_cart,
    show,
    wants_part,
)
from zhanggui.faces.shop.queries.carts import cart_now
from zhanggui.faces.shop.queries.orders import left_out_of
from zhanggui.faces.shop.rules.cart import Cart, read_quantity
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.refusal import Refusal


@page("public")
def cart(request: HttpRequest) -> HttpResponse:
    """Show the cart as it stands now: prices and stock are asked again each time."""
    return _show_cart(request, cart_of(request))


def _show_cart(
    request: HttpRequest,
    held: Cart,
    *,
    refused: tuple[int, str, Refusal] | None = None,
) -> HttpResponse:
    """Return the cart's page; `refused` is the SKU, what was typed, and what speaks against it.

    Prices shown here count as seen from now on.
    """
    now = cart_now(held, at=moment_of(request), depot=depot_for(request))
    sku, typed, refusal = refused or (0, "", None)
    context = {
        "cart": now,
        "wrong_sku": sku,
        "typed": typed,
        "refusal": refusal,
        "part": wants_part(request, "cart"),
        "lost": not held and "added" in request.GET,
        "again": "again" in request.GET,
        "left_out": left_out_of(request.GET.get("again", "")[:64], at=moment_of(request)),
    }
    part = wants_part(request, "cart")
    template = "shop/cart.html#cart" if part else "shop/cart.html"
    status = refusal.status if refusal else 200
    response = show(
        request, template, context, tab="cart", status=status, cache=NEVER_KEPT, cart=held
    )
    return keep_cart(request, response, held.at_prices(now.prices))


@page("public", methods=("POST",))
def add(request: HttpRequest) -> HttpResponse:
    """Put pieces of a SKU into the cart; a wrong quantity shows the product's page again."""
    code = request.POST.get("sku", "")[:80]
    ids = sku_ids([code])
    if not ids:
        raise Http404
    sku = skus_by_id(ids.values())[ids[code]]
    typed = request.POST.get("quantity", "1")
    try:
        held = _with(request, sku, typed)
    except Refusal as no:
        return _not_added(request, sku, typed, no)
    onward = reverse("shop:checkout" if request.POST.get("go") == "checkout" else "shop:cart")
    response: HttpResponse
    if "HX-Request" not in request.headers:
        response = HttpResponseRedirect(onward if "go" in request.POST else f"{onward}?added=1")
        response.status_code = 303
    elif "go" in request.POST:
        response = HttpResponse(status=204, headers={"HX-Redirect": onward})
    else:
        response = show(request, "shop/toast.html", {"added": sku}, cart=held)
    note_step(request, response)
    return keep_cart(request, response, held)


def _not_added(request: HttpRequest, sku: Sku, typed: str, no: Refusal) -> HttpResponse:
    """Say why nothing was put in: beside the quantity where one was typed, else as a word."""
    if "HX-Request" in request.headers and "quantity" not in request.POST:
        return show(request, "shop/toast.html", {"refusal": no}, status=no.status)
    response = show_product(
        request, sku.product.code, sku=sku.code, typed=typed, refusal=no, status=no.status
    )
    response.headers["HX-Retarget"] = "#offer"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _with(request: HttpRequest, sku: Sku, typed: str) -> Cart:
    """Return the cart with these pieces in it; refuses a wrong quantity, and what is off sale."""
    entry = price_at(sku, at=moment_of(request))
    if sku.product.state != ProductState.LISTED or entry is None:
        raise not_on_sale(sku)
    quantity = read_quantity(typed)
    return cart_of(request).with_more(sku.pk, quantity=quantity, price_fen=entry.price_fen)


def not_on_sale(sku: Sku) -> Refusal:
    """Return the answer to wanting what was taken off sale."""
    return Refusal(
        "not_for_sale",
        _("“%(name)s” is no longer on sale.") % {"name": sku},
        settles=_("Look at similar goods on its shelf."),
        status=409,
    )


@page("public", methods=("POST",))
def change(request: HttpRequest) -> HttpResponse:
    """Set how many pieces of a line are wanted, or take it out of the cart."""
    held = cart_of(request)
    text = request.POST.get("sku", "")
    sku = int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0
    kept = next((line for line in held.lines if line.sku == sku), None)
    if kept is None:  # taken out meanwhile, in another tab: the page says how things stand
        return _onward(request, held)
    if "remove" in request.POST:
        return _onward(request, held.without([sku]))
    typed = request.POST.get("set") or request.POST.get("quantity", "")
    if typed == "0":  # one less than one is none
        return _onward(request, held.without([sku]))
    try:
        quantity = read_quantity(typed)
    except Refusal as no:
        return _show_cart(request, held, refused=(sku, typed, no))
    return _onward(request, held.with_quantity(sku, quantity=quantity, price_fen=kept.price_fen))


def _onward(request: HttpRequest, held: Cart) -> HttpResponse:
    if wants_part(request, "cart"):
        return _show_cart(request, held)
    response = HttpResponseRedirect(reverse("shop:cart"))
    response.status_code = 303
    return keep_cart(request, response, held)
