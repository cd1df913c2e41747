"""Transfers over HTTP: awaited, recorded, to be paid back; and a door that takes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from zhanggui.ground.desk.dossier import url_of
from zhanggui.trade.cash.tests.conftest import CUSTOMER, Trade, books
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.models import Order

SignIn = Callable[..., Client]
AWAITED = "/desk/queue/cash.transfers/"
OWED = "/desk/queue/cash.refunds/"


@pytest.fixture(autouse=True)
def _account() -> Iterator[None]:
    with override_settings(TRANSFER_ACCOUNT="掌柜商贸 / 兴业银行莆田分行 / 6222 0812 3456"):
        yield


def words(response: Any) -> str:
    """Return a page's words, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def act(order: Order, verb: str) -> str:
    return f"/desk/orders/order/{order.pk}/{verb}/"


def test_a_transfer_is_recorded_from_its_queue(trade: Trade, sign_in: SignIn) -> None:
    browser = sign_in("wu")
    assert "Orders that are paid ahead wait here for their transfer." in words(browser.get(AWAITED))
    order = trade.ahead(paid=0)
    page = words(browser.get(AWAITED))
    assert order.number in page and "¥87.50" in page and "25 Nov 12:00" in page
    form = browser.get(act(order, "record_receipt"))
    assert 'value="87.50"' in form.content.decode()
    assert "87.50 yuan are awaited. What is too little waits for the rest" in words(form)
    bad = browser.post(act(order, "record_receipt"), {"amount": "0", "reference": "B1"})
    assert bad.status_code == 422
    sent = {"amount": "50", "reference": "B1"}
    assert browser.post(act(order, "record_receipt"), sent).status_code == 303
    page = words(browser.get(AWAITED))
    assert "¥37.50" in page and "¥50.00 came in" in page
    sent = {"amount": "37.50", "reference": "B2"}
    assert browser.post(act(order, "record_receipt"), sent).status_code == 303
    assert order.number not in words(browser.get(AWAITED))
    page = words(browser.get(url_of(order)))
    assert "Bank transfer ahead" in page and "Paid ahead ¥87.50" in page
    panel = browser.get(f"/desk/orders/order/{order.pk}/?panel=cash.money_of_order")
    assert panel.status_code in {200, 404}


def test_what_is_owed_is_paid_back_from_its_queue(trade: Trade, sign_in: SignIn) -> None:
    browser = sign_in("wu")
    order = trade.ahead()
    cancel_own_order(order, by=CUSTOMER, at=trade.at)
    page = words(browser.get(OWED))
    assert order.number in page and "¥87.50 B00000001" in page and "Cancelled" in page
    form = browser.get(act(order, "record_repayment"))
    assert "Into the account it came from: B00000001." in words(form)
    sent = {"amount": "87.50", "reference": "R1"}
    assert browser.post(act(order, "record_repayment"), sent).status_code == 303
    assert "What customers paid ahead and is not for goods they kept waits here" in words(
        browser.get(OWED)
    )
    assert books() == {}
    assert "Paid back ¥87.50" in words(browser.get(url_of(order)))


def test_a_receipt_is_taken_out_from_the_page_of_the_order(trade: Trade, sign_in: SignIn) -> None:
    browser = sign_in("wu")
    order = trade.ahead()
    form = browser.get(act(order, "withdraw_receipt"))
    assert "87.50 · B00000001" in words(form)
    pk = order.bank_entries.get().pk
    sent = {"receipt": str(pk), "reason": "typed for the wrong order"}
    assert browser.post(act(order, "withdraw_receipt"), sent).status_code == 303
    assert order.number in words(browser.get(AWAITED))
    assert books() == {}


def test_other_peoples_money_stays_theirs(trade: Trade, sign_in: SignIn) -> None:
    order = trade.ahead(paid=0)
    for user in ("hu", "cai", "tong"):
        browser = sign_in(user)
        assert browser.get(AWAITED).status_code == 404, user
        assert browser.get(OWED).status_code == 404, user
        sent = {"amount": "87.50", "reference": "B1"}
        assert browser.post(act(order, "record_receipt"), sent).status_code == 404, user
    assert books() == {}


def test_a_door_paid_ahead_takes_no_money(trade: Trade, sign_in: SignIn) -> None:
    order = trade.ahead()
    trade.run(order)
    browser = sign_in("cai")
    page = words(browser.get("/desk/queue/cash.door/"))
    assert "paid ahead" in page and "¥87.50" not in page
    stop = trade.stop(order)
    url = f"/desk/delivery/stop/{stop.pk}/hand_over_paid/"
    lines = {f"line_{line.pk}": str(line.wanted) for line in order.lines.all()}
    assert browser.get(url).status_code == 200
    assert browser.post(url, {**lines, "note": ""}).status_code == 303
    assert books() == {"bank": 8_750, "sales.putian": 8_750}
    plain = words(sign_in("cai").get(f"/courier/stops/{stop.pk}/"))
    assert "nothing: paid ahead" in plain
