"""Shelves: the product manager has goods sent before they run out, and takes in what arrives."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache

from django.utils.timezone import localdate

from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.stock.actions.arrivals import announce_arrivals, take_in_arrival
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.models import Arrival, Level, Location
from zhanggui.books.stock.rules import ArrivalState, Line, PlaceKind, sellable
from zhanggui.demo.stock import DEPOTS, NOT_SENT, SHEET, SUPPLIER
from zhanggui.demo.trade.hands import STOCK, within_hours
from zhanggui.demo.trade.living import Deed, Life
from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.trade.orders.actions.shortages import serve_shortage
from zhanggui.trade.orders.queries import shortages_to_serve

LORRY_H = 9.2
"""When the lorry of the suppliers comes."""

LOW = 4
"""Pieces at which goods are ordered anew."""

ANNOUNCED = 0.4
"""How much of what is low does not come the same day, but is announced for one of the next."""


@cache
def _full() -> dict[str, int]:
    """Return how many pieces of each SKU there are when all is full, by the sheet of goods."""
    with SHEET.open(encoding="utf-8-sig", newline="") as file:
        return {row["sku"]: int(row["opening"] or 0) for row in csv.DictReader(file)}


def waiting(life: Life) -> None:
    """Look at what is announced."""
    for arrival in Arrival.objects.filter(state=ArrivalState.EXPECTED).order_by("pk"):
        _plan(life, arrival)


def daily(life: Life, day: date) -> None:
    """Put the lorry on the agenda, and the looks at whose goods have come."""
    for number, (code, *_) in enumerate(DEPOTS):
        at = moment_of_day(day, LORRY_H) + timedelta(minutes=25 * number)
        if life.since < at <= life.until:
            life.plan(at, "lorry", code)


def _plan(life: Life, arrival: Arrival) -> None:
    dice = life.dice("arrival", arrival.announced_at.isoformat(), arrival.quantity)
    late = timedelta(minutes=dice.uniform(0, 90))
    if arrival.note == NOT_SENT:
        late = timedelta(hours=26)
    at = within_hours(arrival.due_at + late, 8.3, 19.5, late=timedelta(minutes=30))
    life.plan(at, "arrive", arrival.pk)


def _lorry(life: Life, code: str, at: datetime) -> None:
    by = life.hands.nearest(STOCK, "fujian", at=at)
    depot = Location.objects.filter(kind=PlaceKind.DEPOT, code=code).first()
    if by is None or depot is None:
        return
    day = localdate(at)
    now, later = _wanted(life, depot, day)
    if now:
        receive_goods(depot, lines=now, note=f"{code}-{day:%m%d}", by=by, at=at)
    if later:
        due_at = moment_of_day(day + timedelta(days=1), 10.5)
        announce_arrivals(depot, lines=later, due_at=due_at, note=SUPPLIER, by=by, at=at)
    _serve(at)


def _wanted(life: Life, depot: Location, day: date) -> tuple[list[Line], list[Line]]:
    """Return what comes with the lorry, and what is announced for tomorrow."""
    share = next(share for code, _area, _zh, _en, share in DEPOTS if code == depot.code)
    expected = set(
        Arrival.objects.filter(state=ArrivalState.EXPECTED).values_list("level", flat=True)
    )
    now: list[Line] = []
    later: list[Line] = []
    levels = Level.objects.filter(location=depot, sku__product__state=ProductState.LISTED)
    for level in levels.select_related("sku").order_by("sku__code"):
        full = max(4, _full().get(level.sku.code, 0) * share // 100)
        if sellable(level) >= min(LOW, full) or level.pk in expected:
            continue
        if life.scene and life.scene.keeps_short(depot.code, level.sku.code, day):
            continue
        dice = life.dice("lorry", day.isoformat(), depot.code, level.sku.code)
        line = Line(level.sku_id, full - min(sellable(level), full - 2))
        (later if dice.random() < ANNOUNCED else now).append(line)
    return now, later


def _arrive(life: Life, pk: int, at: datetime) -> None:
    arrival = Arrival.objects.select_related("level__location").get(pk=pk)
    by = life.hands.nearest(STOCK, "fujian", at=at)
    if arrival.state == ArrivalState.EXPECTED and by is not None:
        take_in_arrival(arrival, quantity=arrival.quantity, by=by, at=at)
        _serve(at)


def _serve(at: datetime) -> None:
    """Set arrived goods aside for the orders that wait for them, as the minute's round does."""
    for shortage in shortages_to_serve():
        serve_shortage(shortage, by=CLOCKWORK, at=at)


DEEDS: Mapping[str, Deed] = {"lorry": _lorry, "arrive": _arrive}
