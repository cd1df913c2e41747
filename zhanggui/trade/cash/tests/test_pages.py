"""The money over HTTP: the board, one's own cash, the blind count, and every queue."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.kernel import clock
from zhanggui.trade.cash.models import Collection, Remittance
from zhanggui.trade.cash.queries import carried
from zhanggui.trade.cash.tests.conftest import Trade, balance_of
from zhanggui.trade.delivery.actions.doors import fail_stop

SignIn = Callable[..., Client]
BOARD = "/desk/cash/"
MINE = "/desk/cash/mine/"


def words(response: Any) -> str:
    """Return a page's words, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def boxes(notes: dict[int, int], **values: str) -> dict[str, str]:
    """Return notes as a form sends them."""
    from zhanggui.trade.cash.rules import NOTES_FEN

    typed = {f"notes_{fen}": str(notes.get(fen, "")) for fen in NOTES_FEN}
    return {**typed, "key": "k-1", **values}


@pytest.fixture
def late(trade: Trade) -> Collection:
    """Return late money of cai."""
    order = trade.order()
    trade.run(order)
    fail_stop(trade.stop(order), reason_code="nobody_home", by=trade.by("cai"), at=trade.at)
    return trade.take(order, given=10_000)


# --- blind -------------------------------------------------------------------------------------


def sums(remittance: Remittance) -> list[str]:
    """Return every way in which the sums of a hand-in might stand in a page's source."""
    found = []
    for fen in (remittance.expected_fen, remittance.declared_fen, remittance.expected_fen - 10_000):
        found += [f"{fen // 100}.{fen % 100:02d}", f"{fen // 100:,}.{fen % 100:02d}", str(fen)]
    return found


PAGES: dict[str, Callable[[Remittance, Any], str]] = {
    "queue": lambda _r, _p: "/desk/queue/cash.counting/",
    "queue and record": lambda r, _p: f"/desk/queue/cash.counting/?open={r.pk}",
    "csv": lambda _r, _p: "/desk/queue/cash.counting/?as=csv",
    "record": lambda r, _p: url_of(r),
    "form": lambda r, _p: f"{url_of(r)}count_remittance/",
    "purse": lambda _r, p: url_of(p),
    "board": lambda _r, _p: BOARD,
    "today": lambda _r, _p: "/desk/",
    "search": lambda r, _p: f"/desk/search/?q={r.number}",
    "notices": lambda _r, _p: "/desk/notices/",
}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_the_cashier_tells_what_to_count_towards(
    sign_in: SignIn, trade: Trade, name: str
) -> None:
    trade.give_float()
    order = trade.order()
    trade.run(order)
    trade.take(order, given=10_000)
    remittance = trade.declare(18_730)
    url = PAGES[name](remittance, trade.purse())
    page = sign_in("wu").get(url)
    assert page.status_code == 200
    content = b"".join(page) if page.streaming else page.content
    source = content.decode()
    source = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|hx-headers=\'[^\']+\'', "", source)
    source = re.sub(r'value="[0-9a-f]{32}"', "", source)  # the key of the form
    assert [told for told in sums(remittance) if told in source] == []


def test_the_same_pages_tell_it_once_it_was_counted(
    sign_in: SignIn, trade: Trade, handed: SimpleNamespace
) -> None:
    trade.count(handed.remittance)
    source = sign_in("wu").get(url_of(handed.remittance)).content.decode()
    assert "¥187.50" in source
    assert "¥100.00" in source


def test_the_city_manager_sees_what_the_cashier_does_not(
    sign_in: SignIn, handed: SimpleNamespace
) -> None:
    assert "¥187.50" in words(sign_in("hu").get(url_of(handed.remittance)))


# --- counting ----------------------------------------------------------------------------------


def test_count_remittance_by_form_enters_what_was_found(
    sign_in: SignIn, trade: Trade, handed: SimpleNamespace
) -> None:
    url = f"{url_of(handed.remittance)}count_remittance/"
    browser = sign_in("wu")
    page = browser.get(url).content.decode()
    assert 'data-worth="10000"' in page
    assert 'data-island="sum"' in page
    answer = browser.post(
        url, boxes({10_000: 1, 5_000: 1, 2_000: 1, 1_000: 1, 500: 1, 100: 2, 50: 1})
    )
    assert (answer.status_code, answer["Location"]) == (303, url_of(handed.remittance))
    handed.remittance.refresh_from_db()
    assert handed.remittance.state == "settled"
    # The button was pressed twice: the second time it leads to where the first one led.
    again = browser.post(url, boxes({10_000: 1}))
    assert again.status_code == 303
    assert balance_of("cash.safe") == 18_750


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({10_000: "x"}, "Enter a whole number."),
        ({10_000: "-1"}, "Ensure this value is greater than or equal to 0."),
        ({10_000: "99999"}, "Ensure this value is less than or equal to 2000."),
    ],
)
def test_count_remittance_keeps_what_was_typed_wrong(
    sign_in: SignIn, handed: SimpleNamespace, typed: dict[int, Any], said: str
) -> None:
    url = f"{url_of(handed.remittance)}count_remittance/"
    answer = sign_in("wu").post(url, boxes({5_000: 3, **typed}))
    assert answer.status_code == 422
    source = answer.content.decode()
    assert said in source
    assert f'value="{typed[10_000]}"' in source
    handed.remittance.refresh_from_db()
    assert handed.remittance.state == "declared"


def test_count_remittance_of_nothing_at_all_is_a_count(
    sign_in: SignIn, handed: SimpleNamespace
) -> None:
    url = f"{url_of(handed.remittance)}count_remittance/"
    assert sign_in("wu").post(url, boxes({})).status_code == 303
    handed.remittance.refresh_from_db()
    assert (handed.remittance.state, handed.remittance.counted_fen) == ("different", 0)


def test_issue_float_and_fund_safe_by_form(sign_in: SignIn, trade: Trade) -> None:
    browser = sign_in("wu")
    fund = reverse("act:cash.fund_safe")
    assert browser.post(fund, boxes({2_000: 5}, note="bank 17")).status_code == 303
    order = trade.order(tea=1, longan=0)
    trade.run(order)
    give = reverse("act:cash.issue_float")
    page = words(browser.get(give))
    assert "Cai Yong: for his doors 20 yuan × 1, 10 yuan × 1 would do" in page
    courier = str(trade.person("cai").pk)
    refused = browser.post(give, boxes({2_000: 6}, courier=courier, key="k-3"))
    assert refused.status_code == 409
    assert "The safe holds 100.00 yuan, not 120.00." in words(refused)
    given = browser.post(give, boxes({2_000: 2}, courier=courier, key="k-2"))
    assert given.status_code == 303
    assert carried(trade.person("cai")).float_fen == 4_000


# --- one's own cash ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ["You carry", "¥187.50", "of it float ¥100.00", "from customers ¥87.50", "of today"],
        ),
        ("zh-hans", ["手中现金", "¥187.50", "其中备用金 ¥100.00", "其中货款 ¥87.50", "当日款"]),
    ],
)
def test_mine_shows_what_one_carries_and_where_it_came_from(
    sign_in: SignIn, trade: Trade, language: str, said: list[str]
) -> None:
    trade.give_float()
    order = trade.order()
    trade.run(order)
    trade.take(order, given=10_000)
    text = words(sign_in("cai", language=language).get(MINE))
    assert [word for word in said if word not in text] == []
    assert order.number in text
    assert order.address in text


def test_mine_is_for_couriers_and_empty_before_any_money(sign_in: SignIn, trade: Trade) -> None:
    assert sign_in("hu").get(MINE).status_code == 404
    assert "Your purse is empty." in words(sign_in("cai").get(MINE))
    assert sign_in("cai").post(MINE, boxes({}, hand_in="1")).status_code == 422


def test_mine_adds_up_without_script_and_hands_in(sign_in: SignIn, trade: Trade) -> None:
    order = trade.order()
    trade.run(order)
    trade.take(order)
    browser = sign_in("cai")
    typed = boxes({5_000: 1, 2_000: 1, 1_000: 1, 500: 1, 100: 2, 50: 1})
    added = browser.post(MINE, {**typed, "add_up": ""})
    assert added.status_code == 200
    assert "Together 87.50" in words(added)
    assert not Remittance.objects.exists()
    answer = browser.post(MINE, {**typed, "hand_in": "1"})
    assert (answer.status_code, answer["Location"]) == (303, MINE)
    remittance = Remittance.objects.get()
    assert (remittance.declared_fen, remittance.expected_fen) == (8_750, 8_750)
    text = words(browser.get(MINE))
    assert "Handed in. Finance counts it now." in text
    assert f"{remittance.number} · you declared ¥87.50" in text
    assert 'data-worth="10000"' not in browser.get(MINE).content.decode()
    assert browser.post(MINE, {**typed, "hand_in": "1"}).status_code == 303  # pressed twice
    assert Remittance.objects.count() == 1


def test_mine_refuses_a_second_hand_in_with_everything_typed(sign_in: SignIn, trade: Trade) -> None:
    first, second = trade.order(), trade.order()
    trade.run(first, second)
    trade.take(first)
    browser = sign_in("cai")
    number = trade.declare().number
    trade.take(second)
    answer = browser.post(MINE, boxes({100: 7}, hand_in="1", key="other"))
    assert answer.status_code == 409
    assert f"Your hand-in {number} has not been counted yet." in words(answer)
    assert Remittance.objects.count() == 1


def test_mine_tells_of_yesterdays_money_and_of_decisions(
    sign_in: SignIn, trade: Trade, handed: SimpleNamespace
) -> None:
    from zhanggui.trade.cash.actions.hand_ins import resolve_difference

    trade.count(handed.remittance, 18_000)
    values = {"decision": "waive", "reason": "so", "by": trade.by("hu"), "at": trade.at}
    resolve_difference(handed.remittance, **values)
    trade.give_float("cai", 1_000)
    with clock.stopped_at(trade.at + timedelta(days=1)):
        text = words(sign_in("cai").get(MINE))
    assert "Money of an earlier day is with you: hand in before your next run." in text
    assert "Something was decided about one of your hand-ins." in text


def test_acknowledge_difference_by_button(
    sign_in: SignIn, trade: Trade, handed: SimpleNamespace
) -> None:
    trade.count(handed.remittance, 18_000)
    manager = sign_in("hu")
    url = f"{url_of(handed.remittance)}resolve_difference/"
    page = manager.get(url).content.decode()
    assert 'value="charge"' in page
    assert 'value="keep"' not in page
    sent = {"decision": "charge", "reason": "miscounted", "key": "k-1"}
    assert manager.post(url, sent).status_code == 303
    courier = sign_in("cai")
    assert "miscounted" in words(courier.get("/desk/queue/cash.own_differences/"))
    noted = courier.post(f"{url_of(handed.remittance)}acknowledge_difference/", {"key": "k-2"})
    assert noted.status_code == 303
    assert "Courier took note" in words(courier.get(url_of(handed.remittance)))


# --- the door ----------------------------------------------------------------------------------


def test_take_at_door_by_form_takes_a_part(sign_in: SignIn, trade: Trade) -> None:
    order = trade.order()
    trade.run(order)
    browser = sign_in("cai")
    assert order.address in words(browser.get("/desk/queue/cash.door/"))
    url = f"{url_of(trade.stop(order))}take_at_door/"
    page = words(browser.get(url))
    assert "87.50 are due for everything. For 90.00 give back 2.50. For 100.00 give back" in page
    tea, longan = trade.line(order, "tea").pk, trade.line(order, "longan").pk
    values = {f"line_{tea}": "1", f"line_{longan}": "1", "tendered": "50", "key": "k-1"}
    refused = browser.post(url, {**values, "change": ""})
    assert refused.status_code == 422
    assert "Give back 2.50 yuan." in words(refused)
    assert browser.post(url, {**values, "change": "2.5"}).status_code == 303
    assert Collection.objects.get().taken_fen == 4_750


def test_clear_late_by_form(sign_in: SignIn, trade: Trade, late: Collection) -> None:
    browser = sign_in("hu")
    assert late.order.number in words(browser.get("/desk/queue/cash.late/"))
    url = f"{url_of(late)}clear_late/"
    refused = browser.post(url, {"how": "order", "reason": "so", "key": "k-1"})
    assert refused.status_code == 409
    assert "The order does not wait for exactly this money." in words(refused)
    assert browser.post(url, {"how": "customer", "reason": "so", "key": "k-2"}).status_code == 303
    assert "Given back to the customer" in words(browser.get(url_of(late)))


# --- the board ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "status"),
    [("hu", 200), ("lin", 200), ("wu", 200), ("xu", 200), ("zheng", 200), ("huang", 200)],
)
def test_board_is_open_to_whose_business_it_is(
    sign_in: SignIn, trade: Trade, user: str, status: int
) -> None:
    page = sign_in(user).get(BOARD)
    assert page.status_code == status
    assert "No cash is outside" in words(page)


@pytest.mark.parametrize("user", ["cai", "tong", "su", "jiang"])
def test_board_is_not_there_for_others(sign_in: SignIn, trade: Trade, user: str) -> None:
    assert sign_in(user).get(BOARD).status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Putian", "Cai Yong", "¥187.50", "to be counted", "Chen Zhiming", "¥30.00"]),
        ("zh-hans", ["莆田市", "蔡勇", "¥187.50", "待清点", "陈志明", "¥30.00", "当日款"]),
    ],
)
def test_board_shows_who_holds_what_since_when(
    sign_in: SignIn,
    trade: Trade,
    handed: SimpleNamespace,
    language: str,
    said: list[str],
) -> None:
    trade.give_float("chen", 3_000)
    page = sign_in("hu", language=language).get(BOARD)
    text = words(page)
    assert [word for word in said if word not in text] == []
    source = page.content.decode()
    assert f'href="{url_of(trade.purse("chen"))}"' in source  # each figure opens its rows
    assert f'href="{url_of(handed.remittance)}"' in source
    assert 'href="?city=putian"' in source


def test_board_shows_differences_and_late_money(
    sign_in: SignIn, trade: Trade, handed: SimpleNamespace
) -> None:
    trade.count(handed.remittance, 18_700)
    order = trade.order()
    trade.run(order, user="chen")
    fail_stop(trade.stop(order), reason_code="nobody_home", by=trade.by("chen"), at=trade.at)
    trade.take(order)
    text = words(sign_in("hu").get(BOARD))
    assert f"{handed.remittance.number} Cai Yong" in text
    assert "¥0.50 too little" in text
    assert f"Money that came late Clear up {order.number}" in text
    assert "Decide" not in words(sign_in("lin").get(BOARD))  # reads only


def test_board_narrows_to_a_city(sign_in: SignIn, trade: Trade) -> None:
    trade.give_float("cai", 1_000)
    trade.give_float("xie", 2_000)
    text = words(sign_in("lin").get(f"{BOARD}?city=quanzhou"))
    assert "Cash outside · Quanzhou" in text
    assert "Xie Zhiqiang" in text
    assert "Cai Yong" not in text


# --- panels and figures ------------------------------------------------------------------------


def test_panels_show_the_money_of_an_order_and_of_a_run(
    sign_in: SignIn, trade: Trade, handed: SimpleNamespace
) -> None:
    order, run = handed.order, trade.stop(handed.order).run
    browser = sign_in("hu")
    money = words(browser.get(f"{url_of(order)}panel/money_of_order/"))
    assert "Due at the door ¥87.50" in money
    assert "¥100.00 given, ¥12.50 back" in money
    assert handed.remittance.number in money
    taken = words(browser.get(f"{url_of(run)}panel/money_of_run/"))
    assert "Taken on this run ¥87.50" in taken
    own = words(sign_in("cai").get(f"{url_of(run)}panel/money_of_run/"))
    assert "Taken on this run ¥87.50" in own


def test_figures_on_today_open_their_rows(
    sign_in: SignIn, trade: Trade, handed: SimpleNamespace
) -> None:
    general = sign_in("lin").get("/desk/")
    assert "Cash outside" in words(general)
    assert "187.50" in words(general)
    assert f'href="{BOARD}"' in general.content.decode()
    trade.give_float("cai", 1_000)
    assert f'href="{MINE}"' in sign_in("cai").get("/desk/").content.decode()


def test_search_finds_a_hand_in_by_its_number(sign_in: SignIn, handed: SimpleNamespace) -> None:
    number = handed.remittance.number
    assert number in words(sign_in("hu").get(f"/desk/search/?q={number}"))
    assert "Cai Yong" not in words(sign_in("zhuang").get(f"/desk/search/?q={number}"))
