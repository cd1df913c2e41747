"""The JSON doors: goods, districts, placing an order and following it.

Every answer that is not what was asked for is a `Problem` in the language of Accept-Language.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import get_supported_language_variant, gettext, override
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI, Status
from ninja.errors import HttpError, ValidationError
from ninja.params.functions import Header, Query

from zhanggui import __version__
from zhanggui.faces.api import forms, queries, rules
from zhanggui.ground.desk.access import Access
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.ground.kernel.actor import CustomerActor
from zhanggui.ground.kernel.limits import PAGE_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.actions.placing import CUSTOMER, place_order
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.orders import Draft, Item
from zhanggui.trade.orders.rules.states import Channel, Money

BY = CustomerActor(duties=frozenset({CUSTOMER}))

log = logging.getLogger("zhanggui.edge")

api = NinjaAPI(
    title="Zhanggui",
    version=__version__,
    description=(
        "The shop for programs. Amounts are integers in fen. Whatever is refused answers with a "
        "code for programs and two sentences for people: what is wrong, and what settles it."
    ),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)


def _problems(*statuses: int) -> dict[int, Any]:
    """Return how a door may answer when it does not do what was asked: always the same shape."""
    return dict.fromkeys((*statuses, 405, 500), forms.Problem)


# --- the doors ----------------------------------------------------------------------------------


@api.get(
    "/shop/goods",
    response={200: forms.GoodsPage, **_problems(422)},
    url_name="goods",
    tags=["shop"],
)
def goods(
    request: HttpRequest,
    page: int = Query(1, ge=1, le=PAGE_MAX),
    q: str = Query("", max_length=rules.TEXT_CHARS_MAX, description="Words to look for."),
    category: str = Query("", max_length=rules.TEXT_CHARS_MAX, description="A category's code."),
) -> dict[str, Any]:
    """List the goods on sale, fifty to a page."""
    found = queries.goods_page(page, text=q, category=category, at=moment_of(request))
    return {
        "page": found.number,
        "pages": found.pages,
        "total": found.total,
        "goods": [_goods_told(one) for one in found.goods],
    }


@api.get(
    "/shop/goods/{str:code}",
    response={200: forms.GoodsWhole, **_problems(404)},
    url_name="product",
    tags=["shop"],
)
def product(request: HttpRequest, code: str) -> dict[str, Any]:
    """Show one product on sale."""
    found = queries.goods_of(code, at=moment_of(request))
    return {**_goods_told(found), "story": found.product.story}


def _goods_told(found: queries.Goods) -> dict[str, Any]:
    own = found.product
    return {
        "code": own.code,
        "name": own.name,
        "category": own.category.code if own.category else "",
        "brand": own.brand.name if own.brand else "",
        "unit": own.unit,
        "origin": own.origin,
        "picture": found.face.address("fill-480x480|format-jpeg") if found.face else "",
        "variants": [
            {
                "code": variant.sku.code,
                "name": variant.sku.variant,
                "price_fen": variant.price.price_fen,
                "market_fen": variant.price.market_fen,
                "sellable": variant.stock.sellable,
            }
            for variant in found.variants
        ],
    }


@api.get(
    "/shop/served", response={200: forms.ServedTold, **_problems(422)}, url_name="served",
    tags=["shop"],
)  # fmt: skip
def served(
    request: HttpRequest,
    address: str = Query(..., min_length=1, max_length=rules.TEXT_CHARS_MAX),
) -> dict[str, Any]:
    """Say whether, by when and from how much an address is delivered to."""
    at = moment_of(request)
    code, _rest = queries.division_of(address, at=at)
    service = orders.service_of(code, at=at)
    place = gazetteer().full_name(code)
    if service is None:
        sentence = gettext("We do not deliver to %(place)s yet.") % {"place": place}
        return {"served": False, "division": code, "place": place, "sentence": sentence}
    promised_at = service.promised_at(at)
    return {
        "served": True,
        "division": code,
        "place": place,
        "sentence": gettext("Ordered now, it is there by %(when)s.")
        % {"when": moment(promised_at)},
        "same_day": service.is_same_day(at),
        "promised_at": promised_at,
        "least_fen": service.least_fen,
    }


@api.post(
    "/shop/orders",
    response={201: forms.OrderPlaced, **_problems(400, 409, 413, 415, 422, 429)},
    url_name="orders",
    tags=["shop"],
)
def place(
    request: HttpRequest,
    payload: forms.OrderAsked,
    key: str = Header(
        ...,
        alias=rules.KEY_HEADER,
        description="Your own number for this order, 16 to 64 signs: sent twice, it is one order.",
    ),
) -> Status[dict[str, Any]]:
    """Order goods, to be paid in cash at the door or by transfer ahead."""
    at = moment_of(request)
    if refusal := rules.why_not_key(key):
        raise refusal
    codes = queries.skus_called(item.code for item in payload.items)
    division, address = payload.division, payload.address
    if not division:
        division, address = queries.division_of(payload.address, at=at)
    draft = Draft(
        recipient=payload.recipient,
        phone=payload.phone,
        division=division,
        address=address,
        note=payload.note,
        wish=payload.wish.value,
        payment=payload.payment.value,
        invoice_title=payload.invoice_title,
        invoice_tax_no=payload.invoice_tax_no,
        channel=Channel.API.value,
        items=tuple(Item(codes[i.code], i.quantity, i.price_fen) for i in payload.items),
    )
    # The area follows from the draft: the order knows it, and the number must not depend on it.
    placing = place_order.once(f"api:{key}", hopeful=True)
    try:
        placed = placing("", draft=draft, short_ok=payload.short_ok, by=BY, at=at)
    except Refusal as no:
        raise rules.in_codes(no, codes) from no
    return Status(201, _placed(placed))


def _transfer(order: Order) -> dict[str, Any] | None:
    """Return what is to be transferred for an order, None where nothing is."""
    account = orders.account_to_pay()
    if order.money != Money.AWAITED or account is None:
        return None
    return {
        **asdict(account),
        "reference": order.number,
        "amount_fen": order.due_fen,
        "until": order.pay_until_at,
    }


def _placed(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "token": order.token,
        "tracking": reverse("api:order", args=[order.token]),
        "goods_fen": order.goods_fen,
        "payment": order.payment,
        "transfer": _transfer(order),
        "placed_at": order.placed_at,
        "promised_at": order.promised_at,
    }


@api.get(
    "/shop/orders/{slug:token}",
    response={200: forms.OrderTold, **_problems(404)},
    url_name="order",
    tags=["shop"],
)
def order(request: HttpRequest, token: str) -> dict[str, Any]:
    """Say where an order stands, to whoever has its token."""
    found = orders.order_by_token(token)
    if found is None:
        raise rules.no_such_order()
    lines = orders.lines_of(found)
    return {
        "number": found.number,
        "state": {"code": found.state, "word": found.get_state_display()},
        "goods": {"code": found.fulfilment, "word": found.get_fulfilment_display()},
        "money": {"code": found.money, "word": found.money_said},
        "short": bool(orders.unsettled_of(found)),
        "goods_fen": found.goods_fen,
        "due_fen": found.due_fen,
        "taken_fen": found.taken_fen,
        "payment": found.payment,
        "paid_ahead_fen": found.paid_ahead_fen,
        "refunded_fen": found.refunded_fen,
        "transfer": _transfer(found),
        "placed_at": found.placed_at,
        "promised_at": found.promised_at,
        "lines": [
            {
                "name": line.name,
                "quantity": line.quantity,
                "wanted": line.wanted,
                "delivered": line.delivered,
                "price_fen": line.price_fen,
            }
            for line in lines
        ],
    }


# --- what is not done ---------------------------------------------------------------------------


def _answer(refusal: Refusal, *, headers: dict[str, str] | None = None) -> JsonResponse:
    fields = refusal.data.get("fields", [])
    return JsonResponse(
        {
            "code": refusal.code,
            "sentence": str(refusal.sentence),
            "settles": str(refusal.settles),
            "fields": [{"field": f["field"], "sentence": str(f["sentence"])} for f in fields],
            "data": {name: value for name, value in refusal.data.items() if name != "fields"},
        },
        status=refusal.status,
        headers=headers,
    )


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal."""
    return _answer(refusal)


@api.exception_handler(ValidationError)
def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request that has not the shape it must have, naming its fields."""
    if any(one["loc"][:1] == ("header",) for one in error.errors):
        return _answer(rules.no_key())
    return _answer(
        rules.not_so(
            [
                rules.field_error(one["type"], one["loc"], one.get("ctx") or {})
                for one in error.errors
            ]
        )
    )


@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a body that is no JSON: the one thing of which our library says so."""
    return _answer(rules.unreadable())


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer what is not there."""
    return _answer(rules.nothing_here())


@api.exception_handler(Exception)
def broke(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a bug with a number that stands in the log beside what happened."""
    reference = secrets.token_hex(4).upper()
    log.error("reference %s: %s %s", reference, request.method, request.path, exc_info=error)
    return _answer(rules.broken(reference))


def _language(request: HttpRequest) -> str:
    """Return the first language of Accept-Language that we speak; the company's own otherwise."""
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if tag == "*":
            break
        try:
            return get_supported_language_variant(tag)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


View = Callable[..., HttpResponseBase]


def door(view: View, *, methods: tuple[str, ...]) -> View:
    """Return a view as a JSON door: who may come, how it is asked, how much it takes.

    Anyone may: a door acts for a customer, whoever is signed in, so no cookie is looked at.
    """
    allowed = sorted({*methods, *({"HEAD"} if "GET" in methods else set()), "OPTIONS"})

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = _language(request)
        with override(language):
            answer = _asked(view, request, allowed, args, kwargs)
        answer.headers["Content-Language"] = language
        answer.headers["Vary"] = "Accept-Language"
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    guarded.access = Access("public", methods=methods)  # type: ignore[attr-defined]
    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def _asked(
    view: View, request: HttpRequest, allowed: list[str], args: Any, kwargs: Any
) -> HttpResponseBase:
    if request.method not in allowed:
        return _answer(rules.wrong_method(allowed), headers={"Allow": ", ".join(allowed)})
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(allowed)})
    if request.method == "POST" and (refusal := _why_not_take(request)):
        again = {"Retry-After": str(rules.PLACING_AGAIN_S)} if refusal.status == 429 else None
        return _answer(refusal, headers=again)
    if request.method == "HEAD":
        request.method = "GET"
    try:
        return view(request, *args, **kwargs)
    except Http404:
        return _answer(rules.nothing_here())


def _why_not_take(request: HttpRequest) -> Refusal | None:
    """Return why a body is not even read: too large, no JSON, or one of too many."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > rules.BODY_BYTES_MAX:
        return rules.too_large()
    if request.content_type != "application/json":
        return rules.not_json_type()
    return rules.too_often() if _count_asked(request) > rules.PLACING_MOST else None


def _count_asked(request: HttpRequest) -> int:
    """Count this request, and return how many came from its address in this minute.

    It is counted in the process's memory: a limit on floods is worth no write for every order.
    """
    counter = caches["process"]
    minute = int(moment_of(request).timestamp()) // rules.PLACING_AGAIN_S
    key = f"api.place.{get_client_ip(request)}.{minute}"
    counter.add(key, 0, timeout=2 * rules.PLACING_AGAIN_S)
    return int(counter.incr(key))


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer every address under /api/ behind which there is nothing."""
    return cast(HttpResponse, _answer(rules.nothing_here()))
