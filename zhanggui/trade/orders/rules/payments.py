"""By which methods an order can be paid, and why not by others: area, amount, goods, history.

The history of a phone is looked at only where the customer has shown that it is his. A stranger
who types a number learns nothing of it: his order is taken like any other, and held for a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.limits import FEN_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.states import Payment

COD_FEN_MAX = 200_000
"""Cash a courier may be asked to take at one door: what a customer has at home, no temptation."""

COD_FIRST_FEN_MAX = 50_000
"""The same for a phone that never took an order: what a refused first order may cost us."""

REFUSED_MAX = 2
"""Orders refused at the door, none taken since, after which cash needs a call: the trade's rule."""

PAY_WITHIN = timedelta(hours=48)
"""How long goods wait for a transfer: a bank's next working day, and finance's look at it."""

CAP_FEN_MAX: Final = 10_000_000
"""The highest limit an area may set: a hundred thousand yuan, of which nobody means more."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How an area lets its customers pay; amounts in fen.

    Cash up to `cash_first_fen` for a first order and that much more for each order taken since, at
    most `cash_most_fen`; a transfer from `transfer_least_fen`.
    """

    cash_open: bool = True
    cash_first_fen: int = COD_FIRST_FEN_MAX
    cash_most_fen: int = COD_FEN_MAX
    transfer_open: bool = True
    transfer_least_fen: int = 0


@dataclass(frozen=True, slots=True)
class Doors:
    """What became of a phone's orders: taken ever, and refused at the door since the last taken."""

    taken: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """The company's account that customers transfer to."""

    holder: str
    bank: str
    number: str


def known_of(outcomes: Iterable[bool]) -> Doors:
    """Return what is known of a phone by its doors, the latest first: True taken, False refused."""
    taken = refused = 0
    for was_taken in outcomes:
        taken += was_taken
        refused += not (was_taken or taken)
    return Doors(taken, refused)


def account_in(text: str) -> Account | None:
    """Return the account in “holder / bank / number”; None where not all three are given."""
    parts = [part.strip() for part in text.split("/")]
    return Account(*parts) if len(parts) == 3 and all(parts) else None


def cash_cap(terms: Terms, known: Doors) -> int:
    """Return how much cash one may pay at the door, in fen: it grows with the orders taken."""
    return min(terms.cash_most_fen, terms.cash_first_fen * (1 + known.taken))


def offers(
    terms: Terms,
    *,
    goods_fen: int,
    ahead_only: Sequence[str] = (),
    account: bool,
    known: Doors | None = None,
) -> Mapping[Payment, Refusal | None]:
    """Return for each method None where it is offered, or why it is not and what changes that.

    `ahead_only` names goods that are sold paid ahead alone, `account` tells whether the company has
    an account to transfer to. `known` is the history of the customer's own phone, None where he has
    not shown that it is his. Where no transfer can be offered, amount and history keep nobody from
    paying cash: a person looks at such an order then.
    """
    transfer = _why_not_transfer(terms, goods_fen=goods_fen, account=account)
    cash = _why_not_cash_here(terms, ahead_only)
    if cash is None and transfer is None:
        cash = _why_not_cash(terms, goods_fen=goods_fen, known=known)
    return {Payment.CASH: cash, Payment.TRANSFER: transfer}


def _refusal(code: str, sentence: object, settles: object) -> Refusal:
    return Refusal(
        code,
        sentence,  # type: ignore[arg-type]
        settles=settles,  # type: ignore[arg-type]
        status=422,
        data={"field": "payment"},
    )


def _why_not_cash_here(terms: Terms, ahead_only: Sequence[str]) -> Refusal | None:
    if not terms.cash_open:
        return cash_not_here()
    if ahead_only:
        return _refusal(
            "cash_ahead_goods",
            _("“%(name)s” is got ready for you alone, so it is paid ahead.")
            % {"name": ahead_only[0]},
            _("Pay ahead by transfer, or take it out of the order."),
        )
    return None


def _why_not_cash(terms: Terms, *, goods_fen: int, known: Doors | None) -> Refusal | None:
    if goods_fen > terms.cash_most_fen:
        return _refusal(
            "cash_over",
            _("At the door we take at most %(most)s yuan in cash; this order has %(sum)s.")
            % {"most": format_fen(terms.cash_most_fen), "sum": format_fen(goods_fen)},
            _("Pay ahead by transfer, or order in parts."),
        )
    if known is None:
        return None
    if known.refused >= REFUSED_MAX:
        return _refusal(
            "cash_refused",
            _("Your last %(count)s orders were refused at the door.") % {"count": known.refused},
            _("Pay this one ahead; once you have taken it, cash is offered again."),
        )
    if goods_fen <= (cap := cash_cap(terms, known)):
        return None
    if not known.taken:
        return _refusal(
            "cash_first",
            _("For a first order we take at most %(most)s yuan in cash; this one has %(sum)s.")
            % {"most": format_fen(cap), "sum": format_fen(goods_fen)},
            _("Pay this one ahead. With each order you take, the limit grows."),
        )
    return _refusal(
        "cash_grown",
        ngettext_lazy(
            "After %(count)s order you took we take up to %(most)s yuan in cash; "
            "this one has %(sum)s.",
            "After %(count)s orders you took we take up to %(most)s yuan in cash; "
            "this one has %(sum)s.",
            known.taken,
        )
        % {"count": known.taken, "most": format_fen(cap), "sum": format_fen(goods_fen)},
        _("Pay this one ahead. With each order you take, the limit grows."),
    )


def _why_not_transfer(terms: Terms, *, goods_fen: int, account: bool) -> Refusal | None:
    if not account:
        return _refusal(
            "transfer_closed",
            _("We take no transfers at present."),
            _("Pay the courier in cash."),
        )
    if not terms.transfer_open:
        return _refusal(
            "transfer_not_here",
            _("In your district we take no transfers at present."),
            _("Pay the courier in cash."),
        )
    if goods_fen < terms.transfer_least_fen:
        return _refusal(
            "transfer_least",
            _("We take transfers from %(least)s yuan; this order has %(sum)s.")
            % {"least": format_fen(terms.transfer_least_fen), "sum": format_fen(goods_fen)},
            _("Pay the courier in cash, or add to the order."),
        )
    return None


def cash_not_here() -> Refusal:
    """Return the answer to paying at a door where couriers take no cash."""
    return _refusal(
        "cash_not_here",
        _("In your district couriers take no cash at present."),
        _("Pay ahead by transfer, or choose an address in another district."),
    )


def why_not_terms(
    *, cash_first_fen: int, cash_most_fen: int, transfer_least_fen: int, open_to_any: bool
) -> Refusal | None:
    """Return why an area cannot let its customers pay like this."""
    if not open_to_any:
        return Refusal(
            "no_payment",
            _("Customers there could pay by no method at all."),
            settles=_("Leave cash or transfer open, or close the delivery."),
            status=422,
        )
    most = max(cash_first_fen, cash_most_fen, transfer_least_fen)
    if min(cash_first_fen, cash_most_fen) < 1 or transfer_least_fen < 0 or most > CAP_FEN_MAX:
        return Refusal(
            "bad_cap",
            _("Limits of payment are from 0.01 to %(most)s yuan.")
            % {"most": format_fen(CAP_FEN_MAX)},
            settles=_("Check the number of digits."),
            status=422,
        )
    if cash_first_fen > cash_most_fen:
        return Refusal(
            "first_over_most",
            _("A first order cannot have a higher cash limit than any other."),
            settles=_("Lower the limit of a first order, or raise the other."),
            status=422,
        )
    return None


# --- money that came ahead ------------------------------------------------------------------------


def why_not_received(*, payment: str, amount_fen: int | None) -> Refusal | None:
    """Return why no transfer can be put to an order; None for the amount before it is known."""
    if payment != Payment.TRANSFER:
        return Refusal(
            "paid_at_door",
            _("This order is paid to the courier, not by transfer."),
            settles=_("Look for the number in the transfer's note once more."),
            data={"later": True},
        )
    return None if amount_fen is None else why_not_amount(amount_fen)


def why_not_amount(amount_fen: int) -> Refusal | None:
    """Return why this cannot be the amount of a transfer."""
    if 1 <= amount_fen <= FEN_MAX:
        return None
    return Refusal(
        "bad_amount",
        _("A transfer has more than nothing, and less than any bank moves for us."),
        settles=_("Type the amount as the bank's statement has it."),
        status=422,
    )


def why_not_paid_back(*, owed_fen: int, amount_fen: int | None) -> Refusal | None:
    """Return why nothing, or not so much, can be paid back; None before the amount is known."""
    if owed_fen < 1:
        return Refusal(
            "nothing_owed",
            _("Nothing of this order is to be paid back."),
            settles=_("Look at the queue: somebody may have paid it back meanwhile."),
            data={"later": True},
        )
    if amount_fen is None:
        return None
    if refusal := why_not_amount(amount_fen):
        return refusal
    if amount_fen > owed_fen:
        return Refusal(
            "more_than_owed",
            _("%(amount)s yuan are more than the %(owed)s that are to be paid back.")
            % {"amount": format_fen(amount_fen), "owed": format_fen(owed_fen)},
            settles=_("Pay back what is owed, at most."),
            status=422,
            data={"owed_fen": owed_fen},
        )
    return None


def why_not_expire(*, awaited: bool, over: bool) -> Refusal | None:
    """Return why an order cannot be cancelled for want of its transfer."""
    if not awaited:
        return Refusal(
            "not_awaited",
            _("No transfer is awaited for this order."),
            settles=_("Look at it again: the money may have come meanwhile."),
        )
    if not over:
        return Refusal(
            "still_time",
            _("There is still time to pay this order."),
            settles=_("Wait until it is over, or until the money comes."),
        )
    return None


def dearer_than_paid(*, paid_fen: int, sum_fen: int) -> Refusal:
    """Return the answer to goods that would make an order dearer than what was paid ahead."""
    return Refusal(
        "dearer_than_paid",
        _("The customer has paid %(paid)s yuan ahead; with these goods it would be %(sum)s.")
        % {"paid": format_fen(paid_fen), "sum": format_fen(sum_fen)},
        settles=_("Choose goods that cost no more, or fewer of them."),
        status=422,
        data={"paid_fen": paid_fen},
    )


def left_uncovered() -> Refusal:
    """Return the answer to taking a receipt out of an order whose goods have left for it."""
    return Refusal(
        "goods_left_paid",
        _("For this money goods have left the depot, or it has been paid back."),
        settles=_("Talk to the city manager: the order is to be stopped first."),
    )
