"""Goods on their way to customers and back: only other rooms do this, on their own authority."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.stock import queries, rules
from zhanggui.books.stock.actions.movements import move_lines
from zhanggui.books.stock.models import Location, Movement
from zhanggui.books.stock.rules import Line, MovementKind, PlaceKind
from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.org.models import Person

GOODS = "stock.goods"
"""No post holds this duty: rooms call these actions from their own, on their own authority."""


@action(
    duty=GOODS,
    title=_("Reserve"),
    said=_("reserved %(pieces)s pieces"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def reserve_goods(
    area: str | None, *, depot: Location, lines: Sequence[Line], by: Actor, at: datetime
) -> list[Movement]:
    """Promise goods to the references of these lines: all of them, or none.

    Safety stock is not promised. `queries.shortages` says beforehand what is missing.
    """
    return move_lines(MovementKind.RESERVED, lines, source=depot, target=depot, at=at)


@action(
    duty=GOODS,
    title=pgettext_lazy("of goods", "Release"),
    said=_("released %(pieces)s pieces"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def release_goods(
    area: str | None, *, depot: Location, lines: Sequence[Line], by: Actor, at: datetime
) -> list[Movement]:
    """Take back what was promised to these references and is not picked yet."""
    return move_lines(MovementKind.RELEASED, lines, source=depot, target=depot, at=at)


@action(
    duty=GOODS,
    title=_("Pick"),
    said=_("picked %(pieces)s pieces"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def pick_goods(
    area: str | None, *, depot: Location, lines: Sequence[Line], by: Actor, at: datetime
) -> list[Movement]:
    """Take promised goods off the shelf and pack them."""
    return move_lines(MovementKind.PICKED, lines, source=depot, target=depot.packed, at=at)


@action(
    duty=GOODS,
    title=pgettext_lazy("of goods", "Load"),
    said=_("loaded %(pieces)s pieces into the bag of %(bag)s"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def load_goods(
    area: str | None,
    *,
    depot: Location,
    bag: Location,
    lines: Sequence[Line],
    by: Actor,
    at: datetime,
) -> list[Movement]:
    """Put packed goods into a courier's bag, a whole run in one deed."""
    return move_lines(MovementKind.LOADED, lines, source=depot.packed, target=bag, at=at)


@action(
    duty=GOODS,
    title=_("Deliver"),
    said=_("delivered %(pieces)s pieces"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def deliver_goods(
    area: str | None, *, bag: Location, lines: Sequence[Line], by: Actor, at: datetime
) -> list[Movement]:
    """Hand goods over to the customer from the bag."""
    customers = queries.outside(PlaceKind.CUSTOMER)
    return move_lines(MovementKind.DELIVERED, lines, source=bag, target=customers, at=at)


@action(
    duty=GOODS,
    title=_("Return"),
    said=_("took %(pieces)s pieces back into %(depot)s"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def return_goods(
    area: str | None,
    *,
    source: Location,
    depot: Location,
    lines: Sequence[Line],
    reason: str = "",
    by: Actor,
    at: datetime,
) -> list[Movement]:
    """Take goods back onto the shelf: packed ones, from a bag, or from a customer."""
    return move_lines(
        MovementKind.RETURNED, lines, source=source, target=depot, reason=reason, at=at
    )


@action(
    duty=GOODS,
    title=_("Hand the bag over"),
    said=_("handed %(pieces)s pieces over to %(to)s"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def hand_over_goods(
    area: str | None,
    *,
    bag: Location,
    to: Location,
    lines: Sequence[Line],
    by: Actor,
    at: datetime,
) -> list[Movement]:
    """Move goods from one courier's bag to another's."""
    return move_lines(MovementKind.MOVED, lines, source=bag, target=to, at=at)


@action(
    duty=GOODS,
    title=_("Write off"),
    said=_("wrote %(pieces)s pieces off: %(reason)s"),
    guard=rules.why_not_lines,
    private=["lines"],
)
def write_off_goods(
    area: str | None,
    *,
    place: Location,
    lines: Sequence[Line],
    lost: bool = False,
    reason: str,
    by: Actor,
    at: datetime,
) -> list[Movement]:
    """Write packed goods or goods in a bag off, as lost or as damaged."""
    kind = MovementKind.LOST if lost else MovementKind.DAMAGED
    loss = queries.outside(PlaceKind.LOSS)
    return move_lines(kind, lines, source=place, target=loss, reason=reason, at=at)


@action(duty=GOODS, title=_("Open a bag"), said=_("opened the bag of %(holder)s"), creates=True)
def open_bag(area: str, *, holder: Person, by: Actor, at: datetime) -> Location:
    """Open the bag of a courier, or return the one he has."""
    if (bag := queries.bag_of(holder.pk)) is not None:
        return bag
    bag = Location(
        code=f"bag.{holder.pk}",
        kind=PlaceKind.BAG,
        name_zh=holder.name_zh,
        name_en=holder.name_en,
        area_id=area,
        holder=holder,
        opened_at=at,
    )
    try:
        with transaction.atomic():
            bag.save()
    except IntegrityError:  # somebody else opened it meanwhile: as good
        return Location.objects.get(holder=holder)
    return bag
