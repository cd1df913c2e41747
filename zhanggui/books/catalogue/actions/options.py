"""Telling the SKUs of a product apart along axes: size, colour, weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.actions.products import find_by
from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.rules import goods
from zhanggui.books.catalogue.rules.options import Named, variant_of, why_not_options
from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal


def _why_not_place(product: Product) -> Refusal | None:
    return goods.why_not_place_skus(skus=queries.what_there_is(product)[0])


@action(
    duty="catalogue.products",
    title=_("Options"),
    said=_("told its SKUs apart by options"),
    guard=_why_not_place,
)
def place_skus(
    product: Product,
    *,
    axes: Sequence[Named],
    options: Mapping[str, Sequence[Named]],
    by: Actor,
    at: datetime,
) -> Product:
    """Give every SKU of a product its place on each axis, and its name by it; no axes: none."""
    skus = queries.skus_of(product)
    placed = {sku.code: list(options.get(sku.code, ())) if axes else [] for sku in skus}
    if refusal := why_not_options(axes, placed):
        raise refusal
    product.axes = list(axes)
    product.save(update_fields=["axes"])
    for sku in skus:
        sku.options = placed[sku.code]
        if axes:
            sku.variant_zh, sku.variant_en = variant_of(placed[sku.code])
        sku.save(update_fields=["options", "variant_zh", "variant_en"])
    find_by(product)
    return product
