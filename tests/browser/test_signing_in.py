"""Signing in for real: password, passkey, code app, recovery codes, and what personnel can do."""

from __future__ import annotations

import hmac
import re
import struct
import time
from base64 import b32decode

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.conftest import Sit, calm
from tests.browser.office import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAFETY = "/desk/me/security"
TOUCH_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _sign_in(page: Page, user: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in/")
    page.get_by_label("User name or phone").fill(user)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _sign_out(page: Page) -> None:
    page.locator("button.top__me").click()
    page.locator("#me").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/(sign-in/)?$"))


def _with_touch_key(page: Page) -> CDPSession:
    """Give the browser a fingerprint reader that always knows its owner."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCH_KEY})
    return device


def _code(secret: str, *, later_s: int = 0) -> str:
    """Return what a code app shows (RFC 6238): now, or in the next half minute."""
    counter = struct.pack(">Q", (int(time.time()) + later_s) // 30)
    digest = hmac.new(b32decode(secret), counter, "sha1").digest()
    begin = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[begin : begin + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def _way(page: Page, act: Locator) -> str:
    """Return the address of the page that a direct act has for those without script."""
    way = page.locator("form", has=act).get_attribute("action")
    assert way is not None
    return way


def test_a_password_wrong_and_right(at_desk: Sit) -> None:
    watched = at_desk()
    page = watched.page
    page.goto("/desk/queue/org.own_assignments/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/desk/queue/org.own_assignments/$"))
    page.get_by_label("User name or phone").fill("tong")
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".callout.tone-stop")).to_be_visible()
    expect(page.get_by_label("User name or phone")).to_have_value("tong")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    assert watched.faults() == []

    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(r"/desk/queue/org.own_assignments/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My assignments")
    _sign_out(page)
    page.goto("/desk/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/desk/$"))


def test_a_passkey_made_and_used(at_desk: Sit) -> None:
    watched = at_desk()
    page = watched.page
    _with_touch_key(page)
    _sign_in(page, "cai")
    page.goto(f"{SAFETY}/passkeys/add/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a passkey")
    assert watched.faults(weigh=False) == []
    page.locator('form[data-passkey="create"] [type=submit]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert watched.faults(weigh=False) == []
    assert len(re.findall(r"\b\d{4} \d{4}\b", page.locator("main").inner_text())) == 10

    page.goto(f"{SAFETY}/passkeys/")
    page.locator("a[href$='/name/']").click()
    assert watched.faults(weigh=False) == []
    page.locator("[name=name]").fill("Phone of the van")
    page.locator(".own form [type=submit]").click()
    expect(page.locator("main")).to_contain_text("Phone of the van")

    _sign_out(page)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r"/desk/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cai Yong")

    _sign_out(page)
    _sign_in(page, "cai")
    expect(page).to_have_url(re.compile(r"/sign-in/second-step/"))
    assert watched.faults(weigh=False) == []
    page.locator("form[data-passkey] [type=submit]").click()
    expect(page).to_have_url(re.compile(r"/desk/$"))

    page.goto(f"{SAFETY}/recovery/new/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.locator("a[href*='confirm/passkey']").click()
    assert watched.faults(weigh=False) == []
    page.locator("form[data-passkey] [type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make new recovery codes")
    assert watched.faults(weigh=False) == []
    page.goto(f"{SAFETY}/passkeys/")
    page.locator("a[href$='/remove/']").click()
    assert watched.faults(weigh=False) == []
    page.locator(".own form [type=submit]").click()
    _sign_out(page)
    _sign_in(page, "cai")
    expect(page).to_have_url(re.compile(r"/desk/$"))


def test_a_code_app_set_up_used_and_cleared_by_personnel(at_desk: Sit) -> None:
    watched = at_desk()
    page = watched.page
    _sign_in(page, "ye")
    page.goto(f"{SAFETY}/code-app/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.locator("[name=code]").fill("000000")
    page.locator(".own form [type=submit]").click()
    expect(page.locator(".field__error")).to_be_visible()
    assert page.locator("code.secret").inner_text().replace(" ", "") == secret
    page.locator("[name=code]").fill(_code(secret))
    page.locator(".own form [type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto(f"{SAFETY}/code-app/remove/")
    assert watched.faults(weigh=False) == []

    _sign_out(page)
    _sign_in(page, "ye")
    expect(page).to_have_url(re.compile(r"/sign-in/second-step/"))
    assert watched.faults(weigh=False) == []
    page.locator("[name=code]").fill(_code(secret, later_s=30))
    page.locator("form:not([data-passkey]) [type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/desk/$"))
    page.goto(f"{SAFETY}/confirm/code/")
    assert watched.faults(weigh=False) == []

    personnel = at_desk("fang")
    office = personnel.page
    office.goto("/desk/people/?q=ye qian")
    office.get_by_role("link", name="Ye Qian").first.click()
    record, clear = office.url, office.locator('[data-act="clear_proofs"]')
    office.goto(_way(office, clear))
    assert personnel.faults() == []
    office.goto(record)
    clear.click()
    expect(office.locator(".facts")).to_contain_text("cleared the second proofs")
    again = at_desk().page
    _sign_in(again, "ye")
    expect(again).to_have_url(re.compile(r"/desk/$"))


def test_access_suspended_and_resumed(at_desk: Sit) -> None:
    personnel, person = at_desk("fang"), at_desk("pan", anew=True)
    person.page.goto("/desk/")
    page = personnel.page
    page.goto("/desk/people/?q=pan")
    page.get_by_role("link", name="Pan Zhenxing").first.click()
    calm(page)
    page.locator('[data-act="suspend_person"]').click()
    page.locator("#act textarea").fill("Until the van's keys are found.")
    page.locator("#act [type=submit]").click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    person.page.goto("/desk/notices/")
    expect(person.page).to_have_url(re.compile(r"/sign-in/"))
    expect(person.page.locator("main")).to_contain_text("Your session has ended. Sign in again.")
    _sign_in(person.page, "pan")
    expect(person.page.locator(".callout")).to_contain_text("suspended")
    expect(person.page).to_have_url(re.compile(r"/sign-in/"))

    resume = page.locator('[data-act="resume_person"]')
    record = page.url
    page.goto(_way(page, resume))
    assert personnel.faults() == []
    page.goto(record)
    resume.click()
    expect(page.locator('[data-act="suspend_person"]')).to_be_enabled()
    _sign_in(person.page, "pan")
    expect(person.page).to_have_url(re.compile(r"/desk/$"))
