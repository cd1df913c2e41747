"""Reading pages: what waits for an editor, what customers may read, and who wrote what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.cache import cache
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.content.models import Page, PageVersion
from zhanggui.books.content.queries.bodies import pictures_named
from zhanggui.books.content.rules.pages import OLD_AFTER, PageKind, PageState
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.media.models import Picture

EDITING = "content.pages"
"""The duty of whoever writes pages, articles and help."""

DESIGNING = "content.sections"
"""The duty of whoever changes the sections of pages."""

PUBLISHING = "content.publishing"
"""What both may do: look at every page, publish it, plan it, lead it back."""

HERE_S = 600
"""Seconds after which somebody who had a page open counts as gone: a phone call long."""

VERSIONS_SHOWN = 30
"""Versions on a page's dossier: a season of a page that changes twice a week."""


def _rows() -> QuerySet[Page]:
    return Page.objects.select_related("latest__saved_by", "live", "planned")


def _seen(by: DeskActor, duty: str) -> QuerySet[Page]:
    """Return all pages for a holder of the duty: the site belongs to the whole company."""
    return _rows() if by.scope(duty) else _rows().none()


def _waiting(rows: QuerySet[Page], at: datetime) -> QuerySet[Page]:
    """Return the pages that ask for something, with `waits_since`, the longest wait first."""
    fresh = Greatest(Coalesce("live_at", "begun_at"), Coalesce("read_at", "begun_at"))
    rows = rows.annotate(fresh_at=fresh)
    aged = Q(state=PageState.LIVE, fresh_at__lt=at - OLD_AFTER)
    old_at = ExpressionWrapper(F("fresh_at") + Value(OLD_AFTER), output_field=DateTimeField())
    rows = rows.filter(Q(changed_at__isnull=False) | aged)
    return rows.annotate(waits_since=Coalesce("changed_at", old_at)).order_by("waits_since", "pk")


def pages_to_edit(by: DeskActor) -> QuerySet[Page]:
    """Return the pages that wait for an editor: drafts, plans, and what nobody read for long."""
    return _waiting(_seen(by, EDITING), by.at)


def pages_to_design(by: DeskActor) -> QuerySet[Page]:
    """Return the pages on which a page designer is at work: those with drafts or plans."""
    rows = _seen(by, DESIGNING).filter(changed_at__isnull=False)
    return rows.annotate(waits_since=F("changed_at")).order_by("waits_since", "pk")


def pages_seen(by: DeskActor) -> QuerySet[Page]:
    """Return every page of the site: home, then articles and help as customers find them."""
    return _seen(by, PUBLISHING).order_by("kind", "position", "-begun_at", "pk")


def page_of(by: DeskActor, pk: int) -> Page:
    """Return a page for whoever answers for pages; else `not_yours`."""
    found = _seen(by, PUBLISHING).filter(pk=pk).first()
    if found is None:
        raise not_yours()
    return found


def find_pages(by: DeskActor, text: str, limit: int) -> list[Page]:
    """Return the pages whose title or address has the text, latest first."""
    named = Q(slug__icontains=text)
    for name in ("title_zh", "title_en"):
        named |= Q(**{f"latest__{name}__icontains": text})
    return list(_seen(by, PUBLISHING).filter(named).order_by("-pk")[:limit])


def may_write(by: DeskActor) -> bool:
    """Return whether somebody may change the words of a page, and not its sections alone."""
    return bool(by.scope(EDITING))


# --- versions -------------------------------------------------------------------------------------


def versions_of(page: Page) -> QuerySet[PageVersion]:
    """Return the versions of a page, the newest first."""
    return PageVersion.objects.filter(page=page).select_related("saved_by").order_by("-number")


def version_of(page: Page, number: int) -> PageVersion | None:
    """Return one version of a page by its number."""
    return PageVersion.objects.filter(page=page, number=number).first()


def newest_number(page: Page) -> int:
    """Return the number of the newest version, 0 before the first."""
    return page.latest.number if page.latest is not None else 0


def is_taken(kind: str, slug: str) -> bool:
    """Return whether there is a page of the kind at the address already, or a home page."""
    named = Q(kind=kind) if kind == PageKind.HOME else Q(kind=kind, slug=slug)
    return Page.objects.filter(named).exists()


def pages_there_are() -> int:
    """Return how many pages the site has."""
    return Page.objects.count()


def pages_due(*, at: datetime) -> list[Page]:
    """Return the pages whose planned moment has come, the earliest first."""
    rows = Page.objects.filter(planned_at__lte=at)
    return list(rows.select_related("planned", "latest").order_by("planned_at", "pk"))


# --- what customers read --------------------------------------------------------------------------


def home_version() -> PageVersion | None:
    """Return the home page as it is published; None before that."""
    return PageVersion.objects.filter(page__kind=PageKind.HOME, page__live=F("pk")).first()


def published(kind: str) -> QuerySet[Page]:
    """Return the published pages of a kind: articles newest first, help in its order."""
    rows = Page.objects.filter(kind=kind, state=PageState.LIVE).select_related("live__cover")
    if kind == PageKind.ARTICLE:
        return rows.order_by("-first_live_at", "-pk")
    return rows.order_by("position", "pk")


def published_at(kind: str, slug: str) -> Page | None:
    """Return a published page by its address."""
    return published(kind).filter(slug=slug).first()


def addresses() -> list[tuple[str, str]]:
    """Return kind and address of every published article and help page, in one statement."""
    rows = Page.objects.filter(state=PageState.LIVE).exclude(kind=PageKind.HOME)
    return list(rows.order_by("kind", "position", "pk").values_list("kind", "slug"))


# --- choosing for a section -----------------------------------------------------------------------


def pictures_to_choose(by: DeskActor, text: str, *, most: int) -> list[Picture]:
    """Return pictures of the library whose words have the text, the latest first."""
    if not by.scope(PUBLISHING):
        raise not_yours()
    rows = Picture.objects.order_by("-pk")
    if text:
        rows = rows.filter(Q(alt_zh__icontains=text) | Q(alt_en__icontains=text))
    return list(rows[:most])


def picture_of(by: DeskActor, pk: int) -> Picture:
    """Return a picture of the library; else `not_yours`."""
    found = Picture.objects.filter(pk=pk).first() if by.scope(PUBLISHING) else None
    if found is None:
        raise not_yours()
    return found


def pages_with(picture: Picture) -> list[Page]:
    """Return the pages that show a picture, or will with their newest version."""
    return [
        page
        for page in _rows().order_by("kind", "position", "pk")
        for versions in [[v for v in (page.live, page.latest) if v is not None]]
        if any(v.cover_id == picture.pk or picture.pk in pictures_named(v.body) for v in versions)
    ]


def goods_with(picture: Picture) -> list[Product]:
    """Return the goods on which a picture hangs."""
    return list(Product.objects.filter(pictures__picture=picture).order_by("code"))


def pictures_by_id(ids: Iterable[int]) -> dict[int, Picture]:
    """Return pictures by their ids, in one statement; none for none."""
    wanted = set(ids)
    return Picture.objects.in_bulk(wanted) if wanted else {}


def goods_to_choose(by: DeskActor, text: str, *, most: int) -> list[Product]:
    """Return goods on sale whose names or code have the text."""
    if not by.scope(PUBLISHING):
        raise not_yours()
    words = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text)
    rows = Product.objects.filter(words, state=ProductState.LISTED)
    return list(rows.order_by("code")[:most])


# --- who else is here -----------------------------------------------------------------------------


def _key(page: Page) -> str:
    return f"content.here.{page.pk}"


def others_here(page: Page, by: DeskActor) -> list[str]:
    """Return who else has a page open at the moment, and note that this person has.

    It is kept where nothing lasts: a courtesy, no record.
    """
    now = by.at.timestamp()
    held: dict[int, tuple[str, float]] = cache.get(_key(page)) or {}
    held = {pk: row for pk, row in held.items() if 0 <= now - row[1] < HERE_S}
    others = [name for pk, (name, _at) in held.items() if pk != by.person_id]
    if by.person_id is not None:
        held[by.person_id] = (by.name, now)
    cache.set(_key(page), held, HERE_S)
    return others
