"""What stands around a page is drawn once for what it shows, and shows everybody his own."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client

from zhanggui.faces.shop.tests.conftest import LICHENG, put

Visitor = Callable[..., Client]


def page(browser: Client, path: str = "/shop/goods/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def count(text: str) -> list[str]:
    return re.findall(r'<span class="count">.*?<span aria-hidden="true">(\d+)<', text)


def test_each_visitor_sees_his_own_cart_and_district(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    empty, full = visitor(), visitor()
    put(full, shop, tea=3)
    full.cookies["shop_district"] = LICHENG
    for _again in range(2):
        assert set(count(page(empty))) == set()
        assert set(count(page(full))) == {"3"}
        assert "Licheng District" in page(full)
        assert "Licheng District" not in page(empty)
    moved = visitor()
    moved.cookies["shop_district"] = LICHENG
    assert "Licheng District" in page(moved)
    put(full, shop, longan=1)
    assert set(count(page(full))) == {"4"}


def test_each_page_knows_where_it_is(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    for path in ("/shop/cart/", "/shop/orders/", "/shop/cart/"):
        current = re.findall(r'href="([^"]+)"[^>]* aria-current="page"', page(browser, path))
        assert set(current) == {path}
    text = page(browser, "/shop/search/?q=%22%3Ctea%3E%26")
    assert 'value="&quot;&lt;tea&gt;&amp;"' in text
    assert 'name="next" value="/shop/search/?q=%22%3Ctea%3E%26"' in text
    assert "?next=%2Fshop%2Fsearch%2F%3Fq%3D%2522%253Ctea%253E%2526" in text
    assert 'value="&quot;&lt;tea' not in page(browser, "/shop/goods/")


def test_each_reader_has_his_language_look_and_token(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    english, chinese, dark = visitor(), visitor(language="zh-hans"), visitor()
    dark.cookies["theme"] = "dark"
    for _again in range(2):
        assert ">My orders<" in page(english)
        assert ">我的订单<" in page(chinese) and ">My orders<" not in page(chinese)
        pressed = 'value="dark" aria-pressed="true"'
        assert pressed in page(dark) and pressed not in page(english)
    tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page(english)))
    assert tokens and not tokens & set(re.findall(r'value="(\w{64})"', page(dark)))
    assert "~" not in re.sub(r"<script.*?</script>", "", page(english), flags=re.S)
