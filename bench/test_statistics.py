"""How fast visits are counted and a year of them shown, and whether a million come out right.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest bench/test_statistics.py
-n 0 -s`; on PostgreSQL with `.venv/bin/python tests/postgres.py` before it. Rates are of one
process and of the wall. The year has 50,000 page views a day, put in as rollups, as the actions
would leave them; panels are timed over the whole year, beside the year before. `VIEWS` is how many
random page views are counted through the actions and by hand (a million without it): figures must
be equal to the last one.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from zhanggui.books.traffic.actions.counting import take_in_notes
from zhanggui.books.traffic.models import Origin, OriginDay, RobotDay, SiteDay, SiteHour, VisitDay
from zhanggui.books.traffic.pages import BUFFER, note_view, write_views
from zhanggui.books.traffic.tests.counting import by_hand, in_books, lived
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.steering.site import queries
from zhanggui.steering.site.pages.links import period_said
from zhanggui.steering.site.rules import Period, before
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.tests.conftest import make_shop

VIEWS = int(os.environ.get("VIEWS", "1000000"))
BEACONS = 30_000
PIECE = 500
VIEWS_A_DAY, VISITORS_A_DAY, VISITS_A_DAY, ORDERS_A_DAY = 50_000, 14_000, 16_000, 200
SOURCES, LANDINGS = 40, 250
YEAR = 365

PHONE = "Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/126.0 Mobile Safari/537.36"
AGENTS = (PHONE, PHONE, PHONE, PHONE, "Mozilla/5.0 (compatible; Baiduspider/2.0)")


def load() -> str:
    """Return how busy the machine is."""
    return "load " + " ".join(f"{n:.1f}" for n in os.getloadavg())


def requests(chance: random.Random, count: int, at: datetime) -> Iterator[Any]:
    """Yield requests of the shop's pages by many browsers, a few of them new, some robots."""
    make = RequestFactory()
    for number in range(count):
        request = make.get(
            chance.choice(["/shop/", "/shop/c/TEA/", "/shop/p/TGY/", "/shop/?utm_source=douyin"]),
            headers={"User-Agent": chance.choice(AGENTS)},
            REMOTE_ADDR=f"198.18.{chance.randrange(40)}.{chance.randrange(250)}",
        )
        request.COOKIES["visitor"] = f"bench-visitor-{chance.randrange(9_000):06d}"
        request.at = at + timedelta(milliseconds=number)  # type: ignore[attr-defined]
        yield request


@pytest.mark.django_db(transaction=True)
def test_beacon(at: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    """Page views a second, from the request to the committed rollup."""
    BUFFER.__init__()  # type: ignore[misc]
    asked = list(requests(random.Random(1), BEACONS, at))
    begun = time.perf_counter()
    for request in asked:
        note_view(request, HttpResponse())
    write_views(at=at + timedelta(minutes=1))
    spent = time.perf_counter() - begun
    day = SiteDay.objects.get()
    assert day.views + day.bots == BEACONS
    with capsys.disabled():
        print(
            f"\n{connection.vendor}: {BEACONS / spent:,.0f} page views a second, noted and "
            f"committed ({BEACONS:,} in {spent:.1f} s, {load()})"
        )


@pytest.mark.django_db
def test_a_million_views(at: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    """Random views with midnights, lost cookies and robots: the books against a count by hand."""
    notes = lived(random.Random(2026), VIEWS, people=6_000)
    begun = time.perf_counter()
    for first in range(0, len(notes), PIECE):
        take_in_notes(notes[first : first + PIECE], by=CLOCKWORK, at=at)
    spent = time.perf_counter() - begun
    ought, found = by_hand(notes), in_books()
    assert found == ought
    with capsys.disabled():
        print(
            f"\n{connection.vendor}: {len(notes):,} random notes of {len(ought)} days equal a "
            f"count by hand, every figure, hour, source and landing page "
            f"({len(notes) / spent:,.0f} a second, {load()})"
        )
        for day, one in sorted(found.items()):
            print(f"  {day}  {' '.join(f'{k} {v:,}' for k, v in one.figures.items())}")


def put_in_years(today: date, at: datetime) -> None:
    """Put two years of rollups and orders into the books: 50,000 page views a day."""
    chance = random.Random(7)
    days = [today - timedelta(days=n) for n in range(2 * YEAR)]
    SiteDay.objects.bulk_create(
        SiteDay(
            day=day, salted_at=at, views=VIEWS_A_DAY, visits=VISITS_A_DAY, visitors=VISITORS_A_DAY,
            addresses=12_000, bots=7_000, confirmed=47_000, goods=9_000, cart=2_000, checkout=600,
            placed=ORDERS_A_DAY,
        )
        for day in days
    )  # fmt: skip
    rows = list(SiteDay.objects.all())
    SiteHour.objects.bulk_create(
        (SiteHour(day=row, hour=h, views=2_083, visits=666, visitors=640) for row in rows
         for h in range(24)),
        batch_size=5_000,
    )  # fmt: skip
    origins = Origin.objects.bulk_create(
        Origin(kind="campaign", name=f"source-{n}", first_on=today) for n in range(SOURCES)
    )
    OriginDay.objects.bulk_create(
        (OriginDay(day=row, origin=origin, visits=400, visitors=350) for row in rows
         for origin in origins),
        batch_size=5_000,
    )  # fmt: skip
    VisitDay.objects.bulk_create(
        (VisitDay(day=row, landing=f"/shop/p/GOODS-{n:03d}/", device=device, visits=32, visitors=28)
         for row in rows for n in range(LANDINGS) for device in ("phone", "computer")),
        batch_size=5_000,
    )  # fmt: skip
    RobotDay.objects.bulk_create(
        RobotDay(day=row, reason=reason, views=2_333) for row in rows
        for reason in ("named", "program", "silent")
    )  # fmt: skip
    shop = make_shop(at)
    placed = [at - timedelta(days=n, minutes=chance.randrange(600)) for n in range(2 * YEAR)]
    paid = {
        "state": "closed", "fulfilment": "delivered", "money": "settled", "taken_fen": 9_900,
        "confirmed_at": at, "door_at": at, "settled_at": at,
    }  # fmt: skip
    kinds: list[dict[str, Any]] = [paid] * 8 + [{"state": "cancelled"}, {"state": "confirmed"}]
    Order.objects.bulk_create(
        (
            Order(
                token=f"bench-{day}-{n}", channel="shop", area_id="putian", depot=shop.putian,
                division="350304", goods_fen=9_900, due_fen=9_900, promised_at=moment,
                placed_at=moment, waits_since_at=moment, origin=chance.choice(origins),
                **kinds[n % 10],
            )
            for day, moment in enumerate(placed)
            for n in range(ORDERS_A_DAY)
        ),
        batch_size=5_000,
    )  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # as autovacuum would within the minute
            cursor.execute("ANALYZE")


def panels(by: Any, period: Period) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the panels of the page with what each asks."""
    counted = list(queries.days_of(period).values())
    former = before(period)
    yield (
        "figures of visits, two periods",
        lambda: [queries.seen_of(queries.days_of(one).values()) for one in (period, former)],
    )
    yield "three conversions, one period", lambda: queries.cohort_of(by, period)
    yield "course by hour", lambda: queries.hours_of(counted[:1], field="visitors")
    yield "sources down to paid orders", lambda: queries.sources_of(by, period, counted)
    yield "landing pages", lambda: queries.landings_of(counted, by="landing")
    yield "devices", lambda: queries.landings_of(counted, by="device")
    yield "robots by reason", lambda: queries.robots_of(counted)


def timed(call: Callable[[], Any], times: int = 5) -> float:
    """Return the median milliseconds of the wall, after one to warm up."""
    call()
    spent = []
    for _turn in range(times):
        begun = time.perf_counter()
        call()
        spent.append((time.perf_counter() - begun) * 1000)
    return median(spent)


@pytest.mark.books_broken
@pytest.mark.django_db
def test_panels_over_a_year(
    sign_in: Callable[[str], Client],
    actor: Callable[..., Any],
    at: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each panel of the page over a year of 50,000 page views a day."""
    today = at.date()
    with guard.writes_open():
        put_in_years(today, at)
    by = actor("jiang")
    year = Period("custom", today - timedelta(days=YEAR - 1), today + timedelta(days=1))
    month = Period("month", today.replace(day=1), today + timedelta(days=1))
    browser = sign_in("jiang")
    with capsys.disabled():
        for period in (month, year):
            print(
                f"\n{connection.vendor}, {period_said(period)}, {Order.objects.count():,} orders:"
            )
            for name, ask in panels(by, period):
                print(f"  {name:<34}{timed(ask):>8.1f} ms")
            url = f"/desk/site/?span=custom&from={period.begin}&to={period.last}"
            whole = timed(lambda url=url: browser.get(url), times=3)  # type: ignore[misc]
            print(f"  {'the whole page':<34}{whole:>8.1f} ms   ({load()})")
