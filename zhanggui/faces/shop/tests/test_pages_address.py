"""Telling where to: pasted blocks, the remembered address, and the page of the districts served."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.faces.shop.forms import AddressQuestion, CheckoutForm
from zhanggui.faces.shop.queries.places import districts
from zhanggui.faces.shop.tests.conftest import (
    DOOR,
    LICHENG,
    begun,
    beside,
    hidden,
    put,
    send,
    value,
    words,
)
from zhanggui.ground.org.models import Area
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.ground.places.rules.addresses import read_address
from zhanggui.trade.orders.actions.promises import change_promise, publish_promise
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.tests.conftest import CLOCKWORK, HOURS

Visitor = Callable[..., Client]
PUTIAN = frozenset({"350302", "350303", LICHENG, "350305", "350322"})


@dataclass(frozen=True)
class Block:
    """A pasted text with what a person takes from it, and what he would still ask."""

    text: str
    name: str
    phone: str
    code: str
    address: str
    asks: frozenset[str]


def _code(path: str) -> str:
    if path.isdigit():
        return path
    code = ""
    for name in path.removeprefix("-").split("/"):
        found = gazetteer().find(name, within=code or None) if name else ()
        code = next((division.code for division in found if division.code != code), code)
    return code


def blocks() -> Iterator[Block]:
    """Yield the blocks of pasted.tsv; its people and phones are invented."""
    rows = (Path(__file__).parent / "pasted.tsv").read_text(encoding="utf-8").splitlines()
    for row in rows:
        text, name, phone, path, address, asks = row.split("\t")
        written = text.replace("\\n", "\n").replace("\\t", "\t")
        yield Block(written, name, phone, _code(path), address, frozenset(asks.split()))


def test_read_address_takes_what_customers_paste() -> None:
    read = list(blocks())
    assert len(read) >= 40
    wrong = []
    for block in read:
        found = read_address(block.text, within=PUTIAN)
        phone = found.phones[0].national or found.phones[0].display if found.phones else ""
        asks = {c.code for c in found.contradictions} | set(found.missing) - {"room"}
        asks |= {"two_phones"} if len(found.phones) > 1 else set()
        told = Block(block.text, found.name, phone, found.code, found.rest, frozenset(asks))
        if told != block:
            wrong.append((block, told))
    assert wrong == []


def test_the_form_takes_each_block_over() -> None:
    for block in blocks():
        form = CheckoutForm(paste=block.text)
        form.read_paste(within=PUTIAN)
        assert (form.name, form.address) == (block.name, block.address), block.text
        assert form.picker.code == (block.code if gazetteer().get(block.code) else ""), block.text
        assert bool(form.unclear) == bool(block.asks), block.text
        assert form.errors == {}, block.text


def paste(browser: Client, text: str, **fields: str) -> Any:
    """Press the button that reads, below an empty form."""
    blank = dict.fromkeys(DOOR, "")
    sent = {**blank, **begun(browser), **fields, "paste": text, "step": "paste"}
    return browser.post("/shop/checkout/", sent)


@pytest.fixture
def buyer(shop: SimpleNamespace, visitor: Visitor) -> Client:
    """Return a browser with tea in its cart."""
    browser = visitor()
    put(browser, shop, tea=1)
    return browser


def test_what_was_understood_is_shown(buyer: Client) -> None:
    page = paste(buyer, "张三 13800138000 荔城区镇海街道文献路88号 请放门口")
    said = words(page)
    assert "Name: 张三" in said and "Phone: 138 0013 8000" in said
    assert "District: Zhenhai Subdistrict, Licheng District, Putian City, Fujian Province" in said
    assert "Address: 文献路88号" in said
    assert "Note for the courier: 请放门口" in said
    assert value(page, "note") == "请放门口"


def test_a_note_already_typed_is_not_overwritten_by_what_is_pasted(buyer: Client) -> None:
    page = paste(buyer, "张三 13800138000 荔城区文献路88号 请放门口", note="Ring twice")
    assert value(page, "note") == "Ring twice"


def test_a_name_of_several_places_is_asked_about_and_never_guessed(buyer: Client) -> None:
    page = paste(buyer, "张三 13800138000 鼓楼区五四路82号")
    assert page.context["form"].picker.code == ""
    assert "Which one do you mean?" in words(page)
    assert '<button class="chip" name="choose" value="350102"' in page.content.decode()
    fields = {**DOOR, **begun(buyer), "d1": "", "d2": "", "d3": "", "choose": "350102"}
    chosen = buyer.post("/shop/checkout/", fields)
    assert chosen.context["form"].picker.code == "350102"
    assert beside(chosen, "division").startswith(
        "We do not deliver to Gulou District, Fuzhou City, Fujian Province yet."
    )
    assert not Order.objects.exists()


def test_levels_that_contradict_are_told_with_the_district_to_choose(buyer: Client) -> None:
    page = paste(buyer, "张三 13800138000 泉州市荔城区文献路88号")
    assert "荔城区 lies in 福建省莆田市, not in 福建省泉州市." in words(page)
    assert f'name="choose" value="{LICHENG}"' in page.content.decode()


@pytest.mark.parametrize("code", ["", "x", "99", "'; --", "3503040019999"])
def test_an_unknown_choice_leaves_the_form_as_it_was(code: str, buyer: Client) -> None:
    page = buyer.post("/shop/checkout/", {**DOOR, **begun(buyer), "step": "look", "choose": code})
    assert page.status_code == 200
    assert value(page, "name") == "陈小娟"


def test_two_phones_are_told(buyer: Client) -> None:
    said = words(paste(buyer, "张三 13959412206 13859400731 荔城区文献路88号"))
    assert "There is more than one phone number: the first was taken." in said


# --- the remembered address ---------------------------------------------------------------------


def test_an_address_is_remembered_only_where_it_was_wished(
    buyer: Client, shop: SimpleNamespace
) -> None:
    send(buyer)
    put(buyer, shop, tea=1)
    assert value(buyer.get("/shop/checkout/"), "name") == ""
    assert "shop_address" not in buyer.cookies or not buyer.cookies["shop_address"].value
    send(buyer, keep="1")
    cookie = buyer.cookies["shop_address"].value
    order = Order.objects.order_by("-pk")[0]
    assert cookie.split(":")[0] == order.token and "陈" not in cookie
    put(buyer, shop, longan=1)
    page = buyer.get("/shop/checkout/")
    assert value(page, "name") == "陈小娟"
    assert "Filled in from the address remembered on this device." in words(page)
    assert 'name="keep" value="1" checked' in page.content.decode()


def test_a_remembered_address_is_forgotten_on_wish(buyer: Client, shop: SimpleNamespace) -> None:
    send(buyer, keep="1")
    put(buyer, shop, tea=1)
    fields = {**DOOR, **begun(buyer), "note": "Ring twice", "step": "forget"}
    page = buyer.post("/shop/checkout/", fields)
    assert (value(page, "name"), value(page, "note")) == ("", "Ring twice")
    assert hidden(page, "key") == fields["key"]
    assert buyer.cookies["shop_address"].value == ""
    assert value(buyer.get("/shop/checkout/"), "name") == ""


@pytest.mark.parametrize("cookie", ["", "x", "x:y", "a" * 4_000])
def test_a_foreign_cookie_of_an_address_is_as_none(cookie: str, buyer: Client) -> None:
    buyer.cookies["shop_address"] = cookie
    page = buyer.get("/shop/checkout/")
    assert page.status_code == 200 and value(page, "name") == ""


# --- where we deliver ---------------------------------------------------------------------------


def test_the_districts_stand_with_their_times_and_amounts(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    said = words(visitor().get("/shop/district/"))
    assert (
        "Putian Order before 16:00 there the same day by 20:00 later: the next day by 12:00 "
        "Smallest order ¥10.00 Chengxiang District Hanjiang District Licheng District" in said
    )
    assert '/shop/district/"' in visitor().get("/shop/").content.decode()


def test_a_district_closed_meanwhile_stands_no_longer(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    when = {"by": CLOCKWORK, "at": shop.promise.published_at}
    change_promise(shop.promise, least_fen=0, **{**HOURS, "open": False}, **when)
    said = words(visitor().get("/shop/district/"))
    assert "We do not deliver anywhere yet" in said and "Licheng" not in said


def ask(browser: Client, text: str) -> Any:
    """Ask on the page of the districts whether an address is served."""
    return browser.post("/shop/district/", {"step": "ask", "text": text, "next": "/shop/cart/"})


def test_an_address_is_answered_with_when_and_from_how_much(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    page = ask(browser, "莆田市荔城区镇海街道文献路88号")
    assert page.status_code == 200
    assert (
        "We deliver to Zhenhai Subdistrict, Licheng District, Putian City, Fujian Province: "
        "there today before 20:00. When ordered before 16:00. Orders from ¥10.00." in words(page)
    )
    assert f'name="district" value="{LICHENG}">Deliver there' in page.content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is nothing to read. Type or paste an address, at least city and district."),
        (
            "  \n ",
            "There is nothing to read. Type or paste an address, at least city and district.",
        ),
        (
            "北京市东城区景山前街4号",
            (
                "We do not deliver to Dongcheng District, Beijing yet. "
                "Below stand all districts we serve."
            ),
        ),
        (
            "莆田市文献路88号",
            (
                "From this we cannot tell the district: Putian City, Fujian Province. "
                "Add city and district, or choose below."
            ),
        ),
        (
            "鼓楼区五四路82号",
            "From this we cannot tell the district. Choose the one you mean.",
        ),
        (
            "😀😀",
            "From this we cannot tell the district. Add city and district, or choose below.",
        ),
        ("路" * 10_000, "This is longer than 500 characters. Paste one address only."),
        (
            "<script>alert(1)</script>",
            "From this we cannot tell the district. Add city and district, or choose below.",
        ),
    ],
)
def test_an_address_not_served_or_unclear_is_told(
    text: str, sentence: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    page = ask(visitor(), text)
    assert page.status_code == 422
    assert beside(page, "text") == sentence
    assert "<script>alert" not in page.content.decode()
    assert value(page, "text").strip() == text.strip()[:1_000]
    assert page.content.decode().count('name="next" value="/shop/cart/"') >= 2


def test_a_name_of_several_places_is_offered_in_both_languages(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    """What is sent back to be read again is the Chinese name, whoever reads the page."""
    page = ask(visitor(), "鼓楼区五四路82号").content.decode()
    written = 'value="福建省福州市鼓楼区" form="ask-again">'
    assert f"{written}Gulou District, Fuzhou City, Fujian Province</button>" in page
    chinese = ask(visitor("zh-hans"), "鼓楼区五四路82号").content.decode()
    assert f"{written}福建省福州市鼓楼区</button>" in chinese


def test_a_district_without_an_area_of_its_own_has_an_english_name(
    shop: SimpleNamespace, visitor: Visitor, at: Any
) -> None:
    """The company answers for all of Quanzhou, and only for three of its districts by name."""
    act: dict[str, Any] = {"by": CLOCKWORK, "at": shop.promise.published_at}
    publish_promise("fujian", area=Area.objects.get(pk="quanzhou"), **HOURS, **act)
    said = words(visitor().get("/shop/district/"))
    for district in ("Fengze District", "Hui'an County", "Luojiang District", "Shishi City"):
        assert district in said
    assert not re.search("[\u4e00-\u9fff]", said.replace("中文", ""))
    assert "惠安县" in words(visitor("zh-hans").get("/shop/district/"))
    browser = visitor()
    browser.post("/shop/district/", {"district": "350521"})
    assert "Search Hui'an County" in words(browser.get("/shop/"))


def test_the_picker_offers_names_in_the_reader_s_language(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    browser.cookies["shop_district"] = LICHENG
    page = browser.get("/shop/checkout/").content.decode()
    for code, name in (
        ("34", "Anhui Province"),
        ("3502", "Xiamen City"),
        ("350322", "Xianyou County"),
        ("350304001", "Zhenhai Subdistrict 镇海街道"),
    ):
        assert re.search(f'<option value="{code}"[^>]*>{name}</option>', page), name
    browser.cookies["language"] = "zh-hans"
    chinese = browser.get("/shop/checkout/").content.decode()
    assert re.search('<option value="350304001"[^>]*>镇海街道</option>', chinese)
    assert "Xiamen" not in chinese


def test_a_question_about_two_addresses_answers_the_first() -> None:
    question = AddressQuestion("北京市东城区景山前街4号；莆田市荔城区文献路88号")
    question.ask(within=PUTIAN)
    assert question.code.startswith("110101")
    assert "There is more than one address: only the first was read." in map(str, question.unclear)


def test_the_page_of_districts_asks_as_much_for_one_district_as_for_all(
    shop: SimpleNamespace, visitor: Visitor, at: Any
) -> None:
    browser = visitor()
    browser.get("/shop/district/")
    assert len(districts(at=at)) == 5
    with CaptureQueriesContext(connection) as asked:
        browser.get("/shop/district/")
    assert len(asked) <= 6


def test_the_districts_served_are_sketched_with_the_one_chosen(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    page = browser.get("/shop/district/").content.decode()
    assert "How the districts we deliver to lie to each other" in page
    assert "sketch__mark--mine" not in page
    browser.post("/shop/district/", {"district": "350304"})
    page = browser.get("/shop/district/").content.decode()
    assert page.count("sketch__mark--mine") == 1
    assert ">Licheng</text>" in page
