"""The cart: goods kept for a visitor, as a small text that fits a cookie."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.orders import LINES_MAX, PIECES_MAX

_LINE = re.compile(r"([0-9]{1,15})\.([0-9]{1,3})\.([0-9]{1,12})")
_COUNT = re.compile(r"[0-9]{1,15}")
TYPED_CHARS_MAX = 20
"""Characters of a typed quantity that are read at all: no number of pieces is longer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Pieces of a SKU (its id) in the cart, and the price the visitor saw last."""

    sku: int
    quantity: int
    price_fen: int


@dataclass(frozen=True, slots=True)
class Cart:
    """What a visitor has put aside, the first thing first."""

    lines: tuple[Kept, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def pieces(self) -> int:
        """How many pieces lie in it."""
        return sum(line.quantity for line in self.lines)

    def quantity_of(self, sku: int) -> int:
        """Return how many pieces of a SKU lie in it."""
        return sum(line.quantity for line in self.lines if line.sku == sku)

    def with_more(self, sku: int, *, quantity: int, price_fen: int) -> Cart:
        """Return the cart with more pieces of a SKU; refuses more than one order may have."""
        held = self.quantity_of(sku)
        if held + quantity > PIECES_MAX:
            raise too_many(held=held)
        if not held and len(self.lines) >= LINES_MAX:
            raise Refusal(
                "cart_full",
                _("The cart holds %(most)s different things: more do not fit one order.")
                % {"most": LINES_MAX},
                settles=_("Order these first, or take something out."),
                status=422,
            )
        return self.with_quantity(sku, quantity=held + quantity, price_fen=price_fen)

    def with_quantity(self, sku: int, *, quantity: int, price_fen: int) -> Cart:
        """Return the cart with exactly so many pieces of a SKU, none for 0."""
        kept = Kept(sku, quantity, price_fen)
        lines = tuple(kept if line.sku == sku else line for line in self.lines)
        if kept not in lines:
            lines = (*lines, kept)
        return Cart(tuple(line for line in lines if line.quantity))

    def at_prices(self, prices: Mapping[int, int]) -> Cart:
        """Return the cart with these prices as the ones seen last; others stay."""
        return Cart(
            tuple(
                replace(line, price_fen=prices.get(line.sku, line.price_fen)) for line in self.lines
            )
        )

    def without(self, skus: Iterable[int]) -> Cart:
        """Return the cart without these SKUs."""
        gone = set(skus)
        return Cart(tuple(line for line in self.lines if line.sku not in gone))

    def packed(self) -> str:
        """Return the cart as text: `sku.pieces.fen`, joined by `~`."""
        return "~".join(f"{line.sku}.{line.quantity}.{line.price_fen}" for line in self.lines)


def unpacked(text: str) -> Cart:
    """Return the cart a text stands for; what is not a line of one is left out."""
    found: dict[int, Kept] = {}
    for part in text.split("~")[:LINES_MAX]:
        if match := _LINE.fullmatch(part):
            sku, quantity, price_fen = (int(number) for number in match.groups())
            if quantity:
                found[sku] = Kept(sku, quantity, price_fen)
    return Cart(tuple(found.values()))


def read_quantity(typed: str) -> int:
    """Return the pieces in a typed quantity; refuses (422) what is not 1 to `PIECES_MAX`."""
    text = unicodedata.normalize("NFKC", typed[: TYPED_CHARS_MAX + 1]).strip()
    if not _COUNT.fullmatch(text):
        raise Refusal(
            "not_a_quantity",
            _("“%(typed)s” is not a number of pieces.") % {"typed": text[:TYPED_CHARS_MAX]}
            if text
            else _("The number of pieces is missing."),
            settles=_("Type a whole number from 1 to %(most)s.") % {"most": PIECES_MAX},
            status=422,
        )
    if int(text) < 1:
        raise Refusal(
            "no_pieces",
            _("One piece is the least."),
            settles=_("To give it up, take it out of the cart."),
            status=422,
        )
    if int(text) > PIECES_MAX:
        raise too_many()
    return int(text)


def too_many(*, held: int = 0) -> Refusal:
    """Return the answer to more pieces than one order may have; `held` already lie in the cart."""
    return Refusal(
        "too_many_pieces",
        _("At most %(most)s pieces of one thing go into an order; %(held)s are in your cart.")
        % {"most": PIECES_MAX, "held": held}
        if held
        else _("At most %(most)s pieces of one thing go into an order.") % {"most": PIECES_MAX},
        settles=_("What is more goes into another order."),
        status=422,
    )
