"""Reading sheets of goods, and taking their good rows in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.actions.index import index_products
from zhanggui.books.catalogue.actions.products import words_of
from zhanggui.books.catalogue.models import AttributeValue, Brand, Category, Intake, Product, Sku
from zhanggui.books.catalogue.rules.columns import titles_of
from zhanggui.books.catalogue.rules.intake import (
    PRODUCT_WORDS,
    SKU_WORDS,
    Plan,
    clashes,
    plan_of,
    why_not_take_in,
)
from zhanggui.books.catalogue.rules.rows import FAULTS_KEPT, SAID, Line, as_stored, read_rows
from zhanggui.books.catalogue.rules.sheet import Table
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX

BATCH = 500
"""Rows written in one statement: well below the thousands of values SQLite takes at once."""

CHANGED = 100
"""Rows changed in one statement: it grows by a case for each row and field."""


@action(
    duty="catalogue.products",
    title=_("Read a sheet of goods"),
    said=_("read the sheet “%(name)s”"),
    creates=True,
)
def read_goods_sheet(
    area: str | None, *, name: str, table: Table, by: Actor, at: datetime
) -> Intake:
    """Read a sheet of goods without taking anything in: its good rows, and what is wrong."""
    attributes = queries.attributes_in_use()
    reading = read_rows(table, attributes=titles_of(attributes))
    known = queries.known_goods(attributes if _speaks(reading.lines) else ())
    reading.leave_out(clashes(reading.lines, known))
    remember(rows=len(table.rows) - 1, bad=reading.bad)
    return Intake.objects.create(
        name=name[:TITLE_CHARS_MAX],
        sha256=table.sha256,
        rows=len(table.rows) - 1,
        bad=reading.bad,
        lines=[asdict(line) for line in reading.lines],
        faults=[as_stored(f) for f in sorted(reading.faults, key=lambda f: f.row)[:FAULTS_KEPT]],
        outcome=plan_of(reading.lines, known).counts() | {"ignored": reading.ignored[:20]},
        read_at=at,
        read_by_id=by.person_id,
    )


@action(
    duty="catalogue.products",
    title=_("Take in the good rows"),
    said=_("took in the sheet: %(new_skus)s SKUs new, %(changed_skus)s changed"),
    guard=why_not_take_in,
)
def take_in_goods(sheet: Intake, *, by: Actor, at: datetime) -> Intake:
    """Take in the good rows of a sheet that was read: known codes are changed, others added.

    Rows that no longer fit the goods as they are now are left out and become faults.
    """
    lines = [Line(**stored) for stored in sheet.lines]
    known = queries.known_goods(queries.attributes_in_use() if _speaks(lines) else ())
    late = clashes(lines, known)
    left_out = {fault.row for fault in late}
    plan = plan_of([line for line in lines if line.row not in left_out], known)
    brands = _brands_of(plan)
    _enter_products(plan, brands, at=at)
    _change_products(plan, brands)
    _enter_skus(plan)
    _change_skus(plan)
    _describe(plan)
    _find_by_words(plan)
    sheet.bad += len(left_out)
    sheet.faults = [*sheet.faults, *map(as_stored, late)][:FAULTS_KEPT]
    sheet.outcome = {**(sheet.outcome or {}), **plan.counts()}
    sheet.taken_at, sheet.lines = at, []  # the goods have them now
    sheet.save()
    remember(**plan.counts(), bad=sheet.bad, sha256=sheet.sha256)
    return sheet


def _speaks(lines: Iterable[Line]) -> bool:
    """Tell whether any row says something under an attribute."""
    return any(key.startswith(SAID) for line in lines for key in line.words)


def _describe(plan: Plan) -> None:
    """Store what a sheet says of products under attributes."""
    attributes = {one.code: one for one in queries.attributes_in_use()}
    for codes in _batches(plan.described):
        ids = queries.ids_by_code(Product, codes)
        AttributeValue.objects.bulk_create(
            [
                AttributeValue(
                    product_id=ids[code],
                    attribute=attributes[name],
                    choice=value.choice,
                    number_milli=value.number_milli,
                    text_zh=value.text_zh,
                    text_en=value.text_en,
                )
                for code in codes
                for name, value in plan.described[code].items()
            ],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["product", "attribute"],
            update_fields=["choice", "number_milli", "text_zh", "text_en"],
        )


def _batches(codes: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(codes)
    return (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))


def _brands_of(plan: Plan) -> dict[str, Brand]:
    """Return the brands a sheet names, adding those not known yet."""
    words = [*plan.new_products.values(), *plan.changed_products.values()]
    named = {w["brand_zh"]: w.get("brand_en", "") for w in words if w.get("brand_zh")}
    known = set(Brand.objects.values_list("name_zh", flat=True))
    Brand.objects.bulk_create(
        [Brand(name_zh=zh, name_en=en) for zh, en in named.items() if zh not in known],
        batch_size=BATCH,
    )
    return {brand.name_zh: brand for brand in Brand.objects.all() if brand.name_zh in named}


def _say(
    product: Product,
    words: Mapping[str, Any],
    brands: Mapping[str, Brand],
    categories: Mapping[str, int],
) -> None:
    for key, value in words.items():
        if key == "brand_zh":
            product.brand = brands[value]
        elif key == "category":
            product.category_id = categories[value]
        elif key != "brand_en":
            setattr(product, key, value)


def _enter_products(plan: Plan, brands: Mapping[str, Brand], *, at: datetime) -> None:
    words = plan.new_products.values()
    categories = queries.ids_by_code(Category, (w["category"] for w in words if "category" in w))
    skus: dict[str, list[Sku]] = {}
    for code, said in plan.new_skus.items():
        sku = Sku(code=code, barcode=said.get("barcode"), variant_zh=said["variant_zh"])
        skus.setdefault(said["product"], []).append(sku)
    fresh = []
    for code, said in plan.new_products.items():
        product = Product(code=code, state_at=at, created_at=at)
        _say(product, said, brands, categories)
        product.sought = words_of(product, skus=skus.get(code, ()))
        fresh.append(product)
    Product.objects.bulk_create(fresh, batch_size=BATCH)


def _change_products(plan: Plan, brands: Mapping[str, Brand]) -> None:
    words = plan.changed_products.values()
    categories = queries.ids_by_code(Category, (w["category"] for w in words if "category" in w))
    fields = [name for name in PRODUCT_WORDS if name != "brand_zh"] + ["brand"]
    for codes in _batches(plan.changed_products):
        stored = list(Product.objects.filter(code__in=codes))
        for product in stored:
            _say(product, plan.changed_products[product.code], brands, categories)
        Product.objects.bulk_update(stored, fields, batch_size=CHANGED)


def _enter_skus(plan: Plan) -> None:
    ids = queries.ids_by_code(Product, (said["product"] for said in plan.new_skus.values()))
    last: dict[int, int] = dict(
        Sku.objects.order_by().values_list("product_id").annotate(last=Max("position"))
    )
    fresh = []
    for code, said in plan.new_skus.items():
        product = ids[said["product"]]
        last[product] = last.get(product, -1) + 1
        values = {key: value for key, value in said.items() if key != "product"}
        fresh.append(Sku(code=code, product_id=product, position=last[product], **values))
    Sku.objects.bulk_create(fresh, batch_size=BATCH)


def _change_skus(plan: Plan) -> None:
    for codes in _batches(plan.changed_skus):
        stored = list(Sku.objects.filter(code__in=codes))
        for sku in stored:
            for key, value in plan.changed_skus[sku.code].items():
                setattr(sku, key, value)
        Sku.objects.bulk_update(stored, SKU_WORDS, batch_size=CHANGED)


def _find_by_words(plan: Plan) -> None:
    """Bring up to date the words by which products that were there already are found.

    New ones were entered with them, and stand in no index before they are on sale.
    """
    touched = (
        set(plan.changed_products)
        | set(plan.described)
        | {s["product"] for s in plan.new_skus.values()}
    )
    for codes in _batches(plan.changed_skus):
        touched |= set(Sku.objects.filter(code__in=codes).values_list("product__code", flat=True))
    for codes in _batches(sorted(touched - set(plan.new_products))):
        stored = list(queries.with_words(Product.objects.filter(code__in=codes)))
        for product in stored:
            product.sought = words_of(product, skus=product.skus.all())
        Product.objects.bulk_update(stored, ["sought"], batch_size=CHANGED)
        index_products(stored)
