"""What decides about runs from values alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.trade.delivery import rules
from zhanggui.trade.delivery.rules import (
    COST_GOAL_FEN,
    MOVES,
    STOP_MOVES,
    STOPS_MAX,
    FailureReason,
    RefusalReason,
    RunState,
    StopState,
)


@dataclass(frozen=True)
class Door:
    """A door as the rules see it."""

    division: str = "350304002"
    address: str = "文献东路88号"


@dataclass
class Has:
    """Anything with a state."""

    state: str


def streets(count: int) -> list[Door]:
    """Return so many doors of one street, ten to a road."""
    return [Door(address=f"第{chr(0x4E00 + n // 10)}路{n}号") for n in range(count)]


# --- the row -----------------------------------------------------------------------------------


def test_door_order_reads_numbers_as_people_do() -> None:
    addresses = [
        "文献东路10号",
        "文献东路9号",
        "文献东路 ９ 号 2 栋",
        "东大路100号",
        "文献东路9号1栋",
    ]
    doors = sorted((Door(address=a) for a in addresses), key=rules.door_order)
    assert [door.address for door in doors] == [
        "东大路100号",
        "文献东路9号",
        "文献东路9号1栋",
        "文献东路 ９ 号 2 栋",
        "文献东路10号",
    ]


def test_door_order_takes_the_division_before_the_road() -> None:
    doors = [Door("350304003", "安路1号"), Door("350304002", "中路9号"), Door("350302", "中路1号")]
    row = sorted(doors, key=rules.door_order)
    assert [door.division for door in row] == ["350302", "350304002", "350304003"]


@given(st.lists(st.text(alphabet="文献路号栋 0123456789９", max_size=12), max_size=12))
def test_door_order_can_compare_any_two_addresses(addresses: list[str]) -> None:
    doors = sorted((Door(address=address) for address in addresses), key=rules.door_order)
    assert sorted(door.address for door in doors) == sorted(addresses)


@pytest.mark.parametrize(
    ("address", "road"),
    [
        ("文献东路88号3栋201", "文献东路"),
        ("文献东路 ８８ 号", "文献东路"),
        ("拱辰街道 荔园小区", "拱辰街道荔园小区"),
        ("88号", ""),
    ],
)
def test_road_is_what_stands_before_the_first_number(address: str, road: str) -> None:
    assert rules.road(address) == road


@pytest.mark.parametrize(
    ("other", "metres"),
    [
        (Door(address="文献东路90号"), 200),
        (Door(address="东大路1号"), 700),
        (Door(division="350304003"), 200),
        (Door("350304003", "东大路1号"), 2_500),
        (Door("350304", "东大路1号"), 2_500),
        (Door("350302001", "文献东路88号"), 9_000),
    ],
)
def test_hop_m_judges_by_county_road_and_street(other: Door, metres: int) -> None:
    assert rules.hop_m(Door(), other) == rules.hop_m(other, Door()) == metres


def test_hop_m_takes_doors_without_a_street_for_those_of_the_middle() -> None:
    one, other = Door("350304", "东大路1号"), Door("350304", "荔城大道9号")
    assert rules.hop_m(one, other) == rules.hop_m(other, one) == 1_200


def test_hop_m_does_not_take_two_addresses_without_a_road_for_one_road() -> None:
    assert rules.hop_m(Door(address="88号"), Door(address="90号")) == 700


# --- the estimate ------------------------------------------------------------------------------


def test_estimate_of_nothing_is_nothing() -> None:
    found = rules.estimate([])
    assert (found.stops, found.way_m, found.work_s, found.cost_fen) == (0, 0, 0, 0)
    assert found.per_order_fen is None


def test_estimate_adds_way_doors_and_packing() -> None:
    found = rules.estimate([Door(), Door(address="文献东路90号"), Door(address="东大路1号")])
    assert found.way_m == 2 * 6_000 + 200 + 700
    assert found.work_s == 900 + 3 * (40 + 150) + 12_900 * 200 // 1000 == 4_050
    assert found.cost_fen == 2_700 + 155
    assert found.per_order_fen == 952


def test_estimate_of_three_orders_is_far_above_the_goal_and_of_forty_within() -> None:
    few, many = rules.estimate(streets(3)), rules.estimate(streets(40))
    assert few.per_order_fen is not None and many.per_order_fen is not None
    assert few.per_order_fen > 3 * COST_GOAL_FEN
    assert many.per_order_fen <= COST_GOAL_FEN


@given(st.integers(1, STOPS_MAX - 1))
def test_estimate_per_order_falls_with_every_order_on_the_same_road(count: int) -> None:
    less, more = (rules.estimate([Door()] * n) for n in (count, count + 1))
    assert less.cost_fen < more.cost_fen
    assert less.per_order_fen is not None and more.per_order_fen is not None
    assert less.per_order_fen >= more.per_order_fen


@given(st.integers(0, 10**6), st.integers(1, 60))
def test_per_order_fen_never_tells_less_than_it_costs(cost: int, orders: int) -> None:
    each = rules.per_order_fen(cost, orders)
    assert each is not None
    assert each * orders >= cost > (each - 1) * orders


@pytest.mark.parametrize(
    ("fen", "tone"),
    [(None, "rest"), (0, "done"), (300, "done"), (301, "wait"), (360, "wait"), (361, "stop")],
)
def test_cost_tone_stands_against_three_yuan(fen: int | None, tone: str) -> None:
    assert rules.cost_tone(fen) == tone


# --- what speaks against it --------------------------------------------------------------------


def said(refusal: Any) -> str:
    """Return a refusal as people read it."""
    assert refusal is not None
    return str(refusal)


def test_why_not_form_wants_one_to_sixty_orders() -> None:
    assert rules.why_not_form() is None
    assert rules.why_not_form(orders=[1]) is None
    assert rules.why_not_form(orders=list(range(60))) is None
    assert said(rules.why_not_form(orders=[])) == (
        "A run needs at least one order. Tick the orders that go along."
    )
    assert said(rules.why_not_form(orders=list(range(61)))) == (
        "61 stops are more than one courier can make. Take at most 60 and form a second run."
    )


def test_not_ready_names_the_orders() -> None:
    assert str(rules.not_ready(["ZG1"])) == (
        "ZG1 is not ready for a run: it is not confirmed and reserved any more, or already stands "
        "on another run. Leave out what is not ready."
    )
    assert str(rules.not_ready(["ZG1", "ZG2"])) == (
        "ZG1、ZG2 are not ready for a run: they are not confirmed and reserved any more, or "
        "already stand on another run. Leave out what is not ready."
    )


def test_listed_says_that_there_are_more() -> None:
    assert rules.listed([str(n) for n in range(7)]) == "0、1、2、3、4 …"


@pytest.mark.parametrize("state", [RunState.OUT, RunState.BACK, RunState.DISSOLVED])
def test_why_not_arrange_leaves_a_run_alone_that_has_left(state: RunState) -> None:
    assert said(rules.why_not_arrange(Has(state))) == (
        f"This run is “{state.label}”: its stops stand. What is not handed over is noted at the "
        "door and brought back."
    )
    assert rules.why_not_arrange(Has(RunState.PLANNED)) is None
    assert rules.why_not_arrange(Has(RunState.PICKED)) is None


@pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.OUT}))
def test_why_not_at_door_wants_a_run_on_the_road(state: RunState) -> None:
    assert said(rules.why_not_at_door(Has(state))) == (
        f"This run is “{state.label}”, not on the road. Pack and load it first; a run that is "
        "back is over."
    )
    assert rules.why_not_at_door(Has(RunState.OUT)) is None


@pytest.mark.parametrize("position", [0, -1, 4])
def test_why_not_position_keeps_within_the_row(position: int) -> None:
    assert said(rules.why_not_position(position, stops=3)) == (
        "The row has places 1 to 3. Choose one of them."
    )
    assert rules.why_not_position(3, stops=3) is None


def test_why_not_reason_knows_the_reasons_of_each_door() -> None:
    assert rules.why_not_reason("damaged", RefusalReason) is None
    assert said(rules.why_not_reason("damaged", FailureReason)) == (
        "“damaged” is none of the reasons. Choose one of the list."
    )


@pytest.mark.parametrize(
    ("delivered", "code"),
    [
        ({1: 2, 2: 1}, None),
        ({1: 1}, None),
        ({1: 1, 2: 0}, None),
        ({}, "nothing_kept"),
        ({1: 0}, "nothing_kept"),
        ({1: 3}, "not_so_many"),
        ({1: -1}, "not_so_many"),
        ({9: 1}, "not_on_order"),
    ],
)
def test_why_not_delivered_counts_what_was_wanted(
    delivered: dict[int, int], code: str | None
) -> None:
    no = rules.why_not_delivered(delivered, wanted={1: 2, 2: 1})
    assert (no.code if no else None) == code


def test_kept_of_none_is_everything_wanted() -> None:
    assert rules.kept(None, wanted={1: 2, 2: 0}) == {1: 2}
    assert rules.kept({1: 1, 2: 0}, wanted={1: 2, 2: 1}) == {1: 1}


def test_moves_lead_from_the_plan_to_the_way_home() -> None:
    assert MOVES.to("pick_run", "planned") == "picked"
    assert MOVES.to("load_run", "picked") == "out"
    assert MOVES.to("close_run", "out") == "back"
    assert MOVES.why_not("load_run", "planned") is not None
    assert MOVES.why_not("dissolve_run", "out") is not None
    for verb in STOP_MOVES.verbs:
        for state in set(StopState) - {StopState.WAITING}:
            assert STOP_MOVES.why_not(verb, state) is not None
