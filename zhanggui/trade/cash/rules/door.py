"""Money at a door: what is due, what the customer gives, what he gets back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash.rules.notes import NOTES_FEN

TENDER_FEN_MAX = 2_000_000
"""What a customer may give at one door: 20,000 yuan, ten times the limit of an order."""

TENDERS_SHOWN = 4
"""Sums suggested to be tapped: exact, and what people make it up to with the notes they have."""


def change_for(due_fen: int, tendered_fen: int) -> int:
    """Return the change for what a customer gives; refuse what is too little."""
    if refusal := why_not_tender(due_fen, tendered_fen):
        raise refusal
    return tendered_fen - due_fen


def suggest_tenders(due_fen: int) -> list[int]:
    """Return sums that customers are likely to give: exact, then made up to a round one.

    People make it up to the next 5, 10, 20, 50 or 100 yuan with the notes in their purse.
    """
    round_sums = {-(-due_fen // note) * note for note in NOTES_FEN if note >= 500}
    return sorted({due_fen, *round_sums} - {0})[:TENDERS_SHOWN]


def why_not_tender(due_fen: int, tendered_fen: int) -> Refusal | None:
    """Return why this cannot pay what is due."""
    if tendered_fen > TENDER_FEN_MAX:
        return Refusal(
            "much_tendered",
            _("%(tendered)s yuan are more than anybody gives at a door.")
            % {"tendered": format_fen(tendered_fen)},
            settles=_("Check the number of digits."),
            status=422,
        )
    if tendered_fen < due_fen:
        return Refusal(
            "too_little",
            _("%(due)s yuan are due, and %(tendered)s were given.")
            % {"due": format_fen(due_fen), "tendered": format_fen(tendered_fen)},
            settles=_("Take the whole sum, or hand over fewer goods."),
            status=422,
            data={"due_fen": due_fen, "tendered_fen": tendered_fen},
        )
    return None


def why_not_take(due_fen: int, *, tendered_fen: int, change_fen: int) -> Refusal | None:
    """Return why so much cannot have been given and given back for what was due."""
    if refusal := why_not_tender(due_fen, tendered_fen):
        return refusal
    if change_fen != tendered_fen - due_fen:
        return Refusal(
            "wrong_change",
            _("%(tendered)s yuan given and %(change)s given back do not make %(due)s due.")
            % {
                "tendered": format_fen(tendered_fen),
                "change": format_fen(change_fen),
                "due": format_fen(due_fen),
            },
            settles=_("Give back %(change)s yuan.") % {"change": format_fen(tendered_fen - due_fen)}
            if tendered_fen > due_fen
            else _("Nothing is to be given back."),
            status=422,
            data={"due_fen": due_fen, "change_fen": tendered_fen - due_fen},
        )
    return None


def why_not_late(*, tendered_fen: int, change_fen: int) -> Refusal | None:
    """Return why so much cannot have stayed with the courier, whatever it was for."""
    if change_fen < 0 or tendered_fen <= change_fen:
        return Refusal(
            "no_money",
            _("No money was taken here."),
            settles=_("Type what the customer gave, and what he got back."),
            status=422,
        )
    return why_not_tender(0, tendered_fen)


def nothing_handed_over() -> Refusal:
    """Return the answer to taking money while all goods come back."""
    return Refusal(
        "nothing_handed_over",
        _("No goods were handed over, so there is nothing to pay."),
        settles=_("Note the stop as refused or not delivered."),
        status=422,
    )


def already_taken(taken_fen: int) -> Refusal:
    """Return the answer to the same money reported once more."""
    return Refusal(
        "already_taken",
        _("The %(taken)s yuan of this stop are in the books already.")
        % {"taken": format_fen(taken_fen)},
        settles=_("Go on with the next stop."),
        data={"taken_fen": taken_fen},
    )
