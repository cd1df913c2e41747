"""What the parts of a company file owe one another: unique codes, known codes, sound trees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from zhanggui.ground.kernel.refusal import Sentence
from zhanggui.ground.org.rules.company import faults
from zhanggui.ground.org.rules.company.faults import THIS, Findings, nearest
from zhanggui.ground.org.rules.company.nodes import Entry
from zhanggui.ground.org.rules.company.shape import PARENT_KINDS
from zhanggui.ground.org.rules.structure import (
    AreaNode,
    DutyNode,
    PersonNode,
    PostNode,
    Seat,
    UnitNode,
)

N = TypeVar("N")


@dataclass(frozen=True, slots=True)
class Read(Generic[N]):
    """A part as it was read, and the entry that knows the lines of its values."""

    node: N
    entry: Entry


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of a file before they are checked; what could not be read is empty in them."""

    areas: tuple[Read[AreaNode], ...]
    units: tuple[Read[UnitNode], ...]
    duties: tuple[Read[DutyNode], ...]
    posts: tuple[Read[PostNode], ...]
    people: tuple[Read[PersonNode], ...]
    seats: tuple[Read[Seat], ...]


def check(draft: Draft, *, areas_line: int, findings: Findings) -> None:
    """Note everything the parts of a draft owe one another; `areas_line` is 0 without areas."""
    _check_unique(draft, findings)
    _check_references(draft, findings)
    _check_area_tree(draft.areas, areas_line=areas_line, findings=findings)
    _note_circles([(r.node.code, r.node.parent, r.entry) for r in draft.units], findings)
    _check_duties(draft, findings)
    _check_phones(draft.people, findings)
    _check_seats(draft.seats, findings)


def circles(parents: Mapping[str, str]) -> list[list[str]]:
    """Return each circle of codes that stand under one another, the first read code first."""
    found: list[list[str]] = []
    seen: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        code = start
        while code in parents and code not in seen and code not in path:
            path[code] = None
            code = parents[code]
        if code in path:
            walked = list(path)
            found.append(walked[walked.index(code) :])
        seen.update(path)
    return found


def _check_unique(draft: Draft, findings: Findings) -> None:
    twice = faults.CODE_TWICE
    _note_twice(((r.node.code, r.entry, "code") for r in draft.areas), twice, findings)
    _note_twice(((r.node.code, r.entry, "code") for r in draft.units), twice, findings)
    _note_twice(((r.node.id, r.entry, "id") for r in draft.duties), twice, findings)
    _note_twice(((r.node.code, r.entry, "code") for r in draft.posts), twice, findings)
    people = ((r.node.user, r.entry, "user") for r in draft.people)
    _note_twice(people, faults.USER_TWICE, findings)


def _note_twice(
    coded: Iterable[tuple[str, Entry, str]], sentence: Sentence, findings: Findings
) -> None:
    first: dict[str, int] = {}
    for code, entry, key in coded:
        line = entry.line_at(key)
        if code in first:
            findings.note(line, sentence, code=code, line=first[code])
        elif code:
            first[code] = line


def _check_references(draft: Draft, findings: Findings) -> None:
    areas = {read.node.code for read in draft.areas}
    units = {read.node.code for read in draft.units}
    duties = {read.node.id for read in draft.duties}
    posts = {read.node.code for read in draft.posts}
    for area in draft.areas:
        _note_unknown("area", area.entry, "parent", area.node.parent, areas, findings)
    for unit in draft.units:
        _note_unknown("unit", unit.entry, "parent", unit.node.parent, units, findings)
    for duty in draft.duties:
        for checked in duty.node.checks:
            _note_unknown("duty", duty.entry, "checks", checked, duties, findings)
    for post in draft.posts:
        for held in post.node.duties:
            _note_unknown("duty", post.entry, "duties", held, duties, findings)
    for seat in draft.seats:
        _note_unknown("post", seat.entry, "post", seat.node.post, posts, findings)
        _note_unknown("unit", seat.entry, "unit", seat.node.unit, units, findings)
        _note_unknown("area", seat.entry, "area", seat.node.area, areas, findings)


def _note_unknown(
    kind: str, entry: Entry, key: str, code: str | None, known: set[str], findings: Findings
) -> None:
    if not code or code in known:
        return
    line = entry.line_at(key, code)
    near = nearest(code, sorted(known - {""}))
    if near:
        findings.note(line, faults.MISSPELT[kind], code=code, near=near)
    else:
        findings.note(line, faults.UNKNOWN[kind], code=code)


def _check_area_tree(
    areas: tuple[Read[AreaNode], ...], *, areas_line: int, findings: Findings
) -> None:
    by_code = {read.node.code: read for read in reversed(areas)}
    circled = _note_circles([(*_below_root(read.node), read.entry) for read in areas], findings)
    root_line = 0
    for read in areas:
        if read.node.kind == "company":
            _check_root(read, root_line=root_line, findings=findings)
            root_line = root_line or read.entry.line_at("kind")
        elif read.node.kind and not read.entry.has("parent"):
            findings.note(read.entry.line, faults.KEY_MISSING, key="parent", part=THIS["area"])
        elif read.node.code not in circled:
            _check_area_parent(read, by_code.get(read.node.parent or ""), findings)
    if areas_line and not root_line and all(read.node.kind for read in areas):
        findings.note(areas_line, faults.NO_ROOT)


def _below_root(area: AreaNode) -> tuple[str, str | None]:
    """Return code and parent of an area; a root under something has a sentence of its own."""
    return area.code, None if area.kind == "company" else area.parent


def _check_root(read: Read[AreaNode], *, root_line: int, findings: Findings) -> None:
    if root_line:
        findings.note(read.entry.line_at("kind"), faults.ROOT_TWICE, line=root_line)
    if read.entry.has("parent"):
        findings.note(read.entry.line_at("parent"), faults.ROOT_UNDER)


def _check_area_parent(
    read: Read[AreaNode], parent: Read[AreaNode] | None, findings: Findings
) -> None:
    if parent is None or not read.node.kind or not parent.node.kind:
        return
    kinds = PARENT_KINDS[read.node.kind]
    if parent.node.kind not in kinds:
        findings.note(
            read.entry.line_at("parent"),
            faults.WRONG_PARENT,
            kind=read.node.kind,
            parent=parent.node.code,
            parent_kind=parent.node.kind,
            kinds=", ".join(kinds),
        )


def _note_circles(placed: list[tuple[str, str | None, Entry]], findings: Findings) -> set[str]:
    """Note each circle of codes and their parents at its first member; return all members."""
    first: dict[str, tuple[str | None, Entry]] = {}
    for code, parent, entry in placed:
        first.setdefault(code, (parent, entry))
    found = circles({code: parent for code, (parent, _) in first.items() if code and parent})
    for circle in found:
        chain = " → ".join([*circle, circle[0]])
        entry = first[circle[0]][1]
        findings.note(entry.line_at("parent"), faults.CIRCLE, chain=chain)
    return {code for circle in found for code in circle}


def _check_duties(draft: Draft, findings: Findings) -> None:
    held = {duty for post in draft.posts for duty in post.node.duties}
    for post in draft.posts:
        if post.entry.lacks("duties"):
            line = post.entry.line_at("duties")
            findings.note(line, faults.POST_IDLE, post=post.node.code)
    for duty in draft.duties:
        if duty.node.id and duty.node.id not in held:
            findings.note(duty.entry.line_at("id"), faults.DUTY_UNHELD, duty=duty.node.id)
        if duty.node.id and duty.node.id in duty.node.checks:
            line = duty.entry.line_at("checks", duty.node.id)
            findings.note(line, faults.CHECKS_ITSELF, duty=duty.node.id)


def _check_phones(people: tuple[Read[PersonNode], ...], findings: Findings) -> None:
    """One signs in with one's phone number, so it must not be another's."""
    first: dict[str, Read[PersonNode]] = {}
    for read in people:
        phone = read.node.phone
        if phone in first:
            other = first[phone]
            findings.note(
                read.entry.line_at("phone"),
                faults.PHONE_TWICE,
                user=other.node.user,
                line=other.entry.line_at("phone"),
            )
        elif phone:
            first[phone] = read


def _check_seats(seats: tuple[Read[Seat], ...], findings: Findings) -> None:
    seats_at: dict[tuple[str, str, str, str], int] = {}
    mains_at: dict[str, int] = {}
    for read in seats:
        seat, line = read.node, read.entry.line
        place = (seat.person, seat.post, seat.unit, seat.area)
        if all(place) and place in seats_at:
            findings.note(line, faults.SEAT_TWICE, user=seat.person, line=seats_at[place])
        seats_at.setdefault(place, line)
        if seat.kind != "main" or not seat.person:
            continue
        if seat.person in mains_at:
            findings.note(line, faults.MAIN_TWICE, user=seat.person, line=mains_at[seat.person])
        mains_at.setdefault(seat.person, line)
