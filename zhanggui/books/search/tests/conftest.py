"""What the tests of the search share: tea and longan on sale, noodles taken off, and a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scenes import laid_out
from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import edit_product, enter_product, make_ready
from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.queries import shelves
from zhanggui.books.prices.actions import delist_product, list_product, set_price
from zhanggui.books.search import audits
from zhanggui.books.search.queries import Found, find
from zhanggui.books.stock.tests.conftest import make_stock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.media.tests.drawing import sound

assert audits, "every test with a database ends with the audits of this room"


def make_goods(at: datetime) -> SimpleNamespace:
    """Return tea (of a brand) and longan on sale, noodles taken off sale, and olives not ready."""
    goods = make_stock(at)
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at - timedelta(days=2)}
    tea = open_category(None, code="TEA", name_zh="茶叶", name_en="Tea", **act)
    dry = open_category(None, code="DRY", name_zh="干货", name_en="Dry goods", **act)
    of = {"tea": (tea, "山野集", "福建安溪"), "longan": (dry, "", "莆田"), "noodles": (dry, "", "")}
    for name, (category, brand, origin) in of.items():
        sku = getattr(goods, name)
        product = sku.product
        words = {"name_zh": product.name_zh, "name_en": product.name_en, "category": category}
        said = {"brand": brand, "origin_zh": origin, "unit_zh": "件", "unit_en": "piece"}
        edit_product(product, **words, **said, **act)
        attach_picture(product, sound=sound(size=(320, 240)), alt_zh="商品", **act)
        make_ready(Product.objects.get(pk=product.pk), **act)
        set_price(sku, price_fen=6_800, since=act["at"], reason="first price", **act)
        list_product(Product.objects.get(pk=product.pk), **act)
    delist_product(Product.objects.get(code="XH"), reason="season is over", **act)
    enter_product(None, code="GL", name_zh="橄榄", name_en="Olives", category=dry, **act)
    return goods


@pytest.fixture
def goods(db: None, at: datetime) -> SimpleNamespace:
    """Return tea and longan on sale, noodles taken off sale."""
    return laid_out(make_goods, at)


@pytest.fixture
def tong(actor: Callable[..., Any]) -> Any:
    """Return the product manager, who answers words that found nothing."""
    return actor("tong")


def sought(text: str, **how: Any) -> Found:
    """Return what a search finds."""
    return find(text, shelves=shelves(), **how)


def codes(text: str, **how: Any) -> list[str]:
    """Return the codes of the products a search finds, in their order."""
    found = sought(text, **how).ranks
    return list(
        Product.objects.filter(pk__in=found).order_by("code").values_list("code", flat=True)
    )
