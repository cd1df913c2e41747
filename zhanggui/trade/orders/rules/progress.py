"""What speaks against moving an order on, and what a door can answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.states import MOVES, STEPS, Fulfilment

BATCH_STEPS: Final = frozenset({"pick", "load", "unpack", "take_back"})
"""Steps that a whole run takes at once."""

DOOR_STEPS: Final = frozenset({"deliver", "deliver_part", "refuse", "fail"})
"""What a door can answer."""

REASON_CHARS_MAX: Final = TITLE_CHARS_MAX

ORDERS_MAX: Final = 1_000
"""Orders moved on at once: a city's day."""


class HasState(Protocol):
    """What is agreed, and where the goods are."""

    state: str
    fulfilment: str


class IsLine(Protocol):
    """A line of an order, as far as the door needs to know."""

    pk: int
    price_fen: int

    @property
    def wanted(self) -> int:
        """How many pieces the customer still wants."""


def why_not_batch(step: str, orders: Sequence[int]) -> Refusal | None:
    """Return why these orders cannot take this step together."""
    if step not in BATCH_STEPS:
        raise ValueError(f"“{step}” is no step of a run")
    if not orders or len(orders) > ORDERS_MAX:
        return Refusal(
            "bad_batch",
            _("From 1 to %(most)s orders can be moved on at once.") % {"most": ORDERS_MAX},
            settles=_("Do it in smaller parts."),
            status=422,
        )
    return None


def why_not_finish(order: HasState, *, step: str = "deliver") -> Refusal | None:
    """Return why nothing can happen at the door of this order now."""
    if step not in DOOR_STEPS:
        raise ValueError(f"“{step}” is no answer of a door")
    return STEPS.why_not(step, order.fulfilment) or MOVES.why_not("close_order", order.state)


def due_for(lines: Sequence[IsLine], delivered: Mapping[int, int]) -> int:
    """Return what is due for these pieces of these lines (by their ids), in fen."""
    return sum(delivered.get(line.pk, 0) * line.price_fen for line in lines)


def why_not_door(
    lines: Sequence[IsLine],
    *,
    step: str,
    delivered: Mapping[int, int],
    taken_fen: int,
    paid_ahead: bool = False,
) -> Refusal | None:
    """Return why a door cannot have answered like this; what was paid ahead costs nothing there."""
    wanted = {line.pk: line.wanted for line in lines}
    kept = {pk: pieces for pk, pieces in delivered.items() if pieces}
    over = next((pk for pk, n in kept.items() if n < 0 or n > wanted.get(pk, 0)), None)
    if over is not None:
        return Refusal(
            "not_in_order",
            _("More pieces were handed over than the order has."),
            settles=_("Count again: at most what was ordered can be handed over."),
            status=422,
            data={"line": over, "wanted": wanted.get(over, 0)},
        )
    whole = kept == {pk: n for pk, n in wanted.items() if n}
    fits = {"deliver": whole, "deliver_part": bool(kept) and not whole}.get(step, not kept)
    if not fits:
        return Refusal(
            "wrong_step",
            _("What was handed over and what is said about it do not agree."),
            settles=_("Say “delivered” for all pieces, “partly” for some, “refused” for none."),
            status=422,
        )
    due = 0 if paid_ahead else due_for(lines, kept)
    if due != taken_fen:
        return Refusal(
            "wrong_sum",
            _("For these goods %(due)s yuan are due, not %(taken)s.")
            % {"due": f"{due / 100:,.2f}", "taken": f"{taken_fen / 100:,.2f}"},
            settles=_("Take what is due, and hand the goods over for it."),
            status=422,
            data={"due_fen": due},
        )
    return None


def why_not_give_up(order: HasState) -> Refusal | None:
    """Return why an order cannot be given up: only goods that came back allow it."""
    if refusal := MOVES.why_not("close_order", order.state):
        return refusal
    if order.fulfilment != Fulfilment.RETURNED:
        return Refusal(
            "goods_not_back",
            _("The goods of this order are not back in the depot."),
            settles=_("Take them back first."),
        )
    return None
