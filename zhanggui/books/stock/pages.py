"""How many of everything may be sold, where, and when more arrives: for whoever is asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from zhanggui.books.stock import queries
from zhanggui.books.stock.dossiers import rows_of
from zhanggui.books.stock.models import Location
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.kernel.limits import PAGE_MAX, PAGE_ROWS, SEARCH_CHARS_MAX

ANYWHERE = "-"
"""The choice of goods that no depot can sell; no depot has this code."""


@page(scope="stock figures are for everybody in the company")
def availability(request: HttpRequest) -> HttpResponse:
    """Show what may be sold in each depot and what is coming: sought, or only what is gone."""
    by = actor_of(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARS_MAX]
    places = queries.depots_seen(by)
    gone = request.GET.get("gone", "")
    skus = queries.skus_sought(queries.skus_seen(by), text)
    if gone == ANYWHERE:
        skus = queries.skus_gone(skus)
    elif (depot := next((d for d in places if d.code == gone), None)) is not None:
        skus = queries.skus_gone(skus, depot=depot)
    total = skus.count()
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(_number(request.GET.get("page", "")), pages, PAGE_MAX)
    found = queries.availability(skus[(number - 1) * PAGE_ROWS : number * PAGE_ROWS], at=by.at)
    kept = by.scope(queries.KEEPING)
    context = {
        "rows": [{**rows_of(one, places, by), "url": url_of(one.sku.product)} for one in found],
        "depots": [{"name": d.name, "url": url_of(d) if d.area_id in kept else ""} for d in places],
        "text": text,
        "gone": _gone_choices(places, gone),
        "total": total,
        "page": _pager(request, number=number, pages=pages, total=total),
    }
    return render(request, "stock/availability.html", context)


def _gone_choices(places: list[Location], chosen: str) -> list[dict[str, Any]]:
    choices = [(ANYWHERE, gettext("none to sell anywhere"))]
    choices += [(d.code, gettext("none to sell: %(depot)s") % {"depot": d.name}) for d in places]
    return [{"value": v, "label": label, "current": v == chosen} for v, label in choices]


def _pager(request: HttpRequest, *, number: int, pages: int, total: int) -> dict[str, Any]:
    return {
        "total": total,
        "pages": pages,
        "number": number,
        "prev": _page(request, number - 1) if number > 1 else "",
        "next": _page(request, number + 1) if number < pages else "",
    }


def _page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1
