"""Searching the shop: what is found and in which order, facets, offers, and hostile words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.books.catalogue.actions.products import edit_product
from zhanggui.books.catalogue.models import Product
from zhanggui.books.prices.actions import delist_product
from zhanggui.books.search.models import MissedWord
from zhanggui.books.search.pages import MISSES, write_misses
from zhanggui.faces.shop.tests.conftest import LICHENG, words
from zhanggui.faces.shop.tests.test_pages_browse import more_goods
from zhanggui.ground.kernel.actor import CLOCKWORK

Visitor = Callable[..., Client]

SEARCH = "/shop/search/"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
ONLY_PART = {"HX-Request": "true"}


def found(browser: Client, text: str, **how: Any) -> list[str]:
    """Return the codes of the products a search shows, in their order."""
    page = browser.get(SEARCH, {"q": text, **how})
    assert page.status_code == 200
    return [card.product.code for card in page.context.get("list", {}).get("cards", [])]


def facet(page: Any, title: str) -> dict[str, Any]:
    """Return one way of narrowing a page offers: its choices by title."""
    (one,) = [f for f in page.context["facets"] if f["title"] == title]
    return {choice["title"]: choice for choice in one["choices"]}


@pytest.mark.parametrize("text", ["铁观音", "tieguanyin", "axtgy", "Tieguanyin", "TG-250", "安溪"])
def test_search_finds_by(text: str, shop: SimpleNamespace, visitor: Visitor) -> None:
    page = visitor().get(SEARCH, {"q": text})
    assert [card.product.code for card in page.context["list"]["cards"]] == ["TG"]
    assert '<meta name="robots" content="noindex, follow">' in page.content.decode()


def test_search_never_shows_what_was_taken_off_sale(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    assert found(visitor(), "铁观音") == ["TG"]
    delist_product(Product.objects.get(code="TG"), reason="season is over", by=CLOCKWORK, at=at)
    assert found(visitor(), "铁观音") == [] and found(visitor(), "TG-250") == []


def test_search_says_what_it_took_a_mistyped_word_for(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    page = visitor().get(SEARCH, {"q": "tieguanyni"})
    assert "Did you mean tieguanyin ?" in words(page)
    assert [card.product.code for card in page.context["list"]["cards"]] == ["TG"]
    assert "Did you mean" not in words(visitor().get(SEARCH, {"q": "tieguanyin"}))


def test_search_says_that_no_goods_have_all_words(shop: SimpleNamespace, visitor: Visitor) -> None:
    page = visitor().get(SEARCH, {"q": "桂圆 礼盒"})
    assert "No goods match all of “桂圆 礼盒”. These match most of it." in words(page)
    assert [card.product.code for card in page.context["list"]["cards"]] == ["LY"]


def test_search_without_a_hit_says_how_to_go_on(shop: SimpleNamespace, visitor: Visitor) -> None:
    page = visitor().get(SEARCH, {"q": "<b>😀"})
    said = words(page)
    assert "“<b>😀”" in said
    assert "Nothing found" in said and "What others buy" in said and "All goods" in said
    assert "<b>😀" not in page.content.decode().replace("&lt;b&gt;😀", "")


# --- order -------------------------------------------------------------------------------------


def test_search_shows_goods_in_stock_first_among_equals(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    assert found(visitor(), "FOOD") == found(visitor(), "food") == ["LY", "TG", "XH"]
    assert found(visitor(), "food", stock="1") == ["LY", "TG"]


def test_search_is_ordered_by_name_before_brand(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    tea, noodles = Product.objects.get(code="TG"), Product.objects.get(code="XH")
    for product, brand in ((tea, "兴化老号"), (noodles, "")):
        edit_product(
            product,
            name_zh=product.name_zh,
            name_en=product.name_en,
            category=product.category,
            brand=brand,
            unit_zh="件",
            unit_en="piece",
            by=CLOCKWORK,
            at=at,
        )
    assert found(visitor(), "兴化") == ["XH", "TG"]  # though noodles are sold out


def test_search_can_be_ordered_by_price_and_age(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    more_goods(shop, 3, at=at)
    assert found(visitor(), "thing") == ["G3", "G4", "G5"]
    assert found(visitor(), "thing", sort="high") == ["G5", "G4", "G3"]
    assert found(visitor(), "thing", sort="low") == ["G3", "G4", "G5"]
    assert sorted(found(visitor(), "thing", sort="new")) == ["G3", "G4", "G5"]
    assert found(visitor(), "thing", sort="nonsense") == ["G3", "G4", "G5"]


def test_search_is_read_page_by_page(shop: SimpleNamespace, visitor: Visitor, at: datetime) -> None:
    more_goods(shop, 26, at=at)
    first = visitor().get(SEARCH, {"q": "thing"})
    second = visitor().get(first.context["list"]["next"])
    assert (first.context["list"]["total"], first.context["list"]["pages"]) == (26, 2)
    shown = [
        card.product.code for page in (first, second) for card in page.context["list"]["cards"]
    ]
    assert len(shown) == len(set(shown)) == 26
    for page in ("-1", "0", "99999999", "x"):
        assert visitor().get(SEARCH, {"q": "thing", "page": page}).status_code == 200


# --- facets ------------------------------------------------------------------------------------


def test_every_count_is_the_number_of_rows_behind_it(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    more_goods(shop, 30, at=at)
    browser = visitor()
    queue, seen = [f"{SEARCH}?q=food", f"{SEARCH}?q=food&stock=1&sort=high"], set()
    while queue and len(seen) < 30:
        url = queue.pop(0)
        page = browser.get(url)
        seen.add(url)
        for one in page.context["facets"]:
            for choice in one["choices"]:
                behind = browser.get(choice["url"]).context["list"]["total"]
                if choice["url"] not in seen and not (one.get("switch") and choice["current"]):
                    assert behind == choice["n"], (url, choice)
                    queue.append(choice["url"])
    assert len(seen) > 5


def test_facets_are_kept_in_the_address_and_can_be_given_up(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    browser = visitor()
    page = browser.get(SEARCH, {"q": "food"})
    assert [f["title"] for f in page.context["facets"]] == ["Price", "In stock"]
    bands = facet(page, "Price")
    assert {title: choice["n"] for title, choice in bands.items()} == {
        "under ¥20": 1, "¥20 to 50": 1, "¥50 to 100": 1,
    }  # fmt: skip
    narrowed = browser.get(bands["¥50 to 100"]["url"] + "&sort=low")
    assert [card.product.code for card in narrowed.context["list"]["cards"]] == ["TG"]
    assert narrowed.context["everything"] == "/shop/search/?q=food&sort=low"
    assert 'href="/shop/search/?q=food&sort=low"' in unescape(narrowed.content.decode())
    assert facet(narrowed, "In stock")["In stock"]["n"] == 1


def test_narrowing_to_nothing_offers_the_way_back(shop: SimpleNamespace, visitor: Visitor) -> None:
    page = visitor().get(SEARCH, {"q": "兴化", "stock": "1"})
    assert "Nothing left after narrowing" in words(page)
    assert "Without the filters there is 1 product." in words(page)


@pytest.mark.parametrize(
    "wrong", ["c=NONE", "brand=9", "brand=x", "price=9", "price=-1", "price=١", "stock=2", "c=%00"]
)
def test_what_an_address_says_wrongly_does_no_harm(
    wrong: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    assert visitor().get(f"{SEARCH}?q=food&{wrong}").status_code == 200


# --- while typing ------------------------------------------------------------------------------


def test_suggest_offers_goods_and_shelves(shop: SimpleNamespace, visitor: Visitor) -> None:
    part = visitor().get(f"{SEARCH}offers/", {"q": "tieg"}, headers=ONLY_PART)
    text = part.content.decode()
    assert "<html" not in text and 'href="/shop/p/TG/"' in text and "¥68" in text
    assert "Show 1 product" in words(part)
    assert '/shop/c/FOOD/"' in (
        visitor().get(f"{SEARCH}offers/", {"q": "food"}, headers=ONLY_PART).content.decode()
    )


def test_suggest_says_little_where_there_is_nothing(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    none = visitor().get(f"{SEARCH}offers/", {"q": "qqqq"}, headers=ONLY_PART)
    assert words(none) == "Nothing found for “qqqq” so far."
    empty = visitor().get(f"{SEARCH}offers/", {"q": " "}, headers=ONLY_PART)
    assert empty.content.decode().strip() == ""


def test_suggest_without_script_is_the_search_itself(visitor: Visitor) -> None:
    page = visitor().get(f"{SEARCH}offers/", {"q": "桂圆 茶"})
    assert (page.status_code, page.headers["Location"]) == (
        302,
        "/shop/search/?q=%E6%A1%82%E5%9C%86+%E8%8C%B6",
    )


def test_every_page_has_the_field_as_a_plain_form(shop: SimpleNamespace, visitor: Visitor) -> None:
    text = visitor().get("/shop/").content.decode()
    form = re.search(r'(?s)<form class="find" action="/shop/search/".*?</form>', text)
    assert form and 'name="q"' in form[0] and "<button" in form[0]


# --- hostile words, statements, misses -----------------------------------------------------------


@pytest.mark.parametrize("path", [SEARCH, f"{SEARCH}offers/"])
@pytest.mark.parametrize(
    "text",
    [
        "😀", "\x00", "桂圆\x00", "x" * 10_000, "桂" * 10_000, "' OR 1=1 --", '"桂圆" NEAR/2 *',
        "<script>alert(1)</script>", "%", "\u202e", "a " * 3_000, "🇨🇳", "\ud83d".encode(
            "utf-16", "surrogatepass").decode("utf-16", "ignore"),
    ],
)  # fmt: skip
def test_search_answers_plainly_whatever_is_typed(
    text: str, path: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    page = visitor().get(path, {"q": text}, headers=ONLY_PART if path != SEARCH else {})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    if path == SEARCH:
        assert len(page.context["text"]) <= 60


def test_statements_do_not_grow_with_what_is_found(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    browser = visitor()
    browser.cookies["shop_district"] = LICHENG
    asked = {}
    for more in (3, 20):
        more_goods(shop, more, at=at)
        for path in (f"{SEARCH}?q=thing", f"{SEARCH}?q=food&stock=1&price=0", f"{SEARCH}?q=thnig"):
            browser.get(path)
            with CaptureQueriesContext(connection) as statements:
                browser.get(path)
            asked.setdefault(path, []).append(len(statements))
    assert all(few == many for few, many in asked.values()), asked
    assert max(many for _few, many in asked.values()) <= 18, asked


def test_a_search_that_found_nothing_is_counted(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    MISSES.__init__()
    browser = visitor(headers={"User-Agent": PHONE})
    for text in ("荔枝", "桂圆", "荔枝 ", "13850307261", "桂圆 礼盒"):
        browser.get(SEARCH, {"q": text})
    browser.get(SEARCH, {"q": "荔枝", "page": "2"})
    browser.get(f"{SEARCH}offers/", {"q": "榴莲"}, headers=ONLY_PART)
    visitor(headers={"User-Agent": "Googlebot/2.1"}).get(SEARCH, {"q": "榴莲"})
    write_misses(at=at + timedelta(seconds=1))
    assert dict(MissedWord.objects.values_list("word", "times")) == {"荔枝": 2, "桂圆 礼盒": 1}
