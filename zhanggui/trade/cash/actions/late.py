"""Clearing up money that came in for a stop which had been closed otherwise meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.ledger.actions import transfer_many
from zhanggui.ground.ledger.rules import Entry
from zhanggui.trade.cash import queries, rules
from zhanggui.trade.cash.actions.books import SUSPENSE, TAKINGS, city_account, company_account
from zhanggui.trade.cash.actions.hand_ins import settling
from zhanggui.trade.cash.models import Collection, Purse
from zhanggui.trade.cash.queries.purses import SAFE
from zhanggui.trade.cash.rules import ENDED, LateEnd
from zhanggui.trade.delivery.actions.doors import hand_over
from zhanggui.trade.orders.actions.progress import hand_in_orders, settle_orders


@action(
    duty=queries.LATE,
    title=_("Clear up"),
    said=_("cleared %(taken)s yuan up: %(reason)s"),
    guard=queries.why_not_clear,
    since="taken_at",
    concerns=lambda collection, _result: [collection.courier_id],
)
def clear_late(
    collection: Collection, *, how: str, reason: str, by: Actor, at: datetime
) -> Collection:
    """Clear up late money: it pays its order, goes back to the customer, or was never taken.

    It can pay the order while the same courier has it at a door to come and exactly this is due.
    """
    way = LateEnd(how)
    if way == LateEnd.ORDER:
        _pay_order(collection, by=by, at=at)
    elif collection.remittance_id is None:
        _out_of_purse(collection, entry=_WORDS[way], by=by, at=at)
    else:
        _out_of_safe(collection, by=by, at=at)
    collection.cleared_at, collection.cleared_as = at, way
    collection.save(update_fields=["cleared_at", "cleared_as"])
    if collection.remittance_id is None and way != LateEnd.ORDER:
        _tell_since(collection)
    remember(taken=format_fen(collection.taken_fen))
    return collection


_WORDS = {LateEnd.CUSTOMER: "refund_paid", LateEnd.MISTAKE: "struck"}


def _pay_order(collection: Collection, *, by: Actor, at: datetime) -> None:
    stop = queries.waiting_stop_for(collection)
    if stop is None:
        raise rules.cannot_pay_order()
    taken, noted = collection.taken_fen, collection.device_at
    hand_over(stop, delivered=None, taken_fen=taken, device_at=noted, by=by, at=at)
    if collection.remittance_id is None:
        entries = [_pays(collection, by=by, at=at)]
        transfer_many(collection.area_id, entries=entries, by=by, at=at)
    else:
        follow_hand_in(collection, by=by, at=at)


def _pays(collection: Collection, *, by: Actor, at: datetime) -> Entry:
    """Return the entry by which late money becomes what was taken for its order."""
    suspense = city_account(SUSPENSE, collection.area_id, by=by, at=at)
    takings = city_account(TAKINGS, collection.area_id, by=by, at=at)
    number = collection.order.number
    return Entry(suspense.pk, takings.pk, collection.taken_fen, "collect", memo=number)


@action(
    duty=queries.LATE,
    title=_("Follow the money"),
    said=_("put the order where its money is already"),
    guard=queries.why_not_follow,
)
def follow_hand_in(collection: Collection, *, by: Actor, at: datetime) -> Collection:
    """Move an order on to where the late money that pays it is already: handed in, or counted.

    A deed of its own inside the clearing, so that its facts come after those of the door.
    """
    remittance, order = collection.remittance, collection.order_id
    assert remittance is not None
    area, taken = collection.area_id, collection.taken_fen
    entries = [_pays(collection, by=by, at=at)]
    hand_in_orders(area, orders=[order], by=by, at=at)
    if remittance.state in ENDED:
        settle_orders(area, orders=[order], by=by, at=at)
        entries += settling({area: taken}, memo=remittance.number, by=by, at=at)
    transfer_many(area, entries=entries, by=by, at=at)
    return collection


def _out_of_purse(collection: Collection, *, entry: str, by: Actor, at: datetime) -> None:
    """Let money leave the purse it is in. Whoever is just handing that in has it first."""
    purses = Purse.objects.select_for_update(no_key=True, skip_locked=True)
    purse = purses.filter(courier=collection.courier_id).first()
    if purse is None:
        raise Refusal(
            "purse_busy",
            _("The courier is just taking or handing in money."),
            settles=_("Try again in a moment."),
        )
    suspense = city_account(SUSPENSE, collection.area_id, by=by, at=at)
    number = collection.order.number
    entries = [Entry(suspense.pk, purse.account_id, collection.taken_fen, entry, memo=number)]
    transfer_many(collection.area_id, entries=entries, by=by, at=at)


def _out_of_safe(collection: Collection, *, by: Actor, at: datetime) -> None:
    taken = collection.taken_fen
    safe = company_account(SAFE, by=by, at=at)
    suspense = city_account(SUSPENSE, collection.area_id, by=by, at=at)
    if (there := queries.safe_fen()) < taken:
        raise rules.safe_too_empty(there_fen=there, wanted_fen=taken)
    entries = [Entry(suspense.pk, safe.pk, taken, "refund_paid", memo=collection.order.number)]
    transfer_many(collection.area_id, entries=entries, by=by, at=at)


def _tell_since(collection: Collection) -> None:
    """Set since when the purse has not been empty, now that this money has left it."""
    purse = Purse.objects.get(courier=collection.courier_id)
    fen = queries.carried_in([purse])[purse.pk].fen
    purse.since_at = queries.since_when(purse, fen)
    purse.save(update_fields=["since_at"])
