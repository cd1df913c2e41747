"""Clearing up late money: it pays its order, goes back to the customer, or never was there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.cash.actions.late import clear_late, follow_hand_in
from zhanggui.trade.cash.models import Collection
from zhanggui.trade.cash.queries import carried, money_of
from zhanggui.trade.cash.tests.conftest import Trade, books
from zhanggui.trade.cash.tests.test_actions_floats import NOT_YOURS, refused
from zhanggui.trade.delivery.actions.doors import fail_stop
from zhanggui.trade.delivery.actions.returns import take_back_goods
from zhanggui.trade.delivery.actions.undelivered import retry_order
from zhanggui.trade.delivery.queries import by_sku, must_come_back
from zhanggui.trade.orders.models import Order

Reading = Callable[[], Any]


@pytest.fixture
def late(trade: Trade) -> Collection:
    """Return 87.50 taken for an order whose stop had been noted as nobody met."""
    order = trade.order()
    trade.run(order)
    fail_stop(trade.stop(order), reason_code="nobody_home", by=trade.by("cai"), at=trade.at)
    return trade.take(order, given=10_000)


def clear(trade: Trade, late: Collection, how: str, user: str = "hu", hours: int = 1) -> Collection:
    """Clear late money up."""
    at = trade.at + timedelta(hours=hours)
    return clear_late(late, how=how, reason="he called", by=trade.by(user), at=at)


def once_more(trade: Trade, late: Collection, user: str = "cai") -> Order:
    """Bring the goods home and the order to the same door again."""
    order, run = late.order, late.stop.run
    lines = [Line(sku, n) for sku, n in by_sku(must_come_back(run)).items()]
    act: dict[str, Any] = {"at": trade.at + timedelta(minutes=30)}
    take_back_goods(run, lines=lines, by=trade.by("cai"), **act)
    order.refresh_from_db()
    retry_order(order, by=trade.by("hu"), **act)
    order.refresh_from_db()
    trade.run(order, user=user, at=act["at"])
    return order


def test_clear_late_gives_it_back_out_of_the_purse(trade: Trade, late: Collection) -> None:
    assert carried(trade.person("cai")).fen == 8_750
    cleared = clear(trade, late, "customer")
    assert (cleared.cleared_as, cleared.cleared_at) == ("customer", trade.at + timedelta(hours=1))
    assert books() == {}
    purse = trade.purse()
    assert purse.since_at is None
    money = money_of(purse)
    assert (money.collected_fen, money.refunded_fen, money.on_hand_fen) == (8_750, 8_750, 0)
    fact = Fact.objects.get(verb="cash.clear_late")
    assert fact.wait_s == 3600
    assert [notice.person_id for notice in fact.notices.all()] == [trade.person("cai").pk]


def test_clear_late_keeps_since_when_the_rest_is_carried(trade: Trade, late: Collection) -> None:
    later = trade.at + timedelta(minutes=20)
    trade.give_float(at=later)
    clear(trade, late, "mistake")
    assert trade.purse().since_at == later
    assert books() == {"cash.courier.cai": 10_000, "equity.opening": 10_000}


def test_clear_late_gives_it_back_out_of_the_safe_once_it_was_counted(
    trade: Trade, late: Collection
) -> None:
    trade.count(trade.declare())
    assert books() == {"cash.safe": 8_750, "suspense.putian": 8_750}
    clear(trade, late, "customer")
    assert books() == {}


def test_clear_late_pays_the_order_at_its_next_door(trade: Trade, late: Collection) -> None:
    order = once_more(trade, late)
    clear(trade, late, "order")
    order.refresh_from_db()
    assert (order.state, order.fulfilment, order.money) == ("closed", "delivered", "collected")
    assert trade.stop(order).state == "delivered"
    assert books() == {"cash.courier.cai": 8_750, "takings.putian": 8_750}
    trade.count(trade.declare())
    order.refresh_from_db()
    assert order.money == "settled"
    assert books() == {"cash.safe": 8_750, "sales.putian": 8_750}


def test_clear_late_pays_and_settles_the_order_when_it_was_counted_before(
    trade: Trade, late: Collection
) -> None:
    trade.count(trade.declare())
    order = once_more(trade, late)
    clear(trade, late, "order")
    order.refresh_from_db()
    assert (order.state, order.money) == ("closed", "settled")
    assert books() == {"cash.safe": 8_750, "sales.putian": 8_750}


def test_clear_late_of_a_hand_in_that_differs_settles_with_it(
    trade: Trade, late: Collection
) -> None:
    from zhanggui.trade.cash.actions.hand_ins import resolve_difference

    remittance = trade.count(trade.declare(), 8_700)
    order = once_more(trade, late)
    clear(trade, late, "order")
    order.refresh_from_db()
    assert order.money == "handed_in"
    values = {"decision": "waive", "reason": "so", "by": trade.by("hu"), "at": trade.at}
    resolve_difference(remittance, **values)
    order.refresh_from_db()
    assert order.money == "settled"
    assert books() == {"cash.safe": 8_700, "sales.putian": 8_750, "short.putian": 50}


CANNOT = (
    "order_waits_for_none",
    (
        "The order does not wait for exactly this money. "
        "Give it back to the customer, or plan the order once more first."
    ),
)


@pytest.mark.parametrize(
    ("how", "user", "answer"),
    [
        ("order", "hu", CANNOT),
        ("customer", "zhuang", ("not_yours", NOT_YOURS)),
        ("customer", "wu", ("not_yours", NOT_YOURS)),
        ("customer", "cai", ("not_yours", NOT_YOURS)),
    ],
)
def test_clear_late_is_refused_and_changes_nothing(
    trade: Trade,
    late: Collection,
    unchanged: Reading,
    how: str,
    user: str,
    answer: tuple[str, str],
) -> None:
    before = unchanged()
    assert refused(lambda: clear(trade, late, how, user)) == answer
    assert unchanged() == before


def test_clear_late_cannot_pay_the_order_at_somebody_elses_door(
    trade: Trade, late: Collection, unchanged: Reading
) -> None:
    once_more(trade, late, user="chen")
    before = unchanged()
    assert refused(lambda: clear(trade, late, "order")) == CANNOT
    assert unchanged() == before


@pytest.mark.parametrize(
    ("how", "answer"),
    [
        (
            "customer",
            (
                "being_counted",
                (
                    "This money was handed in and is not counted yet. "
                    "Wait until finance has counted it."
                ),
            ),
        ),
        (
            "mistake",
            (
                "was_handed_in",
                (
                    "This money was handed in, so it cannot have been a mistake. "
                    "What finance counts too little is decided as a difference."
                ),
            ),
        ),
    ],
)
def test_clear_late_waits_while_it_is_being_counted(
    trade: Trade, late: Collection, unchanged: Reading, how: str, answer: tuple[str, str]
) -> None:
    trade.declare()
    before = unchanged()
    assert refused(lambda: clear(trade, late, how)) == answer
    assert unchanged() == before


def test_clear_late_is_refused_for_money_that_is_in_order(
    trade: Trade, late: Collection, unchanged: Reading
) -> None:
    clear(trade, late, "customer")
    order = trade.order()
    # Another run of his may leave once the first is back; this one is chen's.
    trade.run(order, user="chen")
    fine = trade.take(order)
    before = unchanged()
    nothing = (
        "nothing_to_clear",
        (
            "There is nothing to be cleared up about this money. "
            "Look at what happened: somebody may have done it meanwhile."
        ),
    )
    assert refused(lambda: clear(trade, late, "customer")) == nothing
    assert refused(lambda: clear(trade, fine, "customer")) == nothing
    assert unchanged() == before


def test_follow_hand_in_is_for_late_money_that_was_handed_in(
    trade: Trade, late: Collection, unchanged: Reading
) -> None:
    before = unchanged()
    assert (
        refused(lambda: follow_hand_in(late, by=trade.by("hu"), at=trade.at))[0]
        == "nothing_to_clear"
    )
    assert unchanged() == before
    trade.declare()
    before = unchanged()
    # Its order waits at no door, so the order itself says no.
    assert (
        refused(lambda: follow_hand_in(late, by=trade.by("hu"), at=trade.at))[0] == "order_moved_on"
    )
    assert unchanged() == before
