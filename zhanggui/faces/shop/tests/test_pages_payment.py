"""How to pay: offered or not with the reason, kept when the form comes back, told afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, override_settings

from zhanggui.books.catalogue.actions.products import edit_product
from zhanggui.books.catalogue.models import Product
from zhanggui.faces.shop.tests.conftest import beside, put, send, value, words
from zhanggui.faces.shop.tests.members import join
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.trade.cash.actions.transfers import record_receipt
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.actions.progress import finish_at_door
from zhanggui.trade.orders.actions.promises import change_promise
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.payments import Terms
from zhanggui.trade.orders.tests.conftest import CUSTOMER, HOURS, carry

Visitor = Callable[..., Client]


@pytest.fixture(autouse=True)
def _account() -> Iterator[None]:
    with override_settings(TRANSFER_ACCOUNT="掌柜商贸 / 兴业银行莆田分行 / 6222 0812 3456"):
        yield


@pytest.fixture
def buyer(shop: SimpleNamespace, visitor: Visitor) -> Client:
    """Return a browser with two tins of tea in its cart."""
    browser = visitor()
    put(browser, shop, tea=2)
    return browser


def methods(page: Any) -> dict[str, str]:
    """Return the methods of a page: chosen, open, or why they are not offered."""
    found = {}
    source = page.content.decode()
    for name, marks in re.findall(r'name="payment" value="(\w+)"([^>]*)>', source):
        no = re.search(rf'id="no_{name}">(.*?)</small>', source, re.DOTALL)
        found[name] = no[1] if no else "chosen" if "checked" in marks else "open"
        assert bool(no) == ("disabled" in marks)
    return found


def limit(shop: SimpleNamespace, at: datetime, **terms: Any) -> None:
    change_promise(shop.promise, **HOURS, terms=Terms(**terms), by=CLOCKWORK, at=at)


# --- the choice ---------------------------------------------------------------------------------


def test_cash_is_chosen_and_a_transfer_is_open(buyer: Client) -> None:
    assert methods(buyer.get("/shop/checkout/")) == {"cash": "chosen", "transfer": "open"}


def test_a_product_promises_cash_only_where_cash_is_taken(
    buyer: Client, shop: SimpleNamespace, at: datetime
) -> None:
    page, cash = f"/shop/p/{shop.tea.product.code}/", "Cash on delivery: look at it, then pay"
    assert cash in words(buyer.get(page))
    limit(shop, at, cash_open=False)
    assert cash in words(buyer.get(page))  # nobody has said yet where to
    buyer.cookies["shop_district"] = "350304"
    said = words(buyer.get(page))
    assert cash not in said
    assert "Paid ahead by transfer: no cash is taken in your district" in said


def test_without_an_account_no_transfer_is_offered(buyer: Client) -> None:
    with override_settings(TRANSFER_ACCOUNT=""):
        page = buyer.get("/shop/checkout/")
    assert methods(page) == {
        "cash": "chosen",
        "transfer": "We take no transfers at present. Pay the courier in cash.",
    }


def test_a_guest_orders_by_transfer_and_reads_where_to_pay(buyer: Client) -> None:
    sent = send(buyer, payment="transfer")
    order = Order.objects.get()
    assert (sent.status_code, order.payment, order.money) == (303, "transfer", "awaited")
    page = buyer.get(sent.headers["Location"])
    said = words(page)
    assert "Confirmed; we wait for your transfer" in said
    assert "To transfer ¥136.00" in said
    assert "掌柜商贸" in said and "兴业银行莆田分行" in said
    assert 'value="6222 0812 3456"' in page.content.decode()
    assert f'value="{order.number}"' in page.content.decode()
    assert "Your goods are kept until 25 Nov 12:00; after that the order is cancelled." in said
    assert "To pay the courier in cash" not in said


def test_too_much_for_cash_is_said_beside_the_method_and_the_form_is_kept(
    shop: SimpleNamespace, buyer: Client, at: datetime
) -> None:
    limit(shop, at, cash_first_fen=5_000, cash_most_fen=10_000)
    page = send(buyer, payment="cash", note="Ring twice")
    said = (
        "At the door we take at most 100.00 yuan in cash; this order has 136.00. Pay ahead by "
        "transfer, or order in parts."
    )
    assert page.status_code == 422
    assert methods(page) == {"cash": said, "transfer": "open"}
    assert beside(page, "payment") == said
    assert value(page, "note") == "Ring twice"
    assert not Order.objects.exists()
    assert send(buyer, payment="transfer").status_code == 303


def test_a_form_without_a_method_is_never_turned_into_a_transfer(
    shop: SimpleNamespace, buyer: Client, at: datetime
) -> None:
    limit(shop, at, cash_open=False)
    page = send(buyer)
    assert page.status_code == 422
    assert "couriers take no cash at present" in beside(page, "payment")
    assert not Order.objects.exists()


# --- history ------------------------------------------------------------------------------------


# The goods are carried without a run here, so the books of delivery have something to say.
@pytest.fixture
def refuser(shop: SimpleNamespace, buyer: Client, at: datetime) -> str:
    """Return a phone at whose door two orders were refused."""
    for _twice in range(2):
        send(buyer)
        order = Order.objects.latest("pk")
        put(buyer, shop, tea=2 + order.pk % 2)
        carry(order, shop, "load", at=at)
        finish_at_door(order, step="refuse", delivered={}, taken_fen=0, by=CLOCKWORK, at=at)
    return "138 5030 7261"


@pytest.mark.books_broken
def test_a_stranger_who_types_a_phone_sees_nothing_of_its_history(
    shop: SimpleNamespace, refuser: str, visitor: Visitor
) -> None:
    """Page by page he sees what he would see with a phone nobody ever used."""
    seen = []
    for phone in (refuser, "139 5941 2208"):
        browser = visitor()
        put(browser, shop, longan=1)
        page = send(browser, phone=phone, name="")  # comes back for the name
        seen.append((page.status_code, methods(page), beside(page, "phone")))
        assert "refused" not in words(page)
    assert seen[0] == seen[1]
    placed = send(browser, phone=refuser)
    assert placed.status_code == 303
    assert "refused" not in words(browser.get(placed.headers["Location"]))
    assert Order.objects.latest("pk").holds.get(code="cod_refused")


@pytest.mark.books_broken
def test_a_member_reads_the_reason_of_his_own_phone(
    shop: SimpleNamespace, refuser: str, visitor: Visitor
) -> None:
    browser = visitor()
    join(browser, refuser)
    put(browser, shop, longan=1)
    page = send(browser, phone=refuser)
    assert page.status_code == 422
    assert beside(page, "payment") == (
        "Your last 2 orders were refused at the door. Pay this one ahead; once you have taken it, "
        "cash is offered again."
    )
    other = send(browser, phone="139 5941 2208")
    assert other.status_code == 303


# --- afterwards ---------------------------------------------------------------------------------


def test_the_page_of_an_order_follows_its_money(
    buyer: Client, actor: Callable[..., Any], at: datetime
) -> None:
    url = send(buyer, payment="transfer").headers["Location"]
    order = Order.objects.get()
    act: dict[str, Any] = {"by": actor("wu"), "at": at}
    record_receipt(order, amount_fen=10_000, reference="B1", **act)
    said = words(buyer.get(url))
    assert "To transfer ¥36.00" in said and "¥100.00 of it came in already." in said
    record_receipt(order, amount_fen=4_000, reference="B2", **act)
    said = words(buyer.get(url))
    assert "Confirmed; your goods are set aside" in said
    assert "Paid ahead ¥140.00 The courier takes no money." in said
    assert "To be paid back to you ¥4.00" in said
    assert "Sum ¥136.00" in said
    cancel_own_order(order, by=CUSTOMER, at=at)
    said = words(buyer.get(url))
    assert "We pay your money back to the account it came from." in said
    assert "To be paid back to you ¥140.00" in said


def test_goods_that_are_paid_ahead_say_so_on_their_page(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    product = Product.objects.get(pk=shop.tea.product_id)
    kept = ("name_zh", "name_en", "unit_zh", "unit_en", "origin_zh", "origin_en")
    said = {name: getattr(product, name) for name in (*kept, "story_zh", "story_en")}
    edit_product(product, **said, category=product.category, paid_ahead=True, by=CLOCKWORK, at=at)
    ahead, other = (words(visitor().get(f"/shop/p/{code}/")) for code in ("TG", "LY"))
    assert "Paid ahead by transfer: it is got ready for you alone" in ahead
    assert "Cash on delivery" not in ahead
    assert "Cash on delivery: look at it, then pay" in other
