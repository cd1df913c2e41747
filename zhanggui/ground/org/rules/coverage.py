"""Which duty is covered where, by whom, and where one person would check himself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhanggui.ground.org.rules.structure import DutyNode, Seat, Structure

HELD, NOBODY, SAME = "held", "nobody", "same"


@dataclass(frozen=True, slots=True)
class Cover:
    """How a duty stands in one area: held, nobody, or the same person makes and checks."""

    duty: str
    area: str
    state: str
    holders: tuple[Seat, ...]
    checks_own: tuple[str, ...] = ()


def covers(structure: Structure) -> tuple[Cover, ...]:
    """Return every duty in every area of the kind at which the charter wants it covered.

    A duty of everyone is held as long as there is anyone. A holder nearer to the area comes first.
    "same" means: the only holder of a checking duty also holds the duty it checks there.
    """
    # A structure never changes, so it is looked through once, however many pages ask.
    kept: tuple[Cover, ...] | None = structure.__dict__.get("_covers")
    if kept is None:
        kept = structure.__dict__["_covers"] = tuple(_covers(structure))
    return kept


def _covers(structure: Structure) -> Iterator[Cover]:
    areas: dict[str, list[str]] = {}
    for area, _depth in structure.areas_in_order():
        areas.setdefault(area.kind, []).append(area.code)
    for duty in structure.duties.values():
        for area_code in areas.get(duty.level, ()):
            yield cover(structure, duty, area_code)


def cover(structure: Structure, duty: DutyNode, area: str) -> Cover:
    """Return how one duty stands in one area."""
    if structure.is_everyones(duty.id) and structure.seats:
        return Cover(duty.id, area, HELD, ())
    holders = structure.holders(duty.id, area)
    if not holders:
        return Cover(duty.id, area, NOBODY, ())
    people = {seat.person for seat in holders}
    own = tuple(
        checked
        for checked in duty.checks
        if len(people) == 1 and people <= {s.person for s in structure.holders(checked, area)}
    )
    return Cover(duty.id, area, SAME if own else HELD, holders, own)


def uncovered(structure: Structure) -> frozenset[tuple[str, str]]:
    """Return the (duty, area) pairs that nobody holds."""
    return frozenset((c.duty, c.area) for c in covers(structure) if c.state == NOBODY)
