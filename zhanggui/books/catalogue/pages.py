"""The goods at a glance, and the templates of a sheet of goods."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.duties import badge_of
from zhanggui.books.catalogue.models import Attribute, Product
from zhanggui.books.catalogue.rules.attributes import AttributeKind, choice_codes
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.rows import HEADINGS, Heading
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.pages.export import csv_answer, xlsx_answer
from zhanggui.ground.kernel.limits import PAGE_MAX, SEARCH_CHARS_MAX

CARDS = 48
"""Products on one page of goods: four full rows on a wide screen."""

EXAMPLE = {
    "sku": "LY-GGY-500", "product": "LY-GGY", "category": "DRY-FRUIT", "name_zh": "莆田桂圆干",
    "name_en": "Putian dried longan", "unit_zh": "袋", "unit_en": "bag", "variant_zh": "500g 袋装",
    "variant_en": "500 g bag", "weight_g": "520", "shelf_life_days": "365",
}  # fmt: skip
"""One row of the template, to be overwritten."""


@page(scope="goods belong to the whole company")
def goods(request: HttpRequest) -> HttpResponse:
    """Show the goods with their pictures: sought, of a category, in a state."""
    by = actor_of(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARS_MAX]
    category, state = request.GET.get("category", ""), request.GET.get("state", "")
    shelves = queries.shelves()
    rows = queries.sought(queries.products_seen(by), text)
    if category in {shelf.category.code for shelf in shelves}:
        rows = queries.products_on(rows, category)
    if state in ProductState.values:
        rows = rows.filter(state=state)
    total = rows.count()
    pages = max(1, -(-total // CARDS))
    number = min(_number(request.GET.get("page", "")), pages, PAGE_MAX)
    found = queries.with_faces(rows)[(number - 1) * CARDS : number * CARDS]
    context = {
        "products": [_card(product) for product in found],
        "total": total,
        "text": text,
        "shelves": [
            {"code": s.category.code, "label": s.label, "current": s.category.code == category}
            for s in shelves
        ],
        "states": [
            {"value": value, "label": label, "current": value == state}
            for value, label in ProductState.choices
        ],
        "page": {
            "total": total,
            "pages": pages,
            "number": number,
            "prev": _page(request, number - 1) if number > 1 else "",
            "next": _page(request, number + 1) if number < pages else "",
        },
    }
    return render(request, "catalogue/goods.html", context)


def _card(product: Product) -> dict[str, Any]:
    return {
        "name": product.name,
        "code": product.code,
        "url": url_of(product),
        "badge": badge_of(product),
        "category": product.category.name if product.category else "",
        "face": queries.face_of(product),
    }


def _page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


# --- templates of a sheet of goods -------------------------------------------------------------


def _titles() -> list[str]:
    return [f"{heading.zh} {heading.en}" for heading in HEADINGS]


def _example() -> list[list[str]]:
    return [[EXAMPLE.get(heading.key, "") for heading in HEADINGS]]


def _asked(heading: Heading) -> str:
    asked = _("Needed.") if heading.needed else _("May be empty: what is stored stays.")
    if heading.whole_max:
        kind = _("A whole number from 1 to %(most)s.") % {"most": heading.whole_max}
    else:
        kind = _("At most %(most)s characters.") % {"most": heading.chars_max}
    return f"{heading.about} {kind} {asked}"


def _told(attribute: Attribute) -> str:
    """Return what may be written into a column that somebody adds for an attribute."""
    told = _("A column one may add, for goods of this category and below: %(category)s.") % {
        "category": attribute.category.name
    }
    listed = attribute.kind in {AttributeKind.CHOICE, AttributeKind.YES_NO}
    choices = [attribute.choice(code) for code in choice_codes(attribute)] if listed else []
    return f"{told} {_(', ').join(choices)}".strip()


@page(duty=queries.PREPARING)
def template_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the template of a sheet of goods as CSV."""
    return csv_answer(name="goods", header=_titles(), rows=_example())


@page(duty=queries.PREPARING)
def template_xlsx(request: HttpRequest) -> HttpResponseBase:
    """Give the template of a sheet of goods as XLSX, its columns defined on the second sheet."""
    about = [(f"{heading.zh} {heading.en}", _asked(heading)) for heading in HEADINGS]
    about += [(f"{one.name_zh} {one.name_en}", _told(one)) for one in queries.attributes_in_use()]
    return xlsx_answer(name="goods", header=_titles(), rows=_example(), about=about)
