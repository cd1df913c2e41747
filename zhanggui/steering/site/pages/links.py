"""Which period a page is asked for, and the addresses that keep it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from zhanggui.ground.desk.actor import moment_of
from zhanggui.steering.site.rules import KINDS, ONE, Period, before, period_asked


def period_of(request: HttpRequest) -> Period:
    """Return the period a page is asked for: today without anything better."""
    asked = request.GET
    return period_asked(
        asked.get("span", ""),
        day=asked.get("day", ""),
        begin=asked.get("from", ""),
        end=asked.get("to", ""),
        today=localdate(moment_of(request)),
    )


def said(period: Period) -> dict[str, str]:
    """Return a period as the words of an address."""
    if period.kind == "custom":
        days = {"from": period.begin.isoformat(), "to": period.last.isoformat()}
        return {"span": "custom", **days}
    return {"span": period.kind, "day": period.last.isoformat()}


def url(name: str, period: Period, **more: Any) -> str:
    """Return one of our pages for a period."""
    wanted = {key: value for key, value in more.items() if value not in ("", None)}
    return f"{reverse(f'site:{name}')}?{urlencode({**said(period), **wanted})}"


def day_said(day: date) -> str:
    """Return a day as it stands in a list."""
    return date_format(day, "SHORT_DATE_FORMAT")


def period_said(period: Period) -> str:
    """Return a period as people say it."""
    first, last = period.begin.isoformat(), period.last.isoformat()
    if period.days == 1:
        return first
    return _("%(first)s to %(last)s (%(days)d days)") % {
        "first": first,
        "last": last,
        "days": period.days,
    }


def choices(period: Period, *, today: date, metric: str) -> dict[str, Any]:
    """Return what one may choose instead: kinds of period, the one before, and the one after."""
    titles = {
        "day": _("Day"),
        "week": _("7 days"),
        "month": _("Month"),
        "custom": _("From – to"),
    }
    kinds = []
    for kind in KINDS:
        same = Period(kind, period.begin, period.end)
        if kind in {"day", "week"}:
            same = Period(kind, period.last, period.end)
        kinds.append(
            {
                "title": titles[kind],
                "url": url("statistics", same, metric=metric),
                "current": kind == period.kind,
            }
        )
    return {
        "kinds": kinds,
        "kind": period.kind,
        "first": period.begin.isoformat(),
        "last": period.last.isoformat(),
        "latest": today.isoformat(),
        "prev": url("statistics", before(period), metric=metric),
        "next": _after(period, today=today, metric=metric),
        "now": url("statistics", Period(period.kind, today, today + ONE), metric=metric)
        if period.last < today and period.kind != "custom"
        else "",
    }


def _after(period: Period, *, today: date, metric: str) -> str:
    if period.end > today:
        return ""
    if period.kind == "custom":
        last = min(period.last + ONE * period.days, today)
        return url("statistics", Period("custom", period.end, last + ONE), metric=metric)
    step = ONE if period.kind == "month" else ONE * period.days
    last = min(period.last + step, today)
    return url("statistics", Period(period.kind, last, last + ONE), metric=metric)


def hidden(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what a form keeps unseen."""
    return [(name, value) for name, value in values.items() if value]
