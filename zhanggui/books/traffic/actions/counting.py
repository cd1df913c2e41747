"""Adding page views to their day, and destroying salts: the only writers of the days."""

from __future__ import annotations

import secrets
from collections import Counter as Tallied
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.models import (
    SALT_CHARS,
    AddressDay,
    LogLine,
    Origin,
    OriginDay,
    RobotDay,
    SiteDay,
    SiteHour,
    VisitDay,
    VisitorDay,
)
from zhanggui.books.traffic.rules import views as rules
from zhanggui.books.traffic.rules.sources import DIRECT, ORIGINS_A_DAY_MAX, OTHER, Source, Step
from zhanggui.books.traffic.rules.views import Counter, Gathered, Kind, Note, View
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor

DOOR = "traffic.door"
"""No post holds this duty: pages count their visitors as the company's clock does its rounds."""


@action(duty=DOOR, title=_("Begin a day of the site"), said=_("began %(day)s"), creates=True)
def begin_site_day(
    area: None, *, day: date, counter: str = Counter.SERVER.value, by: Actor, at: datetime
) -> SiteDay:
    """Give a company day its row and its salt; a day that has them already is returned."""
    salt = secrets.token_hex(SALT_CHARS // 2)
    fresh = SiteDay(day=day, counter=counter, salt=salt, salted_at=at)
    SiteDay.objects.bulk_create([fresh], ignore_conflicts=True)
    return SiteDay.objects.get(day=day, counter=counter)


@action(
    duty=DOOR,
    title=_("Record page views"),
    said=_("recorded page views: %(count)s, of robots: %(turned_away)s"),
    private=["views", "robots", "marks"],
)
def record_views(
    day: SiteDay,
    *,
    views: Sequence[View],
    robots: Mapping[str, int] | None = None,
    marks: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> SiteDay:
    """Add the page views of some seconds to their day, and the robots (by reason) turned away.

    However many views there are it is the same few statements. `marks` are those of the lines of a
    log they came from.
    """
    robots = robots or {}
    known = queries.tallies_of(day, (v.visitor for v in views))
    found = rules.gathered(views, former={key: row.tally for key, row in known.items()})
    origins = _origins(day, {b.look.source for b in found.begun} | set(found.opened), at=at)
    _add_visitors(day, found, known, origins)
    _add_addresses(day, [v for v in views if v.look.kind == Kind.VIEW], found)
    _add_origins(day, found, origins)
    _add_landings(day, found)
    _add_hours(day, found)
    _add_robots(day, robots)
    LogLine.objects.bulk_create([LogLine(day=day, mark=mark) for mark in marks])
    turned_away = sum(robots.values())
    _add_to_day(day, found, turned_away)
    remember(count=found.totals["views"], turned_away=turned_away)
    return day


def _add_to_day(day: SiteDay, found: Gathered, turned_away: int) -> None:
    totals = found.totals
    day.views += totals["views"]
    day.visits += len(found.begun)
    day.visitors += sum(begun.first for begun in found.begun)
    day.addresses += totals["new_addresses"]
    day.confirmed += totals["confirmed"]
    day.bots += turned_away
    for step in Step:
        setattr(day, step.value, getattr(day, step.value) + totals[step])
    day.save()


def _add_visitors(
    day: SiteDay,
    found: Gathered,
    known: Mapping[str, queries.Known],
    origins: Mapping[Source, Origin],
) -> None:
    first = {begun.visitor: begun.look for begun in found.begun if begun.first}

    def beginning(visitor: str) -> tuple[int | None, str]:
        if visitor in known:
            return known[visitor].origin_id, known[visitor].device
        look = first[visitor]
        return origins[look.source].pk, look.device

    VisitorDay.objects.bulk_create(
        [
            VisitorDay(
                day=day,
                visitor=visitor,
                views=tally.views,
                visits=tally.visits,
                first_at=tally.first_at,
                last_at=tally.last_at,
                hours=tally.hours,
                steps=tally.steps,
                origin_id=origin,
                device=device,
            )
            for visitor, tally in sorted(found.tallies.items())
            for origin, device in [beginning(visitor)]
        ],
        update_conflicts=True,
        unique_fields=["day", "visitor"],
        update_fields=["views", "visits", "first_at", "last_at", "hours", "steps"],
    )


def _add_addresses(day: SiteDay, views: Sequence[View], found: Gathered) -> None:
    hours: dict[str, int] = {}
    for view in views:
        hours[view.address] = hours.get(view.address, 0) | 1 << rules.hour_of(view.at)
    rows = AddressDay.objects.filter(day=day, address__in=list(hours))
    known = dict(rows.values_list("address", "hours"))
    for address, bits in hours.items():
        fresh = bits & ~known.get(address, 0)
        for hour in range(24):
            if fresh >> hour & 1:
                found.count(hour, "addresses")
    found.totals["new_addresses"] = sum(address not in known for address in hours)
    changed = [a for a, bits in sorted(hours.items()) if bits & ~known.get(a, 0)]
    AddressDay.objects.bulk_create(
        [AddressDay(day=day, address=a, hours=hours[a] | known.get(a, 0)) for a in changed],
        update_conflicts=True,
        unique_fields=["day", "address"],
        update_fields=["hours"],
    )


def _origins(day: SiteDay, sources: set[Source], *, at: datetime) -> dict[Source, Origin]:
    """Return the rows of these sources; new ones beyond what a day may bring become one."""
    known = queries.origins_of(sources)
    fresh = sorted(sources - set(known), key=repr)
    if not fresh:
        return known
    links = queries.links_of({source.name for source in fresh if source.kind == "link"})
    room = ORIGINS_A_DAY_MAX - queries.origins_new_on(day.day)
    stands_for: dict[Source, Source] = {}
    for source in fresh:
        if source.kind == "link" and source.name not in links:
            stands_for[source] = DIRECT  # a code nobody made says nothing
        elif source.kind in {"campaign", "site"} and room <= 0:
            stands_for[source] = OTHER
        else:
            room -= source.kind in {"campaign", "site"}
            stands_for[source] = source
    wanted = set(stands_for.values()) - set(known)
    Origin.objects.bulk_create(
        [
            Origin(
                kind=source.kind,
                name=source.name,
                medium=source.medium,
                campaign=source.campaign,
                link=links.get(source.name) if source.kind == "link" else None,
                first_on=day.day,
            )
            for source in sorted(wanted, key=repr)
        ],
        ignore_conflicts=True,
    )
    rows = queries.origins_of(set(stands_for.values()))
    return known | {source: rows[instead] for source, instead in stands_for.items()}


def _add_origins(day: SiteDay, found: Gathered, origins: Mapping[Source, Origin]) -> None:
    more: dict[int, Tallied[str]] = {}
    for begun in found.begun:
        tally = more.setdefault(origins[begun.look.source].pk, Tallied())
        tally["visits"] += 1
        tally["visitors"] += begun.first
    for source, number in found.opened.items():
        more.setdefault(origins[source].pk, Tallied())["opened"] += number
    _grow(OriginDay, day, ["origin_id"], {(pk,): tally for pk, tally in more.items()})


def _add_landings(day: SiteDay, found: Gathered) -> None:
    more: dict[tuple[Any, ...], Tallied[str]] = {}
    for begun in found.begun:
        tally = more.setdefault((begun.look.landing, begun.look.device), Tallied())
        tally["visits"] += 1
        tally["visitors"] += begun.first
    _grow(VisitDay, day, ["landing", "device"], more)


def _add_hours(day: SiteDay, found: Gathered) -> None:
    _grow(SiteHour, day, ["hour"], {(hour,): tally for hour, tally in found.hours.items()})


def _grow(
    model: Any, day: SiteDay, keys: list[str], more: Mapping[tuple[Any, ...], Tallied[str]]
) -> None:
    """Add counts to the rows of a day that these keys name; the day is locked."""
    if not more:
        return
    fields = sorted({name for tally in more.values() for name in tally})
    narrowed = model.objects.filter(day=day, **{f"{keys[0]}__in": {key[0] for key in more}})
    there = {tuple(getattr(row, name) for name in keys): row for row in narrowed}
    rows = []
    for key, tally in sorted(more.items(), key=lambda item: tuple(map(str, item[0]))):
        known = there.get(key)
        row = model(day=day, **dict(zip(keys, key, strict=True)))
        for name in fields:
            setattr(row, name, getattr(known or row, name) + tally[name])
        rows.append(row)
    model.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["day", *(name.removesuffix("_id") for name in keys)],
        update_fields=fields,
    )


def _add_robots(day: SiteDay, robots: Mapping[str, int]) -> None:
    more = {(reason,): Tallied(views=views) for reason, views in robots.items()}
    _grow(RobotDay, day, ["reason"], more)


@action(
    duty=DOOR,
    title=_("Destroy old salts"),
    said=_("destroyed the salts of days gone by: %(days)s"),
)
def destroy_salts(area: None, *, by: Actor, at: datetime) -> int:
    """Destroy the salts that were kept long enough; from then on no hash leads to anybody."""
    old = queries.days_to_forget(at=at)
    LogLine.objects.filter(day__in=list(old.values_list("pk", flat=True))).delete()
    gone = old.update(salt="")
    remember(days=gone)
    return gone


@action(
    duty=DOOR, title=_("Keep where an order comes from"), said=_("met a source"), creates=True,
    private=["source"],
)  # fmt: skip
def keep_origin(area: None, *, source: Source, by: Actor, at: datetime) -> Origin:
    """Return the row of a source, so that an order can keep it."""
    day = SiteDay(day=rules.day_of(at))
    return _origins(day, {source}, at=at)[source]


def take_in_notes(
    notes: Iterable[Note], *, counter: str = Counter.SERVER.value, by: Actor, at: datetime
) -> int:
    """Record noted page views, each under its own day; return how many were persons'.

    This is where visitors and addresses become hashes. Views of a day whose salt was destroyed are
    dropped: nobody could tell any more who of them had been there before.
    """
    taken = 0
    for day, of_day in rules.by_day(notes).items():
        row = queries.site_day(day, counter=counter) or begin_site_day(
            None, day=day, counter=counter, by=by, at=at
        )
        if not row.salt:
            continue
        views = rules.views_of(of_day, salt=row.salt)
        record_views(row, views=views, robots=rules.counted_robots(of_day), by=by, at=at)
        taken += sum(view.look.kind == Kind.VIEW for view in views)
    return taken
