"""What a search of the shop finds, with all that its page needs to order and to narrow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest

from django.db.models.functions import Length

from zhanggui.books.catalogue.models import Attribute, AttributeValue, Brand, Product, Sku
from zhanggui.books.catalogue.queries import Shelf
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.prices.queries import book_since, prices_in_force
from zhanggui.books.search.queries import Found, Rank, find
from zhanggui.books.stock import rules as stock_rules
from zhanggui.books.stock.models import Level
from zhanggui.books.stock.rules import PlaceKind
from zhanggui.faces.shop.rules.search import Shown
from zhanggui.ground.kernel.editions import Memory, kept

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

    However many there are it takes four statements beside those of the search, one where the goods
    are remembered. A product without a price is left out, as on every shelf.
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
    book = book_since(at)
    low = _LOWEST.of_each([(pk, book) for pk in ids], _lowest)
    left = _left(ids, depot=depot)
    for pk, known in _KNOWN.of_each(ids, _known).items():
        if (fen := low.get((pk, book))) is None:
            continue
        rank = ranks[pk]
        yield Shown(
            pk, known.code, rank.coded, rank.named, rank.weight, known.name_chars,
            known.category, known.brand, fen, left.get(pk, 0), known.since, known.said,
        )  # fmt: skip


_LOWEST: Memory[tuple[int, datetime | None], int] = Memory(PriceEntry, Sku, most=20_000)
"""The lowest price of a product since a moment at which prices changed."""


def _lowest(
    asked: Sequence[tuple[int, datetime | None]],
) -> dict[tuple[int, datetime | None], int]:
    book = asked[0][1]
    if book is None:
        return {}
    rows = prices_in_force(at=book).filter(sku__product__in=[pk for pk, _book in asked])
    low: dict[tuple[int, datetime | None], int] = {}
    for product, fen in rows.values_list("sku__product", "price_fen"):
        low[product, book] = min(fen, low.get((product, book), fen))
    return low


@dataclass(frozen=True, slots=True)
class _Known:
    """What a product on sale is ordered and narrowed by, beside its price and what is left."""

    code: str
    name_chars: int
    category: int | None
    brand: int | None
    since: datetime
    said: Mapping[int, str]


_KNOWN: Memory[int, _Known] = Memory(Product, AttributeValue, Attribute, most=20_000)


def _known(products: Sequence[int]) -> dict[int, _Known]:
    said = _said(products)
    rows = Product.objects.filter(pk__in=products, state=ProductState.LISTED).values_list(
        "pk", "code", "category_id", "brand_id", "state_at", Length("name_zh")
    )
    return {
        pk: _Known(code, chars, category, brand, since, said.get(pk, {}))
        for pk, code, category, brand, since, chars in rows
    }


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


def brands(ids: Iterable[int]) -> Sequence[Brand]:
    """Return the brands of these ids."""
    return _brands(tuple(sorted(ids)))


@kept(Brand, most=256)
def _brands(ids: Sequence[int]) -> Sequence[Brand]:
    return tuple(Brand.objects.filter(pk__in=ids).order_by("pk"))
