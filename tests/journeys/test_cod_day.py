"""One whole day: orders from customers' phones become counted cash, each step on somebody's desk.

Told through the pages, in the charter's words, on a clock that goes from morning to night. Five
customers order in Putian: one order is clean, one may be a mistake, one leads to no door, one is a
prank, one asks for what is not there. By ten at night every parcel has its end, every yuan is
counted, and the general manager's page says the same as the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import make_aware

from conftest import NOON
from zhanggui.books.stock.models import Level
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.audit import run_audits
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.cash.models import Collection, Purse, Remittance
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.tests.conftest import PRICES, make_shop

pytestmark = pytest.mark.django_db

LICHENG = {"d1": "35", "d2": "3503", "d3": "350304", "d4": ""}
"""The choices of the address picker down to Licheng District of Putian."""


@contextmanager
def o_clock(text: str) -> Iterator[datetime]:
    """Let it be this time of the day while the block runs."""
    moment = make_aware(datetime.combine(NOON.date(), time.fromisoformat(text)))
    with clock.stopped_at(moment):
        yield moment


def sent(browser: Client, url: str, **data: Any) -> Any:
    """Send a form and follow where it leads; it must have been accepted."""
    answer = browser.post(url, data)
    assert answer.status_code == 303, answer.content.decode()
    return browser.get(answer["Location"])


def seen(browser: Client, url: str) -> str:
    """Return what a page says."""
    answer = browser.get(url)
    assert answer.status_code == 200, answer.content.decode()
    return re.sub(r"\s+", " ", answer.content.decode())


def notes(**pieces: int) -> dict[str, int]:
    """Return pieces by denomination as the form sends them: `notes(n5000=1)` is one of 50 yuan."""
    return {f"notes_{name.removeprefix('n')}": count for name, count in pieces.items()}


def act(record: Any, verb: str) -> str:
    """Return the URL of an act on a record."""
    return f"/desk/{record._meta.label_lower.replace('.', '/')}/{record.pk}/{verb}/"


class Buyer:
    """A customer with a phone's browser."""

    def __init__(self, shop: SimpleNamespace, **words: str) -> None:
        self.shop, self.browser = shop, Client()
        self.browser.cookies["language"] = "en"
        self.words = {
            "name": "陈小娟", "phone": "13850307261", "address": "镇海街道胜利路58号3栋502室",
            "note": "", "wish": "call", **words,
        }  # fmt: skip
        self.form: dict[str, Any] = {}
        self.page = ""

    def fill_cart(self, **goods: int) -> None:
        """Look at each thing, and put so many pieces of it into the cart."""
        for name, count in goods.items():
            sku = getattr(self.shop, name)
            assert sku.product.name_en or sku.product.name_zh in seen(
                self.browser, f"/shop/p/{sku.product.code}/"
            )
            sent(self.browser, "/shop/cart/add/", sku=sku.code, quantity=str(count))

    def order(self, *, step: str = "place", **goods: int) -> Order:
        """Fill the cart and check out; return the order behind the tracking page."""
        self.fill_cart(**goods)
        page = self.browser.get("/shop/checkout/").context
        key, shown = page["form"].key, page["cart"].seen
        self.form = {**self.words, **LICHENG, "key": key, "seen": shown, "step": step}
        return self.send()

    def send(self) -> Order:
        """Send the form once more as it is; return the order it leads to."""
        answer = self.browser.post("/shop/checkout/", self.form)
        assert answer.status_code == 303, answer.content.decode()
        self.page = answer["Location"].partition("?")[0]
        return Order.objects.get(token=self.page.split("/")[3])

    def reads(self) -> str:
        """Return what the tracking page says now."""
        return seen(self.browser, self.page)


@pytest.fixture
def shop(at: datetime) -> SimpleNamespace:
    """Return a shop that delivers in Putian: 20 tea, 5 longan, no noodles, all on sale."""
    return make_shop(at)


def test_a_day_of_cash_on_delivery(
    shop: SimpleNamespace, sign_in: Callable[..., Client], person: Callable[[str], Any]
) -> None:
    chen, hu, ye, wu, lin = (sign_in(user) for user in ("chen", "hu", "ye", "wu", "lin"))

    # Morning: finance gives the courier change.
    with o_clock("08:40"):
        sent(wu, "/desk/new/cash/fund_safe/", note="Bank voucher 7", **notes(n1000=40, n500=20))
        sent(
            wu, "/desk/new/cash/issue_float/", courier=person("chen").pk,
            **notes(n1000=6, n500=4, n100=20),
        )  # fmt: skip

    # A clean order passes at once, its goods are set aside; the second tap is the same order.
    with o_clock("09:05"):
        xiaojuan = Buyer(shop)
        first = xiaojuan.order(tea=2)
        assert xiaojuan.send().pk == first.pk
        assert (first.state, first.fulfilment, first.money) == ("confirmed", "reserved", "due")
        assert format_fen(2 * PRICES["tea"]) in xiaojuan.reads()
    # The same goods to the same phone under another request may be a mistake: a person looks.
    with o_clock("09:20"):
        second = Buyer(shop).order(tea=2)
        assert second.state == "screening"
    # An address that leads to no door, and a prank.
    with o_clock("09:30"):
        vague = Buyer(shop, name="黄建国", phone="13905941234", address="镇海街道文献路附近")
        third = vague.order(longan=3)
        prank = Buyer(shop, name="没有人", phone="13800000000", address="胜利路1号").order(tea=9)
    # Something the shop has not got: the customer wants the rest sent.
    with o_clock("09:40"):
        fourth_buyer = Buyer(
            shop, name="林秀英", phone="18605940077", address="拱辰街道东圳路301号5栋602室",
            wish="send_rest",
        )  # fmt: skip
        fourth = fourth_buyer.order(step="anyway", longan=2, noodles=1)
        assert (fourth.state, fourth.fulfilment) == ("confirmed", "unallocated")

    # Screening (S-CO-1): each finding is explained; one key decides.
    with o_clock("09:45"):
        queue = seen(chen, "/desk/queue/orders.screening/")
        for waiting in (second, third, prank):
            assert waiting.number in queue
        assert first.number not in queue
        assert first.number in seen(chen, f"/desk/orders/order/{second.pk}/")  # names the other
        sent(
            chen, act(second, "cancel_order"), reason_code="customer", reason="One is enough",
        )  # fmt: skip
        blocked = chen.post(act(third, "confirm_order"))
        assert blocked.status_code == 409
        sent(
            chen, act(third, "correct_order"), recipient="黄建国", phone="", division="350304",
            address="镇海街道文献路88号2幢1103室",
        )  # fmt: skip
        third.refresh_from_db()
        assert (third.state, third.fulfilment) == (
            "confirmed",
            "reserved",
        )  # nothing is left to say
        sent(
            chen, act(prank, "void_order"), reason_code="malicious", reason="Number does not exist"
        )

    # The void order stays in the trail; the cancelled one gave its goods back.
    prank.refresh_from_db()
    assert (prank.state, prank.money) == ("void", "nothing")
    assert "Number does not exist" in seen(hu, f"/desk/orders/order/{prank.pk}/")

    # Customer service (C-CO-1) talks to whoever is short, and the order follows.
    with o_clock("09:52"):
        case = Shortage.objects.get(line__order=fourth)
        assert fourth.number in seen(ye, "/desk/queue/orders.shortages/")
        sent(ye, act(case, "send_rest"), note="She takes what is there")
        case.refresh_from_db()
        fourth.refresh_from_db()
        assert (case.state, case.outcome) == ("settled", "dropped")
        assert fourth.fulfilment == "reserved"
        assert fourth.due_fen == fourth.goods_fen
        assert format_fen(fourth.due_fen) in fourth_buyer.reads()

    # The city manager (S-CM-1) gives the three orders to Chen; Chen packs and leaves.
    with o_clock("11:00"):
        sent(
            hu, "/desk/dispatch/plan/", courier=person("chen").pk,
            orders=[first.pk, third.pk, fourth.pk],
        )  # fmt: skip
        run = Run.objects.get()
        assert run.number in seen(hu, "/desk/dispatch/")
        assert run.cost_fen > 0
    with o_clock("11:20"):
        sent(chen, act(run, "pick_run"))
        assert xiaojuan.browser.post(f"{xiaojuan.page}cancel/").status_code == 409
        sent(chen, act(run, "load_run"))
        said = xiaojuan.reads()
        assert "Chen Zhiming" in said

    # Doors (S-CO-3, S-CO-4): paid with change, kept in part, refused.
    stops = {stop.order_id: stop for stop in Stop.objects.filter(run=run)}
    with o_clock("12:10"):
        line = first.lines.get()
        sent(
            chen, act(stops[first.pk], "take_at_door"), tendered="150", change="14",
            **{f"line_{line.pk}": 2},
        )  # fmt: skip
        first.refresh_from_db()
        assert (first.state, first.fulfilment, first.money) == ("closed", "delivered", "collected")
        assert "The courier has taken your money and hands it in today." in xiaojuan.reads()
    with o_clock("12:40"):
        kept = fourth.lines.get(sku=shop.longan)
        due = kept.price_fen
        sent(
            chen, act(stops[fourth.pk], "take_at_door"), tendered=format_fen(due), change="",
            **{f"line_{kept.pk}": 1},
        )  # fmt: skip
    with o_clock("13:05"):
        sent(chen, act(stops[third.pk], "refuse_stop"), reason_code="changed_mind", note="")

    # What was refused comes back to the shelf by scan; the run is over.
    with o_clock("14:00"):
        wrong = chen.post(act(run, "take_back_goods"), {"lines": f"{shop.longan.code} 3"})
        assert wrong.status_code == 422
        sent(chen, act(run, "take_back_goods"), lines=f"{shop.longan.code} 4")
        run.refresh_from_db()
        third.refresh_from_db()
        assert (run.state, third.fulfilment, third.money) == ("back", "returned", "nothing")

    # Hand-in (S-CO-5): declared by denomination; finance counts blind (F-ST-1).
    taken = sum(c.taken_fen for c in Collection.objects.all())
    given = 6 * 1_000 + 4 * 500 + 20 * 100
    assert taken == 2 * PRICES["tea"] + due
    with o_clock("18:10"):
        assert format_fen(taken + given) in seen(hu, "/desk/cash/")
        money = spread(taken + given)
        sent(chen, act(Purse.objects.get(), "declare_remittance"), **money)
        hand_in = Remittance.objects.get()
        assert hand_in.declared_fen == hand_in.expected_fen == taken + given
    with o_clock("18:25"):
        blind = seen(wu, f"/desk/cash/remittance/{hand_in.pk}/")
        blind += seen(wu, act(hand_in, "count_remittance")) + seen(wu, "/desk/queue/cash.counting/")
        for fen in (taken + given, taken):
            assert format_fen(fen) not in blind
            assert str(fen) not in blind
        sent(wu, act(hand_in, "count_remittance"), **money)
        hand_in.refresh_from_db()
        assert (hand_in.state, hand_in.difference_fen) == ("settled", 0)

    # Night: all money is home, every order has its end, the figures are the rows.
    with o_clock("21:30"):
        for order in (first, fourth):
            order.refresh_from_db()
            assert order.money == "settled"
        assert "Your money has been counted." in xiaojuan.reads()
        page = lin.get("/desk/company/")
        assert page.status_code == 200
    for sku, left in ((shop.tea, 20 - 2), (shop.longan, 5 - 1)):
        level = Level.objects.get(sku=sku, location=shop.putian)
        assert (level.on_hand, level.reserved) == (left, 0)
    assert list(run_audits()) == []
    facts = Fact.objects.filter(kind="orders.Order", record_id=first.pk).order_by("pk")
    assert [fact.verb for fact in facts] == [
        "orders.place_order", "orders.confirm_order", "orders.finish_at_door",
    ]  # fmt: skip


def spread(fen: int) -> dict[str, int]:
    """Return a sum in the fewest notes, as the form of notes sends them."""
    money = {}
    for note in (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10):
        pieces, fen = divmod(fen, note)
        if pieces:
            money[f"notes_{note}"] = pieces
    assert fen == 0
    return money
