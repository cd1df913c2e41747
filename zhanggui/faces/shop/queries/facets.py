"""Narrowing a shelf by what is said of its goods, and how many each choice leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count, Exists, OuterRef, QuerySet

from zhanggui.books.catalogue.models import Attribute, AttributeValue, Product
from zhanggui.books.catalogue.queries import attributes_within

Chosen = Mapping[int, str]
"""What somebody narrowed to: of each attribute, by its id, the code of a choice."""


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


def choices_left(
    rows: QuerySet[Product], attributes: Sequence[Attribute], chosen: Chosen
) -> dict[int, dict[str, int]]:
    """Return for each attribute how many products each choice leaves, the others standing.

    It takes one statement, and one more for each attribute that is narrowed by.
    """
    free = [one.pk for one in attributes if one.pk not in chosen]
    left = _counted(narrowed(rows, chosen), free) if free else {}
    for attribute in (one.pk for one in attributes if one.pk in chosen):
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
