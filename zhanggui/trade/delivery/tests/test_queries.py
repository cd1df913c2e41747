"""What people of delivery read: their own areas, in order, with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery import queries
from zhanggui.trade.delivery.actions.doors import fail_stop, hand_over, refuse_stop
from zhanggui.trade.delivery.actions.returns import take_back_goods
from zhanggui.trade.delivery.tests.conftest import Trade
from zhanggui.trade.orders.actions.placing import cancel_own_order


def names(people: list[Person]) -> list[str]:
    """Return the user names of people."""
    return [person.user for person in people]


def test_orders_to_plan_are_those_of_ones_areas_that_wait_for_a_run(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    here, far = trade.order("licheng"), trade.order("hanjiang")
    other = trade.order("fengze")
    gone, planned = trade.order("licheng"), trade.order("licheng")
    cancel_own_order(gone, **trade.act)
    trade.run(planned)
    seen = {user: set(queries.orders_to_plan(actor(user))) for user in ("hu", "cai", "zhuang")}
    assert seen == {"hu": {here, far}, "cai": {far}, "zhuang": {other}}
    assert not queries.orders_to_plan(actor("wu")).exists()
    assert set(queries.orders_to_plan(actor("hu", focus="hanjiang"))) == {far}


def test_couriers_for_an_area_come_nearest_first(db: None, at: datetime) -> None:
    assert names(queries.couriers_for("hanjiang", at=at)) == ["cai", "chen"]
    assert names(queries.couriers_for("licheng", at=at)) == ["chen"]
    assert names(queries.couriers_for("xiamen", at=at)) == []


def test_couriers_seen_are_those_of_the_areas_planned_for(
    db: None, actor: Callable[..., Any]
) -> None:
    assert set(names(queries.couriers_seen(actor("hu")))) == {"chen", "cai", "pan"}
    assert set(names(queries.couriers_seen(actor("cai")))) == {"cai", "chen"}
    assert queries.couriers_seen(actor("wu")) == []


@pytest.mark.parametrize(
    ("areas", "covering"),
    [
        (["licheng"], "licheng"),
        (["licheng", "hanjiang"], "putian"),
        (["putian", "hanjiang"], "putian"),
        (["licheng", "fengze"], "fujian"),
        (["gulou", "minli"], "minli"),
    ],
)
def test_narrowest_area_covers_all_of_them(
    db: None, at: datetime, areas: list[str], covering: str
) -> None:
    assert queries.narrowest_area(areas, at=at) == covering


def test_run_of_and_stop_of_belong_to_dispatcher_and_courier(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    run = trade.run(trade.order("hanjiang"), courier="chen")
    stop = run.stops.get()
    for user in ("hu", "chen", "cai"):
        assert queries.run_of(actor(user), run.pk) == run
        assert queries.stop_of(actor(user), stop.pk) == stop
    for user in ("zhuang", "xie", "pan", "wu", "su", "lin"):
        for find, pk in ((queries.run_of, run.pk), (queries.stop_of, stop.pk)):
            with pytest.raises(Refusal) as no:
                find(actor(user), pk)
            assert no.value.code == "not_yours"
    with pytest.raises(Refusal):
        queries.run_of(actor("hu"), 999)


def test_run_of_tells_how_far_it_is(trade: Trade, hu: Any) -> None:
    one, two, three = trade.out(trade.order(tea=2), trade.order(), trade.order(longan=1, tea=0))
    hand_over(one, delivered=None, taken_fen=13_600, **trade.act)
    refuse_stop(two, reason_code="late", **trade.act)
    run: Any = queries.run_of(hu, one.run_id)
    assert (run.stops_count, run.left, run.to_take_fen, run.taken_fen) == (3, 1, 3_900, 13_600)
    assert run.next_promise_at == three.order.promised_at


def test_runs_to_carry_and_doors_to_come_are_ones_own(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    stop, done = trade.out(trade.order("hanjiang"), trade.order("hanjiang"), courier="cai")
    hand_over(done, delivered=None, taken_fen=6_800, **trade.act)
    planned = trade.run(trade.order("hanjiang"), courier="cai")
    assert set(queries.runs_to_carry(actor("cai"))) == {stop.run, planned}
    assert list(queries.doors_to_come(actor("cai"))) == [stop]
    for user in ("chen", "hu", "wu"):
        assert not queries.runs_to_carry(actor(user)).exists()
        assert not queries.doors_to_come(actor(user)).exists()


def test_runs_of_a_courier_show_what_is_open_and_what_ended_today(trade: Trade) -> None:
    (ended,) = trade.out(trade.order())
    hand_over(ended, delivered=None, taken_fen=6_800, **trade.act)
    planned = trade.run(trade.order())
    chen = planned.courier_id
    assert list(queries.runs_of(chen, trade.at)) == [ended.run, planned]
    assert list(queries.runs_of(chen, trade.at + timedelta(days=1))) == [planned]


def test_runs_on_board_are_those_of_the_day_in_ones_areas(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    (ended,) = trade.out(trade.order())
    hand_over(ended, delivered=None, taken_fen=6_800, **trade.act)
    planned = trade.run(trade.order("hanjiang"), courier="cai")
    today = queries.day_of(trade.at)
    tomorrow = queries.day_of(trade.at + timedelta(days=1))
    yesterday = queries.day_of(trade.at - timedelta(days=1))
    board = lambda user, day: list(queries.runs_on_board(actor(user), day=day))  # noqa: E731
    assert set(board("hu", today)) == {ended.run, planned}
    assert board("cai", today) == [planned]
    assert board("hu", tomorrow) == [planned]
    assert board("hu", yesterday) == []
    assert board("zhuang", today) == []


def test_late_stops_are_those_past_their_promise(trade: Trade) -> None:
    one, two = trade.out(trade.order(), trade.order())
    hand_over(one, delivered=None, taken_fen=6_800, **trade.act)
    runs = [two.run]
    assert queries.late_stops(runs, at=two.order.promised_at) == {}
    late = two.order.promised_at + timedelta(seconds=1)
    assert queries.late_stops(runs, at=late) == {two.run_id: [two]}


def test_orders_undelivered_wait_with_the_city_manager(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    (stop,) = trade.out(trade.order())
    fail_stop(stop, reason_code="nobody_home", **trade.act)
    assert not queries.orders_undelivered(actor("hu")).exists()
    take_back_goods(stop.run, lines=[Line(trade.tea.pk, 1)], **trade.act)
    assert list(queries.orders_undelivered(actor("hu"))) == [stop.order]
    assert queries.attempts_of([stop.order_id]) == {stop.order_id: [stop]}
    for user in ("zhuang", "chen", "wu"):
        assert not queries.orders_undelivered(actor(user)).exists()


def test_picking_list_adds_up_by_sku_and_names_the_stops(trade: Trade) -> None:
    run = trade.run(trade.order(tea=2), trade.order(tea=1, longan=3))
    found = queries.picking_list(list(queries.stops_of(run)))
    assert [(row.sku, row.pieces, row.positions) for row in found] == [
        (trade.longan, 3, ((2, 3),)),
        (trade.tea, 3, ((1, 2), (2, 1))),
    ]


def test_day_progress_counts_the_doors_of_today(trade: Trade, hu: Any, at: datetime) -> None:
    assert queries.day_progress(hu, at=at).total == 0
    one, _two = trade.out(trade.order(), trade.order())
    hand_over(one, delivered=None, taken_fen=6_800, **trade.act)
    found = queries.day_progress(hu, at=at)
    assert (found.done, found.total, found.late, found.cost_fen) == (1, 2, 0, one.run.cost_fen)


def test_runs_sought_by_number_and_by_courier(trade: Trade, actor: Callable[..., Any]) -> None:
    run = trade.run(trade.order())
    hu = actor("hu")
    assert run.number == f"R1123-{run.pk}"
    for text in (run.number, run.number.lower(), "陈志", "zhiming"):
        assert list(queries.runs_sought(hu, text)) == [run], text
    for text in (f"R1122-{run.pk}", "R1123-99999", "庄"):
        assert not queries.runs_sought(hu, text).exists(), text
    assert not queries.runs_sought(actor("zhuang"), run.number).exists()


def test_door_said_names_county_street_and_the_rest(trade: Trade) -> None:
    order = trade.order("licheng", "拱辰街道文献东路8号")
    assert queries.door_said(order) == "荔城区拱辰街道文献东路8号"


def test_the_board_makes_as_many_statements_for_many_runs(
    trade: Trade, hu: Any, at: datetime
) -> None:
    def read() -> int:
        with CaptureQueriesContext(connection) as seen:
            runs = list(queries.with_progress(queries.runs_on_board(hu, day=queries.day_of(at))))
            queries.late_stops(runs, at=at)
            assert all(run.courier.name and run.area.name for run in runs)
        return len(seen)

    trade.run(trade.order())
    few = read()
    for _n in range(4):
        trade.run(trade.order(), trade.order())
    assert read() == few == 2


def test_may_open_says_of_each_run_what_runs_seen_says(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    runs = [trade.run(trade.order("licheng")), trade.run(trade.order("hanjiang"), courier="cai")]
    for user in ("hu", "zhuang", "chen", "cai", "huang", "wu", "lin"):
        by = actor(user)
        seen = set(queries.runs_seen(by))
        assert {run for run in runs if queries.may_open(run, by)} == seen
    assert set(queries.runs_seen(actor("hu"))) == set(runs)
    assert not queries.runs_seen(actor("zhuang")).exists()
