"""Looking around: every page in both languages, what it says, and what it costs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.books.catalogue.actions.introductions import introduce_category, introduce_product
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import add_sku, enter_product, make_ready
from zhanggui.books.catalogue.models import Category, Product
from zhanggui.books.prices.actions import delist_product, list_product, set_price
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.rules import Line
from zhanggui.faces.shop.queries.assortment import best_sellers
from zhanggui.faces.shop.tests.conftest import LICHENG, put, words
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.media.tests.drawing import sound

Visitor = Callable[..., Client]

PAGES = [
    "/shop/",
    "/shop/goods/",
    "/shop/c/FOOD/",
    "/shop/search/?q=tieguanyin",
    "/shop/search/",
    "/shop/p/TG/",
    "/shop/district/",
    "/shop/cart/",
    "/shop/checkout/",
    "/shop/orders/",
]


def shelf_of(page: Any, source: str) -> list[str]:
    """Return the codes of the products on the shelf of the home page that shows a source."""
    (shelf,) = [p for p in page.context["parts"] if (p.kind, p.source) == ("shelf", source)]
    return [card.product.code for card in shelf.cards]


def more_goods(shop: SimpleNamespace, count: int, *, at: datetime, cut: bool = False) -> None:
    """Put further products on sale, each with a picture and some stock."""
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at - timedelta(days=1)}
    food = Category.objects.get(code="FOOD")
    had = Product.objects.count()
    for n in range(had, had + count):
        named = {
            "name_zh": f"商品{n}",
            "name_en": f"Thing {n}",
            "unit_zh": "件",
            "unit_en": "piece",
        }
        product = enter_product(None, code=f"G{n}", category=food, **named, **act)
        variant = {"variant_zh": "一件", "variant_en": "one", "weight_g": 100}
        sku = add_sku(product, code=f"G{n}-1", **variant, **act)
        attach_picture(product, sound=sound(size=(320, 240 + n)), alt_zh="商品", **act)
        make_ready(Product.objects.get(pk=product.pk), **act)
        price = {"price_fen": 1_000 + n, "market_fen": 2_000 + n if cut else None}
        set_price(sku, since=act["at"], reason="first", **price, **act)
        list_product(Product.objects.get(pk=product.pk), **act)
        receive_goods(shop.putian, lines=[Line(sku.pk, 9)], note="LS-2", **act)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_in_both_languages(
    path: str, language: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor(language)
    browser.cookies["shop_district"] = LICHENG
    page = browser.get(path)
    assert page.status_code == 200
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in page.content.decode()
    assert page.headers["Cache-Control"].startswith("private, ")
    assert page.content.decode().count("<h1") == 1
    assert "style=" not in page.content.decode()


@pytest.mark.parametrize("path", [*PAGES[:5], *PAGES[6:]])
def test_every_page_stands_before_there_is_anything(path: str, visitor: Visitor) -> None:
    if path != "/shop/c/FOOD/":
        assert visitor().get(path).status_code == 200


def test_home_promises_what_the_district_gets(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    assert "Choose your district and see by when we are there" in words(browser.get("/shop/"))
    browser.cookies["shop_district"] = LICHENG
    assert "Licheng District: ordered before 16:00, there today before 20:00" in words(
        browser.get("/shop/")
    )


def test_home_promises_the_next_day_after_the_cut(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    from zhanggui.ground.kernel import clock

    browser = visitor()
    browser.cookies["shop_district"] = LICHENG
    with clock.stopped_at(at.replace(hour=16, minute=0)):
        said = words(browser.get("/shop/"))
    assert "Licheng District: ordered now, there tomorrow before 12:00" in said


def test_home_shows_new_goods_until_enough_were_sold(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    page = visitor().get("/shop/")
    assert "New on the shelf" in words(page)
    assert shelf_of(page, "best") == ["XH", "LY", "TG"]


def test_home_shows_what_is_well_below_the_market(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    more_goods(shop, 2, at=at, cut=True)
    page = visitor().get("/shop/")
    assert shelf_of(page, "saving") == ["G3", "G4"]
    assert "Market price ¥20.03" in words(page)


def test_a_category_can_be_looked_at_in_other_orders(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    def codes(query: str) -> list[str]:
        listing = visitor().get(f"/shop/c/FOOD/{query}").context["list"]
        return [card.product.code for card in listing["cards"]]

    assert codes("") == ["LY", "TG", "XH"]
    assert codes("?sort=low") == ["XH", "LY", "TG"]
    assert codes("?sort=high") == ["TG", "LY", "XH"]
    assert codes("?sort=nonsense&page=-3") == ["LY", "TG", "XH"]


def test_a_long_shelf_is_read_page_by_page(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    more_goods(shop, 23, at=at)
    first = visitor().get("/shop/goods/?sort=low").context["list"]
    assert (len(first["cards"]), first["total"], first["pages"]) == (24, 26, 2)
    assert (first["prev"], first["next"]) == ("", "/shop/goods/?sort=low&page=2")
    last = visitor().get("/shop/goods/?sort=low&page=99999999").context["list"]
    assert first["cards"] != last["cards"] or len(last["cards"]) == 24
    last = visitor().get("/shop/goods/?sort=low&page=2").context["list"]
    assert (len(last["cards"]), last["prev"]) == (2, "/shop/goods/?sort=low")


def test_a_product_says_price_stock_and_promise(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    browser.cookies["shop_district"] = LICHENG
    said = words(browser.get("/shop/p/TG/"))
    for part in (
        "Anxi Tieguanyin",
        "¥68.00",
        "In stock for Licheng District",
        "There today before 20:00 when ordered before 16:00 orders from ¥10.00",
        "Into the cart",
        "Buy now",
    ):
        assert part in said
    assert "Few left 5 pieces left" in words(browser.get("/shop/p/LY/"))
    assert (
        "On order None in stock for Licheng District now. "
        "Order all the same: we call you and agree on when." in words(browser.get("/shop/p/XH/"))
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "1 day"), (30, "1 month"), (540, "18 months"), (365, "1 year"), (730, "2 years")],
)
def test_a_product_says_how_long_it_keeps(
    days: int, said: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    with guard.writes_open():
        Product.objects.filter(code="TG").update(shelf_life_days=days)
    assert f"Keeps for {said}" in words(visitor().get("/shop/p/TG/"))


def test_stock_is_that_of_the_district(shop: SimpleNamespace, visitor: Visitor) -> None:
    from zhanggui.ground.org.models import Area
    from zhanggui.trade.orders.actions.promises import publish_promise
    from zhanggui.trade.orders.tests.conftest import HOURS

    act: dict[str, Any] = {"by": CLOCKWORK, "at": shop.promise.published_at}
    publish_promise("fujian", area=Area.objects.get(pk="quanzhou"), **HOURS, **act)
    browser = visitor()
    browser.cookies["shop_district"] = "350502"
    assert "None in stock for Licheng District of Quanzhou now." in words(
        browser.get("/shop/p/TG/")
    )


def test_a_variant_has_its_own_address_and_its_own_part(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at - timedelta(days=1)}
    tea = shop.tea.product
    box = add_sku(
        tea, code="TG-500", variant_zh="500g 礼盒", variant_en="500 g box", weight_g=500, **act
    )
    set_price(box, price_fen=12_800, since=act["at"], reason="first", **act)
    browser = visitor()
    assert "from ¥68.00" in words(browser.get("/shop/c/FOOD/"))
    whole = words(browser.get("/shop/p/TG/?sku=TG-500"))
    assert "¥128.00" in whole and "500 g box" in whole
    part = browser.get(
        "/shop/p/TG/?sku=TG-500", headers={"HX-Request": "true", "HX-Target": "offer"}
    )
    assert part.content.decode().lstrip().startswith('<div class="offer" id="offer">')
    assert "¥128.00" in words(part)
    assert "¥68.00" in words(browser.get("/shop/p/TG/?sku=nonsense"))


def test_a_product_taken_off_sale_says_so(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    delist_product(shop.tea.product, reason="season over", by=CLOCKWORK, at=at)
    page = visitor().get("/shop/p/TG/")
    assert page.status_code == 200
    assert "This product is no longer on sale. Similar goods stand below." in words(page)
    assert "Into the cart" not in words(page).replace("Into the cart: ", "")


@pytest.mark.parametrize("path", ["/shop/p/nope/", "/shop/c/nope/", "/shop/nothing/here/"])
def test_what_is_not_there_is_said_in_the_shops_looks(
    path: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    page = visitor().get(path)
    assert page.status_code == 404
    assert "There is nothing at this address." in words(page)
    assert "shop/shop.css" in page.content.decode()
    assert "Today" not in words(page)


def test_a_product_speaks_to_search_engines(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    page = visitor().get("/shop/p/TG/?sku=TG-250").content.decode()
    said = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert said
    product, way = json.loads(said[1])
    assert (product["@type"], product["sku"], product["name"]) == (
        "Product",
        "TG",
        "Anxi Tieguanyin",
    )
    assert product["offers"][0]["price"] == "68.00"
    assert product["offers"][0]["availability"] == "https://schema.org/InStock"
    assert [step["name"] for step in way["itemListElement"]] == ["Shop", "Food", "Anxi Tieguanyin"]
    assert '<link rel="canonical" href="http://testserver/shop/p/TG/">' in page
    assert '<meta property="og:title" content="Anxi Tieguanyin">' in page
    image = re.search(r'property="og:image" content="http://testserver(/pictures/[^"]+)"', page)
    assert image and visitor().get(image[1]).headers["Content-Type"] == "image/jpeg"


def test_linked_data_cannot_end_its_element(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    from zhanggui.books.catalogue.actions.products import edit_product

    tea = Product.objects.select_related("category").get(code="TG")
    named = {"name_zh": tea.name_zh, "name_en": tea.name_en, "category": tea.category}
    named |= {"unit_zh": "件", "unit_en": "piece"}
    story = "</script><script>alert(1)</script>"
    edit_product(tea, **named, story_zh=story, story_en=story, by=CLOCKWORK, at=at)
    page = visitor().get("/shop/p/TG/").content.decode()
    assert "<script>alert" not in page


def test_pictures_come_in_modern_formats_and_sizes(shop: SimpleNamespace, visitor: Visitor) -> None:
    page = visitor().get("/shop/goods/").content.decode()
    assert page.count('type="image/avif"') >= 3 and page.count('type="image/webp"') >= 3
    for image in re.findall(r"<img [^>]*>", page):
        assert " width=" in image and " height=" in image and " alt=" in image


def test_sitemap_and_robots(shop: SimpleNamespace, visitor: Visitor) -> None:
    sitemap = visitor().get("/shop/sitemap.xml")
    assert sitemap.headers["Content-Type"] == "application/xml"
    assert "<loc>http://testserver/shop/p/TG/</loc>" in sitemap.content.decode()
    robots = visitor().get("/robots.txt").content.decode()
    assert "Disallow: /shop/order/\n" in robots and "Allow: /shop/\n" in robots


# --- the district -------------------------------------------------------------------------------


def test_a_district_is_chosen_and_remembered(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    page = browser.get("/shop/district/?next=/shop/p/TG/")
    assert "Putian" in words(page) and "Licheng District" in words(page)
    sent = browser.post("/shop/district/", {"district": LICHENG, "next": "/shop/p/TG/"})
    assert (sent.status_code, sent.headers["Location"]) == (302, "/shop/p/TG/")
    assert "In stock for Licheng District" in words(browser.get("/shop/p/TG/"))


@pytest.mark.parametrize("code", ["110101", "", "x", "350304000001"])
def test_a_district_not_served_is_refused_with_a_sentence(
    code: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    page = browser.post("/shop/district/", {"district": code})
    assert page.status_code == 422
    assert "We do not deliver to that district yet. Choose one of these." in words(page)
    assert "shop_district" not in browser.cookies


@pytest.mark.parametrize("onward", ["https://evil.example/shop/", "//evil.example/shop/", "/desk/"])
def test_a_district_leads_on_within_the_shop_only(
    onward: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    sent = visitor().post("/shop/district/", {"district": LICHENG, "next": onward})
    assert sent.headers["Location"] == "/shop/"


@pytest.mark.parametrize("code", ["110101", "999999", "35030", "abcdef", "'; --"])
def test_a_stale_district_is_as_none(code: str, shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    browser.cookies["shop_district"] = code
    assert "Choose your district" in words(browser.get("/shop/"))


# --- statements ---------------------------------------------------------------------------------


def statements(browser: Client, path: str) -> int:
    browser.get(path)  # the company is read once
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


MOST = {
    "/shop/": 17,
    "/shop/goods/": 15,
    "/shop/c/FOOD/": 14,
    "/shop/search/?q=g": 17,
    "/shop/p/TG/": 18,
    "/shop/cart/": 11,
    "/shop/checkout/": 14,
}


def test_statements_do_not_grow_with_the_goods(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    browser = visitor()
    browser.cookies["shop_district"] = LICHENG
    more_goods(shop, 9, at=at, cut=True)
    put(browser, shop, tea=1)
    few = {path: statements(browser, path) for path in MOST}
    more_goods(shop, 12, at=at, cut=True)
    put(browser, shop, longan=1, noodles=1)
    many = {path: statements(browser, path) for path in MOST}
    assert many == few
    assert {path: n for path, n in many.items() if n > MOST[path]} == {}


def test_search_engines_are_told_what_was_written_for_them(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    plain = visitor().get("/shop/p/TG/").content.decode()
    product = Product.objects.get(code="TG")
    assert f"<title>{product.name_en} · Minli Market</title>" in plain
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at}
    words = {"seo_title_en": "Oolong by post", "seo_text_en": "Light & fresh."}
    introduce_product(product, **words, **act)
    introduce_category(Category.objects.get(code="FOOD"), **words, **act)
    for path in ("/shop/p/TG/", "/shop/c/FOOD/"):
        page = visitor().get(path).content.decode()
        assert "<title>Oolong by post · Minli Market</title>" in page
        assert '<meta name="description" content="Light &amp; fresh.">' in page
        assert 'og:title" content="Oolong by post' in page
    chinese = visitor(language="zh-hans").get("/shop/p/TG/").content.decode()
    assert f"<title>{product.name_zh} · " in chinese


def test_words_are_sent_packed_and_pictures_as_they_are(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    plain = browser.get("/shop/")
    packed = browser.get("/shop/", headers={"accept-encoding": "gzip, br"})
    assert (plain.headers.get("Content-Encoding"), packed["Content-Encoding"]) == (None, "gzip")
    assert len(packed.content) * 4 < len(plain.content)
    assert "Accept-Encoding" in packed["Vary"]
    page = gzip.decompress(packed.content).decode()
    assert page.count("<article") == plain.content.decode().count("<article")
    picture = re.search(r'srcset="(/pictures/[^ ]+\.avif)', page)
    assert picture is not None
    seen = browser.get(picture[1], headers={"accept-encoding": "gzip"})
    assert (seen.status_code, seen.headers.get("Content-Encoding")) == (200, None)


def test_best_sellers_are_counted_once_in_a_quarter_of_an_hour(
    shop: SimpleNamespace, at: datetime
) -> None:
    found = []
    with CaptureQueriesContext(connection) as asked:
        for micros in range(0, 840_000_000, 7_654_321):
            found.append(best_sellers(at=at + timedelta(microseconds=micros), most=5))
    assert len(found) > 100
    assert sum("orders_orderline" in query["sql"] for query in asked) == 1
    with CaptureQueriesContext(connection) as asked:
        best_sellers(at=at + timedelta(minutes=15), most=5)
    assert sum("orders_orderline" in query["sql"] for query in asked) == 1
