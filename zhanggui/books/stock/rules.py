"""How goods may move: kinds of place and movement, what each changes, what speaks against it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal, Sentence

CODE_CHARS_MAX = 40
"""Characters of a depot's code: what fits its door."""

REFERENCE_CHARS_MAX = 40
"""Characters of a reference: the number of an order or of a delivery note."""

QUANTITY_MAX = 100_000
"""Pieces in one line: ten lorries of rice noodles; more is a slip of the finger."""

LINES_MAX = 500
"""Lines moved in one deed: a lorry unloaded or a city's runs loaded, still within a second."""

ANSWER_WITHIN = timedelta(days=1)
"""Within what time a shortage gets a date: suppliers answer by the next working day."""

SAFETY_MAX = 10_000
"""Pieces of safety stock: beyond it one means a warehouse, not a reserve."""

_CODE = re.compile(r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*\Z")


class PlaceKind(TextChoices):
    """What a place is: goods are ours in the first three, the others say whence and whither."""

    DEPOT = "depot", _("Depot")
    PACKED = "packed", _("Packed goods")
    BAG = "bag", _("Courier's bag")
    SUPPLIER = "supplier", _("Suppliers")
    CUSTOMER = "customer", _("Customers")
    LOSS = "loss", _("Damaged and lost")
    DIFFERENCE = "difference", _("Stock count differences")


P = PlaceKind
OURS: Final = frozenset({P.DEPOT, P.PACKED, P.BAG})
"""Kinds of place that have a level: goods there are ours, and can never be fewer than none."""

OUTSIDE: Final = (P.SUPPLIER, P.CUSTOMER, P.LOSS, P.DIFFERENCE)


class MovementKind(TextChoices):
    """Why goods moved."""

    RECEIVED = "received", _("Received")
    RESERVED = "reserved", _("Reserved")
    RELEASED = "released", pgettext_lazy("of goods", "Released")
    PICKED = "picked", _("Picked")
    LOADED = "loaded", _("Loaded")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned")
    DAMAGED = "damaged", _("Damaged")
    LOST = "lost", _("Lost")
    COUNTED = "counted", _("Count difference")
    MOVED = "moved", _("Moved")


K = MovementKind
WAYS: Final[Mapping[MovementKind, frozenset[tuple[PlaceKind, PlaceKind]]]] = {
    K.RECEIVED: frozenset({(P.SUPPLIER, P.DEPOT)}),
    K.RESERVED: frozenset({(P.DEPOT, P.DEPOT)}),
    K.RELEASED: frozenset({(P.DEPOT, P.DEPOT)}),
    K.PICKED: frozenset({(P.DEPOT, P.PACKED)}),
    K.LOADED: frozenset({(P.PACKED, P.BAG)}),
    K.DELIVERED: frozenset({(P.BAG, P.CUSTOMER)}),
    K.RETURNED: frozenset({(P.PACKED, P.DEPOT), (P.BAG, P.DEPOT), (P.CUSTOMER, P.DEPOT)}),
    K.DAMAGED: frozenset({(P.DEPOT, P.LOSS), (P.PACKED, P.LOSS), (P.BAG, P.LOSS)}),
    K.LOST: frozenset({(P.DEPOT, P.LOSS), (P.PACKED, P.LOSS), (P.BAG, P.LOSS)}),
    K.COUNTED: frozenset({(P.DEPOT, P.DIFFERENCE), (P.DIFFERENCE, P.DEPOT)}),
    K.MOVED: frozenset({(P.DEPOT, P.DEPOT), (P.BAG, P.BAG)}),
}
"""From what kind of place to what kind each movement leads."""

AT_ONE_PLACE: Final = frozenset({K.RESERVED, K.RELEASED})
"""Movements that leave the goods where they are: they only promise them, or take that back."""

PROMISES: Final[Mapping[MovementKind, int]] = {K.RESERVED: 1, K.RELEASED: -1, K.PICKED: -1}
"""What a piece adds to the pieces promised at the place it comes from."""


def needs_reference(kind: MovementKind, source: str) -> bool:
    """Tell whether goods move under a reference: all that were set aside do."""
    return kind in PROMISES or source in {P.PACKED, P.BAG, P.CUSTOMER}


class ArrivalState(TextChoices):
    """Whether announced goods have come."""

    EXPECTED = "expected", _("Expected")
    ARRIVED = "arrived", _("Arrived")
    CANCELLED = "cancelled", _("Not coming")


A = ArrivalState
MOVES = Moves(
    A,
    start=A.EXPECTED,
    verbs={
        "take_in_arrival": ({A.EXPECTED}, A.ARRIVED),
        "postpone_arrival": ({A.EXPECTED}, A.EXPECTED),
        "cancel_arrival": ({A.EXPECTED}, A.CANCELLED),
    },
)


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces of a SKU (its id) to be moved, under the reference they are set aside for, if any."""

    sku: int
    quantity: int
    reference: str = ""


class Spot(NamedTuple):
    """A SKU at a place, by their ids; sorted, the order in which rows are locked."""

    sku: int
    place: int


@dataclass(slots=True)
class Change:
    """What a deed adds to a level."""

    on_hand: int = 0
    reserved: int = 0


class HasLevel(Protocol):
    """The four numbers of a level, of which the last follows from the others."""

    on_hand: int
    reserved: int
    safety: int


def sellable(level: HasLevel) -> int:
    """Return how many pieces may still be promised: on hand less reserved less safety."""
    return level.on_hand - level.reserved - level.safety


def is_short(level: HasLevel) -> bool:
    """Tell whether nothing more can be promised."""
    return sellable(level) <= 0


def changes(
    kind: MovementKind,
    lines: Iterable[Line],
    *,
    source: int,
    target: int,
    ours: frozenset[int],
) -> dict[Spot, Change]:
    """Return what moving these lines adds to the levels of our places, in locking order."""
    found: dict[Spot, Change] = defaultdict(Change)
    for line in lines:
        if source in ours:
            change = found[Spot(line.sku, source)]
            change.reserved += PROMISES.get(kind, 0) * line.quantity
            if kind not in AT_ONE_PLACE:
                change.on_hand -= line.quantity
        if target in ours and kind not in AT_ONE_PLACE:
            found[Spot(line.sku, target)].on_hand += line.quantity
    return dict(sorted(found.items()))


# --- under a reference -------------------------------------------------------------------------


class Moved(NamedTuple):
    """So many pieces of a SKU that moved in one way under one reference."""

    kind: str
    reference: str
    sku: int
    source: int
    target: int
    quantity: int


class Held(NamedTuple):
    """Where goods of a SKU stand under a reference; `promised`: still on the depot's shelf."""

    reference: str
    sku: int
    place: int
    promised: bool


def held(rows: Iterable[Moved]) -> dict[Held, int]:
    """Return how many pieces stand where under each reference, after these movements.

    Goods coming back into a depot leave the reference: they are free again.
    """
    sums: dict[Held, int] = defaultdict(int)
    for row in rows:
        kind = MovementKind(row.kind)
        if kind in PROMISES:
            sums[Held(row.reference, row.sku, row.source, True)] += PROMISES[kind] * row.quantity
        elif kind not in AT_ONE_PLACE:
            sums[Held(row.reference, row.sku, row.source, False)] -= row.quantity
        if kind not in AT_ONE_PLACE and kind != K.RETURNED:
            sums[Held(row.reference, row.sku, row.target, False)] += row.quantity
    return dict(sums)


# --- what speaks against it --------------------------------------------------------------------


def why_not_quantity(quantity: int) -> Refusal | None:
    """Return why so many pieces cannot be moved in one line."""
    if quantity < 1:
        return Refusal(
            "not_positive",
            _("A quantity must be at least one piece."),
            settles=_("To take something back, use the movement in the other direction."),
            status=422,
        )
    if quantity > QUANTITY_MAX:
        return Refusal(
            "too_many_pieces",
            _("%(quantity)s pieces in one line are more than anybody can move.")
            % {"quantity": quantity},
            settles=_("Check the number of digits."),
            status=422,
        )
    return None


def why_not_lines(_area: object = None, *, lines: Sequence[Line] | None = None) -> Refusal | None:
    """Return why these lines cannot be moved, whatever lies where; None before they are known."""
    if lines is None:
        return None
    if not lines:
        return Refusal(
            "no_lines",
            _("There is nothing to move."),
            settles=_("Give at least one line."),
            status=422,
        )
    if len(lines) > LINES_MAX:
        return Refusal(
            "too_many_lines",
            _("%(count)s lines at once are too many.") % {"count": len(lines)},
            settles=_("Move at most %(most)s at a time.") % {"most": LINES_MAX},
            status=422,
        )
    return next(filter(None, (why_not_quantity(line.quantity) for line in lines)), None)


def why_not_way(
    kind: MovementKind, *, source: str, target: str, same: bool, references: Iterable[str]
) -> Refusal | None:
    """Return why goods cannot move in this way between places of these kinds."""
    if (PlaceKind(source), PlaceKind(target)) not in WAYS[kind] or same != (kind in AT_ONE_PLACE):
        return Refusal(
            "no_such_way",
            _("“%(kind)s” does not lead from “%(source)s” to “%(target)s”.")
            % {
                "kind": kind.label,
                "source": PlaceKind(source).label,
                "target": PlaceKind(target).label,
            },
            settles=_("Choose places between which this is done."),
            status=422,
        )
    words = list(references)
    if needs_reference(kind, source) and not all(words):
        return Refusal(
            "no_reference",
            _("These goods are set aside for somebody, and move under that number only."),
            settles=_("Give the number they are set aside for."),
            status=422,
        )
    if any(len(word) > REFERENCE_CHARS_MAX for word in words):
        return Refusal(
            "long_reference",
            _("A reference has at most %(most)s characters.") % {"most": REFERENCE_CHARS_MAX},
            settles=_("Give the number alone."),
            status=422,
        )
    return None


def too_few(*, goods: Sentence, place: Sentence, left: int, wanted: int, kind: str) -> Refusal:
    """Return the answer to moving more pieces than are free there."""
    free = max(left, 0)
    return Refusal(
        "too_few",
        ngettext_lazy(
            "Of “%(goods)s” %(left)s piece is free in “%(place)s”, not %(wanted)s.",
            "Of “%(goods)s” %(left)s pieces are free in “%(place)s”, not %(wanted)s.",
            free,
        )
        % {"goods": goods, "place": place, "left": free, "wanted": wanted},
        settles=_("Take fewer, or wait until more arrive."),
        data={"left": free, "wanted": wanted, "kind": kind},
    )


def not_set_aside(*, goods: Sentence, reference: str, there: int, wanted: int) -> Refusal:
    """Return the answer to moving more than stands there under a reference."""
    return Refusal(
        "not_set_aside",
        _("Of “%(goods)s” only %(there)s of %(wanted)s are there under the number %(reference)s.")
        % {"goods": goods, "there": max(there, 0), "wanted": wanted, "reference": reference},
        settles=_("Look at what was done under this number: it may have been done already."),
        data={"there": max(there, 0), "wanted": wanted, "reference": reference},
    )


def why_not_code(code: str, *, taken: bool) -> Refusal | None:
    """Return why a place cannot have this code."""
    if len(code) > CODE_CHARS_MAX or not _CODE.match(code):
        return Refusal(
            "bad_code",
            _("“%(code)s” cannot be a code.") % {"code": code[:CODE_CHARS_MAX]},
            settles=_("Use letters and digits, in groups joined by “-”, “.” or “_”."),
            status=422,
        )
    if taken:
        return Refusal(
            "code_taken",
            _("There is already a place “%(code)s”.") % {"code": code},
            settles=_("Use that place, or choose another code."),
        )
    return None


def why_not_count(level: HasLevel, *, counted: int | None = None) -> Refusal | None:
    """Return why a shelf cannot have been counted like this; None before it was counted."""
    if counted is None:
        return None
    if counted < 0 or counted > QUANTITY_MAX:
        return Refusal(
            "bad_count",
            _("A shelf holds from 0 to %(most)s pieces.") % {"most": QUANTITY_MAX},
            settles=_("Check the number of digits."),
            status=422,
        )
    if counted < level.reserved:
        return Refusal(
            "promised",
            ngettext_lazy(
                "%(reserved)s piece is promised to orders, and only %(counted)s were counted.",
                "%(reserved)s pieces are promised to orders, and only %(counted)s were counted.",
                level.reserved,
            )
            % {"reserved": level.reserved, "counted": counted},
            settles=_("Take orders back first, or count again."),
        )
    return None


def why_not_safety(_level: object, *, safety: int | None = None) -> Refusal | None:
    """Return why so many pieces cannot be kept back; None before the number is known."""
    if safety is None or 0 <= safety <= SAFETY_MAX:
        return None
    return Refusal(
        "bad_safety",
        _("Safety stock is from 0 to %(most)s pieces.") % {"most": SAFETY_MAX},
        settles=_("Check the number of digits."),
        status=422,
    )


def why_not_due(due_at: datetime | None, *, at: datetime) -> Refusal | None:
    """Return why goods cannot be expected for this moment; None before it is known."""
    if due_at is None or due_at > at:
        return None
    return Refusal(
        "due_past",
        _("Goods cannot be expected for a time that has passed."),
        settles=_("Give a later time, or receive the goods if they are here."),
        status=422,
    )
