"""Sending a courier out: orders that are placed, set aside, packed and loaded within a minute."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.prices.queries import prices_at
from zhanggui.books.stock.queries import depot_for, sellable_in
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.delivery.queries import stops_of
from zhanggui.trade.orders.actions.placing import place_order
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.orders import Draft, Item

PIECES = 2
"""Pieces of each of two goods in every order, so that a part can be kept."""


def _goods(area: str, at: datetime, *, orders: int) -> list[Item]:
    """Return two cheap goods of which the depot has plenty for so many orders."""
    depot = depot_for(area, at=at)
    assert depot is not None
    there = sellable_in(depot, Sku.objects.values_list("pk", flat=True))
    prices = prices_at(
        [sku for sku, count in there.items() if count > (orders + 8) * PIECES], at=at
    )
    cheap = sorted(prices.items(), key=lambda pair: (pair[1].price_fen, pair[0]))[:2]
    return [Item(sku, PIECES, entry.price_fen) for sku, entry in cheap]


def send_out(courier: str, *, area: str, division: str, orders: int, at: str) -> None:
    """Put a courier on the road with so many orders, and print his stops as JSON."""
    moment = datetime.fromisoformat(at)
    act: dict[str, Any] = {"by": CLOCKWORK, "at": moment}
    placed: list[Order] = []
    goods = tuple(_goods(area, moment, orders=orders))
    before = Order.objects.count()
    for number in range(orders):
        draft = Draft(
            recipient="林小满",
            phone=f"1396{before:03d}{number:02d}{17 + number * 3}",
            division=division,
            address=f"鲤城街道八二五大街{101 + number}号{number + 1}单元301室",
            items=goods,
        )
        placed.append(place_order(area, draft=draft, **act))
    who = Person.objects.get(user=courier)
    run = form_run(area, courier=who, orders=[order.pk for order in placed], **act)
    run = load_run(pick_run(run, **act), **act)
    stops = [
        {
            "id": stop.pk,
            "address": stop.order.address,
            "due_fen": stop.order.due_fen,
            "prices": [line.price_fen for line in stop.order.lines.all()],
        }
        for stop in stops_of(run)
    ]
    print(json.dumps({"run": run.number, "stops": stops}))
