"""What the example company asks of its goods, and what is said of each of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from zhanggui.books.catalogue.actions.attributes import add_attribute, describe_product
from zhanggui.books.catalogue.models import Attribute, Category, Product
from zhanggui.books.catalogue.rules.attributes import Value, value_in
from zhanggui.ground.kernel.actor import Actor

SAID = Path(__file__).with_name("goods_said.csv")
"""What is said of the goods: product, attribute, and what stands there in Chinese and English."""

ASKED: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    (
        "TEA", "flavour", "香型", "Aroma",
        {
            "kind": "choice", "required": True, "facet": True,
            "choices": "floral | 花香 | Floral\nfruity | 果香 | Fruity\nhoney | 蜜香 | Honeyed\n"
            "roasted | 焦糖香 | Roasted\nmineral | 岩韵 | Mineral\nspicy | 桂皮香 | Cinnamon\n"
            "downy | 毫香 | Downy\nsmoky | 松烟香 | Pine smoke\naged | 陈香 | Aged",
        },
    ),
    (
        "TEA", "harvest", "采制", "Harvest",
        {
            "kind": "choice", "facet": True,
            "choices": "spring | 春茶 | Spring\nsummer | 夏窨 | Summer, scented\n"
            "autumn | 秋茶 | Autumn\naged | 陈年 | Aged",
        },
    ),
    ("TEA", "water", "冲泡水温", "Water at", {"kind": "number", "unit_zh": "℃", "unit_en": "°C"}),
    (
        "TEA-OOLONG", "roast", "焙火", "Roast",
        {
            "kind": "choice", "required": True, "facet": True,
            "choices": "light | 轻火 | Light\nmedium | 中火 | Medium\nfull | 足火 | Full",
        },
    ),
    (
        "DRY", "dried", "干制", "Dried",
        {
            "kind": "choice", "required": True, "facet": True,
            "choices": "sun | 日晒 | In the sun\nwind | 风干 | In the wind\n"
            "charcoal | 炭焙 | Over charcoal\noven | 烘干 | In the oven",
        },
    ),
    ("DRY", "unsulphured", "无硫熏", "No sulphur", {"kind": "yes_no", "facet": True}),
    (
        "DRY", "soak", "泡发时间", "Soak for",
        {"kind": "number", "unit_zh": "分钟", "unit_en": "min"},
    ),
    (
        "DRY-SEA", "salt", "咸淡", "Saltiness",
        {
            "kind": "choice", "facet": True,
            "choices": "none | 淡干 | Unsalted\nlight | 轻盐 | Lightly salted\n"
            "salted | 咸干 | Salted",
        },
    ),
    (
        "STAPLE", "made_of", "主料", "Made of",
        {
            "kind": "choice", "facet": True,
            "choices": "rice | 大米 | Rice\nwheat | 小麦 | Wheat\ntuber | 番薯 | Sweet potato\n"
            "seed | 油籽 | Oil seeds",
        },
    ),
    (
        "SAUCE", "heat", "辣度", "Heat",
        {
            "kind": "choice", "required": True, "facet": True,
            "choices": "none | 不辣 | Not hot\nmild | 微辣 | Mild\nhot | 辣 | Hot",
        },
    ),
    (
        "DRINK", "alcohol", "酒精度", "Alcohol",
        {"kind": "number", "unit_zh": "%vol", "unit_en": "% vol"},
    ),
    (
        "SNACK", "taste", "口味", "Taste",
        {
            "kind": "choice", "required": True, "facet": True,
            "choices": "sweet | 甜 | Sweet\nsalty | 咸 | Salty\nboth | 甜咸 | Sweet and salty",
        },
    ),
    ("SNACK", "wrapped", "独立小包", "Wrapped singly", {"kind": "yes_no", "facet": True}),
    (
        "SHOES", "for_whom", "适用", "For",
        {
            "kind": "choice", "required": True, "facet": True,
            "choices": "men | 男 | Men\nwomen | 女 | Women\nall | 男女通用 | Everybody",
        },
    ),
    ("SHOES", "lining", "面料", "Upper", {"kind": "text"}),
    ("HOME", "material", "材质", "Material", {"kind": "text"}),
    ("HOME", "present", "适合送礼", "A present", {"kind": "yes_no", "facet": True}),
)  # fmt: skip
"""Category, code and both names of what is asked, and how."""


def ask_attributes(*, by: Actor, at: datetime) -> None:
    """Ask of the goods what customers want to know of them."""
    categories = {category.code: category for category in Category.objects.all()}
    for position, (shelf, code, zh, en, how) in enumerate(ASKED):
        add_attribute(
            categories[shelf], code=code, name_zh=zh, name_en=en, position=position, **how, by=by,
            at=at,
        )  # fmt: skip


def describe_goods(*, by: Actor, at: datetime) -> None:
    """Say of each product what is known of it."""
    products = {product.code: product for product in Product.objects.select_related("category")}
    for code, values in _said().items():
        describe_product(products[code], values=values, by=by, at=at)


def _said() -> dict[str, dict[str, Value]]:
    asked = {attribute.code: attribute for attribute in Attribute.objects.all()}
    said: dict[str, dict[str, Value]] = {}
    for product, code, chinese, english in _rows():
        said.setdefault(product, {})[code] = value_in(asked[code], chinese, english)
    return said


def _rows() -> Iterator[list[str]]:
    with SAID.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows
