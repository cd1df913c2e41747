"""At the door, and home again: done, and refused with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from zhanggui.books.stock.actions.goods import reserve_goods
from zhanggui.books.stock.queries import sellable_in
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.delivery.actions.doors import fail_stop, hand_over, refuse_stop
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.delivery.actions.returns import close_run, report_loss, take_back_goods
from zhanggui.trade.delivery.actions.undelivered import give_up, retry_order
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.queries import bag_contents, must_come_back, orders_to_plan
from zhanggui.trade.delivery.tests.conftest import Trade, in_bag, refused, stands
from zhanggui.trade.delivery.tests.test_actions import NOT_YOURS
from zhanggui.trade.orders.models import Order

NOTHING = (
    "Nothing of this run is in the bag to be brought back. Goods come back from doors where they "
    "were refused or nobody was met."
)


def again(stop: Stop) -> Stop:
    """Return a stop as it is now, with its order and run."""
    return Stop.objects.select_related("order", "run").get(pk=stop.pk)


def state(order: Order) -> tuple[str, str, str]:
    """Return the three states of an order as they are now."""
    order.refresh_from_db()
    return order.state, order.fulfilment, order.money


def back(run: Run, *goods: tuple[Any, int], by: Any, trade: Trade) -> Run:
    """Return the run after somebody brought these goods back."""
    lines = [Line(sku.pk, count) for sku, count in goods]
    return take_back_goods(run, lines=lines, by=by, at=trade.at)


# --- handed over -------------------------------------------------------------------------------


def test_hand_over_of_everything_closes_order_and_run(trade: Trade) -> None:
    first, last = trade.order(tea=2, longan=1), trade.order()
    one, two = trade.out(first, last)
    earlier = trade.at - timedelta(minutes=3)
    hand_over(one, delivered=None, taken_fen=17_500, device_at=earlier, **trade.act)
    one = again(one)
    assert (one.state, one.done_at, one.device_at) == ("delivered", trade.at, earlier)
    assert state(first) == ("closed", "delivered", "collected")
    assert (stands(first), in_bag("chen")) == ({"customer": 3}, {"TG-1": 1})
    assert one.run.state == "out"
    hand_over(two, delivered=None, taken_fen=6_800, **trade.act)
    run = again(two).run
    assert (run.state, run.back_at) == ("back", trade.at)
    assert Fact.objects.get(verb="delivery.close_run").cause.verb == "delivery.hand_over"


def test_hand_over_of_a_part_leaves_the_rest_in_the_bag(trade: Trade) -> None:
    order = trade.order(tea=2, longan=1)
    (stop,) = trade.out(order)
    tea = trade.line(order, trade.tea)
    hand_over(stop, delivered={tea.pk: 1}, taken_fen=6_800, **trade.act)
    assert state(order) == ("closed", "partly", "collected")
    assert stands(order) == {"customer": 1, "bag": 2}
    tea.refresh_from_db()
    assert (tea.delivered, again(stop).state, again(stop).run.state) == (1, "partly", "out")
    kept = {(key.reference, key.sku): count for key, count in must_come_back(stop.run).items()}
    assert kept == {(order.number, trade.tea.pk): 1, (order.number, trade.longan.pk): 1}


def test_hand_over_is_no_deed_of_its_own(trade: Trade, chen: Any, hu: Any) -> None:
    (stop,) = trade.out(trade.order())
    for by in (chen, hu):
        no = refused(lambda: hand_over(stop, delivered=None, taken_fen=6_800, by=by, at=trade.at))  # noqa: B023
        assert no == NOT_YOURS


def test_hand_over_is_refused_for_other_goods_or_none(trade: Trade) -> None:
    order = trade.order(tea=2)
    (stop,) = trade.out(order)
    line = trade.line(order, trade.tea).pk
    sentences = {
        (line, 0): "The customer keeps nothing. Note the order as refused, with the reason.",
        (line, 3): "More pieces than the order has, or fewer than none, cannot be handed over. "
        "Count again what the customer keeps.",
        (line, -1): "More pieces than the order has, or fewer than none, cannot be handed over. "
        "Count again what the customer keeps.",
        (999, 1): "There is something among it that is not on this order. Name lines of this order "
        "only.",
    }
    for (pk, count), sentence in sentences.items():
        kept = {pk: count}
        deed = lambda: hand_over(stop, delivered=kept, taken_fen=0, **trade.act)  # noqa: B023, E731
        assert refused(deed) == sentence


def test_hand_over_is_refused_before_leaving_and_after_the_door(trade: Trade) -> None:
    run = trade.run(trade.order(), step="picked")
    waiting = run.stops.get()
    deed = lambda: hand_over(waiting, delivered=None, taken_fen=6_800, **trade.act)  # noqa: E731
    assert refused(deed) == (
        "This run is “Packed”, not on the road. Pack and load it first; a run that is back is over."
    )
    (stop, _other) = trade.out(trade.order(), trade.order())
    hand_over(stop, delivered=None, taken_fen=6_800, **trade.act)
    deed = lambda: hand_over(stop, delivered=None, taken_fen=6_800, **trade.act)  # noqa: E731
    assert refused(deed) == (
        "This cannot be done while the state is “Delivered”. Look at the record again: someone may "
        "have moved it on meanwhile."
    )


# --- refused, not met --------------------------------------------------------------------------


def test_refuse_stop_closes_the_order_with_its_goods_in_the_bag(trade: Trade, chen: Any) -> None:
    order = trade.order(tea=2)
    (stop,) = trade.out(order)
    refuse_stop(stop, reason_code="price", note="Saw it cheaper", by=chen, at=trade.at)
    stop = again(stop)
    assert (stop.state, stop.reason_code, stop.note) == ("refused", "price", "Saw it cheaper")
    assert state(order) == ("closed", "refused", "nothing")
    assert (stands(order), stop.run.state) == ({"bag": 2}, "out")


def test_refuse_stop_is_refused_for_no_reason_and_to_others(
    trade: Trade, chen: Any, actor: Callable[..., Any]
) -> None:
    (stop,) = trade.out(trade.order())
    deed = lambda by, code: refuse_stop(stop, reason_code=code, by=by, at=trade.at)  # noqa: E731
    assert refused(lambda: deed(chen, "nobody_home")) == (
        "“nobody_home” is none of the reasons. Choose one of the list."
    )
    for user in ("hu", "cai", "xie"):
        assert refused(lambda: deed(actor(user), "price")) == NOT_YOURS  # noqa: B023
    refuse_stop(stop, reason_code="price", by=chen, at=trade.at)
    assert refused(lambda: deed(chen, "price")).startswith(
        "This cannot be done while the state is “Refused”."
    )


def test_fail_stop_keeps_the_order_alive(trade: Trade, chen: Any) -> None:
    order = trade.order()
    (stop,) = trade.out(order)
    fail_stop(stop, reason_code="nobody_home", by=chen, at=trade.at)
    assert (again(stop).state, again(stop).reason_code) == ("failed", "nobody_home")
    assert state(order) == ("confirmed", "failed", "due")
    assert stands(order) == {"bag": 1}


def test_fail_stop_is_refused_for_no_reason_and_before_leaving(trade: Trade, chen: Any) -> None:
    run = trade.run(trade.order())
    stop = run.stops.get()
    assert refused(
        lambda: fail_stop(stop, reason_code="nobody_home", by=chen, at=trade.at)
    ).startswith("This run is “Planned”, not on the road.")
    (out,) = trade.out(trade.order())
    assert refused(lambda: fail_stop(out, reason_code="price", by=chen, at=trade.at)) == (
        "“price” is none of the reasons. Choose one of the list."
    )


# --- home again --------------------------------------------------------------------------------


def test_take_back_goods_puts_all_of_it_on_the_shelf_and_ends_the_run(
    trade: Trade, chen: Any
) -> None:
    unwanted, missed, part = trade.order(tea=2), trade.order(longan=1), trade.order(tea=3)
    one, two, three = trade.out(unwanted, missed, part)
    refuse_stop(one, reason_code="late", by=chen, at=trade.at)
    fail_stop(two, reason_code="unreachable", by=chen, at=trade.at)
    line = trade.line(part, trade.tea).pk
    hand_over(three, delivered={line: 1}, taken_fen=6_800, **trade.act)
    free = sellable_in(trade.putian, [trade.tea.pk, trade.longan.pk])
    run = back(one.run, (trade.tea, 3), (trade.longan, 1), (trade.tea, 2), by=chen, trade=trade)
    assert (run.state, run.back_at, in_bag("chen")) == ("back", trade.at, {})
    assert [state(o)[1] for o in (unwanted, missed, part)] == ["returned", "returned", "partly"]
    assert [state(o)[0] for o in (unwanted, missed, part)] == ["closed", "confirmed", "closed"]
    now = sellable_in(trade.putian, [trade.tea.pk, trade.longan.pk])
    assert now == {trade.tea.pk: free[trade.tea.pk] + 5, trade.longan.pk: free[trade.longan.pk] + 1}
    assert Fact.objects.get(verb="delivery.take_back_goods").data["pieces"] == 6


def test_take_back_goods_with_doors_to_come_keeps_the_run_out(trade: Trade, chen: Any) -> None:
    one, _two = trade.out(trade.order(tea=2), trade.order())
    refuse_stop(one, reason_code="late", by=chen, at=trade.at)
    run = back(one.run, (trade.tea, 2), by=chen, trade=trade)
    assert (run.state, in_bag("chen")) == ("out", {"TG-1": 1})
    assert refused(lambda: back(run, (trade.tea, 1), by=chen, trade=trade)) == NOTHING


def test_take_back_goods_names_what_is_wrong_and_what_is_missing(trade: Trade, chen: Any) -> None:
    one, _two = trade.out(trade.order(tea=2), trade.order(longan=4))
    refuse_stop(one, reason_code="late", by=chen, at=trade.at)
    bring = lambda *goods: lambda: back(one.run, *goods, by=chen, trade=trade)  # noqa: E731
    assert refused(bring((trade.tea, 2), (trade.longan, 1))) == (
        "This does not belong to what must come back: Putian dried longan · 500 g bag × 1. Put it "
        "aside and ask whose it is."
    )
    assert refused(bring((trade.tea, 3))) == (
        "This does not belong to what must come back: Anxi Tieguanyin · 250 g tin × 1. Put it "
        "aside and ask whose it is."
    )
    assert refused(bring((trade.tea, 1))) == (
        "Missing from what must come back: Anxi Tieguanyin · 250 g tin × 1. Look for it; report "
        "what is damaged or lost, then bring back the rest."
    )
    assert refused(bring()) == "There is nothing to move. Give at least one line."
    assert refused(bring((trade.tea, 0))).startswith("A quantity must be at least one piece.")


def test_take_back_goods_is_refused_to_others_and_before_leaving(
    trade: Trade, chen: Any, actor: Callable[..., Any]
) -> None:
    run = trade.run(trade.order(), step="picked")
    assert refused(lambda: back(run, (trade.tea, 1), by=chen, trade=trade)).startswith(
        "This cannot be done while the state is “Packed”."
    )
    (stop,) = trade.out(trade.order(), courier="chen")
    refuse_stop(stop, reason_code="late", by=chen, at=trade.at)
    for user in ("hu", "cai", "tong"):
        no = refused(lambda: back(stop.run, (trade.tea, 1), by=actor(user), trade=trade))  # noqa: B023
        assert no == NOT_YOURS


@pytest.mark.parametrize("lost", [False, True])
def test_report_loss_writes_off_and_leaves_the_rest_to_come_back(
    trade: Trade, chen: Any, lost: bool
) -> None:
    order = trade.order(tea=3)
    (stop,) = trade.out(order)
    refuse_stop(stop, reason_code="damaged", by=chen, at=trade.at)
    lines = [Line(trade.tea.pk, 1)]
    run = report_loss(stop.run, lines=lines, lost=lost, reason="Tin dented", by=chen, at=trade.at)
    assert (run.state, in_bag("chen"), state(order)[1]) == ("out", {"TG-1": 2}, "refused")
    assert stands(order) == {"loss": 1, "bag": 2}
    run = back(run, (trade.tea, 2), by=chen, trade=trade)
    assert (run.state, state(order)[1], stands(order)) == ("back", "returned", {"loss": 1})


def test_report_loss_of_all_that_must_come_back_ends_the_run(trade: Trade, chen: Any) -> None:
    one, two = trade.order(tea=1), trade.order(tea=2)
    stops = trade.out(one, two)
    for stop in stops:
        fail_stop(stop, reason_code="blocked", by=chen, at=trade.at)
    lines = [Line(trade.tea.pk, 3)]
    run = report_loss(
        stops[0].run, lines=lines, lost=True, reason="Fell into the river", by=chen, at=trade.at
    )
    assert (run.state, in_bag("chen")) == ("back", {})
    assert [state(order)[:2] for order in (one, two)] == [("confirmed", "returned")] * 2


def test_report_loss_is_refused_for_goods_still_to_be_delivered(trade: Trade, chen: Any) -> None:
    one, _two = trade.out(trade.order(tea=1), trade.order(longan=1))
    report = lambda sku: report_loss(  # noqa: E731
        one.run, lines=[Line(sku.pk, 1)], reason="Broken", by=chen, at=trade.at
    )
    assert refused(lambda: report(trade.tea)) == NOTHING
    refuse_stop(one, reason_code="damaged", by=chen, at=trade.at)
    assert refused(lambda: report(trade.longan)).startswith(
        "This does not belong to what must come back: Putian dried longan"
    )


def test_close_run_is_refused_before_its_end(trade: Trade, chen: Any) -> None:
    one, _two = trade.out(trade.order(tea=2), trade.order())
    refuse_stop(one, reason_code="late", by=chen, at=trade.at)
    assert refused(lambda: close_run(one.run, by=chen, at=trade.at)) == (
        "Doors to come: 1; pieces to bring back: 2. Finish the doors and take back what is in the "
        "bag."
    )
    run = trade.run(trade.order())
    assert refused(lambda: close_run(run, by=chen, at=trade.at)).startswith(
        "This cannot be done while the state is “Planned”."
    )


def test_bag_contents_are_what_the_levels_of_the_bag_say(trade: Trade, chen: Any) -> None:
    one, two, _three = trade.out(trade.order(tea=2), trade.order(tea=3), trade.order(longan=1))
    hand_over(one, delivered=None, taken_fen=one.order.due_fen, **trade.act)
    fail_stop(two, reason_code="unreachable", by=chen, at=trade.at)
    found: dict[int, int] = {}
    for key, count in bag_contents(two.run.courier_id).items():
        found[key.sku] = found.get(key.sku, 0) + count
    assert found == {trade.tea.pk: 4, trade.longan.pk: 1}
    assert in_bag("chen") == {"TG-1": 4, "LY-1": 1}


# --- what came back undelivered ----------------------------------------------------------------


@pytest.fixture
def undelivered(trade: Trade, chen: Any) -> Order:
    """Return an order that came back because nobody was at home."""
    order = trade.order(tea=2)
    (stop,) = trade.out(order)
    fail_stop(stop, reason_code="nobody_home", by=chen, at=trade.at)
    back(stop.run, (trade.tea, 2), by=chen, trade=trade)
    order.refresh_from_db()
    return order


def test_retry_order_reserves_again_and_is_brought_by_another_run(
    trade: Trade, undelivered: Order, hu: Any
) -> None:
    assert not orders_to_plan(hu).exists()
    retry_order(undelivered, note="Home after six", by=hu, at=trade.at)
    assert state(undelivered) == ("confirmed", "reserved", "due")
    assert stands(undelivered) == {"shelf": 2}
    assert list(orders_to_plan(hu)) == [undelivered]
    (stop,) = trade.out(undelivered)
    hand_over(stop, delivered=None, taken_fen=13_600, **trade.act)
    assert state(undelivered) == ("closed", "delivered", "collected")
    assert Stop.objects.filter(order=undelivered).count() == 2


def test_retry_order_opens_a_shortage_where_the_goods_are_gone(
    trade: Trade, undelivered: Order, hu: Any
) -> None:
    lines = [Line(trade.tea.pk, 400, "else")]
    reserve_goods(None, depot=trade.putian, lines=lines, **trade.act)
    retry_order(undelivered, by=hu, at=trade.at)
    assert state(undelivered)[1] == "unallocated"
    assert not orders_to_plan(hu).filter(pk=undelivered.pk).exists()


def test_retry_order_is_refused_unless_it_came_back(
    trade: Trade, undelivered: Order, hu: Any, actor: Callable[..., Any]
) -> None:
    settled = (
        "This order did not come back undelivered, or somebody has settled it already. Look at the "
        "order again."
    )
    fresh = trade.order()
    assert refused(lambda: retry_order(fresh, by=hu, at=trade.at)) == settled
    for user in ("zhuang", "chen", "su"):
        assert refused(lambda: retry_order(undelivered, by=actor(user), at=trade.at)) == NOT_YOURS  # noqa: B023
    retry_order(undelivered, by=hu, at=trade.at)
    assert refused(lambda: retry_order(undelivered, by=hu, at=trade.at)) == settled


def test_give_up_cancels_the_order(trade: Trade, undelivered: Order, hu: Any) -> None:
    give_up(undelivered, reason="Three times nobody at home", by=hu, at=trade.at)
    assert state(undelivered) == ("cancelled", "returned", "nothing")
    assert (stands(undelivered), undelivered.reason) == ({}, "Three times nobody at home")
    assert Fact.objects.get(verb="delivery.give_up").data["attempts"] == 1


def test_give_up_is_refused_unless_it_came_back(trade: Trade, hu: Any) -> None:
    fresh = trade.order()
    assert refused(lambda: give_up(fresh, reason="No", by=hu, at=trade.at)).startswith(
        "This order did not come back undelivered"
    )


def test_form_run_of_what_is_in_a_bag_is_refused(trade: Trade, hu: Any, chen: Any) -> None:
    order = trade.order()
    (stop,) = trade.out(order)
    fail_stop(stop, reason_code="nobody_home", by=chen, at=trade.at)
    courier = stop.run.courier
    plan = lambda: form_run(  # noqa: E731
        "putian", courier=courier, orders=[order.pk], by=hu, at=trade.at
    )
    assert refused(plan).startswith(f"{order.number} is not ready for a run")
