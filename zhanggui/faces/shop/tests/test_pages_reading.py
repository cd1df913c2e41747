"""The home page from its sections, articles, help, and drafts that customers never see."""

from __future__ import annotations

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

from zhanggui.books.content import actions
from zhanggui.books.content.models import Page
from zhanggui.books.content.rules.standard import STANDARD_HOME
from zhanggui.books.prices.actions import delist_product
from zhanggui.books.traffic.pages import COOKIE, write_views
from zhanggui.faces.shop.tests.conftest import words
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.media.tests.drawing import sound

pytestmark = pytest.mark.django_db
Visitor = Callable[..., Client]
SignIn = Callable[..., Client]


def section(kind: str, ident: str = "s", **value: Any) -> dict[str, Any]:
    return {"type": kind, "id": ident, "value": value}


@pytest.fixture
def site(actor: Callable[..., Any], at: datetime) -> SimpleNamespace:
    """Return ways to write a page as the editor: `site.publish("article", "tea", [...])`."""
    editor = actor("jiang")

    def save(page: Page, body: list[dict[str, Any]], **words: Any) -> Page:
        page = Page.objects.get(pk=page.pk)
        cover = words.pop("cover", None)
        actions.save_draft(
            page, base=page.latest.number, words=words, cover=cover, body=body, by=editor, at=at
        )
        return Page.objects.get(pk=page.pk)

    def publish(kind: str, slug: str, body: list[dict[str, Any]], **words: Any) -> Page:
        if kind == "home":
            page = actions.set_up_home(None, by=CLOCKWORK, at=at)
            words = {"title_zh": "首页", **words}
        else:
            words = {"title_zh": f"{slug}!", **words}
            page = actions.start_page(None, kind=kind, slug=slug, title_zh=slug, by=editor, at=at)
        page = save(page, body, **words)
        actions.publish_page(page, by=editor, at=at)
        return Page.objects.get(pk=page.pk)

    return SimpleNamespace(save=save, publish=publish, editor=editor)


def parts(page: Any) -> list[str]:
    return [part.kind for part in page.context["parts"]]


# --- home -----------------------------------------------------------------------------------------


def test_home_without_a_page_looks_as_the_one_a_shop_opens_with(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    def shown() -> str:
        page = visitor().get("/shop/").content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
        return re.sub(r'"X-CSRFToken": "[^"]*"|data-seen="[^"]*"', "", page)

    before = shown()
    actions.set_up_home(None, by=CLOCKWORK, at=at)
    assert shown() == before
    assert "at your door the same day" in before


def test_home_shows_its_sections_in_their_order(
    shop: SimpleNamespace, site: SimpleNamespace, visitor: Visitor
) -> None:
    site.publish("home", "home", [
        section("tiles", "t"), section("notice", "n", text_zh="新茶到了", tone="go"),
        section("shelf", "p", source="picked", goods="LY\nTG", title_zh="自己挑的"),
        section("prose", "x", text_zh="<h2>关于我们</h2>"), STANDARD_HOME[0],
    ])  # fmt: skip
    page = visitor().get("/shop/")
    assert parts(page) == ["tiles", "notice", "shelf", "prose", "hero"]
    shelf = page.context["parts"][2]
    assert [card.product.code for card in shelf.cards] == ["LY", "TG"]
    assert "新茶到了" in words(page)
    assert "<h2>关于我们</h2>" in page.content.decode()


def test_home_leaves_out_what_has_nothing_to_show(
    shop: SimpleNamespace, site: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    past = (at - timedelta(hours=1)).isoformat()
    site.publish("home", "home", [
        section("shelf", "a", source="picked", goods="TG"),
        section("articles", "b"),
        section("notice", "c", text_zh="过去了", until_at=past),
        section("picture", "d"), section("prose", "e"), section("hero", "f"),
    ])  # fmt: skip
    assert parts(visitor().get("/shop/")) == ["shelf"]
    delist_product(shop.tea.product, reason="卖完了", by=CLOCKWORK, at=at)
    page = visitor().get("/shop/")
    assert parts(page) == []
    assert "The shelves are still empty" in words(page)
    assert page.content.decode().count("<h1") == 1


def test_home_shows_a_draft_to_nobody(
    shop: SimpleNamespace, site: SimpleNamespace, visitor: Visitor
) -> None:
    home = site.publish("home", "home", [STANDARD_HOME[0]])
    site.save(home, [section("notice", "n", text_zh="还没说定")], title_zh="首页")
    assert "还没说定" not in words(visitor().get("/shop/"))


def asked(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as statements:
        assert browser.get(path).status_code == 200
    return len(statements)


def test_statements_do_not_grow_with_the_sections(
    shop: SimpleNamespace, site: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    picture = actions.add_picture(None, sound=sound(), alt_zh="茶", by=site.editor, at=at)
    site.publish("article", "tea", [], cover=picture)
    every = [
        section("shelf", "a", source="best"), section("shelf", "b", source="new"),
        section("shelf", "c", source="saving"), section("shelf", "d", source="category",
                                                        category="FOOD"),
        section("shelf", "e", source="picked", goods=f"LY\n{shop.tea.code}"),
        section("picture", "g", picture=picture.pk), section("articles", "h"),
    ]  # fmt: skip
    home = site.publish("home", "home", [*every, STANDARD_HOME[2], STANDARD_HOME[5]])
    browser = visitor()
    once = asked(browser, "/shop/")
    thrice = [{**raw, "id": f"{raw['id']}{n}"} for n in range(3) for raw in every]
    site.save(home, [*thrice, STANDARD_HOME[2], STANDARD_HOME[5]], title_zh="首页")
    actions.publish_page(Page.objects.get(pk=home.pk), by=site.editor, at=at)
    assert asked(browser, "/shop/") == once
    assert once <= 21  # with every kind of section there is


# --- articles and help ----------------------------------------------------------------------------


def test_an_article_is_read_and_found(
    shop: SimpleNamespace, site: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    picture = actions.add_picture(
        None, sound=sound(), alt_zh="茶罐", alt_en="A tin", by=site.editor, at=at
    )
    site.publish(
        "article", "keep-tea", [section("prose", "p", text_zh="<p>要干</p>", text_en="<p>Dry</p>"),
                                section("shelf", "g", source="picked", goods="TG")],
        title_zh="存茶", title_en="Keep tea", summary_zh="四样", summary_en="Four things",
        search_title_en="How to keep tea", cover=picture,
    )  # fmt: skip
    page = visitor().get("/shop/a/keep-tea/")
    html = page.content.decode()
    assert "<title>How to keep tea · Minli Market</title>" in html
    assert '<meta property="og:type" content="article">' in html
    assert '<link rel="canonical" href="http://testserver/shop/a/keep-tea/">' in html
    assert "Dry" in words(page)
    assert "Anxi Tieguanyin" in words(page)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found is not None
    data, crumbs = json.loads(found[1])
    assert (data["@type"], data["headline"]) == ("Article", "Keep tea")
    assert datetime.fromisoformat(data["datePublished"]) == at
    assert data["image"][0].startswith("http://testserver/pictures/")
    assert [step["name"] for step in crumbs["itemListElement"]][1:] == ["Good to know", "Keep tea"]
    chinese = words(visitor(language="zh-hans").get("/shop/a/keep-tea/"))
    assert "要干" in chinese
    assert "/shop/a/keep-tea/" in visitor().get("/shop/a/").content.decode()
    assert "/shop/a/keep-tea/" in visitor().get("/shop/sitemap.xml").content.decode()


def test_a_help_page_stands_beside_the_others(site: SimpleNamespace, visitor: Visitor) -> None:
    site.publish("help", "order", [section("prose", "p", text_zh="<p>放进购物车</p>")])
    site.publish("help", "returns", [])
    page = visitor().get("/shop/help/order/")
    assert "放进购物车" in words(page)
    assert 'href="/shop/help/returns/"' in page.content.decode()
    index = visitor().get("/shop/help/").content.decode()
    assert 'href="/shop/help/order/"' in index
    assert 'href="/shop/help/"' in visitor().get("/shop/").content.decode()


@pytest.mark.parametrize(
    "path", ["/shop/a/nothing/", "/shop/help/nothing/", "/shop/help/keep-tea/", "/shop/a/home/"]
)
def test_what_is_not_written_is_not_there(
    path: str, site: SimpleNamespace, visitor: Visitor
) -> None:
    site.publish("article", "keep-tea", [])
    assert visitor().get(path).status_code == 404


def test_drafts_and_withdrawn_articles_are_not_there(
    site: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    page = site.publish("article", "keep-tea", [])
    actions.withdraw_page(page, reason="旧了", by=site.editor, at=at)
    actions.start_page(None, kind="article", slug="draft", title_zh="草稿", by=site.editor, at=at)
    for slug in ("keep-tea", "draft"):
        assert visitor().get(f"/shop/a/{slug}/").status_code == 404
    assert "Nothing to read yet" in words(visitor().get("/shop/a/"))
    assert "keep-tea" not in visitor().get("/shop/sitemap.xml").content.decode()


def test_articles_are_listed_page_by_page(
    site: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    for number in range(13):
        site.publish("article", f"tea-{number}", [])
    first, second = visitor().get("/shop/a/"), visitor().get("/shop/a/?page=2")
    assert first.content.decode().count('<article class="read">') == 12
    assert second.content.decode().count('<article class="read">') == 1
    for odd in ("0", "99", "x", "-1", "9" * 30):
        assert visitor().get(f"/shop/a/?page={odd}").status_code == 200


# --- drafts ---------------------------------------------------------------------------------------


def test_a_preview_shows_what_is_not_published_to_its_editors(
    shop: SimpleNamespace, site: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    home = site.publish("home", "home", [STANDARD_HOME[0]])
    site.save(home, [section("notice", "n", text_zh="还没说定")], title_zh="首页")
    browser = sign_in("li")
    write_views(at=at)
    page = browser.get(f"/shop/preview/{home.pk}/")
    assert "还没说定" in words(page)
    assert "Preview of version 3." in words(page)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "data-seen" not in page.content.decode()
    former = browser.get(f"/shop/preview/{home.pk}/?version=2")
    assert "还没说定" not in words(former)
    assert browser.get(f"/shop/preview/{home.pk}/?version=99").status_code == 404
    assert browser.get("/shop/preview/999/").status_code == 404
    framed = browser.get(f"/shop/preview/{home.pk}/?frame=1&language=zh-hans").content.decode()
    assert '<html lang="zh-Hans">' in framed
    assert " inert" in framed
    assert write_views(at=at) == 0
    assert COOKIE not in browser.cookies
    assert "frame-ancestors 'none'" in browser.get("/shop/").headers["Content-Security-Policy"]


def test_a_preview_shows_what_a_form_holds_and_keeps_nothing(
    shop: SimpleNamespace, site: SimpleNamespace, sign_in: SignIn
) -> None:
    page = site.publish("article", "keep-tea", [])
    sent = {
        "count": "1", "s0-type": "prose", "s0-id": "p", "title_zh": "存茶的办法", "language": "en",
        "s0-text_zh": "<p>要干</p><script>alert(1)</script>",
    }  # fmt: skip
    shown = sign_in("jiang").post(f"/shop/preview/{page.pk}/", sent)
    assert "存茶的办法" in words(shown)
    assert "要干" in words(shown)
    assert "alert(1)" not in shown.content.decode()
    assert "Preview of what is not saved yet." in words(shown)
    page.refresh_from_db()
    assert page.latest.number == 2
