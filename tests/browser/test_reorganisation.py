"""A reorganisation by its forms: drafted, previewed, its gaps seen, scheduled, felt at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit, calm, settled
from tests.browser.watch import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _add(watched: Watched, kind: str, **values: str) -> None:
    """Add a line of the draft on show by its form in the dialog."""
    page = watched.page
    calm(page)
    page.locator("#lines").get_by_role("link", name=kind, exact=True).click()
    dialog = page.get_by_role("dialog", name=kind)
    for name, value in values.items():
        field = dialog.locator(f'[name="{name}"]')
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    assert watched.faults(weigh=False) == []
    dialog.get_by_role("button", name="Add the line").click()
    expect(dialog).to_be_hidden()


def test_a_reorganisation_from_draft_to_its_effect(at_desk: Sit) -> None:
    leaver = at_desk("jiang", anew=True)
    leaver.page.goto("/desk/")
    expect(leaver.page.get_by_role("heading", level=1)).to_contain_text("Jiang Yifan")

    watched = at_desk("fang")
    page = watched.page
    settled(page, "/desk/queue/org.appointments/")
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="Draft a change")
    dialog.get_by_label("Title").fill("The editor goes, a studio comes")
    dialog.get_by_label("Reason").fill("She moves to Fuzhou.")
    dialog.get_by_label("Takes effect").fill("")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dossier-title")).to_have_text("The editor goes, a studio comes")
    no = page.locator(".act-no:has([data-act=schedule_change_set])")
    expect(no).to_contain_text("The change has no lines yet. Add at least one line.")

    _add(watched, "Leave the company", person="jiang")
    _add(watched, "Add a unit", code="studio", parent="network", name_zh="摄影组", name_en="Studio")
    _add(watched, "Move a unit", code="studio", parent="sales")
    expect(page.locator("#lines ol > li")).to_have_text(
        [re.compile(rf"^\s*{number}") for number in (1, 2, 3)]
    )
    calm(page)
    page.get_by_role("button", name="Remove line 3").click()
    expect(page.locator("#lines ol > li")).to_have_count(2)

    preview = page.locator("#preview")
    expect(preview).to_contain_text("These duties would have no holder.")
    expect(preview).to_contain_text("Online activities N-PL-1")
    expect(preview).to_contain_text("Will be signed out everywhere: Jiang Yifan")
    expect(preview).to_contain_text("Studio")
    expect(page.locator('#dossier [data-act="schedule_change_set"]')).to_be_disabled()
    assert watched.faults(weigh=False) == []
    leaver.page.goto("/desk/")
    expect(leaver.page.get_by_role("heading", level=1)).to_contain_text("Jiang Yifan")

    calm(page)
    page.get_by_role("button", name="Accept these gaps knowingly").click()
    expect(preview).to_contain_text("accepted knowingly")
    calm(page)
    page.keyboard.press("s")
    dialog = page.get_by_role("dialog", name="Schedule")
    dialog.get_by_role("button", name="Schedule").click()
    expect(page.locator("#dossier .badge").first).to_have_text("Applied")
    expect(page.locator("#preview")).to_contain_text("These duties have had no holder since.")
    assert watched.faults(weigh=False) == []

    leaver.page.get_by_role("link", name="Notices").first.click()
    expect(leaver.page).to_have_url(re.compile(r"/sign-in/"))
    expect(leaver.page.locator("main")).to_contain_text("Your session has ended. Sign in again.")

    page.goto("/desk/organisation/")
    expect(page.locator("main")).to_contain_text("Studio")
    expect(page.locator("main")).not_to_contain_text("Jiang Yifan")
