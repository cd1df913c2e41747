"""What search engines are told of a product and of a category."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.introductions import introduce_category, introduce_product
from zhanggui.books.catalogue.actions.products import enter_product
from zhanggui.books.catalogue.models import Category, Product
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db
WORDS = {
    "seo_title_zh": "桂圆干 产地直送",
    "seo_title_en": "Longan from Putian",
    "seo_text_zh": "肉厚壳薄。",
    "seo_text_en": "Thick flesh.",
}


@pytest.fixture
def act(actor: Callable[..., Any], at: datetime) -> dict[str, Any]:
    """Return who acts, and when."""
    return {"by": actor("tong"), "at": at}


def test_introduce_product_keeps_all_four_and_takes_them_away(act: dict[str, Any]) -> None:
    product = enter_product(None, code="LY", name_zh="桂圆干", **act)
    introduce_product(product, **WORDS, **act)
    assert Product.objects.filter(**WORDS).count() == 1
    introduce_product(product, **act)
    assert Product.objects.get().seo_title_zh == ""


def test_introduce_category_keeps_all_four(act: dict[str, Any]) -> None:
    shelf = open_category(None, code="DRY", name_zh="干货", name_en="Dry goods", **act)
    introduce_category(shelf, **WORDS, **act)
    assert Category.objects.filter(**WORDS).count() == 1


def test_introduce_product_is_refused_without_the_duty(
    act: dict[str, Any], actor: Callable[..., Any], at: datetime
) -> None:
    product = enter_product(None, code="LY", name_zh="桂圆干", **act)
    with pytest.raises(Refusal) as no:
        introduce_product(product, **WORDS, by=actor("hu"), at=at)
    assert no.value.code == "not_yours"
    assert Product.objects.get().seo_title_zh == ""


def test_introduce_category_is_refused_without_the_duty(
    act: dict[str, Any], actor: Callable[..., Any], at: datetime
) -> None:
    shelf = open_category(None, code="DRY", name_zh="干货", name_en="Dry goods", **act)
    with pytest.raises(Refusal) as no:
        introduce_category(shelf, **WORDS, by=actor("hu"), at=at)
    assert no.value.code == "not_yours"


def test_the_form_keeps_within_what_search_engines_show(
    act: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    product = enter_product(None, code="LY", name_zh="桂圆干", **act)
    browser = sign_in("tong")
    path = f"/desk/catalogue/product/{product.pk}/introduce_product/"
    assert browser.post(path, {"seo_title_zh": "长" * 61}).status_code == 422
    assert browser.post(path, WORDS).status_code == 303
    assert (
        "Longan from Putian"
        in browser.get(f"/desk/catalogue/product/{product.pk}/").content.decode()
    )
