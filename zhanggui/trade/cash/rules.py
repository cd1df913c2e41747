"""How money comes home: change at the door, denominations, hand-ins, counts and differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal

NOTES_FEN = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 1)
"""Denominations in circulation, in fen: 100, 50, 20, 10, 5 and 1 yuan, 5 and 1 jiao; single fen.

Coins of fen are hardly met any more but still legal tender; whoever has some counts them together.
"""

PIECES_MAX = 2_000
"""Notes or coins of one kind in one hand-in: twenty bundles."""

TENDER_FEN_MAX = 2_000_000
"""What a customer may give at one door: 20,000 yuan, ten times the limit of an order."""

TENDERS_SHOWN = 4
"""Sums suggested to be tapped: exact, and what people make it up to with the notes they have."""

FLOAT_FEN_MAX = 50_000
"""Change a courier is given at a time: 500 yuan serve the sixty stops of the longest run."""

CASH_LIMIT_FEN = 500_000
"""Cash with which a courier may still set out: 5,000 yuan, what a full run of sixty orders brings.

More on one person invites robbery, and costs more than the way to the office when it is lost.
"""


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


class LateEnd(TextChoices):
    """How money that came in late was cleared up."""

    ORDER = "order", _("It pays the order")
    CUSTOMER = "customer", _("Given back to the customer")
    MISTAKE = "mistake", _("It was never taken")


# --- notes and coins ---------------------------------------------------------------------------
Notes = Mapping[str, int]
"""Pieces by denomination in fen, as they are stored: {"10000": 3}."""


def total_of(notes: Notes) -> int:
    """Return what these notes and coins are worth, in fen."""
    return sum(int(fen) * pieces for fen, pieces in notes.items())


def plain_notes(notes: Mapping[str, int] | Mapping[int, int]) -> dict[str, int]:
    """Return notes as they are stored: the largest first, without those of which there are none."""
    given = {str(fen): pieces for fen, pieces in notes.items()}
    return {str(fen): given[str(fen)] for fen in NOTES_FEN if given.get(str(fen))}


def notes_for(fen: int) -> dict[int, int]:
    """Return the fewest notes and coins that make up an amount: {5000: 1, 1000: 2}.

    Taking the largest that fits each time is the fewest for these denominations.
    """
    found: dict[int, int] = {}
    for note in NOTES_FEN:
        pieces, fen = divmod(fen, note)
        if pieces:
            found[note] = pieces
    return found


def why_not_notes(notes: Notes | None) -> Refusal | None:
    """Return why nobody can have counted these notes and coins; None before they are known."""
    if notes is None:
        return None
    for fen, pieces in notes.items():
        if not fen.isascii() or not fen.isdigit() or int(fen) not in NOTES_FEN:
            return Refusal(
                "no_such_note",
                _("There is no note or coin of %(fen)s fen.") % {"fen": fen[:12]},
                settles=_("Count by the denominations in circulation."),
                status=422,
            )
        if not 0 <= pieces <= PIECES_MAX:
            return Refusal(
                "bad_pieces",
                _("Of one denomination there are from 0 to %(most)s pieces.")
                % {"most": PIECES_MAX},
                settles=_("Check the number of digits."),
                status=422,
            )
    return None


# --- at the door -------------------------------------------------------------------------------
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


# --- floats ------------------------------------------------------------------------------------
def suggest_float(dues: Iterable[int]) -> dict[int, int]:
    """Return the notes and coins with which change can be given at these doors: {500: 4}.

    Each is taken to be paid with the fewest hundreds, and every second door to have it exact: what
    comes in at one door is change for the next. Nothing larger than 20 yuan is needed for long.
    """
    wanted: dict[int, int] = {}
    for due in dues:
        for note, pieces in notes_for(-due % NOTES_FEN[0]).items():
            small = {5_000: {2_000: 2, 1_000: 1}}.get(note, {note: 1})
            for fen, each in small.items():
                wanted[fen] = wanted.get(fen, 0) + each * pieces
    return {fen: -(-wanted[fen] // 2) for fen in NOTES_FEN if fen in wanted}


def why_not_float(
    notes: Notes | None, *, own: bool, courier: bool, open_fen: int
) -> Refusal | None:
    """Return why this change cannot be given out; None before it is known.

    `own`: to oneself; `courier`: he takes money at doors; `open_fen`: the float he has already.
    """
    if own:
        return Refusal(
            "own_float",
            _("Nobody gives out money to himself."),
            settles=_("Somebody else who holds this duty gives it out."),
        )
    if not courier:
        return Refusal(
            "no_courier",
            _("This person takes no money at doors."),
            settles=_("Choose a courier who is appointed now."),
            status=422,
        )
    if refusal := why_not_notes(notes) or why_not_nothing(notes):
        return refusal
    if notes is not None and open_fen + total_of(notes) > FLOAT_FEN_MAX:
        return Refusal(
            "much_float",
            _("With this the float would be %(float)s yuan; %(most)s are enough.")
            % {"float": format_fen(open_fen + total_of(notes)), "most": format_fen(FLOAT_FEN_MAX)},
            settles=_("Give out less."),
            status=422,
        )
    return None


def why_not_nothing(notes: Notes | None) -> Refusal | None:
    """Return why no notes at all are no money; None before they are known."""
    if notes is None or total_of(notes):
        return None
    return Refusal(
        "no_notes",
        _("No notes and no coins are no money."),
        settles=_("Type how many there are of each."),
        status=422,
    )


def safe_too_empty(*, there_fen: int, wanted_fen: int) -> Refusal:
    """Return the answer to taking more out of the safe than is in it."""
    return Refusal(
        "safe_too_empty",
        _("The safe holds %(there)s yuan, not %(wanted)s.")
        % {"there": format_fen(there_fen), "wanted": format_fen(wanted_fen)},
        settles=_("Put money into the safe first, and on record."),
        data={"there_fen": there_fen, "wanted_fen": wanted_fen},
    )


# --- hand-ins ----------------------------------------------------------------------------------
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


# --- money that came in late -------------------------------------------------------------------
def why_not_clear(
    *, late: bool, cleared: bool, own: bool, how: str | None, why_not: Mapping[str, Refusal | None]
) -> Refusal | None:
    """Return why late money cannot be cleared up, or not like this; `why_not` says it by way."""
    if not late or cleared:
        return nothing_to_clear()
    if own:
        return Refusal(
            "own_money",
            _("Nobody clears up money he took himself."),
            settles=_("Somebody else who holds this duty decides."),
        )
    return why_not.get(how) if how is not None else None


def nothing_to_clear() -> Refusal:
    """Return the answer to clearing up what is in order, or was cleared up before."""
    return Refusal(
        "nothing_to_clear",
        _("There is nothing to be cleared up about this money."),
        settles=_("Look at what happened: somebody may have done it meanwhile."),
    )


def cannot_pay_order() -> Refusal:
    """Return the answer to putting late money to an order that waits for none."""
    return Refusal(
        "order_waits_for_none",
        _("The order does not wait for exactly this money."),
        settles=_("Give it back to the customer, or plan the order once more first."),
    )


def being_counted() -> Refusal:
    """Return the answer to giving back money that lies with finance uncounted."""
    return Refusal(
        "being_counted",
        _("This money was handed in and is not counted yet."),
        settles=_("Wait until finance has counted it."),
    )


def was_counted() -> Refusal:
    """Return the answer to striking money out that was handed in."""
    return Refusal(
        "was_handed_in",
        _("This money was handed in, so it cannot have been a mistake."),
        settles=_("What finance counts too little is decided as a difference."),
    )


# --- leaving -----------------------------------------------------------------------------------
def why_not_leave(*, oldest_at: datetime | None, carried_fen: int, at: datetime) -> Refusal | None:
    """Return why a courier may not set out with what he carries.

    `oldest_at` is when the oldest of the takings he still has was taken.
    """
    if oldest_at is not None and localdate(oldest_at) < localdate(at):
        return Refusal(
            "yesterdays_money",
            _("Money from an earlier day is still with the courier."),
            settles=_("He hands in what he carries, then he can leave."),
            data={"carried_fen": carried_fen},
        )
    if carried_fen > CASH_LIMIT_FEN:
        return Refusal(
            "cash_limit",
            _("The courier carries %(carried)s yuan; with more than %(most)s nobody sets out.")
            % {"carried": format_fen(carried_fen), "most": format_fen(CASH_LIMIT_FEN)},
            settles=_("He hands in what he carries, then he can leave."),
            data={"carried_fen": carried_fen},
        )
    return None


def age_tone(since_at: datetime | None, *, at: datetime) -> str:
    """Return the tone of money that is out since then: of today fine, of yesterday not."""
    if since_at is None:
        return "rest"
    return "stop" if localdate(since_at) < localdate(at) else "go"
