"""Where a visit comes from, what it is looked at with, and which addresses are pages and steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.books.traffic.rules import sources as rules
from zhanggui.books.traffic.rules.sources import DIRECT, Source

OWN = ("shop.example",)


@pytest.mark.parametrize(
    ("query", "referrer", "found"),
    [
        ("", "", DIRECT),
        ("", "https://shop.example/shop/", DIRECT),
        ("", "https://www.shop.example/shop/", DIRECT),
        ("q=tea&page=2", "", DIRECT),
        ("via=poster", "https://www.baidu.com/", Source("link", "poster")),
        ("via=POSTER", "", Source("link", "poster")),
        ("via=%3Cscript%3E", "", DIRECT),
        ("utm_source=Douyin&utm_medium=video&utm_campaign=%E5%BC%80%E5%9F%8E", "",
         Source("campaign", "douyin", "video", "开城")),
        ("utm_source=", "https://m.sm.cn/s?q=x", Source("search", "shenma")),
        ("", "https://www.baidu.com/link?url=x", Source("search", "baidu")),
        ("", "https://www.google.com.hk/", Source("search", "google")),
        ("", "https://cn.bing.com/search", Source("search", "bing")),
        ("", "https://notbaidu.com/", Source("site", "notbaidu.com")),
        ("", "https://baidu.com.evil.example/", Source("site", "baidu.com.evil.example")),
        ("", "https://bbs.0594.example:8080/t/1", Source("site", "bbs.0594.example")),
        ("", "android-app://com.tencent.mm/", Source("site", "com.tencent.mm")),
        ("", "http://[broken", DIRECT),
        ("", "not an address", DIRECT),
    ],
)  # fmt: skip
def test_source_of_takes_link_before_campaign_before_the_page_before(
    query: str, referrer: str, found: Source
) -> None:
    assert rules.source_of(query, referrer, hosts=OWN) == found


@given(st.text(max_size=300), st.text(max_size=300))
def test_source_of_takes_whatever_comes(query: str, referrer: str) -> None:
    found = rules.source_of(query, referrer, hosts=OWN)
    assert found.kind in rules.SourceKind.values
    for text in (found.name, found.medium, found.campaign):
        assert len(text) <= rules.NAME_CHARS_MAX
        assert text.isprintable()


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.50", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/126.0 Mobile Safari/537.36", "phone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Mobile/15E148 Safari/604.1", "tablet"),
        ("Mozilla/5.0 (Linux; Android 13; SM-X700) Chrome/126.0 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101", "computer"),
        ("", "computer"),
    ],
)
def test_device_of_reads_the_browser(agent: str, device: str) -> None:
    assert rules.device_of(agent) == device


def test_landing_of_keeps_no_secret() -> None:
    assert rules.landing_of("/shop/order/vErYsEcReT/") == "/shop/order/"
    assert rules.landing_of("/shop/p/TGY/") == "/shop/p/TGY/"
    assert len(rules.landing_of("/shop/" + "x" * 500)) == rules.PATH_CHARS_MAX


@pytest.mark.parametrize(
    ("path", "page"),
    [("/shop/", True), ("/shop/p/TGY/", True), ("/shop/seen/", False), ("/shop/sitemap.xml", False),
     ("/shop/cart/", True), ("/shop/cart/add/", False), ("/desk/", False), ("/static/x.css", False),
     ("/shop/p/TGY", False)],
)  # fmt: skip
def test_is_page_knows_the_pages_of_the_shop(path: str, page: bool) -> None:
    assert rules.is_page(path) is page


@pytest.mark.parametrize(
    ("method", "path", "status", "step"),
    [
        ("GET", "/shop/p/TGY/", 200, 1),
        ("GET", "/shop/p/TGY/", 404, 0),
        ("POST", "/shop/cart/add/", 303, 2),
        ("POST", "/shop/cart/add/", 204, 2),
        ("POST", "/shop/cart/add/", 422, 0),
        ("GET", "/shop/checkout/", 200, 4),
        ("POST", "/shop/checkout/", 303, 8),
        ("POST", "/shop/checkout/", 200, 0),
        ("GET", "/shop/", 200, 0),
    ],
)
def test_step_of_tells_how_far_somebody_has_come(
    method: str, path: str, status: int, step: int
) -> None:
    assert rules.step_of(method, path, status) == step
