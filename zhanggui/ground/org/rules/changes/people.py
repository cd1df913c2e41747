"""Lines about people: appointing, transferring, ending, leaving, handing work over."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.org.rules.changes.step import Data, known, no
from zhanggui.ground.org.rules.structure import (
    SEAT_KINDS,
    Seat,
    Structure,
)


def _seat(data: Data) -> Seat:
    return Seat(
        person=data["person"],
        post=data["post"],
        unit=data["unit"],
        area=data["area"],
        kind=data.get("kind", "main"),
    )


def is_same_place(seat: Seat, other: Seat) -> bool:
    """Tell whether two seats are of one person on one post in one unit and area."""
    return (seat.person, seat.post, seat.unit, seat.area) == (
        other.person,
        other.post,
        other.unit,
        other.area,
    )


def _find_seat(structure: Structure, data: Data) -> Seat:
    wanted = _seat(data)
    for seat in structure.seats:
        if is_same_place(seat, wanted):
            return seat
    raise no(
        "no_seat",
        _("%(person)s does not hold this post there at that moment.")
        % {"person": structure.who(wanted.person)},
        _("Look at the person's page for the posts held now."),
    )


def _sit(structure: Structure, seat: Seat) -> Structure:
    known(structure, unit=seat.unit, area=seat.area, post=seat.post)
    if seat.kind not in SEAT_KINDS:
        raise no("no_kind", _("An appointment is main, concurrent or acting."))
    if structure.posts[seat.post].everyone:
        raise no(
            "everyones_post",
            _("This post belongs to everyone and needs no appointment."),
            _("Leave the line out."),
        )
    for other in structure.seats:
        if is_same_place(seat, other):
            raise no(
                "overlap",
                _("%(person)s already holds this post in this unit and area.")
                % {"person": structure.who(seat.person)},
                _("End that appointment first, or leave this line out."),
            )
        if seat.kind == "main" and other.kind == "main" and other.person == seat.person:
            raise no(
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
        raise no(
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
        raise no(
            "no_seats",
            _("%(person)s holds no post at that moment.")
            % {"person": structure.who(data["person"])},
            _("Leave the line out."),
        )
    return replace(structure, seats=structure.seats - set(mine))


def hand_over(structure: Structure, data: Data) -> Structure:
    """Give a person's open work to another: person, to. The structure itself stays as it is."""
    if data["person"] == data["to"]:
        raise no("same_person", _("Work is handed over to somebody else."), _("Choose another."))
    if data["to"] not in structure.seats_by_person:
        raise no(
            "no_seats",
            _("%(person)s holds no post at that moment.") % {"person": structure.who(data["to"])},
            _("Hand the work to someone who holds a post."),
        )
    return structure
