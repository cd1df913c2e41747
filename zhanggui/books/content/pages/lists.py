"""All pages of the site, and what an editor chooses from while writing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhanggui.books.content import actions
from zhanggui.books.content.duties import badge_of, edit_url, path_of
from zhanggui.books.content.queries import pages as queries
from zhanggui.books.content.rules.pages import PageKind
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.kernel.limits import PAGE_MAX, PAGE_ROWS, SEARCH_CHARS_MAX

PICTURES_SHOWN, GOODS_SHOWN = 24, 12
"""Pictures and goods offered at once: what one looks over before typing a word more."""


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARS_MAX]


@page(duty=queries.PUBLISHING)
def pages(request: HttpRequest) -> HttpResponse:
    """Show every page of the site with where it stands, and the ways to edit and look at it."""
    by, at = actor_of(request), moment_of(request)
    rows = queries.pages_seen(by)
    kind = request.GET.get("kind", "")
    if kind in PageKind.values:
        rows = rows.filter(kind=kind)
    total = rows.count()
    count = max(1, -(-total // PAGE_ROWS))
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    number = min(max(number, 1), count, PAGE_MAX)
    begins = [
        {"title": act.title, "url": reverse(f"act:{act.verb}"), "main": act is actions.start_page}
        for act in (actions.start_page, actions.set_up_home)
        if act.standings(None, by=by) and act.why_not(None, by=by, at=at) is None
    ]
    context = {
        "rows": [
            {
                "page": record,
                "title": str(record),
                "kind": PageKind(record.kind).label,
                "path": path_of(record),
                "badge": badge_of(record),
                "edit": edit_url(record),
                "url": url_of(record),
                "saved_at": record.latest.saved_at if record.latest else None,
                "who": record.latest.saved_by.name
                if record.latest and record.latest.saved_by
                else "",
            }
            for record in rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        ],
        "begins": begins,
        "kinds": [
            {"value": value, "label": label, "current": value == kind}
            for value, label in PageKind.choices
        ],
        "page": {
            "total": total,
            "number": number,
            "pages": count,
            "prev": f"?kind={kind}&page={number - 1}" if number > 1 else "",
            "next": f"?kind={kind}&page={number + 1}" if number < count else "",
        },
    }
    return render(request, "content/pages.html", context)


@page(duty=queries.PUBLISHING)
def pictures(request: HttpRequest) -> HttpResponse:
    """Offer pictures of the library for a field, the chosen one first."""
    by = actor_of(request)
    name = "".join(c for c in request.GET.get("name", "") if c.isalnum() or c in "-_")[:80]
    chosen = request.GET.get(name, "") if name else ""
    found = queries.pictures_to_choose(by, _asked(request), most=PICTURES_SHOWN)
    held = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else 0
    if held and held not in {picture.pk for picture in found}:
        found = [*queries.pictures_by_id([held]).values(), *found]
    context = {"pictures": found, "name": name, "chosen": held, "asked": _asked(request)}
    return render(request, "content/pictures.html", context)


@page(duty=queries.PUBLISHING)
def goods(request: HttpRequest) -> HttpResponse:
    """Offer goods on sale for a shelf picked by hand."""
    text = _asked(request)
    found = queries.goods_to_choose(actor_of(request), text, most=GOODS_SHOWN) if text else []
    return render(request, "content/goods.html", {"goods": found, "asked": text})
