"""Reading a server's log in the combined format: which lines are views, steps, links and robots."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote

from zhanggui.books.traffic.rules.sources import (
    LINK_PATH,
    SEEN_PATH,
    SEEN_WITHIN,
    Source,
    SourceKind,
    device_of,
    is_code,
    is_page,
    landing_of,
    source_of,
    step_of,
)
from zhanggui.books.traffic.rules.views import AGENT_CHARS_MAX, Kind, Look, Note, robot_reason

LINE_BYTES_MAX = 64_000
"""Bytes of one line: servers cut an address at 8 kB, and a line has four such fields at most."""

FRAGMENT = "org.htmx.cache-buster="
"""What our pages' script puts into the address of a part of a page, so that logs can tell it."""

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    rf"(\S+) \S+ .*?\[(\d\d)/(\w{{3}})/(\d{{4}}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\] "
    rf"{_QUOTED} (\d{{3}}) (?:\d+|-) {_QUOTED} {_QUOTED}"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


@dataclass(frozen=True, slots=True)
class Line:
    """One answered request, as the server wrote it down."""

    address: str
    at: datetime
    method: str
    path: str
    query: str
    status: int
    referrer: str
    agent: str


def read_line(text: str) -> Line | None:
    """Return what a line of the combined format says; None for a line that is none."""
    match = _LINE.match(text)
    if match is None:
        return None
    address, day, month, year, hour, minute, second, sign, zone_h, zone_m = match.groups()[:10]
    request, status, referrer, agent = match.groups()[10:14]
    method, _blank, rest = request.partition(" ")
    target = rest.rpartition(" ")[0] if " HTTP/" in rest else rest
    if month not in _MONTHS:
        return None
    ahead = timedelta(hours=int(zone_h), minutes=int(zone_m))
    try:
        zone = timezone(-ahead if sign == "-" else ahead)
        at = datetime(
            int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone
        )
    except ValueError:
        return None
    path, _mark, query = target.partition("?")
    return Line(
        address=address,
        at=at.astimezone(UTC),
        method=method,
        path=unquote(path),
        query=query,
        status=int(status),
        referrer="" if referrer == "-" else referrer,
        agent="" if agent == "-" else agent,
    )


def shown_at(text: str, *, now: datetime) -> datetime | None:
    """Return when the page was shown whose script reports back now; None for what is too old."""
    if not text.isascii() or not text.isdecimal() or len(text) > 11:
        return None
    at = datetime.fromtimestamp(int(text), UTC)
    return at if now - SEEN_WITHIN <= at <= now else None


def note_of(line: Line, *, hosts: Collection[str]) -> Note | None:
    """Return what the pages would have noted of a line; None for one that is nothing to count.

    A log knows no cookies: address and browser together stand for the visitor.
    """
    visitor = f"{line.address} {line.agent}"
    robot = robot_reason(line.agent)
    look, at = _look(line, hosts=hosts), line.at
    if look is None or (robot and look.kind != Kind.VIEW):
        return None
    if look.kind == Kind.SEEN:
        told = parse_qs(line.query).get("at", [""])[0]
        if (shown := shown_at(told, now=line.at + timedelta(seconds=1))) is None:
            return None
        at = shown
    return Note("" if robot else visitor, line.address, at, robot, look)


def _look(line: Line, *, hosts: Collection[str]) -> Look | None:
    got = line.method == "GET"
    if got and line.path == SEEN_PATH and line.status == 204:
        return Look(Kind.SEEN.value)
    if got and line.path.startswith(LINK_PATH) and line.status == 302:
        code = line.path.removeprefix(LINK_PATH).lower()
        source = Source(SourceKind.LINK.value, code)
        return Look(Kind.OPENED.value, source=source) if is_code(code) else None
    step = step_of(line.method, line.path, line.status)
    if got and line.status == 200 and is_page(line.path) and FRAGMENT not in line.query:
        return Look(
            landing=landing_of(line.path),
            step=step,
            source=source_of(line.query, line.referrer, hosts=hosts),
            device=device_of(line.agent[:AGENT_CHARS_MAX]),
        )
    return Look(Kind.STEP.value, step=step) if step and not got else None
