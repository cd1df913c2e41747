"""One order followed through its whole day in real browsers: phone, desk, the road without a line,
and the count. Each step is taken where it waits for the person whose duty it is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Sit, calm, settled
from tests.browser.look import Look
from tests.browser.office import Office
from tests.browser.watch import Watched
from tests.browser.ways import name_of
from zhanggui.trade.cash.rules import NOTES_FEN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COURIER, CITY_MANAGER, CASHIER = "qiu", "zheng", "wu"
"""Who delivers in Xiamen, who leads it, and who counts for everybody."""

DOOR = "前埔花园6栋302室"


def _ordered(page: Page) -> str:
    """Order a tin of tea to a door that nobody could find; return the order's number."""
    page.goto("/shop/p/TGY/?sku=TGY-250")
    page.get_by_role("button", name="Into the cart", exact=True).click()
    page.get_by_role("link", name="To the cart").click()
    page.get_by_role("link", name="To checkout").click()
    page.locator("#paste").fill("周海燕 15880221937 福建省厦门市思明区莲前街道前埔花园附近")
    page.get_by_role("button", name="Fill in the fields").click()
    expect(page.locator("#name")).to_have_value("周海燕")
    page.get_by_role("button", name="Place the order").last.click()
    expect(page.locator("h1")).to_have_text("Placed; we are checking it")
    number = re.search(r"ZG\d{11,}", page.locator("main").inner_text())
    assert number is not None
    return number[0]


def _act(page: Page, name: str) -> None:
    """Press an act of the record that is open, and say yes to what its dialog tells."""
    page.locator("#dossier").get_by_role("link", name=name).click()
    dialog = page.get_by_role("dialog", name=name)
    dialog.get_by_role("button", name=name).click()
    expect(dialog).to_be_hidden()


def _link(page: Page, below: str) -> str:
    """Return the first link of the record on show that leads below an address."""
    found = page.locator(f'#dossier a[href^="{below}"]').first.get_attribute("href")
    assert found
    return found


def _forms_of(watched: Watched, room: str) -> set[str]:
    """Look at the form of every act that the record on show offers; return the acts' names."""
    offered: list[str] = watched.page.locator(f'#dossier a[href*="/desk/{room}/"]').evaluate_all(
        "links => links.map((link) => link.getAttribute('href'))"
    )
    acts = {name_of(path).removeprefix(f"act:{room}."): path for path in offered}
    forms = {act: path for act, path in acts.items() if act and ":" not in act}
    for path in forms.values():
        form = Watched(watched.page.context.new_page())
        form.page.goto(path)
        assert (path, form.faults()) == (path, [])
        form.page.close()
    return set(forms)


def test_an_order_goes_from_a_phone_to_counted_cash(
    at_desk: Sit, browser: Browser, workplace: Office
) -> None:
    customer = at_desk("", Look(360, "en"))
    number = _ordered(customer.page)

    # Screening: the doubt is named; it is corrected, and the order goes through.
    screening = at_desk(COURIER)
    page = screening.page
    settled(page, "/desk/queue/orders.screening/")
    page.get_by_role("link", name=number).click()
    expect(page.locator("#dossier-title")).to_have_text(number)
    calm(page)
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Correct")
    dialog.get_by_label("Street, number and room").fill(DOOR)
    dialog.get_by_role("button", name="Correct").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("tr[data-row]", has_text=number)).to_have_count(0)
    assert screening.faults(weigh=False) == []
    customer.page.reload()
    expect(customer.page.locator("h1")).to_have_text("Confirmed; your goods are set aside")

    # The run: the city manager ticks the order and sees what it would cost.
    planning = at_desk(CITY_MANAGER)
    page = planning.page
    settled(page, "/desk/dispatch/plan/")
    page.get_by_role("checkbox", name=re.compile(number)).check()
    page.get_by_label("Courier").select_option(label="Qiu Jianping")
    expect(page.locator("#estimate")).to_contain_text("Estimated cost per order")
    page.get_by_role("button", name="Form the run").click()
    expect(page.locator("#dossier-title")).to_have_text(re.compile(r"^R1123-\d+"))
    run = page.locator("#dossier-title").inner_text().partition(" ")[0]
    assert planning.faults(weigh=False) == []
    assert {"add_orders", "dissolve_run"} <= _forms_of(planning, "delivery")
    stop = at_desk(CITY_MANAGER)
    stop.page.goto(_link(page, "/desk/delivery/stop/"))
    assert {"drop_stop", "move_stop"} <= _forms_of(stop, "delivery")

    # Packed and loaded by the courier; the customer reads who comes.
    packing = at_desk(COURIER)
    page = packing.page
    settled(page, "/desk/queue/delivery.own_runs/")
    page.get_by_role("link", name=run).click()
    expect(page.locator("#dossier-title")).to_contain_text(run)
    calm(page)
    assert "pick_run" in _forms_of(packing, "delivery")
    _act(page, "Goods are packed")
    expect(page.locator("#dossier .badge").first).to_have_text("Packed")
    calm(page)
    assert "load_run" in _forms_of(packing, "delivery")
    _act(page, "Load and leave")
    expect(page.locator("#dossier .badge").first).to_have_text("On the road")
    assert packing.faults(weigh=False) == []
    customer.page.reload()
    expect(customer.page.locator("main")).to_contain_text("Qiu Jianping")

    # The door, without a line: 128.00 due, 150 given, 22.00 back; sent once when the line is there.
    context = Look(360, "en").context(browser, workplace, workplace.session(COURIER), height=760)
    phone = context.new_page()
    phone.goto("/courier/#/more")
    expect(phone.get_by_text(re.compile("^Ready to work"))).to_be_visible()
    phone.goto("/courier/#/today")
    phone.get_by_role("link", name=re.compile(DOOR)).first.click()
    expect(phone.locator(".due")).to_have_text("¥128.00")
    context.set_offline(True)
    phone.get_by_label("150", exact=True).check()
    expect(phone.locator("[data-part=change]")).to_have_text("Change¥22.00")
    phone.locator("[data-act=deliver]").dblclick()
    expect(phone.locator(".top__outbox")).to_contain_text("Not sent 1")
    context.set_offline(False)
    expect(phone.locator(".top__outbox")).to_be_hidden()
    context.close()
    customer.page.reload()
    expect(customer.page.locator("main")).to_contain_text("The courier has taken your money")

    # Hand-in: by denomination, added up while typing.
    handing = at_desk(COURIER)
    page = handing.page
    settled(page, "/desk/cash/mine/")
    carried = page.locator(".stat__v").first.inner_text()
    expect(page.locator("main")).to_contain_text(number)
    _fill_notes(page, carried)
    expect(page.locator("[data-sum]")).to_have_text(carried.removeprefix("¥"))
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"you declared {carried}")
    hand_in = page.get_by_role("link", name=re.compile(r"^H1123-\d+")).first.inner_text()
    assert handing.faults(weigh=False) == []

    # The count: blind, then equal, and the customer's money is counted.
    counting = at_desk(CASHIER)
    page = counting.page
    settled(page, "/desk/queue/cash.counting/")
    page.get_by_role("link", name=re.compile("Qiu Jianping")).first.click()
    expect(page.locator("#dossier")).to_contain_text(hand_in)
    calm(page)
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Count")
    expect(dialog).to_be_visible()
    assert carried.removeprefix("¥") not in page.content()
    _fill_notes(dialog, carried)
    dialog.get_by_role("button", name="Count").click()
    expect(dialog).to_be_hidden()
    assert counting.faults(weigh=False) == []
    customer.page.reload()
    expect(customer.page.locator("main")).to_contain_text("Your money has been counted.")
    assert customer.faults(weigh=False) == []


def _fill_notes(place: Page | Locator, sum_said: str) -> None:
    """Write a sum (¥1,234.50) as the fewest notes and coins into the rows of a form."""
    fen = int(sum_said.removeprefix("¥").replace(",", "").replace(".", ""))
    for note in NOTES_FEN:
        pieces, fen = divmod(fen, note)
        if pieces:
            place.locator(f'[data-worth="{note}"]').fill(str(pieces))
    assert fen == 0
