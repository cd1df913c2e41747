"""What every page of the shop shows around its content, and the few cookies it keeps."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zhanggui.books.catalogue.models import Category
from zhanggui.books.catalogue.queries import shelves
from zhanggui.books.customers import queries as members
from zhanggui.books.customers.actions.signing import note_visit
from zhanggui.books.customers.actor import MemberActor
from zhanggui.books.customers.models import Customer, SignIn
from zhanggui.books.traffic.pages import note_view
from zhanggui.faces.shop.pages.looks import framed_at_home, look_of
from zhanggui.faces.shop.queries import places
from zhanggui.faces.shop.queries.places import District
from zhanggui.faces.shop.rules.cart import Cart, unpacked
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.desk.templatetags.desk import day
from zhanggui.ground.kernel.actor import CustomerActor
from zhanggui.ground.media.models import Picture
from zhanggui.ground.places.gazetteer import COUNTY_DIGITS
from zhanggui.trade.orders.queries import Service

CUSTOMER = CustomerActor(duties=frozenset({"orders.customer"}))
"""Whoever orders here: no person of the company, open to the customers' duty alone."""

CART_COOKIE, PLACE_COOKIE = "shop_cart", "shop_district"
ORDERS_COOKIE, DEVICE_COOKIE = "shop_orders", "shop_device"
ADDRESS_COOKIE, MEMBER_COOKIE = "shop_address", "shop_member"
COOKIE_PATH = "/shop/"
KEPT_S = 60 * 60 * 24 * 90
"""Seconds a cart, a district and one's orders are remembered on a device: a season."""

ORDERS_KEPT = 20
"""Orders remembered on a device: what fits a cookie beside the cart."""

ALWAYS_FRESH = "private, no-cache"
NEVER_KEPT = "private, no-store"


# --- cookies -----------------------------------------------------------------------------------


def _sealed(request: HttpRequest, name: str) -> str:
    try:
        value: str = signing.Signer(salt=name).unsign(request.COOKIES.get(name, ""))
    except signing.BadSignature:
        return ""
    return value


def _keep(response: HttpResponse, name: str, value: str, *, sealed: bool = True) -> None:
    if not value:
        response.delete_cookie(name, path=COOKIE_PATH, samesite="Lax")
        return
    response.set_cookie(
        name,
        signing.Signer(salt=name).sign(value) if sealed else value,
        max_age=KEPT_S,
        path=COOKIE_PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def cart_of(request: HttpRequest) -> Cart:
    """Return the cart of this browser; an empty one where the cookie is missing or not ours."""
    return unpacked(_sealed(request, CART_COOKIE))


def keep_cart(request: HttpRequest, response: HttpResponse, cart: Cart) -> HttpResponse:
    """Keep the cart in the browser; an unchanged one is left alone."""
    if cart.packed() != cart_of(request).packed():
        _keep(response, CART_COOKIE, cart.packed())
    return response


def own_tokens(request: HttpRequest) -> list[str]:
    """Return the secrets of the orders placed on this device, the latest first."""
    return [token for token in _sealed(request, ORDERS_COOKIE).split("~") if token][:ORDERS_KEPT]


def keep_order(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """Remember an order on this device."""
    held = [token, *(other for other in own_tokens(request) if other != token)]
    _keep(response, ORDERS_COOKIE, "~".join(held[:ORDERS_KEPT]))
    return response


def forget_orders(response: HttpResponse) -> HttpResponse:
    """Forget the orders and the key of this device."""
    _keep(response, ORDERS_COOKIE, "")
    _keep(response, DEVICE_COOKIE, "")
    return response


def address_token(request: HttpRequest) -> str:
    """Return the secret of the order whose address this device remembers, "" for none."""
    return _sealed(request, ADDRESS_COOKIE)


def keep_address(response: HttpResponse, token: str) -> HttpResponse:
    """Remember the address of an order on this device, or forget it: "".

    The cookie holds the secret of the order and no name, phone or address.
    """
    _keep(response, ADDRESS_COOKIE, token)
    return response


def device_of(request: HttpRequest) -> str:
    """Return the key of this device, "" before it was given one."""
    return _sealed(request, DEVICE_COOKIE)[:64]


def keep_device(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give this device a key where it has none: many orders of one device are looked at."""
    if not device_of(request):
        _keep(response, DEVICE_COOKIE, secrets.token_hex(16))
    return response


def keep_district(response: HttpResponse, code: str) -> HttpResponse:
    """Remember the district to deliver to."""
    _keep(response, PLACE_COOKIE, code, sealed=False)
    return response


# --- the member ----------------------------------------------------------------------------------


def keep_member(response: HttpResponse, key: str) -> HttpResponse:
    """Keep the secret of a sign-in on this device, or forget it: ""."""
    _keep(response, MEMBER_COOKIE, key)
    return response


def has_member(request: HttpRequest) -> bool:
    """Tell whether this device was signed in; nothing is asked, so it may have ended meanwhile."""
    return bool(_sealed(request, MEMBER_COOKIE))


def sign_in_on(request: HttpRequest) -> SignIn | None:
    """Return the sign-in of this device, asked once for the whole request; None for a guest.

    The first look of a day is noted, so that a device in use stays signed in.
    """
    if not hasattr(request, "shop_sign_in"):
        at, key = moment_of(request), _sealed(request, MEMBER_COOKIE)
        found = members.sign_in_of(key, at=at) if key else None
        if found is not None and found.seen_on != timezone.localdate(at):
            note_visit(found, by=MemberActor(found.customer_id), at=at)
        request.shop_sign_in = found  # type: ignore[attr-defined]
    sign_in: SignIn | None = request.shop_sign_in  # type: ignore[attr-defined]
    return sign_in


def member_on(request: HttpRequest) -> Customer | None:
    """Return the member signed in on this device."""
    sign_in = sign_in_on(request)
    return sign_in.customer if sign_in is not None else None


def network_of(request: HttpRequest) -> str:
    """Return under which digest tries from this address of the network are counted."""
    return members.network_of(get_client_ip(request) or "")


# --- the district ------------------------------------------------------------------------------


def service_for(request: HttpRequest) -> Service | None:
    """Return what is promised in the district chosen on this device, once for the whole request."""
    if not hasattr(request, "shop_service"):
        code = request.COOKIES.get(PLACE_COOKIE, "")
        asked = len(code) == COUNTY_DIGITS and code.isdecimal()
        found = places.service_at(code, at=moment_of(request)) if asked else None
        request.shop_service = found  # type: ignore[attr-defined]
    service: Service | None = request.shop_service  # type: ignore[attr-defined]
    return service


def district_of(request: HttpRequest) -> District | None:
    """Return the district chosen on this device while it is served."""
    service = service_for(request)
    return places.district_served(service) if service else None


def depot_for(request: HttpRequest) -> int | None:
    """Return the id of the depot that serves the district chosen."""
    service = service_for(request)
    return service.depot.pk if service else None


def by_when(promised: datetime, *, at: datetime) -> str:
    """Return until when something is there: today before 18:00, tomorrow before 12:00."""
    local, today = timezone.localtime(promised), timezone.localdate(at)
    time = f"{local:%H:%M}"
    if local.date() == today:
        return _("today before %(time)s") % {"time": time}
    if local.date() == today + timedelta(days=1):
        return _("tomorrow before %(time)s") % {"time": time}
    return _("%(day)s before %(time)s") % {"day": day(local, at), "time": time}


def clock(seconds: int) -> str:
    """Return a time of the day, in seconds after midnight, as it is written: 16:00."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def promise_of(service: Service | None, *, at: datetime) -> dict[str, Any] | None:
    """Return a service as pages say it: by when, ordered until when, and from how much."""
    if service is None:
        return None
    hours = service.hours
    same_day = hours.is_same_day(at)
    promised = service.promised_at(at)
    return {
        "at": promised,
        "when": by_when(promised, at=at),
        "same_day": same_day,
        "cutoff": clock(hours.cutoff_s),
        "least_fen": service.least_fen,
    }


# --- pages -------------------------------------------------------------------------------------


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    tab: str = "",
    status: int = 200,
    cache: str = ALWAYS_FRESH,
    cart: Cart | None = None,
    quiet: bool = False,
    counted: bool = True,
) -> HttpResponse:
    """Return a page of the shop, or the part of it named after `#`.

    `cart` is what the page shows where this very request changes it; `quiet` leaves out the
    shelves at the top, where they would lead away from what is being done; without `counted` nobody
    has looked at it as far as the statistics know.
    """
    at = moment_of(request)
    held = cart_of(request) if cart is None else cart
    district = district_of(request)
    look = look_of(request)
    frame = {
        "company": look.company,
        "style": look if look.style else None,
        "district": district,
        "promise": promise_of(service_for(request), at=at),
        "cart_n": held.pieces,
        "orders_n": len(own_tokens(request)),
        "member": has_member(request),
        "tab": tab,
        "theme": theme if (theme := request.COOKIES.get("theme")) in {"light", "dark"} else "",
        "quiet": quiet,
        "tops": [] if quiet or "#" in template else _tops(),
        "here": _here(request),
        "canonical": request.build_absolute_uri(request.path),
        "root": f"{request.scheme}://{request.get_host()}",
    }
    response = render(request, template, {**context, "shop": frame, "at": at}, status=status)
    response.headers["Cache-Control"] = NEVER_KEPT if look.trying else cache
    if look.trying:
        framed_at_home(response)
    elif counted:
        note_view(request, response)
    return response


def _tops() -> list[Category]:
    return [shelf.category for shelf in shelves() if shelf.depth == 0]


def _here(request: HttpRequest) -> str:
    """Return the page to come back to after a switch of language or district."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return request.get_full_path()
    came = urlsplit(request.headers.get("HX-Current-URL", ""))
    if came.path.startswith(COOKIE_PATH):
        return f"{came.path}?{came.query}" if came.query else came.path
    return request.path if request.path.endswith("checkout/") else COOKIE_PATH


def wants_part(request: HttpRequest, name: str) -> bool:
    """Tell whether the page's script asked for the part with this id only."""
    return request.headers.get("HX-Target") == name and "HX-Request" in request.headers


def linked_data(request: HttpRequest, data: Any) -> SafeString:
    """Return data as it stands in a page for search engines, safe inside its element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 - every sign that could end the element is written as code


def picture_url(request: HttpRequest, picture: Picture | None) -> str:
    """Return the full address of a picture as other sites show it."""
    if picture is None:
        return ""
    return request.build_absolute_uri(f"{picture.address('fill-960x960')}.jpeg")


def trail(request: HttpRequest, steps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the way down to a page, as search engines read it: (name, path) from the top."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": name,
                "item": request.build_absolute_uri(path),
            }
            for place, (name, path) in enumerate(steps, start=1)
        ],
    }
