"""Takes the README's pictures of a fresh example company: python docs/screens/take.py [NAME]."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.look import Look  # noqa: E402
from tests.browser.office import Office  # noqa: E402

ORDER_ME = "陈小娟 13850307261 福建省莆田市荔城区镇海街道胜利路58号3栋502室"


# --- ways to what has no address of its own ---------------------------------------------------
def cart(page: Page, _office: Office) -> None:
    """Put three things into the cart and look at it."""
    for code in ("TGY", "GLA", "HSY"):
        page.goto(f"/shop/p/{code}/")
        page.locator(".buybar .btn--soft").first.click()
        page.locator("#toast").get_by_role("link").wait_for()
    page.goto("/shop/cart/", wait_until="networkidle")


def checkout(page: Page, office: Office) -> None:
    """Stand in the checkout with an address that was pasted and read."""
    cart(page, office)
    page.goto("/shop/checkout/")
    page.locator("#paste").fill(ORDER_ME)
    page.locator('button[value="paste"]').click()
    page.wait_for_load_state("networkidle")


def tracking(page: Page, office: Office) -> None:
    """Order what lies in the cart, by a pasted address, and stand on the order's page."""
    cart(page, office)
    page.goto("/shop/checkout/")
    page.locator("#paste").fill(ORDER_ME)
    page.locator('button[value="paste"]').click()
    page.wait_for_load_state("networkidle")
    page.locator('button[value="place"]').last.click()
    page.wait_for_url("**/shop/order/**")
    page.wait_for_load_state("networkidle")


MEMBER: list[Any] = []
"""The cookies of the member who signed in: a phone gets no code for each picture."""


def joined(page: Page, office: Office) -> None:
    """Be signed in as a member who has addresses, requests and a message."""
    if not MEMBER:
        _sign_in(page, office)
        MEMBER.extend(one for one in page.context.cookies() if one["name"] != "language")
    page.context.add_cookies(MEMBER)
    page.goto("/shop/account/", wait_until="networkidle")


def _sign_in(page: Page, office: Office) -> None:
    """Sign in by the code on the page."""
    phone = office.house.python(
        "from zhanggui.books.customers.models import Customer\n"
        "print(Customer.objects.order_by('pk')[0].phone)"
    )
    page.goto("/shop/account/sign-in/")
    page.locator("#phone").fill(phone.strip())
    page.locator('button[value="ask"]').click()
    code = re.search(r"\d{6}", page.locator(".note.tone-go").inner_text())
    assert code is not None
    page.locator("#code").fill(code[0])
    page.locator('button[value="answer"]').click()
    page.wait_for_url("**/shop/account/")


def a_style(page: Page, _office: Office) -> None:
    """Begin a style of the shop, and stand before its colours with the shop beside them."""
    page.goto("/desk/new/style/start_style/")
    page.locator("#act [name=name]").fill("春茶季")
    page.locator("#act [type=submit]").click()
    page.locator("#id_accent").fill("#1d6b43")
    page.locator("#id_accent_hover").fill("#175a35")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_500)  # until the shop beside it wears them
    page.evaluate("document.querySelectorAll('#toasts > *').forEach(one => one.remove())")
    page.evaluate("scrollTo(0, 0)")


def first_of(queue: str) -> Callable[[Page, Office], None]:
    """Return the way to the first record of a queue, opened beside it."""

    def go(page: Page, _office: Office) -> None:
        page.goto(f"/desk/queue/{queue}/", wait_until="networkidle")
        page.locator("tr[data-row] a").first.click()
        page.locator("#dossier[data-record]").wait_for()
        page.wait_for_load_state("networkidle")
        page.mouse.move(0, 0)

    return go


def a_run(page: Page, _office: Office) -> None:
    """Stand before the first run of the board."""
    page.goto("/desk/dispatch/", wait_until="networkidle")
    page.locator(".rows a, table a").first.click()
    page.wait_for_load_state("networkidle")


def a_door(page: Page, office: Office) -> None:
    """Send the courier out, and stand at his first door."""
    sent = office.house.python(
        "from tests.browser.road import send_out\n"
        "send_out('pan', area='xianyou', division='350322', orders=7, at='2026-11-23T10:05+08:00')"
    )
    stop = json.loads(sent)["stops"][0]["id"]
    page.goto("/courier/", wait_until="networkidle")
    page.goto(f"/courier/#/stop/{stop}")
    page.locator(".due").wait_for()
    page.locator(".tender label, label").nth(1).click()


def counting(page: Page, office: Office) -> None:
    """Begin to count the first hand-in."""
    first_of("cash.counting")(page, office)
    page.locator(
        '#dossier [data-act="count_remittance"], [data-act$="count_remittance"]'
    ).first.click()
    page.locator("[data-worth]").first.wait_for()


KB_MAX = 150
PORT = 8000  # it stands in the picture of the first page, and must be free
WIDE, PHONE, ENGLISH = Look(), Look(width=360), Look(language="en")
Step = Callable[[Page, Office], None]
SCREENS: dict[str, tuple[str, str | Step, Look]] = {
    "today-zh-1280": ("tong", "/desk/", WIDE),
    "today-zh-360": ("cai", "/desk/", PHONE),
    "today-en-dark-1280": ("huang", "/desk/", Look(language="en", dark=True)),
    "queue-zh-1280": ("huang", "/desk/queue/org.supervision/", WIDE),
    "queue-zh-360": ("huang", "/desk/queue/org.supervision/", PHONE),
    "dossier-zh-1280": ("huang", "仙游线路成本测算", WIDE),
    "coverage-zh-1280": ("lin", "/desk/coverage/?level=city", WIDE),
    "coverage-zh-360": ("lin", "/desk/coverage/", PHONE),
    "organisation-zh-1280": ("lin", "/desk/organisation/", WIDE),
    "organisation-zh-360": ("lin", "/desk/organisation/", PHONE),
    "reorganisation-zh-1280": ("fang", "庄伟调往福州，泉州设体验店", WIDE),
    "handbook-zh-1280": ("tong", "/desk/handbook/product_manager/", WIDE),
    "patterns-en-1280": ("fang", "/desk/patterns/", Look(language="en")),
    "welcome-zh-1280": ("", "/", WIDE),
    "editor-zh-1280": ("jiang", "/desk/content/page/1/edit/", WIDE),
    "editor-zh-360": ("jiang", "/desk/content/page/1/edit/", PHONE),
    "account-zh-dark-360": ("", joined, Look(width=360, dark=True)),
    "editor-en-1280": ("jiang", "/desk/content/page/1/edit/", ENGLISH),
    "editor-zh-dark-1280": ("jiang", "/desk/content/page/1/edit/", Look(dark=True)),
    "style-zh-1280": ("li", a_style, WIDE),
    "style-zh-360": ("li", a_style, PHONE),
    "style-en-1280": ("li", a_style, ENGLISH),
    "style-zh-dark-1280": ("li", a_style, Look(dark=True)),
    "statistics-zh-1280": ("jiang", "/desk/site/", WIDE),
    "statistics-zh-360": ("jiang", "/desk/site/", PHONE),
    "statistics-en-1280": ("jiang", "/desk/site/", ENGLISH),
    "screening-zh-1280": ("chen", first_of("orders.screening"), WIDE),
    "screening-zh-360": ("chen", "/desk/queue/orders.screening/", PHONE),
    "shortage-zh-1280": ("ye", first_of("orders.shortages"), WIDE),
    "run-zh-1280": ("hu", a_run, WIDE),
    "dispatch-zh-1280": ("hu", "/desk/dispatch/", WIDE),
    "courier-zh-360": ("pan", a_door, PHONE),
    "courier-bag-zh-360": ("pan", "/courier/#/bag", PHONE),
    "count-zh-1280": ("wu", counting, WIDE),
    "count-zh-360": ("wu", counting, PHONE),
    "cash-zh-1280": ("lin", "/desk/cash/", WIDE),
    "cash-en-360": ("lin", "/desk/cash/", Look(width=360, language="en")),
    "company-zh-1280": ("lin", "/desk/company/?day=2026-11-22", WIDE),
    "company-zh-360": ("lin", "/desk/company/?day=2026-11-22", PHONE),
}
SHOP: dict[str, str | Step] = {
    "shop": "/shop/",
    "category": "/shop/c/TEA/",
    "search": "/shop/search/?q=guiyuan",
    "product": "/shop/p/TGY/",
    "article": "/shop/a/keep-tea/",
    "district": "/shop/district/",
    "cart": cart,
    "checkout": checkout,
    "tracking": tracking,
    "account": joined,
}
"""The pages of the shop, each taken in both languages and both widths."""

SCREENS |= {
    f"{name}-{language[:2]}-{width}": ("", where, Look(width=width, language=language))
    for name, where in SHOP.items()
    for language in ("zh-hans", "en")
    for width in (360, 1280)
}
"""Each picture: who sits there, where (an address, the title of a record, or the way to it), and
how it looks."""


HEIGHTS: dict[str | Step, int] = {"/desk/patterns/": 1400, "庄伟调往福州，泉州设体验店": 1400}
"""How much of a page is seen, where it is not the usual."""


def main(names: list[str]) -> None:
    """Take the named pictures, or all of them."""
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        office = Office.opened(Path(data) / "data", port=PORT)
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
            for name in names or SCREENS:
                keep(name, take(browser, office, *SCREENS[name]))
        finally:
            browser.close()
            office.close()


def take(browser: Browser, office: Office, user: str, where: str | Step, look: Look) -> bytes:
    """Return a picture of a page as it stands in the window, without its scroll bar."""
    session = office.session(user) if user else ""
    height = HEIGHTS.get(where, 1100 if look.width > 500 else 760)
    context = look.context(browser, office, session, height=height)
    page = context.new_page()
    if callable(where):
        where(page, office)
    elif where.startswith("/"):
        page.goto(where, wait_until="networkidle")
    elif user == "fang":
        draft_with_gaps(page, where)
    else:
        page.goto("/desk/queue/org.supervision/", wait_until="networkidle")
        page.get_by_role("link", name=where).click()
        page.locator("#dossier[data-record]").wait_for()
        page.mouse.move(0, 0)
    picture = page.screenshot(animations="disabled")
    context.close()
    return picture


def draft_with_gaps(page: Page, title: str) -> None:
    """Draft a change that leaves a duty with nobody, and stand before its preview."""
    page.goto("/desk/new/org/draft_change_set/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=reason]").fill("福州提前试运营；泉州的城市经理另行安排。")
    page.locator("[name=effective_at]").fill("2026-12-01T09:00")
    page.locator("#act [type=submit]").click()
    record = page.url
    unit = {"code": "store_quanzhou", "parent": "team_quanzhou"}
    names = {"name_zh": "泉州体验店", "name_en": "Quanzhou store"}
    seat = {"seat": "zhuang|city_manager|team_quanzhou|quanzhou"}
    there = {"to_unit": "team_fuzhou", "to_area": "fuzhou"}
    for kind, values in (("add_unit", unit | names), ("transfer", seat | there)):
        page.goto(f"{record}line/{kind}/")
        for name, value in values.items():
            field = page.locator(f"#act [name={name}]")
            choice = field.evaluate("e => e.tagName") == "SELECT"
            field.select_option(value) if choice else field.fill(value)
        page.locator("#act [type=submit]").click()
    page.goto(record, wait_until="networkidle")


def keep(name: str, picture: bytes) -> None:
    """Save a picture with as many colours as fit into its share of the repository."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        file = BytesIO()
        image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            file, "PNG", optimize=True
        )
        if file.tell() < KB_MAX * 1000:
            break
    (HERE / f"{name}.png").write_bytes(file.getvalue())
    print(f"{name}.png: {file.tell() // 1000} kB, {colours} colours")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
