"""What is new in the program, and what I have asked of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.kernel.limits import PAGE_MAX, PAGE_ROWS
from zhanggui.steering.upkeep import queries
from zhanggui.steering.upkeep.duties import badge_of
from zhanggui.steering.upkeep.rules import ChangeKind


@page(scope="released to everyone; of open requests the person's own")
def releases(request: HttpRequest) -> HttpResponse:
    """Show what was released, the latest first, below the person's own open requests."""
    by = actor_of(request)
    rows = queries.releases(by)
    total = rows.count()
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(_number(request.GET.get("page", "")), pages, PAGE_MAX)
    mine = [
        {
            "title": r.title,
            "number": r.number,
            "url": url_of(r),
            "badge": badge_of(r),
            "promised_at": r.promised_at,
            "asked_at": r.asked_at,
        }
        for r in queries.my_open_requests(by)[:PAGE_ROWS]
    ]
    news = [
        {
            "title": r.title,
            "number": r.number,
            "kind": ChangeKind(r.kind).label,
            "note": r.release_note,
            "released_at": r.released_at,
        }
        for r in rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    ]
    context = {
        "mine": mine if number == 1 else [],
        "news": news,
        "url_ask": reverse("act:upkeep.ask_for_change") + f"?next={request.path}",
        "page": {
            "total": total,
            "pages": pages,
            "number": number,
            "prev": f"?page={number - 1}" if number > 1 else "",
            "next": f"?page={number + 1}" if number < pages else "",
        },
    }
    return render(request, "upkeep/releases.html", context)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1
