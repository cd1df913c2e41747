"""The shift of a courier, as his phone keeps it: runs, stops, goods and money on hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.places.gazetteer import Division
from zhanggui.ground.places.queries import division_trail
from zhanggui.ground.places.rules.codes import Level
from zhanggui.trade.cash.queries import carried
from zhanggui.trade.cash.rules import NOTES_FEN
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.queries import (
    bag_contents,
    by_sku,
    runs_of,
    skus_of,
    stop_of,
    stops_of,
)
from zhanggui.trade.delivery.rules import StopState
from zhanggui.trade.orders.rules.states import Payment

HANDED_OVER = frozenset({StopState.DELIVERED, StopState.PARTLY})


@dataclass(frozen=True, slots=True)
class LineCard:
    """Goods of a stop: how many pieces are brought, at what price, and how many were kept."""

    id: int
    sku: int
    name: str
    quantity: int
    price_fen: int
    delivered: int


@dataclass(frozen=True, slots=True)
class StopCard:
    """A stop as the phone shows it; `said` is what the courier noted, `note` what the customer.

    `paid`: the goods were paid ahead, and no money changes hands.
    `region` and `city` are what a map needs before the address; `place` is what a person needs.
    """

    id: int
    run: int
    number: int
    order: str
    state: str
    recipient: str
    phone: str
    address: str
    place: str
    region: str
    city: str
    note: str
    promised_at: str
    promised: str
    due_fen: int
    paid: bool
    taken_fen: int
    tendered_fen: int
    change_fen: int
    reason_code: str
    said: str
    lines: list[LineCard] = field(default_factory=list)

    @property
    def dial(self) -> str:
        """The phone number as a telephone takes it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as the phone shows it."""

    id: int
    number: str
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class GoodsCard:
    """Goods in the bag."""

    sku: int
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Shift:
    """All that a phone needs for a shift without a connection."""

    me: dict[str, object]
    runs: list[RunCard]
    stops: list[StopCard]
    bag: list[GoodsCard]
    cash_fen: int
    float_fen: int
    cash_since: str
    notes_fen: list[int]
    hand_in_url: str


def _named(trail: Iterable[Division], *levels: Level) -> str:
    return "".join(division.name for division in trail if division.level in levels)


def stop_card(stop: Stop, *, at: datetime) -> StopCard:
    """Return a stop with its order and lines as the phone shows it."""
    order = stop.order
    trail = division_trail(order.division)
    handed_over = stop.state in HANDED_OVER
    paid = order.payment == Payment.TRANSFER
    collection = next((c for c in stop.collections.all() if not c.late), None)
    return StopCard(
        id=stop.pk,
        run=stop.run_id,
        number=stop.position,
        order=order.number,
        state=stop.state,
        recipient=order.recipient,
        phone=order.phone,
        address=order.address,
        place=_named(trail, Level.COUNTY, Level.STREET),
        region="".join(division.name for division in trail),
        city=_named(trail, Level.CITY),
        note=order.note,
        promised_at=order.promised_at.isoformat(),
        promised=moment(order.promised_at, at),
        due_fen=0 if paid else order.due_fen,
        paid=paid,
        taken_fen=order.taken_fen if handed_over and not paid else 0,
        tendered_fen=collection.tendered_fen if collection else 0,
        change_fen=collection.change_fen if collection else 0,
        reason_code=stop.reason_code,
        said=stop.note,
        lines=[
            LineCard(
                id=line.pk,
                sku=line.sku_id,
                name=line.name,
                quantity=line.wanted,
                price_fen=line.price_fen,
                delivered=line.delivered if handed_over else 0,
            )
            for line in order.lines.all()
            if line.wanted
        ],
    )


def _run_card(run: Run) -> RunCard:
    url = reverse("dossier:delivery.run", args=[run.pk])
    return RunCard(id=run.pk, number=run.number, state=run.state, url=url)


def bag_cards(courier_id: int) -> list[GoodsCard]:
    """Return what a courier carries, by SKU, whatever order it is for."""
    pieces = by_sku(bag_contents(courier_id))
    skus = skus_of(pieces)
    return [GoodsCard(sku, str(skus[sku]), count) for sku, count in sorted(pieces.items())]


def shift_of(by: DeskActor) -> Shift:
    """Return one's own shift: the open runs, and those that ended today."""
    at = by.at
    runs = list(runs_of(by.person_id, at))
    stops = [s for run in runs for s in stops_of(run).prefetch_related("collections")]
    money = carried(by.person_id)
    return Shift(
        me={"id": by.person_id, "name": by.name},
        runs=[_run_card(run) for run in runs],
        stops=[stop_card(stop, at=at) for stop in stops],
        bag=bag_cards(by.person_id),
        cash_fen=money.fen,
        float_fen=money.float_fen,
        cash_since=moment(money.since_at, at) if money.since_at else "",
        notes_fen=list(NOTES_FEN),
        hand_in_url=reverse("queue:cash.hand_in"),
    )


def own_stop(by: DeskActor, pk: int) -> Stop:
    """Return a stop of one's own run; raise `not_yours` for another's, whatever else one may do."""
    stop = stop_of(by, pk)
    if not stop.names_person(by.person_id):
        raise not_yours()
    return stop
