"""Goods in a real browser: read from a sheet, pictured, made ready, priced."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.office import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURES = PROJECT / "zhanggui/demo/pictures"


def _way(page: Page, verb: str) -> str:
    """Return the address of an act of the record on show."""
    act = page.locator(f'#dossier [data-act="{verb}"]')
    way = act.get_attribute("href") or act.locator("xpath=ancestor::form").get_attribute("action")
    assert way is not None
    return way


def test_a_sheet_read_and_taken_in(at_desk: Sit, tmp_path: Path) -> None:
    watched = at_desk("tong")
    page = watched.page
    page.goto("/desk/new/catalogue/read_goods_sheet/")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    sheet = tmp_path / "goods.csv"
    download.value.save_as(sheet)
    head, row = sheet.read_text(encoding="utf-8-sig").splitlines()[:2]
    fresh = row.replace("LY-GGY", "LY-NEW").replace("Putian dried", "Xianyou dried")
    sheet.write_text(f"{head}\n{fresh}\n", encoding="utf-8-sig")
    page.locator("#act [type=file]").set_input_files(sheet)
    page.locator("#act [type=submit]").click()
    expect(page.locator("#dossier")).to_contain_text("What taking it in would do")
    assert watched.faults() == []
    record = page.url
    page.goto(_way(page, "take_in_goods"))
    assert watched.faults() == []
    page.goto(record)
    page.locator('#dossier [data-act="take_in_goods"]').click()
    expect(page.locator("#dossier")).to_contain_text("What came of it")
    page.goto("/desk/goods/?q=LY-NEW")
    expect(page.locator("main")).to_contain_text("Xianyou dried longan")


def test_a_product_pictured_made_ready_and_sent_back(at_desk: Sit) -> None:
    watched = at_desk("tong")
    page = watched.page
    page.goto("/desk/queue/catalogue.products/")
    page.get_by_role("link", name="Quanzhou mian xian hu kit").click()
    expect(page.locator("#dossier-title")).to_have_text("Quanzhou mian xian hu kit")
    record = page.locator("#dossier a[href*='/attach_picture/']").get_attribute("href")
    assert record is not None
    page.goto(record)
    page.locator("#act [type=file]").set_input_files(sorted(PICTURES.glob("*.webp"))[0])
    page.locator("#act [type=submit]").click()
    expect(page.locator("#dossier img")).to_have_count(2)
    assert watched.faults(weigh=False) == []
    here = page.url
    page.goto(_way(page, "put_picture_first"))
    assert watched.faults(weigh=False) == []
    page.goto(here)
    page.locator('#dossier [data-act="make_ready"]').click()
    expect(page.locator("#dossier .badge").first).to_have_text("Ready")
    page.goto(_way(page, "send_back"))
    assert watched.faults(weigh=False) == []


def test_a_price_set_for_later_and_withdrawn(at_desk: Sit) -> None:
    watched = at_desk("tong")
    page = watched.page
    page.goto("/desk/queue/prices.book/")
    page.locator("a[data-open]").first.click()
    expect(page.locator("#dossier[data-record]")).to_be_visible()
    page.goto(_way(page, "set_price"))
    page.locator("#act [name=price_fen]").fill("128.00")
    page.locator("#act [name=since]").fill("2026-12-10T00:00")
    page.locator("#act [type=submit]").click()
    expect(page.locator("#dossier[data-record]")).to_be_visible()
    page.goto(_way(page, "withdraw_price"))
    assert watched.faults(weigh=False) == []
