"""What the stock's tests share: a depot, three kinds of goods in it, and a courier's bag."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scenes import laid_out
from zhanggui.books.catalogue.actions.products import add_sku, enter_product
from zhanggui.books.stock import audits
from zhanggui.books.stock.actions.depots import open_depot, receive_goods
from zhanggui.books.stock.actions.goods import open_bag
from zhanggui.books.stock.models import Arrival, Level, Location, Movement
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.models import Area, Person

assert audits, "every test with a database ends with the audits of this room"

GOODS = {
    "tea": ("TG-250", "安溪铁观音", "Anxi Tieguanyin", "250g 罐装", "250 g tin", 20),
    "longan": ("LY-500", "莆田桂圆干", "Putian dried longan", "500g 袋装", "500 g bag", 5),
    "noodles": ("XH-1000", "兴化米粉", "Xinghua rice noodles", "1kg 袋装", "1 kg bag", 0),
}


def make_stock(at: datetime) -> SimpleNamespace:
    """Return a depot in Putian and one in Quanzhou, a bag, and goods: 20 tea, 5 longan, none."""
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at - timedelta(days=2)}
    made = SimpleNamespace()
    for name, code, zh, en in (
        ("putian", "PT", "莆田仓", "Putian depot"),
        ("quanzhou", "QZ", "泉州仓", "Quanzhou depot"),
    ):
        area = Area.objects.get(pk=name)
        depot = open_depot("fujian", code=code, name_zh=zh, name_en=en, area=area, **act)
        setattr(made, name, depot)
    lines = []
    for name, (code, zh, en, variant_zh, variant_en, pieces) in GOODS.items():
        product = enter_product(None, code=code.split("-")[0], name_zh=zh, name_en=en, **act)
        variant = {"variant_zh": variant_zh, "variant_en": variant_en, "weight_g": 300}
        sku = add_sku(product, code=code, **variant, **act)
        setattr(made, name, sku)
        lines += [Line(sku.pk, pieces)] if pieces else []
    receive_goods(made.putian, lines=lines, note="LS-1", **act)
    lin = Person.objects.get(user="lin")
    made.bag = open_bag("putian", holder=lin, **act)
    return made


@pytest.fixture
def stock(db: None, at: datetime) -> SimpleNamespace:
    """Return the depots `putian` and `quanzhou`, `bag`, and the SKUs `tea`, `longan`, `noodles`."""
    return laid_out(make_stock, at)


@pytest.fixture
def tong(actor: Callable[..., Any]) -> Any:
    """Return the product manager, who answers for the stock figures."""
    return actor("tong")


def level_at(place: Location, sku: Any) -> tuple[int, int]:
    """Return how many pieces are on hand and reserved."""
    level = Level.objects.filter(location=place, sku=sku).first()
    return (level.on_hand, level.reserved) if level else (0, 0)


@pytest.fixture
def unchanged(db: None) -> Callable[[], Any]:
    """Return a reading of everything the stock and the facts hold, to be compared."""

    def read() -> Any:
        return (
            *(list(m.objects.order_by("pk").values()) for m in (Location, Level, Arrival)),
            list(Movement.objects.order_by("pk").values()),
            Fact.objects.count(),
        )

    return read
