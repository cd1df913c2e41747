"""How a template of the shop shows a product on a shelf, and what stands around every page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from zhanggui.books.catalogue.models import Category
from zhanggui.books.style.models import Style
from zhanggui.faces.shop.queries.goods import Card
from zhanggui.faces.shop.queries.places import Choice
from zhanggui.ground.media.queries import Look, look_at

register = template.Library()

CARDS_KEPT = 4_000
"""Drawn cards kept in a process: a large catalogue in two languages, some six megabytes."""

CUT_PERCENT_MIN = 5
"""From how much below the market a card says so: less is no news."""


@dataclass(frozen=True, slots=True)
class _Face:
    """All that a card shows: what it looks like follows from this alone."""

    url: str
    name: str
    note: str
    sku: str
    price_fen: int
    market_fen: int | None
    saved_percent: int
    several: bool
    gone: bool
    picture: Look | None
    language: str


@register.simple_tag
def card(shown: Card, sizes: str, eager: bool = False) -> SafeString:
    """Draw a product on a shelf; `sizes` is how wide it stands, `eager` for the first in sight.

    A shelf has dozens of cards, and drawing one takes as long as asking for it: what was drawn of
    the same values before is shown again.
    """
    product, variant = shown.product, shown.variant
    note = [product.origin, "" if shown.several else variant.sku.variant]
    face = _Face(
        url=shown.url,
        name=product.name,
        note=" · ".join(word for word in note if word),
        sku=variant.sku.code,
        price_fen=variant.price_fen,
        market_fen=variant.market_fen,
        saved_percent=variant.saved_percent,
        several=shown.several,
        gone=not shown.left,
        picture=look_at(shown.picture),
        language=get_language() or "",
    )
    return mark_safe(_drawn(face, sizes, eager))  # noqa: S308


@lru_cache(maxsize=CARDS_KEPT)
def _drawn(face: _Face, sizes: str, eager: bool) -> str:
    return get_template("shop/parts/card.html").render(
        {
            "card": face,
            "variant": face,
            "picture": face.picture.picture if face.picture else None,
            "sizes": sizes,
            "eager": eager,
            "cut": face.saved_percent if face.saved_percent >= CUT_PERCENT_MIN else 0,
        }
    )


@register.simple_tag
def options(choice: Choice) -> SafeString:
    """Draw what can be chosen at a level of an address: dozens of options, the same for many."""
    return _options(choice)


@lru_cache(maxsize=1_000)
def _options(choice: Choice) -> SafeString:
    rows = (
        (option.code, mark_safe(" selected") if option.code == choice.chosen else "", option.name)
        for option in choice.options
    )
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


# --- around every page ---------------------------------------------------------------------------

FRAMES_KEPT = 2_000
"""Drawn parts of the frame kept in a process: districts, carts and tabs in two languages, some ten
megabytes."""

_CSRF, _HERE, _BACK, _TEXT = (f"~{secrets.token_hex(12)}~" for _ in range(4))
"""What stands in a drawn part for the values that are each request's own; nobody can type them."""


@dataclass(frozen=True, slots=True)
class _Around:
    """All that a part of the frame shows beside what is each request's own."""

    part: str
    language: str
    company: str
    style: str
    logo: Look | None
    district: str
    tab: str
    theme: str
    cart_n: int
    tops: tuple[tuple[int, str, str], ...]
    shelf: int


@register.simple_tag(takes_context=True)
def frame(context: Context, part: str) -> SafeString:
    """Draw a part of what stands around every page: top, foot or dock.

    It is most of the work of a page and nearly always the same, so it is drawn once for the values
    it shows; the token of forms, the page to come back to and the words sought are put in then.
    """
    shop, desk = context["shop"], context["desk"]
    look: Any = shop["style"]
    style: Style | None = look.style if look is not None else None
    tops: list[Category] = shop["tops"]
    around = _Around(
        part=part,
        language=desk["language"]["code"],
        company=shop["company"],
        style=f"{style.pk} {style.digest}" if style is not None else "",
        logo=look_at(style.logo) if style is not None else None,
        district=shop["district"].name if shop["district"] is not None else "",
        tab=shop["tab"],
        theme=shop["theme"],
        cart_n=shop["cart_n"],
        tops=tuple((one.pk, one.code, one.name) for one in tops),
        shelf=one.pk if (one := context.get("top")) else 0,
    )
    drawn = _frame(around, _Held((shop, desk)))
    own = {
        _CSRF: str(context["csrf_token"]),
        _HERE: escape(shop["here"]),
        _BACK: quote(shop["here"], safe=""),
        _TEXT: escape(context.get("text") or ""),
    }
    for sign, value in own.items():
        drawn = drawn.replace(sign, value)
    return mark_safe(drawn)  # noqa: S308 - a template, and values escaped as it would have


class _Held:
    """A thing beside what tells which one it is, so that any two of them are the same key."""

    __slots__ = ("thing",)

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=FRAMES_KEPT)
def _frame(around: _Around, held: _Held) -> str:
    shop, desk = held.thing
    return get_template(f"shop/frame/{around.part}.html").render(
        {
            "shop": {**shop, "here": _HERE},
            "desk": desk,
            "shelf": around.shelf,
            "csrf_token": _CSRF,
            "back": _BACK,
            "text": _TEXT,
        }
    )
