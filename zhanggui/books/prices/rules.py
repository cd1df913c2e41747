"""What a price may be, how low it may go, and when a product may go on sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.rules.goods import MOVES, HasNames, HasState, lacks
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.refusal import Refusal

PRICE_FEN_MAX = 10_000_000
"""A hundred thousand yuan for one piece: more than any courier is paid at a door."""

NAMED_MAX = 5
"""SKUs named in one sentence; of more the rest is counted."""

WHOLE_BP = 10_000
"""Basis points of the whole."""


@dataclass(frozen=True, slots=True)
class FloorTerms:
    """What a piece sold for cash at the door costs besides itself: fen a piece, or basis points.

    `refusal_bp` of the pieces come back and pay nothing, but the way there, the way back
    (`return_fen`) and what they lose in worth (`write_down_bp` of their cost).
    """

    refusal_bp: int
    discount_fen: int
    delivery_fen: int
    return_fen: int
    write_down_bp: int
    margin_bp: int
    tax_bp: int


FLOOR_TERMS = FloorTerms(
    refusal_bp=500,
    discount_fen=0,
    delivery_fen=100,
    return_fen=100,
    write_down_bp=1_000,
    margin_bp=500,
    tax_bp=300,
)
"""The terms until experience replaces them: one piece in twenty refused after screening, three
pieces sharing the 3.00 yuan that a delivery may cost, a tenth of its worth lost on the way back,
five percent wanted, three percent for tax and fees."""


def floor_fen(cost_fen: int, *, terms: FloorTerms = FLOOR_TERMS) -> int:
    """Return the lowest price in fen at which a piece of this landed cost earns its margin.

    With r refused, c cost, d discount, l delivery, lb way back, w write-down, m margin, t tax:
    p = [(1-r)(c+d+l) + r(l+lb+w)] / [(1-r)(1-m-t)], which is where a piece delivered pays for
    itself and for its share of those refused. Rounded up to a whole fen, in integers throughout.
    """
    kept = WHOLE_BP - terms.refusal_bp
    write_down = -(-cost_fen * terms.write_down_bp // WHOLE_BP)
    delivered = kept * (cost_fen + terms.discount_fen + terms.delivery_fen)
    refused = terms.refusal_bp * (terms.delivery_fen + terms.return_fen + write_down)
    share = kept * (WHOLE_BP - terms.margin_bp - terms.tax_bp)
    return -(-(delivered + refused) * WHOLE_BP // share)


def margin_bp(price_fen: int, cost_fen: int) -> int:
    """Return what is left of a price after the landed cost, in basis points of the price."""
    return (price_fen - cost_fen) * WHOLE_BP // price_fen


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for one SKU: a price with its market price, a landed cost, or both."""

    sku: int
    price_fen: int | None = None
    market_fen: int | None = None
    cost_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """What the book says of one SKU at the moment from which something is asked for it.

    `price_taken` and `cost_taken`: an entry begins at that very moment already.
    """

    code: str
    price_fen: int | None = None
    market_fen: int | None = None
    cost_fen: int | None = None
    price_taken: bool = False
    cost_taken: bool = False


def changes(asked: Asked, present: Present) -> Asked:
    """Return of what is asked only what differs from the book."""
    same_price = (asked.price_fen, asked.market_fen) == (present.price_fen, present.market_fen)
    same_cost = asked.cost_fen == present.cost_fen
    return Asked(
        asked.sku,
        price_fen=None if same_price else asked.price_fen,
        market_fen=None if same_price else asked.market_fen,
        cost_fen=None if same_cost else asked.cost_fen,
    )


def why_not_begin(*, since: datetime | None, at: datetime) -> Refusal | None:
    """Return why nothing can hold from this moment: what was so yesterday stays as it was."""
    if since is None or since >= at:
        return None
    return Refusal(
        "in_the_past",
        _("A price or a cost cannot begin in the past."),
        settles=_("Leave the moment empty for at once, or choose one that is still to come."),
        status=422,
    )


def why_not_set(
    asked: Sequence[Asked], presents: dict[int, Present], *, reason: str
) -> Refusal | None:
    """Return why these prices and costs cannot be set, naming the first SKU they fail at."""
    changed = [changes(one, presents[one.sku]) for one in asked]
    if all(one.price_fen is None and one.cost_fen is None for one in changed):
        return Refusal(
            "nothing_changed",
            _("The book says so already."),
            settles=_("Type what ought to change."),
        )
    for one in changed:
        if refusal := _why_not_one(one, presents[one.sku], reason=reason):
            return refusal
    return None


def _why_not_one(asked: Asked, present: Present, *, reason: str) -> Refusal | None:
    cost_fen = present.cost_fen if asked.cost_fen is None else asked.cost_fen
    if asked.cost_fen is not None:
        if not 0 < asked.cost_fen <= PRICE_FEN_MAX:
            return _no_amount(present.code)
        if present.cost_taken:
            return moment_taken(present.code)
    if asked.price_fen is None:
        return None
    if not 0 < asked.price_fen <= PRICE_FEN_MAX:
        return _no_amount(present.code)
    if asked.market_fen is not None and not asked.price_fen < asked.market_fen <= PRICE_FEN_MAX:
        return Refusal(
            "market_not_above",
            _("The market price of %(sku)s is not above its price of %(price)s yuan.")
            % {"sku": present.code, "price": format_fen(asked.price_fen)},
            settles=_("Correct one of them, or leave the market price empty."),
            status=422,
        )
    if present.price_taken:
        return moment_taken(present.code)
    if cost_fen is not None and not reason:
        return _why_not_so_low(present.code, asked.price_fen, cost_fen)
    return None


def _no_amount(sku: str) -> Refusal:
    return Refusal(
        "no_amount",
        _("A price or a cost lies between 0.01 and %(most)s yuan; %(sku)s would not.")
        % {"most": format_fen(PRICE_FEN_MAX), "sku": sku},
        settles=_("Check the number of digits."),
        status=422,
    )


def no_sku() -> Refusal:
    """Return the refusal of prices for a product that has nothing to be priced."""
    return Refusal(
        "no_sku",
        _("This product has no SKU yet."),
        settles=_("Add the SKU first: prices are those of SKUs."),
    )


def moment_taken(sku: str) -> Refusal:
    """Return the refusal of a second entry for a SKU from the very same moment."""
    return Refusal(
        "moment_taken",
        _("Something holds for %(sku)s from this very moment already.") % {"sku": sku},
        settles=_("Choose another moment, or withdraw what is still to come."),
    )


def _why_not_so_low(sku: str, price_fen: int, cost_fen: int) -> Refusal | None:
    if price_fen < cost_fen:
        return Refusal(
            "below_cost",
            _("%(price)s yuan for %(sku)s is below its landed cost of %(cost)s yuan.")
            % {"price": format_fen(price_fen), "sku": sku, "cost": format_fen(cost_fen)},
            settles=_("Ask more, or give the reason: it stays beside the price."),
        )
    floor = floor_fen(cost_fen)
    if price_fen < floor:
        return Refusal(
            "below_floor",
            _(
                "%(price)s yuan for %(sku)s is below the floor of %(floor)s yuan, "
                "at which delivery, refusals, tax and margin are paid for."
            )
            % {"price": format_fen(price_fen), "sku": sku, "floor": format_fen(floor)},
            settles=_("Ask more, or give the reason: it stays beside the price."),
        )
    return None


# --- withdrawing -------------------------------------------------------------------------------


def why_not_withdraw(*, coming: bool, chosen: bool | None = None) -> Refusal | None:
    """Return why no price can be withdrawn: none is coming, or the one chosen is not (any more)."""
    if not coming:
        return Refusal("illegal_move", _("No price is still to come for this SKU."))
    if chosen is False:
        return Refusal(
            "in_force",
            _("This price holds already or was withdrawn."),
            settles=_("What was so stays so: set another price from now on."),
        )
    return None


# --- putting on sale ---------------------------------------------------------------------------


def why_not_list(
    product: HasNames,
    *,
    skus: int,
    pictures: int,
    unpriced: Sequence[str],
    attributes: Sequence[str] = (),
) -> Refusal | None:
    """Return why a product cannot go on sale: its state, or everything it still lacks.

    `unpriced` are the codes of its SKUs without a price in force, `attributes` what its category
    requires and nothing is said under.
    """
    if refusal := MOVES.why_not("list_product", product.state):
        return refusal
    asked = lacks(product, skus=skus, pictures=pictures, attributes=attributes)
    missing = [str(word) for word in asked]
    if unpriced:
        missing.append(gettext("a price for %(skus)s") % {"skus": named(unpriced)})
    if not missing:
        return None
    return Refusal(
        "incomplete",
        _("This product still lacks %(missing)s.") % {"missing": gettext(", ").join(missing)},
        settles=_("It stays off sale until the product manager has added it."),
    )


def named(codes: Sequence[str]) -> str:
    """Return the first codes in words, the rest counted: "A, B and 3 more"."""
    first = gettext(", ").join(codes[:NAMED_MAX])
    if len(codes) <= NAMED_MAX:
        return first
    return gettext("%(first)s and %(more)s more") % {
        "first": first,
        "more": len(codes) - NAMED_MAX,
    }


def why_not_delist(product: HasState) -> Refusal | None:
    """Return why a product cannot be taken off sale."""
    return MOVES.why_not("delist_product", product.state)


def why_not_turn_back(product: HasState) -> Refusal | None:
    """Return why a product cannot be turned back to whoever prepares it."""
    return MOVES.why_not("send_back", product.state)
