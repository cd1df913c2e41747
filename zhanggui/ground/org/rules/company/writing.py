"""A company written as its file: one form for one company, so that two files can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from zhanggui.ground.org.rules.company.shape import PARTS, Company, promise_written
from zhanggui.ground.org.rules.structure import (
    AreaNode,
    DutyNode,
    PersonNode,
    PostNode,
    Seat,
    Text,
    UnitNode,
)

HEADING = "# A company as Zhanggui reads it: its areas, units, duties, posts and people.\n"
LINE_CHARS_MAX = 1 << 20  # never reached: a value stays on the line of its key

# Only quotes with escapes keep these: elsewhere one kind of line break is read as another.
ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def write_company(company: Company) -> str:
    """Return the canonical file of a company: reading it gives this company again.

    A seat of somebody who is not among the people has no place in the file: ValueError.
    """
    strangers = {seat.person for seat in company.seats} - {p.user for p in company.people}
    if strangers:
        raise ValueError(f"seats of people who are not in the company: {sorted(strangers)}")
    seats: dict[str, list[Seat]] = {person.user: [] for person in company.people}
    for seat in company.seats:
        seats[seat.person].append(seat)
    sections = {
        "company": _company(company),
        "areas": _block(_area(area) for area in company.areas),
        "units": _block(_unit(unit) for unit in company.units),
        "duties": _block(_duty(duty) for duty in company.duties),
        "posts": _block(_post(post) for post in company.posts),
        "people": _block(_person(person, seats[person.user]) for person in company.people),
    }
    return "\n".join([HEADING, *(_section(key, sections[key]) for key in PARTS["file"].keys)])


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the dashes of a list, which the library by itself leaves at the margin."""
        super().increase_indent(flow, False)


def _section(key: str, value: Node) -> str:
    written: str = yaml.serialize(
        MappingNode("tag:yaml.org,2002:map", [(_scalar(key), value)], flow_style=False),
        Dumper=_Dumper,
        allow_unicode=True,
        indent=2,
        width=LINE_CHARS_MAX,
    )
    return written


def _company(company: Company) -> MappingNode:
    return _group(
        "company", {"code": company.code, "name": _pair(company.name), "zone": company.zone}
    )


def _area(area: AreaNode) -> MappingNode:
    return _group(
        "area",
        {
            "code": area.code,
            "kind": area.kind,
            "name": _pair(area.name),
            "parent": area.parent,
            "divisions": _list(area.divisions),
        },
    )


def _unit(unit: UnitNode) -> MappingNode:
    return _group("unit", {"code": unit.code, "name": _pair(unit.name), "parent": unit.parent})


def _duty(duty: DutyNode) -> MappingNode:
    promise = None if duty.promise_s is None else promise_written(duty.promise_s)
    return _group(
        "duty",
        {
            "id": duty.id,
            "title": _pair(duty.title),
            "text": _group("text", {"zh": duty.text.zh, "en": duty.text.en}),
            "level": duty.level,
            "promise": promise,
            "checks": _list(duty.checks),
        },
    )


def _post(post: PostNode) -> MappingNode:
    everyone = ScalarNode("tag:yaml.org,2002:bool", "true") if post.everyone else None
    return _group(
        "post",
        {
            "code": post.code,
            "title": _pair(post.title),
            "duties": _list(post.duties),
            "everyone": everyone,
        },
    )


def _person(person: PersonNode, seats: list[Seat]) -> MappingNode:
    return _group(
        "person",
        {
            "user": person.user,
            "name": _pair(person.name),
            "phone": person.phone or None,
            "posts": _block(_seat(seat) for seat in seats) if seats else None,
        },
    )


def _seat(seat: Seat) -> MappingNode:
    kind = None if seat.kind == "main" else seat.kind
    values = {"post": seat.post, "unit": seat.unit, "area": seat.area, "kind": kind}
    return _group("seat", values, flow=True)


def _pair(text: Text) -> MappingNode:
    return _group("text", {"zh": text.zh, "en": text.en}, flow=True)


def _group(
    part: str, values: Mapping[str, str | Node | None], *, flow: bool = False
) -> MappingNode:
    """Return the keys that have a value, in the order of the part."""
    pairs = [
        (_scalar(key), value if isinstance(value, Node) else _scalar(value))
        for key in PARTS[part].keys
        if (value := values.get(key)) is not None
    ]
    return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow)


def _block(items: Iterable[Node]) -> SequenceNode:
    return SequenceNode("tag:yaml.org,2002:seq", list(items), flow_style=False)


def _list(items: tuple[str, ...]) -> SequenceNode | None:
    """Return a list on one line; None when there is nothing to list."""
    if not items:
        return None
    return SequenceNode("tag:yaml.org,2002:seq", [_scalar(i) for i in items], flow_style=True)


def _scalar(value: str) -> ScalarNode:
    style = '"' if ESCAPED.search(value) else None
    return ScalarNode("tag:yaml.org,2002:str", value, style=style)
