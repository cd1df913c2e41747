"""Opening and moving the categories of the shop."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.models import Category
from zhanggui.books.catalogue.rules import goods
from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor


def _category_depth(parent: Category | None) -> int:
    return 0 if parent is None else len(queries.category_path(parent.pk))


@action(
    duty="catalogue.products",
    title=_("New category"),
    said=_("opened the category %(code)s"),
    creates=True,
)
def open_category(
    area: str | None,
    *,
    code: str,
    name_zh: str,
    name_en: str,
    parent: Category | None = None,
    position: int = 0,
    by: Actor,
    at: datetime,
) -> Category:
    """Open a category, at the top or below another one."""
    if refusal := goods.why_not_place(depth=_category_depth(parent), height=1):
        raise refusal
    category = Category(
        code=code, name_zh=name_zh, name_en=name_en, parent=parent, position=position
    )
    if Category.objects.filter(code=code).exists():
        raise goods.code_taken(code)
    category.save()
    return category


@action(duty="catalogue.products", title=_("Edit"), said=_("changed the category"))
def edit_category(
    category: Category,
    *,
    name_zh: str,
    name_en: str,
    parent: Category | None = None,
    position: int = 0,
    by: Actor,
    at: datetime,
) -> Category:
    """Rename a category, or move it with all below it; never below itself."""
    shelves = queries.shelves()
    below = [shelf for shelf in shelves if category.code in shelf.path]
    inside = parent is not None and parent.pk in {shelf.category.pk for shelf in below}
    top = min(shelf.depth for shelf in below)
    height = max(shelf.depth for shelf in below) - top + 1
    if refusal := goods.why_not_place(
        depth=_category_depth(parent), height=height, inside_itself=inside
    ):
        raise refusal
    category.name_zh, category.name_en = name_zh, name_en
    category.parent, category.position = parent, position
    category.save()
    return category
