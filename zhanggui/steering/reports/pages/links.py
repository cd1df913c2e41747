"""Where the rows of a figure are: in the list of orders, on other rooms' pages, or on our own."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhanggui.ground.desk.actor import moment_of
from zhanggui.steering.reports.queries import SECURED, VALID


def day_asked(request: HttpRequest) -> date:
    """Return the day a page is asked for: today unless an earlier one is named."""
    today = localdate(moment_of(request))
    try:
        asked = date.fromisoformat(request.GET.get("day", "")[:10])
    except ValueError:
        return today
    return min(max(asked, today - timedelta(days=DAYS_BACK_MAX)), today)


DAYS_BACK_MAX = 3_660
"""Days one can look back: ten years, and no date that a database could not take."""


def company_url(day: date, area: str) -> str:
    """Return the page of the company's day in an area."""
    return f"{reverse('reports:company')}?{urlencode({'day': day.isoformat(), 'area': area})}"


def orders_url(day: date | None, area: str, *, by: str = "placed", **states: str) -> str:
    """Return the list of the orders of a day, by one of its moments and in some states."""
    wanted = {"day": day.isoformat(), "by": by} if day else {}
    return f"{reverse('orders:list')}?{urlencode({**wanted, **states, 'area': area}, safe=',')}"


def valid_url(day: date, area: str) -> str:
    """Return the list of the valid orders placed on a day."""
    return orders_url(day, area, state=",".join(VALID), money=",".join(SECURED))


def rows_url(kind: str, day: date, area: str) -> str:
    """Return our own list of the rows of a figure."""
    wanted = {"of": kind, "day": day.isoformat(), "area": area}
    return f"{reverse('reports:rows')}?{urlencode(wanted)}"
