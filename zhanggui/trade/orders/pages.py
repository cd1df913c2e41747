"""The list of orders with its choices in the URL, and the list of what is promised where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext, pgettext

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import DUTIES, Badge
from zhanggui.ground.desk.pages.queue import begin_acts
from zhanggui.ground.desk.templatetags.desk import day as day_said
from zhanggui.ground.kernel.limits import PAGE_MAX, PAGE_ROWS, SEARCH_CHARS_MAX
from zhanggui.trade.orders import duties, queries
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries.orders import MOMENTS
from zhanggui.trade.orders.queries.service import Promised
from zhanggui.trade.orders.rules.states import Fulfilment, Money, OrderState

Choices = Iterable[tuple[str, Any]]


@page(
    duty=queries.DUTIES,
    scope="who screens, delivers, settles or answers for orders, each in the duty's areas",
)
def orders_page(request: HttpRequest) -> HttpResponse:
    """List orders: `day` and `by` (placed, door, settled, ended), states, area and a text.

    `state`, `fulfilment` and `money` may be several, joined by commas; `area` stands for all below.
    """
    by = actor_of(request)
    rows = queries.orders_listed(queries.orders_seen(by), _wanted(request, by))
    text = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARS_MAX]
    rows = queries.orders_sought(rows, text)
    wanted_day = _day(request.GET.get("day", ""))
    moment = request.GET.get("by", "placed")
    moment = moment if moment in MOMENTS else "placed"
    if wanted_day is not None:
        rows = queries.orders_of_day(rows, wanted_day, by_moment=moment)
    total, total_fen = queries.sum_of(rows)
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(_number(request.GET.get("page", "")), pages, PAGE_MAX)
    shown = rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    context = {
        "text": text,
        "day": wanted_day,
        "about": _about(total, total_fen, wanted_day),
        "rated": _rated(*queries.rated(rows)),
        "filters": _filters(request, by, moment),
        "rows": [_row(order, MOMENTS[moment]) for order in shown],
        "page": _pager(request, number=number, pages=pages, total=total),
    }
    return render(request, "orders/list.html", context)


def _wanted(request: HttpRequest, by: DeskActor) -> dict[str, list[str]]:
    """Return the states and areas asked for, without words that name none."""
    wanted: dict[str, list[str]] = {}
    known = {"state": OrderState, "fulfilment": Fulfilment, "money": Money}
    for name, states in known.items():
        wanted[name] = [word for word in _given(request, name) if word in states.values]
    area = request.GET.get("area", "")
    if area and area in {code for code, _name, _depth in by.area_choices()}:
        wanted["area"] = sorted(queries.areas_within(area, at=by.at))
    return wanted


def _given(request: HttpRequest, name: str) -> list[str]:
    return [word for text in request.GET.getlist(name) for word in text.split(",") if word]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _about(total: int, total_fen: int, wanted_day: date | None) -> str:
    said = ngettext("%(count)s order, %(sum)s yuan", "%(count)s orders, %(sum)s yuan", total)
    words = said % {"count": f"{total:,}", "sum": duties.amount(total_fen)}
    return f"{day_said(wanted_day)} · {words}" if wanted_day else words


def _rated(count: int, stars: float) -> str:
    """Return what customers say of these orders on average, "" where none said anything."""
    if not count:
        return ""
    said = ngettext(
        "rated %(stars)s of 5 by %(count)s customer",
        "rated %(stars)s of 5 by %(count)s customers",
        count,
    )
    return said % {"stars": f"{stars:.1f}", "count": f"{count:,}"}


def _filters(request: HttpRequest, by: DeskActor, moment: str) -> list[dict[str, Any]]:
    areas = [(code, f"{'　' * depth}{name}") for code, name, depth in by.area_choices()]
    moments = [
        ("placed", gettext("day placed")),
        ("door", gettext("day at the door")),
        ("settled", gettext("day settled")),
        ("ended", gettext("day ended")),
    ]
    goods = pgettext("where they are", "Goods")
    return [
        _choice("by", gettext("Counted by"), moments, [moment], all_word=""),
        _choice("state", gettext("State"), OrderState.choices, _given(request, "state")),
        _choice("fulfilment", goods, Fulfilment.choices, _given(request, "fulfilment")),
        _choice("money", gettext("Money"), Money.choices, _given(request, "money")),
        _choice("area", gettext("Area"), areas, _given(request, "area")),
    ]


def _choice(
    name: str, label: str, options: Choices, now: list[str], *, all_word: str | None = None
) -> dict[str, Any]:
    """Return a choice; several at once, as a figure links to them, are one option more."""
    known = dict(options)
    chosen = [value for value in now if value in known]
    rows = [*([] if all_word == "" else [("", gettext("All"))]), *known.items()]
    if len(chosen) > 1:
        rows.append((",".join(chosen), " / ".join(str(known[value]) for value in chosen)))
    current = ",".join(chosen)
    return {
        "name": name,
        "label": label,
        "on": bool(chosen) and all_word is None,
        "options": [
            {"value": value, "label": word, "current": value == current} for value, word in rows
        ],
    }


def _row(order: Order, moment: str) -> dict[str, Any]:
    return {
        "url": url_of(order),
        "number": order.number,
        "who": duties.who(order),
        "at": getattr(order, moment) or order.placed_at,
        "area": str(order.area),
        "state": duties.state_badge(order),
        "fulfilment": duties.fulfilment_badge(order),
        "money": duties.money_badge(order),
        "amount": duties.amount(order.goods_fen),
    }


def _pager(request: HttpRequest, *, number: int, pages: int, total: int) -> dict[str, Any]:
    def url(to: int) -> str:
        query = request.GET.copy()
        query["page"] = str(to)
        return f"?{query.urlencode()}"

    return {
        "total": total,
        "pages": pages,
        "number": number,
        "prev": url(number - 1) if number > 1 else "",
        "next": url(number + 1) if number < pages else "",
    }


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


@page(duty="orders.promises", scope="the cities and districts of the duty's areas")
def promises_page(request: HttpRequest) -> HttpResponse:
    """Show what is promised in each city and district, its own or that of an area above."""
    by = actor_of(request)
    context = {
        "rows": [_promised(found) for found in queries.promised_in(by)],
        "begin": begin_acts(DUTIES["orders.promises"], by, request),
    }
    return render(request, "orders/promises.html", context)


def _promised(found: Promised) -> dict[str, Any]:
    promise = found.promise
    if found.served:
        badge = Badge("done", gettext("served"))
    elif promise is not None and promise.open:
        badge = Badge("stop", gettext("no depot"))
    else:
        badge = Badge("rest", gettext("not served"))
    above = promise is not None and not found.own
    return {
        "name": str(found.area.name),
        "depth": found.depth,
        "url": url_of(promise) if promise is not None and found.own else "",
        "from": gettext("as in %(area)s") % {"area": promise.area} if above and promise else "",
        "said": duties.promise_said(promise) if promise else gettext("nothing promised"),
        "depot": found.depot.name if found.depot else "",
        "least": duties.amount(promise.least_fen) if promise else "",
        "badge": badge,
    }
