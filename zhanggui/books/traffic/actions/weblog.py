"""Counting the lines of a server's log: each once, however often its file is taken in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.actions.counting import begin_site_day, record_views
from zhanggui.books.traffic.rules import views as rules
from zhanggui.books.traffic.rules.views import Counter, Kind, Note
from zhanggui.ground.kernel.actor import Actor


@dataclass(slots=True)
class TakenIn:
    """What the lines of a log came to: `again` were counted before, `closed` are of days whose
    salt was destroyed, so that nobody can tell any more who had been there."""

    views: int = 0
    robots: int = 0
    others: int = 0
    again: int = 0
    closed: int = 0


def take_in_log(
    lines: Iterable[tuple[str, Note]], *, told: TakenIn, by: Actor, at: datetime
) -> TakenIn:
    """Record lines of a log under their days, those not counted yet, and add them to what is told.

    Each line comes with its text, made unlike any other by the number of its repetition.
    """
    texts: dict[int, str] = {}
    notes: list[Note] = []
    for text, note in lines:
        texts[id(note)] = text
        notes.append(note)
    for day, of_day in rules.by_day(notes).items():
        row = queries.site_day(day, counter=Counter.LOG.value) or begin_site_day(
            None, day=day, counter=Counter.LOG.value, by=by, at=at
        )
        if not row.salt:
            told.closed += len(of_day)
            continue
        marked = {rules.hashed(texts[id(note)], salt=row.salt): note for note in of_day}
        known = queries.marks_known(row, marked)
        fresh = {mark: note for mark, note in marked.items() if mark not in known}
        told.again += len(known)
        if not fresh:
            continue
        robots = rules.counted_robots(list(fresh.values()))
        views = rules.views_of(fresh.values(), salt=row.salt)
        record_views(row, views=views, robots=robots, marks=sorted(fresh), by=by, at=at)
        persons = sum(view.look.kind == Kind.VIEW for view in views)
        told.views += persons
        told.robots += sum(robots.values())
        told.others += len(views) - persons
    return told
