"""Views of some days at random, and what they come to when counted one by one, as on paper.

The count here knows nothing of tallies, bits and rollups: it keeps every view of a day in a list.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Sum

from zhanggui.books.traffic.models import (
    OriginDay,
    RobotDay,
    SiteDay,
    SiteHour,
    VisitDay,
)
from zhanggui.books.traffic.rules.sources import BITS, DIRECT, Source, Step
from zhanggui.books.traffic.rules.views import Look, Note

BEGAN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SOURCES = (
    DIRECT,
    DIRECT,
    Source("search", "baidu"),
    Source("campaign", "douyin", "video", "open"),
    Source("site", "bbs.example"),
)
PAGES = ("/shop/", "/shop/c/TEA/", "/shop/p/TGY/", "/shop/checkout/")
COMPANY_H = 8
"""Hours the company's clock is ahead of UTC."""


def lived(chance: random.Random, count: int, *, people: int = 40, hours: int = 54) -> list[Note]:
    """Return views, steps and reports of some days in order of time.

    People lose their cookies, change their networks, come back after a while and over midnight;
    robots come between.
    """
    keys = [f"key-{n}" for n in range(people)]
    notes = []
    for number in range(count):
        at = BEGAN + timedelta(seconds=chance.randrange(hours * 3600))
        who = chance.randrange(people)
        if chance.random() < 0.03:
            keys[who] = f"fresh-{number}"
        home = f"2001:db8::{who // 2}" if chance.random() < 0.8 else "100.64.0.1"
        kind = chance.choices(["view", "seen", "step", "robot"], [70, 10, 5, 15])[0]
        if kind == "robot":
            robot = chance.choice(["named", "program", "silent"])
            notes.append(Note("", home, at, robot))
            continue
        page = chance.choice(PAGES)
        step = BITS[Step.GOODS] if "/p/" in page else BITS[Step.CHECKOUT] if "ch" in page else 0
        if kind == "step":
            step = chance.choice([BITS[Step.CART], BITS[Step.PLACED]])
        look = Look(
            kind,
            page if kind == "view" else "",
            0 if kind == "seen" else step,
            chance.choice(SOURCES) if kind == "view" else DIRECT,
            chance.choice(["phone", "computer"]) if kind == "view" else "",
        )
        notes.append(Note(keys[who], home, at, "", look))
    return sorted(notes, key=lambda note: note.at)


@dataclass
class Counted:
    """Everything a day of the site says."""

    figures: dict[str, int] = field(default_factory=dict)
    hours: dict[int, dict[str, int]] = field(default_factory=dict)
    sources: dict[Source, tuple[int, int]] = field(default_factory=dict)
    landings: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    robots: dict[str, int] = field(default_factory=dict)


def by_hand(notes: Iterable[Note]) -> dict[date, Counted]:
    """Return what the notes come to by day, each looked at by itself in the order of time."""
    days: dict[date, list[Note]] = defaultdict(list)
    for note in notes:
        days[(note.at + timedelta(hours=COMPANY_H)).date()].append(note)
    return {day: _counted(of_day) for day, of_day in days.items()}


def _counted(notes: list[Note]) -> Counted:
    views = [n for n in notes if not n.robot and n.look.kind == "view"]
    begun = _visits(views)
    first_seen = {v.visitor: v.at for v in reversed(views)}
    steps: dict[int, set[str]] = defaultdict(set)
    here: set[str] = set()
    for note in notes:
        if note.robot or note.look.kind == "seen":
            continue
        if note.look.kind == "view":
            here.add(note.visitor)
        if note.visitor in here:
            steps[note.look.step].add(note.visitor)
    seen = [n for n in notes if not n.robot and n.look.kind == "seen"]
    robots = Counter(n.robot for n in notes if n.robot)
    first = {v.visitor: n for n, v in reversed(list(enumerate(begun)))}
    firsts = set(first.values())
    found = Counted(
        figures={
            "views": len(views),
            "visits": len(begun),
            "visitors": len(first_seen),
            "addresses": len({v.address for v in views}),
            "bots": robots.total(),
            "confirmed": len(seen),
            **{step.value: len(steps[bit]) for step, bit in BITS.items()},
        },
        robots=dict(robots),
    )
    for number, view in enumerate(begun):
        new = number in firsts
        for table, key in (
            (found.sources, view.look.source),
            (found.landings, (view.look.landing, view.look.device)),
        ):
            visits, visitors = table.get(key, (0, 0))
            table[key] = visits + 1, visitors + new
    for hour in {_hour(n) for n in [*views, *seen]}:
        of_hour = [v for v in views if _hour(v) == hour]
        found.hours[hour] = {
            "views": len(of_hour),
            "visits": sum(_hour(v) == hour for v in begun),
            "visitors": len({v.visitor for v in of_hour}),
            "addresses": len({v.address for v in of_hour}),
            "confirmed": sum(_hour(n) == hour for n in seen),
        }
    return found


def _hour(note: Note) -> int:
    return (note.at + timedelta(hours=COMPANY_H)).hour


def _visits(views: list[Note]) -> list[Note]:
    """Return the views with which a visit began."""
    last: dict[str, datetime] = {}
    found = []
    for view in views:
        before = last.get(view.visitor)
        if before is None or (view.at - before).total_seconds() > 1800:
            found.append(view)
        last[view.visitor] = view.at
    return found


def in_books(counter: str = "server") -> dict[date, Counted]:
    """Return the same as it stands in the books."""
    found: dict[date, Counted] = {}
    for day in SiteDay.objects.filter(counter=counter):
        names = ("views", "visits", "visitors", "addresses", "bots", "confirmed")
        one = found[day.day] = Counted(
            {name: getattr(day, name) for name in (*names, *(step.value for step in Step))}
        )
        for hour in SiteHour.objects.filter(day=day):
            one.hours[hour.hour] = {name: getattr(hour, name) for name in (*names[:4], "confirmed")}
        for row in OriginDay.objects.filter(day=day).select_related("origin"):
            one.sources[row.origin.as_source] = row.visits, row.visitors
        for visit in VisitDay.objects.filter(day=day):
            one.landings[visit.landing, visit.device] = visit.visits, visit.visitors
        rows: Any = RobotDay.objects.filter(day=day).values_list("reason").annotate(n=Sum("views"))
        one.robots = dict(rows)
    return found
