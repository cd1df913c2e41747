"""The member's account: signing in, addresses, devices, all his data; a stranger learns nothing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhanggui.books.customers.models import Customer, SavedAddress, SignIn
from zhanggui.faces.shop.tests.conftest import DOOR, begun, beside, put, send, value, words
from zhanggui.faces.shop.tests.members import OTHER, PHONE, answer, ask_code, join, latest_code
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.models import Order

pytestmark = pytest.mark.django_db

OWN = (
    "account", "addresses", "new_address", "requests", "reminders", "security", "data",
)  # fmt: skip
FIELDS = {**{k: DOOR[k] for k in ("name", "phone", "d1", "d2", "d3", "d4", "address")}}


@pytest.fixture
def member(shop: SimpleNamespace, visitor: Callable[..., Client]) -> Client:
    """Return the browser of a member who typed his code just now."""
    browser = visitor()
    join(browser)
    return browser


def save(browser: Client, **fields: str) -> Any:
    return browser.post("/shop/account/addresses/new/", {**FIELDS, "step": "save", **fields})


# --- signing in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OWN)
def test_pages_of_the_account_lead_a_guest_to_the_sign_in(
    name: str, visitor: Callable[..., Client]
) -> None:
    url = reverse(f"shop:{name}")
    sent = [visitor().get(url)] + ([] if name == "account" else [visitor().post(url, {})])
    for page in sent:
        assert page.status_code == 303
        assert page["Location"] == f"/shop/account/sign-in/?next={url}"


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_of_the_account_are_drawn_and_kept_nowhere(
    name: str, language: str, visitor: Callable[..., Client]
) -> None:
    browser = visitor(language)
    join(browser)
    page = browser.get(reverse(f"shop:{name}"))
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in page.content.decode()


def test_sign_in_by_code_makes_a_member(visitor: Callable[..., Client]) -> None:
    browser = visitor()
    page = ask_code(browser)
    assert "We have sent a code to 138 5030 7261 ." in words(page)
    assert latest_code() not in page.content.decode()
    done = answer(browser, latest_code())
    assert done["Location"] == "/shop/account/"
    assert "138****7261" in words(browser.get("/shop/account/"))
    cookie = browser.cookies["shop_member"]
    assert cookie["httponly"] and cookie["path"] == "/shop/" and cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/shop/checkout/", "/shop/checkout/"),
        ("https://evil.example/", "/shop/account/"),
        ("//evil.example/shop/", "/shop/account/"),
        ("/desk/", "/shop/account/"),
        ("/shop/../desk/", "/shop/account/"),
    ],
)
def test_sign_in_goes_back_to_where_one_wanted_to_go_inside_the_shop(
    wanted: str, goes: str, visitor: Callable[..., Client]
) -> None:
    assert join(visitor(), next=wanted)["Location"] == goes


def test_sign_in_says_what_is_wrong_beside_the_field(visitor: Callable[..., Client]) -> None:
    browser = visitor()
    page = ask_code(browser, "1385030")
    assert page.status_code == 422
    assert beside(page, "phone").startswith("This number is too short")
    ask_code(browser)
    wrong = answer(browser, "000000" if latest_code() != "000000" else "111111")
    assert wrong.status_code == 422
    assert beside(wrong, "code") == (
        "This code is not right, or it no longer holds. "
        "Look at the message again, or have a new code sent."
    )
    assert "138 5030 7261" in words(wrong)
    again = ask_code(browser)
    assert again.status_code == 429
    assert beside(again, "phone").startswith("Too many codes were asked for.")


def test_sign_in_tells_a_stranger_nothing(visitor: Callable[..., Client]) -> None:
    join(visitor())
    with clock.stopped_at(clock.now() + timedelta(minutes=2)):
        pages = []
        for phone in (PHONE, OTHER):
            said = []
            for make in (
                lambda browser, phone=phone: ask_code(browser, phone),
                lambda browser, phone=phone: answer(browser, "000000", phone),
                lambda browser, phone=phone: browser.post(
                    "/shop/account/sign-in/",
                    {"step": "password", "phone": phone, "password": "guess-me-1"},
                ),
            ):
                page = make(visitor())
                text = re.sub(r"csrf\S*|value=\"\S*\"", "", words(page)).replace(phone, "PHONE")
                said.append((page.status_code, text, sorted(page.cookies)))
            pages.append(said)
    assert pages[0] == pages[1]


def test_sign_in_by_password(member: Client, visitor: Callable[..., Client]) -> None:
    done = member.post("/shop/account/security/", {"step": "password", "password": "longan-tea-7"})
    assert done["Location"] == "/shop/account/security/?set=1"
    browser = visitor()
    sent = {"step": "password", "phone": PHONE, "password": "longan-tea-7"}
    assert browser.post("/shop/account/sign-in/", sent).status_code == 303
    assert browser.get("/shop/account/").status_code == 200
    wrong = visitor().post("/shop/account/sign-in/", {**sent, "password": "x"})
    assert beside(wrong, "password") == (
        "Phone and password do not belong together. Try again, or sign in by a code."
    )


def test_password_must_be_good(member: Client) -> None:
    page = member.post("/shop/account/security/", {"step": "password", "password": "12345678"})
    assert page.status_code == 422
    assert "too common" in beside(page, "password")
    assert Customer.objects.get().password == ""


def test_password_needs_a_fresh_code(member: Client) -> None:
    with clock.stopped_at(clock.now() + timedelta(minutes=16)):
        assert "First show by a code that it is you" in words(member.get("/shop/account/security/"))
        sent = {"step": "password", "password": "longan-tea-7"}
        page = member.post("/shop/account/security/", sent)
    assert page.status_code == 409
    assert "This needs a code typed within the last quarter of an hour." in words(page)


def test_devices_are_listed_and_signed_out(member: Client, visitor: Callable[..., Client]) -> None:
    with clock.stopped_at(clock.now() + timedelta(minutes=2)):
        phone = visitor(headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/605"})
        join(phone)
        page = member.get("/shop/account/security/")
        assert "Safari · iPhone" in words(page) and "this one" in words(page)
        other = SignIn.objects.get(device="Safari · iPhone")
        member.post("/shop/account/security/", {"step": "device", "device": str(other.pk)})
        assert phone.get("/shop/account/").status_code == 303
        assert member.get("/shop/account/").status_code == 200


def test_sign_out_here_and_everywhere(member: Client, visitor: Callable[..., Client]) -> None:
    with clock.stopped_at(clock.now() + timedelta(minutes=2)):
        other = visitor()
        join(other)
        assert member.post("/shop/account/sign-out/").status_code == 303
        assert member.get("/shop/account/").status_code == 303
        assert other.get("/shop/account/").status_code == 200
        other.post("/shop/account/sign-out/", {"everywhere": "1"})
    assert not SignIn.objects.filter(ended_at__isnull=True).exists()


def test_a_visit_on_another_day_is_noted_once(member: Client) -> None:
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        member.get("/shop/account/")
        member.get("/shop/account/")
    assert Fact.objects.filter(verb="customers.note_visit").count() == 1


def test_a_stolen_or_made_up_cookie_is_nobody(visitor: Callable[..., Client]) -> None:
    browser = visitor()
    browser.cookies["shop_member"] = "made-up"
    assert browser.get("/shop/account/").status_code == 303
    assert browser.get("/shop/").status_code == 200


# --- addresses -----------------------------------------------------------------------------------


def test_addresses_are_added_changed_preferred_and_removed(
    member: Client, shop: SimpleNamespace
) -> None:
    assert save(member, label="家")["Location"] == "/shop/account/addresses/?saved=1"
    assert save(member, address="文献路9号", default="1").status_code == 303
    home, work = SavedAddress.objects.order_by("pk")
    assert (home.is_default, work.is_default) == (False, True)
    page = words(member.get("/shop/account/addresses/"))
    assert "胜利路58号3栋502室" in page and "138****7261" in page and "家" in page
    path = f"/shop/account/addresses/{home.pk}/"
    assert value(member.get(path), "address") == "胜利路58号3栋502室"
    member.post(path, {**FIELDS, "address": "胜利路60号", "step": "save"})
    member.post("/shop/account/addresses/", {"address": str(home.pk), "step": "default"})
    home.refresh_from_db()
    assert (home.address, home.is_default) == ("胜利路60号", True)
    member.post("/shop/account/addresses/", {"address": str(home.pk), "step": "remove"})
    assert [one.pk for one in SavedAddress.objects.all()] == [work.pk]


def test_addresses_are_read_from_one_line(member: Client, shop: SimpleNamespace) -> None:
    line = "陈小娟 13850307261 福建省莆田市荔城区镇海街道胜利路58号3栋502室"
    page = member.post("/shop/account/addresses/new/", {"paste": line, "step": "paste"})
    assert page.status_code == 200
    assert (value(page, "name"), value(page, "phone")) == ("陈小娟", PHONE)
    assert "there" in words(page)


def test_addresses_say_what_is_wrong(member: Client, shop: SimpleNamespace) -> None:
    page = save(member, name="", phone="1", d3="", address="!!", label="x" * 13)
    assert page.status_code == 422
    assert beside(page, "name") == "The name is missing. Write who receives the parcel."
    for field in ("phone", "division", "address"):
        assert beside(page, field)
    assert not SavedAddress.objects.exists()


def test_addresses_of_others_are_not_there(
    member: Client, visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    save(member)
    pk = SavedAddress.objects.get().pk
    stranger = visitor()
    join(stranger, OTHER)
    assert stranger.get(f"/shop/account/addresses/{pk}/").status_code == 404
    sent = {**FIELDS, "step": "save"}
    assert stranger.post(f"/shop/account/addresses/{pk}/", sent).status_code == 404
    removed = stranger.post("/shop/account/addresses/", {"address": str(pk), "step": "remove"})
    assert removed.status_code == 404
    assert SavedAddress.objects.exists()


# --- ordering ------------------------------------------------------------------------------------


def test_checkout_offers_the_saved_addresses(member: Client, shop: SimpleNamespace) -> None:
    save(member)
    save(member, address="文献路9号")
    put(member, shop, tea=1)
    page = member.get("/shop/checkout/")
    text = words(page)
    assert "胜利路58号3栋502室" in text and "文献路9号" in text and "Another address" in text
    assert value(page, "address") == ""
    work = SavedAddress.objects.get(address="文献路9号")
    sent = {**begun(member), "saved": str(work.pk), "wish": "call", "step": "place"}
    done = member.post("/shop/checkout/", sent)
    assert done.status_code == 303
    order = Order.objects.get()
    assert (order.recipient, order.phone, order.division, order.address) == (
        "陈小娟", PHONE, "350304", "文献路9号",
    )  # fmt: skip


def test_checkout_saves_another_address_of_a_member(member: Client, shop: SimpleNamespace) -> None:
    save(member)
    put(member, shop, tea=1)
    assert send(member, saved="", address="文献路9号", keep="1").status_code == 303
    assert [one.address for one in SavedAddress.objects.order_by("pk")] == [
        "胜利路58号3栋502室", "文献路9号",
    ]  # fmt: skip


def test_checkout_takes_nobody_elses_address(
    member: Client, visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    save(member)
    stranger = visitor()
    join(stranger, OTHER)
    put(stranger, shop, tea=1)
    sent = {**begun(stranger), "saved": str(SavedAddress.objects.get().pk), "step": "place"}
    page = stranger.post("/shop/checkout/", sent)
    assert page.status_code == 422
    assert "胜利路" not in page.content.decode()


def test_checkout_says_when_a_saved_address_is_not_served(
    member: Client, shop: SimpleNamespace
) -> None:
    save(member, d1="35", d2="3501", d3="350102", address="东街口1号")
    put(member, shop, tea=1)
    saved = SavedAddress.objects.get()
    page = member.post(
        "/shop/checkout/", {**begun(member), "saved": str(saved.pk), "step": "place"}
    )
    assert page.status_code == 422
    assert "We do not deliver to" in words(page)


def test_checkout_of_a_guest_never_asks_for_a_member(
    visitor: Callable[..., Client], shop: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    with django_assert_num_queries(100, exact=False) as asked:
        browser.get("/shop/checkout/")
    assert not any("customers_" in q["sql"] for q in asked.captured_queries)


def test_tracking_offers_to_keep_the_address(
    visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    page = browser.get(send(browser)["Location"])
    order = Order.objects.get()
    assert f"/shop/account/sign-in/?order={order.token}" in page.content.decode()
    done = join(browser, order=order.token)
    assert done["Location"] == "/shop/account/addresses/?saved=1"
    assert SavedAddress.objects.get().address == "胜利路58号3栋502室"


def test_tracking_keeps_no_address_of_another_phone(
    visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    send(browser)
    done = join(visitor(), OTHER, order=Order.objects.get().token)
    assert done["Location"] == "/shop/account/"
    assert not SavedAddress.objects.exists()


def test_orders_of_the_phone_stand_on_every_device(
    visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    guest = visitor()
    put(guest, shop, tea=1)
    send(guest)
    number = Order.objects.get().number
    browser = visitor()
    assert number not in words(browser.get("/shop/orders/"))
    join(browser)
    assert number in words(browser.get("/shop/orders/"))
    stranger = visitor()
    join(stranger, OTHER)
    assert number not in words(stranger.get("/shop/orders/"))


# --- all his data --------------------------------------------------------------------------------


def test_data_is_taken_along_in_one_file(
    member: Client, visitor: Callable[..., Client], shop: SimpleNamespace
) -> None:
    save(member)
    put(member, shop, tea=2)
    send(member, note="放门口")
    assert "Saved addresses 1" in words(member.get("/shop/account/data/"))
    file = member.post("/shop/account/data/", {"step": "export"})
    assert file["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        found = json.loads(archive.read("data.json"))
        page = archive.read("data.html").decode()
    held = found["data"]
    order = held["orders"][0]
    assert (order["order"], order["note"]) == (Order.objects.get().number, "放门口")
    assert held["lines"][0]["quantity"] == 2
    assert held["addresses"][0]["recipient"] == "陈小娟"
    assert held["member"][0]["phone"] == PHONE
    assert {"sign_ins", "codes", "tries", "messages", "requests", "reminders", "stops"} <= set(held)
    assert "放门口" in page and "陈小娟" in page and "<script" not in page


def test_data_is_not_given_without_a_fresh_code(member: Client) -> None:
    with clock.stopped_at(clock.now() + timedelta(minutes=16)):
        page = member.post("/shop/account/data/", {"step": "export"})
    assert page.status_code == 409


def test_erasure_needs_the_tick(member: Client) -> None:
    page = member.post("/shop/account/data/", {"step": "erase"})
    assert page.status_code == 422
    assert "Nothing has been erased: the tick is missing." in words(page)
    assert Customer.objects.get().erased_at is None


def test_erasure_waits_for_an_order_under_way(member: Client, shop: SimpleNamespace) -> None:
    put(member, shop, tea=1)
    send(member)
    number = Order.objects.get().number
    said = f"Order {number} is still under way."
    assert said in words(member.get("/shop/account/data/"))
    page = member.post("/shop/account/data/", {"step": "erase", "sure": "1"})
    assert page.status_code == 409 and said in words(page)
    assert Customer.objects.get().erased_at is None


def test_erasure_leaves_nothing_to_know_somebody_by(
    member: Client, visitor: Callable[..., Client], shop: SimpleNamespace, at: datetime
) -> None:
    save(member, label="外婆家")
    put(member, shop, tea=1)
    tracking = send(member, note="放门口，找小娟")["Location"]
    token = Order.objects.get().token
    member.post(f"/shop/order/{token}/cancel/", {"reason": "小娟不要了"})
    member.post("/shop/ask/", {"what": "荔枝干", "details": "小娟爱吃的"})
    member.post("/shop/remind/", {"sku": shop.noodles.code})
    member.post("/shop/account/data/", {"step": "export"})
    done = member.post("/shop/account/data/", {"step": "erase", "sure": "1"})
    assert done["Location"] == "/shop/account/sign-in/?erased=1"
    assert member.get("/shop/account/").status_code == 303
    assert visitor().get(tracking).status_code == 404
    secrets = ("小娟", "13850307261", "138 5030 7261", "胜利路", "外婆家", "放门口", token)
    assert everything_that_says(secrets) == []


def everything_that_says(secrets: tuple[str, ...]) -> list[str]:
    """Return every column of every table in which one of these words stands."""
    from django.apps import apps
    from django.db import connection

    found = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, cell in zip(names, row, strict=True):
                    found += [f"{table}.{name}: {s}" for s in secrets if s in str(cell)]
    return found


def test_everything_that_says_finds_what_is_there(member: Client) -> None:
    assert "customers_customer.phone_key: 13850307261" in everything_that_says(("13850307261",))


def test_name_and_language_are_changed(member: Client) -> None:
    sent = {"step": "name", "name": "小娟", "language": "zh-hans"}
    assert member.post("/shop/account/data/", sent)["Location"] == "/shop/account/data/?named=1"
    assert (Customer.objects.get().name, Customer.objects.get().language) == ("小娟", "zh-hans")
    page = member.post("/shop/account/data/", {**sent, "name": "x" * 41})
    assert beside(page, "name") == "This is longer than 40 characters. Write it shorter."
