"""Opening and closing accounts, transferring money: the only writers of the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.action import action, deed_id, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.ledger import queries, rules
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.ledger.rules import AccountKind, Bound, Entry, Phase

BOOKS = "ledger.books"
"""No post holds this duty: rooms call these actions from their own, on their own authority."""


@action(
    duty=BOOKS,
    title=_("Open an account"),
    said=_("opened the account %(code)s"),
    guard=rules.why_not_open,
    creates=True,
)
def open_account(
    area: str | None,
    *,
    code: str,
    kind: AccountKind,
    bound: Bound = Bound.NONE,
    name: str = "",
    holder_kind: str = "",
    holder_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Account:
    """Open an account in an area, refusing a code that is taken."""
    try:
        with transaction.atomic():
            return Account.objects.create(
                code=code,
                kind=AccountKind(kind),
                bound=Bound(bound),
                name=name,
                area_id=area or "",
                holder_kind=holder_kind,
                holder_id=holder_id,
                opened_at=at,
            )
    except IntegrityError:
        if Account.objects.filter(code=code).exists():
            raise rules.code_taken(code) from None
        raise


@action(
    duty=BOOKS,
    title=_("Close the account"),
    said=_("closed the account"),
    guard=queries.why_not_close,
)
def close_account(account: Account, *, by: Actor, at: datetime) -> Account:
    """Close an account that holds nothing and has nothing pending, for good."""
    account.closed_at = at
    account.save(update_fields=["closed_at"])
    return account


@action(
    duty=BOOKS,
    title=_("Transfer"),
    said=_("transferred %(amount)s yuan"),
    guard=queries.why_not_transfer,
    creates=True,
)
def transfer_money(
    area: str | None,
    *,
    debit: Account,
    credit: Account,
    amount_fen: int,
    entry: str,
    memo: str = "",
    data: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Transfer:
    """Transfer money from the credited account to the debited one, posted at once."""
    one = Entry(debit.pk, credit.pk, amount_fen, entry, memo, data or {})
    remember(amount=format_fen(amount_fen))
    return _write([one], at=at)[0]


@action(
    duty=BOOKS,
    title=_("Transfer, pending"),
    said=_("set %(amount)s yuan aside as pending"),
    guard=queries.why_not_transfer,
    creates=True,
)
def open_pending(
    area: str | None,
    *,
    debit: Account,
    credit: Account,
    amount_fen: int,
    entry: str,
    memo: str = "",
    data: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Transfer:
    """Set money aside for a transfer that is to be posted or voided later."""
    one = Entry(debit.pk, credit.pk, amount_fen, entry, memo, data or {}, pending=True)
    remember(amount=format_fen(amount_fen))
    return _write([one], at=at)[0]


@action(
    duty=BOOKS,
    title=_("Transfer several"),
    said=_("made %(transfers)s transfers of %(amount)s yuan altogether"),
    guard=queries.why_not_transfer_many,
    private=["entries"],
)
def transfer_many(
    area: str | None, *, entries: Sequence[Entry], by: Actor, at: datetime
) -> list[Transfer]:
    """Make many transfers, posted or pending, in order: all of them or none.

    The fact keeps their number and total; the transfers themselves carry its deed.
    """
    total = sum(entry.amount_fen for entry in entries)
    remember(transfers=len(entries), amount=format_fen(total))
    return _write(entries, at=at)


@action(
    duty=BOOKS,
    title=pgettext_lazy("to the books", "Post"),
    said=_("posted %(amount)s yuan"),
    guard=queries.why_not_post_pending,
)
def post_pending(
    pending: Transfer, *, amount_fen: int | None = None, by: Actor, at: datetime
) -> Transfer:
    """Post a pending transfer, wholly or in part; what is left of it is released."""
    amount = pending.amount_fen if amount_fen is None else amount_fen
    remember(amount=format_fen(amount))
    return _end(pending, phase=Phase.POSTING, amount_fen=amount, at=at)


@action(
    duty=BOOKS,
    title=_("Void"),
    said=_("voided %(amount)s yuan"),
    guard=queries.why_not_void_pending,
)
def void_pending(pending: Transfer, *, by: Actor, at: datetime) -> Transfer:
    """Void a pending transfer: all of it is released."""
    remember(amount=format_fen(pending.amount_fen))
    return _end(pending, phase=Phase.VOIDING, amount_fen=pending.amount_fen, at=at)


@action(
    duty=BOOKS,
    title=_("Correct"),
    said=_("took back %(amount)s yuan: %(memo)s"),
    guard=queries.why_not_correct,
)
def correct_transfer(
    transfer: Transfer, *, amount_fen: int | None = None, memo: str, by: Actor, at: datetime
) -> Transfer:
    """Take back a posted transfer, wholly or in part, by one in the other direction."""
    amount = queries.left_to_correct(transfer) if amount_fen is None else amount_fen
    remember(amount=format_fen(amount))
    return Transfer.objects.create(
        deed=deed_id(),
        phase=Phase.POSTED,
        debit_id=transfer.credit_id,
        credit_id=transfer.debit_id,
        amount_fen=amount,
        corrects=transfer,
        entry="correction",
        memo=memo,
        at=at,
    )


def _write(entries: Sequence[Entry], *, at: datetime) -> list[Transfer]:
    deed = deed_id()
    return Transfer.objects.bulk_create(
        Transfer(
            deed=deed,
            phase=Phase.PENDING if entry.pending else Phase.POSTED,
            debit_id=entry.debit,
            credit_id=entry.credit,
            amount_fen=entry.amount_fen,
            entry=entry.entry,
            memo=entry.memo,
            data=dict(entry.data),
            at=at,
        )
        for entry in entries
    )


def _end(pending: Transfer, *, phase: Phase, amount_fen: int, at: datetime) -> Transfer:
    return Transfer.objects.create(
        deed=deed_id(),
        phase=phase,
        debit_id=pending.debit_id,
        credit_id=pending.credit_id,
        amount_fen=amount_fen,
        releases_fen=pending.amount_fen,
        pending=pending,
        entry=pending.entry,
        memo=pending.memo,
        at=at,
    )
