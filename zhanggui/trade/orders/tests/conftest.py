"""What the orders' tests share: a shop with a depot, priced goods, a promise; and a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scenes import laid_out
from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import edit_product, make_ready
from zhanggui.books.catalogue.models import Product
from zhanggui.books.prices.actions import list_product, set_price
from zhanggui.books.stock.actions.goods import load_goods, pick_goods, return_goods
from zhanggui.books.stock.models import Level, Movement
from zhanggui.books.stock.rules import Line
from zhanggui.books.stock.tests.conftest import make_stock
from zhanggui.ground.kernel.actor import CLOCKWORK, CustomerActor
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.tests.drawing import sound
from zhanggui.ground.org.models import Area
from zhanggui.trade.orders import audits
from zhanggui.trade.orders.actions.placing import place_order
from zhanggui.trade.orders.actions.progress import advance_orders, finish_at_door
from zhanggui.trade.orders.actions.promises import publish_promise
from zhanggui.trade.orders.models import DeliveryPromise, Hold, Order, OrderLine, Shortage
from zhanggui.trade.orders.rules.orders import Draft, Item

assert audits, "every test with a database ends with the audits of this room"

CUSTOMER = CustomerActor(duties=frozenset({"orders.customer"}))

PRICES = {"tea": 6_800, "longan": 3_990, "noodles": 1_250}

HOURS: dict[str, Any] = {"cutoff_s": 16 * 3600, "same_day_s": 20 * 3600, "next_day_s": 12 * 3600}

DRAFT = Draft(
    recipient="陈小娟",
    phone="138 5030 7261",
    division="350304",
    address="镇海街道胜利路58号3栋502室",
    items=(),
)
"""An order of goods to a door in Licheng District of Putian, against which nothing speaks."""


def make_shop(at: datetime) -> SimpleNamespace:
    """Return a shop that delivers in Putian: 20 tea, 5 longan, no noodles, all on sale."""
    shop = make_stock(at)
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at - timedelta(days=2)}
    food = open_category(None, code="FOOD", name_zh="食品", name_en="Food", **act)
    for name, price in PRICES.items():
        sku = getattr(shop, name)
        product = sku.product
        words = {"name_zh": product.name_zh, "name_en": product.name_en, "category": food}
        edit_product(product, unit_zh="件", unit_en="piece", **words, **act)
        attach_picture(product, sound=sound(size=(320, 240)), alt_zh="商品", **act)
        make_ready(Product.objects.get(pk=product.pk), **act)
        set_price(sku, price_fen=price, since=act["at"], reason="first price", **act)
        list_product(Product.objects.get(pk=product.pk), **act)
    area = Area.objects.get(pk="putian")
    shop.promise = publish_promise("fujian", area=area, least_fen=1_000, **HOURS, **act)
    return shop


@pytest.fixture
def shop(db: None, at: datetime) -> SimpleNamespace:
    """Return a shop that delivers in Putian: 20 tea, 5 longan, no noodles, all on sale."""
    return laid_out(make_shop, at)


def items_of(shop: SimpleNamespace, **wanted: int) -> tuple[Item, ...]:
    """Return items at the prices shown: `items_of(shop, tea=2)`."""
    return tuple(
        Item(getattr(shop, name).pk, count, PRICES[name]) for name, count in wanted.items()
    )


@pytest.fixture
def place(shop: SimpleNamespace, at: datetime) -> Callable[..., Order]:
    """Return how a customer places an order: `place(tea=2, phone="...")`."""

    def order(**wanted: Any) -> Order:
        goods = {name: wanted.pop(name) for name in list(wanted) if name in PRICES}
        when = wanted.pop("at", at)
        by = wanted.pop("by", CUSTOMER)
        short_ok = wanted.pop("short_ok", True)
        draft = replace(DRAFT, items=items_of(shop, **(goods or {"tea": 1})), **wanted)
        return place_order("putian", draft=draft, short_ok=short_ok, by=by, at=when)

    return order


def refused(deed: Callable[[], object]) -> Refusal:
    """Return the refusal a deed was met with; nothing of the orders or the stock changed."""
    before = everything()
    with pytest.raises(Refusal) as no:
        deed()
    assert everything() == before
    return no.value


def everything() -> Any:
    """Return all that orders, stock and facts hold, to be compared."""
    kinds = (Order, OrderLine, Hold, Shortage, DeliveryPromise, Level, Movement, Fact)
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


def short_order(place: Callable[..., Order], **wanted: Any) -> tuple[Order, Shortage]:
    """Return an order of two tea and two noodles (none are there), and its shortage."""
    order = place(**(wanted or {"tea": 2, "noodles": 2}))
    return order, Shortage.objects.get(line__order=order)


def carry(order: Order, shop: SimpleNamespace, step: str, *, at: datetime) -> None:
    """Bring a reserved order on its way as far as a step: pick, load, or a failed door and back."""
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at}
    sums: dict[int, int] = {}
    for line in order.lines.all():
        if line.wanted:
            sums[line.sku_id] = sums.get(line.sku_id, 0) + line.wanted
    lines = [Line(sku, count, order.reference) for sku, count in sums.items()]
    steps = {"pick": 1, "load": 2, "fail": 3, "take_back": 4}
    pick_goods("putian", depot=shop.putian, lines=lines, **act)
    advance_orders("putian", orders=[order.pk], step="pick", **act)
    if steps[step] >= 2:
        load_goods("putian", depot=shop.putian, bag=shop.bag, lines=lines, **act)
        advance_orders("putian", orders=[order.pk], step="load", **act)
    if steps[step] >= 3:
        finish_at_door(order, step="fail", delivered={}, taken_fen=0, **act)
    if steps[step] >= 4:
        return_goods("putian", source=shop.bag, depot=shop.putian, lines=lines, **act)
        advance_orders("putian", orders=[order.pk], step="take_back", **act)
    order.refresh_from_db()
