"""The organisation as pages look at it: now, or as it stood on a day gone by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localdate

from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.org.actor import PersonActor
from zhanggui.ground.org.models import Person
from zhanggui.ground.org.queries import present, structure_at
from zhanggui.ground.org.rules.structure import Seat, Structure
from zhanggui.ground.org.rules.telling import SEAT_WORDS

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years a question about the company may be about: outside, a slip of the fingers."""


def person_actor_of(request: HttpRequest) -> PersonActor:
    """Return the person who asks, with the structure he is seen through."""
    return cast(PersonActor, actor_of(request))


def day_typed(text: str | None) -> date | None:
    """Return the day written as YYYY-MM-DD, None for anything else or for no living memory."""
    try:
        day = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def indented(name: object, depth: int) -> str:
    """Return a name set in by its depth, for the options of a choice."""
    return "\u3000" * depth + str(name)


def start_of(day: date) -> datetime:
    """Return the first moment of a day, in company time."""
    return datetime.combine(day, time(), tzinfo=get_current_timezone())


def end_of(day: date) -> datetime:
    """Return the last moment of a day, in company time."""
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


@dataclass(frozen=True)
class Sight:
    """A structure with what a page needs to draw it; `on` is the day asked for, None for now."""

    structure: Structure
    on: date | None

    @cached_property
    def person_ids(self) -> Mapping[str, int]:
        """The id of each person, by user name."""
        return dict(Person.objects.values_list("user", "pk"))

    def person_url(self, user: str) -> str:
        """Return the page of a person, "" for somebody unknown."""
        pk = self.person_ids.get(user)
        return reverse("dossier:org.person", args=[pk]) if pk else ""

    def seated(self, seat: Seat, *, area: str = "") -> dict[str, Any]:
        """Return the person of a seat as parts draw him.

        His area is said where it is not `area`, the kind of appointment where it is not main.
        """
        said = []
        if seat.kind != "main":
            said.append(str(SEAT_WORDS[seat.kind]))
        if area and seat.area != area and seat.area in self.structure.areas:
            said.append(str(self.structure.areas[seat.area].name))
        return {
            "name": self.structure.who(seat.person),
            "url": self.person_url(seat.person),
            "kind": " · ".join(said),
        }


def sight_of(request: HttpRequest) -> Sight:
    """Return the organisation as of the end of the day in `?on=`, or as it is now.

    A day that is not yet over shows the present: what is to come stands in the change sets.
    """
    at = moment_of(request)
    day = day_typed(request.GET.get("on"))
    if day is None or day >= localdate(at):
        return Sight(present(at).structure, None)
    return Sight(structure_at(end_of(day)), day)


def as_of_context(request: HttpRequest, sight: Sight) -> dict[str, Any]:
    """Return what the switch of the day shows."""
    today = localdate(moment_of(request))
    return {
        "on": sight.on.isoformat() if sight.on else "",
        "day": sight.on,
        "today": today.isoformat(),
        "now": f"{request.path}{_without_day(request)}",
    }


def _without_day(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("on", None)
    return f"?{query.urlencode()}" if query else ""
