"""What a price may be, as arithmetic and as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOON
from zhanggui.books.prices import rules
from zhanggui.books.prices.rules import FLOOR_TERMS, Asked, FloorTerms, Present

AMOUNTS = st.integers(min_value=1, max_value=rules.PRICE_FEN_MAX)
PLAIN = FloorTerms(
    refusal_bp=0,
    discount_fen=0,
    delivery_fen=0,
    return_fen=0,
    write_down_bp=0,
    margin_bp=0,
    tax_bp=0,
)


@pytest.mark.parametrize(
    ("cost", "floor"),
    [(1, 122), (100, 230), (3_400, 3_836), (6_400, 7_114), (10_000_000, 10_926_894)],
)
def test_floor_fen_of_some_costs(cost: int, floor: int) -> None:
    assert rules.floor_fen(cost) == floor


def test_floor_fen_without_any_terms_is_the_cost() -> None:
    assert rules.floor_fen(3_400, terms=PLAIN) == 3_400


@given(cost=AMOUNTS)
def test_floor_fen_is_the_smallest_price_that_pays(cost: int) -> None:
    floor = rules.floor_fen(cost)
    assert _earned(floor, cost) >= 0
    assert _earned(floor - 1, cost) < 0


def _earned(price: int, cost: int, terms: FloorTerms = FLOOR_TERMS) -> Fraction:
    """Return what one piece sent out brings on average, beyond the margin wanted."""
    refusal = Fraction(terms.refusal_bp, 10_000)
    kept = price * (1 - Fraction(terms.margin_bp + terms.tax_bp, 10_000))
    delivered = kept - cost - terms.discount_fen - terms.delivery_fen
    write_down = ceil(Fraction(cost * terms.write_down_bp, 10_000))
    returned = terms.delivery_fen + terms.return_fen + write_down
    return (1 - refusal) * delivered - refusal * returned


@given(low=AMOUNTS, high=AMOUNTS)
def test_floor_fen_never_falls_as_the_cost_rises(low: int, high: int) -> None:
    low, high = sorted((low, high))
    assert rules.floor_fen(low) <= rules.floor_fen(high)


@pytest.mark.parametrize(("price", "cost", "margin"), [(6_800, 3_400, 5_000), (100, 150, -5_000)])
def test_margin_bp_is_of_the_price(price: int, cost: int, margin: int) -> None:
    assert rules.margin_bp(price, cost) == margin


BOOK = {1: Present("TG-125", price_fen=6_800, market_fen=8_800, cost_fen=3_400)}


@pytest.mark.parametrize(
    ("asked", "changed"),
    [
        (Asked(1, 6_800, 8_800, 3_400), Asked(1)),
        (Asked(1, 6_800, None, 3_400), Asked(1, 6_800)),
        (Asked(1, 7_200, 8_800), Asked(1, 7_200, 8_800)),
        (Asked(1, cost_fen=3_500), Asked(1, cost_fen=3_500)),
    ],
)
def test_changes_keeps_what_differs(asked: Asked, changed: Asked) -> None:
    assert rules.changes(asked, BOOK[1]) == changed


LOW = "Ask more, or give the reason: it stays beside the price."


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked(1, 6_800, 8_800), "The book says so already. Type what ought to change."),
        (Asked(1), "The book says so already. Type what ought to change."),
        (
            Asked(1, 0),
            (
                "A price or a cost lies between 0.01 and 100,000.00 yuan; TG-125 would not. "
                "Check the number of digits."
            ),
        ),
        (
            Asked(1, cost_fen=10_000_001),
            (
                "A price or a cost lies between 0.01 and 100,000.00 yuan; TG-125 would not. "
                "Check the number of digits."
            ),
        ),
        (
            Asked(1, 6_900, 6_900),
            (
                "The market price of TG-125 is not above its price of 69.00 yuan. "
                "Correct one of them, or leave the market price empty."
            ),
        ),
        (
            Asked(1, 3_399),
            f"33.99 yuan for TG-125 is below its landed cost of 34.00 yuan. {LOW}",
        ),
        (
            Asked(1, 3_835),
            (
                "38.35 yuan for TG-125 is below the floor of 38.36 yuan, at which delivery, "
                f"refusals, tax and margin are paid for. {LOW}"
            ),
        ),
        (
            Asked(1, 6_700, None, 6_800),
            f"67.00 yuan for TG-125 is below its landed cost of 68.00 yuan. {LOW}",
        ),
    ],
)
def test_why_not_set_says_what_is_wrong(asked: Asked, sentence: str) -> None:
    assert str(rules.why_not_set([asked], BOOK, reason="")) == sentence


def test_why_not_set_lets_a_low_price_pass_with_its_reason() -> None:
    assert rules.why_not_set([Asked(1, 3_000)], BOOK, reason="Clearance") is None
    assert rules.why_not_set([Asked(1, 3_836)], BOOK, reason="") is None


def test_why_not_set_asks_no_floor_where_no_cost_is_known() -> None:
    assert rules.why_not_set([Asked(2, 1)], {2: Present("LY-500")}, reason="") is None


def test_why_not_set_refuses_a_second_entry_from_the_same_moment() -> None:
    taken = {1: Present("TG-125", price_fen=6_800, price_taken=True, cost_taken=True)}
    sentence = (
        "Something holds for TG-125 from this very moment already. "
        "Choose another moment, or withdraw what is still to come."
    )
    assert str(rules.why_not_set([Asked(1, 7_000)], taken, reason="")) == sentence
    assert str(rules.why_not_set([Asked(1, cost_fen=70)], taken, reason="")) == sentence


def test_why_not_begin_keeps_the_past_as_it_was() -> None:
    assert rules.why_not_begin(since=None, at=NOON) is None
    assert rules.why_not_begin(since=NOON, at=NOON) is None
    assert str(rules.why_not_begin(since=NOON - timedelta(seconds=1), at=NOON)) == (
        "A price or a cost cannot begin in the past. "
        "Leave the moment empty for at once, or choose one that is still to come."
    )


@dataclass
class Goods:
    """A product as far as the rules of listing look at it."""

    state: str = "ready"
    name_zh: str = "铁观音"
    name_en: str = "Tieguanyin"
    unit_zh: str = "罐"
    unit_en: str = "tin"
    category_id: int | None = 1


def test_why_not_list_names_everything_that_is_missing() -> None:
    assert rules.why_not_list(Goods(), skus=1, pictures=1, unpriced=[]) is None
    no = rules.why_not_list(Goods(name_en=""), skus=2, pictures=0, unpriced=["A", "B"])
    assert str(no) == (
        "This product still lacks the English name, a picture, a price for A, B. "
        "It stays off sale until the product manager has added it."
    )


def test_why_not_list_refuses_drafts() -> None:
    no = rules.why_not_list(Goods(state="draft"), skus=1, pictures=1, unpriced=[])
    assert str(no) == (
        "This cannot be done while the state is “Draft”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


def test_named_counts_the_rest() -> None:
    assert rules.named(["A", "B", "C", "D", "E"]) == "A, B, C, D, E"
    assert rules.named(["A", "B", "C", "D", "E", "F", "G"]) == "A, B, C, D, E and 2 more"
