"""Reading the money: scope by duty, blindness of whoever counts, and few statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash import queries
from zhanggui.trade.cash.actions.hand_ins import acknowledge_difference, resolve_difference
from zhanggui.trade.cash.tests.conftest import Trade
from zhanggui.trade.delivery.actions.doors import fail_stop
from zhanggui.trade.delivery.actions.leaving import load_run, pick_run
from zhanggui.trade.delivery.actions.planning import form_run

PEOPLE = ("cai", "pan", "hu", "zhuang", "zheng", "huang", "wu", "xu", "lin", "tong", "su")


def seen_by(rows: Callable[[Any], Any], trade: Trade) -> set[str]:
    """Return who of the company sees anything."""
    return {user for user in PEOPLE if rows(trade.by(user)).exists()}


@pytest.fixture
def late(trade: Trade) -> Any:
    """Return late money of cai."""
    order = trade.order()
    trade.run(order)
    fail_stop(trade.stop(order), reason_code="nobody_home", by=trade.by("cai"), at=trade.at)
    return trade.take(order)


LOOKING = {"hu", "zheng", "huang", "wu", "xu", "lin"}
"""City manager, regional and provincial manager, cashier, auditor and general manager."""


def test_remittances_seen_by_whose_business_they_are(trade: Trade, handed: SimpleNamespace) -> None:
    assert seen_by(queries.remittances_seen, trade) == LOOKING | {"cai"}
    assert seen_by(queries.purses_seen, trade) == LOOKING | {"cai"}
    assert seen_by(queries.collections_seen, trade) == LOOKING | {"cai"}


@pytest.mark.parametrize("user", ["pan", "zhuang", "tong"])
def test_record_of_another_area_is_as_good_as_none(
    trade: Trade, handed: SimpleNamespace, user: str
) -> None:
    by = trade.by(user)
    purse, collection = trade.purse().pk, trade.stop(handed.order).collections.get().pk
    for find, pk in (
        (queries.remittance_of, handed.remittance.pk),
        (queries.purse_seen, purse),
        (queries.collection_of, collection),
        (queries.remittance_of, 10**9),
    ):
        with pytest.raises(Refusal) as no:
            find(by, pk)
        assert no.value.code == "not_yours"
    assert queries.remittance_of(trade.by("hu"), handed.remittance.pk) == handed.remittance


def test_queues_hold_what_waits_for_each(trade: Trade, handed: SimpleNamespace) -> None:
    assert seen_by(queries.remittances_to_count, trade) == {"wu"}
    assert seen_by(queries.differences_to_decide, trade) == set()
    trade.count(handed.remittance, 18_000)
    assert seen_by(queries.remittances_to_count, trade) == set()
    assert seen_by(queries.differences_to_decide, trade) == {"hu"}
    values = {"decision": "waive", "reason": "so", "by": trade.by("hu"), "at": trade.at}
    resolve_difference(handed.remittance, **values)
    assert seen_by(queries.differences_to_decide, trade) == set()
    assert seen_by(queries.own_differences, trade) == {"cai"}
    acknowledge_difference(handed.remittance, by=trade.by("cai"), at=trade.at)
    assert seen_by(queries.own_differences, trade) == set()


def test_late_to_clear_is_the_city_managers(trade: Trade, late: Any) -> None:
    assert seen_by(queries.late_to_clear, trade) == {"hu"}


def test_own_purse_is_there_while_it_holds_money(trade: Trade, handed: SimpleNamespace) -> None:
    assert not queries.own_purse(trade.by("cai")).exists()  # handed in
    trade.count(handed.remittance)
    trade.give_float("cai", 1_000)
    assert seen_by(queries.own_purse, trade) == {"cai"}


def test_doors_to_pay_are_those_of_ones_own_run_on_the_road(trade: Trade) -> None:
    first, second = trade.order(), trade.order()
    trade.run(first, second)
    assert [s.order for s in queries.doors_to_pay(trade.by("cai"))] == [first, second]
    assert seen_by(queries.doors_to_pay, trade) == {"cai"}
    trade.take(first)
    assert [s.order for s in queries.doors_to_pay(trade.by("cai"))] == [second]


def test_hides_sums_from_whoever_may_count_until_it_was_counted(
    trade: Trade, handed: SimpleNamespace
) -> None:
    hidden = {u for u in PEOPLE if queries.hides_sums(handed.remittance, trade.by(u))}
    assert hidden == {"wu"}
    assert {u for u in PEOPLE if queries.hides_purse(trade.purse(), trade.by(u))} == {"wu"}
    counted = trade.count(handed.remittance)
    assert not queries.hides_sums(counted, trade.by("wu"))


def test_due_for_spreads_what_an_order_costs_less_than_its_goods(trade: Trade) -> None:
    order = trade.order()  # 2 x 40.00 and 7.50
    tea, longan = trade.line(order, "tea").pk, trade.line(order, "longan").pk
    assert queries.due_for(order, None) == 8_750
    assert queries.due_for(order, {tea: 2, longan: 1}) == 8_750
    assert queries.due_for(order, {tea: 1}) == 4_000
    order.due_fen = 7_000  # as with a rebate of 17.50
    assert queries.due_for(order, {tea: 1}) == 3_200
    assert queries.due_for(order, {tea: 2, longan: 1}) == 7_000
    assert queries.due_for(order, {}) == 0


def test_carried_in_takes_as_many_statements_for_many_as_for_one(trade: Trade) -> None:
    for user in ("cai", "pan", "chen"):
        trade.give_float(user, 1_000)
    one = [trade.purse("cai")]
    many = [trade.purse(user) for user in ("cai", "pan", "chen")]
    with CaptureQueriesContext(
        connection,
    ) as few:
        queries.carried_in(one)
    with CaptureQueriesContext(connection) as more:
        found = queries.carried_in(many)
    assert len(few) == len(more) == 3
    assert {money.fen for money in found.values()} == {1_000}


def test_cash_outside_groups_by_city_and_takes_few_statements(trade: Trade) -> None:
    def board(user: str = "lin") -> tuple[Any, int]:
        by = trade.by(user)
        with CaptureQueriesContext(connection) as captured:
            found = queries.cash_outside(by)
        return found, len(captured)

    trade.give_float("cai", 1_000)
    _found, few = board()
    for user in ("pan", "chen", "xie"):
        trade.give_float(user, 2_000)
    order = trade.order()
    trade.run(order)
    trade.take(order)
    trade.declare()
    found, more = board()
    assert more == few
    assert [(city.code, city.on_hand_fen, city.under_way_fen) for city in found.cities] == [
        ("putian", 4_000, 9_750),
        ("quanzhou", 2_000, 0),
    ]
    assert (found.on_hand_fen, found.float_fen, found.outside_fen) == (6_000, 6_000, 15_750)
    assert [h.purse.courier.user for h in found.holders] == ["pan", "chen", "cai", "xie"]


def test_cash_outside_hides_sums_from_whoever_counts(trade: Trade, handed: SimpleNamespace) -> None:
    board = queries.cash_outside(trade.by("wu"))
    assert board.hidden
    assert (board.on_hand_fen, board.under_way_fen, board.outside_fen) == (None, None, None)
    assert len(board.holders) == 1
    assert not queries.cash_outside(trade.by("hu")).hidden
    assert queries.cash_outside(trade.by("zhuang")).holders == ()


def test_cash_outside_keeps_to_one_city(trade: Trade) -> None:
    trade.give_float("cai", 1_000)
    trade.give_float("xie", 1_000)
    board = queries.cash_outside(trade.by("lin"), city="quanzhou")
    assert [city.code for city in board.cities] == ["quanzhou"]


def test_cash_outside_is_overdue_the_next_day(trade: Trade) -> None:
    trade.give_float("cai", 1_000)
    assert queries.cash_outside(trade.by("hu")).overdue == 0
    tomorrow = trade.at + timedelta(days=1)
    board = queries.cash_outside(trade.by("hu", tomorrow))
    assert (board.overdue, board.since_at) == (1, trade.at)


def test_couriers_to_give_are_those_who_take_money(trade: Trade) -> None:
    found = {person.user for person in queries.couriers_to_give(trade.by("wu"))}
    assert {"cai", "pan", "chen", "xie", "zhuang"} <= found
    assert not found & {"wu", "hu", "lin"}
    assert not queries.couriers_to_give(trade.by("hu")).exists()


def test_dues_to_come_are_those_of_the_doors_before_him(trade: Trade) -> None:
    first, second = trade.order(), trade.order(tea=1, longan=0)
    trade.run(first, second)
    couriers = queries.couriers_to_give(trade.by("wu"))
    assert queries.dues_to_come(couriers) == {trade.person("cai").pk: [8_750, 4_000]}
    trade.take(first)
    assert queries.dues_to_come(couriers) == {trade.person("cai").pk: [4_000]}


# --- leaving -----------------------------------------------------------------------------------


def loaded(trade: Trade, at: Any) -> Callable[[], Any]:
    """Return the loading of a further run of cai, packed already."""
    order = trade.order(at=at)
    run = form_run(
        None, courier=trade.person("cai"), orders=[order.pk], by=trade.by("hu", at), at=at
    )
    run = pick_run(run, by=trade.by("cai", at), at=at)
    return lambda: load_run(run, by=trade.by("cai", at), at=at)


def test_load_run_waits_for_yesterdays_money(trade: Trade) -> None:
    order = trade.order()
    trade.run(order)
    trade.take(order)
    tomorrow = trade.at + timedelta(days=1)
    leave = loaded(trade, tomorrow)
    with pytest.raises(Refusal) as no:
        leave()
    assert (no.value.code, str(no.value)) == (
        "yesterdays_money",
        (
            "Money from an earlier day is still with the courier. "
            "He hands in what he carries, then he can leave."
        ),
    )
    trade.declare(at=tomorrow)  # that it is not counted yet is not his fault
    assert leave().state == "out"


def test_load_run_does_not_mind_change_of_an_earlier_day(trade: Trade) -> None:
    trade.give_float()
    assert loaded(trade, trade.at + timedelta(days=1))().state == "out"


def test_load_run_waits_when_too_much_is_carried(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhanggui.trade.cash.rules import leaving

    monkeypatch.setattr(leaving, "CASH_LIMIT_FEN", 8_000)
    order = trade.order()
    trade.run(order)
    trade.take(order)
    leave = loaded(trade, trade.at)
    with pytest.raises(Refusal) as no:
        leave()
    assert str(no.value) == (
        "The courier carries 87.50 yuan; with more than 80.00 nobody sets out. "
        "He hands in what he carries, then he can leave."
    )
    trade.declare()
    assert leave().state == "out"
