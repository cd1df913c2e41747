"""Invoices and ratings: what can be written on them, by values alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.trade.orders.rules.invoices import (
    TAX_NO_CHARS,
    check_sign,
    tidy_tax_no,
    why_not_invoice,
)
from zhanggui.trade.orders.rules.orders import pieces_allowed
from zhanggui.trade.orders.rules.ratings import may_change

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REAL = ["91330100799655058B", "9144030071526726XG", "914403001922038216"]
"""Tax numbers as three large companies publish them."""


@pytest.mark.parametrize("number", REAL)
def test_check_sign_is_that_of_published_numbers(number: str) -> None:
    assert check_sign(number[:-1]) == number[-1]
    assert why_not_invoice(title="某某公司", tax_no=number) is None


@given(st.text(SIGNS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(SIGNS))
def test_check_sign_finds_each_wrong_character(body: str, place: int, other: str) -> None:
    wrong = body[:place] + other + body[place + 1 :]
    assert (check_sign(wrong) == check_sign(body)) == (wrong == body)


@given(st.text(SIGNS, min_size=17, max_size=17), st.integers(0, 15))
def test_check_sign_finds_two_neighbours_swapped(body: str, place: int) -> None:
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert (check_sign(swapped) == check_sign(body)) == (swapped == body)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("91330100799655058b", "91330100799655058B"),
        (" 9133 0100 7996 5505 8B\n", "91330100799655058B"),
        ("９１３３０１００７９９６５５０５８Ｂ", "91330100799655058B"),
        ("91330100-79965505-8B", "91330100799655058B"),
        ("", ""),
    ],
)
def test_tidy_tax_no_writes_it_as_on_an_invoice(typed: str, number: str) -> None:
    assert tidy_tax_no(typed) == number


@pytest.mark.parametrize(
    ("title", "tax_no", "field", "sentence"),
    [
        (
            "",
            REAL[0],
            "invoice_title",
            ("The invoice has no title. Write whom it is made out to: a company, or your name."),
        ),
        (
            "😀",
            "",
            "invoice_title",
            (
                "The title is made of symbols alone. "
                "Write whom it is made out to: a company, or your name."
            ),
        ),
        (
            "字" * 101,
            "",
            "invoice_title",
            "The title has more than 100 characters. Write it shorter.",
        ),
        (
            "某某公司",
            "9133010079965505",
            "invoice_tax_no",
            (
                "A tax number has 18 characters; this one has 16. "
                "Copy it from the business licence, or leave it empty for a private person."
            ),
        ),
        (
            "某某公司",
            "9133010O799655058B",
            "invoice_tax_no",
            (
                "“O” does not occur in a tax number. "
                "It has digits and capitals without I, O, S, V and Z: look whether it is 1 or 0."
            ),
        ),
        (
            "某某公司",
            "91330100799655085B",
            "invoice_tax_no",
            (
                "This is no valid tax number: its check character does not fit. "
                "Compare it with the business licence: one character is wrong or two are swapped."
            ),
        ),
    ],
)
def test_why_not_invoice_says_what_is_wrong(
    title: str, tax_no: str, field: str, sentence: str
) -> None:
    no = why_not_invoice(title=title, tax_no=tax_no)
    assert no is not None
    assert (str(no), no.data, no.status) == (sentence, {"field": field}, 422)


def test_an_invoice_needs_no_tax_number_and_an_order_no_invoice() -> None:
    assert why_not_invoice(title="", tax_no="") is None
    assert why_not_invoice(title="陈小娟", tax_no="") is None
    assert len(REAL[0]) == TAX_NO_CHARS


def test_may_change_a_rating_for_seven_days(at: datetime) -> None:
    week = timedelta(days=7)
    assert may_change(at, at=at + week - timedelta(seconds=1))
    assert not may_change(at, at=at + week)


@pytest.mark.parametrize(
    ("sellable", "held", "most"),
    [(0, 0, 60), (300, 0, 60), (400, 0, 80), (390, 10, 80), (1_000, 0, 200)],
)
def test_pieces_allowed_is_a_fifth_of_the_stock_or_sixty(
    sellable: int, held: int, most: int
) -> None:
    assert pieces_allowed(sellable, open_pieces=held) == most
