"""The cash outside: who holds money of the company, how much, since when, and what is counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.org.queries import present
from zhanggui.trade.cash import rules
from zhanggui.trade.cash.models import Collection, Purse, Remittance
from zhanggui.trade.cash.queries.duties import city_in, looks_where
from zhanggui.trade.cash.queries.purses import Carried, carried_in
from zhanggui.trade.cash.queries.remittances import hides_purse
from zhanggui.trade.cash.rules import CASH_LIMIT_FEN, RemittanceState


@dataclass(frozen=True, slots=True)
class Holder:
    """A courier with money of the company: what he carries, and his hand-in under way."""

    purse: Purse
    carried: Carried
    hand_in: Remittance | None
    tone: str
    hidden: bool

    @property
    def percent(self) -> int:
        """How far along the cash limit he is."""
        return min(100, round(100 * self.carried.fen / CASH_LIMIT_FEN))

    @property
    def over_limit(self) -> bool:
        """Whether he may not set out with so much."""
        return self.carried.fen > CASH_LIMIT_FEN


@dataclass(frozen=True, slots=True)
class City:
    """The holders of a city, and what they hold together; sums None where one is hidden."""

    code: str
    name: str
    holders: tuple[Holder, ...]

    @property
    def on_hand_fen(self) -> int | None:
        """What they carry."""
        return _sum(self.holders, lambda h: h.carried.fen)

    @property
    def float_fen(self) -> int | None:
        """How much of it is change they were given."""
        return _sum(self.holders, lambda h: h.carried.float_fen)

    @property
    def under_way_fen(self) -> int | None:
        """What they have handed in and nobody has counted yet."""
        return _sum(self.holders, lambda h: h.carried.under_way_fen)


@dataclass(frozen=True, slots=True)
class Board:
    """The cash outside by city."""

    cities: tuple[City, ...]

    @property
    def holders(self) -> tuple[Holder, ...]:
        """All holders, city by city."""
        return tuple(holder for city in self.cities for holder in city.holders)

    @property
    def hidden(self) -> bool:
        """Whether any sum may not be seen by whoever looks."""
        return any(holder.hidden for holder in self.holders)

    @property
    def on_hand_fen(self) -> int | None:
        """What all of them carry."""
        return _sum(self.holders, lambda h: h.carried.fen)

    @property
    def float_fen(self) -> int | None:
        """How much of it is change they were given."""
        return _sum(self.holders, lambda h: h.carried.float_fen)

    @property
    def under_way_fen(self) -> int | None:
        """What was handed in and nobody has counted yet."""
        return _sum(self.holders, lambda h: h.carried.under_way_fen)

    @property
    def outside_fen(self) -> int | None:
        """What is not in the safe yet: carried, or being counted."""
        return _sum(self.holders, lambda h: h.carried.fen + h.carried.under_way_fen)

    @property
    def since_at(self) -> datetime | None:
        """Since when the oldest of it is out."""
        moments = [h.carried.since_at for h in self.holders if h.carried.since_at]
        return min(moments, default=None)

    @property
    def overdue(self) -> int:
        """How many hold money of an earlier day."""
        return sum(holder.tone == "stop" for holder in self.holders)


def _sum(holders: Iterable[Holder], fen: object) -> int | None:
    """Return a sum over holders, None when any of them may not be looked at."""
    total = 0
    for holder in holders:
        if holder.hidden:
            return None
        total += fen(holder)  # type: ignore[operator]
    return total


def _oldest_first(holder: Holder) -> tuple[bool, datetime, int]:
    """Return by what holders are sorted: whoever carries nothing now stands last."""
    since = holder.carried.since_at
    return since is None, since or holder.purse.opened_at, holder.purse.pk


def cash_outside(by: DeskActor, *, city: str = "") -> Board:
    """Return who holds money in the areas that are one's business, city by city, oldest first.

    The number of statements does not grow with the holders. `city` keeps to one city.
    """
    seen = looks_where(by)
    waiting = Remittance.objects.filter(seen, state=RemittanceState.DECLARED)
    hand_ins = {h.courier_id: h for h in waiting.select_related("courier", "area")}
    busy = Q(since_at__isnull=False) | Q(courier__in=list(hand_ins))
    purses = list(Purse.objects.filter(seen, busy).select_related("courier", "area"))
    money = carried_in(purses)
    structure = present(by.at).structure
    grouped: dict[str, list[Holder]] = {}
    for purse in purses:
        code = city_in(structure, purse.area_id)
        if city and code != city:
            continue
        held = money[purse.pk]
        holder = Holder(
            purse=purse,
            carried=held,
            hand_in=hand_ins.get(purse.courier_id),
            tone=rules.age_tone(held.since_at, at=by.at),
            hidden=hides_purse(purse, by),
        )
        grouped.setdefault(code, []).append(holder)
    order = {area.code: place for place, (area, _d) in enumerate(structure.areas_in_order())}
    cities = tuple(
        City(
            code,
            str(structure.areas[code].name) if code in structure.areas else code,
            tuple(sorted(grouped[code], key=_oldest_first)),
        )
        for code in sorted(grouped, key=lambda code: order.get(code, 0))
    )
    return Board(cities)


def differences_outside(by: DeskActor) -> QuerySet[Remittance]:
    """Return the hand-ins of the same areas that differ and are not decided, the oldest first."""
    rows = Remittance.objects.filter(looks_where(by), state=RemittanceState.DIFFERENT)
    return rows.select_related("courier", "area").order_by("counted_at", "pk")


def late_outside(by: DeskActor) -> QuerySet[Collection]:
    """Return the late money of the same areas that is not cleared up, the oldest first."""
    rows = Collection.objects.filter(looks_where(by), late=True, cleared_at__isnull=True)
    return rows.select_related("order", "courier", "area").order_by("taken_at", "pk")
