"""Adding page views to their day, and destroying salts: the only writers of the traffic."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic import queries, rules
from zhanggui.books.traffic.models import SALT_CHARS, AddressDay, RobotDay, SiteDay, VisitorDay
from zhanggui.books.traffic.rules import Note, View
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor

DOOR = "traffic.door"
"""No post holds this duty: pages count their visitors as the company's clock does its rounds."""


@action(duty=DOOR, title=_("Begin a day of the site"), said=_("began %(day)s"), creates=True)
def begin_site_day(area: None, *, day: date, by: Actor, at: datetime) -> SiteDay:
    """Give a company day its row and its salt; a day that has them already is returned."""
    fresh = SiteDay(day=day, salt=secrets.token_hex(SALT_CHARS // 2))
    SiteDay.objects.bulk_create([fresh], ignore_conflicts=True)
    return SiteDay.objects.get(day=day)


@action(
    duty=DOOR,
    title=_("Record page views"),
    said=_("recorded page views: %(count)s, of robots: %(turned_away)s"),
    private=["views", "robots"],
)
def record_views(
    day: SiteDay,
    *,
    views: Sequence[View],
    robots: Mapping[str, int] | None = None,
    by: Actor,
    at: datetime,
) -> SiteDay:
    """Add the page views of some seconds to their day, and the robots (by reason) turned away.

    However many views there are it is the same few statements.
    """
    robots = robots or {}
    if views:
        _add_visitors(day, views)
        AddressDay.objects.bulk_create(
            [AddressDay(day=day, address=a) for a in sorted({v.address for v in views})],
            ignore_conflicts=True,
        )
    if robots:
        _add_robots(day, robots)
    day.views += len(views)
    day.save(update_fields=["views"])
    remember(count=len(views), turned_away=sum(robots.values()))
    return day


def _add_visitors(day: SiteDay, views: Sequence[View]) -> None:
    known = queries.tallies_of(day, (view.visitor for view in views))
    tallies = rules.added_up(views, former={key: tally for key, (_pk, tally) in known.items()})
    VisitorDay.objects.bulk_create(
        [
            VisitorDay(
                day=day,
                visitor=visitor,
                views=tally.views,
                visits=tally.visits,
                first_at=tally.first_at,
                last_at=tally.last_at,
            )
            for visitor, tally in sorted(tallies.items())
        ],
        update_conflicts=True,
        unique_fields=["day", "visitor"],
        update_fields=["views", "visits", "first_at", "last_at"],
    )


def _add_robots(day: SiteDay, robots: Mapping[str, int]) -> None:
    known = dict(RobotDay.objects.filter(day=day).values_list("reason", "views"))
    RobotDay.objects.bulk_create(
        [
            RobotDay(day=day, reason=reason, views=known.get(reason, 0) + views)
            for reason, views in sorted(robots.items())
        ],
        update_conflicts=True,
        unique_fields=["day", "reason"],
        update_fields=["views"],
    )


@action(
    duty=DOOR,
    title=_("Destroy old salts"),
    said=_("destroyed the salts of days gone by: %(days)s"),
)
def destroy_salts(area: None, *, by: Actor, at: datetime) -> int:
    """Destroy the salts that were kept long enough; from then on no hash leads to anybody."""
    gone = queries.days_to_forget(at=at).update(salt="")
    remember(days=gone)
    return gone


def take_in_notes(notes: Iterable[Note], *, by: Actor, at: datetime) -> int:
    """Record noted page views, each under its own day; return how many were persons'.

    This is where visitors and addresses become hashes. Views of a day whose salt was destroyed are
    dropped: nobody could tell any more who of them had been there before.
    """
    taken = 0
    for day, of_day in rules.by_day(notes).items():
        row = queries.site_day(day) or begin_site_day(None, day=day, by=by, at=at)
        if not row.salt:
            continue
        views = [
            View(
                rules.hashed(note.visitor, salt=row.salt),
                rules.hashed(note.address, salt=row.salt),
                note.at,
            )
            for note in of_day
            if not note.robot
        ]
        record_views(row, views=views, robots=rules.counted_robots(of_day), by=by, at=at)
        taken += len(views)
    return taken
