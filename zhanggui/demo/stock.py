"""The stock of the example company: a depot in each city, filled from the sheet of goods."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.stock.actions.arrivals import announce_arrivals
from zhanggui.books.stock.actions.depots import (
    count_stock,
    move_stock,
    open_depot,
    receive_goods,
    set_safety,
    write_off,
)
from zhanggui.books.stock.models import Level, Location
from zhanggui.books.stock.queries import KEEPING
from zhanggui.books.stock.rules import Line, PlaceKind, sellable
from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.actor import CLOCKWORK, Actor
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Area, Person

SHEET = Path(__file__).with_name("goods.csv")
"""The goods; `opening` and `safety` are what the Putian depot begins with and keeps back."""

DEPOTS = (
    ("PT", "putian", "莆田仓", "Putian depot", 60),
    ("QZ", "quanzhou", "泉州仓", "Quanzhou depot", 40),
    ("FZ", "fuzhou", "福州仓", "Fuzhou depot", 32),
    ("XM", "xiamen", "厦门仓", "Xiamen depot", 30),
)
"""Code, area, both names, and the share (percent) of the opening stock."""

LATE = (("PT", 11, 24), ("XM", 40, 30))
"""Announced, and overdue: depot, row of the sheet, pieces."""

COMING = (("PT", 3, 60, 20), ("QZ", 17, 40, 27), ("QZ", 52, 24, 44), ("FZ", 29, 36, 68))
"""Announced: depot, row of the sheet, pieces, hours from now."""

SUPPLIER = "山野集供应链"
NOT_SENT = "山野集供应链，车还没发"
"""Whose delivery it is; the second one comes late."""

SOLD_OUT = (("PT", 24), ("QZ", 61), ("QZ", 17), ("XM", 40), ("FZ", 8))
"""Down to their safety stock, the rest having gone to the first depot that had room."""


@dataclass(frozen=True)
class Opening:
    """A row of the sheet as the stock reads it."""

    sku: Sku
    pieces: int
    safety: int

    def share(self, percent: int) -> int:
        """Return the pieces of a depot with this share, at least two more than are kept back."""
        return max(self.pieces * percent // 100, self.kept(percent) + 2)

    def kept(self, percent: int) -> int:
        """Return the safety stock of a depot with this share."""
        return self.safety * percent // 100


def _openings() -> Iterator[Opening]:
    with SHEET.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    skus = {sku.code: sku for sku in Sku.objects.all()}
    for row in rows:
        yield Opening(skus[row["sku"]], int(row["opening"] or 0), int(row["safety"] or 0))


def _keeper(at: datetime) -> Actor:
    """Return the product manager, or the clock for a time before she came."""
    tong = actor_for(Person.objects.get(user="tong"), at=at)
    return tong if tong.scope(KEEPING) else CLOCKWORK


def open_and_fill(*, at: datetime) -> None:
    """Open the depots one after the other and fill them."""
    with transaction.atomic(), joining_transaction():
        goods = list(_openings())
        for number, (code, area, name_zh, name_en, share) in enumerate(DEPOTS):
            moment = at + timedelta(hours=number)
            depot = _open(code, area, name_zh, name_en, at=moment)
            _fill(depot, goods, share, at=moment + timedelta(minutes=40))


def _depots() -> dict[str, Location]:
    return {depot.code: depot for depot in Location.objects.filter(kind=PlaceKind.DEPOT)}


def _open(code: str, area: str, name_zh: str, name_en: str, *, at: datetime) -> Location:
    by = _keeper(at)
    place = Area.objects.get(pk=area)
    return open_depot(
        "fujian", code=code, name_zh=name_zh, name_en=name_en, area=place, by=by, at=at
    )


def _fill(depot: Location, goods: list[Opening], share: int, *, at: datetime) -> None:
    by = _keeper(at)
    lines = [Line(one.sku.pk, one.share(share)) for one in goods if one.pieces]
    receive_goods(depot, lines=lines, note=f"{depot.code}-0001", by=by, at=at)
    levels = {level.sku_id: level for level in Level.objects.filter(location=depot)}
    for one in goods:
        if one.pieces and one.kept(share):
            set_safety(levels[one.sku.pk], safety=one.kept(share), by=by, at=at)


def count_and_write_off(*, at: datetime) -> None:
    """Let the product manager find a sample missing, and two pieces wet."""
    by, goods, depot = _keeper(at), list(_openings()), _depots()["PT"]
    short, wet = (Level.objects.get(location=depot, sku=goods[row].sku) for row in (6, 33))
    if short.on_hand > short.reserved:
        count_stock(short, counted=short.on_hand - 1, reason="拆样品一件", by=by, at=at)
    if wet.on_hand - wet.reserved >= 2:
        moment = at + timedelta(minutes=12)
        write_off(wet, quantity=2, reason="外包装受潮", by=by, at=moment)


def sell_out(*, at: datetime) -> None:
    """Leave some depots with their safety stock alone: the rest is needed elsewhere."""
    by, goods, depots = _keeper(at), list(_openings()), _depots()
    with transaction.atomic(), joining_transaction():
        for code, row in SOLD_OUT:
            level = Level.objects.get(location=depots[code], sku=goods[row].sku)
            if (left := sellable(level)) > 0:
                to = depots["FZ" if code == "PT" else "PT"]
                lines = [Line(level.sku_id, left)]
                move_stock(depots[code], to=to, lines=lines, reason="支援兄弟仓", by=by, at=at)


def announce(*, at: datetime, now: datetime) -> None:
    """Have goods announced: some that should have come before `now`, some for the days after."""
    by, goods, depots = _keeper(at), list(_openings()), _depots()
    plans = [(code, row, n, now - timedelta(hours=3), NOT_SENT) for code, row, n in LATE]
    plans += [
        (code, row, n, now + timedelta(hours=hours), SUPPLIER) for code, row, n, hours in COMING
    ]
    with transaction.atomic(), joining_transaction():
        for code, row, pieces, due_at, note in plans:
            lines = [Line(goods[row].sku.pk, pieces)]
            announce_arrivals(depots[code], lines=lines, due_at=due_at, note=note, by=by, at=at)
