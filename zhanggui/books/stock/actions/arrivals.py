"""Goods on their way to a depot: announced, postponed, taken in, or not coming after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock import queries, rules
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.actions.movements import open_levels
from zhanggui.books.stock.models import Arrival, Level, Location
from zhanggui.books.stock.rules import MOVES, ArrivalState, Line, Spot
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal


def _waited_since(level: Level, _by: Actor, at: datetime) -> datetime | None:
    return queries.settle_since(level, at)


def _why_not_announce(
    _level: object,
    *,
    quantity: int | None = None,
    due_at: datetime | None = None,
    at: datetime,
) -> Refusal | None:
    wrong = rules.why_not_quantity(quantity) if quantity is not None else None
    return wrong or rules.why_not_due(due_at, at=at)


def _why_not_announce_all(
    _depot: object,
    *,
    lines: Sequence[Line] | None = None,
    due_at: datetime | None = None,
    at: datetime,
) -> Refusal | None:
    return rules.why_not_lines(lines=lines) or rules.why_not_due(due_at, at=at)


def _why_not_take_in(arrival: Arrival, *, quantity: int | None = None) -> Refusal | None:
    wrong = rules.why_not_quantity(quantity) if quantity is not None else None
    return MOVES.why_not("take_in_arrival", arrival.state) or wrong


def _why_not_postpone(
    arrival: Arrival, *, due_at: datetime | None = None, at: datetime
) -> Refusal | None:
    return MOVES.why_not("postpone_arrival", arrival.state) or rules.why_not_due(due_at, at=at)


def _why_not_cancel(arrival: Arrival) -> Refusal | None:
    return MOVES.why_not("cancel_arrival", arrival.state)


@action(
    duty=queries.KEEPING,
    title=_("Announce an arrival"),
    said=_("announced %(quantity)s pieces"),
    guard=_why_not_announce,
    since=_waited_since,
)
def announce_arrival(
    level: Level, *, quantity: int, due_at: datetime, note: str = "", by: Actor, at: datetime
) -> Arrival:
    """Announce that pieces of a SKU arrive at a depot until a moment."""
    if since := queries.settle_since(level, at):
        remember(on_time=at <= since + rules.ANSWER_WITHIN)
    return Arrival.objects.create(
        level=level, quantity=quantity, due_at=due_at, note=note, announced_at=at
    )


@action(
    duty=queries.KEEPING,
    title=_("Announce arrivals"),
    said=_("announced %(pieces)s pieces (lines: %(count)s)"),
    guard=_why_not_announce_all,
    private=["lines"],
)
def announce_arrivals(
    depot: Location,
    *,
    lines: Sequence[Line],
    due_at: datetime,
    note: str = "",
    by: Actor,
    at: datetime,
) -> list[Arrival]:
    """Announce goods for a depot in one go, among them such as it never had."""
    spots = {Spot(line.sku, depot.pk) for line in lines}
    open_levels(spots, short_at=at)
    levels = Level.objects.filter(location=depot, sku__in=[spot.sku for spot in spots])
    by_sku = {level.sku_id: level for level in levels}
    remember(count=len(lines), pieces=sum(line.quantity for line in lines))
    return Arrival.objects.bulk_create(
        Arrival(
            level=by_sku[line.sku], quantity=line.quantity, due_at=due_at, note=note,
            announced_at=at,
        )
        for line in lines
    )  # fmt: skip


@action(
    duty=queries.KEEPING,
    title=_("They have arrived"),
    said=_("took %(quantity)s announced pieces in"),
    guard=_why_not_take_in,
)
def take_in_arrival(
    arrival: Arrival, *, quantity: int, note: str = "", by: Actor, at: datetime
) -> Arrival:
    """Receive announced goods, as many as really came; what is missing has to be announced anew."""
    level = arrival.level
    lines = [Line(level.sku_id, quantity)]
    receive_goods(level.location, lines=lines, note=note or arrival.note, by=by, at=at)
    return _end(arrival, MOVES.to("take_in_arrival", arrival.state), at=at)


@action(
    duty=queries.KEEPING,
    title=_("Postpone"),
    said=_("postponed the arrival: %(reason)s"),
    guard=_why_not_postpone,
)
def postpone_arrival(
    arrival: Arrival, *, due_at: datetime, reason: str, by: Actor, at: datetime
) -> Arrival:
    """Give announced goods another date, and say why."""
    remember(before=arrival.due_at)
    arrival.due_at = due_at
    arrival.save(update_fields=["due_at"])
    return arrival


@action(
    duty=queries.KEEPING,
    title=_("Not coming"),
    said=_("took the announcement back: %(reason)s"),
    guard=_why_not_cancel,
)
def cancel_arrival(arrival: Arrival, *, reason: str, by: Actor, at: datetime) -> Arrival:
    """Take back that goods were announced, and say why."""
    return _end(arrival, MOVES.to("cancel_arrival", arrival.state), at=at)


def _end(arrival: Arrival, state: ArrivalState, *, at: datetime) -> Arrival:
    arrival.state, arrival.ended_at = state, at
    arrival.save(update_fields=["state", "ended_at"])
    return arrival
