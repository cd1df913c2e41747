"""Money: what people type, what they read, and shares that add up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.ground.kernel.fen import format_fen, parse_fen, split_fen
from zhanggui.ground.kernel.limits import FEN_MAX
from zhanggui.ground.kernel.refusal import Refusal

amounts = st.integers(min_value=-FEN_MAX, max_value=FEN_MAX)


# --- showing ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (-1, "-0.01"),
        (99, "0.99"),
        (100, "1.00"),
        (8750, "87.50"),
        (123450, "1,234.50"),
        (-123456789, "-1,234,567.89"),
        (FEN_MAX, "10,000,000,000.00"),
    ],
)
def test_format_fen_shows_yuan(fen: int, shown: str) -> None:
    assert format_fen(fen) == shown


# --- reading ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("87.50", 8750),
        ("87.5", 8750),
        ("87", 8700),
        ("87.", 8700),
        (".5", 50),
        ("0", 0),
        ("-0", 0),
        ("007", 700),
        ("1,234.50", 123450),
        ("1 234.50", 123450),
        ("1,234,567", 123456700),
        ("８７．５０", 8750),
        ("１，２３４", 123400),
        ("¥87.50", 8750),
        ("￥ 87.50", 8750),
        ("87.50元", 8750),
        ("87.50 yuan", 8750),
        ("RMB 87.50", 8750),
        ("87.50cny", 8750),
        ("  87.50\t", 8750),
        ("\u300087.50\xa0", 8750),
        ("+5", 500),
        ("-5", -500),
        ("－5", -500),
        ("−5", -500),
        ("-¥5", -500),
        ("¥-5", -500),
        ("87.500000", 8750),
        ("10000000000", FEN_MAX),
        ("-10000000000", -FEN_MAX),
    ],
)
def test_parse_fen_reads_what_people_type(typed: str, fen: int) -> None:
    assert parse_fen(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", ".", "-", "¥", "元", "abc", "1e5", "0x10", "1_000", "١٢", "½", "五十", "nan",
        "inf", "87 50", "8元7", "1,23", "1,2345", "12,34.5", "1.234,50", "1..5", "--5", "5-", "1+1",
        "87.5.0", "\x00", "5\x00", "<b>5</b>", "5 5元", "%s", "0" * 5000, "9" * 100_000, "﷽" * 40,
    ],
)  # fmt: skip
def test_parse_fen_refuses_what_is_no_amount(typed: str) -> None:
    with pytest.raises(Refusal) as no:
        parse_fen(typed)
    assert (no.value.code, no.value.status) == ("not_an_amount", 422)
    assert str(no.value) == (f"“{typed[:40]}” is not an amount of money. Type yuan like 87.50.")


@pytest.mark.parametrize("typed", ["0.001", "87.505", "-.009", "1,234.5678"])
def test_parse_fen_rounds_nothing_away(typed: str) -> None:
    with pytest.raises(Refusal) as no:
        parse_fen(typed)
    assert (no.value.code, no.value.status) == ("too_fine", 422)
    assert str(no.value) == (
        f"“{typed}” has parts smaller than one fen. Type at most two decimals."
    )


@pytest.mark.parametrize("typed", ["10000000000.01", "-10,000,000,001", "9" * 40])
def test_parse_fen_refuses_more_than_the_company_moves(typed: str) -> None:
    with pytest.raises(Refusal) as no:
        parse_fen(typed)
    assert (no.value.code, no.value.status) == ("too_much", 422)
    assert str(no.value) == (
        f"“{typed}” is more than any amount in this company. Check the number of digits."
    )


@given(amounts)
def test_parse_fen_reads_what_format_fen_shows(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen


@given(st.text(max_size=60))
def test_parse_fen_answers_or_refuses_whatever_is_typed(typed: str) -> None:
    try:
        fen = parse_fen(typed)
    except Refusal as no:
        assert no.status == 422
    else:
        assert -FEN_MAX <= fen <= FEN_MAX


# --- splitting --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (0, [3, 5], [0, 0]),
        (1, [1, 1], [1, 0]),
        (5, [0, 1, 0], [0, 5, 0]),
        (10, [1, 2, 3], [2, 3, 5]),
        (7, [5, 3, 2], [4, 2, 1]),
        (FEN_MAX, [1, 10**12], [1, FEN_MAX - 1]),
    ],
)
def test_split_fen_gives_the_rest_to_the_largest_remainders(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert split_fen(total, weights) == parts


weightings = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


@given(amounts, weightings)
def test_split_fen_loses_nothing_and_is_never_a_fen_off(total: int, weights: list[int]) -> None:
    parts = split_fen(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(amounts, weightings)
def test_split_fen_gives_more_weight_never_less(total: int, weights: list[int]) -> None:
    by_weight = sorted(zip(weights, split_fen(abs(total), weights), strict=True))
    for (light, less), (heavy, more) in pairwise(by_weight):
        assert less <= more + (light == heavy)


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [2, -1]])
def test_split_fen_needs_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must be non-negative with a positive sum"):
        split_fen(100, weights)
