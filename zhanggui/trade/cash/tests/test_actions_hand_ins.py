"""Handing in, counting, deciding, taking note: the way of the money into the safe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.ledger.models import Transfer
from zhanggui.ground.org.models import Appointment
from zhanggui.ground.org.queries import forget_present
from zhanggui.trade.cash.actions.hand_ins import (
    acknowledge_difference,
    count_remittance,
    declare_remittance,
    resolve_difference,
)
from zhanggui.trade.cash.models import Collection, Remittance
from zhanggui.trade.cash.queries import carried, money_of
from zhanggui.trade.cash.tests.conftest import Trade, books
from zhanggui.trade.cash.tests.test_actions_floats import NOT_YOURS, refused

Reading = Callable[[], Any]


# --- handing in --------------------------------------------------------------------------------


def test_declare_remittance_sets_aside_everything_he_carries(trade: Trade) -> None:
    trade.give_float()
    order = trade.order()
    trade.run(order)
    trade.take(order, given=10_000)
    later = trade.at + timedelta(hours=3)
    remittance = trade.declare(18_700, at=later)
    order.refresh_from_db()
    assert (remittance.state, remittance.area_id) == ("declared", "hanjiang")
    assert (remittance.expected_fen, remittance.float_fen) == (18_750, 10_000)
    assert (remittance.declared_fen, remittance.declared_at) == (18_700, later)
    assert remittance.declared == {"10000": 1, "5000": 1, "2000": 1, "1000": 1, "500": 1, "100": 2}
    assert order.money == "handed_in"
    assert Collection.objects.get(order=order).remittance == remittance
    money = carried(trade.person("cai"))
    assert (money.fen, money.float_fen, money.under_way_fen, money.since_at) == (0, 0, 18_750, None)
    assert remittance.pending is not None
    assert (remittance.pending.phase, remittance.pending.amount_fen) == ("pending", 18_750)
    fact = Fact.objects.get(verb="cash.declare_remittance")
    assert (fact.record_id, fact.wait_s, fact.data) == (remittance.pk, 3 * 3600, {})


def test_declare_remittance_leaves_what_is_taken_afterwards(trade: Trade) -> None:
    first, second = trade.order(), trade.order(tea=1, longan=0)
    trade.run(first, second)
    trade.take(first)
    remittance = trade.declare()
    later = trade.at + timedelta(minutes=30)
    trade.take(second, at=later)
    money = carried(trade.person("cai"))
    assert (money.fen, money.under_way_fen, money.since_at) == (4_000, 8_750, later)
    trade.count(remittance)
    second.refresh_from_db()
    assert second.money == "collected"
    assert carried(trade.person("cai")).fen == 4_000


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        (
            "open",
            (
                "hand_in_open",
                (
                    "Your hand-in %s has not been counted yet. "
                    "Hand the rest in as soon as finance has counted it."
                ),
            ),
        ),
        ("other", ("not_yours", NOT_YOURS)),
        ("manager", ("not_yours", NOT_YOURS)),
        (
            "notes",
            (
                "no_such_note",
                "There is no note or coin of 7 fen. Count by the denominations in circulation.",
            ),
        ),
    ],
)
def test_declare_remittance_is_refused_and_changes_nothing(
    trade: Trade, unchanged: Reading, case: str, answer: tuple[str, str]
) -> None:
    first, second = trade.order(), trade.order()
    trade.run(first, second)
    trade.take(first)
    number = ""
    if case == "open":
        number = trade.declare().number
        trade.take(second)
    before = unchanged()
    notes = {"7": 1} if case == "notes" else {"100": 1}
    by = trade.by({"other": "pan", "manager": "hu"}.get(case, "cai"))
    code, said = refused(lambda: declare_remittance(trade.purse(), notes=notes, by=by, at=trade.at))
    assert (code, said) == (answer[0], answer[1] % number if "%s" in answer[1] else answer[1])
    assert unchanged() == before


def test_declare_remittance_is_refused_when_there_is_nothing(
    trade: Trade, handed: SimpleNamespace, unchanged: Reading
) -> None:
    trade.count(handed.remittance)
    before = unchanged()
    assert refused(
        lambda: declare_remittance(trade.purse(), notes={}, by=trade.by("cai"), at=trade.at)
    ) == (
        "nothing_carried",
        "By the books you carry no money. Tell the city manager if you do have some.",
    )
    assert unchanged() == before


# --- counting ----------------------------------------------------------------------------------


def test_count_remittance_equal_settles_its_orders(trade: Trade, handed: SimpleNamespace) -> None:
    later = trade.at + timedelta(minutes=20)
    counted = trade.count(handed.remittance, at=later)
    handed.order.refresh_from_db()
    assert (counted.state, counted.counted_fen, counted.difference_fen) == ("settled", 18_750, 0)
    assert (counted.counted_by, counted.counted_at) == (trade.person("wu"), later)
    assert (handed.order.money, handed.order.settled_at) == ("settled", later)
    assert books() == {"cash.safe": 18_750, "equity.opening": 10_000, "sales.putian": 8_750}
    fact = Fact.objects.get(verb="cash.count_remittance")
    assert (fact.wait_s, fact.data["difference"]) == (1200, "0.00")
    assert [notice.person_id for notice in fact.notices.all()] == [trade.person("cai").pk]


def test_count_remittance_equal_to_the_books_settles_whatever_was_declared(trade: Trade) -> None:
    order = trade.order()
    trade.run(order)
    trade.take(order)
    assert trade.count(trade.declare(9_000)).state == "settled"


@pytest.mark.parametrize(
    ("found", "held"),
    [
        (
            18_250,
            {
                "cash.safe": 18_250,
                "equity.opening": 10_000,
                "staff.cai": 500,
                "takings.putian": 8_750,
            },
        ),
        (
            18_850,
            {
                "cash.safe": 18_850,
                "equity.opening": 10_000,
                "suspense.putian": 100,
                "takings.putian": 8_750,
            },
        ),
        (0, {"equity.opening": 10_000, "staff.cai": 18_750, "takings.putian": 8_750}),
    ],
)
def test_count_remittance_different_waits_for_the_city_manager(
    trade: Trade, handed: SimpleNamespace, found: int, held: dict[str, int]
) -> None:
    counted = trade.count(handed.remittance, found)
    handed.order.refresh_from_db()
    assert (counted.state, counted.difference_fen) == ("different", found - 18_750)
    assert handed.order.money == "handed_in"
    assert books() == held
    assert carried(trade.person("cai")).fen == 0


def test_count_remittance_of_two_cities_settles_into_the_books_of_each(trade: Trade) -> None:
    trade.give_float("chen", 1_000)
    order = trade.order()
    trade.run(order, user="chen")
    trade.take(order)
    trade.count(trade.declare(user="chen"))
    other = trade.order(where="quanzhou", tea=1, longan=0)
    trade.run(other, user="xie")
    trade.take(other)
    trade.count(trade.declare(user="xie"))
    assert books() == {
        "cash.safe": 13_750,
        "equity.opening": 1_000,
        "sales.putian": 8_750,
        "sales.quanzhou": 4_000,
    }


@pytest.mark.parametrize("user", ["hu", "cai", "tong"])
def test_count_remittance_is_refused_without_the_duty(
    trade: Trade, handed: SimpleNamespace, unchanged: Reading, user: str
) -> None:
    before = unchanged()
    by = trade.by(user)
    deed = lambda: count_remittance(handed.remittance, notes={}, by=by, at=trade.at)  # noqa: E731
    assert refused(deed) == ("not_yours", NOT_YOURS)
    assert unchanged() == before


def also_cashier(trade: Trade, user: str) -> None:
    """Let somebody sit at the cash desk as well."""
    with guard.writes_open():
        Appointment.objects.create(
            person=trade.person(user),
            post_id="cashier",
            unit_id="finance",
            area_id="minli",
            kind="concurrent",
            since_at=trade.at - timedelta(days=1),
        )
    forget_present()


def test_count_remittance_is_refused_to_whoever_handed_it_in(
    trade: Trade, handed: SimpleNamespace, unchanged: Reading
) -> None:
    also_cashier(trade, "cai")
    before = unchanged()
    by = trade.by("cai")
    deed = lambda: count_remittance(handed.remittance, notes={}, by=by, at=trade.at)  # noqa: E731
    assert refused(deed) == (
        "own_hand_in",
        "Nobody counts what he handed in himself. Somebody else who holds this duty counts it.",
    )
    assert unchanged() == before


@pytest.mark.books_broken
def test_the_database_itself_keeps_counting_and_handing_in_apart(
    trade: Trade, handed: SimpleNamespace
) -> None:
    mine = Remittance.objects.filter(pk=handed.remittance.pk)
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        mine.update(state="settled", counted_fen=1, counted_by=trade.person("cai"))
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        mine.update(state="settled")  # nobody counted


def test_count_remittance_is_refused_twice(
    trade: Trade, handed: SimpleNamespace, unchanged: Reading
) -> None:
    trade.count(handed.remittance)
    before = unchanged()
    assert refused(lambda: trade.count(handed.remittance)) == (
        "illegal_move",
        (
            "This cannot be done while the state is “Counted and equal”. "
            "Look at the record again: someone may have moved it on meanwhile."
        ),
    )
    assert unchanged() == before


# --- deciding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "decision", "held"),
    [
        (18_250, "charge", {"cash.safe": 18_250, "staff.cai": 500}),
        (18_250, "waive", {"cash.safe": 18_250, "short.putian": 500}),
        (18_850, "keep", {"cash.safe": 18_850, "over.putian": 100}),
    ],
)
def test_resolve_difference_books_who_bears_it_and_settles(
    trade: Trade, handed: SimpleNamespace, found: int, decision: str, held: dict[str, int]
) -> None:
    trade.count(handed.remittance, found)
    later = trade.at + timedelta(hours=1)
    decided = resolve_difference(
        handed.remittance, decision=decision, reason="counted twice", by=trade.by("hu"), at=later
    )
    handed.order.refresh_from_db()
    assert (decided.state, decided.decision, decided.reason) == (
        "resolved",
        decision,
        "counted twice",
    )
    assert decided.resolved_at == later
    assert handed.order.money == "settled"
    assert books() == {**held, "equity.opening": 10_000, "sales.putian": 8_750}
    fact = Fact.objects.get(verb="cash.resolve_difference")
    told = {notice.person_id for notice in fact.notices.all()}
    assert told == {trade.person("cai").pk, trade.person("wu").pk}


NO_DECISION = {
    "charge": "Too much was counted, so nobody has to bear anything. Choose another decision.",
    "keep": "Too little was counted, so there is no surplus. Choose another decision.",
}


@pytest.mark.parametrize(
    ("found", "decision", "user", "answer"),
    [
        (18_850, "charge", "hu", ("no_such_decision", NO_DECISION["charge"])),
        (18_250, "keep", "hu", ("no_such_decision", NO_DECISION["keep"])),
        (18_250, "waive", "zhuang", ("not_yours", NOT_YOURS)),
        (18_250, "waive", "wu", ("not_yours", NOT_YOURS)),
        (
            18_750,
            "waive",
            "hu",
            (
                "illegal_move",
                (
                    "This cannot be done while the state is “Counted and equal”. "
                    "Look at the record again: someone may have moved it on meanwhile."
                ),
            ),
        ),
    ],
)
def test_resolve_difference_is_refused_and_changes_nothing(
    trade: Trade,
    handed: SimpleNamespace,
    unchanged: Reading,
    found: int,
    decision: str,
    user: str,
    answer: tuple[str, str],
) -> None:
    trade.count(handed.remittance, found)
    before = unchanged()
    values = {"decision": decision, "reason": "so", "by": trade.by(user), "at": trade.at}
    assert refused(lambda: resolve_difference(handed.remittance, **values)) == answer
    assert unchanged() == before


def test_resolve_difference_is_refused_to_whoever_handed_it_in(
    trade: Trade, unchanged: Reading
) -> None:
    trade.give_float("zhuang", 1_000)  # courier in Jinjiang and city manager of Quanzhou
    remittance = trade.count(trade.declare(user="zhuang"), 900)
    before = unchanged()
    values = {"decision": "waive", "reason": "so", "by": trade.by("zhuang"), "at": trade.at}
    assert refused(lambda: resolve_difference(remittance, **values)) == (
        "own_difference",
        (
            "Nobody decides on a difference of money he handed in or counted himself. "
            "Somebody else who holds this duty decides."
        ),
    )
    assert unchanged() == before


# --- taking note -------------------------------------------------------------------------------


@pytest.fixture
def decided(trade: Trade, handed: SimpleNamespace) -> Remittance:
    """Return a hand-in of cai about which was decided that he bears 5.00."""
    trade.count(handed.remittance, 18_250)
    values = {"decision": "charge", "reason": "so", "by": trade.by("hu"), "at": trade.at}
    return resolve_difference(handed.remittance, **values)


def test_acknowledge_difference_is_the_end_of_it(trade: Trade, decided: Remittance) -> None:
    later = trade.at + timedelta(hours=2)
    noted = acknowledge_difference(decided, by=trade.by("cai"), at=later)
    assert noted.acknowledged_at == later
    assert noted.state == "resolved"


@pytest.mark.parametrize("user", ["pan", "hu", "wu"])
def test_acknowledge_difference_is_his_alone(
    trade: Trade, decided: Remittance, unchanged: Reading, user: str
) -> None:
    before = unchanged()
    by = trade.by(user)
    assert refused(lambda: acknowledge_difference(decided, by=by, at=trade.at)) == (
        "not_yours",
        NOT_YOURS,
    )
    assert unchanged() == before


def test_acknowledge_difference_is_refused_twice_and_before_a_decision(
    trade: Trade, handed: SimpleNamespace, unchanged: Reading
) -> None:
    by = trade.by("cai")
    before = unchanged()
    deed = lambda: acknowledge_difference(handed.remittance, by=by, at=trade.at)  # noqa: E731
    assert refused(deed) == (
        "not_decided",
        "Nothing has been decided about this hand-in. Wait until the city manager has decided.",
    )
    assert unchanged() == before
    trade.count(handed.remittance, 0)
    values = {"decision": "waive", "reason": "robbed", "by": trade.by("hu"), "at": trade.at}
    resolve_difference(handed.remittance, **values)
    deed()
    before = unchanged()
    assert refused(deed) == (
        "acknowledged",
        "You have taken note of this already. Nothing more is to be done here.",
    )
    assert unchanged() == before


# --- the equation ------------------------------------------------------------------------------


def test_custody_equation_holds_through_every_step(trade: Trade) -> None:
    def holds() -> tuple[int, int]:
        money = money_of(trade.purse())
        ought = money.float_fen + money.collected_fen - money.refunded_fen - money.handed_in_fen
        assert ought == money.on_hand_fen
        return money.on_hand_fen, money.short_fen

    trade.give_float()
    assert holds() == (10_000, 0)
    first, second = trade.order(), trade.order(tea=1, longan=0)
    trade.run(first, second)
    trade.take(first, given=10_000)
    assert holds() == (18_750, 0)
    remittance = trade.declare()
    assert holds() == (0, 0)
    trade.take(second)
    assert holds() == (4_000, 0)
    trade.count(remittance, 18_000)
    assert holds() == (4_000, 750)
    values = {"decision": "waive", "reason": "so", "by": trade.by("hu"), "at": trade.at}
    resolve_difference(remittance, **values)
    trade.count(trade.declare())
    assert holds() == (0, 750)
    assert Transfer.objects.filter(phase="posting").count() == 2
