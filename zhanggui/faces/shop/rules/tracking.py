"""What an order tells its customer: one sentence, five steps, and the notes to have ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.trade.orders.rules.states import (
    IN_HOUSE,
    LIVE,
    CancelReason,
    Fulfilment,
    Money,
    OrderState,
    Payment,
)

CASH_FEN: Final = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
"""Notes and coins in use, from a hundred yuan to ten fen, the largest first."""


class Axes(Protocol):
    """An order as far as its customer is told of it."""

    state: str
    fulfilment: str
    money: str
    payment: str
    reason_code: str
    taken_fen: int


@dataclass(frozen=True, slots=True)
class Told:
    """Where an order stands in words: a tone, a headline and what it means."""

    tone: str
    title: str | Promise
    text: str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps of an order: done, here (the one reached), or todo."""

    key: str
    title: str | Promise
    state: str


_STEPS: Final = (
    ("placed", pgettext_lazy("step of an order", "Placed")),
    ("checked", pgettext_lazy("step of an order", "Checked")),
    ("packed", pgettext_lazy("step of an order", "Packed")),
    ("out", pgettext_lazy("step of an order", "On the road")),
    ("delivered", pgettext_lazy("step of an order", "Delivered")),
)

_REACHED: Final = {
    Fulfilment.PICKED: 2,
    Fulfilment.OUT: 3,
    Fulfilment.DELIVERED: 4,
    Fulfilment.PARTLY: 4,
}
"""The step a confirmed order has reached; until it is packed it is checked."""

_ENDED: Final = {
    OrderState.CANCELLED: Told(
        "rest", _("The order is cancelled"), _("Nothing will be brought, and nothing is to pay.")
    ),
    OrderState.VOID: Told(
        "rest",
        _("The order was not accepted"),
        _("Nothing will be brought, and nothing is to pay. If that is a mistake, order again."),
    ),
}

_ON_THE_WAY: Final = {
    Fulfilment.UNALLOCATED: Told(
        "wait",
        _("Confirmed; some goods are still missing"),
        _("We are getting them ready, or talk to you first where they are short."),
    ),
    Fulfilment.RESERVED: Told(
        "go", _("Confirmed; your goods are set aside"), _("The depot packs them next.")
    ),
    Fulfilment.PICKED: Told(
        "go",
        pgettext_lazy("where an order stands", "Packed"),
        _("The parcel waits for the courier at the depot."),
    ),
    Fulfilment.OUT: Told(
        "go", _("On the road to you"), _("Please keep the phone at hand and the money ready.")
    ),
    Fulfilment.FAILED: Told(
        "wait",
        _("We did not meet you"),
        _("The goods go back to the depot. We call you to agree on another time."),
    ),
    Fulfilment.RETURNED: Told(
        "wait",
        _("Back in the depot"),
        _("We did not meet you, and call you to agree on another time."),
    ),
}

_AT_DOOR: Final = {
    Fulfilment.DELIVERED: pgettext_lazy("where an order stands", "Delivered"),
    Fulfilment.PARTLY: pgettext_lazy("where an order stands", "Partly delivered"),
    Fulfilment.REFUSED: _("You did not take it"),
}

_MONEY: Final = {
    Money.DUE: _("Pay the courier at the door."),
    Money.COLLECTED: _("The courier has taken your money and hands it in today."),
    Money.HANDED_IN: _("The courier has handed in your money; it is being counted."),
    Money.SETTLED: _("Your money has been counted. Thank you for shopping with us."),
    Money.NOTHING: _("There is nothing to pay."),
    Money.AWAITED: _("We wait for your transfer."),
    Money.PREPAID: _("It is paid ahead: the courier takes no money."),
    Money.OWED: _("We pay your money back to the account it came from."),
    Money.REFUNDED: _("Your money has been paid back."),
}

_AHEAD: Final = {
    (Money.AWAITED, Fulfilment.RESERVED): Told(
        "wait",
        _("Confirmed; we wait for your transfer"),
        _("Your goods are set aside, and go on their way once the money is here."),
    ),
    (Money.PREPAID, Fulfilment.OUT): Told(
        "go", _("On the road to you"), _("It is paid ahead. Please keep the phone at hand.")
    ),
}
"""What is told otherwise of an order that is paid ahead."""

_UNPAID: Final = Told(
    "rest",
    _("The order is cancelled"),
    _("Its transfer did not come in time, so the goods are free again. You can order them anew."),
)


def told(order: Axes, *, short: bool = False) -> Told:
    """Return where an order stands, as one says it to its customer; `short`: goods are missing.

    Of cash it never says paid: that the courier took the money, and that somebody has counted it,
    are told as what they are.
    """
    state, goods = OrderState(order.state), Fulfilment(order.fulfilment)
    money, ahead = Money(order.money), order.payment == Payment.TRANSFER
    if state in _ENDED:
        if money in {Money.OWED, Money.REFUNDED}:
            return Told("rest", _ENDED[state].title, _MONEY[money])
        return _UNPAID if order.reason_code == CancelReason.UNPAID else _ENDED[state]
    if goods in _AT_DOOR or (state is OrderState.CLOSED and goods is Fulfilment.RETURNED):
        kept = goods in {Fulfilment.DELIVERED, Fulfilment.PARTLY}
        title = _AT_DOOR.get(goods, _AT_DOOR[Fulfilment.REFUSED])
        thanks = ahead and money is Money.SETTLED
        text = _("It was paid ahead. Thank you for shopping with us.") if thanks else _MONEY[money]
        return Told("done" if kept else "rest", title, text)
    if state is OrderState.SCREENING:
        return Told(
            "wait",
            _("Placed; we are checking it"),
            _("Usually within 15 minutes. If something is unclear we call you."),
        )
    if goods in IN_HOUSE and short:
        return Told(
            "wait",
            _("Confirmed; some goods are short"),
            _("We call you and do what you prefer. You see here what was agreed."),
        )
    if (money, goods) in _AHEAD:
        return _AHEAD[money, goods]
    return _ON_THE_WAY[goods]


def steps(order: Axes) -> tuple[Step, ...]:
    """Return the five steps: done, the one reached, to come; none for an order that goes astray."""
    state, goods = OrderState(order.state), Fulfilment(order.fulfilment)
    if state in _ENDED or goods in {Fulfilment.REFUSED, Fulfilment.RETURNED, Fulfilment.FAILED}:
        return ()
    here = 0 if state is OrderState.SCREENING else _REACHED.get(goods, 1)
    return tuple(
        Step(key, title, "done" if place < here else "here" if place == here else "todo")
        for place, (key, title) in enumerate(_STEPS)
    )


def may_cancel(order: Axes) -> bool:
    """Tell whether the customer may still call it off: nobody has touched its goods yet."""
    return OrderState(order.state) in LIVE and Fulfilment(order.fulfilment) in IN_HOUSE


def is_moving(order: Axes) -> bool:
    """Tell whether the order can still change by itself, so that its page looks again."""
    return OrderState(order.state) in LIVE


def exact_cash(fen: int) -> list[tuple[int, int]]:
    """Return notes and coins that make up an amount exactly: (fen, how many), largest first.

    What is below ten fen is left out: no coin in use is smaller.
    """
    left, found = fen, []
    for piece in CASH_FEN:
        count, left = divmod(left, piece)
        if count:
            found.append((piece, count))
    return found


def round_cash(fen: int) -> int:
    """Return the smallest sum of notes from ten yuan up that covers an amount."""
    return -(-fen // 1_000) * 1_000
