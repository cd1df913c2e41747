"""A company small enough to hold in the head, for the tests of the pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.rules.structure import (
    AreaNode,
    DutyNode,
    PostNode,
    Seat,
    Structure,
    Text,
    UnitNode,
)

PEOPLE = {
    user: Text(zh, en)
    for user, zh, en in (
        ("ann", "安", "Ann"),
        ("bob", "博", "Bob"),
        ("cai", "蔡", "Cai"),
        ("dan", "丹", "Dan"),
    )
}


def area(code: str, kind: str, parent: str | None, *divisions: str) -> AreaNode:
    """Return an area named after its code."""
    return AreaNode(code, kind, Text(code, code.title()), parent, divisions)


def unit(code: str, parent: str | None) -> UnitNode:
    """Return a unit named after its code."""
    return UnitNode(code, Text(code, code.title()), parent)


def duty(code: str, level: str, *checks: str) -> DutyNode:
    """Return a duty named after its id."""
    return DutyNode(code, Text(code, f"Duty {code}"), Text(code, code), level, None, checks)


def post(code: str, *duties: str, everyone: bool = False) -> PostNode:
    """Return a post named after its code."""
    return PostNode(code, Text(code, code.title()), duties, everyone)


BOSS = Seat("ann", "boss", "top", "land")
PERSONNEL = Seat("ann", "personnel", "top", "land", "concurrent")
CITY = Seat("bob", "city", "field", "east")
COURIER = Seat("cai", "courier", "field", "east")


def small(*seats: Seat) -> Structure:
    """Return the company: a land with a province and two cities, two units, five posts."""
    nodes = [
        area("land", "company", None),
        area("prov", "province", "land", "35"),
        area("east", "city", "prov", "3501"),
        area("west", "city", "prov", "3502"),
    ]
    return Structure(
        areas={a.code: a for a in nodes},
        units={u.code: u for u in (unit("top", None), unit("field", "top"), unit("desk", "top"))},
        duties={
            d.id: d
            for d in (
                duty("B-1", "company"),
                duty("H-PE-1", "company"),
                duty("C-1", "city", "C-2"),
                duty("C-2", "city"),
                duty("G-1", "company"),
            )
        },
        posts={
            p.code: p
            for p in (
                post("boss", "B-1"),
                post("personnel", "H-PE-1"),
                post("city", "C-1"),
                post("courier", "C-2"),
                post("member", "G-1", everyone=True),
            )
        },
        seats=frozenset(seats or (BOSS, PERSONNEL, CITY, COURIER)),
        people=PEOPLE,
    )


def refusal_of(step: Any, *args: Any, **kwargs: Any) -> Refusal:
    """Return the refusal a call raises; fail when it raises none."""
    try:
        step(*args, **kwargs)
    except Refusal as no:
        return no
    raise AssertionError("nothing was refused")


def said(refusal: Refusal) -> tuple[str, str, str]:
    """Return code, sentence and remedy of a refusal."""
    return refusal.code, str(refusal.sentence), str(refusal.settles)


def seats_of(structure: Structure, *users: str) -> set[Seat]:
    """Return the seats of some people."""
    wanted: Iterable[str] = users
    return {seat for seat in structure.seats if seat.person in set(wanted)}
