"""What was so: who held a duty for an area, and who could see its records on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.limits import PAGE_ROWS
from zhanggui.ground.org.models import CODE, Area, ChangeSet, CharterDuty
from zhanggui.ground.org.pages.sight import (
    Sight,
    day_typed,
    end_of,
    person_actor_of,
    start_of,
)
from zhanggui.ground.org.queries import changes_applied, holders_between, structure_at
from zhanggui.ground.org.rules.structure import Structure
from zhanggui.ground.org.rules.telling import SEAT_WORDS

LOOK_BACK = timedelta(days=90)
"""How far back the question looks unless told: a season, in which most handovers are remembered."""


@page(scope="the staff list is open to everyone who works here")
def history(request: HttpRequest) -> HttpResponse:
    """Answer who held a duty between two days, or who could see its records on one day."""
    today = localdate(moment_of(request))
    on = day_typed(request.GET.get("on"))
    asked = "saw" if "on" in request.GET else "held"
    since = day_typed(request.GET.get("from")) or today - LOOK_BACK
    until = day_typed(request.GET.get("to")) or today
    duty = CharterDuty.objects.filter(pk=_code(request, "duty")).first()
    area = Area.objects.filter(pk=_code(request, "area")).first()
    context: dict[str, Any] = {
        "asked": asked,
        "duty": duty,
        "area": area,
        "duties": list(CharterDuty.objects.order_by("position", "id")),
        "places": list(Area.objects.order_by("position", "code")),
        "since": since,
        "until": until,
        "on": on or today,
        "today": today,
        "changes": _changes(request),
        "wrong": _wrong(request, asked, since, until, on),
    }
    if duty and area and not context["wrong"]:
        if asked == "saw":
            context["found"] = _seen(duty.pk, area.pk, on or today)
        else:
            context["found"] = _held(duty.pk, area.pk, since, until)
            context["everyones"] = _everyones(duty.pk, until)
    return render(request, "org/history.html", context)


def _code(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "")[:CODE]


def _wrong(request: HttpRequest, asked: str, since: date, until: date, on: date | None) -> str:
    """Return what is wrong with the days typed, "" when nothing is."""
    for name in ("from", "to", "on"):
        typed = request.GET.get(name, "")
        if typed and day_typed(typed) is None:
            return _("“%(text)s” is not a day: write it as 2026-11-23.") % {"text": typed[:40]}
    if asked == "held" and until < since:
        return _("The last day lies before the first: exchange the two.")
    return ""


def _everyones(duty: str, day: date) -> bool:
    return structure_at(end_of(day)).is_everyones(duty)


def _held(duty: str, area: str, since: date, until: date) -> list[dict[str, Any]]:
    rows = holders_between(
        duty, area=area, start=start_of(since), end=start_of(until + timedelta(days=1))
    )
    return [
        {
            "name": row.person.name,
            "url": reverse("dossier:org.person", args=[row.person_id]),
            "post": row.post.name,
            "unit": row.unit.name,
            "area": row.area.name,
            "kind": SEAT_WORDS[row.kind] if row.kind != "main" else "",
            "since": begin,
            "until": stop,
        }
        for row, begin, stop in rows
    ]


def _seen(duty: str, area: str, day: date) -> list[dict[str, Any]]:
    """Return the seats that held a duty over an area at the end of a day."""
    structure = structure_at(end_of(day))
    sight = Sight(structure, day)
    return [
        {
            **sight.seated(seat),
            "post": str(structure.posts[seat.post].title),
            "unit": _unit(structure, seat.unit),
            "area": str(structure.areas[seat.area].name),
        }
        for seat in structure.holders(duty, area)
    ]


def _unit(structure: Structure, code: str) -> str:
    return str(structure.units[code].name) if code in structure.units else code


def _changes(request: HttpRequest) -> list[dict[str, Any]]:
    scope = person_actor_of(request).scope("org.appointments")
    return [
        _change(change, linked=change.area_id in scope) for change in changes_applied(PAGE_ROWS)
    ]


def _change(change: ChangeSet, *, linked: bool) -> dict[str, Any]:
    return {
        "title": change.title,
        "url": reverse("dossier:org.changeset", args=[change.pk]) if linked else "",
        "reason": change.reason if linked else "",
        "at": change.effective_at,
        "by": change.drafted_by.name if change.drafted_by else "",
    }
