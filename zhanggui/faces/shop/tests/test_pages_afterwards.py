"""After ordering: changing where it goes, rating, ordering the same again, and the invoice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.catalogue.models import Product
from zhanggui.books.prices.actions import delist_product
from zhanggui.faces.shop.tests.conftest import beside, cart_of, put, send, value, words
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.models import Person
from zhanggui.trade.cash.actions.door import take_at_door
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.orders.actions.customers import rate_order
from zhanggui.trade.orders.models import Order, Rating
from zhanggui.trade.orders.tests.conftest import CUSTOMER

Visitor = Callable[..., Client]
WHERE = "福建省莆田市荔城区胜利路58号3栋502室"
SAME = {"name": "陈小娟", "phone": "", "where": WHERE, "note": ""}


@pytest.fixture
def buyer(shop: SimpleNamespace, visitor: Visitor) -> Client:
    """Return a browser that ordered two tins of tea."""
    browser = visitor()
    put(browser, shop, tea=2)
    assert send(browser).status_code == 303
    return browser


@pytest.fixture
def order(buyer: Client) -> Order:
    """Return its order."""
    return Order.objects.get()


def page_of(order: Order) -> str:
    return f"/shop/order/{order.token}/"


def on_run(order: Order, *, at: datetime) -> Run:
    """Put an order on a courier's run, and pick it."""
    chen = Person.objects.get(user="chen")
    run = form_run("putian", courier=chen, orders=[order.pk], by=CLOCKWORK, at=at)
    pick_run(run, by=CLOCKWORK, at=at)
    return run


def change(browser: Client, order: Order, **fields: str) -> Any:
    return browser.post(f"{page_of(order)}change/", {**SAME, **fields})


# --- changing -----------------------------------------------------------------------------------


def test_the_form_begins_with_the_order_and_hides_the_number(buyer: Client, order: Order) -> None:
    page = buyer.get(page_of(order))
    assert (value(page, "name"), value(page, "where"), value(page, "phone")) == (
        "陈小娟",
        WHERE,
        "",
    )
    assert "empty keeps 138****7261" in words(page)
    assert "5030" not in page.content.decode()


def test_a_customer_changes_where_it_goes(buyer: Client, order: Order) -> None:
    sent = change(
        buyer, order, where="莆田荔城区文献路88号5幢601室", phone="139 5941 2206", note="A"
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{page_of(order)}?changed=1")
    assert "Your order is changed." in words(buyer.get(sent.headers["Location"]))
    order.refresh_from_db()
    assert (order.division, order.address) == ("350304", "文献路88号5幢601室")
    assert (order.phone, order.note, order.state) == ("139 5941 2206", "A", "confirmed")


def test_what_was_left_alone_stays_as_it_was(buyer: Client, order: Order) -> None:
    assert change(buyer, order, name="陈先生").status_code == 303
    order.refresh_from_db()
    assert (order.recipient, order.phone, order.division, order.address) == (
        "陈先生",
        "138 5030 7261",
        "350304",
        "胜利路58号3栋502室",
    )


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"name": ""}, "name", "The name is missing. Write who receives the parcel."),
        (
            {"name": "😀"},
            "name",
            (
                "The name has a picture sign in it. "
                "Write it in characters or letters, so that the courier can ask for you."
            ),
        ),
        (
            {"phone": "-1"},
            "phone",
            (
                "This number is too short: some digits are missing. "
                "A mobile has 11 digits, like 138 0013 8000."
            ),
        ),
        ({"note": "字" * 10_000}, "note", "This is longer than 200 characters. Write it shorter."),
        (
            {"where": "文献路88号"},
            "where",
            (
                "From this we cannot tell the district. "
                "Write it whole: city, district, road, number and room."
            ),
        ),
        (
            {"where": "莆田市荔城区"},
            "where",
            "The detailed address is missing. Write road, house number, building and room.",
        ),
        (
            {"where": "北京市东城区景山前街4号"},
            "where",
            (
                "We do not deliver to 北京市东城区 yet. "
                "Choose an address in one of the districts we serve."
            ),
        ),
        (
            {"where": "莆田市荔城区文献路附近"},
            "where",
            (
                "Behind “文献路” there is no number or building: it leads to no door. "
                "Put it right; until then the order goes where it was to go."
            ),
        ),
        (
            {"where": "莆田市城厢区荔园路9号3栋201室"},
            "where",
            (
                "That address is served from elsewhere, and the goods are set aside here already. "
                "Call this order off and place it again to the new address."
            ),
        ),
    ],
)
def test_a_wrong_change_is_told_beside_its_field_and_nothing_is_changed(
    fields: dict[str, str], name: str, sentence: str, buyer: Client, order: Order
) -> None:
    facts = Fact.objects.count()
    page = change(buyer, order, **fields)
    assert page.status_code in {409, 422}
    assert beside(page, name) == sentence
    (typed,) = fields.values()
    assert value(page, name) == typed[:1_000]
    assert '<details class="panel cancel" id="change" open>' in page.content.decode()
    assert Fact.objects.count() == facts


def test_hostile_values_of_a_change_are_text(buyer: Client, order: Order) -> None:
    typed = '"><script>alert(1)</script>'
    page = change(buyer, order, name=typed * 400, where=typed, note=typed, phone=typed)
    assert page.status_code == 422
    assert "<script>alert" not in page.content.decode()


def test_a_stale_form_of_a_change_is_refused_with_its_sentence(
    buyer: Client, order: Order, at: datetime
) -> None:
    on_run(order, at=at)
    page = change(buyer, order, name="陈先生")
    assert page.status_code == 409
    assert "The goods of this order are packed or on their way" in words(page)
    assert "Change name, phone" not in words(page)


def test_a_change_without_a_whole_form_is_told(buyer: Client, order: Order) -> None:
    page = buyer.post(f"{page_of(order)}change/")
    assert page.status_code == 422
    assert beside(page, "name") and beside(page, "where")


@pytest.mark.parametrize("door", ["change", "rate", "again"])
def test_a_link_that_leads_nowhere_is_a_404(door: str, order: Order, visitor: Visitor) -> None:
    assert visitor().post(f"/shop/order/nowhere/{door}/").status_code == 404
    assert visitor().get(f"{page_of(order)}{door}/").status_code == 405


# --- rating -------------------------------------------------------------------------------------


@pytest.fixture
def handed(order: Order, at: datetime, actor: Callable[..., Any]) -> Order:
    """Return the order, handed over and paid at the door."""
    run = on_run(order, at=at)
    run.refresh_from_db()
    load_run(run, by=CLOCKWORK, at=at)
    stop = Stop.objects.get(order=order)
    pieces = {order.lines.get().pk: 2}
    paid = {"tendered_fen": 13_600, "change_fen": 0}
    take_at_door(stop, delivered=pieces, **paid, by=actor("chen"), at=at)
    order.refresh_from_db()
    return order


def rate(browser: Client, order: Order, **fields: str) -> Any:
    return browser.post(f"{page_of(order)}rate/", fields)


def test_nothing_is_rated_before_it_is_there(buyer: Client, order: Order) -> None:
    assert "How was it?" not in words(buyer.get(page_of(order)))
    page = rate(buyer, order, stars="5")
    assert page.status_code == 409
    assert "there is nothing to rate" in words(page)


def test_a_customer_rates_and_changes_it_within_a_week(
    buyer: Client, handed: Order, at: datetime
) -> None:
    assert "How was it? Stars 5 ★ Very good" in words(buyer.get(page_of(handed)))
    sent = rate(buyer, handed, stars="4", words="quick")
    assert sent.headers["Location"] == f"{page_of(handed)}?rated=1"
    page = buyer.get(sent.headers["Location"])
    assert "Thank you for telling us." in words(page)
    assert "Your rating ★★★★☆ quick" in words(page) and "4 of 5 stars" in page.content.decode()
    assert rate(buyer, handed, stars="5").status_code == 303
    assert Rating.objects.get().stars == 5
    with clock.stopped_at(at + timedelta(days=8)):
        page = buyer.get(page_of(handed))
        assert "Your rating ★★★★★" in words(page) and "Change it" not in words(page)
        late = rate(buyer, handed, stars="1")
    assert late.status_code == 409
    assert "This rating was given more than 7 days ago and stands." in words(late)
    assert Rating.objects.get().stars == 5


@pytest.mark.parametrize("stars", ["", "0", "6", "-1", "5.0", "9" * 5_000, "😀", "<b>5</b>"])
def test_stars_that_are_none_are_told_and_the_words_kept(
    stars: str, buyer: Client, handed: Order
) -> None:
    page = rate(buyer, handed, stars=stars, words="quick")
    assert page.status_code == 422
    assert beside(page, "stars") == "The stars are not chosen yet. Choose one to five stars."
    assert value(page, "words") == "quick"
    assert not Rating.objects.exists()


def test_too_many_words_are_told_and_the_stars_kept(buyer: Client, handed: Order) -> None:
    page = rate(buyer, handed, stars="2", words="<b>" + "字" * 10_000)
    assert page.status_code == 422
    assert beside(page, "words") == ("Your words have more than 200 characters. Write it shorter.")
    assert 'name="stars" value="2" checked' in page.content.decode()
    assert "<b>字" not in page.content.decode()


def test_the_desk_sees_the_rating_and_the_average(
    handed: Order, sign_in: Callable[..., Client], at: datetime
) -> None:
    rate_order(handed, stars=4, words="quick", by=CUSTOMER, at=at)
    hu = sign_in("hu")
    assert "★★★★☆ 4/5 · quick" in words(hu.get(f"/desk/orders/order/{handed.pk}/"))
    assert "rated 4.0 of 5 by 1 customer" in words(hu.get("/desk/orders/"))


# --- again --------------------------------------------------------------------------------------


def test_the_same_again_is_put_into_the_cart(
    buyer: Client, order: Order, shop: SimpleNamespace
) -> None:
    put(buyer, shop, longan=1)
    for _ in range(2):  # a double tap doubles nothing
        sent = buyer.post(f"{page_of(order)}again/")
        assert sent.status_code == 303
        assert sent.headers["Location"] == f"/shop/cart/?again={order.token}"
    page = buyer.get(sent.headers["Location"])
    assert "All of that order is in your cart again, at today's prices." in words(page)
    assert cart_of(buyer) == {shop.tea.code: 2, shop.longan.code: 1}


def test_what_is_no_longer_sold_is_named(
    buyer: Client, order: Order, shop: SimpleNamespace, at: datetime
) -> None:
    delist_product(
        Product.objects.get(pk=shop.tea.product_id), reason="out of season", by=CLOCKWORK, at=at
    )
    page = buyer.get(buyer.post(f"{page_of(order)}again/").headers["Location"])
    assert "One thing of that order is no longer sold: Anxi Tieguanyin · 250 g tin" in words(page)
    assert cart_of(buyer) == {}


@pytest.mark.parametrize("token", ["x", "a" * 5_000, "<script>", "'; --"])
def test_a_foreign_token_in_the_address_of_the_cart_says_nothing(
    token: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    page = visitor().get("/shop/cart/", {"again": token})
    assert page.status_code == 200 and "no longer sold" not in words(page)


# --- the invoice --------------------------------------------------------------------------------


def test_an_invoice_is_wished_and_shown(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    sent = send(browser, invoice_title="莆田某某公司", invoice_tax_no="9133 0100 7996 5505 8b")
    page = words(browser.get(sent.headers["Location"]))
    assert "Invoice 莆田某某公司 91330100799655058B" in page


@pytest.mark.parametrize(
    ("title", "tax_no", "name"),
    [
        ("", "91330100799655058B", "invoice_title"),
        ("字" * 10_000, "", "invoice_title"),
        ("某某公司", "-1", "invoice_tax_no"),
        ("某某公司", "9" * 10_000, "invoice_tax_no"),
        ("某某公司", "91330100799655085B", "invoice_tax_no"),
        ("某某公司", "<b>91330100799</b>", "invoice_tax_no"),
        ("😀", "", "invoice_title"),
    ],
)
def test_a_wrong_invoice_is_told_beside_it_and_the_form_kept(
    title: str, tax_no: str, name: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    page = send(browser, invoice_title=title, invoice_tax_no=tax_no)
    assert page.status_code == 422
    assert beside(page, name)
    assert value(page, "name") == "陈小娟"
    assert value(page, "invoice_title") == title[:1_000]
    assert '<details class="invoice" open>' in page.content.decode()
    assert not Order.objects.exists()


def test_more_of_one_thing_than_is_fair_is_told_beside_the_sum(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=61)
    page = send(browser, step="anyway")
    assert page.status_code == 422
    assert beside(page, "cart") == (
        "Of “Anxi Tieguanyin · 250 g tin” one customer can order 60 pieces at present. Take fewer."
    )
    assert cart_of(browser) == {shop.tea.code: 61}
