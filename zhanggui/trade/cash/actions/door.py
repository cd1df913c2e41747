"""Taking money as the goods change hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.ledger.actions import transfer_many
from zhanggui.ground.ledger.rules import Entry
from zhanggui.trade.cash import queries
from zhanggui.trade.cash.actions.books import (
    PREPAID,
    SALES,
    SUSPENSE,
    TAKINGS,
    city_account,
    company_account,
    open_purse,
)
from zhanggui.trade.cash.models import Collection
from zhanggui.trade.delivery.actions.doors import hand_over
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.delivery.rules import StopState
from zhanggui.trade.orders.models import Order


@action(
    duty=queries.DOOR,
    title=_("Hand over and take the money"),
    said=_("took %(taken)s yuan of %(order)s at the door"),
    guard=queries.why_not_take,
    private=["note"],
)
def take_at_door(
    stop: Stop,
    *,
    delivered: Mapping[int, int] | None,
    tendered_fen: int,
    change_fen: int,
    device_at: datetime | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Collection:
    """Hand the goods of a stop over and take what is due for them, giving change.

    `delivered` is pieces by order line (ids), None for everything. Money for a stop that was closed
    otherwise meanwhile is never dropped: it is booked apart from the order, for the city manager to
    clear up, and the stop stays as it is.
    """
    order, run = stop.order, stop.run
    late = stop.state != StopState.WAITING
    due, taken = queries.due_for(order, delivered), tendered_fen - change_fen
    area = run.depot.area_id or run.area_id
    purse = open_purse(run.courier, area=run.area_id, by=by, at=at)
    if not late:
        hand_over(
            stop,
            delivered=delivered,
            taken_fen=taken,
            device_at=device_at,
            note=note,
            by=by,
            at=at,
        )
    account = city_account(SUSPENSE if late else TAKINGS, area, by=by, at=at)
    entry = Entry(
        purse.account_id,
        account.pk,
        taken,
        "late" if late else "collect",
        memo=order.number,
        data={"order": order.pk, "stop": stop.pk},
    )
    transfer_many(run.area_id, entries=[entry], by=by, at=at)
    purse.since_at = purse.since_at or at
    purse.save(update_fields=["since_at"])
    remember(order=order.number, due=format_fen(due), taken=format_fen(taken), late=late)
    return Collection.objects.create(
        stop=stop,
        order=order,
        courier=run.courier,
        area_id=area,
        due_fen=due,
        tendered_fen=tendered_fen,
        change_fen=change_fen,
        late=late,
        device_at=device_at,
        taken_at=at,
    )


@action(
    duty=queries.DOOR,
    title=_("Hand over, paid ahead"),
    said=_("handed %(order)s over, paid ahead"),
    guard=queries.why_not_hand_over,
    private=["note"],
)
def hand_over_paid(
    stop: Stop,
    *,
    delivered: Mapping[int, int] | None,
    device_at: datetime | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Stop:
    """Hand goods over that were paid ahead, taking nothing; what is kept of them becomes sales.

    What the customer does not keep (`delivered` is pieces by line, None for everything) is to be
    paid back.
    """
    hand_over(stop, delivered=delivered, taken_fen=0, device_at=device_at, note=note, by=by, at=at)
    order = Order.objects.select_related("depot").get(pk=stop.order_id)
    entry = Entry(
        company_account(PREPAID, by=by, at=at).pk,
        city_account(SALES, order.depot.area_id or order.area_id, by=by, at=at).pk,
        order.taken_fen,
        "earn",
        memo=order.number,
        data={"order": order.pk, "stop": stop.pk},
    )
    transfer_many(stop.run.area_id, entries=[entry], by=by, at=at)
    remember(order=order.number)
    return stop
