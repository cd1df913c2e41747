"""Makers of goods to be priced: all of them go through the actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import add_sku, enter_product, make_ready
from zhanggui.books.catalogue.models import Category, Product, Sku
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.tests.drawing import sound

PICTURE = sound(size=(320, 240))


def refused(deed: Callable[[], object]) -> str:
    """Return the sentence a deed was refused with; no fact came of it."""
    facts = Fact.objects.count()
    with pytest.raises(Refusal) as no:
        deed()
    assert Fact.objects.count() == facts
    return str(no.value)


@pytest.fixture
def tong(actor: Callable[..., Any]) -> Any:
    """Return the product manager, who sets prices."""
    return actor("tong")


@pytest.fixture
def ye(actor: Callable[..., Any]) -> Any:
    """Return the listing clerk, who puts goods on sale."""
    return actor("ye")


@pytest.fixture
def tea(tong: Any, at: datetime) -> Category:
    """Return the category of tea."""
    return open_category(None, code="TEA", name_zh="茶叶", name_en="Tea", by=tong, at=at)


@pytest.fixture
def make(tea: Category, actor: Callable[..., Any], at: datetime) -> Callable[..., Product]:
    """Return a maker of products that are ready: `make("TG", "125", "250")`."""

    def maker(code: str, *variants: str, ready: bool = True) -> Product:
        when = at - timedelta(days=2)
        one = {"by": actor("tong", at=when), "at": when}
        product = enter_product(
            None,
            code=code,
            name_zh=f"茶{code}",
            name_en=f"Tea {code}",
            category=tea,
            unit_zh="罐",
            unit_en="tin",
            **one,
        )
        for variant in variants or ("125",):
            add_sku(
                product,
                code=f"{code}-{variant}",
                variant_zh=f"{variant}g 罐装",
                variant_en=f"{variant} g tin",
                weight_g=int(variant),
                **one,
            )
        attach_picture(product, sound=PICTURE, alt_zh="一罐茶", **one)
        return make_ready(product, **one) if ready else product

    return maker


@pytest.fixture
def product(make: Callable[..., Product]) -> Product:
    """Return a product that is ready, with two SKUs and no price."""
    return make("TG", "125", "250")


@pytest.fixture
def sku(product: Product) -> Sku:
    """Return its first SKU."""
    return product.skus.get(code="TG-125")
