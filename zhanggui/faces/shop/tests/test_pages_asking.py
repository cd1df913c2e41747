"""Asking for goods that were not found, and being told when goods are there again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.stock.actions.arrivals import announce_arrival
from zhanggui.books.stock.actions.depots import receive_goods, set_safety
from zhanggui.books.stock.models import Level
from zhanggui.books.stock.rules import Line
from zhanggui.books.wanted.actions import decline_request, point_to_goods
from zhanggui.books.wanted.models import GoodsRequest, StockReminder
from zhanggui.faces.shop.tests.conftest import LICHENG, beside, value, words
from zhanggui.faces.shop.tests.members import OTHER, PHONE, join
from zhanggui.ground.kernel.actor import CLOCKWORK

pytestmark = pytest.mark.django_db

ASKED = {"what": "荔枝干", "details": "小核的", "phone": PHONE}


@pytest.fixture
def member(shop: SimpleNamespace, visitor: Callable[..., Client]) -> Client:
    browser = visitor()
    join(browser)
    return browser


# --- goods not found -----------------------------------------------------------------------------


def test_search_without_result_leads_to_asking(
    visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    page = visitor().get("/shop/search/?q=荔枝干").content.decode()
    assert 'href="/shop/ask/?q=%E8%8D%94%E6%9E%9D%E5%B9%B2"' in page
    asked = visitor().get("/shop/ask/?q=荔枝干")
    assert value(asked, "what") == "荔枝干"


def test_search_with_results_has_a_link_at_its_foot(
    visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    page = words(visitor().get("/shop/search/", {"q": shop.tea.product.name_zh}))
    assert "Not the right thing? Ask for it" in page


def test_ask_of_a_guest(visitor: Callable[..., Client], shop: SimpleNamespace) -> None:
    browser = visitor()
    browser.post("/shop/district/", {"district": "350304"})
    done = browser.post("/shop/ask/", ASKED)
    assert (done.status_code, done["Location"]) == (303, "/shop/ask/?asked=1")
    assert "Thank you: we look into it." in words(browser.get(done["Location"]))
    request = GoodsRequest.objects.get()
    assert (request.what, request.phone_key, request.customer) == ("荔枝干", "13850307261", None)
    assert request.area_id in {"putian", "licheng"}


def test_ask_without_a_district_is_of_the_whole_company(
    visitor: Callable[..., Client], db: None
) -> None:
    visitor().post("/shop/ask/", ASKED)
    assert GoodsRequest.objects.get().area.kind == "company"


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"what": ""}, "what", "What are you looking for? Name it in a few words."),
        ({"what": "x" * 25}, "what", "This is longer than 24 characters."),
        ({"what": "13850307261"}, "what", "This does not name any goods."),
        ({"details": "好" * 201}, "details", "This is longer than 200 characters."),
        ({"phone": "1385"}, "phone", "This number is too short"),
        ({"phone": "0594-2345678"}, "phone", "No message can be sent to this number."),
    ],
)
def test_ask_says_what_is_wrong_and_keeps_what_was_typed(
    changed: dict[str, str], field: str, said: str, visitor: Callable[..., Client]
) -> None:
    page = visitor().post("/shop/ask/", {**ASKED, **changed})
    assert page.status_code == 422
    assert beside(page, field).startswith(said)
    if "what" not in changed:
        assert value(page, "what") == "荔枝干"
    assert not GoodsRequest.objects.exists()


def test_ask_of_a_member_needs_no_phone_and_shows_the_outcome(
    member: Client, shop: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    assert "138****7261" in words(member.get("/shop/ask/"))
    done = member.post("/shop/ask/", {"what": "龙眼肉", "details": ""})
    assert done["Location"] == "/shop/account/requests/?asked=1"
    assert "Asked for" in words(member.get("/shop/account/requests/"))
    request = GoodsRequest.objects.get()
    assert request.customer is not None
    point_to_goods(request, product=shop.longan.product, answer="", by=actor("ye"), at=at)
    page = member.get("/shop/account/requests/")
    assert "On offer" in words(page) and shop.longan.product.name in words(page)
    assert "What you asked for is in our shop" in words(member.get("/shop/account/"))


def test_requests_of_the_phone_are_seen_after_joining(
    visitor: Callable[..., Client], actor: Callable[..., Any], at: datetime
) -> None:
    browser = visitor()
    browser.post("/shop/ask/", ASKED)
    decline_request(GoodsRequest.objects.get(), answer="Out of season.", by=actor("ye"), at=at)
    join(browser)
    assert "Out of season." in words(browser.get("/shop/account/requests/"))
    stranger = visitor()
    join(stranger, OTHER)
    assert "Out of season." not in words(stranger.get("/shop/account/requests/"))


def test_request_is_withdrawn_by_its_own_phone_alone(
    member: Client, visitor: Callable[..., Client]
) -> None:
    member.post("/shop/ask/", {"what": "荔枝干", "details": ""})
    sent = {"request": str(GoodsRequest.objects.get().pk)}
    stranger = visitor()
    join(stranger, OTHER)
    assert stranger.post("/shop/account/requests/", sent).status_code == 404
    assert member.post("/shop/account/requests/", sent).status_code == 303
    again = member.post("/shop/account/requests/", sent)
    assert again.status_code == 409
    assert GoodsRequest.objects.get().state == "withdrawn"
    for wrong in ("", "x", "9" * 30, "²"):
        assert member.post("/shop/account/requests/", {"request": wrong}).status_code == 404


# --- goods out of stock --------------------------------------------------------------------------


def path_of(sku: Any) -> str:
    return f"/shop/p/{sku.product.code}/?sku={sku.code}"


def test_product_out_of_stock_takes_the_phone_of_a_guest(
    visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    browser = visitor()
    assert "Tell me when it is there" in words(browser.get(path_of(shop.noodles)))
    assert "Tell me when it is there" not in words(browser.get(path_of(shop.tea)))
    done = browser.post("/shop/remind/", {"sku": shop.noodles.code, "phone": PHONE})
    assert done.status_code == 303
    assert "We tell you once when it is there." in words(browser.get(done["Location"]))
    reminder = StockReminder.objects.get()
    assert (reminder.sku_id, reminder.phone_key, reminder.customer) == (
        shop.noodles.pk, "13850307261", None,
    )  # fmt: skip


def test_product_out_of_stock_is_one_tap_for_a_member(
    member: Client, shop: SimpleNamespace
) -> None:
    assert 'name="phone"' not in member.get(path_of(shop.noodles)).content.decode()
    assert member.post("/shop/remind/", {"sku": shop.noodles.code}).status_code == 303
    assert "You are on the list" in words(member.get(path_of(shop.noodles)))
    page = member.get("/shop/account/reminders/")
    assert shop.noodles.product.name in words(page)
    sent = {"reminder": str(StockReminder.objects.get().pk)}
    assert member.post("/shop/account/reminders/", sent).status_code == 303
    assert StockReminder.objects.get().state == "ended"
    assert member.post("/shop/account/reminders/", sent).status_code == 409


def test_reminder_says_what_is_wrong_beside_the_button(
    visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    browser = visitor()
    page = browser.post("/shop/remind/", {"sku": shop.noodles.code, "phone": "12"})
    assert page.status_code == 422
    assert beside(page, "remind").startswith("This number is too short")
    there = browser.post("/shop/remind/", {"sku": shop.tea.code, "phone": PHONE})
    assert there.status_code == 409
    assert browser.post("/shop/remind/", {"sku": "nothing", "phone": PHONE}).status_code == 404


def test_product_out_of_stock_tells_when_it_is_expected(
    visitor: Callable[..., Client], shop: SimpleNamespace, at: datetime
) -> None:
    receive_goods(shop.putian, lines=[Line(shop.noodles.pk, 1)], by=CLOCKWORK, at=at)
    level = Level.objects.get(sku=shop.noodles, location=shop.putian)
    set_safety(level, safety=1, by=CLOCKWORK, at=at)
    due = at + timedelta(days=3)
    announce_arrival(level, quantity=10, due_at=due, note="", by=CLOCKWORK, at=at)
    browser = visitor()
    said = words(browser.get(path_of(shop.noodles)))
    assert "Expected by" in said
    assert "Choose your district and see whether we deliver there" in said
    browser.cookies["shop_district"] = LICHENG
    said = words(browser.get(path_of(shop.noodles)))
    assert "Expected by" in said


def test_product_out_of_stock_promises_no_hour(
    visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    browser = visitor()
    browser.cookies["shop_district"] = LICHENG
    there, gone = (words(browser.get(path_of(sku))) for sku in (shop.tea, shop.noodles))
    assert "There today before 20:00 when ordered before 16:00 orders from ¥10.00" in there
    assert "Delivered once it has come in orders from ¥10.00" in gone
    assert "There today" not in gone and "ordered before" not in gone


def test_product_in_stock_asks_nothing_about_members(
    visitor: Callable[..., Client], shop: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(100, exact=False) as asked:
        visitor().get(path_of(shop.tea))
    assert not any("customers_" in q["sql"] or "wanted_" in q["sql"] for q in asked)
