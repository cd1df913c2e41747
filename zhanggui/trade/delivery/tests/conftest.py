"""What the tests of delivery share: depots with goods, orders reserved in them, and runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.scenes import laid_out
from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import add_sku, enter_product, make_ready
from zhanggui.books.catalogue.models import Sku
from zhanggui.books.prices.actions import list_product, set_price
from zhanggui.books.stock.actions.depots import open_depot, receive_goods
from zhanggui.books.stock.models import Level, Location, Movement
from zhanggui.books.stock.queries import bag_of, held_under
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.tests.drawing import sound
from zhanggui.ground.org.models import Area, Person
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.orders.actions.placing import place_order
from zhanggui.trade.orders.actions.promises import publish_promise
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.orders import Draft, Item

PICTURE = sound(size=(320, 240))

COUNTIES = {
    "licheng": ("350304", "拱辰街道文献东路"),
    "chengxiang": ("350302", "凤凰山街道荔园路"),
    "hanjiang": ("350303", "涵西街道新涵大街"),
    "xianyou": ("350322", "鲤城街道八二五大街"),
    "fengze": ("350503", "东湖街道刺桐路"),
}
GOODS = {
    "tea": ("TG", "安溪铁观音", "Anxi Tieguanyin", "250g 罐装", "250 g tin", 6_800),
    "longan": ("LY", "莆田桂圆干", "Putian dried longan", "500g 袋装", "500 g bag", 3_900),
}


@dataclass
class Trade:
    """Depots in Putian and Quanzhou, 400 pieces of tea and longan in each, and who delivers."""

    at: datetime
    putian: Location
    quanzhou: Location
    tea: Sku
    longan: Sku
    placed: int = 0
    prices: dict[int, int] = field(default_factory=dict)

    @property
    def act(self) -> dict[str, Any]:
        """Who does and when, where it does not matter."""
        return {"by": CLOCKWORK, "at": self.at}

    def order(
        self,
        county: str = "licheng",
        address: str = "",
        *,
        tea: int = 1,
        longan: int = 0,
        payment: str = "cash",
    ) -> Order:
        """Return an order that is confirmed and reserved whole."""
        self.placed += 1
        number = self.placed
        division, road = COUNTIES[county]
        wanted = ((self.tea, tea), (self.longan, longan))
        items = tuple(Item(sku.pk, count, self.prices[sku.pk]) for sku, count in wanted if count)
        draft = Draft(
            recipient="陈丽",
            phone=f"1385{(number * 7_919) % 10_000_000:07d}",
            division=division,
            address=address or f"{road}{number}号2栋{number}01室",
            items=items,
            payment=payment,
        )
        order = place_order(county, draft=draft, by=CLOCKWORK, at=self.at)
        order.refresh_from_db()
        assert (order.state, order.fulfilment) == ("confirmed", "reserved"), order.holds.all()
        return order

    def run(self, *orders: Order, courier: str = "chen", step: str = "planned") -> Run:
        """Return a run of these orders, planned, picked or out."""
        who = Person.objects.get(user=courier)
        run = form_run("putian", courier=who, orders=[o.pk for o in orders], **self.act)
        for name, deed in (("picked", pick_run), ("out", load_run)):
            if step in {name, "out"}:
                run = deed(run, **self.act)
        return run

    def out(self, *orders: Order, courier: str = "chen") -> list[Stop]:
        """Return the stops of a run of these orders that is on the road, in the orders' order."""
        run = self.run(*orders, courier=courier, step="out")
        return [run.stops.get(order=order) for order in orders]

    def line(self, order: Order, sku: Sku) -> OrderLine:
        """Return an order's line of a SKU."""
        return OrderLine.objects.get(order=order, sku=sku)


def make_trade(at: datetime) -> Trade:
    """Return the depots with goods in them, on sale, and two cities promised to be served."""
    then: dict[str, Any] = {"by": CLOCKWORK, "at": at - timedelta(days=2)}
    depots = {}
    for name, code, zh, en in (
        ("putian", "PT", "莆田仓", "Putian depot"),
        ("quanzhou", "QZ", "泉州仓", "Quanzhou depot"),
    ):
        area = Area.objects.get(pk=name)
        depots[name] = open_depot("fujian", code=code, name_zh=zh, name_en=en, area=area, **then)
        hours = {"cutoff_s": 57_600, "same_day_s": 72_000, "next_day_s": 64_800}
        publish_promise("fujian", area=area, **hours, **then)
    category = open_category(None, code="FOOD", name_zh="食品", name_en="Food", **then)
    skus, prices = {}, {}
    for name, (code, zh, en, variant_zh, variant_en, price) in GOODS.items():
        names = {"name_zh": zh, "name_en": en, "category": category}
        product = enter_product(None, code=code, unit_zh="件", unit_en="piece", **names, **then)
        variant = {"variant_zh": variant_zh, "variant_en": variant_en, "weight_g": 300}
        codes = {"code": f"{code}-1", "barcode": f"69012345678{price // 100:02d}"}
        sku = add_sku(product, **codes, **variant, **then)
        attach_picture(product, sound=PICTURE, alt_zh=zh, **then)
        product = make_ready(product, **then)
        set_price(sku, price_fen=price, **then)
        list_product(product, by=CLOCKWORK, at=at - timedelta(days=1))
        skus[name], prices[sku.pk] = sku, price
    lines = [Line(sku.pk, 400) for sku in skus.values()]
    for depot in depots.values():
        receive_goods(depot, lines=lines, note="LS-1", **then)
    return Trade(at, depots["putian"], depots["quanzhou"], **skus, prices=prices)


@pytest.fixture
def trade(db: None, at: datetime) -> Trade:
    """Return depots with goods; `trade.order()`, `trade.run(...)`, `trade.out(...)`."""
    return laid_out(make_trade, at)


def in_bag(courier: str) -> dict[str, int]:
    """Return how many pieces of each SKU are in somebody's bag, by the SKU's code."""
    bag = bag_of(Person.objects.get(user=courier).pk)
    levels = Level.objects.filter(location=bag, on_hand__gt=0) if bag else Level.objects.none()
    return {level.sku.code: level.on_hand for level in levels.select_related("sku")}


def stands(order: Order) -> dict[str, int]:
    """Return how many pieces of an order stand where, by the kind of place."""
    found: dict[str, int] = {}
    for key, count in held_under(order.reference).items():
        kind = "shelf" if key.promised else Location.objects.get(pk=key.place).kind
        found[kind] = found.get(kind, 0) + count
    return found


def everything() -> Any:
    """Return all that the rooms of the trade and the facts hold, to be compared."""
    models: Sequence[Any] = (Run, Stop, Order, OrderLine, Level, Movement)
    return (*(list(m.objects.order_by("pk").values()) for m in models), Fact.objects.count())


def refused(deed: Callable[[], object]) -> str:
    """Return the sentence a deed was refused with; nothing came of it."""
    before = everything()
    with pytest.raises(Refusal) as no:
        deed()
    assert everything() == before
    return str(no.value)


@pytest.fixture
def hu(actor: Callable[..., Any]) -> Any:
    """Return the city manager of Putian, who dispatches."""
    return actor("hu")


@pytest.fixture
def chen(actor: Callable[..., Any]) -> Any:
    """Return the courier of Putian."""
    return actor("chen")
