"""Today: what waits for me, what I answer for, what happened since I last looked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of, moment_of
from zhanggui.ground.desk.duty import DUTIES, Duty
from zhanggui.ground.desk.figures import FIGURES
from zhanggui.ground.desk.pages.context import url_of_duty, work_of
from zhanggui.ground.desk.queries import events, notices_for
from zhanggui.ground.desk.templatetags.desk import wait

TONES = ("stop", "wait", "rest")
GLIMPSES = 10
"""Queues of which Today names the first records: one statement each."""

GLIMPSED = 3
"""Records named of a queue: what fits two lines on a phone."""

NEWS = 8
"""Lines of news on Today: what fits beside the work; the rest is under Notices."""


@page()
def today(request: HttpRequest) -> HttpResponse:
    """Show the day of the person who asks."""
    by, at = actor_of(request), moment_of(request)
    local = localtime(at)
    waiting = _waiting(request)
    late = sum(item["tone"] == "stop" for item in waiting)
    notices = list(notices_for(by.person_id)[:NEWS])
    unread = frozenset(n.fact_id for n in notices if n.read_at is None)
    figures = [f for duty, count in FIGURES if by.scope(duty) and (f := count(by, at))]
    context = {
        "greeting": _("%(greeting)s, %(name)s") % {"greeting": _hail(local.hour), "name": by.name},
        "dateline": date_format(local, _("l, j F")),
        "summary": _summary(len(waiting), late),
        "figures": figures,
        "waiting": waiting,
        "happened": events([n.fact for n in notices], by=by, linked=True, unread=unread),
        "news_count": len(unread),
    }
    return render(request, "desk/today.html", context)


def _hail(hour: int) -> str:
    """Return what people say to each other at that hour."""
    if hour < 5:
        return _("Good night")
    if hour < 11:
        return _("Good morning")
    if hour < 14:
        return _("Good day")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def _summary(queues: int, late: int) -> str:
    if not queues:
        return _("nothing waits for you")
    said = ngettext("%(count)d queue waits for you", "%(count)d queues wait for you", queues) % {
        "count": queues
    }
    if late:
        said += _(", %(late)d past the promise") % {"late": late}
    return said


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    by, at = actor_of(request), moment_of(request)
    _groups, waiting = work_of(request)
    items: list[dict[str, Any]] = []
    for code, held in waiting.items():
        if not held.count:
            continue
        glimpsed = len(items)
        duty = DUTIES[code]
        promise = by.promise_s(code)
        tone = held.tone(at, promise)
        items.append(
            {
                "count": held.count,
                "title": duty.title,
                "tone": tone,
                "badge": _badge(held, at, promise, tone),
                "note": _glimpse(duty, by) if glimpsed < GLIMPSES else "",
                "url": url_of_duty(duty),
                "act": pgettext("button", "Open"),
                "order": (TONES.index(tone), -(held.wait_s(at) or 0)),
            }
        )
    return sorted(items, key=lambda item: item["order"])


def _glimpse(duty: Duty[Any], by: DeskActor) -> str:
    """Return the first records of a queue by name."""
    assert duty.queue is not None
    rows = duty.queue(by)
    urgent = duty.due or duty.since
    if urgent:
        rows = rows.order_by(urgent, "pk")
    return " · ".join(str(record) for record in rows[:GLIMPSED])


def _badge(held: Any, at: Any, promise_s: int | None, tone: str) -> str:
    if held.due is not None:
        left = int((held.due - at).total_seconds())
        if left < 0:
            return _("%(wait)s late") % {"wait": wait(-left)}
        return _("due in %(wait)s") % {"wait": wait(left)}
    waited = held.wait_s(at)
    if waited is None:
        return ""
    if promise_s is not None and waited > promise_s:
        return _("%(wait)s late") % {"wait": wait(waited - promise_s)}
    return _("waited %(wait)s") % {"wait": wait(waited)}
