"""What can be asked for, and who is told first when goods are back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import NOON
from zhanggui.books.wanted import rules
from zhanggui.books.wanted.rules import Waiter, to_tell

TEA, LONGAN = 1, 2
PUTIAN, FUZHOU = 11, 12


def waiter(pk: int, *, sku: int = TEA, depot: int | None = None, minutes: int = 0) -> Waiter:
    return Waiter(pk, sku, depot, NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ("荔枝干", None),
        ("Fuji apples", None),
        ("茶", "what"),
        ("", "what"),
        ("x" * 25, "what"),
        ("13850307261", "what"),
        ("!!!", "what"),
        ("http://a.b", "what"),
    ],
)
def test_why_not_ask_takes_names_of_goods(what: str, field: str | None) -> None:
    no = rules.why_not_ask(what=what, details="")
    assert (no.data["field"] if no else None) == field


def test_why_not_ask_bounds_what_is_said_beside_it() -> None:
    assert rules.why_not_ask(what="荔枝", details="好" * 200) is None
    no = rules.why_not_ask(what="荔枝", details="好" * 201)
    assert str(no) == "This is longer than 200 characters. Write it shorter."


def test_to_tell_first_come_first_told_and_no_more_than_there_are() -> None:
    row = [waiter(1, minutes=3), waiter(2, minutes=1), waiter(3, minutes=2)]
    assert to_tell(row, free={(TEA, PUTIAN): 2}, promised=[]) == [2, 3]
    assert to_tell(row, free={(TEA, PUTIAN): 9}, promised=[]) == [2, 3, 1]
    assert to_tell(row, free={(LONGAN, PUTIAN): 9}, promised=[]) == []


def test_to_tell_keeps_a_piece_in_mind_for_who_was_told_today() -> None:
    row = [waiter(1), waiter(2, minutes=1)]
    assert to_tell(row, free={(TEA, PUTIAN): 2}, promised=[(TEA, None)]) == [1]
    assert to_tell(row, free={(TEA, PUTIAN): 2}, promised=[(TEA, PUTIAN)] * 2) == []
    assert to_tell(row, free={(TEA, PUTIAN): 2}, promised=[(TEA, FUZHOU)]) == [1, 2]


def test_to_tell_looks_at_the_depot_that_serves_the_customer() -> None:
    row = [waiter(1, depot=FUZHOU), waiter(2, depot=PUTIAN, minutes=1), waiter(3, minutes=2)]
    assert to_tell(row, free={(TEA, PUTIAN): 2}, promised=[]) == [2, 3]


def test_to_tell_is_bounded() -> None:
    row = [waiter(pk, minutes=pk) for pk in range(rules.TOLD_MAX + 5)]
    assert len(to_tell(row, free={(TEA, PUTIAN): 10_000}, promised=[])) == rules.TOLD_MAX
