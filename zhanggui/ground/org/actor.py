"""A person at work: what his appointments let him do, where, and in which capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Model

from zhanggui.ground.desk.actor import Holding, Scope
from zhanggui.ground.desk.duty import BY_CHARTER, DUTIES, charter_ids
from zhanggui.ground.kernel.actor import Standing
from zhanggui.ground.org.models import Person
from zhanggui.ground.org.queries import Snapshot, present
from zhanggui.ground.org.rules.structure import Grant, Seat

NOWHERE = Scope(frozenset())


@dataclass(frozen=True)
class PersonActor:
    """A person acting at a moment, seen through the structure of that moment.

    `focus` narrows every scope to an area and all below it (the area switch); `acting_as` is the
    appointment the person prefers to act in when several would do.
    """

    person: Person
    snapshot: Snapshot
    at: datetime
    focus: str = ""
    acting_as: int | None = None
    kind: str = "person"

    @property
    def person_id(self) -> int:
        """The person's id."""
        return self.person.pk

    @property
    def name(self) -> str:
        """The person's name."""
        return self.person.name

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """Every duty held, and through which seat; none for someone who may not sign in."""
        if not self.person.is_active:
            return ()
        return self.snapshot.structure.grants_of(self.person.user)

    @cached_property
    def holdings(self) -> tuple[Holding, ...]:
        """The posts held now, main first; posts of everyone last."""
        structure = self.snapshot.structure
        seats = structure.seats_of(self.person.user) if self.person.is_active else ()
        return tuple(
            Holding(
                appointment_id=self.snapshot.appointment_ids.get(seat),
                post=seat.post,
                title=str(structure.posts[seat.post].title),
                unit=str(structure.units[seat.unit].name) if seat.unit in structure.units else "",
                area=seat.area,
                area_name=str(structure.areas[seat.area].name)
                if seat.area in structure.areas
                else "",
                kind="everyone" if structure.posts[seat.post].everyone else seat.kind,
                duties=structure.posts[seat.post].duties,
            )
            for seat in seats
            if seat.post in structure.posts
        )

    def scope(self, duty: str) -> Scope:
        """Return where a duty (code or charter id) is held, within the area in focus."""
        if self._is_everyones(duty):
            return Scope(None) if self.holdings else NOWHERE
        ids = set(charter_ids(duty))
        structure = self.snapshot.structure
        areas: set[str] = set()
        everywhere = False
        for grant in self.grants:
            if grant.duty in ids:
                everywhere = everywhere or grant.seat.area == structure.root_area
                areas |= structure.areas_within(grant.seat.area)
        if not areas:
            return NOWHERE
        if self.focus and self.focus in structure.areas:
            return Scope(frozenset(areas & structure.areas_within(self.focus)))
        return Scope(None) if everywhere else Scope(frozenset(areas))

    def standings(self, duty: str, record: object) -> Sequence[Standing]:
        """Return every capacity in which a duty may be done to a record, best first.

        The preferred appointment comes first, then main before concurrent before acting. For a
        duty of one's own the record must name the person.
        """
        declared = DUTIES.get(duty)
        if declared is not None and declared.own and isinstance(record, Model):
            names = getattr(record, "names_person", None)
            if names is None or not names(self.person_id):
                return ()
        if self._is_everyones(duty):
            own = self.snapshot.structure.seats_of(self.person.user)[:1] if self.holdings else ()
            return [Standing(self.snapshot.appointment_ids.get(s), s.post, s.area) for s in own]
        ids = set(charter_ids(duty))
        seats = [g.seat for g in self.grants if g.duty in ids and self._reaches(g.seat, record)]
        promise = self.promise_s(duty)
        ids_of = self.snapshot.appointment_ids
        standings = [Standing(ids_of.get(s), s.post, s.area, promise) for s in dict.fromkeys(seats)]
        return sorted(standings, key=lambda s: s.appointment_id != self.acting_as)

    @staticmethod
    def _is_everyones(duty: str) -> bool:
        declared = DUTIES.get(duty)
        return declared is not None and declared.everyone

    def _reaches(self, seat: Seat, record: object) -> bool:
        structure = self.snapshot.structure
        if isinstance(record, Person):
            theirs = structure.seats_by_person.get(record.user, ())
            within = structure.areas_within(seat.area)
            return not theirs or all(other.area in within for other in theirs)
        area = record if isinstance(record, str) else getattr(record, "area_id", None)
        if area is None or structure.posts[seat.post].everyone:
            return True
        return area in structure.areas_within(seat.area)

    def acting(self, appointment_id: int) -> PersonActor:
        """Return the same person preferring to act in one of his appointments."""
        return replace(self, acting_as=appointment_id)

    def post_title(self, post: str) -> str:
        """Return the title of a post, "" for none."""
        node = self.snapshot.structure.posts.get(post)
        return str(node.title) if node else ""

    def area_choices(self) -> list[tuple[str, str, int]]:
        """Return the areas this person may look at: code, name and depth, in order."""
        structure = self.snapshot.structure
        mine: set[str] = set()
        for seat in structure.seats_by_person.get(self.person.user, ()):
            mine |= structure.areas_within(seat.area)
        found = [(a.code, str(a.name), d) for a, d in structure.areas_in_order() if a.code in mine]
        top = min((depth for _code, _name, depth in found), default=0)
        return [(code, name, depth - top) for code, name, depth in found]

    def duty_text(self, duty: str) -> str:
        """Return what the charter says of a duty, in the reader's language."""
        duties = self.snapshot.structure.duties
        return " ".join(str(duties[c].text) for c in charter_ids(duty) if c in duties)

    def promise_s(self, duty: str) -> int | None:
        """Return the promise of a duty in seconds: the company's own, else the room's default."""
        duties = {} if self._is_everyones(duty) else self.snapshot.structure.duties
        for charter in charter_ids(duty):
            if charter in duties and duties[charter].promise_s is not None:
                return duties[charter].promise_s
        declared = DUTIES.get(duty) or next(iter(BY_CHARTER.get(duty, ())), None)
        return declared.promise_s if declared else None


def actor_for(
    person: Person, *, at: datetime, focus: str = "", acting_as: int | None = None
) -> PersonActor:
    """Return a person as he may act at this moment."""
    return PersonActor(person, present(at), at, focus=focus, acting_as=acting_as)
