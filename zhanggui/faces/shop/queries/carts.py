"""A cart as it stands now: what each line costs, what changed since, and what is too few."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhanggui.books.catalogue.models import Sku
from zhanggui.faces.shop.queries.goods import goods_kept
from zhanggui.faces.shop.rules.cart import Cart
from zhanggui.ground.media.models import Picture
from zhanggui.trade.orders.rules.orders import Item


@dataclass(frozen=True, slots=True)
class CartLine:
    """One thing in the cart: `was_fen` is the price seen before, `price_fen` None off sale."""

    sku: Sku
    picture: Picture | None
    quantity: int
    was_fen: int
    price_fen: int | None
    market_fen: int | None
    left: int

    @property
    def gone(self) -> bool:
        """Whether it cannot be bought any more."""
        return self.price_fen is None

    @property
    def repriced(self) -> bool:
        """Whether its price is another than the one seen before."""
        return self.price_fen is not None and self.price_fen != self.was_fen

    @property
    def dearer(self) -> bool:
        """Whether it costs more than before."""
        return self.price_fen is not None and self.price_fen > self.was_fen

    @property
    def short(self) -> int:
        """How many of the wanted pieces the depot does not have."""
        return 0 if self.gone else max(self.quantity - self.left, 0)

    @property
    def amount_fen(self) -> int:
        """What the wanted pieces cost now."""
        return self.quantity * (self.price_fen or 0)


@dataclass(frozen=True, slots=True)
class CartNow:
    """A cart with its lines as they stand now; what is gone is told and not counted."""

    lines: tuple[CartLine, ...]

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def wanted(self) -> tuple[CartLine, ...]:
        """The lines that can be ordered."""
        return tuple(line for line in self.lines if not line.gone)

    @property
    def gone(self) -> tuple[CartLine, ...]:
        """The lines that cannot be bought any more."""
        return tuple(line for line in self.lines if line.gone)

    @property
    def short(self) -> tuple[CartLine, ...]:
        """The lines of which there are too few."""
        return tuple(line for line in self.lines if line.short)

    @property
    def repriced(self) -> tuple[CartLine, ...]:
        """The lines whose price changed since it was seen."""
        return tuple(line for line in self.lines if line.repriced)

    @property
    def pieces(self) -> int:
        """How many pieces can be ordered."""
        return sum(line.quantity for line in self.wanted)

    @property
    def total_fen(self) -> int:
        """What they cost."""
        return sum(line.amount_fen for line in self.wanted)

    @property
    def saved_fen(self) -> int:
        """How much less that is than what others ask."""
        return sum(
            line.quantity * (line.market_fen - (line.price_fen or 0))
            for line in self.wanted
            if line.market_fen
        )

    @property
    def prices(self) -> dict[int, int]:
        """The price of each SKU now, by its id."""
        return {line.sku.pk: line.price_fen for line in self.lines if line.price_fen is not None}

    @property
    def items(self) -> tuple[Item, ...]:
        """The lines as an order takes them."""
        return tuple(Item(line.sku.pk, line.quantity, line.price_fen or 0) for line in self.wanted)

    @property
    def seen(self) -> str:
        """What a page shows of it, as its form carries it: only that is ordered."""
        return "~".join(f"{item.sku}.{item.quantity}.{item.price_fen}" for item in self.items)


def cart_now(cart: Cart, *, at: datetime, depot: int | None = None) -> CartNow:
    """Return a cart as it stands now, in four statements; SKUs that never were are left out."""
    known = goods_kept([line.sku for line in cart.lines], at=at, depot=depot)
    return CartNow(
        tuple(
            CartLine(
                sku=had.sku,
                picture=had.picture,
                quantity=line.quantity,
                was_fen=line.price_fen,
                price_fen=had.price_fen,
                market_fen=had.market_fen,
                left=had.left,
            )
            for line in cart.lines
            if (had := known.get(line.sku)) is not None
        )
    )
