"""Saying what search engines are told of a product and of a category."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Category, Introduced, Product
from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor

FIELDS = ("seo_title_zh", "seo_title_en", "seo_text_zh", "seo_text_en")


@action(
    duty="catalogue.products",
    title=_("For search engines"),
    said=_("changed what search engines are told of it"),
)
def introduce_product(
    product: Product,
    *,
    seo_title_zh: str = "",
    seo_title_en: str = "",
    seo_text_zh: str = "",
    seo_text_en: str = "",
    by: Actor,
    at: datetime,
) -> Product:
    """Give a product's page a title and a description of its own; empty: name and story."""
    _introduce(product, seo_title_zh, seo_title_en, seo_text_zh, seo_text_en)
    return product


@action(
    duty="catalogue.products",
    title=_("For search engines"),
    said=_("changed what search engines are told of it"),
)
def introduce_category(
    category: Category,
    *,
    seo_title_zh: str = "",
    seo_title_en: str = "",
    seo_text_zh: str = "",
    seo_text_en: str = "",
    by: Actor,
    at: datetime,
) -> Category:
    """Give a category's page a title and a description of its own; empty: what its name says."""
    _introduce(category, seo_title_zh, seo_title_en, seo_text_zh, seo_text_en)
    return category


def _introduce(page: Introduced, *words: str) -> None:
    for name, said in zip(FIELDS, words, strict=True):
        setattr(page, name, said)
    page.save(update_fields=FIELDS)
