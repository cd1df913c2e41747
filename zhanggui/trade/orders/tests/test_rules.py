"""What is right and wrong about a draft, its words, its sums and its hours."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.trade.orders.rules import orders as rules
from zhanggui.trade.orders.rules import progress, shortages, states
from zhanggui.trade.orders.rules.orders import Draft, Hours, Item

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("陈小娟", "陈小娟"),
        ("  陈\n小  娟\t", "陈 小 娟"),
        ("陈\u202e小娟\u200b", "陈小娟"),
        ("胜利路58号\x00\x07", "胜利路58号"),
        ("😀陈小娟", "😀陈小娟"),
        ("", ""),
    ],
)
def test_tidy_text(typed: str, tidy: str) -> None:
    assert rules.tidy_text(typed) == tidy


@given(st.text())
def test_tidy_text_has_no_control_characters_and_is_stable(text: str) -> None:
    tidy = rules.tidy_text(text)
    assert rules.tidy_text(tidy) == tidy
    assert not any(ord(c) < 32 for c in tidy)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ((), "There is nothing in the order. Put at least one thing into it."),
        (
            (Item(1, 0, 100),),
            "A quantity must be at least one piece. Take the thing out if you do not want it.",
        ),
        (
            (Item(1, -1, 100),),
            "A quantity must be at least one piece. Take the thing out if you do not want it.",
        ),
        (
            (Item(1, 10**9, 100),),
            (
                "1000000000 pieces of one thing are too many for one order. "
                "Order at most 999; what is more goes into another order."
            ),
        ),
        (
            (Item(1, 999, 100), Item(1, 1, 100)),
            (
                "1000 pieces of one thing are too many for one order. "
                "Order at most 999; what is more goes into another order."
            ),
        ),
        (
            tuple(Item(n, 1, 100) for n in range(61)),
            "61 different things are too many for one order. Order at most 60 at a time.",
        ),
    ],
)
def test_why_not_items(items: tuple[Item, ...], said: str) -> None:
    no = rules.why_not_items(items)
    assert no is not None
    assert str(no) == said


def test_items_of_one_sku_are_merged_in_their_order() -> None:
    items = (Item(7, 1, 100), Item(3, 2, 50), Item(7, 4, 100))
    assert rules.merged(items) == (Item(7, 5, 100), Item(3, 2, 50))


@pytest.mark.parametrize(
    ("recipient", "address", "said"),
    [
        (
            "😀😀",
            "胜利路58号",
            "The name is made of symbols alone. Write it in characters, letters or digits.",
        ),
        (
            "陈小娟",
            "!!! ---",
            "The address is made of symbols alone. Write it in characters, letters or digits.",
        ),
        ("陈" * 41, "胜利路58号", "The name has more than 40 characters. Write it shorter."),
        ("陈", "路" * 201, "The address has more than 200 characters. Write it shorter."),
    ],
)
def test_why_not_text(recipient: str, address: str, said: str) -> None:
    no = rules.why_not_text(recipient=recipient, address=address)
    assert no is not None
    assert str(no) == said


def test_a_missing_name_is_for_screening_not_for_a_refusal() -> None:
    assert rules.why_not_text(recipient="", address="") is None


def test_a_draft_with_unknown_words_is_refused() -> None:
    no = rules.why_not_words(Draft("陈", "1", "350304", "a", (), wish="fly"))
    assert no is not None
    assert str(no) == "“fly” is not among the choices. Choose one of those offered."


@pytest.mark.parametrize(
    ("goods_fen", "said"),
    [
        (1_000, None),
        (999, "We deliver there from 10.00 yuan; this order has 9.99. Add 0.01 yuan."),
        (10**13, "This is more than one order can be worth. Order in parts."),
    ],
)
def test_why_not_sum(goods_fen: int, said: str | None) -> None:
    no = rules.why_not_sum(goods_fen, least_fen=1_000)
    assert (str(no) if no else None) == said


HOURS = Hours(cutoff_s=16 * 3600, same_day_s=20 * 3600, next_day_s=12 * 3600)


@pytest.mark.parametrize(
    ("at", "promised"),
    [
        ("2026-11-23 00:00", "2026-11-23 20:00"),
        ("2026-11-23 15:59", "2026-11-23 20:00"),
        ("2026-11-23 16:00", "2026-11-24 12:00"),
        ("2026-11-30 23:59", "2026-12-01 12:00"),
    ],
)
def test_hours_promise_the_same_day_until_the_cutoff(at: str, promised: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=CHINA)
    assert HOURS.promised_at(moment) == datetime.fromisoformat(promised).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("cutoff_s", "same_day_s", "next_day_s", "least_fen", "code"),
    [
        (16 * 3600, 20 * 3600, 12 * 3600, 0, None),
        (20 * 3600, 20 * 3600, 12 * 3600, 0, "cutoff_late"),
        (-1, 20 * 3600, 12 * 3600, 0, "bad_hours"),
        (0, 86_400, 12 * 3600, 0, "bad_hours"),
        (0, 3600, 0, 0, "bad_hours"),
        (0, 3600, 3600, -1, "bad_least"),
        (0, 3600, 3600, 100_001, "bad_least"),
    ],
)
def test_why_not_hours(
    cutoff_s: int, same_day_s: int, next_day_s: int, least_fen: int, code: str | None
) -> None:
    no = rules.why_not_hours(
        cutoff_s=cutoff_s, same_day_s=same_day_s, next_day_s=next_day_s, least_fen=least_fen
    )
    assert (no.code if no else None) == code


@pytest.mark.parametrize(
    ("text", "pk"),
    [
        ("ZG26112300017", 17),
        ("zg26112300017", 17),
        ("26112312345678", 12345678),
        (" ZG 261123 00017 ", 17),
        ("ZG261123", None),
        ("13850307261", 7261),
        ("陈小娟", None),
    ],
)
def test_number_parts(text: str, pk: int | None) -> None:
    assert rules.number_parts(text) == pk


def test_no_verb_is_on_two_axes() -> None:
    verbs = [verb for table in states.AXES.values() for verb in table.verbs]
    assert len(verbs) == len(set(verbs))
    assert states.axis_of("collect") == "money"


class Line:
    def __init__(self, pk: int, wanted: int, price_fen: int) -> None:
        self.pk, self.wanted, self.price_fen = pk, wanted, price_fen


LINES = [Line(1, 2, 500), Line(2, 1, 300), Line(3, 0, 900)]


@pytest.mark.parametrize(
    ("step", "delivered", "taken", "code"),
    [
        ("deliver", {1: 2, 2: 1}, 1_300, None),
        ("deliver", {1: 2, 2: 1, 3: 0}, 1_300, None),
        ("deliver", {1: 2}, 1_000, "wrong_step"),
        ("deliver", {1: 2, 2: 1}, 1_299, "wrong_sum"),
        ("deliver_part", {1: 1}, 500, None),
        ("deliver_part", {}, 0, "wrong_step"),
        ("deliver_part", {1: 2, 2: 1}, 1_300, "wrong_step"),
        ("deliver_part", {1: 3}, 1_500, "not_in_order"),
        ("deliver_part", {1: -1}, -500, "not_in_order"),
        ("deliver_part", {3: 1}, 900, "not_in_order"),
        ("deliver_part", {9: 1}, 0, "not_in_order"),
        ("refuse", {}, 0, None),
        ("refuse", {1: 1}, 500, "wrong_step"),
        ("refuse", {}, 5, "wrong_sum"),
        ("fail", {}, 0, None),
    ],
)
def test_why_not_door(step: str, delivered: dict[int, int], taken: int, code: str | None) -> None:
    no = progress.why_not_door(LINES, step=step, delivered=delivered, taken_fen=taken)
    assert (no.code if no else None) == code


def test_steps_that_do_not_exist_are_bugs() -> None:
    with pytest.raises(ValueError, match="no step of a run"):
        progress.why_not_batch("fly", [1])
    with pytest.raises(ValueError, match="no answer of a door"):
        progress.why_not_finish(Line(1, 1, 1), step="fly")  # type: ignore[arg-type]


def test_why_not_batch_of_none_or_too_many() -> None:
    for orders in ([], list(range(1_001))):
        no = progress.why_not_batch("pick", orders)
        assert no is not None
        assert str(no) == ("From 1 to 1000 orders can be moved on at once. Do it in smaller parts.")


def test_why_not_substitute() -> None:
    assert shortages.why_not_substitute(1, sku=2, quantity=3) is None
    for sku, quantity, code in (
        (1, 1, "same_goods"),
        (2, 0, "bad_quantity"),
        (2, 1_000, "bad_quantity"),
    ):
        no = shortages.why_not_substitute(1, sku=sku, quantity=quantity)
        assert no is not None
        assert no.code == code
