"""What each courier carries: by the ledger, of it the float, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.ledger.queries import accounts_by_code, balances
from zhanggui.ground.ledger.rules import AccountKind, Balance, Bound
from zhanggui.ground.org.models import Person
from zhanggui.ground.org.queries import present
from zhanggui.trade.cash import rules
from zhanggui.trade.cash.models import Purse, Remittance
from zhanggui.trade.cash.queries.collections import carried_collections
from zhanggui.trade.cash.queries.duties import (
    COUNTING,
    HAND_IN,
    TAKES_MONEY,
    home_of,
    looks_where,
)
from zhanggui.trade.cash.rules import RemittanceState
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import OPEN, StopState

SAFE = "cash.safe"
"""The code of the account of finance's safe."""

FLOAT_OUT = "float_out"
"""The entry by which change leaves the safe for a courier."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a courier carries, in fen: on hand, of it the float; and what is being counted.

    `since_at` is since when his purse has not been empty, None while it is.
    """

    fen: int = 0
    float_fen: int = 0
    under_way_fen: int = 0
    since_at: datetime | None = None

    @property
    def takings_fen(self) -> int:
        """What customers gave him of it."""
        return self.fen - self.float_fen


NONE = Carried()


def purse_of(courier_id: int | None) -> Purse | None:
    """Return the purse of a courier, None before he was given or took any money."""
    purses = Purse.objects.select_related("courier", "area", "account")
    return purses.filter(courier=courier_id).first() if courier_id is not None else None


def own_purse(by: DeskActor) -> QuerySet[Purse]:
    """Return one's own purse while there is money in it."""
    mine = Purse.objects.filter(courier=by.person_id, since_at__isnull=False)
    shown = mine if by.scope(HAND_IN) else mine.none()
    return shown.select_related("courier", "area")


def purses_seen(by: DeskActor) -> QuerySet[Purse]:
    """Return the purses of the areas whose money is one's business, and one's own."""
    mine = Q(courier=by.person_id) if by.scope(HAND_IN) else Q(pk__in=[])
    return Purse.objects.filter(looks_where(by) | mine).select_related("courier", "area")


def purse_seen(by: DeskActor, pk: int) -> Purse:
    """Return a purse one may look at; raise `not_yours` otherwise."""
    purse = purses_seen(by).filter(pk=pk).first()
    if purse is None:
        raise not_yours()
    return purse


def carried(courier: Person | int) -> Carried:
    """Return what a courier carries, nothing for somebody without a purse."""
    purse = purse_of(courier if isinstance(courier, int) else courier.pk)
    return carried_in([purse])[purse.pk] if purse else NONE


def carried_in(purses: Iterable[Purse]) -> dict[int, Carried]:
    """Return what is in each purse (ids), in three statements however many there are."""
    purses = list(purses)
    if not purses:
        return {}
    sums = balances([purse.account_id for purse in purses])
    floats = _floats(purses)
    return {
        purse.pk: Carried(
            fen=_on_hand(sums[purse.account_id]),
            float_fen=floats[purse.pk],
            under_way_fen=sums[purse.account_id].credits_pending,
            since_at=purse.since_at,
        )
        for purse in purses
    }


def _on_hand(balance: Balance) -> int:
    """Return what is still in the hand: what was set aside for a count has left it."""
    return balance.net(AccountKind.ASSET) - balance.credits_pending


def _floats(purses: Iterable[Purse]) -> dict[int, int]:
    """Return the float still out in each purse: given out, less what went back with hand-ins."""
    purses = list(purses)
    given: QuerySet[Transfer, Any] = Transfer.objects.filter(
        debit__in=[purse.account_id for purse in purses], entry=FLOAT_OUT
    )
    back: QuerySet[Remittance, Any] = Remittance.objects.filter(
        courier__in=[purse.courier_id for purse in purses]
    )
    out = dict(given.order_by().values_list("debit").annotate(n=Sum("amount_fen")))
    returned = dict(back.order_by().values_list("courier").annotate(n=Sum("float_fen")))
    return {
        purse.pk: int(out.get(purse.account_id, 0)) - int(returned.get(purse.courier_id, 0))
        for purse in purses
    }


def since_when(purse: Purse, fen: int) -> datetime | None:
    """Return since when a purse with so much in it has not been empty, None when it is."""
    if fen < 1:
        return None
    taken_at = carried_collections(purse.courier_id).aggregate(n=Min("taken_at"))["n"]
    floats = Transfer.objects.filter(debit=purse.account_id, entry=FLOAT_OUT)
    last = Remittance.objects.filter(courier=purse.courier_id).order_by("-pk").first()
    if last is not None and last.pending_id is not None:
        floats = floats.filter(pk__gt=last.pending_id)
    given_at = floats.aggregate(n=Min("at"))["n"]
    return min((moment for moment in (taken_at, given_at) if moment is not None), default=None)


def oldest_taken_at(courier_id: int) -> datetime | None:
    """Return when the oldest of the takings was taken that a courier still has."""
    oldest = carried_collections(courier_id).aggregate(n=Min("taken_at"))["n"]
    return oldest if isinstance(oldest, datetime) else None


def why_not_leave(run: Run, at: datetime) -> Refusal | None:
    """Return why the courier of a run may not set out with the money he carries."""
    purse = purse_of(run.courier_id)
    if purse is None or purse.since_at is None:
        return None
    return rules.why_not_leave(
        oldest_at=oldest_taken_at(run.courier_id),
        carried_fen=carried_in([purse])[purse.pk].fen,
        at=at,
    )


# --- floats ------------------------------------------------------------------------------------


def safe_fen() -> int:
    """Return what is in finance's safe by the books; nothing before anything was put in."""
    safe = accounts_by_code([SAFE]).get(SAFE)
    return balances([safe])[safe.pk].room(Bound.CREDITS) or 0 if safe else 0


def couriers_to_give(by: DeskActor) -> QuerySet[Person]:
    """Return who takes money at doors in the areas for which somebody gives out floats."""
    scope = by.scope(COUNTING)
    structure = present(by.at).structure
    users = {
        seat.person
        for post in structure.posts_with(TAKES_MONEY)
        for seat in structure.seats
        if seat.post == post.code and seat.area in scope
    }
    people = Person.objects.filter(user__in=users, is_active=True)
    return people.exclude(pk=by.person_id).order_by("name_zh", "pk")


def why_not_float(
    _area: object = None,
    *,
    courier: Person | None = None,
    notes: Mapping[str, int] | None = None,
    by: Any = None,
    at: datetime | None = None,
) -> Refusal | None:
    """Return why this change cannot be given to somebody; None before he is known."""
    if courier is None or at is None:
        return None
    return rules.why_not_float(
        notes,
        own=by is not None and by.person_id == courier.pk,
        courier=bool(home_of(courier, at=at)),
        open_fen=carried(courier).float_fen,
    )


def dues_to_come(couriers: Iterable[Person]) -> dict[int, list[int]]:
    """Return by courier (id) what is due at each door to come on his open runs, in fen."""
    stops = Stop.objects.filter(
        state=StopState.WAITING, run__courier__in=couriers, run__state__in=OPEN
    )
    found: dict[int, list[int]] = {}
    unpaid = stops.exclude(order__due_fen=0).order_by("pk")
    rows = unpaid.values_list("run__courier", "order__due_fen")
    for courier, due in rows:
        found.setdefault(courier, []).append(due)
    return found


# --- the custody equation ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Money:
    """The custody equation of a courier, in fen, over all time.

    float given + collected - given back = handed in + on hand, always. Of what was handed in,
    `counted_fen` was there when it was counted, `short_fen` too little and `over_fen` too much.
    """

    float_fen: int
    collected_fen: int
    refunded_fen: int
    handed_in_fen: int
    on_hand_fen: int
    counted_fen: int = 0
    short_fen: int = 0
    over_fen: int = 0


def money_of(purse: Purse) -> Money:
    """Return everything that ever came into a purse and left it, from the records, not the ledger.

    Only what is on hand is the ledger's: the audits hold the one against the other.
    """
    account = Account(pk=purse.account_id)
    collected = carried_collections(purse.courier_id, all_time=True)
    sums = collected.aggregate(
        given=Sum("tendered_fen", default=0), back=Sum("change_fen", default=0)
    )
    returned = carried_collections(purse.courier_id, given_back=True).aggregate(
        given=Sum("tendered_fen", default=0), back=Sum("change_fen", default=0)
    )
    floats = Transfer.objects.filter(debit=account.pk, entry=FLOAT_OUT)
    hand_ins = list(Remittance.objects.filter(courier=purse.courier_id))
    counted = [h for h in hand_ins if h.state != RemittanceState.DECLARED]
    return Money(
        float_fen=int(floats.aggregate(n=Sum("amount_fen", default=0))["n"]),
        collected_fen=int(sums["given"]) - int(sums["back"]),
        refunded_fen=int(returned["given"]) - int(returned["back"]),
        handed_in_fen=sum(h.expected_fen for h in hand_ins),
        on_hand_fen=_on_hand(balances([purse.account_id])[purse.account_id]),
        counted_fen=sum(h.counted_fen or 0 for h in counted),
        short_fen=sum(max(-h.difference_fen, 0) for h in counted),
        over_fen=sum(max(h.difference_fen, 0) for h in counted),
    )
