"""The sections of a page with what they show: goods, categories, articles and pictures.

Everything is asked for once for the whole page, however many sections want it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.queries import Shelf
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.content.models import Page
from zhanggui.books.content.queries.bodies import Section
from zhanggui.books.content.queries.fields import products_by_code, split_codes
from zhanggui.books.content.queries.pages import pictures_by_id, published
from zhanggui.books.content.rules.pages import PageKind
from zhanggui.faces.shop.queries import assortment, goods
from zhanggui.faces.shop.queries.goods import Card
from zhanggui.ground.media.models import Picture

BEST_LEAST = 5
"""Fewer best sellers than this make no shelf: what came last stands there instead."""


@dataclass
class Part:
    """A section ready to be drawn: its words in the reader's language, and what stands in it."""

    kind: str
    id: str
    title: str = ""
    text: str = ""
    button: str = ""
    target: str = ""
    tone: str = ""
    looks: str = ""
    source: str = ""
    picture: Picture | None = None
    cards: list[Card] = field(default_factory=list)
    tiles: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Part] = field(default_factory=list)
    articles: list[Page] = field(default_factory=list)
    icon: str = ""
    first: bool = False

    @property
    def template(self) -> str:
        """The template that draws it."""
        return f"shop/sections/{self.kind}.html"

    @property
    def is_there(self) -> bool:
        """Whether there is anything to show: an empty shelf stays away."""
        match self.kind:
            case "shelf":
                return bool(self.cards)
            case "tiles":
                return bool(self.tiles)
            case "aisles" | "trust":
                return bool(self.rows)
            case "articles":
                return bool(self.articles)
            case "picture":
                return self.picture is not None
            case "hero":
                return bool(self.title or self.text)
            case _:
                return bool(self.text)


@dataclass
class Asked:
    """What the goods' sections of a page need, gathered before anything is asked for."""

    best: Sequence[int] = ()
    fresh: Sequence[int] = ()
    saving: Sequence[int] = ()
    tops: Mapping[str, Sequence[int]] = field(default_factory=dict)
    picked: dict[str, Product] = field(default_factory=dict)
    cards: dict[int, Card] = field(default_factory=dict)

    def row(self, ids: Sequence[int], most: int) -> list[Card]:
        """Return so many of these goods, as far as they are on sale with a price."""
        return [self.cards[pk] for pk in ids if pk in self.cards][:most]


def parts_of(
    sections: Sequence[Section], *, shelves: Sequence[Shelf], at: datetime, depot: int | None
) -> list[Part]:
    """Return the sections that have something to show, with it."""
    shown = [s for s in sections if s.kind != "notice" or s.holds_at(at)]
    asked = _goods(shown, shelves, at=at, depot=depot)
    pictures = pictures_by_id(pk for s in shown if isinstance(pk := s.values.get("picture"), int))
    articles = _articles(shown)
    names = {shelf.category.code: shelf.category.name for shelf in shelves}
    parts = [
        _part(section, asked, pictures, articles, shelves=shelves, names=names) for section in shown
    ]
    found = [part for part in parts if part.is_there]
    for part in found:
        if part.kind == "shelf":
            part.first = True
            break
    return found


def _of(sections: Sequence[Section], kind: str, source: str = "") -> list[Section]:
    return [
        s for s in sections if s.kind == kind and source in ("", s.values.get("source", "best"))
    ]


def _most(sections: Sequence[Section], usual: int) -> int:
    return max((s.number("most", usual) for s in sections), default=0)


def _goods(
    sections: Sequence[Section], shelves: Sequence[Shelf], *, at: datetime, depot: int | None
) -> Asked:
    asked = Asked()
    best, new = _of(sections, "shelf", "best"), _of(sections, "shelf", "new")
    if best:
        asked.best = assortment.best_sellers(at=at, most=_most(best, 10))
    if new or (best and len(asked.best) < BEST_LEAST):
        asked.fresh = assortment.newest(most=_most([*best, *new], 10))
    if saving := _of(sections, "shelf", "saving"):
        asked.saving = assortment.best_savings(at=at, most=_most(saving, 10))
    aisles, own = _of(sections, "aisles"), _of(sections, "shelf", "category")
    codes = {str(s.values.get("category")) for s in own}
    if aisles:
        codes |= {shelf.category.code for shelf in shelves if shelf.depth == 0}
    asked.tops = assortment.tops_of(frozenset(codes), most=max(_most(own, 10), _most(aisles, 5)))
    picked = [code for s in _of(sections, "shelf", "picked") for code in _codes(s, "goods")]
    asked.picked = products_by_code(list(dict.fromkeys(picked)))
    ids = [
        *(p.pk for p in asked.picked.values() if p.state == ProductState.LISTED),
        *asked.best,
        *asked.fresh,
        *asked.saving,
        *(i for row in asked.tops.values() for i in row),
    ]
    if ids:
        asked.cards = {card.product.pk: card for card in goods.cards(ids, at=at, depot=depot)}
    return asked


def _codes(section: Section, name: str) -> list[str]:
    return split_codes(section.values.get(name))


def _articles(sections: Sequence[Section]) -> list[Page]:
    """Return the articles that any section may show, the newest first, in one statement."""
    wanted = _of(sections, "articles")
    if not wanted:
        return []
    slugs = {slug for s in wanted for slug in _codes(s, "picked")}
    most = _most([s for s in wanted if not _codes(s, "picked")], 3)
    rows = published(PageKind.ARTICLE)
    newest = rows.values("pk")[:most] if most else rows.none().values("pk")
    return list(
        rows.filter(Q(slug__in=slugs) | Q(pk__in=list(newest.values_list("pk", flat=True))))
    )


def _part(
    section: Section,
    asked: Asked,
    pictures: dict[int, Picture],
    articles: list[Page],
    *,
    shelves: Sequence[Shelf],
    names: dict[str, str],
) -> Part:
    values = section.values
    picture = values.get("picture")
    part = Part(
        kind=section.kind,
        id=section.id,
        title=section.said("title"),
        text=section.said("text"),
        button=section.said("button"),
        target=str(values.get("target") or ""),
        tone=str(values.get("tone") or "go"),
        looks=str(values.get("looks") or "row"),
        source=str(values.get("source") or "best"),
        picture=pictures.get(picture) if isinstance(picture, int) else None,
    )
    if section.kind == "shelf":
        _fill_shelf(part, section, asked, names)
    elif section.kind == "tiles":
        part.tiles = tiles_of()
    elif section.kind == "aisles":
        part.rows = [
            Part(kind="aisle", id=shelf.category.code, title=shelf.category.name, cards=row)
            for shelf in shelves
            if shelf.depth == 0
            if (
                row := asked.row(asked.tops.get(shelf.category.code, []), section.number("most", 5))
            )
        ]
    elif section.kind == "trust":
        points = [
            Section("", name, values.get(name) or {}) for name in ("first", "second", "third")
        ]
        part.rows = [
            Part(
                "point",
                p.id,
                p.said("title"),
                p.said("text"),
                icon=str(p.values.get("icon") or "star"),
            )
            for p in points
            if p.said("title")
        ]
    elif section.kind == "articles":
        slugs = _codes(section, "picked")
        by_slug = {article.slug: article for article in articles}
        named = [by_slug[slug] for slug in slugs if slug in by_slug]
        part.articles = (named if slugs else articles)[: section.number("most", 3)]
    return part


def _fill_shelf(part: Part, section: Section, asked: Asked, names: dict[str, str]) -> None:
    most = section.number("most", 10)
    code = str(section.values.get("category") or "")
    ids: Sequence[int] = ()
    title, part.target = "", ""
    match part.source:
        case "new":
            title, ids = _("New on the shelf"), asked.fresh
            part.target = reverse("shop:goods") + "?sort=new"
        case "saving":
            title, ids = _("Well below the market"), asked.saving
        case "category":
            title, ids = names.get(code, ""), asked.tops.get(code, [])
            part.target = reverse("shop:category", args=[code]) if code in names else ""
        case "picked":
            title = _("Our choice")
            ids = [
                asked.picked[word].pk for word in _codes(section, "goods") if word in asked.picked
            ]
        case _:
            few = len(asked.best) < BEST_LEAST
            title = _("New on the shelf") if few else _("Selling well today")
            ids = asked.fresh if few else asked.best
            part.target = reverse("shop:goods") + ("?sort=new" if few else "")
    part.title = part.title or title
    part.cards = asked.row(list(dict.fromkeys(ids)), most)
    if part.source == "saving":
        part.cards = [card for card in part.cards if card.variant.saved_bp]


def tiles_of() -> list[dict[str, Any]]:
    """Return the top categories that have something on sale, each with a picture of it."""
    faces = assortment.category_faces()
    return [
        {"category": shelf.category, "picture": faces[shelf.category.pk]}
        for shelf in catalogue.shelves()
        if shelf.depth == 0 and shelf.category.pk in faces
    ]
