"""Where visitors come from, kept to their order; steps, tracked links, and pages seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.traffic.actions.links import end_link, make_link
from zhanggui.books.traffic.models import Link, OriginDay, SiteDay
from zhanggui.books.traffic.pages import BUFFER, write_views
from zhanggui.books.traffic.rules.sources import DIRECT, DRAFTS, NO_PAGES, Source, is_page
from zhanggui.faces.shop.tests.conftest import put, send
from zhanggui.faces.shop.urls import shop as shop_urls
from zhanggui.ground.kernel import clock
from zhanggui.trade.orders.models import Order

PHONE = "Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/126.0 Mobile Safari/537.36"
Visitor = Callable[..., Client]


@pytest.fixture(autouse=True)
def empty_buffer() -> Iterator[None]:
    BUFFER.__init__()  # type: ignore[misc]
    yield
    BUFFER.__init__()  # type: ignore[misc]


@pytest.fixture
def poster(shop: SimpleNamespace, actor: Callable[..., Any], at: datetime) -> Link:
    return make_link(
        "minli", name="Poster", target="/shop/c/TEA/", source="poster", code="poster",
        by=actor("jiang"), at=at - timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
def phone(visitor: Visitor) -> Client:
    return visitor(headers={"User-Agent": PHONE})


def day_now(at: datetime) -> SiteDay:
    write_views(at=at)
    return SiteDay.objects.get()


def test_a_link_leads_on_and_its_order_keeps_it(
    poster: Link, shop: SimpleNamespace, phone: Client, at: datetime
) -> None:
    led = phone.get("/l/poster")
    assert (led.status_code, led["Location"]) == (302, "/shop/c/TEA/?via=poster")
    assert led["Cache-Control"] == "private, no-store"
    phone.get("/shop/?via=poster")
    put(phone, shop, tea=1)
    send(phone)
    order = Order.objects.select_related("origin__link").get()
    assert order.origin is not None and order.origin.link == poster
    day = day_now(at)
    assert (day.visitors, day.cart, day.checkout, day.placed) == (1, 1, 1, 1)
    row = OriginDay.objects.get(origin__link=poster)
    assert (row.opened, row.visits, row.visitors) == (1, 1, 1)


def test_an_order_keeps_the_last_source_that_was_not_direct(
    shop: SimpleNamespace, phone: Client
) -> None:
    phone.get("/shop/", headers={"Referer": "https://www.baidu.com/"})
    phone.get("/shop/?utm_source=douyin&utm_medium=video")
    phone.get("/shop/")
    put(phone, shop, tea=1)
    send(phone)
    origin = Order.objects.get().origin
    assert origin is not None
    assert origin.as_source == Source("campaign", "douyin", "video")


def test_a_source_counts_for_thirty_days(
    shop: SimpleNamespace, phone: Client, at: datetime
) -> None:
    with clock.stopped_at(at - timedelta(days=30, seconds=1)):
        phone.get("/shop/?utm_source=douyin")
    put(phone, shop, tea=1)
    send(phone)
    origin = Order.objects.get().origin
    assert origin is not None and origin.as_source == DIRECT


@pytest.mark.parametrize("cookie", ["", "nonsense", "a:b:c"])
def test_a_source_that_is_not_ours_is_none(
    cookie: str, shop: SimpleNamespace, phone: Client
) -> None:
    phone.get("/shop/")
    phone.cookies["source"] = cookie
    put(phone, shop, tea=1)
    send(phone)
    origin = Order.objects.get().origin
    assert origin is not None and origin.as_source == DIRECT


def test_a_link_nobody_made_is_not_there(shop: SimpleNamespace, phone: Client) -> None:
    answer = phone.get("/l/nobody")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()


def test_a_link_that_was_ended_leads_on_and_is_not_counted(
    poster: Link, shop: SimpleNamespace, phone: Client, actor: Callable[..., Any], at: datetime
) -> None:
    end_link(poster, by=actor("jiang"), at=at)
    led = phone.get("/l/poster")
    assert (led.status_code, led["Location"]) == (302, "/shop/c/TEA/")
    assert len(BUFFER) == 0


def test_a_robot_opens_a_link_and_is_not_counted(poster: Link, visitor: Visitor) -> None:
    robot = visitor(headers={"User-Agent": "Googlebot/2.1"})
    assert robot.get("/l/poster").status_code == 302
    assert len(BUFFER) == 0


def test_a_page_says_that_it_is_seen(shop: SimpleNamespace, phone: Client, at: datetime) -> None:
    page = phone.get("/shop/").content.decode()
    told = f"/shop/seen/?at={int(at.timestamp())}"
    assert f'data-seen="{told}"' in page
    seen = phone.get(told)
    assert (seen.status_code, seen.content) == (204, b"")
    for late in (int(at.timestamp()) - 601, int(at.timestamp()) + 1, "", "x", "9" * 12):
        assert phone.get(f"/shop/seen/?at={late}").status_code == 204
    day = day_now(at)
    assert (day.views, day.confirmed) == (1, 1)


def test_what_was_refused_is_no_step(shop: SimpleNamespace, phone: Client, at: datetime) -> None:
    phone.get("/shop/")
    sku = shop.tea.code
    assert phone.post("/shop/cart/add/", {"sku": sku, "quantity": "x"}).status_code == 422
    assert day_now(at).cart == 0


def test_the_rules_know_which_addresses_are_pages() -> None:
    """What the shop shows as pages is what a log is counted by."""
    paths = {f"/shop/{url.pattern}" for url in shop_urls}
    no_pages = {path for path in paths if not is_page(path)}
    own = {f"{DRAFTS}<int:pk>/", "/shop/style-<slug:digest>.css"}
    assert no_pages == {*NO_PAGES, *own}
