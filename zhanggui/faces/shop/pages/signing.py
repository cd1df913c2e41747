"""Signing in as a member: by a code sent to the phone or by a password; and signing out."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from zhanggui.books.customers import queries as members
from zhanggui.books.customers.actions.accounts import save_address
from zhanggui.books.customers.actions.signing import (
    answer_code,
    ask_code,
    sign_in_by_password,
    sign_out,
    sign_out_everywhere,
    try_password,
)
from zhanggui.books.customers.actor import VISITOR, MemberActor
from zhanggui.books.customers.models import SignIn, SignInCode
from zhanggui.books.customers.rules.accounts import PHONE_CHARS_MAX
from zhanggui.books.customers.rules.door import PASSWORD_CHARS_MAX, wrong_code, wrong_password
from zhanggui.faces.shop.pages.frame import (
    COOKIE_PATH,
    NEVER_KEPT,
    keep_member,
    network_of,
    show,
    sign_in_on,
)
from zhanggui.faces.shop.queries.orders import order_of_link
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.pages.account import may_step_in
from zhanggui.ground.org.rules.devices import device_name
from zhanggui.ground.places.rules.phones import read_phone

TOKEN_CHARS_MAX = 64
"""Characters of the secret of a tracking link, with room."""


def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Send a guest to the sign-in, and from there back to where he wanted to go."""
    back = request.get_full_path() if request.method == "GET" else request.path
    return _see(f"{reverse('shop:sign_in')}?next={back}")


def _see(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _next(request: HttpRequest) -> str:
    """Return where to go afterwards: a page of the shop, the account by default."""
    url = request.POST.get("next", request.GET.get("next", ""))[:300]
    inside = (
        url.startswith(COOKIE_PATH)
        and ".." not in url
        and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    )
    return url if inside else reverse("shop:account")


@page("public", methods=("GET", "POST"))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Have a code sent, take it, or take a password; a known and an unknown phone look alike."""
    step = request.POST.get("step", "") if request.method == "POST" else ""
    phone = request.POST.get("phone", "")[:PHONE_CHARS_MAX]
    context: dict[str, Any] = {
        "phone": phone,
        "next": _next(request),
        "order": request.POST.get("order", request.GET.get("order", ""))[:TOKEN_CHARS_MAX],
        "again": sign_in_on(request) is not None,
    }
    if not context["phone"] and (known := sign_in_on(request)) is not None:
        context["phone"] = known.customer.phone
    try:
        if step == "ask":
            row = _ask(request, phone)
            return _show(request, {**context, "sent": read_phone(phone).display, "row": row})
        if step == "answer":
            return _answered(request, context)
        if step == "password":
            return _by_password(request, context)
    except Refusal as no:
        field = str(no.data.get("field", "")) or ("code" if step == "answer" else "phone")
        context |= {"errors": {field: no}, "typed": request.POST.get("code", "")[:12]}
        if step == "answer" and field != "phone":
            context["sent"] = read_phone(phone).display
        context["with_password"] = step == "password"
        return _show(request, context, status=no.status)
    return _show(request, context)


def _ask(request: HttpRequest, phone: str) -> SignInCode:
    return ask_code(
        None,
        phone=phone,
        network=network_of(request),
        language=get_language() or "zh-hans",
        by=VISITOR,
        at=moment_of(request),
    )


def _device(request: HttpRequest) -> str:
    return device_name(request.headers.get("User-Agent", ""), unknown="")


def _answered(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    key = secrets.token_urlsafe(32)
    made = answer_code(
        None,
        phone=context["phone"],
        code=request.POST.get("code", "")[:20],
        network=network_of(request),
        language=get_language() or "zh-hans",
        key=key,
        device=_device(request),
        by=VISITOR,
        at=moment_of(request),
    )
    if made is None:
        raise wrong_code()
    return _signed_in(request, made, key, context)


def _by_password(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Count the try first, look at the password then: many at once are not looked at."""
    phone, at = context["phone"], moment_of(request)
    try_password(None, phone=phone, network=network_of(request), by=VISITOR, at=at)
    typed = request.POST.get("password", "")[:PASSWORD_CHARS_MAX]
    customer = members.proved_by_password(members.key_of(read_phone(phone)), typed)
    if customer is None:
        raise wrong_password()
    key = secrets.token_urlsafe(32)
    made = sign_in_by_password(customer, key=key, device=_device(request), by=VISITOR, at=at)
    return _signed_in(request, made, key, context)


def _signed_in(
    request: HttpRequest, made: SignIn, key: str, context: dict[str, Any]
) -> HttpResponse:
    """Keep the sign-in on this device, end the one it replaces, and keep the address of an order.

    The order's link shows that he knows its secret, its phone that it is his own.
    """
    at, by = moment_of(request), MemberActor(made.customer_id)
    former, goes = sign_in_on(request), context["next"]
    if former is not None:
        own = MemberActor(former.customer_id)
        if sign_out.why_not(former, by=own, at=at) is None:
            sign_out(former, by=own, at=at)
    order = order_of_link(context["order"])
    if order is not None and order.phone_key == made.customer.phone_key:
        try:
            save_address(
                made.customer,
                recipient=order.recipient,
                phone=order.phone,
                division=order.division,
                address=order.address,
                by=by,
                at=at,
            )
            goes = f"{reverse('shop:addresses')}?saved=1"
        except Refusal:  # the account is full, or the order says too little: he sees what is there
            goes = reverse("shop:addresses")
    return keep_member(_see(goes), key)


def _show(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    row = context.pop("row", None)
    if row is not None and may_step_in(request):
        context["shown_code"] = members.code_of(row)
    return show(
        request, "shop/account/sign_in.html", context, status=status, cache=NEVER_KEPT, quiet=True,
        tab="account",
    )  # fmt: skip


@page("public", methods=("POST",), scope="the member signed in on this device")
def leave(request: HttpRequest) -> HttpResponse:
    """Sign this device out, or all of them."""
    found, at = sign_in_on(request), moment_of(request)
    if found is not None:
        by = MemberActor(found.customer_id)
        if request.POST.get("everywhere") == "1":
            sign_out_everywhere(found.customer, by=by, at=at)
        else:
            sign_out(found, by=by, at=at)
    return keep_member(_see(f"{reverse('shop:sign_in')}?out=1"), "")
