"""The difference between two structures as data: what a change did, and how to undo it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.rules.structure import (
    AreaNode,
    PostNode,
    Seat,
    Structure,
    Text,
    UnitNode,
)

Node = AreaNode | UnitNode | PostNode


def _plain(node: Node | None) -> dict[str, Any] | None:
    if node is None:
        return None
    values = asdict(node)
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


def _area(values: Mapping[str, Any]) -> AreaNode:
    return AreaNode(
        values["code"],
        values["kind"],
        Text(**values["name"]),
        values["parent"],
        tuple(values["divisions"]),
    )


def _unit(values: Mapping[str, Any]) -> UnitNode:
    return UnitNode(values["code"], Text(**values["name"]), values["parent"])


def _post(values: Mapping[str, Any]) -> PostNode:
    return PostNode(
        values["code"], Text(**values["title"]), tuple(values["duties"]), values["everyone"]
    )


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {
        code: [_plain(before.get(code)), _plain(after.get(code))]
        for code in [*before, *(c for c in after if c not in before)]
        if before.get(code) != after.get(code)
    }


def difference(before: Structure, after: Structure) -> dict[str, Any]:
    """Return what changed between two structures, as JSON: for each node the former and the new
    value (None: not there), and the seats taken away and added."""
    return {
        "areas": _changed(before.areas, after.areas),
        "units": _changed(before.units, after.units),
        "posts": _changed(before.posts, after.posts),
        "seats_gone": [asdict(s) for s in sorted(before.seats - after.seats)],
        "seats_new": [asdict(s) for s in sorted(after.seats - before.seats)],
    }


def _moved_on(what: object) -> Refusal:
    return Refusal(
        "moved_on",
        _("“%(what)s” has changed again since then.") % {"what": what},
        settles=_("Reverse the later change first, or draft the change you want by hand."),
    )


def _undo_nodes(nodes: Mapping[str, Any], changed: Mapping[str, Any], make: Any) -> dict[str, Any]:
    now = dict(nodes)
    for code, (former, made) in changed.items():
        if _plain(now.get(code)) != made:
            raise _moved_on(code)
        if former is None:
            del now[code]
        else:
            now[code] = make(former)
    return now


def undo(structure: Structure, done: Mapping[str, Any]) -> Structure:
    """Return the structure with a recorded difference undone.

    Refuses (`moved_on`) when anything it touched has changed since, and (`in_use`) when something
    it added has been built upon.
    """
    gone = {Seat(**seat) for seat in done["seats_gone"]}
    new = {Seat(**seat) for seat in done["seats_new"]}
    for seat in new - structure.seats:
        raise _moved_on(structure.who(seat.person))
    seats = structure.seats - new
    for seat in gone:
        clash = seat.kind == "main" and any(
            s.kind == "main" and s.person == seat.person for s in seats
        )
        if seat in seats or clash:
            raise _moved_on(structure.who(seat.person))
        seats |= {seat}
    undone = replace(
        structure,
        areas=_undo_nodes(structure.areas, done["areas"], _area),
        units=_undo_nodes(structure.units, done["units"], _unit),
        posts=_undo_nodes(structure.posts, done["posts"], _post),
        seats=seats,
    )
    for seat in undone.seats:
        if (
            seat.unit not in undone.units
            or seat.area not in undone.areas
            or seat.post not in undone.posts
        ):
            raise _in_use(structure.who(seat.person))
    for kind in (undone.areas, undone.units):
        for node in kind.values():
            if node.parent is not None and node.parent not in kind:
                raise _in_use(node.name)
    return undone


def _in_use(what: object) -> Refusal:
    return Refusal(
        "in_use",
        _("“%(what)s” has since been placed in something that would disappear.") % {"what": what},
        settles=_("Move it elsewhere first."),
    )
