"""Money into the safe and change out of it: who gets it, how much, and never to oneself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash.actions.floats import fund_safe, issue_float
from zhanggui.trade.cash.queries import carried, safe_fen
from zhanggui.trade.cash.tests.conftest import Trade, books

Reading = Callable[[], Any]
NOT_YOURS = (
    "There is no such record among those you answer for. "
    "Check the number, or ask the person who holds this duty for that area."
)


def refused(deed: Callable[[], object]) -> tuple[str, str]:
    """Return what a deed was refused with."""
    with pytest.raises(Refusal) as no:
        deed()
    return no.value.code, str(no.value)


def test_fund_safe_puts_money_into_the_safe(trade: Trade) -> None:
    notes = {"2000": 3, "100": 5}
    fund_safe("minli", notes=notes, note="bank 17", by=trade.by("wu"), at=trade.at)
    assert books() == {"cash.safe": 6_500, "equity.opening": 6_500}
    assert safe_fen() == 6_500
    fact = Fact.objects.get(verb="cash.fund_safe")
    assert (fact.data["amount"], fact.data["notes"]) == ("65.00", notes)


@pytest.mark.parametrize(
    ("user", "notes", "answer"),
    [
        ("hu", {"100": 1}, ("not_yours", NOT_YOURS)),
        ("cai", {"100": 1}, ("not_yours", NOT_YOURS)),
        (
            "wu",
            {},
            ("no_notes", "No notes and no coins are no money. Type how many there are of each."),
        ),
        (
            "wu",
            {"300": 1},
            (
                "no_such_note",
                "There is no note or coin of 300 fen. Count by the denominations in circulation.",
            ),
        ),
    ],
)
def test_fund_safe_is_refused_and_changes_nothing(
    trade: Trade, unchanged: Reading, user: str, notes: dict[str, int], answer: tuple[str, str]
) -> None:
    before = unchanged()
    deed = lambda: fund_safe("minli", notes=notes, by=trade.by(user), at=trade.at)  # noqa: E731
    assert refused(deed) == answer
    assert unchanged() == before


def test_issue_float_moves_change_from_the_safe_into_the_purse(trade: Trade) -> None:
    purse = trade.give_float("cai", 8_000)
    assert books() == {"cash.courier.cai": 8_000, "equity.opening": 8_000}
    assert (purse.area_id, purse.since_at) == ("hanjiang", trade.at)
    money = carried(trade.person("cai"))
    assert (money.fen, money.float_fen, money.takings_fen) == (8_000, 8_000, 0)
    fact = Fact.objects.get(verb="cash.issue_float")
    assert fact.record_id == purse.pk
    assert [notice.person_id for notice in fact.notices.all()] == [purse.courier_id]


def test_issue_float_twice_adds_up(trade: Trade) -> None:
    trade.give_float("cai", 8_000)
    trade.give_float("cai", 2_000)
    assert carried(trade.person("cai")).float_fen == 10_000


def test_issue_float_opens_a_purse_where_he_takes_money(trade: Trade) -> None:
    trade.give_float("zhuang", 1_000)  # city manager of Quanzhou, acting courier in Jinjiang
    assert trade.purse("zhuang").area_id == "jinjiang"
    assert trade.purse("zhuang").account.area_id == "quanzhou"


@pytest.mark.parametrize(
    ("user", "to", "notes", "answer"),
    [
        ("hu", "cai", {"100": 1}, ("not_yours", NOT_YOURS)),
        (
            "wu",
            "hu",
            {"100": 1},
            (
                "no_courier",
                "This person takes no money at doors. Choose a courier who is appointed now.",
            ),
        ),
        (
            "wu",
            "wu",
            {"100": 1},
            (
                "own_float",
                (
                    "Nobody gives out money to himself. "
                    "Somebody else who holds this duty gives it out."
                ),
            ),
        ),
        (
            "wu",
            "cai",
            {},
            ("no_notes", "No notes and no coins are no money. Type how many there are of each."),
        ),
        (
            "wu",
            "cai",
            {"10000": 6},
            (
                "much_float",
                "With this the float would be 600.00 yuan; 500.00 are enough. Give out less.",
            ),
        ),
        (
            "wu",
            "cai",
            {"2000": 3},
            (
                "safe_too_empty",
                (
                    "The safe holds 50.00 yuan, not 60.00. "
                    "Put money into the safe first, and on record."
                ),
            ),
        ),
    ],
)
def test_issue_float_is_refused_and_changes_nothing(
    trade: Trade,
    unchanged: Reading,
    user: str,
    to: str,
    notes: dict[str, int],
    answer: tuple[str, str],
) -> None:
    fund_safe("minli", notes={"5000": 1}, note="bank", by=trade.by("wu"), at=trade.at)
    before = unchanged()
    courier = trade.person(to)
    assert (
        refused(
            lambda: issue_float(
                "minli", courier=courier, notes=notes, by=trade.by(user), at=trade.at
            )
        )
        == answer
    )
    assert unchanged() == before
