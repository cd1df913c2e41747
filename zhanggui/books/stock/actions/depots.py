"""Keeping the depots: opening, filling, counting, moving between them, safety stock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock import queries, rules
from zhanggui.books.stock.actions.movements import move_lines
from zhanggui.books.stock.models import Level, Location, Movement
from zhanggui.books.stock.rules import OUTSIDE, Line, MovementKind, PlaceKind
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import Area


def _keep_to(area: str | None, *, by: Actor) -> None:
    """Refuse an area that is not the actor's: the form offers only his own."""
    if not by.standings(queries.KEEPING, area):
        raise not_yours()


@action(
    duty=queries.KEEPING,
    title=_("Open a depot"),
    said=_("opened the depot %(code)s"),
    creates=True,
)
def open_depot(
    keeper_area: str | None,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    area: Area,
    by: Actor,
    at: datetime,
) -> Location:
    """Open a depot in an area, with the place where its packed goods stand.

    The first depot brings the places outside with it: suppliers, customers, losses, differences.
    """
    _keep_to(area.pk, by=by)
    if refusal := rules.why_not_code(code, taken=Location.objects.filter(code=code).exists()):
        raise refusal
    there = set(Location.objects.filter(kind__in=OUTSIDE).values_list("code", flat=True))
    Location.objects.bulk_create(
        [
            Location(code=kind.value, kind=kind, opened_at=at)
            for kind in OUTSIDE
            if kind.value not in there
        ],
        ignore_conflicts=True,  # somebody else opens the first depot too: as good
    )
    try:
        with transaction.atomic():
            return _opened(code=code, name_zh=name_zh, name_en=name_en, area=area, at=at)
    except IntegrityError:
        raise _taken(code) from None


def _taken(code: str) -> Exception:
    return rules.why_not_code(code, taken=True) or RuntimeError(code)


def _opened(*, code: str, name_zh: str, name_en: str, area: Area, at: datetime) -> Location:
    names = {"name_zh": name_zh, "name_en": name_en, "area": area, "opened_at": at}
    depot = Location.objects.create(code=code, kind=PlaceKind.DEPOT, **names)
    Location.objects.create(code=f"{code}:packed", kind=PlaceKind.PACKED, depot=depot, **names)
    return depot


@action(
    duty=queries.KEEPING,
    title=_("Receive goods"),
    said=_("received %(pieces)s pieces (lines: %(lines)s)"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def receive_goods(
    depot: Location, *, lines: Sequence[Line], note: str = "", by: Actor, at: datetime
) -> list[Movement]:
    """Receive goods from suppliers into a depot; `note` names the delivery note."""
    suppliers = queries.outside(PlaceKind.SUPPLIER)
    return move_lines(
        MovementKind.RECEIVED, lines, source=suppliers, target=depot, reason=note, at=at
    )


@action(
    duty=queries.KEEPING,
    title=_("Move to another depot"),
    said=_("moved %(pieces)s pieces to %(to)s (lines: %(lines)s)"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def move_stock(
    depot: Location,
    *,
    to: Location,
    lines: Sequence[Line],
    reason: str = "",
    by: Actor,
    at: datetime,
) -> list[Movement]:
    """Move free goods from a depot to another one that is also the actor's to keep."""
    _keep_to(to.area_id, by=by)
    return move_lines(MovementKind.MOVED, lines, source=depot, target=to, reason=reason, at=at)


@action(
    duty=queries.KEEPING,
    title=_("Count"),
    said=_("counted %(counted)s pieces, %(difference)s against the books"),
    guard=rules.why_not_count,
)
def count_stock(level: Level, *, counted: int, reason: str = "", by: Actor, at: datetime) -> Level:
    """Enter how many pieces lie on the shelf; a difference to the books becomes a movement."""
    difference = counted - level.on_hand
    if difference:
        line = Line(level.sku_id, abs(difference))
        away = queries.outside(PlaceKind.DIFFERENCE)
        source, target = (away, level.location) if difference > 0 else (level.location, away)
        move_lines(MovementKind.COUNTED, [line], source=source, target=target, reason=reason, at=at)
        level.refresh_from_db()
    remember(difference=f"{difference:+d}" if difference else "0")
    return level


@action(
    duty=queries.KEEPING,
    title=_("Write off"),
    said=_("wrote %(quantity)s pieces off: %(reason)s"),
)
def write_off(
    level: Level, *, quantity: int, lost: bool = False, reason: str, by: Actor, at: datetime
) -> Level:
    """Write free goods of a depot off, as lost or as damaged."""
    kind = MovementKind.LOST if lost else MovementKind.DAMAGED
    loss = queries.outside(PlaceKind.LOSS)
    lines = [Line(level.sku_id, quantity)]
    move_lines(kind, lines, source=level.location, target=loss, reason=reason, at=at)
    level.refresh_from_db()
    return level


@action(
    duty=queries.KEEPING,
    title=_("Set safety stock"),
    said=_("set the safety stock to %(safety)s pieces"),
    guard=rules.why_not_safety,
)
def set_safety(level: Level, *, safety: int, by: Actor, at: datetime) -> Level:
    """Keep so many pieces back from sale, against counting errors and damage."""
    level.safety = safety
    level.short_at = (level.short_at or at) if rules.is_short(level) else None
    level.save(update_fields=["safety", "short_at"])
    return level
