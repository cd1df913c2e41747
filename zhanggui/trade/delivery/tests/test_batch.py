"""A run of forty stops is one deed with a handful of statements, and at the same moment one run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.tests.errands import at_once
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery.actions.doors import hand_over, refuse_stop
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run
from zhanggui.trade.delivery.actions.planning import dissolve_run, drop_stop, form_run
from zhanggui.trade.delivery.actions.returns import take_back_goods
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.tests.conftest import Trade, in_bag, make_trade
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.models import Order

STATEMENTS_MAX = 30
"""Statements of packing a run, however many stops it has."""


def statements(deed: Callable[[], object]) -> int:
    """Return how many statements a deed makes."""
    with CaptureQueriesContext(connection) as seen:
        deed()
    return len(seen)


def counted(trade: Trade, count: int) -> dict[str, int]:
    """Return the statements of each deed on a run of so many stops, with two lines each."""
    orders = [trade.order(tea=1, longan=1).pk for _n in range(count)]
    chen = Person.objects.get(user="chen")
    found: dict[str, int] = {}
    run = Run()

    def form() -> None:
        nonlocal run
        run = form_run("putian", courier=chen, orders=orders, **trade.act)

    found["form_run"] = statements(form)
    found["pick_run"] = statements(lambda: pick_run(run, **trade.act))
    found["load_run"] = statements(lambda: load_run(run, **trade.act))
    stops = list(run.stops.all())
    found["refuse_stop"] = statements(
        lambda: refuse_stop(stops[0], reason_code="late", **trade.act)
    )
    for stop in stops[1:]:
        hand_over(stop, delivered=None, taken_fen=stop.order.due_fen, **trade.act)
    return found


def test_pick_run_and_load_run_of_forty_stops_make_no_more_statements_than_of_three(
    trade: Trade,
) -> None:
    few = counted(trade, 3)
    back = [Line(trade.tea.pk, 1), Line(trade.longan.pk, 1)]
    take_back_goods(Run.objects.get(), lines=back, **trade.act)
    many = counted(trade, 40)
    assert {name: count for name, count in many.items() if count > few[name]} == {}
    assert max(few.values()) <= STATEMENTS_MAX
    fact = Fact.objects.filter(verb="delivery.pick_run").latest("pk")
    assert (fact.data["orders"], fact.data["pieces"]) == (40, 80)


def test_pick_run_moves_more_lines_than_one_movement_of_goods_may_have(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhanggui.trade.delivery.actions.planning.LINES_MAX", 3)
    orders = [trade.order(tea=1, longan=1) for _n in range(4)]
    trade.out(*orders)
    assert in_bag("chen") == {"TG-1": 4, "LY-1": 4}


# --- at the same moment ------------------------------------------------------------------------


def codes(answers: list[Any]) -> list[str]:
    """Return how each call ended: done, or the code of its refusal."""
    return sorted(a.code if isinstance(a, Refusal) else "done" for a in answers)


def several(trade: Trade, order: Order, users: tuple[str, ...]) -> list[Callable[[], Any]]:
    """Return attempts to put one order on a run of each of these couriers, with another order."""
    calls = []
    for user in users:
        who = Person.objects.get(user=user)
        ids = [order.pk, trade.order("hanjiang").pk]
        calls.append(
            lambda who=who, ids=ids: form_run("putian", courier=who, orders=ids, **trade.act)
        )
    return calls


@pytest.mark.django_db(transaction=True)
def test_form_run_at_the_same_moment_takes_an_order_once(at: datetime) -> None:
    trade = make_trade(at)
    for _round in range(3):
        order = trade.order("hanjiang")
        answers = at_once(several(trade, order, ("chen", "cai") * 3))
        assert codes(answers) == ["done"] + ["not_ready"] * 5
        assert Stop.objects.filter(order=order).count() == 1


@pytest.mark.django_db(transaction=True)
def test_pick_run_while_the_customer_cancels_never_packs_a_cancelled_order(at: datetime) -> None:
    trade = make_trade(at)
    for _round in range(4):
        first, second = trade.order(), trade.order()
        run = trade.run(first, second)
        at_once(
            [
                lambda: cancel_own_order(first, **trade.act),  # noqa: B023
                lambda: pick_run(run, **trade.act),  # noqa: B023
            ]
        )
        first.refresh_from_db()
        stop = run.stops.get(order=first)
        assert (first.state, stop.state) in {("cancelled", "dropped"), ("confirmed", "waiting")}


@pytest.mark.django_db(transaction=True)
def test_load_run_of_two_runs_at_the_same_moment_leaves_with_one(at: datetime) -> None:
    trade = make_trade(at)
    runs = [trade.run(trade.order(), step="picked") for _n in range(2)]
    answers = at_once([lambda r=r: load_run(r, **trade.act) for r in runs])
    assert codes(answers) == ["done", "still_out"]


@pytest.mark.django_db(transaction=True)
def test_drop_stop_and_dissolve_run_at_the_same_moment_end_the_same_way(at: datetime) -> None:
    trade = make_trade(at)
    run = trade.run(trade.order(), trade.order(), step="picked")
    one, two = run.stops.all()
    answers = at_once(
        [
            lambda: drop_stop(one, reason="a", **trade.act),
            lambda: drop_stop(two, reason="b", **trade.act),
            lambda: dissolve_run(run, **trade.act),
        ]
    )
    assert set(codes(answers)) <= {"done", "at_it_now", "illegal_move"}
    run.refresh_from_db()
    if run.state == "picked":  # on SQLite and PostgreSQL the order differs; nothing stays half
        dissolve_run(run, **trade.act)
        run.refresh_from_db()
    assert run.state == "dissolved"
    assert {stop.state for stop in run.stops.all()} == {"dropped"}
    assert Order.objects.filter(fulfilment="reserved").count() == 2


@pytest.mark.django_db(transaction=True)
def test_hand_over_and_refuse_stop_at_the_same_moment_let_one_door_speak(at: datetime) -> None:
    trade = make_trade(at)
    stop, _other = trade.out(trade.order(), trade.order())
    chen = {"by": CLOCKWORK, "at": at}
    answers = at_once(
        [
            lambda: hand_over(stop, delivered=None, taken_fen=6_800, **chen),
            lambda: refuse_stop(stop, reason_code="late", **chen),
        ]
        * 2
    )
    assert codes(answers) == ["done"] + ["illegal_move"] * 3


@pytest.mark.django_db(transaction=True)
def test_hand_over_of_the_last_two_doors_at_the_same_moment_ends_the_run(at: datetime) -> None:
    trade = make_trade(at)
    for _round in range(3):
        stops = trade.out(trade.order(), trade.order())
        answers = at_once(
            [lambda s=s: hand_over(s, delivered=None, taken_fen=6_800, **trade.act) for s in stops]
        )
        assert codes(answers) == ["done", "done"]
        assert Run.objects.get(pk=stops[0].run_id).state == "back"
