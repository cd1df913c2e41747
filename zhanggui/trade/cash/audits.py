"""What must never be so about the money: each breach a sentence, with the record it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.ledger.queries import balances
from zhanggui.ground.ledger.rules import MOVES_MONEY, Balance
from zhanggui.trade.cash import queries
from zhanggui.trade.cash.models import BankEntry, Collection, Purse, Remittance
from zhanggui.trade.cash.rules import (
    ENDED,
    BankKind,
    Decision,
    LateEnd,
    RemittanceState,
    total_of,
)
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.states import Money, Payment

Found = tuple[str, str, int]

PAYS_ORDER = Q(late=False) | Q(cleared_as=LateEnd.ORDER)
"""Money that belongs to its order: it came in time, or was put to it later."""

_TAKEN = F("tendered_fen") - F("change_fen")


def _each(wrong: QuerySet[Any], sentence: str) -> Iterator[Found]:
    label = wrong.model._meta.label
    name = label.rpartition(".")[2]
    for pk in wrong.order_by("pk").values_list("pk", flat=True):
        yield f"{name} {pk} {sentence}.", label, pk


# --- custody -----------------------------------------------------------------------------------


@audit("cash.purses")
def audit_purses() -> Iterator[Found]:
    """Yield each courier whose cash is not float + collected - given back - handed in."""
    purses = list(Purse.objects.select_related("account").order_by("pk"))
    money = queries.carried_in(purses)
    label = Purse._meta.label
    for purse in purses:
        held = queries.money_of(purse)
        ought = held.float_fen + held.collected_fen - held.refunded_fen - held.handed_in_fen
        if ought != held.on_hand_fen:
            yield (
                (
                    f"Purse {purse.pk} holds {format_fen(held.on_hand_fen)} by the ledger; float, "
                    f"collections and hand-ins leave {format_fen(ought)}."
                ),
                label,
                purse.pk,
            )
        waiting = Remittance.objects.filter(
            courier=purse.courier_id, state=RemittanceState.DECLARED
        ).aggregate(n=Sum("expected_fen", default=0))["n"]
        if money[purse.pk].under_way_fen != waiting:
            yield f"Purse {purse.pk} has another sum pending than was handed in.", label, purse.pk
        if not 0 <= money[purse.pk].float_fen <= held.on_hand_fen:
            yield f"Purse {purse.pk} holds less than its float.", label, purse.pk
        if purse.since_at != queries.since_when(purse, held.on_hand_fen):
            yield f"Purse {purse.pk} does not say truly since when it holds money.", label, purse.pk


# --- orders ------------------------------------------------------------------------------------


@audit("cash.orders")
def audit_orders() -> Iterator[Found]:
    """Yield each order whose money is not where its collection is, or is not as much."""
    mine = Collection.objects.filter(PAYS_ORDER, order=OuterRef("pk"))
    taken = mine.order_by().values("order").annotate(n=Sum(_TAKEN)).values("n")
    every = Order.objects.annotate(collected_fen=Subquery(taken))
    yield from _each(
        every.filter(payment=Payment.TRANSFER, collected_fen__isnull=False),
        "was paid ahead, and once more at the door",
    )
    orders = every.filter(payment=Payment.CASH)
    had = [Money.COLLECTED, Money.HANDED_IN, Money.SETTLED]
    yield from _each(
        orders.filter(money__in=had, collected_fen__isnull=True),
        "has money that nobody took at a door",
    )
    yield from _each(
        orders.exclude(money__in=had).filter(collected_fen__isnull=False),
        "had its money taken and does not say so",
    )
    yield from _each(
        orders.filter(money__in=had, collected_fen__isnull=False).exclude(
            collected_fen=F("taken_fen")
        ),
        "says another sum than was taken at the door",
    )
    ended = Exists(mine.filter(remittance__state__in=ENDED))
    counting = Exists(
        mine.filter(remittance__state__in=[RemittanceState.DECLARED, RemittanceState.DIFFERENT])
    )
    carried = Exists(mine.filter(remittance__isnull=True))
    told = orders.filter(collected_fen__isnull=False)
    yield from _each(
        told.filter(money=Money.SETTLED).exclude(ended), "is settled without counted money"
    )
    yield from _each(
        told.filter(money=Money.HANDED_IN).exclude(counting), "is handed in without a hand-in"
    )
    yield from _each(
        told.filter(money=Money.COLLECTED).exclude(carried),
        "is said to be with the courier and is not",
    )


# --- the ledger --------------------------------------------------------------------------------


def _balances(prefix: str) -> dict[str, Balance]:
    """Return the balances of the accounts `<prefix>.<area>` by area."""
    accounts = list(Account.objects.filter(code__startswith=f"{prefix}."))
    sums = balances(accounts) if accounts else {}
    return {account.code.partition(".")[2]: sums[account.pk] for account in accounts}


def _by_area(rows: QuerySet[Any], field: str = "area") -> dict[str, int]:
    summed = rows.order_by().values_list(field).annotate(n=Sum(_TAKEN))
    return {str(area): int(fen) for area, fen in summed}


def _differ(name: str, books: dict[str, int], ought: dict[str, int]) -> Iterator[str]:
    for area in sorted({*books, *ought}):
        if books.get(area, 0) != ought.get(area, 0):
            yield (
                f"{name}.{area} holds {format_fen(books.get(area, 0))} by the ledger, the records "
                f"say {format_fen(ought.get(area, 0))}."
            )


@audit("cash.ledger")
def audit_ledger() -> Iterator[str]:
    """Yield each account of the money that does not hold what the records say."""
    paying = Collection.objects.filter(PAYS_ORDER)
    settled = paying.filter(order__money=Money.SETTLED)
    takings = {area: b.net("liability") for area, b in _balances("takings").items()}
    yield from _differ("takings", takings, _by_area(paying.exclude(order__money=Money.SETTLED)))
    yield from _differ("sales", _entered("sales", "settle"), _by_area(settled))
    late = Collection.objects.filter(late=True, cleared_at__isnull=True)
    suspense = sum(b.net("liability") for b in _balances("suspense").values())
    over: dict[str, int] = defaultdict(int)
    short: dict[str, int] = defaultdict(int)
    debts: dict[str, int] = defaultdict(int)
    for hand_in in Remittance.objects.exclude(state=RemittanceState.DECLARED):
        difference = hand_in.difference_fen
        if difference > 0:
            over["decided" if hand_in.decision == Decision.KEEP else "open"] += difference
        elif difference < 0 and hand_in.decision == Decision.WAIVE:
            short["decided"] -= difference
        elif difference < 0:
            debts[str(hand_in.courier_id)] -= difference
    yield from _differ(
        "suspense", {"*": suspense}, {"*": sum(_by_area(late).values()) + over["open"]}
    )
    kept = sum(_entered("over", "over").values())
    yield from _differ("over", {"*": kept}, {"*": over["decided"]})
    waived = sum(b.net("expense") for b in _balances("short").values())
    yield from _differ("short", {"*": waived}, {"*": short["decided"]})
    owed = {person: b.net("asset") for person, b in _balances("staff").items()}
    yield from _differ("staff", owed, dict(debts))


def _entered(prefix: str, entry: str) -> dict[str, int]:
    """Return what was entered under a word on the credit side of the accounts `<prefix>.<area>`."""
    rows = Transfer.objects.filter(
        credit__code__startswith=f"{prefix}.", entry=entry, phase__in=MOVES_MONEY
    )
    summed = rows.order_by().values_list("credit__code").annotate(n=Sum("amount_fen"))
    return {code.partition(".")[2]: int(fen) for code, fen in summed}


# --- through the bank --------------------------------------------------------------------------


@audit("cash.prepaid")
def audit_prepaid() -> Iterator[Found]:
    """Yield each order that says another sum came in or went back than the bank's entries."""
    mine = BankEntry.objects.filter(order=OuterRef("pk"), withdrawn_at__isnull=True)
    summed = mine.order_by().values("order").annotate(n=Sum("amount_fen")).values("n")
    orders = Order.objects.annotate(
        received_fen=Coalesce(Subquery(summed.filter(kind=BankKind.RECEIVED)), 0),
        returned_fen=Coalesce(Subquery(summed.filter(kind=BankKind.PAID_BACK)), 0),
    )
    yield from _each(
        orders.exclude(paid_ahead_fen=F("received_fen")), "says another sum came in than the bank"
    )
    yield from _each(
        orders.exclude(refunded_fen=F("returned_fen")), "says another sum went back than the bank"
    )


@audit("cash.bank")
def audit_bank() -> Iterator[str]:
    """Yield each account of money paid ahead that does not hold what the records say."""
    held = _total(Order.objects.all(), F("paid_ahead_fen") - F("refunded_fen"))
    earned = Order.objects.filter(payment=Payment.TRANSFER, money=Money.SETTLED)
    entries = BankEntry.objects.filter(withdrawn_at__isnull=True)
    received = _total(entries.filter(kind=BankKind.RECEIVED), F("amount_fen"))
    returned = _total(entries.filter(kind=BankKind.PAID_BACK), F("amount_fen"))
    kept = _total(earned, F("taken_fen"))
    yield from _differ("prepaid", _company("prepaid"), {"*": held - kept})
    yield from _differ("bank", _company("bank"), {"*": received - returned})
    sold: dict[str, int] = defaultdict(int)
    for area, depot_area, fen in earned.values_list("area", "depot__area", "taken_fen"):
        sold[depot_area or area] += fen
    yield from _differ("sales", _entered("sales", "earn"), dict(sold))


def _total(rows: QuerySet[Any], of: Any) -> int:
    return int(rows.order_by().aggregate(n=Sum(of, default=0))["n"])


def _company(code: str) -> dict[str, int]:
    """Return what an account of the whole company holds on its normal side, under “*”."""
    account = Account.objects.filter(code=code).first()
    return {"*": balances([account])[account.pk].net(account.kind) if account else 0}


# --- hand-ins ----------------------------------------------------------------------------------


@audit("cash.hand_ins")
def audit_hand_ins() -> Iterator[Found]:
    """Yield each hand-in in a state no fact led to, or whose sums are not those of its notes."""
    label = Remittance._meta.label
    told = Fact.objects.filter(kind=label, record_id=OuterRef("pk"))
    every = Remittance.objects.all()
    for verb, rows in (
        ("declare_remittance", every),
        ("count_remittance", every.exclude(state=RemittanceState.DECLARED)),
        ("resolve_difference", every.filter(state=RemittanceState.RESOLVED)),
        ("acknowledge_difference", every.filter(acknowledged_at__isnull=False)),
    ):
        fact = Exists(told.filter(verb=f"cash.{verb}"))
        yield from _each(rows.filter(~fact), f"has no fact of {verb}")
    for one in every.select_related("pending").order_by("pk"):
        equal = one.difference_fen == 0
        wrong = (
            total_of(one.declared) != one.declared_fen
            or (one.counted is not None and total_of(one.counted) != one.counted_fen)
            or (one.state == RemittanceState.SETTLED and not equal)
            or (one.state in {RemittanceState.DIFFERENT, RemittanceState.RESOLVED} and equal)
            or (one.state == RemittanceState.RESOLVED) != bool(one.decision)
        )
        if wrong:
            yield f"Remittance {one.pk} has sums or a state that do not fit.", label, one.pk
        if one.pending is None or one.pending.amount_fen != one.expected_fen:
            yield f"Remittance {one.pk} set another sum aside than it expects.", label, one.pk
    posted = Transfer.objects.filter(pending=OuterRef("pending"), phase__in=MOVES_MONEY)
    sums = every.annotate(
        posted_fen=Subquery(posted.values("amount_fen")[:1]),
        collected_fen=Subquery(
            Collection.objects.filter(remittance=OuterRef("pk"))
            .order_by()
            .values("remittance")
            .annotate(n=Sum(_TAKEN))
            .values("n")
        ),
    )
    for pk, posted_fen, expected, counted, float_fen, collected in sums.order_by("pk").values_list(
        "pk", "posted_fen", "expected_fen", "counted_fen", "float_fen", "collected_fen"
    ):
        ought = min(counted, expected) if counted is not None else 0
        if (posted_fen or 0) != ought:
            yield f"Remittance {pk} brought another sum into the safe than counted.", label, pk
        if float_fen + int(collected or 0) != expected:
            yield f"Remittance {pk} expects another sum than float and collections.", label, pk


@audit("cash.late")
def audit_late() -> Iterator[Found]:
    """Yield late money cleared up without a fact, and money of an order taken twice."""
    label = Collection._meta.label
    cleared = Fact.objects.filter(kind=label, record_id=OuterRef("pk"), verb="cash.clear_late")
    late = Collection.objects.filter(cleared_at__isnull=False)
    yield from _each(late.filter(~Exists(cleared)), "was cleared up and no fact tells how")
    earlier = Collection.objects.filter(PAYS_ORDER, order=OuterRef("order"), pk__lt=OuterRef("pk"))
    twice = Collection.objects.filter(PAYS_ORDER).filter(Exists(earlier))
    yield from _each(twice, "pays an order that was paid before")
