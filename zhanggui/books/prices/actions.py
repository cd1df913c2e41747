"""Setting prices and costs, putting goods on sale and taking them off: the book's only writers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.actions.products import move_product, send_back
from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices import queries, rules
from zhanggui.books.prices.models import CostEntry, PriceEntry
from zhanggui.books.prices.rules import Asked
from zhanggui.ground.kernel.action import action, deed_id, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.refusal import Refusal


def _starts(moment: datetime) -> str:
    """Return a moment in company time, as a fact keeps it for readers of any language."""
    return localtime(moment).strftime("%Y-%m-%d %H:%M")


def _enter(
    skus: Sequence[Sku],
    asked: Sequence[Asked],
    *,
    since: datetime,
    reason: str,
    by: Actor,
    at: datetime,
) -> tuple[list[PriceEntry], list[CostEntry]]:
    """Add to the book what is asked and not yet so; refuse where somebody was faster."""
    known = queries.presents(skus, since=since)
    changed = [rules.changes(one, known[one.sku]) for one in asked]
    said = {"since_at": since, "set_at": at, "set_by_id": by.person_id, "deed": deed_id()}
    prices = [
        PriceEntry(
            sku_id=one.sku,
            price_fen=one.price_fen,
            market_fen=one.market_fen,
            reason=reason,
            **said,
        )
        for one in changed
        if one.price_fen is not None
    ]
    costs = [
        CostEntry(sku_id=one.sku, cost_fen=one.cost_fen, **said)
        for one in changed
        if one.cost_fen is not None
    ]
    try:
        with transaction.atomic():
            PriceEntry.objects.bulk_create(prices)
            CostEntry.objects.bulk_create(costs)
    except IntegrityError as clash:
        if "unique" not in str(clash).lower():
            raise
        raise rules.moment_taken(rules.named([sku.code for sku in skus])) from clash
    return prices, costs


def _why_not_set_price(
    sku: Sku,
    *,
    price_fen: int | None = None,
    market_fen: int | None = None,
    since: datetime | None = None,
    reason: str = "",
    at: datetime,
) -> Refusal | None:
    asked = None if price_fen is None else [Asked(sku.pk, price_fen, market_fen)]
    return queries.why_not_set([sku], asked=asked, since=since, reason=reason, at=at)


@action(
    duty=queries.BOOK,
    title=_("Set the price"),
    said=_("set the price to %(price)s yuan from %(starts)s"),
    guard=_why_not_set_price,
)
def set_price(
    sku: Sku,
    *,
    price_fen: int,
    market_fen: int | None = None,
    since: datetime | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> PriceEntry:
    """Set the price of a SKU in fen, from a moment to come or at once.

    Below its landed cost, or below the floor worked out from it, a reason is needed.
    """
    begins = since or at
    remember(price=format_fen(price_fen), starts=_starts(begins))
    asked = [Asked(sku.pk, price_fen, market_fen)]
    return _enter([sku], asked, since=begins, reason=reason, by=by, at=at)[0][0]


def _why_not_set_cost(
    sku: Sku, *, cost_fen: int | None = None, since: datetime | None = None, at: datetime
) -> Refusal | None:
    asked = None if cost_fen is None else [Asked(sku.pk, cost_fen=cost_fen)]
    return queries.why_not_set([sku], asked=asked, since=since, reason="", at=at)


@action(
    duty=queries.BOOK,
    title=_("Set the cost"),
    said=_("recorded the landed cost from %(starts)s"),
    guard=_why_not_set_cost,
    private=["cost_fen"],  # facts are read by everyone who sees the goods, costs are not
)
def set_cost(
    sku: Sku, *, cost_fen: int, since: datetime | None = None, by: Actor, at: datetime
) -> CostEntry:
    """Record the landed cost of one piece in fen, from a moment to come or at once."""
    begins = since or at
    remember(starts=_starts(begins))
    asked = [Asked(sku.pk, cost_fen=cost_fen)]
    return _enter([sku], asked, since=begins, reason="", by=by, at=at)[1][0]


def _why_not_set_prices(
    product: Product,
    *,
    asked: Sequence[Asked] | None = None,
    since: datetime | None = None,
    reason: str = "",
    at: datetime,
) -> Refusal | None:
    skus = catalogue.skus_of(product)
    if not skus:
        return rules.no_sku()
    return queries.why_not_set(skus, asked=asked, since=since, reason=reason, at=at)


@action(
    duty=queries.BOOK,
    title=_("Set prices"),
    said=_("changed the price book from %(starts)s: %(changed)s"),
    guard=_why_not_set_prices,
    private=["asked"],
)
def set_prices(
    product: Product,
    *,
    asked: Sequence[Asked],
    since: datetime | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Product:
    """Set prices and landed costs of a product's SKUs together: all of them or none.

    What is asked and says nothing new is left out. The fact lists the SKUs with their prices; one
    whose cost alone was changed stands there by its code.
    """
    begins = since or at
    skus = catalogue.skus_of(product)
    prices, costs = _enter(skus, asked, since=begins, reason=reason, by=by, at=at)
    said = {entry.sku_id: f" {format_fen(entry.price_fen)}" for entry in prices}
    touched = said.keys() | {entry.sku_id for entry in costs}
    changed = [f"{sku.code}{said.get(sku.pk, '')}" for sku in skus if sku.pk in touched]
    remember(starts=_starts(begins), changed=" · ".join(changed))
    return product


def _why_not_withdraw(sku: Sku, *, entry: PriceEntry | None = None, at: datetime) -> Refusal | None:
    return queries.why_not_withdraw(sku, entry=entry, at=at)


@action(
    duty=queries.BOOK,
    title=_("Withdraw a price to come"),
    said=_("withdrew the price of %(price)s yuan from %(starts)s: %(reason)s"),
    guard=_why_not_withdraw,
)
def withdraw_price(
    sku: Sku, *, entry: PriceEntry, reason: str, by: Actor, at: datetime
) -> PriceEntry:
    """Withdraw a price that has not begun; what holds until then goes on."""
    remember(price=format_fen(entry.price_fen), starts=_starts(entry.since_at))
    entry.withdrawn_at = at
    entry.save(update_fields=["withdrawn_at"])
    return entry


# --- putting on sale ----------------------------------------------------------------------------


def _waiting_since(product: Product, by: Actor, at: datetime) -> datetime | None:
    """Return since when a product waits to go on sale: those taken off do not."""
    return product.state_at if product.state == ProductState.READY else None


@action(
    duty=queries.LISTING,
    title=_("Put on sale"),
    said=_("put it on sale"),
    guard=queries.why_not_list,
    since=_waiting_since,
)
def list_product(product: Product, *, by: Actor, at: datetime) -> Product:
    """Put a product on sale that has a picture and a price for each of its SKUs."""
    return move_product(product, "list_product", at=at)


@action(
    duty=queries.LISTING,
    title=_("Take off sale"),
    said=_("took it off sale: %(reason)s"),
    guard=rules.why_not_delist,
)
def delist_product(product: Product, *, reason: str, by: Actor, at: datetime) -> Product:
    """Take a product off sale, saying why; what is ordered already is delivered all the same."""
    return move_product(product, "delist_product", reason=reason, at=at)


@action(
    duty=queries.LISTING,
    title=_("Turn back"),
    said=_("found that it is not ready: %(reason)s"),
    guard=rules.why_not_turn_back,
    since=_waiting_since,
)
def turn_back_product(product: Product, *, reason: str, by: Actor, at: datetime) -> Product:
    """Turn a product that is not fit for sale back to whoever prepares it, saying why."""
    return send_back(product, reason=reason, by=by, at=at)
