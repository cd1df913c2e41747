"""Checking out: to the end without script, each wrong input told beside its field, one order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.prices.actions import delist_product, set_price
from zhanggui.faces.shop.tests.conftest import (
    DOOR,
    LICHENG,
    begun,
    beside,
    cart_of,
    hidden,
    put,
    send,
    value,
    words,
)
from zhanggui.faces.shop.tests.test_pages_browse import more_goods
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.tests.conftest import HOURS

Visitor = Callable[..., Client]
PART = {"HX-Request": "true", "HX-Target": "checkout"}


@pytest.fixture
def buyer(shop: SimpleNamespace, visitor: Visitor) -> Client:
    """Return a browser with two tins of tea in its cart."""
    browser = visitor()
    put(browser, shop, tea=2)
    return browser


def kept(page: Any, browser: Client, **fields: str) -> None:
    """Prove that a refused form kept everything typed, the cart as well, and ordered nothing."""
    assert not Order.objects.exists()
    for name, text in {**DOOR, **fields}.items():
        if name in {"name", "phone", "address", "note"}:
            assert value(page, name) == text
    assert cart_of(browser)


# --- all is well --------------------------------------------------------------------------------


def test_a_guest_orders_without_script(buyer: Client) -> None:
    sent = send(buyer, note="Ring twice", wish="send_rest")
    order = Order.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (
        303,
        f"/shop/order/{order.token}/?placed=1",
    )
    assert (order.recipient, order.phone, order.division, order.address) == (
        "陈小娟",
        "138 5030 7261",
        LICHENG,
        "胜利路58号3栋502室",
    )
    assert (order.channel, order.note, order.wish) == ("shop", "Ring twice", "send_rest")
    assert (order.state, order.fulfilment, order.money) == ("confirmed", "reserved", "due")
    assert order.due_fen == 13_600
    assert len(order.device) == 32
    page = buyer.get(sent.headers["Location"])
    assert "Thank you, your order is placed." in words(page)
    assert cart_of(buyer) == {}
    assert buyer.cookies["shop_district"].value == LICHENG


def test_the_whole_way_without_script(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    for path in ("/shop/", "/shop/c/FOOD/", "/shop/p/TG/"):
        assert browser.get(path).status_code == 200
    browser.post("/shop/cart/add/", {"sku": "TG-250", "quantity": "1", "go": "checkout"})
    fields = {**DOOR, **begun(browser), "d1": "35", "d2": "", "d3": "", "d4": ""}
    for level, code in (("d2", "3503"), ("d3", LICHENG)):
        page = browser.post("/shop/checkout/", {**fields, "step": "look"})
        assert page.status_code == 200 and f'<option value="{code}"' in page.content.decode()
        fields[level] = code
    page = browser.post("/shop/checkout/", {**fields, "step": "look"})
    assert (
        "We deliver to Licheng District, Putian City, Fujian Province: there today before 20:00."
        in words(page)
    )
    assert browser.post("/shop/checkout/", {**fields, "step": "place"}).status_code == 303
    assert Order.objects.get().lines.get().quantity == 1


def test_checkout_begins_where_one_looks_and_goes_on_where_one_ordered(
    buyer: Client, shop: SimpleNamespace
) -> None:
    assert buyer.get("/shop/checkout/").context["form"].picker.code == ""
    buyer.cookies["shop_district"] = "350303"
    assert buyer.get("/shop/checkout/").context["form"].picker.code == "350303"
    send(buyer, keep="1")
    put(buyer, shop, tea=1)
    page = buyer.get("/shop/checkout/")
    assert (value(page, "name"), value(page, "phone")) == ("陈小娟", "138 5030 7261")
    assert value(page, "address") == "胜利路58号3栋502室"
    assert page.context["form"].picker.code == LICHENG


# --- the address --------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, PART])
def test_a_pasted_line_fills_the_form(headers: dict[str, str], buyer: Client) -> None:
    line = "张三 13800138000 福建省莆田市荔城区镇海街道文献路88号2栋301室"
    blank = dict.fromkeys(DOOR, "")
    sent = {**blank, **begun(buyer), "paste": line, "step": "paste"}
    page = buyer.post("/shop/checkout/", sent, headers=headers)
    assert page.status_code == 200
    assert value(page, "name") == "张三"
    assert value(page, "phone") == "138 0013 8000"
    assert value(page, "address") == "文献路88号2栋301室"
    assert '<option value="350304001" selected>' in page.content.decode()
    assert (
        "We deliver to Zhenhai Subdistrict, Licheng District, Putian City, Fujian Province: "
        "there today before 20:00." in words(page)
    )
    assert value(page, "paste") == ""
    whole = "<!doctype html>" in page.content.decode().lower()
    assert whole != bool(headers)


def test_what_a_pasted_line_lacks_is_said(buyer: Client) -> None:
    sent = {**dict.fromkeys(DOOR, ""), **begun(buyer), "step": "paste", "paste": "荔城区 张三"}
    said = words(buyer.post("/shop/checkout/", sent))
    assert "There is no phone number." in said
    assert "There is no road, village or estate." in said


@pytest.mark.parametrize(
    ("paste", "sentence"),
    [
        ("", "There is nothing to read. Paste name, phone and address, in any order."),
        ("。。。", "We could not make an address of this. Fill in the fields below instead."),
        ("路" * 501, "This is longer than 500 characters. Paste one address only."),
    ],
)
def test_a_paste_that_says_nothing_is_told_beside_it(
    paste: str, sentence: str, buyer: Client
) -> None:
    page = buyer.post("/shop/checkout/", {**DOOR, **begun(buyer), "step": "paste", "paste": paste})
    assert page.status_code == 422
    assert beside(page, "paste") == sentence
    kept(page, buyer)


def test_what_was_pasted_and_not_read_is_shown_before_it_is_ordered(buyer: Client) -> None:
    line = "李四 13959412206 福建省莆田市城厢区凤凰山街道荔园路9号"
    page = send(buyer, paste=line)
    assert page.status_code == 200
    assert value(page, "name") == "李四"
    assert not Order.objects.exists()


def test_divisions_typed_into_the_address_go_into_the_picker(buyer: Client) -> None:
    none = {"d1": "", "d2": "", "d3": ""}
    send(buyer, address="福建省莆田市荔城区镇海街道胜利路58号3栋502室", **none)
    order = Order.objects.get()
    assert (order.division, order.address) == ("350304001", "胜利路58号3栋502室")


def test_an_address_elsewhere_than_the_district_is_told(buyer: Client) -> None:
    page = send(buyer, address="城厢区荔园路9号")
    assert page.status_code == 422
    assert beside(page, "address") == (
        "The address says 城厢区, but Licheng District, Putian City, Fujian Province is chosen "
        "above. Choose the right district, or correct the address."
    )
    kept(page, buyer, address="城厢区荔园路9号")


def test_a_district_is_answered_at_once(buyer: Client) -> None:
    sent = {**DOOR, **begun(buyer), "step": "look"}
    served = words(buyer.post("/shop/checkout/", sent, headers=PART))
    assert (
        "We deliver to Licheng District, Putian City, Fujian Province: there today before 20:00. "
        "When ordered before 16:00. Orders from ¥10.00." in served
    )
    not_ours = {"d1": "11", "d2": "110101", "d3": "", "d4": ""}
    elsewhere = buyer.post("/shop/checkout/", {**sent, **not_ours}, headers=PART)
    assert beside(elsewhere, "division") == (
        "We do not deliver to Dongcheng District, Beijing yet. "
        "Choose an address in one of the districts we serve."
    )
    assert "We deliver to: Putian (Chengxiang District, Hanjiang District" in words(elsewhere)


def test_a_level_that_does_not_lie_in_the_one_above_is_dropped(buyer: Client) -> None:
    sent = {**DOOR, **begun(buyer), "step": "look", "d2": "3505"}
    picker = buyer.post("/shop/checkout/", sent).context["form"].picker
    assert picker.code == "3505"


# --- wrong input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        (
            "phone",
            "1385030726",
            (
                "This number is too short: some digits are missing. "
                "A mobile has 11 digits, like 138 0013 8000."
            ),
        ),
        (
            "phone",
            "",
            "There is no phone number yet. A mobile has 11 digits, like 138 0013 8000.",
        ),
        (
            "phone",
            "😀😀😀",
            "A phone number has digits only. A mobile has 11 digits, like 138 0013 8000.",
        ),
        (
            "name",
            "😀",
            (
                "The name has a picture sign in it. "
                "Write it in characters or letters, so that the courier can ask for you."
            ),
        ),
        ("name", "", "The name is missing. Write who receives the parcel."),
        (
            "address",
            "",
            "The detailed address is missing. Write road, house number, building and room.",
        ),
        ("address", "路" * 201, "This is longer than 200 characters. Write it shorter."),
        ("note", "字" * 201, "This is longer than 200 characters. Write it shorter."),
    ],
)
def test_a_wrong_field_is_told_beside_it(
    name: str, typed: str, sentence: str, buyer: Client
) -> None:
    page = send(buyer, **{name: typed})
    assert page.status_code == 422
    assert beside(page, name) == sentence
    assert "One thing is still to be put right; nothing has been ordered yet." in words(page)
    kept(page, buyer, **{name: typed})


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        (
            {"d1": "", "d2": "", "d3": ""},
            (
                "The district is not chosen yet. "
                "Choose province, city and district; street if you know it."
            ),
        ),
        (
            {"d1": "99", "d2": "9999", "d3": "999999"},
            (
                "The district is not chosen yet. "
                "Choose province, city and district; street if you know it."
            ),
        ),
        (
            {"d1": "11", "d2": "110101", "d3": ""},
            (
                "We do not deliver to Dongcheng District, Beijing yet. "
                "Choose an address in one of the districts we serve."
            ),
        ),
    ],
)
def test_an_unknown_or_unserved_district_is_told(
    levels: dict[str, str], sentence: str, buyer: Client
) -> None:
    page = send(buyer, **levels)
    assert page.status_code == 422
    assert beside(page, "division") == sentence
    kept(page, buyer)


def test_everything_wrong_at_once_is_told_at_once(buyer: Client) -> None:
    page = send(buyer, name="😀", phone="1", address="!", d1="", d2="", d3="")
    assert "4 things are still to be put right; nothing has been ordered yet." in words(page)
    assert all(beside(page, name) for name in ("name", "phone", "address", "division"))
    kept(page, buyer, name="😀", phone="1", address="!")


def test_hostile_values_are_text(buyer: Client) -> None:
    typed = '"><script>alert(1)</script>'
    page = send(
        buyer, name=typed * 30, address=typed, wish="nonsense", d1="'; --", key="x", seen="%"
    )
    assert page.status_code in {409, 422}
    assert "<script>alert" not in page.content.decode()
    assert not Order.objects.exists()


def test_an_order_below_the_least_is_told_with_what_is_missing(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    from zhanggui.trade.orders.actions.promises import change_promise

    when = {"by": CLOCKWORK, "at": shop.promise.published_at}
    change_promise(shop.promise, least_fen=5_000, **HOURS, **when)
    browser = visitor()
    put(browser, shop, longan=1)
    page = send(browser)
    assert page.status_code == 422
    assert beside(page, "cart") == (
        "We deliver there from 50.00 yuan; this order has 39.90. Add 10.10 yuan."
    )
    kept(page, browser)


def test_a_fourth_unconfirmed_order_of_a_phone_is_told_beside_it(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    for _ in range(3):  # no door: each waits for somebody to look at it
        put(browser, shop, tea=1)
        assert send(browser, address="胜利路").status_code == 303
    put(browser, shop, tea=1)
    page = send(browser)
    assert page.status_code == 409
    assert beside(page, "phone") == (
        "3 orders of this phone still wait to be confirmed. "
        "Wait until they are confirmed; then this one can be placed."
    )
    assert Order.objects.count() == 3
    assert cart_of(browser) == {"TG-250": 1}


def test_an_empty_cart_orders_nothing_and_keeps_the_form(visitor: Visitor, shop: Any) -> None:
    browser = visitor()
    page = send(browser)
    assert page.status_code == 409
    assert "There is nothing in your cart that can be ordered." in words(page)
    assert value(page, "name") == "陈小娟"


# --- what changed meanwhile ---------------------------------------------------------------------


def test_a_price_changed_during_checkout_is_shown_and_asked(
    buyer: Client, shop: SimpleNamespace, at: datetime
) -> None:
    fields = {**DOOR, **begun(buyer), "step": "place"}
    set_price(shop.tea, price_fen=7_500, since=at, reason="dearer", by=CLOCKWORK, at=at)
    page = buyer.post("/shop/checkout/", fields)
    assert page.status_code == 409
    said = words(page)
    assert "A price has changed meanwhile: old and new stand beside the goods." in said
    assert "The price was ¥68.00, it is ¥75.00 now." in said
    assert "Order at the new price" in said
    kept(page, buyer)
    fields |= {"seen": hidden(page, "seen"), "key": hidden(page, "key")}
    assert buyer.post("/shop/checkout/", fields).status_code == 303
    assert Order.objects.get().due_fen == 15_000


def test_a_price_changed_in_the_last_moment_is_refused_by_the_order_itself(
    buyer: Client, shop: SimpleNamespace, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhanggui.faces.shop.pages import checkout

    as_seen = checkout._why_not_as_seen

    def then_dearer(form: Any, now: Any) -> Any:
        seen = as_seen(form, now)
        set_price(shop.tea, price_fen=7_500, since=at, reason="dearer", by=CLOCKWORK, at=at)
        return seen

    fields = {**DOOR, **begun(buyer), "step": "place"}
    monkeypatch.setattr(checkout, "_why_not_as_seen", then_dearer)
    page = buyer.post("/shop/checkout/", fields)
    assert page.status_code == 409
    assert "has changed meanwhile." in words(page)
    assert "The price was ¥68.00, it is ¥75.00 now." in words(page)
    kept(page, buyer)


def test_goods_delisted_during_checkout_are_told_and_not_ordered(
    buyer: Client, shop: SimpleNamespace, at: datetime
) -> None:
    put(buyer, shop, longan=1)
    fields = {**DOOR, **begun(buyer), "step": "place"}
    delist_product(shop.longan.product, reason="season over", by=CLOCKWORK, at=at)
    page = buyer.post("/shop/checkout/", fields)
    assert page.status_code == 409
    assert "“Putian dried longan · 500 g bag” was taken off sale meanwhile." in words(page)
    assert "No longer on sale: not counted." in words(page)
    kept(page, buyer)
    fields["seen"] = hidden(page, "seen")
    assert buyer.post("/shop/checkout/", fields).status_code == 303
    assert [line.sku_id for line in Order.objects.get().lines.all()] == [shop.tea.pk]


def test_a_cart_changed_in_another_window_is_shown_first(
    buyer: Client, shop: SimpleNamespace
) -> None:
    fields = {**DOOR, **begun(buyer), "step": "place"}
    put(buyer, shop, tea=1)
    page = buyer.post("/shop/checkout/", fields)
    assert page.status_code == 409
    assert "Your cart was changed in another window." in words(page)
    kept(page, buyer)


def test_the_last_pieces_taken_meanwhile_are_told_with_what_is_left(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser, other = visitor(), visitor()
    put(browser, shop, longan=4)
    fields = {**DOOR, **begun(browser), "step": "place"}
    put(other, shop, longan=3)
    assert send(other, phone="13959412206").status_code == 303
    page = browser.post("/shop/checkout/", fields)
    assert page.status_code == 409
    said = words(page)
    assert "Of “Putian dried longan · 500 g bag” only 2 pieces are left." in said
    assert "Take what is left" in said and "Order anyway, call me" in said
    assert Order.objects.count() == 1
    assert cart_of(browser) == {"LY-500": 4}

    fewer = browser.post("/shop/checkout/", {**fields, "step": "left"})
    assert "Your cart now holds what is there." in words(fewer)
    assert cart_of(browser) == {"LY-500": 2}
    fields |= {"seen": hidden(fewer, "seen")}
    assert browser.post("/shop/checkout/", fields).status_code == 303
    assert Order.objects.order_by("-pk")[0].lines.get().quantity == 2


def test_what_is_short_can_be_ordered_anyway(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    browser.cookies["shop_district"] = LICHENG
    put(browser, shop, longan=7)
    said = words(browser.get("/shop/checkout/"))
    assert "Only 5 are left." in said and "Of one thing there is not enough." in said
    sent = send(browser, step="anyway", wish="wait")
    assert sent.status_code == 303
    assert Shortage.objects.get().pieces == 2
    page = words(browser.get(sent.headers["Location"]))
    assert "2 pieces are short: we call you about them." in page


def test_what_is_sold_out_leaves_the_cart_when_only_the_rest_is_wanted(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=1, noodles=3)
    browser.post("/shop/checkout/", {**DOOR, **begun(browser), "step": "left"})
    assert cart_of(browser) == {"TG-250": 1}


# --- once ---------------------------------------------------------------------------------------


def test_a_double_tap_is_one_order(buyer: Client, visitor: Visitor) -> None:
    fields = {**DOOR, **begun(buyer), "step": "place"}
    other = visitor()
    other.cookies["shop_cart"] = buyer.cookies["shop_cart"].value
    first = buyer.post("/shop/checkout/", fields)
    second = other.post("/shop/checkout/", fields)  # sent with the cookies of the first
    assert [r.status_code for r in (first, second)] == [303, 303]
    where = [r.headers["Location"].split("?")[0] for r in (first, second)]
    assert where[0] == where[1]
    assert Order.objects.count() == 1


def test_a_lost_reply_and_a_retry_lead_to_the_same_page(
    buyer: Client, shop: SimpleNamespace
) -> None:
    fields = {**DOOR, **begun(buyer), "step": "place"}
    first = buyer.post("/shop/checkout/", fields)
    facts = Fact.objects.count()
    again = buyer.post("/shop/checkout/", fields)  # its cart is empty by now
    assert again.headers["Location"] == first.headers["Location"].replace("placed", "again")
    page = words(buyer.get(again.headers["Location"]))
    assert "This order had already been placed: here it is. Nothing was ordered twice." in page
    changed = buyer.post("/shop/checkout/", {**fields, "name": "别人"})
    assert changed.headers["Location"] == again.headers["Location"]
    assert (Order.objects.count(), Fact.objects.count()) == (1, facts)


def test_a_refused_form_keeps_its_number_and_a_fresh_one_has_another(buyer: Client) -> None:
    fields = {**DOOR, **begun(buyer), "step": "place", "phone": "1"}
    page = buyer.post("/shop/checkout/", fields)
    assert hidden(page, "key") == fields["key"]
    assert begun(buyer)["key"] != fields["key"]


def test_an_expired_form_keeps_everything_and_says_so(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    plain = visitor()
    put(plain, shop, tea=2)
    browser = visitor(enforce_csrf_checks=True)
    browser.cookies["shop_cart"] = plain.cookies["shop_cart"].value
    fields = {**DOOR, **begun(browser), "step": "place", "note": "Ring twice"}
    page = browser.post("/shop/checkout/", fields)
    assert page.status_code == 403
    assert (
        "This form was open for too long, so nothing has been ordered yet. "
        "Everything you typed is still here: look at it once more and send it again." in words(page)
    )
    kept(page, browser, note="Ring twice")
    token = hidden(page, "csrfmiddlewaretoken")
    fields |= {"csrfmiddlewaretoken": token, "key": hidden(page, "key")}
    assert browser.post("/shop/checkout/", fields).status_code == 303
    assert Order.objects.get().note == "Ring twice"


# --- what it costs, and who looks -----------------------------------------------------------------


def test_checkout_is_nobodys_but_this_browsers(buyer: Client) -> None:
    page = buyer.get("/shop/checkout/")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_statements_of_an_order_do_not_grow_with_its_lines(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    more_goods(shop, 4, at=at)
    for n in range(3, 7):
        setattr(shop, f"g{n}", Sku.objects.get(code=f"G{n}-1"))

    def count(phone: str, *goods: str) -> int:
        browser = visitor()
        put(browser, shop, **dict.fromkeys(goods, 1))
        fields = {**DOOR, **begun(browser), "step": "place", "phone": phone}
        with CaptureQueriesContext(connection) as asked:
            assert browser.post("/shop/checkout/", fields).status_code == 303
        return len(asked)

    count("13806039174", "tea")  # the company is read once
    two = count("13850307261", "tea", "longan")
    six = count("13959412206", "tea", "longan", "g3", "g4", "g5", "g6")
    assert six == two <= 40


def test_an_order_is_promised_by_the_hour_it_was_placed(buyer: Client, at: datetime) -> None:
    from zhanggui.ground.kernel import clock

    with clock.stopped_at(at.replace(hour=17) + timedelta(minutes=1)):
        send(buyer)
    tomorrow = (at + timedelta(days=1)).replace(hour=12)
    assert Order.objects.get().promised_at == tomorrow
