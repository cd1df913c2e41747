"""Checking out, guest or member: one page from address to order, and nothing typed is lost."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.books.customers.actions.accounts import save_address
from zhanggui.books.customers.actor import MemberActor
from zhanggui.books.customers.models import SavedAddress
from zhanggui.books.customers.queries import addresses_of, key_of
from zhanggui.books.traffic.pages import note_step, origin_for_order
from zhanggui.faces.shop.forms import LEVELS, CheckoutForm
from zhanggui.faces.shop.pages.frame import (
    CUSTOMER,
    NEVER_KEPT,
    address_token,
    cart_of,
    device_of,
    district_of,
    keep_address,
    keep_cart,
    keep_device,
    keep_district,
    keep_order,
    member_on,
    promise_of,
    show,
    wants_part,
)
from zhanggui.faces.shop.queries import orders, places
from zhanggui.faces.shop.queries.carts import CartNow, cart_now
from zhanggui.faces.shop.queries.places import picker_at
from zhanggui.faces.shop.rules.cart import Cart, unpacked
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.rules.phones import read_phone
from zhanggui.trade.orders.actions.placing import place_order
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import Service, full_address, payments, served_codes
from zhanggui.trade.orders.rules.orders import why_not_sum
from zhanggui.trade.orders.rules.payments import Terms
from zhanggui.trade.orders.rules.states import Payment, Wish

FIELD_OF = {
    "not_served": "division",
    "below_least": "cart",
    "too_dear": "cart",
    "too_many_pieces": "cart",
    "too_much_of_one": "cart",
    "too_many_open": "phone",
}
"""Beside which field a refusal of the order stands; those of the goods stand above them."""


@page("public", methods=("GET", "POST"))
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the form, read a pasted address, answer whether a district is served, or order."""
    if request.method != "POST":
        return keep_device(request, _show(request, _begun(request), cart_of(request)))
    form = CheckoutForm.sent(request.POST.dict())
    _take_saved(request, form)
    if form.key and (done := place_order.answered(form.key, by=CUSTOMER)) is not None:
        return _tracking(request, done[0], again=True)
    step = request.POST.get("step", "place")
    if step == "forget":
        return keep_address(_show(request, form.forgotten(), cart_of(request)), "")
    if chosen := request.POST.get("choose", "")[:12]:
        form.picker = picker_at(chosen)
        step = "look"
    if step == "paste" or (step in {"place", "anyway"} and form.paste.strip()):
        form.read_paste(within=_within(request))
        return _show(request, form, cart_of(request), status=422 if form.errors else 200)
    if step == "look":
        return _show(request, form, cart_of(request))
    if step == "left":
        return _take_what_is_left(request, form)
    return _order(request, form, short_ok=step == "anyway")


def checkout_again(request: HttpRequest) -> HttpResponse:
    """Return the form with everything typed, after it had expired; nothing was ordered."""
    form = CheckoutForm.sent(request.POST.dict())
    _take_saved(request, form)
    no = Refusal(
        "form_expired",
        _("This form was open for too long, so nothing has been ordered yet."),
        settles=_("Everything you typed is still here: look at it once more and send it again."),
        status=403,
    )
    return _show(request, form, cart_of(request), notices=[no], status=403)


def _within(request: HttpRequest) -> frozenset[str]:
    return served_codes(at=moment_of(request))


def _begun(request: HttpRequest) -> CheckoutForm:
    """Return an empty form, filled with the address remembered here or the district looked at."""
    form = CheckoutForm()
    if own := _own_addresses(request):
        _take(form, own[0])
    elif order := orders.order_of_link(address_token(request)):
        form.keep = form.known = True
        form.name, form.phone, form.address = order.recipient, order.phone, order.address
        form.picker = picker_at(order.division)
    elif district := district_of(request):
        form.picker = picker_at(district.code)
    return form


def _own_addresses(request: HttpRequest) -> list[SavedAddress]:
    """Return the addresses of the member on this device, asked once, the default first."""
    if not hasattr(request, "shop_addresses"):
        member = member_on(request)
        request.shop_addresses = addresses_of(member) if member else []  # type: ignore[attr-defined]
    own: list[SavedAddress] = request.shop_addresses  # type: ignore[attr-defined]
    return own


def _take(form: CheckoutForm, saved: SavedAddress) -> None:
    form.take(
        saved=str(saved.pk),
        name=saved.recipient,
        phone=saved.phone,
        division=saved.division,
        address=saved.address,
    )


def _take_saved(request: HttpRequest, form: CheckoutForm) -> None:
    """Fill in the address the member chose; what is none of his own is another address."""
    chosen = form.saved
    form.saved = ""
    for saved in _own_addresses(request) if chosen else ():
        if str(saved.pk) == chosen:
            _take(form, saved)


def _keep_in_account(request: HttpRequest, order: Order) -> None:
    """Save the address just ordered to; where the account is full the order stands all the same."""
    member = member_on(request)
    if member is None:
        return
    try:
        save_address(
            member,
            recipient=order.recipient,
            phone=order.phone,
            division=order.division,
            address=order.address,
            by=MemberActor(member.pk),
            at=moment_of(request),
        )
    except Refusal:
        return


def _service(request: HttpRequest, form: CheckoutForm) -> Service | None:
    return places.service_at(form.picker.code, at=moment_of(request))


# --- ordering ----------------------------------------------------------------------------------


def _order(request: HttpRequest, form: CheckoutForm, *, short_ok: bool) -> HttpResponse:
    """Make an order of the form, or show it again with what speaks against it."""
    form.read_address(within=_within(request))
    service, held = _service(request, form), cart_of(request)
    well = form.check(served=service is not None)
    now = _now(request, form, held, service)
    if notice := _why_not_as_seen(form, now):
        return _show(request, form, held, notices=[notice], status=notice.status)
    if not well or service is None:
        return _show(request, form, held, status=422)
    if refusal := why_not_sum(now.total_fen, least_fen=service.least_fen):
        form.errors["cart"] = refusal
        return _show(request, form, held, status=refusal.status)
    if refusal := _offers(request, form, now, service)[Payment(form.payment)]:
        form.errors["payment"] = refusal
        return _show(request, form, held, status=refusal.status)
    draft = form.draft(now.items, device=device_of(request), proven=bool(_own_phone(request, form)))
    draft = replace(draft, origin=origin_for_order(request))
    try:
        order = place_order.once(form.key or secrets.token_hex(16))(
            service.area.code, draft=draft, short_ok=short_ok, by=CUSTOMER, at=moment_of(request)
        )
    except Refusal as no:
        return _refused(request, form, held, no)
    return _tracking(request, order)


def _own_phone(request: HttpRequest, form: CheckoutForm) -> str:
    """Return the key of the phone on the form where it is that of the member here, "" otherwise.

    A code was sent to it: of no other phone is anything told that its orders show.
    """
    member = member_on(request)
    key = key_of(read_phone(form.phone))
    return key if member is not None and key and key == member.phone_key else ""


def _offers(
    request: HttpRequest, form: CheckoutForm, now: CartNow, service: Service | None
) -> Mapping[Payment, Refusal | None]:
    """Return for each method of payment None where it is offered now, or why it is not."""
    own = _own_phone(request, form)
    return payments.offers(
        service.terms if service else Terms(),
        goods_fen=now.total_fen,
        products=[line.sku.product for line in now.wanted],
        known=payments.known_of(own) if own else None,
    )


def _methods(form: CheckoutForm, offered: Mapping[Payment, Refusal | None]) -> list[dict[str, Any]]:
    """Return the methods as cards; nothing is chosen in place of what a customer had chosen."""
    chosen = form.payment or next((one for one, no in offered.items() if no is None), "")
    return [
        {"value": one.value, "refusal": no, "checked": one == chosen and no is None}
        for one, no in offered.items()
    ]


def _why_not_as_seen(form: CheckoutForm, now: CartNow) -> Refusal | None:
    """Return why what is ordered now is not what the customer saw when he pressed the button."""
    if not now.wanted:
        return Refusal(
            "empty",
            _("There is nothing in your cart that can be ordered."),
            settles=_("What you typed stays here: put something into the cart and come back."),
        )
    if form.seen == now.seen:
        return None
    seen = unpacked(form.seen)
    if gone := [line for line in now.gone if seen.quantity_of(line.sku.pk)]:
        return Refusal(
            "not_for_sale",
            _("“%(name)s” was taken off sale meanwhile.") % {"name": gone[0].sku},
            settles=_("It is no longer in the sum. Look at the rest, and order again."),
        )
    if now.repriced:
        return Refusal(
            "price_changed",
            _("A price has changed meanwhile: old and new stand beside the goods."),
            settles=_("If the new sum suits you, order again; nothing has been ordered yet."),
        )
    return Refusal(
        "cart_changed",
        _("Your cart was changed in another window."),
        settles=_("This is how it is now. Look at it, and order again."),
    )


def _refused(request: HttpRequest, form: CheckoutForm, held: Cart, no: Refusal) -> HttpResponse:
    """Show the form again with a refusal of the order beside what it is about."""
    if no.code == "key_reused" and (done := place_order.answered(form.key, by=CUSTOMER)):
        return _tracking(request, done[0], again=True)
    name = FIELD_OF.get(no.code) or {"recipient": "name"}.get(
        str(no.data.get("field", "")), str(no.data.get("field", ""))
    )
    if name:
        form.errors[name] = no
        return _show(request, form, held, status=no.status)
    return _show(request, form, held, notices=[no], status=no.status)


def _take_what_is_left(request: HttpRequest, form: CheckoutForm) -> HttpResponse:
    """Set the cart to what the depot has; what is sold out leaves it."""
    held, service = cart_of(request), _service(request, form)
    for line in _now(request, form, held, service).short:
        held = held.with_quantity(line.sku.pk, quantity=line.left, price_fen=line.was_fen)
    done = Refusal(
        "taken_left",
        _("Your cart now holds what is there."),
        settles=_("Look at the new sum, and order."),
    )
    response = _show(request, form, held, notices=[done], tone="go")
    return keep_cart(request, response, held)


def _tracking(request: HttpRequest, order: Order, *, again: bool = False) -> HttpResponse:
    """Go to the order's page; the cart is emptied, the order remembered on this device."""
    url = reverse("shop:order", args=[order.token])
    response = HttpResponseRedirect(f"{url}?{'again' if again else 'placed'}=1")
    response.status_code = 303
    keep_order(request, response, order.token)
    keep_district(response, order.division[:6])
    note_step(request, response)
    kept = request.POST.get("keep") == "1"
    if not again and member_on(request) is None:
        keep_address(response, order.token if kept else "")
    elif not again and kept and not request.POST.get("saved"):
        _keep_in_account(request, order)
    return keep_cart(request, response, Cart())


# --- the page ----------------------------------------------------------------------------------


def _now(request: HttpRequest, form: CheckoutForm, held: Cart, service: Service | None) -> CartNow:
    """Return the cart as it stands now, beside the prices this form has shown."""
    shown = {line.sku: line.price_fen for line in unpacked(form.seen).lines}
    depot = service.depot.pk if service else None
    return cart_now(held.at_prices(shown), at=moment_of(request), depot=depot)


def _show(
    request: HttpRequest,
    form: CheckoutForm,
    held: Cart,
    *,
    notices: list[Refusal] | None = None,
    tone: str = "stop",
    status: int = 200,
) -> HttpResponse:
    at, service = moment_of(request), _service(request, form)
    now = _now(request, form, held, service)
    promise = promise_of(service, at=at)
    unserved = form.picker.county and service is None
    if unserved:
        form.errors.setdefault("division", form.why_not_division(served=False) or _nothing())
    least = why_not_sum(now.total_fen, least_fen=service.least_fen) if service and now else None
    own = _own_addresses(request)
    context: dict[str, Any] = {
        "form": form.again(key=form.key or secrets.token_hex(16)),
        "typed": form.typed(),
        "member": member_on(request) is not None,
        "saved": [_shown(saved) for saved in own],
        "saved_wrong": _wrong_of_saved(form),
        "levels": list(zip(LEVELS, form.typed().picker.choices, strict=False)),
        "cart": now,
        "notices": notices or [],
        "notice_tone": tone,
        "here": promise,
        "least": form.errors.get("cart") or least,
        "wishes": list(Wish.choices),
        "methods": _methods(form, _offers(request, form, now, service)),
        "served": places.by_city(places.districts(at=at)) if unserved else [],
    }
    part = wants_part(request, "checkout")
    template = "shop/checkout.html#checkout" if part else "shop/checkout.html"
    return show(
        request, template, context, status=status, cache=NEVER_KEPT, cart=held, quiet=True,
        tab="checkout",
    )  # fmt: skip


def _shown(saved: SavedAddress) -> dict[str, str]:
    return {
        "key": str(saved.pk),
        "recipient": saved.recipient,
        "number": key_of(read_phone(saved.phone)) or saved.phone,
        "label": saved.label,
        "where": full_address(saved.division, saved.address),
    }


def _wrong_of_saved(form: CheckoutForm) -> list[Refusal]:
    """Return what is wrong with the address chosen, whose fields are not shown."""
    if not form.saved:
        return []
    return [
        form.errors[name]
        for name in ("name", "phone", "division", "address")
        if name in form.errors
    ]


def _nothing() -> Refusal:
    return Refusal("not_served", _("We do not deliver there yet."), status=422)
