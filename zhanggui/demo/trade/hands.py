"""Who does it: the people of the company, each as he may act at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.ground.org.actor import PersonActor
from zhanggui.ground.org.models import Person
from zhanggui.ground.org.queries import Snapshot, present

SCREENING, DISPATCH, CARRYING, CASHIER = "S-CO-1", "S-CM-1", "S-CO-3", "F-ST-1"
DIFFERENCES, SERVICE, STOCK, PROMISES = "S-CM-2", "C-CO-1", "S-PD-5", "S-CM-1"
"""Charter ids of the duties that the days of trade go through."""


class Hands:
    """The people who act, found by their duty and area as the organisation stands then."""

    def __init__(self) -> None:
        self._people = {person.user: person for person in Person.objects.filter(is_active=True)}
        self._by_id = {person.pk: person for person in self._people.values()}
        self._snapshot: Snapshot | None = None

    def _at(self, at: datetime) -> Snapshot:
        kept = self._snapshot
        if kept is None or at < kept.since or (kept.until is not None and at >= kept.until):
            kept = self._snapshot = present(at)
        return kept

    def user(self, user: str, *, at: datetime) -> PersonActor:
        """Return a person by user name as he may act at a moment."""
        return PersonActor(self._people[user], self._at(at), at)

    def person(self, pk: int, *, at: datetime) -> PersonActor | None:
        """Return a person by id as he may act at a moment; None for one who may not sign in."""
        found = self._by_id.get(pk)
        return None if found is None else PersonActor(found, self._at(at), at)

    def holders(self, duty: str, area: str, *, at: datetime) -> list[Person]:
        """Return who holds a duty (its charter id) for an area, the nearest first."""
        structure = self._at(at).structure
        users = dict.fromkeys(seat.person for seat in structure.holders(duty, area))
        return [self._people[user] for user in users if user in self._people]

    def nearest(self, duty: str, area: str, *, at: datetime) -> PersonActor | None:
        """Return the nearest holder of a duty as he may act; None where nobody holds it."""
        found = self.holders(duty, area, at=at)
        return PersonActor(found[0], self._at(at), at) if found else None

    def everyone(self, duty: str, *, at: datetime) -> list[Person]:
        """Return everybody who holds a duty anywhere, in the order of the areas."""
        structure = self._at(at).structure
        users = [
            seat.person
            for node, _depth in structure.areas_in_order()
            for seat in structure.holders(duty, node.code)
        ]
        return [self._people[user] for user in dict.fromkeys(users) if user in self._people]


def within_hours(at: datetime, begin_h: float, end_h: float, *, late: timedelta) -> datetime:
    """Return `at` when it lies within working hours, else `late` after the next morning's begin."""
    day = localdate(at)
    if at < (begin := moment_of_day(day, begin_h)):
        return begin + late
    if at > moment_of_day(day, end_h):
        return moment_of_day(day + timedelta(days=1), begin_h) + late
    return at
