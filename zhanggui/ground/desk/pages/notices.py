"""Notices: deeds of others that concern me."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.desk.queries import events, notices_for
from zhanggui.ground.kernel.limits import PAGE_ROWS
from zhanggui.ground.kernel.models import Notice


@page(scope="own notices")
def notices(request: HttpRequest) -> HttpResponse:
    """Show what others did that concerns the person, by day."""
    by = actor_of(request)
    mine = notices_for(by.person_id)
    total = mine.count()
    pages = max(1, -(-total // PAGE_ROWS))
    typed = request.GET.get("page", "1")
    number = min(max(int(typed), 1), pages) if typed.isascii() and typed.isdigit() else 1
    shown = list(mine[(number - 1) * PAGE_ROWS : number * PAGE_ROWS])
    unread = frozenset(n.fact_id for n in shown if n.read_at is None)
    told = events([n.fact for n in shown], by=by, linked=True, unread=unread)
    context: dict[str, Any] = {
        "groups": [
            {"day": date_format(day, "MONTH_DAY_FORMAT"), "items": list(items)}
            for day, items in groupby(told, key=lambda event: localdate(event.at))
        ],
        "page": {
            "number": number,
            "pages": pages,
            "total": total,
            "prev": f"?page={number - 1}" if number > 1 else None,
            "next": f"?page={number + 1}" if number < pages else None,
        },
        "mark": reverse("desk:notices_read") if unread else "",
    }
    return render(request, "desk/notices.html", context)


@page(methods=("POST",), scope="own notices")
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all notices of the person as read."""
    by = actor_of(request)
    Notice.objects.filter(person_id=by.person_id, read_at__isnull=True).update(
        read_at=moment_of(request)
    )
    return redirect("desk:notices")
