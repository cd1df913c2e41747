"""What may stand in the books: kinds of account, phases of a transfer, bounds, refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.limits import (
    FEN_MAX,
    TITLE_CHARS_MAX,
    TRANSFER_DATA_BYTES_MAX,
    TRANSFERS_IN_ONE_MAX,
)
from zhanggui.ground.kernel.refusal import Refusal

CODE_CHARS_MAX = 60
_CODE = re.compile(r"[a-z0-9]+(?:[._:-][a-z0-9]+)*")


class AccountKind(TextChoices):
    """The five kinds of account. Money waiting for its owner is a liability, not a sixth kind."""

    ASSET = "asset", _("Asset")
    EXPENSE = "expense", _("Expense")
    LIABILITY = "liability", _("Liability")
    INCOME = "income", _("Income")
    EQUITY = "equity", _("Equity")


DEBIT_NORMAL = frozenset({AccountKind.ASSET, AccountKind.EXPENSE})
"""Kinds whose balance is debits less credits; of the others it is credits less debits."""


class Bound(TextChoices):
    """What an account's sums must never do. Pending transfers count on the bounded side only."""

    NONE = "", _("None")
    DEBITS = "debits_must_not_exceed_credits", _("Debits must not exceed credits")
    CREDITS = "credits_must_not_exceed_debits", _("Credits must not exceed debits")


class Phase(TextChoices):
    """What a transfer is: posted at once, pending, or the end of a pending one."""

    POSTED = "posted", _("Posted")
    PENDING = "pending", _("Pending")
    POSTING = "posting", _("Posts a pending transfer")
    VOIDING = "voiding", _("Voids a pending transfer")


MOVES_MONEY = frozenset({Phase.POSTED, Phase.POSTING})
ENDS_PENDING = frozenset({Phase.POSTING, Phase.VOIDING})


@dataclass(frozen=True, slots=True)
class Balance:
    """The four sums of an account, in fen. None is ever edited, none is cut off at zero."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    def net(self, kind: str) -> int:
        """Return what the account holds on the normal side of its kind; negative when overdrawn."""
        debits_less_credits = self.debits_posted - self.credits_posted
        return debits_less_credits if kind in DEBIT_NORMAL else -debits_less_credits

    def room(self, bound: str) -> int | None:
        """Return how much more the bounded side can take, None without a bound."""
        if bound == Bound.DEBITS:
            return self.credits_posted - self.debits_posted - self.debits_pending
        if bound == Bound.CREDITS:
            return self.debits_posted - self.credits_posted - self.credits_pending
        return None

    def debited(self, *, posted: int = 0, pending: int = 0) -> Balance:
        """Return the balance after these debits."""
        return replace(
            self,
            debits_posted=self.debits_posted + posted,
            debits_pending=self.debits_pending + pending,
        )

    def credited(self, *, posted: int = 0, pending: int = 0) -> Balance:
        """Return the balance after these credits."""
        return replace(
            self,
            credits_posted=self.credits_posted + posted,
            credits_pending=self.credits_pending + pending,
        )


def effect(phase: str, *, amount_fen: int, releases_fen: int) -> dict[str, int]:
    """Return what a transfer adds to the posted and pending sums of both its accounts."""
    posted = amount_fen if phase in MOVES_MONEY else 0
    pending = amount_fen if phase == Phase.PENDING else -releases_fen
    return {"posted": posted, "pending": pending}


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer to be made: `debit` receives from `credit` (ids of accounts).

    `entry` says in the calling room's words what it is ("collect", "remit").
    """

    debit: int
    credit: int
    amount_fen: int
    entry: str
    memo: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    pending: bool = False


class AccountLike(Protocol):
    """What the rules ask of an account."""

    @property
    def bound(self) -> str:
        """Its bound."""

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed, None while it is open."""


# --- entering ---------------------------------------------------------------------------------
def why_not_amount(amount_fen: int) -> Refusal | None:
    """Return why an amount of fen cannot be transferred."""
    if amount_fen < 1:
        return Refusal(
            "not_positive",
            _("An amount must be more than nothing."),
            settles=_("To give money back, swap the two accounts."),
            status=422,
        )
    if amount_fen > FEN_MAX:
        return Refusal(
            "too_much",
            _("%(amount)s yuan is more than any amount in this company.")
            % {"amount": format_fen(amount_fen)},
            settles=_("Check the number of digits."),
            status=422,
        )
    return None


def why_not_entry(entry: Entry) -> Refusal | None:
    """Return what is wrong with an entry by itself, whatever its accounts hold."""
    if refusal := why_not_amount(entry.amount_fen):
        return refusal
    if entry.debit == entry.credit:
        return Refusal(
            "same_account",
            _("A transfer needs two different accounts."),
            settles=_("Choose another account for one of the sides."),
            status=422,
        )
    if refusal := why_not_code(entry.entry):
        return refusal
    if len(entry.memo) > TITLE_CHARS_MAX:
        return Refusal(
            "memo_too_long",
            _("The memo has more than %(most)s characters.") % {"most": TITLE_CHARS_MAX},
            settles=_("Shorten it."),
            status=422,
        )
    if len(json.dumps(dict(entry.data))) > TRANSFER_DATA_BYTES_MAX:
        return Refusal(
            "too_large",
            _("This is more than one transfer can keep on record."),
            settles=_("Keep the reference here and the document where it belongs."),
            status=422,
        )
    return None


def why_not_book(
    entries: Iterable[Entry],
    *,
    accounts: Mapping[int, AccountLike],
    balances: Mapping[int, Balance],
) -> Refusal | None:
    """Return why these entries cannot be made one after the other on these balances.

    `balances` holds the bounded accounts; each entry is judged on what those before it leave.
    """
    running = dict(balances)
    for entry in entries:
        sums = effect(
            Phase.PENDING if entry.pending else Phase.POSTED,
            amount_fen=entry.amount_fen,
            releases_fen=0,
        )
        for pk, bounded in ((entry.debit, Bound.DEBITS), (entry.credit, Bound.CREDITS)):
            account = accounts[pk]
            if account.closed_at is not None:
                return account_closed(account)
            if account.bound == Bound.NONE:
                continue
            if account.bound == bounded:
                room = running[pk].room(bounded) or 0
                if entry.amount_fen > room:
                    return _not_enough(account, amount_fen=entry.amount_fen, room_fen=room)
            change = running[pk].debited if bounded == Bound.DEBITS else running[pk].credited
            running[pk] = change(**sums)
    return None


def why_not_many(count: int) -> Refusal | None:
    """Return why this number of entries cannot be made at once."""
    if count < 1:
        return Refusal(
            "no_entries",
            _("There is nothing to enter."),
            settles=_("Give at least one transfer."),
            status=422,
        )
    if count > TRANSFERS_IN_ONE_MAX:
        return Refusal(
            "too_many_entries",
            _("%(count)s transfers at once are too many.") % {"count": count},
            settles=_("Enter at most %(most)s at a time.") % {"most": TRANSFERS_IN_ONE_MAX},
            status=422,
        )
    return None


def account_closed(account: AccountLike) -> Refusal:
    """Return the answer to whoever wants to use a closed account."""
    return Refusal(
        "account_closed",
        _("The account “%(account)s” is closed.") % {"account": account},
        settles=_("Use an account that is open."),
    )


def _not_enough(account: AccountLike, *, amount_fen: int, room_fen: int) -> Refusal:
    return Refusal(
        "not_enough",
        _("“%(account)s” has %(room)s yuan free, not %(amount)s.")
        % {"account": account, "room": format_fen(room_fen), "amount": format_fen(amount_fen)},
        settles=_("Check the amount, or enter first what is still missing there."),
        data={"room_fen": room_fen, "amount_fen": amount_fen},
    )


# --- ending what is pending -------------------------------------------------------------------
def why_not_end(*, phase: str, ended: str | None) -> Refusal | None:
    """Return why a transfer cannot be posted or voided; `ended` is the phase that ended it."""
    if phase != Phase.PENDING:
        return Refusal(
            "not_pending",
            _("This transfer is not pending."),
            settles=_("What is posted can be corrected instead."),
        )
    if ended == Phase.POSTING:
        return Refusal(
            "already_posted",
            _("This pending transfer was already posted."),
            settles=_("What is posted can be corrected instead."),
        )
    if ended is not None:
        return Refusal(
            "already_voided",
            _("This pending transfer was already voided."),
            settles=_("Enter a new transfer."),
        )
    return None


def why_not_post(*, pending_fen: int, amount_fen: int) -> Refusal | None:
    """Return why this part of a pending amount cannot be posted."""
    if refusal := why_not_amount(amount_fen):
        return refusal
    if amount_fen > pending_fen:
        return Refusal(
            "over_pending",
            _("%(amount)s yuan is more than the %(pending)s pending.")
            % {"amount": format_fen(amount_fen), "pending": format_fen(pending_fen)},
            settles=_("Post at most what is pending, and enter the rest as a new transfer."),
            status=422,
        )
    return None


# --- setting right ----------------------------------------------------------------------------
def why_not_correct(*, phase: str, left_fen: int, amount_fen: int) -> Refusal | None:
    """Return why this much of a transfer cannot be taken back; `left_fen` is what still stands."""
    if phase not in MOVES_MONEY:
        return Refusal(
            "not_posted",
            _("Only a posted transfer can be corrected."),
            settles=_("Void it while it is pending."),
        )
    if left_fen < 1:
        return Refusal(
            "already_corrected",
            _("This transfer was already taken back wholly."),
            settles=_("Correct the correction, if that was wrong."),
        )
    if refusal := why_not_amount(amount_fen):
        return refusal
    if amount_fen > left_fen:
        return Refusal(
            "over_corrected",
            _("Only %(left)s yuan of this transfer still stand.") % {"left": format_fen(left_fen)},
            settles=_("Take back at most that."),
            status=422,
        )
    return None


# --- accounts ---------------------------------------------------------------------------------
def why_not_code(code: str) -> Refusal | None:
    """Return why a code cannot name an account or the meaning of an entry."""
    if len(code) <= CODE_CHARS_MAX and _CODE.fullmatch(code):
        return None
    return Refusal(
        "bad_code",
        _("“%(code)s” cannot be a code.") % {"code": code[:CODE_CHARS_MAX]},
        settles=_("Use at most %(most)s small letters and digits, joined by . _ : or -.")
        % {"most": CODE_CHARS_MAX},
        status=422,
    )


def why_not_open(_area: object = None, *, code: str | None = None) -> Refusal | None:
    """Return why no account of this code can be opened; None before the code is known."""
    return None if code is None else why_not_code(code)


def code_taken(code: str) -> Refusal:
    """Return the answer to a second account of the same code."""
    return Refusal(
        "code_taken",
        _("There is already an account “%(code)s”.") % {"code": code},
        settles=_("Use that account, or choose another code."),
    )


def why_not_close(account: AccountLike, *, kind: str, balance: Balance) -> Refusal | None:
    """Return why an account cannot be closed."""
    if account.closed_at is not None:
        return account_closed(account)
    if balance.debits_pending or balance.credits_pending:
        return Refusal(
            "still_pending",
            _("The account “%(account)s” has pending transfers.") % {"account": account},
            settles=_("Post or void them first."),
        )
    if net := balance.net(kind):
        return Refusal(
            "not_empty",
            _("The account “%(account)s” still holds %(net)s yuan.")
            % {"account": account, "net": format_fen(net)},
            settles=_("Transfer that first."),
        )
    return None
