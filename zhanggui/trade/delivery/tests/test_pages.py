"""The pages of delivery: the board, planning a run, packing it, its record, and those of stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel import clock
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery.actions.doors import fail_stop, hand_over, refuse_stop
from zhanggui.trade.delivery.actions.returns import take_back_goods
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.tests.conftest import Trade, in_bag
from zhanggui.trade.orders.models import Order

BOARD, PLAN = "/desk/dispatch/", "/desk/dispatch/plan/"
SignIn = Callable[..., Client]


def text_of(answer: Any) -> str:
    """Return what a page says."""
    return answer.content.decode()


# --- the board ---------------------------------------------------------------------------------


def test_the_board_shows_each_run_with_what_is_done_left_taken_and_late(
    trade: Trade, sign_in: SignIn
) -> None:
    one, two = trade.out(trade.order(tea=2), trade.order())
    hand_over(one, delivered=None, taken_fen=13_600, **trade.act)
    trade.order("hanjiang")
    page = text_of(sign_in("hu").get(BOARD))
    for words in ("Chen Zhiming", two.run.number, "1 of 2 done", "¥136.00", "¥68.00", "20:00"):
        assert words in page, words
    assert "Waiting for a run" in page
    assert "Past their promise" not in page
    with clock.stopped_at(two.order.promised_at + timedelta(minutes=5)):
        page = text_of(sign_in("hu").get(BOARD))
    assert "1 late" in page
    assert "Past their promise" in page
    assert f'href="/desk/delivery/stop/{two.pk}/"' in page


def test_the_board_of_another_day_shows_its_runs(trade: Trade, sign_in: SignIn) -> None:
    (stop,) = trade.out(trade.order())
    hand_over(stop, delivered=None, taken_fen=6_800, **trade.act)
    browser = sign_in("hu")
    assert stop.run.number in text_of(browser.get(f"{BOARD}?day=2026-11-23"))
    assert "No run on this day" in text_of(browser.get(f"{BOARD}?day=2026-11-22"))
    for odd in ("?day=tomorrow", "?day=2099-01-01", "?day="):
        assert stop.run.number in text_of(browser.get(BOARD + odd))


def test_the_board_is_for_those_who_dispatch_in_their_areas(trade: Trade, sign_in: SignIn) -> None:
    run = trade.run(trade.order("hanjiang"), courier="cai")
    seen = {u: run.number in text_of(sign_in(u).get(BOARD)) for u in ("hu", "cai", "zhuang")}
    assert seen == {"hu": True, "cai": True, "zhuang": False}
    for user in ("wu", "su", "tong"):
        assert sign_in(user).get(BOARD).status_code == 404
        assert sign_in(user).get(PLAN).status_code == 404


def test_the_board_makes_no_more_statements_for_more_runs(trade: Trade, sign_in: SignIn) -> None:
    browser = sign_in("hu")

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(BOARD).status_code == 200
        return len(seen)

    trade.run(trade.order())
    asked()
    few = asked()
    for _n in range(4):
        trade.run(trade.order(), trade.order())
    assert asked() <= few


# --- planning ----------------------------------------------------------------------------------


def planned(browser: Client, user: str, *orders: Order, **more: Any) -> Any:
    """Return the answer to planning a run of these orders for somebody."""
    courier = Person.objects.get(user=user).pk if user else ""
    given = {"courier": courier, "orders": [order.pk for order in orders], "key": "k1", **more}
    headers = given.pop("headers", {})
    return browser.post(PLAN, given, headers=headers)


def test_the_plan_offers_orders_with_what_is_needed_to_decide(
    trade: Trade, sign_in: SignIn
) -> None:
    order = trade.order("hanjiang", tea=2, longan=1)
    other = trade.order("fengze")
    page = text_of(sign_in("hu").get(PLAN))
    for words in (order.number, "涵江区涵西街道新涵大街1号", "¥175.00", "3 pieces", "by 20:00"):
        assert words in page, words
    assert other.number not in page
    for name in ("Chen Zhiming", "Cai Yong", "Pan Zhenxing"):
        assert f">{name}</option>" in page
    assert "Xie Zhiqiang" not in page


def test_the_plan_estimates_what_is_ticked_without_forming_anything(
    trade: Trade, sign_in: SignIn
) -> None:
    orders = [trade.order("licheng"), trade.order("licheng")]
    browser = sign_in("hu")
    fragment = planned(browser, "cai", *orders, step="estimate", headers={"HX-Target": "estimate"})
    page = text_of(fragment)
    assert "<html" not in page
    assert "12.2 km" in page
    assert "Above the goal of ¥3.00" in page
    assert "Cai Yong does not deliver where these orders go" in page
    whole = planned(browser, "", *orders, step="estimate")
    assert whole.status_code == 200
    assert "<html" in text_of(whole)
    assert text_of(whole).count("checked") == 2
    assert "Choose who carries the run." not in text_of(whole)
    assert not Run.objects.exists()


def test_the_plan_forms_a_run_once_however_often_it_is_sent(trade: Trade, sign_in: SignIn) -> None:
    orders = [trade.order(), trade.order()]
    browser = sign_in("hu")
    first, second = (planned(browser, "chen", *orders) for _n in range(2))
    run = Run.objects.get()
    assert (first.status_code, first["Location"]) == (303, f"/desk/delivery/run/{run.pk}/")
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert "The run R1123" in text_of(browser.get(first["Location"]))


def test_the_plan_says_what_is_missing_and_keeps_what_was_ticked(
    trade: Trade, sign_in: SignIn
) -> None:
    order = trade.order()
    browser = sign_in("hu")
    answer = planned(browser, "", order)
    assert answer.status_code == 422
    assert "Choose who carries the run." in text_of(answer)
    assert "checked" in text_of(answer)
    answer = planned(browser, "chen")
    assert answer.status_code == 422
    assert "Tick the orders that go along." in text_of(answer)


def test_the_plan_refuses_what_somebody_else_planned_meanwhile(
    trade: Trade, sign_in: SignIn
) -> None:
    taken, free = trade.order(), trade.order()
    trade.run(taken)
    answer = planned(sign_in("hu"), "chen", taken, free)
    assert answer.status_code == 409
    assert f"{taken.number} is not ready for a run" in text_of(answer)
    assert free.number in text_of(answer)


@pytest.mark.parametrize("orders", [["x"], ["-1"], ["9" * 30], ["999"], [""]])
def test_the_plan_answers_odd_orders_with_a_sentence(
    trade: Trade, sign_in: SignIn, orders: list[str]
) -> None:
    trade.order()
    chen = Person.objects.get(user="chen").pk
    answer = sign_in("hu").post(PLAN, {"courier": chen, "orders": orders, "key": "k"})
    assert answer.status_code in {404, 422}
    assert not Run.objects.exists()


def test_the_plan_says_when_nothing_waits(trade: Trade, sign_in: SignIn) -> None:
    assert "No order waits for a run" in text_of(sign_in("hu").get(PLAN))


# --- records -----------------------------------------------------------------------------------


def test_the_page_of_a_run_shows_its_stops_and_what_must_come_back(
    trade: Trade, sign_in: SignIn
) -> None:
    one, two, three = trade.out(trade.order(tea=2), trade.order(), trade.order(longan=1))
    hand_over(one, delivered=None, taken_fen=13_600, **trade.act)
    refuse_stop(two, reason_code="price", note="Cheaper elsewhere", **trade.act)
    page = text_of(sign_in("hu").get(f"/desk/delivery/run/{one.run_id}/"))
    for words in (
        "2 of 3 done",
        "What must come back",
        "Anxi Tieguanyin",
        "Price not as expected · Cheaper elsewhere",
        "¥136.00",
        three.order.number,
        "goal ¥3.00",
    ):
        assert words in page, words
    assert "Take goods back" not in page
    assert "Take goods back" in text_of(sign_in("chen").get(f"/desk/delivery/run/{one.run_id}/"))


def test_the_packing_list_adds_up_by_sku(trade: Trade, sign_in: SignIn) -> None:
    run = trade.run(trade.order(tea=2), trade.order(tea=1, longan=3))
    for user in ("hu", "chen"):
        page = text_of(sign_in(user).get(f"/desk/dispatch/run/{run.pk}/picking/"))
        assert "TG-1" in page
        assert "1 × 2, 2" in page
        assert "data-print" in page
    for user in ("zhuang", "pan", "wu"):
        assert sign_in(user).get(f"/desk/dispatch/run/{run.pk}/picking/").status_code == 404


def test_a_run_goes_through_its_courier_s_buttons(trade: Trade, sign_in: SignIn) -> None:
    run = trade.run(trade.order(tea=2), trade.order())
    url = f"/desk/delivery/run/{run.pk}/"
    browser = sign_in("chen")
    assert run.number in text_of(browser.get("/desk/queue/delivery.own_runs/"))
    for verb, state in (("pick_run", "picked"), ("load_run", "out")):
        assert browser.post(f"{url}{verb}/", {"key": verb}).status_code == 303
        run.refresh_from_db()
        assert run.state == state
    first, second = run.stops.all()
    door = f"/desk/delivery/stop/{first.pk}/"
    assert first.order.recipient in text_of(browser.get("/desk/queue/delivery.door/"))
    assert browser.post(f"{door}refuse_stop/", {"reason_code": "late"}).status_code == 303
    fail_stop(second, reason_code="unreachable", **trade.act)
    answer = browser.post(f"{url}take_back_goods/", {"lines": "TG-1 2"})
    assert answer.status_code == 422
    assert "Missing from what must come back" in text_of(answer)
    answer = browser.post(f"{url}take_back_goods/", {"lines": "NO-SUCH 1"})
    assert "Line 1: there is no SKU or barcode “NO-SUCH”." in text_of(answer)
    barcode = trade.tea.barcode
    answer = browser.post(f"{url}take_back_goods/", {"lines": f"{barcode}\n{barcode}\nTG-1"})
    assert answer.status_code == 303
    run.refresh_from_db()
    assert (run.state, in_bag("chen")) == ("back", {})


def test_damage_is_reported_through_its_form(trade: Trade, sign_in: SignIn) -> None:
    (stop,) = trade.out(trade.order(tea=2))
    refuse_stop(stop, reason_code="damaged", **trade.act)
    given = {"lines": "TG-1", "lost": "damaged", "reason": "Dented"}
    url = f"/desk/delivery/run/{stop.run_id}/report_loss/"
    assert sign_in("chen").post(url, given).status_code == 303
    assert in_bag("chen") == {"TG-1": 1}


def test_the_dispatcher_moves_drops_adds_and_dissolves(trade: Trade, sign_in: SignIn) -> None:
    run = trade.run(trade.order(), trade.order(), trade.order())
    late = trade.order()
    browser = sign_in("hu")
    first, second, third = run.stops.all()
    assert late.number in text_of(browser.get(f"/desk/delivery/run/{run.pk}/add_orders/"))
    added = browser.post(f"/desk/delivery/run/{run.pk}/add_orders/", {"orders": [late.pk]})
    assert added.status_code == 303
    moved = browser.post(f"/desk/delivery/stop/{third.pk}/move_stop/", {"position": 1})
    dropped = browser.post(f"/desk/delivery/stop/{first.pk}/drop_stop/", {"reason": "Tomorrow"})
    assert (moved.status_code, dropped.status_code) == (303, 303)
    row = list(run.stops.filter(state="waiting").values_list("order", flat=True))
    assert row == [third.order_id, second.order_id, late.pk]
    assert browser.post(f"/desk/delivery/run/{run.pk}/dissolve_run/", {}).status_code == 303
    run.refresh_from_db()
    assert run.state == "dissolved"
    assert "Dissolved" in text_of(browser.get(f"/desk/delivery/run/{run.pk}/"))


def test_what_came_back_waits_and_is_tried_again_or_given_up(trade: Trade, sign_in: SignIn) -> None:
    stops = trade.out(trade.order(), trade.order())
    for stop in stops:
        fail_stop(stop, reason_code="nobody_home", **trade.act)
    take_back_goods(stops[0].run, lines=[Line(trade.tea.pk, 2)], **trade.act)
    browser = sign_in("hu")
    page = text_of(browser.get("/desk/queue/delivery.undelivered/"))
    again, gone = (stop.order for stop in stops)
    assert again.number in page
    assert gone.number in page
    url = "/desk/orders/order/{}/{}/"
    assert browser.post(url.format(again.pk, "retry_order"), {}).status_code == 303
    assert browser.post(url.format(gone.pk, "give_up"), {"reason": "Moved"}).status_code == 303
    states = [Order.objects.get(pk=order.pk).state for order in (again, gone)]
    assert states == ["confirmed", "cancelled"]
    assert "Nothing waits here" in text_of(browser.get("/desk/queue/delivery.undelivered/"))


def test_the_page_of_an_order_tells_its_runs(trade: Trade, sign_in: SignIn) -> None:
    (stop,) = trade.out(trade.order())
    fail_stop(stop, reason_code="nobody_home", **trade.act)
    url = f"/desk/orders/order/{stop.order_id}/panel/delivery_of_order/"
    page = text_of(sign_in("hu").get(url))
    assert f'href="/desk/delivery/stop/{stop.pk}/"' in page
    assert "Nobody at home" in page
    answering = text_of(sign_in("su").get(url))
    assert stop.run.number in answering
    assert f'href="/desk/delivery/stop/{stop.pk}/"' not in answering
    fresh = trade.order()
    url = f"/desk/orders/order/{fresh.pk}/panel/delivery_of_order/"
    assert "It has been on no run yet." in text_of(sign_in("hu").get(url))


def test_the_page_of_a_stop_tells_what_was_kept(trade: Trade, sign_in: SignIn) -> None:
    order = trade.order(tea=3)
    (stop,) = trade.out(order)
    line = trade.line(order, trade.tea).pk
    hand_over(stop, delivered={line: 1}, taken_fen=6_800, **trade.act)
    page = text_of(sign_in("chen").get(f"/desk/delivery/stop/{stop.pk}/"))
    assert "kept 1 piece" in page
    assert "Partly delivered" in page
    assert sign_in("xie").get(f"/desk/delivery/stop/{stop.pk}/").status_code == 404


def test_today_tells_the_city_manager_how_far_the_doors_are(trade: Trade, sign_in: SignIn) -> None:
    one, _two = trade.out(trade.order(), trade.order())
    hand_over(one, delivered=None, taken_fen=6_800, **trade.act)
    page = text_of(sign_in("hu").get("/desk/"))
    assert "Doors done today" in page
    assert "1 / 2" in page
    assert "Estimated cost per order" in page
    assert "Doors done today" not in text_of(sign_in("wu").get("/desk/"))


def test_search_finds_a_run_by_its_number(trade: Trade, sign_in: SignIn) -> None:
    run = trade.run(trade.order())
    page = text_of(sign_in("hu").get(f"/desk/search/?q={run.number}"))
    assert f'href="/desk/delivery/run/{run.pk}/"' in page
    assert f"/desk/delivery/run/{run.pk}/" not in text_of(
        sign_in("zhuang").get(f"/desk/search/?q={run.number}")
    )


def test_the_pages_speak_chinese(trade: Trade, sign_in: SignIn) -> None:
    trade.out(trade.order(), trade.order())
    trade.order()
    browser = sign_in("hu", language="zh-hans")
    assert "配送调度" in text_of(browser.get(BOARD))
    assert "派出这一趟" in text_of(browser.get(PLAN))
    stop = Stop.objects.all()[0]
    assert "待送" in text_of(browser.get(f"/desk/delivery/stop/{stop.pk}/"))
