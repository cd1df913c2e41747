"""People at work in a real browser: by keyboard, together, with a bad line, without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Sit, calm, settled
from tests.browser.look import Look
from tests.commands.conftest import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OVERSEEN = "/desk/queue/org.supervision/"


def _row(page: Page, title: str) -> Locator:
    return page.locator("tr[data-row]", has_text=title)


def _open(page: Page, title: str) -> None:
    """Open a record beside its list, as a click does."""
    settled(page, OVERSEEN)
    page.get_by_role("link", name=title).click()
    expect(page.locator("#dossier-title")).to_have_text(title)
    calm(page)


def test_a_queue_worked_through_by_keyboard(at_desk: Sit) -> None:
    title = "涵江片区旧纸箱回收联系一家固定的"
    watched = at_desk("huang")
    page = watched.page
    settled(page, OVERSEEN)
    rows = page.locator("tr[data-row]")
    before = rows.count()
    chosen = page.locator("tr[aria-selected=true]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(chosen).to_have_count(1)
    assert chosen.get_attribute("id") == rows.first.get_attribute("id")
    for _ in range(before):
        if title in chosen.inner_text():
            break
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#dossier-title")).to_have_text(title)
    calm(page)
    assert re.search(r"\?open=\d+$", page.url)
    assert page.locator("#rows").is_visible(), "the list stays beside the record"

    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Accept")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Remark")).to_be_focused()
    assert watched.faults(weigh=False) == []
    page.keyboard.type("Well arranged.")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(rows).to_have_count(before - 1)
    expect(_row(page, title)).to_have_count(0)
    expect(page.locator("#toasts .toast")).to_have_text(re.compile("accepted|Accept"))
    expect(page.locator("#dossier[data-record]")).to_have_count(0)
    assert watched.faults(weigh=False) == []
    told = at_desk("cai").page
    told.goto("/desk/notices/")
    expect(told.locator("main")).to_contain_text("Huang Deming accepted the work")
    told.locator(".fact a").first.click()
    expect(told.locator("#dossier-title")).to_have_text(title)
    expect(told.locator("#dossier")).to_contain_text("Well arranged.")


def test_an_act_refused_meanwhile_says_why_and_keeps_what_was_typed(at_desk: Sit) -> None:
    title = "泉州仓消防器材年检"
    mine, theirs = at_desk("huang"), at_desk("zheng")
    _open(mine.page, title)
    mine.page.keyboard.press("a")
    dialog = mine.page.get_by_role("dialog", name="Accept")
    dialog.get_by_label("Remark").fill("Thank you.")

    _open(theirs.page, title)
    theirs.page.keyboard.press("b")
    back = theirs.page.get_by_role("dialog", name="Send back")
    back.get_by_label("What is missing").fill("The photographs.")
    back.get_by_role("button", name="Send back").click()
    expect(theirs.page.locator("#dossier .badge").first).to_have_text("Given")

    mine.expected = {409}
    dialog.get_by_role("button", name="Accept").click()
    no = dialog.locator(".callout.tone-stop")
    expect(no).to_contain_text("The work has not been reported done yet.")
    expect(no).to_contain_text("Wait for the report, or ask for it.")
    expect(dialog.get_by_label("Remark")).to_have_value("Thank you.")
    assert mine.faults(weigh=False) == []


def test_of_two_who_save_the_same_record_the_second_sees_both(at_desk: Sit) -> None:
    title = "熟悉泉州新仓动线，提三条改进"
    mine, theirs = at_desk("huang"), at_desk("zheng")
    for watched in (mine, theirs):
        _open(watched.page, title)
        watched.page.keyboard.press("t")
        expect(watched.page.get_by_role("dialog", name="Move the due time")).to_be_visible()

    hers = theirs.page.get_by_role("dialog")
    hers.get_by_label("Due").fill("2026-11-27T18:00")
    hers.get_by_label("Reason").fill("The shelves come on Thursday.")
    hers.get_by_role("button", name="Move the due time").click()
    expect(hers).to_be_hidden()

    mine.expected = {409}
    dialog = mine.page.get_by_role("dialog")
    dialog.get_by_label("Due").fill("2026-11-26T09:30")
    dialog.get_by_label("Reason").fill("He has the inventory until then.")
    dialog.get_by_role("button", name="Move the due time").click()
    clash = dialog.locator(".callout.tone-wait")
    expect(clash).to_contain_text("Someone saved before you")
    expect(clash).to_contain_text("Zheng Wenbin")
    both = dialog.locator(".versus [role=row]", has_text="Due")
    expect(both).to_contain_text("26 Nov 09:30")
    expect(both).to_contain_text("27 Nov 18:00")
    expect(dialog.get_by_label("Due")).to_have_value("2026-11-26T09:30")
    expect(dialog.get_by_label("Reason")).to_have_value("He has the inventory until then.")
    assert mine.faults(weigh=False) == []

    dialog.get_by_role("button", name="Move the due time").click()
    expect(dialog).to_be_hidden()
    expect(mine.page.locator("#dossier .dl")).to_contain_text("26 Nov 09:30")


def test_what_was_typed_outlives_a_lost_connection_and_a_reload(at_desk: Sit) -> None:
    watched = at_desk("huang")
    page = watched.page
    settled(page, OVERSEEN)
    page.keyboard.press("g")
    dialog = page.get_by_role("dialog", name="Give an assignment")
    dialog.get_by_label("What is to be done").fill("Count the crates in Xianyou")
    dialog.get_by_label("Details").fill("Those with lids, and those without.")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .toast")).to_have_text(
        "No connection. What you typed is still here."
    )
    expect(dialog).to_be_visible()

    page.context.set_offline(False)
    settled(page, OVERSEEN)
    page.keyboard.press("g")
    dialog = page.get_by_role("dialog", name="Give an assignment")
    expect(dialog.get_by_label("What is to be done")).to_have_value("Count the crates in Xianyou")
    expect(dialog.get_by_label("Details")).to_have_value("Those with lids, and those without.")

    dialog.get_by_label("To", exact=True).select_option(label="Pan Zhenxing")
    dialog.get_by_label("Due").fill("2026-11-25T12:00")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#dossier-title")).to_have_text("Count the crates in Xianyou")
    calm(page)
    page.keyboard.press("g")
    expect(dialog.get_by_label("What is to be done")).to_have_value("")


def test_an_assignment_from_end_to_end_without_script(at_desk: Sit) -> None:
    title = "Paint the gate of the Quanzhou depot"
    plain = Look(width=360, language="en", script=False)
    giver, holder = at_desk("zheng", plain).page, at_desk("xie", plain).page
    giver.goto(OVERSEEN)
    giver.get_by_role("link", name="Give an assignment").click()
    giver.get_by_label("To", exact=True).select_option(label="Xie Zhiqiang")
    giver.get_by_label("What is to be done").fill(title)
    giver.get_by_role("button", name="Give an assignment").click()
    expect(giver.locator(".field__error")).to_have_text("This field is required.")
    expect(giver.get_by_label("What is to be done")).to_have_value(title)
    giver.get_by_label("Due").fill("2026-11-24T17:00")
    giver.get_by_role("button", name="Give an assignment").click()
    expect(giver.locator("main")).to_contain_text(title)

    holder.goto("/desk/queue/org.own_assignments/")
    holder.get_by_role("link", name=title).click()
    holder.get_by_role("link", name="Report done").click()
    holder.get_by_label("Evidence").fill("Two coats of green; photographs in the group.")
    holder.get_by_role("button", name="Report done").click()
    holder.goto("/desk/queue/org.own_assignments/")
    expect(_row(holder, title)).to_have_count(0)

    giver.goto(f"{OVERSEEN}?state=reported")
    giver.get_by_role("link", name=title).click()
    expect(giver.locator("#dossier")).to_contain_text("Two coats of green")
    giver.get_by_role("link", name="Accept").click()
    giver.get_by_role("button", name="Accept").click()
    giver.goto(OVERSEEN)
    expect(_row(giver, title)).to_have_count(0)


def test_a_change_released_is_tried_and_confirmed_by_who_asked(at_desk: Sit) -> None:
    programmer, asker = at_desk("chen_junkai").page, at_desk("wu")
    programmer.goto("/desk/queue/upkeep.changes/")
    row = programmer.locator("tr[data-row]", has_text="Wu Xiulan")
    title = row.locator("a[data-open]").inner_text()
    row.locator("a[data-open]").click()
    expect(programmer.locator("#dossier-title")).to_have_text(title)
    calm(programmer)
    programmer.locator('#dossier [data-act="release_change"]').click()
    dialog = programmer.get_by_role("dialog")
    dialog.get_by_label("What has changed").fill("It now counts coins as well.")
    dialog.get_by_role("button", name="Release").click()
    expect(dialog).to_be_hidden()

    page = asker.page
    page.goto("/desk/queue/upkeep.my_requests/")
    page.get_by_role("link", name=title).click()
    expect(page.locator("#dossier")).to_contain_text("It now counts coins as well.")
    for verb in ("reopen_request", "confirm_release"):
        way = page.locator(f'#dossier [data-act="{verb}"]').get_attribute("href")
        assert way is not None
        page.goto(way)
        assert asker.faults() == []
        page.go_back()
    page.goto(way)
    for field in page.locator("#act textarea").all():
        field.fill("That is it.")
    page.locator("#act [type=submit]").click()
    page.goto("/desk/queue/upkeep.my_requests/")
    expect(page.locator("tr[data-row]", has_text=title)).to_have_count(0)


def test_search_finds_a_person_by_part_of_the_name(at_desk: Sit) -> None:
    watched = at_desk("cai")
    page = watched.page
    settled(page, "/desk/")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search everything")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("huang W")
    hit = palette.locator("a.hit", has_text="Zhuang Wei")
    expect(hit).to_be_visible()
    assert watched.faults(weigh=False) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#dossier-title")).to_have_text("Zhuang Wei")
    assert re.search(r"/desk/org/person/\d+/$", page.url)

    page.keyboard.press("Control+k")
    page.keyboard.type("zhuangw")
    expect(palette.locator("a.hit", has_text="Zhuang Wei")).to_be_visible()
    palette.get_by_role("combobox").fill("nobody is called so")
    expect(palette.locator("#results")).to_contain_text("Nothing found")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()


def test_language_and_appearance_change_where_one_stands(at_desk: Sit) -> None:
    watched = at_desk("huang")
    page = watched.page
    page.goto(f"{OVERSEEN}?state=given")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assignments I oversee")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    address = page.url
    page.locator('.top button[name="language"]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我督办的事项")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.url == address
    page.locator('.top button[name="language"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    def paper() -> str:
        colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    light = paper()
    page.locator("button.top__me").click()
    page.locator("#me").get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert paper() != light
    assert watched.faults(weigh=False) == []
    page.locator("button.top__me").click()
    page.locator("#me").get_by_role("button", name="Auto").click()
    until(lambda: paper() == light)
    page.reload()
    assert page.locator("html").get_attribute("data-theme") is None
