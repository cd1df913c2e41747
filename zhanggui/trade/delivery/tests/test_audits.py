"""The books of the runs prove themselves: each way to falsify them is found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.scenes import laid_out
from zhanggui.books.stock.actions.goods import (
    deliver_goods,
    hand_over_goods,
    load_goods,
    open_bag,
    pick_goods,
    return_goods,
)
from zhanggui.books.stock.queries import bag_of
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.tests.errands import tamper
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery.actions.doors import fail_stop, hand_over, refuse_stop
from zhanggui.trade.delivery.actions.planning import dissolve_run, drop_stop
from zhanggui.trade.delivery.actions.returns import take_back_goods
from zhanggui.trade.delivery.audits import (
    audit_facts,
    audit_goods,
    audit_states,
    audit_stray_goods,
)
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.tests.conftest import Trade, make_trade


def breaches() -> list[str]:
    """Return the sentences of all audits of delivery."""
    audits = (audit_goods, audit_stray_goods, audit_states, audit_facts)
    return [found if isinstance(found, str) else found[0] for one in audits for found in one()]


@pytest.fixture
def busy(db: None, at: datetime) -> Trade:
    """Return a trade with runs in every state and stops of every kind."""
    found: Trade = laid_out(_busy, at)
    return found


def _busy(at: datetime) -> Trade:
    trade = make_trade(at)
    one, two, three, four = trade.out(*[trade.order(tea=2) for _n in range(4)])
    hand_over(one, delivered=None, taken_fen=13_600, **trade.act)
    line = trade.line(two.order, trade.tea).pk
    hand_over(two, delivered={line: 1}, taken_fen=6_800, **trade.act)
    refuse_stop(three, reason_code="late", **trade.act)
    fail_stop(four, reason_code="unreachable", **trade.act)
    take_back_goods(one.run, lines=[Line(trade.tea.pk, 5)], **trade.act)
    five, _six = trade.out(trade.order(longan=1), trade.order(longan=2))
    refuse_stop(five, reason_code="late", **trade.act)
    trade.run(trade.order(), step="picked")
    dissolve_run(trade.run(trade.order()), **trade.act)
    planned = trade.run(trade.order(), trade.order())
    drop_stop(planned.stops.all()[0], reason="Tomorrow", **trade.act)
    return trade


def test_audits_have_nothing_to_say_of_honest_books(busy: Trade) -> None:
    assert {run.state for run in Run.objects.all()} == {
        "planned", "picked", "out", "back", "dissolved",
    }  # fmt: skip
    assert {stop.state for stop in Stop.objects.all()} == {
        "waiting", "delivered", "partly", "refused", "failed", "dropped",
    }  # fmt: skip
    assert breaches() == []


def a_stop(**wanted: Any) -> Stop:
    stop = Stop.objects.filter(**wanted).select_related("order", "run").first()
    assert stop is not None
    return stop


@pytest.mark.books_broken
def test_audit_goods_finds_goods_that_left_the_bag_behind_the_stops_back(busy: Trade) -> None:
    stop = a_stop(state="waiting", run__state="out")
    bag = bag_of(stop.run.courier_id)
    assert bag is not None
    lines = [Line(busy.longan.pk, 1, stop.order.reference)]
    return_goods(None, source=bag, depot=busy.putian, lines=lines, **busy.act)
    (found,) = breaches()
    assert found.startswith(f"Of {stop.order.number} there is bag ")
    assert found.endswith(f"SKU {busy.longan.pk} x 2.")


@pytest.mark.books_broken
def test_audit_goods_finds_a_delivery_nobody_noted(busy: Trade) -> None:
    stop = a_stop(state="refused", run__state="out")
    bag = bag_of(stop.run.courier_id)
    assert bag is not None
    lines = [Line(busy.longan.pk, 1, stop.order.reference)]
    deliver_goods(None, bag=bag, lines=lines, **busy.act)
    (found,) = breaches()
    assert "customer SKU" in found.split(", its stop says")[0]


@pytest.mark.books_broken
def test_audit_goods_finds_goods_of_a_run_that_is_over(busy: Trade) -> None:
    stop = a_stop(state="refused", run__state="out")
    tamper("UPDATE delivery_run SET state = 'back', back_at = left_at WHERE state = 'out'")
    found = breaches()
    assert any(f"Of {stop.order.number} there is bag" in one for one in found)
    assert f"The run {stop.run_id} is over, and stops of it wait." in found
    assert f"No fact tells how the run {stop.run_id} came to be “back”." in found


@pytest.mark.books_broken
def test_audit_goods_finds_goods_in_the_wrong_bag(busy: Trade) -> None:
    stop = a_stop(state="waiting", run__state="out")
    bag = bag_of(stop.run.courier_id)
    cai = Person.objects.get(user="cai")
    other = open_bag("hanjiang", holder=cai, **busy.act)
    assert bag is not None
    lines = [Line(busy.longan.pk, 2, stop.order.reference)]
    hand_over_goods(None, bag=bag, to=other, lines=lines, **busy.act)
    found = breaches()
    assert f"Goods of {stop.order.number} are in another courier's bag." in found


@pytest.mark.books_broken
def test_audit_stray_goods_finds_goods_that_left_without_a_run(trade: Trade) -> None:
    order = trade.order()
    lines = [Line(trade.tea.pk, 1, order.reference)]
    pick_goods(None, depot=trade.putian, lines=lines, **trade.act)
    bag = open_bag("putian", holder=Person.objects.get(user="chen"), **trade.act)
    load_goods(None, depot=trade.putian, bag=bag, lines=lines, **trade.act)
    assert breaches() == [f"Goods of {order.number} left the shelf without a run."]


@pytest.mark.books_broken
@pytest.mark.parametrize(
    ("wanted", "fulfilment"),
    [
        ({"state": "delivered"}, "out"),
        ({"state": "refused", "run__state": "back"}, "delivered"),
        ({"state": "waiting", "run__state": "picked"}, "reserved"),
        ({"state": "waiting", "run__state": "out"}, "picked"),
    ],
)
def test_audit_states_finds_orders_that_say_otherwise_than_their_stop(
    busy: Trade, wanted: dict[str, str], fulfilment: str
) -> None:
    stop = a_stop(**wanted)
    tamper("UPDATE orders_order SET fulfilment = %s WHERE id = %s", fulfilment, stop.order_id)
    said = f"{stop.order.number} reads “{fulfilment}”, its stop “{stop.state}” on a run that is "
    assert [one for one in breaches() if one.startswith(said)] == [f"{said}“{stop.run.state}”."]


@pytest.mark.books_broken
def test_audit_states_finds_a_door_of_a_run_that_never_left(busy: Trade) -> None:
    stop = a_stop(state="waiting", run__state="planned")
    tamper("UPDATE delivery_stop SET state = 'failed', done_at = %s WHERE id = %s",
           str(busy.at), stop.pk)  # fmt: skip
    assert breaches() == [
        f"The stop {stop.pk} was done on a run that never left.",
        f"No fact tells how the stop {stop.pk} came to be “failed”.",
    ]


@pytest.mark.books_broken
@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        ("form_run", "No fact tells who formed the run "),
        ("pick_run", "No fact tells how the run "),
        ("hand_over", "No fact tells how the stop "),
        ("refuse_stop", "No fact tells how the stop "),
        ("drop_stop", "No fact tells why the stop "),
    ],
)
def test_audit_facts_finds_states_that_no_fact_has_reached(
    busy: Trade, verb: str, sentence: str
) -> None:
    tamper("UPDATE kernel_fact SET verb = 'delivery.nothing' WHERE verb = %s", f"delivery.{verb}")
    found = [one[0] for one in audit_facts() if not isinstance(one, str)]
    assert found
    assert all(one.startswith(sentence) for one in found)


def test_an_order_waits_on_one_run_only(trade: Trade) -> None:
    order = trade.order()
    trade.run(order)
    other = trade.run(trade.order())
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        Stop.objects.create(run=other, order=order, position=2)


@pytest.mark.parametrize("wrong", [{"state": "lost"}, {"picked_at": None}, {"way_m": -1}])
def test_runs_can_never_be_impossible(trade: Trade, wrong: dict[str, Any]) -> None:
    run = trade.run(trade.order(), step="picked")
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        Run.objects.filter(pk=run.pk).update(**wrong)
