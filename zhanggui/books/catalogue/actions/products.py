"""Entering products and their SKUs, and bringing them towards the shop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.actions.index import index_products
from zhanggui.books.catalogue.models import Brand, Category, Product, Sku
from zhanggui.books.catalogue.rules import goods
from zhanggui.books.catalogue.rules.sought import sought_words
from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal


def _store(record: Product | Sku, *, taken: Refusal) -> None:
    """Store a record, or refuse when somebody was faster with the same code or barcode."""
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as clash:
        if "unique" not in str(clash).lower():
            raise
        raise taken from clash


def _brand(name: str) -> Brand | None:
    """Return the brand of that name, known by it from now on; None for no name."""
    return Brand.objects.get_or_create(name_zh=name)[0] if name else None


def words_of(product: Product, *, skus: Iterable[Sku]) -> str:
    """Return the words by which a product is found."""
    brand = product.brand
    codes = [word for sku in skus for word in (sku.code, sku.barcode or "", sku.variant_zh)]
    names = [brand.name_zh, brand.name_en] if brand else []
    return sought_words(
        product.name_zh, product.name_en, product.origin_zh, *names, product.code, *codes
    )


def find_by(product: Product) -> None:
    """Bring the words by which a product is found up to date; for the body of an action alone."""
    product.sought = words_of(product, skus=queries.skus_of(product))
    product.save(update_fields=["sought"])
    index_products([product])


@action(
    duty="catalogue.products",
    title=_("New product"),
    said=_("entered the product %(code)s"),
    creates=True,
)
def enter_product(
    area: str | None,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    category: Category | None = None,
    brand: str = "",
    unit_zh: str = "",
    unit_en: str = "",
    origin_zh: str = "",
    origin_en: str = "",
    story_zh: str = "",
    story_en: str = "",
    shelf_life_days: int | None = None,
    paid_ahead: bool = False,
    by: Actor,
    at: datetime,
) -> Product:
    """Enter a product as a draft; SKUs and pictures follow."""
    product = Product(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        category=category,
        brand=_brand(brand),
        unit_zh=unit_zh,
        unit_en=unit_en,
        origin_zh=origin_zh,
        origin_en=origin_en,
        story_zh=story_zh,
        story_en=story_en,
        shelf_life_days=shelf_life_days,
        paid_ahead=paid_ahead,
        state_at=at,
        created_at=at,
    )
    product.sought = words_of(product, skus=[])
    _store(product, taken=goods.code_taken(code))
    return product


@action(duty="catalogue.products", title=_("Edit"), said=_("changed what is said of it"))
def edit_product(
    product: Product,
    *,
    name_zh: str,
    name_en: str = "",
    category: Category | None = None,
    brand: str = "",
    unit_zh: str = "",
    unit_en: str = "",
    origin_zh: str = "",
    origin_en: str = "",
    story_zh: str = "",
    story_en: str = "",
    shelf_life_days: int | None = None,
    paid_ahead: bool = False,
    by: Actor,
    at: datetime,
) -> Product:
    """Change what is said of a product; what is past draft must stay complete."""
    product.name_zh, product.name_en = name_zh, name_en
    product.category, product.brand = category, _brand(brand)
    product.unit_zh, product.unit_en = unit_zh, unit_en
    product.origin_zh, product.origin_en = origin_zh, origin_en
    product.story_zh, product.story_en = story_zh, story_en
    product.shelf_life_days, product.paid_ahead = shelf_life_days, paid_ahead
    if refusal := goods.why_not_keep(product):
        raise refusal
    product.save()
    find_by(product)
    return product


def _why_not_add_sku(product: Product) -> Refusal | None:
    return goods.why_not_add_sku(skus=queries.what_there_is(product)[0])


@action(
    duty="catalogue.products",
    title=_("Add a SKU"),
    said=_("added the SKU %(code)s"),
    guard=_why_not_add_sku,
)
def add_sku(
    product: Product,
    *,
    code: str,
    variant_zh: str,
    variant_en: str = "",
    barcode: str | None = None,
    weight_g: int,
    length_mm: int | None = None,
    width_mm: int | None = None,
    height_mm: int | None = None,
    by: Actor,
    at: datetime,
) -> Sku:
    """Add a variant of a product that is counted, priced and carried by itself."""
    last = Sku.objects.filter(product=product).aggregate(n=Max("position"))["n"]
    sku = Sku(
        product=product,
        code=code,
        variant_zh=variant_zh,
        variant_en=variant_en,
        barcode=barcode or None,
        weight_g=weight_g,
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        position=0 if last is None else last + 1,
    )
    _store(sku, taken=goods.code_taken(code, barcode=barcode))
    find_by(product)
    return sku


@action(duty="catalogue.products", title=_("Edit"), said=_("changed the SKU"))
def edit_sku(
    sku: Sku,
    *,
    variant_zh: str = "",
    variant_en: str = "",
    barcode: str | None = None,
    weight_g: int,
    length_mm: int | None = None,
    width_mm: int | None = None,
    height_mm: int | None = None,
    by: Actor,
    at: datetime,
) -> Sku:
    """Change what is said of a SKU; its code stays, for movements and prices name it.

    A SKU with a place on its product's axes is named by it: its variant stays.
    """
    if not sku.options:
        sku.variant_zh, sku.variant_en = variant_zh, variant_en
    sku.barcode, sku.weight_g = barcode or None, weight_g
    sku.length_mm, sku.width_mm, sku.height_mm = length_mm, width_mm, height_mm
    _store(sku, taken=goods.code_taken(sku.code, barcode=barcode))
    find_by(sku.product)
    return sku


def _why_not_ready(product: Product) -> Refusal | None:
    skus, pictures = queries.what_there_is(product)
    missing = queries.missing_attributes(product)
    return goods.why_not_ready(product, skus=skus, pictures=pictures, attributes=missing)


def move_product(product: Product, verb: str, *, reason: str = "", at: datetime) -> Product:
    """Move a product to the state a verb leads to, with its reason; raise when it is illegal.

    For the body of an action alone, here or in the room that puts goods on sale.
    """
    product.state = goods.MOVES.to(verb, product.state)
    product.state_at, product.reason = at, reason
    product.save(update_fields=["state", "state_at", "reason"])
    index_products([product])
    return product


@action(
    duty="catalogue.products",
    title=_("Ready for sale"),
    said=_("called it ready for sale"),
    guard=_why_not_ready,
    since="state_at",
)
def make_ready(product: Product, *, by: Actor, at: datetime) -> Product:
    """Say that a product is complete, so that it can be priced and put on sale."""
    return move_product(product, "make_ready", at=at)


@action(
    duty="catalogue.products",
    title=_("Back to draft"),
    said=_("sent it back to be a draft: %(reason)s"),
    guard=goods.why_not_send_back,
)
def send_back(product: Product, *, reason: str, by: Actor, at: datetime) -> Product:
    """Make a product a draft again, saying what is wrong with it."""
    return move_product(product, "send_back", reason=reason, at=at)
