"""The shop in its style: its own stylesheet, its logo, and a look at it before it is published."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.books.style.actions import change_style, publish_style, roll_back_style, start_style
from zhanggui.books.style.models import Style
from zhanggui.books.style.rules.tokens import DARK, DENSITIES, LIGHT, SHAPES, SPACES
from zhanggui.books.traffic.pages import BUFFER
from zhanggui.ground.media.tests.drawing import sound

Visitor = Callable[..., Client]
SHOP_CSS = Path(__file__).parents[1] / "static/shop/shop.css"
GREEN = {"accent": "#1f6f43", "accent_hover": "#175a35"}


@pytest.fixture
def li(actor: Callable[..., Any]) -> Any:
    """Return the page designer."""
    return actor("li")


@pytest.fixture
def green(shop: SimpleNamespace, li: Any, at: datetime) -> Style:
    """Return a draft in green."""
    draft = start_style(None, name="Green", by=li, at=at)
    return change_style(draft, name="Green", values=GREEN, by=li, at=at)


# --- what a style starts from -------------------------------------------------------------------


def _told(block: str) -> dict[str, tuple[float, float, float]]:
    pattern = r"--([\w-]+):oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
    return {
        m[1]: (float(m[2]) / 100, float(m[3]), float(m[4])) for m in re.finditer(pattern, block)
    }


def test_the_shops_own_tokens_are_those_of_its_stylesheet() -> None:
    css = SHOP_CSS.read_text(encoding="utf-8")
    light = css.split("\n :root {")[1].split("\n }")[0]
    by_choice = css.split(':root[data-theme="dark"] {')[1].split("\n }")[0]
    by_device = css.split("(prefers-color-scheme:dark) {")[1].split("\n }")[0]
    for block, ours in (
        (_told(light), LIGHT),
        (_told(light) | _told(by_choice), DARK),
        (_told(light) | _told(by_device), DARK),
    ):
        for name, colour in ours.items():
            said = (colour.lightness, colour.chroma, colour.hue)
            assert block[name] == pytest.approx(said), name
    radii = [
        int(re.search(rf"--{name}:(\d+)px", light)[1]) for name in ("r1", "r2", "r3", "r4", "round")
    ]  # type: ignore[index]
    assert tuple(radii) == SHAPES["soft"][1]
    assert {n: int(px) for n, px in re.findall(r"--(s\d+):(\d+)px", light) if n in SPACES} == SPACES
    assert DENSITIES["normal"][1] == 1


# --- what everybody sees ------------------------------------------------------------------------


def test_without_a_style_no_page_asks_for_one(shop: SimpleNamespace, visitor: Visitor) -> None:
    page = visitor().get("/shop/").content.decode()
    assert "data-style" not in page
    assert '<meta name="theme-color" content="#ffffff" ' in page


def test_a_published_style_is_worn_by_every_page(
    green: Style, li: Any, at: datetime, visitor: Visitor
) -> None:
    publish_style(green, by=li, at=at)
    link = f'<link rel="stylesheet" href="/shop/style-{green.digest}.css" data-style>'
    for path in ("/shop/", "/shop/p/TG/", "/shop/cart/", "/shop/nowhere/"):
        assert link in visitor().get(path).content.decode(), path


def test_a_published_stylesheet_is_exact_and_kept_for_good(
    green: Style, li: Any, at: datetime, visitor: Visitor
) -> None:
    publish_style(green, by=li, at=at)
    answer = visitor().get(f"/shop/style-{green.digest}.css")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    css = answer.content.decode()
    assert css.startswith(
        "@layer tokens{:root{--buy:oklch(48.22% 0.1043 154.81);--buy-2:oklch(41.6% 0.0906 154.65);"
        "--on-buy:oklch(100% 0 0);"
    )
    roll_back_style(Style.objects.get(), by=li, at=at)
    assert visitor().get(f"/shop/style-{green.digest}.css").status_code == 200
    assert "data-style" not in visitor().get("/shop/").content.decode()


def test_a_style_costs_no_statement_of_its_own(
    green: Style, li: Any, at: datetime, visitor: Visitor
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert visitor().get("/shop/cart/").status_code == 200
        return len(asked)

    statements()
    before = statements()
    publish_style(green, by=li, at=at)
    statements()
    assert statements() == before


def test_a_logo_stands_in_the_head_with_its_size_and_the_companys_name(
    green: Style, li: Any, at: datetime, visitor: Visitor
) -> None:
    logo = sound(size=(320, 64))
    publish_style(
        change_style(green, name="Green", values={}, logo=logo, by=li, at=at), by=li, at=at
    )
    head = visitor().get("/shop/").content.decode().split("</header>")[0]
    image = re.search(r'<a class="logo".*?</a>', head, re.DOTALL)
    assert image is not None
    assert 'width="160" height="32"' in image[0]
    assert 'alt="Minli Market"' in image[0]
    assert "logo__name" not in image[0]
    assert "desk/seal" not in image[0]


def test_a_square_logo_keeps_the_name_beside_it(
    green: Style, li: Any, at: datetime, visitor: Visitor
) -> None:
    logo = sound(size=(64, 64))
    publish_style(
        change_style(green, name="Green", values={}, logo=logo, by=li, at=at), by=li, at=at
    )
    head = visitor().get("/shop/").content.decode().split("</header>")[0]
    image = re.search(r'<a class="logo".*?</a>', head, re.DOTALL)
    assert image is not None
    assert 'width="32" height="32"' in image[0]
    assert '<span class="logo__name">Minli Market</span>' in image[0]


# --- a look before it is published --------------------------------------------------------------


def test_a_draft_is_shown_to_the_designer_alone(
    green: Style, visitor: Visitor, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("li").get(f"/shop/?style={green.pk}")
    assert f"/shop/style-{green.digest}.css" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    for browser in (visitor(), sign_in("hu")):
        other = browser.get(f"/shop/?style={green.pk}")
        assert other.status_code == 200
        assert "data-style" not in other.content.decode()
        assert other.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]


def test_a_drafts_stylesheet_is_the_designers_alone_and_never_kept(
    green: Style, visitor: Visitor, sign_in: Callable[..., Client]
) -> None:
    path = f"/shop/style-{green.digest}.css"
    assert visitor().get(path).status_code == 404
    assert sign_in("hu").get(path).status_code == 404
    answer = sign_in("li").get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_look_is_never_counted_as_a_view(green: Style, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("li")
    before = len(BUFFER)
    page = browser.get(f"/shop/?style={green.pk}").content.decode()
    assert len(BUFFER) == before
    assert "data-seen" not in page
    assert "data-seen" in browser.get("/shop/").content.decode()


@pytest.mark.parametrize("asked", ["0", "99999", "x", "", "1" * 30, "１", "-1"])
def test_a_style_that_is_none_is_the_page_as_it_is(
    green: Style, asked: str, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("li").get("/shop/", {"style": asked})
    assert answer.status_code == 200
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "data-style" not in answer.content.decode()


def test_a_stylesheet_of_no_style_is_not_there(shop: SimpleNamespace, visitor: Visitor) -> None:
    assert visitor().get("/shop/style-0000000000000000.css").status_code == 404
