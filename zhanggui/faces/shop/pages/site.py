"""What search engines ask: which pages there are, and which are none of theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape

from zhanggui.books.catalogue.queries import shelves
from zhanggui.books.content.queries.pages import addresses
from zhanggui.books.content.rules.pages import PageKind
from zhanggui.faces.shop.queries.goods import on_sale
from zhanggui.ground.desk.access import page

SITEMAP_URLS_MAX = 50_000
"""Addresses in one sitemap: what the protocol allows (sitemaps.org)."""

HOURLY = "public, max-age=3600"


@page("public")
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the shop's pages: home, where we deliver, categories, articles, help, goods on sale."""
    paths = [reverse("shop:home"), reverse("shop:goods"), reverse("shop:district")]
    paths += [reverse("shop:category", args=[shelf.category.code]) for shelf in shelves()]
    codes = on_sale().order_by("code").values_list("code", flat=True)
    paths += [reverse("shop:articles"), reverse("shop:help")]
    paths += [
        reverse("shop:article" if kind == PageKind.ARTICLE else "shop:help_page", args=[slug])
        for kind, slug in addresses()
    ]
    paths += [reverse("shop:product", args=[code]) for code in codes[:SITEMAP_URLS_MAX]]
    urls = "".join(
        f"<url><loc>{escape(request.build_absolute_uri(path))}</loc></url>"
        for path in paths[:SITEMAP_URLS_MAX]
    )
    return HttpResponse(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>',
        content_type="application/xml",
        headers={"Cache-Control": HOURLY},
    )


@page("public")
def robots(request: HttpRequest) -> HttpResponse:
    """Say that the shop may be searched, and nothing else."""
    lines = [
        "User-agent: *",
        "Allow: /shop/",
        "Allow: /pictures/",
        "Allow: /static/",
        "Disallow: /shop/cart/",
        "Disallow: /shop/checkout/",
        "Disallow: /shop/order/",
        "Disallow: /shop/orders/",
        "Disallow: /shop/search/",
        "Disallow: /shop/preview/",
        "Disallow: /",
        f"Sitemap: {request.build_absolute_uri(reverse('shop:sitemap'))}",
    ]
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, content_type="text/plain", headers={"Cache-Control": HOURLY})
