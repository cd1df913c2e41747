"""Planning, packing and loading runs: done, and refused with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.stock.queries import sellable_in
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.handover import give_all_work, open_work
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery import rules
from zhanggui.trade.delivery.actions import leaving
from zhanggui.trade.delivery.actions.doors import fail_stop, hand_over
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run, register_leaving
from zhanggui.trade.delivery.actions.planning import (
    add_orders,
    dissolve_run,
    drop_stop,
    form_run,
    hand_over_runs,
    move_stop,
)
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.tests.conftest import Trade, in_bag, refused, stands
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.models import Order

NOT_YOURS = (
    "There is no such record among those you answer for. Check the number, or ask the person who "
    "holds this duty for that area."
)


def row_of(run: Run) -> list[int]:
    """Return the orders (ids) of the stops that wait, in their row, numbered from one."""
    stops = Stop.objects.filter(run=run, state="waiting").order_by("position")
    assert [stop.position for stop in stops] == list(range(1, len(stops) + 1))
    return [stop.order_id for stop in stops]


def form(trade: Trade, *orders: Order, by: Any, courier: str = "chen", area: str = "putian") -> Run:
    """Return a run formed by somebody."""
    who = Person.objects.get(user=courier)
    return form_run(area, courier=who, orders=[o.pk for o in orders], by=by, at=trade.at)


# --- form --------------------------------------------------------------------------------------


def test_form_run_puts_stops_into_a_row_and_tells_the_courier(trade: Trade, hu: Any) -> None:
    far = trade.order("chengxiang", "凤凰山街道荔园路1号")
    ten = trade.order("licheng", "镇海街道文献东路10号")
    nine = trade.order("licheng", "镇海街道文献东路9号")
    run = form(trade, ten, far, nine, by=hu)
    assert row_of(run) == [far.pk, nine.pk, ten.pk]
    assert (run.area_id, run.depot, run.state) == ("putian", trade.putian, "planned")
    found = rules.estimate([far, nine, ten])
    assert (run.way_m, run.work_s, run.cost_fen) == (found.way_m, found.work_s, found.cost_fen)
    assert run.way_m == 12_000 + 9_000 + 200
    fact = Fact.objects.get(verb="delivery.form_run")
    assert (fact.record_id, fact.area, fact.data["count"]) == (run.pk, "putian", 3)
    assert [n.person_id for n in fact.notices.all()] == [run.courier_id]


def test_form_run_belongs_to_the_narrowest_area_of_its_doors(
    trade: Trade, hu: Any, actor: Callable[..., Any]
) -> None:
    run = form(trade, trade.order("hanjiang"), trade.order("hanjiang"), by=hu, courier="cai")
    assert run.area_id == "hanjiang"
    assert pick_run(run, by=actor("cai"), at=trade.at).state == "picked"


def test_form_run_by_a_courier_who_plans_for_himself(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    mine, others = trade.order("hanjiang"), trade.order("licheng")
    cai = actor("cai")
    assert form(trade, mine, by=cai, courier="cai", area="hanjiang").area_id == "hanjiang"
    no = refused(lambda: form(trade, others, by=cai, courier="chen", area="hanjiang"))
    assert no == NOT_YOURS


@pytest.mark.parametrize("user", ["wu", "zhuang", "su"])
def test_form_run_is_refused_without_the_duty(
    trade: Trade, actor: Callable[..., Any], user: str
) -> None:
    order = trade.order()
    assert refused(lambda: form(trade, order, by=actor(user))) == NOT_YOURS


def test_form_run_is_refused_for_orders_that_are_not_there(trade: Trade, hu: Any) -> None:
    chen = Person.objects.get(user="chen")
    no = refused(lambda: form_run("putian", courier=chen, orders=[999], by=hu, at=trade.at))
    assert no == NOT_YOURS


def test_form_run_is_refused_without_orders_and_with_too_many(trade: Trade, hu: Any) -> None:
    chen = Person.objects.get(user="chen")
    form_these = lambda ids: form_run(  # noqa: E731
        "putian", courier=chen, orders=ids, by=hu, at=trade.at
    )
    assert refused(lambda: form_these([])) == (
        "A run needs at least one order. Tick the orders that go along."
    )
    assert refused(lambda: form_these(list(range(61)))) == (
        "61 stops are more than one courier can make. Take at most 60 and form a second run."
    )


def test_form_run_is_refused_for_an_order_on_another_run(trade: Trade, hu: Any) -> None:
    taken, free = trade.order(), trade.order()
    form(trade, taken, by=hu)
    assert refused(lambda: form(trade, free, taken, by=hu)) == (
        f"{taken.number} is not ready for a run: it is not confirmed and reserved any more, or "
        "already stands on another run. Leave out what is not ready."
    )


def test_form_run_is_refused_for_a_cancelled_order(trade: Trade, hu: Any) -> None:
    gone = trade.order()
    cancel_own_order(gone, **trade.act)
    assert refused(lambda: form(trade, gone, by=hu)).startswith(f"{gone.number} is not ready")


def test_form_run_is_refused_for_two_depots(trade: Trade, actor: Callable[..., Any]) -> None:
    here, there = trade.order("licheng"), trade.order("fengze")
    assert refused(lambda: form(trade, here, there, by=trade.act["by"])) == (
        "These orders are packed in different depots. Form a run for each depot."
    )


def test_form_run_is_refused_where_the_courier_does_not_deliver(trade: Trade, hu: Any) -> None:
    near, far = trade.order("hanjiang"), trade.order("licheng")
    assert refused(lambda: form(trade, near, far, by=hu, courier="cai")) == (
        f"Cai Yong does not deliver where these orders go: {far.number}. Choose a courier of that "
        "area, or leave them out."
    )


def test_form_run_once_answers_a_second_press_with_the_same_run(trade: Trade, hu: Any) -> None:
    values = {"courier": Person.objects.get(user="chen"), "orders": [trade.order().pk]}
    once = form_run.once("form:1")
    first = once("putian", **values, by=hu, at=trade.at)
    assert once("putian", **values, by=hu, at=trade.at) == first
    assert Run.objects.count() == 1


# --- add, move, drop, dissolve -----------------------------------------------------------------


def test_add_orders_puts_a_late_order_where_the_row_has_its_place(trade: Trade, hu: Any) -> None:
    one = trade.order("licheng", "镇海街道文献东路1号")
    nine = trade.order("licheng", "镇海街道文献东路9号")
    run = form(trade, one, nine, by=hu)
    five = trade.order("licheng", "镇海街道文献东路5号")
    first = trade.order("chengxiang", "凤凰山街道荔园路1号")
    run = add_orders(run, orders=[five.pk, first.pk], by=hu, at=trade.at)
    assert row_of(run) == [first.pk, one.pk, five.pk, nine.pk]
    run.refresh_from_db()
    assert (run.area_id, run.way_m) == ("putian", 12_000 + 9_000 + 400)


def test_add_orders_is_refused_once_packed_and_for_what_is_not_ready(trade: Trade, hu: Any) -> None:
    run = form(trade, trade.order(), by=hu)
    other = trade.order()
    form(trade, other, by=hu)
    no = refused(lambda: add_orders(run, orders=[other.pk], by=hu, at=trade.at))
    assert no.startswith(f"{other.number} is not ready for a run")
    late = trade.order()
    pick_run(run, **trade.act)
    assert refused(lambda: add_orders(run, orders=[late.pk], by=hu, at=trade.at)) == (
        "This cannot be done while the state is “Packed”. Look at the record again: someone may "
        "have moved it on meanwhile."
    )


def test_move_stop_changes_the_row_and_the_estimate(trade: Trade, hu: Any) -> None:
    far = trade.order("chengxiang", "凤凰山街道荔园路1号")
    one = trade.order("licheng", "镇海街道文献东路1号")
    two = trade.order("licheng", "镇海街道文献东路2号")
    run = form(trade, far, one, two, by=hu)
    assert run.way_m == 12_000 + 9_000 + 200
    stop = run.stops.get(order=far)
    move_stop(stop, position=2, by=hu, at=trade.at)
    assert row_of(run) == [one.pk, far.pk, two.pk]
    run.refresh_from_db()
    assert run.way_m == 12_000 + 18_000
    move_stop(stop, position=3, by=hu, at=trade.at)
    assert row_of(run) == [one.pk, two.pk, far.pk]
    move_stop(stop, position=1, by=hu, at=trade.at)
    assert row_of(run) == [far.pk, one.pk, two.pk]


@pytest.mark.parametrize("position", [0, 3])
def test_move_stop_is_refused_beyond_the_row(trade: Trade, hu: Any, position: int) -> None:
    run = form(trade, trade.order(), trade.order(), by=hu)
    stop = run.stops.first()
    assert stop is not None
    no = refused(lambda: move_stop(stop, position=position, by=hu, at=trade.at))
    assert no == "The row has places 1 to 2. Choose one of them."


def test_move_stop_is_refused_on_the_road(trade: Trade, hu: Any) -> None:
    stop, _other = trade.out(trade.order(), trade.order())
    assert refused(lambda: move_stop(stop, position=2, by=hu, at=trade.at)) == (
        "This run is “On the road”: its stops stand. What is not handed over is noted at the door "
        "and brought back."
    )


def test_drop_stop_lets_the_order_be_planned_again(trade: Trade, hu: Any) -> None:
    off, stays = trade.order(), trade.order()
    run = form(trade, off, stays, by=hu)
    stop = drop_stop(run.stops.get(order=off), reason="Asked for tomorrow", by=hu, at=trade.at)
    assert (stop.state, stop.note, stop.done_at) == ("dropped", "Asked for tomorrow", trade.at)
    assert row_of(run) == [stays.pk]
    run.refresh_from_db()
    assert run.cost_fen == rules.estimate([stays]).cost_fen
    assert row_of(form(trade, off, by=hu)) == [off.pk]


def test_drop_stop_from_a_packed_run_unpacks_and_reserves_again(trade: Trade, hu: Any) -> None:
    off, stays = trade.order(tea=3), trade.order()
    run = trade.run(off, stays, step="picked")
    assert stands(off) == {"packed": 3}
    drop_stop(run.stops.get(order=off), reason="Tomorrow", by=hu, at=trade.at)
    off.refresh_from_db()
    assert (off.fulfilment, stands(off), stands(stays)) == ("reserved", {"shelf": 3}, {"packed": 1})


def test_drop_stop_of_the_last_one_dissolves_the_run(trade: Trade, hu: Any) -> None:
    order = trade.order()
    run = form(trade, order, by=hu)
    drop_stop(run.stops.get(), reason="Tomorrow", by=hu, at=trade.at)
    run.refresh_from_db()
    assert run.state == "dissolved"
    assert Fact.objects.get(verb="delivery.dissolve_run").cause is not None


def test_drop_stop_is_refused_on_the_road_and_twice(trade: Trade, hu: Any) -> None:
    off, stays, gone = trade.order(), trade.order(), trade.order()
    run = form(trade, off, stays, by=hu)
    stop = drop_stop(run.stops.get(order=off), reason="Tomorrow", by=hu, at=trade.at)
    assert refused(lambda: drop_stop(stop, reason="Again", by=hu, at=trade.at)) == (
        "This cannot be done while the state is “Taken off the run”. Look at the record again: "
        "someone may have moved it on meanwhile."
    )
    (out,) = trade.out(gone)
    assert refused(lambda: drop_stop(out, reason="Late", by=hu, at=trade.at)).startswith(
        "This run is “On the road”: its stops stand."
    )


@pytest.mark.parametrize("step", ["planned", "picked"])
def test_dissolve_run_gives_every_order_back_to_be_planned(
    trade: Trade, hu: Any, step: str
) -> None:
    orders = [trade.order(tea=2), trade.order(longan=1)]
    run = dissolve_run(trade.run(*orders, step=step), by=hu, at=trade.at)
    assert (run.state, row_of(run)) == ("dissolved", [])
    for order in orders:
        order.refresh_from_db()
        assert order.fulfilment == "reserved"
        assert set(stands(order)) == {"shelf"}
    assert row_of(form(trade, *orders, by=hu)) == [order.pk for order in orders]


def test_dissolve_run_is_refused_once_it_has_left(trade: Trade, hu: Any) -> None:
    (stop,) = trade.out(trade.order())
    assert refused(lambda: dissolve_run(stop.run, by=hu, at=trade.at)) == (
        "This cannot be done while the state is “On the road”. Look at the record again: someone "
        "may have moved it on meanwhile."
    )


def test_dissolve_run_is_refused_to_another_city(trade: Trade, actor: Callable[..., Any]) -> None:
    run = trade.run(trade.order())
    assert refused(lambda: dissolve_run(run, by=actor("zhuang"), at=trade.at)) == NOT_YOURS


# --- pack and load -----------------------------------------------------------------------------


def test_pick_run_takes_everything_off_the_shelf(trade: Trade, chen: Any) -> None:
    orders = [trade.order(tea=2, longan=1), trade.order(tea=1)]
    run = pick_run(trade.run(*orders), by=chen, at=trade.at)
    assert (run.state, run.picked_at) == ("picked", trade.at)
    assert [stands(order) for order in orders] == [{"packed": 3}, {"packed": 1}]
    assert {Order.objects.get(pk=o.pk).fulfilment for o in orders} == {"picked"}
    fact = Fact.objects.get(verb="delivery.pick_run")
    assert (fact.data["orders"], fact.data["pieces"]) == (2, 4)


def test_pick_run_leaves_out_what_was_cancelled_meanwhile(trade: Trade, chen: Any) -> None:
    gone, stays = trade.order(), trade.order()
    run = trade.run(gone, stays)
    cancel_own_order(gone, **trade.act)
    pick_run(run, by=chen, at=trade.at)
    assert row_of(run) == [stays.pk]
    stop = run.stops.get(order=gone)
    assert (stop.state, stop.reason_code) == ("dropped", "withdrawn")
    assert Fact.objects.get(verb="delivery.pick_run").data["withdrawn"] == [gone.number]
    assert stands(gone) == {}


def test_pick_run_is_refused_when_every_order_was_cancelled(trade: Trade, chen: Any) -> None:
    gone = trade.order()
    run = trade.run(gone)
    cancel_own_order(gone, **trade.act)
    assert refused(lambda: pick_run(run, by=chen, at=trade.at)) == (
        "No order of this run is left to be packed. Dissolve the run."
    )


def test_pick_run_is_refused_twice_and_to_everybody_else(
    trade: Trade, chen: Any, actor: Callable[..., Any]
) -> None:
    run = trade.run(trade.order())
    for user in ("hu", "cai", "xie"):
        assert refused(lambda: pick_run(run, by=actor(user), at=trade.at)) == NOT_YOURS  # noqa: B023
    pick_run(run, by=chen, at=trade.at)
    assert refused(lambda: pick_run(run, by=chen, at=trade.at)) == (
        "This cannot be done while the state is “Packed”. Look at the record again: someone may "
        "have moved it on meanwhile."
    )


def test_load_run_fills_the_bag_and_leaves(trade: Trade, chen: Any) -> None:
    orders = [trade.order(tea=2), trade.order(tea=1, longan=2)]
    run = load_run(trade.run(*orders, step="picked"), by=chen, at=trade.at)
    assert (run.state, run.left_at) == ("out", trade.at)
    assert in_bag("chen") == {"TG-1": 3, "LY-1": 2}
    assert {Order.objects.get(pk=o.pk).fulfilment for o in orders} == {"out"}


def test_load_run_is_refused_before_it_is_packed(trade: Trade, chen: Any) -> None:
    run = trade.run(trade.order())
    assert refused(lambda: load_run(run, by=chen, at=trade.at)) == (
        "This cannot be done while the state is “Planned”. Look at the record again: someone may "
        "have moved it on meanwhile."
    )


def test_load_run_is_refused_while_another_run_is_out(trade: Trade, chen: Any) -> None:
    (stop,) = trade.out(trade.order())
    run = trade.run(trade.order(), step="picked")
    assert refused(lambda: load_run(run, by=chen, at=trade.at)) == (
        f"The run {stop.run.number} is still on the road. Bring it to its end first: doors, "
        "goods, then leave again."
    )


def test_load_run_asks_what_upper_rooms_have_registered(
    trade: Trade, chen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "LEAVING", [])
    asked: list[tuple[Run, datetime]] = []

    @register_leaving
    def money_open(run: Run, at: datetime) -> Refusal | None:
        asked.append((run, at))
        return Refusal("open", "Yesterday is not handed in.", settles="Hand it in.")

    run = trade.run(trade.order(), step="picked")
    no = load_run.why_not(run, by=chen, at=trade.at)
    assert str(no) == "Yesterday is not handed in. Hand it in."
    assert refused(lambda: load_run(run, by=chen, at=trade.at)) == str(no)
    assert asked == [(run, trade.at)] * 2
    leaving.LEAVING.clear()
    register_leaving(lambda _run, _at: None)
    assert load_run(run, by=chen, at=trade.at).state == "out"


# --- a courier leaves the company --------------------------------------------------------------


def test_hand_over_runs_passes_plan_and_bag_to_the_successor(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    fang = actor("fang")
    chen, cai = (Person.objects.get(user=user) for user in ("chen", "cai"))
    (stop, failed) = trade.out(
        trade.order("hanjiang", tea=2), trade.order("hanjiang", tea=0, longan=1)
    )
    fail_stop(failed, reason_code="nobody_home", **trade.act)
    planned = trade.run(trade.order("hanjiang"))
    assert open_work([chen.pk])[chen.pk] == [("Runs not yet ended", 2)]
    assert hand_over_runs(chen, to=cai, by=fang, at=trade.at) == 2
    assert (in_bag("chen"), in_bag("cai")) == ({}, {"TG-1": 2, "LY-1": 1})
    planned.refresh_from_db()
    stop.refresh_from_db()
    assert planned.courier == cai == stop.run.courier
    hand_over(stop, delivered=None, taken_fen=stop.order.due_fen, **trade.act)
    assert in_bag("cai") == {"LY-1": 1}


def test_hand_over_runs_of_somebody_without_any_does_nothing(
    trade: Trade, actor: Callable[..., Any]
) -> None:
    chen, cai = (Person.objects.get(user=user) for user in ("chen", "cai"))
    with pytest.raises(Refusal):
        hand_over_runs(chen, to=cai, by=actor("hu"), at=trade.at)
    assert hand_over_runs(chen, to=cai, by=actor("fang"), at=trade.at) == 0
    assert open_work([chen.pk]) == {}
    assert give_all_work(chen, to=cai, by=actor("fang"), at=trade.at) == 0


def test_form_run_leaves_the_levels_of_the_depot_alone(trade: Trade, hu: Any) -> None:
    order = trade.order(tea=2)
    free = sellable_in(trade.putian, [trade.tea.pk])
    form(trade, order, by=hu)
    assert sellable_in(trade.putian, [trade.tea.pk]) == free == {trade.tea.pk: 398}
    assert order.promised_at - trade.at == timedelta(hours=8)
