"""The duties of the money, and the areas in which it is somebody's business."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.org.models import Person
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rules.structure import Structure

DOOR = "cash.door"
"""The duty of taking money at the doors of one's own runs (S-CO-4)."""

HAND_IN = "cash.hand_in"
"""The duty of handing in what one carries (S-CO-5)."""

OWN_DIFFERENCES = "cash.own_differences"
"""The duty of taking note of what was decided about one's own hand-ins (S-CO-5)."""

COUNTING = "cash.counting"
"""The duty of giving out floats and counting hand-ins (F-ST-1)."""

DIFFERENCES = "cash.differences"
"""The duty of deciding who bears a difference (S-CM-2)."""

LATE = "cash.late"
"""The duty of clearing up money that came in for a stop closed otherwise (S-CM-2)."""

BOARD = "cash.outside"
"""The duty of seeing who holds money since when (S-CM-2)."""

TRANSFERS = "cash.transfers"
"""The duty of recording what customers paid ahead into the bank (F-ST-1)."""

REFUNDS = "cash.refunds"
"""The duty of paying back what customers paid ahead and is not for goods they kept (F-ST-1)."""

WATCHING = ("F-TX-1", "M-GM-1", "S-PM-1", "S-RM-2")
"""Duties of the charter that look at the money without touching it."""

TAKES_MONEY = "S-CO-4"
"""The charter's duty by which somebody takes money at doors."""


def looks_where(by: DeskActor, field: str = "area_id") -> Q:
    """Return where somebody may look at money: the areas of each duty of his, one by one."""
    where = Q(pk__in=[])
    for duty in (COUNTING, DIFFERENCES, *WATCHING):
        if scope := by.scope(duty):
            where |= scope.where(field)
    return where


def area_to_count_in(by: DeskActor) -> str | None:
    """Return the area of the standing in which somebody gives out floats."""
    standings = by.standings(COUNTING, None)
    return standings[0].area if standings else None


def home_of(courier: Person, *, at: datetime) -> str:
    """Return the area for which somebody takes money at doors, "" for who does not."""
    for grant in present(at).structure.grants_of(courier.user):
        if grant.duty == TAKES_MONEY:
            return grant.seat.area
    return ""


def city_of(area: str, *, at: datetime) -> str:
    """Return the city an area lies in, whose books its money goes to; the area itself for none."""
    return city_in(present(at).structure, area)


def city_in(structure: Structure, area: str) -> str:
    """Return the city an area lies in by a structure; the area itself for none."""
    path = reversed(structure.area_path(area))
    return next((code for code in path if structure.areas[code].kind == "city"), area)
