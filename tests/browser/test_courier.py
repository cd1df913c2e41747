"""A courier's shift in a real browser: with a line, without one, and when it comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.look import Look
from tests.browser.office import Office
from tests.browser.watch import AXE, Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COURIER, AREA, DIVISION = "pan", "xianyou", "350322"
SENT_OUT_AT = "2026-11-23T10:05+08:00"
BUTTON_PX_MIN = 56
APP_JS_KB_MAX = 30
"""Kilobytes of script as they are sent, all modules together."""
DUE = "¥{:.2f}"
PHONE = Look(width=360, language="en")

_CONTRAST = """async () => {
  const found = await axe.run(document, {
    runOnly: { type: "rule", values: ["color-contrast-enhanced", "target-size"] },
    resultTypes: ["violations"],
  });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.html.slice(0, 120)} ${node.any[0]?.message ?? ""}`));
}"""
_SMALL = """(least) => [...document.querySelectorAll(
    "main :is(a, button, input, textarea, summary), footer :is(a, button)"
  )].filter((e) => e.checkVisibility() && e.type !== "hidden")
  .map((e) => [e, e.getBoundingClientRect().height])
  .filter(([, height]) => height > 0 && height < least - 0.5)
  .map(([e, height]) => `only ${Math.round(height)} px high: ${e.outerHTML.slice(0, 110)}`)"""


def _in_company(office: Office, code: str) -> Any:
    """Return what some lines print as JSON inside the running company."""
    return json.loads(office.house.python(code))


@pytest.fixture(scope="module")
def stops(workplace: Office) -> Iterator[list[dict[str, Any]]]:
    """Seven stops of Pan's that are on the road; each test takes its own."""
    sent = _in_company(
        workplace,
        "from tests.browser.road import send_out\n"
        f"send_out({COURIER!r}, area={AREA!r}, division={DIVISION!r},\n"
        f"  orders=8, at={SENT_OUT_AT!r})",
    )
    yield sent["stops"]


@pytest.fixture
def phone(browser: Browser, workplace: Office) -> Iterator[Callable[..., Watched]]:
    """Return Pan's phone, the app open and ready to work without a line."""
    contexts = []

    def opened(look: Look = PHONE) -> Watched:
        context = look.context(browser, workplace, workplace.session(COURIER), height=760)
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.goto("/courier/#/more")
        expect(
            watched.page.get_by_text(re.compile("^Ready to work|^没有网络也可以用"))
        ).to_be_visible()
        return watched

    yield opened
    for context in contexts:
        context.close()


def _go(page: Page, stop: dict[str, Any], part: str = "") -> None:
    page.goto(f"/courier/#/stop/{stop['id']}{part}")


def _take(page: Page) -> Any:
    return page.locator("[data-act=deliver]")


def _give(page: Page, tender: str) -> None:
    page.get_by_label(tender, exact=True).check()


def _truth(office: Office, stops: list[dict[str, Any]]) -> list[list[Any]]:
    """Return state, reason and takings of stops as the server has them."""
    ids = [stop["id"] for stop in stops]
    told: list[list[Any]] = _in_company(
        office,
        "import json\nfrom zhanggui.trade.delivery.models import Stop\n"
        f"stops = Stop.objects.in_bulk({ids})\n"
        "print(json.dumps([[stops[n].state, stops[n].reason_code,\n"
        "  [c.tendered_fen - c.change_fen for c in stops[n].collections.all()]]\n"
        f"  for n in {ids}]))",
    )
    return told


def _badge(page: Page, text: str) -> None:
    expect(page.locator(".top__outbox")).to_contain_text(text)


def _no_badge(page: Page) -> None:
    expect(page.locator(".top__outbox")).to_be_hidden()


def test_a_stop_is_delivered_with_change(
    phone: Callable[..., Watched], stops: list[dict[str, Any]], workplace: Office
) -> None:
    watched, stop = phone(), stops[0]
    page, due = watched.page, stop["due_fen"]
    _go(page, stop)
    expect(page.locator("h1")).to_have_text(stop["address"])
    expect(page.locator(".due")).to_have_text(DUE.format(due / 100))
    expect(page.get_by_role("link", name="Call")).to_have_attribute("href", re.compile("^tel:1396"))
    expect(_take(page)).to_be_disabled()
    _give(page, "Other")
    page.get_by_label("Amount in yuan").fill("1")
    expect(page.locator("[data-part=change]")).to_have_text(
        f"Still missing{DUE.format(due / 100 - 1)}"
    )
    expect(_take(page)).to_be_disabled()
    _give(page, "100")
    expect(page.locator("[data-part=change]")).to_have_text(f"Change{DUE.format(100 - due / 100)}")
    _take(page).click()
    expect(page.locator("main .mark").first).to_have_text("Delivered")
    _no_badge(page)
    assert _truth(workplace, [stop]) == [["delivered", "", [due]]]
    assert watched.faults(weigh=False) == []


def test_a_shift_without_a_line(
    phone: Callable[..., Watched], stops: list[dict[str, Any]], workplace: Office
) -> None:
    """Delivered, refused, reloaded and reopened without a line; then sent once each."""
    watched = phone()
    page, (paid, part, refused) = watched.page, stops[1:4]
    page.context.set_offline(True)
    _go(page, paid)
    _give(page, "100")
    _take(page).dblclick()
    expect(page.locator("main .mark").first).to_have_text("Delivered")
    _badge(page, "Not sent 1")
    page.reload()
    _badge(page, "Not sent 1")
    expect(page.locator("main .mark").first).to_have_text("Delivered")

    _go(page, part, "/problem")
    page.get_by_role("link", name="Keeps only part").click()
    page.get_by_role("button", name="One less").first.click()
    kept = part["due_fen"] - part["prices"][0]
    expect(page.locator(".due")).to_have_text(DUE.format(kept / 100))
    page.get_by_role("button", name="Go on with these").click()
    expect(page.locator(".due")).to_have_text(DUE.format(kept / 100))
    _give(page, "Exact")
    page.wait_for_timeout(500)  # nobody reloads in the moment of a tap; keeping it takes one
    page.reload()  # what is half typed is still there
    expect(page.locator(".due")).to_have_text(DUE.format(kept / 100))
    _take(page).click()
    expect(page.locator("main .mark").first).to_have_text("Partly delivered")

    _go(page, refused, "/refuse")
    page.get_by_label("Has no cash at hand").check()
    page.get_by_label("Note").fill("comes to the depot")
    page.get_by_role("button", name="Refused").click()
    expect(page.locator("main")).to_contain_text("comes to the depot")
    _badge(page, "Not sent 3")
    page.close()  # the tab is gone; the phone still has it

    page = page.context.new_page()
    page.goto("/courier/")
    _badge(page, "Not sent 3")
    page.context.set_offline(False)
    _no_badge(page)
    assert _truth(workplace, [paid, part, refused]) == [
        ["delivered", "", [paid["due_fen"]]],
        ["partly", "", [kept]],
        ["refused", "no_cash", []],
    ]
    page.goto("/courier/#/bag")
    expect(page.locator("main")).to_contain_text("Goods in the bag")
    assert not any(fault.startswith("script") for fault in watched.heard)


def test_a_lost_reply_and_a_second_tab_make_no_second_deed(
    phone: Callable[..., Watched], stops: list[dict[str, Any]], workplace: Office
) -> None:
    watched, stop = phone(), stops[4]
    page, sent = watched.page, []

    def lose_first_reply(route: Route) -> None:
        sent.append(route.request.post_data_json["key"])
        if len(sent) == 1:
            route.fetch()  # it arrives and is done; the phone never hears of it
            route.abort()
        else:
            route.continue_()

    page.context.route("**/courier/deeds/", lose_first_reply)
    _go(page, stop)
    _give(page, "Exact")
    other = page.context.new_page()
    _go(other, stop)
    _give(other, "100")
    _take(page).click()
    _badge(page, "Not sent 1")
    expect(other.locator("main .mark").first).to_have_text("Delivered")  # heard from the first tab
    _no_badge(page)
    assert len(sent) >= 2 and len(set(sent)) == 1
    assert _truth(workplace, [stop]) == [["delivered", "", [stop["due_fen"]]]]


def test_what_the_server_refuses_stays_and_says_why(
    phone: Callable[..., Watched], stops: list[dict[str, Any]], workplace: Office
) -> None:
    """The office takes a stop off the run while the phone has no line: the server's word wins."""
    watched, stop = phone(), stops[5]
    watched.expected = {409}
    page = watched.page
    _go(page, stop)
    page.context.set_offline(True)
    _go(page, stop, "/fail")
    page.get_by_label("Nobody at home").check()
    page.get_by_role("button", name="Not delivered").click()
    _badge(page, "Not sent 1")
    workplace.house.python(
        "from datetime import datetime\n"
        "from zhanggui.ground.kernel.actor import CLOCKWORK\n"
        "from zhanggui.trade.delivery.models import Stop\n"
        "from zhanggui.trade.delivery.actions.doors import refuse_stop\n"
        f"refuse_stop(Stop.objects.get(pk={stop['id']}), reason_code='late', by=CLOCKWORK,\n"
        f"  at=datetime.fromisoformat('{SENT_OUT_AT}'))"
    )
    page.context.set_offline(False)
    _badge(page, "Refused 1")
    note = page.locator("main [role=alert]")
    expect(note).to_contain_text("Not delivered: the server said no")
    expect(page.locator("main > .panel .mark").first).to_have_text("Refused")
    assert [f for f in watched.faults(weigh=False) if "DISCONNECTED" not in f] == []
    note.get_by_role("button", name="Set aside").click()
    _no_badge(page)
    page.goto("/courier/#/outbox")
    expect(page.locator(".deed").first).to_contain_text("Set aside")  # nothing is thrown away


def test_signed_out_the_outbox_keeps_everything(
    phone: Callable[..., Watched], stops: list[dict[str, Any]], workplace: Office
) -> None:
    watched, stop = phone(), stops[6]
    watched.expected = {401}
    page = watched.page
    cookies = [c for c in page.context.cookies() if c["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    _go(page, stop)
    _give(page, "Exact")
    _take(page).click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    _badge(page, "Not sent 1")
    assert watched.faults(weigh=False) == []
    assert _truth(workplace, [stop])[0][0] == "waiting"
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.reload()
    _no_badge(page)
    assert _truth(workplace, [stop]) == [["delivered", "", [stop["due_fen"]]]]


@pytest.mark.parametrize(
    "look",
    [
        Look(width=360),
        Look(width=412, language="en"),
        Look(width=360, language="en", dark=True),
        Look(width=412, dark=True),
        Look(width=1280),
    ],
    ids=str,
)
def test_every_screen_can_be_read_in_the_sun(
    look: Look, phone: Callable[..., Watched], stops: list[dict[str, Any]]
) -> None:
    watched, last = phone(look), stops[7]["id"]
    page, found = watched.page, []
    app = (
        "", "bag", "outbox", "more", f"stop/{stops[0]['id']}", f"stop/{last}",
        f"stop/{last}/problem", f"stop/{last}/part", f"stop/{last}/refuse", f"stop/{last}/fail",
    )  # fmt: skip
    plain = ("/courier/stops/", f"/courier/stops/{last}/", f"/courier/stops/{stops[0]['id']}/")
    for place in (*(f"/courier/#/{screen}" for screen in app), *plain):
        page.goto(place)
        page.evaluate(AXE)
        faults = [*page.evaluate(_CONTRAST), *page.evaluate(_SMALL, BUTTON_PX_MIN)]
        found += [f"{place}: {fault}" for fault in [*faults, *watched.faults(weigh=False)]]
    assert found == []


def test_the_app_is_light_and_can_be_installed(
    browser: Browser, workplace: Office, phone: Callable[..., Watched]
) -> None:
    kept = phone().page.evaluate(
        """async () => {
          const cache = await caches.open((await caches.keys())[0]);
          return (await cache.keys()).map((one) => new URL(one.url).pathname);
        }"""
    )
    assert "/courier/" in kept
    context = browser.new_context(base_url=workplace.url, service_workers="block")
    session = {"name": "sessionid", "value": workplace.session(COURIER), "url": workplace.url}
    context.add_cookies([session])  # type: ignore[list-item]
    page = context.new_page()
    page.goto("/courier/", wait_until="networkidle")
    sent = page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter((entry) => entry.name.endsWith(".js"))
          .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
    )
    assert 5_000 < sent <= APP_JS_KB_MAX * 1000
    told = page.evaluate("fetch('/courier/app.webmanifest').then((answer) => answer.json())")
    assert {icon["sizes"] for icon in told["icons"]} >= {"192x192", "512x512"}
    context.close()


def test_another_language_is_kept_for_the_road_too(phone: Callable[..., Watched]) -> None:
    page = phone().page
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".top__title")).to_have_text("更多")
    page.context.set_offline(True)
    page.goto("/courier/")
    expect(page.locator(".top__title")).to_have_text("今日")


def test_who_signs_out_leaves_no_customer_on_the_phone(
    phone: Callable[..., Watched], stops: list[dict[str, Any]], workplace: Office, browser: Browser
) -> None:
    look = PHONE
    context = look.context(browser, workplace, workplace.stepped_in(COURIER))
    page = context.new_page()
    page.goto("/courier/#/more")
    expect(page.get_by_text(re.compile("^Ready to work"))).to_be_visible()
    page.goto("/courier/#/")
    expect(page.locator(".row").first).to_be_attached()
    page.goto("/courier/#/more")
    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("/courier/"))
    page.goto("/courier/")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.locator(".row")).to_have_count(0)
    assert stops[0]["address"] not in page.content()
    context.close()


def test_the_stops_without_script(
    browser: Browser, workplace: Office, stops: list[dict[str, Any]]
) -> None:
    look = Look(width=360, language="en", script=False)
    context = look.context(browser, workplace, workplace.session(COURIER))
    page = context.new_page()
    page.goto("/courier/")
    page.get_by_role("link", name="Your stops").first.click()
    page.get_by_role("link", name=stops[7]["address"]).click()
    page.get_by_label("Customer gives, in yuan").fill("100")
    page.get_by_role("button", name="Take money, hand over").click()
    expect(page.locator("main")).to_contain_text(DUE.format(stops[7]["due_fen"] / 100))
    context.close()
    assert _truth(workplace, [stops[7]]) == [["delivered", "", [stops[7]["due_fen"]]]]
