"""Searching the shop: the answer with its facets, and what is offered while somebody types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.models import Attribute
from zhanggui.books.catalogue.queries import Shelf
from zhanggui.books.catalogue.rules.attributes import choice_codes
from zhanggui.books.catalogue.rules.words import TYPED_CHARS_MAX, words_asked
from zhanggui.books.search.pages import note_miss
from zhanggui.books.search.queries import shelves_named
from zhanggui.faces.shop.pages.browse import BESIDE, ON_PAGE, page_number
from zhanggui.faces.shop.pages.frame import depot_for, show
from zhanggui.faces.shop.queries import assortment, goods
from zhanggui.faces.shop.queries.search import Answer, answer, below, brands, facets_found
from zhanggui.faces.shop.queries.sections import tiles_of
from zhanggui.faces.shop.rules.search import (
    BANDS_FEN,
    SORTS,
    Counts,
    Narrowed,
    band_bounds,
    counts,
    in_order,
    narrow,
)
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of

OFFERED_MAX = 6
"""Goods offered while somebody types: what fits above the keyboard of a phone."""

SHELVES_OFFERED_MAX = 3
"""Shelves offered while somebody types."""

BRANDS_SHOWN_MAX = 12
"""Brands to narrow to: those with the most goods; the others are found by typing them."""


ATTRIBUTES_SHOWN_MAX = 4
"""Attributes to narrow to: those said of most of what was found."""

FACETS_ASKED_MAX = 8
"""Attributes an address may narrow by: no page offers more."""


@page("public")
def search(request: HttpRequest) -> HttpResponse:
    """Show the goods a search means, narrowed and in the order asked for, page by page."""
    text = typed(request)
    shelves = catalogue.shelves()
    context: dict[str, Any] = {"title": _("Search"), "text": text}
    if text:
        at, depot = moment_of(request), depot_for(request)
        got = answer(text, shelves=shelves, at=at, depot=depot)
        if got.shown:
            context |= _answered(request, text, got, shelves)
        else:
            best = assortment.best_sellers(at=at, most=BESIDE) or assortment.newest(most=BESIDE)
            context["instead"] = goods.cards(best, at=at, depot=depot)
        first = not {"page", "sort", "c", "brand", "price", "stock"} & set(request.GET)
        if first and (not got.shown or got.found.missed or got.found.meant):
            note_miss(request, text)
    if not context.get("list"):
        context["tiles"] = tiles_of()
    return show(request, "shop/search.html", context, tab="goods")


def typed(request: HttpRequest) -> str:
    """Return what somebody looks for: the signs that can be looked at, on one line."""
    text = request.GET.get("q", "")[: TYPED_CHARS_MAX * 2]
    return " ".join("".join(s if s.isprintable() else " " for s in text).split())[:TYPED_CHARS_MAX]


def _answered(
    request: HttpRequest, text: str, got: Answer, shelves: Sequence[Shelf]
) -> dict[str, Any]:
    at, depot = moment_of(request), depot_for(request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else ""
    held = below(shelves)
    also = [_small(name.removeprefix("a")) for name in request.GET if name.startswith("a")]
    attributes = facets_found(
        got.shown, most=ATTRIBUTES_SHOWN_MAX, also=[pk for pk in also[:FACETS_ASKED_MAX] if pk]
    )
    to = _narrowed(request, shelves, attributes)
    left = in_order(narrow(got.shown, to, below=held), sort)
    pages = max(1, -(-len(left) // ON_PAGE))
    number = page_number(request, pages)
    shown = left[(number - 1) * ON_PAGE : number * ON_PAGE]
    link = Link(request.path, text, to, sort, shelves)
    return {
        "said": _said(text, got),
        "list": {
            "cards": goods.cards([s.pk for s in shown], at=at, depot=depot),
            "total": len(left),
            "number": number,
            "pages": pages,
            "prev": link.to(page=number - 1) if number > 1 else "",
            "next": link.to(page=number + 1) if number < pages else "",
            "sorts": [
                {"title": title, "url": link.to(sort=name), "current": name == sort}
                for name, title in _sorts()
            ],
        },
        "facets": _facets(link, to, counts(got.shown, to, below=held), shelves, attributes),
        "narrowed": to.any,
        "everything": link.to(Narrowed()),
        "all_n": len(got.shown),
        "more": got.more,
    }


def _said(text: str, got: Answer) -> dict[str, Any]:
    """Return what has to be said of an answer: what was taken for what, what is not there."""
    found = got.found
    return {
        "meant": " ".join(found.meant.get(word, word) for word in found.words)
        if found.meant
        else "",
        "partly": found.partly,
        "missed": list(found.missed),
    }


def _sorts() -> list[tuple[str, str]]:
    return [
        ("", _("Best match")),
        ("low", _("Price, low first")),
        ("high", _("Price, high first")),
        ("new", _("Newest")),
    ]


# --- narrowing ---------------------------------------------------------------------------------


def _narrowed(
    request: HttpRequest, shelves: Iterable[Shelf], attributes: Iterable[Attribute]
) -> Narrowed:
    """Return what the address narrows to; what it says wrongly is not said."""
    code = request.GET.get("c", "")
    category = next((s.category.pk for s in shelves if s.category.code == code), None)
    return Narrowed(
        category=category,
        brand=_small(request.GET.get("brand", "")),
        band=band
        if (band := _small(request.GET.get("price", ""))) is not None and band < len(BANDS_FEN)
        else None,
        in_stock=request.GET.get("stock") == "1",
        said=tuple(
            (one.pk, choice)
            for one in attributes
            if one.facet and (choice := request.GET.get(f"a{one.pk}", "")) in choice_codes(one)
        ),
    )


def _small(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


class Link:
    """Addresses of the same search, narrowed or ordered otherwise."""

    def __init__(
        self, path: str, text: str, narrowed: Narrowed, sort: str, shelves: Iterable[Shelf]
    ) -> None:
        self._path, self._text, self._narrowed, self._sort = path, text, narrowed, sort
        self._codes = {shelf.category.pk: shelf.category.code for shelf in shelves}

    def to(
        self, narrowed: Narrowed | None = None, *, sort: str | None = None, page: int = 1
    ) -> str:
        """Return the address; a page only beyond the first one."""
        now = self._narrowed if narrowed is None else narrowed
        said = {
            "q": self._text,
            "c": self._codes.get(now.category or 0, ""),
            "brand": "" if now.brand is None else str(now.brand),
            "price": "" if now.band is None else str(now.band),
            "stock": "1" if now.in_stock else "",
            "sort": self._sort if sort is None else sort,
            "page": str(page) if page > 1 else "",
            **{f"a{attribute}": choice for attribute, choice in now.said},
        }
        return f"{self._path}?{urlencode({k: v for k, v in said.items() if v})}"


def _facets(
    link: Link,
    to: Narrowed,
    left: Counts,
    shelves: Sequence[Shelf],
    attributes: Iterable[Attribute],
) -> list[dict[str, Any]]:
    """Return the ways to narrow an answer, each choice with what it leaves.

    What leaves no choice is left out, unless it is chosen and may be given up.
    """
    categories = [
        _choice(
            s.category.name,
            left.categories.get(s.category.pk, 0),
            link.to(replace(to, category=s.category.pk)),
            to.category == s.category.pk,
        )
        for s in _shelves_to_choose(shelves, to)
    ]
    bands = [
        _choice(
            band_said(band),
            left.bands.get(band, 0),
            link.to(replace(to, band=band)),
            to.band == band,
        )
        for band in range(len(BANDS_FEN))
    ]
    facets = [
        _facet(_("Category"), categories, link.to(replace(to, category=None))),
        _facet(_("Brand"), _brand_choices(link, to, left), link.to(replace(to, brand=None))),
        _facet(_("Price"), bands, link.to(replace(to, band=None))),
        *(_attribute_facet(one, link, to, left) for one in attributes),
    ]
    flipped = link.to(replace(to, in_stock=not to.in_stock))
    stock = _choice(_("In stock"), left.in_stock, flipped, to.in_stock)
    return [
        *(f for f in facets if f["chosen"] or len(f["choices"]) > 1),
        {"title": _("In stock"), "switch": True, "choices": [stock]},
    ]


def _attribute_facet(one: Attribute, link: Link, to: Narrowed, left: Counts) -> dict[str, Any]:
    counted = left.said.get(one.pk, {})
    choices = [
        _choice(
            one.choice(code),
            counted.get(code, 0),
            link.to(to.saying(one.pk, code)),
            (one.pk, code) in to.said,
        )
        for code in choice_codes(one)
    ]
    return _facet(one.name, choices, link.to(to.saying(one.pk)))


def _facet(title: str, choices: list[dict[str, Any]], everything: str) -> dict[str, Any]:
    """Return one way to narrow: the choices that leave something, and the one that is chosen."""
    chosen = next((choice["title"] for choice in choices if choice["current"]), "")
    return {
        "title": title,
        "chosen": chosen,
        "choices": [choice for choice in choices if choice["n"] or choice["current"]],
        "all": everything if chosen else "",
    }


def _choice(title: str, n: int, url: str, current: bool) -> dict[str, Any]:
    return {"title": title, "n": n, "url": url, "current": current}


def _shelves_to_choose(shelves: Sequence[Shelf], to: Narrowed) -> list[Shelf]:
    """Return the shelves to narrow to: the top ones, or the chosen one with those right below."""
    chosen = next((s for s in shelves if s.category.pk == to.category), None)
    if chosen is None:
        return [s for s in shelves if s.depth == 0]
    top = chosen.path[0]
    return [s for s in shelves if s.path[0] == top and s.depth <= chosen.depth + 1]


def _brand_choices(link: Link, to: Narrowed, left: Counts) -> list[dict[str, Any]]:
    most = sorted(left.brands, key=lambda pk: (-left.brands[pk], pk))[:BRANDS_SHOWN_MAX]
    if to.brand is not None and to.brand not in most:
        most.append(to.brand)
    named = {brand.pk: brand.name for brand in brands(most)}
    return [
        _choice(named[pk], left.brands.get(pk, 0), link.to(replace(to, brand=pk)), to.brand == pk)
        for pk in most
        if pk in named
    ]


def band_said(band: int) -> str:
    """Return a band of prices as people say it."""
    low, high = band_bounds(band)
    if high is None:
        return _("¥%(low)d and more") % {"low": low // 100}
    if low == 0:
        return _("under ¥%(high)d") % {"high": high // 100}
    return _("¥%(low)d to %(high)d") % {"low": low // 100, "high": high // 100}


# --- while somebody types ----------------------------------------------------------------------


@page("public")
def suggest(request: HttpRequest) -> HttpResponse:
    """Offer goods and shelves for what is typed so far, as a part below the field.

    Without script there is nothing to offer: the search itself answers.
    """
    text = typed(request)
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(f"{reverse('shop:search')}?{urlencode({'q': text})}")
    shelves = catalogue.shelves()
    context: dict[str, Any] = {"text": text, "offered": [], "shelves": []}
    if text:
        at, depot = moment_of(request), depot_for(request)
        got = answer(text, shelves=shelves, at=at, depot=depot, typing=True)
        best = in_order(got.shown, "")[:OFFERED_MAX]
        context |= {
            "offered": goods.cards([s.pk for s in best], at=at, depot=depot),
            "total": len(got.shown),
            "all": f"{reverse('shop:search')}?{urlencode({'q': text})}",
        }
        words = words_asked(text)
        if len(words) == 1:
            context["shelves"] = [shelf.category for shelf in shelves_named(words[0], shelves)][
                :SHELVES_OFFERED_MAX
            ]
    return show(request, "shop/parts/hints.html", context, quiet=True)
