"""After ordering: the page behind the secret link, calling off, and one's own orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.faces.shop.tests.conftest import put, send, words
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.orders.actions.shortages import wait_for_goods
from zhanggui.trade.orders.models import Order, Shortage

Visitor = Callable[..., Client]


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


def test_the_link_tells_what_was_ordered(order: Order, visitor: Visitor) -> None:
    page = visitor().get(page_of(order))
    said = words(page)
    for part in (
        f"Order {order.number}",
        "Confirmed; your goods are set aside",
        "There today before 20:00",
        "To pay the courier in cash ¥136.00",
        "¥100 × 1 + ¥20 × 1 + ¥10 × 1 + ¥5 × 1 + ¥1 × 1",
        "Or have ¥140 ready: you get ¥4.00 back.",
        "Anxi Tieguanyin · 250 g tin ¥68.00 × 2 ¥136.00",
        "陈小娟 138****7261",
        "福建省莆田市荔城区胜利路58号3栋502室",
    ):
        assert part in said
    assert "13850307261" not in page.content.decode()


def test_the_link_is_nobody_elses_and_not_for_search_engines(
    order: Order, visitor: Visitor
) -> None:
    page = visitor().get(page_of(order))
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex, nofollow">' in page.content.decode()
    assert 'rel="canonical"' not in page.content.decode()


@pytest.mark.parametrize("token", ["x", "a" * 43, "0", "none"])
def test_a_link_that_leads_nowhere_is_a_404(token: str, order: Order, visitor: Visitor) -> None:
    for page in (
        visitor().get(f"/shop/order/{token}/"),
        visitor().post(f"/shop/order/{token}/cancel/"),
    ):
        assert page.status_code == 404
        assert "There is nothing at this address." in words(page)


def test_an_order_in_screening_says_so(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    said = words(browser.get(send(browser, address="胜利路").headers["Location"]))
    assert "Placed; we are checking it Usually within 15 minutes." in said


def test_on_the_road_the_courier_is_named_with_his_phone(
    order: Order, visitor: Visitor, at: datetime
) -> None:
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at}
    chen = Person.objects.get(user="chen")
    run = form_run("putian", courier=chen, orders=[order.pk], **act)
    assert chen.name not in words(visitor().get(page_of(order)))
    pick_run(run, **act)
    assert "Packed The parcel waits for the courier" in words(visitor().get(page_of(order)))
    run.refresh_from_db()
    load_run(run, **act)
    page = visitor().get(page_of(order))
    assert "On the road to you" in words(page)
    assert f"{chen.name} brings it Yours is the next door {chen.phone}" in words(page)
    assert f'href="tel:{chen.phone}"' in page.content.decode()
    assert "to call it off, tell the courier at the door" in words(page)


def test_late_is_said_and_sorry(order: Order, visitor: Visitor, at: datetime) -> None:
    from zhanggui.ground.kernel import clock

    with clock.stopped_at(at + timedelta(days=1)):
        said = words(visitor().get(page_of(order)))
    assert "Promised for 23 Nov 20:00. We are late, and sorry for it." in said


def test_what_is_short_is_told_as_it_was_agreed(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    browser = visitor()
    put(browser, shop, noodles=2)
    where = send(browser, step="anyway").headers["Location"]
    assert "Confirmed; some goods are short" in words(browser.get(where))
    assert "2 pieces are short: we call you about them." in words(browser.get(where))
    wait_for_goods(
        Shortage.objects.get(), expected_at=at + timedelta(days=2), note="", by=CLOCKWORK, at=at
    )
    assert "2 pieces are short: expected by 25 Nov." in words(browser.get(where))


# --- calling off --------------------------------------------------------------------------------


def test_cancel_own_order_by_the_link(buyer: Client, order: Order) -> None:
    sent = buyer.post(f"{page_of(order)}cancel/", {"reason": "Ordered twice"})
    assert sent.headers["Location"] == f"{page_of(order)}?cancelled=1"
    page = words(buyer.get(sent.headers["Location"]))
    assert "Your order is called off." in page and "The order is cancelled" in page
    assert "To pay the courier in cash" not in page
    order.refresh_from_db()
    assert (order.state, order.reason) == ("cancelled", "Ordered twice")


def test_cancel_own_order_is_refused_once_it_is_packed(
    buyer: Client, order: Order, at: datetime
) -> None:
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at}
    chen = Person.objects.get(user="chen")
    pick_run(form_run("putian", courier=chen, orders=[order.pk], **act), **act)
    facts = Fact.objects.count()
    page = buyer.post(f"{page_of(order)}cancel/")
    assert page.status_code == 409
    assert 'role="alert"' in page.content.decode()
    assert Fact.objects.count() == facts
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_cancelling_twice_changes_nothing(buyer: Client, order: Order) -> None:
    buyer.post(f"{page_of(order)}cancel/")
    facts = Fact.objects.count()
    assert buyer.post(f"{page_of(order)}cancel/").status_code == 409
    assert Fact.objects.count() == facts


# --- one's own ----------------------------------------------------------------------------------


def test_own_orders_are_those_of_this_device(
    buyer: Client, order: Order, visitor: Visitor, shop: SimpleNamespace
) -> None:
    said = words(buyer.get("/shop/orders/"))
    assert order.number in said and "Confirmed; your goods are set aside" in said
    assert "No order yet on this device" in words(visitor().get("/shop/orders/"))
    put(buyer, shop, longan=1)
    send(buyer, phone="13959412206")
    page = buyer.get("/shop/orders/")
    assert [entry.order.pk for entry in page.context["remembered"]] == [
        order.pk + 1,
        order.pk,
    ]


def test_a_forged_list_of_orders_is_none(order: Order, visitor: Visitor) -> None:
    browser = visitor()
    browser.cookies["shop_orders"] = f"{order.token}:forged"
    assert "No order yet on this device" in words(browser.get("/shop/orders/"))


def test_the_part_that_is_looked_at_again_is_the_page_itself(buyer: Client, order: Order) -> None:
    part = buyer.get(page_of(order), headers={"HX-Request": "true", "HX-Target": "track"})
    assert part.content.decode().lstrip().startswith('<div class="stack" id="track" hx-get=')
    buyer.post(f"{page_of(order)}cancel/")
    part = buyer.get(page_of(order), headers={"HX-Request": "true", "HX-Target": "track"})
    assert "hx-get" not in part.content.decode().split(">")[0]


def test_statements_of_tracking_do_not_grow_with_the_lines(
    order: Order, shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=1, longan=1)
    send(browser, phone="13959412206")
    larger = Order.objects.exclude(pk=order.pk).get()
    counts = []
    for one in (order, larger):
        with CaptureQueriesContext(connection) as asked:
            visitor().get(page_of(one))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
