"""The way to every page: links followed as people would follow them, from their own Today."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from functools import cache
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.browser.office import Office, Visit
from zhanggui.config.routes import routes
from zhanggui.ground.org.line_forms import LINE_FORMS

Way = tuple[str, str]
"""Who goes there, and its address."""

PEOPLE = {
    **dict.fromkeys(("fang", "huang", "chen_junkai", "tong", "hu", "su", "ye", "cai", "lin"), ""),
    "wu": "queue/cash.counting/",
    "xie": "",
    "li": "queue/content.sections/ style/",
    "zhuang": "queue/cash.late/",
    "qiu": "queue/cash.own_differences/",
    "jiang": "queue/content.pages/",
}
"""Between them they hold every duty of this version and have met every state of a record: who, and
on which pages of the desk they begin."""

VISITS = {"desk": 2, "queue": 2, "dossier": 5, "panel": 4, "act": 0, "bulk": 0, "export": 0}
"""How many pages of one name a person opens from pages of one name. Pages of other kinds look alike
for everyone: two of a name are opened in all."""

DIRECT: dict[str, Way] = {
    "account:first": ("", "/"),
    "account_login": ("", "/sign-in/"),
    "account_reauthenticate": ("fang", "/desk/me/security/confirm/"),
    "act:catalogue.edit_category": ("tong", "/desk/catalogue/category/1/edit_category/"),
    "act:catalogue.add_attribute": ("tong", "/desk/catalogue/category/1/add_attribute/"),
    "act:catalogue.edit_attribute": ("tong", "/desk/catalogue/attribute/1/edit_attribute/"),
    "act:catalogue.introduce_category": ("tong", "/desk/catalogue/category/1/introduce_category/"),
    "act:catalogue.retire_attribute": ("tong", "/desk/catalogue/attribute/1/retire_attribute/"),
    "dossier:catalogue.attribute": ("tong", "/desk/catalogue/attribute/1/"),
    "dossier:catalogue.category": ("tong", "/desk/catalogue/category/1/"),
    "act:content.place_page": ("jiang", "/desk/content/page/2/place_page/"),
    "act:content.set_up_home": ("jiang", "/desk/new/content/set_up_home/"),
    "act:content.withdraw_page": ("jiang", "/desk/content/page/7/withdraw_page/"),
    "act:content.reword_picture": ("jiang", "/desk/media/picture/1/reword_picture/"),
    "dossier:media.picture": ("jiang", "/desk/media/picture/1/"),
    "courier:app": ("cai", "/courier/"),
    "courier:stops": ("cai", "/courier/stops/"),
    "desk:patterns": ("fang", "/desk/patterns/"),
    "demo:day": ("", "/example/day/"),
    "desk:today": ("huang", "/desk/"),
    "queue:cash.hand_in": ("cai", "/desk/queue/cash.hand_in/"),
    "queue:delivery.dispatch": ("hu", "/desk/queue/delivery.dispatch/"),
    "queue:style.tokens": ("li", "/desk/queue/style.tokens/"),
    "act:style.change_style": ("li", "/desk/style/style/2/change_style/"),
    "mfa_index": ("fang", "/desk/me/security/"),
    "act:search.end_synonym": ("tong", "/desk/search/synonym/1/end_synonym/"),
    "act:search.reopen_word": ("tong", "/desk/search/missedword/4/reopen_word/"),
    "dossier:search.synonym": ("tong", "/desk/search/synonym/1/"),
    "shop:article": ("", "/shop/a/keep-tea/"),
    "shop:articles": ("", "/shop/a/"),
    "shop:help": ("", "/shop/help/"),
    "shop:help_page": ("", "/shop/help/order/"),
    "shop:preview": ("jiang", "/shop/preview/1/"),
    "shop:ask": ("", "/shop/ask/"),
    "shop:cart": ("", "/shop/cart/"),
    "shop:category": ("", "/shop/c/TEA/"),
    "shop:checkout": ("", "/shop/checkout/"),
    "shop:district": ("", "/shop/district/"),
    "shop:goods": ("", "/shop/goods/"),
    "shop:home": ("", "/shop/"),
    "shop:orders": ("", "/shop/orders/"),
    "shop:product": ("", "/shop/p/TGY/"),
    "shop:search": ("", "/shop/search/"),
    "shop:sign_in": ("", "/shop/account/sign-in/"),
}
"""Pages that no desk links to: at the door, found by search, for who writes pages."""

FILES = {
    "catalogue:template_csv",
    "catalogue:template_xlsx",
    "content:goods",
    "content:pictures",
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
    "shop:style",
    "style:try",
    "site:export",
    "traffic:qr",
    "shop:sitemap",
    "shop:suggest",
}
"""What answers GET with a file, a word, or data or a part for a script, not with a page."""

PROGRAMS = ("api:", "api")
"""Doors of programs answer with data; faces/api tests them."""

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
    # test_members.py, where somebody is signed in as a member:
    "shop:account",
    "shop:address",
    "shop:addresses",
    "shop:data",
    "shop:new_address",
    "shop:reminders",
    "shop:requests",
    "shop:security",
    # test_cod_day.py, where a run is planned and packed:
    "act:delivery.add_orders",
    "act:delivery.dissolve_run",
    "act:delivery.drop_stop",
    "act:delivery.load_run",
    "act:delivery.move_stop",
    "act:delivery.pick_run",
    # orders/tests: it is offered only until the next round does the same by itself, a minute.
    "act:orders.recheck_stock",
    # cash/tests: at ten o'clock no courier of the example company has a door that was paid ahead.
    "act:cash.hand_over_paid",
    # test_goods.py, where goods are taken in, pictured and priced:
    "act:catalogue.put_picture_first",
    "act:catalogue.send_back",
    "act:catalogue.take_in_goods",
    "act:prices.withdraw_price",
    "dossier:catalogue.intake",
}
"""Pages that need something the example company has not: looked at where it is made."""

_LINK = re.compile(r'\b(?:href|action|hx-get)="(/[^"#]*)"')


def wanted() -> list[str]:
    """Return the name of every page there is: each URL that answers GET, each kind of line."""
    names = [
        route.name
        for route in routes()
        if "GET" in route.methods and not route.name.startswith(PROGRAMS)
    ]
    lines = [f"org:line/{kind}" for kind in LINE_FORMS]
    return sorted({name for name in names if name != "org:line"} | set(lines))


@cache
def name_of(path: str) -> str:
    """Return the name of the page at an address, "" for what is no page."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    kind = match.kwargs.get("kind", "")
    return f"{match.view_name}/{kind}" if kind else match.view_name


def ways(office: Office) -> tuple[dict[str, Way], list[str]]:
    """Return for each page someone who finds a link to it, and the link; and links to nowhere."""
    names = set(wanted())
    sought = names - set(DIRECT) - FILES - ELSEWHERE
    found: dict[str, Way] = {}
    dead: list[str] = []
    opened: Counter[tuple[str, str]] = Counter()
    for user, begins in PEOPLE.items():
        visit = Visit(office.url, session=office.session(user))
        starts = [f"/desk/{begin}" for begin in begins.split(" ")]
        seen, waiting = set(starts), deque((start, "") for start in starts)
        for start in starts:
            found.setdefault(name_of(start), (user, start))
        while waiting and sought - found.keys():
            path, origin = waiting.popleft()
            name = name_of(path)
            kind = name.partition(":")[0]
            opened[page := (name, f"{user} {origin}" if kind in VISITS else "")] += 1
            if opened[page] > VISITS.get(kind, 2):
                continue
            status, text = visit.get(path)
            if kind == "panel":  # it may have nothing to say of this record
                if status == 200:
                    found.setdefault(name, (user, path))
            elif status >= 400:
                dead.append(f"{user} comes from {origin} to {path}: {status}")
            for link in _LINK.findall(text):
                link = html.unescape(link)
                if link in seen or (there := name_of(link)) not in names:
                    continue
                seen.add(link)
                if not there.startswith("panel:"):
                    found.setdefault(there, (user, link))
                waiting.append((link, name))
    return found, dead
