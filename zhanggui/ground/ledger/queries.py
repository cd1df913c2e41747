"""Balances, statements, and what speaks against an entry: sums of transfers, taken when asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.limits import EXPORT_ROWS_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.ledger import rules
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.ledger.rules import MOVES_MONEY, Balance, Entry, Phase

_POSTED = Coalesce(Sum("amount_fen", filter=Q(phase__in=MOVES_MONEY)), 0)
_PENDING = Coalesce(
    Sum(
        Case(When(phase=Phase.PENDING, then=F("amount_fen")), default=-F("releases_fen")),
        output_field=BigIntegerField(),
    ),
    0,
)


# --- accounts ---------------------------------------------------------------------------------
def accounts_by_code(codes: Iterable[str]) -> dict[str, Account]:
    """Return the accounts of these codes, those that exist, by code."""
    return {account.code: account for account in Account.objects.filter(code__in=set(codes))}


def accounts_of_holder(kind: str, pk: int) -> QuerySet[Account]:
    """Return the accounts a holder has, open ones first, in the order of their codes."""
    held = Account.objects.filter(holder_kind=kind, holder_id=pk)
    return held.order_by(F("closed_at").asc(nulls_first=True), "code")


# --- balances ---------------------------------------------------------------------------------
def balances(
    accounts: Iterable[Account | int], *, at: datetime | None = None
) -> dict[int, Balance]:
    """Return the balance of each account by id, in one statement.

    With `at`, as the books stood then: transfers of that moment are in.
    """
    ids = {account if isinstance(account, int) else account.pk for account in accounts}
    found = dict.fromkeys(ids, Balance())
    return {**found, **_sums(Q(debit__in=ids), Q(credit__in=ids), at=at)}


def balance(account: Account, *, at: datetime | None = None) -> Balance:
    """Return the balance of one account."""
    return balances([account], at=at)[account.pk]


def _sums(debited: Q, credited: Q, *, at: datetime | None) -> dict[int, Balance]:
    found: dict[int, Balance] = {}
    sides = _side("debit", debited, at=at).union(_side("credit", credited, at=at), all=True)
    for account, side, posted, pending in sides:
        so_far = found.get(account, Balance())
        add = so_far.debited if side == "debit" else so_far.credited
        # PostgreSQL answers a sum of bigint as a decimal.
        found[account] = add(posted=int(posted), pending=int(pending))
    return found


def _side(side: str, chosen: Q, *, at: datetime | None) -> QuerySet[Transfer, Any]:
    moved = Transfer.objects.filter(chosen)
    if at is not None:
        moved = moved.filter(at__lte=at)
    return (
        moved.order_by()
        .values(account=F(f"{side}_id"), side=Value(side))
        .annotate(posted=_POSTED, pending_sum=_PENDING)
        .values_list("account", "side", "posted", "pending_sum")
    )


@dataclass(frozen=True, slots=True)
class TrialLine:
    """An account and its balance."""

    account: Account
    balance: Balance


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts with their balances; the totals of both sides are equal."""

    lines: tuple[TrialLine, ...]
    debits_posted: int
    credits_posted: int


def trial_balance(*, at: datetime | None = None) -> TrialBalance:
    """Return every account with its balance, in the order of their codes, and the totals."""
    sums = _sums(Q(), Q(), at=at)
    accounts = Account.objects.order_by("code")
    lines = tuple(TrialLine(account, sums.get(account.pk, Balance())) for account in accounts)
    return TrialBalance(
        lines=lines,
        debits_posted=sum(line.balance.debits_posted for line in lines),
        credits_posted=sum(line.balance.credits_posted for line in lines),
    )


# --- statements -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StatementLine:
    """A transfer, and the account's balance after it."""

    transfer: Transfer
    balance: Balance


@dataclass(frozen=True, slots=True)
class Statement:
    """What happened on an account: the balance before, each transfer, the balance after."""

    account: Account
    opening: Balance
    lines: tuple[StatementLine, ...]

    @property
    def closing(self) -> Balance:
        """The balance after the last transfer."""
        return self.lines[-1].balance if self.lines else self.opening


def statement(
    account: Account, *, since: datetime | None = None, until: datetime | None = None
) -> Statement:
    """Return the transfers of an account with since <= at < until, in order of time.

    At most `EXPORT_ROWS_MAX` lines; ask for a shorter time where there are more.
    """
    moved = transfers_of(account)
    opening = Balance()
    if since is not None:
        own = Q(at__lt=since)
        sums = _sums(own & Q(debit=account), own & Q(credit=account), at=None)
        opening = sums.get(account.pk, Balance())
        moved = moved.filter(at__gte=since)
    if until is not None:
        moved = moved.filter(at__lt=until)
    lines, running = [], opening
    for transfer in moved.order_by("at", "pk")[:EXPORT_ROWS_MAX]:
        running = _after(running, transfer, account.pk)
        lines.append(StatementLine(transfer, running))
    return Statement(account, opening, tuple(lines))


def transfers_of(account: Account) -> QuerySet[Transfer]:
    """Return every transfer that touches an account, with both its accounts."""
    touching = Transfer.objects.filter(Q(debit=account) | Q(credit=account))
    return touching.select_related("debit", "credit").order_by("pk")


def pending_transfers(account: Account) -> QuerySet[Transfer]:
    """Return the transfers of an account that are still pending, oldest first."""
    return transfers_of(account).filter(phase=Phase.PENDING, ended_by__isnull=True)


def _after(before: Balance, transfer: Transfer, account: int) -> Balance:
    change = before.debited if transfer.debit_id == account else before.credited
    return change(
        **rules.effect(
            transfer.phase, amount_fen=transfer.amount_fen, releases_fen=transfer.releases_fen
        )
    )


def left_to_correct(transfer: Transfer) -> int:
    """Return how many fen of a posted transfer still stand after its corrections."""
    taken_back = Transfer.objects.filter(corrects=transfer).aggregate(sum=Sum("amount_fen"))["sum"]
    return transfer.amount_fen - int(taken_back or 0)


# --- what speaks against it -------------------------------------------------------------------
# Asked outside a deed these only look. Asked within one they lock the accounts first, in the order
# of their numbers, so that the answer still holds when the deed is written.
def why_not_transfer(
    _area: object = None,
    *,
    debit: Account | None = None,
    credit: Account | None = None,
    amount_fen: int = 0,
    entry: str = "",
    memo: str = "",
    data: Mapping[str, Any] | None = None,
) -> Refusal | None:
    """Return why this cannot be transferred, at once or pending; None before accounts are known."""
    if debit is None or credit is None:
        return None
    one = Entry(debit.pk, credit.pk, amount_fen, entry, memo, data or {})
    return rules.why_not_entry(one) or _why_not_book([one])


def why_not_transfer_many(
    _area: object = None, *, entries: Sequence[Entry] | None = None
) -> Refusal | None:
    """Return why these transfers cannot be made one after the other; the first reason found."""
    if entries is None:
        return None
    if refusal := rules.why_not_many(len(entries)):
        return refusal
    wrong = filter(None, map(rules.why_not_entry, entries))
    return next(wrong, None) or _why_not_book(entries)


def why_not_post_pending(pending: Transfer, *, amount_fen: int | None = None) -> Refusal | None:
    """Return why a transfer, or this part of it, cannot be posted."""
    return rules.why_not_end(phase=pending.phase, ended=_ended(pending)) or rules.why_not_post(
        pending_fen=pending.amount_fen,
        amount_fen=pending.amount_fen if amount_fen is None else amount_fen,
    )


def why_not_void_pending(pending: Transfer) -> Refusal | None:
    """Return why a transfer cannot be voided."""
    return rules.why_not_end(phase=pending.phase, ended=_ended(pending))


def why_not_correct(
    transfer: Transfer, *, amount_fen: int | None = None, memo: str = ""
) -> Refusal | None:
    """Return why a transfer, or this much of it, cannot be taken back."""
    left = left_to_correct(transfer)
    amount = left if amount_fen is None else amount_fen
    back = Entry(transfer.credit_id, transfer.debit_id, amount, "correction", memo)
    return (
        rules.why_not_correct(phase=transfer.phase, left_fen=left, amount_fen=amount)
        or rules.why_not_entry(back)
        or _why_not_book([back])
    )


def why_not_close(account: Account) -> Refusal | None:
    """Return why an account cannot be closed."""
    return rules.why_not_close(account, kind=account.kind, balance=balance(account))


def _why_not_book(entries: Sequence[Entry]) -> Refusal | None:
    ids = {pk for entry in entries for pk in (entry.debit, entry.credit)}
    accounts = Account.objects.filter(pk__in=ids).order_by("pk")
    if guard.is_open():
        accounts = accounts.select_for_update(no_key=True)
    by_id = {account.pk: account for account in accounts}
    bounded = [account for account in by_id.values() if account.bound]
    return rules.why_not_book(
        entries, accounts=by_id, balances=balances(bounded) if bounded else {}
    )


def _ended(pending: Transfer) -> str | None:
    ends = Transfer.objects.filter(pending=pending).values_list("phase", flat=True)
    return ends.first()
