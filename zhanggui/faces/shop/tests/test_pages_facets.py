"""What is said of goods, as customers read it, narrow a shelf by it and search by it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.books.catalogue.actions.attributes import add_attribute, describe_product
from zhanggui.books.catalogue.actions.options import place_skus
from zhanggui.books.catalogue.actions.products import add_sku
from zhanggui.books.catalogue.models import Attribute, Category, Product
from zhanggui.books.catalogue.rules.attributes import Value
from zhanggui.books.prices.actions import set_price
from zhanggui.faces.shop.tests.conftest import words
from zhanggui.faces.shop.tests.test_pages_browse import more_goods
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.editions import forget_all

Visitor = Callable[..., Client]


@pytest.fixture
def described(shop: SimpleNamespace, at: datetime) -> SimpleNamespace:
    """Return a shelf whose goods say their roast, whether they are organic, and their weight."""
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at}
    food = Category.objects.get(code="FOOD")
    more_goods(shop, 4, at=at)

    def ask(code: str, kind: str, **how: Any) -> Attribute:
        return add_attribute(food, code=code, kind=kind, **how, **act)

    roast = ask(
        "roast", "choice", name_zh="焙火", name_en="Roast", facet=True,
        choices="light | 清香 | Light roast\ndark | 浓香 | Dark roast\nraw | 生 | Unroasted",
    )  # fmt: skip
    ask("organic", "yes_no", name_zh="有机", name_en="Organic", facet=True)
    ask("net", "number", name_zh="净含量", name_en="Net weight", unit_zh="克", unit_en="g")
    fresh = Product.objects.filter(category=food, code__startswith="G").order_by("pk")
    for place, product in enumerate(fresh):
        values = {
            "roast": Value("light" if place % 2 else "dark"),
            "organic": Value("yes" if place < 2 else "no"),
            "net": Value("", 1500),
        }
        describe_product(product, values=values, **act)
    return SimpleNamespace(roast=roast, codes=[p.code for p in fresh])


def test_a_product_tells_what_is_said_of_it(described: SimpleNamespace, visitor: Visitor) -> None:
    page = visitor().get(f"/shop/p/{described.codes[0]}/")
    assert "<dt>Roast</dt><dd>Dark roast</dd>" in page.content.decode()
    assert "Net weight 1.5 g" in words(page)
    data = re.search(r"<script type=\"application/ld\+json\">(.*?)</script>", page.content.decode())
    assert data is not None
    product = json.loads(data[1])[0]
    assert product["additionalProperty"] == [
        {"@type": "PropertyValue", "name": "Roast", "value": "Dark roast"},
        {"@type": "PropertyValue", "name": "Organic", "value": "Yes"},
        {"@type": "PropertyValue", "name": "Net weight", "value": "1.5 g"},
    ]
    chinese = words(visitor(language="zh-hans").get(f"/shop/p/{described.codes[0]}/"))
    assert "焙火 浓香 有机 是 净含量 1.5 克" in chinese


def choices(response: Any) -> dict[str, dict[str, int]]:
    """Return the facets of a page: title, and its choices with what they leave."""
    return {
        str(facet["title"]): {str(one["title"]): one["n"] for one in facet["choices"]}
        for facet in response.context["facets"]
    }


def test_a_shelf_is_narrowed_and_counts_what_each_choice_leaves(
    described: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    page = browser.get("/shop/c/FOOD/")
    assert choices(page) == {
        "Roast": {"Light roast": 2, "Dark roast": 2},
        "Organic": {"Yes": 2, "No": 2},
    }
    dark = browser.get("/shop/c/FOOD/?a-roast=dark")
    assert dark.context["list"]["total"] == 2
    assert choices(dark) == {
        "Roast": {"Light roast": 2, "Dark roast": 2},
        "Organic": {"Yes": 1, "No": 1},
    }
    both = browser.get("/shop/c/FOOD/?a-roast=dark&a-organic=yes&sort=low")
    assert [card.product.code for card in both.context["list"]["cards"]] == [described.codes[0]]
    assert 'href="/shop/c/FOOD/?sort=low"' in both.content.decode()
    roast = next(f for f in both.context["facets"] if f["title"] == "Roast")
    assert (roast["chosen"], roast["all"]) == (
        "Dark roast", "/shop/c/FOOD/?a-organic=yes&sort=low",
    )  # fmt: skip


def test_every_choice_leads_to_as_many_goods_as_it_says(
    described: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    page = browser.get("/shop/c/FOOD/?a-organic=no")
    for facet in page.context["facets"]:
        for one in facet["choices"]:
            assert browser.get(one["url"]).context["list"]["total"] == one["n"]


@pytest.mark.parametrize("asked", ["a-roast=none", "a-net=1500", "a-x=y", "a-roast="])
def test_what_an_address_says_wrongly_is_not_said(
    described: SimpleNamespace, visitor: Visitor, asked: str
) -> None:
    page = visitor().get(f"/shop/c/FOOD/?{asked}")
    assert page.context["list"]["total"] == 7
    assert page.context["narrowed"] is False


def test_narrowing_to_nothing_says_so(described: SimpleNamespace, visitor: Visitor) -> None:
    page = visitor().get("/shop/c/FOOD/?a-roast=raw")
    assert "Nothing left after narrowing" in words(page)
    assert 'href="/shop/c/FOOD/"' in page.content.decode()


def test_a_search_finds_the_words_of_a_choice_and_is_narrowed_by_it(
    described: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    found = browser.get("/shop/search/", {"q": "浓香"})
    assert {card.product.code for card in found.context["list"]["cards"]} == set(
        described.codes[::2]
    )
    thing = browser.get("/shop/search/", {"q": "thing"})
    assert choices(thing)["Roast"] == {"Light roast": 2, "Dark roast": 2}
    facet = next(f for f in thing.context["facets"] if f["title"] == "Roast")
    light = browser.get(facet["choices"][0]["url"])
    assert light.context["list"]["total"] == 2
    assert choices(light)["Organic"] == {"Yes": 1, "No": 1}
    assert "a" + str(described.roast.pk) + "=light" in facet["choices"][0]["url"]


@pytest.mark.parametrize("asked", ["a0=x", "a999999999=light", "ax=light", "a=1"])
def test_a_search_narrowed_by_nonsense_is_not_narrowed(
    described: SimpleNamespace, visitor: Visitor, asked: str
) -> None:
    page = visitor().get(f"/shop/search/?q=thing&{asked}")
    assert page.status_code == 200
    assert page.context["narrowed"] is False


def test_statements_of_facets_do_not_grow_with_the_goods(
    described: SimpleNamespace, shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    def statements() -> list[int]:
        found = []
        forget_all()
        for path in ("/shop/c/FOOD/", "/shop/c/FOOD/?a-roast=dark", "/shop/search/?q=thing"):
            with CaptureQueriesContext(connection) as asked:
                assert visitor().get(path).status_code == 200
            found.append(len(asked))
        return found

    statements()
    before = statements()
    more_goods(shop, 6, at=at)
    for product in Product.objects.filter(code__startswith="G"):
        describe_product(product, values={"roast": Value("dark")}, by=CLOCKWORK, at=at)
    assert statements() == before


# --- choosing along axes ------------------------------------------------------------------------


def test_variants_are_chosen_along_axes_and_what_is_not_there_is_greyed(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at}
    product = shop.tea.product
    for code in ("TG-B", "TG-C"):
        sku = add_sku(product, code=code, variant_zh=code, weight_g=100, **act)
        set_price(sku, price_fen=5_000, since=at, reason="first", **act)
    size, pack = {"zh": "净重", "en": "Weight"}, {"zh": "包装", "en": "Pack"}
    small, large = {"zh": "125克", "en": "125 g"}, {"zh": "250克", "en": "250 g"}
    tin, bag = {"zh": "罐装", "en": "tin"}, {"zh": "袋装", "en": "bag"}
    places = {shop.tea.code: [small, tin], "TG-B": [small, bag], "TG-C": [large, tin]}
    place_skus(Product.objects.get(pk=product.pk), axes=[size, pack], options=places, **act)
    page = visitor().get("/shop/p/TG/?sku=TG-B")
    weights, packs = page.context["axes"]
    assert (weights["name"], packs["name"]) == ("Weight", "Pack")
    assert [(o["name"], o["code"], o["current"], o["apart"]) for o in weights["options"]] == [
        ("125 g", "TG-B", True, False),
        ("250 g", "TG-C", False, True),
    ]
    assert [(o["name"], o["code"], o["gone"]) for o in packs["options"]] == [
        ("tin", shop.tea.code, False),
        ("bag", "TG-B", True),
    ]
    html = page.content.decode()
    assert 'class="chip chip--apart" href="?sku=TG-C"' in html
    assert "净重" in words(visitor(language="zh-hans").get("/shop/p/TG/"))
