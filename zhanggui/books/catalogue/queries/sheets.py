"""Reading what sheets of goods speak of: the goods we have, and the sheets taken in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import (
    F,
    QuerySet,
)

from zhanggui.books.catalogue.models import (
    Attribute,
    AttributeValue,
    Category,
    Intake,
    Product,
    Sku,
)
from zhanggui.books.catalogue.queries.goods import PREPARING, shelves
from zhanggui.books.catalogue.rules.attributes import Value as Said
from zhanggui.books.catalogue.rules.columns import Asked, by_title
from zhanggui.books.catalogue.rules.intake import PRODUCT_WORDS, SKU_WORDS, Known
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import not_yours


def sheet_of(by: DeskActor, pk: int) -> Intake:
    """Return a sheet that was read, for whoever prepares goods; raise `not_yours` otherwise."""
    sheet = Intake.objects.select_related("read_by").filter(pk=pk).first()
    if sheet is None or not by.scope(PREPARING):
        raise not_yours()
    return sheet


def attributes_in_use() -> list[Attribute]:
    """Return every attribute that is asked anywhere."""
    rows = Attribute.objects.filter(retired_at__isnull=True).select_related("category")
    return list(rows.order_by("position", "pk"))


def known_goods(attributes: Sequence[Attribute] = ()) -> Known:
    """Return the goods we have as a sheet of goods would speak of them, in three statements.

    With attributes also what each category asks of them and what is said: two statements more.
    """
    products: QuerySet[Product, dict[str, Any]] = Product.objects.values(
        *(key for key in PRODUCT_WORDS if key not in {"category", "brand_zh"}),
        "code",
        category_code=F("category__code"),
        brand_zh=F("brand__name_zh"),
    )
    skus = Sku.objects.values(*SKU_WORDS, "code", of=F("product__code"))
    by_sku = {words["code"]: {**words, "product": words["of"]} for words in skus}
    return Known(
        categories=frozenset(Category.objects.values_list("code", flat=True)),
        products={
            words["code"]: {**words, "category": words["category_code"]} for words in products
        },
        skus=by_sku,
        barcodes={words["barcode"]: code for code, words in by_sku.items() if words["barcode"]},
        asked=_asked_by_category(attributes) if attributes else {},
        said=_said_by_product(attributes) if attributes else {},
    )


def _asked_by_category(attributes: Sequence[Attribute]) -> dict[str, dict[str, Asked]]:
    own: dict[str, list[Attribute]] = {}
    tree = shelves()
    code_of = {shelf.category.pk: shelf.category.code for shelf in tree}
    for one in attributes:
        own.setdefault(code_of[one.category_id], []).append(one)
    return {
        shelf.category.code: by_title([one for code in shelf.path for one in own.get(code, ())])
        for shelf in tree
    }


def _said_by_product(attributes: Sequence[Attribute]) -> dict[str, dict[str, Said]]:
    rows = AttributeValue.objects.filter(attribute__in=attributes).values_list(
        "product__code", "attribute__code", "choice", "number_milli", "text_zh", "text_en"
    )
    said: dict[str, dict[str, Said]] = {}
    for product, code, choice, milli, chinese, english in rows:
        said.setdefault(product, {})[code] = Said(choice, milli, chinese, english)
    return said


def ids_by_code(model: type[Category] | type[Product], codes: Iterable[str]) -> dict[str, int]:
    """Return the ids of the categories or products with these codes."""
    wanted: Sequence[str] = list(dict.fromkeys(codes))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        rows = model._default_manager.filter(code__in=wanted[start : start + 500])
        found |= dict(rows.values_list("code", "pk"))
    return found
