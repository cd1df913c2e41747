"""Narrowing a shelf by what is said of its goods, and how many each choice leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from zhanggui.books.catalogue.models import Attribute, AttributeValue, Category, Product
from zhanggui.books.catalogue.queries import attributes_within
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.prices.queries import book_since
from zhanggui.faces.shop.queries import assortment
from zhanggui.ground.kernel.editions import kept

Chosen = Mapping[int, str]
"""What somebody narrowed to: of each attribute, by its id, the code of a choice."""

Key = tuple[tuple[int, str], ...]
"""The same as what is remembered stands under it."""

BEGINNING = datetime.min.replace(tzinfo=UTC)
"""Before the first price of the book."""


def facets_within(path: Sequence[int]) -> list[Attribute]:
    """Return the attributes of these categories by which customers narrow, in one statement."""
    return [one for one in attributes_within(path) if one.facet]


def narrowed(rows: QuerySet[Product], chosen: Chosen) -> QuerySet[Product]:
    """Keep to the products of which all these choices are said."""
    for attribute, choice in chosen.items():
        said = AttributeValue.objects.filter(
            attribute=attribute, choice=choice, product=OuterRef("pk")
        )
        rows = rows.filter(Exists(said))
    return rows


def shelf_of(
    code: str, *, sort: str, chosen: Chosen, first: int, most: int, at: datetime
) -> list[int]:
    """Return the ids of so many goods of a category and below, in an order, from the first one."""
    book = book_since(at) if assortment.by_price(sort) else None
    return list(_shelf_of(code, sort, _key(chosen), first, most, book))


@kept(Product, Category, AttributeValue, PriceEntry, most=1_000)
def _shelf_of(
    code: str, sort: str, chosen: Key, first: int, most: int, book: datetime | None
) -> Sequence[int]:
    rows = assortment.in_order(assortment.listing(code=code), sort, at=book or BEGINNING)
    return tuple(narrowed(rows, dict(chosen)).values_list("pk", flat=True)[first : first + most])


def total_of(code: str, chosen: Chosen) -> int:
    """Return how many goods stand on the shelf of a category and below."""
    return _total_of(code, _key(chosen))


@kept(Product, Category, AttributeValue, most=1_000)
def _total_of(code: str, chosen: Key) -> int:
    return narrowed(assortment.listing(code=code), dict(chosen)).count()


def choices_left(
    code: str, attributes: Sequence[Attribute], chosen: Chosen
) -> Mapping[int, Mapping[str, int]]:
    """Return for each attribute how many products each choice leaves, the others standing.

    It takes one statement, and one more for each attribute that is narrowed by.
    """
    return _choices_left(code, tuple(one.pk for one in attributes), _key(chosen))


def _key(chosen: Chosen) -> Key:
    return tuple(sorted(chosen.items()))


@kept(Product, Category, AttributeValue, most=1_000)
def _choices_left(
    code: str, attributes: tuple[int, ...], key: Key
) -> Mapping[int, Mapping[str, int]]:
    rows, chosen = assortment.listing(code=code), dict(key)
    free = [pk for pk in attributes if pk not in chosen]
    left = _counted(narrowed(rows, chosen), free) if free else {}
    for attribute in (pk for pk in attributes if pk in chosen):
        others = {pk: choice for pk, choice in chosen.items() if pk != attribute}
        left |= _counted(narrowed(rows, others), [attribute])
    return left


def _counted(rows: QuerySet[Product], attributes: Sequence[int]) -> dict[int, dict[str, int]]:
    values = AttributeValue.objects.filter(
        attribute__in=attributes, product__in=rows.order_by().values("pk")
    ).exclude(choice="")
    counted: dict[int, dict[str, int]] = {}
    tallied = values.order_by().values_list("attribute", "choice").annotate(n=Count("pk"))
    for attribute, choice, n in tallied:
        counted.setdefault(attribute, {})[choice] = n
    return counted
