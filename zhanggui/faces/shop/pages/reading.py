"""What editors write for customers: the home page, articles, help, and looking at a draft."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.content.models import PageVersion
from zhanggui.books.content.pages.editor import draft_sent
from zhanggui.books.content.queries import pages as content
from zhanggui.books.content.queries.bodies import Section, sections_of
from zhanggui.books.content.rules.pages import PageKind
from zhanggui.books.content.rules.standard import STANDARD_HOME
from zhanggui.faces.shop.pages.frame import (
    NEVER_KEPT,
    depot_for,
    linked_data,
    picture_url,
    show,
    trail,
)
from zhanggui.faces.shop.queries.sections import Part, parts_of
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of, moment_of

ON_PAGE = 12
"""Articles on one page of the list: four rows of three on a screen."""

BESIDE = 3
"""Other articles below one: a row on a screen."""


def _parts(request: HttpRequest, sections: list[Section]) -> list[Part]:
    return parts_of(
        sections,
        shelves=catalogue.shelves(),
        at=moment_of(request),
        depot=depot_for(request),
    )


# --- home -----------------------------------------------------------------------------------------


@page("public")
def home(request: HttpRequest) -> HttpResponse:
    """Show the shop: the home page as it is published, or as every new shop opens."""
    version = content.home_version()
    return _show_home(request, version)


def _show_home(request: HttpRequest, version: PageVersion | None, **how: Any) -> HttpResponse:
    parts = _parts(request, sections_of(version.body if version else STANDARD_HOME))
    site = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "url": request.build_absolute_uri(reverse("shop:home")),
        "potentialAction": {
            "@type": "SearchAction",
            "target": request.build_absolute_uri(reverse("shop:search")) + "?q={words}",
            "query-input": "required name=words",
        },
    }
    context = {
        "parts": parts,
        "prose": any(part.kind in {"prose", "picture"} for part in parts),
        "opens": any(part.kind == "hero" for part in parts),
        "bare": not any(part.cards or part.kind == "aisles" for part in parts),
        "search_title": version.search_title_zh and version.search_title if version else "",
        "search_text": version.search_text_zh and version.search_text if version else "",
        "data": linked_data(request, site),
    }
    return show(request, "shop/home.html", {**context, **how.pop("extra", {})}, tab="home", **how)


# --- articles and help ----------------------------------------------------------------------------


@page("public")
def articles(request: HttpRequest) -> HttpResponse:
    """List the published articles, the newest first."""
    rows = content.published(PageKind.ARTICLE)
    total = rows.count()
    pages = max(1, -(-total // ON_PAGE))
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    number = min(max(number, 1), pages)
    context = {
        "articles": rows[(number - 1) * ON_PAGE : number * ON_PAGE],
        "prev": number > 1 and (f"?page={number - 1}" if number > 2 else request.path),
        "next": number < pages and f"?page={number + 1}",
        "number": number,
        "pages": pages,
        "data": linked_data(request, trail(request, [_home_step(), _articles_step()])),
    }
    return show(request, "shop/articles.html", context, tab="articles")


@page("public")
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one article with what it is made of."""
    record = content.published_at(PageKind.ARTICLE, slug)
    if record is None or record.live is None:
        raise Http404
    return _show_article(request, record, record.live)


def _show_article(
    request: HttpRequest, record: Any, version: PageVersion, **how: Any
) -> HttpResponse:
    image = picture_url(request, version.cover)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": version.title,
        "description": version.search_text,
        "url": request.build_absolute_uri(reverse("shop:article", args=[record.slug])),
        "dateModified": (record.live_at or version.saved_at).isoformat(),
        "datePublished": (record.first_live_at or version.saved_at).isoformat(),
    }
    if image:
        data["image"] = [image]
    steps = [_home_step(), _articles_step(), (version.title, data["url"])]
    others = content.published(PageKind.ARTICLE).exclude(pk=record.pk)
    context = {
        "page": record,
        "version": version,
        "parts": _parts(request, sections_of(version.body)),
        "shown_at": record.first_live_at or version.saved_at,
        "image": image,
        "others": others[:BESIDE],
        "data": linked_data(request, [data, trail(request, steps)]),
    }
    return show(
        request, "shop/article.html", {**context, **how.pop("extra", {})}, tab="articles", **how
    )


@page("public")
def help_index(request: HttpRequest) -> HttpResponse:
    """List the help pages, in the order the editor gave them."""
    context = {"pages": content.published(PageKind.HELP)}
    return show(request, "shop/help.html", context, tab="help")


@page("public")
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one help page beside the list of all."""
    record = content.published_at(PageKind.HELP, slug)
    if record is None or record.live is None:
        raise Http404
    return _show_help(request, record, record.live)


def _show_help(request: HttpRequest, record: Any, version: PageVersion, **how: Any) -> HttpResponse:
    steps = [
        _home_step(),
        (_("Help"), reverse("shop:help")),
        (version.title, reverse("shop:help_page", args=[record.slug])),
    ]
    context = {
        "page": record,
        "version": version,
        "parts": _parts(request, sections_of(version.body)),
        "pages": content.published(PageKind.HELP),
        "data": linked_data(request, trail(request, steps)),
    }
    return show(
        request, "shop/help_page.html", {**context, **how.pop("extra", {})}, tab="help", **how
    )


def _home_step() -> tuple[str, str]:
    return (_("Shop"), reverse("shop:home"))


def _articles_step() -> tuple[str, str]:
    return (_("Good to know"), reverse("shop:articles"))


# --- looking at what is not published -------------------------------------------------------------


@page(
    duty=content.PUBLISHING,
    methods=("GET", "POST"),
    kind="content.Page",
    scope="pages belong to the whole company",
)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page before it is published: its newest version, a former one, or what a form holds.

    Nobody outside reaches it, nothing is kept, and it counts as no view.
    """
    record = content.page_of(actor_of(request), pk)
    version = record.latest
    if request.method == "POST":
        version = draft_sent(request, record)
    elif (number := request.GET.get("version", "")).isdecimal() and len(number) < 6:
        version = content.version_of(record, int(number))
    if version is None:
        raise Http404
    asked = request.POST.get("language") or request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        how: dict[str, Any] = {
            "extra": {"preview": {"framed": "frame" in request.GET, "number": version.number}},
            "cache": NEVER_KEPT,
            "counted": False,
        }
        if record.kind == PageKind.HOME:
            response = _show_home(request, version, **how)
        elif record.kind == PageKind.ARTICLE:
            response = _show_article(request, record, version, **how)
        else:
            response = _show_help(request, record, version, **how)
    policy = {**settings.SECURE_CSP, "frame-ancestors": ["'self'"]}
    response.headers["Content-Security-Policy"] = "; ".join(
        f"{name} {' '.join(values)}" for name, values in policy.items()
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
