"""How a template of the shop shows a product on a shelf."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from zhanggui.faces.shop.queries.goods import Card
from zhanggui.ground.media.models import Picture

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
    picture: tuple[object, ...]
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
        picture=_which(shown.picture),
        language=get_language() or "",
    )
    return mark_safe(_drawn(face, _Held(shown.picture), sizes, eager))  # noqa: S308


def _which(picture: Picture | None) -> tuple[object, ...]:
    """Return what tells a picture from another, and from itself cut differently."""
    if picture is None:
        return ()
    return (picture.pk, picture.sha256, picture.alt, picture.focal_point_x, picture.focal_point_y)


class _Held:
    """A picture beside its face: the face tells which one it is, so any two are the same key."""

    __slots__ = ("picture",)

    def __init__(self, picture: Picture | None) -> None:
        self.picture = picture

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=CARDS_KEPT)
def _drawn(face: _Face, held: _Held, sizes: str, eager: bool) -> str:
    return get_template("shop/parts/card.html").render(
        {
            "card": face,
            "variant": face,
            "picture": held.picture,
            "sizes": sizes,
            "eager": eager,
            "cut": face.saved_percent if face.saved_percent >= CUT_PERCENT_MIN else 0,
        }
    )
