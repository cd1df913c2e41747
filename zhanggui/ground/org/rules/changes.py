"""Changes of the organisation as pure steps from one structure to the next.

Preview and application walk through the same steps, so what was previewed is what is done. Each
step either returns the next structure or raises the Refusal that says what settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.ground.org.rules.difference import undo
from zhanggui.ground.org.rules.structure import (
    SEAT_KINDS,
    AreaNode,
    PostNode,
    Seat,
    Structure,
    Text,
    UnitNode,
)

AREA_PARENTS: dict[str, tuple[str, ...]] = {
    "company": (),
    "province": ("company",),
    "region": ("province",),
    "city": ("region", "province"),
    "district": ("city",),
}

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a change set: its kind and values."""

    kind: str
    data: Data


def _no(code: str, sentence: Sentence, settles: Sentence = "") -> Refusal:
    return Refusal(code, sentence, settles=settles, status=422)


def _known(structure: Structure, *, unit: str = "", area: str = "", post: str = "") -> None:
    if unit and unit not in structure.units:
        raise _no(
            "no_unit",
            _("There is no unit “%(code)s” at that moment.") % {"code": unit},
            _("Add the unit in an earlier line of the same change, or choose another."),
        )
    if area and area not in structure.areas:
        raise _no(
            "no_area",
            _("There is no area “%(code)s” at that moment.") % {"code": area},
            _("Add the area in an earlier line of the same change, or choose another."),
        )
    if post and post not in structure.posts:
        raise _no(
            "no_post",
            _("There is no post “%(code)s”.") % {"code": post},
            _("Choose one of the posts of the charter."),
        )


def _seat(data: Data) -> Seat:
    return Seat(
        person=data["person"],
        post=data["post"],
        unit=data["unit"],
        area=data["area"],
        kind=data.get("kind", "main"),
    )


def _same_place(seat: Seat, other: Seat) -> bool:
    return (seat.person, seat.post, seat.unit, seat.area) == (
        other.person,
        other.post,
        other.unit,
        other.area,
    )


def _find_seat(structure: Structure, data: Data) -> Seat:
    wanted = _seat(data)
    for seat in structure.seats:
        if _same_place(seat, wanted):
            return seat
    raise _no(
        "no_seat",
        _("%(person)s does not hold this post there at that moment.")
        % {"person": structure.who(wanted.person)},
        _("Look at the person's page for the posts held now."),
    )


def _sit(structure: Structure, seat: Seat) -> Structure:
    _known(structure, unit=seat.unit, area=seat.area, post=seat.post)
    if seat.kind not in SEAT_KINDS:
        raise _no("no_kind", _("An appointment is main, concurrent or acting."))
    if structure.posts[seat.post].everyone:
        raise _no(
            "everyones_post",
            _("This post belongs to everyone and needs no appointment."),
            _("Leave the line out."),
        )
    for other in structure.seats:
        if _same_place(seat, other):
            raise _no(
                "overlap",
                _("%(person)s already holds this post in this unit and area.")
                % {"person": structure.who(seat.person)},
                _("End that appointment first, or leave this line out."),
            )
        if seat.kind == "main" and other.kind == "main" and other.person == seat.person:
            raise _no(
                "second_main",
                _("%(person)s already has a main post.") % {"person": structure.who(seat.person)},
                _("Appoint as concurrent or acting, or transfer the main post."),
            )
    return replace(structure, seats=structure.seats | {seat})


def appoint(structure: Structure, data: Data) -> Structure:
    """Seat a person on a post: person, post, unit, area, kind."""
    return _sit(structure, _seat(data))


def transfer(structure: Structure, data: Data) -> Structure:
    """Move one seat of a person: the seat's person, post, unit, area and any of to_post, to_unit,
    to_area, to_kind."""
    old = _find_seat(structure, data)
    new = Seat(
        person=old.person,
        post=data.get("to_post") or old.post,
        unit=data.get("to_unit") or old.unit,
        area=data.get("to_area") or old.area,
        kind=data.get("to_kind") or old.kind,
    )
    if new == old:
        raise _no(
            "no_change",
            _("This transfer leads to the same post, unit and area."),
            _("Choose where %(person)s goes.") % {"person": structure.who(old.person)},
        )
    return _sit(replace(structure, seats=structure.seats - {old}), new)


def end(structure: Structure, data: Data) -> Structure:
    """End one seat of a person: person, post, unit, area."""
    return replace(structure, seats=structure.seats - {_find_seat(structure, data)})


def leave(structure: Structure, data: Data) -> Structure:
    """End every seat of a person who leaves the company: person."""
    mine = structure.seats_by_person.get(data["person"], ())
    if not mine:
        raise _no(
            "no_seats",
            _("%(person)s holds no post at that moment.")
            % {"person": structure.who(data["person"])},
            _("Leave the line out."),
        )
    return replace(structure, seats=structure.seats - set(mine))


def _fresh_code(code: str, taken: Mapping[str, object]) -> None:
    if code in taken:
        raise _no(
            "code_taken",
            _("The code “%(code)s” is already in use.") % {"code": code},
            _("Choose another code; codes are never used twice."),
        )


def add_unit(structure: Structure, data: Data) -> Structure:
    """Add a unit: code, name {zh, en}, parent."""
    _fresh_code(data["code"], structure.units)
    _known(structure, unit=data["parent"])
    unit = UnitNode(data["code"], Text(**data["name"]), data["parent"])
    return replace(structure, units={**structure.units, unit.code: unit})


def move_unit(structure: Structure, data: Data) -> Structure:
    """Put a unit under another: code, parent."""
    code, parent = data["code"], data["parent"]
    _known(structure, unit=code)
    _known(structure, unit=parent)
    if parent in structure.units_within(code):
        raise _no(
            "own_parent",
            _("A unit cannot be placed under itself or under a unit of its own."),
            _("Choose a unit outside it."),
        )
    if structure.units[code].parent is None:
        raise _no(
            "root_stays",
            _("The company itself cannot be placed under one of its units."),
            _("Move the unit you mean instead."),
        )
    if structure.units[code].parent == parent:
        raise _no("no_change", _("The unit already stands there."), _("Leave the line out."))
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
    _known(structure, unit=code)
    if structure.units[code].parent is None:
        raise _no("root_stays", _("The company itself cannot be split."), _("Split a unit of it."))
    if len(parts) < 2:
        raise _no("one_part", _("A split needs at least two parts."), _("Add another part."))
    named = [person for part in parts for person in part.get("people", ())]
    members = {seat.person for seat in structure.seats if seat.unit == code}
    for person in named:
        if named.count(person) > 1:
            raise _no(
                "twice_named",
                _("%(person)s is named in two parts.") % {"person": structure.who(person)},
                _("Name each person once."),
            )
        if person not in members:
            raise _no(
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
    _known(structure, unit=into)
    codes = [code for code in data["codes"] if code != into]
    if not codes:
        raise _no("one_unit", _("A merger needs another unit."), _("Name the units to be merged."))
    for code in codes:
        _known(structure, unit=code)
        if into in structure.units_within(code):
            raise _no(
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
    there = {other for other in structure.seats if _same_place(target, other)}
    kept = min({target} | there, key=lambda s: SEAT_KINDS.index(s.kind))
    return replace(structure, seats=structure.seats - {seat} - there | {kept})


def _close_unit(structure: Structure, code: str, *, heir: str) -> Structure:
    units = {
        c: replace(unit, parent=heir) if unit.parent == code else unit
        for c, unit in structure.units.items()
        if c != code
    }
    return replace(structure, units=units)


def add_area(structure: Structure, data: Data) -> Structure:
    """Add an area: code, kind, name {zh, en}, parent, divisions."""
    _fresh_code(data["code"], structure.areas)
    _known(structure, area=data["parent"])
    area = AreaNode(
        data["code"],
        data["kind"],
        Text(**data["name"]),
        data["parent"],
        tuple(data.get("divisions", ())),
    )
    _fits(structure, area.kind, data["parent"])
    for other in structure.areas.values():
        if other.kind == area.kind and set(other.divisions) & set(area.divisions):
            raise _no(
                "division_taken",
                _("“%(name)s” already covers that administrative division.") % {"name": other.name},
                _("Tie each division to one area."),
            )
    return replace(structure, areas={**structure.areas, area.code: area})


def _fits(structure: Structure, kind: str, parent: str) -> None:
    wanted = AREA_PARENTS.get(kind)
    if not wanted or structure.areas[parent].kind not in wanted:
        raise _no(
            "wrong_level",
            _("An area of this kind cannot stand under that one."),
            _(
                "Provinces stand under the company, regions under provinces, cities under "
                "regions, districts under cities."
            ),
        )


def move_area(structure: Structure, data: Data) -> Structure:
    """Put an area under another: code, parent."""
    code, parent = data["code"], data["parent"]
    _known(structure, area=code)
    _known(structure, area=parent)
    if parent in structure.areas_within(code):
        raise _no(
            "own_parent",
            _("An area cannot be placed under itself or under an area of its own."),
            _("Choose an area outside it."),
        )
    _fits(structure, structure.areas[code].kind, parent)
    if structure.areas[code].parent == parent:
        raise _no("no_change", _("The area already stands there."), _("Leave the line out."))
    moved = replace(structure.areas[code], parent=parent)
    return replace(structure, areas={**structure.areas, code: moved})


def move_duty(structure: Structure, data: Data) -> Structure:
    """Move a duty between posts: duty, from_post, to_post."""
    duty, source, target = data["duty"], data["from_post"], data["to_post"]
    _known(structure, post=source)
    _known(structure, post=target)
    if duty not in structure.posts[source].duties:
        raise _no(
            "not_its_duty",
            _("That post does not have this duty."),
            _("Look at the handbook page of the post."),
        )
    if duty in structure.posts[target].duties:
        raise _no("has_it", _("That post already has this duty."), _("Leave the line out."))
    posts = dict(structure.posts)
    posts[source] = replace(
        posts[source], duties=tuple(d for d in posts[source].duties if d != duty)
    )
    posts[target] = replace(posts[target], duties=(*posts[target].duties, duty))
    return replace(structure, posts=posts)


def add_post(structure: Structure, data: Data) -> Structure:
    """Add a post: code, title {zh, en}, duties [ids]."""
    _fresh_code(data["code"], structure.posts)
    for duty in data["duties"]:
        if duty not in structure.duties:
            raise _no(
                "no_duty",
                _("There is no duty “%(duty)s” in the charter.") % {"duty": duty},
                _("Choose duties of the charter."),
            )
    post = PostNode(data["code"], Text(**data["title"]), tuple(data["duties"]))
    return replace(structure, posts={**structure.posts, post.code: post})


def hand_over(structure: Structure, data: Data) -> Structure:
    """Give a person's open work to another: person, to. The structure itself stays as it is."""
    if data["person"] == data["to"]:
        raise _no("same_person", _("Work is handed over to somebody else."), _("Choose another."))
    if data["to"] not in structure.seats_by_person:
        raise _no(
            "no_seats",
            _("%(person)s holds no post at that moment.") % {"person": structure.who(data["to"])},
            _("Hand the work to someone who holds a post."),
        )
    return structure


def close_unit(structure: Structure, data: Data) -> Structure:
    """Close a unit that has neither people nor units below: code."""
    code = data["code"]
    _known(structure, unit=code)
    lower = structure.units_within(code) - {code}
    if lower or any(seat.unit == code for seat in structure.seats):
        raise _no(
            "unit_in_use",
            _("There are still people or units in “%(name)s”.")
            % {"name": structure.units[code].name},
            _("Transfer the people and move the units below first, or merge the unit."),
        )
    return replace(structure, units={c: u for c, u in structure.units.items() if c != code})


def close_area(structure: Structure, data: Data) -> Structure:
    """Close an area with no areas below and nobody appointed to it: code."""
    code = data["code"]
    _known(structure, area=code)
    lower = structure.areas_within(code) - {code}
    if lower or any(seat.area == code for seat in structure.seats):
        raise _no(
            "area_in_use",
            _("There are still people or areas in “%(name)s”.")
            % {"name": structure.areas[code].name},
            _("Transfer the people and move the areas below first."),
        )
    return replace(structure, areas={c: a for c, a in structure.areas.items() if c != code})


def restore(structure: Structure, data: Data) -> Structure:
    """Undo a recorded difference: everything it touched must still be as it left it."""
    return undo(structure, data["difference"])


STEPS: dict[str, Callable[[Structure, Data], Structure]] = {
    "appoint": appoint,
    "transfer": transfer,
    "end": end,
    "leave": leave,
    "hand_over": hand_over,
    "add_unit": add_unit,
    "move_unit": move_unit,
    "split_unit": split_unit,
    "merge_units": merge_units,
    "add_area": add_area,
    "move_area": move_area,
    "move_duty": move_duty,
    "add_post": add_post,
    "close_unit": close_unit,
    "close_area": close_area,
    "restore": restore,
}


class BrokenStep(Refusal):
    """A line of a change set that cannot be taken; `line` counts from 1."""

    def __init__(self, line: int, why: Refusal) -> None:
        super().__init__(
            why.code, why.sentence, settles=why.settles, status=why.status, data={"line": line}
        )
        self.line = line


def take(structure: Structure, steps: Sequence[Step]) -> Structure:
    """Return the structure after all steps; raise BrokenStep at the first that cannot be taken."""
    for number, step in enumerate(steps, start=1):
        try:
            structure = STEPS[step.kind](structure, step.data)
        except Refusal as why:
            raise BrokenStep(number, why) from why
        except (KeyError, TypeError, AttributeError) as why:
            raise BrokenStep(
                number,
                _no(
                    "incomplete_line",
                    _("This line lacks a value or has one of the wrong kind."),
                    _("Remove the line and add it again."),
                ),
            ) from why
    return structure
