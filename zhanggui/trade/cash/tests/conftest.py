"""What the money's tests share: goods on sale, orders brought to doors, and hands that count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scenes import laid_out
from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import add_sku, enter_product, make_ready
from zhanggui.books.prices.actions import list_product, set_cost, set_price
from zhanggui.books.stock.actions.depots import open_depot, receive_goods
from zhanggui.books.stock.models import Level, Movement
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.actor import CLOCKWORK, CustomerActor
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.media.tests.drawing import sound
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Area, Person
from zhanggui.trade.cash import audits
from zhanggui.trade.cash.actions.door import take_at_door
from zhanggui.trade.cash.actions.floats import fund_safe, issue_float
from zhanggui.trade.cash.actions.hand_ins import count_remittance, declare_remittance
from zhanggui.trade.cash.actions.transfers import record_receipt
from zhanggui.trade.cash.models import BankEntry, Collection, Purse, Remittance
from zhanggui.trade.cash.rules import notes_for, plain_notes
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.orders.actions.placing import place_order
from zhanggui.trade.orders.actions.promises import publish_promise
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.orders import Draft, Item

assert audits, "every test with a database ends with the audits of this room"

CUSTOMER = CustomerActor(duties=frozenset({"orders.customer"}))
GOODS = {
    "tea": ("TG-250", "安溪铁观音", "Anxi Tieguanyin", "250g 罐装", "250 g tin", 4_000),
    "longan": ("LY-500", "莆田桂圆干", "Putian dried longan", "500g 袋装", "500 g bag", 750),
}
PIECES = 200
DOORS = {
    "hanjiang": ("350303", "涵东街道 六一东路 218 号"),
    "xianyou": ("350322", "鲤城街道 八二五大街 66 号"),
    "quanzhou": ("350503", "丰泽街 120 号"),
}


class Trade:
    """A small company at work: goods on sale, and short ways through the real actions."""

    def __init__(self, at: datetime, *, pieces: Mapping[str, int] | None = None) -> None:
        self.at = at
        self.placed = self.entered = 0
        act: dict[str, Any] = {"by": CLOCKWORK, "at": at - timedelta(days=3)}
        self.depots = {}
        for name, code, zh, en in (
            ("putian", "PT", "莆田仓", "Putian depot"),
            ("quanzhou", "QZ", "泉州仓", "Quanzhou depot"),
        ):
            area = Area.objects.get(pk=name)
            depot = open_depot("fujian", code=code, name_zh=zh, name_en=en, area=area, **act)
            self.depots[name] = depot
            publish_promise(
                name,
                area=area,
                cutoff_s=12 * 3600,
                same_day_s=20 * 3600,
                next_day_s=12 * 3600,
                **act,
            )
        self.skus = {}
        category = open_category(None, code="TEA", name_zh="茶叶", name_en="Tea", **act)
        for name, (code, zh, en, variant_zh, variant_en, price) in GOODS.items():
            product = enter_product(
                None,
                code=code.split("-")[0],
                name_zh=zh,
                name_en=en,
                category=category,
                unit_zh="件",
                unit_en="piece",
                **act,
            )
            variant = {"variant_zh": variant_zh, "variant_en": variant_en, "weight_g": 300}
            sku = add_sku(product, code=code, **variant, **act)
            attach_picture(product, sound=sound(size=(320, 240)), alt_zh="一件", **act)
            make_ready(product, **act)
            set_cost(sku, cost_fen=price // 2, **act)
            set_price(sku, price_fen=price, **act)
            list_product(product, **act)
            self.skus[name] = sku
        many = pieces or dict.fromkeys(self.skus, PIECES)
        lines = [Line(sku.pk, many[name]) for name, sku in self.skus.items()]
        for depot in self.depots.values():
            receive_goods(depot, lines=lines, **act)

    def person(self, user: str) -> Person:
        """Return somebody of the example company."""
        return Person.objects.get(user=user)

    def by(self, user: str, at: datetime | None = None) -> Any:
        """Return somebody as he may act."""
        return actor_for(self.person(user), at=at or self.at)

    def order(
        self, *, tea: int = 2, longan: int = 1, where: str = "hanjiang", at: datetime | None = None
    ) -> Order:
        """Return a confirmed and reserved order: 80.00 of tea and 7.50 of longan, else as told."""
        order = self.place(tea=tea, longan=longan, where=where, at=at)
        assert (order.state, order.fulfilment) == ("confirmed", "reserved"), [
            (hold.code, hold.evidence) for hold in order.holds.all()
        ]
        return order

    def place(
        self,
        *,
        tea: int,
        longan: int,
        where: str = "hanjiang",
        payment: str = "cash",
        at: datetime | None = None,
    ) -> Order:
        """Return an order as a customer places it; what is short of it is a shortage."""
        self.placed += 1
        wanted = {"tea": tea, "longan": longan}
        division, address = DOORS[where]
        draft = Draft(
            recipient="林美华",
            phone=f"1385940{2173 + 7 * self.placed:04d}",
            division=division,
            address=address,
            payment=payment,
            items=tuple(
                Item(self.skus[name].pk, count, GOODS[name][5])
                for name, count in wanted.items()
                if count
            ),
        )
        order: Order = place_order("fujian", draft=draft, by=CUSTOMER, at=at or self.at)
        assert order.state == "confirmed", [(h.code, h.evidence) for h in order.holds.all()]
        return order

    def ahead(self, *, paid: int | None = None, **about: Any) -> Order:
        """Return an order of 87.50 to be transferred, paid as told, all of it unless told."""
        order = self.place(**{"tea": 2, "longan": 1, "payment": "transfer", **about})
        if paid != 0:
            self.receive(order, paid)
        return order

    def receive(
        self, order: Order, fen: int | None = None, reference: str = "", at: datetime | None = None
    ) -> BankEntry:
        """Record a receipt for an order by the cashier, of all that is awaited unless told."""
        at = at or self.at
        order.refresh_from_db()
        self.entered += 1
        return record_receipt(
            order,
            amount_fen=order.due_fen if fen is None else fen,
            reference=reference or f"B{self.entered:08d}",
            by=self.by("wu", at),
            at=at,
        )

    def run(self, *orders: Order, user: str = "cai", at: datetime | None = None) -> Run:
        """Return a run of these orders that a courier has loaded and left with."""
        at = at or self.at
        planner = "zhuang" if user == "xie" else "hu"
        run = form_run(
            None,
            courier=self.person(user),
            orders=[order.pk for order in orders],
            by=self.by(planner, at),
            at=at,
        )
        for deed in (pick_run, load_run):
            run = deed(run, by=self.by(user, at), at=at)
        return run

    def stop(self, order: Order) -> Stop:
        """Return the last stop of an order."""
        return Stop.objects.filter(order=order).order_by("-pk")[0]

    def take(
        self,
        order: Order,
        *,
        given: int | None = None,
        back: int | None = None,
        delivered: Mapping[int, int] | None = None,
        at: datetime | None = None,
        user: str = "",
        key: str = "",
    ) -> Collection:
        """Take the money of an order at its door; exactly what is due unless told otherwise."""
        at = at or self.at
        stop = self.stop(order)
        given = order.due_fen if given is None else given
        back = max(given - order.due_fen, 0) if back is None else back
        deed: Any = take_at_door.once(key) if key else take_at_door
        taken: Collection = deed(
            stop,
            delivered=delivered,
            tendered_fen=given,
            change_fen=back,
            by=self.by(user or stop.run.courier.user, at),
            at=at,
        )
        return taken

    def line(self, order: Order, name: str) -> OrderLine:
        """Return the line of an order that wants these goods."""
        return OrderLine.objects.get(order=order, sku=self.skus[name])

    def give_float(self, user: str = "cai", fen: int = 10_000, at: datetime | None = None) -> Purse:
        """Put change into the safe and give it to a courier."""
        at = at or self.at
        notes = plain_notes(notes_for(fen))
        wu = self.by("wu", at)
        self.fund(notes, at=at)
        return issue_float("minli", courier=self.person(user), notes=notes, by=wu, at=at)

    def fund(self, notes: Mapping[str, int], at: datetime | None = None) -> None:
        """Put money into the safe."""
        at = at or self.at
        fund_safe("minli", notes=notes, note="bank", by=self.by("wu", at), at=at)

    def purse(self, user: str = "cai") -> Purse:
        """Return the purse of somebody."""
        return Purse.objects.get(courier__user=user)

    def declare(
        self, fen: int | None = None, user: str = "cai", at: datetime | None = None
    ) -> Remittance:
        """Let a courier hand in; what he declares is what the books say unless told otherwise."""
        at = at or self.at
        purse = self.purse(user)
        fen = balance_of(f"cash.courier.{purse.courier_id}") if fen is None else fen
        notes = plain_notes(notes_for(fen))
        return declare_remittance(purse, notes=notes, by=self.by(user, at), at=at)

    def count(
        self, remittance: Remittance, fen: int | None = None, at: datetime | None = None
    ) -> Remittance:
        """Let the cashier count; what she finds is what is expected unless told otherwise."""
        at = at or self.at
        fen = remittance.expected_fen if fen is None else fen
        notes = plain_notes(notes_for(fen))
        return count_remittance(remittance, notes=notes, by=self.by("wu", at), at=at)


def balance_of(code: str) -> int:
    """Return what an account holds on its normal side; 0 before it was opened."""
    from zhanggui.ground.ledger.queries import balance

    account = Account.objects.filter(code=code).first()
    return balance(account).net(account.kind) if account else 0


def books() -> dict[str, int]:
    """Return every account that holds something, by code; a person's by his user name."""
    names = {str(p.pk): p.user for p in Person.objects.all()}
    found = {}
    for account in Account.objects.order_by("code"):
        head, _dot, last = account.code.rpartition(".")
        code = f"{head}.{names[last]}" if last in names else account.code
        if held := balance_of(account.code):
            found[code] = held
    return found


@pytest.fixture
def trade(db: None, at: datetime) -> Trade:
    """Return a small company at work."""
    return laid_out(Trade, at)


@pytest.fixture
def handed(trade: Trade) -> SimpleNamespace:
    """Return an order of 87.50, taken by cai and handed in with a float of 100.00."""
    trade.give_float()
    order = trade.order()
    trade.run(order)
    trade.take(order, given=10_000)
    return SimpleNamespace(order=order, remittance=trade.declare())


@pytest.fixture
def unchanged(db: None) -> Callable[[], Any]:
    """Return a reading of everything money, goods and the facts hold, to be compared."""
    kept: tuple[Any, ...] = (
        Purse,
        Remittance,
        Collection,
        BankEntry,
        Account,
        Transfer,
        Order,
        Stop,
        Run,
        Level,
        Movement,
    )

    def read() -> Any:
        rows = [list(model.objects.order_by("pk").values()) for model in kept]
        return rows, Fact.objects.count()

    return read
