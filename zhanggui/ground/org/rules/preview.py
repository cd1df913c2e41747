"""What a change of the organisation would open and close, and for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.rules.coverage import SAME, covers, uncovered
from zhanggui.ground.org.rules.structure import Seat, Structure


@dataclass(frozen=True, slots=True)
class Shift:
    """What changes for one person: seats and (duty, area) pairs that open and close."""

    person: str
    seats_opened: tuple[Seat, ...]
    seats_closed: tuple[Seat, ...]
    opens: tuple[tuple[str, str], ...]
    closes: tuple[tuple[str, str], ...]
    leaves: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole effect of a change set before it is applied."""

    shifts: tuple[Shift, ...]
    loses_last: tuple[tuple[str, str], ...]
    newly_covered: tuple[tuple[str, str], ...]
    checks_own: tuple[tuple[str, str], ...]


def _pairs(structure: Structure, person: str) -> set[tuple[str, str]]:
    return {(g.duty, g.seat.area) for g in structure.grants_of(person)}


def preview(before: Structure, after: Structure) -> Preview:
    """Return what opens and closes for whom between two structures.

    `loses_last` lists the (duty, area) pairs that had a holder and would have none, also those that
    come into being without one (a new city). `checks_own` lists pairs where one person would newly
    check his own work.
    """
    shifts = []
    for person in sorted(set(before.seats_by_person) | set(after.seats_by_person)):
        old, new = _pairs(before, person), _pairs(after, person)
        seats_old = set(before.seats_by_person.get(person, ()))
        seats_new = set(after.seats_by_person.get(person, ()))
        if old != new or seats_old != seats_new:
            shifts.append(
                Shift(
                    person=person,
                    seats_opened=tuple(sorted(seats_new - seats_old)),
                    seats_closed=tuple(sorted(seats_old - seats_new)),
                    opens=tuple(sorted(new - old)),
                    closes=tuple(sorted(old - new)),
                    leaves=bool(seats_old) and not seats_new,
                )
            )
    gaps_before, gaps_after = uncovered(before), uncovered(after)
    same_before = {(c.duty, c.area) for c in covers(before) if c.state == SAME}
    same_after = {(c.duty, c.area) for c in covers(after) if c.state == SAME}
    return Preview(
        shifts=tuple(shifts),
        loses_last=tuple(sorted(gaps_after - gaps_before)),
        newly_covered=tuple(sorted(gaps_before - gaps_after)),
        checks_own=tuple(sorted(same_after - same_before)),
    )


def why_not_lose_administrator(
    after: Structure, *, duty: str, able: Collection[str]
) -> Refusal | None:
    """Return a refusal when nobody able to sign in would hold the personnel duty company-wide."""
    for person in able:
        if any(g.duty == duty and g.seat.area == after.root_area for g in after.grants_of(person)):
            return None
    return Refusal(
        "last_administrator",
        _("Nobody would be left who may appoint people for the whole company."),
        settles=_("Appoint another person to personnel for the whole company in the same change."),
    )


def why_not_beyond(
    before: Structure,
    after: Structure,
    *,
    area: str,
    done: Mapping[str, Any],
    handed: Collection[str] = (),
) -> Refusal | None:
    """Return a refusal when a change reaches beyond the area it was drafted for.

    `done` is the difference between the structures, `handed` the people whose work passes from
    one to another. Units and posts belong to the whole company.
    """
    if area == before.root_area:
        return None
    within = before.areas_within(area) | after.areas_within(area)
    seats = [*done["seats_gone"], *done["seats_new"]]
    outside = any(seat["area"] not in within for seat in seats) or any(
        seat.area not in within
        for person in handed
        for seat in before.seats_by_person.get(person, ())
    )
    if outside or set(done["areas"]) - within or done["units"] or done["posts"]:
        return Refusal(
            "beyond",
            _("This change reaches beyond “%(area)s”.") % {"area": before.areas[area].name},
            settles=_("Ask the holder of personnel for the whole company to draft it."),
            status=422,
        )
    return None
