"""The way to every page: links followed as people would follow them, from their own Today."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.browser.office import Office, Visit
from zhanggui.config.routes import routes
from zhanggui.ground.org.line_forms import LINE_FORMS

Way = tuple[str, str]
"""Who goes there, and its address."""

PEOPLE = ("fang", "huang", "chen_junkai", "tong", "hu", "su", "ye", "cai", "lin")
"""Between them they hold every duty of this version and have met every state of a record."""

VISITS = {"queue": 8, "dossier": 8, "act": 0, "bulk": 0, "export": 0}
"""How many pages of one name are opened for a person while links are gathered; others: 2."""

DIRECT: dict[str, Way] = {
    "account:first": ("", "/"),
    "account_login": ("", "/sign-in/"),
    "account_reauthenticate": ("fang", "/desk/me/security/confirm/"),
    "act:catalogue.edit_category": ("tong", "/desk/catalogue/category/1/edit_category/"),
    "dossier:catalogue.category": ("tong", "/desk/catalogue/category/1/"),
    "courier:app": ("cai", "/courier/"),
    "courier:stops": ("cai", "/courier/stops/"),
    "desk:patterns": ("fang", "/desk/patterns/"),
    "desk:today": ("huang", "/desk/"),
    "mfa_index": ("fang", "/desk/me/security/"),
    "shop:cart": ("", "/shop/cart/"),
    "shop:category": ("", "/shop/c/TEA/"),
    "shop:checkout": ("", "/shop/checkout/"),
    "shop:district": ("", "/shop/district/"),
    "shop:goods": ("", "/shop/goods/"),
    "shop:home": ("", "/shop/"),
    "shop:orders": ("", "/shop/orders/"),
    "shop:product": ("", "/shop/p/TGY/"),
    "shop:search": ("", "/shop/search/"),
}
"""Pages that no desk links to: at the door, found by search, for who writes pages."""

FILES = {
    "catalogue:template_csv",
    "catalogue:template_xlsx",
    "courier:manifest",
    "courier:shift",
    "courier:token",
    "courier:worker",
    "healthz",
    "link",
    "readyz",
    "media:picture",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
    "robots",
    "shop:seen",
    "shop:sitemap",
}
"""What answers GET with a file, a word or data for a script, not with a page."""

ELSEWHERE = {
    # test_courier.py, where a courier is on the road:
    "courier:stop",
    # test_signing_in.py, which has the proofs they speak of:
    "account_set_password",
    "act:org.clear_proofs",
    "act:org.resume_person",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    # test_work.py, where a change is released:
    "act:upkeep.confirm_release",
    "act:upkeep.reopen_request",
    # test_shop.py, where an order is placed:
    "shop:order",
    # test_goods.py, where goods are taken in, pictured and priced:
    "act:catalogue.put_picture_first",
    "act:catalogue.send_back",
    "act:catalogue.take_in_goods",
    "act:prices.withdraw_price",
    "dossier:catalogue.intake",
}
"""Pages that need something the example company has not: looked at where it is made."""

OWN_TESTS = re.compile(
    r"api\b|api:|(?:orders|delivery|cash|reports|site|demo|traffic):"
    r"|\w+:(?:orders|delivery|cash|reports|site|traffic)\."
)
"""Data for programs; and the pages of trade, whose records come and go with the hour: each room
looks at them in its own tests; test_cod_day, test_courier and test_shop do so in a browser."""

_LINK = re.compile(r'\b(?:href|action|hx-get)="(/[^"#]*)"')


def wanted() -> list[str]:
    """Return the name of every page there is: each URL that answers GET, each kind of line."""
    names = [
        route.name
        for route in routes()
        if "GET" in route.methods and not OWN_TESTS.match(route.name)
    ]
    lines = [f"org:line/{kind}" for kind in LINE_FORMS]
    return sorted({name for name in names if name != "org:line"} | set(lines))


def name_of(path: str) -> str:
    """Return the name of the page at an address, "" for what is no page."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    kind = match.kwargs.get("kind", "")
    return f"{match.view_name}/{kind}" if kind else match.view_name


def ways(office: Office) -> dict[str, Way]:
    """Return for each page someone who finds a link to it, and the link."""
    names = set(wanted())
    found: dict[str, Way] = {}
    for user in PEOPLE:
        visit = Visit(office.url, session=office.session(user))
        seen = {"/desk/"}
        opened: Counter[str] = Counter()
        waiting = deque(["/desk/"])
        while waiting:
            path = waiting.popleft()
            name = name_of(path)
            opened[name] += 1
            if opened[name] > VISITS.get(name.partition(":")[0], 2):
                continue
            for link in _LINK.findall(visit.get(path)[1]):
                link = html.unescape(link)
                if link in seen or (there := name_of(link)) not in names:
                    continue
                seen.add(link)
                found.setdefault(there, (user, link))
                waiting.append(link)
    return found
