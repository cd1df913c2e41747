"""The desk of the orders: queues, pages of a record, acts by a form, the list, promises, search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.models import DeliveryPromise, Order
from zhanggui.trade.orders.rules.payments import Terms
from zhanggui.trade.orders.tests.conftest import short_order

STATEMENTS_OF_LIST_MAX = 16
STATEMENTS_OF_DOSSIER_MAX = 30


def told(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_screening_queue_shows_who_where_and_what_was_found(
    place: Callable[..., Order], sign_in: Callable[..., Client]
) -> None:
    order = place(address="镇海街道文献路附近", tea=3)
    page = told(sign_in("chen").get("/desk/queue/orders.screening/"))
    assert order.number in page
    assert "138****7261" in page
    assert "<mark>文献路附近</mark>" in page
    assert "Address unclear" in page
    assert "204.00" in page
    assert "5030" not in page
    assert told(sign_in("xie").get("/desk/queue/orders.screening/")).count(order.number) == 0


def test_the_queues_are_in_the_menu_with_their_numbers(
    place: Callable[..., Order], sign_in: Callable[..., Client]
) -> None:
    place(address="文献路附近")
    short_order(place, noodles=1, phone="13905941234")
    for user, queues in (
        ("chen", ["orders.screening", "orders.stock_check"]),
        ("ye", ["orders.shortages"]),
    ):
        page = told(sign_in(user).get("/desk/"))
        for queue in queues:
            assert f"/desk/queue/{queue}/" in page


@pytest.mark.parametrize(
    ("queue", "user", "said"),
    [
        ("screening", "chen", "wait here for a person"),
        ("stock_check", "chen", "until they arrive"),
        ("shortages", "ye", "within ten minutes"),
    ],
)
def test_an_empty_queue_says_what_will_come(
    shop: SimpleNamespace, sign_in: Callable[..., Client], queue: str, user: str, said: str
) -> None:
    assert said in told(sign_in(user).get(f"/desk/queue/orders.{queue}/"))


def test_the_page_of_an_order_shows_all_axes_and_why_it_is_held(
    place: Callable[..., Order], sign_in: Callable[..., Client]
) -> None:
    order = place(address="文献路附近", tea=2, note="放门口")
    browser = sign_in("chen")
    with CaptureQueriesContext(connection) as asked:
        page = told(browser.get(f"/desk/orders/order/{order.pk}/"))
    for word in (
        "In screening",
        "Not reserved",
        "Due",
        "it leads to no door",
        "Anxi Tieguanyin",
        "放门口",
        "The first order of this phone.",
        "placed the order",
        "138****7261",
    ):
        assert word in page, word
    assert "5030" not in page
    assert len(asked) <= STATEMENTS_OF_DOSSIER_MAX


def test_a_look_at_the_phone_shows_it_once_and_is_a_fact(
    place: Callable[..., Order], sign_in: Callable[..., Client]
) -> None:
    order = place()
    browser = sign_in("ye")
    page = told(browser.post(f"/desk/orders/order/{order.pk}/reveal_phone/"))
    assert "138 5030 7261" in page
    assert Fact.objects.filter(verb="orders.reveal_phone", record_id=order.pk).count() == 1
    assert "5030" not in told(browser.get(f"/desk/orders/order/{order.pk}/"))
    assert sign_in("wu").post(f"/desk/orders/order/{order.pk}/reveal_phone/").status_code == 404


def test_correct_order_by_its_form_keeps_the_phone_when_none_is_typed(
    place: Callable[..., Order], sign_in: Callable[..., Client]
) -> None:
    order = place(address="文献路附近")
    browser, url = sign_in("chen"), f"/desk/orders/order/{order.pk}/correct_order/"
    form = told(browser.get(url))
    assert "福建省莆田市仙游县" in form
    assert "5030 7261" not in form
    sent = {"recipient": "陈小娟", "phone": "", "division": "350304", "address": "文献路88号"}
    assert browser.post(url, sent).status_code == 303
    order.refresh_from_db()
    assert (order.state, order.phone_key) == ("confirmed", "13850307261")


def test_confirm_order_by_its_button_says_what_stands_against_it(
    place: Callable[..., Order], sign_in: Callable[..., Client]
) -> None:
    order = place(address="文献路附近")
    answer = sign_in("chen").post(f"/desk/orders/order/{order.pk}/confirm_order/", {})
    assert answer.status_code == 409
    assert "it leads to no door" in told(answer)
    order.refresh_from_db()
    assert order.state == "screening"


@pytest.mark.parametrize(
    ("act", "sent", "state"),
    [
        ("cancel_order", {"reason_code": "unreachable", "reason": ""}, "cancelled"),
        ("void_order", {"reason_code": "malicious", "reason": "没有这个人"}, "void"),
    ],
)
def test_an_order_ends_by_its_form(
    place: Callable[..., Order],
    sign_in: Callable[..., Client],
    act: str,
    sent: dict[str, str],
    state: str,
) -> None:
    order = place(address="文献路附近")
    browser, url = sign_in("chen"), f"/desk/orders/order/{order.pk}/{act}/"
    assert browser.get(url).status_code == 200
    assert browser.post(url, {}).status_code == 422  # the reason is missing
    assert browser.post(url, sent).status_code == 303
    order.refresh_from_db()
    assert order.state == state
    page = told(browser.get(f"/desk/orders/order/{order.pk}/"))
    assert ("Customer cannot be reached" if state == "cancelled" else "Malicious") in page


def test_a_shortage_is_settled_by_its_forms(
    place: Callable[..., Order],
    shop: SimpleNamespace,
    sign_in: Callable[..., Client],
    at: datetime,
) -> None:
    order, short = short_order(place)
    browser, url = sign_in("ye"), f"/desk/orders/shortage/{short.pk}/"
    page = told(browser.get(url))
    assert "Xinghua rice noodles · 1 kg bag × 2" in page
    assert "138****7261" in page
    assert "138 5030 7261" in told(browser.post(f"{url}reveal_short_phone/"))
    until = f"{at + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert browser.get(f"{url}wait_for_goods/").status_code == 200
    assert browser.post(f"{url}wait_for_goods/", {"expected_at": until}).status_code == 303
    form = told(browser.get(f"{url}substitute_goods/"))
    assert "Putian dried longan · 500 g bag: ¥39.90, 5 left" in form
    sent = {"sku": shop.longan.pk, "quantity": 1}
    assert browser.post(f"{url}substitute_goods/", sent).status_code == 303
    order.refresh_from_db()
    assert (order.fulfilment, order.due_fen) == ("reserved", 17_590)
    assert "Replaced" in told(browser.get(url))


@pytest.mark.parametrize("act", ["send_rest", "cancel_short_order"])
def test_a_shortage_ends_by_a_note(
    place: Callable[..., Order], sign_in: Callable[..., Client], act: str
) -> None:
    _order, short = short_order(place)
    browser, url = sign_in("ye"), f"/desk/orders/shortage/{short.pk}/{act}/"
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"note": "说好了"}).status_code == 303
    short.refresh_from_db()
    assert (short.state, short.note) == ("settled", "说好了")


# --- the list -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ("", True, True),
        ("day=2026-11-23", True, False),
        ("day=2026-11-24", False, True),
        ("day=2026-11-24&by=door", False, False),
        ("day=nonsense", True, True),
        ("state=screening", False, True),
        ("state=confirmed,screening", True, True),
        ("state=nonsense", True, True),
        ("fulfilment=reserved&money=due", True, False),
        ("money=settled", False, False),
        ("area=hanjiang", False, True),
        ("area=putian", True, True),
        ("q=7261", True, False),
        ("q=%00", True, True),
        ("page=99", True, True),
    ],
)
def test_the_list_of_orders_by_what_stands_in_its_url(
    place: Callable[..., Order],
    sign_in: Callable[..., Client],
    at: datetime,
    query: str,
    first: bool,
    second: bool,
) -> None:
    one = place()
    other = place(
        phone="13905941234",
        division="350303",
        address="六一街附近",
        at=at + timedelta(days=1),
    )
    page = told(sign_in("hu").get(f"/desk/orders/?{query}"))
    assert (one.number in page, other.number in page) == (first, second)


def test_the_list_is_scoped_masked_and_cheap(
    place: Callable[..., Order], sign_in: Callable[..., Client]
) -> None:
    for number in range(7261, 7275):
        place(phone=f"1385030{number:04d}")
    for user in ("xie", "tong"):
        answer = sign_in(user).get("/desk/orders/")
        assert "ZG2611" not in told(answer)
    browser = sign_in("wu")
    with CaptureQueriesContext(connection) as asked:
        page = told(browser.get("/desk/orders/"))
    assert page.count("138****72") == 14
    assert "5030" not in page
    assert len(asked) <= STATEMENTS_OF_LIST_MAX


def test_a_list_without_orders_says_so(
    shop: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    assert "No order is found" in told(sign_in("hu").get("/desk/orders/"))
    page = told(sign_in("hu", language="zh-hans").get("/desk/orders/"))
    assert "没有找到订单" in page


def test_search_finds_orders_by_number_phone_and_name(
    place: Callable[..., Order], sign_in: Callable[..., Client]
) -> None:
    order = place()
    for text in (order.number, "7261", "陈小娟"):
        page = told(sign_in("hu").get("/desk/search/", {"q": text}))
        assert order.number in page, text
        assert "138****7261" in page
    found = told(sign_in("xie").get("/desk/search/", {"q": order.number}))
    assert f"/desk/orders/order/{order.pk}/" not in found


# --- promises -------------------------------------------------------------------------------------


def test_promises_are_shown_published_and_changed(
    shop: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("hu")
    page = told(browser.get("/desk/promises/"))
    assert "Ordered until 16:00: there by 20:00; later: the next day by 12:00" in page
    assert "as in Putian" in page
    url = "/desk/new/orders/publish_promise/"
    assert browser.get(url).status_code == 200
    sent = {
        "area": "xianyou",
        "cutoff": "11:00",
        "same_day": "19:30",
        "next_day": "15:00",
        "least": "39.90",
        "open": "yes",
        "cash_open": "on",
        "cash_first": "300",
        "cash_most": "1200.50",
        "transfer_open": "on",
        "transfer_least": "100",
    }
    assert browser.post(url, sent).status_code == 303
    own = DeliveryPromise.objects.get(area="xianyou")
    assert (own.cutoff_s, own.same_day_s, own.least_fen) == (39_600, 70_200, 3_990)
    assert own.terms == Terms(True, 30_000, 120_050, True, 10_000)
    page = told(browser.get(f"/desk/orders/deliverypromise/{own.pk}/"))
    assert "up to ¥300.00 for a first order, growing to ¥1,200.50" in page
    assert "from ¥100.00" in page
    change = f"/desk/orders/deliverypromise/{own.pk}/change_promise/"
    neither = {k: v for k, v in sent.items() if k not in {"cash_open", "transfer_open"}}
    answer = browser.post(change, neither)
    assert answer.status_code == 422
    assert "Customers there could pay by no method at all." in told(answer)
    assert 'value="11:00"' in told(browser.get(change))
    assert browser.post(change, sent | {"open": "no"}).status_code == 303
    assert "not served" in told(browser.get("/desk/promises/"))
    late = sent | {"cutoff": "20:00"}
    answer = browser.post(change, late)
    assert answer.status_code == 422
    assert "cannot be there before it was ordered" in told(answer)


def test_promises_are_nobody_elses(shop: SimpleNamespace, sign_in: Callable[..., Client]) -> None:
    for user in ("chen", "ye", "tong"):
        assert sign_in(user).get("/desk/promises/").status_code == 404
    page = told(sign_in("zhuang").get("/desk/promises/"))
    assert "nothing promised" in page
    assert f"/desk/orders/deliverypromise/{shop.promise.pk}/" not in page
