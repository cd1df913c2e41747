"""What must never be so in the books: each breach a sentence, with the record it is about."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum

from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.limits import FEN_MAX
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.ledger import queries, rules
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.ledger.rules import ENDS_PENDING, MOVES_MONEY, Balance, Bound, Phase

Found = tuple[str, str, int]

CHUNK = 2_000


def _transfer(pk: int, sentence: str) -> Found:
    return f"Transfer {pk} {sentence}.", Transfer._meta.label, pk


def _account(account: Account, sentence: str) -> Found:
    return f"Account {account.pk} ({account.code}) {sentence}.", Account._meta.label, account.pk


def _each(wrong: QuerySet[Transfer], sentence: str) -> Iterator[Found]:
    for pk in wrong.order_by("pk").values_list("pk", flat=True).iterator():
        yield _transfer(pk, sentence)


@audit("ledger.transfers")
def audit_transfers() -> Iterator[Found]:
    """Yield each transfer that no action could have written by itself."""
    every = Transfer.objects.all()
    yield from _each(
        every.exclude(amount_fen__range=(1, FEN_MAX)), "has an amount that is no amount"
    )
    yield from _each(every.filter(debit=F("credit")), "goes from an account to itself")
    for side in ("debit", "credit"):
        known = Exists(Account.objects.filter(pk=OuterRef(f"{side}_id")))
        yield from _each(every.filter(~known), f"has a {side} account that is not there")
    shaped = (
        Q(phase__in=[Phase.POSTED, Phase.PENDING], pending__isnull=True, releases_fen=0)
        | Q(phase=Phase.POSTING, pending__isnull=False, releases_fen__gte=F("amount_fen"))
        | Q(phase=Phase.VOIDING, pending__isnull=False, releases_fen=F("amount_fen"))
    )
    yield from _each(every.exclude(pk__in=every.filter(shaped)), "has a phase it cannot have")


@audit("ledger.pending")
def audit_pending() -> Iterator[Found]:
    """Yield each pending transfer ended wrongly: twice, too high, or between other accounts."""
    ends = Transfer.objects.filter(phase__in=ENDS_PENDING, pending__isnull=False)
    of_pending = ends.filter(
        pending__phase=Phase.PENDING,
        debit=F("pending__debit_id"),
        credit=F("pending__credit_id"),
        releases_fen=F("pending__amount_fen"),
        pk__gt=F("pending_id"),
    )
    yield from _each(
        ends.exclude(pk__in=of_pending), "does not fit the pending transfer that it ends"
    )
    times = ends.filter(pending=OuterRef("pk")).order_by().values("pending")
    ended = Transfer.objects.annotate(times=Subquery(times.annotate(n=Count("pk")).values("n")))
    yield from _each(ended.filter(times__gt=1), "was ended more than once")


@audit("ledger.corrections")
def audit_corrections() -> Iterator[Found]:
    """Yield each correction that does not take back what it names, and each taken back too far."""
    corrections = Transfer.objects.filter(corrects__isnull=False)
    fitting = corrections.filter(
        phase=Phase.POSTED,
        corrects__phase__in=MOVES_MONEY,
        debit=F("corrects__credit_id"),
        credit=F("corrects__debit_id"),
        pk__gt=F("corrects_id"),
    )
    yield from _each(
        corrections.exclude(pk__in=fitting), "does not take back the transfer that it corrects"
    )
    back = corrections.filter(corrects=OuterRef("pk")).order_by().values("corrects")
    taken = Transfer.objects.annotate(back=Subquery(back.annotate(n=Sum("amount_fen")).values("n")))
    yield from _each(taken.filter(back__gt=F("amount_fen")), "was taken back further than it went")


@audit("ledger.deeds")
def audit_deeds() -> Iterator[Found]:
    """Yield each transfer without a fact that tells why, or dated after it."""
    facts = Fact.objects.filter(deed=OuterRef("deed")).order_by().values("deed")
    told_at = Subquery(facts.annotate(last=Max("at")).values("last"))
    told = Transfer.objects.annotate(told_at=told_at)
    yield from _each(told.filter(told_at__isnull=True), "has no fact that tells why")
    yield from _each(told.filter(at__gt=F("told_at")), "is dated after the fact that tells why")


@audit("ledger.accounts")
def audit_accounts() -> Iterator[Found]:
    """Yield each account that passed its bound at any time, or was closed with money in it."""
    for account in Account.objects.exclude(bound=Bound.NONE).order_by("pk"):
        yield from _past_bound(account)
    closed = list(Account.objects.filter(closed_at__isnull=False).order_by("pk"))
    sums = queries.balances(closed) if closed else {}
    for account in closed:
        held = sums[account.pk]
        if held.net(account.kind) or held.debits_pending or held.credits_pending:
            yield _account(account, "is closed and not settled")


def _past_bound(account: Account) -> Iterator[Found]:
    """Walk the account's transfers in the order they were written; yield the first breach."""
    running = Balance()
    rows = queries.transfers_of(account).values_list(
        "pk", "phase", "debit_id", "amount_fen", "releases_fen"
    )
    for pk, phase, debit, amount_fen, releases_fen in rows.iterator(chunk_size=CHUNK):
        change = running.debited if debit == account.pk else running.credited
        running = change(**rules.effect(phase, amount_fen=amount_fen, releases_fen=releases_fen))
        room = running.room(account.bound)
        if room is not None and room < 0:
            yield _account(account, f"passed its bound by {format_fen(-room)} at transfer {pk}")
            return
