"""The goods of the example company: its shelves, its sheet of goods, and their pictures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.options import place_skus
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import make_ready
from zhanggui.books.catalogue.actions.sheets import read_goods_sheet, take_in_goods
from zhanggui.books.catalogue.models import Category, Product
from zhanggui.books.catalogue.rules.sheet import read_table
from zhanggui.demo.attributes import ask_attributes, describe_goods
from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.media.rules import sound_picture
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Person

SHEET = Path(__file__).with_name("goods.csv")
"""The goods, one SKU a row; the columns after `height_mm` are for prices and stock."""

PICTURES = Path(__file__).with_name("pictures")

PRODUCT_MANAGER = "tong"
"""Who entered all this, by user name."""

SHELVES = (
    ("TEA", "", "茶叶", "Tea"),
    ("TEA-OOLONG", "TEA", "乌龙茶", "Oolong"),
    ("TEA-WHITE", "TEA", "白茶", "White tea"),
    ("TEA-RED", "TEA", "红茶", "Black tea"),
    ("TEA-FLOWER", "TEA", "花茶", "Scented tea"),
    ("DRY", "", "干货", "Dry goods"),
    ("DRY-FRUIT", "DRY", "桂圆莲子", "Dried fruit and seeds"),
    ("DRY-MUSHROOM", "DRY", "菌菇笋干", "Mushrooms and shoots"),
    ("DRY-SEA", "DRY", "海味", "From the sea"),
    ("STAPLE", "", "米面粮油", "Staples"),
    ("NOODLES", "STAPLE", "米粉面线", "Noodles"),
    ("RICE", "STAPLE", "大米食油", "Rice and oil"),
    ("TASTE", "", "调味酒水", "Seasonings and drinks"),
    ("SAUCE", "TASTE", "酱料调味", "Sauces"),
    ("DRINK", "TASTE", "酒水蜜膏", "Wine, honey, syrup"),
    ("SNACK", "", "零食糕点", "Snacks and pastries"),
    ("LIFE", "", "鞋履居家", "Shoes and home"),
    ("SHOES", "LIFE", "鞋履", "Shoes"),
    ("HOME", "LIFE", "居家", "Home"),
)
"""The categories: code, code of the one above, and both names."""

NOT_PHOTOGRAPHED = frozenset({"YXU", "ZLA"})
"""New goods whose pictures are still to come: the product manager has work to do."""

NOT_READY = NOT_PHOTOGRAPHED | {"MSG"}
"""Goods that nobody has called ready yet."""


SIZED = ("PXM", "PXW", "BUX", "TUO")
"""Shoes whose variants are a size and a colour, in this order, in both languages."""

AXES = [{"zh": "尺码", "en": "Size"}, {"zh": "颜色", "en": "Colour"}]


def load_goods(*, at: datetime) -> None:
    """Fill the shelves: categories, products, SKUs, attributes, pictures; most of them ready."""
    by = actor_for(Person.objects.get(user=PRODUCT_MANAGER), at=at)
    with transaction.atomic(), joining_transaction():
        _open_shelves(by=by, at=at)
        table = read_table(SHEET.read_bytes())
        sheet = read_goods_sheet(None, name=SHEET.name, table=table, by=by, at=at)
        take_in_goods(sheet, by=by, at=at)
        ask_attributes(by=by, at=at)
        describe_goods(by=by, at=at)
        for code in SIZED:
            _tell_apart(Product.objects.get(code=code), by=by, at=at)
        for product in Product.objects.exclude(code__in=NOT_PHOTOGRAPHED).order_by("pk"):
            _photograph(product, by=by, at=at)
            if product.code not in NOT_READY:
                make_ready(product, by=by, at=at)


def _open_shelves(*, by: Actor, at: datetime) -> None:
    opened: dict[str, Category] = {}
    for position, (code, above, zh, en) in enumerate(SHELVES):
        opened[code] = open_category(
            None,
            code=code,
            name_zh=zh,
            name_en=en,
            parent=opened.get(above),
            position=position,
            by=by,
            at=at,
        )


def _photograph(product: Product, *, by: Actor, at: datetime) -> None:
    file = PICTURES / f"{product.code.lower()}.webp"
    attach_picture(
        product,
        sound=sound_picture(file.read_bytes()),
        alt_zh=product.name_zh,
        alt_en=product.name_en,
        by=by,
        at=at,
    )


def _tell_apart(product: Product, *, by: Actor, at: datetime) -> None:
    """Let customers choose size and colour: the sheet names variants “40 码 黑橙”."""
    options = {}
    for sku in product.skus.all():
        size, _between, colour = sku.variant_zh.rpartition(" ")
        size_en, _between, colour_en = sku.variant_en.rpartition(" ")
        options[sku.code] = [{"zh": size, "en": size_en}, {"zh": colour, "en": colour_en}]
    place_skus(product, axes=AXES, options=options, by=by, at=at)
