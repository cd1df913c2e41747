"""Taking money at a door: due, tendered, change, part of the goods, twice, too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from zhanggui.books.stock.queries import held_under
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.ledger.models import Transfer
from zhanggui.trade.cash.actions.door import take_at_door
from zhanggui.trade.cash.models import Collection
from zhanggui.trade.cash.queries import carried
from zhanggui.trade.cash.tests.conftest import Trade, books
from zhanggui.trade.cash.tests.test_actions_floats import NOT_YOURS, refused
from zhanggui.trade.delivery.actions.doors import fail_stop, refuse_stop
from zhanggui.trade.delivery.actions.planning import form_run
from zhanggui.trade.orders.models import Order

Reading = Callable[[], Any]


@pytest.fixture
def order(trade: Trade) -> Order:
    """Return an order of 87.50 on the road with cai."""
    order = trade.order()
    trade.run(order)
    return order


def test_take_at_door_hands_over_and_books_what_was_taken(trade: Trade, order: Order) -> None:
    noted = trade.at - timedelta(minutes=4)
    taken = take_at_door(
        trade.stop(order),
        delivered=None,
        tendered_fen=10_000,
        change_fen=1_250,
        device_at=noted,
        note="at the gate",
        by=trade.by("cai"),
        at=trade.at,
    )
    order.refresh_from_db()
    stop = trade.stop(order)
    assert (order.state, order.fulfilment, order.money) == ("closed", "delivered", "collected")
    assert (order.taken_fen, stop.state, stop.note) == (8_750, "delivered", "at the gate")
    assert (stop.device_at, taken.device_at, taken.taken_at) == (noted, noted, trade.at)
    assert (taken.due_fen, taken.tendered_fen, taken.change_fen) == (8_750, 10_000, 1_250)
    assert (taken.area_id, taken.late, taken.taken_fen) == ("putian", False, 8_750)
    assert books() == {"cash.courier.cai": 8_750, "takings.putian": 8_750}
    assert trade.purse().since_at == trade.at
    transfer = Transfer.objects.get()
    assert (transfer.entry, transfer.memo) == ("collect", order.number)
    assert transfer.data == {"order": order.pk, "stop": stop.pk}


def test_take_at_door_of_a_part_takes_what_that_costs(trade: Trade, order: Order) -> None:
    tea, longan = trade.line(order, "tea"), trade.line(order, "longan")
    taken = trade.take(order, delivered={tea.pk: 1, longan.pk: 1}, given=5_000, back=250)
    order.refresh_from_db()
    assert (taken.due_fen, taken.taken_fen) == (4_750, 4_750)
    assert (order.state, order.fulfilment, order.taken_fen) == ("closed", "partly", 4_750)
    assert books() == {"cash.courier.cai": 4_750, "takings.putian": 4_750}
    assert sum(held_under(order.reference).values()) == 3  # one tin still in the bag


def test_take_at_door_adds_to_what_is_in_the_purse_already(trade: Trade, order: Order) -> None:
    trade.give_float(at=trade.at - timedelta(hours=2))
    trade.take(order)
    money = carried(trade.person("cai"))
    assert (money.fen, money.float_fen, money.takings_fen) == (18_750, 10_000, 8_750)
    assert money.since_at == trade.at - timedelta(hours=2)


def test_take_at_door_sent_twice_takes_once(trade: Trade, order: Order) -> None:
    first = trade.take(order, given=10_000, key="phone-1")
    again = trade.take(order, given=10_000, key="phone-1")
    assert first == again
    assert Collection.objects.count() == 1
    assert books() == {"cash.courier.cai": 8_750, "takings.putian": 8_750}


def test_take_at_door_from_a_second_phone_is_told_that_it_is_in_the_books(
    trade: Trade, order: Order, unchanged: Reading
) -> None:
    trade.take(order, given=10_000, key="phone-1")
    before = unchanged()
    assert refused(lambda: trade.take(order, given=9_000, back=250, key="phone-2")) == (
        "already_taken",
        "The 87.50 yuan of this stop are in the books already. Go on with the next stop.",
    )
    assert unchanged() == before


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        (
            {"given": 8_700},
            (
                "too_little",
                (
                    "87.50 yuan are due, and 87.00 were given. "
                    "Take the whole sum, or hand over fewer goods."
                ),
            ),
        ),
        (
            {"given": 10_000, "back": 1_200},
            (
                "wrong_change",
                (
                    "100.00 yuan given and 12.00 given back do not make 87.50 due. "
                    "Give back 12.50 yuan."
                ),
            ),
        ),
        (
            {"delivered": {"tea": 0, "longan": 0}},
            (
                "nothing_kept",
                "The customer keeps nothing. Note the order as refused, with the reason.",
            ),
        ),
        (
            {"delivered": {"tea": 3}},
            (
                "not_so_many",
                (
                    "More pieces than the order has, or fewer than none, cannot be handed over. "
                    "Count again what the customer keeps."
                ),
            ),
        ),
        ({"user": "pan"}, ("not_yours", NOT_YOURS)),
        ({"user": "hu"}, ("not_yours", NOT_YOURS)),
    ],
)
def test_take_at_door_is_refused_and_changes_nothing(
    trade: Trade,
    order: Order,
    unchanged: Reading,
    values: dict[str, Any],
    answer: tuple[str, str],
) -> None:
    before = unchanged()
    if "delivered" in values:
        lines = {trade.line(order, name).pk: n for name, n in values["delivered"].items()}
        values = {"delivered": lines}
    assert refused(lambda: trade.take(order, **values)) == answer
    assert unchanged() == before


def test_take_at_door_is_refused_before_the_run_has_left(trade: Trade, unchanged: Reading) -> None:
    order = trade.order()
    form_run(None, courier=trade.person("cai"), orders=[order.pk], by=trade.by("hu"), at=trade.at)
    before = unchanged()
    assert refused(lambda: trade.take(order)) == (
        "not_on_the_road",
        (
            "This run is “Planned”, not on the road. "
            "Pack and load it first; a run that is back is over."
        ),
    )
    assert unchanged() == before


# --- too late ----------------------------------------------------------------------------------


def close(trade: Trade, order: Order, how: str) -> None:
    """Close the stop of an order otherwise, as somebody did meanwhile."""
    act: dict[str, Any] = {"by": trade.by("cai"), "at": trade.at}
    if how == "failed":
        fail_stop(trade.stop(order), reason_code="nobody_home", **act)
    elif how == "refused":
        refuse_stop(trade.stop(order), reason_code="changed_mind", **act)
    else:
        trade.take(order, delivered={trade.line(order, "tea").pk: 1}, given=4_000, back=0)


@pytest.mark.parametrize("how", ["failed", "refused", "partly"])
def test_take_at_door_never_drops_money_of_a_stop_closed_otherwise(
    trade: Trade, order: Order, how: str
) -> None:
    close(trade, order, how)
    order.refresh_from_db()
    before = (order.state, order.fulfilment, order.money, order.taken_fen)
    late = trade.take(order, given=10_000, back=1_250)
    order.refresh_from_db()
    assert (late.late, late.taken_fen, late.cleared_at) == (True, 8_750, None)
    assert (order.state, order.fulfilment, order.money, order.taken_fen) == before
    assert trade.stop(order).state == how
    held = {"cash.courier.cai": 8_750, "suspense.putian": 8_750}
    if how == "partly":
        held = {"cash.courier.cai": 12_750, "takings.putian": 4_000, "suspense.putian": 8_750}
    assert books() == held
    assert Fact.objects.filter(verb="cash.take_at_door").last().data["late"] is True  # type: ignore[union-attr]


def test_take_at_door_late_and_twice_is_booked_once(
    trade: Trade, order: Order, unchanged: Reading
) -> None:
    close(trade, order, "failed")
    trade.take(order)
    before = unchanged()
    assert refused(lambda: trade.take(order))[0] == "already_taken"
    assert unchanged() == before


def test_take_at_door_late_wants_money_that_was_taken(
    trade: Trade, order: Order, unchanged: Reading
) -> None:
    close(trade, order, "failed")
    before = unchanged()
    assert refused(lambda: trade.take(order, given=500, back=500)) == (
        "no_money",
        "No money was taken here. Type what the customer gave, and what he got back.",
    )
    assert unchanged() == before
