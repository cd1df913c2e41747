"""Handing in, counting blind, deciding on what differs, taking note of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.ledger.actions import (
    open_pending,
    post_pending,
    transfer_many,
    void_pending,
)
from zhanggui.ground.ledger.models import Transfer
from zhanggui.ground.ledger.rules import Entry
from zhanggui.trade.cash import queries, rules
from zhanggui.trade.cash.actions.books import (
    OVER,
    SALES,
    SHORT,
    SUSPENSE,
    TAKINGS,
    city_account,
    company_account,
    debt_account,
)
from zhanggui.trade.cash.models import Collection, Purse, Remittance
from zhanggui.trade.cash.queries.purses import SAFE
from zhanggui.trade.cash.rules import MOVES, Decision, LateEnd
from zhanggui.trade.orders.actions.progress import hand_in_orders, settle_orders


@action(
    duty=queries.HAND_IN,
    title=_("Hand in"),
    said=_("handed in what he carried"),
    guard=queries.why_not_declare,
    since="since_at",
    creates=True,
    private=["notes"],
)
def declare_remittance(
    purse: Purse, *, notes: Mapping[str, int], by: Actor, at: datetime
) -> Remittance:
    """Hand in everything one carries, saying by denomination how much it is.

    What the books say is set aside for the safe until finance has counted. What was declared stays
    out of the fact: whoever counts must not read it anywhere.
    """
    money = queries.carried_in([purse])[purse.pk]
    pending = open_pending(
        purse.area_id,
        debit=company_account(SAFE, by=by, at=at),
        credit=purse.account,
        amount_fen=money.fen,
        entry="remit",
        by=by,
        at=at,
    )
    plain = rules.plain_notes(notes)
    remittance = Remittance.objects.create(
        area_id=purse.area_id,
        courier_id=purse.courier_id,
        expected_fen=money.fen,
        float_fen=money.float_fen,
        declared=plain,
        declared_fen=rules.total_of(plain),
        declared_at=at,
        pending=pending,
    )
    mine = list(queries.carried_collections(purse.courier_id))
    Collection.objects.filter(pk__in=[taken.pk for taken in mine]).update(remittance=remittance)
    if orders := [taken.order_id for taken in mine if _pays_order(taken)]:
        hand_in_orders(purse.area_id, orders=orders, by=by, at=at)
    purse.since_at = None
    purse.save(update_fields=["since_at"])
    return remittance


@action(
    duty=queries.COUNTING,
    title=pgettext_lazy("of money", "Count"),
    said=_("counted %(counted)s yuan, %(difference)s against the books"),
    guard=queries.why_not_count,
    since="declared_at",
    concerns=lambda remittance, _result: [remittance.courier_id],
)
def count_remittance(
    remittance: Remittance, *, notes: Mapping[str, int], by: Actor, at: datetime
) -> Remittance:
    """Enter what a hand-in really is: equal to the books settles its orders.

    What is too little stands as the courier's debt, what is too much in suspense, until the city
    manager has decided.
    """
    plain = rules.plain_notes(notes)
    counted = rules.total_of(plain)
    remittance.counted, remittance.counted_fen = plain, counted
    remittance.counted_by_id, remittance.counted_at = by.person_id, at
    equal = remittance.difference_fen == 0
    verb = "count_equal" if equal else "count_different"
    remittance.state = MOVES.to(verb, remittance.state)
    remittance.save()
    _end_pending(remittance, counted, by=by, at=at)
    if equal:
        _settle(remittance, [], by=by, at=at)
    else:
        transfer_many(
            remittance.area_id, entries=[_difference(remittance, by=by, at=at)], by=by, at=at
        )
    remember(
        counted=format_fen(counted),
        difference=_signed(remittance.difference_fen),
    )
    return remittance


@action(
    duty=queries.DIFFERENCES,
    title=_("Decide"),
    said=_("decided on a difference of %(difference)s yuan: %(reason)s"),
    guard=queries.why_not_resolve,
    since="counted_at",
    concerns=lambda remittance, _result: [remittance.courier_id, remittance.counted_by_id],
)
def resolve_difference(
    remittance: Remittance, *, decision: str, reason: str, by: Actor, at: datetime
) -> Remittance:
    """Decide who bears a difference, and settle the orders of the hand-in."""
    remittance.state = MOVES.to("resolve_difference", remittance.state)
    remittance.decision, remittance.reason, remittance.resolved_at = decision, reason, at
    remittance.save()
    city = queries.city_of(remittance.area_id, at=at)
    difference = remittance.difference_fen
    entries: list[Entry] = []
    if decision == Decision.WAIVE:
        short = city_account(SHORT, city, by=by, at=at)
        debt = debt_account(remittance.courier, by=by, at=at)
        entries.append(Entry(short.pk, debt.pk, -difference, "waive", memo=remittance.number))
    elif decision == Decision.KEEP:
        over = city_account(OVER, city, by=by, at=at)
        suspense = city_account(SUSPENSE, city, by=by, at=at)
        entries.append(Entry(suspense.pk, over.pk, difference, "over", memo=remittance.number))
    _settle(remittance, entries, by=by, at=at)
    remember(difference=_signed(difference))
    return remittance


@action(
    duty=queries.OWN_DIFFERENCES,
    title=_("Take note"),
    said=_("took note of what was decided"),
    guard=queries.why_not_acknowledge,
    since="resolved_at",
)
def acknowledge_difference(remittance: Remittance, *, by: Actor, at: datetime) -> Remittance:
    """Take note of what the city manager has decided about one's own hand-in."""
    remittance.acknowledged_at = at
    remittance.save(update_fields=["acknowledged_at"])
    return remittance


def _signed(fen: int) -> str:
    return f"+{format_fen(fen)}" if fen > 0 else format_fen(fen).replace("-", "−")


def _pays_order(taken: Collection) -> bool:
    """Tell whether money belongs to its order: it came in time, or was put to it later."""
    return not taken.late or taken.cleared_as == LateEnd.ORDER


def _end_pending(remittance: Remittance, counted: int, *, by: Actor, at: datetime) -> None:
    """Post what was counted of what was set aside, at most all of it."""
    assert remittance.pending is not None
    pending: Transfer = remittance.pending
    if counted:
        amount = min(counted, pending.amount_fen)
        post_pending(pending, amount_fen=amount, by=by, at=at)
    else:
        void_pending(pending, by=by, at=at)


def _difference(remittance: Remittance, *, by: Actor, at: datetime) -> Entry:
    """Return the entry of a difference: a debt of the courier, or too much in the safe."""
    difference, number = remittance.difference_fen, remittance.number
    if difference < 0:
        debt = debt_account(remittance.courier, by=by, at=at)
        purse = Purse.objects.get(courier=remittance.courier_id)
        return Entry(debt.pk, purse.account_id, -difference, "short", memo=number)
    city = queries.city_of(remittance.area_id, at=at)
    suspense = city_account(SUSPENSE, city, by=by, at=at)
    safe = company_account(SAFE, by=by, at=at)
    return Entry(safe.pk, suspense.pk, difference, "over", memo=number)


def _settle(remittance: Remittance, entries: Iterable[Entry], *, by: Actor, at: datetime) -> None:
    """Turn what was taken for the orders of a hand-in into sales: the money has been counted."""
    taken = [c for c in Collection.objects.filter(remittance=remittance) if _pays_order(c)]
    sums: dict[str, int] = {}
    for collection in taken:
        sums[collection.area_id] = sums.get(collection.area_id, 0) + collection.taken_fen
    entries = [*entries, *settling(sums, memo=remittance.number, by=by, at=at)]
    if entries:
        transfer_many(remittance.area_id, entries=entries, by=by, at=at)
    if taken:
        orders = [collection.order_id for collection in taken]
        settle_orders(remittance.area_id, orders=orders, by=by, at=at)


def settling(sums: Mapping[str, int], *, memo: str, by: Actor, at: datetime) -> list[Entry]:
    """Return the entries by which takings of these areas become sales."""
    return [
        Entry(
            city_account(TAKINGS, area, by=by, at=at).pk,
            city_account(SALES, area, by=by, at=at).pk,
            fen,
            "settle",
            memo=memo,
        )
        for area, fen in sorted(sums.items())
    ]
