"""The life of a hand-in: declared, counted, and decided on where it differs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash.rules.notes import Notes, why_not_notes


class RemittanceState(TextChoices):
    """Where a hand-in stands."""

    DECLARED = "declared", pgettext_lazy("of a hand-in", "To be counted")
    SETTLED = "settled", pgettext_lazy("of a hand-in", "Counted and equal")
    DIFFERENT = "different", pgettext_lazy("of a hand-in", "Counted, different")
    RESOLVED = "resolved", pgettext_lazy("of a hand-in", "Difference decided")


R = RemittanceState
MOVES = Moves(
    R,
    start=R.DECLARED,
    verbs={
        "count_equal": ({R.DECLARED}, R.SETTLED),
        "count_different": ({R.DECLARED}, R.DIFFERENT),
        "resolve_difference": ({R.DIFFERENT}, R.RESOLVED),
    },
)

ENDED = frozenset({R.SETTLED, R.RESOLVED})
"""Where the money of a hand-in has been counted and nothing of it is open any more."""


class Decision(TextChoices):
    """What the city manager decides about a difference."""

    CHARGE = "charge", _("The courier bears it")
    WAIVE = "waive", _("The company bears it")
    KEEP = "keep", _("Booked as surplus")


class HandedIn(Protocol):
    """What the rules ask of a hand-in."""

    state: str
    courier_id: int
    counted_by_id: int | None
    acknowledged_at: datetime | None

    @property
    def difference_fen(self) -> int:
        """What was counted less what the books expected."""


def why_not_declare(*, carried_fen: int, open_number: str, notes: Notes | None) -> Refusal | None:
    """Return why money cannot be handed in; `open_number` is the hand-in under way, if any."""
    if open_number:
        return Refusal(
            "hand_in_open",
            _("Your hand-in %(number)s has not been counted yet.") % {"number": open_number},
            settles=_("Hand the rest in as soon as finance has counted it."),
            data={"number": open_number},
        )
    if carried_fen < 1:
        return Refusal(
            "nothing_carried",
            _("By the books you carry no money."),
            settles=_("Tell the city manager if you do have some."),
        )
    return why_not_notes(notes)


def why_not_count(
    remittance: HandedIn, *, person_id: int | None, notes: Notes | None
) -> Refusal | None:
    """Return why somebody cannot count a hand-in: it is his own, or was counted."""
    if person_id == remittance.courier_id:
        return Refusal(
            "own_hand_in",
            _("Nobody counts what he handed in himself."),
            settles=_("Somebody else who holds this duty counts it."),
        )
    return MOVES.why_not("count_equal", remittance.state) or why_not_notes(notes)


def why_not_resolve(
    remittance: HandedIn, *, person_id: int | None, decision: str | None
) -> Refusal | None:
    """Return why somebody cannot decide on a difference, or not like this."""
    if person_id is not None and person_id in {remittance.courier_id, remittance.counted_by_id}:
        return Refusal(
            "own_difference",
            _("Nobody decides on a difference of money he handed in or counted himself."),
            settles=_("Somebody else who holds this duty decides."),
        )
    if refusal := MOVES.why_not("resolve_difference", remittance.state):
        return refusal
    if decision is None or decision in decisions_for(remittance.difference_fen):
        return None
    return Refusal(
        "no_such_decision",
        _("Too much was counted, so nobody has to bear anything.")
        if remittance.difference_fen > 0
        else _("Too little was counted, so there is no surplus."),
        settles=_("Choose another decision."),
        status=422,
    )


def decisions_for(difference_fen: int) -> tuple[Decision, ...]:
    """Return what can be decided: a shortage is borne by somebody, a surplus is kept."""
    return (Decision.KEEP,) if difference_fen > 0 else (Decision.CHARGE, Decision.WAIVE)


def why_not_acknowledge(remittance: HandedIn) -> Refusal | None:
    """Return why there is nothing to take note of."""
    if remittance.state != R.RESOLVED:
        return Refusal(
            "not_decided",
            _("Nothing has been decided about this hand-in."),
            settles=_("Wait until the city manager has decided."),
        )
    if remittance.acknowledged_at is not None:
        return Refusal(
            "acknowledged",
            _("You have taken note of this already."),
            settles=_("Nothing more is to be done here."),
        )
    return None
