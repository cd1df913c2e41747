"""A company file read into a company, or everything that is wrong with it, by line."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from zhanggui.ground.kernel.refusal import Sentence
from zhanggui.ground.org.rules.company import faults
from zhanggui.ground.org.rules.company.checks import Draft, Read, check
from zhanggui.ground.org.rules.company.faults import BrokenCompanyFile, Findings
from zhanggui.ground.org.rules.company.nodes import Entry, compose
from zhanggui.ground.org.rules.company.shape import (
    CODE,
    DIVISION,
    DUTY_ID,
    FILE_BYTES_MAX,
    PHONE,
    Company,
    promise_seconds,
)
from zhanggui.ground.org.rules.structure import (
    AREA_KINDS,
    SEAT_KINDS,
    AreaNode,
    DutyNode,
    PersonNode,
    PostNode,
    Seat,
    Text,
    UnitNode,
)


def read_company_bytes(data: bytes) -> Company:
    """Return the company of an uploaded file, or raise BrokenCompanyFile with all its faults."""
    findings = Findings()
    if len(data) > FILE_BYTES_MAX:
        findings.note(1, faults.TOO_BIG, limit=FILE_BYTES_MAX)
        findings.settle()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        findings.note(data.count(b"\n", 0, error.start) + 1, faults.NOT_UTF8)
        raise BrokenCompanyFile(findings.faults) from error
    return read_company(text)


def read_company(text: str) -> Company:
    """Return the company of a file's text, or raise BrokenCompanyFile with all its faults."""
    findings = Findings()
    if len(text.encode("utf-8", "surrogatepass")) > FILE_BYTES_MAX:
        findings.note(1, faults.TOO_BIG, limit=FILE_BYTES_MAX)
        findings.settle()
    root = compose(text.removeprefix("\N{BYTE ORDER MARK}"), findings)
    if root is None:
        findings.note(1, faults.EMPTY)
        raise BrokenCompanyFile(findings.faults)
    file = Entry(root, "file", findings)
    code, name, zone = _head(file)
    draft = _draft(file)
    check(draft, areas_line=file.line_at("areas") if file.has("areas") else 0, findings=findings)
    findings.settle()
    return Company(
        code=code,
        name=name,
        zone=zone,
        areas=tuple(read.node for read in draft.areas),
        units=tuple(read.node for read in draft.units),
        duties=tuple(read.node for read in draft.duties),
        posts=tuple(read.node for read in draft.posts),
        people=tuple(read.node for read in draft.people),
        seats=tuple(read.node for read in draft.seats),
    )


def _head(file: Entry) -> tuple[str, Text, str]:
    entry = file.entry("company")
    if entry is None:
        return "", Text(zh="", en=""), ""
    return entry.matched("code", CODE, faults.BAD_CODE), entry.name("name"), _zone(entry)


def _zone(entry: Entry) -> str:
    zone = entry.value("zone")
    try:
        ZoneInfo(zone or "UTC")
    except (OSError, ValueError, KeyError):  # unknown, a folder of zones, or a path out of them
        entry.findings.note(entry.line_at("zone"), faults.BAD_ZONE, value=zone)
    return zone


def _draft(file: Entry) -> Draft:
    people = file.entries("people", "person")
    persons = tuple(Read(_person(entry), entry) for entry in people)
    seats = (
        Read(_seat(entry, person=person.node.user), entry)
        for person in persons
        for entry in person.entry.entries("posts", "seat")
    )
    return Draft(
        areas=tuple(Read(_area(entry), entry) for entry in file.entries("areas", "area")),
        units=tuple(Read(_unit(entry), entry) for entry in file.entries("units", "unit")),
        duties=tuple(Read(_duty(entry), entry) for entry in file.entries("duties", "duty")),
        posts=tuple(Read(_post(entry), entry) for entry in file.entries("posts", "post")),
        people=persons,
        seats=tuple(seats),
    )


def _area(entry: Entry) -> AreaNode:
    return AreaNode(
        code=entry.matched("code", CODE, faults.BAD_CODE),
        kind=entry.choice("kind", AREA_KINDS),
        name=entry.name("name"),
        parent=entry.value("parent") or None,
        divisions=_formed(entry, "divisions", DIVISION, faults.BAD_DIVISION),
    )


def _unit(entry: Entry) -> UnitNode:
    return UnitNode(
        code=entry.matched("code", CODE, faults.BAD_CODE),
        name=entry.name("name"),
        parent=entry.value("parent") or None,
    )


def _duty(entry: Entry) -> DutyNode:
    return DutyNode(
        id=entry.matched("id", DUTY_ID, faults.BAD_DUTY_ID),
        title=entry.name("title"),
        text=entry.text("text"),
        level=entry.choice("level", AREA_KINDS),
        promise_s=_promise(entry),
        checks=entry.items("checks"),
    )


def _promise(entry: Entry) -> int | None:
    written = entry.value("promise")
    seconds = promise_seconds(written)
    if written and seconds is None:
        entry.findings.note(entry.line_at("promise"), faults.BAD_PROMISE, value=written)
    return seconds


def _post(entry: Entry) -> PostNode:
    return PostNode(
        code=entry.matched("code", CODE, faults.BAD_CODE),
        title=entry.name("title"),
        duties=entry.items("duties"),
        everyone=entry.flag("everyone"),
    )


def _person(entry: Entry) -> PersonNode:
    return PersonNode(
        user=entry.matched("user", CODE, faults.BAD_USER),
        name=entry.name("name"),
        phone=entry.matched("phone", PHONE, faults.BAD_PHONE),
    )


def _seat(entry: Entry, *, person: str) -> Seat:
    return Seat(
        person=person,
        post=entry.value("post"),
        unit=entry.value("unit"),
        area=entry.value("area"),
        kind=entry.choice("kind", SEAT_KINDS, default="main"),
    )


def _formed(
    entry: Entry, key: str, pattern: re.Pattern[str], otherwise: Sentence
) -> tuple[str, ...]:
    """Return a list whose items all have one form, noting each that has not."""
    items = entry.items(key)
    for item in items:
        if not pattern.fullmatch(item):
            entry.findings.note(entry.line_at(key, item), otherwise, value=item)
    return items
