"""What the tests of pages share: an editor, a page designer, and pages they have begun."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.products import add_sku, enter_product
from zhanggui.books.catalogue.models import Product
from zhanggui.books.content import actions
from zhanggui.books.content.models import Page
from zhanggui.ground.kernel.actor import CLOCKWORK


def prose(text: str, *, ident: str = "p1") -> dict[str, Any]:
    """Return a section of running text."""
    return {"type": "prose", "id": ident, "value": {"text_zh": text, "text_en": ""}}


def notice(text: str, *, ident: str = "n1", **values: str) -> dict[str, Any]:
    """Return a notice."""
    return {"type": "notice", "id": ident, "value": {"text_zh": text, "tone": "go", **values}}


def body_of(page: Page) -> list[dict[str, Any]]:
    """Return the sections of a page's newest version."""
    page.refresh_from_db()
    assert page.latest is not None
    body: list[dict[str, Any]] = page.latest.body
    return body


@pytest.fixture
def editor(actor: Callable[..., Any]) -> Any:
    """Return the editor, who writes pages."""
    return actor("jiang")


@pytest.fixture
def designer(actor: Callable[..., Any]) -> Any:
    """Return a page designer, who changes sections."""
    return actor("li")


@pytest.fixture
def home(db: None, at: datetime) -> Page:
    """Return the home page as a shop opens with it."""
    return actions.set_up_home(None, by=CLOCKWORK, at=at)


@pytest.fixture
def article(editor: Any, at: datetime) -> Page:
    """Return an article that nobody has published yet."""
    return actions.start_page(
        None, kind="article", slug="keep-tea", title_zh="存茶", title_en="Tea", by=editor, at=at
    )


@pytest.fixture
def product(actor: Callable[..., Any], at: datetime) -> Product:
    """Return a product with a SKU, in a category."""
    tong = actor("tong")
    tea = open_category(None, code="TEA", name_zh="茶叶", name_en="Tea", by=tong, at=at)
    made = enter_product(None, code="TG", name_zh="铁观音", category=tea, by=tong, at=at)
    add_sku(made, code="TG-125", variant_zh="125g", weight_g=125, by=tong, at=at)
    return made


@pytest.fixture
def write(editor: Any, at: datetime) -> Callable[..., Any]:
    """Return a way to save a page as the editor: `write(page, body, title_zh="…")`."""

    def save(page: Page, body: list[dict[str, Any]], **words: Any) -> Any:
        page.refresh_from_db()
        assert page.latest is not None
        said = actions.words_of(page.latest) | {k: v for k, v in words.items() if k != "cover"}
        base = words.get("base", page.latest.number)
        said.pop("base", None)
        return actions.save_draft(
            page, base=base, words=said, cover=words.get("cover"), body=body, by=editor, at=at
        )

    return save
