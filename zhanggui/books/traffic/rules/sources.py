"""Where a visit comes from, on which page it begins, and in whose hands."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAME_CHARS_MAX = 80
"""Characters of a source, medium or campaign that are kept: the names people give fit into half."""

PATH_CHARS_MAX = 120
"""Characters of the path on which a visit began that are kept: the shop's own are shorter."""

URL_CHARS_MAX = 2_000
"""Characters of an address that are looked at: no browser's own is longer."""

KEPT = timedelta(days=30)
"""How long the last source that was not direct counts for an order: between two purchases of most
households lie two weeks, and after a month nobody remembers an advertisement."""

SEEN_WITHIN = timedelta(minutes=10)
"""How long after it was shown a page's script may report back: slow lines need seconds, and what
comes later is a page somebody came back to."""

ORIGINS_A_DAY_MAX = 200
"""Sources that may be new on one day. Anybody can invent a source by asking for a page with it;
what comes beyond is counted together, and the table stays as short as people can read."""

VIA = "via"
"""The word of an address by which a page knows which tracked link led to it."""


class SourceKind(TextChoices):
    """What kind of place a visit came from."""

    DIRECT = "direct", _("Direct")
    LINK = "link", _("Tracked link")
    CAMPAIGN = "campaign", _("Campaign")
    SEARCH = "search", _("Search engine")
    SITE = "site", _("Another site")
    OTHER = "other", _("Many more, counted together")


class Device(TextChoices):
    """What a page was looked at with."""

    PHONE = "phone", pgettext_lazy("device", "Phone")
    TABLET = "tablet", pgettext_lazy("device", "Tablet")
    COMPUTER = "computer", pgettext_lazy("device", "Computer")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a visit came from: the kind of place, its name, and what an address said of itself.

    `name` is a link's code, the source a campaign names, a search engine, or another site's host.
    """

    kind: str = SourceKind.DIRECT.value
    name: str = ""
    medium: str = ""
    campaign: str = ""


DIRECT = Source()
OTHER = Source(SourceKind.OTHER.value)

ENGINES: dict[str, str] = {
    "baidu": r"(?:^|\.)baidu\.com$",
    "sogou": r"(?:^|\.)sogou\.com$",
    "360": r"(?:^|\.)so\.com$",
    "shenma": r"(?:^|\.)sm\.cn$",
    "toutiao": r"^so\.toutiao\.com$",
    "bing": r"(?:^|\.)bing\.com$",
    "google": r"(?:^|\.)google\.(?:com|[a-z]{2}|com?\.[a-z]{2})$",
    "yandex": r"(?:^|\.)yandex\.[a-z]{2,3}$",
    "duckduckgo": r"(?:^|\.)duckduckgo\.com$",
}
"""Search engines, by the hosts under which they answer."""

_CODE = re.compile(r"[a-z0-9-]{3,40}")
_TABLET = re.compile(r"ipad|tablet|pad;|kindle|silk/|playbook|mediapad|matepad", re.IGNORECASE)
_PHONE = re.compile(
    r"mobile|iphone|ipod|micromessenger|windows phone|opera mini|ucbrowser|miuibrowser|dalvik",
    re.IGNORECASE,
)


def is_code(text: str) -> bool:
    """Tell whether a text may be the code of a tracked link."""
    return _CODE.fullmatch(text) is not None


def tidy(text: str) -> str:
    """Return a name from an address as it is kept: one line, small letters, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()).lower()[
        :NAME_CHARS_MAX
    ]


def host_of(address: str) -> str:
    """Return the host of an address without `www.`, "" for what is none."""
    try:
        host = urlsplit(address[:URL_CHARS_MAX]).hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")[:NAME_CHARS_MAX]


def engine_of(host: str) -> str:
    """Return the search engine that answers at a host, "" for none."""
    return next((name for name, at in ENGINES.items() if re.search(at, host)), "")


def source_of(query: str, referrer: str, *, hosts: Collection[str]) -> Source:
    """Return where a view came from, by what its address says and the page before it.

    A tracked link goes first, then a campaign named by the address, then the page before: a search
    engine, or another site. A page of one's own (`hosts`), and none at all, are direct.
    """
    words = parse_qs(query[:URL_CHARS_MAX], max_num_fields=50) if "=" in query else {}
    said = {name: tidy(values[0]) for name, values in words.items()}
    if (code := said.get(VIA, "")) and is_code(code):
        return Source(SourceKind.LINK.value, code)
    if name := said.get("utm_source", ""):
        medium, campaign = said.get("utm_medium", ""), said.get("utm_campaign", "")
        return Source(SourceKind.CAMPAIGN.value, name, medium, campaign)
    host = host_of(referrer)
    if not host or host in hosts:
        return DIRECT
    if engine := engine_of(host):
        return Source(SourceKind.SEARCH.value, engine)
    return Source(SourceKind.SITE.value, host)


def device_of(agent: str) -> str:
    """Return what a page was looked at with, by what the browser says of itself."""
    android_tablet = "Android" in agent and "Mobile" not in agent and "Dalvik" not in agent
    if android_tablet or _TABLET.search(agent):
        return Device.TABLET
    return Device.PHONE if _PHONE.search(agent) else Device.COMPUTER


# --- pages of the shop -------------------------------------------------------------------------

SHOP = "/shop/"
LINK_PATH = "/l/"
SEEN_PATH = "/shop/seen/"
NO_PAGES = ("/shop/sitemap.xml", SEEN_PATH, "/shop/cart/add/", "/shop/cart/change/")
"""Addresses below the shop that are no pages."""

DRAFTS = "/shop/preview/"
"""Where the house looks at its own drafts: no visits."""

SECRET = ("/shop/order/",)
"""Pages whose address is a secret: their visits are counted without it."""


def is_page(path: str) -> bool:
    """Tell whether an address is that of a page of the shop."""
    return (
        path.startswith(SHOP)
        and path.endswith("/")
        and path not in NO_PAGES
        and not path.startswith(DRAFTS)
    )


def landing_of(path: str) -> str:
    """Return the page on which a visit began, without what is secret in its address."""
    for secret in SECRET:
        if path.startswith(secret):
            return secret
    return path[:PATH_CHARS_MAX]


class Step(TextChoices):
    """How far a visitor has come towards an order."""

    GOODS = "goods", _("Looked at goods")
    CART = "cart", _("Put into the cart")
    CHECKOUT = "checkout", _("Began to check out")
    PLACED = "placed", _("Placed an order")


BITS: dict[Step, int] = {step: 1 << number for number, step in enumerate(Step)}
"""The bit by which each step is remembered."""


def step_of(method: str, path: str, status: int) -> int:
    """Return the bit of the step that an answered request was, 0 for none.

    A page that was shown is a step by itself; putting into the cart is one where it was not
    refused, and sending the checkout's form where it led to the order's page.
    """
    if method == "GET" and status == 200:
        if path.startswith("/shop/p/"):
            return BITS[Step.GOODS]
        return BITS[Step.CHECKOUT] if path == "/shop/checkout/" else 0
    if method == "POST" and path == "/shop/cart/add/":
        return BITS[Step.CART] if status < 400 else 0
    if method == "POST" and path == "/shop/checkout/":
        return BITS[Step.PLACED] if status == 303 else 0
    return 0
