"""Orders as their customers see them: by the secret of a link, and those of one device."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from zhanggui.faces.shop.queries.goods import goods_kept, wares
from zhanggui.faces.shop.rules import tracking
from zhanggui.faces.shop.rules.tracking import Step, Told
from zhanggui.ground.media.models import Picture
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.delivery.rules import RunState, StopState
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.models import Order, OrderLine, Rating, Shortage
from zhanggui.trade.orders.rules.ratings import may_rate
from zhanggui.trade.orders.rules.states import Fulfilment, OrderState, ShortageState


@dataclass(frozen=True, slots=True)
class TrackedLine:
    """A line of an order with its picture, and the talk about what is short of it."""

    line: OrderLine
    picture: Picture | None
    shortage: Shortage | None


@dataclass(frozen=True, slots=True)
class Tracked:
    """An order as its customer sees it."""

    order: Order
    told: Told
    steps: tuple[Step, ...]
    lines: tuple[TrackedLine, ...]
    courier: Person | None
    stops_before: int | None
    rating: Rating | None

    @property
    def may_rate(self) -> bool:
        """Whether something was handed over that can be rated."""
        return may_rate(self.order)

    @property
    def may_cancel(self) -> bool:
        """Whether the customer may still call it off."""
        return tracking.may_cancel(self.order)

    @property
    def to_pay(self) -> bool:
        """Whether money is still to be paid at the door."""
        return tracking.is_moving(self.order) and self.order.money == "due"

    @property
    def to_transfer(self) -> bool:
        """Whether the order waits for money that is to be transferred."""
        return tracking.is_moving(self.order) and self.order.money == "awaited"


def tracked_by(token: str) -> Tracked | None:
    """Return the order of a tracking link as its customer sees it; None for no such link."""
    order = orders.order_by_token(token)
    return tracked(order) if order is not None else None


def order_of_link(token: str) -> Order | None:
    """Return the order of a tracking link, None for one that leads nowhere or was called void."""
    order = orders.order_by_token(token)
    return order if order is not None and order.state != OrderState.VOID else None


def tracked(order: Order) -> Tracked:
    """Return an order as its customer sees it, in six statements at most."""
    lines = orders.lines_of(order)
    shortages = {s.line_id: s for s in orders.cases_of(order)}
    goods = wares(line.sku.product_id for line in lines)
    open_ones = [s for s in shortages.values() if s.state != ShortageState.SETTLED]
    stop = _stop_on_road(order)
    return Tracked(
        order=order,
        told=tracking.told(order, short=bool(open_ones)),
        steps=tracking.steps(order),
        lines=tuple(
            TrackedLine(line, goods[line.sku.product_id].face, shortages.get(line.pk))
            for line in lines
        ),
        courier=stop.run.courier if stop else None,
        stops_before=_stops_before(stop) if stop else None,
        rating=orders.rating_of(order) if may_rate(order) else None,
    )


def wanted_of(order: Order) -> dict[int, tuple[int, str]]:
    """Return by SKU how many pieces an order was for, and their name; what was left out is not."""
    wanted: dict[int, tuple[int, str]] = {}
    for line in orders.lines_of(order):
        if line.wanted:
            pieces = wanted.get(line.sku_id, (0, ""))[0]
            wanted[line.sku_id] = (pieces + line.wanted, line.name)
    return wanted


def prices_now(skus: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Return the price of each of these SKUs that is on sale, in fen."""
    kept = goods_kept(skus, at=at)
    return {sku: had.price_fen for sku, had in kept.items() if had.price_fen is not None}


def left_out_of(token: str, *, at: datetime) -> list[str]:
    """Return the names of what an order was for and is no longer sold."""
    order = orders.order_by_token(token)
    wanted = wanted_of(order) if order is not None else {}
    prices = prices_now(wanted, at=at)
    return [name for sku, (_pieces, name) in wanted.items() if sku not in prices]


def _stop_on_road(order: Order) -> Stop | None:
    """Return the stop at which a courier on the road will hand an order over."""
    if order.fulfilment != Fulfilment.OUT:
        return None
    found = Stop.objects.filter(order=order, state=StopState.WAITING, run__state=RunState.OUT)
    return found.select_related("run__courier").first()


def _stops_before(stop: Stop) -> int:
    """Return how many doors the courier still has to see before this one."""
    waiting = Stop.objects.filter(run=stop.run_id, state=StopState.WAITING)
    return waiting.filter(position__lt=stop.position).count()


@dataclass(frozen=True, slots=True)
class Remembered:
    """An order in the list of those placed on this device."""

    order: Order
    told: Told
    lines: tuple[OrderLine, ...]

    @property
    def pieces(self) -> int:
        """How many pieces the customer wants."""
        return sum(line.wanted for line in self.lines)


ON_PAGE = 20
"""Orders on one page of one's own: what a device remembers, and what one scrolls through."""


def _own(tokens: Sequence[str], phone_key: str) -> QuerySet[Order]:
    mine = Q(token__in=list(tokens))
    if phone_key:
        mine |= Q(phone_key=phone_key)
    return Order.objects.filter(mine).order_by("-placed_at", "-pk")


def pages_of_phone(phone_key: str, tokens: Sequence[str]) -> int:
    """Return on how many pages the orders of a phone and of a device stand."""
    return max(1, -(-_own(tokens, phone_key).count() // ON_PAGE))


def orders_remembered(
    tokens: Sequence[str], *, phone_key: str = "", page: int = 1
) -> list[Remembered]:
    """Return the orders of these secrets and of a phone, the latest first, in three statements."""
    short = Shortage.objects.exclude(state=ShortageState.SETTLED)
    lines = OrderLine.objects.prefetch_related(Prefetch("shortages", short, to_attr="open_short"))
    rows = _own(tokens, phone_key)[(page - 1) * ON_PAGE : page * ON_PAGE]
    found = []
    for order in rows.prefetch_related(Prefetch("lines", lines, to_attr="shown_lines")):
        own: Sequence[Any] = order.shown_lines
        is_short = any(line.open_short for line in own)
        found.append(Remembered(order, tracking.told(order, short=is_short), tuple(own)))
    return found
