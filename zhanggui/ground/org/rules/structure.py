"""The shape of a company at one moment: areas, units, posts with duties, people on posts.

Everything about the organisation is decided on this frozen value: what a person may do, what a
change would open and close, which duty has no holder. The database keeps the same facts as dated
rows; `queries.structure_at` reads them into this shape for any moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from django.utils.translation import get_language

_Node = TypeVar("_Node")

AREA_KINDS = ("company", "province", "region", "city", "district")
SEAT_KINDS = ("main", "concurrent", "acting")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the company's two languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.zh


@dataclass(frozen=True, slots=True)
class AreaNode:
    """A place the company answers for; `divisions` are codes of administrative divisions."""

    code: str
    kind: str
    name: Text
    parent: str | None
    divisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A department or team."""

    code: str
    name: Text
    parent: str | None


@dataclass(frozen=True, slots=True)
class DutyNode:
    """A duty of the charter: what it demands, at which kind of area, within which promise.

    `promise_s` is seconds, None where the charter sets no clock. `checks` names the duties whose
    work this one verifies: one person holding both in one area deserves a second look.
    """

    id: str
    title: Text
    text: Text
    level: str
    promise_s: int | None = None
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostNode:
    """A post: a title and the duties that go with it. `everyone` posts need no appointment."""

    code: str
    title: Text
    duties: tuple[str, ...]
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class PersonNode:
    """A person as the company file knows him; `user` is the sign-in name."""

    user: str
    name: Text
    phone: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A person appointed to a post, in a unit, for an area and all below it."""

    person: str
    post: str
    unit: str
    area: str
    kind: str = "main"


@dataclass(frozen=True, slots=True)
class Grant:
    """A duty that a seat brings, within the seat's area and all below it."""

    seat: Seat
    duty: str


@dataclass(frozen=True)
class Structure:
    """The whole company at one moment."""

    areas: Mapping[str, AreaNode] = field(default_factory=dict)
    units: Mapping[str, UnitNode] = field(default_factory=dict)
    duties: Mapping[str, DutyNode] = field(default_factory=dict)
    posts: Mapping[str, PostNode] = field(default_factory=dict)
    seats: frozenset[Seat] = frozenset()
    people: Mapping[str, Text] = field(default_factory=dict)

    def who(self, person: str) -> str:
        """Return a person's name, for sentences; the user name where none is known."""
        return str(self.people.get(person, person))

    @cached_property
    def root_area(self) -> str:
        """The code of the area that contains all others; "" in an empty company."""
        return next((code for code, area in self.areas.items() if area.parent is None), "")

    @cached_property
    def _below(self) -> dict[str, frozenset[str]]:
        return _closure({code: area.parent for code, area in self.areas.items()})

    @cached_property
    def _units_below(self) -> dict[str, frozenset[str]]:
        return _closure({code: unit.parent for code, unit in self.units.items()})

    def areas_within(self, area: str) -> frozenset[str]:
        """Return the codes of an area and all below it; empty for an unknown area."""
        return self._below.get(area, frozenset())

    def units_within(self, unit: str) -> frozenset[str]:
        """Return the codes of a unit and all below it; empty for an unknown unit."""
        return self._units_below.get(unit, frozenset())

    def area_path(self, area: str) -> tuple[str, ...]:
        """Return the codes from the root area down to this one."""
        path: list[str] = []
        code: str | None = area
        while code is not None and code in self.areas and code not in path:
            path.append(code)
            code = self.areas[code].parent
        return tuple(reversed(path))

    def areas_in_order(self) -> Iterator[tuple[AreaNode, int]]:
        """Yield every area with its depth, children after their parent, in the file's order."""
        yield from _walk({c: a.parent for c, a in self.areas.items()}, self.areas)

    def units_in_order(self) -> Iterator[tuple[UnitNode, int]]:
        """Yield every unit with its depth, children after their parent."""
        yield from _walk({c: u.parent for c, u in self.units.items()}, self.units)

    @cached_property
    def seats_by_person(self) -> dict[str, tuple[Seat, ...]]:
        """The seats of each person: main first, then concurrent, then acting."""
        grouped: dict[str, list[Seat]] = {}
        for seat in sorted(self.seats, key=lambda s: (SEAT_KINDS.index(s.kind), s)):
            grouped.setdefault(seat.person, []).append(seat)
        return {person: tuple(seats) for person, seats in grouped.items()}

    @cached_property
    def everyone_posts(self) -> tuple[PostNode, ...]:
        """The posts that each person with a seat holds without appointment."""
        return tuple(post for post in self.posts.values() if post.everyone)

    def seats_of(self, person: str) -> tuple[Seat, ...]:
        """Return a person's seats, those of everyone's posts last."""
        own = self.seats_by_person.get(person, ())
        if not own:
            return ()
        shared = tuple(
            Seat(person, post.code, own[0].unit, self.root_area) for post in self.everyone_posts
        )
        return own + shared

    def grants_of(self, person: str) -> tuple[Grant, ...]:
        """Return every duty a person holds and through which seat."""
        return tuple(
            Grant(seat, duty)
            for seat in self.seats_of(person)
            if seat.post in self.posts
            for duty in self.posts[seat.post].duties
        )

    def holders(self, duty: str, area: str) -> tuple[Seat, ...]:
        """Return the seats that hold a duty for an area: on it or on an area above it.

        The nearest area comes first, then main before concurrent before acting.
        """
        nearness = {code: -depth for depth, code in enumerate(self.area_path(area))}
        found = (
            seat
            for post in self._posts_with.get(duty, ())
            for seat in self._seats_on.get(post, ())
            if seat.area in nearness
        )
        return tuple(
            sorted(found, key=lambda s: (nearness[s.area], SEAT_KINDS.index(s.kind), s.person))
        )

    @cached_property
    def _seats_on(self) -> dict[str, tuple[Seat, ...]]:
        found: dict[str, list[Seat]] = {}
        for seat in self.seats:
            found.setdefault(seat.post, []).append(seat)
        return {post: tuple(seats) for post, seats in found.items()}

    @cached_property
    def _posts_with(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for post in self.posts.values():
            for duty in post.duties:
                found.setdefault(duty, set()).add(post.code)
        return {duty: frozenset(posts) for duty, posts in found.items()}

    def posts_with(self, duty: str) -> tuple[PostNode, ...]:
        """Return the posts that a duty goes with, in the order of the posts."""
        return tuple(post for post in self.posts.values() if duty in post.duties)

    def is_everyones(self, duty: str) -> bool:
        """Tell whether a duty belongs to everyone with a seat."""
        return any(duty in post.duties for post in self.everyone_posts)


def _closure(parents: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    below: dict[str, set[str]] = {code: {code} for code in parents}
    for code in parents:
        seen = {code}
        up = parents[code]
        while up is not None and up in parents and up not in seen:
            below[up].add(code)
            seen.add(up)
            up = parents[up]
    return {code: frozenset(codes) for code, codes in below.items()}


def _walk(
    parents: Mapping[str, str | None], nodes: Mapping[str, _Node]
) -> Iterator[tuple[_Node, int]]:
    children: dict[str | None, list[str]] = {}
    for code, parent in parents.items():
        children.setdefault(parent if parent in parents else None, []).append(code)

    def down(codes: Iterable[str], depth: int) -> Iterator[tuple[_Node, int]]:
        for code in codes:
            yield nodes[code], depth
            yield from down(children.get(code, ()), depth + 1)

    yield from down(children.get(None, ()), 0)
