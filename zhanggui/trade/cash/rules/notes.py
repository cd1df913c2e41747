"""Notes and coins: what they are worth, how few make up a sum, and change given out as a float."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.refusal import Refusal

NOTES_FEN = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 1)
"""Denominations in circulation, in fen: 100, 50, 20, 10, 5 and 1 yuan, 5 and 1 jiao; single fen.

Coins of fen are hardly met any more but still legal tender; whoever has some counts them together.
"""

PIECES_MAX = 2_000
"""Notes or coins of one kind in one hand-in: twenty bundles."""

FLOAT_FEN_MAX = 50_000
"""Change a courier is given at a time: 500 yuan serve the sixty stops of the longest run."""


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
