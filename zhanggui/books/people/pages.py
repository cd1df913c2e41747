"""The policies that hold for me, to be read again at any time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhanggui.books.people import queries
from zhanggui.books.people.duties import badge_of
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.kernel.limits import PAGE_MAX, PAGE_ROWS


@page(scope="policies addressed to one of the person's posts")
def policies(request: HttpRequest) -> HttpResponse:
    """Show the policies in force that are addressed to the person, read or not."""
    by = actor_of(request)
    rows = queries.versions_for_me(by)
    total = rows.count()
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(_number(request.GET.get("page", "")), pages, PAGE_MAX)
    shown = [
        {
            "title": v.title,
            "code": v.policy.code,
            "number": v.number,
            "area": v.area.name,
            "url": url_of(v),
            "badge": badge_of(v, at=by.at),
            "read_at": getattr(v, "read_at", None),
        }
        for v in rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    ]
    context = {
        "policies": shown,
        "page": {
            "total": total,
            "pages": pages,
            "number": number,
            "prev": f"?page={number - 1}" if number > 1 else "",
            "next": f"?page={number + 1}" if number < pages else "",
        },
    }
    return render(request, "people/policies.html", context)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1
