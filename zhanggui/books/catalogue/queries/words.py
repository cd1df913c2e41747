"""Reading by which words goods are found, and what the index of the search says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import (
    QuerySet,
)

from zhanggui.books.catalogue.models import (
    IndexEntry,
    Product,
)
from zhanggui.books.catalogue.rules.attributes import YES, AttributeKind, choice_said
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.words import Place, words_kept


def with_words(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Fetch along with products all that says by which words they are found."""
    return rows.select_related("brand").prefetch_related("skus", "attribute_values__attribute")


def words_of(product: Product) -> dict[str, int]:
    """Return the tokens by which customers find a product, with their weights.

    What is not on sale is found by nothing.
    """
    if product.state != ProductState.LISTED:
        return {}
    skus = list(product.skus.all())
    brand = product.brand
    texts = [
        (product.name_zh, Place.NAME),
        (product.name_en, Place.NAME),
        *(((brand.name_zh, Place.BRAND), (brand.name_en, Place.BRAND)) if brand else ()),
        (product.origin_zh, Place.ORIGIN),
        (product.origin_en, Place.ORIGIN),
        *((sku.variant_zh, Place.VARIANT) for sku in skus),
        *((sku.variant_en, Place.VARIANT) for sku in skus),
        *((word, Place.VARIANT) for word in _words_said(product)),
    ]
    codes = [product.code, *(code for sku in skus for code in (sku.code, sku.barcode) if code)]
    return words_kept(texts, codes=codes)


def _words_said(product: Product) -> Iterator[str]:
    """Yield the words said of a product under attributes; under yes or no it is the name."""
    for value in product.attribute_values.all():
        attribute = value.attribute
        if attribute.retired_at is not None:
            continue
        if attribute.kind == AttributeKind.YES_NO:
            if value.choice == YES:
                yield from (attribute.name_zh, attribute.name_en)
        elif value.choice:
            yield from (choice_said(attribute, value.choice, english=e) for e in (False, True))
        else:
            yield from (value.text_zh, value.text_en)


def entries_of(products: Iterable[int]) -> dict[int, dict[str, tuple[int, int]]]:
    """Return of each product (by id) the tokens in the index: the entry's id and its weight."""
    rows = IndexEntry.objects.filter(product__in=list(products))
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for pk, product, token, weight in rows.values_list("pk", "product_id", "token", "weight"):
        found.setdefault(product, {})[token] = (pk, weight)
    return found


def product_ids_in_steps(size: int) -> Iterator[list[int]]:
    """Yield the ids of all products, so many at a time."""
    last = 0
    while ids := list(
        Product.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]
    ):
        yield ids
        last = ids[-1]
