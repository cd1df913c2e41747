"""What a line may choose from: what stands once the lines before it are taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.ground.org.actions.changesets import steps_of
from zhanggui.ground.org.models import ChangeSet, Person
from zhanggui.ground.org.queries import structure_at
from zhanggui.ground.org.rules.changes import STEPS
from zhanggui.ground.org.rules.structure import SEAT_KINDS, Seat, Structure
from zhanggui.ground.org.rules.telling import SEAT_WORDS

Choices = list[tuple[str, Any]]


def structure_by_then(change_set: ChangeSet, *, at: Any) -> Structure:
    """Return the structure in which the next line will be taken: after every line that fits."""
    structure = structure_at(max(change_set.effective_at, at))
    for step in steps_of(change_set):
        try:
            structure = STEPS[step.kind](structure, step.data)
        except (Refusal, KeyError, TypeError, AttributeError):
            continue  # the preview shows a broken line at its place
    return structure


def blank(choices: Iterable[tuple[str, Any]], word: Sentence) -> Choices:
    """Return choices with a first one that chooses nothing."""
    return [("", word), *choices]


def everybody() -> Choices:
    """Return everyone who may sign in, by name."""
    rows = Person.objects.filter(is_active=True).order_by("name_zh", "pk")
    return [(person.user, f"{person.name} · {person.user}") for person in rows]


def seated(structure: Structure) -> Choices:
    """Return everyone with a post, by name."""
    found = [(user, structure.who(user)) for user in structure.seats_by_person]
    return sorted(found, key=lambda pair: pair[1])


def post_choices(structure: Structure) -> Choices:
    """Return the posts people are appointed to."""
    return [(p.code, str(p.title)) for p in structure.posts.values() if not p.everyone]


def unit_choices(structure: Structure, *, below_top: bool = False) -> Choices:
    """Return the units as a tree; `below_top` leaves the topmost out."""
    return [
        (unit.code, "\u3000" * depth + str(unit.name))
        for unit, depth in structure.units_in_order()
        if not below_top or unit.parent is not None
    ]


def area_choices(structure: Structure, *, kinds: Iterable[str] | None = None) -> Choices:
    """Return the areas as a tree, of some kinds only."""
    return [
        (area.code, "\u3000" * depth + str(area.name))
        for area, depth in structure.areas_in_order()
        if kinds is None or area.kind in kinds
    ]


def _seat_value(seat: Seat) -> str:
    return "|".join((seat.person, seat.post, seat.unit, seat.area))


def seat_choices(structure: Structure) -> Choices:
    """Return every appointment, grouped by person."""
    groups = []
    for user, name in seated(structure):
        held = [
            (_seat_value(s), _seat_label(structure, s)) for s in structure.seats_by_person[user]
        ]
        groups.append((name, held))
    return groups


def _seat_label(structure: Structure, seat: Seat) -> str:
    names = [structure.who(seat.person), str(structure.posts[seat.post].title)]
    if seat.unit in structure.units:
        names.append(str(structure.units[seat.unit].name))
    if seat.area in structure.areas:
        names.append(str(structure.areas[seat.area].name))
    if seat.kind != "main":
        names.append(str(SEAT_WORDS[seat.kind]))
    return " · ".join(names)


def kind_choices() -> Choices:
    """Return the kinds of appointment."""
    return [(kind, SEAT_WORDS[kind]) for kind in SEAT_KINDS]
