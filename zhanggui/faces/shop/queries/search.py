"""What a search of the shop finds, with all that its page needs to order and to narrow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest

from django.db.models.functions import Length

from zhanggui.books.catalogue.models import Attribute, AttributeValue, Brand, Product
from zhanggui.books.catalogue.queries import Shelf
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.queries import prices_in_force
from zhanggui.books.search.queries import Found, Rank, find
from zhanggui.books.stock import rules as stock_rules
from zhanggui.books.stock.models import Level
from zhanggui.books.stock.rules import PlaceKind
from zhanggui.faces.shop.rules.search import Shown

ANSWER_MAX = 1_000
"""Goods of one answer: forty pages, more than anybody turns. A word that stands in every product is
answered by the best of them, so that no search costs more than another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found on sale at a moment, in no order yet.

    `more`: how many others were found that answer less well and are not shown.
    """

    found: Found
    shown: tuple[Shown, ...]
    more: int = 0


def answer(
    typed: str,
    *,
    shelves: Sequence[Shelf],
    at: datetime,
    depot: int | None = None,
    typing: bool = False,
) -> Answer:
    """Return the goods on sale that a search means, with price and what is left.

    However many there are it takes four statements beside those of the search. A product without
    a price is left out, as on every shelf.
    """
    found = find(typed, shelves=shelves, typing=typing)
    best = _best(found.ranks)
    shown = tuple(_shown(best, at=at, depot=depot))
    return Answer(found, shown, len(found.ranks) - len(best))


def _best(ranks: Mapping[int, Rank]) -> Mapping[int, Rank]:
    """Return the best of what was found, of equals those entered last."""
    if len(ranks) <= ANSWER_MAX:
        return ranks
    return dict(
        nsmallest(
            ANSWER_MAX,
            ranks.items(),
            key=lambda item: (not item[1].coded, not item[1].named, -item[1].weight, -item[0]),
        )
    )


def _shown(ranks: Mapping[int, Rank], *, at: datetime, depot: int | None) -> Iterable[Shown]:
    if not ranks:
        return
    ids = sorted(ranks)
    low = _lowest(ids, at=at)
    left = _left(ids, depot=depot)
    said = _said(ids)
    rows = Product.objects.filter(pk__in=ids, state=ProductState.LISTED).values_list(
        "pk", "code", "category_id", "brand_id", "state_at", Length("name_zh")
    )
    for pk, code, category, brand, since, chars in rows:
        if pk not in low:
            continue
        rank = ranks[pk]
        yield Shown(
            pk, code, rank.coded, rank.named, rank.weight, chars, category, brand, low[pk],
            left.get(pk, 0), since, said.get(pk, {}),
        )  # fmt: skip


def _lowest(products: Sequence[int], *, at: datetime) -> dict[int, int]:
    """Return the lowest price of each product at a moment."""
    rows = prices_in_force(at=at).filter(sku__product__in=products)
    low: dict[int, int] = {}
    for product, fen in rows.values_list("sku__product", "price_fen"):
        if product not in low or fen < low[product]:
            low[product] = fen
    return low


def _left(products: Sequence[int], *, depot: int | None) -> dict[int, int]:
    """Return how many pieces of each product may be promised."""
    levels = Level.objects.filter(sku__product__in=products, location__kind=PlaceKind.DEPOT)
    if depot is not None:
        levels = levels.filter(location=depot)
    left: dict[int, int] = {}
    for level in levels.values_list("on_hand", "reserved", "safety", "sku__product_id", named=True):
        if (pieces := stock_rules.sellable(level)) > 0:
            left[level.sku__product_id] = left.get(level.sku__product_id, 0) + pieces
    return left


def _said(products: Sequence[int]) -> dict[int, dict[int, str]]:
    """Return of each product the choices said of it, by the attributes customers narrow by."""
    rows = AttributeValue.objects.filter(
        product__in=products, attribute__facet=True, attribute__retired_at__isnull=True
    ).exclude(choice="")
    said: dict[int, dict[int, str]] = {}
    for product, attribute, choice in rows.values_list("product", "attribute", "choice"):
        said.setdefault(product, {})[attribute] = choice
    return said


def facets_found(shown: Iterable[Shown], *, most: int, also: Iterable[int] = ()) -> list[Attribute]:
    """Return the attributes said of most of what was found, and those narrowed by already."""
    counted = Counter(attribute for one in shown for attribute in one.said)
    wanted = [attribute for attribute, _n in counted.most_common(most)]
    found = Attribute.objects.in_bulk([*wanted, *also])
    order = dict.fromkeys([*also, *wanted])
    return [found[pk] for pk in order if pk in found]


def below(shelves: Iterable[Shelf]) -> dict[int, Collection[int]]:
    """Return of each category the ids of itself and of all below it."""
    held: dict[int, set[int]] = {}
    by_code = {shelf.category.code: shelf.category.pk for shelf in shelves}
    for shelf in shelves:
        for code in shelf.path:
            held.setdefault(by_code[code], set()).add(shelf.category.pk)
    return dict(held)


def brands(ids: Iterable[int]) -> list[Brand]:
    """Return the brands of these ids."""
    return list(Brand.objects.filter(pk__in=sorted(ids)).order_by("pk"))
