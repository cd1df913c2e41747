"""What a change set does, told for its page: its lines, and what opens and closes for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.actions.changesets import (
    left_behind,
    steps_of,
    structures_of,
    why_not_schedule,
)
from zhanggui.ground.org.models import ChangeSet, Person
from zhanggui.ground.org.queries import structure_at
from zhanggui.ground.org.rules.changes import STEPS, BrokenStep, Step
from zhanggui.ground.org.rules.changesets import ChangeSetState
from zhanggui.ground.org.rules.coverage import cover
from zhanggui.ground.org.rules.preview import Preview, Shift, preview
from zhanggui.ground.org.rules.structure import Seat, Structure
from zhanggui.ground.org.rules.telling import LINE_WORDS, SEAT_WORDS, Names, tell_line

Pair = tuple[str, str]

OPEN_STATES = (ChangeSetState.DRAFT, ChangeSetState.SCHEDULED)
STEPPER = (ChangeSetState.DRAFT, ChangeSetState.SCHEDULED, ChangeSetState.APPLIED)
LINE_GROUPS = (
    ("people", ("appoint", "transfer", "end", "leave", "hand_over")),
    ("units", ("add_unit", "move_unit", "split_unit", "merge_units", "close_unit")),
    ("areas", ("add_area", "move_area", "close_area")),
    ("posts", ("add_post", "move_duty")),
)


def effects_of(change_set: ChangeSet, *, at: datetime, editable: bool) -> dict[str, Any]:
    """Return what the page of a change shows: its lines and, while they fit, their whole effect.

    `editable`: the reader may add and remove lines, and the change is a draft.
    """
    steps = steps_of(change_set)
    start = _before(change_set, at=at)
    context: dict[str, Any] = {
        "change": change_set,
        "stepper": _stepper(change_set),
        "lines": _lines(change_set, steps, start),
        "editable": editable,
        "add": _kinds(change_set) if editable else [],
        "gone": change_set.state == ChangeSetState.DROPPED,
        "applied": change_set.state == ChangeSetState.APPLIED,
    }
    if not steps or context["gone"]:
        return context
    try:
        before, after = _around(change_set, start, at=at)
    except BrokenStep as why:
        return context | {"broken": {"line": why.line, "sentence": str(why)}}
    except Refusal as why:
        return context | {"broken": {"line": None, "sentence": str(why)}}
    shown = preview(before, after)
    return context | {"effect": _effect(change_set, shown, before, after, at=at)}


def summary_of(change_set: ChangeSet, *, at: datetime) -> str:
    """Return the effect of a change in a few lines, for whoever is about to schedule it."""
    try:
        shown = preview(*structures_of(change_set, at=at))
    except Refusal as why:
        return str(why)
    told = [
        _("people whose posts or duties change: %(count)d") % {"count": len(shown.shifts)},
        _("signed out: %(count)d") % {"count": sum(shift.leaves for shift in shown.shifts)},
        _("duties left with nobody: %(count)d") % {"count": len(shown.loses_last)},
        _("duties newly covered: %(count)d") % {"count": len(shown.newly_covered)},
    ]
    return "\n".join(told)


def _before(change_set: ChangeSet, *, at: datetime) -> Structure:
    if change_set.state == ChangeSetState.APPLIED:
        return structure_at(change_set.effective_at - timedelta(microseconds=1))
    return structure_at(max(change_set.effective_at, at))


def _around(
    change_set: ChangeSet, before: Structure, *, at: datetime
) -> tuple[Structure, Structure]:
    if change_set.state == ChangeSetState.APPLIED:
        return before, structure_at(change_set.effective_at)
    return structures_of(change_set, at=at)


def _stepper(change_set: ChangeSet) -> list[dict[str, Any]]:
    if change_set.state == ChangeSetState.DROPPED:
        return []
    now = STEPPER.index(ChangeSetState(change_set.state))
    return [
        {
            "word": state.label,
            "done": place < now or change_set.state == ChangeSetState.APPLIED,
            "current": place == now,
        }
        for place, state in enumerate(STEPPER)
    ]


def _kinds(change_set: ChangeSet) -> list[dict[str, Any]]:
    titles = {
        "people": _("People"),
        "units": _("Units"),
        "areas": _("Areas"),
        "posts": _("Posts and duties"),
    }
    return [
        {
            "title": titles[group],
            "kinds": [
                {"title": LINE_WORDS[kind], "url": reverse("org:line", args=[change_set.pk, kind])}
                for kind in kinds
            ],
        }
        for group, kinds in LINE_GROUPS
    ]


def _lines(change_set: ChangeSet, steps: list[Step], structure: Structure) -> list[dict[str, Any]]:
    """Return each line in words; one that does not fit says why and what settles it."""
    told = []
    numbers = change_set.lines.order_by("number").values_list("number", flat=True)
    for number, step in zip(numbers, steps, strict=True):
        broken = ""
        after = structure
        try:
            after = STEPS[step.kind](structure, step.data)
        except Refusal as why:
            broken = str(why)
        except (KeyError, TypeError, AttributeError):
            broken = _("This line lacks a value. Remove it and add it again.")
        told.append(
            {
                "number": number,
                "kind": LINE_WORDS.get(step.kind, step.kind),
                "text": tell_line(step, before=structure, after=after),
                "broken": broken if change_set.state in OPEN_STATES else "",
                "url_remove": reverse("org:line_remove", args=[change_set.pk, number]),
            }
        )
        structure = after
    return told


def _effect(
    change_set: ChangeSet, shown: Preview, before: Structure, after: Structure, *, at: datetime
) -> dict[str, Any]:
    names = Names(after, before)
    users = {shift.person for shift in shown.shifts}
    ids = dict(Person.objects.filter(user__in=users).values_list("user", "pk"))
    open_now = change_set.state in OPEN_STATES
    work = left_behind(change_set, shown) if open_now else {}
    return {
        "shifts": [_shift(shift, names, before, after, ids) for shift in shown.shifts],
        "lost": _pairs(shown.loses_last, names),
        "covered": _pairs(shown.newly_covered, names),
        "own": [_own(pair, names, after) for pair in shown.checks_own],
        "signed_out": [names.person(s.person) for s in shown.shifts if s.leaves],
        "work": [
            {
                "name": names.person(user),
                "work": ", ".join(f"{title} {number}" for title, number in kinds),
            }
            for user, kinds in work.items()
        ],
        "units": _nodes(before.units, after.units, names.unit),
        "areas": _nodes(before.areas, after.areas, names.area),
        "refused": why_not_schedule(change_set, at=at)
        if change_set.state == ChangeSetState.DRAFT
        else None,
        "gaps": reverse("org:gaps", args=[change_set.pk]),
    }


def _shift(
    shift: Shift, names: Names, before: Structure, after: Structure, ids: dict[str, int]
) -> dict[str, Any]:
    pk = ids.get(shift.person)
    moved = _moved(shift)
    return {
        "name": names.person(shift.person),
        "url": reverse("dossier:org.person", args=[pk]) if pk else "",
        "leaves": shift.leaves,
        "comes": not before.seats_by_person.get(shift.person),
        "moved": [_move(old, new, names) for old, new in moved],
        "seats_opened": [
            _seat(s, names) for s in shift.seats_opened if s not in [new for _old, new in moved]
        ],
        "seats_closed": [
            _seat(s, names) for s in shift.seats_closed if s not in [old for old, _new in moved]
        ],
        "opens": _pairs(shift.opens, names),
        "closes": _pairs(shift.closes, names),
    }


def _moved(shift: Shift) -> list[tuple[Seat, Seat]]:
    """Return the seats that only come to stand in another unit, or become of another kind."""
    opened = {(seat.post, seat.area): seat for seat in shift.seats_opened}
    return [
        (seat, opened[seat.post, seat.area])
        for seat in shift.seats_closed
        if (seat.post, seat.area) in opened
    ]


def _move(old: Seat, new: Seat, names: Names) -> str:
    held = f"{names.post(old.post)} · {names.area(old.area)}"
    from_to = [(names.unit(seat.unit), SEAT_WORDS[seat.kind]) for seat in (old, new)]
    (unit_old, kind_old), (unit_new, kind_new) = from_to
    if old.unit == new.unit:
        return f"{held}: {kind_old} → {kind_new}"
    if old.kind == new.kind:
        return f"{held}: {unit_old} → {unit_new}"
    return f"{held}: {unit_old} ({kind_old}) → {unit_new} ({kind_new})"


def _seat(seat: Seat, names: Names) -> str:
    told = f"{names.post(seat.post)} · {names.unit(seat.unit)} · {names.area(seat.area)}"
    return told if seat.kind == "main" else f"{told} ({SEAT_WORDS[seat.kind]})"


def _pairs(pairs: Iterable[Pair], names: Names) -> list[dict[str, Any]]:
    """Return (duty, area) pairs by area: one entry an area, with its duties."""
    by_area: dict[str, list[str]] = {}
    for duty, area in pairs:
        by_area.setdefault(area, []).append(duty)
    return [
        {"area": names.area(area), "duties": [names.duty(duty) for duty in duties]}
        for area, duties in by_area.items()
    ]


def _own(pair: Pair, names: Names, after: Structure) -> str:
    duty, area = pair
    found = cover(after, after.duties[duty], area)
    return _("%(person)s, %(area)s: %(duty)s checks %(checked)s") % {
        "person": ", ".join(dict.fromkeys(names.person(s.person) for s in found.holders)),
        "area": names.area(area),
        "duty": names.duty(duty),
        "checked": ", ".join(names.duty(checked) for checked in found.checks_own),
    }


def _nodes(before: Any, after: Any, name: Any) -> list[dict[str, str]]:
    """Return units or areas that come, go or move, each with the word for it."""
    told = []
    for code in [*after, *(code for code in before if code not in after)]:
        old, new = before.get(code), after.get(code)
        if old is None:
            told.append({"tone": "done", "icon": "plus", "text": _under(code, new, name)})
        elif new is None:
            told.append({"tone": "stop", "icon": "minus", "text": name(code)})
        elif old.parent != new.parent:
            told.append(
                {
                    "tone": "rest",
                    "icon": "arrows-exchange",
                    "text": _("%(what)s: from %(old)s to %(new)s")
                    % {"what": name(code), "old": name(old.parent), "new": name(new.parent)},
                }
            )
    return told


def _under(code: str, node: Any, name: Any) -> str:
    if node.parent is None:
        return str(name(code))
    return _("%(what)s under %(parent)s") % {"what": name(code), "parent": name(node.parent)}
