"""Who held a duty when, and who could see its records on a day."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Q

from zhanggui.ground.org.models import (
    Appointment,
    AreaSpan,
    PostDuty,
)
from zhanggui.ground.org.queries.structure import structure_at
from zhanggui.ground.org.rules.structure import (
    Seat,
)

Interval = tuple[datetime, datetime | None]


def holders_between(
    duty: str, *, area: str, start: datetime, end: datetime
) -> list[tuple[Appointment, datetime, datetime | None]]:
    """Return who held a duty for an area at any time in [start, end), each with his own intervals.

    An interval is the overlap of three things: the appointment, the time its post had the duty, and
    the time its area stood on or above the area asked about. Intervals are not cut at the window.
    """
    standing = _standing_above(area)
    had: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for post, since, until in PostDuty.objects.filter(duty_id=duty).values_list(
        "post_id", "since_at", "until_at"
    ):
        had.setdefault(post, []).append((since, until))
    rows = (
        Appointment.objects.filter(since_at__lt=end, post_id__in=had, area_id__in=standing)
        .filter(Q(until_at__isnull=True) | Q(until_at__gt=start))
        .select_related("person", "post", "unit", "area")
    )
    found = []
    for row in rows:
        mine = [(row.since_at, row.until_at)]
        for since, until in _overlap(_overlap(mine, had[row.post_id]), standing[row.area_id]):
            if since < end and (until is None or until > start):
                found.append((row, since, until))
    return sorted(found, key=lambda item: (item[1], item[0].pk))


def _overlap(these: list[Interval], those: list[Interval]) -> list[Interval]:
    """Return the times that lie in both, in order."""
    found = []
    for since, until in these:
        for since_other, until_other in those:
            begin = max(since, since_other)
            ends = [e for e in (until, until_other) if e is not None]
            stop = min(ends, default=None)
            if stop is None or begin < stop:
                found.append((begin, stop))
    return sorted(found, key=lambda interval: interval[0])


def _standing_above(area: str) -> dict[str, list[Interval]]:
    """Return when each area stood on or above an area: the intervals, joined where they touch."""
    spans: dict[str, list[tuple[datetime, datetime | None, str | None]]] = {}
    for code, parent, since, until in AreaSpan.objects.values_list(
        "area_id", "parent_id", "since_at", "until_at"
    ):
        spans.setdefault(code, []).append((since, until, parent))
    found: dict[str, list[Interval]] = {}

    def climb(code: str, within: list[Interval], below: frozenset[str]) -> None:
        if code in below:
            return
        for since, until, parent in spans.get(code, ()):
            here = _overlap([(since, until)], within)
            found.setdefault(code, []).extend(here)
            if parent is not None and here:
                climb(parent, here, below | {code})

    climb(area, [(datetime.min.replace(tzinfo=UTC), None)], frozenset())
    return {code: _joined(intervals) for code, intervals in found.items()}


def _joined(intervals: list[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for since, until in sorted(intervals, key=lambda interval: interval[0]):
        if joined and (last := joined[-1])[1] is not None and since <= last[1]:
            stop = None if until is None else max(last[1], until)
            joined[-1] = (last[0], stop)
        elif not joined or joined[-1][1] is not None:
            joined.append((since, until))
    return joined


def who_could_see(*, duty: str, area: str, moment: datetime) -> tuple[Seat, ...]:
    """Return the seats that held a duty over an area at a moment: who could see its records."""
    return structure_at(moment).holders(duty, area)
