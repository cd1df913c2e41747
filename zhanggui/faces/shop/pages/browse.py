"""Looking at goods: categories, and one product."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.models import Attribute, Category, in_language
from zhanggui.books.catalogue.queries import Shelf
from zhanggui.books.catalogue.rules.attributes import choice_codes
from zhanggui.books.catalogue.rules.options import along
from zhanggui.books.wanted.queries import waits_for
from zhanggui.faces.shop.pages.frame import (
    cart_of,
    depot_for,
    linked_data,
    member_on,
    picture_url,
    service_for,
    show,
    trail,
    wants_part,
)
from zhanggui.faces.shop.queries import assortment, facets, goods
from zhanggui.faces.shop.queries.goods import Offer, Variant
from zhanggui.faces.shop.queries.sections import tiles_of
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.limits import PAGE_MAX
from zhanggui.ground.kernel.refusal import Refusal

ON_PAGE = 24
"""Goods on one page of a shelf: twelve rows of two on a phone, five of five on a screen."""

BESIDE = 6
"""Goods beside a product."""


# --- shelves -----------------------------------------------------------------------------------


def _sorts() -> list[tuple[str, str]]:
    return [
        ("", _("By shelf")),
        ("new", _("Newest")),
        ("low", _("Price, low first")),
        ("high", _("Price, high first")),
    ]


def page_number(request: HttpRequest, pages: int) -> int:
    """Return which of so many pages is asked for; what is no number of one is the first."""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 6 else 1
    return min(max(number, 1), pages, PAGE_MAX)


def _listing(request: HttpRequest, *, code: str = "", path: Sequence[int] = ()) -> dict[str, Any]:
    """Return one page of goods with its order, its facets and its neighbours, as URLs.

    `path` are the ids of the categories from the top down to the one shown.
    """
    at, depot = moment_of(request), depot_for(request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in assortment.SORTS else ""
    attributes = facets.facets_within(path) if path else []
    chosen = _chosen(request, attributes)
    total = facets.total_of(code, chosen)
    pages = max(1, -(-total // ON_PAGE))
    number = page_number(request, pages)
    first = (number - 1) * ON_PAGE
    shown = facets.shelf_of(code, sort=sort, chosen=chosen, first=first, most=ON_PAGE, at=at)
    by_code = {one.pk: f"a-{one.code}" for one in attributes}

    def url(to: facets.Chosen = chosen, **values: Any) -> str:
        said: dict[str, Any] = {by_code[pk]: choice for pk, choice in to.items()}
        said |= {"sort": sort, "page": number, **values}
        query = {k: v for k, v in said.items() if v and not (k == "page" and v == 1)}
        return f"{request.path}?{urlencode(query)}" if query else request.path

    return {
        "cards": goods.cards(shown, at=at, depot=depot),
        "total": total,
        "number": number,
        "pages": pages,
        "prev": url(page=number - 1) if number > 1 else "",
        "next": url(page=number + 1) if number < pages else "",
        "sorts": [
            {"title": title, "url": url(sort=name, page=1), "current": name == sort}
            for name, title in _sorts()
        ],
        "sort": sort,
        "facets": _facets(code, attributes, chosen, url) if attributes else [],
        "narrowed": bool(chosen),
        "everything": url({}, page=1),
    }


def _chosen(request: HttpRequest, attributes: Sequence[Attribute]) -> dict[int, str]:
    """Return what the address narrows to; what it says wrongly is not said."""
    asked = {one.pk: request.GET.get(f"a-{one.code}", "") for one in attributes}
    return {one.pk: asked[one.pk] for one in attributes if asked[one.pk] in set(choice_codes(one))}


def _facets(
    code: str,
    attributes: Sequence[Attribute],
    chosen: Mapping[int, str],
    url: Callable[..., str],
) -> list[dict[str, Any]]:
    """Return the ways to narrow a shelf, each choice with what it leaves.

    What leaves no choice is left out, unless it is chosen and may be given up.
    """
    left = facets.choices_left(code, attributes, chosen)
    found = []
    for one in attributes:
        counts, now = left.get(one.pk, {}), chosen.get(one.pk, "")
        choices = [
            {
                "title": one.choice(code),
                "n": counts.get(code, 0),
                "url": url({**chosen, one.pk: code}, page=1),
                "current": code == now,
            }
            for code in choice_codes(one)
            if counts.get(code) or code == now
        ]
        if now or len(choices) > 1:
            others = {pk: code for pk, code in chosen.items() if pk != one.pk}
            found.append(
                {
                    "title": one.name,
                    "chosen": one.choice(now) if now else "",
                    "choices": choices,
                    "all": url(others, page=1) if now else "",
                }
            )
    return found


@page("public")
def every(request: HttpRequest) -> HttpResponse:
    """Show all categories, and below them all goods."""
    shelves = catalogue.shelves()
    context = {
        "title": _("All goods"),
        "tiles": tiles_of(),
        "below": _below(shelves),
        "list": _listing(request),
    }
    return show(request, "shop/listing.html", context, tab="goods")


def _below(shelves: Sequence[Shelf]) -> dict[int, list[Category]]:
    found: dict[int, list[Category]] = {}
    for shelf in shelves:
        if shelf.category.parent_id:
            found.setdefault(shelf.category.parent_id, []).append(shelf.category)
    return found


@page("public")
def category(request: HttpRequest, code: str) -> HttpResponse:
    """Show the goods of a category and all below it."""
    shelves = catalogue.shelves()
    here = next((s for s in shelves if s.category.code == code), None)
    if here is None:
        raise Http404
    by_code = {shelf.category.code: shelf.category for shelf in shelves}
    path = [by_code[step] for step in here.path]
    top = path[0]
    context = {
        "title": here.category.name,
        "category": here.category,
        "path": path[:-1],
        "siblings": [s.category for s in shelves if s.path[0] == top.code and s.depth == 1],
        "top": top,
        "list": (list_ := _listing(request, code=code, path=[step.pk for step in path])),
        "facets": list_["facets"],
        "narrowed": list_["narrowed"],
        "everything": list_["everything"],
        "data": linked_data(
            request,
            trail(
                request,
                [
                    (_("Shop"), reverse("shop:home")),
                    *((c.name, reverse("shop:category", args=[c.code])) for c in path),
                ],
            ),
        ),
    }
    return show(request, "shop/listing.html", context, tab="goods")


# --- one product -------------------------------------------------------------------------------


@page("public")
def product(request: HttpRequest, code: str) -> HttpResponse:
    """Show one product: pictures, variants, price, what is left, and by when it can be there."""
    return show_product(request, code, sku=request.GET.get("sku", "")[:80])


def show_product(
    request: HttpRequest,
    code: str,
    *,
    sku: str,
    typed: str = "1",
    refusal: Refusal | None = None,
    remind: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return a product's page, with what was typed and what speaks against it.

    `remind` is what was typed to be told when goods are there again, and what is wrong with it.
    """
    at, depot = moment_of(request), depot_for(request)
    service = service_for(request)
    part = wants_part(request, "offer") or wants_part(request, "toast")
    offer = goods.offer_of(code, at=at, depot=depot, beside=0 if part else BESIDE)
    if offer is None:
        raise Http404
    variant = offer.variant(sku) or offer.variant("")
    context = {
        "offer": offer,
        "product": offer.product,
        "variant": variant,
        "held": cart_of(request).quantity_of(variant.sku.pk) if variant else 0,
        "typed": typed,
        "refusal": refusal,
        "facts": _facts(offer, variant),
        "axes": _axes(offer, variant) if variant else [],
        "gone": _gone(request, variant, remind) if variant and not variant.left else None,
        "cash": service is None or service.terms.cash_open,
    }
    if part:
        return show(request, "shop/product.html#offer", context, status=status)
    path = [(c.name, reverse("shop:category", args=[c.code])) for c in offer.path]
    steps = [(_("Shop"), reverse("shop:home")), *path, (offer.product.name, request.path)]
    context |= {
        "beside": offer.beside,
        "image": picture_url(request, next(iter(offer.pictures), None)),
        "data": linked_data(request, [_product_data(request, offer), trail(request, steps)]),
    }
    return show(request, "shop/product.html", context, status=status, tab="product")


def _gone(request: HttpRequest, variant: Variant, remind: dict[str, Any] | None) -> dict[str, Any]:
    """Return when a variant that is out of stock is expected, and who is told that it is there."""
    member, pk = member_on(request), variant.sku.pk
    return {
        "expected": goods.expected(pk, at=moment_of(request), depot=depot_for(request)),
        "member": member,
        "waits": member is not None and waits_for(member.phone_key, pk),
        "reminded": "reminded" in request.GET,
        **(remind or {}),
    }


def _axes(offer: Offer, variant: Variant) -> list[dict[str, Any]]:
    """Return what can be chosen along each of the product's axes; none: from one list."""
    axes = offer.product.axes
    by_pk = {one.sku.pk: one for one in offer.variants}
    found = along([one.sku for one in offer.variants], variant.sku, axes=len(axes))
    return [
        {
            "name": in_language(axis["zh"], axis["en"]),
            "options": [
                {
                    "name": in_language(option.name["zh"], option.name["en"]),
                    "code": by_pk[option.pk].sku.code,
                    "current": option.current,
                    "apart": option.apart,
                    "gone": not by_pk[option.pk].left,
                }
                for option in options
            ],
        }
        for axis, options in zip(axes, found, strict=False)
    ]


def _facts(offer: Offer, variant: Variant | None) -> list[tuple[str, str]]:
    """Return what is known of a product beside its story."""
    product = offer.product
    facts = [
        (_("Brand"), product.brand.name if product.brand else ""),
        (_("Origin"), product.origin),
        (pgettext("in what goods are counted", "Unit"), product.unit),
    ]
    if variant is not None:
        grams = variant.sku.weight_g
        weight = f"{grams / 1000:g} kg" if grams >= 1000 else f"{grams} g"
        facts += [(_("Weight"), weight), (_("Article"), variant.sku.code)]
    if product.shelf_life_days:
        facts.append((_("Keeps for"), _shelf_life(product.shelf_life_days)))
    facts[:0] = [(value.attribute.name, value.said) for value in offer.said]
    return [(name, value) for name, value in facts if value]


def _shelf_life(days: int) -> str:
    if days % 30 == 0 and days < 720:
        n = days // 30
        return ngettext("%(count)s month", "%(count)s months", n) % {"count": n}
    if days % 365 == 0:
        n = days // 365
        return ngettext("%(count)s year", "%(count)s years", n) % {"count": n}
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def _product_data(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    product = offer.product
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "description": product.story,
        "sku": product.code,
        "image": [picture_url(request, picture) for picture in offer.pictures],
        "offers": [
            {
                "@type": "Offer",
                "name": variant.sku.variant,
                "sku": variant.sku.code,
                "price": f"{variant.price_fen / 100:.2f}",
                "priceCurrency": "CNY",
                "availability": "https://schema.org/"
                + ("InStock" if variant.left else "BackOrder"),
                "url": request.build_absolute_uri(f"{request.path}?sku={variant.sku.code}"),
            }
            for variant in offer.variants
        ],
    }
    if offer.said:
        data["additionalProperty"] = [
            {"@type": "PropertyValue", "name": value.attribute.name, "value": value.said}
            for value in offer.said
        ]
    if product.brand:
        data["brand"] = {"@type": "Brand", "name": product.brand.name}
    return data
