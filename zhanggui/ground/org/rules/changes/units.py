"""Lines about units: adding, moving, splitting, merging, closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.org.rules.changes.people import is_same_place
from zhanggui.ground.org.rules.changes.step import Data, fresh_code, known, no
from zhanggui.ground.org.rules.structure import (
    SEAT_KINDS,
    Seat,
    Structure,
    Text,
    UnitNode,
)


def add_unit(structure: Structure, data: Data) -> Structure:
    """Add a unit: code, name {zh, en}, parent."""
    fresh_code(data["code"], structure.units)
    known(structure, unit=data["parent"])
    unit = UnitNode(data["code"], Text(**data["name"]), data["parent"])
    return replace(structure, units={**structure.units, unit.code: unit})


def move_unit(structure: Structure, data: Data) -> Structure:
    """Put a unit under another: code, parent."""
    code, parent = data["code"], data["parent"]
    known(structure, unit=code)
    known(structure, unit=parent)
    if parent in structure.units_within(code):
        raise no(
            "own_parent",
            _("A unit cannot be placed under itself or under a unit of its own."),
            _("Choose a unit outside it."),
        )
    if structure.units[code].parent is None:
        raise no(
            "root_stays",
            _("The company itself cannot be placed under one of its units."),
            _("Move the unit you mean instead."),
        )
    if structure.units[code].parent == parent:
        raise no("no_change", _("The unit already stands there."), _("Leave the line out."))
    return _put_unit(structure, replace(structure.units[code], parent=parent))


def _put_unit(structure: Structure, unit: UnitNode) -> Structure:
    return replace(structure, units={**structure.units, unit.code: unit})


def _move_people(structure: Structure, seats: Sequence[Seat], unit: str) -> Structure:
    moved = {replace(seat, unit=unit) for seat in seats}
    return replace(structure, seats=(structure.seats - set(seats)) | moved)


def split_unit(structure: Structure, data: Data) -> Structure:
    """Split a unit into new ones: code, parts [{code, name, people: [user, ...]}].

    People not named go to the first part, and so do the units below. The old unit closes.
    """
    code, parts = data["code"], data["parts"]
    known(structure, unit=code)
    if structure.units[code].parent is None:
        raise no("root_stays", _("The company itself cannot be split."), _("Split a unit of it."))
    if len(parts) < 2:
        raise no("one_part", _("A split needs at least two parts."), _("Add another part."))
    named = [person for part in parts for person in part.get("people", ())]
    members = {seat.person for seat in structure.seats if seat.unit == code}
    for person in named:
        if named.count(person) > 1:
            raise no(
                "twice_named",
                _("%(person)s is named in two parts.") % {"person": structure.who(person)},
                _("Name each person once."),
            )
        if person not in members:
            raise no(
                "not_member",
                _("%(person)s has no post in the unit that is split.")
                % {"person": structure.who(person)},
                _("Name people of that unit only."),
            )
    parent = structure.units[code].parent
    for part in parts:
        structure = add_unit(
            structure, {"code": part["code"], "name": part["name"], "parent": parent}
        )
    goes_to = {p: part["code"] for part in parts for p in part.get("people", ())}
    first = parts[0]["code"]
    for seat in [seat for seat in structure.seats if seat.unit == code]:
        structure = _move_people(structure, [seat], goes_to.get(seat.person, first))
    return _close_unit(structure, code, heir=first)


def merge_units(structure: Structure, data: Data) -> Structure:
    """Merge units into one that stands: codes [..], into. People and lower units go along."""
    into = data["into"]
    known(structure, unit=into)
    codes = [code for code in data["codes"] if code != into]
    if not codes:
        raise no("one_unit", _("A merger needs another unit."), _("Name the units to be merged."))
    for code in codes:
        known(structure, unit=code)
        if into in structure.units_within(code):
            raise no(
                "own_parent",
                _("A unit cannot be merged into one of its own units."),
                _("Merge the lower unit into the upper one."),
            )
        for seat in [seat for seat in structure.seats if seat.unit == code]:
            structure = _join(structure, seat, replace(seat, unit=into))
        structure = _close_unit(structure, code, heir=into)
    return structure


def _join(structure: Structure, seat: Seat, target: Seat) -> Structure:
    """Move a seat to where the same person may already hold that post; the stronger kind stays."""
    there = {other for other in structure.seats if is_same_place(target, other)}
    kept = min({target} | there, key=lambda s: SEAT_KINDS.index(s.kind))
    return replace(structure, seats=structure.seats - {seat} - there | {kept})


def _close_unit(structure: Structure, code: str, *, heir: str) -> Structure:
    units = {
        c: replace(unit, parent=heir) if unit.parent == code else unit
        for c, unit in structure.units.items()
        if c != code
    }
    return replace(structure, units=units)


def close_unit(structure: Structure, data: Data) -> Structure:
    """Close a unit that has neither people nor units below: code."""
    code = data["code"]
    known(structure, unit=code)
    lower = structure.units_within(code) - {code}
    if lower or any(seat.unit == code for seat in structure.seats):
        raise no(
            "unit_in_use",
            _("There are still people or units in “%(name)s”.")
            % {"name": structure.units[code].name},
            _("Transfer the people and move the units below first, or merge the unit."),
        )
    return replace(structure, units={c: u for c, u in structure.units.items() if c != code})
